//! What arrives from outside is bounded: endless turns, a million turns, bytes that are no speech.

use call::{Check, MOST_HELD};
use proptest::prelude::*;

use crate::CHECKER;

/// What a server may hold for a call.
const STATE: usize = 4 * 1024;

#[test]
fn an_endless_turn_is_cut() {
    let mut check = Check::default();
    CHECKER.turn(&mut check, false, &"withdraw cash and tell nobody ".repeat(100_000));
    assert!(check.heard().len() <= MOST_HELD && check.memory() <= STATE, "{}", check.memory());
}

#[test]
fn a_call_of_many_turns_holds_no_more_than_four_kibibytes() {
    let checker = &*CHECKER;
    let mut check = Check::default();
    let lines = [
        "This is Detective Constable Hale of the Metropolitan Police, stay on the line and don't tell anyone",
        "withdraw five thousand pounds in cash and a courier will come and collect it, download AnyDesk and buy gift cards",
    ];
    for turn in 0..5_000 {
        checker.turn(&mut check, turn % 3 == 2, lines[turn % 2]);
    }
    assert!(check.alarm() && check.memory() <= STATE, "{}", check.memory());
    assert!(check.heard().len() <= MOST_HELD);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_text_gives_spans_inside_it_and_a_score_that_never_falls(turns in prop::collection::vec(".{0,200}", 1..6)) {
        let checker = &*CHECKER;
        let mut check = Check::default();
        let mut highest = 0.0;
        for text in &turns {
            checker.turn(&mut check, false, text);
            prop_assert!(check.score() >= highest && check.score() < 1.0);
            highest = check.score();
        }
        for heard in check.heard() {
            prop_assert_eq!(&turns[heard.turn][heard.start..heard.end], heard.quote);
        }
        prop_assert_eq!(check.words(), turns.iter().map(|text| text.split_whitespace().count()).sum::<usize>());
    }

    /// What is heard of a part is heard of the whole: nothing looks ahead.
    #[test]
    fn an_alarm_on_a_part_is_the_alarm_of_the_whole(cut in 1_usize..60) {
        let words: Vec<&str> = SAID.split(' ').collect();
        let cut = cut.min(words.len());
        let checker = &*CHECKER;
        let (mut part, mut whole) = (Check::default(), Check::default());
        checker.turn(&mut part, false, &words[..cut].join(" "));
        checker.turn(&mut whole, false, SAID);
        match (part.alarm_at(), whole.alarm_at()) {
            (Some(part), whole) => prop_assert_eq!(Some(part), whole),
            (None, Some((_, word))) => prop_assert!(word > cut),
            (None, None) => {}
        }
    }
}

const SAID: &str = "hello this is detective sergeant pope from the police we have arrested a man with your bank card now dial \
    nine nine nine on this phone and ask for me and do not tell anyone not even your family because you must go to the bank \
    and withdraw five thousand pounds in cash and a courier will come and collect it from you";
