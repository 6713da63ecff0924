//! `/your-report`: what became of a report, by reference and code. Wrong codes are slowed down and told apart from nothing.

use std::collections::HashMap;
use std::sync::{Mutex, OnceLock};

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use report::{OpenReason, Reference, Report, Victim};
use series::ReportId;
use store::{Actor, StoredReport};

use crate::AppState;
use crate::error::{WebError, page};
use crate::session::Fields;

#[derive(Template)]
#[template(path = "your_report.html")]
struct Ask {
    errors: Vec<(&'static str, &'static str)>,
    reference: String,
}

#[derive(Template)]
#[template(path = "your_report_status.html")]
struct Status {
    errors: Vec<(&'static str, &'static str)>,
    reference: String,
    code: String,
    received: String,
    linked: bool,
    advice: Vec<(String, String)>,
    may_add: bool,
    added: bool,
}

/// Longest addition.
const LONGEST: usize = 20_000;
/// Wrong codes for one reference in a quarter of an hour.
const TRIES: u32 = 5;
const WINDOW: i64 = 15 * 60;

pub(crate) async fn ask() -> Response {
    page(StatusCode::OK, &Ask { errors: Vec::new(), reference: String::new() })
}

/// Shows what became of a report to whoever has its reference and code; with `action=add` adds to it first.
pub(crate) async fn answer(State(state): State<AppState>, fields: Fields) -> Result<Response, WebError> {
    let typed = fields.get("reference").to_owned();
    let again = |field, error| {
        Ok(page(StatusCode::UNPROCESSABLE_ENTITY, &Ask { errors: vec![(field, error)], reference: typed.clone() }))
    };
    let Ok(reference) = Reference::parse(&typed) else {
        return again("reference", "Check the reference. It looks like RF-7K3M-9QXAB");
    };
    if is_barred(reference.as_str(), state.now().timestamp().as_second()) {
        return again("code", "There were too many wrong codes. Wait a quarter of an hour, or call 101");
    }
    let id = ReportId(reference.to_string());
    let code = fields.get("code").replace(' ', "");
    if !state.store.return_code_fits(&id, &code).await? {
        note_wrong(reference.as_str(), state.now().timestamp().as_second());
        return again("code", "The reference and the code do not go together");
    }
    let report = state.store.report(&id).await?;
    let may_add = report.facts["external_id"].is_string() && report.erased_at.is_none();
    let mut added = false;
    let mut errors = Vec::new();
    if fields.get("action") == "add" && may_add {
        let more: String = fields.get("more").chars().take(LONGEST).collect();
        if more.is_empty() {
            errors.push(("more", "Type what you want to add"));
        } else {
            add(&state, &report, &more).await?;
            added = true;
        }
    }
    let mut advice = Vec::new();
    let series = state.store.series_of_report(&id).await?;
    for one in state.store.published_advice(50).await? {
        if one.series.as_ref().is_some_and(|held| series.iter().any(|series| series.id == *held)) {
            advice.push((format!("/advice/{}", one.slug), one.content.title));
        }
    }
    // Only what an analyst confirmed is told: a candidate is the program's guess.
    let linked = series.iter().any(|one| matches!(one.state, series::State::Confirmed | series::State::Closed));
    let received = day_words(report.row.case.received_at.day());
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(page(status, &Status { errors, reference: id.0, code, received, linked, advice, may_add, added }))
}

/// Puts more words behind those of a report: an update of the same report, read and matched anew.
async fn add(state: &AppState, stored: &StoredReport, more: &str) -> Result<(), WebError> {
    let actor = Actor::resident();
    let id = &stored.row.case.id;
    let why = "the reporter adds to it, with reference and code";
    let mut private = state.store.private(id, OpenReason::OwnAnswers, why, &actor, state.now()).await?.unwrap_or_default();
    let before = private.narrative.take().unwrap_or_default();
    private.narrative = Some(if before.is_empty() { more.to_owned() } else { format!("{before}\n\n{more}") });
    let mut report = Report::from_value(stored.facts.clone(), "GB")
        .map_err(|refusal| WebError::Inside(format!("a stored report does not read: {}: {}", refusal.path, refusal.reason)))?;
    report.private = Victim::seal(private);
    state.take(report, &actor).await?;
    Ok(())
}

/// "12 April 2019".
fn day_words(day: jiff::civil::Date) -> String {
    format!("{} {} {}", day.day(), advice::MONTHS[(day.month() as usize - 1).min(11)], day.year())
}

/// Wrong codes by reference: since when, how many. Kept in memory: a restart forgives.
fn wrong_codes() -> &'static Mutex<HashMap<String, (i64, u32)>> {
    static WRONG: OnceLock<Mutex<HashMap<String, (i64, u32)>>> = OnceLock::new();
    WRONG.get_or_init(Mutex::default)
}

/// Whether a reference had too many wrong codes of late. Where too many references are tried at all, everybody waits.
fn is_barred(reference: &str, now: i64) -> bool {
    let Ok(mut wrong) = wrong_codes().lock() else { return true };
    wrong.retain(|_, (since, _)| now - *since < WINDOW);
    wrong.len() > 100_000 || wrong.get(reference).is_some_and(|(_, tries)| *tries >= TRIES)
}

fn note_wrong(reference: &str, now: i64) {
    if let Ok(mut wrong) = wrong_codes().lock() {
        wrong.entry(reference.to_owned()).or_insert((now, 0)).1 += 1;
    }
}
