//! `/your-report`: what became of a report, by reference and code. Wrong codes are slowed down and told apart from nothing.

use std::collections::HashMap;
use std::sync::{Mutex, OnceLock};

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use report::Reference;
use series::ReportId;

use crate::AppState;
use crate::error::{WebError, page};
use crate::session::Fields;

#[derive(Template)]
#[template(path = "your_report.html")]
struct Ask {
    error: Option<&'static str>,
    reference: String,
}

#[derive(Template)]
#[template(path = "your_report_status.html")]
struct Status {
    reference: String,
    received: String,
    linked: bool,
    advice: Vec<(String, String)>,
}

/// Tries for one reference in a quarter of an hour.
const TRIES: u32 = 5;
const WINDOW: i64 = 15 * 60;

pub(crate) async fn ask() -> Response {
    page(StatusCode::OK, &Ask { error: None, reference: String::new() })
}

pub(crate) async fn answer(State(state): State<AppState>, fields: Fields) -> Result<Response, WebError> {
    let typed = fields.get("reference").to_owned();
    let again = |error| Ok(page(StatusCode::UNPROCESSABLE_ENTITY, &Ask { error: Some(error), reference: typed.clone() }));
    let Ok(reference) = Reference::parse(&typed) else {
        return again("Check the reference. It looks like RF-7K3M-9QXAB");
    };
    if !may_try(reference.as_str(), state.now().timestamp().as_second()) {
        return again("There were too many tries. Wait a quarter of an hour, or call 101");
    }
    let id = ReportId(reference.to_string());
    if !state.store.return_code_fits(&id, fields.get("code")).await? {
        return again("The reference and the code do not go together");
    }
    let report = state.store.report(&id).await?;
    let mut advice = Vec::new();
    let series = state.store.series_of_report(&id).await?;
    for one in state.store.published_advice(50).await? {
        if one.series.as_ref().is_some_and(|held| series.iter().any(|series| series.id == *held)) {
            advice.push((format!("/advice/{}", one.slug), one.content.title));
        }
    }
    let received = report.row.case.received_at.day().to_string();
    Ok(page(StatusCode::OK, &Status { reference: id.0, received, linked: !series.is_empty(), advice }))
}

/// Whether another try is allowed. Kept in memory: a restart forgives.
fn may_try(reference: &str, now: i64) -> bool {
    static TRIED: OnceLock<Mutex<HashMap<String, (i64, u32)>>> = OnceLock::new();
    let Ok(mut tried) = TRIED.get_or_init(Mutex::default).lock() else { return false };
    tried.retain(|_, (since, _)| now - *since < WINDOW);
    if tried.len() > 100_000 {
        return false;
    }
    let entry = tried.entry(reference.to_owned()).or_insert((now, 0));
    entry.1 += 1;
    entry.1 <= TRIES
}
