//! A row against a cluster's profile.
//!
//! By comparison, the members' values make a predictive distribution: with weight `alpha` the next value is anyone's, else it is near one
//! of those the cluster has shown (Blackwell and MacQueen 1973). `alpha` follows from the pair model, so that against one member the
//! profile's ratio is the pair's: `alpha = r/(1-r)` with `r` the ratio of plain disagreement, and a member at ratio `R` adds
//! `R(1+alpha) - alpha`. A value that the whole cluster lacks counts no more against a row than one disagreement does.

use crate::fields::{Fields, Memory};
use crate::model::Weights;

/// At most this many members are looked at, spread over the cluster.
pub(crate) const MOST_MEMBERS: usize = 24;

/// Bits by comparison of a row against members, without prior; `bits` gets one a comparison. Gives their sum.
pub(crate) fn against(fields: &Fields, weights: &Weights, row: u32, members: &[u32], memory: &mut [Memory], bits: &mut Vec<f64>) -> f64 {
    bits.clear();
    let x = fields.row(row as usize);
    let mut sum = 0.0;
    for (place, joint) in fields.joints.iter().enumerate() {
        let nothing = joint.states() - 1 - usize::from(joint.swapped);
        let (mut seen, mut near) = (0.0, 0.0);
        let alpha = weights.alpha[place];
        for member in members {
            let state = fields.state(joint, x, fields.row(*member as usize), memory);
            if state == nothing {
                continue;
            }
            seen += 1.0;
            near += (weights.ratio(joint, place, state, x) * (1.0 + alpha) - alpha).max(0.0);
        }
        let part = if seen == 0.0 { 0.0 } else { ((alpha + near) / (alpha + seen)).max(weights.least[place]).log2() };
        bits.push(part);
        sum += part;
    }
    sum
}

/// Bits of the prior that a row is of a cluster of `size`: at least that of a pair.
pub(crate) fn prior(weights: &Weights, size: usize, rows: usize) -> f64 {
    let share = size as f64 / (rows as f64).max(2.0 * size as f64);
    weights.prior.max(crate::model::prior(share))
}
