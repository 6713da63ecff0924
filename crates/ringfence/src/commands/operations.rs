//! `backup`, `restore`, `export`, `erase`, `verify-audit`, `doctor`

use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::{Context as _, bail};
use report::{OpenReason, Reference};
use serde_json::json;
use series::ReportId;
use store::{Actor, Check, Keys, Store};

use crate::Outcome;
use crate::config::{Flags, Settings, load};
use crate::context::{self, Context, KeyFile};

#[derive(clap::Args)]
pub(crate) struct Restore {
    /// The backup.
    file: String,
    /// Puts it in the place of a database that is there; that one is kept beside it.
    #[arg(long)]
    replace: bool,
}

#[derive(clap::Args)]
pub(crate) struct Export {
    /// File to write; `-` for standard output.
    #[arg(default_value = "-")]
    file: String,
    /// First day received.
    #[arg(long)]
    from: Option<jiff::civil::Date>,
    /// Last day received.
    #[arg(long)]
    to: Option<jiff::civil::Date>,
    /// Leaves personal data out.
    #[arg(long)]
    facts_only: bool,
    /// Why: goes into the audit log.
    #[arg(long, default_value = "export at the console")]
    reason: String,
}

/// Reports a page of an export.
const PAGE: i64 = 500;

fn console() -> Actor {
    Actor::new("console", "admin")
}

pub(crate) async fn backup(file: &str, flags: &Flags) -> anyhow::Result<Outcome> {
    let context = context::open_existing(load(flags)?).await?;
    context.store.backup(file, &console(), context::now()).await?;
    super::tell(flags, &json!({ "file": file }), &format!("{file} written; keep it apart from the key file"))?;
    Ok(Outcome::Done)
}

pub(crate) async fn restore(arguments: &Restore, flags: &Flags) -> anyhow::Result<Outcome> {
    let settings = load(flags)?;
    if !Path::new(&settings.key_file).exists() {
        bail!("{}: there is no such key file: a backup opens only with the key its database was made with", settings.key_file);
    }
    let keys = KeyFile::get(&settings)?.keys;
    let backup = Path::new(&arguments.file);
    let kept = store::restore(backup, &settings.database, keys, arguments.replace, &console(), context::now()).await?;
    let kept = kept.map(|path| path.display().to_string());
    let words = match &kept {
        Some(path) => format!("{} is back; what was there is kept as {path}", arguments.file),
        None => format!("{} is back", arguments.file),
    };
    super::tell(flags, &json!({ "file": arguments.file, "database": context::shown(&settings.database), "kept": kept }), &words)?;
    Ok(Outcome::Done)
}

pub(crate) async fn export(arguments: &Export, flags: &Flags) -> anyhow::Result<Outcome> {
    let context = context::open_existing(load(flags)?).await?;
    let detail = json!({
        "reason": arguments.reason, "from": arguments.from, "to": arguments.to, "facts_only": arguments.facts_only,
    });
    // First the entry, then the opening: nothing leaves without it.
    context.store.record(&console(), "reports.export", "reports", &detail, context::now()).await?;
    if arguments.file == "-" {
        let count = write_reports(&context, arguments, &mut std::io::stdout().lock()).await?;
        eprintln!("{count} reports written");
        return Ok(Outcome::Done);
    }
    let part = format!("{}.part", arguments.file);
    let cannot = || format!("cannot write {}", arguments.file);
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut out = BufWriter::new(options.open(&part).with_context(cannot)?);
    let count = write_reports(&context, arguments, &mut out).await?;
    out.into_inner().map_err(|error| error.into_error()).and_then(|file| file.sync_all()).with_context(cannot)?;
    std::fs::rename(&part, &arguments.file).with_context(cannot)?;
    super::tell(
        flags,
        &json!({ "reports": count, "file": arguments.file }),
        &format!("{count} reports written to {}", arguments.file),
    )?;
    Ok(Outcome::Done)
}

/// Writes page after page; a reader that goes away ends it quietly.
async fn write_reports(context: &Context, arguments: &Export, out: &mut dyn Write) -> anyhow::Result<u64> {
    let (mut after, mut count) = (0, 0);
    loop {
        let page = context.store.export(after, !arguments.facts_only, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = last.seq;
        for one in page {
            let day = one.report.facts.received_at.day();
            if arguments.from.is_some_and(|from| day < from) || arguments.to.is_some_and(|to| day > to) {
                continue;
            }
            let line = one.report.to_json(OpenReason::Export).to_string();
            match writeln!(out, "{line}") {
                Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => return Ok(count),
                other => other.context("the export cannot be written")?,
            }
            count += 1;
        }
    }
    out.flush().context("the export cannot be written")?;
    Ok(count)
}

pub(crate) async fn erase(report: &str, reason: &str, flags: &Flags) -> anyhow::Result<Outcome> {
    if reason.trim().is_empty() {
        bail!("--reason: say why: it goes into the audit log");
    }
    let context = context::open_existing(load(flags)?).await?;
    // As people type it, where it is a reference.
    let id = Reference::parse(report).map_or_else(|_| report.to_owned(), |reference| reference.to_string());
    context.store.erase(&ReportId(id.clone()), reason, &console(), context::now()).await?;
    super::tell(flags, &json!({ "erased": id }), &format!("the person was erased from {id}; its facts stay"))?;
    Ok(Outcome::Done)
}

pub(crate) async fn verify_audit(flags: &Flags) -> anyhow::Result<Outcome> {
    let context = context::open_existing(load(flags)?).await?;
    match context.store.verify_audit().await? {
        Ok(entries) => {
            super::tell(flags, &json!({ "unbroken": true, "entries": entries }), &format!("{entries} entries, unbroken"))?;
            Ok(Outcome::Done)
        }
        Err(broken) => {
            let answer = json!({ "unbroken": false, "entry": broken.seq, "what": broken.what });
            super::tell(flags, &answer, &broken.to_string())?;
            Ok(Outcome::Found)
        }
    }
}

pub(crate) async fn doctor(flags: &Flags) -> anyhow::Result<Outcome> {
    let settings = load(flags)?;
    let mut checks = vec![key_file(&settings)];
    match look_at_store(&settings).await {
        Ok(more) => checks.extend(more),
        Err(error) => checks.push(Check { name: "database", ok: false, words: format!("{error:#}") }),
    }
    if let Some(broker) = &settings.broker {
        checks.push(reach(broker).await);
    }
    let mut well = true;
    for check in checks {
        well = well && check.ok;
        if flags.json {
            super::print_json(&check)?;
        } else {
            super::print_line(&format!("{} {}: {}", if check.ok { "ok  " } else { "FAIL" }, check.name, check.words))?;
        }
    }
    Ok(if well { Outcome::Done } else { Outcome::Found })
}

/// The store's own checks, and whether what it holds can be worked with.
async fn look_at_store(settings: &Settings) -> anyhow::Result<Vec<Check>> {
    if let Some(path) = context::sqlite_path(&settings.database)
        && !path.exists()
    {
        bail!("{}: there is no such database: name it with --database, or make one with import, serve or demo", path.display());
    }
    let keys = match Path::new(&settings.key_file).exists() {
        true => KeyFile::get(settings)?.keys,
        // What can be looked at without the key is looked at; the key's own check fails.
        false => Keys::from_master(&[0; 32]),
    };
    let store = Store::open(&settings.database, keys).await.with_context(|| context::shown(&settings.database))?;
    let mut checks = store.doctor().await?;
    checks.push(match context::finish(store, settings.clone()).await {
        Ok(context) => {
            let districts = context.gazetteer.districts().count();
            let words = format!("{}; {districts} districts", context.force.name);
            Check { name: "force and areas", ok: true, words }
        }
        Err(error) => Check { name: "force and areas", ok: false, words: format!("{error:#}") },
    });
    Ok(checks)
}

/// The key file: there, and readable by its owner alone.
fn key_file(settings: &Settings) -> Check {
    let path = &settings.key_file;
    let (ok, words) = match std::fs::metadata(path) {
        Err(_) => (false, format!("{path} is not there: give it with --key-file; a lost key cannot be made again")),
        Ok(meta) if is_open_to_others(&meta) => (false, format!("{path} can be read by others: chmod 600 {path}")),
        Ok(_) => (true, format!("{path} is there, for its owner alone")),
    };
    Check { name: "key file", ok, words }
}

#[cfg(unix)]
fn is_open_to_others(meta: &std::fs::Metadata) -> bool {
    std::os::unix::fs::PermissionsExt::mode(&meta.permissions()) & 0o077 != 0
}

#[cfg(not(unix))]
fn is_open_to_others(_meta: &std::fs::Metadata) -> bool {
    false
}

/// Whether something listens where the broker should.
async fn reach(broker: &str) -> Check {
    let shown = context::shown(broker);
    let host = broker.split_once("://").map_or(broker, |(_, rest)| rest);
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host).trim_end_matches('/');
    let host = if host.contains(':') { host.to_owned() } else { format!("{host}:4222") };
    let connecting = tokio::net::TcpStream::connect(&host);
    let (ok, words) = match tokio::time::timeout(std::time::Duration::from_secs(3), connecting).await {
        Ok(Ok(_)) => (true, format!("{shown} answers")),
        Ok(Err(error)) => (false, format!("{shown}: {error}: the outbox waits until it is back")),
        Err(_) => (false, format!("{shown} does not answer within 3 s: the outbox waits until it is back")),
    };
    Check { name: "broker", ok, words }
}
