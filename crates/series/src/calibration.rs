//! What a scan score means: how many episodes as strong come by chance in a year.
//!
//! Parametric bootstrap: years of days are drawn from the baseline (Poisson, or negative binomial by a gamma factor a week where
//! weekly totals vary more), every window is scored every day as live, and episodes (alarms within 14 days are one) are
//! counted at rising thresholds. An exponential tail `rate(z) = exp(α − β z)` is fitted through the thresholds that had 3 to 60
//! episodes; the rate at any score is read off the tail.

use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use crate::baseline::Baseline;
use crate::counts::weekday;
use crate::region::Region;
use crate::windows::{FEWEST_REPORTS, LENGTHS, llr};

/// Simulated days: five years.
const DAYS: usize = 1826;
/// Alarms within this many days are one episode.
const EPISODE_DAYS: usize = 14;

/// The tail of chance alarms of one stream.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Calibration {
    /// Log of the episodes a year at score 0 on the fitted tail.
    alpha: f64,
    /// Fall of the log rate a nat.
    beta: f64,
    /// The baseline rate it was learnt at.
    pub(crate) at_rate: f64,
}

impl Calibration {
    /// Chance episodes a year with at least this score.
    pub(crate) fn episodes_per_year(&self, score: f64) -> f64 {
        (self.alpha - self.beta * score).exp()
    }

    /// Draws the years and fits the tail. The same seed gives the same answer.
    pub(crate) fn learn(region: &Region, baseline: &Baseline, seed: u64) -> Calibration {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
        let areas = region.areas().len();
        let longest = LENGTHS[LENGTHS.len() - 1] as usize;
        // Weekly gamma factors with mean 1 give weekly totals the variance that the baseline saw.
        let weekly = baseline.rate * 7.0;
        let shape = (baseline.dispersion > 1.0 + 1e-9).then(|| weekly / (baseline.dispersion - 1.0));
        let mut counts = vec![0.0f64; DAYS * areas];
        let mut factor = 1.0;
        for day in 0..DAYS {
            if day % 7 == 0 {
                factor = shape.map_or(1.0, |shape| gamma(&mut random, shape) / shape);
            }
            let rate = baseline.rate * baseline.weekdays[weekday(day as i32)] * factor;
            let n = poisson(&mut random, rate);
            for _ in 0..n {
                counts[day * areas + pick(&mut random, &baseline.shares)] += 1.0;
            }
        }
        let mut best_of_day = vec![0.0f64; DAYS];
        let mut zone_sum = vec![0.0f64; DAYS + 1];
        let mut week_sum = vec![0.0f64; DAYS + 1];
        for day in 0..DAYS {
            week_sum[day + 1] = week_sum[day] + baseline.weekdays[weekday(day as i32)];
        }
        for zone in region.zones() {
            let share: f64 = zone.iter().map(|area| baseline.shares[*area]).sum();
            for day in 0..DAYS {
                let today: f64 = zone.iter().map(|area| counts[day * areas + area]).sum();
                zone_sum[day + 1] = zone_sum[day] + today;
            }
            for day in longest..DAYS {
                // A window can only have grown on a day with a report.
                if zone_sum[day + 1] - zone_sum[day] <= 0.0 {
                    continue;
                }
                for length in LENGTHS {
                    let from = day + 1 - length as usize;
                    let cases = zone_sum[day + 1] - zone_sum[from];
                    if cases < FEWEST_REPORTS {
                        continue;
                    }
                    let expected = baseline.rate * share * (week_sum[day + 1] - week_sum[from]);
                    let score = llr(cases, expected) / baseline.dispersion;
                    if score > best_of_day[day] {
                        best_of_day[day] = score;
                    }
                }
            }
        }
        fit(&best_of_day, baseline.rate)
    }
}

/// Fits the exponential tail through the episode counts at rising thresholds.
fn fit(best_of_day: &[f64], at_rate: f64) -> Calibration {
    let years = best_of_day.len() as f64 / 365.25;
    let mut points: Vec<(f64, f64)> = Vec::new();
    for step in 4..120 {
        let threshold = f64::from(step) * 0.25;
        let episodes = episodes(best_of_day, threshold);
        if (3..=60).contains(&episodes) {
            points.push((threshold, (episodes as f64 / years).ln()));
        }
    }
    // Too few points to fit (a stream with hardly a report): the slope of a unit exponential tail, through what there is or one
    // episode a year at four nats.
    let (Some(first), Some(last)) = (points.first(), points.last()) else {
        return Calibration { alpha: 4.0, beta: 1.0, at_rate };
    };
    if last.0 - first.0 < 0.5 {
        return Calibration { alpha: first.1 + first.0, beta: 1.0, at_rate };
    }
    let n = points.len() as f64;
    let mean_x = points.iter().map(|p| p.0).sum::<f64>() / n;
    let mean_y = points.iter().map(|p| p.1).sum::<f64>() / n;
    let covariance: f64 = points.iter().map(|p| (p.0 - mean_x) * (p.1 - mean_y)).sum();
    let variance: f64 = points.iter().map(|p| (p.0 - mean_x) * (p.0 - mean_x)).sum();
    // A tail flatter than half a nat a nat is noise of the fit.
    let beta = (-covariance / variance).max(0.5);
    Calibration { alpha: mean_y + beta * mean_x, beta, at_rate }
}

/// Days at or above the threshold, those within 14 days of the last counted as one.
fn episodes(best_of_day: &[f64], threshold: f64) -> usize {
    let mut found = 0;
    let mut last: Option<usize> = None;
    for (day, score) in best_of_day.iter().enumerate() {
        if *score < threshold {
            continue;
        }
        if last.is_none_or(|last| day - last > EPISODE_DAYS) {
            found += 1;
        }
        last = Some(day);
    }
    found
}

/// A Poisson draw: Knuth's product in pieces of at most 30, so that large rates do not underflow.
fn poisson(random: &mut Xoshiro256PlusPlus, rate: f64) -> u32 {
    let mut left = rate;
    let mut n = 0;
    while left > 0.0 {
        let piece = left.min(30.0);
        left -= piece;
        let limit = (-piece).exp();
        let mut product: f64 = random.random();
        while product > limit {
            n += 1;
            product *= random.random::<f64>();
        }
    }
    n
}

/// A gamma draw of scale 1 (Marsaglia and Tsang 2000, ACM TOMS 26:363).
fn gamma(random: &mut Xoshiro256PlusPlus, shape: f64) -> f64 {
    if shape < 1.0 {
        let u: f64 = random.random::<f64>().max(1e-12);
        return gamma(random, shape + 1.0) * u.powf(1.0 / shape);
    }
    let d = shape - 1.0 / 3.0;
    let c = 1.0 / (9.0 * d).sqrt();
    loop {
        let (u1, u2): (f64, f64) = (random.random::<f64>().max(1e-12), random.random());
        let x = (-2.0 * u1.ln()).sqrt() * (std::f64::consts::TAU * u2).cos();
        let v = (1.0 + c * x).powi(3);
        if v <= 0.0 {
            continue;
        }
        let u: f64 = random.random::<f64>().max(1e-12);
        if u.ln() < 0.5 * x * x + d - d * v + d * v.ln() {
            return d * v;
        }
    }
}

fn pick(random: &mut Xoshiro256PlusPlus, shares: &[f64]) -> usize {
    let mut left: f64 = random.random();
    for (area, share) in shares.iter().enumerate() {
        left -= share;
        if left < 0.0 {
            return area;
        }
    }
    shares.len() - 1
}
