//! A row against a cluster's profile.
//!
//! By comparison, the members' values make a predictive distribution: with weight `alpha` the next value is anyone's, else it is near one
//! of those the cluster has shown (Blackwell and MacQueen 1973). `alpha` follows from the pair model, so that against one member the
//! profile's ratio is the pair's: `alpha = r/(1-r)` with `r` the ratio of plain disagreement, and a member at ratio `R` adds
//! `R(1+alpha) - alpha`. Each further distinct value that the cluster shows adds `DISCOUNT` to the weight of a new one (Pitman and Yor
//! 1997): a crew that changes its number with every call is not held to one number, a crew that keeps to one is.

use crate::fields::{Fields, Memory};
use crate::model::Weights;

/// What each further distinct value adds to the weight of a new one.
const DISCOUNT: f64 = 0.85;

/// No one comparison speaks against a row by more than this.
const LEAST_BITS: f64 = -12.0;

/// At most this many members are looked at, spread over the cluster.
pub(crate) const MOST_MEMBERS: usize = 12;

/// Bits by comparison of a row against members, without prior; `bits` gets one a comparison. Gives their sum.
pub(crate) fn against(
    fields: &Fields,
    weights: &Weights,
    row: u32,
    members: &[u32],
    memory: &mut [Memory],
    bits: &mut Vec<f64>,
) -> f64 {
    bits.clear();
    let x = fields.row(row as usize);
    let mut rows = [x; MOST_MEMBERS];
    for (held, member) in rows.iter_mut().zip(members) {
        *held = fields.row(*member as usize);
    }
    let rows = &rows[..members.len().min(MOST_MEMBERS)];
    let mut sum = 0.0;
    for (place, joint) in fields.joints.iter().enumerate() {
        if joint.members.iter().all(|field| x[*field] == 0) {
            bits.push(0.0);
            continue;
        }
        let nothing = joint.nothing();
        let (mut seen, mut near) = (0.0, 0.0);
        let alpha = weights.alpha[place];
        // Members that show the same value add the same: it is worked out once.
        let mut shown = [0u64; MOST_MEMBERS];
        let mut add = [0.0f64; MOST_MEMBERS];
        let mut distinct = 0;
        for y in rows {
            let value = match joint.members[..] {
                [field] => u64::from(y[field]),
                _ => joint.members.iter().fold(0u64, |value, field| value.rotate_left(21) ^ u64::from(y[*field])),
            };
            let adds = match shown[..distinct].iter().position(|held| *held == value) {
                Some(before) => add[before],
                None => {
                    let state = fields.state(joint, x, y, memory);
                    let adds = if state == nothing {
                        f64::NAN
                    } else {
                        (weights.ratio(joint, place, state, x) * (1.0 + alpha) - alpha).max(0.0)
                    };
                    (shown[distinct], add[distinct]) = (value, adds);
                    distinct += 1;
                    adds
                }
            };
            if !adds.is_nan() {
                seen += 1.0;
                near += adds;
            }
        }
        let part = if seen == 0.0 {
            0.0
        } else {
            let values = add[..distinct].iter().filter(|adds| !adds.is_nan()).count();
            let new = alpha + DISCOUNT * alpha.min(1.0) * (values as f64 - 1.0);
            ((new + near) / (alpha + seen)).log2().max(LEAST_BITS)
        };
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
