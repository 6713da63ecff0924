//! `/desk/reports/new`: a report as a call handler takes it, on one page, by keyboard: the caller's words first.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::AppState;
use crate::error::{WebError, page};
use crate::residents::answers::{Answers, build};
use crate::residents::questions::{Field, Kind, LAST, MORE, SCREENS, Screen};
use crate::residents::report::{Asked, asked, take_answers};
use crate::session::{Fields, Staff};

#[derive(Template)]
#[template(path = "desk_take.html")]
struct Take<'a> {
    staff: &'a Staff,
    links: Vec<(&'static str, &'static str)>,
    /// Title, fields, id of the title.
    groups: Vec<(&'static str, Vec<Asked<'a>>, String)>,
    errors: Vec<(&'a str, String)>,
    /// The reference, the reference as it is read out, the code.
    taken: Option<(String, String, String)>,
}

/// What only a handler is asked.
const LOG: &[Field] = &[
    Field {
        name: "source",
        label: "How did it come in?",
        hint: "",
        kind: Kind::One(&[("call_101", "101"), ("call_999", "999"), ("front_counter", "Front counter"), ("paper", "Paper")]),
        required: Some("Say how it came in"),
    },
    Field {
        name: "log",
        label: "Log number",
        hint: "The same number again is the same report",
        kind: Kind::Line("off"),
        required: None,
    },
];

/// The questions in the handler's order: the words, then the danger, then the rest.
fn groups() -> Vec<(&'static str, Vec<&'static [Field]>)> {
    let fields = |screens: &'static [Screen], id: &str| -> &'static [Field] {
        screens.iter().find(|screen| screen.id == id).map_or(&[], |screen| screen.fields)
    };
    vec![
        ("Log", vec![LOG]),
        ("What happened, in the caller's words", vec![fields(SCREENS, "story")]),
        ("Danger: is someone on the line or coming?", vec![fields(SCREENS, "danger")]),
        ("Given away in the last 24 hours", vec![fields(SCREENS, "given")]),
        ("When and where", vec![fields(SCREENS, "when-and-where")]),
        ("The scammer", vec![fields(SCREENS, "caller")]),
        ("The story they told", vec![fields(MORE, "more-story")]),
        ("Tricks", vec![fields(MORE, "more-tricks")]),
        ("What they wanted", vec![fields(MORE, "more-wanted")]),
        ("How it ended", vec![fields(MORE, "more-loss"), fields(MORE, "more-bank")]),
        ("The person, and contact", vec![LAST, fields(MORE, "more-you"), fields(MORE, "more-consent")]),
    ]
}

fn shown(
    staff: &Staff,
    status: StatusCode,
    answers: &Answers,
    errors: Vec<(&'static str, String)>,
    taken: Option<(String, String, String)>,
) -> Response {
    let groups = groups()
        .into_iter()
        .enumerate()
        .map(|(at, (title, parts))| {
            let fields = parts.into_iter().flat_map(|fields| asked(fields, answers, &errors)).collect();
            (title, fields, format!("group-{}", at + 1))
        })
        .collect();
    page(status, &Take { staff, links: super::home::links(staff), groups, errors, taken })
}

pub(crate) async fn ask(staff: Staff) -> Response {
    shown(&staff, StatusCode::OK, &Answers::new(), Vec::new(), None)
}

pub(crate) async fn answer(State(state): State<AppState>, staff: Staff, fields: Fields) -> Result<Response, WebError> {
    let mut answers = Answers::new();
    let mut errors = Vec::new();
    for part in groups().into_iter().flat_map(|(_, parts)| parts) {
        errors.extend(take_answers(part, &fields, &mut answers));
    }
    if !errors.is_empty() {
        return Ok(shown(&staff, StatusCode::UNPROCESSABLE_ENTITY, &answers, errors, None));
    }
    let report = match build(&answers, state.now()) {
        Ok(report) => report,
        Err(why) => {
            return Ok(shown(&staff, StatusCode::UNPROCESSABLE_ENTITY, &answers, vec![("main", why)], None));
        }
    };
    let taken = state.take(report, &staff.actor()).await?;
    let code = format!("{:06}", (state.random)() % 1_000_000);
    state.store.set_return_code(&taken.id, &code).await?;
    let spoken = report::Reference::parse(&taken.id.0).map(|reference| reference.spoken()).unwrap_or_default();
    Ok(shown(&staff, StatusCode::OK, &Answers::new(), Vec::new(), Some((taken.id.0, spoken, code))))
}
