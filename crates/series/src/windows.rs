//! The best window of the scan around one area: which zone and how many days back hold most more than expected.
//!
//! Score: the expectation-based Poisson log-likelihood ratio `F = c ln(c/b) + b − c` for c > b (Neill 2009, International Journal of
//! Health Geographics 8:20), over the dispersion of the stream (quasi-likelihood), in nats.

use crate::baseline::Baseline;
use crate::counts::{Counts, DayNumber};
use crate::region::Region;

/// Lengths of the windows, in days; all end today.
pub(crate) const LENGTHS: [i32; 10] = [1, 2, 3, 4, 5, 7, 10, 14, 21, 30];

/// Fewer reports are no window: two may be one caller's coincidence.
pub(crate) const FEWEST_REPORTS: f64 = 2.5;

/// A window with its counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Best {
    pub(crate) zone: usize,
    pub(crate) from: DayNumber,
    pub(crate) to: DayNumber,
    pub(crate) cases: f64,
    pub(crate) expected: f64,
    /// Nats, over the dispersion.
    pub(crate) score: f64,
}

/// The expectation-based Poisson log-likelihood ratio in nats; 0 where there are no more cases than expected.
pub(crate) fn llr(cases: f64, expected: f64) -> f64 {
    if cases <= expected || cases <= 0.0 {
        return 0.0;
    }
    let expected = expected.max(1e-6);
    cases * (cases / expected).ln() + expected - cases
}

/// The best window that ends today among the zones that hold `area`.
pub(crate) fn best_around(region: &Region, counts: &Counts, baseline: &Baseline, area: usize, today: DayNumber) -> Option<Best> {
    let mut best: Option<Best> = None;
    for zone in region.zones_of(area) {
        let members = &region.zones()[*zone];
        let share: f64 = members.iter().map(|member| baseline.shares[*member]).sum();
        let (mut cases, mut expected) = (0.0, 0.0);
        let mut day = today;
        for length in LENGTHS {
            while day > today - length {
                let row = counts.row(day);
                if !row.is_empty() {
                    for member in members {
                        cases += f64::from(row[*member]);
                    }
                }
                expected += baseline.rate * share * baseline.weekdays[crate::counts::weekday(day)];
                day -= 1;
            }
            if cases < FEWEST_REPORTS {
                continue;
            }
            let score = llr(cases, expected) / baseline.dispersion;
            // Equal scores: the smaller zone and the shorter window came first and stand.
            if best.is_none_or(|held| score > held.score + 1e-9) {
                best = Some(Best { zone: *zone, from: today - length + 1, to: today, cases, expected, score });
            }
        }
    }
    best.filter(|found| found.score > 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ratio_is_zero_below_expectation_and_right_above() {
        assert_eq!(llr(2.0, 3.0), 0.0);
        // Los Alamos and Santa Fe: 43 cases against 20.66 (Kulldorff et al.; 9.18 with the unrounded expectation).
        assert!((llr(43.0, 20.66) - 9.18).abs() < 0.03);
    }
}
