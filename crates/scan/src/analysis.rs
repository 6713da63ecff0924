//! A scan from counts to clusters.

use std::sync::atomic::{AtomicU32, Ordering};

use rayon::prelude::*;
use serde::Serialize;

use crate::alive::{Alive, Count, Rows, Thresholds};
use crate::chance::chance;
use crate::draw::{Bench, Draw};
use crate::exact::{self, Sums};
use crate::history::{Chords, Ground, History};
use crate::inference::{PValue, Replicates};
use crate::problem::{Null, Problem, ProblemError, Rates};
use crate::secondary::{self, Secondary};

/// How a scan is judged and told.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// Replicates.
    pub replicates: u32,
    /// Seed.
    pub seed: u64,
    /// The p-value.
    pub p_value: PValue,
    /// Which clusters are told.
    pub secondary: Secondary,
}

/// A cluster as it was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Found {
    /// Locations, the centre first.
    pub locations: Vec<usize>,
    /// First interval.
    pub from: usize,
    /// Last interval, inclusive.
    pub to: usize,
    /// Cases.
    pub cases: u32,
    /// Cases expected.
    pub expected: f64,
    /// The score: log-likelihood ratio in nats, times the shape's penalty.
    pub llr: f64,
    /// Rank among the replicates, 1 for the highest.
    pub rank: usize,
    /// The p-value that is reported.
    pub p: f64,
    /// The Gumbel p-value.
    pub gumbel: Option<f64>,
    /// Ellipse: axes' ratio and angle in degrees, 0 north-south.
    pub ellipse: Option<(f64, f64)>,
    /// Whether it is all locations by rule, not by search.
    pub temporal: bool,
}

/// What a scan found.
#[derive(Debug, Clone, PartialEq)]
pub struct Findings {
    /// Clusters, best first; those that every replicate beats are left out.
    pub clusters: Vec<Found>,
    /// The replicates.
    pub replicates: Replicates,
}

/// Scores below this are no cluster.
const LEAST: f64 = 0.001;

/// Scans. `progress` is told how many replicates are done; it may be called from any thread.
///
/// # Errors
/// [`ProblemError`]
pub fn analyse(problem: &Problem, settings: &Settings, progress: &(dyn Fn(u32) + Sync)) -> Result<Findings, ProblemError> {
    problem.check()?;
    let found = exact::best_of_groups(problem, &problem.cases, &problem.windows);
    let kept = secondary::keep(found, &problem.zones, problem.locations, settings.secondary);
    let stop = match (settings.p_value, kept.first()) {
        (PValue::Sequential { exceedances }, Some(best)) => Some((best.score, exceedances as usize)),
        _ => None,
    };
    let replicates = if kept.is_empty() {
        Replicates { maxima: Vec::new(), stopped: false }
    } else {
        replicates(problem, settings.replicates, settings.seed, stop, progress)
    };
    Ok(told(problem, settings, kept, replicates))
}

/// Clusters with what their scores are worth; those that every replicate beats are left out.
pub(crate) fn told(problem: &Problem, settings: &Settings, kept: Vec<exact::Best>, replicates: Replicates) -> Findings {
    let fits = problem.rates == Rates::High;
    let replicates = if kept.is_empty() { Replicates { maxima: Vec::new(), stopped: false } } else { replicates };
    let drawn = replicates.maxima.len();
    let clusters = kept
        .into_iter()
        .enumerate()
        .filter_map(|(position, best)| {
            let chain = problem.zones.chains()[best.chain];
            let rank = replicates.rank(best.score);
            if position > 0 && (best.score < LEAST || (drawn > 0 && rank > drawn)) {
                return None;
            }
            Some(Found {
                locations: problem.zones.members(chain.start..chain.start + best.size).iter().map(|one| *one as usize).collect(),
                from: best.from,
                to: best.to,
                cases: best.cases,
                expected: best.expected,
                llr: best.score,
                rank,
                p: replicates.p(best.score, settings.p_value, fits),
                gumbel: if fits { replicates.gumbel(best.score) } else { None },
                ellipse: chain.ellipse,
                temporal: chain.group == secondary::TEMPORAL,
            })
        })
        .collect();
    Findings { clusters, replicates }
}

/// Replicates in a batch: a stop is only looked for between them.
const BATCH: u32 = 256;
/// Replicates that are drawn to learn how high they reach.
const PILOT: u32 = 24;

/// Draws replicates and scores them, in order. With `stop` (score, number) it ends at the replicate at which so many are as high.
pub(crate) fn replicates(
    problem: &Problem,
    count: u32,
    seed: u64,
    stop: Option<(f64, usize)>,
    progress: &(dyn Fn(u32) + Sync),
) -> Replicates {
    let draw = Draw::new(problem);
    let most = most_cases(problem);
    let alive = problem.windows_of_replicates().is_alive();
    if problem.rates != Rates::High {
        let windows = problem.windows_of_replicates();
        let score = |number: u32, _: f64, work: &mut (Bench, Vec<u32>, Sums)| {
            drawn(problem, &draw, seed, number, &mut work.0, &mut work.1);
            Some(exact::maximum(problem, &work.1, windows, &mut work.2))
        };
        let work = || (draw.bench(), vec![0; problem.cases.len()], Sums::new(problem.intervals));
        return run(count, stop, progress, &work, &|_| (), &|number, (), work| score(number, 0.0, work));
    }
    if alive {
        let alive = Alive::new(problem, most);
        if alive.is_small() {
            return living::<i16>(problem, &alive, &draw, (count, seed, stop), most, progress);
        }
        return living::<i32>(problem, &alive, &draw, (count, seed, stop), most, progress);
    }
    let history = History::new(problem, most);
    let work = || (draw.bench(), vec![0; problem.cases.len()], history.ground());
    let score = |number: u32, chords: &Chords, work: &mut (Bench, Vec<u32>, Ground)| {
        drawn(problem, &draw, seed, number, &mut work.0, &mut work.1);
        history.maximum(&work.1, chords, &mut work.2)
    };
    run(count, stop, progress, &work, &|level| history.chords(level), &score)
}

fn living<T: Count>(
    problem: &Problem,
    alive: &Alive<'_>,
    draw: &Draw,
    (count, seed, stop): (u32, u64, Option<(f64, usize)>),
    most: usize,
    progress: &(dyn Fn(u32) + Sync),
) -> Replicates {
    let windows = problem.windows_of_replicates();
    let work = || (draw.bench(), alive.empty::<T>());
    let score = |number: u32, thresholds: &Thresholds<T>, work: &mut (Bench, Rows<T>)| {
        alive.clear(&mut work.1);
        let rows = &mut work.1;
        draw.draw(&mut chance(seed, u64::from(number)), &mut work.0, |location, interval, cases| {
            alive.place(rows, location, interval, cases);
        });
        if work.1.total() > most {
            // Beyond what the tables hold: every window, one by one.
            let mut counts = vec![0; problem.cases.len()];
            drawn(problem, draw, seed, number, &mut work.0, &mut counts);
            return Some(exact::maximum(problem, &counts, windows, &mut Sums::new(problem.intervals)));
        }
        alive.close_rows(&mut work.1);
        alive.maximum(&work.1, thresholds)
    };
    run(count, stop, progress, &work, &|level| alive.thresholds::<T>(level), &score)
}

/// Draws one replicate into a table of counts.
fn drawn(problem: &Problem, draw: &Draw, seed: u64, number: u32, bench: &mut Bench, counts: &mut [u32]) {
    counts.fill(0);
    let intervals = problem.intervals;
    draw.draw(&mut chance(seed, u64::from(number)), bench, |location, interval, cases| {
        counts[location as usize * intervals + interval as usize] += cases;
    });
}

/// The most cases that a replicate can hold: all where the total is given, else far beyond what chance allows.
fn most_cases(problem: &Problem) -> usize {
    match problem.null {
        Null::Poisson | Null::NegativeBinomial { .. } => {
            let dispersion = if let Null::NegativeBinomial { dispersion } = problem.null { dispersion } else { 1.0 };
            let earliest = problem.earliest();
            let mean: f64 = problem.expected.chunks(problem.intervals).map(|row| row[earliest..].iter().sum::<f64>()).sum();
            (mean + 8.0 * (mean * dispersion).sqrt() + 20.0 * dispersion) as usize + 20
        }
        _ => problem.total() as usize,
    }
}

/// Scores replicates against a level that nearly all of them reach; those that do not are scored against lower ones, so that the answer is
/// the largest score of each in any case.
fn run<W: Send, L: Sync + Send>(
    count: u32,
    stop: Option<(f64, usize)>,
    progress: &(dyn Fn(u32) + Sync),
    work: &(dyn Fn() -> W + Sync),
    prepare: &(dyn Fn(f64) -> L + Sync),
    score: &(dyn Fn(u32, &L, &mut W) -> Option<f64> + Sync),
) -> Replicates {
    let done = AtomicU32::new(0);
    let mut maxima: Vec<f64> = Vec::with_capacity(count as usize);
    // Every score above 0 is above this.
    let floor: std::sync::OnceLock<L> = std::sync::OnceLock::new();
    let low = prepare(1.5);
    let full = |number: u32, work: &mut W| {
        score(number, &low, work).or_else(|| score(number, floor.get_or_init(|| prepare(1e-7)), work)).unwrap_or(0.0)
    };
    let mut level: Option<L> = None;
    let mut first = 0;
    while first < count {
        let last = if level.is_none() { PILOT.min(count) } else { (first + BATCH).min(count) };
        let chunk: Vec<f64> = (first..last)
            .into_par_iter()
            .with_min_len(8)
            .map_init(work, |work, number| {
                let best = match &level {
                    Some(level) => score(number, level, work).unwrap_or_else(|| full(number, work)),
                    None => full(number, work),
                };
                progress(done.fetch_add(1, Ordering::Relaxed) + 1);
                best
            })
            .collect();
        for maximum in chunk {
            maxima.push(maximum);
            if let Some((target, number)) = stop
                && maximum >= target - crate::inference::TIE
                && maxima.iter().filter(|one| **one >= target - crate::inference::TIE).count() >= number
                && (maxima.len() as u32) < count
            {
                return Replicates { maxima, stopped: true };
            }
        }
        if level.is_none() {
            let lowest = maxima.iter().copied().fold(f64::INFINITY, f64::min);
            level = Some(prepare((lowest * 0.97).max(1e-7)));
        }
        first = last;
    }
    Replicates { maxima, stopped: false }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::{below, poisson};
    use crate::{Coordinates, Ellipses, Limit, Point, Ratio, Windows, Zones, permutation_expected};

    /// A problem drawn at random: places, counts, model and windows.
    fn problem(seed: u64) -> Problem {
        let mut dice = chance(seed, 77);
        let locations = 4 + below(&mut dice, 12);
        let intervals = 2 + below(&mut dice, 40);
        let points: Vec<Point> =
            (0..locations).map(|_| Point([below(&mut dice, 9) as f64, below(&mut dice, 9) as f64, 0.0])).collect();
        let rate = [0.05, 0.3, 2.0][below(&mut dice, 3)];
        let mut cases: Vec<u32> = (0..locations * intervals).map(|_| poisson(&mut dice, rate) as u32).collect();
        cases[0] += 2;
        let total = cases.iter().map(|one| f64::from(*one)).sum();
        let weights: Vec<f64> = (0..locations * intervals).map(|_| 1.0 + below(&mut dice, 5) as f64).collect();
        let all: f64 = weights.iter().sum();
        let strata: Vec<usize> = (0..intervals).map(|t| t % (1 + below(&mut chance(seed, 1), 7))).collect();
        let of_population: Vec<f64> = weights.iter().map(|one| one * total / all).collect();
        let (expected, ratio, null) = match seed % 6 {
            0 => (
                permutation_expected(&cases, locations, intervals, &strata),
                Ratio::Conditional { total },
                Null::Permutation { strata, layers: Vec::new() },
            ),
            1 => (of_population, Ratio::Conditional { total }, Null::Multinomial),
            2 => (of_population, Ratio::Expectation, Null::Poisson),
            3 => (of_population, Ratio::NegativeBinomial { dispersion: 1.8 }, Null::NegativeBinomial { dispersion: 1.8 }),
            4 => {
                let points: Vec<u32> = cases.iter().map(|cases| cases + 1 + below(&mut dice, 4) as u32).collect();
                let all: f64 = points.iter().map(|one| f64::from(*one)).sum();
                let expected = points.iter().map(|one| f64::from(*one) * total / all).collect();
                (expected, Ratio::Bernoulli { cases: total, points: all }, Null::Hypergeometric { points })
            }
            _ => {
                let mut expected = vec![0.0; cases.len()];
                for t in 0..intervals {
                    let due: f64 = (0..locations).map(|z| weights[z * intervals + t]).sum();
                    let here: f64 = (0..locations).map(|z| f64::from(cases[z * intervals + t])).sum();
                    (0..locations).for_each(|z| expected[z * intervals + t] = weights[z * intervals + t] * here / due);
                }
                (expected, Ratio::Conditional { total }, Null::WithinIntervals)
            }
        };
        let weight: Vec<f64> = expected.chunks(intervals).map(|row| row.iter().sum()).collect();
        let most = weight.iter().sum::<f64>() * 0.6;
        let limit = Limit { weight: Some((weight, most)), ..Limit::default() };
        let mut zones = Zones::discs(&points, Coordinates::Cartesian, &limit);
        if seed.is_multiple_of(5) {
            zones.add_ellipses(&points, &limit, &Ellipses { shapes: vec![(2.0, 3)], penalty: 0.5 });
        }
        let longest = 1 + below(&mut dice, intervals);
        let mut windows = if seed % 4 < 2 { Windows::alive(intervals, longest) } else { Windows::all(intervals, longest) };
        if seed % 7 == 3 {
            windows.shortest = 1 + longest / 2;
        }
        if seed % 8 == 7 {
            windows.ends = intervals / 2..intervals;
        }
        let fewest = 1 + below(&mut dice, 3) as u32;
        Problem {
            locations,
            intervals,
            cases,
            expected,
            ratio,
            null,
            rates: Rates::High,
            zones,
            windows,
            replicate_windows: None,
            purely_spatial: seed % 9 < 3,
            fewest,
            fewest_low: 0,
        }
    }

    /// The bounded scans of replicates give what scoring every window gives.
    #[test]
    fn bounds_change_no_answer() {
        for seed in 0..240 {
            let problem = problem(seed);
            problem.check().unwrap();
            let found = replicates(&problem, 40, seed, None, &|_| ());
            let draw = Draw::new(&problem);
            let mut counts = vec![0; problem.cases.len()];
            let mut sums = Sums::new(problem.intervals);
            for (number, maximum) in found.maxima.iter().enumerate() {
                drawn(&problem, &draw, seed, number as u32, &mut draw.bench(), &mut counts);
                let slow = exact::maximum(&problem, &counts, &problem.windows, &mut sums);
                assert!((slow - maximum).abs() < 1e-9, "seed {seed}, replicate {number}: {slow} against {maximum}");
            }
        }
    }
}
