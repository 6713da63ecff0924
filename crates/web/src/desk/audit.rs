//! `/desk/audit`: the log, newest first, and whether its chain holds.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use store::AuditEntry;

use crate::AppState;
use crate::error::{WebError, page};
use crate::session::{Asked, Staff};

#[derive(Deserialize)]
pub(crate) struct Wanted {
    before: Option<i64>,
}

#[derive(Template)]
#[template(path = "desk_audit.html")]
struct Show<'a> {
    staff: &'a Staff,
    links: Vec<(&'static str, &'static str)>,
    entries: Vec<AuditEntry>,
    verdict: String,
    whole: bool,
    more: Option<i64>,
}

const PAGE: i64 = 100;

pub(crate) async fn show(
    State(state): State<AppState>,
    staff: Staff,
    Asked(wanted): Asked<Wanted>,
) -> Result<Response, WebError> {
    let entries = state.store.audit(wanted.before, PAGE).await?;
    let (verdict, whole) = match state.store.verify_audit().await? {
        Ok(n) => (format!("The chain of {n} entries is unbroken."), true),
        Err(broken) => (broken.to_string(), false),
    };
    let more = (entries.len() as i64 == PAGE).then(|| entries.last().map(|entry| entry.seq)).flatten();
    Ok(page(StatusCode::OK, &Show { staff: &staff, links: super::home::links(&staff), entries, verdict, whole, more }))
}
