//! Words as the learned part sees them: the kind of word where it is of one (`rules/modus/learned/kinds.txt`: `@courier`, `@kin`),
//! `#money`, `#phone`, `#number`, else the word without its ending, so that "collected" and "collecting" are one.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::keyed::Keyed;
use crate::token::{MONEY, NUMERIC, PHONE, Tokens};

/// The kinds of words.
#[derive(Debug)]
pub(crate) struct Terms {
    /// By the key of a word or stem.
    counts: Keyed<Counts>,
    names: BTreeMap<u64, String>,
}

/// What a word counts as.
#[derive(Debug, Clone, Copy)]
struct Counts {
    /// The key of its kind or its own.
    key: u64,
    is_kind: bool,
    /// Whether it carries meaning.
    full: bool,
}

/// A word of a text, by its keys.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Term {
    /// Of the word as it stands, or of its class (`#money`).
    pub(crate) whole: u64,
    /// Of its kind, or else of its stem.
    pub(crate) key: u64,
    pub(crate) is_kind: bool,
    /// Whether it carries meaning.
    pub(crate) full: bool,
}

const BUILTIN: &str = include_str!("../../../rules/modus/learned/kinds.txt");

/// Words that carry little meaning: they are no part of a pair that stands apart.
const EMPTY: &str = "the a an to of and in on at for with from by it its this that these those there then so as was is be been being were \
    are am do did does have has had will would could can may might i my me we us our you your he she they him her them his hers their who \
    which what when where how if or but just very really also too up down out off over into about all some any one got get not no \
    than because while until after before again now only even still here back well im ive id hes shes theyre dont didnt";

impl Terms {
    /// What ships with the program.
    pub(crate) fn builtin() -> &'static Terms {
        static TERMS: LazyLock<Terms> = LazyLock::new(|| Terms::parse(BUILTIN));
        &TERMS
    }

    fn parse(text: &str) -> Terms {
        let mut counts: Keyed<Counts> = Keyed::default();
        let mut names = BTreeMap::new();
        for word in EMPTY.split_whitespace() {
            counts.insert(key_of(word), Counts { key: key_of(word), is_kind: false, full: false });
        }
        for (name, full, words) in kinds_of(text) {
            let kind = Counts { key: key_of(name), is_kind: true, full };
            names.insert(kind.key, name.to_owned());
            for word in words.split_whitespace() {
                let word = word.replace('\'', "");
                counts.insert(key_of(&word), kind);
                counts.entry(key_of(stem(&word))).or_insert(kind);
            }
        }
        Terms { counts, names }
    }

    /// The keys of a word: those of its kind where it is of one, else of its class or its stem.
    pub(crate) fn term(&self, tokens: &Tokens, at: usize) -> Term {
        let word = tokens.word(at);
        let whole = hash(word.as_bytes());
        let class = class_name(tokens, at);
        let written = class.map_or(whole, |class| hash(class.as_bytes()));
        let term = |Counts { key, is_kind, full }| Term { whole: written, key, is_kind, full };
        if tokens[at].classes & (MONEY | PHONE) == 0
            && let Some(kind) = self.get(whole)
        {
            return term(kind);
        }
        let own = Counts { key: written, is_kind: false, full: true };
        if class.is_some() {
            return term(own);
        }
        let stem = hash(stem(word).as_bytes());
        let of_stem = if stem == whole { None } else { self.get(stem) };
        term(of_stem.unwrap_or(Counts { key: stem, ..own }))
    }

    /// The term in words.
    pub(crate) fn name(&self, tokens: &Tokens, at: usize) -> String {
        let key = self.term(tokens, at).key;
        if let Some(name) = self.names.get(&key) {
            return name.clone();
        }
        let word = tokens.word(at);
        class_name(tokens, at)
            .map_or_else(|| if key == hash(word.as_bytes()) { word } else { stem(word) }.to_owned(), str::to_owned)
    }

    fn get(&self, word: u64) -> Option<Counts> {
        self.counts.get(&word).copied()
    }
}

/// The kinds of a file: their names, whether they carry meaning, and their words.
fn kinds_of(text: &str) -> impl Iterator<Item = (&str, bool, &str)> {
    text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let (name, words) = line.split_once(':')?;
        Some(name.trim().strip_suffix('-').map_or((name.trim(), true, words), |name| (name, false, words)))
    })
}

/// Every word that is of a kind, without its apostrophe, with the kind's name (`@courier`).
pub fn kinds() -> impl Iterator<Item = (String, &'static str)> {
    kinds_of(BUILTIN).flat_map(|(name, _, words)| words.split_whitespace().map(move |word| (word.replace('\'', ""), name)))
}

fn class_name(tokens: &Tokens, at: usize) -> Option<&'static str> {
    let classes = tokens[at].classes;
    if classes & PHONE != 0 {
        Some("#phone")
    } else if classes & MONEY != 0 {
        Some("#money")
    } else if classes & NUMERIC != 0 && tokens.word(at) != "one" {
        Some("#number")
    } else {
        None
    }
}

/// The key of a word itself, without its ending, where [`Terms::term`] has that of its kind.
pub(crate) fn word_key(tokens: &Tokens, at: usize) -> u64 {
    hash(stem(tokens.word(at)).as_bytes())
}

/// A word as it stands, or the class it is of.
pub(crate) fn whole(tokens: &Tokens, at: usize) -> &str {
    class_name(tokens, at).unwrap_or_else(|| tokens.word(at))
}

/// A word without its commonest endings.
pub(crate) fn stem(word: &str) -> &str {
    if !word.is_ascii() || word.len() < 4 {
        return word;
    }
    let mut stem = word;
    for ending in ["ing", "ed", "ies", "es", "s", "ly"] {
        if let Some(short) = stem.strip_suffix(ending)
            && short.len() >= 3
            && !(ending == "s" && short.ends_with('s'))
        {
            stem = short;
            break;
        }
    }
    let bytes = stem.as_bytes();
    if stem.len() > 3 && bytes[bytes.len() - 1] == bytes[bytes.len() - 2] && stem.len() < word.len() {
        stem = &stem[..stem.len() - 1];
    }
    stem.strip_suffix(['e', 'y']).filter(|short| short.len() >= 3).unwrap_or(stem)
}

/// The key of a term as it is written.
pub(crate) const fn key_of(word: &str) -> u64 {
    hash(word.as_bytes())
}

const fn hash(word: &[u8]) -> u64 {
    let mut sum = 0xcbf2_9ce4_8422_2325_u64;
    let mut at = 0;
    while at < word.len() {
        sum = (sum ^ word[at] as u64).wrapping_mul(0x0000_0100_0000_01b3);
        at += 1;
    }
    (sum ^ (sum >> 29)).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_fall_away() {
        for (word, expected) in [
            ("collected", "collect"),
            ("collecting", "collect"),
            ("transferred", "transfer"),
            ("coming", "com"),
            ("come", "com"),
            ("cards", "card"),
            ("pass", "pass"),
            ("the", "the"),
        ] {
            assert_eq!(stem(word), expected);
        }
    }
}
