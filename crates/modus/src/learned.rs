//! The learned part: words and pairs of words that go with a value, by logistic regression (`examples/modus_train.rs`), kept as text
//! anybody can read (`rules/modus/learned/words.txt`). It is one voice beside the signals, capped so that it alone reads no value, and its
//! evidence is the words that spoke loudest.

use std::collections::HashMap;

use crate::reading::{Field, Span};
use crate::token::{MONEY, NUMERIC, PHONE, Tokens};

/// What one label is told by.
#[derive(Debug, Clone, PartialEq)]
struct Label {
    field: Option<Field>,
    value: String,
    bias: f64,
}

/// The learned part.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Learned {
    labels: Vec<Label>,
    /// Weights of a word or pair, by its hash, with the label's number.
    weights: HashMap<u64, Vec<(u16, f32)>>,
}

/// What the learned part says of a label.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Voice {
    /// The field, or none for "is it a scam call".
    pub(crate) field: Option<Field>,
    pub(crate) value: String,
    /// 0..=1.
    pub(crate) probability: f64,
    /// The words that spoke loudest.
    pub(crate) spans: Vec<Span>,
}

/// Words of a text that show a voice.
const SHOWN: usize = 3;

const BUILTIN: &str = include_str!("../../../rules/modus/learned/words.txt");

impl Learned {
    /// What ships with the program.
    pub(crate) fn builtin() -> Learned {
        Learned::parse(BUILTIN).unwrap_or_else(|line| panic!("the learned words do not parse at line {line}"))
    }

    /// Reads the file: `[field.value] bias`, then `word weight` or `word_word weight` a line; `#` begins a remark.
    pub(crate) fn parse(text: &str) -> Result<Learned, usize> {
        let mut learned = Learned::default();
        for (number, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
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
                learned.labels.push(Label { field, value: value_name.to_owned(), bias: value });
            } else {
                let label = learned.labels.len().checked_sub(1).ok_or(number + 1)? as u16;
                learned.weights.entry(hash(&[name])).or_default().push((label, value as f32));
            }
        }
        Ok(learned)
    }

    /// What it says of every label.
    pub(crate) fn voices(&self, tokens: &Tokens) -> Vec<Voice> {
        let mut sums: Vec<f64> = self.labels.iter().map(|label| label.bias).collect();
        let mut loud: Vec<Vec<(f32, usize, usize)>> = vec![Vec::new(); self.labels.len()];
        let mut seen: Vec<u64> = Vec::new();
        let most = tokens.len().min(MOST_WORDS);
        for at in 0..most {
            for last in [at, at + 1] {
                if last >= most {
                    continue;
                }
                let key =
                    if last == at { hash(&[shape(tokens, at)]) } else { hash(&[shape(tokens, at), "_", shape(tokens, last)]) };
                let Some(weights) = self.weights.get(&key) else { continue };
                if seen.contains(&key) {
                    continue;
                }
                seen.push(key);
                for (label, weight) in weights {
                    let label = usize::from(*label);
                    sums[label] += f64::from(*weight);
                    if *weight > 0.0 {
                        loud[label].push((*weight, at, last));
                    }
                }
            }
        }
        self.labels
            .iter()
            .zip(sums)
            .zip(loud)
            .map(|((label, sum), mut loud)| {
                loud.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
                let spans = loud
                    .iter()
                    .take(SHOWN)
                    .map(|(_, first, last)| Span { start: tokens[*first].start, end: tokens[*last].end })
                    .collect();
                Voice { field: label.field, value: label.value.clone(), probability: 1.0 / (1.0 + (-sum).exp()), spans }
            })
            .collect()
    }
}

/// Words that it looks at: a longer text says nothing new of what it is about.
const MOST_WORDS: usize = 4_000;

/// A word as it is learned: numbers, amounts and telephone numbers are one word each.
pub(crate) fn shape(tokens: &Tokens, at: usize) -> &str {
    let classes = tokens[at].classes;
    if classes & PHONE != 0 {
        "#phone"
    } else if classes & MONEY != 0 {
        "#money"
    } else if classes & NUMERIC != 0 {
        "#number"
    } else {
        tokens.word(at)
    }
}

fn hash(parts: &[&str]) -> u64 {
    parts
        .iter()
        .flat_map(|part| part.bytes())
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::tokens;

    #[test]
    fn a_voice_shows_the_words_that_spoke_loudest() {
        let learned = Learned::parse("# remark\n[demand.gold] -2.0\nkrugerrands 3.0\ngold_coins 1.5\n").unwrap();
        let voice = &learned.voices(&tokens("some gold coins, Krugerrands"))[0];
        assert!(voice.probability > 0.9 && voice.spans.len() == 2);
        assert_eq!(voice.spans[0].start, 17);
        assert_eq!(Learned::parse("krugerrands 3.0"), Err(1));
    }
}
