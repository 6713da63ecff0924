//! Clusters of any shape: the best subset of a neighbourhood, and connected sets of a neighbour graph.
//!
//! - **Subsets.** For these ratios the best of all `2^N` subsets of a neighbourhood is a beginning of its locations sorted by cases over
//!   expected (linear-time subset scanning; Neill 2012, Journal of the Royal Statistical Society B 74:337). The neighbourhood, a centre and
//!   its nearest, keeps it in one place.
//! - **Connected sets.** From every location a set grows by the neighbour that raises the score most, looking one location further where
//!   no neighbour does, and the best stage of its growth is kept (in the spirit of Tango and Takahashi 2005, International Journal of
//!   Health Geographics 4:11, whose search of all connected sets ends at about 15 locations). Small graphs can be searched in full with
//!   [`crate::flexible`] or [`crate::connected`] and [`Zones::from_lists`](crate::Zones::from_lists).
//!
//! Free shapes find something everywhere: `cost` nats are taken off the score for every location beyond the first, which keeps sets
//! from fraying. Replicates are searched in the same way, so that p is right whatever the cost.

use std::sync::atomic::{AtomicU32, Ordering};

use rayon::prelude::*;

use crate::chance::chance;
use crate::draw::Draw;
use crate::inference::Replicates;
use crate::problem::{Problem, ProblemError};
use crate::{Findings, Found, Settings};

/// Which sets are looked at.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// Subsets of a centre and its nearest; each list begins with the centre.
    Subsets {
        /// Neighbourhoods.
        nearest: Vec<Vec<usize>>,
    },
    /// Connected sets.
    Connected {
        /// Neighbours of each location.
        neighbours: Vec<Vec<usize>>,
        /// Most locations.
        largest: usize,
    },
}

/// A set with its score.
struct Set {
    members: Vec<usize>,
    cases: f64,
    expected: f64,
    score: f64,
}

/// Scans for clusters of free shape over the problem's windows; its zones are not used. Windows are those of a scan that looks at what is
/// alive, so they all end on the last interval. `progress` is told how many replicates are done; it may be called from any thread.
///
/// # Errors
/// [`ProblemError`]; [`ProblemError::Windows`] where windows end at different times, [`ProblemError::Zone`] where a list names a location
/// that is not there.
pub fn shaped_scan(
    problem: &Problem,
    shape: &Shape,
    cost: f64,
    settings: &Settings,
    progress: &(dyn Fn(u32) + Sync),
) -> Result<Findings, ProblemError> {
    problem.check()?;
    if !problem.windows.is_alive() {
        return Err(ProblemError::Windows);
    }
    let lists = match shape {
        Shape::Subsets { nearest } => nearest,
        Shape::Connected { neighbours, .. } => neighbours,
    };
    if let Some(wrong) = lists.iter().flatten().find(|one| **one >= problem.locations) {
        return Err(ProblemError::Zone(*wrong as u32));
    }
    let end = problem.windows.ends.start;
    let mut found = search(problem, shape, cost, &problem.cases);
    found.sort_by(|a, b| b.1.score.total_cmp(&a.1.score).then(a.1.members.cmp(&b.1.members)));
    let mut taken = vec![false; problem.locations];
    let mut kept: Vec<(usize, Set)> = Vec::new();
    for (from, set) in found {
        if !set.members.iter().any(|one| taken[*one]) {
            set.members.iter().for_each(|one| taken[*one] = true);
            kept.push((from, set));
        }
    }
    let draw = Draw::new(problem);
    let done = AtomicU32::new(0);
    let maxima: Vec<f64> = if kept.is_empty() {
        Vec::new()
    } else {
        (0..settings.replicates)
            .into_par_iter()
            .with_min_len(8)
            .map_init(
                || (draw.bench(), vec![0; problem.cases.len()]),
                |(bench, counts), number| {
                    counts.fill(0);
                    draw.draw(&mut chance(settings.seed, u64::from(number)), bench, |location, interval, cases| {
                        counts[location as usize * problem.intervals + interval as usize] += cases;
                    });
                    let highest = search(problem, shape, cost, counts).iter().map(|(_, set)| set.score).fold(0.0, f64::max);
                    progress(done.fetch_add(1, Ordering::Relaxed) + 1);
                    highest
                },
            )
            .collect()
    };
    let replicates = Replicates { maxima, stopped: false };
    let drawn = replicates.maxima.len();
    let clusters = kept
        .into_iter()
        .map(|(from, set)| Found {
            from,
            to: end,
            cases: set.cases as u32,
            expected: set.expected,
            llr: set.score,
            rank: replicates.rank(set.score),
            p: replicates.p(set.score, settings.p_value, true),
            gumbel: replicates.gumbel(set.score),
            ellipse: None,
            temporal: false,
            streams: Vec::new(),
            locations: set.members,
        })
        .enumerate()
        .filter(|(position, found)| *position == 0 || drawn == 0 || found.rank <= drawn)
        .map(|(_, found)| found)
        .collect();
    Ok(Findings { clusters, replicates })
}

/// The best set of each centre over all windows, with the window's first interval.
fn search(problem: &Problem, shape: &Shape, cost: f64, counts: &[u32]) -> Vec<(usize, Set)> {
    let end = problem.windows.ends.start;
    let mut best: Vec<Option<(usize, Set)>> = (0..problem.locations).map(|_| None).collect();
    let mut cases = vec![0.0; problem.locations];
    let mut expected = vec![0.0; problem.locations];
    for from in problem.windows.starts_of(end) {
        for location in 0..problem.locations {
            let cells = location * problem.intervals + from..=location * problem.intervals + end;
            cases[location] = counts[cells.clone()].iter().map(|one| f64::from(*one)).sum();
            expected[location] = problem.expected[cells].iter().sum();
        }
        for (centre, held) in best.iter_mut().enumerate() {
            // A set grows from a location with a case.
            if cases[centre] <= 0.0 {
                continue;
            }
            let set = match shape {
                Shape::Subsets { nearest } => {
                    nearest.get(centre).and_then(|near| best_subset(problem, near, &cases, &expected, cost))
                }
                Shape::Connected { neighbours, largest } => grow(problem, neighbours, *largest, centre, &cases, &expected, cost),
            };
            if let Some(set) = set
                && held.as_ref().is_none_or(|(_, held)| set.score > held.score)
            {
                *held = Some((from, set));
            }
        }
    }
    best.into_iter().flatten().collect()
}

fn value(problem: &Problem, cases: f64, expected: f64, size: usize, cost: f64) -> f64 {
    problem.score(cases, expected, 1.0) - cost * (size as f64 - 1.0)
}

/// The best beginning of a neighbourhood sorted by cases over expected.
fn best_subset(problem: &Problem, near: &[usize], cases: &[f64], expected: &[f64], cost: f64) -> Option<Set> {
    let mut order: Vec<usize> = near.iter().copied().filter(|one| cases[*one] > 0.0).collect();
    order.sort_by(|a, b| (cases[*b] * expected[*a]).total_cmp(&(cases[*a] * expected[*b])).then(a.cmp(b)));
    let (mut c, mut mu) = (0.0, 0.0);
    let mut best: Option<(usize, f64, f64, f64)> = None;
    for (position, one) in order.iter().enumerate() {
        c += cases[*one];
        mu += expected[*one];
        let score = value(problem, c, mu, position + 1, cost);
        if score > best.map_or(0.0, |best| best.3) {
            best = Some((position + 1, c, mu, score));
        }
    }
    best.map(|(size, cases, expected, score)| {
        order.truncate(size);
        Set { members: order, cases, expected, score }
    })
}

/// Grows a connected set; the best of its stages.
fn grow(
    problem: &Problem,
    neighbours: &[Vec<usize>],
    largest: usize,
    seed: usize,
    cases: &[f64],
    expected: &[f64],
    cost: f64,
) -> Option<Set> {
    let mut members = vec![seed];
    let (mut c, mut mu) = (cases[seed], expected[seed]);
    let mut score = value(problem, c, mu, 1, cost);
    let mut best = (1, c, mu, score);
    let mut edge: Vec<usize> = Vec::new();
    while members.len() < largest {
        edge.clear();
        for one in &members {
            for other in &neighbours[*one] {
                if !members.contains(other) && !edge.contains(other) {
                    edge.push(*other);
                }
            }
        }
        // The neighbour, or the neighbour with one behind it, that raises the score most.
        let mut step: Option<(f64, usize, Option<usize>)> = None;
        for near in &edge {
            let (c1, mu1) = (c + cases[*near], mu + expected[*near]);
            let one = value(problem, c1, mu1, members.len() + 1, cost);
            if step.is_none_or(|step| one > step.0) {
                step = Some((one, *near, None));
            }
            if cases[*near] > expected[*near] || members.len() + 2 > largest {
                continue;
            }
            for far in &neighbours[*near] {
                if members.contains(far) || edge.contains(far) || cases[*far] <= expected[*far] {
                    continue;
                }
                let two = value(problem, c1 + cases[*far], mu1 + expected[*far], members.len() + 2, cost);
                if step.is_none_or(|step| two > step.0) {
                    step = Some((two, *near, Some(*far)));
                }
            }
        }
        let Some((reached, near, far)) = step.filter(|step| step.0 > score - 0.5 * cost - 0.25) else { break };
        for one in [Some(near), far].into_iter().flatten() {
            members.push(one);
            c += cases[one];
            mu += expected[one];
        }
        score = reached;
        if score > best.3 {
            best = (members.len(), c, mu, score);
        } else if members.len() > best.0 + 3 {
            break;
        }
    }
    members.truncate(best.0);
    (best.3 > 0.0).then_some(Set { members, cases: best.1, expected: best.2, score: best.3 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Null, PValue, Rates, Ratio, Secondary, Windows, Zones};

    /// A strip of five by three places, three intervals, one case expected in each cell; an L of five places has four each.
    fn strip() -> (Problem, Vec<Vec<usize>>, Vec<usize>) {
        let bent = vec![0, 1, 2, 7, 12];
        let mut cases = vec![0u32; 15 * 3];
        for location in 0..15 {
            cases[location * 3 + 2] = if bent.contains(&location) { 5 } else { u32::from(location % 2 == 0) };
        }
        let problem = Problem {
            locations: 15,
            intervals: 3,
            expected: vec![1.0; cases.len()],
            cases,
            ratio: Ratio::Expectation,
            null: Null::Poisson,
            rates: Rates::High,
            zones: Zones::new(),
            windows: Windows::alive(3, 2),
            replicate_windows: None,
            purely_spatial: false,
            fewest: 2,
            fewest_low: 0,
        };
        let near = |a: usize, b: usize| (a % 5).abs_diff(b % 5) + (a / 5).abs_diff(b / 5) == 1;
        let neighbours = (0..15).map(|a| (0..15).filter(|b| near(a, *b)).collect()).collect();
        (problem, neighbours, bent)
    }

    #[test]
    fn a_bent_series_is_found_whole_and_alone() {
        let (problem, neighbours, bent) = strip();
        let settings = Settings { replicates: 199, seed: 2, p_value: PValue::MonteCarlo, secondary: Secondary::NoOverlap };
        let near = neighbours
            .iter()
            .enumerate()
            .map(|(one, _)| std::iter::once(one).chain((0..15).filter(move |b| *b != one)).collect());
        for shape in [Shape::Connected { neighbours: neighbours.clone(), largest: 8 }, Shape::Subsets { nearest: near.collect() }]
        {
            let found = shaped_scan(&problem, &shape, 0.5, &settings, &|_| ()).unwrap();
            let mut members = found.clusters[0].locations.clone();
            members.sort_unstable();
            assert_eq!(members, bent);
            assert_eq!((found.clusters[0].from, found.clusters[0].cases), (2, 25));
            assert!(found.clusters[0].p <= 0.01, "{}", found.clusters[0].p);
        }
    }

    /// The sorted beginning is the best of all subsets.
    #[test]
    fn no_subset_beats_the_sorted_beginning() {
        let (problem, _, _) = strip();
        let mut dice = chance(4, 4);
        for _ in 0..50 {
            let cases: Vec<f64> = (0..10).map(|_| crate::chance::poisson(&mut dice, 2.0) as f64).collect();
            let expected: Vec<f64> = (0..10).map(|_| 0.5 + crate::chance::below(&mut dice, 30) as f64 / 10.0).collect();
            let all: Vec<usize> = (0..10).collect();
            let fast = best_subset(&problem, &all, &cases, &expected, 0.0).map_or(0.0, |set| set.score);
            let slow = (1u32..1 << 10)
                .map(|set| {
                    let sum = |of: &[f64]| (0..10).filter(|one| set >> one & 1 == 1).map(|one| of[one]).sum::<f64>();
                    problem.score(sum(&cases), sum(&expected), 1.0)
                })
                .fold(0.0, f64::max);
            assert!((fast - slow).abs() < 1e-9, "{fast} against {slow}");
        }
    }
}
