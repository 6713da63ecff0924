//! Near-duplicate narratives: texts that share rare words and pairs of words, found through an inverted index of their rarest shingles.
//! No model, no file. A shared script is weak evidence of one crew: what comes out is a likeness, its weight is the spec's affair.

use std::collections::HashMap;

use serde::Serialize;

use crate::measure::Measure;
use crate::words::shingles_of;
use crate::writing::normalise;

/// Texts at least this much alike are near-duplicates. Measured on scripts that share their vocabulary; see `docs/link.md`.
pub const NEAR_DUPLICATE: f32 = 0.26;

/// The rarest shingles by which a text is found.
const KEYS: usize = 40;
/// A shingle in more texts than this finds nothing.
const MOST_HOLDERS: usize = 400;
/// At most this many candidates are compared whole.
const MOST_COMPARED: usize = 64;

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
    /// Shingle to how many texts hold it, and which, up to the cap.
    holders: HashMap<u32, Holders>,
    starts: Vec<u32>,
    shingles: Vec<u32>,
    sums: Vec<f32>,
    touched: Vec<u32>,
}

#[derive(Debug, Default)]
struct Holders {
    count: u32,
    texts: Vec<u32>,
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

    /// Takes a text and gives those before it that are alike, most alike first.
    pub fn take(&mut self, text: &str) -> Vec<NearText> {
        let shingles = shingles(text);
        let near = self.near(&shingles, NEAR_DUPLICATE);
        let number = self.len() as u32;
        for shingle in &shingles {
            let holders = self.holders.entry(*shingle).or_default();
            holders.count += 1;
            if holders.texts.len() < MOST_HOLDERS {
                holders.texts.push(number);
            }
        }
        self.shingles.extend_from_slice(&shingles);
        self.starts.push(self.shingles.len() as u32);
        self.sums.push(0.0);
        near
    }

    /// Texts that are at least so much alike, most alike first, itself not taken in.
    pub fn like(&mut self, text: &str, least: f32) -> Vec<NearText> {
        let shingles = shingles(text);
        self.near(&shingles, least)
    }

    /// Likeness of two texts that were taken.
    pub fn likeness(&self, a: u32, b: u32) -> f32 {
        self.cosine(self.of(a), self.of(b))
    }

    fn of(&self, text: u32) -> &[u32] {
        &self.shingles[self.starts[text as usize] as usize..self.starts[text as usize + 1] as usize]
    }

    fn weight(&self, shingle: u32) -> f32 {
        let holders = self.holders.get(&shingle).map_or(0, |holders| holders.count);
        (1.0 + self.len() as f32 / (1.0 + holders as f32)).ln()
    }

    fn near(&mut self, shingles: &[u32], least: f32) -> Vec<NearText> {
        let mut rarest: Vec<(f32, u32)> = shingles.iter().map(|shingle| (self.weight(*shingle), *shingle)).collect();
        rarest.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut touched = std::mem::take(&mut self.touched);
        let mut sums = std::mem::take(&mut self.sums);
        let mut used = 0;
        for (weight, shingle) in &rarest {
            let Some(holders) = self.holders.get(shingle).filter(|holders| holders.count as usize <= MOST_HOLDERS) else {
                continue;
            };
            used += 1;
            if used > KEYS {
                break;
            }
            for text in &holders.texts {
                if sums[*text as usize] == 0.0 {
                    touched.push(*text);
                }
                sums[*text as usize] += weight * weight;
            }
        }
        touched.sort_by(|a, b| sums[*b as usize].total_cmp(&sums[*a as usize]).then(a.cmp(b)));
        let mut near: Vec<NearText> = touched
            .iter()
            .take(MOST_COMPARED)
            .map(|text| NearText { text: *text, likeness: self.cosine(shingles, self.of(*text)) })
            .filter(|near| near.likeness >= least)
            .collect();
        near.sort_by(|a, b| b.likeness.total_cmp(&a.likeness).then(a.text.cmp(&b.text)));
        touched.drain(..).for_each(|text| sums[text as usize] = 0.0);
        self.touched = touched;
        self.sums = sums;
        near
    }

    fn cosine(&self, a: &[u32], b: &[u32]) -> f32 {
        let square = |shingles: &[u32]| shingles.iter().map(|shingle| self.weight(*shingle).powi(2)).sum::<f32>();
        let (mut i, mut j, mut sum) = (0, 0, 0.0);
        while i < a.len() && j < b.len() {
            match a[i].cmp(&b[j]) {
                std::cmp::Ordering::Less => i += 1,
                std::cmp::Ordering::Greater => j += 1,
                std::cmp::Ordering::Equal => {
                    sum += self.weight(a[i]).powi(2);
                    i += 1;
                    j += 1;
                }
            }
        }
        let norms = (square(a) * square(b)).sqrt();
        if norms > 0.0 { sum / norms } else { 0.0 }
    }
}

fn shingles(text: &str) -> Vec<u32> {
    let mut plain = Vec::new();
    normalise(Measure::Text, text.as_bytes(), &mut plain);
    let mut shingles = Vec::new();
    shingles_of(&plain, &mut shingles);
    shingles
}
