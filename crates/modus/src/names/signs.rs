//! What a learned part looks at to say whether a name is the caller's: what kind of name it is, the words beside it and near it, and the
//! marks about it. Not whether the rules of `leads.rs` read it: those were written on the texts that weights are learned from, and a
//! learned part that hears of them trusts them more than they are worth on others (F1 on seven hands not seen 0.85 with, 0.86 without).

use super::candidates::{Candidate, Kind, bare, possessive};
use super::given::{Given, given};
use crate::terms::{Terms, key_of};
use crate::token::Tokens;

/// Words on either side that are looked at.
const REACH: usize = 9;
/// Of these, those whose stems count; farther off only kinds of words do.
const NEAR: usize = 5;
/// Words at the beginning of a text, where the teller says who he is.
const OPENING: usize = 4;

/// One side of a pair of signs.
#[derive(Debug, Clone, Copy)]
enum Part {
    None,
    Text(&'static str),
    /// A word whole.
    Whole(usize),
    /// A word's kind or stem (`terms.rs`).
    Term(usize),
    /// A word's stem, where [`Part::Term`] is its kind.
    Stem(usize),
    /// A word that is a given name.
    Given,
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

    fn text(self) -> String {
        self.0.iter().filter(|mark| **mark != 0).map(|mark| char::from(*mark)).collect()
    }
}

/// A sign: `how`, the marks, and up to two words.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sign {
    how: &'static str,
    marks: Marks,
    parts: [Part; 2],
}

impl Sign {
    /// Its key.
    pub(super) fn key(&self, tokens: &Tokens, terms: &Terms) -> u64 {
        let part = |part: Part| match part {
            Part::None => 0,
            Part::Text(text) => key_of(text),
            Part::Whole(at) => key_of(tokens.word(at)),
            Part::Term(at) => terms.key(tokens, at).0,
            Part::Stem(at) => terms.word_key(tokens, at),
            Part::Given => key_of("@given"),
        };
        let marks = if self.marks == Marks::NONE { 0 } else { key_of(&self.marks.text()) };
        mix([key_of(self.how), marks, part(self.parts[0]), part(self.parts[1])])
    }

    /// As it is written in the file of weights: `before2 ,' @man said`.
    pub(super) fn name(&self, tokens: &Tokens, terms: &Terms) -> String {
        let mut name = self.how.to_owned();
        if self.marks != Marks::NONE {
            name.push(' ');
            name.push_str(&self.marks.text());
        }
        for part in self.parts {
            let text = match part {
                Part::None => continue,
                Part::Text(text) => text.to_owned(),
                Part::Whole(at) => tokens.word(at).to_owned(),
                Part::Term(at) => terms.name(tokens, at),
                Part::Stem(at) => crate::terms::stem(tokens.word(at)).to_owned(),
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
pub(super) fn signs(text: &str, tokens: &Tokens, terms: &Terms, one: &Candidate, give: &mut dyn FnMut(Sign)) {
    let kind = one.kind.word();
    let mut plain = |how: &'static str, first: Part, second: Part| give(Sign { how, marks: Marks::NONE, parts: [first, second] });
    let words = ["one", "two", "more"][(one.last - one.name).min(2)];
    plain("kind", Part::Text(kind), Part::None);
    plain("kind", Part::Text(kind), Part::Text(words));
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
    }
    if terms.is_kind(terms.key(tokens, one.last).0) {
        plain("last", Part::Term(one.last), Part::None);
    }
    let from = |place: usize| one.first.checked_sub(place).filter(|at| tokens[*at].sentence == tokens[one.first].sentence);
    let before: [Option<usize>; REACH] = std::array::from_fn(|place| from(place + 1));
    let after: [Option<usize>; REACH] = std::array::from_fn(|place| Some(one.last + 1 + place).filter(|at| *at < tokens.len()));
    let left = &text[one.first.checked_sub(1).map_or(0, |at| tokens[at].end)..tokens[one.first].start];
    let right = &text[written_end(text, tokens, one.last)..tokens.get(one.last + 1).map_or(text.len(), |next| next.start)];
    if before[0].is_none() {
        plain("starts", Part::Text(kind), Part::None);
    }
    let quote = |mark: Option<char>| mark.is_some_and(|mark| "\"'\u{201c}\u{201d}\u{2018}\u{2019}".contains(mark));
    if quote(left.chars().next_back()) {
        plain("opens", Part::Text(kind), Part::None);
        if quote(right.chars().next()) {
            plain("quoted", Part::Text(kind), Part::None);
        }
    }
    let (left, right) = (Marks::between(left), Marks::between(right));
    give(Sign { how: "about", marks: Marks::about(left, right), parts: [Part::None; 2] });
    if let (Some(before), Some(after)) = (before[0], after[0]) {
        give(Sign { how: "about", marks: Marks::NONE, parts: [Part::Term(before), Part::Term(after)] });
    }
    // The words next to it, by what kind of name it is: "says Crispin" and "Crispin said" are callers, "says Mrs Hale" is not.
    let beside = |how, at| Sign { how, marks: Marks::NONE, parts: [Part::Text(kind), Part::Term(at)] };
    if let Some(at) = before[0] {
        give(beside("before", at));
    }
    if let Some(at) = after[0] {
        let starts = before[0].is_none();
        give(beside(if starts { "starts" } else { "after" }, at));
        give(Sign { how: "after", marks: right, parts: [Part::Text(kind), Part::Term(at)] });
    }
    side(text, tokens, terms, ["before", "before2", "near-before", "pair-before", "far-before"], left, &before, give);
    side(text, tokens, terms, ["after", "after2", "near-after", "pair-after", "far-after"], right, &after, give);
}

/// The signs of the words on one side, the nearest first.
fn side(
    text: &str,
    tokens: &Tokens,
    terms: &Terms,
    how: [&'static str; 5],
    marks: Marks,
    words: &[Option<usize>; REACH],
    give: &mut dyn FnMut(Sign),
) {
    let none = Marks::NONE;
    let forms = |at: Option<usize>| at.map_or([Part::None; 3], |at| forms(text, tokens, terms, at));
    let held = |part: &Part| !matches!(part, Part::None);
    for (place, word) in words.iter().enumerate() {
        for part in forms(*word).into_iter().filter(held) {
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
            let far = place >= NEAR;
            if !far {
                give(Sign { how: how[2], marks: none, parts });
            } else if matches!(part, Part::Term(at) if terms.is_kind(terms.key(tokens, at).0)) {
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

/// What a word counts as: its kind or stem, its stem where that is another, a given name.
fn forms(text: &str, tokens: &Tokens, terms: &Terms, at: usize) -> [Part; 3] {
    let stem = if terms.key(tokens, at).0 == terms.word_key(tokens, at) { Part::None } else { Part::Stem(at) };
    let capital = text[tokens[at].start..].starts_with(char::is_uppercase);
    let name = if capital && given(bare(tokens, text, at)) != Given::No { Part::Given } else { Part::None };
    [Part::Term(at), stem, name]
}

/// Where a word ends, without "'s".
pub(super) fn written_end(text: &str, tokens: &Tokens, at: usize) -> usize {
    let written = &text[tokens[at].start..tokens[at].end];
    let kept = written.strip_suffix("'s").or_else(|| written.strip_suffix("\u{2019}s")).unwrap_or(written);
    tokens[at].start + kept.len()
}
