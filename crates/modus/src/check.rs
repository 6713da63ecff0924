//! Rule work: every signal on its own examples, and counts of hits by signal and label that show no text.

use std::collections::BTreeSet;

use crate::pack::Packs;
use crate::reader::{Reader, Scratch};

/// An example that a signal gets wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// The signal.
    pub signal: String,
    /// The example: a text of the packs, not of a victim.
    pub text: String,
    /// It should have been found there.
    pub wanted: bool,
}

/// How often a signal is found in texts that have its label, and in others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hits {
    /// The signal.
    pub signal: String,
    /// Texts that have the label, and in how many of them it is found.
    pub with: (u32, u32),
    /// Texts that do not have it.
    pub without: (u32, u32),
}

impl Reader {
    /// Runs every signal on its examples; what is wrong.
    pub fn check_examples(&self) -> Vec<Wrong> {
        let mut wrong = Vec::new();
        for signal in self.packs().signals() {
            for (texts, wanted) in [(&signal.positive, true), (&signal.negative, false)] {
                for text in texts {
                    if self.signals_in(text).contains(&signal.id) != wanted {
                        wrong.push(Wrong { signal: signal.id.clone(), text: text.clone(), wanted });
                    }
                }
            }
        }
        wrong
    }

    /// Counts the texts in which each signal is found, apart for those that have its label: `labels` are `field.value` (and
    /// `scam_call`, which stands for the signals of context). The counts hold no words of the texts.
    pub fn mass_check<'t>(&self, texts: impl Iterator<Item = (&'t str, BTreeSet<String>)>) -> Vec<Hits> {
        let packs: &Packs = self.packs();
        let mut all: Vec<Hits> =
            packs.signals().iter().map(|signal| Hits { signal: signal.id.clone(), ..Hits::default() }).collect();
        let mut scratch = Scratch::default();
        for (text, labels) in texts {
            let found: BTreeSet<usize> = self.find(text, &mut scratch).iter().map(|hit| hit.signal).collect();
            for (number, (signal, hits)) in packs.signals().iter().zip(&mut all).enumerate() {
                let label = match signal.field {
                    crate::Field::Context => "scam_call".to_owned(),
                    field => format!("{}.{}", field.as_str(), signal.value),
                };
                let counts = if labels.contains(&label) { &mut hits.with } else { &mut hits.without };
                counts.0 += 1;
                counts.1 += u32::from(found.contains(&number));
            }
        }
        all
    }
}
