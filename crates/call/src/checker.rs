//! The checker: state carried from turn to turn, one weight a stage however often it is said, an alarm that stays.

use modus::Reader;
use serde_json::json;

use crate::{Advice, Stage};

/// Checks calls by the packs of a reader.
#[derive(Debug, Clone)]
pub struct Checker {
    reader: Reader,
}

/// A stage heard, with its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// The stage.
    pub stage: Stage,
    /// The turn, from 0.
    pub turn: usize,
    /// First byte in the turn's text.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    /// The words.
    pub quote: String,
}

/// A call so far.
#[derive(Debug, Clone, Default)]
pub struct Check {
    heard: Vec<Heard>,
    words: usize,
    turns: usize,
    alarm: Option<(usize, usize)>,
}

/// Log-odds of a scam before a word was said.
const PRIOR: f64 = -2.6;
/// Score from which the alarm is raised.
const ALARM: f64 = 0.5;
/// Quotes kept of one stage: the first few tell it all.
const QUOTES: usize = 3;
/// Longest turn that is read, in bytes.
const LONGEST_TURN: usize = 64 * 1024;

impl Checker {
    /// A checker by these packs.
    pub fn new(reader: Reader) -> Checker {
        Checker { reader }
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
        if !resident {
            let mut found: Vec<Heard> = Vec::new();
            for (signal, span) in self.reader.found(text) {
                let Some(stage) = Stage::of(signal) else { continue };
                let quote = text[span.start..span.end].to_owned();
                found.push(Heard { stage, turn, start: span.start, end: span.end, quote });
            }
            // In the order they are heard to the end: a phrase counts when its last word is said.
            found.sort_by_key(|heard| (heard.end, heard.start));
            for heard in found {
                let words = check.words + text[..heard.end].split_whitespace().count();
                let known = check.heard.iter().filter(|held| held.stage == heard.stage).count();
                if known < QUOTES {
                    check.heard.push(heard);
                }
                if check.alarm.is_none() && check.score() >= ALARM && check.stages() >= 2 {
                    check.alarm = Some((turn, words));
                }
            }
        }
        check.words += text.split_whitespace().count();
    }
}

impl Check {
    /// How likely the call is a scam, 0..=1.
    pub fn score(&self) -> f64 {
        let mut sum = PRIOR;
        for stage in Stage::ALL {
            if self.heard.iter().any(|heard| heard.stage == stage) {
                sum += stage.weight();
            }
        }
        1.0 / (1.0 + (-sum).exp())
    }

    /// Stages heard so far.
    fn stages(&self) -> usize {
        Stage::ALL.iter().filter(|stage| self.heard.iter().any(|heard| heard.stage == **stage)).count()
    }

    /// Whether the alarm was raised. Once raised it stays.
    pub fn alarm(&self) -> bool {
        self.alarm.is_some()
    }

    /// What was heard, in order.
    pub fn heard(&self) -> &[Heard] {
        &self.heard
    }

    /// What to do now, where the alarm was raised.
    pub fn advice(&self) -> Vec<Advice> {
        if self.alarm() { vec![Advice::HangUp, Advice::UseAnotherPhone, Advice::RingForHelp] } else { Vec::new() }
    }

    /// The check as the contract's JSON (`contracts/commands.md`).
    pub fn to_contract_json(&self, id: &serde_json::Value) -> serde_json::Value {
        let stages: Vec<serde_json::Value> = self
            .heard
            .iter()
            .map(|heard| json!({ "stage": heard.stage, "turn": heard.turn, "start": heard.start, "end": heard.end, "quote": heard.quote }))
            .collect();
        json!({
            "id": id, "score": self.score(), "alarm": self.alarm(), "alarm_turn": self.alarm.map(|alarm| alarm.0),
            "alarm_word": self.alarm.map(|alarm| alarm.1), "words": self.words, "stages": stages, "advice": self.advice(),
        })
    }
}
