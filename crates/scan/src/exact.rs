//! Every window of every zone, scored one after the other: the observed counts, and the replicates of scans that the bounds do not fit.

use crate::problem::{Problem, Rates};
use crate::{Chain, Windows};

/// The best window of a group of chains.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Best {
    pub(crate) chain: usize,
    pub(crate) size: usize,
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) cases: u32,
    pub(crate) expected: f64,
    pub(crate) score: f64,
}

/// What one thread works in.
pub(crate) struct Sums {
    by_interval: Vec<(u32, f64)>,
    cases: Vec<u32>,
    expected: Vec<f64>,
    used: Vec<usize>,
}

impl Sums {
    pub(crate) fn new(intervals: usize) -> Sums {
        Sums {
            by_interval: vec![(0, 0.0); intervals],
            cases: vec![0; intervals + 1],
            expected: vec![0.0; intervals + 1],
            used: Vec::with_capacity(intervals),
        }
    }
}

/// The best window of each group, in the order of the groups; of all chains, or of those that are worth a look, rising.
pub(crate) fn best_of_groups(
    problem: &Problem,
    counts: &[u32],
    windows: &Windows,
    chains: impl IntoIterator<Item = usize>,
) -> Vec<Best> {
    let mut sums = Sums::new(problem.intervals);
    let mut by_group: std::collections::BTreeMap<u32, Best> = std::collections::BTreeMap::new();
    for index in chains {
        let chain = &problem.zones.chains()[index];
        let floor = by_group.get(&chain.group).map_or(0.0, |best| best.score);
        if let Some(best) = best_of_chain(problem, counts, windows, &mut sums, (index, chain), floor) {
            by_group.insert(chain.group, best);
        }
    }
    by_group.into_values().collect()
}

/// The largest score of all.
pub(crate) fn maximum(problem: &Problem, counts: &[u32], windows: &Windows, sums: &mut Sums) -> f64 {
    let mut floor = 0.0;
    for (index, chain) in problem.zones.chains().iter().enumerate() {
        if let Some(best) = best_of_chain(problem, counts, windows, sums, (index, chain), floor) {
            floor = best.score;
        }
    }
    floor
}

/// The best window of a chain that scores above the floor; of equal ones the first: smaller zone, earlier end, earlier start.
fn best_of_chain(
    problem: &Problem,
    counts: &[u32],
    windows: &Windows,
    sums: &mut Sums,
    (index, chain): (usize, &Chain),
    floor: f64,
) -> Option<Best> {
    let intervals = problem.intervals;
    // Intervals before the earliest window are never looked at.
    let seen = if problem.purely_spatial { 0 } else { windows.earliest() };
    sums.by_interval.fill((0, 0.0));
    let mut best: Option<Best> = None;
    let mut need = floor;
    // A zone that grew without a case only expects more: there is nothing new in it when high rates are looked for.
    let mut news = false;
    for (position, member) in problem.zones.members(chain.start..chain.end).iter().enumerate() {
        let row = *member as usize * intervals;
        let cells = row + seen..row + intervals;
        for ((sum, count), expected) in
            sums.by_interval[seen..].iter_mut().zip(&counts[cells.clone()]).zip(&problem.expected[cells])
        {
            sum.0 += count;
            sum.1 += expected;
            news |= *count > 0;
        }
        if position + 1 < chain.smallest || (problem.rates == Rates::High && !news) {
            continue;
        }
        news = false;
        best_window(problem, (windows, seen), sums, chain.penalty, need, &mut |from, to, cases, expected, score| {
            need = score;
            best = Some(Best { chain: index, size: position + 1, from, to, cases, expected, score });
        });
    }
    best
}

/// Scores the windows of one zone whose counts stand in `by_interval`; tells each that beats all before it and `floor`.
fn best_window(
    problem: &Problem,
    (windows, seen): (&Windows, usize),
    sums: &mut Sums,
    penalty: f64,
    floor: f64,
    better: &mut dyn FnMut(usize, usize, u32, f64, f64),
) {
    let mut need = floor;
    for (interval, (cases, expected)) in sums.by_interval.iter().enumerate().skip(seen) {
        sums.cases[interval + 1] = sums.cases[interval] + cases;
        sums.expected[interval + 1] = sums.expected[interval] + expected;
    }
    let mut look = |from: usize, to: usize, cases: u32, expected: f64| {
        let c = f64::from(cases);
        if problem.rates == Rates::High
            && (cases < problem.fewest || c <= expected || problem.bound(c, expected) * penalty <= need)
        {
            return;
        }
        let score = problem.score(c, expected, penalty);
        if score > need {
            need = score;
            better(from, to, cases, expected, score);
        }
    };
    // With high rates a window gains by leaving out a first or last interval without a case, as long as it may.
    let shrinks = problem.rates == Rates::High && windows.shortest <= 1;
    if shrinks {
        sums.used.clear();
        sums.used.extend((seen..problem.intervals).filter(|t| sums.by_interval[*t].0 > 0));
    }
    for to in windows.ends.clone() {
        let last_end = to == windows.ends.start || sums.by_interval[to].0 > 0;
        if shrinks && !last_end {
            continue;
        }
        let starts = windows.starts_of(to);
        let until = (sums.cases[to + 1], sums.expected[to + 1]);
        let mut at = |from: usize| look(from, to, until.0 - sums.cases[from], until.1 - sums.expected[from]);
        if shrinks {
            let first = sums.used.partition_point(|t| *t < starts.start);
            for from in sums.used[first..].iter().copied().take_while(|t| *t < starts.end) {
                at(from);
            }
            // The latest allowed start may lie before the first case.
            if starts.end == windows.starts.end && !starts.is_empty() && sums.by_interval[starts.end - 1].0 == 0 {
                at(starts.end - 1);
            }
        } else {
            starts.for_each(at);
        }
    }
    if problem.purely_spatial {
        look(0, problem.intervals - 1, sums.cases[problem.intervals], sums.expected[problem.intervals]);
    }
}
