//! The answers of a report form: kept sealed while they are given, checked, shown as rows, and put together into a report.

use std::collections::BTreeMap;

use axum::http::HeaderMap;
use report::{Moment, Report};
use serde_json::{Map, Value, json};

use super::questions::{Field, Kind, SCREENS};
use crate::AppState;
use crate::error::WebError;
use crate::session::{cookie, cookie_name};

/// Answers by field.
pub(crate) type Answers = BTreeMap<String, Vec<String>>;

/// Holds the reference and the code once the report was sent.
pub(crate) const DONE: &str = "done";
/// Holds the screens that were answered.
pub(crate) const SEEN: &str = "seen";

/// Before a field's name: what was read from the words of the call, shown where the field is asked for the first time. It is no answer
/// until the person sends it.
pub(crate) const READ: &str = "read:";

/// What a field shows as answered: the answer, and what was read where it was not asked yet. Of values that the field does not know none is
/// shown, and of several where one is to be chosen the first.
pub(crate) fn given(field: &Field, answers: &Answers) -> Vec<String> {
    let mut given = answers.get(field.name).cloned().unwrap_or_default();
    for value in answers.get(&format!("{READ}{}", field.name)).into_iter().flatten() {
        if !given.contains(value) && wrong(field, std::slice::from_ref(value)).is_none() {
            given.push(value.clone());
        }
    }
    if !matches!(field.kind, Kind::Many(_)) {
        given.truncate(1);
    }
    given
}

/// The answers of the request's report, with their token.
pub(crate) async fn load(state: &AppState, headers: &HeaderMap) -> Result<Option<(String, Answers)>, WebError> {
    let Some(token) = cookie(headers, &cookie_name(state, super::report::COOKIE)) else { return Ok(None) };
    let Some(text) = state.store.draft(&token, state.now()).await? else { return Ok(None) };
    let answers = serde_json::from_str(&text).unwrap_or_default();
    Ok(Some((token, answers)))
}

/// Keeps the answers, sealed.
pub(crate) async fn save(state: &AppState, token: &str, answers: &Answers) -> Result<(), WebError> {
    let text = serde_json::to_string(answers).unwrap_or_default();
    state.store.save_draft(token, &text, state.now()).await?;
    Ok(())
}

/// The first answer to a field; empty where there is none.
pub(crate) fn first<'a>(answers: &'a Answers, name: &str) -> &'a str {
    answers.get(name).and_then(|values| values.first()).map_or("", String::as_str)
}

/// What is wrong with an answer.
pub(crate) fn wrong(field: &Field, given: &[String]) -> Option<String> {
    let text = given.first().map_or("", String::as_str);
    match &field.kind {
        Kind::One(options) => {
            let known = given.iter().all(|value| options.iter().any(|(held, _)| held == value));
            (!known || given.len() > 1).then(|| "Choose one of the answers".to_owned())
        }
        Kind::Many(options) => {
            let known = given.iter().all(|value| options.iter().any(|(held, _)| held == value));
            (!known).then(|| "Choose from the answers".to_owned())
        }
        Kind::Line(_) => (text.len() > 200).then(|| format!("{} must be 200 letters or fewer", field.label)),
        Kind::Phone(_) => {
            let short = text.len() <= 6 && text.len() >= 3 && text.bytes().all(|b| b.is_ascii_digit());
            let good = text.is_empty() || short || (text.len() <= 40 && report::numbers::to_e164(text, "GB").is_some());
            (!good).then(|| "Enter a phone number, like 01632 960123, or leave it empty".to_owned())
        }
        Kind::Email => {
            let parts = text.split_once('@');
            let good = parts.is_some_and(|(name, host)| !name.is_empty() && host.contains('.') && !text.contains(' '));
            (!(text.is_empty() || good && text.len() <= 200))
                .then(|| "Enter an e-mail address, like name@example.com, or leave it empty".to_owned())
        }
        Kind::Money => {
            (!text.is_empty() && pence(text).is_none()).then(|| "Enter a sum in pounds, like 2,500, or leave it empty".to_owned())
        }
        Kind::Lines => (text.len() > 50_000).then(|| "What happened must be 50,000 letters or fewer".to_owned()),
    }
}

/// A sum in pounds as people write it, in pence: "£2,500", "2500.50", "about 2k".
fn pence(text: &str) -> Option<u64> {
    let lower = text.trim().to_lowercase();
    let bare = lower.trim_start_matches("about").trim_start_matches("around").trim().trim_start_matches('£');
    let bare = bare.trim_end_matches("pounds").trim().replace([',', ' '], "");
    let (bare, times) = match bare.strip_suffix('k') {
        Some(thousands) => (thousands, 1000),
        None => (bare.as_str(), 1),
    };
    let (pounds, rest) = bare.split_once('.').unwrap_or((bare, ""));
    if pounds.is_empty() || pounds.len() > 8 || rest.len() > 2 || !bare.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return None;
    }
    let cents: u64 = format!("{rest:0<2}").parse().ok()?;
    Some((pounds.parse::<u64>().ok()? * 100 + cents) * times)
}

/// The answers as rows: the question, the answer, where it is changed.
pub(crate) fn rows(answers: &Answers) -> Vec<(String, String, String)> {
    let mut rows = Vec::new();
    for screen in SCREENS {
        for field in screen.fields {
            let given = answers.get(field.name).cloned().unwrap_or_default();
            let words = |value: &String| {
                field.options().iter().find(|(held, _)| held == value).map_or(value.clone(), |(_, words)| (*words).to_owned())
            };
            let label = if field.label.is_empty() { screen.title } else { field.label };
            let shown: Vec<String> = given.iter().map(words).collect();
            let shown = if shown.is_empty() { "Not answered".to_owned() } else { shown.join(", ") };
            rows.push((label.to_owned(), shown, format!("/report/{}", screen.id)));
        }
    }
    rows
}

/// A JSON object that leaves out what was not answered.
#[derive(Default)]
struct Object(Map<String, Value>);

impl Object {
    fn text(&mut self, key: &str, value: &str) {
        if !value.is_empty() {
            self.0.insert(key.to_owned(), json!(value));
        }
    }

    fn list(&mut self, key: &str, answers: &Answers, name: &str) {
        if let Some(values) = answers.get(name).filter(|values| !values.is_empty()) {
            self.0.insert(key.to_owned(), json!(values));
        }
    }

    fn yes_or_no(&mut self, key: &str, value: &str) {
        if !value.is_empty() {
            self.0.insert(key.to_owned(), json!(value == "yes"));
        }
    }

    fn object(&mut self, key: &str, value: Object) {
        if !value.0.is_empty() {
            self.0.insert(key.to_owned(), Value::Object(value.0));
        }
    }
}

/// The answers as a report. Built again after more answers it is the same report, updated.
pub(crate) fn build(answers: &Answers, received_at: Moment) -> Result<Report, String> {
    let first = |name: &str| first(answers, name);
    let mut root = Object::default();
    let source = if first("source").is_empty() { "web" } else { first("source") };
    root.text("source", source);
    if !first("name_of_report").is_empty() {
        root.text("external_id", &format!("web-{}", first("name_of_report")));
    } else {
        root.text("external_id", first("log"));
    }
    root.text("received_at", &received_at.to_string());
    root.text("danger", first("danger"));
    let mut reporter = Object::default();
    reporter.text("role", if first("role").is_empty() { "other" } else { first("role") });
    let contact = [first("your_name"), first("your_phone"), first("your_email")];
    reporter.0.insert("anonymous".to_owned(), json!(contact.iter().all(|given| given.is_empty())));
    reporter.text("name", contact[0]);
    reporter.text("phone", contact[1]);
    reporter.text("email", contact[2]);
    reporter.list("needs", answers, "needs");
    root.object("reporter", reporter);
    let mut target = Object::default();
    target.text("age_band", first("age_band"));
    target.list("vulnerability", answers, "vulnerability");
    root.object("target", target);
    let given = first("place");
    let mut place = Object::default();
    let finest = if areas::parse_postcode(given).is_some() {
        "postcode"
    } else if areas::parse_outcode(given).is_some() {
        "outcode"
    } else {
        "town"
    };
    place.text(finest, given);
    root.object("place", place);
    let (at, precision) = when(first("when"), received_at);
    let mut call = Object::default();
    call.text("at", &at.map(|at| at.to_string()).unwrap_or_default());
    call.text("precision", precision);
    call.text("number_shown", number(first("number_shown")));
    root.object("call", call);
    let mut caller = Object::default();
    caller.list("claimed", answers, "claimed");
    caller.list("names", answers, "name");
    root.object("caller", caller);
    let mut callback = Object::default();
    callback.text("number", number(first("callback")));
    root.object("callback", callback);
    for name in ["pretext", "trick", "demand", "handover"] {
        root.list(name, answers, name);
    }
    let outcome = match (first("outcome"), first("given")) {
        ("", "money" | "card") => "paid",
        ("", "details") => "gave_details_only",
        (told, _) => told,
    };
    root.text("outcome", outcome);
    if let Some(pence) = pence(first("loss")) {
        root.0.insert("loss_pence".to_owned(), json!(pence));
    }
    let mut bank = Object::default();
    bank.text("told", first("bank_told"));
    bank.text("name", first("bank_name"));
    root.object("bank", bank);
    root.text("narrative", first("narrative"));
    let mut consent = Object::default();
    consent.0.insert("use_for_advice".to_owned(), json!(true));
    consent.yes_or_no("share_with_partners", first("share"));
    consent.yes_or_no("tell_me_what_came_of_it", first("tell_me"));
    root.object("consent", consent);
    Report::from_value(Value::Object(root.0), "GB").map_err(|refusal| format!("{}: {}", refusal.path, refusal.reason))
}

/// A number that can be kept as one; what is too short for that (a service number) stands in the words.
fn number(text: &str) -> &str {
    if report::numbers::to_e164(text, "GB").is_some() { text } else { "" }
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

#[cfg(test)]
mod tests {
    use super::pence;

    #[test]
    fn sums_are_read_as_people_write_them() {
        for (text, expected) in [
            ("2,500", Some(250_000)),
            ("£2500.50", Some(250_050)),
            ("about 2k", Some(200_000)),
            ("300 pounds", Some(30_000)),
            ("lots", None),
            ("", None),
            ("1.234", None),
        ] {
            assert_eq!(pence(text), expected, "{text}");
        }
    }
}
