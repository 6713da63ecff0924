//! Replicates of scans over windows with many ends.
//!
//! A zone has thousands of windows, nearly all of them far from the largest score. The cases that it takes to reach a level are a concave
//! curve of the expectation, so wherever the level is reached one of a few chords under that curve is reached as well; and whether any
//! window reaches a chord is a largest-sum question, answered in one pass over the intervals (Kadane; Bentley 1984, Communications of the
//! ACM 27:865). Only zones that pass are looked at window by window. Zones are first bounded in blocks, as in [`crate::alive`].

use crate::bound::{Lines, Reach};
use crate::problem::Problem;
use crate::{Chain, Windows};

/// What replicates share.
pub(crate) struct History<'a> {
    problem: &'a Problem,
    windows: &'a Windows,
    most: usize,
    largest: f64,
}

/// Lines by penalty, for one level.
pub(crate) struct Chords {
    level: f64,
    by_penalty: Vec<(f64, Lines)>,
}

/// What one thread works in.
pub(crate) struct Ground {
    cases: Vec<f64>,
    expected: Vec<f64>,
    smallest: Vec<f64>,
    until_cases: Vec<f64>,
    until_expected: Vec<f64>,
    used: Vec<usize>,
}

impl<'a> History<'a> {
    /// Prepares; `most` is the most cases a replicate can hold.
    pub(crate) fn new(problem: &'a Problem, most: usize) -> History<'a> {
        let largest = problem.expected.iter().sum();
        History { problem, windows: problem.windows_of_replicates(), most, largest }
    }

    pub(crate) fn ground(&self) -> Ground {
        let n = self.problem.intervals;
        Ground {
            cases: vec![0.0; n],
            expected: vec![0.0; n],
            smallest: vec![0.0; n],
            until_cases: vec![0.0; n + 1],
            until_expected: vec![0.0; n + 1],
            used: Vec::with_capacity(n),
        }
    }

    /// The lines for a level.
    pub(crate) fn chords(&self, level: f64) -> Chords {
        let mut by_penalty: Vec<(f64, Lines)> = Vec::new();
        for chain in self.problem.zones.chains() {
            if !by_penalty.iter().any(|(penalty, _)| *penalty == chain.penalty) {
                let level = level / chain.penalty;
                let few = self.problem.fewest.max(1);
                let reach = Reach::new(self.problem.ratio, level, few, self.most.min(few as usize + 1), f64::INFINITY);
                by_penalty.push((chain.penalty, Lines::new(self.problem.ratio, level, &reach, self.largest)));
            }
        }
        Chords { level, by_penalty }
    }

    /// The largest score of the counts (by location, then interval), if it reaches the level.
    pub(crate) fn maximum(&self, counts: &[u32], chords: &Chords, ground: &mut Ground) -> Option<f64> {
        let mut best = chords.level;
        let mut found = false;
        for chain in self.problem.zones.chains() {
            let lines = chords.by_penalty.iter().find(|(penalty, _)| *penalty == chain.penalty).map(|(_, lines)| lines);
            if let Some(lines) = lines {
                self.chain(counts, chain, lines, ground, &mut best, &mut found);
            }
        }
        found.then_some(best)
    }

    fn add(&self, counts: &[u32], member: u32, ground: &mut Ground) -> bool {
        let n = self.problem.intervals;
        let row = member as usize * n;
        let mut any = 0;
        for (sum, count) in ground.cases.iter_mut().zip(&counts[row..row + n]) {
            *sum += f64::from(*count);
            any |= count;
        }
        for (sum, one) in ground.expected.iter_mut().zip(&self.problem.expected[row..row + n]) {
            *sum += one;
        }
        any > 0
    }

    fn chain(&self, counts: &[u32], chain: &Chain, lines: &Lines, ground: &mut Ground, best: &mut f64, found: &mut bool) {
        let members = self.problem.zones.members(chain.start..chain.end);
        ground.cases.fill(0.0);
        ground.expected.fill(0.0);
        let mut total = 0.0;
        let mut at = 0;
        while at < members.len() {
            // Up to the block's smallest zone.
            let first = at.max(chain.smallest - 1);
            for member in &members[at..=first] {
                self.add(counts, *member, ground);
            }
            ground.smallest.copy_from_slice(&ground.expected);
            let smallest: f64 = ground.smallest.iter().sum();
            let widest = smallest * (1.0 + 1.0 / (smallest + 0.5).sqrt());
            let mut end = first + 1;
            total = f64::max(total, smallest);
            while end < members.len() {
                let row = members[end] as usize * self.problem.intervals;
                let more: f64 = self.problem.expected[row..row + self.problem.intervals].iter().sum();
                if total + more > widest {
                    break;
                }
                total += more;
                self.add(counts, members[end], ground);
                end += 1;
            }
            let reached = self.may_reach(&ground.cases, &ground.smallest, lines);
            if reached && end == first + 1 {
                // A block of one zone: it stands in the ground as it is.
                self.windows_of_zone(chain.penalty, ground, best, found);
            } else if reached {
                // Back to the block's beginning, then zone by zone.
                ground.cases.fill(0.0);
                ground.expected.fill(0.0);
                for member in &members[..first] {
                    self.add(counts, *member, ground);
                }
                let mut news = true;
                for member in &members[first..end] {
                    news |= self.add(counts, *member, ground);
                    if news && self.may_reach(&ground.cases, &ground.expected, lines) {
                        self.windows_of_zone(chain.penalty, ground, best, found);
                    }
                    news = false;
                }
            }
            at = end;
        }
    }

    /// Whether some window with these cases and at least these expectations may reach the level.
    fn may_reach(&self, cases: &[f64], expected: &[f64], lines: &Lines) -> bool {
        let mut run = [0.0f64; 4];
        let mut top = [f64::NEG_INFINITY; 4];
        let mut small = 0.0;
        for (c, mu) in cases.iter().zip(expected) {
            small += if *mu < lines.from { *c } else { 0.0 };
            for line in 0..4 {
                let gain = c - lines.slope[line] * mu;
                run[line] = run[line].max(0.0) + gain;
                top[line] = top[line].max(run[line]);
            }
        }
        // Where little is expected the lines say nothing; it still takes cases.
        small >= f64::from(self.problem.fewest.max(1)) || (0..4).any(|line| top[line] >= lines.intercept[line])
    }

    /// Scores the windows of the zone that stands in the ground.
    fn windows_of_zone(&self, penalty: f64, ground: &mut Ground, best: &mut f64, found: &mut bool) {
        let problem = self.problem;
        for (t, (c, mu)) in ground.cases.iter().zip(&ground.expected).enumerate() {
            ground.until_cases[t + 1] = ground.until_cases[t] + c;
            ground.until_expected[t + 1] = ground.until_expected[t] + mu;
        }
        let fewest = f64::from(problem.fewest.max(1));
        let mut look = |c: f64, mu: f64| {
            if c >= fewest && c > mu && problem.bound(c, mu) * penalty >= *best {
                let score = problem.score(c, mu, penalty);
                if score >= *best {
                    *best = score;
                    *found = true;
                }
            }
        };
        let windows = self.windows;
        let shrinks = windows.shortest <= 1;
        ground.used.clear();
        ground.used.extend((0..problem.intervals).filter(|t| ground.cases[*t] > 0.0));
        for to in windows.ends.clone() {
            if shrinks && to != windows.ends.start && ground.cases[to] <= 0.0 {
                continue;
            }
            let starts = windows.starts_of(to);
            let until = (ground.until_cases[to + 1], ground.until_expected[to + 1]);
            let mut at = |from: usize| look(until.0 - ground.until_cases[from], until.1 - ground.until_expected[from]);
            if shrinks {
                let first = ground.used.partition_point(|t| *t < starts.start);
                for from in ground.used[first..].iter().copied().take_while(|t| *t < starts.end) {
                    at(from);
                }
                if starts.end == windows.starts.end && !starts.is_empty() {
                    at(starts.end - 1);
                }
            } else {
                starts.for_each(at);
            }
        }
        if problem.purely_spatial {
            look(ground.until_cases[problem.intervals], ground.until_expected[problem.intervals]);
        }
    }
}
