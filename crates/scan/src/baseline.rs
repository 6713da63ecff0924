//! What to expect: forecasts for the expectation-based models, from counts of the past.
//!
//! A cell's expectation is `rate(location) × factor(location, stratum)`. Strata are days of the week, with bank holidays a stratum of their
//! own if the caller says so. Three things keep it honest:
//! - blocks of the past with far more cases than the rest weigh less, as in Farrington's algorithm (Noufaily and others 2013, Statistics
//!   in Medicine 32:1206): weight `1/s²` where the Anscombe residual `s` is above 2.58, so that a past series does not hide the next;
//! - rates are shrunk to what population and the county's rate say (Clayton and Kaldor 1987, Biometrics 43:671): gamma prior, its shape by
//!   moments, so that a location without history expects its people's share;
//! - factors are shrunk to the county's factor by the same rule, so that an area whose week differs gets its own week once it has shown it.

use std::ops::Range;

/// A forecast.
#[derive(Debug, Clone, PartialEq)]
pub struct Forecast {
    /// Expected cases by location, then interval.
    pub expected: Vec<f64>,
    /// Variance over mean of blocks of seven intervals, 1 at least.
    pub dispersion: f64,
}

/// Intervals in a block.
const BLOCK: usize = 7;
/// Residuals above this make a block weigh less.
const FAR: f64 = 2.58;

/// Forecasts every interval from the first `history` ones. `cases` is a table by location, then interval; `strata` gives each interval's
/// stratum; `people` each location's weight (all alike where not given); `gaps` the cells of `cases` without data, from which nothing is
/// learnt.
pub fn forecast(
    cases: &[u32],
    intervals: usize,
    history: usize,
    strata: &[usize],
    people: Option<&[f64]>,
    gaps: Option<&[bool]>,
) -> Forecast {
    let past = Past {
        cases,
        intervals,
        history: history.clamp(1, intervals),
        strata,
        count: strata.iter().max().map_or(1, |most| most + 1),
        locations: cases.len() / intervals.max(1),
        gaps,
    };
    let share = shares(people, past.locations);
    let mut weights = vec![1.0; past.locations * past.blocks()];
    let mut rates = vec![0.0; past.locations];
    let mut factors = vec![1.0; past.locations * past.count];
    // Weights, factors and rates depend on each other: three rounds settle them.
    for round in 0..3 {
        factors = stratum_factors(&past, &rates, &weights, round == 0);
        rates = location_rates(&past, &share, &factors, &weights);
        weights = block_weights(&past, &rates, &factors);
    }
    let dispersion = dispersion(&past, &rates, &factors, &weights);
    let expected = (0..past.locations)
        .flat_map(|location| (0..intervals).map(move |interval| (location, interval)))
        .map(|(location, interval)| rates[location] * factors[location * past.count + strata[interval]])
        .collect();
    Forecast { expected, dispersion }
}

/// What is learnt from.
struct Past<'a> {
    cases: &'a [u32],
    intervals: usize,
    history: usize,
    strata: &'a [usize],
    /// Strata.
    count: usize,
    locations: usize,
    gaps: Option<&'a [bool]>,
}

impl Past<'_> {
    fn blocks(&self) -> usize {
        self.history.div_ceil(BLOCK)
    }

    /// Cases of the intervals of a range that have data.
    fn seen(&self, location: usize, range: Range<usize>) -> impl Iterator<Item = (usize, f64)> {
        let row = location * self.intervals;
        range
            .filter(move |interval| self.gaps.is_none_or(|gaps| !gaps[row + interval]))
            .map(move |interval| (interval, f64::from(self.cases[row + interval])))
    }

    fn block(&self, block: usize) -> Range<usize> {
        block * BLOCK..self.history.min((block + 1) * BLOCK)
    }

    /// Cases, and cases expected, of a block of a location.
    fn of_block(&self, location: usize, block: usize, rate: f64, factors: &[f64]) -> (f64, f64) {
        let factors = &factors[location * self.count..(location + 1) * self.count];
        self.seen(location, self.block(block))
            .fold((0.0, 0.0), |(seen, due), (interval, cases)| (seen + cases, due + rate * factors[self.strata[interval]]))
    }
}

fn shares(people: Option<&[f64]>, locations: usize) -> Vec<f64> {
    match people {
        Some(people) if people.iter().sum::<f64>() > 0.0 => {
            let all: f64 = people.iter().sum();
            people.iter().map(|one| one / all).collect()
        }
        _ => vec![1.0 / locations.max(1) as f64; locations],
    }
}

/// Factors by location and stratum, the county's shrunk to. In the first round, without rates, the county's alone.
fn stratum_factors(past: &Past<'_>, rates: &[f64], weights: &[f64], first: bool) -> Vec<f64> {
    let (count, locations) = (past.count, past.locations);
    let mut seen = vec![0.0; locations * count];
    let mut days = vec![0.0; locations * count];
    for location in 0..locations {
        for (interval, cases) in past.seen(location, 0..past.history) {
            let weight = weights[location * past.blocks() + interval / BLOCK];
            let slot = location * count + past.strata[interval];
            seen[slot] += weight * cases;
            days[slot] += weight;
        }
    }
    let county = |table: &[f64], stratum: usize| (0..locations).map(|one| table[one * count + stratum]).sum::<f64>();
    let all_seen: f64 = seen.iter().sum();
    let all_days: f64 = days.iter().sum();
    let mean = all_seen / all_days.max(1e-9);
    // A stratum that was hardly seen (a rare holiday) is drawn to the mean by two location-blocks' worth of days.
    let common: Vec<f64> = (0..count)
        .map(|stratum| {
            let prior = 2.0 * locations as f64;
            if mean > 0.0 { (county(&seen, stratum) + prior * mean) / ((county(&days, stratum) + prior) * mean) } else { 1.0 }
        })
        .collect();
    if first {
        return (0..locations * count).map(|slot| common[slot % count]).collect();
    }
    // How far locations' weeks differ from the county's, beyond chance.
    let pairs: Vec<(f64, f64)> =
        (0..locations * count).map(|slot| (seen[slot], days[slot] * rates[slot / count] * common[slot % count])).collect();
    let shape = prior_shape(&pairs);
    pairs.iter().enumerate().map(|(slot, (seen, due))| common[slot % count] * (seen + shape) / (due + shape)).collect()
}

fn location_rates(past: &Past<'_>, share: &[f64], factors: &[f64], weights: &[f64]) -> Vec<f64> {
    let mut seen = vec![0.0; share.len()];
    let mut days = vec![0.0; share.len()];
    for location in 0..share.len() {
        for (interval, cases) in past.seen(location, 0..past.history) {
            let weight = weights[location * past.blocks() + interval / BLOCK];
            seen[location] += weight * cases;
            days[location] += weight * factors[location * past.count + past.strata[interval]];
        }
    }
    let due: f64 = share.iter().zip(&days).map(|(share, days)| share * days).sum();
    let level = seen.iter().sum::<f64>() / due.max(1e-9);
    let pairs: Vec<(f64, f64)> = (0..share.len()).map(|one| (seen[one], level * share[one] * days[one])).collect();
    let shape = prior_shape(&pairs);
    pairs.iter().enumerate().map(|(one, (seen, due))| level * share[one] * (seen + shape) / (due + shape)).collect()
}

/// Shape of the gamma distribution of observed over expected, by moments: `1/variance` beyond what chance explains.
fn prior_shape(pairs: &[(f64, f64)]) -> f64 {
    let (mut beyond, mut due_squared) = (0.0, 0.0);
    for (seen, due) in pairs {
        beyond += (seen - due) * (seen - due) - due;
        due_squared += due * due;
    }
    let variance = (beyond / due_squared.max(1e-12)).max(1e-3);
    (1.0 / variance).clamp(0.25, 1000.0)
}

fn block_weights(past: &Past<'_>, rates: &[f64], factors: &[f64]) -> Vec<f64> {
    let mut weights = Vec::with_capacity(rates.len() * past.blocks());
    for (location, rate) in rates.iter().enumerate() {
        for block in 0..past.blocks() {
            let (seen, due) = past.of_block(location, block, *rate, factors);
            let due = due.max(1e-6);
            // Anscombe residual of a Poisson count.
            let residual = 1.5 * (seen.powf(2.0 / 3.0) - due.powf(2.0 / 3.0)) / due.powf(1.0 / 6.0);
            weights.push(if residual > FAR && seen >= 3.0 { (FAR / residual).powi(2) } else { 1.0 });
        }
    }
    weights
}

fn dispersion(past: &Past<'_>, rates: &[f64], factors: &[f64], weights: &[f64]) -> f64 {
    let blocks = past.blocks();
    let (mut squares, mut due_sum) = (0.0, 0.0);
    for (location, rate) in rates.iter().enumerate() {
        for block in 0..blocks {
            let (seen, due) = past.of_block(location, block, *rate, factors);
            let weight = weights[location * blocks + block];
            squares += weight * (seen - due) * (seen - due);
            due_sum += weight * due;
        }
    }
    // A rate takes one degree of freedom of each location.
    let freedom = ((blocks as f64 - 1.0) / blocks as f64).max(0.1);
    (squares / due_sum.max(1e-9) / freedom).max(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::{chance, poisson};

    fn simulated(rates: &[f64], week: &[f64; 7], intervals: usize) -> Vec<u32> {
        let mut stream = chance(3, 9);
        let mut cases = Vec::new();
        for rate in rates {
            for interval in 0..intervals {
                cases.push(poisson(&mut stream, rate * week[interval % 7]) as u32);
            }
        }
        cases
    }

    #[test]
    fn the_week_and_the_rates_are_found_and_a_past_series_is_not_taken_for_the_rule() {
        let week = [1.2, 1.2, 1.2, 1.2, 1.0, 0.7, 0.5];
        let intervals = 280;
        let rates = [2.0, 0.5, 1.0, 0.2];
        let mut cases = simulated(&rates, &week, intervals);
        // A series of 40 in a week of the last location.
        cases[3 * intervals + 100] += 40;
        let strata: Vec<usize> = (0..intervals).map(|interval| interval % 7).collect();
        let found = forecast(&cases, intervals, 252, &strata, None, None);
        for (location, rate) in rates.iter().enumerate() {
            let mean = found.expected[location * intervals + 252..(location + 1) * intervals].iter().sum::<f64>() / 28.0;
            assert!((mean / rate - 1.0).abs() < 0.25, "location {location}: {mean} against {rate}");
        }
        let sunday = found.expected[6] / found.expected[0];
        assert!((sunday - 0.5 / 1.2).abs() < 0.12, "{sunday}");
        assert!(found.dispersion < 1.4, "{}", found.dispersion);
    }

    #[test]
    fn a_location_without_history_expects_its_peoples_share() {
        let intervals = 140;
        let mut cases = simulated(&[1.0, 1.0, 1.0, 1.0, 0.0], &[1.0; 7], intervals);
        cases[4 * intervals..].fill(0);
        let people = [100.0, 100.0, 100.0, 100.0, 1.0];
        let found = forecast(&cases, intervals, 126, &vec![0; intervals], Some(&people), None);
        let small = found.expected[4 * intervals];
        assert!(small > 0.001 && small < 0.02, "{small}");
    }

    /// Without its Sundays' data an area is no quieter.
    #[test]
    fn nothing_is_learnt_from_a_gap() {
        let intervals = 280;
        let cases = simulated(&[1.0, 1.0, 1.0], &[1.0; 7], intervals);
        let mut cut = cases.clone();
        let gaps: Vec<bool> = (0..cases.len()).map(|cell| cell / intervals == 1 && (cell % intervals) % 7 >= 3).collect();
        cut.iter_mut().zip(&gaps).filter(|(_, gap)| **gap).for_each(|(one, _)| *one = 0);
        let strata = vec![0; intervals];
        let of = |cases: &[u32], gaps: Option<&[bool]>| forecast(cases, intervals, 252, &strata, None, gaps).expected[intervals];
        let (whole, without, blind) = (of(&cases, None), of(&cut, Some(&gaps)), of(&cut, None));
        assert!((without / whole - 1.0).abs() < 0.2 && blind < 0.7 * whole, "{whole} {without} {blind}");
    }

    #[test]
    fn dispersion_is_found() {
        let intervals = 210;
        let mut stream = chance(8, 1);
        let mut cases = Vec::new();
        for _ in 0..20 {
            for _ in 0..intervals / 7 {
                // A week's level varies: variance 1 + 7 · 0.5 over the mean.
                let level = crate::chance::gamma(&mut stream, 2.0) / 2.0;
                cases.extend((0..7).map(|_| poisson(&mut stream, level) as u32));
            }
        }
        let found = forecast(&cases, intervals, intervals, &vec![0; intervals], None, None).dispersion;
        assert!(found > 2.0 && found < 5.5, "{found}");
    }
}
