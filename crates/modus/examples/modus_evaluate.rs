//! Measures readings against labels, field by field.
//!
//! `cargo run --release -p modus --example modus_evaluate -- [--rules DIR] [--learned NETWORK WINDOWS] [--names FILE] [--rules-only] [--errors FIELD] [--signals] FILE...
//! `--examples` runs every signal on its examples; `--signals` counts the texts of scam calls in which each signal is found, with its label and without.`
//! Files are `reports_dev.jsonl` (a name with `#development` or `#test` after it takes that half of its ids) or field cases (`.txt`).

#[path = "../tests/it/cases.rs"]
mod cases;
#[path = "folder/mod.rs"]
mod folder;
#[path = "../tests/it/score.rs"]
mod score;

use modus::{Packs, Reader};

#[allow(clippy::print_stdout, reason = "an example's output is its result")]
fn main() {
    let mut arguments = std::env::args().skip(1);
    let mut files = Vec::new();
    let (mut rules, mut errors, mut names, mut learned, mut rules_only, mut signals, mut examples) =
        (None, None, None, None, false, false, false);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--rules" => rules = arguments.next(),
            "--errors" => errors = arguments.next(),
            "--learned" => learned = arguments.next().zip(arguments.next()),
            "--names" => names = arguments.next(),
            "--rules-only" => rules_only = true,
            "--signals" => signals = true,
            "--examples" => examples = true,
            _ => files.push(argument),
        }
    }
    let packs = rules.map_or_else(Packs::builtin, |folder| folder::packs(&folder));
    let reader = match learned {
        _ if rules_only => Reader::rules_only(&packs),
        None => Reader::new(&packs),
        Some((network, windows)) => {
            let text = |file: String| std::fs::read_to_string(file).expect("a file of the learned part");
            Reader::with_learned(&packs, &text(network), &text(windows)).unwrap_or_else(|bad| panic!("{bad}"))
        }
    };
    let reader = match names {
        Some(file) => reader
            .with_names(&std::fs::read_to_string(file).expect("a file of the weights of names"))
            .unwrap_or_else(|line| panic!("the weights of names, line {line}")),
        None => reader,
    };
    if examples {
        for wrong in reader.check_examples() {
            println!("{} {} in: {}", wrong.signal, if wrong.wanted { "is not found" } else { "is found" }, wrong.text);
        }
    }
    for file in files {
        let cases = cases::read(&file);
        let score = score::of(&reader, &cases);
        println!("{file}: {score}");
        if signals {
            let told = cases.iter().filter(|case| case.scam_call).map(|case| (case.text.as_str(), cases::labels(case)));
            for hits in reader.mass_check(told) {
                println!("{:40} with {}/{} without {}/{}", hits.signal, hits.with.1, hits.with.0, hits.without.1, hits.without.0);
            }
        }
        if let Some(field) = &errors {
            for case in &cases {
                if let Some(difference) = score::difference(&reader, case, field) {
                    println!("{} {difference}\n    {}", case.id, case.text.replace('\n', " "));
                }
            }
        }
    }
}
