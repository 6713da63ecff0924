//! `/check`: what did the caller say? Ticks or words in, what to do first and the words that gave it away out. Nothing is stored.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use call::{Check, Stage};

use crate::AppState;
use crate::error::{WebError, page};
use crate::session::Fields;

/// What can be ticked: a name, the words beside the box, the phrase it stands for.
pub(crate) const TICKS: [(&str, &str, &str); 8] = [
    ("authority", "They say they are the police or my bank", "I am calling from the police."),
    ("pretext", "They say my card or account has been used by a criminal", "Your card has been used fraudulently."),
    ("verify", "They told me to ring another number to check who they are", "You can ring 999 on this phone to check."),
    ("help", "They want me to help an investigation", "We need you to help our investigation."),
    ("secret", "They told me to keep it secret, or to lie to my bank", "Do not tell anyone about this."),
    ("cash", "They want me to draw out cash, buy something or move money", "You need to withdraw cash from the bank."),
    ("card", "They want my card, my PIN or my passwords", "Give the card and your PIN number."),
    ("courier", "Someone will come to collect something", "A courier will come to your house to collect it."),
];

#[derive(Template)]
#[template(path = "check.html")]
struct Ask<'a> {
    ticks: &'a [(&'a str, &'a str, &'a str)],
    error: bool,
}

#[derive(Template)]
#[template(path = "check_result.html")]
struct Answer {
    alarm: bool,
    steps: Vec<&'static str>,
    reasons: Vec<(&'static str, String)>,
    said: String,
}

/// Longest text that is checked.
const LONGEST: usize = 20_000;

pub(crate) async fn ask() -> Response {
    page(StatusCode::OK, &Ask { ticks: &TICKS, error: false })
}

pub(crate) async fn answer(State(state): State<AppState>, fields: Fields) -> Result<Response, WebError> {
    let said: String = fields.get("said").chars().take(LONGEST).collect();
    let ticked: Vec<&(&str, &str, &str)> = TICKS.iter().filter(|tick| fields.all("tick").contains(&tick.0)).collect();
    if said.is_empty() && ticked.is_empty() {
        return Ok(page(StatusCode::UNPROCESSABLE_ENTITY, &Ask { ticks: &TICKS, error: true }));
    }
    let mut check = Check::default();
    for (_, _, phrase) in &ticked {
        state.checker.turn(&mut check, false, phrase);
    }
    let typed_from = ticked.len();
    if !said.is_empty() {
        state.checker.turn(&mut check, false, &said);
    }
    let mut reasons: Vec<(&'static str, String)> = Vec::new();
    for stage in Stage::ALL {
        let Some(heard) = check.heard().iter().find(|heard| heard.stage == stage) else { continue };
        // A tick's own phrase is ours, not what was said: the box's words are shown for it.
        let quote = if heard.turn >= typed_from { heard.quote.clone() } else { ticked[heard.turn].1.to_owned() };
        reasons.push((stage.words(), quote));
    }
    let steps =
        [call::Advice::HangUp, call::Advice::UseAnotherPhone, call::Advice::RingForHelp].map(call::Advice::words).to_vec();
    Ok(page(StatusCode::OK, &Answer { alarm: check.alarm(), steps, reasons, said }))
}
