//! Replicates: drawn under the null, and the largest score of each.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use rayon::prelude::*;

use crate::alive::{Alive, Count, Rows, Thresholds};
use crate::chance::chance;
use crate::draw::{Bench, Draw};
use crate::exact::{self, Sums};
use crate::history::{Chords, Ground, History};
use crate::inference::{Replicates, TIE};
use crate::problem::{Null, Problem, Rates};

/// Replicates in a batch: a stop is only looked for between them.
const BATCH: u32 = 256;
/// Replicates that are drawn to learn how high they reach: a few, then more.
const PILOTS: [u32; 2] = [2, 24];
/// Levels that replicates are held against before anything is known, and where they do not reach the one that was learnt. Every score above
/// 0 is above the last.
const LEVELS: [f64; 3] = [3.0, 1.5, 1e-7];
/// Share of the lowest score so far that nearly all replicates reach.
pub(crate) const NEARLY: f64 = 0.97;

/// Draws replicates and scores them, in order. With `stop` (score, number) it ends at the replicate at which so many are as high. `reached`
/// is a level that nearly all of them are thought to reach, if one is known; `alive` the problem's lanes, where they fit.
pub(crate) fn replicates(
    problem: &Problem,
    alive: Option<&Alive<'_>>,
    count: u32,
    seed: u64,
    stop: Option<(f64, usize)>,
    reached: &Option<f64>,
    progress: &(dyn Fn(u32) + Sync),
) -> Replicates {
    if count == 0 {
        return Replicates::none();
    }
    let draw = Draw::new(problem);
    let most = most_cases(problem);
    let windows = problem.windows_of_replicates();
    let wanted = Wanted { count, seed, stop, reached: *reached };
    if problem.rates != Rates::High {
        let work = || (draw.bench(), vec![0; problem.cases.len()], Sums::new(problem.intervals));
        let score = |number: u32, (): &(), work: &mut (Bench, Vec<u32>, Sums)| {
            drawn(problem, &draw, seed, number, &mut work.0, &mut work.1);
            Some(exact::maximum(problem, &work.1, windows, &mut work.2))
        };
        return run(&wanted, progress, &work, &|_| (), &score);
    }
    if let Some(alive) = alive {
        if alive.is_small() {
            return living::<i16>(problem, alive, &draw, &wanted, most, progress);
        }
        return living::<i32>(problem, alive, &draw, &wanted, most, progress);
    }
    let history = History::new(problem, most);
    let work = || (draw.bench(), vec![0; problem.cases.len()], history.ground());
    let score = |number: u32, chords: &Chords, work: &mut (Bench, Vec<u32>, Ground)| {
        drawn(problem, &draw, seed, number, &mut work.0, &mut work.1);
        history.maximum(&work.1, chords, &mut work.2)
    };
    run(&wanted, progress, &work, &|level| history.chords(level), &score)
}

/// What is asked of a run.
struct Wanted {
    count: u32,
    seed: u64,
    stop: Option<(f64, usize)>,
    reached: Option<f64>,
}

fn living<T: Count>(
    problem: &Problem,
    alive: &Alive<'_>,
    draw: &Draw,
    wanted: &Wanted,
    most: usize,
    progress: &(dyn Fn(u32) + Sync),
) -> Replicates {
    let windows = problem.windows_of_replicates();
    let work = || (draw.bench(), alive.empty::<T>());
    let score = |number: u32, thresholds: &Thresholds<T>, work: &mut (Bench, Rows<T>)| {
        alive.clear(&mut work.1);
        let rows = &mut work.1;
        draw.draw(&mut chance(wanted.seed, u64::from(number)), &mut work.0, |location, interval, cases| {
            alive.place(rows, location, interval, cases);
        });
        if work.1.total() > most {
            // Beyond what the tables hold: every window, one by one.
            let mut counts = vec![0; problem.cases.len()];
            drawn(problem, draw, wanted.seed, number, &mut work.0, &mut counts);
            return Some(exact::maximum(problem, &counts, windows, &mut Sums::new(problem.intervals)));
        }
        alive.close_rows(&mut work.1);
        alive.maximum(&work.1, thresholds)
    };
    run(wanted, progress, &work, &|level| alive.thresholds::<T>(level), &score)
}

/// The lanes of a problem, where they fit.
pub(crate) fn lanes(problem: &Problem) -> Option<Alive<'_>> {
    let fits = problem.rates == Rates::High && Alive::fits(problem.windows_of_replicates());
    // The counts themselves may be beyond what chance allows.
    fits.then(|| Alive::new(problem, most_cases(problem).max(problem.total() as usize)))
}

/// The best window of each group whose best reaches a level; none where no group does.
pub(crate) fn best_above(problem: &Problem, alive: &Alive<'_>, level: f64) -> Option<Vec<exact::Best>> {
    if problem.replicate_windows.is_some() || !level.is_finite() || level <= LEVELS[2] {
        return None;
    }
    // A little lower, for sums are added up in another order here.
    let low = level * (1.0 - 1e-6);
    let chains = if alive.is_small() { reaching::<i16>(problem, alive, low) } else { reaching::<i32>(problem, alive, low) };
    let mut found = exact::best_of_groups(problem, &problem.cases, &problem.windows, chains);
    found.retain(|best| best.score >= level);
    (!found.is_empty()).then_some(found)
}

/// The chains that may hold a window which reaches a level.
fn reaching<T: Count>(problem: &Problem, alive: &Alive<'_>, level: f64) -> Vec<usize> {
    let mut rows = alive.empty::<T>();
    for (location, row) in problem.cases.chunks(problem.intervals).enumerate() {
        for (interval, cases) in row.iter().enumerate().filter(|(_, cases)| **cases > 0) {
            alive.place(&mut rows, location as u32, interval as u32, *cases);
        }
    }
    alive.close_rows(&mut rows);
    alive.reaching(&rows, &alive.thresholds::<T>(level))
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
pub(crate) fn most_cases(problem: &Problem) -> usize {
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
    wanted: &Wanted,
    progress: &(dyn Fn(u32) + Sync),
    work: &(dyn Fn() -> W + Sync),
    prepare: &(dyn Fn(f64) -> L + Sync),
    score: &(dyn Fn(u32, &L, &mut W) -> Option<f64> + Sync),
) -> Replicates {
    let done = AtomicU32::new(0);
    let mut maxima: Vec<f64> = Vec::with_capacity(wanted.count as usize);
    let lower: [OnceLock<L>; LEVELS.len()] = std::array::from_fn(|_| OnceLock::new());
    let full = |number: u32, work: &mut W| {
        let mut levels = lower.iter().zip(LEVELS);
        levels.find_map(|(held, level)| score(number, held.get_or_init(|| prepare(level)), work)).unwrap_or(0.0)
    };
    let mut level = wanted.reached.map(|level| prepare(level.max(LEVELS[2])));
    let mut pilots = if wanted.reached.is_none() { PILOTS.iter() } else { [].iter() };
    while (maxima.len() as u32) < wanted.count {
        let first = maxima.len() as u32;
        let pilot = pilots.next();
        let last = pilot.copied().unwrap_or(first + BATCH).min(wanted.count);
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
            if let Some((target, number)) = wanted.stop
                && maximum >= target - TIE
                && maxima.iter().filter(|one| **one >= target - TIE).count() >= number
                && (maxima.len() as u32) < wanted.count
            {
                return Replicates { maxima, stopped: true };
            }
        }
        if pilot.is_some() {
            let lowest = maxima.iter().copied().fold(f64::INFINITY, f64::min);
            let share = if pilots.len() > 0 { 0.75 } else { NEARLY };
            level = Some(prepare((lowest * share).max(LEVELS[2])));
        }
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
            let found = replicates(&problem, lanes(&problem).as_ref(), 40, seed, None, &None, &|_| ());
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
