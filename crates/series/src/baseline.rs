//! How many reports of a stream to expect in an area on a day: Gamma-Poisson shrinkage of the history towards the people who
//! live there and, on day one, towards national rates.
//!
//! For stream s, area a, day d: `b = r_s · q_sa · w(d)`, with
//! `r_s = (n_s + R_s τ) / (T + τ)` reports a day (R_s the rate of the streams file, τ = 30 days),
//! `q_sa = (n_sa + κ p_a) / (n_s + κ)` (p_a the area's share of the people, κ = 20 reports), and
//! `w` the weekday's factor over all streams, shrunk to 1 by two weeks of reports. `n` counts the history of 120 days that ends
//! 14 days back, without the members of series, so that an outbreak does not teach the baseline to expect it.

use crate::counts::{Counts, DayNumber, weekday};

/// Days of history that are looked at.
const HISTORY: i32 = 120;
/// The history ends this many days back.
const GUARD: i32 = 14;
/// Weight of the national rate, in days.
const RATE_DAYS: f64 = 30.0;
/// Weight of the population shares, in reports.
const SHARE_REPORTS: f64 = 20.0;
/// Below this many days of history and without a national rate nothing can be expected.
const FEWEST_DAYS: i32 = 7;

/// What one stream is expected to show.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Baseline {
    /// Reports a day over the whole region.
    pub(crate) rate: f64,
    /// Share of each area.
    pub(crate) shares: Vec<f64>,
    /// Factor of each weekday, Monday first.
    pub(crate) weekdays: [f64; 7],
    /// Variance of weekly totals over their mean, at least 1.
    pub(crate) dispersion: f64,
}

impl Baseline {
    /// Reports expected in an area on a day.
    pub(crate) fn expected(&self, area: usize, day: DayNumber) -> f64 {
        self.rate * self.shares[area] * self.weekdays[weekday(day)]
    }

    /// Learns from the counts without series' members. `first` is the first day that anything at all was seen.
    /// `None` while there is neither history enough nor a national rate.
    pub(crate) fn learn(
        background: &Counts,
        weekdays: [f64; 7],
        people: &[f64],
        national_rate: Option<f64>,
        first: DayNumber,
        today: DayNumber,
    ) -> Option<Baseline> {
        // With little history the guard shrinks with it, so that a new force does not wait a fortnight for its first baseline.
        let seen = (today - first).max(0);
        let guard = GUARD.min(seen / 3);
        let from = first.max(today - guard - HISTORY);
        let days = (today - guard - from).max(0);
        if days < FEWEST_DAYS && national_rate.is_none() {
            return None;
        }
        let mut by_area = vec![0.0; people.len()];
        let mut weeks: Vec<f64> = Vec::new();
        for offset in 0..days {
            let row = background.row(from + offset);
            let mut day_total = 0.0;
            for (area, count) in row.iter().enumerate() {
                by_area[area] += f64::from(*count);
                day_total += f64::from(*count);
            }
            let week = (offset / 7) as usize;
            if weeks.len() <= week {
                weeks.push(0.0);
            }
            weeks[week] += day_total;
        }
        let total: f64 = by_area.iter().sum();
        let prior_days = if national_rate.is_some() { RATE_DAYS } else { 0.0 };
        let rate = (total + national_rate.unwrap_or(0.0) * prior_days) / (f64::from(days) + prior_days);
        let shares = by_area.iter().zip(people).map(|(n, p)| (n + SHARE_REPORTS * p) / (total + SHARE_REPORTS)).collect();
        // A last week that is not whole would look quiet.
        weeks.truncate((days / 7) as usize);
        Some(Baseline { rate, shares, weekdays, dispersion: dispersion(&weeks) })
    }
}

/// Variance over mean of weekly totals, shrunk towards 1 by four weeks, at least 1.
fn dispersion(weeks: &[f64]) -> f64 {
    if weeks.len() < 2 {
        return 1.0;
    }
    let mean = weeks.iter().sum::<f64>() / weeks.len() as f64;
    if mean <= 0.0 {
        return 1.0;
    }
    let squares: f64 = weeks.iter().map(|week| (week - mean) * (week - mean) / mean).sum();
    ((squares + 4.0) / (weeks.len() as f64 - 1.0 + 4.0)).max(1.0)
}

/// Weekday factors from the totals over all streams by weekday, each day seen `weeks` times: mean 1 over the week.
pub(crate) fn weekday_factors(totals: [f64; 7], weeks: f64) -> [f64; 7] {
    let sum: f64 = totals.iter().sum();
    if sum <= 0.0 || weeks <= 0.0 {
        return [1.0; 7];
    }
    let mean = sum / 7.0;
    // Two weeks' worth of an even spread keeps one busy Sunday from ruling all Sundays.
    let prior = 2.0 * mean / weeks.max(1.0);
    let mut factors = [1.0; 7];
    for (factor, total) in factors.iter_mut().zip(totals) {
        *factor = (total + prior) / (mean + prior);
    }
    factors
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn day_one_rests_on_the_national_rate_and_the_people() {
        let baseline = Baseline::learn(&Counts::new(2), [1.0; 7], &[0.75, 0.25], Some(0.2), 100, 100).unwrap();
        assert!((baseline.expected(0, 100) - 0.15).abs() < 1e-12);
        assert!((baseline.expected(1, 100) - 0.05).abs() < 1e-12);
    }

    #[test]
    fn without_rate_or_history_nothing_is_expected() {
        assert_eq!(Baseline::learn(&Counts::new(1), [1.0; 7], &[1.0], None, 100, 103), None);
    }

    #[test]
    fn long_history_outweighs_the_national_rate() {
        let mut counts = Counts::new(1);
        for day in 0..134 {
            counts.add(day, 0, 2.0);
        }
        let baseline = Baseline::learn(&counts, [1.0; 7], &[1.0], Some(0.2), 0, 134).unwrap();
        assert!(baseline.rate > 1.5 && baseline.rate < 2.0, "rate {}", baseline.rate);
        assert!((baseline.dispersion - 1.0).abs() < 1e-9);
    }

    #[test]
    fn weekday_factors_have_mean_one() {
        let factors = weekday_factors([12.0, 12.0, 12.0, 12.0, 11.0, 7.0, 4.0], 10.0);
        assert!((factors.iter().sum::<f64>() / 7.0 - 1.0).abs() < 1e-9);
        assert!(factors[6] < factors[0]);
    }
}
