//! `backup`, `erase`, `verify-audit`, `doctor`

use series::ReportId;
use store::Actor;

use crate::Outcome;
use crate::config::{Flags, load};
use crate::context;

pub(crate) async fn backup(file: &str, flags: &Flags) -> anyhow::Result<Outcome> {
    let context = context::open(load(flags)?).await?;
    context.store.backup(file).await?;
    super::print_line(&format!("{file} written; keep it apart from the key file"))?;
    Ok(Outcome::Done)
}

pub(crate) async fn erase(report: &str, reason: &str, flags: &Flags) -> anyhow::Result<Outcome> {
    let context = context::open(load(flags)?).await?;
    context.store.erase(&ReportId(report.to_owned()), reason, &Actor::new("console", "admin"), context::now()).await?;
    super::print_line(&format!("the person was erased from {report}; its facts stay"))?;
    Ok(Outcome::Done)
}

pub(crate) async fn verify_audit(flags: &Flags) -> anyhow::Result<Outcome> {
    let context = context::open(load(flags)?).await?;
    match context.store.verify_audit().await? {
        Ok(entries) => {
            super::print_line(&format!("{entries} entries, unbroken"))?;
            Ok(Outcome::Done)
        }
        Err(broken) => {
            super::print_line(&broken.to_string())?;
            Ok(Outcome::Found)
        }
    }
}

pub(crate) async fn doctor(flags: &Flags) -> anyhow::Result<Outcome> {
    let context = context::open(load(flags)?).await?;
    let mut well = true;
    for check in context.store.doctor().await? {
        well = well && check.ok;
        if flags.json {
            super::print_json(&check)?;
        } else {
            super::print_line(&format!("{} {}: {}", if check.ok { "ok  " } else { "FAIL" }, check.name, check.words))?;
        }
    }
    Ok(if well { Outcome::Done } else { Outcome::Found })
}
