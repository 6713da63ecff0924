//! `/desk/reports/{id}`: one report. Personal data is sealed until a reason is given; then the person's words are shown with what was
//! read from them marked. One click puts a value right, and the correction stands.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use report::vocabulary::{Claimed, Demand, Handover, Outcome, Pretext, Trick};
use report::{OpenReason, Private};
use serde_json::Value;
use series::{Case, ReportId, correct as apply};
use store::StoredReport;

use super::marks::{Part, mark};
use crate::AppState;
use crate::error::{WebError, page};
use crate::session::{Again, Fields, Staff, password_again};

#[derive(Template)]
#[template(path = "desk_report.html")]
struct Show<'a> {
    staff: &'a Staff,
    links: Vec<(&'static str, &'static str)>,
    id: String,
    facts: Vec<(&'static str, String)>,
    fields: Vec<FieldRow>,
    outcomes: Vec<(&'static str, &'static str, bool)>,
    corrections: Vec<String>,
    series: Option<String>,
    has_private: bool,
    erased: bool,
    private: Option<PrivateShown>,
    why: String,
    error: Option<&'static str>,
    may_unmask: bool,
    may_correct: bool,
    may_see_series: bool,
}

/// A field of the modus operandi with its values.
struct FieldRow {
    field: &'static str,
    name: &'static str,
    values: Vec<ValueRow>,
    /// What could be put in.
    others: Vec<(&'static str, &'static str)>,
}

struct ValueRow {
    value: &'static str,
    words: &'static str,
    /// The number of its marks in the text, where it was read from there.
    mark: Option<usize>,
    /// Where it comes from: ticked, read, put right.
    origin: String,
    holds: bool,
}

struct PrivateShown {
    rows: Vec<(&'static str, String)>,
    parts: Vec<Part>,
}

type Vocabulary = fn() -> Vec<(&'static str, &'static str)>;

/// The fields that a person may put right: wire name, words, every value.
const FIELDS: [(&str, &str, Vocabulary); 5] = [
    ("claimed", "Caller claimed to be", || Claimed::ALL.iter().map(|value| (value.as_str(), value.words())).collect()),
    ("pretext", "Story", || Pretext::ALL.iter().map(|value| (value.as_str(), value.words())).collect()),
    ("trick", "Tricks", || Trick::ALL.iter().map(|value| (value.as_str(), value.words())).collect()),
    ("demand", "Asked for", || Demand::ALL.iter().map(|value| (value.as_str(), value.words())).collect()),
    ("handover", "Hand-over", || Handover::ALL.iter().map(|value| (value.as_str(), value.words())).collect()),
];

/// Shortest reason that is one.
const SHORTEST_REASON: usize = 5;

pub(crate) async fn show(State(state): State<AppState>, staff: Staff, Path(id): Path<String>) -> Result<Response, WebError> {
    let report = state.store.report(&ReportId(id)).await?;
    Ok(page(StatusCode::OK, &shown(&state, &staff, &report, None, "")))
}

/// Opens the personal data for a reason, which is written down first.
pub(crate) async fn unmask(
    State(state): State<AppState>,
    staff: Staff,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, WebError> {
    let why = fields.get("why");
    let id = ReportId(id);
    let report = state.store.report(&id).await?;
    let refuse = |error: &'static str| {
        let mut sealed = shown(&state, &staff, &report, None, why);
        sealed.error = Some(error);
        Ok(page(StatusCode::UNPROCESSABLE_ENTITY, &sealed))
    };
    if why.chars().count() < SHORTEST_REASON {
        return refuse("Say why you need to see the personal details");
    }
    match password_again(&state, &staff, &fields).await? {
        Again::Wrong => refuse("Enter your password again: it is more than a quarter of an hour since you gave it"),
        Again::Fresh => opened(&state, &staff, &report, why).await,
        Again::Right { cookie, staff } => {
            let answer = opened(&state, &staff, &report, why).await?;
            Ok(([(header::SET_COOKIE, cookie)], answer).into_response())
        }
    }
}

async fn opened(state: &AppState, staff: &Staff, report: &StoredReport, why: &str) -> Result<Response, WebError> {
    let id = &report.row.case.id;
    let private = state.store.private(id, OpenReason::Unmasking, why, &staff.actor(), state.now()).await?;
    Ok(page(StatusCode::OK, &shown(state, staff, report, private.as_ref(), why)))
}

/// Puts a value right. Where the report was open, it is shown open again, for the same reason.
pub(crate) async fn correct(
    State(state): State<AppState>,
    staff: Staff,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, WebError> {
    let id = ReportId(id);
    let report = state.store.report(&id).await?;
    // A button carries both in one: `claimed:-police`; a list to choose from carries the value apart.
    let (field, value) = match fields.get("change").split_once(':') {
        Some((field, "")) => (field, fields.get(&format!("value-{field}")).to_owned()),
        Some((field, value)) => (field, value.to_owned()),
        None => return Err(WebError::Bad("Choose what to put right.".to_owned())),
    };
    let mut case = report.row.case.clone();
    apply(&mut case, [(field, value.as_str())], &state.streams)
        .map_err(|_| WebError::Bad("Choose a value to put in.".to_owned()))?;
    if case != report.row.case {
        let reason = Some(fields.get("why")).filter(|why| !why.is_empty()).unwrap_or("put right on the desk");
        state.store.correct(&case, field, &value, reason, &staff.actor(), state.now()).await?;
    }
    let why = fields.get("why");
    if staff.role == crate::Role::Analyst && staff.fresh && why.chars().count() >= SHORTEST_REASON {
        let report = state.store.report(&id).await?;
        return opened(&state, &staff, &report, why).await;
    }
    Ok(axum::response::Redirect::to(&format!("/desk/reports/{id}")).into_response())
}

fn shown<'a>(state: &AppState, staff: &'a Staff, report: &StoredReport, private: Option<&Private>, why: &str) -> Show<'a> {
    let case = &report.row.case;
    let mut numbers = MarkNumbers::default();
    let fields = FIELDS.iter().map(|field| field_row(*field, case, report, &mut numbers)).collect();
    Show {
        staff,
        links: super::home::links(staff),
        id: case.id.0.clone(),
        facts: facts(state, report),
        fields,
        outcomes: Outcome::ALL.iter().map(|one| (one.as_str(), one.words(), *one == case.outcome)).collect(),
        corrections: report.corrections.iter().map(correction_words).collect(),
        series: report.row.series.as_ref().map(ToString::to_string),
        has_private: report.has_private,
        erased: report.erased_at.is_some(),
        private: private.map(|private| private_shown(private, &numbers)),
        why: why.to_owned(),
        error: None,
        may_unmask: super::home::may_post(staff, "/desk/reports/{id}/unmask"),
        may_correct: super::home::may_post(staff, "/desk/reports/{id}/correct"),
        may_see_series: super::home::may_open(staff, "/desk/series"),
    }
}

fn facts(state: &AppState, report: &StoredReport) -> Vec<(&'static str, String)> {
    let case = &report.row.case;
    let or = |text: String, nothing: &str| if text.is_empty() { nothing.to_owned() } else { text };
    vec![
        ("Received", super::time_words(case.received_at)),
        ("Day of the call", case.call_day.to_string()),
        ("Place", case.main_district().map_or("not known".to_owned(), |id| state.gazetteer.name(id).to_owned())),
        ("Method", state.streams.name(case.main_stream()).to_owned()),
        ("Names used", or(case.names.join("; "), "not said")),
        ("Number shown", case.number_shown.clone().unwrap_or_else(|| "not known".to_owned())),
        ("Numbers given", or(case.numbers_given.join("; "), "none")),
        ("Lost", case.loss_pence.map_or("not said".to_owned(), |pence| format!("£{}.{:02}", pence / 100, pence % 100))),
        ("Source", or(report.row.external_id.clone().unwrap_or_default(), "no number of the sender's")),
    ]
}

/// The spans of the values that were read, numbered in the order of the page.
#[derive(Default)]
struct MarkNumbers(Vec<(usize, usize, usize)>);

fn field_row(
    (field, name, vocabulary): (&'static str, &'static str, Vocabulary),
    case: &Case,
    report: &StoredReport,
    numbers: &mut MarkNumbers,
) -> FieldRow {
    let holds: Vec<&str> = match field {
        "claimed" => case.claimed.iter().map(|value| value.as_str()).collect(),
        "pretext" => case.pretext.iter().map(|value| value.as_str()).collect(),
        "trick" => case.trick.iter().map(|value| value.as_str()).collect(),
        "demand" => case.demand.iter().map(|value| value.as_str()).collect(),
        _ => case.handover.iter().map(|value| value.as_str()).collect(),
    };
    let ticked = match field {
        "claimed" => &report.facts["caller"]["claimed"],
        other => &report.facts[other],
    };
    let is_ticked = |value: &str| ticked.as_array().is_some_and(|all| all.iter().any(|one| one == value));
    let readings: Vec<&Value> =
        report.reading["values"].as_array().into_iter().flatten().filter(|one| one["field"] == field).collect();
    let (mut values, mut others) = (Vec::new(), Vec::new());
    for (value, words) in vocabulary() {
        let read = readings.iter().find(|one| one["value"] == value);
        let corrected = report
            .corrections
            .iter()
            .rev()
            .find(|one| one.field == field && one.value.get(1..).is_some_and(|held| held == value));
        let held = holds.contains(&value);
        if !held && read.is_none() && corrected.is_none() {
            others.push((value, words));
            continue;
        }
        let mark = read.map(|one| {
            let number = numbers.0.iter().map(|(number, _, _)| *number).max().unwrap_or(0) + 1;
            for span in one["evidence"].as_array().into_iter().flatten() {
                let at = |key: &str| span[key].as_u64().unwrap_or(0) as usize;
                numbers.0.push((number, at("start"), at("end")));
            }
            number
        });
        let origin = match (corrected, read) {
            (Some(one), _) => format!("put right by {}", one.by),
            (None, _) if is_ticked(value) => "ticked".to_owned(),
            (None, Some(one)) => {
                format!("read, {} % sure", (one["confidence"].as_f64().unwrap_or(0.0) * 100.0).round())
            }
            (None, None) => "given".to_owned(),
        };
        values.push(ValueRow { value, words, mark, origin, holds: held });
    }
    FieldRow { field, name, values, others }
}

fn correction_words(one: &store::Correction) -> String {
    let value = one.value.get(1..).unwrap_or_default().replace('_', " ");
    let what = match one.value.as_bytes().first() {
        Some(b'+') => format!("{}: put in {value}", one.field),
        Some(b'-') => format!("{}: took out {value}", one.field),
        _ => format!("{}: set to {}", one.field.replace('_', " "), one.value.replace('_', " ")),
    };
    format!("{what}, by {} on {}", one.by, super::time_words(one.at))
}

/// The person's details, and the words with what was read from them marked.
fn private_shown(private: &Private, numbers: &MarkNumbers) -> PrivateShown {
    let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "not given".to_owned());
    let circumstances: Vec<&str> = private.target.vulnerability.iter().map(|one| one.words()).collect();
    let needs: Vec<&str> = private.reporter.needs.iter().map(|one| one.words()).collect();
    let or = |text: String, nothing: &str| if text.is_empty() { nothing.to_owned() } else { text };
    let rows = vec![
        ("Name", text(&private.reporter.name)),
        ("Telephone", text(&private.reporter.phone)),
        ("E-mail", text(&private.reporter.email)),
        ("Needs", or(needs.join("; "), "none given")),
        ("Postcode", text(&private.postcode)),
        ("Age band", private.target.age_band.map_or("not given".to_owned(), |age| age.words().to_owned())),
        ("Circumstances", or(circumstances.join("; "), "none given")),
        ("Bank", text(&private.bank.name)),
    ];
    let words = private.narrative.clone().unwrap_or_default();
    PrivateShown { rows, parts: mark(&words, &numbers.0) }
}
