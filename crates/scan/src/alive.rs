//! Replicates of scans whose windows all end on the last interval.
//!
//! Each start of a window is a lane. A location's row holds, lane by lane, its cases since that start; the row of a zone is the sum of its
//! locations' rows, so a disc that grows by a location adds one row of a cache line. Zones of a chain are taken in blocks: the cases of the
//! block's largest zone and the expectation of its smallest bound every zone between, and a table says, lane by lane, how many cases it
//! would take to reach a level. Only where the block holds as many are its zones scored one by one. The level is one that nearly every
//! replicate reaches; one that does not is scanned again with a lower one. The answer is that of the full scan.

use crate::bound::Reach;
use crate::problem::Problem;

/// Lanes side by side.
pub(crate) const WIDE: usize = 32;

/// Zones that are bounded together.
struct Block {
    /// End of the members.
    end: usize,
    /// First member (by place in the list of members) that completes a zone.
    first: usize,
}

/// What replicates share.
pub(crate) struct Alive<'a> {
    problem: &'a Problem,
    /// First interval of each lane, latest first.
    starts: Vec<usize>,
    /// Lane of each interval: the first that sees it.
    lane_of: Vec<usize>,
    blocks: Vec<Block>,
    /// End of each chain's blocks.
    chain_blocks: Vec<usize>,
    /// Expectation of each block's smallest zone, lane by lane.
    expected: Vec<f64>,
    /// Expectation of each location, lane by lane.
    rows: Vec<f64>,
    most: usize,
}

/// Cases that it takes, for one level.
pub(crate) struct Thresholds<T> {
    level: f64,
    /// By group of lanes, then by block.
    needed: Vec<Vec<[T; WIDE]>>,
}

/// A kind of number to count cases in.
pub(crate) trait Count: Copy + Ord + Send + Sync + 'static {
    const ZERO: Self;
    const ONE: Self;
    const MOST: Self;
    fn plus(self, other: Self) -> Self;
    fn of(value: usize) -> Self;
    fn value(self) -> f64;
}

impl Count for i16 {
    const ZERO: i16 = 0;
    const ONE: i16 = 1;
    const MOST: i16 = i16::MAX;
    #[inline(always)]
    fn plus(self, other: i16) -> i16 {
        self.wrapping_add(other)
    }
    fn of(value: usize) -> i16 {
        i16::try_from(value).unwrap_or(i16::MAX)
    }
    fn value(self) -> f64 {
        f64::from(self)
    }
}

impl Count for i32 {
    const ZERO: i32 = 0;
    const ONE: i32 = 1;
    const MOST: i32 = i32::MAX;
    #[inline(always)]
    fn plus(self, other: i32) -> i32 {
        self.wrapping_add(other)
    }
    fn of(value: usize) -> i32 {
        i32::try_from(value).unwrap_or(i32::MAX)
    }
    fn value(self) -> f64 {
        f64::from(self)
    }
}

/// Rows of one replicate, by group of lanes.
pub(crate) struct Rows<T> {
    groups: Vec<Vec<[T; WIDE]>>,
    total: usize,
}

impl<T> Rows<T> {
    /// Cases placed.
    pub(crate) fn total(&self) -> usize {
        self.total
    }
}

impl<'a> Alive<'a> {
    /// Prepares; `most` is the most cases a replicate can hold.
    pub(crate) fn new(problem: &'a Problem, most: usize) -> Alive<'a> {
        let windows = problem.windows_of_replicates();
        let end = windows.ends.start;
        let mut starts: Vec<usize> = windows.starts_of(end).rev().collect();
        if problem.purely_spatial && starts.last() != Some(&0) {
            starts.push(0);
        }
        let lanes = starts.len();
        let lane_of: Vec<usize> = (0..problem.intervals)
            .map(
                |interval| {
                    if interval > end { lanes } else { starts.iter().position(|start| *start <= interval).unwrap_or(lanes) }
                },
            )
            .collect();
        let mut rows = vec![0.0; problem.locations * lanes];
        for location in 0..problem.locations {
            let expected = &problem.expected[location * problem.intervals..];
            for (lane, start) in starts.iter().enumerate() {
                rows[location * lanes + lane] = expected[*start..=end].iter().sum();
            }
        }
        let mut alive =
            Alive { problem, starts, lane_of, blocks: Vec::new(), chain_blocks: Vec::new(), expected: Vec::new(), rows, most };
        alive.lay_out();
        alive
    }

    fn lanes(&self) -> usize {
        self.starts.len()
    }

    fn lay_out(&mut self) {
        let lanes = self.lanes();
        for chain in self.problem.zones.chains() {
            let mut sum = vec![0.0; lanes];
            let mut open: Option<f64> = None;
            for (position, member) in self.problem.zones.members(chain.start..chain.end).iter().enumerate() {
                let row = &self.rows[*member as usize * lanes..(*member as usize + 1) * lanes];
                for (sum, one) in sum.iter_mut().zip(row) {
                    *sum += one;
                }
                let at = chain.start + position;
                if position + 1 < chain.smallest {
                    continue;
                }
                let here = sum.last().copied().unwrap_or(0.0);
                // The larger the expectation the closer the noise is to it, and the narrower a block must be.
                if let Some(smallest) = open
                    && here > smallest * (1.0 + 1.0 / (smallest + 0.5).sqrt())
                {
                    self.close(at);
                    open = None;
                }
                if open.is_none() {
                    open = Some(here);
                    self.expected.extend_from_slice(&sum);
                    self.blocks.push(Block { end: at, first: at });
                }
            }
            if open.is_some() {
                self.close(chain.end);
            }
            self.chain_blocks.push(self.blocks.len());
        }
    }

    fn close(&mut self, end: usize) {
        if let Some(block) = self.blocks.last_mut() {
            block.end = end;
        }
    }

    /// The table for a level.
    pub(crate) fn thresholds<T: Count>(&self, level: f64) -> Thresholds<T> {
        let lanes = self.lanes();
        let mut reaches: Vec<(f64, Reach)> = Vec::new();
        let mut needed = vec![vec![[T::MOST; WIDE]; self.blocks.len()]; lanes.div_ceil(WIDE)];
        let mut block = 0;
        for (chain, end) in self.problem.zones.chains().iter().zip(&self.chain_blocks) {
            let held = match reaches.iter().position(|(penalty, _)| *penalty == chain.penalty) {
                Some(held) => held,
                None => {
                    let level = level / chain.penalty;
                    reaches.push((chain.penalty, Reach::new(self.problem.ratio, level, self.problem.fewest.max(1), self.most)));
                    reaches.len() - 1
                }
            };
            let reach = &reaches[held].1;
            while block < *end {
                for lane in 0..lanes {
                    if let Some(cases) = reach.fewest(self.expected[block * lanes + lane]) {
                        needed[lane / WIDE][block][lane % WIDE] = T::of(cases);
                    }
                }
                block += 1;
            }
        }
        Thresholds { level, needed }
    }

    /// Empty rows.
    pub(crate) fn empty<T: Count>(&self) -> Rows<T> {
        Rows { groups: vec![vec![[T::ZERO; WIDE]; self.problem.locations]; self.lanes().div_ceil(WIDE)], total: 0 }
    }

    /// Clears rows.
    pub(crate) fn clear<T: Count>(&self, rows: &mut Rows<T>) {
        for group in &mut rows.groups {
            group.fill([T::ZERO; WIDE]);
        }
        rows.total = 0;
    }

    /// Places cases of a location and interval.
    #[inline]
    pub(crate) fn place<T: Count>(&self, rows: &mut Rows<T>, location: u32, interval: u32, cases: u32) {
        let lane = self.lane_of[interval as usize];
        if lane >= self.lanes() {
            return;
        }
        let slot = &mut rows.groups[lane / WIDE][location as usize][lane % WIDE];
        for _ in 0..cases {
            *slot = slot.plus(T::ONE);
        }
        rows.total += cases as usize;
    }

    /// Sums each row over its lanes, once all cases are placed.
    pub(crate) fn close_rows<T: Count>(&self, rows: &mut Rows<T>) {
        let groups = rows.groups.len();
        for group in 0..groups {
            let (before, here) = rows.groups.split_at_mut(group);
            for (location, row) in here[0].iter_mut().enumerate() {
                let mut sum = before.last().map_or(T::ZERO, |before| before[location][WIDE - 1]);
                for one in row.iter_mut() {
                    sum = sum.plus(*one);
                    *one = sum;
                }
            }
        }
    }

    /// Whether 16 bits hold every sum.
    pub(crate) fn is_small(&self) -> bool {
        self.most < 30_000
    }

    /// The largest score of the rows, if it reaches the level.
    pub(crate) fn maximum<T: Count>(&self, rows: &Rows<T>, thresholds: &Thresholds<T>) -> Option<f64> {
        let mut best = thresholds.level;
        let mut found = false;
        for (group, needed) in thresholds.needed.iter().enumerate() {
            self.scan(&rows.groups[group], needed, group, &mut best, &mut found);
        }
        found.then_some(best)
    }

    fn scan<T: Count>(&self, rows: &[[T; WIDE]], needed: &[[T; WIDE]], group: usize, best: &mut f64, found: &mut bool) {
        let members = self.problem.zones.members(0..self.problem.zones.chains().last().map_or(0, |chain| chain.end));
        let mut block = 0;
        for (chain, blocks) in self.problem.zones.chains().iter().zip(&self.chain_blocks) {
            let mut sum = [T::ZERO; WIDE];
            let mut at = chain.start;
            while block < *blocks {
                let before = sum;
                let end = self.blocks[block].end;
                for member in &members[at..end] {
                    let row = &rows[*member as usize];
                    for (sum, one) in sum.iter_mut().zip(row) {
                        *sum = sum.plus(*one);
                    }
                }
                let mut reached = false;
                for (sum, needed) in sum.iter().zip(&needed[block]) {
                    reached |= sum >= needed;
                }
                if reached {
                    self.examine(
                        rows,
                        (&members[at..end], at),
                        &needed[block],
                        before,
                        (block, group),
                        chain.penalty,
                        best,
                        found,
                    );
                }
                at = end;
                block += 1;
            }
        }
    }

    /// Scores the zones of a block one by one.
    #[allow(clippy::too_many_arguments, reason = "the innermost step, called with what its loop holds")]
    #[cold]
    fn examine<T: Count>(
        &self,
        rows: &[[T; WIDE]],
        (members, at): (&[u32], usize),
        needed: &[T; WIDE],
        mut sum: [T; WIDE],
        (block, group): (usize, usize),
        penalty: f64,
        best: &mut f64,
        found: &mut bool,
    ) {
        let lanes = self.lanes();
        let here = group * WIDE..lanes.min((group + 1) * WIDE);
        let mut expected = [0.0; WIDE];
        expected[..here.len()].copy_from_slice(&self.expected[block * lanes + here.start..block * lanes + here.end]);
        let first = self.blocks[block].first;
        for (position, member) in members.iter().enumerate() {
            let row = &rows[*member as usize];
            for (sum, one) in sum.iter_mut().zip(row) {
                *sum = sum.plus(*one);
            }
            if at + position < first {
                continue;
            }
            if at + position > first {
                let row = &self.rows[*member as usize * lanes + here.start..*member as usize * lanes + here.end];
                for (sum, one) in expected.iter_mut().zip(row) {
                    *sum += one;
                }
            }
            for lane in 0..here.len() {
                if sum[lane] < needed[lane] {
                    continue;
                }
                let (c, mu) = (sum[lane].value(), expected[lane]);
                if c <= mu || self.problem.bound(c, mu) * penalty < *best {
                    continue;
                }
                let score = self.problem.score(c, mu, penalty);
                if score >= *best {
                    *best = score;
                    *found = true;
                }
            }
        }
    }
}
