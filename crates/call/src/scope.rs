//! What a phrase is worth where it stands. A caller who says "we will never ask you to withdraw money", "has anyone told you to
//! move it?" or "he said a courier would come" names a demand and makes none. Looks back only, within the sentence, and no further
//! than a few words: recognised speech has no full stops.

use std::sync::LazyLock;

use modus::{Scratch, word_key};

/// Words looked back over for a report, a question or a "never".
const REACH: usize = 18;
/// Words looked back over for a plain "not".
const NEAR: usize = 3;

/// Why a phrase does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// It counts.
    Said,
    /// "Not", right before it.
    Negated,
    /// "I", "we" or "they", right before it: "don't tell anyone" is an order, "I don't tell anyone" is none.
    OfOthers,
    /// Told of others, asked about, or warned of.
    Told,
}

/// The scope of the phrase that begins with a word of the turn that was read last.
pub(crate) fn scope(turn: &Scratch, text: &str, first: usize) -> Scope {
    // Nearest word first: its kinds, and whether a comma or the like stands between it and the phrase.
    let mut words: [(u16, bool); REACH] = [(0, false); REACH];
    let mut count = 0;
    let mut clause_cut = false;
    let mut end = turn.word(first).map_or(0, |word| word.start);
    while let Some(word) = first.checked_sub(count + 1).filter(|_| count < REACH).and_then(|at| turn.word(at)) {
        let between = &text.as_bytes()[word.end..end];
        if between.iter().any(|byte| matches!(byte, b'.' | b'!' | b'?' | b'\n')) {
            break;
        }
        clause_cut |= between.iter().any(|byte| matches!(byte, b',' | b';' | b':'));
        words[count] = (KINDS.of(word.key), clause_cut);
        count += 1;
        end = word.start;
    }
    let words = &words[..count];
    if words.iter().take(NEAR).enumerate().any(|(at, (kinds, cut))| !cut && kinds & NEGATOR != 0 && !is_harmless(words, at)) {
        return Scope::Negated;
    }
    let own = words.first().is_some_and(|(kinds, cut)| !cut && kinds & OWN != 0);
    for at in 0..count {
        let kinds = words[at].0;
        // Whether one of the words said after this one, nearest to it first, is of these kinds.
        let followed = |wanted: u16, reach: usize| words[at.saturating_sub(reach)..at].iter().any(|(next, _)| next & wanted != 0);
        if kinds & NEGATOR != 0 && followed(ASKING, 2)
            || kinds & OTHER != 0 && followed(SAYING, 3)
            || kinds & ASKED != 0 && followed(ASKED_OF, 1)
        {
            return Scope::Told;
        }
    }
    if own { Scope::OfOthers } else { Scope::Said }
}

/// Kinds of words, a bit each.
const NEGATOR: u16 = 1;
/// People who are spoken of.
const OTHER: u16 = 1 << 1;
/// What they do.
const SAYING: u16 = 1 << 2;
/// "Has", "did", before [`ASKED_OF`]: a question.
const ASKED: u16 = 1 << 3;
const ASKED_OF: u16 = 1 << 4;
/// What is never done, after a [`NEGATOR`].
const ASKING: u16 = 1 << 5;
/// Who does what follows, and not the one who is spoken to.
const OWN: u16 = 1 << 6;
/// "Don't worry", "not only": what a [`NEGATOR`] before it forbids nothing by.
const HARMLESS: u16 = 1 << 7;
/// "Why don't you".
const SUGGESTS: u16 = 1 << 8;

/// Words of each kind, small letters without apostrophes.
const WORDS: [(u16, &str); 9] = [
    (NEGATOR, "not never dont didnt doesnt wont wouldnt isnt wasnt havent hasnt nor neednt arent shouldnt nobody"),
    (OTHER, "nobody anyone anybody someone somebody he she they who nobodys noone anyones anybodys theyd hell shell theyll"),
    (ASKED_OF, "anyone anybody someone somebody he she they"),
    (OWN, "he she they who i we people"),
    (
        SAYING,
        "said told asked wanted says asks tells wants rings rang calls texts saying pretending claiming say ring call asking ask",
    ),
    (ASKING, "asking ask request require collect send tell"),
    (ASKED, "has have did were was"),
    (HARMLESS, "worry panic only just you to be forget"),
    (SUGGESTS, "why if or"),
];

/// The kinds of words by their keys: open addressing, at most half full; key 0 is none.
struct Kinds([(u32, u16); SLOTS]);

const SLOTS: usize = 256;

static KINDS: LazyLock<Kinds> = LazyLock::new(|| {
    let mut slots = [(0, 0); SLOTS];
    for (kind, words) in WORDS {
        for word in words.split_whitespace() {
            let key = word_key(word);
            let slot = Kinds::slot(&slots, key);
            slots[slot] = (key, slots[slot].1 | kind);
        }
    }
    Kinds(slots)
});

impl Kinds {
    fn slot(slots: &[(u32, u16); SLOTS], key: u32) -> usize {
        // The lowest bit of a key is always set.
        let mut slot = (key >> 1) as usize % SLOTS;
        while slots[slot].0 != 0 && slots[slot].0 != key {
            slot = (slot + 1) % SLOTS;
        }
        slot
    }

    fn of(&self, key: u32) -> u16 {
        self.0[Kinds::slot(&self.0, key)].1
    }
}

/// "Don't worry, go to the bank" and "why don't you go" forbid nothing.
fn is_harmless(words: &[(u16, bool)], at: usize) -> bool {
    let is = |place: Option<usize>, kind: u16| place.and_then(|place| words.get(place)).is_some_and(|word| word.0 & kind != 0);
    is(at.checked_sub(1), HARMLESS) || is(Some(at + 1), SUGGESTS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, phrase: &str) -> Scope {
        let mut turn = Scratch::default();
        modus::Reader::rules_only(&crate::packs::dialogue()).find(text, &mut turn);
        let start = text.find(phrase).unwrap();
        let first = (0..).take_while(|at| turn.word(*at).is_some_and(|word| word.start < start)).count();
        scope(&turn, text, first)
    }

    #[test]
    fn warnings_questions_and_reports_make_no_demand() {
        assert_eq!(of("We will never ask you to withdraw cash", "withdraw"), Scope::Told);
        assert_eq!(of("We'd never ask you to take money out, or hand your card over", "hand"), Scope::Told);
        assert_eq!(of("Has anyone told you to move money", "move"), Scope::Told);
        assert_eq!(of("He said a courier would come", "courier"), Scope::Told);
        assert_eq!(of("Can you confirm nobody's told you to keep this secret", "keep"), Scope::Told);
        assert_eq!(of("I don't tell my husband", "don't"), Scope::OfOthers);
        assert_eq!(of("I am not asking you to move anything", "move"), Scope::Told);
        assert_eq!(of("You don\u{2019}t withdraw cash", "withdraw"), Scope::Negated);
    }

    #[test]
    fn demands_stay_demands() {
        assert_eq!(of("He never came. Now withdraw cash", "withdraw"), Scope::Said);
        assert_eq!(of("Don't worry, withdraw cash", "withdraw"), Scope::Said);
        assert_eq!(of("Why don't you go to the bank", "go to"), Scope::Said);
        assert_eq!(of("I need you to withdraw cash", "withdraw"), Scope::Said);
        assert_eq!(of("", ""), Scope::Said);
    }
}
