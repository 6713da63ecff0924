//! Trains the windows of the learned part and prints their file:
//! `cargo run --release -p modus --example modus_train_windows -- FILE... > windows.txt`, to be put into `rules/modus/learned/`
//!
//! How is told in `windows/mod.rs`. Trained on the project's own narratives only.

#[path = "../tests/it/cases.rs"]
mod cases;
#[path = "descent/mod.rs"]
mod descent;
#[path = "windows/mod.rs"]
mod windows;

use modus::shape::WINDOWS;
use modus::{Packs, Reader};
use windows::{Also, Plan, Text, Vocabulary, Windows};

const PLAN: Plan = Plan { shape: WINDOWS, also: Also::Late, rounds: 14, most: None };

#[allow(clippy::print_stdout, reason = "an example's output is its result")]
fn main() {
    let reader = Reader::rules_only(&Packs::builtin());
    let cases: Vec<cases::Case> = std::env::args().skip(1).flat_map(|file| cases::read(&file)).collect();
    let words: Vec<Vec<(String, String)>> = cases.iter().map(|case| reader.learned_words(&case.text)).collect();
    let labels = descent::labels(&cases);
    let vocabulary = Vocabulary::of(&words);
    let texts: Vec<Text> = cases
        .iter()
        .zip(&words)
        .map(|(case, words)| Text { words: vocabulary.numbers(words), truth: descent::truth(case, &labels), weight: 1.0 })
        .collect();
    let mut windows = Windows::new(PLAN, &vocabulary, &texts);
    windows.train(&texts);
    println!(
        "# The windows of the learned part: `cargo run --release -p modus --example modus_train_windows`, from {} narratives written for\n\
         # this project (`fixtures/modus/`), invented throughout. `[reach] bias worth divisor bytes` for a filter, `[field.value] bias step bytes`,\n\
         # `word bytes`, in base 64 (`crates/modus/src/learned/windows.rs`).",
        cases.len()
    );
    windows.print(&vocabulary, &labels);
}
