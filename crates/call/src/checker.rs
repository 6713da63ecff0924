//! The checker: state carried from turn to turn and from word to word, an alarm that stays, and no look ahead. A phrase counts when
//! its last word is said.

use std::collections::HashMap;

use modus::{Field, Packs, Reader};
use serde_json::json;

use crate::scope::{Scope, scope};
use crate::weigh::{self, Evidence};
use crate::{Advice, Stage, THRESHOLD, packs};

/// Checks calls by the packs of a reader.
#[derive(Debug, Clone)]
pub struct Checker {
    reader: Reader,
    /// What each signal says, by its id: (place in the packs, meaning, weight).
    meanings: HashMap<String, (u16, Meaning, f64)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meaning {
    Stage(Stage),
    Genuine,
}

/// A stage heard, with its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard<'a> {
    /// The stage.
    pub stage: Stage,
    /// The turn, from 0.
    pub turn: usize,
    /// First byte in the turn's text.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    /// The words.
    pub quote: &'a str,
}

#[derive(Debug, Clone, Copy)]
struct Held {
    stage: Stage,
    quote: u16,
    turn: u32,
    start: u32,
    end: u32,
}

/// A call so far: at most [`MOST_HELD`] stages with their words and a few sums, however long it lasts.
#[derive(Debug, Clone, Default)]
pub struct Check {
    evidence: Evidence,
    seen: [u64; SEEN],
    held: Vec<Held>,
    quotes: String,
    words: usize,
    far_words: usize,
    turns: usize,
    highest: f64,
    alarm: Option<(usize, usize)>,
}

/// Most stages held with their words.
pub const MOST_HELD: usize = 64;
/// Most bytes of quoted words held.
const MOST_QUOTED: usize = 2_000;
/// Longest turn that is read, in bytes.
const LONGEST_TURN: usize = 64 * 1024;
/// Sixty-fours of signals that are told apart.
const SEEN: usize = 8;

impl Checker {
    /// A checker by the dialogue pack that ships.
    pub fn builtin() -> Checker {
        Checker::with(&packs::dialogue())
    }

    /// A checker by these packs.
    pub fn with(packs: &Packs) -> Checker {
        Checker::new(Reader::new(packs))
    }

    /// A checker by the packs of a reader. Only signals of the fields `stage` and `genuine` speak; the first 512 of them.
    pub fn new(reader: Reader) -> Checker {
        let mut meanings = HashMap::new();
        for signal in reader.packs().signals() {
            let meaning = match signal.field {
                Field::Stage => Stage::named(&signal.value).map(Meaning::Stage),
                Field::Genuine => Some(Meaning::Genuine),
                _ => None,
            };
            let place = meanings.len();
            if let (Some(meaning), true) = (meaning, place < SEEN * 64) {
                meanings.insert(signal.id.clone(), (u16::try_from(place).unwrap_or(u16::MAX), meaning, signal.weight));
            }
        }
        Checker { reader, meanings }
    }

    /// Takes the next turn. `resident` turns are counted but raise nothing: people repeat what they are asked.
    pub fn turn(&self, check: &mut Check, resident: bool, text: &str) {
        let turn = check.turns;
        check.turns += 1;
        let mut end = text.len().min(LONGEST_TURN);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let text = &text[..end];
        let words = text.split_whitespace().count();
        if !resident {
            self.listen(check, turn, text);
            check.far_words += words;
        }
        check.words += words;
    }

    fn listen(&self, check: &mut Check, turn: usize, text: &str) {
        let mut found: Vec<(usize, usize, u16, Meaning, f64)> = Vec::new();
        for (signal, span) in self.reader.found(text) {
            if let Some((place, meaning, weight)) = self.meanings.get(&signal.id) {
                found.push((span.end, span.start, *place, *meaning, *weight));
            }
        }
        // In the order in which they are heard to the end.
        found.sort_unstable_by_key(|(end, start, place, ..)| (*end, *start, *place));
        let mut calm: Vec<(usize, usize)> = Vec::new();
        for (at, &(end, start, place, meaning, weight)) in found.iter().enumerate() {
            match meaning {
                Meaning::Genuine => {
                    calm.push((start, end));
                    if check.first(place) {
                        check.evidence.genuine(weight);
                    }
                }
                Meaning::Stage(stage) => {
                    // "Never tell your PIN to anyone" is no call for secrecy: what a genuine phrase holds, no stage holds.
                    let ends_here = |other: &&(usize, usize, u16, Meaning, f64)| other.0 == end && other.3 == Meaning::Genuine;
                    let calmed = calm.iter().any(|held| held.0 < end && start < held.1)
                        || found[at..]
                            .iter()
                            .take_while(|other| other.0 == end)
                            .find(ends_here)
                            .is_some_and(|other| other.1 < end);
                    let scoped = match scope(text, start) {
                        Scope::Said => false,
                        Scope::Negated => !matches!(stage, Stage::Secrecy | Stage::Isolation),
                        Scope::OfOthers => matches!(stage, Stage::Secrecy | Stage::Isolation),
                        Scope::Told => true,
                    };
                    if calmed || scoped {
                        continue;
                    }
                    if check.first(place) {
                        check.evidence.stage(stage, weight);
                    }
                    check.hold(stage, turn, start, end, &text[start..end]);
                }
            }
            let heard = text[..end].split_whitespace().count();
            let sum = check.evidence.sum(check.far_words + heard, 0.0);
            check.highest = check.highest.max(sum);
            if check.alarm.is_none() && sum >= THRESHOLD {
                check.alarm = Some((turn, check.words + heard));
            }
        }
    }
}

impl Check {
    /// Whether this signal speaks for the first time.
    fn first(&mut self, place: u16) -> bool {
        let (word, bit) = (usize::from(place) / 64, 1_u64 << (place % 64));
        let first = self.seen[word] & bit == 0;
        self.seen[word] |= bit;
        first
    }

    fn hold(&mut self, stage: Stage, turn: usize, start: usize, end: usize, quote: &str) {
        let known = self.held.iter().rev().take(16).any(|held| {
            held.stage == stage && held.turn as usize == turn && held.start as usize <= start && end <= held.end as usize
        });
        if known || self.held.len() >= MOST_HELD || self.quotes.len() + quote.len() > MOST_QUOTED {
            return;
        }
        let held = Held { stage, quote: self.quotes.len() as u16, turn: turn as u32, start: start as u32, end: end as u32 };
        self.quotes.push_str(quote);
        self.held.push(held);
    }

    /// How likely the call is a scam, 0..=1: the highest that it has been, 0.5 where the alarm is raised.
    pub fn score(&self) -> f64 {
        weigh::score(self.highest)
    }

    /// Whether the alarm was raised. Once raised it stays.
    pub fn alarm(&self) -> bool {
        self.alarm.is_some()
    }

    /// The turn and the count of words heard in the whole call when the alarm was raised.
    pub fn alarm_at(&self) -> Option<(usize, usize)> {
        self.alarm
    }

    /// Words heard so far, in all turns.
    pub fn words(&self) -> usize {
        self.words
    }

    /// What was heard, in order.
    pub fn heard(&self) -> Vec<Heard<'_>> {
        self.held
            .iter()
            .map(|held| {
                let (first, length) = (usize::from(held.quote), (held.end - held.start) as usize);
                Heard {
                    stage: held.stage,
                    turn: held.turn as usize,
                    start: held.start as usize,
                    end: held.end as usize,
                    quote: &self.quotes[first..first + length],
                }
            })
            .collect()
    }

    /// Bytes that this call takes in memory: what a server holds for it.
    pub fn memory(&self) -> usize {
        size_of::<Check>() + self.held.capacity() * size_of::<Held>() + self.quotes.capacity()
    }

    /// What to do now, where the alarm was raised.
    pub fn advice(&self) -> Vec<Advice> {
        if self.alarm() { Advice::ALL.to_vec() } else { Vec::new() }
    }

    /// The check as the contract's JSON (`contracts/commands.md`).
    pub fn to_contract_json(&self, id: &serde_json::Value) -> serde_json::Value {
        let stages: Vec<serde_json::Value> = self
            .heard()
            .iter()
            .map(|heard| json!({ "stage": heard.stage, "turn": heard.turn, "start": heard.start, "end": heard.end, "quote": heard.quote }))
            .collect();
        json!({
            "id": id, "score": self.score(), "alarm": self.alarm(), "alarm_turn": self.alarm.map(|alarm| alarm.0),
            "alarm_word": self.alarm.map(|alarm| alarm.1), "words": self.words, "stages": stages, "advice": self.advice(),
        })
    }
}
