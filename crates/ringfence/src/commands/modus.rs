//! `ringfence modus`

use std::io::{BufRead, BufReader, BufWriter, Read, Write};

use anyhow::{Context as _, bail};
use modus::{Packs, Reader};
use serde_json::Value;

use crate::Outcome;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// A narrative; `-` for standard input.
    file: Option<String>,
    /// JSON Lines `{"id", "text"}`.
    #[arg(long, requires = "out", conflicts_with = "file")]
    jsonl: Option<String>,
    /// File for the readings.
    #[arg(long)]
    out: Option<String>,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let reader = Reader::new(&Packs::builtin());
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
