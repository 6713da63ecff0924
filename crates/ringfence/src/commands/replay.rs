//! `ringfence replay`

use std::fs::File;
use std::io::BufReader;

use anyhow::{Context as _, bail};
use areas::Gazetteer;
use report::{Intake, Position};
use series::{Case, Detector, Region, ReplayLine, ReportId, Settings, Streams, assemble, replay};

use crate::Outcome;
use crate::config::Flags;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// JSON Lines of report.v1.
    #[arg(long)]
    reports: String,
    /// Force or county of the built-in gazetteer, or `all`; or a CSV of points, as `areas import` takes it.
    #[arg(long, default_value = "Hertfordshire")]
    areas: String,
    /// First day received.
    #[arg(long)]
    from: Option<jiff::civil::Date>,
    /// Last day received.
    #[arg(long)]
    to: Option<jiff::civil::Date>,
    /// Chance alarms a year that a county is ready to look at.
    #[arg(long, default_value_t = 1.0)]
    false_alarms_per_year: f64,
}

pub(crate) fn run(arguments: &Arguments, flags: &Flags) -> anyhow::Result<Outcome> {
    if !(arguments.false_alarms_per_year > 0.0 && arguments.false_alarms_per_year <= 1000.0) {
        bail!("--false-alarms-per-year must be above 0 and at most 1000");
    }
    let (gazetteer, name) = areas_of(&arguments.areas)?;
    let region = Region::of(&gazetteer, &name);
    if region.areas().is_empty() {
        bail!("--areas: there is no force or county '{}'", arguments.areas);
    }
    let cases = read_cases(arguments, &gazetteer)?;
    let settings = Settings { false_alarms_per_year: arguments.false_alarms_per_year, ..Settings::default() };
    let mut detector = Detector::new(region, Streams::builtin(), settings);
    let mut failed = None;
    let mut print = |line: &ReplayLine| {
        let printed = if flags.json {
            super::print_json(line)
        } else {
            let mark = if line.first_alarm { "ALARM" } else { "     " };
            super::print_line(&format!("{} {mark} {} {} reports: {}", line.day, line.series, line.members.len(), line.why))
        };
        if let Err(error) = printed {
            failed.get_or_insert(error);
        }
    };
    let summary = replay(&mut detector, cases, &mut print);
    if let Some(error) = failed {
        return Err(error);
    }
    if flags.json {
        super::print_json(&serde_json::json!({ "summary": summary }))?;
    } else {
        super::print_line(&format!("{} days, {} reports, {} series raised", summary.days, summary.reports, summary.episodes))?;
    }
    Ok(if summary.episodes > 0 { Outcome::Found } else { Outcome::Done })
}

/// The gazetteer and the part of it that is watched.
fn areas_of(given: &str) -> anyhow::Result<(Gazetteer, String)> {
    let file = std::path::Path::new(given).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("csv"));
    if !file {
        return Ok((Gazetteer::united_kingdom(), given.to_owned()));
    }
    let points = crate::context::read(given)?;
    match areas::import::import(&points, &areas::import::Columns::default(), None, None, "") {
        Ok(imported) => Ok((imported.gazetteer, "all".to_owned())),
        Err(errors) => bail!("{given}: {}", errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")),
    }
}

fn read_cases(arguments: &Arguments, gazetteer: &Gazetteer) -> anyhow::Result<Vec<Case>> {
    let reader = ::modus::Reader::new(&::modus::Packs::builtin());
    let streams = Streams::builtin();
    let file = File::open(&arguments.reports).with_context(|| format!("cannot read {}", arguments.reports))?;
    let mut intake = Intake::jsonl(BufReader::with_capacity(1 << 18, file), Position::default(), "GB");
    let mut cases = Vec::new();
    while let Some(item) = intake.next_item()? {
        let report = match item.result {
            Ok(report) => report,
            Err(refusal) => bail!("{}:{}: {refusal}", arguments.reports, item.line),
        };
        let day = report.facts.received_at.day();
        if arguments.from.is_some_and(|from| day < from) || arguments.to.is_some_and(|to| day > to) {
            continue;
        }
        let id = report.facts.external_id.clone().unwrap_or_else(|| format!("line {}", item.line));
        let reporter = reporter_of(&report);
        cases.push(assemble(&report, ReportId(id), gazetteer, &reader, &streams, reporter).case);
    }
    Ok(cases)
}

/// What knows one person who reports many times: a hash, kept for the run only.
fn reporter_of(report: &report::Report) -> Option<String> {
    let reporter = &report.private.open(report::OpenReason::Matching).reporter;
    let known = reporter.phone.as_ref().or(reporter.email.as_ref()).or(reporter.name.as_ref())?;
    let hash = known
        .bytes()
        .fold(14_695_981_039_346_656_037, |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(1_099_511_628_211));
    Some(format!("{hash:016x}"))
}
