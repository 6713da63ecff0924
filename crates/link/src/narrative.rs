//! Near-duplicate narratives: texts that share rare words and pairs of words, found through an inverted index of their rarest shingles,
//! and put into groups by their mean likeness to a group's texts. No model, no file. A shared script is weak evidence of one crew: what comes
//! out is a likeness, its weight is the spec's affair.

use std::collections::HashMap;

use serde::Serialize;

use crate::measure::Measure;
use crate::words::shingles_of;
use crate::writing::normalise;

/// Texts at least this much alike are near-duplicates. Measured on scripts that share their vocabulary; see `docs/link.md`.
pub const NEAR_DUPLICATE: f32 = 0.26;

/// A text whose mean likeness to a group's texts is at least this is of the group, and two groups with as much between them are one.
pub const OF_GROUP: f32 = 0.27;

/// The rarest shingles by which a text is found.
const KEYS: usize = 40;
/// A shingle in more texts than this finds nothing.
const MOST_HOLDERS: usize = 400;
/// At most this many candidates are compared whole.
const MOST_COMPARED: usize = 80;
/// At most this many texts of a group are compared, spread over it.
const MOST_OF_GROUP: usize = 10;
/// At most this many groups are compared.
const MOST_GROUPS: usize = 6;

/// A text that is like the one asked about.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct NearText {
    /// Its number, in the order of taking.
    pub text: u32,
    /// Cosine of the two texts' weighted shingles, 0..=1.
    pub likeness: f32,
}

/// Narratives, one at a time.
#[derive(Debug, Default)]
pub struct Narratives {
    codes: HashMap<u32, u32>,
    /// By shingle: how many texts hold it, which (up to the cap), and its weight as last worked out, squared.
    counts: Vec<u32>,
    holders: Vec<Vec<u32>>,
    squares: Vec<f32>,
    /// By text: where its shingles begin, and their length as a vector.
    starts: Vec<u32>,
    shingles: Vec<u32>,
    norms: Vec<f32>,
    /// How many texts there were when all weights were last worked out.
    weighed_at: usize,
    sums: Vec<f32>,
    touched: Vec<u32>,
    group_of: Vec<u32>,
    groups: Vec<Vec<u32>>,
}

impl Narratives {
    /// None yet.
    pub fn new() -> Narratives {
        Narratives { starts: vec![0], ..Narratives::default() }
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The group of a text that was taken.
    pub fn group_of(&self, text: u32) -> Option<u32> {
        self.group_of.get(text as usize).copied()
    }

    /// The texts of a group, as they came; none of a group that went into another.
    pub fn group(&self, group: u32) -> &[u32] {
        self.groups.get(group as usize).map_or(&[], Vec::as_slice)
    }

    /// Takes a text and gives those before it that are alike, most alike first.
    pub fn take(&mut self, text: &str) -> Vec<NearText> {
        let hashes = shingles(text);
        let mut codes = Vec::with_capacity(hashes.len());
        for hash in hashes {
            let next = self.counts.len() as u32;
            let code = *self.codes.entry(hash).or_insert(next);
            if code == next {
                self.counts.push(0);
                self.holders.push(Vec::new());
                self.squares.push(0.0);
            }
            self.counts[code as usize] += 1;
            self.weigh(code);
            codes.push(code);
        }
        codes.sort_unstable();
        let candidates = self.candidates(&codes);
        let near = self.nearest(&codes, &candidates, NEAR_DUPLICATE);
        let number = self.len() as u32;
        for code in &codes {
            let holders = &mut self.holders[*code as usize];
            if holders.len() < MOST_HOLDERS {
                holders.push(number);
            }
        }
        self.norms.push(self.norm(&codes));
        self.shingles.extend_from_slice(&codes);
        self.starts.push(self.shingles.len() as u32);
        self.sums.push(0.0);
        self.put(number, &candidates);
        if self.len() > self.weighed_at + self.weighed_at / 8 + 8 {
            self.weigh_all();
        }
        near
    }

    /// Texts that are at least so much alike, most alike first, itself not taken in.
    pub fn like(&mut self, text: &str, least: f32) -> Vec<NearText> {
        let mut codes: Vec<u32> = shingles(text).iter().filter_map(|hash| self.codes.get(hash).copied()).collect();
        codes.sort_unstable();
        let candidates = self.candidates(&codes);
        self.nearest(&codes, &candidates, least)
    }

    /// Likeness of two texts that were taken.
    pub fn likeness(&self, a: u32, b: u32) -> f32 {
        self.cosine(self.of(a), self.norms[a as usize], b)
    }

    fn of(&self, text: u32) -> &[u32] {
        &self.shingles[self.starts[text as usize] as usize..self.starts[text as usize + 1] as usize]
    }

    /// Works out the weight of a shingle: inverse document frequency, squared.
    fn weigh(&mut self, code: u32) {
        let weight = (1.0 + self.len() as f32 / (1.0 + self.counts[code as usize] as f32)).ln();
        self.squares[code as usize] = weight * weight;
    }

    /// Weights change as texts come; all are worked out again each time there is an eighth more.
    fn weigh_all(&mut self) {
        (0..self.counts.len() as u32).for_each(|code| self.weigh(code));
        self.norms = (0..self.len() as u32).map(|text| self.norm(self.of(text))).collect();
        self.weighed_at = self.len();
    }

    fn norm(&self, codes: &[u32]) -> f32 {
        codes.iter().map(|code| self.squares[*code as usize]).sum::<f32>().sqrt()
    }

    /// The texts that share most of the weight of the rarest shingles, most first.
    fn candidates(&mut self, codes: &[u32]) -> Vec<u32> {
        let mut rarest: Vec<u32> =
            codes.iter().copied().filter(|code| self.counts[*code as usize] as usize <= MOST_HOLDERS).collect();
        rarest.sort_unstable_by_key(|code| (self.counts[*code as usize], *code));
        rarest.truncate(KEYS);
        let mut touched = std::mem::take(&mut self.touched);
        for code in rarest {
            for text in &self.holders[code as usize] {
                let sum = &mut self.sums[*text as usize];
                if *sum == 0.0 {
                    touched.push(*text);
                }
                *sum += self.squares[code as usize];
            }
        }
        let by_sum = |sums: &[f32], a: &u32, b: &u32| sums[*b as usize].total_cmp(&sums[*a as usize]).then(a.cmp(b));
        if touched.len() > MOST_COMPARED {
            touched.select_nth_unstable_by(MOST_COMPARED, |a, b| by_sum(&self.sums, a, b));
        }
        let mut best = touched[..touched.len().min(MOST_COMPARED)].to_vec();
        best.sort_unstable_by(|a, b| by_sum(&self.sums, a, b));
        touched.drain(..).for_each(|text| self.sums[text as usize] = 0.0);
        self.touched = touched;
        best
    }

    fn nearest(&self, codes: &[u32], candidates: &[u32], least: f32) -> Vec<NearText> {
        let norm = self.norm(codes);
        let near = candidates.iter().map(|text| NearText { text: *text, likeness: self.cosine(codes, norm, *text) });
        let mut near: Vec<NearText> = near.filter(|near| near.likeness >= least).collect();
        near.sort_by(|a, b| b.likeness.total_cmp(&a.likeness).then(a.text.cmp(&b.text)));
        near
    }

    /// Puts a text that was taken into the group it is most like, or into one of its own; joins groups that it shows to be one.
    fn put(&mut self, text: u32, candidates: &[u32]) {
        let mut groups: Vec<u32> = Vec::new();
        for candidate in candidates {
            let group = self.group_of[*candidate as usize];
            if !groups.contains(&group) && groups.len() < MOST_GROUPS {
                groups.push(group);
            }
        }
        let mut like: Vec<(f32, u32)> = groups.iter().map(|group| (self.mean(text, *group), *group)).collect();
        like.retain(|(likeness, _)| *likeness >= OF_GROUP);
        like.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let Some((_, group)) = like.first().copied() else {
            self.group_of.push(self.groups.len() as u32);
            self.groups.push(vec![text]);
            return;
        };
        self.group_of.push(group);
        self.groups[group as usize].push(text);
        for (_, other) in &like[1..] {
            let (into, from) = (self.group_of[text as usize].min(*other), self.group_of[text as usize].max(*other));
            let members = spread(&self.groups[from as usize]);
            let between = members.iter().map(|member| self.mean(*member, into)).sum::<f32>() / members.len().max(1) as f32;
            if between >= OF_GROUP {
                let gone = std::mem::take(&mut self.groups[from as usize]);
                gone.iter().for_each(|member| self.group_of[*member as usize] = into);
                self.groups[into as usize].extend(gone);
                self.groups[into as usize].sort_unstable();
            }
        }
    }

    /// The mean likeness of a text to a group's others.
    fn mean(&self, text: u32, group: u32) -> f32 {
        let members: Vec<u32> = spread(&self.groups[group as usize]).into_iter().filter(|member| *member != text).collect();
        let sum: f32 = members.iter().map(|member| self.likeness(text, *member)).sum();
        sum / members.len().max(1) as f32
    }

    fn cosine(&self, a: &[u32], norm: f32, text: u32) -> f32 {
        let b = self.of(text);
        let (mut i, mut j, mut sum) = (0, 0, 0.0);
        while i < a.len() && j < b.len() {
            let (x, y) = (a[i], b[j]);
            if x == y {
                sum += self.squares[x as usize];
            }
            i += usize::from(x <= y);
            j += usize::from(y <= x);
        }
        let norms = norm * self.norms[text as usize];
        if norms > 0.0 { sum / norms } else { 0.0 }
    }
}

/// A few members, spread over a group.
fn spread(members: &[u32]) -> Vec<u32> {
    members.iter().copied().step_by(members.len().div_ceil(MOST_OF_GROUP).max(1)).collect()
}

fn shingles(text: &str) -> Vec<u32> {
    let mut plain = Vec::new();
    normalise(Measure::Text, text.as_bytes(), &mut plain);
    let mut shingles = Vec::new();
    shingles_of(&plain, &mut shingles);
    shingles
}
