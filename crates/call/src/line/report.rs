//! The answer about a recording, in the contract's shape.

use serde_json::{Value, json};

use super::event::{Event, Kind, told};
use super::held::Verdict;

/// `{"file", "seconds", "channels", "events", "held_line", "why"}`: events in the order in which they began.
pub fn contract_json(file: &str, seconds: f64, channels: usize, events: &[Event], verdict: &Verdict) -> Value {
    json!({
        "file": file, "seconds": told(seconds), "channels": channels, "events": events,
        "held_line": verdict.held_line, "why": verdict.why,
    })
}

/// Puts events in order, and gives a dial tone that two countries share to `home` where a ringing or busy tone of that country, and of
/// no other, was heard in the call.
pub fn settle(events: &mut [Event], home: &str) {
    events.sort_by(|a, b| a.start_s.total_cmp(&b.start_s).then(a.channel.cmp(&b.channel)).then(a.kind.cmp(&b.kind)));
    let of_network = |event: &&Event| matches!(event.kind, Kind::Ringing | Kind::Busy);
    let heard: Vec<&str> = events.iter().filter(of_network).filter_map(|event| event.country.as_deref()).collect();
    if heard.is_empty() || heard.iter().any(|country| *country != home) {
        return;
    }
    for event in
        events.iter_mut().filter(|event| event.kind == Kind::DialTone && event.country.is_none() && event.shared_with_home)
    {
        event.country = Some(home.to_owned());
    }
}
