//! Trains the network of the learned part and prints its file:
//! `cargo run --release -p modus --example modus_train_network -- FILE... > network.txt`, to be put into `rules/modus/learned/`
//!
//! The signs that tell most of some label are taken; the weights of a layer of units over them, and of the labels over the units, are
//! found by gradient descent (`descent/mod.rs`), while in every step some signs and units are left out, so that none relies on another. What
//! is left out is drawn from a fixed seed: the same texts give the same file. Trained on the project's own narratives only.

#[path = "../tests/it/cases.rs"]
mod cases;
#[path = "descent/mod.rs"]
mod descent;

use std::collections::BTreeMap;

use descent::{Dice, Weights, add, bytes, learn_labels, shrinking, step_of};
use modus::shape::{STEP, WIDTH, loudness};
use modus::{Packs, Reader};

/// Texts that a sign must stand in.
const LEAST: u32 = 4;
/// Signs that are kept: those that tell most.
const SIGNS: usize = 10_000;
/// What the three labels that a sign tells most of count by.
const TELLS: [f32; 3] = [1.0, 0.5, 0.25];
/// Times that all texts are gone through.
const ROUNDS: usize = 15;
/// Texts of a step.
const BATCH: usize = 256;
/// Length of a step at first; it shrinks to nought as half a cosine.
const STRIDE: f32 = 0.003;
/// The pull towards nought, of the weights of signs and of all others.
const PULL: [f32; 2] = [0.1, 0.01];
/// Share of the signs that are left out of a text, and of the units.
const LEFT_OUT: [f32; 2] = [0.3, 0.5];
/// How the first weights lie about nought.
const FIRST: f32 = 0.05;

#[allow(clippy::print_stdout, reason = "an example's output is its result")]
fn main() {
    let reader = Reader::rules_only(&Packs::builtin());
    let cases: Vec<cases::Case> = std::env::args().skip(1).flat_map(|file| cases::read(&file)).collect();
    let signs: Vec<Vec<String>> = cases.iter().map(|case| reader.learned_signs(&case.text)).collect();
    let labels = descent::labels(&cases);
    let truths: Vec<Vec<Option<bool>>> = cases.iter().map(|case| descent::truth(case, &labels)).collect();
    let vocabulary = vocabulary(&signs, &truths);
    let place: BTreeMap<&str, usize> = vocabulary.iter().zip(0..).map(|(sign, at)| (*sign, at)).collect();
    let texts: Vec<Text> = signs
        .iter()
        .zip(truths)
        .map(|(signs, truth)| Text { signs: signs.iter().filter_map(|sign| place.get(sign.as_str()).copied()).collect(), truth })
        .collect();
    let mut network = Network::new(vocabulary.len(), &texts);
    network.train(&texts);
    network.even_out();
    println!(
        "# The network of the learned part: `cargo run --release -p modus --example modus_train_network`, from {} narratives written for\n\
         # this project (`fixtures/modus/`), invented throughout. `[units] step bytes`, `[field.value] common bias step bytes`, `sign bytes`, a\n\
         # byte a unit in base 64; signs as in `crates/modus/src/learned/signs.rs`.",
        cases.len()
    );
    let step = step_of(&network.units.values);
    println!("[units] {step:.6} {}", bytes(&network.units.values, step));
    for (at, label) in labels.iter().enumerate() {
        let of_label = &network.outputs.values[at * WIDTH..][..WIDTH];
        let step = step_of(of_label);
        println!("[{label}] {:.3} {:.3} {step:.6} {}", network.common[at], network.biases.values[at], bytes(of_label, step));
    }
    for (at, sign) in vocabulary.iter().enumerate() {
        println!("{sign} {}", bytes(&network.signs.values[at * WIDTH..][..WIDTH], STEP));
    }
}

/// A text as the numbers of its signs, and which labels it has.
struct Text {
    signs: Vec<usize>,
    truth: Vec<Option<bool>>,
}

/// The signs that tell most of a label: by how surely their odds stand apart between the texts with it and those without.
fn vocabulary<'s>(signs: &'s [Vec<String>], truths: &[Vec<Option<bool>>]) -> Vec<&'s str> {
    let n = signs.len() as f32;
    let n_with: Vec<f32> =
        (0..truths[0].len()).map(|label| truths.iter().filter(|truth| truth[label] == Some(true)).count() as f32).collect();
    let mut counts: BTreeMap<&str, (u32, Vec<f32>)> = BTreeMap::new();
    for (signs, truth) in signs.iter().zip(truths) {
        for sign in signs {
            let (count, with) = counts.entry(sign).or_insert_with(|| (0, vec![0.0; truth.len()]));
            *count += 1;
            with.iter_mut().zip(truth).for_each(|(with, truth)| *with += f32::from(u8::from(*truth == Some(true))));
        }
    }
    let mut order: Vec<(f32, &str)> = counts
        .into_iter()
        .filter(|(_, (count, _))| *count >= LEAST)
        .map(|(sign, (count, with))| {
            let sure = with.iter().zip(&n_with).map(|(with, n_with)| {
                let without = count as f32 - with;
                let apart = ((with + 0.5) / (n_with + 1.0)).ln() - ((without + 0.5) / (n - n_with + 1.0)).ln();
                apart.abs() / (1.0 / (with + 0.5) + 1.0 / (without + 0.5)).sqrt()
            });
            let mut sure: Vec<f32> = sure.collect();
            sure.sort_by(|a, b| b.total_cmp(a));
            (sure.iter().zip(TELLS).map(|(sure, tells)| sure * tells).sum(), sign)
        })
        .collect();
    order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    order.truncate(SIGNS);
    let mut names: Vec<&str> = order.into_iter().map(|(_, sign)| sign).collect();
    names.sort_unstable();
    names
}

struct Network {
    signs: Weights,
    units: Weights,
    outputs: Weights,
    biases: Weights,
    /// Log-odds before a word is read.
    common: Vec<f32>,
    dice: Dice,
}

impl Network {
    fn new(signs: usize, texts: &[Text]) -> Network {
        let mut dice = Dice(1);
        let truths: Vec<&[Option<bool>]> = texts.iter().map(|text| text.truth.as_slice()).collect();
        let common = descent::common(&truths);
        let spread = 1.0 / (WIDTH as f32).sqrt();
        Network {
            signs: Weights::new(dice.about(signs * WIDTH, FIRST * 3.0_f32.sqrt()), PULL[0]),
            units: Weights::new(vec![0.0; WIDTH], PULL[1]),
            outputs: Weights::new(dice.about(common.len() * WIDTH, spread), PULL[1]),
            biases: Weights::new(common.clone(), PULL[1]),
            common,
            dice,
        }
    }

    fn train(&mut self, texts: &[Text]) {
        let mut order: Vec<usize> = (0..texts.len()).collect();
        let steps = ROUNDS * texts.len().div_ceil(BATCH);
        let mut step = 0;
        for _ in 0..ROUNDS {
            self.dice.shuffle(&mut order);
            for batch in order.chunks(BATCH) {
                for at in batch {
                    self.learn(&texts[*at], 1.0 / batch.len() as f32);
                }
                let stride = STRIDE * shrinking(step as f32 / steps as f32);
                step += 1;
                for weights in [&mut self.signs, &mut self.units, &mut self.outputs, &mut self.biases] {
                    weights.step(stride, step);
                }
            }
        }
    }

    /// Adds the slopes of one text.
    fn learn(&mut self, text: &Text, share: f32) {
        let loud = loudness(text.signs.len() as u32);
        let kept: Vec<(usize, f32)> =
            text.signs.iter().map(|sign| (*sign, loud * self.dice.keeps(LEFT_OUT[0]))).filter(|(_, by)| *by > 0.0).collect();
        let mut lit = self.units.values.clone();
        for (sign, by) in &kept {
            add(&mut lit, &self.signs.values[sign * WIDTH..][..WIDTH], *by);
        }
        let heard: Vec<f32> = lit.iter().map(|lit| if *lit > 0.0 { self.dice.keeps(LEFT_OUT[1]) } else { 0.0 }).collect();
        lit.iter_mut().zip(&heard).for_each(|(lit, heard)| *lit *= heard);
        let mut back = learn_labels(&mut self.outputs, &mut self.biases, &lit, &text.truth, share);
        back.iter_mut().zip(&heard).for_each(|(back, heard)| *back *= heard);
        add(&mut self.units.slopes, &back, 1.0);
        for (sign, by) in &kept {
            add(&mut self.signs.slopes[sign * WIDTH..][..WIDTH], &back, *by);
        }
    }

    /// Makes the largest weight of each unit one, and the labels' weights of the unit so much larger: it says the same.
    fn even_out(&mut self) {
        for unit in 0..WIDTH {
            let of_unit =
                |values: &[f32]| values.iter().skip(unit).step_by(WIDTH).fold(0.0, |most: f32, one| most.max(one.abs()));
            let most = of_unit(&self.signs.values).max(f32::MIN_POSITIVE);
            let each = |values: &mut [f32], by: f32| values.iter_mut().skip(unit).step_by(WIDTH).for_each(|one| *one *= by);
            each(&mut self.signs.values, 1.0 / most);
            each(&mut self.units.values, 1.0 / most);
            each(&mut self.outputs.values, most);
        }
    }
}
