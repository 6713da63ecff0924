//! Texts as weighted shingles: words and neighbouring pairs of words, the rare ones weighing more (inverse document frequency).

use crate::table::{Values, hash_bytes, mix};

/// Distinct texts as sorted shingle numbers with weights.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shingled {
    /// Where text `t` (0-based) begins in `shingles`.
    starts: Vec<u32>,
    /// Hashes of shingles, sorted within a text, each once.
    shingles: Vec<u32>,
    /// The weight of each shingle of `shingles`.
    weights: Vec<f32>,
    /// The length of each text as a vector.
    norms: Vec<f32>,
}

/// Hashes of the words and pairs of words of a normalised text, sorted, each once. Words of digits alone are left out: numbers are
/// fields of their own.
pub(crate) fn shingles_of(text: &[u8], out: &mut Vec<u32>) {
    out.clear();
    let mut before: Option<u64> = None;
    for word in text.split(|b| *b == b' ').filter(|word| !word.is_empty()) {
        if word.iter().all(u8::is_ascii_digit) {
            continue;
        }
        let hash = hash_bytes(word);
        out.push(hash as u32);
        if let Some(before) = before {
            out.push(mix(before ^ hash.rotate_left(17)) as u32);
        }
        before = Some(hash);
    }
    out.sort_unstable();
    out.dedup();
}

impl Shingled {
    /// The shingles of all distinct values; text `code` is at `code - 1`.
    pub(crate) fn new(values: &Values) -> Shingled {
        let mut shingled = Shingled { starts: vec![0], ..Shingled::default() };
        let mut these = Vec::new();
        for code in 1..=values.len() as u32 {
            shingles_of(values.get(code), &mut these);
            shingled.shingles.extend_from_slice(&these);
            shingled.starts.push(shingled.shingles.len() as u32);
        }
        let mut all = shingled.shingles.clone();
        all.sort_unstable();
        let texts = values.len() as f32;
        let mut counts: Vec<(u32, u32)> = Vec::new();
        for shingle in all {
            match counts.last_mut() {
                Some((held, count)) if *held == shingle => *count += 1,
                _ => counts.push((shingle, 1)),
            }
        }
        shingled.weights = shingled
            .shingles
            .iter()
            .map(|shingle| {
                let place = counts.partition_point(|(held, _)| held < shingle);
                let count = counts.get(place).map_or(1, |(_, count)| *count) as f32;
                ((texts + 1.0) / count).ln()
            })
            .collect();
        shingled.norms = (0..values.len()).map(|text| shingled.of(text).1.iter().map(|w| w * w).sum::<f32>().sqrt()).collect();
        shingled
    }

    /// Adds the texts that are new since the last call; weights of known shingles stay, a new shingle is as rare as can be.
    pub(crate) fn add(&mut self, values: &Values) {
        if self.starts.is_empty() {
            self.starts.push(0);
        }
        let rarest = ((values.len() as f32) + 1.0).ln();
        let known: std::collections::BTreeMap<u32, f32> = if values.len() + 1 > self.starts.len() {
            self.shingles.iter().copied().zip(self.weights.iter().copied()).collect()
        } else {
            std::collections::BTreeMap::new()
        };
        let mut these = Vec::new();
        for code in self.starts.len() as u32..=values.len() as u32 {
            shingles_of(values.get(code), &mut these);
            let mut squares = 0.0;
            for shingle in &these {
                let weight = known.get(shingle).copied().unwrap_or(rarest);
                self.shingles.push(*shingle);
                self.weights.push(weight);
                squares += weight * weight;
            }
            self.starts.push(self.shingles.len() as u32);
            self.norms.push(squares.sqrt());
        }
    }

    fn of(&self, text: usize) -> (&[u32], &[f32]) {
        let range = self.starts[text] as usize..self.starts[text + 1] as usize;
        (&self.shingles[range.clone()], &self.weights[range])
    }

    /// Cosine of two texts by code, 0..=1.
    pub(crate) fn cosine(&self, a: u32, b: u32) -> f32 {
        let (a, b) = (a as usize - 1, b as usize - 1);
        let ((left, weights), (right, other)) = (self.of(a), self.of(b));
        let (mut i, mut j, mut sum) = (0, 0, 0.0);
        while i < left.len() && j < right.len() {
            match left[i].cmp(&right[j]) {
                std::cmp::Ordering::Less => i += 1,
                std::cmp::Ordering::Greater => j += 1,
                std::cmp::Ordering::Equal => {
                    sum += weights[i] * other[j];
                    i += 1;
                    j += 1;
                }
            }
        }
        let norms = self.norms[a] * self.norms[b];
        if norms > 0.0 { sum / norms } else { 0.0 }
    }

    /// MinHash band keys of a text (Broder 1997): `bands` bands of two rows each over its shingles.
    pub(crate) fn bands(&self, code: u32, bands: usize, out: &mut Vec<u64>) {
        out.clear();
        let (shingles, _) = self.of(code as usize - 1);
        if shingles.is_empty() {
            return;
        }
        band_keys(shingles, bands, out);
    }
}

/// MinHash band keys of a set of shingles.
pub(crate) fn band_keys(shingles: &[u32], bands: usize, out: &mut Vec<u64>) {
    for band in 0..bands as u64 {
        let least = |row: u64| {
            let salt = mix(band * 2 + row + 1);
            shingles
                .iter()
                .map(|shingle| {
                    (u64::from(*shingle) ^ salt)
                        .wrapping_mul(0x9e37_79b9_7f4a_7c15)
                        .rotate_left(23)
                        .wrapping_mul(0xe703_7ed1_a0b4_28db)
                })
                .min()
                .unwrap_or(0)
        };
        out.push(mix(least(0) ^ least(1).rotate_left(32) ^ (band << 56)));
    }
}
