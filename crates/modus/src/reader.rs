//! The reader: finds signals in a text and puts them together to a reading.

use crate::engine::{Engine, Match};
use crate::pack::{Packs, Signal};
use crate::reading::{Field, Reading, Span, Value};
use crate::token::Tokens;
use crate::{money, names, numbers, scope};

/// Reads texts by packs.
#[derive(Debug, Clone)]
pub struct Reader {
    packs: Packs,
    engine: Engine,
}

/// Buffers that are used again from text to text: with them, finding signals allocates nothing once they have grown.
#[derive(Debug, Clone, Default)]
pub struct Scratch {
    tokens: Tokens,
    amounts: Vec<money::Amount>,
    matches: Vec<Match>,
    found: Vec<Found>,
}

/// A signal found in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// Its place in [`Packs::signals`].
    pub signal: usize,
    /// Where its words stand, in bytes.
    pub span: Span,
    /// Its first word, counted from 0.
    pub first_word: usize,
    /// Its last word.
    pub last_word: usize,
}

/// Sum of context weights from which a text is about a scam call.
const SCAM_CALL: f64 = 0.7;
/// Words around an amount in which a loss is told.
const LOSS_REACH: usize = 7;
/// Most hits that one text is read for: a text that repeats one phrase a thousand times says it once.
const MOST_HITS: usize = 4_000;

impl Reader {
    /// A reader of these packs.
    pub fn new(packs: &Packs) -> Reader {
        Reader { engine: Engine::build(&packs.signals), packs: packs.clone() }
    }

    /// The packs it reads by.
    pub fn packs(&self) -> &Packs {
        &self.packs
    }

    /// Reads a text. At most the first mebibyte is read.
    pub fn read(&self, text: &str) -> Reading {
        let mut scratch = Scratch::default();
        self.find(text, &mut scratch);
        let Scratch { tokens, amounts, found: hits, .. } = &scratch;
        let mut reading = Reading { outcome: "unknown".to_owned(), ..Reading::default() };
        if !self.is_scam_call(hits) {
            return reading;
        }
        reading.scam_call = true;
        reading.values = self.values(hits);
        let best = hits
            .iter()
            .filter(|hit| self.packs.signals[hit.signal].field == Field::Outcome)
            .max_by_key(|hit| (self.packs.signals[hit.signal].rank, std::cmp::Reverse(hit.first_word)));
        if let Some(best) = best {
            reading.outcome.clone_from(&self.packs.signals[best.signal].value);
            reading.outcome_evidence.push(best.span);
        }
        if let Some((pence, span)) = loss(tokens, amounts, &reading.outcome) {
            reading.loss_pence = Some(pence);
            reading.loss_evidence = span;
        }
        for (number, start, end) in numbers::numbers(text, tokens) {
            reading.numbers.push(number);
            reading.number_evidence.push(Span { start, end });
        }
        for (name, start, end) in names::names(text, tokens) {
            reading.names.push(name);
            reading.name_evidence.push(Span { start, end });
        }
        reading
    }

    /// The ids of all signals found, in order, each once: for the examples of the packs.
    pub fn signals_in(&self, text: &str) -> Vec<String> {
        let mut ids: Vec<String> = Vec::new();
        for (signal, _) in self.found(text) {
            if !ids.contains(&signal.id) {
                ids.push(signal.id.clone());
            }
        }
        ids
    }

    /// Every signal found with its place, in the order of the text: what a call is checked by.
    pub fn found(&self, text: &str) -> Vec<(&Signal, Span)> {
        let mut scratch = Scratch::default();
        self.find(text, &mut scratch).iter().map(|hit| (&self.packs.signals[hit.signal], hit.span)).collect()
    }

    /// As [`Reader::found`], in buffers that are used again: for many short texts, such as the turns of a call.
    ///
    /// # Example
    /// ```
    /// let reader = modus::Reader::new(&modus::Packs::builtin());
    /// let mut scratch = modus::Scratch::default();
    /// for turn in ["I am from the police.", "Tell no one."] {
    ///     let found = reader.find(turn, &mut scratch);
    ///     assert!(!found.is_empty() && found.iter().all(|one| one.span.end <= turn.len()));
    /// }
    /// ```
    pub fn find<'s>(&self, text: &str, scratch: &'s mut Scratch) -> &'s [Found] {
        let Scratch { tokens, amounts, matches, found } = scratch;
        tokens.fill(text, &self.engine.lexicon);
        money::amounts(tokens, amounts);
        self.engine.find(tokens, MOST_HITS, matches);
        found.clear();
        for one in matches.iter() {
            let (first, last) = (one.first as usize, one.last as usize);
            let keeps = self.packs.signals[one.signal as usize].keeps_negation;
            if !keeps && (scope::is_negated(tokens, first) || scope::is_advice(tokens, first)) {
                continue;
            }
            let span = Span { start: tokens[first].start, end: tokens[last].end };
            found.push(Found { signal: one.signal as usize, span, first_word: first, last_word: last });
        }
        found
    }

    fn is_scam_call(&self, hits: &[Found]) -> bool {
        let mut seen: Vec<usize> = Vec::new();
        let mut fields: Vec<Field> = Vec::new();
        let mut score = 0.0;
        for hit in hits {
            if seen.contains(&hit.signal) {
                continue;
            }
            seen.push(hit.signal);
            let entry = &self.packs.signals[hit.signal];
            match entry.field {
                Field::Context => score += entry.weight,
                Field::Outcome | Field::Stage | Field::Genuine => {}
                // Each field speaks once: ten demands are not ten scams.
                field if !fields.contains(&field) => {
                    fields.push(field);
                    score += 0.35;
                }
                _ => {}
            }
        }
        score >= SCAM_CALL && !fields.is_empty()
    }

    fn values(&self, hits: &[Found]) -> Vec<Value> {
        let mut values: Vec<Value> = Vec::new();
        for hit in hits {
            let entry = &self.packs.signals[hit.signal];
            if matches!(entry.field, Field::Outcome | Field::Context | Field::Stage | Field::Genuine) {
                continue;
            }
            let held = values.iter_mut().find(|value| value.field == entry.field && value.value == entry.value);
            match held {
                Some(value) => {
                    if !value.evidence.contains(&hit.span) {
                        value.evidence.push(hit.span);
                    }
                    if !value.signals.contains(&entry.id) {
                        value.signals.push(entry.id.clone());
                    }
                    // Two ways of saying it are surer than one.
                    value.confidence = 1.0 - (1.0 - value.confidence) * 0.7;
                }
                None => values.push(Value {
                    field: entry.field,
                    value: entry.value.clone(),
                    confidence: entry.weight.clamp(0.0, 1.0) * 0.9,
                    evidence: vec![hit.span],
                    signals: vec![entry.id.clone()],
                }),
            }
        }
        values.sort_by_key(|value| value.field);
        values
    }
}

/// What was lost: the largest amount near a word of loss where something was paid; nothing where all went well.
fn loss(tokens: &Tokens, amounts: &[money::Amount], outcome: &str) -> Option<(u64, Option<Span>)> {
    match outcome {
        "paid" => {}
        "recognised_hung_up" | "challenged" | "stopped_by_bank" | "stopped_by_third_party" => return Some((0, None)),
        _ => return None,
    }
    let told = |word: &str| {
        matches!(
            word,
            "lost"
                | "lose"
                | "handed"
                | "gave"
                | "paid"
                | "transferred"
                | "sent"
                | "taken"
                | "took"
                | "gone"
                | "loss"
                | "withdrew"
                | "drew"
                | "spent"
        )
    };
    let mut best: Option<&money::Amount> = None;
    for amount in amounts {
        let first = amount.first.saturating_sub(LOSS_REACH);
        let last = (amount.last + LOSS_REACH).min(tokens.len() - 1);
        let sentence = tokens[amount.first].sentence;
        let near = (first..=last).any(|at| tokens[at].sentence == sentence && told(tokens.word(at)));
        if near && best.is_none_or(|held| amount.pence > held.pence) {
            best = Some(amount);
        }
    }
    best.map(|amount| (amount.pence, Some(Span { start: tokens[amount.first].start, end: tokens[amount.last].end })))
}
