//! `ringfence simulate`

use std::fs::File;
use std::io::{BufWriter, Write};

use anyhow::{Context as _, bail};
use areas::Gazetteer;
use report::OpenReason;
use testkit::simulate::{Parameters, Scenario, simulate};

use crate::Outcome;
use crate::config::Flags;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Force or county.
    #[arg(long, default_value = "Hertfordshire")]
    areas: String,
    /// Days.
    #[arg(long)]
    days: u32,
    /// Seed.
    #[arg(long)]
    seed: u64,
    /// What is hidden in the stream.
    #[arg(long, default_value = "none")]
    scenario: String,
    /// First day.
    #[arg(long, default_value = "2019-01-01")]
    from: jiff::civil::Date,
    /// File for the reports; standard output where none is given.
    #[arg(long)]
    out: Option<String>,
    /// File for the truth.
    #[arg(long)]
    truth: Option<String>,
}

pub(crate) fn run(arguments: &Arguments, _: &Flags) -> anyhow::Result<Outcome> {
    let Some(scenario) = Scenario::from_name(&arguments.scenario) else {
        let names: Vec<&str> = Scenario::ALL.iter().map(|(name, _)| *name).collect();
        bail!("--scenario: '{}' is none of {}", arguments.scenario, names.join(", "));
    };
    if arguments.days == 0 || arguments.days > 36_500 {
        bail!("--days must be 1 to 36500");
    }
    let uk = Gazetteer::united_kingdom();
    if uk.districts_of(&arguments.areas).is_empty() {
        bail!("--areas: there is no force or county '{}'", arguments.areas);
    }
    let parameters = Parameters::county(arguments.from, arguments.days);
    let simulation = simulate(&uk, &arguments.areas, &parameters, scenario, arguments.seed);
    let mut out: Box<dyn Write> = match &arguments.out {
        Some(path) => Box::new(BufWriter::new(File::create(path).with_context(|| format!("cannot write {path}"))?)),
        None => Box::new(BufWriter::new(std::io::stdout())),
    };
    for report in &simulation.reports {
        writeln!(out, "{}", report.to_json(OpenReason::Export))?;
    }
    out.flush()?;
    if let Some(path) = &arguments.truth {
        let mut file = BufWriter::new(File::create(path).with_context(|| format!("cannot write {path}"))?);
        for truth in &simulation.truth {
            writeln!(file, "{}", serde_json::to_string(truth)?)?;
        }
        file.flush()?;
    }
    Ok(Outcome::Done)
}
