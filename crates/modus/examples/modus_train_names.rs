//! Trains the weights of names and prints their file:
//! `cargo run --release -p modus --example modus_train_names -- FILE... > names.txt`, to be put into `rules/modus/learned/`
//!
//! With `--by-author` it prints instead how the names of each file are read by weights that were trained without that file: the figure for
//! hands not seen; `--parts DIR` keeps those weights.
//!
//! Logistic regression on the signs of whatever may be a name (`src/names/signs.rs`), a sign at a time; then the signs that weigh most
//! alone, trained again. No dice: the same texts give the same file.

#[path = "../tests/it/cases.rs"]
mod cases;
#[path = "../tests/it/score.rs"]
mod score;

use std::collections::BTreeMap;
use std::fmt::Write;

use modus::{Packs, Reader};

/// Names that a sign must stand with.
const LEAST: usize = 3;
/// Signs kept.
const KEPT: usize = 2_500;
/// The pull towards nought.
const PULL: f64 = 2.0;
/// Times that all signs are gone through.
const ROUNDS: usize = 40;
/// What a name counts in a text about no scam call: few of those are read at all.
const ELSEWHERE: f64 = 0.2;
/// Most that a weight moves at once.
const STRIDE: f64 = 1.0;

/// What may be a name, as it is taught.
struct Taught {
    file: usize,
    signs: Vec<String>,
    is_callers: bool,
    counts: f64,
}

#[allow(clippy::print_stdout, reason = "an example's output is its result")]
fn main() {
    let (mut files, mut by_author, mut keep) = (Vec::new(), false, None);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--by-author" => by_author = true,
            "--parts" => keep = arguments.next(),
            _ => files.push(argument),
        }
    }
    let reader = Reader::new(&Packs::builtin());
    let mut taught = Vec::new();
    let all: Vec<Vec<cases::Case>> = files.iter().map(|file| cases::read(file)).collect();
    for (file, cases) in all.iter().enumerate() {
        for case in cases {
            let names: Vec<String> = case.names.iter().map(|name| name.to_lowercase()).collect();
            for (forms, signs) in reader.name_signs(&case.text) {
                let is_callers = forms.iter().any(|form| names.contains(&form.to_lowercase()));
                taught.push(Taught { file, signs, is_callers, counts: if case.scam_call { 1.0 } else { ELSEWHERE } });
            }
        }
    }
    if !by_author {
        print!("{}", weights(&taught.iter().collect::<Vec<_>>(), all.iter().map(Vec::len).sum()));
        return;
    }
    let mut total = score::Score::default();
    for (file, cases) in all.iter().enumerate() {
        let others: Vec<&Taught> = taught.iter().filter(|one| one.file != file).collect();
        let learned = weights(&others, all.iter().map(Vec::len).sum::<usize>() - cases.len());
        if let Some(folder) = &keep {
            let name = files[file].rsplit('/').next().unwrap_or_default();
            std::fs::write(format!("{folder}/{name}.txt"), &learned).expect("a folder for the parts");
        }
        let reader = reader.clone().with_names(&learned).expect("weights of names");
        let score = score::of(&reader, cases);
        println!("{}: names {:?}", files[file], score.names);
        total.add(&score);
    }
    println!("all: names {:?}", total.names);
}

/// The file of weights learned from some names.
fn weights(taught: &[&Taught], texts: usize) -> String {
    let mut places: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, one) in taught.iter().enumerate() {
        for sign in &one.signs {
            places.entry(sign).or_default().push(at);
        }
    }
    places.retain(|_, places| places.len() >= LEAST);
    let mut signs: Vec<(&str, Vec<usize>)> = places.into_iter().collect();
    let (_, first) = descend(taught, &signs);
    // What a sign moves in all: its weight, the more so the oftener it stands.
    let moves = |at: usize| first[at].abs() * (signs[at].1.len() as f64).powf(0.25);
    let mut order: Vec<usize> = (0..signs.len()).collect();
    order.sort_by(|a, b| moves(*b).total_cmp(&moves(*a)).then(a.cmp(b)));
    order.truncate(KEPT);
    order.sort_unstable();
    signs = order.into_iter().map(|at| std::mem::take(&mut signs[at])).collect();
    let (bias, weights) = descend(taught, &signs);
    let mut out = format!(
        "# The weights of names: `cargo run --release -p modus --example modus_train_names`, from {texts} narratives written for this\n\
         # project (`fixtures/modus/`), invented throughout. A sign and its weight: how it stands, marks, words without their endings or\n\
         # the kinds of words they are (`kinds.txt`). How a sign is told: `src/names/signs.rs`.\nbias {bias:.3}\n"
    );
    for ((sign, _), weight) in signs.iter().zip(weights).filter(|(_, weight)| weight.abs() >= 0.02) {
        let _ = writeln!(out, "{sign} {weight:.2}");
    }
    out
}

/// Bias and weights, by Newton's steps along one sign after another.
fn descend(taught: &[&Taught], signs: &[(&str, Vec<usize>)]) -> (f64, Vec<f64>) {
    let mut weights = vec![0.0; signs.len()];
    let mut bias = 0.0;
    let mut sums = vec![0.0_f64; taught.len()];
    let every: Vec<usize> = (0..taught.len()).collect();
    for _ in 0..ROUNDS {
        bias += step(taught, &mut sums, &every, 0.0, 0.0);
        for ((_, places), weight) in signs.iter().zip(&mut weights) {
            *weight += step(taught, &mut sums, places, *weight, PULL);
        }
    }
    (bias, weights)
}

/// How far a weight moves; the sums of the names with its sign move with it.
fn step(taught: &[&Taught], sums: &mut [f64], places: &[usize], weight: f64, pull: f64) -> f64 {
    let (mut slope, mut bend) = (pull * weight, pull + 1e-9);
    for at in places {
        let likely = 1.0 / (1.0 + (-sums[*at]).exp());
        slope += taught[*at].counts * (likely - f64::from(u8::from(taught[*at].is_callers)));
        bend += taught[*at].counts * likely * (1.0 - likely);
    }
    let moved = (-slope / bend).clamp(-STRIDE, STRIDE);
    for at in places {
        sums[*at] += moved;
    }
    moved
}
