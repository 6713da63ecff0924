//! Comparing two records: the level of each field, its weight, and the sentence.

use serde::Serialize;

use crate::linker::Record;
use crate::spec::{Comparison, Kind, Spec};
use crate::text::{jaro_winkler, one_digit_off};

/// One field's part of a link.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Part {
    /// The field.
    pub field: String,
    /// The level, in words ("same number").
    pub level: String,
    /// The value that agrees, where one does.
    pub value: Option<String>,
    /// Bits, the term frequency's part included.
    pub weight: f64,
}

/// Evidence that two records are of one hand.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Link {
    /// The new record.
    pub a: String,
    /// The one that was there.
    pub b: String,
    /// Bits: the prior and all parts.
    pub weight: f64,
    /// Bits of the prior.
    pub prior: f64,
    /// The parts, strongest first.
    pub parts: Vec<Part>,
}

impl Link {
    /// `1 / (1 + 2^-weight)`
    pub fn probability(&self) -> f64 {
        1.0 / (1.0 + (-self.weight).exp2())
    }

    /// One plain sentence.
    pub fn sentence(&self) -> String {
        let parts: Vec<String> = self
            .parts
            .iter()
            .filter(|part| part.weight.abs() >= 0.05)
            .map(|part| format!("{} ({:+.1})", part.level, part.weight))
            .collect();
        let mut sentence = parts.join(", ");
        if let Some(first) = sentence.get(..1) {
            sentence = first.to_uppercase() + &sentence[1..];
        }
        sentence
    }
}

/// Compares two records. `rarity` gives the share of records that hold a value of a field, for term frequencies; `None` where the value
/// is held back. A field that either lacks weighs nothing.
pub fn compare(spec: &Spec, a: &Record, b: &Record, prior: f64, rarity: &dyn Fn(&str, &str) -> Option<f64>) -> Link {
    let mut parts = Vec::new();
    for comparison in &spec.comparisons {
        let (left, right) = (a.values(&comparison.field), b.values(&comparison.field));
        if left.is_empty() || right.is_empty() {
            continue;
        }
        let (level, value) = best_level(comparison, left, right);
        let held = &comparison.levels[level];
        let mut weight = held.weight();
        if level == 0
            && comparison.blocks
            && let Some(value) = &value
        {
            match rarity(&comparison.field, value) {
                // A value that links everything links nothing.
                None => weight = 0.0,
                Some(share) if comparison.term_frequency => weight += (held.u / share.max(held.u / 16.0).min(1.0)).log2(),
                Some(_) => {}
            }
        }
        parts.push(Part { field: comparison.field.clone(), level: held.name.clone(), value, weight });
    }
    parts.sort_by(|x, y| y.weight.total_cmp(&x.weight));
    let weight = prior + parts.iter().map(|part| part.weight).sum::<f64>();
    Link { a: a.id.clone(), b: b.id.clone(), weight, prior, parts }
}

/// The best level over all pairs of values, with the value of the first record that reached it.
fn best_level(comparison: &Comparison, left: &[String], right: &[String]) -> (usize, Option<String>) {
    let last = comparison.levels.len() - 1;
    let mut best = (last, None);
    for a in left {
        for b in right {
            let level = level_of(comparison.kind, a, b).min(last);
            if level < best.0 {
                best = (level, Some(a.clone()));
            }
        }
    }
    best
}

fn level_of(kind: Kind, a: &str, b: &str) -> usize {
    if a == b {
        return 0;
    }
    match kind {
        Kind::Number => {
            if one_digit_off(a, b) {
                1
            } else {
                2
            }
        }
        Kind::Name => match jaro_winkler(a, b) {
            likeness if likeness >= 0.92 => 1,
            likeness if likeness >= 0.85 => 2,
            _ => 3,
        },
        Kind::Category => 1,
        Kind::Day => match (a.parse::<i64>(), b.parse::<i64>()) {
            (Ok(a), Ok(b)) => match a.abs_diff(b) {
                0..=3 => 0,
                4..=14 => 1,
                15..=45 => 2,
                _ => 3,
            },
            _ => 3,
        },
    }
}
