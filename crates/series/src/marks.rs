//! How a call was done, as small sets of bits; and how often each value is met in each stream.
//!
//! The frequencies give two things: to which stream a report belongs when some of what was ticked is missing or wrong (naive Bayes
//! over the fields, on top of the rules of the streams file), and what a value in common is worth (a rare story is worth more).

use report::vocabulary::{Claimed, Demand, Handover, Pretext, Trick};

use crate::Case;
use crate::streams::Streams;

/// Claimed, pretext, trick, demand, handover.
pub(crate) const FIELDS: usize = 5;
/// Values a field can have, and "nothing said" at 0.
pub(crate) const WIDTH: usize = 20;
/// One set of values a field; bit 0 stands alone where nothing was said.
pub(crate) type Marks = [u32; FIELDS];
/// One more than the most streams with the unknown one.
pub(crate) const MOST_STREAMS: usize = 16;
/// A number for each stream.
pub(crate) type ByStream = [f64; MOST_STREAMS];

/// How many values each field has.
pub(crate) const SIZES: [usize; FIELDS] =
    [Claimed::ALL.len(), Pretext::ALL.len(), Trick::ALL.len(), Demand::ALL.len(), Handover::ALL.len()];

/// The marks of a case.
pub(crate) fn marks_of(case: &Case) -> Marks {
    [
        bits(&case.claimed, Claimed::ALL),
        bits(&case.pretext, Pretext::ALL),
        bits(&case.trick, Trick::ALL),
        bits(&case.demand, Demand::ALL),
        bits(&case.handover, Handover::ALL),
    ]
}

fn bits<T: PartialEq>(held: &[T], all: &[T]) -> u32 {
    let mut set = 0;
    for (position, value) in all.iter().enumerate() {
        if held.contains(value) {
            set |= 1 << (position + 1);
        }
    }
    if set == 0 { 1 } else { set }
}

/// The values of a set, 0 where nothing was said.
pub(crate) fn values(set: u32) -> impl Iterator<Item = usize> {
    let mut left = set;
    std::iter::from_fn(move || {
        if left == 0 {
            return None;
        }
        let value = left.trailing_zeros() as usize;
        left &= left - 1;
        Some(value)
    })
}

type Table = [[f64; WIDTH]; FIELDS];

/// Weight of what the rules say, in reports, against what the force's own reports say.
const PRIOR: f64 = 8.0;
/// Share of a field's values that are ticked wrong, at the start.
const NOISE: f64 = 0.10;

/// Frequencies of values by stream.
#[derive(Debug, Clone)]
pub(crate) struct MoModel {
    prior: Vec<Table>,
    counts: Vec<Table>,
    log: Vec<Table>,
    /// Share of each value among the reports that say something.
    said: Vec<Table>,
}

impl MoModel {
    /// Frequencies as the rules have them; the last stream is the unknown one.
    pub(crate) fn new(streams: &Streams) -> MoModel {
        let mut prior = Vec::new();
        for stream in streams.iter() {
            prior.push(prior_of(&stream.values_named()));
        }
        prior.push(prior_of(&[[0.0; WIDTH]; FIELDS]));
        let mut model =
            MoModel { counts: vec![[[0.0; WIDTH]; FIELDS]; prior.len()], log: prior.clone(), said: prior.clone(), prior };
        model.settle();
        model
    }

    /// Adds a report by how far it belongs to each stream (negative weight takes it away).
    pub(crate) fn add(&mut self, marks: &Marks, streams: &ByStream, weight: f64) {
        for (stream, table) in self.counts.iter_mut().enumerate() {
            let part = weight * streams[stream];
            if part.abs() < 0.01 {
                continue;
            }
            for (field, set) in marks.iter().enumerate() {
                for value in values(*set) {
                    table[field][value] = (table[field][value] + part).max(0.0);
                }
            }
        }
    }

    /// Lets old reports fade.
    pub(crate) fn fade(&mut self, factor: f64) {
        for table in &mut self.counts {
            for row in table.iter_mut() {
                for count in row.iter_mut() {
                    *count *= factor;
                }
            }
        }
    }

    /// Works the logarithms out anew.
    pub(crate) fn settle(&mut self) {
        for (stream, log) in self.log.iter_mut().enumerate() {
            for (field, row) in log.iter_mut().enumerate() {
                let held: f64 = self.counts[stream][field].iter().sum();
                for (value, slot) in row.iter_mut().enumerate() {
                    let p = (self.counts[stream][field][value] + self.prior[stream][field][value]) / (held + PRIOR);
                    *slot = p.max(1e-4).ln();
                }
                let silent = row[0].exp();
                for (said, slot) in self.said[stream][field].iter_mut().zip(row.iter()).skip(1) {
                    *said = (slot.exp() / (1.0 - silent).max(0.05)).min(0.95);
                }
            }
        }
    }

    /// Log frequency of a value in a stream.
    pub(crate) fn log(&self, stream: usize, field: usize, value: usize) -> f64 {
        self.log[stream][field][value]
    }

    /// Share of a value among a stream's reports that say something of the field.
    pub(crate) fn said(&self, stream: usize, field: usize, value: usize) -> f64 {
        self.said[stream][field][value]
    }

    /// How far a report belongs to each stream: rates × frequencies × rules; sums to 1.
    pub(crate) fn belongs(&self, marks: &Marks, rules: &ByStream, rates: &[f64]) -> ByStream {
        let mut logs = [f64::NEG_INFINITY; MOST_STREAMS];
        if marks.iter().all(|set| *set == 1) {
            // Nothing said is no sign of any method, however many say nothing.
            let mut belongs = [0.0; MOST_STREAMS];
            belongs[rates.len() - 1] = 1.0;
            return belongs;
        }
        let mut best = f64::NEG_INFINITY;
        for (stream, rate) in rates.iter().enumerate() {
            let mut sum = rate.max(1e-6).ln() + (0.05 + rules[stream]).ln();
            for (field, set) in marks.iter().enumerate() {
                for value in values(*set) {
                    sum += self.log[stream][field][value];
                }
            }
            logs[stream] = sum;
            best = best.max(sum);
        }
        let mut belongs = [0.0; MOST_STREAMS];
        let mut all = 0.0;
        for stream in 0..rates.len() {
            belongs[stream] = (logs[stream] - best).exp();
            all += belongs[stream];
        }
        for part in &mut belongs {
            *part /= all;
        }
        belongs
    }
}

/// Pseudo-counts of a stream, `PRIOR` in a field: what its rules name, noise over all values, and a share that says nothing,
/// large in a field that no rule of the stream asks about.
fn prior_of(named: &Table) -> Table {
    let any = named.iter().flatten().any(|weight| *weight > 0.0);
    let mut prior = [[0.0; WIDTH]; FIELDS];
    for field in 0..FIELDS {
        let sum: f64 = named[field].iter().sum();
        let silent = match (any, sum > 0.0) {
            (false, _) => 0.8,
            (true, false) => 0.5,
            (true, true) => 0.2,
        };
        let spread = if sum > 0.0 { NOISE } else { 1.0 };
        for value in 1..=SIZES[field] {
            let own = if sum > 0.0 { (1.0 - NOISE) * named[field][value] / sum } else { 0.0 };
            prior[field][value] = PRIOR * (1.0 - silent) * (own + spread / SIZES[field] as f64);
        }
        prior[field][0] = PRIOR * silent;
    }
    prior
}

/// The weight of the rules of each stream, in the order of the file; where no rule holds, all are alike.
pub(crate) fn rules_of(found: &[(String, f64)], streams: &Streams) -> ByStream {
    let mut weights = [0.0; MOST_STREAMS];
    let mut any = false;
    for (position, stream) in streams.iter().enumerate().take(MOST_STREAMS - 1) {
        if let Some((_, weight)) = found.iter().find(|(id, _)| *id == stream.id) {
            weights[position] = *weight;
            any = true;
        }
    }
    if any { weights } else { [1.0; MOST_STREAMS] }
}
