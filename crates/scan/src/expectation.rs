//! The expectation-based Poisson scan over any list of zones, prospective: windows end on the last day.

use rand_xoshiro::Xoshiro256PlusPlus;
use rayon::prelude::*;

use crate::chance::{chance, poisson};
use crate::{Cluster, Replicates, expectation_llr};

/// Input that cannot be scanned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExpectationError {
    /// The tables do not fit each other.
    #[error("counts and expectations must have one row a day and one column a location, alike")]
    Shape,
    /// An expectation is no number above 0.
    #[error("day {day}, location {location}: the expectation must be a number of 0 or more")]
    Expected {
        /// The day.
        day: usize,
        /// The location.
        location: usize,
    },
    /// A zone names a location that is not there.
    #[error("zone {0} names a location that is not there, or none")]
    Zone(usize),
}

/// What is scanned.
#[derive(Debug, Clone)]
pub struct Expectation<'a> {
    /// Cases by day (oldest first) and location.
    pub counts: &'a [Vec<f64>],
    /// Cases expected, in the same shape.
    pub expected: &'a [Vec<f64>],
    /// Zones, by location index.
    pub zones: &'a [Vec<usize>],
    /// Lengths of the windows in days, rising.
    pub lengths: &'a [usize],
    /// Fewest cases in a window.
    pub fewest: f64,
}

/// Scans; gives the best window of each zone that scores, best first, no two sharing a location, each with its p-value.
///
/// # Errors
/// [`ExpectationError`]
pub fn expectation_scan(problem: &Expectation<'_>, replicates: u32, seed: u64) -> Result<Vec<Cluster>, ExpectationError> {
    check(problem)?;
    let days = problem.counts.len();
    let locations = problem.counts.first().map_or(0, Vec::len);
    let mut found: Vec<Cluster> = Vec::new();
    for zone in problem.zones {
        let mut best: Option<Cluster> = None;
        let (mut cases, mut expected, mut reached) = (0.0, 0.0, 0);
        for length in problem.lengths.iter().copied().filter(|length| *length <= days) {
            while reached < length {
                let day = days - 1 - reached;
                cases += zone.iter().map(|one| problem.counts[day][*one]).sum::<f64>();
                expected += zone.iter().map(|one| problem.expected[day][*one]).sum::<f64>();
                reached += 1;
            }
            if cases < problem.fewest {
                continue;
            }
            let llr = expectation_llr(cases, expected);
            if llr > best.as_ref().map_or(0.0, |held| held.llr) {
                let cases = cases.round() as u32;
                best = Some(Cluster {
                    locations: zone.clone(),
                    from: days - length,
                    to: days - 1,
                    cases,
                    expected,
                    llr,
                    p: 1.0,
                    recurrence_interval_days: 1.0,
                });
            }
        }
        found.extend(best);
    }
    found.sort_by(|a, b| b.llr.total_cmp(&a.llr));
    let mut kept: Vec<Cluster> = Vec::new();
    for cluster in found {
        if !kept.iter().any(|held| held.locations.iter().any(|one| cluster.locations.contains(one))) {
            kept.push(cluster);
        }
    }
    if replicates > 0 && !kept.is_empty() {
        let one = |number| replicate(problem, days, locations, &mut chance(seed, number));
        let maxima = (0..u64::from(replicates)).into_par_iter().map(one).collect();
        let replicates = Replicates { maxima, stopped: false };
        for cluster in &mut kept {
            cluster.p = replicates.monte_carlo(cluster.llr);
            cluster.recurrence_interval_days = 1.0 / cluster.p;
        }
    }
    Ok(kept)
}

fn check(problem: &Expectation<'_>) -> Result<(), ExpectationError> {
    let width = problem.counts.first().map_or(0, Vec::len);
    let fits = problem.counts.len() == problem.expected.len()
        && problem.counts.iter().chain(problem.expected).all(|row| row.len() == width);
    if !fits {
        return Err(ExpectationError::Shape);
    }
    for (day, row) in problem.expected.iter().enumerate() {
        if let Some(location) = row.iter().position(|expected| !expected.is_finite() || *expected < 0.0) {
            return Err(ExpectationError::Expected { day, location });
        }
    }
    match problem.zones.iter().position(|zone| zone.is_empty() || zone.iter().any(|one| *one >= width)) {
        Some(zone) => Err(ExpectationError::Zone(zone)),
        None => Ok(()),
    }
}

/// The largest score of one draw of all counts from their expectations.
fn replicate(problem: &Expectation<'_>, days: usize, locations: usize, chance: &mut Xoshiro256PlusPlus) -> f64 {
    let longest = problem.lengths.iter().copied().max().unwrap_or(0).min(days);
    let mut drawn = vec![0.0; longest * locations];
    for back in 0..longest {
        for location in 0..locations {
            drawn[back * locations + location] = poisson(chance, problem.expected[days - 1 - back][location]) as f64;
        }
    }
    let mut best: f64 = 0.0;
    for zone in problem.zones {
        let (mut cases, mut expected, mut reached) = (0.0, 0.0, 0);
        for length in problem.lengths.iter().copied().filter(|length| *length <= days) {
            while reached < length {
                cases += zone.iter().map(|one| drawn[reached * locations + one]).sum::<f64>();
                expected += zone.iter().map(|one| problem.expected[days - 1 - reached][*one]).sum::<f64>();
                reached += 1;
            }
            if cases >= problem.fewest {
                best = best.max(expectation_llr(cases, expected));
            }
        }
    }
    best
}
