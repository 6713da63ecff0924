//! A call of any bytes: bounded state, spans inside the turns, a score that never falls.
#![no_main]

use std::sync::LazyLock;

use call::{Buffers, Check, Checker, MOST_HELD};
use libfuzzer_sys::fuzz_target;

static CHECKER: LazyLock<Checker> = LazyLock::new(Checker::builtin);

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let turns: Vec<&str> = text.split('\n').collect();
    let (mut check, mut buffers, mut highest) = (Check::default(), Buffers::default(), 0.0);
    for (at, turn) in turns.iter().enumerate() {
        CHECKER.turn_in(&mut buffers, &mut check, at % 5 == 4, turn);
        assert!(check.score() >= highest && check.memory() <= 4 * 1024);
        highest = check.score();
    }
    assert!(check.heard().len() <= MOST_HELD);
    for heard in check.heard() {
        assert_eq!(&turns[heard.turn][heard.start..heard.end], heard.quote);
    }
});
