//! `ringfence check`

use anyhow::Context as _;
use call::{Check, Checker};
use modus::{Packs, Reader};
use serde_json::Value;

use crate::Outcome;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// A call, one turn a line; `-` for standard input.
    file: Option<String>,
    /// JSON Lines `{"id", "turns": [{"speaker", "text"}]}`.
    #[arg(long, requires = "out", conflicts_with = "file")]
    jsonl: Option<String>,
    /// File for the checks.
    #[arg(long)]
    out: Option<String>,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let checker = Checker::new(Reader::new(&Packs::builtin()));
    if let (Some(input), Some(output)) = (&arguments.jsonl, &arguments.out) {
        return super::modus::lines(input, output, &mut |entry| {
            let turns = entry["turns"].as_array().context("`turns` is not a list")?;
            let mut check = Check::default();
            for turn in turns {
                let resident = matches!(turn["speaker"].as_str(), Some("callee" | "resident" | "target" | "victim"));
                checker.turn(&mut check, resident, turn["text"].as_str().context("a turn without `text`")?);
            }
            Ok(check.to_contract_json(&entry["id"]))
        });
    }
    let text = super::modus::text_of(arguments.file.as_deref())?;
    let mut check = Check::default();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        checker.turn(&mut check, false, line);
    }
    super::print_json(&check.to_contract_json(&Value::Null))?;
    Ok(if check.alarm() { Outcome::Found } else { Outcome::Done })
}
