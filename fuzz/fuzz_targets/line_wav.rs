//! A recording of any bytes: read in pieces, and listened to.
#![no_main]

use std::sync::Arc;

use call::line::recording::Reader;
use call::line::{Direction, Line, Options, Plan};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((piece, bytes)) = data.split_first() else { return };
    let plan = Arc::new(Plan::builtin());
    let mut reader = Reader::wav();
    let mut line: Option<Line> = None;
    for part in bytes.chunks(usize::from(*piece).max(1)) {
        let heard = reader.push(part, &mut |format, channels| {
            let options = Options { legs: format.channels, rate: format.rate, direction: Direction::Unknown, near: None };
            let line = line.get_or_insert_with(|| Line::new(plan.clone(), &options));
            for (leg, samples) in channels.iter().enumerate() {
                line.push(leg, samples);
            }
        });
        if heard.is_err() {
            return;
        }
    }
    let _ = reader.finish();
    if let Some(mut line) = line {
        line.finish();
    }
});
