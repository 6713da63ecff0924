//! The signs of a text: a word or the kind of word it is (`terms.rs`), alone, with the next, with one of the next two words that carry
//! meaning, after a "not", and in the end of a text, where the end of a story is told; and the signals of how it ended.

use std::collections::BTreeSet;

use crate::keyed::Keyed;
use crate::lexicon::class;
use crate::terms::{self, Term, Terms, key_of};
use crate::token::Tokens;

/// The numbers of the signs that are known.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Signs(Keyed<u32>);

/// A sign found, as one number that puts hits in order: its own number, its first word, and how many words more it lies over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Hit(u64);

impl Hit {
    fn new(sign: u32, first: usize, last: usize) -> Hit {
        // A text has at most half a million words, and a pattern lies over 60.
        Hit(u64::from(sign) << 32 | (first as u64 & 0x00ff_ffff) << 8 | (last - first) as u64 & 0xff)
    }

    pub(super) fn sign(self) -> u32 {
        (self.0 >> 32) as u32
    }

    pub(super) fn first(self) -> usize {
        (self.0 >> 8) as usize & 0x00ff_ffff
    }

    pub(super) fn last(self) -> usize {
        self.first() + (self.0 & 0xff) as usize
    }
}

/// How the words of a sign stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    /// `word`.
    Alone,
    /// `word`, where it also counts as its kind.
    Word,
    /// `word_word`: side by side.
    Pair,
    /// `word~word`: the one after the other, with at most one meaningful word between.
    Near,
    /// `!word`: after a negator in its clause.
    Denied,
    /// `$word`: in the last third of the text.
    Late,
    /// `=signal`: a signal.
    Signal,
}

/// A signal found in a text, as the learned part hears of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Told<'t> {
    pub(crate) id: &'t str,
    pub(crate) first: usize,
    pub(crate) last: usize,
}

/// Words before a word in which a negator denies it.
const DENIED_REACH: usize = 4;
/// Words a meaningful pair may lie over.
const NEAR_REACH: usize = 8;
/// Signs of a word that are known, about.
const SIGNS_A_WORD: usize = 3;

impl Signs {
    /// The signs of these names, which are numbered as they stand.
    pub(super) fn of(names: &[&str]) -> Signs {
        Signs(names.iter().map(|name| key_of_name(name)).zip(0..).collect())
    }

    /// The known signs of a text, in the order of their numbers.
    pub(super) fn hits<'t>(&self, tokens: &Tokens, terms: &[Term], told: impl Iterator<Item = Told<'t>>) -> Vec<Hit> {
        let mut hits: Vec<Hit> = Vec::with_capacity(terms.len() * SIGNS_A_WORD);
        tell(tokens, terms, &mut |sign, first_key, last_key, first, last| {
            if let Some(number) = self.number(key(sign, first_key, last_key)) {
                hits.push(Hit::new(number, first, last));
            }
        });
        for one in told {
            if let Some(number) = self.number(key(Sign::Signal, key_of(one.id), 0)) {
                hits.push(Hit::new(number, one.first, one.last));
            }
        }
        hits.sort_unstable();
        hits
    }

    fn number(&self, key: u64) -> Option<u32> {
        self.0.get(&key).copied()
    }
}

/// The names of the signs of a text, each once: what the network is trained on.
pub(crate) fn names<'t>(tokens: &Tokens, told: impl Iterator<Item = Told<'t>>) -> Vec<String> {
    let terms = Terms::builtin();
    let words: Vec<Term> = (0..tokens.len().min(super::MOST_WORDS)).map(|at| terms.term(tokens, at)).collect();
    let mut names: BTreeSet<String> = told.map(|one| format!("={}", one.id)).collect();
    tell(tokens, &words, &mut |sign, _, _, first, last| {
        let (a, b) = (terms.name(tokens, first), terms.name(tokens, last));
        names.insert(match sign {
            Sign::Alone => a,
            Sign::Word => terms::stem(tokens.word(first)).to_owned(),
            Sign::Pair => format!("{a}_{b}"),
            Sign::Near => format!("{a}~{b}"),
            Sign::Denied => format!("!{b}"),
            Sign::Late | Sign::Signal => format!("${b}"),
        });
    });
    names.into_iter().collect()
}

/// Tells every sign of a text: how it stands, the keys of its two terms, its first and last word.
fn tell(tokens: &Tokens, terms: &[Term], tell: &mut impl FnMut(Sign, u64, u64, usize, usize)) {
    let most = terms.len();
    let late = most - most / 3;
    for (at, term) in terms.iter().enumerate() {
        tell(Sign::Alone, term.key, 0, at, at);
        if term.is_kind {
            tell(Sign::Word, terms::word_key(tokens, at), 0, at, at);
        }
        if at >= late {
            tell(Sign::Late, term.key, 0, at, at);
        }
        let sentence = tokens[at].sentence;
        if let Some(next) = terms.get(at + 1)
            && tokens[at + 1].sentence == sentence
        {
            tell(Sign::Pair, term.key, next.key, at, at + 1);
        }
        if !term.full {
            continue;
        }
        let mut met = 0;
        for other in at + 1..most.min(at + 1 + NEAR_REACH) {
            if tokens[other].sentence != sentence || met == 2 {
                break;
            }
            if terms[other].full {
                met += 1;
                tell(Sign::Near, term.key, terms[other].key, at, other);
            }
        }
        let negator = (at.saturating_sub(DENIED_REACH)..at)
            .rev()
            .take_while(|before| tokens[*before].clause == tokens[at].clause)
            .find(|before| tokens[*before].classes & class::NEGATOR != 0);
        if let Some(negator) = negator {
            tell(Sign::Denied, term.key, 0, negator, at);
        }
    }
}

fn key(sign: Sign, first: u64, last: u64) -> u64 {
    let kind = match sign {
        Sign::Alone | Sign::Word => 1,
        Sign::Pair => 2,
        Sign::Near => 3,
        Sign::Denied => 4,
        Sign::Late => 5,
        Sign::Signal => 6,
    };
    let mixed = (first ^ last.rotate_left(21) ^ kind).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed ^ (mixed >> 32)
}

/// The key of a sign as the file writes it.
fn key_of_name(name: &str) -> u64 {
    if let Some(word) = name.strip_prefix('!') {
        key(Sign::Denied, key_of(word), 0)
    } else if let Some(word) = name.strip_prefix('$') {
        key(Sign::Late, key_of(word), 0)
    } else if let Some(signal) = name.strip_prefix('=') {
        key(Sign::Signal, key_of(signal), 0)
    } else if let Some((first, last)) = name.split_once('_') {
        key(Sign::Pair, key_of(first), key_of(last))
    } else if let Some((first, last)) = name.split_once('~') {
        key(Sign::Near, key_of(first), key_of(last))
    } else {
        key(Sign::Alone, key_of(name), 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::tokens;

    #[test]
    fn the_names_of_signs_lead_to_their_keys() {
        let words = tokens("He never asked for my card. The courier came and I gave it to him");
        let names = names(&words, std::iter::once(Told { id: "outcome.paid.gone", first: 8, last: 9 }));
        let known: Vec<&str> = names.iter().map(String::as_str).collect();
        let terms: Vec<Term> = (0..words.len()).map(|at| Terms::builtin().term(&words, at)).collect();
        let told = std::iter::once(Told { id: "outcome.paid.gone", first: 8, last: 9 });
        let mut found: Vec<u32> = Signs::of(&known).hits(&words, &terms, told).iter().map(|hit| hit.sign()).collect();
        found.dedup();
        assert_eq!(found.len(), names.len());
    }
}
