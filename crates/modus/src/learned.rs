//! The learned part: words that go with a value, by logistic regression (`examples/modus_train.rs`), kept as text anybody can read
//! (`rules/modus/learned/words.txt`), and a small network that hears the same signs together (`network.rs`); what they say is weighed
//! together. It is one voice beside the signals, capped, and its evidence is the words without which it would not speak.
//!
//! What it looks at ([`Sign`]): a word or the kind of word it is (`terms.rs`), alone, with the next, with one of the next two words that
//! carry meaning, after a "not", and in the end of a text, where the end of a story is told.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::lexicon::class;
use crate::network::{Light, Network};
use crate::pack::Packs;
use crate::reading::{Field, Span};
use crate::terms::{self, Terms};
use crate::token::Tokens;

/// What one label is told by.
#[derive(Debug, Clone, PartialEq)]
struct Label {
    field: Option<Field>,
    value: String,
    bias: f64,
    /// The value's number in the packs.
    number: Option<u16>,
    /// Its number in the network.
    output: Option<usize>,
}

/// The learned part.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Learned {
    labels: Vec<Label>,
    /// Signs by open addressing at most half full: (upper half of the key, number of the sign); the lower half says where.
    slots: Vec<(u32, u32)>,
    /// The weights of a sign: `weights[starts[sign]..starts[sign + 1]]`.
    starts: Vec<u32>,
    weights: Vec<(u16, f32)>,
    network: Network,
    /// The number of a sign in the network, or [`EMPTY`].
    rows: Vec<u32>,
    terms: Terms,
}

/// What the learned part says of a label.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Voice<'l> {
    /// The label's number.
    label: u16,
    /// The field, or none for "is it a scam call".
    pub(crate) field: Option<Field>,
    pub(crate) value: &'l str,
    /// The value's number in the packs, where it is one of a list field.
    pub(crate) number: Option<u16>,
    /// Log-odds.
    pub(crate) sum: f64,
    /// The same by the regression alone.
    regression: f64,
    /// Log-odds before a word is read.
    pub(crate) bias: f64,
}

/// All that the learned part says of a text, with the places of its signs.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Voices<'l> {
    pub(crate) list: Vec<Voice<'l>>,
    /// By sign.
    hits: Vec<Hit>,
    /// Where the hits of each sign begin, with a bit for each label that it speaks for.
    signs: Vec<(u32, u128)>,
    light: Light,
}

/// A sign found, as one number that puts hits in order: its own number, its first word, and how many words more it lies over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Hit(u64);

impl Hit {
    fn new(sign: u32, first: usize, last: usize) -> Hit {
        // A text has at most half a million words, and a pattern lies over 60.
        Hit(u64::from(sign) << 32 | (first as u64 & 0x00ff_ffff) << 8 | (last - first) as u64 & 0xff)
    }

    fn sign(self) -> u32 {
        (self.0 >> 32) as u32
    }

    fn first(self) -> usize {
        (self.0 >> 8) as usize & 0x00ff_ffff
    }

    fn last(self) -> usize {
        self.first() + (self.0 & 0xff) as usize
    }
}

/// How the words of a sign stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sign {
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

const WORDS: &str = include_str!("../../../rules/modus/learned/words.txt");
const NETWORK: &str = include_str!("../../../rules/modus/learned/network.txt");
/// How much the network counts beside the regression.
const NETWORKS_SHARE: f64 = 0.6;
const EMPTY: u32 = u32::MAX;
/// Words that it looks at: a longer text says nothing new of what it is about.
const MOST_WORDS: usize = 4_000;
/// Words before a word in which a negator denies it.
const DENIED_REACH: usize = 4;
/// Words a meaningful pair may lie over.
const NEAR_REACH: usize = 8;
/// Labels of a file: each is a bit.
const MOST_LABELS: usize = 128;
/// Signs of a word that are known, about.
const SIGNS_A_WORD: usize = 4;
/// Places of one sign that are shown.
const PLACES: usize = 6;

impl Learned {
    /// What ships with the program.
    pub(crate) fn builtin() -> Learned {
        Learned::parse(WORDS, NETWORK).unwrap_or_else(|line| panic!("the learned part does not parse at line {line}"))
    }

    /// A learned part that says nothing.
    pub(crate) fn silent() -> Learned {
        Learned::default()
    }

    /// Reads the file of the regression: `[field.value] bias`, then a sign and its weight a line; `#` begins a remark; and that of the network
    /// ([`Network::parse`]), which may be empty. The number of a bad line else.
    pub(crate) fn parse(text: &str, network: &str) -> Result<Learned, usize> {
        let (network, rows) = Network::parse(network)?;
        let mut labels: Vec<Label> = Vec::new();
        let mut told: Vec<(u64, u16, f32)> = Vec::new();
        for (number, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with("# ") {
                continue;
            }
            let (name, value) = line.rsplit_once(' ').ok_or(number + 1)?;
            let value: f64 = value.parse().map_err(|_| number + 1)?;
            if let Some(label) = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')) {
                let (field, value_name) = label.split_once('.').ok_or(number + 1)?;
                let field = match field {
                    "claimed" => Some(Field::Claimed),
                    "pretext" => Some(Field::Pretext),
                    "trick" => Some(Field::Trick),
                    "demand" => Some(Field::Demand),
                    "handover" => Some(Field::Handover),
                    "outcome" => Some(Field::Outcome),
                    _ => None,
                };
                if labels.len() == MOST_LABELS {
                    return Err(number + 1);
                }
                labels.push(Label {
                    field,
                    value: value_name.to_owned(),
                    bias: value,
                    number: None,
                    output: network.output(label),
                });
            } else {
                let label = labels.len().checked_sub(1).ok_or(number + 1)? as u16;
                told.push((key_of_name(name), label, value as f32));
            }
        }
        told.sort_by_key(|(key, label, _)| (*key, *label));
        let rows: BTreeMap<u64, u32> = rows.into_iter().map(key_of_name).zip(0..).collect();
        let mut keys: Vec<u64> = told.iter().map(|(key, ..)| *key).chain(rows.keys().copied()).collect();
        keys.sort_unstable();
        keys.dedup();
        let mut slots = vec![(0, EMPTY); (keys.len() * 2 + 8).next_power_of_two()];
        let mut learned = Learned { labels, network, terms: Terms::builtin(), ..Learned::default() };
        let mut told = told.into_iter().peekable();
        for (number, key) in (0..).zip(keys) {
            let mut slot = key as usize & (slots.len() - 1);
            while slots[slot].1 != EMPTY {
                slot = (slot + 1) & (slots.len() - 1);
            }
            slots[slot] = (upper(key), number);
            learned.starts.push(learned.weights.len() as u32);
            learned.rows.push(rows.get(&key).copied().unwrap_or(EMPTY));
            while let Some((_, label, weight)) = told.next_if(|(held, ..)| *held == key) {
                learned.weights.push((label, weight));
            }
        }
        learned.starts.push(learned.weights.len() as u32);
        learned.slots = slots;
        Ok(learned)
    }

    /// The kinds of words.
    pub(crate) fn terms(&self) -> &Terms {
        &self.terms
    }

    /// Takes the numbers of the values it speaks of from the packs, which are given those they lack.
    pub(crate) fn number(&mut self, packs: &mut Packs) {
        for label in &mut self.labels {
            let field = label.field.filter(|field| *field != Field::Outcome);
            label.number = field.map(|field| packs.number(field, &label.value));
        }
    }

    /// What it says of every label.
    pub(crate) fn voices<'t>(&self, tokens: &Tokens, told: impl Iterator<Item = Told<'t>>) -> Voices<'_> {
        if self.labels.is_empty() {
            return Voices::default();
        }
        let mut hits: Vec<Hit> = Vec::with_capacity(tokens.len().min(MOST_WORDS) * SIGNS_A_WORD);
        signs(tokens, &self.terms, &mut |sign, first_key, last_key, first, last| {
            if let Some(number) = self.sign(key(sign, first_key, last_key)) {
                hits.push(Hit::new(number, first, last));
            }
        });
        for one in told {
            if let Some(number) = self.sign(key(Sign::Signal, terms::key_of(one.id), 0)) {
                hits.push(Hit::new(number, one.first, one.last));
            }
        }
        let mut sums: Vec<f64> = self.labels.iter().map(|label| label.bias).collect();
        let mut rows: Vec<u32> = Vec::with_capacity(hits.len() / 2);
        hits.sort_unstable();
        let mut signs: Vec<(u32, u128)> = Vec::with_capacity(hits.len());
        let mut begins = 0;
        for of_one in hits.chunk_by(|a, b| a.sign() == b.sign()) {
            let mut speaks_for = 0;
            for (label, weight) in self.weights_of(of_one[0].sign()) {
                sums[usize::from(*label)] += f64::from(*weight);
                speaks_for |= u128::from(*weight > 0.0) << label;
            }
            rows.extend(self.row(of_one[0].sign()));
            signs.push((begins, speaks_for));
            begins += of_one.len() as u32;
        }
        let light = self.network.light(&rows);
        let lit = self.network.lit(&light);
        let list = self.labels.iter().zip(sums).zip(0..);
        let list = list.map(|((label, regression), number)| Voice {
            label: number,
            field: label.field,
            value: &label.value,
            number: label.number,
            sum: self.together(label, regression, &lit),
            regression,
            bias: label.bias,
        });
        Voices { list: list.collect(), hits, signs, light }
    }

    /// What regression and network say together.
    fn together(&self, label: &Label, regression: f64, lit: &[f32]) -> f64 {
        let network = label.output.map_or(regression, |output| self.network.says(output, lit));
        regression + NETWORKS_SHARE * (network - regression)
    }

    /// The words without which a voice would say no more than `floor`: those that speak loudest first.
    pub(crate) fn evidence(&self, tokens: &Tokens, voices: &Voices<'_>, voice: &Voice<'_>, floor: f64) -> Vec<Span> {
        // The louder first, then the earlier: a weight above nought is ordered as its bits are.
        let mut loud: Vec<(u64, u32)> = Vec::with_capacity(voices.signs.len() / 4);
        for (begins, _) in voices.signs.iter().filter(|(_, speaks_for)| speaks_for >> voice.label & 1 == 1) {
            let hit = voices.hits[*begins as usize];
            if let Some((_, weight)) = self.weights_of(hit.sign()).iter().find(|(label, _)| *label == voice.label) {
                loud.push((u64::from(!weight.to_bits()) << 32 | hit.first() as u64, *begins));
            }
        }
        loud.sort_unstable();
        let label = &self.labels[usize::from(voice.label)];
        let (mut regression, mut light, mut left) = (voice.regression, voices.light.clone(), voice.sum);
        let mut spans: Vec<Span> = Vec::new();
        for (order, begins) in loud {
            if left <= floor && !spans.is_empty() {
                break;
            }
            regression -= f64::from(f32::from_bits(!((order >> 32) as u32)));
            let hits = &voices.hits[begins as usize..];
            if let Some(row) = self.row(hits[0].sign()) {
                self.network.take(&mut light, row);
            }
            left = self.together(label, regression, &self.network.lit(&light));
            for hit in hits.iter().take_while(|hit| hit.sign() == hits[0].sign()).take(PLACES) {
                let span = Span { start: tokens[hit.first()].start, end: tokens[hit.last()].end };
                if !spans.contains(&span) {
                    spans.push(span);
                }
            }
        }
        spans
    }

    /// The names of the signs of a text, each once: what it is trained on.
    pub(crate) fn names<'t>(tokens: &Tokens, told: impl Iterator<Item = Told<'t>>) -> Vec<String> {
        static TERMS: LazyLock<Terms> = LazyLock::new(Terms::builtin);
        let terms = &*TERMS;
        let mut names: std::collections::BTreeSet<String> = told.map(|one| format!("={}", one.id)).collect();
        signs(tokens, terms, &mut |sign, _, _, first, last| {
            let (a, b) = (terms.name(tokens, first), terms.name(tokens, last));
            names.insert(match sign {
                Sign::Alone => a,
                Sign::Word => crate::terms::stem(tokens.word(first)).to_owned(),
                Sign::Pair => format!("{a}_{b}"),
                Sign::Near => format!("{a}~{b}"),
                Sign::Denied => format!("!{b}"),
                Sign::Late | Sign::Signal => format!("${b}"),
            });
        });
        names.into_iter().collect()
    }

    fn row(&self, sign: u32) -> Option<u32> {
        Some(self.rows[sign as usize]).filter(|row| *row != EMPTY)
    }

    fn weights_of(&self, sign: u32) -> &[(u16, f32)] {
        &self.weights[self.starts[sign as usize] as usize..self.starts[sign as usize + 1] as usize]
    }

    fn sign(&self, key: u64) -> Option<u32> {
        let mut slot = key as usize & (self.slots.len() - 1);
        loop {
            let (held, number) = self.slots[slot];
            if number == EMPTY {
                return None;
            }
            if held == upper(key) {
                return Some(number);
            }
            slot = (slot + 1) & (self.slots.len() - 1);
        }
    }
}

/// Tells every sign of a text: how it stands, the keys of its two terms, its first and last word.
fn signs(tokens: &Tokens, terms: &Terms, tell: &mut impl FnMut(Sign, u64, u64, usize, usize)) {
    let most = tokens.len().min(MOST_WORDS);
    let keys: Vec<(u64, bool)> = (0..most).map(|at| terms.key(tokens, at)).collect();
    let late = most - most / 3;
    for (at, (key, full)) in keys.iter().copied().enumerate() {
        tell(Sign::Alone, key, 0, at, at);
        if terms.is_kind(key) {
            tell(Sign::Word, terms.word_key(tokens, at), 0, at, at);
        }
        if at >= late {
            tell(Sign::Late, key, 0, at, at);
        }
        let sentence = tokens[at].sentence;
        if let Some((next, _)) = keys.get(at + 1)
            && tokens[at + 1].sentence == sentence
        {
            tell(Sign::Pair, key, *next, at, at + 1);
        }
        if !full {
            continue;
        }
        let mut met = 0;
        for other in at + 1..most.min(at + 1 + NEAR_REACH) {
            if tokens[other].sentence != sentence || met == 2 {
                break;
            }
            if keys[other].1 {
                met += 1;
                tell(Sign::Near, key, keys[other].0, at, other);
            }
        }
        let negator = (at.saturating_sub(DENIED_REACH)..at)
            .rev()
            .take_while(|before| tokens[*before].clause == tokens[at].clause)
            .find(|before| tokens[*before].classes & class::NEGATOR != 0);
        if let Some(negator) = negator {
            tell(Sign::Denied, key, 0, negator, at);
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

/// What tells two keys of one slot apart.
fn upper(key: u64) -> u32 {
    (key >> 32) as u32
}

/// The key of a sign as the file writes it.
fn key_of_name(name: &str) -> u64 {
    let of = |word: &str| terms::key_of(word);
    if let Some(word) = name.strip_prefix('!') {
        key(Sign::Denied, of(word), 0)
    } else if let Some(word) = name.strip_prefix('$') {
        key(Sign::Late, of(word), 0)
    } else if let Some(signal) = name.strip_prefix('=') {
        key(Sign::Signal, of(signal), 0)
    } else if let Some((first, last)) = name.split_once('_') {
        key(Sign::Pair, of(first), of(last))
    } else if let Some((first, last)) = name.split_once('~') {
        key(Sign::Near, of(first), of(last))
    } else {
        key(Sign::Alone, of(name), 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::tokens;

    #[test]
    fn a_voice_shows_the_words_without_which_it_would_not_speak() {
        let learned = Learned::parse("# remark\n[demand.gold] -2.0\nteapot 3.0\nred_lamp 1.5\n", "").unwrap();
        let words = tokens("some red lamps, Teapots");
        let voices = learned.voices(&words, std::iter::empty());
        assert!((voices.list[0].sum - 2.5).abs() < 1e-6);
        let spans = learned.evidence(&words, &voices, &voices.list[0], 0.0);
        assert_eq!(spans.iter().map(|span| span.start).collect::<Vec<_>>(), [16]);
        assert_eq!(Learned::parse("teapot 3.0", ""), Err(1));
    }

    #[test]
    fn the_names_of_signs_lead_to_their_keys() {
        let words = tokens("He never asked for my card. The courier came and I gave it to him");
        let learned = Learned::parse(
            &format!("[demand.gold] 0.0\n{}", Learned::names(&words, std::iter::empty()).join(" 1.0\n") + " 1.0"),
            "",
        )
        .unwrap();
        let sum = learned.voices(&words, std::iter::empty()).list[0].sum;
        assert!((sum - Learned::names(&words, std::iter::empty()).len() as f64).abs() < 1e-6);
    }
}
