//! `ringfence import`: bulk intake, resumable and idempotent. One thread reads and puts together, this one stores.

use std::fs::File;
use std::io::{BufReader, Seek, SeekFrom, Write};
use std::path::Path;

use anyhow::{Context as _, bail};
use indicatif::{ProgressBar, ProgressStyle};
use report::{Format, Intake, Mapping, OpenReason, Position, Reference, Refusal, Report, Source, read_header, reject_note};
use series::{ReportId, assemble};
use store::{Actor, ImportProgress, NewReport, TakenAs};
use tokio::sync::mpsc;

use crate::Outcome;
use crate::config::{Flags, load};
use crate::context::{self, Context};
use crate::input;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The file; packed with gzip or not.
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
    /// File for what is refused, as it came, each with its line, field and reason above it. An earlier one is replaced.
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
/// Bytes of refused lines that are held until the next transaction.
const MOST_REFUSED: usize = 4 << 20;
/// Largest mapping file.
const MOST_MAPPING: u64 = 1 << 20;

/// What is read, and how.
struct Plan {
    path: String,
    /// The file's name without `.gz`: names rows that have no id.
    stem: String,
    format: Format,
    mapping: Option<Mapping>,
    source: Option<Source>,
    /// Names the file by what is in it.
    identity: String,
    /// Where reading begins.
    from: Position,
    /// The file was read to its end before: reports without an id are there, and are not taken again.
    again: bool,
}

/// What one transaction takes.
#[derive(Default)]
struct Part {
    reports: Vec<NewReport>,
    refused: Vec<(u64, Refusal, Vec<u8>)>,
    refused_bytes: usize,
    /// Reports without an id in a file that was read before.
    there: i64,
    after: Position,
    end: bool,
}

/// The rejects file.
struct Rejects {
    file: File,
    header: Vec<u8>,
    length: u64,
}

pub(crate) async fn run(arguments: Arguments, flags: &Flags) -> anyhow::Result<Outcome> {
    let settings = load(flags)?;
    let source = match &arguments.source {
        Some(source) => Some(Source::parse(source).with_context(|| format!("--source '{source}'"))?),
        None => None,
    };
    let mapping = arguments.map.as_deref().map(|path| input::text(path, MOST_MAPPING)).transpose()?;
    let name = Path::new(&arguments.file).file_name().and_then(|name| name.to_str()).unwrap_or("file").to_owned();
    let stem = name.strip_suffix(".gz").unwrap_or(&name).to_owned();
    let format = match arguments.format {
        Some(FormatName::Csv) => Format::Csv,
        Some(FormatName::Jsonl) => Format::Jsonl,
        None if stem.ends_with(".csv") => Format::Csv,
        None => Format::Jsonl,
    };
    let path = || arguments.map.clone().unwrap_or_default();
    let mut plan = Plan {
        identity: input::identity(&arguments.file, &[mapping.as_deref(), arguments.source.as_deref()])?,
        path: arguments.file.clone(),
        stem,
        format,
        mapping: mapping.as_deref().map(Mapping::parse).transpose().with_context(path)?,
        source,
        from: Position::default(),
        again: false,
    };
    if plan.mapping.is_some() && format == Format::Jsonl {
        bail!("--map is for CSV files: {} is read as JSON Lines (give --format csv)", plan.path);
    }
    // The file is looked at before a database is made for it.
    let header = plan.header()?;
    let context = context::open(settings).await?;
    let held = context.store.import_progress(&plan.identity).await?;
    let mut progress = ImportProgress { identity: plan.identity.clone(), label: name, ..ImportProgress::default() };
    match held {
        Some(held) if held.done => plan.again = true,
        Some(held) => {
            plan.from = held.position;
            progress = held;
        }
        None => {}
    }
    let mut rejects = None;
    if let Some(path) = &arguments.rejects {
        rejects = Some(Rejects::open(path, &mut progress, header)?);
    }
    let progress = store_parts(&context, plan, progress, &mut rejects).await?;
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

/// Stores part after part, each in one transaction with how far reading has come.
async fn store_parts(
    context: &Context,
    plan: Plan,
    mut progress: ImportProgress,
    rejects: &mut Option<Rejects>,
) -> anyhow::Result<ImportProgress> {
    let bar = bar(std::fs::metadata(&plan.path).map_or(0, |meta| meta.len()));
    let (path, again) = (plan.path.clone(), plan.again);
    let (send, mut parts) = mpsc::channel::<Part>(2);
    let reader = {
        let (context, bar) = (context.clone(), bar.clone());
        tokio::task::spawn_blocking(move || read_parts(&context, &plan, &bar, &send))
    };
    let actor = Actor::new("import", "program");
    while let Some(mut part) = parts.recv().await {
        progress.position = part.after;
        progress.done = part.end;
        progress.unchanged += part.there;
        for (line, refusal, raw) in &part.refused {
            progress.rejected += 1;
            bar.suspend(|| eprintln!("{path}:{line}: {refusal}"));
            if let Some(rejects) = rejects {
                rejects.write(*line, refusal, raw).context("the rejects file cannot be written")?;
                progress.rejects_offset = rejects.length;
            }
        }
        if let Some(rejects) = rejects {
            rejects.file.sync_data()?;
        }
        if again {
            // A file that was read to its end keeps its place in the records; what it says is taken as it stands.
            let (taken, _) = context.store.take_drawing(&mut part.reports, &draw, None, &actor, context::now()).await?;
            let count = |wanted: TakenAs| taken.iter().filter(|one| one.outcome == wanted).count() as i64;
            progress.accepted += count(TakenAs::Accepted);
            progress.updated += count(TakenAs::Updated);
            progress.unchanged += count(TakenAs::Unchanged);
        } else {
            let (_, saved) =
                context.store.take_drawing(&mut part.reports, &draw, Some(&progress), &actor, context::now()).await?;
            progress = saved.unwrap_or(progress);
        }
    }
    bar.finish_and_clear();
    reader.await.context("the reader died")??;
    Ok(progress)
}

/// Reads the file from where the last run stopped, part after part.
fn read_parts(context: &Context, plan: &Plan, bar: &ProgressBar, send: &mpsc::Sender<Part>) -> anyhow::Result<()> {
    let place = || plan.path.clone();
    let mut reader = plan.open(bar)?;
    let mut at = Position::default();
    let mut header = Vec::new();
    if plan.format == Format::Csv {
        let read = read_header(&mut reader, plan.mapping.as_ref()).with_context(place)?;
        (header, at) = (read.bytes, read.after);
    }
    if plan.from.offset > at.offset {
        let skip = plan.from.offset - at.offset;
        let skipped = std::io::copy(&mut std::io::Read::take(&mut reader, skip), &mut std::io::sink()).with_context(place)?;
        if skipped != skip {
            bail!("{}: shorter than when its import began: give the whole file", plan.path);
        }
        at = plan.from;
    }
    let mut intake = match plan.format {
        Format::Csv => Intake::csv(reader, at, &header, plan.mapping.as_ref(), &plan.stem).with_context(place)?,
        Format::Jsonl => Intake::jsonl(reader, at, "GB"),
    };
    let mut part = Part { after: at, ..Part::default() };
    loop {
        let Some(item) = intake.next_item().with_context(place)? else {
            part.end = true;
            let _ = send.blocking_send(part);
            return Ok(());
        };
        part.after = item.after;
        match item.result {
            Ok(mut report) => {
                if let Some(source) = &plan.source {
                    report.facts.source = source.clone();
                }
                if plan.again && report.facts.external_id.is_none() {
                    part.there += 1;
                } else {
                    part.reports.push(prepare(context, report));
                }
            }
            Err(refusal) => {
                part.refused_bytes += item.raw.len();
                part.refused.push((item.line, refusal, item.raw));
            }
        }
        let full = part.reports.len() >= BATCH || part.refused.len() >= BATCH || part.refused_bytes >= MOST_REFUSED;
        if full {
            let next = Part { after: part.after, ..Part::default() };
            if send.blocking_send(std::mem::replace(&mut part, next)).is_err() {
                // The storing side has failed and tells why.
                return Ok(());
            }
        }
    }
}

/// An id by chance.
fn draw() -> ReportId {
    ReportId(Reference::from_random(context::random()).to_string())
}

fn prepare(context: &Context, report: Report) -> NewReport {
    let id = draw();
    let contact = {
        let reporter = &report.private.open(OpenReason::Matching).reporter;
        reporter.phone.clone().or_else(|| reporter.email.clone())
    };
    let hash = contact.map(|contact| context.store.keys().reporter_hash(&contact));
    let assembled = assemble(&report, id, &context.gazetteer, &context.reader, &context.streams, hash);
    NewReport { report, case: assembled.case, reading: assembled.reading }
}

impl Plan {
    fn open(&self, bar: &ProgressBar) -> anyhow::Result<BufReader<input::Unpacked>> {
        let file = input::unpacked(&self.path, bar)?;
        Ok(BufReader::with_capacity(1 << 18, file))
    }

    /// The header of a CSV file, which must fit the mapping; nothing of JSON Lines.
    fn header(&self) -> anyhow::Result<Vec<u8>> {
        let reader = self.open(&ProgressBar::hidden())?;
        if self.format == Format::Jsonl {
            return Ok(Vec::new());
        }
        let header = read_header(reader, self.mapping.as_ref()).with_context(|| self.path.clone())?;
        Intake::csv(&b""[..], Position::default(), &header.bytes, self.mapping.as_ref(), &self.stem)
            .with_context(|| self.path.clone())?;
        Ok(header.bytes)
    }
}

impl Rejects {
    /// Opens the file, cut where the last saved batch ended.
    fn open(path: &str, progress: &mut ImportProgress, header: Vec<u8>) -> anyhow::Result<Rejects> {
        let cannot = || format!("cannot write {path}");
        let mut file = File::options().create(true).read(true).write(true).truncate(false).open(path).with_context(cannot)?;
        // Another file than the one that the import began with may be shorter.
        let length = file.metadata().with_context(cannot)?.len().min(progress.rejects_offset);
        file.set_len(length).with_context(cannot)?;
        file.seek(SeekFrom::End(0)).with_context(cannot)?;
        progress.rejects_offset = length;
        Ok(Rejects { file, header, length })
    }

    /// The reason as a note, then the line as it came. A CSV file's header goes first: mended, the file can be imported as it is.
    fn write(&mut self, line: u64, refusal: &Refusal, raw: &[u8]) -> anyhow::Result<()> {
        let mut text = Vec::with_capacity(raw.len() + 100);
        if self.length == 0 && !self.header.is_empty() {
            text.extend_from_slice(&self.header);
            text.push(b'\n');
        }
        text.extend_from_slice(reject_note(line, refusal).as_bytes());
        text.push(b'\n');
        text.extend_from_slice(raw);
        text.push(b'\n');
        self.file.write_all(&text)?;
        self.length += text.len() as u64;
        Ok(())
    }
}

/// Shown on a terminal only.
fn bar(size: u64) -> ProgressBar {
    let bar = ProgressBar::new(size);
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {bytes}/{total_bytes} {eta}") {
        bar.set_style(style);
    }
    bar
}
