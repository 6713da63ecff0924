//! The line: codecs, recordings, tones, digits, the held-line rule, feeds.

mod calls;
mod ear;
mod feeds;
mod held;
mod recordings;
mod studio;
mod tones;

use call::line::{Event, Kind};
use ear::{digits, listen};

/// The kinds among events, without speech and digits.
fn kinds(events: &[Event]) -> Vec<Kind> {
    events.iter().map(|event| event.kind).filter(|kind| !matches!(kind, Kind::Speech | Kind::Dtmf)).collect()
}
