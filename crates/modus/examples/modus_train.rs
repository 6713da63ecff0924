//! Trains the learned part and prints its file:
//! `cargo run --release -p modus --example modus_train -- FILE... > words.txt`, to be put into
//! `rules/modus/learned/`
//!
//! With `--by-author` it prints instead how the texts of each file are read by a learned part that was trained without that file (all of
//! our own `.txt` are one): the figure for hands not seen. With `--cross N` the same in N parts drawn through all files. `--show FIELD` prints
//! the differences, `--parts DIR` keeps what was learned for each part, `--also FILE` is read by what was learned from all the others
//! and never trained on. Signals stand as they are, so this says nothing of rules that were written on the same texts.
//!
//! Logistic regression, a label at a time, on which signs a text has (`src/learned.rs`), each sign in proportion to how far its odds
//! stand apart, by gradient descent with momentum and a pull towards nought; then the largest weights alone, trained again. All labels
//! go through the texts together, as that is faster. No dice: the same texts give the same file. Trained on the project's own
//! narratives only.

#[path = "../tests/it/cases.rs"]
mod cases;
#[path = "folder/mod.rs"]
mod folder;
#[path = "../tests/it/score.rs"]
mod score;

use std::collections::BTreeMap;
use std::fmt::Write;

use modus::{Packs, Reader};

/// Texts that a sign must stand in.
const LEAST: usize = 2;
/// How many signs a label has.
struct Most {
    /// Looked at: those whose odds stand apart most surely.
    looked_at: usize,
    /// Kept: those that weigh most.
    kept: usize,
}
/// For a value of a list.
const OF_A_VALUE: Most = Most { looked_at: 3_000, kept: 1_000 };
/// For an outcome or "is it a scam call", which more things speak for.
const OF_THE_WHOLE: Most = Most { looked_at: 5_000, kept: 4_000 };
/// Texts that a label must have.
const LEAST_TEXTS: usize = 4;
/// The pull towards nought.
const PULL: f32 = 0.002;
/// Steps of descent: with all signs, to choose among them, and with those kept.
const STEPS: [usize; 2] = [30, 60];
/// Length of a step.
const STRIDE: f32 = 0.25;
/// Most that a sign counts by.
const MOST_APART: f32 = 2.5;

#[allow(clippy::print_stdout, reason = "an example's output is its result")]
fn main() {
    let (mut files, mut also) = (Vec::new(), Vec::new());
    let (mut parts, mut by_author, mut show, mut rules, mut keep) = (0, false, None, None, None);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--cross" => parts = arguments.next().and_then(|n| n.parse().ok()).expect("a number of parts"),
            "--by-author" => by_author = true,
            "--also" => also.extend(arguments.next()),
            "--rules" => rules = arguments.next(),
            "--show" => show = arguments.next(),
            "--parts" => keep = arguments.next(),
            _ => files.push(argument),
        }
    }
    let packs = rules.map_or_else(Packs::builtin, |folder| folder::packs(&folder));
    let reader = Reader::rules_only(&packs);
    let (mut cases, mut authors): (Vec<cases::Case>, Vec<&str>) = (Vec::new(), Vec::new());
    for file in &files {
        let of = cases::read(file);
        authors.extend(of.iter().map(|_| if file.ends_with(".txt") { "our own" } else { file.as_str() }));
        cases.extend(of);
    }
    let signs: Vec<Vec<String>> = cases.iter().map(|case| reader.learned_signs(&case.text)).collect();
    let all: Vec<usize> = (0..cases.len()).collect();
    if parts == 0 && !by_author {
        print!("{}", file(&cases, &signs, &all));
        return;
    }
    let mut held: Vec<(String, Vec<usize>)> = Vec::new();
    for at in all.iter().copied() {
        let name = if by_author { authors[at].to_owned() } else { format!("part {}", at % parts) };
        match held.iter_mut().find(|(held, _)| *held == name) {
            Some((_, places)) => places.push(at),
            None => held.push((name, vec![at])),
        }
    }
    let mut total = score::Score::default();
    let read = |name: &str, taught: &[usize], texts: &[cases::Case]| {
        let learned = file(&cases, &signs, taught);
        if let Some(folder) = &keep {
            let name: String = name.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
            std::fs::write(format!("{folder}/{name}.txt"), &learned).expect("a folder for the parts");
        }
        let reader = Reader::with_learned(&packs, &learned, "").expect("a file of the learned part");
        let score = score::of(&reader, texts);
        println!("{name}: {score}");
        for case in texts {
            if let Some(difference) = show.as_ref().and_then(|field| score::difference(&reader, case, field)) {
                println!("{} {difference}\n    {}", case.id, case.text.replace('\n', " "));
            }
        }
        score
    };
    for (name, places) in &held {
        let taught: Vec<usize> = all.iter().copied().filter(|at| !places.contains(at)).collect();
        let texts: Vec<cases::Case> = places.iter().map(|at| cases[*at].clone()).collect();
        total.add(&read(name, &taught, &texts));
    }
    println!("all: {total}");
    for name in &also {
        read(name, &all, &cases::read(name));
    }
}

/// The texts that are taught, as the numbers of their signs.
struct Rows {
    starts: Vec<usize>,
    signs: Vec<u32>,
}

impl Rows {
    fn iter(&self) -> impl Iterator<Item = &[u32]> {
        self.starts.windows(2).map(|ends| &self.signs[ends[0]..ends[1]])
    }

    fn of(rows: impl Iterator<Item = Vec<u32>>) -> Rows {
        let mut all = Rows { starts: vec![0], signs: Vec::new() };
        for row in rows {
            all.signs.extend(row);
            all.starts.push(all.signs.len());
        }
        all
    }
}

/// The file learned from some of the cases.
fn file(cases: &[cases::Case], signs: &[Vec<String>], taught: &[usize]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for sign in taught.iter().flat_map(|at| &signs[*at]) {
        *counts.entry(sign).or_default() += 1;
    }
    let vocabulary: Vec<&str> = counts.iter().filter(|(_, n)| **n >= LEAST).map(|(sign, _)| *sign).collect();
    let place: BTreeMap<&str, u32> = vocabulary.iter().zip(0..).map(|(sign, at)| (*sign, at)).collect();
    let rows = Rows::of(taught.iter().map(|at| signs[*at].iter().filter_map(|sign| place.get(sign.as_str()).copied()).collect()));
    let labels: Vec<(String, Vec<bool>)> = labels(cases, taught)
        .into_iter()
        .filter(|(_, truth)| {
            let positive = truth.iter().filter(|one| **one).count();
            positive >= LEAST_TEXTS && positive + LEAST_TEXTS <= truth.len()
        })
        .collect();
    let width = labels.len().next_multiple_of(8);
    let whole: Vec<bool> =
        labels.iter().map(|(name, _)| name.starts_with("outcome.") || name.starts_with("scam_call.")).collect();
    let most = |label: usize| if whole[label] { &OF_THE_WHOLE } else { &OF_A_VALUE };
    let mut scale = vec![0.0; vocabulary.len() * width];
    for (label, (_, truth)) in labels.iter().enumerate() {
        let mut weight = vec![0.0_f32; vocabulary.len()];
        for (sign, apart) in apart(&rows, truth, vocabulary.len()).into_iter().enumerate() {
            // The end of a text, and the signals, say how it ended and what it is, not what was asked for.
            let name = vocabulary[sign];
            if whole[label] || !name.starts_with(['$', '=']) {
                scale[sign * width + label] = apart.0;
                weight[sign] = apart.1;
            }
        }
        // Only those that tell most are looked at.
        let mut order: Vec<usize> = (0..vocabulary.len()).filter(|sign| weight[*sign] > 0.0).collect();
        order.sort_by(|a, b| weight[*b].total_cmp(&weight[*a]).then(a.cmp(b)));
        for sign in order.into_iter().skip(most(label).looked_at) {
            scale[sign * width + label] = 0.0;
        }
    }
    let (rows, vocabulary, mut scale) = narrowed(&rows, &vocabulary, &scale, width);
    let truths: Vec<&[bool]> = labels.iter().map(|(_, truth)| truth.as_slice()).collect();
    let (_, weights) = descend(&rows, &truths, &scale, width, STEPS[0]);
    for label in 0..labels.len() {
        let mut order: Vec<usize> = (0..vocabulary.len()).filter(|sign| scale[sign * width + label] > 0.0).collect();
        let size = |sign: &usize| weights[sign * width + label].abs();
        order.sort_by(|a, b| size(b).total_cmp(&size(a)).then(a.cmp(b)));
        for sign in order.into_iter().skip(most(label).kept) {
            scale[sign * width + label] = 0.0;
        }
    }
    // Again with those that are kept for any label.
    let (rows, vocabulary, scale) = narrowed(&rows, &vocabulary, &scale, width);
    let (bias, weights) = descend(&rows, &truths, &scale, width, STEPS[1]);
    let mut out = format!(
        "# The learned part: `cargo run --release -p modus --example modus_train`, from {} narratives written for this project\n\
         # (`fixtures/modus/`), invented throughout. `[field.value] bias`, then a sign with its weight: `word`, `word_next`, `word~near`,\n\
         # `!denied`, `$late`, `=signal`; a word without its ending, or the kind of word it is (`kinds.txt`).\n",
        taught.len()
    );
    for (label, (name, _)) in labels.iter().enumerate() {
        let _ = writeln!(out, "\n[{name}] {:.2}", bias[label]);
        for (at, sign) in vocabulary.iter().enumerate() {
            let weight = weights[at * width + label];
            if weight.abs() >= 0.02 {
                let _ = writeln!(out, "{sign} {weight:.2}");
            }
        }
    }
    out
}

/// The texts, signs and scales of only those signs that are used for a label.
fn narrowed<'s>(rows: &Rows, vocabulary: &[&'s str], scale: &[f32], width: usize) -> (Rows, Vec<&'s str>, Vec<f32>) {
    let kept: Vec<usize> =
        (0..vocabulary.len()).filter(|sign| scale[sign * width..][..width].iter().any(|scale| *scale > 0.0)).collect();
    let mut number = vec![u32::MAX; vocabulary.len()];
    kept.iter().zip(0..).for_each(|(sign, at)| number[*sign] = at);
    let rows =
        Rows::of(rows.iter().map(|row| row.iter().map(|sign| number[*sign as usize]).filter(|at| *at != u32::MAX).collect()));
    let names = kept.iter().map(|sign| vocabulary[*sign]).collect();
    (rows, names, kept.iter().flat_map(|sign| &scale[sign * width..][..width]).copied().collect())
}

/// Every label with which of the texts have it.
fn labels(cases: &[cases::Case], taught: &[usize]) -> BTreeMap<String, Vec<bool>> {
    let mut all: BTreeMap<String, Vec<bool>> = BTreeMap::new();
    let n = taught.len();
    for (at, case) in taught.iter().map(|at| &cases[*at]).enumerate() {
        let mut tell = |name: String| all.entry(name).or_insert_with(|| vec![false; n])[at] = true;
        if !case.scam_call {
            continue;
        }
        tell("scam_call.yes".to_owned());
        tell(format!("outcome.{}", case.outcome));
        for (field, list) in cases::FIELDS.iter().zip(&case.lists) {
            for value in list {
                tell(format!("{field}.{value}"));
            }
        }
    }
    all
}

/// How far the odds of each sign stand apart between the texts that have a label and those that do not, which is what it counts by, and
/// how surely.
fn apart(rows: &Rows, truth: &[bool], signs: usize) -> Vec<(f32, f32)> {
    let (mut with, mut without) = (vec![0.5_f32; signs], vec![0.5_f32; signs]);
    let (mut n_with, mut n_without) = (1.0_f32, 1.0_f32);
    for (row, truth) in rows.iter().zip(truth) {
        let (counts, n) = if *truth { (&mut with, &mut n_with) } else { (&mut without, &mut n_without) };
        *n += 1.0;
        row.iter().for_each(|sign| counts[*sign as usize] += 1.0);
    }
    with.iter()
        .zip(&without)
        .map(|(with, without)| {
            let apart = ((with / n_with) / (without / n_without)).ln().abs();
            // How sure that is: the log odds over its error.
            (apart.min(MOST_APART), apart / (1.0 / with + 1.0 / without).sqrt())
        })
        .collect()
}

/// Bias and weights of all labels after the steps of descent over all texts: `weights[sign * width + label]`. A sign whose scale for a
/// label is nought is not used for it.
fn descend(rows: &Rows, truths: &[&[bool]], scale: &[f32], width: usize, steps: usize) -> (Vec<f32>, Vec<f32>) {
    let n = rows.starts.len().saturating_sub(1) as f32;
    let mut bias = vec![0.0_f32; width];
    for (bias, truth) in bias.iter_mut().zip(truths) {
        let positive = truth.iter().filter(|one| **one).count() as f32;
        *bias = (positive / (n - positive)).ln();
    }
    let mut weights = vec![0.0_f32; scale.len()];
    let (mut ahead, mut slope) = (weights.clone(), weights.clone());
    let (mut sums, mut lean) = (vec![0.0_f32; width], vec![0.0_f32; width]);
    for step in 0..steps {
        slope.fill(0.0);
        lean.fill(0.0);
        for (at, row) in rows.iter().enumerate() {
            sums.copy_from_slice(&bias);
            for sign in row {
                let weights = &ahead[*sign as usize * width..][..width];
                sums.iter_mut().zip(weights).for_each(|(sum, weight)| *sum += weight);
            }
            for (label, sum) in sums.iter_mut().enumerate() {
                let truth = truths.get(label).is_some_and(|truth| truth[at]);
                *sum = f32::from(u8::from(truth)) - 1.0 / (1.0 + (-*sum).exp());
            }
            lean.iter_mut().zip(&sums).for_each(|(lean, error)| *lean += error);
            for sign in row {
                let slope = &mut slope[*sign as usize * width..][..width];
                slope.iter_mut().zip(&sums).for_each(|(slope, error)| *slope += error);
            }
        }
        bias.iter_mut().zip(&lean).for_each(|(bias, lean)| *bias += 2.0 * STRIDE * lean / n);
        // Momentum after Nesterov: the slope is taken a little ahead of where the weights are.
        let momentum = step as f32 / (step as f32 + 3.0);
        for (((weight, ahead), slope), scale) in weights.iter_mut().zip(&mut ahead).zip(&slope).zip(scale) {
            // A sign scaled by s has its weight's slope scaled by s squared.
            let next = *ahead + STRIDE * (scale * scale * slope / n - PULL * *ahead);
            *ahead = next + momentum * (next - *weight);
            *weight = next;
        }
    }
    (bias, weights)
}
