//! `/desk/reports`: the list, with filters that are seen and taken off one by one.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use store::{ReportFilter, ReportRow};

use crate::AppState;
use crate::error::{WebError, page};
use crate::session::{Asked, Staff};

/// What a list is asked for.
#[derive(Deserialize, Default, Clone)]
pub(crate) struct Wanted {
    #[serde(default)]
    stream: String,
    #[serde(default)]
    district: String,
    #[serde(default)]
    source: String,
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
    sources: Vec<(&'static str, &'static str, bool)>,
    text: String,
    chips: Vec<(String, String)>,
    more: Option<String>,
    may_see_series: bool,
}

struct Row {
    id: String,
    received: String,
    called: String,
    place: String,
    stream: String,
    outcome: &'static str,
    source: String,
    series: Option<String>,
}

/// Rows a page.
const PAGE: i64 = 50;

/// Where reports come from, for people.
const SOURCES: [(&str, &str); 7] = [
    ("web", "This site"),
    ("call_101", "101"),
    ("call_999", "999"),
    ("front_counter", "Front counter"),
    ("paper", "Paper"),
    ("import", "File"),
    ("check", "Checked call"),
];

pub(crate) async fn list(
    State(state): State<AppState>,
    staff: Staff,
    Asked(wanted): Asked<Wanted>,
) -> Result<Response, WebError> {
    let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let filter = ReportFilter {
        stream: some(&wanted.stream),
        district: some(&wanted.district),
        source: some(&wanted.source),
        text: some(&wanted.text),
        ..ReportFilter::default()
    };
    let found = state.store.reports(&filter, wanted.before, PAGE).await?;
    let last = (found.len() as i64 == PAGE).then(|| found.last().map(|row| row.seq)).flatten();
    let more = last.map(|seq| address(&Wanted { before: Some(seq), ..wanted.clone() }));
    let mut streams: Vec<(String, String, bool)> =
        state.streams.iter().map(|stream| (stream.id.clone(), stream.name.clone(), stream.id == wanted.stream)).collect();
    streams.push(("unknown".to_owned(), "Unknown method".to_owned(), wanted.stream == "unknown"));
    let districts: Vec<(String, String, bool)> = state
        .gazetteer
        .districts_of(&state.force.districts)
        .iter()
        .map(|area| (area.id.0.clone(), area.name.clone(), area.id.0 == wanted.district))
        .collect();
    let sources: Vec<(&str, &str, bool)> = SOURCES.iter().map(|(id, words)| (*id, *words, *id == wanted.source)).collect();
    // One chip a filter: it leads to the list without it.
    let mut chips = Vec::new();
    let whole = Wanted { before: None, ..wanted.clone() };
    if let Some(one) = streams.iter().find(|one| one.2) {
        chips.push((format!("Method: {}", one.1), address(&Wanted { stream: String::new(), ..whole.clone() })));
    }
    if let Some(one) = districts.iter().find(|one| one.2) {
        chips.push((format!("District: {}", one.1), address(&Wanted { district: String::new(), ..whole.clone() })));
    }
    if let Some(one) = sources.iter().find(|one| one.2) {
        chips.push((format!("Source: {}", one.1), address(&Wanted { source: String::new(), ..whole.clone() })));
    }
    if let Some(text) = some(&wanted.text) {
        chips.push((format!("Reference: {text}"), address(&Wanted { text: String::new(), ..whole })));
    }
    let shown = List {
        links: super::home::links(&staff),
        rows: found.iter().map(|row| self::row(&state, row)).collect(),
        streams,
        districts,
        sources,
        text: wanted.text,
        chips,
        more,
        may_see_series: super::home::may_open(&staff, "/desk/series"),
        staff: &staff,
    };
    Ok(page(StatusCode::OK, &shown))
}

/// The address of a list.
fn address(wanted: &Wanted) -> String {
    let before = wanted.before.map(|seq| seq.to_string()).unwrap_or_default();
    let all = [
        ("stream", wanted.stream.trim()),
        ("district", wanted.district.trim()),
        ("source", wanted.source.trim()),
        ("text", wanted.text.trim()),
        ("before", &before),
    ];
    let given: Vec<_> = all.into_iter().filter(|(_, value)| !value.is_empty()).collect();
    if given.is_empty() {
        return "/desk/reports".to_owned();
    }
    format!("/desk/reports?{}", serde_urlencoded::to_string(given).unwrap_or_default())
}

fn row(state: &AppState, row: &ReportRow) -> Row {
    Row {
        id: row.case.id.0.clone(),
        received: super::time_words(row.case.received_at),
        called: row.case.call_day.to_string(),
        place: row.case.main_district().map_or("not known".to_owned(), |id| state.gazetteer.name(id).to_owned()),
        stream: state.streams.name(row.case.main_stream()).to_owned(),
        outcome: row.case.outcome.words(),
        source: SOURCES.iter().find(|(id, _)| *id == row.source).map_or(row.source.clone(), |(_, words)| (*words).to_owned()),
        series: row.series.as_ref().map(ToString::to_string),
    }
}
