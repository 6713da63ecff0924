//! `/check`: what did the caller say? Ticks or words in, what to do first and the words that gave it away out. Nothing is stored.
//! All of it works without a script; with one the answer comes while the call goes on.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use call::{Advice, Check, Stage};

use super::answers::{Answers, READ};
use crate::AppState;
use crate::error::{WebError, page};
use crate::session::Fields;

/// Something that can be ticked.
pub(crate) struct Tick {
    pub(crate) name: &'static str,
    /// The words beside the box.
    pub(crate) label: &'static str,
    /// The few words on the big button.
    pub(crate) short: &'static str,
    /// What it stands for, as a caller would say it.
    phrase: &'static str,
    /// What it becomes in a report.
    told: &'static str,
    /// The report's fields that it answers, where it means one thing.
    pub(crate) fills: &'static [(&'static str, &'static str)],
}

/// What can be ticked, in the order in which such calls go.
pub(crate) const TICKS: [Tick; 10] = [
    Tick {
        name: "authority",
        label: "They say they are the police, my bank or another office",
        short: "Police or bank",
        phrase: "I am calling from the police.",
        told: "They said they were the police, my bank or another office.",
        fills: &[],
    },
    Tick {
        name: "pretext",
        label: "They say my card, account or computer has been used by a criminal",
        short: "My card or account was used",
        phrase: "We arrested a man with your bank card.",
        told: "They said that a criminal had used my card, account or computer.",
        fills: &[],
    },
    Tick {
        name: "verify",
        label: "They told me to ring 999, my bank or another number at once to check who they are",
        short: "Ring this to check me",
        phrase: "Dial 999 on this phone and ask for me, I will hold on.",
        told: "They told me to ring a number at once to check who they were.",
        fills: &[("trick", "call_back_number_given")],
    },
    Tick {
        name: "help",
        label: "They want me to help an investigation",
        short: "Help the police",
        phrase: "We need you to help our investigation.",
        told: "They wanted me to help an investigation.",
        fills: &[("trick", "helping_investigation")],
    },
    Tick {
        name: "secret",
        label: "They told me to keep it secret, or to lie to my bank or family",
        short: "Tell nobody",
        phrase: "Do not tell anyone about this.",
        told: "They told me to keep it secret or to lie to my bank or family.",
        fills: &[],
    },
    Tick {
        name: "stay",
        label: "They told me to stay on the line, or not to use the phone",
        short: "Stay on the line",
        phrase: "Do not hang up, stay on the line with me.",
        told: "They told me to stay on the line.",
        fills: &[("trick", "kept_on_line")],
    },
    Tick {
        name: "cash",
        label: "They want me to draw out cash, buy gold, gift cards or a watch, or move money",
        short: "Cash, gold or gift cards",
        phrase: "I need you to withdraw five thousand pounds in cash.",
        told: "They wanted me to draw out cash, buy something or move money.",
        fills: &[],
    },
    Tick {
        name: "card",
        label: "They want my card, my PIN, a code or my passwords",
        short: "My card, PIN or code",
        phrase: "Tell me your PIN number, we need your card back.",
        told: "They wanted my card, my PIN, a code or passwords.",
        fills: &[],
    },
    Tick {
        name: "computer",
        label: "They want to see or control my computer or phone",
        short: "My computer",
        phrase: "Download AnyDesk so that I can connect to your computer.",
        told: "They wanted to see or control my computer or phone.",
        fills: &[("demand", "remote_access")],
    },
    Tick {
        name: "courier",
        label: "Someone will come to collect something",
        short: "Someone will collect it",
        phrase: "A courier will come to your house to collect it.",
        told: "They said someone would come to collect something.",
        fills: &[("handover", "courier_at_home")],
    },
];

#[derive(Template)]
#[template(path = "check.html")]
struct Ask<'a> {
    ticks: &'a [Tick],
    error: bool,
}

/// What was found, for the page, for the live part of it and for the big buttons.
struct Found {
    alarm: bool,
    /// Something that scam callers do was heard, but not enough for the alarm.
    uneasy: bool,
    steps: Vec<&'static str>,
    /// What the caller does, and the words.
    reasons: Vec<(&'static str, String)>,
    /// What becomes the report's account, the words that were typed, and the boxes that were ticked.
    account: String,
    typed: String,
    ticked: Vec<&'static str>,
}

#[derive(Template)]
#[template(path = "check_result.html")]
struct Answer {
    found: Found,
}

#[derive(Template)]
#[template(path = "check_live.html")]
struct Live {
    found: Found,
}

#[derive(Template)]
#[template(path = "check_now.html")]
struct Now<'a> {
    left: Vec<&'a Tick>,
    ticked: Vec<&'a Tick>,
    found: Found,
}

#[derive(Template)]
#[template(path = "check_wait.html")]
struct Wait {}

#[derive(Template)]
#[template(path = "check_card.html")]
struct Card {}

/// Longest text that is checked, in letters.
const LONGEST: usize = 20_000;

/// `GET /check`
pub(crate) async fn ask() -> Response {
    page(StatusCode::OK, &Ask { ticks: &TICKS, error: false })
}

/// `POST /check`: the answer as a page.
pub(crate) async fn answer(State(state): State<AppState>, fields: Fields) -> Result<Response, WebError> {
    match read(&state, &fields) {
        Some(found) => Ok(page(StatusCode::OK, &Answer { found })),
        None => Ok(page(StatusCode::UNPROCESSABLE_ENTITY, &Ask { ticks: &TICKS, error: true })),
    }
}

/// `POST /check/live`: the same answer as a part of a page, for what has been typed or heard so far.
pub(crate) async fn live(State(state): State<AppState>, fields: Fields) -> Result<Response, WebError> {
    let found = read(&state, &fields).unwrap_or_else(|| found(&state, &[], ""));
    Ok(page(StatusCode::OK, &Live { found }))
}

/// `GET /check/now`: large buttons, one tap each, for when the caller is on the line.
pub(crate) async fn now(State(state): State<AppState>) -> Result<Response, WebError> {
    Ok(page(StatusCode::OK, &Now { left: TICKS.iter().collect(), ticked: Vec::new(), found: found(&state, &[], "") }))
}

/// `POST /check/now`: one tap more.
pub(crate) async fn tapped(State(state): State<AppState>, fields: Fields) -> Result<Response, WebError> {
    let ticked = ticks_of(&fields);
    let left = TICKS.iter().filter(|tick| !ticked.iter().any(|held| held.name == tick.name)).collect();
    let found = found(&state, &ticked, "");
    Ok(page(StatusCode::OK, &Now { left, ticked, found }))
}

/// `GET /check/wait`: five minutes, and what to do meanwhile. A line that was held is let go by the exchange well before they are over.
pub(crate) async fn wait() -> Response {
    page(StatusCode::OK, &Wait {})
}

/// `GET /check/card`: the card for beside the phone.
pub(crate) async fn card() -> Response {
    page(StatusCode::OK, &Card {})
}

fn ticks_of(fields: &Fields) -> Vec<&'static Tick> {
    let given = fields.all("tick");
    TICKS.iter().filter(|tick| given.contains(&tick.name)).collect()
}

fn read(state: &AppState, fields: &Fields) -> Option<Found> {
    let said: String = fields.get("said").trim().chars().take(LONGEST).collect();
    let ticked = ticks_of(fields);
    (!said.is_empty() || !ticked.is_empty()).then(|| found(state, &ticked, &said))
}

fn found(state: &AppState, ticked: &[&Tick], said: &str) -> Found {
    let mut check = Check::default();
    for tick in ticked {
        state.checker.turn(&mut check, false, tick.phrase);
    }
    // Each line is a turn: what was typed before it has been heard.
    for line in said.lines() {
        state.checker.turn(&mut check, false, line);
    }
    let mut reasons: Vec<(&'static str, String)> = Vec::new();
    for stage in Stage::ALL {
        let heard = check.heard();
        let Some(heard) = heard.iter().find(|heard| heard.stage == stage) else { continue };
        // A tick's own phrase is ours, not what was said: the box's words are shown for it.
        let quote = ticked.get(heard.turn).map_or_else(|| heard.quote.to_owned(), |tick| tick.label.to_owned());
        reasons.push((stage.words(), quote));
    }
    let mut account = said.to_owned();
    for tick in ticked {
        if !account.is_empty() {
            account.push('\n');
        }
        account.push_str(tick.told);
    }
    Found {
        alarm: check.alarm(),
        uneasy: check.score() >= UNEASY,
        steps: Advice::ALL.map(Advice::words).to_vec(),
        reasons,
        account,
        typed: said.to_owned(),
        ticked: ticked.iter().map(|tick| tick.name).collect(),
    }
}

/// What a report that begins here starts with: the account, what was ticked, and beside it what was read from the words. The latter is
/// shown as answered where it is asked and counts when that page is sent: what a person has not seen is not the person's answer.
pub(crate) fn start_report(state: &AppState, fields: &Fields, answers: &mut Answers) {
    let mut fill = |name: String, value: &str| {
        let held = answers.entry(name).or_default();
        if !held.iter().any(|held| held == value) {
            held.push(value.to_owned());
        }
    };
    let account = fields.get("said");
    if account.is_empty() {
        return;
    }
    fill("narrative".to_owned(), account);
    fill(format!("{READ}when"), "today");
    for (field, value) in ticks_of(fields).iter().flat_map(|tick| tick.fills) {
        fill((*field).to_owned(), value);
    }
    let typed: String = fields.get("typed").chars().take(LONGEST).collect();
    let mut check = Check::default();
    for line in typed.lines() {
        state.checker.turn(&mut check, false, line);
    }
    for (field, value) in state.checker.facts(&check) {
        fill(format!("{READ}{field}"), value);
    }
    let reading = state.reader.read(&typed);
    for value in &reading.values {
        fill(format!("{READ}{}", value.field.as_str()), &value.value);
    }
    if let [name, ..] = reading.names.as_slice() {
        fill(format!("{READ}name"), name);
    }
    if let Some(number) = number_in(&typed) {
        fill(format!("{READ}callback"), &number);
    }
}

/// The first telephone number in what the caller said: theirs, whoever is to ring it.
fn number_in(said: &str) -> Option<String> {
    said.split(|c: char| !(c.is_ascii_digit() || matches!(c, ' ' | '+' | '(' | ')' | '-')))
        .filter(|run| run.bytes().filter(u8::is_ascii_digit).count() >= 10)
        .find_map(|run| report::numbers::to_e164(run.trim(), "GB"))
}

/// Score from which the page says that something was heard, below the alarm's one half.
const UNEASY: f64 = 0.2;

#[cfg(test)]
mod tests {
    use super::{TICKS, number_in};

    #[test]
    fn the_callers_number_is_found_in_the_words() {
        assert_eq!(number_in("Ring me back on 01632 960123. Now.").as_deref(), Some("+441632960123"));
        assert_eq!(number_in("Dial 999, the sum is 5,000 pounds, my number is 1188"), None);
    }

    /// A tick that stands for nothing would be a box that does nothing.
    #[test]
    fn every_tick_is_heard() {
        let checker = call::Checker::builtin();
        for tick in &TICKS {
            let mut check = call::Check::default();
            checker.turn(&mut check, false, tick.phrase);
            assert!(!check.heard().is_empty(), "{}", tick.name);
        }
    }
}
