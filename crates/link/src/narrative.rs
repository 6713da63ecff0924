//! Near-duplicate narratives: texts that share rare words and pairs of words, found through an inverted index of their rarest shingles,
//! and put into groups by their likeness to a group's profile, which says how many of its texts hold each shingle. No model, no file. A shared
//! script is weak evidence of one crew: what comes out is a likeness, its weight is the spec's affair.

use std::collections::HashMap;

use serde::Serialize;

use crate::measure::Measure;
use crate::words::shingles_of;
use crate::writing::normalise;

/// Texts at least this much alike are near-duplicates. Measured on scripts that share their vocabulary; see `docs/link.md`.
pub const NEAR_DUPLICATE: f32 = 0.26;

/// How alike the texts of one group usually are: what is held of a group before it has shown it.
const USUAL: f32 = 0.42;
/// How many pairs of texts that belief is worth.
const TRUST: f32 = 2.0;
/// Two texts, neither in a group, are one where their likeness is this much of what is usual within a group.
const OF_TWO: f32 = 1.1;
/// A text is of a large group where its mean likeness to it is this much of the likeness within; in between, with the root of the size.
const OF_GROUP: f32 = 0.4;
/// Two large groups are one where the likeness across is this much of the likeness within.
const OF_GROUPS: f32 = 0.65;
/// By so much less than was asked a group may be like a text for it to be asked whether it is one with the text's group.
const NEAR_MISS: f32 = 0.3;

/// The rarest shingles by which a text is found.
const KEYS: usize = 40;
/// A shingle in more texts than this finds nothing.
const MOST_HOLDERS: usize = 400;
/// At most this many candidates are compared whole.
const MOST_COMPARED: usize = 80;
/// At most this many groups are compared.
const MOST_GROUPS: usize = 12;
/// At most this many shingles are held of a group, those in most of its texts.
const MOST_OF_GROUP: usize = 4_000;

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
    /// By shingle: its weight squared where the text at hand holds it, else 0.
    at_hand: Vec<f32>,
    group_of: Vec<u32>,
    groups: Vec<Group>,
}

/// Texts that say the same.
#[derive(Debug, Default)]
struct Group {
    members: Vec<u32>,
    /// Shingles, rising, with how many members hold each.
    profile: Vec<(u32, u32)>,
    /// Sums over the members: of their lengths as vectors, and of the squares of these.
    norms: f32,
    squares: f32,
    /// The profile's length as a vector, squared.
    length: f32,
}

impl Group {
    /// The mean likeness of two members, each text weighing by its length.
    fn within(&self) -> f32 {
        let belief = TRUST * self.squares / self.members.len().max(1) as f32;
        ((self.length - self.squares).max(0.0) + belief * USUAL) / (self.norms * self.norms - self.squares + belief)
    }
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
        self.groups.get(group as usize).map_or(&[], |group| group.members.as_slice())
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
                self.at_hand.push(0.0);
            }
            self.counts[code as usize] += 1;
            self.weigh(code);
            codes.push(code);
        }
        codes.sort_unstable();
        let candidates = self.candidates(&codes);
        self.take_in_hand(&codes);
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
        self.let_go(&codes);
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
        self.take_in_hand(&codes);
        let near = self.nearest(&codes, &candidates, least);
        self.let_go(&codes);
        near
    }

    /// Likeness of two texts that were taken.
    pub fn likeness(&self, a: u32, b: u32) -> f32 {
        let (x, y) = (self.of(a), self.of(b));
        let (mut i, mut j, mut sum) = (0, 0, 0.0);
        while i < x.len() && j < y.len() {
            if x[i] == y[j] {
                sum += self.squares[x[i] as usize];
            }
            let (left, right) = (x[i], y[j]);
            i += usize::from(left <= right);
            j += usize::from(right <= left);
        }
        let norms = self.norms[a as usize] * self.norms[b as usize];
        if norms > 0.0 { sum / norms } else { 0.0 }
    }

    fn take_in_hand(&mut self, codes: &[u32]) {
        codes.iter().for_each(|code| self.at_hand[*code as usize] = self.squares[*code as usize]);
    }

    fn let_go(&mut self, codes: &[u32]) {
        codes.iter().for_each(|code| self.at_hand[*code as usize] = 0.0);
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
        for group in &mut self.groups {
            let norms = || group.members.iter().map(|member| self.norms[*member as usize]);
            (group.norms, group.squares) = (norms().sum(), norms().map(|norm| norm * norm).sum());
            group.length = length(&self.squares, &group.profile);
        }
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

    /// Of the candidates those at least so much like the text at hand.
    fn nearest(&self, codes: &[u32], candidates: &[u32], least: f32) -> Vec<NearText> {
        let norm = self.norm(codes);
        let likeness = |text: u32| {
            let sum: f32 = self.of(text).iter().map(|code| self.at_hand[*code as usize]).sum();
            let norms = norm * self.norms[text as usize];
            if norms > 0.0 { sum / norms } else { 0.0 }
        };
        let near = candidates.iter().map(|text| NearText { text: *text, likeness: likeness(*text) });
        let mut near: Vec<NearText> = near.filter(|near| near.likeness >= least).collect();
        near.sort_by(|a, b| b.likeness.total_cmp(&a.likeness).then(a.text.cmp(&b.text)));
        near
    }

    /// Puts a text that was taken into the group it is most like, or into one of its own; joins groups that it shows to be one.
    fn put(&mut self, text: u32, candidates: &[u32]) {
        let mut near: Vec<u32> = Vec::new();
        for candidate in candidates {
            let group = self.group_of[*candidate as usize];
            if !near.contains(&group) && near.len() < MOST_GROUPS {
                near.push(group);
            }
        }
        let mut at = self.groups.len() as u32;
        self.group_of.push(at);
        let norm = self.norms[text as usize];
        let profile = self.of(text).iter().map(|code| (*code, 1)).collect();
        let squared = norm * norm;
        self.groups.push(Group { members: vec![text], profile, norms: norm, squares: squared, length: squared });
        let across = |group: u32| {
            let profile = self.groups[group as usize].profile.iter();
            profile.map(|(code, count)| self.at_hand[*code as usize] * (*count as f32)).sum::<f32>()
        };
        let mut like: Vec<(f32, u32)> = near.into_iter().map(|group| (self.over(at, group, across(group)), group)).collect();
        like.retain(|(over, _)| *over >= -NEAR_MISS);
        like.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        for (place, (over, group)) in like.into_iter().enumerate() {
            // The first says whether the text stays alone; the others are asked of the group that it has joined.
            let over = if place == 0 { over } else { self.over(at, group, self.across(at, group)) };
            if over >= 0.0 {
                at = self.join(at, group);
            } else if place == 0 {
                break;
            }
        }
    }

    /// The product of two groups' profiles as vectors.
    fn across(&self, a: u32, b: u32) -> f32 {
        let (a, b) = (&self.groups[a as usize].profile, &self.groups[b as usize].profile);
        let (few, many) = if a.len() <= b.len() { (a, b) } else { (b, a) };
        let mut sum = 0.0;
        let mut rest = many.as_slice();
        for (code, count) in few {
            rest = &rest[rest.partition_point(|(other, _)| other < code)..];
            if let Some((other, more)) = rest.first()
                && other == code
            {
                sum += self.squares[*code as usize] * (*count as f32) * (*more as f32);
            }
        }
        sum
    }

    /// By how much two groups (one of them may be a text alone) are more alike than is asked of their sizes: `across`, their
    /// product, as a share of within.
    /// A text alone is asked for more the less there is to be like; two groups have shown what they are, and must agree on it.
    fn over(&self, a: u32, b: u32, across: f32) -> f32 {
        let (a, b) = (&self.groups[a as usize], &self.groups[b as usize]);
        let (few, many) = if a.members.len() <= b.members.len() { (a, b) } else { (b, a) };
        let across = across / (few.norms * many.norms).max(f32::MIN_POSITIVE);
        let single = OF_GROUP + (OF_TWO - OF_GROUP) / (many.members.len() as f32).sqrt();
        let asked = OF_GROUPS + (single - OF_GROUPS) / few.members.len() as f32;
        across / (few.within() * many.within()).sqrt().max(f32::MIN_POSITIVE) - asked
    }

    /// Makes two groups one; the older lives.
    fn join(&mut self, a: u32, b: u32) -> u32 {
        let (into, from) = (a.min(b), a.max(b));
        let gone = std::mem::take(&mut self.groups[from as usize]);
        gone.members.iter().for_each(|member| self.group_of[*member as usize] = into);
        let held = &mut self.groups[into as usize];
        held.members.extend(gone.members);
        held.members.sort_unstable();
        held.norms += gone.norms;
        held.squares += gone.squares;
        held.profile = together(&held.profile, &gone.profile);
        if held.profile.len() > MOST_OF_GROUP {
            let mut counts: Vec<u32> = held.profile.iter().map(|(_, count)| *count).collect();
            let (_, least, _) = counts.select_nth_unstable_by(MOST_OF_GROUP / 2, |a, b| b.cmp(a));
            let least = *least;
            held.profile.retain(|(_, count)| *count > least);
        }
        held.length = length(&self.squares, &held.profile);
        into
    }
}

/// The length of a profile as a vector, squared.
fn length(squares: &[f32], profile: &[(u32, u32)]) -> f32 {
    profile.iter().map(|(code, count)| squares[*code as usize] * (*count as f32) * (*count as f32)).sum()
}

/// Two profiles as one.
fn together(a: &[(u32, u32)], b: &[(u32, u32)]) -> Vec<(u32, u32)> {
    let mut both = Vec::with_capacity(a.len() + b.len());
    let (mut i, mut j) = (0, 0);
    while i < a.len() && j < b.len() {
        let (code, other) = (a[i].0, b[j].0);
        both.push((code.min(other), if code <= other { a[i].1 } else { 0 } + if other <= code { b[j].1 } else { 0 }));
        i += usize::from(code <= other);
        j += usize::from(other <= code);
    }
    both.extend_from_slice(&a[i..]);
    both.extend_from_slice(&b[j..]);
    both
}

fn shingles(text: &str) -> Vec<u32> {
    let mut plain = Vec::new();
    normalise(Measure::Text, text.as_bytes(), &mut plain);
    let mut shingles = Vec::new();
    shingles_of(&plain, &mut shingles);
    shingles
}
