//! The reader: finds signals in a text and puts them together to a reading.
//!
//! Patterns are looked up by their first word, exact or by its first two letters, so that the cost of a text does not grow with
//! the number of rules that do not begin with its words.

use std::collections::HashMap;

use crate::pack::Packs;
use crate::pattern::Word;
use crate::reading::{Field, Reading, Span, Value};
use crate::token::{Token, tokens};
use crate::{money, names, numbers, scope};

/// Reads texts by packs.
#[derive(Debug, Clone)]
pub struct Reader {
    packs: Packs,
    /// First word to (signal, pattern).
    exact: HashMap<String, Vec<(usize, usize)>>,
    /// First two letters of a stem to (signal, pattern).
    stems: HashMap<[u8; 2], Vec<(usize, usize)>>,
}

/// A signal found.
struct Hit {
    signal: usize,
    span: Span,
    first: usize,
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
        let mut exact: HashMap<String, Vec<(usize, usize)>> = HashMap::new();
        let mut stems: HashMap<[u8; 2], Vec<(usize, usize)>> = HashMap::new();
        for (signal, entry) in packs.signals.iter().enumerate() {
            for (pattern, compiled) in entry.patterns.iter().enumerate() {
                for word in &compiled.steps[0].words {
                    match word {
                        Word::Exact(word) => exact.entry(word.clone()).or_default().push((signal, pattern)),
                        Word::Prefix(stem) => {
                            if let Some(key) = stem.as_bytes().first_chunk::<2>() {
                                stems.entry(*key).or_default().push((signal, pattern));
                            }
                        }
                        Word::Money => exact.entry("#money".to_owned()).or_default().push((signal, pattern)),
                    }
                }
            }
        }
        Reader { packs: packs.clone(), exact, stems }
    }

    /// The packs it reads by.
    pub fn packs(&self) -> &Packs {
        &self.packs
    }

    /// Reads a text. At most the first mebibyte is read.
    pub fn read(&self, text: &str) -> Reading {
        let tokens = tokens(text);
        let amounts = money::amounts(&tokens);
        let hits = self.hits(&tokens, &amounts);
        let mut reading = Reading { outcome: "unknown".to_owned(), ..Reading::default() };
        if !self.is_scam_call(&hits) {
            return reading;
        }
        reading.scam_call = true;
        reading.values = self.values(&hits);
        let best = hits
            .iter()
            .filter(|hit| self.packs.signals[hit.signal].field == Field::Outcome)
            .max_by_key(|hit| (self.packs.signals[hit.signal].rank, std::cmp::Reverse(hit.first)));
        if let Some(best) = best {
            reading.outcome.clone_from(&self.packs.signals[best.signal].value);
            reading.outcome_evidence.push(best.span);
        }
        if let Some((pence, span)) = loss(&tokens, &amounts, &reading.outcome) {
            reading.loss_pence = Some(pence);
            reading.loss_evidence = span;
        }
        for (number, start, end) in numbers::numbers(text, &tokens) {
            reading.numbers.push(number);
            reading.number_evidence.push(Span { start, end });
        }
        for (name, start, end) in names::names(text, &tokens) {
            reading.names.push(name);
            reading.name_evidence.push(Span { start, end });
        }
        reading
    }

    /// The ids of all signals found, in order, each once: for the examples of the packs.
    pub fn signals_in(&self, text: &str) -> Vec<String> {
        let tokens = tokens(text);
        let amounts = money::amounts(&tokens);
        let mut ids: Vec<String> = Vec::new();
        for hit in self.hits(&tokens, &amounts) {
            let id = &self.packs.signals[hit.signal].id;
            if !ids.contains(id) {
                ids.push(id.clone());
            }
        }
        ids
    }

    /// Every signal found with its place, in the order of the text: what a call is checked by.
    pub fn found(&self, text: &str) -> Vec<(&crate::Signal, Span)> {
        let tokens = tokens(text);
        let amounts = money::amounts(&tokens);
        self.hits(&tokens, &amounts).into_iter().map(|hit| (&self.packs.signals[hit.signal], hit.span)).collect()
    }

    fn hits(&self, tokens: &[Token], amounts: &[money::Amount]) -> Vec<Hit> {
        let is_money = |at: usize| amounts.iter().any(|amount| amount.first <= at && at <= amount.last);
        let mut hits: Vec<Hit> = Vec::new();
        for (at, token) in tokens.iter().enumerate() {
            let exact = self.exact.get(&token.word).map_or(&[][..], Vec::as_slice);
            let stems = token.word.as_bytes().first_chunk::<2>().and_then(|key| self.stems.get(key));
            for (signal, pattern) in exact.iter().chain(stems.map_or(&[][..], Vec::as_slice)) {
                let entry = &self.packs.signals[*signal];
                let Some(last) = entry.patterns[*pattern].match_at(tokens, at, &is_money) else { continue };
                if !entry.keeps_negation && (scope::is_negated(tokens, at) || scope::is_advice(tokens, at)) {
                    continue;
                }
                hits.push(Hit { signal: *signal, span: Span { start: token.start, end: tokens[last].end }, first: at });
                if hits.len() >= MOST_HITS {
                    return hits;
                }
            }
        }
        hits
    }

    fn is_scam_call(&self, hits: &[Hit]) -> bool {
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

    fn values(&self, hits: &[Hit]) -> Vec<Value> {
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
fn loss(tokens: &[Token], amounts: &[money::Amount], outcome: &str) -> Option<(u64, Option<Span>)> {
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
        let near = tokens[first..=last].iter().any(|token| token.sentence == sentence && told(&token.word));
        if near && best.is_none_or(|held| amount.pence > held.pence) {
            best = Some(amount);
        }
    }
    best.map(|amount| (amount.pence, Some(Span { start: tokens[amount.first].start, end: tokens[amount.last].end })))
}
