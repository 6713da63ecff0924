//! Monte Carlo replicates: each has a stream of chance of its own, made from the seed and its number, so that their order and the
//! number of threads do not matter.

use rand::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;
use rayon::prelude::*;

/// Scores closer than this are equal: equal scores get equal p.
pub(crate) const TIE: f64 = 1e-9;

/// The chance of one replicate (SplitMix64 of seed and number).
pub(crate) fn chance(seed: u64, replicate: u64) -> Xoshiro256PlusPlus {
    let mut z = seed ^ replicate.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    Xoshiro256PlusPlus::seed_from_u64(z ^ (z >> 31))
}

/// The largest score of each replicate, in their order. `one` draws a replicate and gives its largest score.
pub(crate) fn maxima(replicates: u32, seed: u64, one: &(dyn Fn(&mut Xoshiro256PlusPlus) -> f64 + Sync)) -> Vec<f64> {
    (0..u64::from(replicates)).into_par_iter().map(|replicate| one(&mut chance(seed, replicate))).collect()
}

/// `R/(S+1)`, R being one more than the replicates that score as high (Dwass 1957).
pub(crate) fn p_value(score: f64, maxima: &[f64]) -> f64 {
    let as_high = maxima.iter().filter(|maximum| **maximum >= score - TIE).count();
    (as_high + 1) as f64 / (maxima.len() + 1) as f64
}
