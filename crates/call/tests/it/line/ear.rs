//! Listening to whole legs, as the tests and the evaluation do it.

use std::sync::Arc;

use call::line::{Direction, Event, Line, Options, Plan, Verdict};

/// Listens to legs at 8 kHz, 200 ms at a time.
pub(crate) fn listen(legs: &[Vec<f32>], direction: Direction, near: Option<usize>) -> (Vec<Event>, Verdict) {
    let mut line = Line::new(Arc::new(Plan::builtin()), &Options { legs: legs.len(), rate: 8000, direction, near });
    let long = legs.iter().map(Vec::len).max().unwrap_or(0);
    for at in (0..long).step_by(1600) {
        for (index, leg) in legs.iter().enumerate() {
            line.push(index, &leg[at.min(leg.len())..(at + 1600).min(leg.len())]);
        }
    }
    line.finish();
    (line.take_events().0, line.verdict().clone())
}

/// The digits among events, in order.
pub(crate) fn digits(events: &[Event]) -> String {
    events.iter().filter_map(|event| event.digit).collect()
}
