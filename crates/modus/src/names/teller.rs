//! The teller's own name, which is no caller's: "My name is Walter Quince", "it's Norman Trow, T-R-O-W", "Yours, Mrs J. Farrow". What he is
//! called once he is called everywhere: "Mr Trow" later is the same man.

use std::collections::BTreeSet;

use super::candidates::{Candidate, Kind, bare, possessive};
use super::quotations::is_quoted;
use super::words::WORKPLACES;
use crate::token::Tokens;

/// Words at the beginning in which the teller says who he is.
const OPENING: usize = 24;
/// Words after a signature: an address, a telephone number.
const AFTER_SIGNATURE: usize = 12;
/// Words that stand before one: "Yours most sincerely, I remain".
const BEFORE_SIGNATURE: usize = 3;
/// What a letter closes with.
const CLOSINGS: [&str; 11] =
    ["sincerely", "faithfully", "truly", "respectfully", "regards", "yours", "thanks", "signed", "cheers", "wishes", "obliged"];
/// What may stand before "this is" or "it's", at the beginning of what is told.
const GREETINGS: [&str; 27] = [
    "hello",
    "hallo",
    "hullo",
    "ello",
    "hi",
    "hiya",
    "hey",
    "good",
    "morning",
    "afternoon",
    "evening",
    "day",
    "dear",
    "sir",
    "madam",
    "er",
    "um",
    "erm",
    "yes",
    "right",
    "well",
    "ok",
    "okay",
    "oh",
    "so",
    "ah",
    "there",
];
/// What tells that another spoke.
const SAID: [&str; 14] =
    ["he", "she", "they", "said", "says", "goes", "told", "voice", "man", "woman", "lady", "caller", "message", "saying"];

/// What the teller is called, in words without "'s".
#[derive(Debug, Default)]
pub(super) struct Teller<'t> {
    words: BTreeSet<&'t str>,
    surname: Option<&'t str>,
}

impl<'t> Teller<'t> {
    /// Finds the teller of a text among all that may be names.
    pub(super) fn of(text: &str, tokens: &'t Tokens, quotations: &[(usize, usize)], all: &[Candidate]) -> Teller<'t> {
        let mut teller = Teller::default();
        let mut before: Option<&Candidate> = None;
        for one in all {
            // "It's Joe. Joe Balshaw, Ripon."
            let again = before.is_some_and(|before| {
                before.last + 1 == one.first && one.kind != Kind::Rank && teller.words.contains(bare(tokens, text, one.name))
            });
            let quoted = is_quoted(quotations, tokens[one.first].start);
            let named = !quoted
                && (says_name(text, tokens, one)
                    || is_logged(tokens, one)
                    || opens(text, tokens, one)
                    || signs(text, tokens, one));
            if again || named || spells(text, tokens, one) {
                teller.add(text, tokens, one);
            }
            before = Some(one);
        }
        teller
    }

    fn add(&mut self, text: &str, tokens: &'t Tokens, one: &Candidate) {
        self.words.extend((one.name..=one.surname).map(|at| bare(tokens, text, at)));
        if one.surname > one.name || one.kind == Kind::Title {
            self.surname = Some(bare(tokens, text, one.surname));
        }
    }

    /// Whether a name is the teller's: no more than he is called, or a title with his surname.
    pub(super) fn is_called(&self, text: &str, tokens: &Tokens, one: &Candidate) -> bool {
        if self.words.is_empty() || one.kind == Kind::Rank {
            return false;
        }
        let mut words = (one.name..=one.surname).map(|at| bare(tokens, text, at));
        words.all(|word| self.words.contains(word))
            || one.kind == Kind::Title && self.surname == Some(bare(tokens, text, one.surname))
    }
}

fn word(tokens: &Tokens, at: usize, back: usize) -> &str {
    at.checked_sub(back).map_or("", |place| tokens.word(place))
}

/// Words of the sentence before a place, the nearest first.
fn sentence_before(tokens: &Tokens, at: usize) -> impl Iterator<Item = &str> {
    let sentence = tokens.get(at).map(|token| token.sentence);
    (0..at).rev().take_while(move |place| Some(tokens[*place].sentence) == sentence).map(|place| tokens.word(place))
}

/// Whether somebody else is said to say it, in words that no marks enclose: "he says my name is Kevin", "My name is Lucy she said".
fn another_says(tokens: &Tokens, first: usize, last: usize) -> bool {
    let after = (last + 1..(last + 4).min(tokens.len())).map(|place| tokens.word(place));
    let told = after.clone().zip(after.skip(1)).any(|(who, does)| {
        matches!((who, does), ("he" | "she", "said" | "says" | "goes" | "went") | ("said" | "says", "he" | "she" | "the"))
    });
    let work = (last + 1..(last + 7).min(tokens.len()))
        .take_while(|place| tokens[*place].sentence == tokens[last].sentence)
        .any(|place| WORKPLACES.contains(tokens.word(place)));
    told || work && !matches!(tokens.word_at(last + 1), Some("i" | "im" | "ive" | "and"))
        || sentence_before(tokens, first).any(|word| SAID.contains(&word))
}

/// "My name is Walter Quince", "my name was Tuck", "Keith is me".
fn says_name(text: &str, tokens: &Tokens, one: &Candidate) -> bool {
    let at = one.first;
    let mine = match (word(tokens, at, 2), word(tokens, at, 1)) {
        ("my", "name" | "names") => 2,
        ("name" | "names", "is" | "was") if word(tokens, at, 3) == "my" => 3,
        _ => 0,
    };
    // "She knew my name was Joan" is hers who tells, whoever says it.
    let known = mine == 3 && word(tokens, at, 1) == "was";
    let me = (tokens.word_at(one.last + 1), tokens.word_at(one.last + 2)) == (Some("is"), Some("me"));
    let joined = !text[tokens[one.last].end..].starts_with(['?', '!']);
    known || me && joined || mine > 0 && !another_says(tokens, at - mine + 1, one.last)
}

/// "Inft Karen Dowd rptg for her mother", as a call handler writes.
fn is_logged(tokens: &Tokens, one: &Candidate) -> bool {
    let before = matches!(word(tokens, one.first, 1), "inft" | "infmt" | "informant" | "ip" | "ap" | "reporter");
    let after = matches!(tokens.word_at(one.last + 1), Some("rptg" | "rpts" | "reporting" | "reports"));
    one.kind != Kind::Rank && (before || after && one.first < OPENING)
}

/// "Hello, this is the Reverend Hugh Stead of All Saints", at the beginning of a text.
fn opens(text: &str, tokens: &Tokens, one: &Candidate) -> bool {
    if one.first >= OPENING || one.kind == Kind::Rank || possessive(text, tokens, one.last) {
        return false;
    }
    let at = one.first - usize::from(matches!(word(tokens, one.first, 1), "the"));
    let lead = match (word(tokens, at, 2), word(tokens, at, 1)) {
        ("this" | "it", "is") => 2,
        (_, "its") => 1,
        ("me", "again") | ("its" | "is", "me") => 2 + sentence_before(tokens, at.saturating_sub(2)).count(),
        ("i", "am") => 2,
        (_, "im") => 1,
        _ if matches!(tokens.word_at(one.last + 1), Some("here" | "speaking")) => 0,
        _ => return false,
    };
    let begins = lead > 0 && lead <= at && {
        let mut before = sentence_before(tokens, at - lead);
        // "[rustling] This is Mrs Tranter", as a message is typed.
        text[..tokens[at - lead].start].trim_end().ends_with([']', ')']) || before.all(|word| GREETINGS.contains(&word))
    } || lead == 0 && sentence_before(tokens, at).all(|word| GREETINGS.contains(&word));
    begins && !another_says(tokens, at, one.last)
}

/// "Norman Trow, T-R-O-W": only of oneself are the letters told.
fn spells(text: &str, tokens: &Tokens, one: &Candidate) -> bool {
    let surname = bare(tokens, text, one.surname);
    let from = one.last + 1;
    let letters = |from: usize| {
        let told = (from..tokens.len()).take_while(|place| tokens.word(*place).len() == 1).map(|place| tokens.word(place));
        told.zip(surname.split("").filter(|letter| !letter.is_empty())).take_while(|(told, letter)| told == letter).count()
    };
    one.first < OPENING && one.kind != Kind::Rank && (letters(from) >= 3 || letters(from + 1) >= 3)
}

/// "Yours sincerely, Mrs J. Farrow", "Edna Croft (Miss)" on the last line.
fn signs(text: &str, tokens: &Tokens, one: &Candidate) -> bool {
    if one.kind == Kind::Rank {
        return false;
    }
    let left = tokens.len() - 1 - one.last;
    let before = &text[one.first.checked_sub(1).map_or(0, |at| tokens[at].end)..tokens[one.first].start];
    // "Thanks to Mr Cole", "thanks Dave said": what closes a letter stands apart from the name.
    let apart = before.contains([',', '\n', '.', '-', '\u{2013}', '\u{2014}', ':', '(']);
    let closes =
        left <= AFTER_SIGNATURE && (1..=BEFORE_SIGNATURE).any(|back| CLOSINGS.contains(&word(tokens, one.first, back))) && apart;
    let line = before.contains('\n') || before.contains("  ") || one.first == 0;
    // "Edna Croft (Miss)", "Mrs E. Tay, 79".
    let ends = (one.last + 1..tokens.len()).all(|place| {
        matches!(tokens.word(place), "miss" | "mrs" | "mr" | "ms" | "dr" | "retd" | "aged")
            || tokens.word(place).bytes().all(|byte| byte.is_ascii_digit())
    });
    // "Should you care to hear him. Mr Rupert Vane-Holt." ends in a full stop, as no signature does.
    let whole = (one.surname > one.name || one.kind == Kind::Title) && !text.trim_end().ends_with('.');
    let sentence = one.first > 0 && tokens[one.first - 1].sentence != tokens[one.first].sentence;
    let asked = text[tokens[one.last].end..].starts_with(['?', '!']);
    closes || left <= 3 && one.first > 0 && ends && !asked && (line || sentence && whole)
}

#[cfg(test)]
mod tests {
    use super::super::candidates::candidates;
    use super::super::quotations::quotations;
    use super::*;
    use crate::token::tokens;

    /// The names of a text that are not the teller's.
    fn others(text: &str) -> Vec<String> {
        let tokens = tokens(text);
        let all = candidates(text, &tokens);
        let teller = Teller::of(text, &tokens, &quotations(text), &all);
        let others = all.iter().filter(|one| !teller.is_called(text, &tokens, one));
        others.map(|one| text[tokens[one.first].start..tokens[one.last].end].to_owned()).collect()
    }

    #[test]
    fn the_teller_is_no_caller() {
        for (text, expected) in [
            ("This is a message. My name's Walter Quince, as in the tree. A Mr Dale rang me.", "Mr Dale"),
            (
                "Well, er, it's Norman Trow, T-R-O-W, Ripon. At the end he goes are you still there Mr Trow. He was Kevin.",
                "Kevin",
            ),
            ("This is the Reverend Hugh Stead of All Saints. A DC Holt rang the vestry.", "DC Holt"),
            ("Ello, this is Joe. Joe Balshaw. A lady rings, Sandra, says she's fraud.", "Sandra"),
            ("Hello it is me again Mrs Rudge from Ripon. DS Cole rang again.", "DS Cole"),
            ("A Mr Tate rang my father.\nYours sincerely,\nMrs J. Farrow\n14 Mill Lane", "Mr Tate"),
            ("She told him no, Mr Farrow, not today. Mr Tate rang that night. Yours, Mrs J. Farrow", "Mr Tate"),
            ("Beryl is told that a Commander Hayes has chosen her.\nEdna Croft (Miss)", "Commander Hayes"),
            ("er hello this is Mr Cyril Rudd, R U D D, in Ripon. A man called Steven rang Mr Rudd.", "Steven"),
            ("Inft Karen Dowd rptg for mother (91). Says 'her man Derek' is to come.", "Derek"),
            ("He knew my name was Joan. Then DC Marsh came on. Take your time, Joan, he said.", "DC Marsh"),
        ] {
            let others = others(text);
            assert!(
                others.last().is_some_and(|last| last == expected) || others.contains(&expected.to_owned()),
                "{text}: {others:?}"
            );
            let own = ["Quince", "Trow", "Stead", "Balshaw", "Rudge", "Farrow", "Croft", "Rudd", "Dowd", "Joan"];
            assert!(!others.iter().any(|name| own.iter().any(|own| name.contains(own))), "{text}: {others:?}");
        }
    }

    #[test]
    fn what_the_caller_says_of_himself_is_not_the_tellers() {
        for (text, expected) in [
            ("\u{201c}Hello, my name is Darren from BT,\u{201d} he says, and I believed him.", "Darren"),
            ("He is to ring again on Thursday, should you care to hear him. Mr Rupert Vane-Holt.", "Mr Rupert Vane-Holt"),
            ("Hello, it's Gemma from the card team, nothing to fret about, it has been stopped.", "Gemma"),
            ("He goes my name is Steven Marsh and I have got your card here.", "Steven Marsh"),
            ("This is DC Alan Cole, he says, and I am to go to the bank at once.", "DC Alan Cole"),
            ("No thank you, I said. And who had rung me up at that hour? Detective Adam Cole.", "Detective Adam Cole"),
            ("It was my name is Lucy she said and I am with the bank, and off she went.", "Lucy"),
        ] {
            assert!(others(text).contains(&expected.to_owned()), "{text}: {:?}", others(text));
        }
    }
}
