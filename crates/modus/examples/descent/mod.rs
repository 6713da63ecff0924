//! What the two trainings of the learned part have in common: labels of texts, weights that go down a slope, and dice.

#![allow(dead_code, reason = "each training takes its own part")]

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::cases;

/// Texts that a label must have.
const LEAST_TEXTS: usize = 8;

/// The labels that enough texts have, in order.
pub(crate) fn labels(cases: &[cases::Case]) -> Vec<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for label in cases.iter().flat_map(labels_of) {
        *counts.entry(label).or_default() += 1;
    }
    counts.into_iter().filter(|(_, n)| (LEAST_TEXTS..=cases.len() - LEAST_TEXTS).contains(n)).map(|(label, _)| label).collect()
}

fn labels_of(case: &cases::Case) -> Vec<String> {
    if !case.scam_call {
        return Vec::new();
    }
    cases::labels(case).into_iter().chain(["scam_call.yes".to_owned()]).collect()
}

/// Which of the labels a text has.
pub(crate) fn truth(case: &cases::Case, labels: &[String]) -> Vec<Option<bool>> {
    let of = labels_of(case);
    labels.iter().map(|label| Some(of.contains(label))).collect()
}

/// The log-odds of each label before a word is read, among the texts of which it is asked.
pub(crate) fn common(truths: &[&[Option<bool>]]) -> Vec<f32> {
    let of = |label: usize| {
        let asked: Vec<bool> = truths.iter().filter_map(|truth| truth[label]).collect();
        let with = asked.iter().filter(|truth| **truth).count() as f32;
        (with / (asked.len() as f32 - with)).ln()
    };
    (0..truths[0].len()).map(of).collect()
}

/// Weights with their slopes and what the descent remembers of them (AdamW: Loshchilov and Hutter 2019, "Decoupled Weight Decay
/// Regularization").
pub(crate) struct Weights {
    pub(crate) values: Vec<f32>,
    pub(crate) slopes: Vec<f32>,
    means: Vec<f32>,
    squares: Vec<f32>,
    pull: f32,
}

impl Weights {
    pub(crate) fn new(values: Vec<f32>, pull: f32) -> Weights {
        let none = vec![0.0; values.len()];
        Weights { slopes: none.clone(), means: none.clone(), squares: none, values, pull }
    }

    /// A step of AdamW with its usual constants, the `step`th.
    pub(crate) fn step(&mut self, stride: f32, step: i32) {
        let (keep, keep_square) = (0.9_f32, 0.999_f32);
        let (grown, grown_square) = (1.0 - keep.powi(step), 1.0 - keep_square.powi(step));
        let state = self.means.iter_mut().zip(&mut self.squares);
        for ((value, slope), (mean, square)) in self.values.iter_mut().zip(&mut self.slopes).zip(state) {
            *mean = keep * *mean + (1.0 - keep) * *slope;
            *square = keep_square * *square + (1.0 - keep_square) * *slope * *slope;
            *value -= stride * (self.pull * *value + (*mean / grown) / ((*square / grown_square).sqrt() + 1e-8));
            *slope = 0.0;
        }
    }
}

/// The share of the longest stride that a step is long: it shrinks to nought as half a cosine.
pub(crate) fn shrinking(done: f32) -> f32 {
    0.5 * (1.0 + (std::f32::consts::PI * done).cos())
}

/// Adds the slopes of the labels' weights over units, for a text that counts for a share of a step; and gives those of the units.
pub(crate) fn learn_labels(
    outputs: &mut Weights,
    biases: &mut Weights,
    units: &[f32],
    truth: &[Option<bool>],
    share: f32,
) -> Vec<f32> {
    let mut back = vec![0.0; units.len()];
    for (label, truth) in truth.iter().enumerate().filter_map(|(label, truth)| Some((label, (*truth)?))) {
        let of_label = label * units.len()..(label + 1) * units.len();
        let weights = &outputs.values[of_label.clone()];
        let says = biases.values[label] + dot(weights, units);
        let error = share * (1.0 / (1.0 + (-says).exp()) - f32::from(u8::from(truth)));
        biases.slopes[label] += error;
        add(&mut back, weights, error);
        add(&mut outputs.slopes[of_label], units, error);
    }
    back
}

/// Draws that are the same every time (SplitMix64: Steele et al. 2014).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    /// From nought to one.
    pub(crate) fn draw(&mut self) -> f32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 40) as f32 / (1u64 << 24) as f32
    }

    /// About nought, as far as `most`.
    pub(crate) fn about(&mut self, n: usize, most: f32) -> Vec<f32> {
        (0..n).map(|_| (2.0 * self.draw() - 1.0) * most).collect()
    }

    /// What is kept counts for what is left out (Srivastava et al. 2014, "Dropout").
    pub(crate) fn keeps(&mut self, left_out: f32) -> f32 {
        if self.draw() < left_out { 0.0 } else { 1.0 / (1.0 - left_out) }
    }

    pub(crate) fn shuffle(&mut self, order: &mut [usize]) {
        for at in (1..order.len()).rev() {
            order.swap(at, ((at + 1) as f32 * self.draw()) as usize);
        }
    }
}

pub(crate) fn add(to: &mut [f32], what: &[f32], by: f32) {
    to.iter_mut().zip(what).for_each(|(to, what)| *to += by * what);
}

/// Eight sums side by side, which the processor adds at once.
pub(crate) fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0; 8];
    for (a, b) in a.chunks_exact(8).zip(b.chunks_exact(8)) {
        for (sum, (a, b)) in sums.iter_mut().zip(a.iter().zip(b)) {
            *sum += a * b;
        }
    }
    sums.iter().sum()
}

/// The step of weights that are kept as bytes: the largest is 127.
pub(crate) fn step_of(values: &[f32]) -> f32 {
    values.iter().fold(f32::MIN_POSITIVE, |most, one| most.max(one.abs())) / 127.0
}

/// Weights as bytes in base 64.
pub(crate) fn bytes(values: &[f32], step: f32) -> String {
    STANDARD.encode(rounded(values, step).map(i8::cast_unsigned).collect::<Vec<u8>>())
}

pub(crate) fn rounded(values: &[f32], step: f32) -> impl Iterator<Item = i8> {
    values.iter().map(move |value| (value / step).round() as i8)
}
