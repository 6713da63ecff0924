//! Scores of readings against labels.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use modus::{Field, Reader, Reading};

use crate::cases::{Case, FIELDS};

/// Hits, extras, misses.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Counts(pub(crate) [u32; 3]);

impl Counts {
    pub(crate) fn f1(self) -> f64 {
        let [hit, extra, missed] = self.0;
        if hit + extra + missed == 0 { 1.0 } else { 2.0 * f64::from(hit) / f64::from(2 * hit + extra + missed) }
    }
    fn add(&mut self, other: Counts) {
        self.0.iter_mut().zip(other.0).for_each(|(sum, more)| *sum += more);
    }
    fn tell(&mut self, truth: bool, found: bool) {
        match (truth, found) {
            (true, true) => self.0[0] += 1,
            (false, true) => self.0[1] += 1,
            (true, false) => self.0[2] += 1,
            (false, false) => {}
        }
    }
    fn lists(&mut self, truth: &BTreeSet<String>, found: &BTreeSet<String>) {
        self.0[0] += truth.intersection(found).count() as u32;
        self.0[1] += found.difference(truth).count() as u32;
        self.0[2] += truth.difference(found).count() as u32;
    }
}

/// The figures of a set of cases.
#[derive(Debug, Clone, Default)]
pub(crate) struct Score {
    pub(crate) n: u32,
    pub(crate) scam: Counts,
    pub(crate) courier: Counts,
    pub(crate) fields: [Counts; 5],
    pub(crate) outcome: u32,
    pub(crate) loss: u32,
    pub(crate) numbers: Counts,
    pub(crate) names: Counts,
    /// Right (scam call, and courier fraud) by trap, with how many there are.
    pub(crate) traps: BTreeMap<String, (u32, u32)>,
}

impl Score {
    /// Adds the figures of other cases.
    #[allow(dead_code, reason = "of use to an example")]
    pub(crate) fn add(&mut self, other: &Score) {
        self.n += other.n;
        self.scam.add(other.scam);
        self.courier.add(other.courier);
        self.fields.iter_mut().zip(other.fields).for_each(|(sum, more)| sum.add(more));
        self.outcome += other.outcome;
        self.loss += other.loss;
        self.numbers.add(other.numbers);
        self.names.add(other.names);
        for (trap, (right, n)) in &other.traps {
            let sum = self.traps.entry(trap.clone()).or_default();
            sum.0 += right;
            sum.1 += n;
        }
    }
}

pub(crate) fn field(name: &str) -> Field {
    match name {
        "claimed" => Field::Claimed,
        "pretext" => Field::Pretext,
        "trick" => Field::Trick,
        "demand" => Field::Demand,
        _ => Field::Handover,
    }
}

/// Police or bank claimed; cash, card, goods or a courier.
fn is_courier(lists: &[BTreeSet<String>; 5]) -> bool {
    ["police", "bank"].iter().any(|one| lists[0].contains(*one))
        && (["withdraw_cash", "foreign_currency", "luxury_goods", "gold", "bank_card"].iter().any(|one| lists[3].contains(*one))
            || ["courier_at_home", "taxi"].iter().any(|one| lists[4].contains(*one)))
}

pub(crate) fn lists(reading: &Reading) -> [BTreeSet<String>; 5] {
    FIELDS.map(|name| reading.values(field(name)).map(str::to_owned).collect())
}

pub(crate) fn of(reader: &Reader, cases: &[Case]) -> Score {
    let mut score = Score::default();
    for case in cases {
        let reading = reader.read(&case.text);
        let found = lists(&reading);
        score.n += 1;
        score.scam.tell(case.scam_call, reading.scam_call);
        score.courier.tell(is_courier(&case.lists), is_courier(&found));
        for (counts, (truth, found)) in score.fields.iter_mut().zip(case.lists.iter().zip(&found)) {
            counts.lists(truth, found);
        }
        score.outcome += u32::from(case.outcome == reading.outcome);
        score.loss += u32::from(case.loss_pence == reading.loss_pence);
        score.numbers.lists(&case.numbers, &reading.numbers.iter().cloned().collect());
        score.names.lists(&case.names, &reading.names.iter().cloned().collect());
        for trap in &case.trap {
            let (right, n) = score.traps.entry(trap.clone()).or_default();
            *n += 1;
            *right += u32::from(case.scam_call == reading.scam_call && is_courier(&case.lists) == is_courier(&found));
        }
    }
    score
}

impl fmt::Display for Score {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let n = f64::from(self.n.max(1));
        write!(
            out,
            "n {}: scam {:.3} {:?} courier {:.3} {:?}",
            self.n,
            self.scam.f1(),
            self.scam.0,
            self.courier.f1(),
            self.courier.0
        )?;
        for (name, counts) in FIELDS.iter().zip(&self.fields) {
            write!(out, " | {name} {:.3} {:?}", counts.f1(), counts.0)?;
        }
        write!(out, " | outcome {:.3} loss {:.3}", f64::from(self.outcome) / n, f64::from(self.loss) / n)?;
        write!(out, " | numbers {:.3} {:?} names {:.3} {:?}", self.numbers.f1(), self.numbers.0, self.names.f1(), self.names.0)?;
        write!(out, "\n  traps, scam call and courier fraud both right:")?;
        for (trap, (right, n)) in &self.traps {
            write!(out, " {trap} {right}/{n}")?;
        }
        Ok(())
    }
}

/// What a reading has too much (`+`) and too little (`-`) in a field, with the words of what is too much.
#[allow(dead_code, reason = "of use to the example")]
pub(crate) fn difference(reader: &Reader, case: &Case, name: &str) -> Option<String> {
    let reading = reader.read(&case.text);
    let mut text = String::new();
    let mut list = |truth: &BTreeSet<String>, found: &BTreeSet<String>| {
        for extra in found.difference(truth) {
            let quotes: Vec<&str> = reading
                .values
                .iter()
                .filter(|v| v.value == *extra)
                .flat_map(|v| &v.evidence)
                .map(|s| &case.text[s.start..s.end])
                .collect();
            text.push_str(&format!("+{extra} {quotes:?} "));
        }
        for missed in truth.difference(found) {
            text.push_str(&format!("-{missed} "));
        }
    };
    match name {
        "scam" if case.scam_call != reading.scam_call => {
            text = format!("should be {}: {:?}", case.scam_call, reader.signals_in(&case.text));
        }
        "outcome" if case.outcome != reading.outcome => {
            let quotes: Vec<&str> = reading.outcome_evidence.iter().map(|s| &case.text[s.start..s.end]).collect();
            text = format!("{} read as {} {quotes:?}", case.outcome, reading.outcome);
        }
        "loss" if case.loss_pence != reading.loss_pence => {
            text = format!("{:?} read as {:?}", case.loss_pence, reading.loss_pence);
        }
        "numbers" => list(&case.numbers, &reading.numbers.iter().cloned().collect()),
        "names" => list(&case.names, &reading.names.iter().cloned().collect()),
        _ => {
            if let Some(position) = FIELDS.iter().position(|field| *field == name) {
                list(&case.lists[position], &lists(&reading)[position]);
            }
        }
    }
    (!text.is_empty()).then_some(text)
}
