//! Replicates of scans with few windows: those that all end on the last interval, or all of a short study.
//!
//! Each window is a lane. A location's row holds, lane by lane, its cases in that window; the row of a zone is the sum of its locations'
//! rows, so a disc that grows by a location adds one row, in bytes where every count is small. Zones of a chain are taken in blocks: the
//! cases of the block's largest zone and the expectation of its smallest bound every zone between, and a table says, lane by lane, how many
//! cases it would take to reach a level. Only where the block holds as many are its zones scored one by one. The level is one that nearly
//! every replicate reaches; one that does not is scanned again with a lower one. The answer is that of the full scan.

use std::ops::Range;

use crate::Windows;
use crate::bound::Reach;
use crate::problem::Problem;

/// Lanes side by side.
pub(crate) const WIDE: usize = 32;
/// Most windows of a scan whose windows do not end together.
const MOST_LANES: usize = 256;

/// Groups of lanes whose growth is kept apart: today, today and yesterday, and all longer ones.
pub(crate) const GROUPS: usize = 3;

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
    /// First and last interval of each lane; where they are nested, the shortest first.
    lanes: Vec<(usize, usize)>,
    /// Whether all windows end on the last interval: a row is then a running sum.
    nested: bool,
    /// The earliest interval of any lane.
    earliest: usize,
    /// Nested: lane of each interval, the first that sees it.
    lane_of: Vec<usize>,
    blocks: Vec<Block>,
    /// End of each chain's blocks.
    chain_blocks: Vec<usize>,
    /// Expectation of each block's smallest zone, lane by lane.
    expected: Vec<f64>,
    /// Expectation of each location, lane by lane.
    rows: Vec<f64>,
    most: usize,
    /// Zones of up to this many members are a part of their chain by themselves.
    split: usize,
    /// First block of each chain's second part.
    second: Vec<usize>,
    /// End of the members whose zones score, by chain.
    until: Vec<usize>,
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
    /// Whether rows are brought to bytes where they fit.
    const NARROWS: bool;
    fn plus(self, other: Self) -> Self;
    fn minus(self, other: Self) -> Self;
    fn of(value: usize) -> Self;
    fn value(self) -> f64;
    fn byte(self) -> u8;
    fn from_word(word: u16) -> Self;
}

macro_rules! count {
    ($kind:ty, $narrows:expr) => {
        impl Count for $kind {
            const ZERO: $kind = 0;
            const ONE: $kind = 1;
            const MOST: $kind = <$kind>::MAX;
            const NARROWS: bool = $narrows;
            #[inline(always)]
            fn plus(self, other: $kind) -> $kind {
                self.wrapping_add(other)
            }
            #[inline(always)]
            fn minus(self, other: $kind) -> $kind {
                self.wrapping_sub(other)
            }
            fn of(value: usize) -> $kind {
                <$kind>::try_from(value).unwrap_or(<$kind>::MAX)
            }
            #[inline(always)]
            fn value(self) -> f64 {
                f64::from(self)
            }
            #[inline(always)]
            fn byte(self) -> u8 {
                self as u8
            }
            #[inline(always)]
            fn from_word(word: u16) -> $kind {
                word as $kind
            }
        }
    };
}
count!(i16, true);
count!(i32, false);

/// A location's cases, lane by lane.
trait Row<T: Count>: Sized {
    /// Adds the row.
    fn add(&self, sum: &mut [T; WIDE]);
    /// Adds the rows of members; `chunk` of them can be summed in a row.
    fn add_all(rows: &[Self], members: &[u32], chunk: usize, sum: &mut [T; WIDE]);
}

impl<T: Count> Row<T> for [T; WIDE] {
    #[inline(always)]
    fn add(&self, sum: &mut [T; WIDE]) {
        for (sum, one) in sum.iter_mut().zip(self) {
            *sum = sum.plus(*one);
        }
    }

    #[inline(always)]
    fn add_all(rows: &[[T; WIDE]], members: &[u32], _: usize, sum: &mut [T; WIDE]) {
        for member in members {
            rows[*member as usize].add(sum);
        }
    }
}

/// Lanes of one byte, two to a word: the first half of the lanes low, the second high. Words are added as they are, for no byte's sum is
/// above 255.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Bytes([u16; WIDE / 2]);

impl Bytes {
    /// A case more, or fewer, in the lanes from one on; gives the last lane's cases.
    pub(crate) fn change(&mut self, lane: usize, more: bool) -> u16 {
        for at in lane..WIDE {
            let word = &mut self.0[at % (WIDE / 2)];
            let one = if at < WIDE / 2 { 1 } else { 256 };
            *word = if more { word.wrapping_add(one) } else { word.wrapping_sub(one) };
        }
        self.0[WIDE / 2 - 1] >> 8
    }
}

impl<T: Count> Row<T> for Bytes {
    #[inline(always)]
    fn add(&self, sum: &mut [T; WIDE]) {
        let (low, high) = sum.split_at_mut(WIDE / 2);
        for ((low, high), word) in low.iter_mut().zip(high).zip(&self.0) {
            *low = low.plus(T::from_word(word & 0xFF));
            *high = high.plus(T::from_word(word >> 8));
        }
    }

    #[inline(always)]
    fn add_all(rows: &[Bytes], members: &[u32], chunk: usize, sum: &mut [T; WIDE]) {
        for some in members.chunks(chunk) {
            let mut part = Bytes::default();
            // Two at a time: less of the loop to each.
            let mut pairs = some.chunks_exact(2);
            for pair in &mut pairs {
                let (a, b) = (&rows[pair[0] as usize].0, &rows[pair[1] as usize].0);
                for ((part, a), b) in part.0.iter_mut().zip(a).zip(b) {
                    *part = part.wrapping_add(a.wrapping_add(*b));
                }
            }
            for member in pairs.remainder() {
                for (part, one) in part.0.iter_mut().zip(&rows[*member as usize].0) {
                    *part = part.wrapping_add(*one);
                }
            }
            part.add(sum);
        }
    }
}

/// Rows of one replicate, by group of lanes.
pub(crate) struct Rows<T> {
    groups: Vec<Vec<[T; WIDE]>>,
    /// The same in bytes, where `chunk` is not 0.
    bytes: Vec<Vec<Bytes>>,
    /// Rows whose sum fits a byte.
    chunk: usize,
    /// Not nested: cases by location and interval from the earliest.
    cells: Vec<T>,
    total: usize,
}

impl<T> Rows<T> {
    /// Cases placed.
    pub(crate) fn total(&self) -> usize {
        self.total
    }
}

/// What a scan for the largest score has found.
pub(crate) struct Best {
    pub(crate) score: f64,
    pub(crate) found: bool,
}

impl<'a> Alive<'a> {
    /// Whether a scan over these windows is one of few windows.
    pub(crate) fn fits(windows: &Windows) -> bool {
        windows.is_alive() || windows.count() <= MOST_LANES
    }

    /// Prepares; `most` is the most cases a replicate can hold.
    pub(crate) fn new(problem: &'a Problem, most: usize) -> Alive<'a> {
        let until = problem.zones.chains().iter().map(|chain| chain.end).collect();
        Alive::keeping(problem, most, usize::MAX, until)
    }

    /// Prepares for replicates that are kept: chains in two parts, and zones that score up to an end of their own, by chain.
    pub(crate) fn keeping(problem: &'a Problem, most: usize, split: usize, until: Vec<usize>) -> Alive<'a> {
        let windows = problem.windows_of_replicates();
        let whole = (0, problem.intervals - 1);
        let mut lanes: Vec<(usize, usize)> =
            windows.ends.clone().flat_map(|end| windows.starts_of(end).rev().map(move |start| (start, end))).collect();
        if problem.purely_spatial && !lanes.contains(&whole) {
            lanes.push(whole);
        }
        let last = windows.ends.start;
        let nested = lanes.iter().all(|(_, end)| *end == last);
        let earliest = lanes.iter().map(|(start, _)| *start).min().unwrap_or(0);
        let lane_of: Vec<usize> = (0..problem.intervals)
            .map(|interval| {
                if interval > last {
                    lanes.len()
                } else {
                    lanes.iter().position(|(start, _)| *start <= interval).unwrap_or(lanes.len())
                }
            })
            .collect();
        let mut rows = vec![0.0; problem.locations * lanes.len()];
        for location in 0..problem.locations {
            let expected = &problem.expected[location * problem.intervals..(location + 1) * problem.intervals];
            for (lane, (start, end)) in lanes.iter().enumerate() {
                rows[location * lanes.len() + lane] = expected[*start..=*end].iter().sum();
            }
        }
        let mut alive = Alive {
            problem,
            lanes,
            nested,
            earliest,
            lane_of,
            blocks: Vec::new(),
            chain_blocks: Vec::new(),
            expected: Vec::new(),
            rows,
            most,
            split,
            second: Vec::new(),
            until,
        };
        alive.lay_out();
        alive
    }

    fn lanes(&self) -> usize {
        self.lanes.len()
    }

    fn lay_out(&mut self) {
        let lanes = self.lanes();
        let mut sum = vec![0.0; lanes];
        // Room for a block to eight zones, seldom filled.
        self.expected.reserve(lanes * (self.members().len() / 8 + self.problem.zones.chains().len()));
        for chain in self.problem.zones.chains() {
            sum.fill(0.0);
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
                let here = if self.nested { sum.last().copied().unwrap_or(0.0) } else { sum.iter().copied().fold(0.0, f64::max) };
                // The larger the expectation the closer the noise is to it, and the narrower a block must be.
                let widest = |smallest: f64| smallest * (1.0 + 1.0 / (smallest + 0.5).sqrt());
                if open.is_some_and(|smallest| here > widest(smallest) || position == self.split) {
                    self.close(at);
                    open = None;
                }
                if open.is_none() {
                    open = Some(here);
                    if position == self.split {
                        self.second.push(self.blocks.len());
                    }
                    self.expected.extend_from_slice(&sum);
                    self.blocks.push(Block { end: at, first: at });
                }
            }
            if open.is_some() {
                self.close(chain.end);
            }
            self.chain_blocks.push(self.blocks.len());
            if self.second.len() < self.chain_blocks.len() {
                self.second.push(self.blocks.len());
            }
        }
    }

    fn close(&mut self, end: usize) {
        if let Some(block) = self.blocks.last_mut() {
            block.end = end;
        }
    }

    /// The table for a level.
    pub(crate) fn thresholds<T: Count>(&self, level: f64) -> Thresholds<T> {
        self.thresholds_below(level, 1.0)
    }

    /// The table for a level, with a share of every expectation. In second parts the fewest cases of a window do not count: what is known of
    /// the table's growth is known of the ratio alone.
    pub(crate) fn thresholds_below<T: Count>(&self, level: f64, share: f64) -> Thresholds<T> {
        let lanes = self.lanes();
        let top = self.expected.iter().copied().fold(0.0, f64::max);
        let mut reaches: Vec<(f64, Reach)> = Vec::new();
        let mut needed = vec![vec![[T::MOST; WIDE]; self.blocks.len()]; lanes.div_ceil(WIDE)];
        let mut block = 0;
        let mut at = vec![0usize; lanes];
        for ((chain, end), second) in self.problem.zones.chains().iter().zip(&self.chain_blocks).zip(&self.second) {
            let held = match reaches.iter().position(|(penalty, _)| *penalty == chain.penalty) {
                Some(held) => held,
                None => {
                    let level = level / chain.penalty;
                    reaches.push((chain.penalty, Reach::new(self.problem.ratio, level, 1, self.most, top)));
                    reaches.len() - 1
                }
            };
            let reach = &reaches[held].1;
            // A chain's zones grow, and what they expect with them: the table is walked once for each lane.
            at.fill(0);
            while block < *end {
                let expected = &self.expected[block * lanes..(block + 1) * lanes];
                let fewest = if block < *second { self.problem.fewest as usize } else { 1 };
                for ((at, expected), needed) in at.chunks_mut(WIDE).zip(expected.chunks(WIDE)).zip(&mut needed) {
                    let mut row = [T::MOST; WIDE];
                    for ((at, expected), slot) in at.iter_mut().zip(expected).zip(&mut row) {
                        if let Some(cases) = reach.fewest_from(at, *expected * share) {
                            *slot = T::of(cases.max(fewest));
                        }
                    }
                    needed[block] = row;
                }
                block += 1;
            }
        }
        Thresholds { level, needed }
    }

    /// Empty rows.
    pub(crate) fn empty<T: Count>(&self) -> Rows<T> {
        let groups = self.lanes().div_ceil(WIDE);
        let width = if self.nested { 0 } else { self.problem.intervals - self.earliest };
        Rows {
            groups: vec![vec![[T::ZERO; WIDE]; self.problem.locations]; groups],
            bytes: if T::NARROWS { vec![vec![Bytes::default(); self.problem.locations]; groups] } else { Vec::new() },
            chunk: 0,
            cells: vec![T::ZERO; self.problem.locations * width],
            total: 0,
        }
    }

    /// Clears rows.
    pub(crate) fn clear<T: Count>(&self, rows: &mut Rows<T>) {
        if self.nested {
            for group in &mut rows.groups {
                group.fill([T::ZERO; WIDE]);
            }
        }
        rows.cells.fill(T::ZERO);
        rows.total = 0;
    }

    /// Places cases of a location and interval.
    #[inline]
    pub(crate) fn place<T: Count>(&self, rows: &mut Rows<T>, location: u32, interval: u32, cases: u32) {
        let slot = if self.nested {
            let lane = self.lane_of[interval as usize];
            if lane >= self.lanes() {
                return;
            }
            &mut rows.groups[lane / WIDE][location as usize][lane % WIDE]
        } else {
            let width = self.problem.intervals - self.earliest;
            match (interval as usize).checked_sub(self.earliest) {
                Some(at) => &mut rows.cells[location as usize * width + at],
                None => return,
            }
        };
        for _ in 0..cases {
            *slot = slot.plus(T::ONE);
        }
        rows.total += cases as usize;
    }

    /// Makes each row's lanes from its cases, once all are placed.
    pub(crate) fn close_rows<T: Count>(&self, rows: &mut Rows<T>) {
        if self.nested {
            for group in 0..rows.groups.len() {
                let (before, here) = rows.groups.split_at_mut(group);
                for (location, row) in here[0].iter_mut().enumerate() {
                    let mut sum = before.last().map_or(T::ZERO, |before| before[location][WIDE - 1]);
                    for one in row.iter_mut() {
                        sum = sum.plus(*one);
                        *one = sum;
                    }
                }
            }
        } else {
            let width = self.problem.intervals - self.earliest;
            let mut until = vec![T::ZERO; width + 1];
            for (location, cells) in rows.cells.chunks(width).enumerate() {
                for (at, one) in cells.iter().enumerate() {
                    until[at + 1] = until[at].plus(*one);
                }
                for (lanes, group) in self.lanes.chunks(WIDE).zip(&mut rows.groups) {
                    for ((from, to), slot) in lanes.iter().zip(&mut group[location]) {
                        *slot = until[to + 1 - self.earliest].minus(until[from - self.earliest]);
                    }
                }
            }
        }
        if T::NARROWS {
            narrow(rows);
        }
    }

    /// Whether replicates can be kept: one group of lanes that end together.
    pub(crate) fn keeps(&self) -> bool {
        self.nested && self.lanes() <= WIDE && self.is_small()
    }

    /// Whether 16 bits hold every sum.
    pub(crate) fn is_small(&self) -> bool {
        self.most < 30_000
    }

    /// The largest score of the rows, if it reaches the level.
    pub(crate) fn maximum<T: Count>(&self, rows: &Rows<T>, thresholds: &Thresholds<T>) -> Option<f64> {
        let mut best = Best { score: thresholds.level, found: false };
        for (group, needed) in thresholds.needed.iter().enumerate() {
            if rows.chunk > 0 {
                self.scan(&rows.bytes[group], rows.chunk, needed, group, &mut best);
            } else {
                self.scan(&rows.groups[group], 0, needed, group, &mut best);
            }
        }
        best.found.then_some(best.score)
    }

    /// The chains that may hold a window which reaches the level, rising.
    pub(crate) fn reaching<T: Count>(&self, rows: &Rows<T>, thresholds: &Thresholds<T>) -> Vec<usize> {
        let mut chains: Vec<usize> = Vec::new();
        for (rows, needed) in rows.groups.iter().zip(&thresholds.needed) {
            self.blocks_that_reach(rows, 0, needed, &mut |chain, _, _, _| chains.push(chain));
        }
        chains.sort_unstable();
        chains.dedup();
        chains
    }

    fn scan<T: Count, R: Row<T>>(&self, rows: &[R], chunk: usize, needed: &[[T; WIDE]], group: usize, best: &mut Best) {
        self.blocks_that_reach(rows, chunk, needed, &mut |chain, block, members, before| {
            self.examine(rows, members, &needed[block], before, (chain, block, group), best);
        });
    }

    /// Looks at the zones of a chain's first part, its second, or both; gives how many cases more some zone of it would need at the least to
    /// reach the level, of the second part by the lanes that end a group: one, two, and all others.
    pub(crate) fn look(
        &self,
        rows: &[Bytes],
        chunk: usize,
        thresholds: &Thresholds<i16>,
        (chain, parts): (usize, (bool, bool)),
        best: &mut Best,
    ) -> (i16, [i16; GROUPS]) {
        let members = self.members();
        let start = if chain > 0 { self.chain_blocks[chain - 1] } else { 0 };
        let (second, end) = (self.second[chain], self.chain_blocks[chain]);
        let mut sum = [0i16; WIDE];
        let mut at = self.problem.zones.chains()[chain].start;
        let mut least = [[i16::MAX; WIDE]; 2];
        for (part, blocks) in [start..second, second..end].into_iter().enumerate() {
            if !(if part == 0 { parts.0 } else { parts.1 }) {
                if part == 0 && second > start {
                    let until = self.blocks[second - 1].end;
                    Bytes::add_all(rows, &members[at..until], chunk, &mut sum);
                    at = until;
                }
                continue;
            }
            for block in blocks {
                let before = sum;
                let until = self.blocks[block].end;
                let needed = &thresholds.needed[0][block];
                Bytes::add_all(rows, &members[at..until], chunk, &mut sum);
                let mut any = false;
                for ((least, needed), sum) in least[part].iter_mut().zip(needed).zip(&sum) {
                    *least = (*least).min(needed - sum);
                    any |= sum >= needed;
                }
                if any {
                    self.examine(rows, at..until, needed, before, (chain, block, 0), best);
                }
                at = until;
            }
        }
        let of = |lanes: &[i16]| lanes.iter().copied().min().unwrap_or(i16::MAX);
        let large = &least[1];
        (of(&least[0]), [of(&large[..1]), of(&large[1..2]), of(&large[2..])])
    }

    /// The lane from which on a case of an interval counts.
    pub(crate) fn lane_of(&self, interval: u32) -> usize {
        self.lane_of[interval as usize]
    }

    /// Tells each block in which a lane has the cases that it needs: its chain, its number, its members, and the sums before it.
    #[inline(always)]
    fn blocks_that_reach<T: Count, R: Row<T>>(
        &self,
        rows: &[R],
        chunk: usize,
        needed: &[[T; WIDE]],
        reached: &mut impl FnMut(usize, usize, Range<usize>, [T; WIDE]),
    ) {
        let members = self.members();
        let mut block = 0;
        for (index, (chain, blocks)) in self.problem.zones.chains().iter().zip(&self.chain_blocks).enumerate() {
            let mut sum = [T::ZERO; WIDE];
            let mut at = chain.start;
            while block < *blocks {
                let before = sum;
                let end = self.blocks[block].end;
                R::add_all(rows, &members[at..end], chunk, &mut sum);
                let mut any = false;
                for (sum, needed) in sum.iter().zip(&needed[block]) {
                    any |= sum >= needed;
                }
                if any {
                    reached(index, block, at..end, before);
                }
                at = end;
                block += 1;
            }
        }
    }

    fn members(&self) -> &[u32] {
        self.problem.zones.members(0..self.problem.zones.chains().last().map_or(0, |chain| chain.end))
    }

    /// Scores the zones of a block one by one.
    #[cold]
    fn examine<T: Count, R: Row<T>>(
        &self,
        rows: &[R],
        members: Range<usize>,
        needed: &[T; WIDE],
        mut sum: [T; WIDE],
        (chain, block, group): (usize, usize, usize),
        best: &mut Best,
    ) {
        let (penalty, until) = (self.problem.zones.chains()[chain].penalty, self.until[chain]);
        let lanes = self.lanes();
        let here = group * WIDE..lanes.min((group + 1) * WIDE);
        let mut expected = [0.0; WIDE];
        expected[..here.len()].copy_from_slice(&self.expected[block * lanes + here.start..block * lanes + here.end]);
        let first = self.blocks[block].first;
        for (at, member) in members.clone().zip(&self.members()[members]) {
            if at >= until {
                break;
            }
            rows[*member as usize].add(&mut sum);
            if at < first {
                continue;
            }
            if at > first {
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
                if c <= mu || self.problem.bound(c, mu) * penalty < best.score {
                    continue;
                }
                let score = self.problem.score(c, mu, penalty);
                if score >= best.score {
                    best.score = score;
                    best.found = true;
                }
            }
        }
    }
}

/// Brings rows to bytes if some of them can be summed in one.
fn narrow<T: Count>(rows: &mut Rows<T>) {
    let mut most = T::ONE;
    for row in rows.groups.iter().flatten() {
        for one in row {
            most = most.max(*one);
        }
    }
    // With fewer rows to a byte than this there is nothing to gain.
    rows.chunk = if most <= T::of(60) { 255 / usize::from(most.byte()) } else { 0 };
    if rows.chunk > 0 {
        for (bytes, row) in rows.bytes.iter_mut().flatten().zip(rows.groups.iter().flatten()) {
            let (low, high) = row.split_at(WIDE / 2);
            for ((word, low), high) in bytes.0.iter_mut().zip(low).zip(high) {
                *word = u16::from(low.byte()) | u16::from(high.byte()) << 8;
            }
        }
    }
}
