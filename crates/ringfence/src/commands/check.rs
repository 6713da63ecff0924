//! `ringfence check`

use anyhow::{Context as _, bail};
use call::{Buffers, Check, Checker, is_resident};
use serde_json::Value;

use crate::Outcome;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// A call, one turn a line, `Caller:` or `Callee:` before it where that is known; `-` for standard input.
    file: Option<String>,
    /// JSON Lines `{"id", "turns": [{"speaker", "text"}]}`.
    #[arg(long, requires = "out", conflicts_with = "file")]
    jsonl: Option<String>,
    /// File for the checks.
    #[arg(long)]
    out: Option<String>,
    /// JSON on standard output: always so, the switch is taken for scripts that give it.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let checker = Checker::builtin();
    let mut buffers = Buffers::default();
    if let (Some(input), Some(output)) = (&arguments.jsonl, &arguments.out) {
        return super::modus::lines(input, output, &mut |entry| {
            let turns = entry["turns"].as_array().context("`turns` is not a list")?;
            let direction = entry["direction"].as_str();
            let mut check = Check::default();
            for turn in turns {
                let resident = is_resident(turn["speaker"].as_str().unwrap_or_default(), direction);
                let text = turn["text"].as_str().context("a turn without `text`")?;
                checker.turn_in(&mut buffers, &mut check, resident, text);
            }
            Ok(check.to_contract_json(&entry["id"]))
        });
    }
    let text = super::modus::text_of(arguments.file.as_deref())?;
    let mut check = Check::default();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let (resident, said) = speaker_of(line);
        checker.turn_in(&mut buffers, &mut check, resident, said);
    }
    if check.words() == 0 {
        bail!("there is nothing said in it: give a call, one turn a line");
    }
    super::print_json(&check.to_contract_json(&Value::Null))?;
    if !arguments.json {
        tell(&check);
    }
    Ok(if check.alarm() { Outcome::Found } else { Outcome::Done })
}

/// `Callee: Who is that?` is the resident's; a line without a speaker is the caller's.
fn speaker_of(line: &str) -> (bool, &str) {
    let Some((speaker, said)) = line.split_once(':') else { return (false, line) };
    let speaker = speaker.trim().to_lowercase();
    match speaker.as_str() {
        "caller" | "callee" | "resident" | "second_caller" | "victim" | "target" | "mixed" => (is_resident(&speaker, None), said),
        _ => (false, line),
    }
}

/// The same for people, on standard error.
fn tell(check: &Check) {
    match check.alarm_at() {
        Some((turn, word)) => eprintln!("Stop: this looks like a scam (turn {}, after {word} words).", turn + 1),
        None => eprintln!("No clear sign of a scam. That does not mean the call is safe."),
    }
    for heard in check.heard() {
        eprintln!("  turn {}: the caller {}: \"{}\"", heard.turn + 1, heard.stage.words(), heard.quote);
    }
    for advice in check.advice() {
        eprintln!("{}", advice.words());
    }
}

#[cfg(test)]
mod tests {
    use super::speaker_of;

    #[test]
    fn a_line_without_a_known_speaker_is_the_callers() {
        assert_eq!(speaker_of("Callee: who is that?"), (true, " who is that?"));
        assert_eq!(speaker_of("Caller: it is the bank"), (false, " it is the bank"));
        assert_eq!(speaker_of("Listen: go to the bank"), (false, "Listen: go to the bank"));
        assert_eq!(speaker_of("go to the bank"), (false, "go to the bank"));
    }
}
