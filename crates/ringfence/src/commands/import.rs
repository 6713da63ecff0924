//! `ringfence import`: bulk intake, resumable and idempotent.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;

use anyhow::{Context as _, bail};
use indicatif::{ProgressBar, ProgressStyle};
use report::{Format, Intake, Mapping, OpenReason, Position, Reference};
use series::{ReportId, assemble};
use sha2::{Digest, Sha256};
use store::{Actor, ImportProgress, NewReport};

use crate::Outcome;
use crate::config::{Flags, load};
use crate::context::{self, Context};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The file; `.gz` is unpacked as it is read.
    file: String,
    /// Its format; told from its name where not given.
    #[arg(long, value_enum)]
    format: Option<FormatName>,
    /// Mapping file (TOML) for the columns of a CSV file.
    #[arg(long)]
    map: Option<String>,
    /// Source of all reports, in place of the file's own.
    #[arg(long)]
    source: Option<String>,
    /// File for what is refused, as it came, each with its line and reason.
    #[arg(long)]
    rejects: Option<String>,
    /// Does not run the detector afterwards.
    #[arg(long)]
    no_detect: bool,
}

#[derive(clap::ValueEnum, Clone, Copy)]
enum FormatName {
    Jsonl,
    Csv,
}

/// Reports a transaction.
const BATCH: usize = 1_000;

pub(crate) async fn run(arguments: Arguments, flags: &Flags) -> anyhow::Result<Outcome> {
    let context = context::open(load(flags)?).await?;
    let progress = import(&context, &arguments).await?;
    let found = if arguments.no_detect { None } else { Some(crate::detect::run(&context, &|_| {}).await?) };
    if flags.json {
        super::print_json(&serde_json::json!({
            "accepted": progress.accepted, "updated": progress.updated, "unchanged": progress.unchanged,
            "rejected": progress.rejected, "series_raised": found.map(|found| found.raised),
        }))?;
    } else {
        super::print_line(&format!(
            "accepted {}, updated {}, unchanged {}, rejected {}",
            progress.accepted, progress.updated, progress.unchanged, progress.rejected
        ))?;
        if let Some(found) = found {
            super::print_line(&format!("{} series raised", found.raised))?;
        }
    }
    Ok(if progress.rejected > 0 { Outcome::Found } else { Outcome::Done })
}

async fn import(context: &Context, arguments: &Arguments) -> anyhow::Result<ImportProgress> {
    let path = Path::new(&arguments.file);
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("file").to_owned();
    let gz = name.ends_with(".gz");
    let stem = name.trim_end_matches(".gz").to_owned();
    let format = match arguments.format {
        Some(FormatName::Csv) => Format::Csv,
        Some(FormatName::Jsonl) => Format::Jsonl,
        None if stem.ends_with(".csv") => Format::Csv,
        None => Format::Jsonl,
    };
    let mapping_text = arguments.map.as_deref().map(context::read).transpose()?;
    let mapping =
        mapping_text.as_deref().map(Mapping::parse).transpose().with_context(|| arguments.map.clone().unwrap_or_default())?;
    if mapping.is_some() && format == Format::Jsonl {
        bail!("--map is for CSV files: {} is read as JSON Lines (give --format csv)", arguments.file);
    }
    let identity = identity(&arguments.file, mapping_text.as_deref(), arguments.source.as_deref())?;
    let held = context.store.import_progress(&identity).await?;
    let mut progress = held.unwrap_or_else(|| ImportProgress { identity, label: name, ..ImportProgress::default() });
    let mut rejects = arguments.rejects.as_deref().map(|path| open_rejects(path, progress.rejects_offset)).transpose()?;
    if progress.done {
        // The same file again changes nothing: all of it is there.
        progress.unchanged += progress.accepted + progress.updated;
        progress.accepted = 0;
        progress.updated = 0;
        return Ok(progress);
    }
    let size = std::fs::metadata(path).with_context(|| format!("cannot read {}", arguments.file))?.len();
    let bar = bar(size);
    let file = bar.wrap_read(File::open(path).with_context(|| format!("cannot read {}", arguments.file))?);
    let reader: Box<dyn Read> = if gz { Box::new(flate2::read::MultiGzDecoder::new(file)) } else { Box::new(file) };
    let mut reader = BufReader::with_capacity(1 << 18, reader);
    let mut header = Vec::new();
    let mut at = Position::default();
    if format == Format::Csv {
        let taken = reader.by_ref().take(1 << 18).read_until(b'\n', &mut header)?;
        at = Position { line: 1, offset: taken as u64, row: 0 };
    }
    if progress.position.offset > at.offset {
        let skip = progress.position.offset - at.offset;
        let skipped = std::io::copy(&mut reader.by_ref().take(skip), &mut std::io::sink())?;
        if skipped != skip {
            bail!("{}: shorter than when its import began: give the whole file", arguments.file);
        }
        at = progress.position;
    }
    let mut intake = match format {
        Format::Csv => {
            Intake::csv(reader, at, header.trim_ascii_end(), mapping.as_ref(), &stem).with_context(|| arguments.file.clone())?
        }
        Format::Jsonl => Intake::jsonl(reader, at, "GB"),
    };
    let actor = Actor::new("import", "program");
    let mut batch: Vec<NewReport> = Vec::with_capacity(BATCH);
    loop {
        let item = intake.next_item().with_context(|| arguments.file.clone())?;
        let end = item.is_none();
        if let Some(item) = item {
            progress.position = item.after;
            match item.result {
                Ok(mut report) => {
                    if let Some(source) = &arguments.source {
                        report.facts.source = report::Source::parse(source).with_context(|| format!("--source {source}"))?;
                    }
                    batch.push(prepare(context, report));
                }
                Err(refusal) => {
                    progress.rejected += 1;
                    eprintln!("{}:{}: {refusal}", arguments.file, item.line);
                    if let Some(file) = &mut rejects {
                        progress.rejects_offset += write_reject(file, item.line, &refusal, &item.raw)?;
                    }
                }
            }
        }
        if batch.len() == BATCH || end {
            progress.done = end;
            if let Some(file) = &mut rejects {
                file.sync_data()?;
            }
            let (_, saved) = context.store.take_reports(&batch, Some(&progress), &actor, context::now()).await?;
            progress = saved.unwrap_or(progress);
            batch.clear();
        }
        if end {
            bar.finish_and_clear();
            return Ok(progress);
        }
    }
}

fn prepare(context: &Context, report: report::Report) -> NewReport {
    let id = ReportId(Reference::from_random(context::random()).to_string());
    let contact = {
        let reporter = &report.private.open(OpenReason::Matching).reporter;
        reporter.phone.clone().or_else(|| reporter.email.clone())
    };
    let hash = contact.map(|contact| context.store.keys().reporter_hash(&contact));
    let assembled = assemble(&report, id, &context.gazetteer, &context.reader, &context.streams, hash);
    NewReport { report, case: assembled.case, reading: assembled.reading }
}

/// Names a file by what is in it and how it is read: a changed file is another file.
fn identity(path: &str, mapping: Option<&str>, source: Option<&str>) -> anyhow::Result<String> {
    let mut file = File::open(path).with_context(|| format!("cannot read {path}"))?;
    let mut hash = Sha256::new();
    hash.update(mapping.unwrap_or("").as_bytes());
    hash.update(source.unwrap_or("").as_bytes());
    let mut buffer = vec![0; 1 << 20];
    loop {
        let n = file.read(&mut buffer)?;
        if n == 0 {
            break;
        }
        hash.update(&buffer[..n]);
    }
    Ok(hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect())
}

/// The rejects file, cut where the last saved batch ended.
fn open_rejects(path: &str, offset: u64) -> anyhow::Result<File> {
    let mut file = File::options()
        .create(true)
        .read(true)
        .write(true)
        .truncate(false)
        .open(path)
        .with_context(|| format!("cannot write {path}"))?;
    file.set_len(offset)?;
    file.seek(SeekFrom::End(0))?;
    Ok(file)
}

/// The reason as a comment line, then the line as it came. Gives how many bytes were written.
fn write_reject(file: &mut File, line: u64, refusal: &report::Refusal, raw: &[u8]) -> anyhow::Result<u64> {
    let mut text = format!("# line {line}: {refusal}\n").into_bytes();
    text.extend_from_slice(raw);
    text.push(b'\n');
    file.write_all(&text)?;
    Ok(text.len() as u64)
}

fn bar(size: u64) -> ProgressBar {
    let bar = ProgressBar::new(size);
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {bytes}/{total_bytes} {eta}") {
        bar.set_style(style);
    }
    bar
}
