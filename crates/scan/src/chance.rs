//! Chance: a stream for each replicate, made from the seed and its number, so that neither their order nor the number of threads matters;
//! and the draws that replicates need.

use rand::{Rng, RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

/// The chance of one replicate (SplitMix64 of seed and number).
pub(crate) fn chance(seed: u64, replicate: u64) -> Xoshiro256PlusPlus {
    Xoshiro256PlusPlus::seed_from_u64(mixed(seed ^ replicate.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15)))
}

/// A number's bits, mixed (the finish of SplitMix64: Steele, Lea and Flood 2014, OOPSLA).
pub(crate) fn mixed(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// A whole number below `n` (Lemire 2019, without the rejection: the bias is below `n/2³²`).
pub(crate) fn below(chance: &mut impl Rng, n: usize) -> usize {
    ((u64::from(chance.next_u32()) * n as u64) >> 32) as usize
}

/// Outcomes with weights, in one draw each (Vose 1991, IEEE Transactions on Software Engineering 17:972).
pub(crate) struct Alias {
    keep: Vec<f64>,
    other: Vec<u32>,
}

impl Alias {
    pub(crate) fn new(weights: &[f64]) -> Alias {
        let n = weights.len();
        let sum: f64 = weights.iter().sum();
        let mut keep: Vec<f64> = weights.iter().map(|weight| if sum > 0.0 { weight * n as f64 / sum } else { 1.0 }).collect();
        let mut other: Vec<u32> = (0..n as u32).collect();
        let (mut small, mut large): (Vec<usize>, Vec<usize>) = (0..n).partition(|one| keep[*one] < 1.0);
        while let (Some(low), Some(high)) = (small.pop(), large.pop()) {
            other[low] = high as u32;
            keep[high] -= 1.0 - keep[low];
            if keep[high] < 1.0 {
                small.push(high);
            } else {
                large.push(high);
            }
        }
        // What rounding left over is certain.
        for rest in small.into_iter().chain(large) {
            keep[rest] = 1.0;
        }
        Alias { keep, other }
    }

    pub(crate) fn pick(&self, chance: &mut impl Rng) -> usize {
        let bits = chance.next_u64();
        let n = self.keep.len();
        let slot = (((bits >> 32) * n as u64) >> 32) as usize;
        let share = (bits & 0xFFFF_FFFF) as f64 / 4_294_967_296.0;
        match self.keep.get(slot) {
            Some(keep) if share < *keep => slot,
            Some(_) => self.other[slot] as usize,
            None => 0,
        }
    }
}

/// A Poisson draw (Knuth), in pieces of at most 30.
pub(crate) fn poisson(chance: &mut impl Rng, mean: f64) -> u64 {
    let mut left = mean;
    let mut n = 0;
    while left > 0.0 {
        let piece = left.min(30.0);
        left -= piece;
        let limit = (-piece).exp();
        let mut product: f64 = chance.random();
        while product > limit {
            n += 1;
            product *= chance.random::<f64>();
        }
    }
    n
}

/// A logarithmic draw, at least 1 (inversion; Kemp 1981, Applied Statistics 30:249).
pub(crate) fn logarithmic(chance: &mut impl Rng, ratio: f64) -> u32 {
    let mut left: f64 = chance.random();
    let mut term = -ratio / (-ratio).ln_1p();
    let mut n = 1;
    while left > term && n < 1_000_000 {
        left -= term;
        term *= ratio * f64::from(n) / f64::from(n + 1);
        n += 1;
    }
    n
}

/// A gamma draw of scale 1 (Marsaglia and Tsang 2000, ACM TOMS 26:363), to test what is estimated from counts that vary too much.
#[cfg(test)]
pub(crate) fn gamma(chance: &mut impl Rng, shape: f64) -> f64 {
    if shape < 1.0 {
        let u: f64 = chance.random::<f64>().max(1e-300);
        return gamma(chance, shape + 1.0) * u.powf(1.0 / shape);
    }
    let d = shape - 1.0 / 3.0;
    let c = 1.0 / (9.0 * d).sqrt();
    loop {
        let (u1, u2): (f64, f64) = (chance.random::<f64>().max(1e-300), chance.random());
        let x = (-2.0 * u1.ln()).sqrt() * (std::f64::consts::TAU * u2).cos();
        let v = (1.0 + c * x).powi(3);
        if v <= 0.0 {
            continue;
        }
        let u: f64 = chance.random::<f64>().max(1e-300);
        if u.ln() < 0.5 * x * x + d - d * v + d * v.ln() {
            return d * v;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Mean and variance of draws against what they should be, within five standard errors.
    fn moments(draw: &mut dyn FnMut(&mut Xoshiro256PlusPlus) -> f64, mean: f64, variance: f64) {
        let mut stream = chance(5, 0);
        let n = 40_000;
        let values: Vec<f64> = (0..n).map(|_| draw(&mut stream)).collect();
        let found = values.iter().sum::<f64>() / f64::from(n);
        let spread = values.iter().map(|value| (value - found).powi(2)).sum::<f64>() / f64::from(n);
        assert!((found - mean).abs() < 5.0 * (variance / f64::from(n)).sqrt(), "mean {found}, not {mean}");
        assert!((spread / variance - 1.0).abs() < 0.1, "variance {spread}, not {variance}");
    }

    #[test]
    fn draws_have_their_moments() {
        moments(&mut |stream| poisson(stream, 41.0) as f64, 41.0, 41.0);
        moments(&mut |stream| gamma(stream, 0.7), 0.7, 0.7);
        let alias = Alias::new(&[1.0, 0.0, 3.0]);
        moments(&mut |stream| alias.pick(stream) as f64, 1.5, 0.75);
        // A Poisson number of logarithmic counts is negative binomial: mean 6, variance 3 · 6.
        let sum = &mut |stream: &mut Xoshiro256PlusPlus| {
            let n = poisson(stream, 6.0 * 3f64.ln() / 2.0);
            (0..n).map(|_| f64::from(logarithmic(stream, 1.0 - 1.0 / 3.0))).sum()
        };
        moments(sum, 6.0, 18.0);
    }
}
