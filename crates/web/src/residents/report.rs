//! `/report`: one question a page, the danger question first; each answer is kept as it is given; a reference at the end.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use report::{Moment, Report};
use serde_json::{Map, Value, json};
use store::Actor;

use super::questions::{Field, Kind, SCREENS, Screen, screen};
use crate::AppState;
use crate::error::{WebError, page};
use crate::session::{Fields, cookie, cookie_name, set_cookie};

/// The cookie of an unfinished report.
pub(crate) const COOKIE: &str = "ringfence-report";
const DAY: u32 = 24 * 60 * 60;

type Answers = BTreeMap<String, Vec<String>>;

#[derive(Template)]
#[template(path = "report_start.html")]
struct Start {}

#[derive(Template)]
#[template(path = "report_question.html")]
struct Question<'a> {
    screen: &'a Screen,
    fields: Vec<Asked<'a>>,
    errors: Vec<(&'a str, String)>,
    back: &'a str,
    return_to_check: bool,
}

/// A field with what was answered.
struct Asked<'a> {
    field: &'a Field,
    options: Vec<Choice<'a>>,
    many: bool,
    lines: bool,
    purpose: &'a str,
    value: String,
    error: Option<String>,
}

struct Choice<'a> {
    id: String,
    value: &'a str,
    words: &'a str,
    checked: bool,
}

#[derive(Template)]
#[template(path = "report_stop.html")]
struct Stop<'a> {
    title: &'a str,
    steps: Vec<&'a str>,
    next: &'a str,
}

#[derive(Template)]
#[template(path = "report_check.html")]
struct CheckAnswers {
    rows: Vec<(String, String, String)>,
    error: Option<String>,
}

#[derive(Template)]
#[template(path = "report_done.html")]
struct Done {
    reference: String,
    spoken: String,
    code: String,
}

pub(crate) async fn start() -> Response {
    page(StatusCode::OK, &Start {})
}

/// Begins a report: a token for its answers, then the first question. What was typed on the check page comes along.
pub(crate) async fn begin(State(state): State<AppState>, fields: Fields) -> Result<Response, WebError> {
    let token = state.token();
    let mut answers = Answers::new();
    let said = fields.get("said");
    if !said.is_empty() {
        answers.insert("narrative".to_owned(), vec![said.to_owned()]);
    }
    save(&state, &token, &answers).await?;
    let cookie = set_cookie(&state, COOKIE, &token, DAY);
    Ok((StatusCode::SEE_OTHER, [(header::SET_COOKIE, cookie), (header::LOCATION, "/report/danger".to_owned())]).into_response())
}

pub(crate) async fn ask(State(state): State<AppState>, headers: HeaderMap, Path(id): Path<String>) -> Result<Response, WebError> {
    if id == "done" {
        return Ok(done(&state, &headers).await?.unwrap_or_else(|| Redirect::to("/report").into_response()));
    }
    if id == "print" {
        return Ok(page(StatusCode::OK, &Print { screens: SCREENS }));
    }
    let Some((_, answers)) = answers(&state, &headers).await? else { return Ok(Redirect::to("/report").into_response()) };
    if let Some(stop) = stop_page(&id) {
        return Ok(page(StatusCode::OK, &stop));
    }
    if id == "check-answers" {
        return Ok(page(StatusCode::OK, &CheckAnswers { rows: rows(&answers), error: None }));
    }
    let (position, screen) = screen(&id).ok_or(WebError::NotFound)?;
    Ok(page(StatusCode::OK, &question(position, screen, &answers, Vec::new())))
}

#[derive(Template)]
#[template(path = "report_print.html")]
struct Print {
    screens: &'static [Screen],
}

pub(crate) async fn answer(
    State(state): State<AppState>,
    headers: HeaderMap,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, WebError> {
    let Some((token, mut answers)) = answers(&state, &headers).await? else { return Ok(Redirect::to("/report").into_response()) };
    if id == "check-answers" {
        return send(&state, &token, &answers).await;
    }
    let (position, screen) = screen(&id).ok_or(WebError::NotFound)?;
    let mut errors = Vec::new();
    for field in screen.fields {
        let given: Vec<String> =
            fields.all(field.name).iter().map(|value| value.trim().to_owned()).filter(|value| !value.is_empty()).collect();
        if given.is_empty()
            && let Some(message) = field.required
        {
            errors.push((field.name, message.to_owned()));
        }
        if let Some(message) = wrong(field, &given) {
            errors.push((field.name, message));
        }
        answers.insert(field.name.to_owned(), given);
    }
    if !errors.is_empty() {
        return Ok(page(StatusCode::UNPROCESSABLE_ENTITY, &question(position, screen, &answers, errors)));
    }
    save(&state, &token, &answers).await?;
    let next = SCREENS.get(position + 1).map_or("check-answers", |next| next.id);
    let first = |name: &str| answers.get(name).and_then(|values| values.first()).map_or("", String::as_str);
    let target = match (id.as_str(), first("danger"), first("given")) {
        ("danger", "caller_on_line", _) => "hang-up",
        ("danger", "courier_expected" | "courier_present", _) => "dial-999",
        ("given", _, "money" | "card" | "details") => "bank-first",
        // Changed from the answers page: back there once the rest is answered.
        _ if answers.contains_key("role") => "check-answers",
        _ => next,
    };
    Ok(Redirect::to(&format!("/report/{target}")).into_response())
}

/// The pages that stop the form for what is more urgent.
fn stop_page(id: &str) -> Option<Stop<'static>> {
    Some(match id {
        "hang-up" => Stop {
            title: "Hang up now",
            steps: vec![
                "Put the phone down. You do not have to be polite.",
                "Use another phone, or wait five minutes. The caller can stay on your line and hear who you ring.",
                "Then ring 101, or 159 for your bank. In danger, dial 999.",
            ],
            next: "/report/given",
        },
        "dial-999" => Stop {
            title: "Dial 999 now",
            steps: vec![
                "Dial 999 on another phone if you can. If there is only this one, hang up and wait five minutes first.",
                "Do not open the door. Do not hand anything over.",
                "Ring a neighbour, a friend or family to be with you.",
            ],
            next: "/report/given",
        },
        "bank-first" => Stop {
            title: "Ring your bank first",
            steps: vec![
                "Use another phone, or wait five minutes. The caller can stay on your line and hear who you ring.",
                "Dial 159, or the number on your bank card. Ask them to stop payments and cards.",
                "Then come back here and go on.",
            ],
            next: "/report/story",
        },
        _ => return None,
    })
}

/// What is wrong with an answer.
fn wrong(field: &Field, given: &[String]) -> Option<String> {
    match &field.kind {
        Kind::One(options) => {
            let known = given.iter().all(|value| options.iter().any(|(held, _)| held == value));
            (!known || given.len() > 1).then(|| "Choose one of the answers".to_owned())
        }
        Kind::Many(options) => {
            let known = given.iter().all(|value| options.iter().any(|(held, _)| held == value));
            (!known).then(|| "Choose from the answers".to_owned())
        }
        Kind::Line(_) => {
            let text = given.first().map_or("", String::as_str);
            if text.len() > 200 {
                return Some(format!("{} must be 200 letters or fewer", field.label));
            }
            let number = matches!(field.name, "number_shown" | "callback" | "your_phone");
            (number
                && !text.is_empty()
                && report::numbers::to_e164(text, "GB").is_none()
                && !(text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit())))
            .then(|| "Enter a phone number, like 01632 960123, or leave it empty".to_owned())
        }
        Kind::Lines => given
            .first()
            .is_some_and(|text| text.len() > 50_000)
            .then(|| "What happened must be 50,000 letters or fewer".to_owned()),
    }
}

fn question<'a>(position: usize, screen: &'a Screen, answers: &Answers, errors: Vec<(&'a str, String)>) -> Question<'a> {
    let mut fields = Vec::new();
    for field in screen.fields {
        let given = answers.get(field.name).cloned().unwrap_or_default();
        let (options, many, lines, purpose): (&[(&str, &str)], bool, bool, &str) = match &field.kind {
            Kind::One(options) => (options, false, false, ""),
            Kind::Many(options) => (options, true, false, ""),
            Kind::Line(purpose) => (&[], false, false, purpose),
            Kind::Lines => (&[], false, true, "off"),
        };
        let choices = options
            .iter()
            .enumerate()
            .map(|(at, (value, words))| Choice {
                // The first box carries the field's own id, so that the error summary leads to it.
                id: if at == 0 { field.name.to_owned() } else { format!("{}-{}", field.name, at + 1) },
                value,
                words,
                checked: given.iter().any(|held| held == value),
            })
            .collect();
        let error = errors.iter().find(|(name, _)| *name == field.name).map(|(_, message)| message.clone());
        fields.push(Asked {
            field,
            options: choices,
            many,
            lines,
            purpose,
            value: given.first().cloned().unwrap_or_default(),
            error,
        });
    }
    let back = if position == 0 { "/report" } else { SCREENS[position - 1].id };
    Question { screen, fields, errors, back, return_to_check: answers.contains_key("role") }
}

/// The answers as rows: the question, the answer, where it is changed.
fn rows(answers: &Answers) -> Vec<(String, String, String)> {
    let mut rows = Vec::new();
    for screen in SCREENS {
        for field in screen.fields {
            let given = answers.get(field.name).cloned().unwrap_or_default();
            let words: Vec<String> = match &field.kind {
                Kind::One(options) | Kind::Many(options) => given
                    .iter()
                    .map(|value| {
                        options.iter().find(|(held, _)| held == value).map_or(value.clone(), |(_, words)| (*words).to_owned())
                    })
                    .collect(),
                Kind::Line(_) | Kind::Lines => given,
            };
            let label = if field.label.is_empty() { screen.title } else { field.label };
            let shown = if words.is_empty() { "Not answered".to_owned() } else { words.join(", ") };
            rows.push((label.to_owned(), shown, format!("/report/{}", screen.id)));
        }
    }
    rows
}

async fn answers(state: &AppState, headers: &HeaderMap) -> Result<Option<(String, Answers)>, WebError> {
    let Some(token) = cookie(headers, &cookie_name(state, COOKIE)) else { return Ok(None) };
    let Some(text) = state.store.draft(&token, state.now()).await? else { return Ok(None) };
    let answers = serde_json::from_str(&text).unwrap_or_default();
    Ok(Some((token, answers)))
}

async fn save(state: &AppState, token: &str, answers: &Answers) -> Result<(), WebError> {
    let text = written(answers);
    state.store.save_draft(token, &text, state.now()).await?;
    Ok(())
}

fn written(answers: &Answers) -> String {
    serde_json::to_string(answers).unwrap_or_default()
}

/// Sends the report: takes it, throws the draft away, shows the reference.
async fn send(state: &AppState, token: &str, answers: &Answers) -> Result<Response, WebError> {
    let report = match build(answers, state.now()) {
        Ok(report) => report,
        Err(error) => {
            return Ok(page(StatusCode::UNPROCESSABLE_ENTITY, &CheckAnswers { rows: rows(answers), error: Some(error) }));
        }
    };
    let taken = state.take(report, &Actor::resident()).await?;
    let code = format!("{:06}", (state.random)() % 1_000_000);
    state.store.set_return_code(&taken.id, &code).await?;
    // The draft is replaced by what the last page shows, so that the page can be opened again.
    let mut done = Answers::new();
    done.insert("done".to_owned(), vec![taken.id.0, code]);
    save(state, token, &done).await?;
    Ok(Redirect::to("/report/done").into_response())
}

async fn done(state: &AppState, headers: &HeaderMap) -> Result<Option<Response>, WebError> {
    let Some((_, answers)) = answers(state, headers).await? else { return Ok(None) };
    let Some([id, code]) = answers.get("done").map(Vec::as_slice) else { return Ok(None) };
    let spoken = report::Reference::parse(id).map(|reference| reference.spoken()).unwrap_or_default();
    Ok(Some(page(StatusCode::OK, &Done { reference: id.clone(), spoken, code: code.clone() })))
}

/// The answers as a report.
fn build(answers: &Answers, now: Moment) -> Result<Report, String> {
    let all = |name: &str| answers.get(name).cloned().unwrap_or_default();
    let first = |name: &str| all(name).into_iter().next().unwrap_or_default();
    let mut root = Map::new();
    root.insert("source".into(), json!("web"));
    root.insert("received_at".into(), json!(now.to_string()));
    if !first("danger").is_empty() {
        root.insert("danger".into(), json!(first("danger")));
    }
    let mut reporter = Map::new();
    let role = first("role");
    reporter.insert("role".into(), json!(if role.is_empty() { "other".to_owned() } else { role }));
    let (name, phone) = (first("your_name"), first("your_phone"));
    reporter.insert("anonymous".into(), json!(name.is_empty() && phone.is_empty()));
    if !name.is_empty() {
        reporter.insert("name".into(), json!(name));
    }
    if !phone.is_empty() {
        reporter.insert("phone".into(), json!(phone));
    }
    root.insert("reporter".into(), Value::Object(reporter));
    let place = first("place");
    if !place.is_empty() {
        let field = if areas::parse_postcode(&place).is_some() {
            "postcode"
        } else if areas::parse_outcode(&place).is_some() {
            "outcode"
        } else {
            "town"
        };
        let mut object = Map::new();
        object.insert(field.to_owned(), json!(place));
        root.insert("place".into(), Value::Object(object));
    }
    let (at, precision) = when(&first("when"), now);
    let mut call = Map::new();
    if let Some(at) = at {
        call.insert("at".into(), json!(at.to_string()));
    }
    call.insert("precision".into(), json!(precision));
    if report::numbers::to_e164(&first("number_shown"), "GB").is_some() {
        call.insert("number_shown".into(), json!(first("number_shown")));
    }
    root.insert("call".into(), Value::Object(call));
    let mut caller = Map::new();
    if !all("claimed").is_empty() {
        caller.insert("claimed".into(), json!(all("claimed")));
    }
    if !first("name").is_empty() {
        caller.insert("names".into(), json!([first("name")]));
    }
    root.insert("caller".into(), Value::Object(caller));
    if report::numbers::to_e164(&first("callback"), "GB").is_some() {
        root.insert("callback".into(), json!({ "number": first("callback") }));
    }
    if matches!(first("given").as_str(), "money" | "card") {
        root.insert("outcome".into(), json!("paid"));
    } else if first("given") == "details" {
        root.insert("outcome".into(), json!("gave_details_only"));
    }
    root.insert("narrative".into(), json!(first("narrative")));
    root.insert("consent".into(), json!({ "use_for_advice": true }));
    Report::from_value(Value::Object(root), "GB").map_err(|refusal| format!("{}: {}", refusal.path, refusal.reason))
}

/// "About when" as a time and how exact it is.
fn when(answer: &str, now: Moment) -> (Option<Moment>, &'static str) {
    let back = |days: i64| Moment::new(now.timestamp() - jiff::SignedDuration::from_hours(24 * days), now.offset());
    match answer {
        "today" => (Some(back(0)), "day"),
        "yesterday" => (Some(back(1)), "day"),
        "week" => (Some(back(3)), "week"),
        _ => (None, "unknown"),
    }
}
