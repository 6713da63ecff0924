//! What a learned part looks at to say whether a name is the caller's: what kind of name it is, the words beside it and near it, and the
//! marks about it. Not whether the rules of `leads.rs` read it: those were written on the texts that weights are learned from, and a
//! learned part that hears of them trusts them more than they are worth on others (F1 on seven hands not seen 0.85 with, 0.86 without).

use super::candidates::{Candidate, Kind, bare, possessive};
use super::given::{Given, given};
use super::quotations::is_quoted;
use super::words::{PERSONS, WORKPLACES};
use crate::terms::{Term, Terms, key_of, word_key};
use crate::token::{MONEY, Tokens};

/// Words on either side that are looked at.
const REACH: usize = 9;
/// Of these, those whose stems count; farther off only kinds of words do.
const NEAR: usize = 5;
/// Words at the beginning of a text, where the teller says who he is.
const OPENING: usize = 4;
/// Words about a name in which one may be spoken to.
const SPEECH: usize = 9;
/// Words before "to" in which money is told of.
const PAID: usize = 8;
/// What is done with money, before whom it goes to.
const PAYS: [&str; 15] = [
    "pay",
    "paid",
    "payment",
    "payments",
    "transfer",
    "transferred",
    "send",
    "sent",
    "sending",
    "moneygram",
    "wire",
    "wired",
    "slip",
    "cheque",
    "payable",
];

/// One side of a pair of signs.
#[derive(Debug, Clone, Copy)]
enum Part {
    None,
    Text(&'static str),
    /// A word whole.
    Whole(usize),
    /// A word's kind or stem (`terms.rs`), with its key.
    Term(usize, u64),
    /// A word's stem, where [`Part::Term`] is its kind.
    Stem(usize, u64),
    /// A word that is a given name.
    Given,
}

/// What a word near a name counts as: looked up once, though it is part of many signs.
#[derive(Debug, Clone, Copy)]
struct Near {
    term: Part,
    /// Its kind or stem, its stem where that is another, a given name.
    forms: [Part; 3],
    is_kind: bool,
}

impl Near {
    fn of(text: &str, tokens: &Tokens, terms: &Terms, at: usize) -> Near {
        let (Term { key, is_kind, .. }, word) = (terms.term(tokens, at), word_key(tokens, at));
        let stem = if key == word { Part::None } else { Part::Stem(at, word) };
        let capital = text[tokens[at].start..].starts_with(char::is_uppercase);
        let name = if capital && given(bare(tokens, text, at)) != Given::No { Part::Given } else { Part::None };
        let term = Part::Term(at, key);
        Near { term, forms: [term, stem, name], is_kind }
    }
}

/// Marks between words, quotation marks and dashes as one: at most two before a name, and two after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Marks([u8; 5]);

impl Marks {
    const NONE: Marks = Marks([0; 5]);

    fn between(text: &str) -> Marks {
        let mut marks = Marks::NONE;
        let kept = text.chars().filter(|c| !c.is_alphanumeric() && !c.is_whitespace()).map(|c| match c {
            '"' | '\u{201c}' | '\u{201d}' | '\u{2018}' | '\u{2019}' => b'\'',
            '\u{2013}' | '\u{2014}' => b'-',
            c => u8::try_from(c).unwrap_or(b'*'),
        });
        kept.take(2).zip(&mut marks.0).for_each(|(mark, place)| *place = mark);
        marks
    }

    /// Those before a name, and those after it.
    fn about(before: Marks, after: Marks) -> Marks {
        let mut all = Marks([0, 0, b'|', 0, 0]);
        all.0[..2].copy_from_slice(&before.0[..2]);
        all.0[3..].copy_from_slice(&after.0[..2]);
        all
    }

    fn key(self) -> u64 {
        let mut text = [0; 5];
        let mut length = 0;
        for mark in self.0.into_iter().filter(|mark| *mark != 0) {
            text[length] = mark;
            length += 1;
        }
        std::str::from_utf8(&text[..length]).map_or(0, key_of)
    }

    fn text(self) -> String {
        self.0.iter().filter(|mark| **mark != 0).map(|mark| char::from(*mark)).collect()
    }
}

/// How a sign stands, with its key.
#[derive(Debug, Clone, Copy)]
struct How(&'static str, u64);

impl How {
    const fn of(name: &'static str) -> How {
        How(name, key_of(name))
    }
}

/// The words before a name: next to it, the next but one, near it, the two next to it, far from it.
const BEFORE: [How; 5] =
    [How::of("before"), How::of("before2"), How::of("near-before"), How::of("pair-before"), How::of("far-before")];
/// Those after it.
const AFTER: [How; 5] = [How::of("after"), How::of("after2"), How::of("near-after"), How::of("pair-after"), How::of("far-after")];
const ABOUT: How = How::of("about");
const STARTS: How = How::of("starts");

/// A sign: `how`, the marks, and up to two words.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sign {
    how: How,
    marks: Marks,
    parts: [Part; 2],
}

impl Sign {
    /// Its key.
    pub(super) fn key(&self, tokens: &Tokens) -> u64 {
        let part = |part: Part| match part {
            Part::None => 0,
            Part::Text(text) => key_of(text),
            Part::Whole(at) => key_of(tokens.word(at)),
            Part::Term(_, key) | Part::Stem(_, key) => key,
            Part::Given => key_of("@given"),
        };
        let marks = if self.marks == Marks::NONE { 0 } else { self.marks.key() };
        mix([self.how.1, marks, part(self.parts[0]), part(self.parts[1])])
    }

    /// As it is written in the file of weights: `before2 ,' @man said`.
    pub(super) fn name(&self, tokens: &Tokens, terms: &Terms) -> String {
        let mut name = self.how.0.to_owned();
        if self.marks != Marks::NONE {
            name.push(' ');
            name.push_str(&self.marks.text());
        }
        for part in self.parts {
            let text = match part {
                Part::None => continue,
                Part::Text(text) => text.to_owned(),
                Part::Whole(at) => tokens.word(at).to_owned(),
                Part::Term(at, _) => terms.name(tokens, at),
                Part::Stem(at, _) => crate::terms::stem(tokens.word(at)).to_owned(),
                Part::Given => "@given".to_owned(),
            };
            name.push(' ');
            name.push_str(&text);
        }
        name
    }
}

/// The key of a sign as it is written.
pub(super) fn key_of_name(name: &str) -> u64 {
    let mut pieces = name.split(' ');
    let how = pieces.next().map_or(0, key_of);
    let mut rest = pieces.peekable();
    let mark = |piece: &&str| piece.bytes().all(|byte| !byte.is_ascii_alphanumeric()) && piece.is_ascii();
    let marks = rest.next_if(mark).map_or(0, key_of);
    mix([how, marks, rest.next().map_or(0, key_of), rest.next().map_or(0, key_of)])
}

fn mix(keys: [u64; 4]) -> u64 {
    keys.iter().fold(0, |held, key| {
        let held = (held ^ key).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        held ^ (held >> 29)
    })
}

/// Gives every sign of a name to a function.
pub(super) fn signs(
    text: &str,
    tokens: &Tokens,
    terms: &Terms,
    quotations: &[(usize, usize)],
    one: &Candidate,
    give: &mut dyn FnMut(Sign),
) {
    let kind = Part::Text(one.kind.word());
    let mut plain = |how: &'static str, first: Part, second: Part| {
        give(Sign { how: How::of(how), marks: Marks::NONE, parts: [first, second] });
    };
    let words = ["one", "two", "more"][(one.surname - one.name).min(2)];
    plain("kind", kind, Part::None);
    plain("kind", kind, Part::Text(words));
    for head in one.first..one.name {
        plain("head", Part::Whole(head), Part::None);
    }
    if matches!(one.kind, Kind::Rank | Kind::Title) && given(bare(tokens, text, one.name)) != Given::No {
        plain("head", Part::Given, Part::None);
    }
    if possessive(text, tokens, one.last) {
        plain("possessive", Part::None, Part::None);
    }
    if one.name < OPENING {
        plain("opening", Part::None, Part::None);
        plain("opening", kind, Part::None);
    }
    // "Mr V": who reports it keeps the victim's name back.
    if one.surname > one.first && tokens.word(one.surname).len() == 1 {
        plain("initial", kind, Part::None);
    }
    let last = Near::of(text, tokens, terms, one.last);
    if last.is_kind {
        plain("last", last.term, Part::None);
    }
    let near = |at: usize| Near::of(text, tokens, terms, at);
    let from = |place: usize| one.first.checked_sub(place).filter(|at| tokens[*at].sentence == tokens[one.first].sentence);
    let before: [Option<Near>; REACH] = std::array::from_fn(|place| from(place + 1).map(near));
    let after: [Option<Near>; REACH] =
        std::array::from_fn(|place| Some(one.last + 1 + place).filter(|at| *at < tokens.len()).map(near));
    let left = &text[one.first.checked_sub(1).map_or(0, |at| tokens[at].end)..tokens[one.first].start];
    let right = &text[written_end(text, tokens, one.last)..tokens.get(one.last + 1).map_or(text.len(), |next| next.start)];
    if before[0].is_none() {
        plain("starts", kind, Part::None);
    }
    let quote = |mark: Option<char>| mark.is_some_and(|mark| "\"'\u{201c}\u{201d}\u{2018}\u{2019}".contains(mark));
    let opens = quote(left.chars().next_back());
    if opens {
        plain("opens", kind, Part::None);
        if quote(right.chars().next()) {
            plain("quoted", kind, Part::None);
        }
    }
    let place = ["out", "in"][usize::from(is_quoted(quotations, tokens[one.first].start))];
    if is_spoken_to(left, right, before[0].is_none()) {
        plain("spoken", kind, Part::Text(place));
        if one.kind == Kind::Title && says_you(tokens, one) && !is_apposed(tokens, one.first) {
            plain("spoken", kind, Part::Text("you"));
        }
    }
    if right.starts_with('?') {
        plain("asked", kind, Part::Text(place));
    }
    if is_payee(tokens, one.first) {
        plain("payee", kind, Part::None);
    }
    let (left, right) = (Marks::between(left), Marks::between(right));
    give(Sign { how: ABOUT, marks: Marks::about(left, right), parts: [Part::None; 2] });
    if let (Some(before), Some(after)) = (before[0], after[0]) {
        give(Sign { how: ABOUT, marks: Marks::NONE, parts: [before.term, after.term] });
    }
    // The words next to it, by what kind of name it is: "says Crispin" and "Crispin said" are callers, "says Mrs Hale" is not.
    let beside = |how, near: Near| Sign { how, marks: Marks::NONE, parts: [kind, near.term] };
    if let Some(near) = before[0] {
        give(beside(BEFORE[0], near));
    }
    if let Some(near) = after[0] {
        let starts = before[0].is_none();
        give(beside(if starts { STARTS } else { AFTER[0] }, near));
        give(Sign { how: AFTER[0], marks: right, parts: [kind, near.term] });
    }
    side(BEFORE, left, &before, give);
    side(AFTER, right, &after, give);
}

/// "So would I, Mrs Hollins." - a name set off at the end of what is said, or of a question.
fn is_spoken_to(left: &str, right: &str, starts: bool) -> bool {
    let apart = starts || left.trim_end().ends_with(',') || left.ends_with(['"', '\'', '\u{201c}', '\u{2018}']);
    apart && right.starts_with(['.', ',', '?', '!', ':', '\'', '"', '\u{2019}', '\u{201d}', '-', '\u{2026}'])
}

/// "His supervisor, Mr Vine, came on": who he is stands before the name.
fn is_apposed(tokens: &Tokens, first: usize) -> bool {
    first > 0 && (PERSONS.contains(tokens.word(first - 1)) || WORKPLACES.contains(tokens.word(first - 1)))
}

/// Whether who is spoken to is told beside a name, or that somebody speaks: "She told him no, Mr Farrow, not today".
fn says_you(tokens: &Tokens, one: &Candidate) -> bool {
    let sentence = tokens[one.first].sentence;
    let near =
        (one.first.saturating_sub(SPEECH)..(one.last + SPEECH).min(tokens.len())).filter(|at| tokens[*at].sentence == sentence);
    near.into_iter().any(|at| {
        matches!(tokens.word(at), "you" | "your" | "youve" | "youre" | "please" | "no" | "yes" | "hello" | "sorry")
            || at < one.first && matches!(tokens.word(at), "said" | "says" | "goes" | "went" | "asked")
    })
}

/// "£750 to a Mr Osei", "sent it by MoneyGram to Mr Aguilar".
fn is_payee(tokens: &Tokens, first: usize) -> bool {
    let word = |back: usize| first.checked_sub(back).map_or("", |at| tokens.word(at));
    let to = if word(1) == "to" {
        1
    } else if word(2) == "to" && matches!(word(1), "a" | "an" | "one" | "some" | "called") {
        2
    } else {
        return false;
    };
    let sentence = tokens[first].sentence;
    (first.saturating_sub(to + PAID)..first - to)
        .filter(|at| tokens[*at].sentence == sentence)
        .any(|at| tokens[at].classes & MONEY != 0 || PAYS.contains(&tokens.word(at)))
}

/// The signs of the words on one side, the nearest first.
fn side(how: [How; 5], marks: Marks, words: &[Option<Near>; REACH], give: &mut dyn FnMut(Sign)) {
    let none = Marks::NONE;
    let forms = |near: Option<Near>| near.map_or([Part::None; 3], |near| near.forms);
    let held = |part: &Part| !matches!(part, Part::None);
    for (place, word) in words.iter().enumerate() {
        let Some(near) = word else { continue };
        for part in near.forms.into_iter().filter(held) {
            let parts = [part, Part::None];
            match place {
                0 => {
                    give(Sign { how: how[0], marks: none, parts });
                    if marks != none {
                        give(Sign { how: how[0], marks, parts });
                    }
                }
                1 => give(Sign { how: how[1], marks: none, parts }),
                _ => {}
            }
            if place < NEAR {
                give(Sign { how: how[2], marks: none, parts });
            } else if near.is_kind && matches!(part, Part::Term(..)) {
                give(Sign { how: how[4], marks: none, parts });
            }
        }
    }
    let next = forms(words[0]);
    for far in forms(words[1]).into_iter().filter(held) {
        for near in next.into_iter().filter(held) {
            give(Sign { how: how[3], marks, parts: [far, near] });
        }
    }
}

/// Where a word ends, without "'s".
pub(super) fn written_end(text: &str, tokens: &Tokens, at: usize) -> usize {
    let written = &text[tokens[at].start..tokens[at].end];
    let kept = written.strip_suffix("'s").or_else(|| written.strip_suffix("\u{2019}s")).unwrap_or(written);
    tokens[at].start + kept.len()
}

#[cfg(test)]
mod tests {
    use super::super::candidates::candidates;
    use super::super::quotations::quotations;
    use super::*;
    use crate::token::tokens;

    #[test]
    fn where_a_name_stands_says_whose_it_is() {
        for (text, sign, wanted) in [
            ("Nine days I lied. 'If you so much as sigh, Mr Lunt, an officer could be hurt.'", "spoken title in", true),
            ("The young woman said no, Mr Farrow, not today, and fetched him a chair.", "spoken title you", true),
            ("Then he said his supervisor, Mr Vine, would see to it in the morning.", "spoken title you", false),
            ("And in the receiver a voice was saying \"Margaret? Margaret?\" over and over.", "asked given in", true),
            ("She wished me to stop \u{a3}750 going by transfer to a Mr Osei, whom I do not know.", "payee title", true),
            ("They put me through to a Mr Osei, who knew all about it.", "payee title", false),
            ("I asked Mr V whether he was on his own and he said he was.", "initial title", true),
            ("PC Amit Rowe rang about false twenty pound notes.", "opening rank", true),
        ] {
            let (tokens, terms) = (tokens(text), Terms::builtin());
            let mut found = Vec::new();
            for one in candidates(text, &tokens) {
                signs(text, &tokens, terms, &quotations(text), &one, &mut |sign| {
                    assert_eq!(sign.key(&tokens), key_of_name(&sign.name(&tokens, terms)), "{text}");
                    found.push(sign.name(&tokens, terms));
                });
            }
            assert_eq!(found.iter().any(|one| one == sign), wanted, "{text}: {sign}");
        }
    }
}
