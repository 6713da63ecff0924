//! `ringfence modus`

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::path::Path;

use anyhow::{Context as _, bail};
use modus::{Packs, Reader};
use serde_json::{Value, json};
use walkdir::WalkDir;

use crate::Outcome;

#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    task: Option<Task>,
    /// A narrative; `-` for standard input.
    file: Option<String>,
    /// JSON Lines `{"id", "text"}`.
    #[arg(long, requires = "out", conflicts_with = "file")]
    jsonl: Option<String>,
    /// File for the readings.
    #[arg(long)]
    out: Option<String>,
    /// Folder of a force's own packs, over those that ship.
    #[arg(long)]
    local: Option<String>,
    /// Leaves the learned part out.
    #[arg(long)]
    rules_only: bool,
}

#[derive(clap::Subcommand)]
enum Task {
    /// Runs every signal on its own examples.
    #[command(after_help = "Example: ringfence modus test --local local/modus")]
    Test {
        /// Folder of a force's own packs.
        #[arg(long)]
        local: Option<String>,
        /// Prints JSON.
        #[arg(long)]
        json: bool,
    },
    /// Counts hits by signal and label over labelled texts, and shows none of their words.
    #[command(after_help = "Example: ringfence modus masscheck labelled.jsonl --json")]
    Masscheck {
        /// JSON Lines `{"id", "text", "labels"}`.
        file: String,
        /// Folder of a force's own packs.
        #[arg(long)]
        local: Option<String>,
        /// Prints JSON.
        #[arg(long)]
        json: bool,
    },
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    match &arguments.task {
        Some(Task::Test { local, json }) => return test(local.as_deref(), *json),
        Some(Task::Masscheck { file, local, json }) => return mass_check(file, local.as_deref(), *json),
        None => {}
    }
    let packs = packs(arguments.local.as_deref())?;
    let reader = if arguments.rules_only { Reader::rules_only(&packs) } else { Reader::new(&packs) };
    let read = |id: &Value, text: &str| Ok(reader.read(text).to_contract_json(id, text));
    if let (Some(input), Some(output)) = (&arguments.jsonl, &arguments.out) {
        return lines(input, output, &mut |entry| {
            let text = entry["text"].as_str().context("`text` is not a string")?;
            read(&entry["id"], text)
        });
    }
    let text = text_of(arguments.file.as_deref())?;
    super::print_json(&read(&Value::Null, &text)?)?;
    Ok(Outcome::Done)
}

/// The packs that ship, with those of a folder and of the folders in it over them: lists of words (`words.toml`) first, then in the order of
/// their names.
fn packs(local: Option<&str>) -> anyhow::Result<Packs> {
    let Some(folder) = local else { return Ok(Packs::builtin()) };
    let mut paths = Vec::new();
    for entry in WalkDir::new(folder) {
        let path = entry.with_context(|| format!("cannot read the folder {folder}"))?.into_path();
        if path.extension().is_some_and(|ending| ending == "toml") {
            paths.push(path.display().to_string());
        }
    }
    paths.sort_by_key(|path| (!Path::new(path).ends_with("words.toml"), path.clone()));
    let mut texts = Vec::new();
    for path in &paths {
        texts.push(crate::context::read(path)?);
    }
    let files: Vec<(&str, &str)> = paths.iter().map(String::as_str).zip(texts.iter().map(String::as_str)).collect();
    Ok(Packs::with_local(&files)?)
}

fn test(local: Option<&str>, as_json: bool) -> anyhow::Result<Outcome> {
    let packs = packs(local)?;
    let wrong = Reader::rules_only(&packs).check_examples();
    let examples: usize = packs.signals().iter().map(|signal| signal.positive.len() + signal.negative.len()).sum();
    if as_json {
        let list: Vec<Value> =
            wrong.iter().map(|one| json!({ "signal": one.signal, "text": one.text, "wanted": one.wanted })).collect();
        super::print_json(&json!({ "signals": packs.signals().len(), "examples": examples, "wrong": list }))?;
    } else {
        let mut out = std::io::stdout().lock();
        for one in &wrong {
            writeln!(out, "{} {} in: {}", one.signal, if one.wanted { "is not found" } else { "is found" }, one.text)?;
        }
        writeln!(out, "{} signals, {examples} examples, {} wrong", packs.signals().len(), wrong.len())?;
    }
    Ok(if wrong.is_empty() { Outcome::Done } else { Outcome::Found })
}

fn mass_check(file: &str, local: Option<&str>, as_json: bool) -> anyhow::Result<Outcome> {
    let reader = Reader::rules_only(&packs(local)?);
    let mut texts: Vec<(String, BTreeSet<String>)> = Vec::new();
    for (position, line) in crate::context::read(file)?.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        let place = || format!("{file}:{}", position + 1);
        let entry: Value = serde_json::from_str(line).with_context(place)?;
        let text = entry["text"].as_str().context("`text` is not a string").with_context(place)?;
        texts.push((text.to_owned(), labels(&entry["labels"])));
    }
    let hits = reader.mass_check(texts.iter().map(|(text, labels)| (text.as_str(), labels.clone())));
    if as_json {
        let list: Vec<Value> = hits
            .iter()
            .map(|one| {
                json!({ "signal": one.signal, "with_label": { "texts": one.with.0, "hits": one.with.1 },
                        "without_label": { "texts": one.without.0, "hits": one.without.1 } })
            })
            .collect();
        super::print_json(&json!({ "texts": texts.len(), "signals": list }))?;
        return Ok(Outcome::Done);
    }
    let mut out = std::io::stdout().lock();
    let rate = |(n, hits): (u32, u32)| if n == 0 { 0.0 } else { f64::from(hits) * 1000.0 / f64::from(n) };
    writeln!(out, "{:<36} {:>21} {:>22}", "signal", "per 1,000 with label", "per 1,000 without")?;
    for one in &hits {
        let (with, without) = (rate(one.with), rate(one.without));
        writeln!(out, "{:<36} {with:>13.0} ({:>5}) {without:>14.0} ({:>5})", one.signal, one.with.0, one.without.0)?;
    }
    Ok(Outcome::Done)
}

/// Labels as `field.value`, with `scam_call` where it is one.
fn labels(labels: &Value) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for field in ["claimed", "pretext", "trick", "demand", "handover"] {
        for value in labels[field].as_array().into_iter().flatten().filter_map(Value::as_str) {
            all.insert(format!("{field}.{value}"));
        }
    }
    if let Some(outcome) = labels["outcome"].as_str() {
        all.insert(format!("outcome.{outcome}"));
    }
    if labels["scam_call"].as_bool() == Some(true) {
        all.insert("scam_call".to_owned());
    }
    all
}

/// A file or standard input as text.
pub(crate) fn text_of(file: Option<&str>) -> anyhow::Result<String> {
    match file {
        None => bail!("give a file, - for standard input, or --jsonl IN --out OUT"),
        Some("-") => {
            let mut text = String::new();
            std::io::stdin().lock().take(16 << 20).read_to_string(&mut text).context("standard input is not UTF-8 text")?;
            Ok(text)
        }
        Some(path) => crate::context::read(path),
    }
}

/// Answers each line of a JSON Lines file with one.
pub(crate) fn lines(
    input: &str,
    output: &str,
    answer: &mut dyn FnMut(&Value) -> anyhow::Result<Value>,
) -> anyhow::Result<Outcome> {
    let file = std::fs::File::open(input).with_context(|| format!("cannot read {input}"))?;
    let mut out = BufWriter::new(std::fs::File::create(output).with_context(|| format!("cannot write {output}"))?);
    for (position, line) in BufReader::new(file).lines().enumerate() {
        let place = || format!("{input}:{}", position + 1);
        let line = line.with_context(place)?;
        if line.trim().is_empty() {
            continue;
        }
        let entry: Value = serde_json::from_str(&line).with_context(place)?;
        writeln!(out, "{}", answer(&entry).with_context(place)?)?;
    }
    out.flush()?;
    Ok(Outcome::Done)
}
