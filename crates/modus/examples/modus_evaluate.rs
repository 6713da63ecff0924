//! Measures readings against labels, field by field.
//!
//! `cargo run --release -p modus --example modus_evaluate -- [--rules DIR] [--errors FIELD] [--show] FILE...`
//! Files are `reports_dev.jsonl` (a name with `#development` or `#test` after it takes that half of its ids) or field cases (`.txt`).

#[path = "../tests/it/cases.rs"]
mod cases;
#[path = "../tests/it/score.rs"]
mod score;

use modus::{Packs, Reader};

#[allow(clippy::print_stdout, reason = "an example's output is its result")]
fn main() {
    let mut arguments = std::env::args().skip(1);
    let mut files = Vec::new();
    let (mut rules, mut errors) = (None, None);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--rules" => rules = arguments.next(),
            "--errors" => errors = arguments.next(),
            _ => files.push(argument),
        }
    }
    let packs = rules.map_or_else(Packs::builtin, |folder| {
        let mut paths: Vec<_> = std::fs::read_dir(&folder).expect("rules").map(|entry| entry.expect("entry").path()).collect();
        paths.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
        paths.sort();
        let texts: Vec<(String, String)> =
            paths.iter().map(|path| (path.display().to_string(), std::fs::read_to_string(path).expect("a pack"))).collect();
        let files: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        Packs::parse(&files).unwrap_or_else(|error| panic!("{error}"))
    });
    let reader = Reader::new(&packs);
    for file in files {
        let cases = cases::read(&file);
        let score = score::of(&reader, &cases);
        println!("{file}: {score}");
        if let Some(field) = &errors {
            for case in &cases {
                if let Some(difference) = score::difference(&reader, case, field) {
                    println!("{} {difference}\n    {}", case.id, case.text.replace('\n', " "));
                }
            }
        }
    }
}
