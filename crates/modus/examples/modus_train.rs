//! Trains the learned part and prints its file:
//! `cargo run --release -p modus --example modus_train -- FILE... > words.txt`, to be put into
//! `rules/modus/learned/`
//!
//! With `--cross N` it prints instead how texts are read by a learned part that was trained without them, in N parts (`--show FIELD` with
//! the differences; `--also FILE` is trained on and not read). Signals stand as they are, so this says nothing of rules that were written on the same texts.
//!
//! Logistic regression a label on which signs a text has (`src/learned.rs`), each sign in proportion to how far its odds stand apart, by
//! gradient descent with a pull towards nought; then the largest weights alone, trained again. No dice: the same texts give the same
//! file. Trained on the project's own narratives only.

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
/// Signs kept for a value, and for an outcome or "is it a scam call", which more things speak for.
const KEPT: usize = 120;
const KEPT_OF_WHOLE: usize = 300;
/// Texts that a label must have.
const LEAST_TEXTS: usize = 4;
/// The pull towards nought.
const PULL: f64 = 0.01;
/// Steps of descent.
const STEPS: usize = 200;
/// Most that a sign counts by.
const MOST_APART: f64 = 2.5;

#[allow(clippy::print_stdout, reason = "an example's output is its result")]
fn main() {
    let (mut files, mut also) = (Vec::new(), Vec::new());
    let (mut parts, mut show, mut rules) = (0, None, None);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--cross" => parts = arguments.next().and_then(|n| n.parse().ok()).expect("a number of parts"),
            "--also" => also.extend(arguments.next()),
            "--rules" => rules = arguments.next(),
            "--show" => show = arguments.next(),
            _ => files.push(argument),
        }
    }
    let packs = rules.map_or_else(Packs::builtin, |folder| folder::packs(&folder));
    let reader = Reader::rules_only(&packs);
    let mut cases: Vec<cases::Case> = files.iter().flat_map(|file| cases::read(file)).collect();
    let tested = cases.len();
    cases.extend(also.iter().flat_map(|file| cases::read(file)));
    let signs: Vec<Vec<String>> = cases.iter().map(|case| reader.learned_signs(&case.text)).collect();
    if parts == 0 {
        let all: Vec<usize> = (0..cases.len()).collect();
        print!("{}", file(&cases, &signs, &all));
        return;
    }
    let mut total = score::Score::default();
    for part in 0..parts {
        let (held, taught): (Vec<usize>, Vec<usize>) = (0..cases.len()).partition(|at| *at < tested && at % parts == part);
        let reader = Reader::with_learned(&packs, &file(&cases, &signs, &taught)).expect("a file of the learned part");
        let held: Vec<cases::Case> = held.into_iter().map(|at| cases[at].clone()).collect();
        total.add(&score::of(&reader, &held));
        if let Some(field) = &show {
            for case in &held {
                if let Some(difference) = score::difference(&reader, case, field) {
                    println!("{} {difference}\n    {}", case.id, case.text.replace('\n', " "));
                }
            }
        }
    }
    println!("{total}");
}

/// The file learned from some of the cases.
fn file(cases: &[cases::Case], signs: &[Vec<String>], taught: &[usize]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for sign in taught.iter().flat_map(|at| &signs[*at]) {
        *counts.entry(sign).or_default() += 1;
    }
    let vocabulary: Vec<&str> = counts.iter().filter(|(_, n)| **n >= LEAST).map(|(sign, _)| *sign).collect();
    let place: BTreeMap<&str, usize> = vocabulary.iter().enumerate().map(|(at, sign)| (*sign, at)).collect();
    let rows: Vec<Vec<usize>> =
        taught.iter().map(|at| signs[*at].iter().filter_map(|sign| place.get(sign.as_str()).copied()).collect()).collect();
    let mut out = format!(
        "# The learned part: `cargo run --release -p modus --example modus_train`, from {} narratives written for this project\n\
         # (`fixtures/modus/`), invented throughout. `[field.value] bias`, then a sign with its weight: `word`, `word_next`, `word~near`,\n\
         # `!denied`, `$late`; a word without its ending, or the kind of word it is (`kinds.txt`).\n",
        taught.len()
    );
    for (name, truth) in labels(cases, taught) {
        let positive = truth.iter().filter(|one| **one).count();
        if positive < LEAST_TEXTS || positive + LEAST_TEXTS > truth.len() {
            continue;
        }
        let scale = apart(&rows, &truth, vocabulary.len());
        let whole = name.starts_with("outcome.") || name.starts_with("scam_call.");
        let used: Vec<bool> = vocabulary.iter().map(|sign| whole || !sign.starts_with(['$', '='])).collect();
        let (_, weights) = train(&rows, &truth, &scale, &used);
        let mut order: Vec<usize> = (0..weights.len()).filter(|sign| used[*sign]).collect();
        order.sort_by(|a, b| weights[*b].abs().total_cmp(&weights[*a].abs()).then(a.cmp(b)));
        let mut kept = vec![false; weights.len()];
        order.into_iter().take(if whole { KEPT_OF_WHOLE } else { KEPT }).for_each(|sign| kept[sign] = true);
        let (bias, weights) = train(&rows, &truth, &scale, &kept);
        let _ = writeln!(out, "\n[{name}] {bias:.2}");
        for (sign, weight) in weights.iter().enumerate() {
            if weight.abs() >= 0.02 {
                let _ = writeln!(out, "{} {weight:.2}", vocabulary[sign]);
            }
        }
    }
    out
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

/// How far the odds of each sign stand apart between the texts that have a label and those that do not: what it counts by.
fn apart(rows: &[Vec<usize>], truth: &[bool], signs: usize) -> Vec<f64> {
    let (mut with, mut without) = (vec![0.5_f64; signs], vec![0.5; signs]);
    let (mut n_with, mut n_without) = (1.0_f64, 1.0_f64);
    for (row, truth) in rows.iter().zip(truth) {
        let (counts, n) = if *truth { (&mut with, &mut n_with) } else { (&mut without, &mut n_without) };
        *n += 1.0;
        row.iter().for_each(|sign| counts[*sign] += 1.0);
    }
    with.iter()
        .zip(&without)
        .map(|(with, without)| ((with / n_with) / (without / n_without)).ln().abs().min(MOST_APART))
        .collect()
}

/// Bias and weights after the steps of gradient descent over all texts.
fn train(rows: &[Vec<usize>], truth: &[bool], scale: &[f64], used: &[bool]) -> (f64, Vec<f64>) {
    let mut weights = vec![0.0; scale.len()];
    let positive = truth.iter().filter(|one| **one).count() as f64;
    let n = truth.len() as f64;
    let mut bias = (positive / (n - positive)).ln();
    for _ in 0..STEPS {
        let mut slope = vec![0.0; scale.len()];
        let mut lean = 0.0;
        for (row, truth) in rows.iter().zip(truth) {
            let sum: f64 = bias + row.iter().map(|sign| weights[*sign]).sum::<f64>();
            let error = f64::from(u8::from(*truth)) - 1.0 / (1.0 + (-sum).exp());
            lean += error;
            row.iter().for_each(|sign| slope[*sign] += error);
        }
        bias += 0.5 * lean / n;
        for ((weight, slope), (scale, used)) in weights.iter_mut().zip(slope).zip(scale.iter().zip(used)) {
            if *used {
                // A sign scaled by s has its weight's slope scaled by s squared.
                *weight += 0.25 * (scale * scale * slope / n - PULL * *weight);
            }
        }
    }
    (bias, weights)
}
