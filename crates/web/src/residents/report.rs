//! `/report`: one question a page, the danger question first; each answer is kept as it is given; a reference at the end, and after
//! it questions that may be left out.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use store::Actor;

use super::answers::{Answers, DONE, READ, SEEN, build, first, given, load, rows, save, wrong};
use super::check::start_report;
use super::questions::{Field, Kind, LAST, MORE, SCREENS, Screen, screen};
use crate::AppState;
use crate::error::{WebError, page};
use crate::session::{Fields, set_cookie};

/// The cookie of an unfinished report.
pub(crate) const COOKIE: &str = "ringfence-report";
const DAY: u32 = 24 * 60 * 60;

#[derive(Template)]
#[template(path = "report_start.html")]
struct Start {
    expired: bool,
}

#[derive(Template)]
#[template(path = "report_question.html")]
struct Question<'a> {
    screen: &'a Screen,
    fields: Vec<Asked<'a>>,
    errors: Vec<(&'a str, String)>,
    back: String,
    more: bool,
}

/// A field with what was answered.
pub(crate) struct Asked<'a> {
    pub(crate) field: &'a Field,
    pub(crate) options: Vec<Choice<'a>>,
    pub(crate) many: bool,
    pub(crate) lines: bool,
    pub(crate) input: &'static str,
    pub(crate) purpose: &'a str,
    pub(crate) value: String,
    pub(crate) error: Option<String>,
    pub(crate) described: Option<String>,
}

/// An answer to choose.
pub(crate) struct Choice<'a> {
    pub(crate) id: String,
    pub(crate) value: &'a str,
    pub(crate) words: &'a str,
    pub(crate) checked: bool,
}

#[derive(Template)]
#[template(path = "report_stop.html")]
struct Stop<'a> {
    title: &'a str,
    steps: Vec<String>,
    next: String,
    back: &'a str,
}

#[derive(Template)]
#[template(path = "report_check.html")]
struct CheckAnswers<'a> {
    rows: Vec<(String, String, String)>,
    fields: Vec<Asked<'a>>,
    errors: Vec<(&'a str, String)>,
    back: String,
}

#[derive(Template)]
#[template(path = "report_done.html")]
struct Done {
    reference: String,
    spoken: String,
    code: String,
    added: bool,
    first_more: &'static str,
}

#[derive(Template)]
#[template(path = "report_print.html")]
struct Print {
    screens: Vec<&'static Screen>,
}

/// The first page. A cookie without its answers means that their day is over.
pub(crate) async fn start(State(state): State<AppState>, headers: HeaderMap) -> Result<Response, WebError> {
    let named = crate::session::cookie(&headers, &crate::session::cookie_name(&state, COOKIE)).is_some();
    let expired = named && load(&state, &headers).await?.is_none();
    Ok(page(StatusCode::OK, &Start { expired }))
}

/// Begins a report: a token for its answers, then the first question. What was ticked and typed on the check page comes along.
pub(crate) async fn begin(State(state): State<AppState>, fields: Fields) -> Result<Response, WebError> {
    let token = state.token();
    let mut answers = Answers::new();
    answers.insert("name_of_report".to_owned(), vec![state.token()]);
    start_report(&state, &fields, &mut answers);
    save(&state, &token, &answers).await?;
    let cookie = set_cookie(&state, COOKIE, &token, DAY);
    Ok((StatusCode::SEE_OTHER, [(header::SET_COOKIE, cookie), (header::LOCATION, "/report/danger".to_owned())]).into_response())
}

pub(crate) async fn ask(State(state): State<AppState>, headers: HeaderMap, Path(id): Path<String>) -> Result<Response, WebError> {
    if id == "print" {
        return Ok(page(StatusCode::OK, &Print { screens: SCREENS.iter().chain(MORE).collect() }));
    }
    let known = matches!(id.as_str(), "check-answers" | "done") || stop_page(&id, &Answers::new()).is_some();
    if !known && screen(&id).is_none() {
        return Err(WebError::NotFound);
    }
    let Some((_, answers)) = load(&state, &headers).await? else { return Ok(Redirect::to("/report").into_response()) };
    if id == "done" {
        return Ok(done(&answers).unwrap_or_else(|| Redirect::to("/report/check-answers").into_response()));
    }
    if let Some(stop) = stop_page(&id, &answers) {
        return Ok(page(StatusCode::OK, &stop));
    }
    let sent = answers.contains_key(DONE);
    if id == "check-answers" {
        // What was sent is not sent again; what was never asked is asked first.
        let to = if sent { Some("done") } else { next_unseen(&answers) };
        return Ok(match to {
            Some(to) => Redirect::to(&format!("/report/{to}")).into_response(),
            None => page(StatusCode::OK, &check_page(&answers, Vec::new())),
        });
    }
    let (position, screen, more) = screen(&id).ok_or(WebError::NotFound)?;
    if more != sent {
        return Ok(Redirect::to(if sent { "/report/done" } else { "/report/check-answers" }).into_response());
    }
    Ok(page(StatusCode::OK, &question(position, screen, more, &answers, Vec::new())))
}

pub(crate) async fn answer(
    State(state): State<AppState>,
    headers: HeaderMap,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, WebError> {
    if id != "check-answers" && screen(&id).is_none() {
        return Err(WebError::NotFound);
    }
    let Some((token, mut answers)) = load(&state, &headers).await? else { return Ok(Redirect::to("/report").into_response()) };
    let sent = answers.contains_key(DONE);
    if id == "check-answers" {
        if sent {
            return Ok(Redirect::to("/report/done").into_response());
        }
        let errors = take_answers(LAST, &fields, &mut answers);
        if !errors.is_empty() {
            return Ok(page(StatusCode::UNPROCESSABLE_ENTITY, &check_page(&answers, errors)));
        }
        save(&state, &token, &answers).await?;
        if let Some(unseen) = next_unseen(&answers) {
            return Ok(Redirect::to(&format!("/report/{unseen}")).into_response());
        }
        return send(&state, &token, answers).await;
    }
    let (position, screen, more) = screen(&id).ok_or(WebError::NotFound)?;
    if more != sent {
        return Ok(Redirect::to(if sent { "/report/done" } else { "/report/check-answers" }).into_response());
    }
    let errors = take_answers(screen.fields, &fields, &mut answers);
    if !errors.is_empty() {
        return Ok(page(StatusCode::UNPROCESSABLE_ENTITY, &question(position, screen, more, &answers, errors)));
    }
    let seen = answers.entry(SEEN.to_owned()).or_default();
    if !seen.iter().any(|held| held == &id) {
        seen.push(id.clone());
    }
    save(&state, &token, &answers).await?;
    if more {
        let now = answers_received(&state, &answers);
        if let Ok(report) = build(&answers, now) {
            state.take(report, &Actor::resident()).await?;
        }
        let next = MORE.get(position + 1).map_or("done", |next| next.id);
        return Ok(Redirect::to(&format!("/report/{next}")).into_response());
    }
    let target = match (id.as_str(), first(&answers, "danger"), first(&answers, "given")) {
        ("danger", "caller_on_line", _) => "hang-up",
        ("danger", "courier_expected" | "courier_present", _) => "dial-999",
        ("given", _, "money" | "card" | "details") => "bank-first",
        _ => next_unseen(&answers).unwrap_or("check-answers"),
    };
    Ok(Redirect::to(&format!("/report/{target}")).into_response())
}

/// The first question that was not answered yet: on the first way through the next one, after a change none.
fn next_unseen(answers: &Answers) -> Option<&'static str> {
    let seen = answers.get(SEEN).map(Vec::as_slice).unwrap_or_default();
    SCREENS.iter().map(|screen| screen.id).find(|id| !seen.iter().any(|held| held == id))
}

/// Puts the posted fields into the answers; gives what is wrong with them.
pub(crate) fn take_answers(asked: &'static [Field], fields: &Fields, answers: &mut Answers) -> Vec<(&'static str, String)> {
    let mut errors = Vec::new();
    for field in asked {
        let given: Vec<String> =
            fields.all(field.name).iter().map(|value| value.trim().to_owned()).filter(|value| !value.is_empty()).collect();
        if given.is_empty()
            && let Some(message) = field.required
        {
            errors.push((field.name, message.to_owned()));
        } else if let Some(message) = wrong(field, &given) {
            errors.push((field.name, message));
        }
        // Seen and sent: from now on the person's answer stands.
        answers.remove(&format!("{READ}{}", field.name));
        answers.insert(field.name.to_owned(), given);
    }
    errors
}

/// The pages that stop the form for what is more urgent.
fn stop_page(id: &str, answers: &Answers) -> Option<Stop<'static>> {
    let number = crate::site::here().report_number.clone();
    let owned = |steps: &[&str]| steps.iter().map(|step| step.replace("{number}", &number)).collect();
    let next = format!("/report/{}", next_unseen(answers).unwrap_or("check-answers"));
    Some(match id {
        "hang-up" => Stop {
            title: "Hang up now",
            steps: owned(&[
                "Put the phone down. You do not have to be polite.",
                "Use another phone, or wait five minutes. The caller can stay on your line and hear who you ring.",
                "Then ring {number}, or 159 for your bank. In danger, dial 999.",
            ]),
            next,
            back: "/report/danger",
        },
        "dial-999" => Stop {
            title: "Dial 999 now",
            steps: owned(&[
                "Dial 999 on another phone if you can. If there is only this one, hang up and wait five minutes first.",
                "Do not open the door. Do not hand anything over.",
                "Ring a neighbour, a friend or family to be with you.",
            ]),
            next,
            back: "/report/danger",
        },
        "bank-first" => Stop {
            title: "Ring your bank first",
            steps: owned(&[
                "Use another phone, or wait five minutes. The caller can stay on your line and hear who you ring.",
                "Dial 159, or the number on your bank card. Ask them to stop payments and cards.",
                "Then come back here and go on.",
            ]),
            next,
            back: "/report/given",
        },
        _ => return None,
    })
}

fn question<'a>(
    position: usize,
    screen: &'a Screen,
    more: bool,
    answers: &Answers,
    errors: Vec<(&'a str, String)>,
) -> Question<'a> {
    let before = |screens: &'static [Screen], start: &str| {
        if position == 0 { start.to_owned() } else { format!("/report/{}", screens[position - 1].id) }
    };
    let back = match more {
        true => before(MORE, "/report/done"),
        // Changed from the answers page: back there.
        false if next_unseen(answers).is_none() => "/report/check-answers".to_owned(),
        false => before(SCREENS, "/report"),
    };
    Question { screen, fields: asked(screen.fields, answers, &errors), errors, back, more }
}

fn check_page<'a>(answers: &Answers, errors: Vec<(&'a str, String)>) -> CheckAnswers<'a> {
    let back = format!("/report/{}", SCREENS[SCREENS.len() - 1].id);
    CheckAnswers { rows: rows(answers), fields: asked(LAST, answers, &errors), errors, back }
}

/// The fields of a form with what was answered and what is wrong with it.
pub(crate) fn asked<'a>(fields: &'a [Field], answers: &Answers, errors: &[(&str, String)]) -> Vec<Asked<'a>> {
    let mut shown = Vec::new();
    for field in fields {
        let given = given(field, answers);
        let (input, purpose) = match field.kind {
            Kind::Line(purpose) => ("text", purpose),
            Kind::Phone(purpose) => ("tel", purpose),
            Kind::Email => ("email", "email"),
            _ => ("text", "off"),
        };
        let choices = field
            .options()
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
        let mut described = Vec::new();
        if !field.hint.is_empty() {
            described.push(format!("{}-hint", field.name));
        }
        if error.is_some() {
            described.push(format!("{}-error", field.name));
        }
        shown.push(Asked {
            field,
            options: choices,
            many: matches!(field.kind, Kind::Many(_)),
            lines: matches!(field.kind, Kind::Lines),
            input,
            purpose,
            value: given.first().cloned().unwrap_or_default(),
            error,
            described: (!described.is_empty()).then(|| described.join(" ")),
        });
    }
    shown
}

/// When the report came in: the time of sending, which later answers keep.
fn answers_received(state: &AppState, answers: &Answers) -> report::Moment {
    report::Moment::parse(first(answers, "received_at")).unwrap_or_else(|_| state.now())
}

/// Sends the report: takes it and shows the reference. Sent twice (a double click) it is the same report.
async fn send(state: &AppState, token: &str, mut answers: Answers) -> Result<Response, WebError> {
    let now = state.now();
    answers.insert("received_at".to_owned(), vec![now.to_string()]);
    let report = match build(&answers, now) {
        Ok(report) => report,
        Err(error) => {
            return Ok(page(StatusCode::UNPROCESSABLE_ENTITY, &check_page(&answers, vec![("main", error)])));
        }
    };
    let taken = state.take(report, &Actor::resident()).await?;
    let code = format!("{:06}", (state.random)() % 1_000_000);
    state.store.set_return_code(&taken.id, &code).await?;
    // The answers stay sealed for the rest of the day, so that more can be added; the last page can be opened again.
    answers.insert(DONE.to_owned(), vec![taken.id.0, code]);
    save(state, token, &answers).await?;
    Ok(Redirect::to("/report/done").into_response())
}

fn done(answers: &Answers) -> Option<Response> {
    let [id, code] = answers.get(DONE).map(Vec::as_slice)? else { return None };
    let spoken = report::Reference::parse(id).map(|reference| reference.spoken()).unwrap_or_default();
    let added = answers.get(SEEN).is_some_and(|seen| seen.iter().any(|held| held.starts_with("more-")));
    let shown = Done { reference: id.clone(), spoken, code: code.clone(), added, first_more: MORE[0].id };
    Some(page(StatusCode::OK, &shown))
}
