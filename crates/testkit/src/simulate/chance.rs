//! Seeded chance.

use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

/// A stream of draws from one seed.
pub(crate) struct Chance(Xoshiro256PlusPlus);

impl Chance {
    pub(crate) fn new(seed: u64) -> Chance {
        Chance(Xoshiro256PlusPlus::seed_from_u64(seed))
    }

    pub(crate) fn happens(&mut self, probability: f64) -> bool {
        self.0.random::<f64>() < probability
    }

    /// From 0 (not included) to 1.
    pub(crate) fn uniform(&mut self) -> f64 {
        1.0 - self.0.random::<f64>()
    }

    /// A standard normal draw.
    pub(crate) fn normal(&mut self) -> f64 {
        let (u1, u2) = (self.uniform(), self.uniform());
        (-2.0 * u1.ln()).sqrt() * (std::f64::consts::TAU * u2).cos()
    }

    /// From `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = (high - low + 1) as f64;
        low + (self.0.random::<f64>() * span) as i64
    }

    pub(crate) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        let last = items.len().saturating_sub(1) as i64;
        &items[self.between(0, last) as usize]
    }

    /// An index by weight.
    pub(crate) fn weighted(&mut self, weights: &[f64]) -> usize {
        let total: f64 = weights.iter().sum();
        let mut left = self.0.random::<f64>() * total;
        for (position, weight) in weights.iter().enumerate() {
            left -= weight;
            if left < 0.0 {
                return position;
            }
        }
        weights.len().saturating_sub(1)
    }

    /// A Poisson draw (Knuth), for rates of a few a day.
    pub(crate) fn poisson(&mut self, rate: f64) -> u32 {
        let limit = (-rate).exp();
        let mut product = self.0.random::<f64>();
        let mut n = 0;
        while product > limit {
            n += 1;
            product *= self.0.random::<f64>();
        }
        n
    }

    /// A loss in pence: lognormal with median £4,500 and mean £8,346 (Action Fraud, courier fraud 2017 to 2019), to ten pounds.
    pub(crate) fn loss(&mut self) -> u64 {
        let (u1, u2): (f64, f64) = (self.0.random::<f64>().max(1e-12), self.0.random());
        let normal = (-2.0 * u1.ln()).sqrt() * (std::f64::consts::TAU * u2).cos();
        let pounds = 4500.0 * (1.11 * normal).exp();
        (pounds / 10.0).round().clamp(5.0, 20_000.0) as u64 * 1000
    }
}
