//! The training of filters over words side by side, for whatever is read or heard with them.
//!
//! What words are like, what filters make of them and what filters say of labels is found together, by gradient descent
//! (`descent/mod.rs`). In every step some words are left out of a text, so that it is read by their kinds, and some filters are not heard. What is left
//! out is drawn from a fixed seed: the same texts give the same file.

use std::collections::{BTreeMap, BTreeSet};

use modus::filters::{BYTE, DIMENSIONS, Shape, UNKNOWN};
use modus::shape::late_from;

use crate::descent::{self, Dice, Weights, add, bytes, dot, learn_labels, rounded, shrinking, step_of};

/// Texts that a word must stand in.
const LEAST: usize = 6;
/// Texts of a step.
const BATCH: usize = 64;
/// The longest stride, and the share of all steps on which strides grow to it.
const STRIDE: f32 = 0.004;
const GROWS: f32 = 0.1;
/// The pull towards nought, of filters and labels; words are not pulled.
const PULL: f32 = 0.01;
/// Share of the words that are read by their kinds, and of the filters that are not heard.
const LEFT_OUT: [f32; 2] = [0.3, 0.4];
/// How the first weights of words and of filters lie about nought.
const FIRST: [f32; 2] = [0.3, 0.1];
/// Parts that a batch's words are worked through in, side by side: their number is part of the result.
const PARTS: usize = 2;
/// Fewest words of a text that are heard at once.
const LEAST_HEARD: usize = 40;

/// What is heard of a filter beside its loudest window in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(dead_code, reason = "each program that trains names one")]
pub(crate) enum Also {
    /// The loudest in the last third.
    Late,
    /// The second loudest.
    Second,
}

/// What is trained.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan {
    pub(crate) shape: Shape,
    pub(crate) also: Also,
    /// Times that all texts are gone through.
    pub(crate) rounds: usize,
    /// Words of a long text that are heard at once: another stretch of it each time. None: all of them.
    pub(crate) most: Option<usize>,
}

impl Plan {
    /// How often each filter is heard.
    fn heard(&self) -> usize {
        2 * self.shape.all()
    }
}

/// A text as the numbers of its words, each with that of its kind, and which labels it has: none where a label is not asked of it.
pub(crate) struct Text {
    pub(crate) words: Vec<(Option<usize>, usize)>,
    pub(crate) truth: Vec<Option<bool>>,
    /// What it counts for.
    pub(crate) weight: f32,
}

/// The words that are known, and the kinds that any word is of.
pub(crate) struct Vocabulary {
    words: BTreeMap<String, usize>,
    kinds: BTreeMap<String, usize>,
    /// The kind of each word.
    kind_of: Vec<usize>,
}

impl Vocabulary {
    pub(crate) fn of(texts: &[Vec<(String, String)>]) -> Vocabulary {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for text in texts {
            for word in text.iter().map(|(word, _)| word.as_str()).collect::<BTreeSet<_>>() {
                *counts.entry(word).or_default() += 1;
            }
        }
        let words: BTreeMap<String, usize> =
            counts.into_iter().filter(|(_, n)| *n >= LEAST).map(|(word, _)| word.to_owned()).zip(0..).collect();
        let named = texts.iter().flatten().map(|(_, term)| term.as_str()).filter(|term| term.starts_with('@'));
        let kinds: BTreeSet<&str> = named.chain([UNKNOWN]).collect();
        let kinds: BTreeMap<String, usize> = kinds.into_iter().map(str::to_owned).zip(0..).collect();
        let mut vocabulary = Vocabulary { kind_of: vec![kinds[UNKNOWN]; words.len()], words, kinds };
        for (word, term) in texts.iter().flatten() {
            if let Some(number) = vocabulary.words.get(word) {
                vocabulary.kind_of[*number] = vocabulary.kind(term);
            }
        }
        vocabulary
    }

    fn kind(&self, term: &str) -> usize {
        self.kinds.get(term).copied().unwrap_or(self.kinds[UNKNOWN])
    }

    /// A word that is not known counts as its stem where that is one.
    pub(crate) fn numbers(&self, words: &[(String, String)]) -> Vec<(Option<usize>, usize)> {
        words
            .iter()
            .map(|(word, term)| (self.words.get(word).or_else(|| self.words.get(term)).copied(), self.kind(term)))
            .collect()
    }
}

/// What the words of a batch are like, and what the filters make of them.
struct Batch {
    /// The words, and after those the kinds, that stand in it.
    items: Vec<usize>,
    like: Vec<f32>,
    rows: Vec<f32>,
    slopes: Vec<f32>,
}

/// What the filters hear in a text.
struct Heard {
    loud: Vec<f32>,
    at: Vec<usize>,
}

impl Heard {
    /// Holds a window where it is louder than the one that is held; gives the other of the two.
    fn louder(&mut self, place: usize, (loud, at): (f32, usize)) -> (f32, usize) {
        if loud <= self.loud[place] {
            return (loud, at);
        }
        (std::mem::replace(&mut self.loud[place], loud), std::mem::replace(&mut self.at[place], at))
    }
}

pub(crate) struct Windows {
    plan: Plan,
    words: Weights,
    kinds: Weights,
    kind_of: Vec<usize>,
    /// [`Shape::row`] weights a dimension.
    filters: Weights,
    filter_biases: Weights,
    outputs: Weights,
    biases: Weights,
    dice: Dice,
}

impl Windows {
    pub(crate) fn new(plan: Plan, vocabulary: &Vocabulary, texts: &[Text]) -> Windows {
        let mut dice = Dice(1);
        let truths: Vec<&[Option<bool>]> = texts.iter().map(|text| text.truth.as_slice()).collect();
        let common = descent::common(&truths);
        let spread = 1.0 / (plan.heard() as f32).sqrt();
        Windows {
            plan,
            words: Weights::new(dice.about(vocabulary.words.len() * DIMENSIONS, FIRST[0]), 0.0),
            kinds: Weights::new(dice.about(vocabulary.kinds.len() * DIMENSIONS, FIRST[0]), 0.0),
            kind_of: vocabulary.kind_of.clone(),
            filters: Weights::new(dice.about(DIMENSIONS * plan.shape.row(), FIRST[1]), PULL),
            filter_biases: Weights::new(vec![0.0; plan.shape.all()], 0.0),
            outputs: Weights::new(dice.about(common.len() * plan.heard(), spread), PULL),
            biases: Weights::new(common, 0.0),
            dice,
        }
    }

    pub(crate) fn train(&mut self, texts: &[Text]) {
        let mut order: Vec<usize> = (0..texts.len()).collect();
        let steps = self.plan.rounds * texts.len().div_ceil(BATCH);
        let mut step = 0;
        for _ in 0..self.plan.rounds {
            self.dice.shuffle(&mut order);
            for batch in order.chunks(BATCH) {
                let texts: Vec<&Text> = batch.iter().map(|at| &texts[*at]).collect();
                self.learn(&texts);
                step += 1;
                let done = step as f32 / steps as f32;
                let grown = (GROWS + (1.0 - GROWS) * done / GROWS).min(1.0);
                let stride = STRIDE * grown * shrinking(((done - GROWS) / (1.0 - GROWS)).max(0.0));
                let all = [&mut self.words, &mut self.kinds, &mut self.filters, &mut self.filter_biases, &mut self.outputs];
                all.into_iter().chain([&mut self.biases]).for_each(|weights| weights.step(stride, step));
            }
        }
    }

    /// What a word is like, or where it is not known one of its kind: the words come first, then the kinds.
    fn like(&self, item: usize) -> Vec<f32> {
        let of = |weights: &Weights, number: usize| weights.values[number * DIMENSIONS..][..DIMENSIONS].to_vec();
        match item.checked_sub(self.kind_of.len()) {
            Some(kind) => of(&self.kinds, kind),
            None => {
                let mut like = of(&self.words, item);
                add(&mut like, &of(&self.kinds, self.kind_of[item]), 1.0);
                like
            }
        }
    }

    /// The words of a text that are heard this time.
    fn stretch<'t>(&mut self, words: &'t [(Option<usize>, usize)]) -> &'t [(Option<usize>, usize)] {
        let Some(most) = self.plan.most else { return words };
        // Half of the times as far as it was long enough, else a part: talk is heard from its first word on.
        let share = if self.dice.draw() < 0.5 { 1.0 } else { self.dice.draw() };
        let length = ((words.len() as f32 * share) as usize).max(LEAST_HEARD.min(words.len())).min(most);
        let first = if self.dice.draw() < 0.5 { 0 } else { ((words.len() - length + 1) as f32 * self.dice.draw()) as usize };
        &words[first..first + length]
    }

    /// The words of some texts, as places in the batch.
    fn batch(&mut self, texts: &[&Text]) -> (Batch, Vec<Vec<usize>>) {
        let words: Vec<&[(Option<usize>, usize)]> = texts.iter().map(|text| self.stretch(&text.words)).collect();
        let row = self.plan.shape.row();
        let mut places: BTreeMap<usize, usize> = BTreeMap::new();
        let mut items = Vec::new();
        let mut place = |(word, kind): &(Option<usize>, usize)| {
            let item = word.filter(|_| self.dice.draw() >= LEFT_OUT[0]).unwrap_or(self.kind_of.len() + kind);
            *places.entry(item).or_insert_with(|| {
                items.push(item);
                items.len() - 1
            })
        };
        let rows = words.iter().map(|words| words.iter().map(&mut place).collect()).collect();
        let like: Vec<f32> = items.iter().flat_map(|item| self.like(*item)).collect();
        let mut batch = Batch { rows: vec![0.0; items.len() * row], slopes: vec![0.0; items.len() * row], items, like };
        let part = batch.items.len().div_ceil(PARTS).max(1);
        std::thread::scope(|scope| {
            for (like, rows) in batch.like.chunks(part * DIMENSIONS).zip(batch.rows.chunks_mut(part * row)) {
                scope.spawn(|| {
                    for (like, of_word) in like.chunks(DIMENSIONS).zip(rows.chunks_mut(row)) {
                        for (dimension, by) in like.iter().enumerate() {
                            add(of_word, &self.filters.values[dimension * row..][..row], *by);
                        }
                    }
                });
            }
        });
        (batch, rows)
    }

    /// Adds the slopes of some texts.
    fn learn(&mut self, texts: &[&Text]) {
        let row = self.plan.shape.row();
        let (mut batch, rows) = self.batch(texts);
        for (text, rows) in texts.iter().zip(&rows).filter(|(_, rows)| !rows.is_empty()) {
            self.learn_one(&text.truth, rows, &mut batch, text.weight / texts.len() as f32);
        }
        let part = batch.items.len().div_ceil(PARTS).max(1);
        let filters = &self.filters.values;
        let parts: Vec<(Vec<f32>, Vec<f32>)> = std::thread::scope(|scope| {
            let parts = batch.like.chunks(part * DIMENSIONS).zip(batch.slopes.chunks(part * row));
            let running: Vec<_> =
                parts.map(|(like, slopes)| scope.spawn(move || slopes_of(filters, row, like, slopes))).collect();
            running.into_iter().map(|part| part.join().expect("no part panics")).collect()
        });
        let of_words: Vec<f32> = parts.iter().flat_map(|(_, of_words)| of_words.iter().copied()).collect();
        parts.iter().for_each(|(of_filters, _)| add(&mut self.filters.slopes, of_filters, 1.0));
        for (item, slopes) in batch.items.iter().zip(of_words.chunks(DIMENSIONS)) {
            let add_to =
                |weights: &mut Weights, number: usize| add(&mut weights.slopes[number * DIMENSIONS..][..DIMENSIONS], slopes, 1.0);
            match item.checked_sub(self.kind_of.len()) {
                Some(kind) => add_to(&mut self.kinds, kind),
                None => {
                    add_to(&mut self.words, *item);
                    add_to(&mut self.kinds, self.kind_of[*item]);
                }
            }
        }
    }

    /// Adds the slopes of one text, those of its words' rows to the batch.
    fn learn_one(&mut self, truth: &[Option<bool>], rows: &[usize], batch: &mut Batch, share: f32) {
        let Heard { mut loud, at } = self.listen(rows, &batch.rows);
        let heard: Vec<f32> = loud.iter().map(|loud| if *loud > 0.0 { self.dice.keeps(LEFT_OUT[1]) } else { 0.0 }).collect();
        loud.iter_mut().zip(&heard).for_each(|(loud, heard)| *loud *= heard);
        let back = learn_labels(&mut self.outputs, &mut self.biases, &loud, truth, share);
        let shape = self.plan.shape;
        for place in (0..self.plan.heard()).filter(|place| heard[*place] > 0.0) {
            let (filter, slope) = (place % shape.all(), back[place] * heard[place]);
            self.filter_biases.slopes[filter] += slope;
            let (reach, column) = shape.place_of(filter);
            for (offset, row) in rows[at[place]..].iter().take(reach).enumerate() {
                batch.slopes[row * shape.row() + column + offset * shape.filters] += slope;
            }
        }
    }

    /// How loud each filter's loudest window is, and after those what is heard beside them; and where it begins.
    fn listen(&self, rows: &[usize], made: &[f32]) -> Heard {
        let Plan { shape, also, .. } = self.plan;
        let filters = shape.filters;
        let mut heard = Heard { loud: vec![f32::MIN; self.plan.heard()], at: vec![0; self.plan.heard()] };
        let mut sums = vec![0.0; filters];
        for (group, reach) in shape.reaches.iter().enumerate() {
            let column = shape.column(group);
            for place in 0..rows.len() {
                sums.fill(0.0);
                for (offset, row) in rows[place..].iter().take(*reach).enumerate() {
                    add(&mut sums, &made[row * shape.row() + column + offset * filters..][..filters], 1.0);
                }
                let is_late = place >= late_from(rows.len());
                for (filter, sum) in (group * filters..).zip(&sums) {
                    let quieter = heard.louder(filter, (*sum, place));
                    match also {
                        Also::Late if is_late => _ = heard.louder(shape.all() + filter, (*sum, place)),
                        Also::Late => {}
                        Also::Second => _ = heard.louder(shape.all() + filter, quieter),
                    }
                }
            }
        }
        for (place, loud) in heard.loud.iter_mut().enumerate() {
            // A text of one word has no second window.
            *loud = (*loud + self.filter_biases.values[place % shape.all()]).max(0.0);
        }
        heard
    }

    /// Prints the weights as bytes. The largest number of each dimension is made one, and the filters' of it so much larger, which says the
    /// same.
    #[allow(clippy::print_stdout, reason = "an example's output is its result")]
    pub(crate) fn print(&self, vocabulary: &Vocabulary, labels: &[String]) {
        let shape = self.plan.shape;
        let row = shape.row();
        let items = vocabulary.words.len() + vocabulary.kinds.len();
        let mut like: Vec<Vec<f32>> = (0..items).map(|item| self.like(item)).collect();
        let mut filters = self.filters.values.clone();
        for dimension in 0..DIMENSIONS {
            let most = like.iter().fold(f32::MIN_POSITIVE, |most, like| most.max(like[dimension].abs()));
            like.iter_mut().for_each(|like| like[dimension] /= most);
            filters[dimension * row..][..row].iter_mut().for_each(|weight| *weight *= most);
        }
        let whole: Vec<Vec<i8>> = like.iter().map(|like| rounded(like, BYTE).collect()).collect();
        for filter in 0..shape.all() {
            let (reach, column) = shape.place_of(filter);
            let at = |offset: usize, dimension: usize| filters[dimension * row + column + offset * shape.filters];
            let weights: Vec<f32> =
                (0..reach).flat_map(|offset| (0..DIMENSIONS).map(move |dimension| at(offset, dimension))).collect();
            let step = step_of(&weights);
            let of_filter: Vec<i8> = rounded(&weights, step).collect();
            let sums = whole.iter().flat_map(|word| of_filter.chunks(DIMENSIONS).map(|weights| sum(word, weights).abs()));
            let divisor = sums.max().unwrap_or(0).max(1) as f32 / 127.0;
            let bias = self.filter_biases.values[filter];
            println!("[{reach}] {bias:.5} {:.3e} {divisor:.3} {}", divisor * step * BYTE, bytes(&weights, step));
        }
        let heard = self.plan.heard();
        for (at, label) in labels.iter().enumerate() {
            let of_label = &self.outputs.values[at * heard..][..heard];
            let step = step_of(of_label);
            println!("[{label}] {:.3} {step:.6} {}", self.biases.values[at], bytes(of_label, step));
        }
        let mut names: Vec<(&String, usize)> = vocabulary.words.iter().map(|(word, at)| (word, *at)).collect();
        names.extend(vocabulary.kinds.iter().map(|(kind, at)| (kind, vocabulary.words.len() + at)));
        for (name, item) in names {
            println!("{name} {}", bytes(&like[item], BYTE));
        }
    }
}

/// The slopes of the filters and of what words are like, by those of the words' rows.
fn slopes_of(filters: &[f32], row: usize, like: &[f32], slopes: &[f32]) -> (Vec<f32>, Vec<f32>) {
    let (mut of_filters, mut of_words) = (vec![0.0; filters.len()], vec![0.0; like.len()]);
    for ((like, slopes), of_word) in like.chunks(DIMENSIONS).zip(slopes.chunks(row)).zip(of_words.chunks_mut(DIMENSIONS)) {
        if slopes.iter().all(|slope| *slope == 0.0) {
            continue;
        }
        for dimension in 0..DIMENSIONS {
            add(&mut of_filters[dimension * row..][..row], slopes, like[dimension]);
            of_word[dimension] = dot(&filters[dimension * row..][..row], slopes);
        }
    }
    (of_filters, of_words)
}

fn sum(word: &[i8], weights: &[i8]) -> i32 {
    word.iter().zip(weights).map(|(word, weight)| i32::from(*word) * i32::from(*weight)).sum()
}
