//! The model: P(level | one hand) and P(level | not) of every comparison, and the weights that follow. Saved as versioned JSON.

use serde::{Deserialize, Serialize};

use crate::LinkError;
use crate::fields::{Fields, Joint};
use crate::measure::{GAPS, Measure};
use crate::plan::Rule;

/// The version of the saved form.
pub const MODEL_VERSION: u32 = 1;

/// One comparison's probabilities.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ComparisonModel {
    /// Its columns.
    pub columns: Vec<String>,
    /// Their kinds.
    pub kinds: Vec<Measure>,
    /// Whether a last level "changed over" is there.
    pub swapped: bool,
    /// P(state | one hand). A state is one level a column (the first column's level changes fastest; as many levels as the kind has, and
    /// one more for "no value", whose states hold 0); the last is "changed over" where there is one.
    pub m: Vec<f64>,
    /// P(state | not of one hand), in the same order.
    pub u: Vec<f64>,
    /// P(same value | not of one hand), by column.
    pub exact_u: Vec<f64>,
    /// Widths of the nearness levels, by column; zeros where there are none.
    pub gaps: Vec<[i32; GAPS]>,
    /// Pairs of one hand (expected number) from which m was estimated; 0: no round could train it and m is the first guess.
    pub trained_on: f64,
}

/// A trained model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// The form's version: 1.
    pub version: u32,
    /// Rows of the table it was trained on.
    pub rows: usize,
    /// P(two rows taken at random are of one hand).
    pub lambda: f64,
    /// The seed of the sampling.
    pub seed: u64,
    /// Rows and pairs that the estimation saw.
    pub sampled_rows: usize,
    /// Pairs of them.
    pub sampled_pairs: u64,
    /// Comparisons, in the plan's order.
    pub comparisons: Vec<ComparisonModel>,
    /// The blocking rules, in order.
    pub blocking: Vec<Rule>,
    /// Values that were found to link everything, by column.
    pub held_back: Vec<(String, Vec<String>)>,
}

impl Model {
    /// The saved form.
    ///
    /// # Errors
    /// None in practice.
    pub fn to_json(&self) -> Result<String, LinkError> {
        serde_json::to_string_pretty(self).map_err(|error| LinkError::Spec(error.to_string()))
    }

    /// Reads the saved form.
    ///
    /// # Errors
    /// Another version, or what is not such a model.
    pub fn from_json(text: &str) -> Result<Model, LinkError> {
        let model: Model =
            serde_json::from_str(text).map_err(|error| LinkError::Spec(format!("the model cannot be read: {error}")))?;
        if model.version != MODEL_VERSION {
            return Err(LinkError::Spec(format!(
                "model version {} is not known; this program reads {MODEL_VERSION}",
                model.version
            )));
        }
        let good = model.comparisons.iter().all(|c| {
            let states = c.kinds.iter().map(|kind| kind.len() + 1).product::<usize>() + usize::from(c.swapped);
            c.m.len() == states && c.u.len() == states && c.kinds.len() == c.columns.len() && c.gaps.len() == c.columns.len()
        });
        let lambda_fits = model.lambda > 0.0 && model.lambda < 1.0;
        if !(good && lambda_fits) {
            return Err(LinkError::Spec("the model's tables do not fit its kinds; train it again".to_owned()));
        }
        Ok(model)
    }
}

/// Weights as the scoring reads them.
#[derive(Debug, Clone)]
pub(crate) struct Weights {
    /// By comparison and state: bits.
    pub(crate) bits: Vec<Vec<f64>>,
    /// By comparison: the smallest likelihood ratio, that of plain disagreement.
    pub(crate) least: Vec<f64>,
    /// By comparison: the smallest share of "one hand" evidence with which a profile begins (see `profile.rs`).
    pub(crate) alpha: Vec<f64>,
    /// By comparison and state: which members agree exactly, as bits; by which the frequency part is looked up.
    pub(crate) exact: Vec<Vec<u16>>,
    /// By field and code: bits to add when the value agrees exactly.
    pub(crate) rarity: Vec<Vec<f32>>,
    /// By field: the most that rarity adds.
    pub(crate) rarest: Vec<f32>,
    /// `bits` as likelihood ratios.
    pub(crate) ratios: Vec<Vec<f64>>,
    /// `rarity` as factors.
    pub(crate) factors: Vec<Vec<f32>>,
    /// Bits of the prior.
    pub(crate) prior: f64,
}

/// Which full states (no member null) a state stands for: itself, or all that agree with its known members.
pub(crate) fn stands_for(joint: &Joint) -> Vec<Vec<u32>> {
    let states = joint.states();
    let mut levels = Vec::new();
    let full: Vec<(u32, Vec<usize>)> = (0..states)
        .filter_map(|state| {
            let plain = joint.levels_of(state, &mut levels);
            (plain && levels.iter().zip(&joint.levels).all(|(level, count)| level < count))
                .then(|| (state as u32, levels.clone()))
        })
        .collect();
    (0..states)
        .map(|state| {
            if !joint.levels_of(state, &mut levels) {
                return vec![state as u32];
            }
            full.iter()
                .filter(|(_, held)| held.iter().zip(&levels).zip(&joint.levels).all(|((h, l), count)| l == count || h == l))
                .map(|(state, _)| *state)
                .collect()
        })
        .collect()
}

impl Weights {
    /// The weights of a model. `rarity` may be empty.
    pub(crate) fn new(model: &Model, fields: &Fields, rarity: Vec<Vec<f32>>) -> Weights {
        let mut weights = Weights {
            bits: Vec::new(),
            least: Vec::new(),
            alpha: Vec::new(),
            exact: Vec::new(),
            ratios: Vec::new(),
            factors: rarity.iter().map(|bits| bits.iter().map(|bits| bits.exp2()).collect()).collect(),
            rarest: rarity.iter().map(|bits| bits.iter().copied().fold(f32::MIN, f32::max).max(0.0)).collect(),
            rarity,
            prior: prior(model.lambda),
        };
        let mut levels = Vec::new();
        for (joint, comparison) in fields.joints.iter().zip(&model.comparisons) {
            let stands = stands_for(joint);
            let nothing = joint.state_of(&joint.levels);
            let mut bits = Vec::with_capacity(stands.len());
            let mut exact = Vec::with_capacity(stands.len());
            for (state, full) in stands.iter().enumerate() {
                let sum = |p: &[f64]| full.iter().map(|place| p[*place as usize]).sum::<f64>();
                let (m, u) = (sum(&comparison.m), sum(&comparison.u));
                bits.push(if state == nothing || u <= 0.0 || m <= 0.0 { 0.0 } else { (m / u).log2().clamp(-20.0, 40.0) });
                let mut same = 0u16;
                if joint.levels_of(state, &mut levels) {
                    for (member, level) in levels.iter().enumerate() {
                        same |= u16::from(*level == 0) << member;
                    }
                }
                exact.push(same);
            }
            let least = bits.iter().copied().fold(0.0f64, f64::min).exp2();
            weights.least.push(least);
            weights.alpha.push(least / (1.0 - least).max(1e-3));
            weights.ratios.push(bits.iter().map(|bits| bits.exp2()).collect());
            weights.bits.push(bits);
            weights.exact.push(exact);
        }
        weights
    }

    /// The bits of one comparison's state between two rows.
    #[inline]
    pub(crate) fn of(&self, joint: &Joint, place: usize, state: usize, a: &[u32]) -> f64 {
        let mut bits = self.bits[place][state];
        let same = self.exact[place][state];
        if same != 0 {
            for (member, field) in joint.members.iter().enumerate() {
                if same & (1 << member) != 0 {
                    bits += f64::from(self.rarity[*field].get(a[*field] as usize).copied().unwrap_or(0.0));
                }
            }
        }
        bits
    }
}

impl Weights {
    /// The likelihood ratio of one comparison's state between two rows.
    #[inline]
    pub(crate) fn ratio(&self, joint: &Joint, place: usize, state: usize, a: &[u32]) -> f64 {
        let mut ratio = self.ratios[place][state];
        let same = self.exact[place][state];
        if same != 0 {
            for (member, field) in joint.members.iter().enumerate() {
                if same & (1 << member) != 0 {
                    ratio *= f64::from(self.factors[*field].get(a[*field] as usize).copied().unwrap_or(1.0));
                }
            }
        }
        ratio
    }

    /// The bits of a pair, prior included.
    #[inline]
    pub(crate) fn pair(&self, fields: &Fields, a: u32, b: u32, memory: &mut [crate::fields::Memory]) -> f64 {
        let (x, y) = (fields.row(a as usize), fields.row(b as usize));
        let mut sum = self.prior;
        for (place, joint) in fields.joints.iter().enumerate() {
            let state = fields.state(joint, x, y, memory);
            sum += self.of(joint, place, state, x);
        }
        sum
    }
}

/// Bits of a prior probability.
pub(crate) fn prior(lambda: f64) -> f64 {
    (lambda / (1.0 - lambda)).log2()
}
