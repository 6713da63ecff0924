//! Clusters from scored pairs: strongest first, each join weighed against the profile, so that no chain of single links makes a giant.

use std::collections::BTreeMap;

use crate::fields::{Fields, Memory};
use crate::model::Weights;
use crate::profile;

/// A scored pair.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Edge {
    pub(crate) a: u32,
    pub(crate) b: u32,
    pub(crate) bits: f32,
}

/// Edges below this many bits are not kept: less likely than not.
pub(crate) const LEAST_EDGE: f64 = 0.0;
/// With a single link above the threshold, the profile may be this much below it.
const LENIENCE: f64 = 4.0;
/// Passes over the edges, as a grown profile may take what it refused.
pub(crate) const PASSES: usize = 2;
/// How many members of the smaller side are weighed against the larger.
const MOST_JOINING: usize = 4;
/// Profile bits, prior left out, at which a join is given up.
const HOPELESS: f64 = -4.0;

/// Clusters in the making, each with a sample of its members.
#[derive(Debug)]
pub(crate) struct Forest {
    root: Vec<u32>,
    size: Vec<u32>,
    /// By root: its place in `samples`; none for a row alone.
    sample_of: Vec<u32>,
    samples: Vec<[u32; profile::MOST_MEMBERS]>,
    /// By root: rows that must stay apart from it.
    apart: BTreeMap<u32, Vec<u32>>,
}

/// A row alone needs no sample.
const NO_SAMPLE: u32 = u32::MAX;

impl Forest {
    pub(crate) fn new(rows: usize) -> Forest {
        Forest {
            root: (0..rows as u32).collect(),
            size: vec![1; rows],
            sample_of: vec![NO_SAMPLE; rows],
            samples: Vec::new(),
            apart: BTreeMap::new(),
        }
    }

    pub(crate) fn find(&self, mut row: u32) -> u32 {
        while self.root[row as usize] != row {
            row = self.root[row as usize];
        }
        row
    }

    fn find_and_shorten(&mut self, row: u32) -> u32 {
        let root = self.find(row);
        let mut at = row;
        while self.root[at as usize] != root {
            let up = self.root[at as usize];
            self.root[at as usize] = root;
            at = up;
        }
        root
    }

    pub(crate) fn keep_apart(&mut self, a: u32, b: u32) {
        let (x, y) = (self.find(a), self.find(b));
        self.apart.entry(x).or_default().push(b);
        self.apart.entry(y).or_default().push(a);
    }

    fn must_stay_apart(&self, a: u32, b: u32) -> bool {
        if self.apart.is_empty() {
            return false;
        }
        self.apart.get(&a).is_some_and(|rows| rows.iter().any(|row| self.find(*row) == b))
    }

    pub(crate) fn join(&mut self, a: u32, b: u32) {
        let (x, y) = (self.find(a), self.find(b));
        if x == y {
            return;
        }
        let (into, from) =
            if self.size[x as usize] > self.size[y as usize] || (self.size[x as usize] == self.size[y as usize] && x < y) {
                (x, y)
            } else {
                (y, x)
            };
        self.join_samples(into, from);
        self.root[from as usize] = into;
        self.size[into as usize] += self.size[from as usize];
        if let Some(rows) = self.apart.remove(&from) {
            self.apart.entry(into).or_default().extend(rows);
        }
    }

    pub(crate) fn size(&self, root: u32) -> usize {
        self.size[root as usize] as usize
    }

    fn sample(&self, root: u32) -> &[u32] {
        match self.sample_of[root as usize] {
            NO_SAMPLE => std::slice::from_ref(&self.root[root as usize]),
            place => &self.samples[place as usize][..self.size(root).min(profile::MOST_MEMBERS)],
        }
    }

    /// The sample of two clusters as one: each has its share, which members is told by a hash, so that it is the same each time.
    fn join_samples(&mut self, into: u32, from: u32) {
        const MOST: usize = profile::MOST_MEMBERS;
        let (large, small) = (self.size(into), self.size(from));
        let dice = crate::table::mix(u64::from(into) << 32 | (large + small) as u64);
        let share = (MOST * small) as f64 / (large + small) as f64 + (dice >> 40) as f64 / (1u64 << 24) as f64;
        let (many, few) = if large + small <= MOST {
            (large, small)
        } else {
            let few = (share as usize).clamp(MOST - large.min(MOST), small.min(MOST));
            (MOST - few, few)
        };
        let mut joined = [0u32; MOST];
        let mut filled = 0;
        for (root, wanted) in [(into, many), (from, few)] {
            let held = self.sample(root);
            let first = dice as usize % held.len();
            for place in 0..wanted {
                joined[filled] = held[(place * held.len() + first) / wanted];
                filled += 1;
            }
        }
        match self.sample_of[into as usize] {
            NO_SAMPLE => match self.sample_of[from as usize] {
                NO_SAMPLE => {
                    self.sample_of[into as usize] = self.samples.len() as u32;
                    self.samples.push(joined);
                }
                place => {
                    self.sample_of[into as usize] = place;
                    self.samples[place as usize] = joined;
                }
            },
            place => self.samples[place as usize] = joined,
        }
    }

    /// A sample of a root's members, at most `most`.
    pub(crate) fn members(&self, root: u32, most: usize, out: &mut Vec<u32>) {
        out.clear();
        let held = self.sample(root);
        out.extend(held.iter().step_by(held.len().div_ceil(most).max(1)));
    }

    /// A cluster number for each row: the root's.
    pub(crate) fn roots(&self) -> Vec<u32> {
        (0..self.root.len() as u32).map(|row| self.find(row)).collect()
    }
}

/// Sorts edges, strongest first, ties by their order: a counting sort on sixteenths of a bit.
pub(crate) fn strongest_first(edges: &mut Vec<Edge>) {
    let slot = |bits: f32| (4095 - ((bits + 64.0) * 16.0).clamp(0.0, 4095.0) as usize).min(4095);
    let mut counts = vec![0usize; 4097];
    for edge in edges.iter() {
        counts[slot(edge.bits) + 1] += 1;
    }
    for place in 1..counts.len() {
        counts[place] += counts[place - 1];
    }
    let mut sorted = vec![Edge { a: 0, b: 0, bits: 0.0 }; edges.len()];
    for edge in edges.iter() {
        let at = &mut counts[slot(edge.bits)];
        sorted[*at] = *edge;
        *at += 1;
    }
    *edges = sorted;
}

/// What weighing a join needs.
pub(crate) struct Weighing<'a> {
    pub(crate) fields: &'a Fields,
    pub(crate) weights: &'a Weights,
    pub(crate) rows: usize,
    /// How many members of the larger side are looked at.
    pub(crate) most: usize,
    pub(crate) memory: Vec<Memory>,
    /// The table's row of each row of the forest, where they differ.
    names: Option<Vec<u32>>,
    larger: Vec<u32>,
    smaller: Vec<u32>,
    bits: Vec<f64>,
    by_comparison: Vec<f64>,
}

impl<'a> Weighing<'a> {
    pub(crate) fn new(fields: &'a Fields, weights: &'a Weights, rows: usize, memory: Vec<Memory>) -> Weighing<'a> {
        Weighing {
            fields,
            weights,
            rows,
            most: profile::MOST_MEMBERS,
            memory,
            names: None,
            larger: Vec::new(),
            smaller: Vec::new(),
            bits: Vec::new(),
            by_comparison: Vec::new(),
        }
    }

    /// The forest's rows are these rows of the table, in order.
    pub(crate) fn rows_of(&mut self, rows: &[u32]) {
        self.names = Some(rows.to_vec());
    }

    /// Bits that two clusters are one: the mean over members of the smaller, each against the larger's profile. Also how many comparisons
    /// speak for it by a bit or more on average.
    pub(crate) fn of(&mut self, forest: &Forest, a: u32, b: u32) -> (f64, usize) {
        let (large, small) = if forest.size(a) >= forest.size(b) { (a, b) } else { (b, a) };
        let mut larger = std::mem::take(&mut self.larger);
        let mut smaller = std::mem::take(&mut self.smaller);
        forest.members(large, self.most, &mut larger);
        forest.members(small, MOST_JOINING, &mut smaller);
        if let Some(names) = &self.names {
            larger.iter_mut().chain(&mut smaller).for_each(|row| *row = names[*row as usize]);
        }
        let mut sum = 0.0;
        self.by_comparison.clear();
        self.by_comparison.resize(self.fields.joints.len(), 0.0);
        for row in &smaller {
            sum += profile::against(self.fields, self.weights, *row, &larger, &mut self.memory, &mut self.bits);
            for (total, bits) in self.by_comparison.iter_mut().zip(&self.bits) {
                *total += bits;
            }
            // One that is far from it settles the matter.
            if sum < HOPELESS * smaller.len() as f64 {
                break;
            }
        }
        let many = smaller.len() as f64;
        let speaking = self.by_comparison.iter().filter(|bits| **bits / many >= 1.0).count();
        let mean = sum / many + profile::prior(self.weights, forest.size(large), self.rows);
        self.larger = larger;
        self.smaller = smaller;
        (mean, speaking)
    }
}

/// Joins along edges, strongest first, until nothing joins any more.
pub(crate) fn agglomerate(forest: &mut Forest, edges: &[Edge], threshold: f64, passes: usize, weighing: &mut Weighing<'_>) {
    let mut refused: Vec<u64> = vec![0; if edges.len() > 10_000 { 1 << 18 } else { 1 << 10 }];
    let mut open: Vec<Edge> = Vec::new();
    for pass in 0..passes {
        let mut joined = 0usize;
        let mut still = Vec::new();
        for edge in if pass == 0 { edges } else { &open } {
            let (a, b) = (forest.find_and_shorten(edge.a), forest.find_and_shorten(edge.b));
            if a == b {
                continue;
            }
            let (size_a, size_b) = (forest.size(a), forest.size(b));
            let single = f64::from(edge.bits);
            if size_a == 1 && size_b == 1 {
                if single >= threshold && !forest.must_stay_apart(a, b) {
                    forest.join(a, b);
                    joined += 1;
                } else {
                    still.push(*edge);
                }
                continue;
            }
            // The same two clusters, not much grown since they were refused, are refused again.
            let grown = |size: usize| (size as f64).log2().mul_add(3.0, 0.5) as u64;
            let sizes = (grown(size_a) + grown(size_b)) * 2 + u64::from(single >= threshold);
            let state = crate::table::mix((u64::from(a.min(b)) << 32 | u64::from(a.max(b))) ^ crate::table::mix(sizes));
            let slot = state as usize & (refused.len() - 1);
            if refused[slot] == state {
                continue;
            }
            let (profile, speaking) = weighing.of(forest, a, b);
            let series = size_a > 1 && size_b > 1;
            let lenient = !series && single >= threshold && profile >= threshold - LENIENCE;
            let good = (profile >= threshold || lenient) && (!series || speaking >= 2);
            if good && !forest.must_stay_apart(a, b) {
                forest.join(a, b);
                joined += 1;
            } else {
                refused[slot] = state;
                still.push(*edge);
            }
        }
        open = still;
        if joined == 0 {
            break;
        }
    }
}
