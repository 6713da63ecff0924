//! `/desk/reports`: the list, and one report with its personal data sealed until a reason is given.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use report::{OpenReason, Private};
use serde::Deserialize;
use series::ReportId;
use store::{ReportFilter, ReportRow, StoredReport};

use crate::AppState;
use crate::error::{WebError, page};
use crate::session::{Fields, Staff};

#[derive(Deserialize, Default)]
pub(crate) struct Asked {
    #[serde(default)]
    stream: String,
    #[serde(default)]
    district: String,
    #[serde(default)]
    text: String,
    before: Option<i64>,
}

#[derive(Template)]
#[template(path = "desk_reports.html")]
struct List<'a> {
    staff: &'a Staff,
    links: Vec<(&'static str, &'static str)>,
    rows: Vec<Row>,
    streams: Vec<(String, String, bool)>,
    districts: Vec<(String, String, bool)>,
    text: String,
    more: Option<String>,
}

struct Row {
    id: String,
    received: String,
    place: String,
    stream: String,
    outcome: &'static str,
    series: Option<String>,
}

#[derive(Template)]
#[template(path = "desk_report.html")]
struct Show<'a> {
    staff: &'a Staff,
    links: Vec<(&'static str, &'static str)>,
    id: String,
    facts: Vec<(&'static str, String)>,
    reading: Vec<(String, String, u32)>,
    series: Option<String>,
    has_private: bool,
    erased: bool,
    private: Option<PrivateShown>,
    may_unmask: bool,
}

struct PrivateShown {
    rows: Vec<(&'static str, String)>,
    marked: Vec<(String, bool)>,
}

/// Rows a page.
const PAGE: i64 = 50;

pub(crate) async fn list(State(state): State<AppState>, staff: Staff, Query(asked): Query<Asked>) -> Result<Response, WebError> {
    let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let filter = ReportFilter {
        stream: some(&asked.stream),
        district: some(&asked.district),
        text: some(&asked.text),
        ..ReportFilter::default()
    };
    let found = state.store.reports(&filter, asked.before, PAGE).await?;
    let more = (found.len() as i64 == PAGE).then(|| found.last().map(|row| row.seq)).flatten().map(|seq| {
        let query = [
            ("stream", asked.stream.as_str()),
            ("district", &asked.district),
            ("text", &asked.text),
            ("before", &seq.to_string()),
        ];
        format!("/desk/reports?{}", serde_urlencoded::to_string(query).unwrap_or_default())
    });
    let mut streams: Vec<(String, String, bool)> =
        state.streams.iter().map(|stream| (stream.id.clone(), stream.name.clone(), stream.id == asked.stream)).collect();
    streams.push(("unknown".to_owned(), "Unknown method".to_owned(), asked.stream == "unknown"));
    let districts = state
        .gazetteer
        .districts_of(&state.force.districts)
        .iter()
        .map(|area| (area.id.0.clone(), area.name.clone(), area.id.0 == asked.district))
        .collect();
    let rows = found.iter().map(|row| self::row(&state, row)).collect();
    Ok(page(
        StatusCode::OK,
        &List { staff: &staff, links: super::home::links(&staff), rows, streams, districts, text: asked.text, more },
    ))
}

fn row(state: &AppState, row: &ReportRow) -> Row {
    Row {
        id: row.case.id.0.clone(),
        received: row.case.received_at.to_string().chars().take(16).collect::<String>().replace('T', " "),
        place: row.case.main_district().map_or("not known".to_owned(), |id| state.gazetteer.name(id).to_owned()),
        stream: state.streams.name(row.case.main_stream()).to_owned(),
        outcome: row.case.outcome.words(),
        series: row.series.as_ref().map(ToString::to_string),
    }
}

pub(crate) async fn show(State(state): State<AppState>, staff: Staff, Path(id): Path<String>) -> Result<Response, WebError> {
    let report = state.store.report(&ReportId(id)).await?;
    Ok(page(StatusCode::OK, &shown(&state, &staff, &report, None)))
}

pub(crate) async fn unmask(
    State(state): State<AppState>,
    staff: Staff,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, WebError> {
    let why = fields.get("why");
    if why.len() < 5 {
        return Err(WebError::Bad("Say why you need to see the personal details.".to_owned()));
    }
    let report = state.store.report(&ReportId(id.clone())).await?;
    let private = state.store.private(&ReportId(id), OpenReason::Unmasking, why, &staff.actor(), state.now()).await?;
    Ok(page(StatusCode::OK, &shown(&state, &staff, &report, private.as_ref())))
}

fn shown<'a>(state: &AppState, staff: &'a Staff, report: &StoredReport, private: Option<&Private>) -> Show<'a> {
    let case = &report.row.case;
    let list = |values: Vec<&'static str>| if values.is_empty() { "not said".to_owned() } else { values.join("; ") };
    let facts = vec![
        ("Received", case.received_at.to_string()),
        ("Day of the call", case.call_day.to_string()),
        ("Place", case.main_district().map_or("not known".to_owned(), |id| state.gazetteer.name(id).to_owned())),
        ("Method", state.streams.name(case.main_stream()).to_owned()),
        ("Caller claimed to be", list(case.claimed.iter().map(|value| value.words()).collect())),
        ("Names used", if case.names.is_empty() { "not said".to_owned() } else { case.names.join("; ") }),
        ("Number shown", case.number_shown.clone().unwrap_or_else(|| "not known".to_owned())),
        ("Numbers given", if case.numbers_given.is_empty() { "none".to_owned() } else { case.numbers_given.join("; ") }),
        ("Story", list(case.pretext.iter().map(|value| value.words()).collect())),
        ("Tricks", list(case.trick.iter().map(|value| value.words()).collect())),
        ("Asked for", list(case.demand.iter().map(|value| value.words()).collect())),
        ("Hand-over", list(case.handover.iter().map(|value| value.words()).collect())),
        ("Outcome", case.outcome.words().to_owned()),
        ("Source", report.row.source.clone()),
    ];
    let values = report.reading["values"].as_array().cloned().unwrap_or_default();
    let reading = values
        .iter()
        .map(|value| {
            let percent = (value["confidence"].as_f64().unwrap_or(0.0) * 100.0).round() as u32;
            (value["field"].as_str().unwrap_or("").to_owned(), value["value"].as_str().unwrap_or("").replace('_', " "), percent)
        })
        .collect();
    Show {
        staff,
        links: super::home::links(staff),
        id: case.id.0.clone(),
        facts,
        reading,
        series: report.row.series.as_ref().map(ToString::to_string),
        has_private: report.has_private,
        erased: report.erased_at.is_some(),
        private: private.map(|private| private_shown(private, &values)),
        may_unmask: staff.role == crate::Role::Analyst,
    }
}

/// The person's details, and the words with what was read from them marked.
fn private_shown(private: &Private, values: &[serde_json::Value]) -> PrivateShown {
    let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "not given".to_owned());
    let rows = vec![
        ("Name", text(&private.reporter.name)),
        ("Telephone", text(&private.reporter.phone)),
        ("E-mail", text(&private.reporter.email)),
        ("Postcode", text(&private.postcode)),
        ("Age band", private.target.age_band.map_or("not given".to_owned(), |age| age.words().to_owned())),
    ];
    let words = private.narrative.clone().unwrap_or_default();
    let mut spans: Vec<(usize, usize)> = Vec::new();
    for value in values {
        for span in value["evidence"].as_array().into_iter().flatten() {
            let (start, end) = (span["start"].as_u64().unwrap_or(0) as usize, span["end"].as_u64().unwrap_or(0) as usize);
            spans.push((start, end));
        }
    }
    spans.sort_unstable();
    let mut marked = Vec::new();
    let mut at = 0;
    for (start, end) in spans {
        let start = start.max(at);
        // A span that does not lie on letters belongs to an older text: nothing is marked then.
        let (Some(plain), Some(mark)) = (words.get(at..start), words.get(start..end)) else { continue };
        marked.push((plain.to_owned(), false));
        marked.push((mark.to_owned(), true));
        at = end;
    }
    marked.push((words.get(at..).unwrap_or("").to_owned(), false));
    PrivateShown { rows, marked }
}
