//! Replicates that are kept from one report to the next.
//!
//! One report more moves few cases of a replicate (see [`crate::deal`]), and lets every expectation grow a little. So a replicate keeps, for each
//! chain, how many cases its zones fell short of a level when they were last looked at. What it takes to reach the level can only have grown
//! since (a window's ratio falls with its expectation), so a chain is looked at again only once as many cases have come into it:
//!
//! - small zones, where one case is much, as soon as one has come;
//! - large zones when the cases that came are as many as they fell short of, less what the table has grown by in the meantime. As long as a
//!   window holds no more than the cases outside it are expected to be, the cases that reach a level grow at least as fast as the
//!   expectation (the slope is the logarithmic mean of `c/μ` and `(C−c)/(C−μ)`, which lies above their geometric mean, which lies above 1).
//!
//! What is left out cannot reach the level, and the largest score does: the answer is that of replicates drawn anew, to the bit.

use std::sync::OnceLock;

use rand::RngExt;
use rayon::prelude::*;

use crate::alive::{Alive, Best, Bytes, GROUPS, Thresholds};
use crate::chance::chance;
use crate::deal::{Deal, Table};

/// Zones of up to this many locations are small.
pub(crate) const SPLIT: usize = 48;
/// Share of the largest disc's limit that chains reach beyond it, so that discs may grow.
pub(crate) const BEYOND: f64 = 1.02;
/// Share of an expectation that tables are made with, so that it may shrink as little (by a report of another day).
const SHRUNK: f64 = 0.999;
/// Levels; the last that a replicate's largest score leaves well below it is the one it is held to.
const LEVELS: [f64; 8] = [1e-7, 1.5, 3.0, 4.0, 4.75, 5.5, 6.5, 8.0];
/// How far below.
const WELL: f64 = 0.4;
/// What a chain lacks that has not been looked at.
const NEVER: i16 = -20_000;
/// States that are remembered.
const MOST_STATES: usize = 200;

/// The data as they stood at an answer.
#[derive(Debug, Clone)]
struct State {
    /// Share of all cases in each lane.
    lanes: Vec<f64>,
    /// Cases in the smallest of the large discs, by chain.
    first: Vec<f64>,
    /// Cases that chains reach.
    reach: f64,
}

/// One replicate.
#[derive(Debug, Clone)]
struct Replicate {
    rows: Vec<Bytes>,
    /// Most cases in a row, at least.
    most: u16,
    /// Location of each token.
    dealt: Vec<u32>,
    /// By chain: cases that its small zones lack, and the answer at which that was seen.
    small: Vec<i16>,
    small_at: Vec<u32>,
    /// The same of its large zones, by group of lanes, less those that came since.
    large: [Vec<i16>; GROUPS],
    large_at: Vec<u32>,
    level: usize,
}

/// Replicates that are kept.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    /// Rank of a location in each chain: by location, then chain.
    ranks: Vec<u16>,
    tokens: Vec<(u32, u32)>,
    replicates: Vec<Replicate>,
    states: Vec<State>,
    /// States that are forgotten.
    before: u32,
}

/// What an answer is made from.
pub(crate) struct Now<'a> {
    /// Lanes over chains that reach beyond the largest disc.
    pub(crate) alive: &'a Alive<'a>,
    /// Chains' members, all of them, nearest first.
    pub(crate) order: &'a [Vec<u32>],
    /// Members that each chain reaches.
    pub(crate) reached: &'a [u16],
    /// Cases that chains may hold.
    pub(crate) reach: f64,
    /// Cases that discs may hold.
    pub(crate) limit: f64,
    /// Cases by location.
    pub(crate) by_location: &'a [f64],
    /// Share of all cases in each lane.
    pub(crate) lanes: Vec<f64>,
    /// The draw.
    pub(crate) deal: &'a Deal,
    pub(crate) seed: u64,
}

impl Kept {
    /// None drawn yet.
    pub(crate) fn new(order: &[Vec<u32>]) -> Kept {
        let n = order.len();
        let mut ranks = vec![u16::MAX; n * n];
        for (chain, order) in order.iter().enumerate() {
            for (rank, location) in order.iter().enumerate() {
                ranks[*location as usize * n + chain] = u16::try_from(rank).unwrap_or(u16::MAX);
            }
        }
        Kept { ranks, tokens: Vec::new(), replicates: Vec::new(), states: Vec::new(), before: 0 }
    }

    /// The largest score of each replicate; none where they cannot be kept.
    pub(crate) fn maxima(&mut self, now: &Now<'_>, count: u32) -> Option<Vec<f64>> {
        let tokens = now.deal.tokens()?;
        let chains = now.order.len();
        // Tokens as they were: where each of today's stood.
        let mut held = self.tokens.iter().peekable();
        let mut from: Vec<Option<u32>> = Vec::with_capacity(tokens.len());
        let mut at = 0;
        for token in tokens {
            from.push(held.next_if_eq(&token).map(|_| {
                at += 1;
                at - 1
            }));
        }
        if held.next().is_some() || self.replicates.len() != count as usize {
            from.fill(None);
            self.replicates = vec![Replicate::empty(chains); count as usize];
        }
        self.tokens = tokens.to_vec();
        if self.states.len() >= MOST_STATES {
            let half = MOST_STATES / 2;
            self.states.drain(..half);
            self.before += half as u32;
        }
        let first = |order: &Vec<u32>| order.iter().take(SPLIT + 1).map(|one| now.by_location[*one as usize]).sum();
        self.states.push(State { lanes: now.lanes.clone(), first: now.order.iter().map(first).collect(), reach: now.reach });
        // How far each group of a state's lanes has grown at the least.
        let grown: Vec<[f64; GROUPS]> = self.states.iter().map(|state| state.grown(&now.lanes)).collect();
        // What was seen before this answer says nothing now.
        let says = |state: &State| {
            let shrunk = state.lanes.iter().zip(&now.lanes).any(|(then, now)| *now < then * SHRUNK);
            !shrunk && now.limit <= state.reach
        };
        let oldest = self.states.iter().rposition(|state| !says(state)).map_or(0, |last| last + 1);
        let tables: [OnceLock<Thresholds<i16>>; LEVELS.len()] = std::array::from_fn(|_| OnceLock::new());
        let today = Today {
            now,
            tokens,
            from: &from,
            ranks: &self.ranks,
            states: &self.states,
            grown: &grown,
            before: self.before,
            oldest: self.before + oldest as u32,
            tables: &tables,
        };
        self.replicates
            .par_iter_mut()
            .with_min_len(8)
            .enumerate()
            .map_init(Table::default, |table, (number, replicate)| replicate.answer(number as u64, &today, table))
            .collect()
    }
}

impl State {
    fn grown(&self, lanes: &[f64]) -> [f64; GROUPS] {
        let of = |from: usize, to: usize| {
            let pairs = self.lanes.iter().zip(lanes).take(to).skip(from);
            pairs.map(|(then, now)| now - then).fold(f64::INFINITY, f64::min).clamp(0.0, 1.0)
        };
        [of(0, 1), of(1, 2), of(2, lanes.len())]
    }
}

struct Today<'a> {
    now: &'a Now<'a>,
    tokens: &'a [(u32, u32)],
    from: &'a [Option<u32>],
    ranks: &'a [u16],
    states: &'a [State],
    grown: &'a [[f64; GROUPS]],
    before: u32,
    oldest: u32,
    tables: &'a [OnceLock<Thresholds<i16>>; LEVELS.len()],
}

impl Today<'_> {
    fn number(&self) -> u32 {
        self.before + self.states.len() as u32 - 1
    }
}

impl Replicate {
    fn empty(chains: usize) -> Replicate {
        Replicate {
            rows: vec![Bytes::default(); chains],
            most: 1,
            dealt: Vec::new(),
            small: vec![NEVER; chains],
            small_at: vec![0; chains],
            large: std::array::from_fn(|_| vec![NEVER; chains]),
            large_at: vec![0; chains],
            level: 4,
        }
    }

    /// Whether a chain's large zones may reach the level now.
    fn may_reach(&self, chain: usize, today: &Today<'_>) -> bool {
        let at = self.large_at[chain];
        if at < today.oldest {
            return true;
        }
        if self.large.iter().all(|lacks| lacks[chain] >= 1) {
            return false;
        }
        // Cases that they need more than they did; a little more than a case, for rounding.
        let at = (at - today.before) as usize;
        let first = today.states[at].first[chain];
        self.large.iter().zip(today.grown[at]).any(|(lacks, grown)| f64::from(lacks[chain]) + grown * first < 1.000_001)
    }

    /// The largest score; none where a row is too full to be kept.
    fn answer(&mut self, number: u64, today: &Today<'_>, table: &mut Table) -> Option<f64> {
        self.deal(number, today, table)?;
        loop {
            let level = LEVELS[self.level];
            let thresholds = today.tables[self.level].get_or_init(|| today.now.alive.thresholds_below(level, SHRUNK));
            let mut best = Best { score: level, found: false };
            let chunk = usize::from(255 / self.most);
            for chain in 0..self.small.len() {
                let small = self.small[chain] < 1 || self.small_at[chain] < today.oldest;
                let large = self.may_reach(chain, today);
                if !small && !large {
                    continue;
                }
                let lacks = today.now.alive.look(&self.rows, chunk, thresholds, (chain, (small, large)), &mut best);
                if small {
                    self.small[chain] = lacks.0;
                    self.small_at[chain] = today.number();
                }
                if large {
                    self.large.iter_mut().zip(lacks.1).for_each(|(held, lacks)| held[chain] = lacks);
                    self.large_at[chain] = today.number();
                }
            }
            if best.found {
                // What fell short of a level falls short of a higher one.
                let well = LEVELS.iter().rposition(|level| *level <= best.score - WELL);
                self.level = self.level.max(well.unwrap_or(0));
                return Some(best.score);
            }
            if self.level == 0 {
                return Some(0.0);
            }
            self.level -= 1;
            self.small.fill(NEVER);
            self.large.iter_mut().for_each(|lacks| lacks.fill(NEVER));
        }
    }

    /// Deals anew, and brings rows and what chains lack up to date.
    fn deal(&mut self, number: u64, today: &Today<'_>, table: &mut Table) -> Option<()> {
        let base = chance(today.now.seed, number).random();
        let chains = self.small.len();
        let mut dealt = Vec::with_capacity(today.tokens.len());
        today.now.deal.look(base, table, |location, _| dealt.push(location));
        for ((location, (interval, _)), from) in dealt.iter().zip(today.tokens).zip(today.from) {
            let before = from.map(|at| self.dealt[at as usize]);
            if before == Some(*location) {
                continue;
            }
            let lane = today.now.alive.lane_of(*interval);
            if let Some(before) = before {
                self.rows[before as usize].change(lane, false);
            }
            let most = self.rows[*location as usize].change(lane, true);
            if most > 250 {
                return None;
            }
            self.most = self.most.max(most);
            let ranks = &today.ranks[*location as usize * chains..(*location as usize + 1) * chains];
            for (small, rank) in self.small.iter_mut().zip(ranks) {
                *small = if usize::from(*rank) < SPLIT { 0 } else { *small };
            }
            for lacks in &mut self.large[lane.min(GROUPS - 1)..] {
                for ((lacks, rank), reached) in lacks.iter_mut().zip(ranks).zip(today.now.reached) {
                    *lacks = lacks.saturating_sub(i16::from(rank < reached));
                }
            }
        }
        self.dealt = dealt;
        Some(())
    }
}
