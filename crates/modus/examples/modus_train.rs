//! Trains the learned part and prints its file:
//! `cargo run --release -p modus --example modus_train -- fixtures/modus/narratives/*.txt > rules/modus/learned/words.txt`
//!
//! Logistic regression a label on which words and pairs of words a text has, by gradient descent with a pull towards nought; then the
//! largest weights alone, trained again. No dice: the same texts give the same file. Trained on the project's own narratives only.

#[path = "../tests/it/cases.rs"]
mod cases;

use std::collections::{BTreeMap, BTreeSet};

use modus::{Packs, Reader};

/// Texts that a word must stand in.
const LEAST: usize = 3;
/// Words and pairs kept a label.
const KEPT: usize = 40;

#[allow(clippy::print_stdout, reason = "an example's output is its result")]
fn main() {
    let reader = Reader::rules_only(&Packs::builtin());
    let cases: Vec<cases::Case> = std::env::args().skip(1).flat_map(|file| cases::read(&file)).collect();
    let texts: Vec<BTreeSet<String>> = cases.iter().map(|case| features(&reader.learned_words(&case.text))).collect();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for word in texts.iter().flatten() {
        *counts.entry(word).or_default() += 1;
    }
    let vocabulary: Vec<&str> = counts.iter().filter(|(_, n)| **n >= LEAST).map(|(word, _)| *word).collect();
    let place: BTreeMap<&str, usize> = vocabulary.iter().enumerate().map(|(at, word)| (*word, at)).collect();
    let rows: Vec<Vec<usize>> =
        texts.iter().map(|text| text.iter().filter_map(|word| place.get(word.as_str()).copied()).collect()).collect();
    println!(
        "# Learned words: `cargo run --release -p modus --example modus_train`, from {} narratives written for this project",
        cases.len()
    );
    println!(
        "# (`fixtures/modus/narratives/`), invented throughout. `[field.value] bias`, then a word or pair of words with its weight."
    );
    for (name, truth) in labels(&cases) {
        let positive = truth.iter().filter(|one| **one).count();
        if positive < 6 || positive + 6 > truth.len() {
            continue;
        }
        let (_, weights) = train(&rows, &truth, vocabulary.len(), None);
        let mut order: Vec<usize> = (0..weights.len()).collect();
        order.sort_by(|a, b| weights[*b].abs().total_cmp(&weights[*a].abs()).then(a.cmp(b)));
        let kept: BTreeSet<usize> = order.into_iter().take(KEPT).collect();
        let (bias, weights) = train(&rows, &truth, vocabulary.len(), Some(&kept));
        println!("\n[{name}] {bias:.2}");
        for word in kept {
            if weights[word].abs() >= 0.05 {
                println!("{} {:.2}", vocabulary[word], weights[word]);
            }
        }
    }
}

/// The words and pairs of a text.
fn features(words: &[String]) -> BTreeSet<String> {
    let pairs = words.windows(2).map(|pair| format!("{}_{}", pair[0], pair[1]));
    words.iter().cloned().chain(pairs).collect()
}

/// Every label with which texts have it.
fn labels(cases: &[cases::Case]) -> BTreeMap<String, Vec<bool>> {
    let mut all: BTreeMap<String, Vec<bool>> = BTreeMap::new();
    let n = cases.len();
    for (at, case) in cases.iter().enumerate() {
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

/// Bias and weights after 300 steps of gradient descent over all texts.
fn train(rows: &[Vec<usize>], truth: &[bool], words: usize, kept: Option<&BTreeSet<usize>>) -> (f64, Vec<f64>) {
    let mut weights = vec![0.0; words];
    let positive = truth.iter().filter(|one| **one).count() as f64;
    let n = truth.len() as f64;
    let mut bias = (positive / (n - positive)).ln();
    let used = |word: usize| kept.is_none_or(|kept| kept.contains(&word));
    for _ in 0..300 {
        let mut slope = vec![0.0; words];
        let mut lean = 0.0;
        for (row, truth) in rows.iter().zip(truth) {
            let sum: f64 = bias + row.iter().map(|word| weights[*word]).sum::<f64>();
            let error = f64::from(u8::from(*truth)) - 1.0 / (1.0 + (-sum).exp());
            lean += error;
            for word in row.iter().filter(|word| used(**word)) {
                slope[*word] += error;
            }
        }
        bias += 0.5 * lean / n;
        for (weight, slope) in weights.iter_mut().zip(slope) {
            *weight += 2.0 * (slope / n - 0.01 * *weight);
        }
    }
    (bias, weights)
}
