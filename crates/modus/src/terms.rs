//! Words as the learned part sees them: the kind of word where it is of one (`rules/modus/learned/kinds.txt`: `@courier`, `@kin`),
//! `#money`, `#phone`, `#number`, else the word without its ending, so that "collected" and "collecting" are one.

use std::collections::BTreeMap;

use crate::token::{MONEY, NUMERIC, PHONE, Tokens};

/// The kinds of words.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Terms {
    /// (key of the stem, key of its kind or its own, whether it carries meaning), by open addressing at most half full.
    slots: Vec<(u64, u64, bool)>,
    names: BTreeMap<u64, String>,
}

const BUILTIN: &str = include_str!("../../../rules/modus/learned/kinds.txt");

/// Words that carry little meaning: they are no part of a pair that stands apart.
const EMPTY: &str = "the a an to of and in on at for with from by it its this that these those there then so as was is be been being were \
    are am do did does have has had will would could can may might i my me we us our you your he she they him her them his hers their who \
    which what when where how if or but just very really also too up down out off over into about all some any one got get not no \
    than because while until after before again now only even still here back well im ive id hes shes theyre dont didnt";

impl Terms {
    /// What ships with the program.
    pub(crate) fn builtin() -> Terms {
        let mut entries: BTreeMap<u64, (u64, bool)> = BTreeMap::new();
        let mut names = BTreeMap::new();
        for word in EMPTY.split_whitespace() {
            entries.insert(key_of(word), (key_of(word), false));
        }
        for line in BUILTIN.lines().filter(|line| !line.starts_with('#')) {
            let Some((name, words)) = line.split_once(':') else { continue };
            let (name, full) = name.trim().strip_suffix('-').map_or((name.trim(), true), |name| (name, false));
            let kind = key_of(name);
            names.insert(kind, name.to_owned());
            for word in words.split_whitespace() {
                let word = word.replace('\'', "");
                entries.insert(key_of(&word), (kind, full));
                entries.entry(key_of(stem(&word))).or_insert((kind, full));
            }
        }
        let size = (entries.len() * 2 + 8).next_power_of_two();
        let mut slots = vec![(0, 0, false); size];
        for (word, (kind, full)) in entries {
            let mut slot = place(word, size);
            while slots[slot].1 != 0 {
                slot = (slot + 1) & (size - 1);
            }
            slots[slot] = (word, kind, full);
        }
        Terms { slots, names }
    }

    /// The key of a word's kind, or of its stem, and whether it carries meaning.
    pub(crate) fn key(&self, tokens: &Tokens, at: usize) -> (u64, bool) {
        let word = tokens.word(at);
        let whole = hash(word.as_bytes());
        if tokens[at].classes & (MONEY | PHONE) == 0
            && let Some(kind) = self.get(whole)
        {
            return kind;
        }
        if let Some(name) = class_name(tokens, at) {
            return (hash(name.as_bytes()), true);
        }
        let stem = hash(stem(word).as_bytes());
        if stem != whole
            && let Some(kind) = self.get(stem)
        {
            return kind;
        }
        (stem, true)
    }

    /// The key of a word itself, without its ending, where [`Terms::key`] is that of its kind.
    pub(crate) fn word_key(&self, tokens: &Tokens, at: usize) -> u64 {
        hash(stem(tokens.word(at)).as_bytes())
    }

    /// Whether a key is that of a kind of words.
    pub(crate) fn is_kind(&self, key: u64) -> bool {
        self.names.contains_key(&key)
    }

    /// The term in words.
    pub(crate) fn name(&self, tokens: &Tokens, at: usize) -> String {
        let (key, _) = self.key(tokens, at);
        if let Some(name) = self.names.get(&key) {
            return name.clone();
        }
        let word = tokens.word(at);
        class_name(tokens, at)
            .map_or_else(|| if key == hash(word.as_bytes()) { word } else { stem(word) }.to_owned(), str::to_owned)
    }

    fn get(&self, word: u64) -> Option<(u64, bool)> {
        if self.slots.is_empty() {
            return None;
        }
        let mut slot = place(word, self.slots.len());
        loop {
            let (held, kind, full) = self.slots[slot];
            if kind == 0 {
                return None;
            }
            if held == word {
                return Some((kind, full));
            }
            slot = (slot + 1) & (self.slots.len() - 1);
        }
    }
}

fn place(key: u64, size: usize) -> usize {
    (key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as usize & (size - 1)
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
