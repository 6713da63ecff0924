//! Counts how often words stand in talk and in reports and prints the file of it, from the project's root:
//! `cargo run --release -p modus --example modus_frequencies > rules/word_frequencies.txt`
//!
//! From our own transcripts (`fixtures/call/`, without the tests) and narratives (`fixtures/modus/authored_dev_*.jsonl`), and nothing else.

use std::collections::BTreeMap;

use modus::{Packs, Reader, Scratch};

/// Of ten thousand words, the least that is listed.
const LEAST: f64 = 1.5;

/// Words by how often they stand in the texts, of ten thousand.
fn counted(texts: &[String]) -> BTreeMap<String, f64> {
    let (reader, mut scratch) = (Reader::rules_only(&Packs::parse(&[]).expect("no pack")), Scratch::default());
    let (mut counts, mut all) = (BTreeMap::<String, f64>::new(), 0.0);
    for text in texts {
        reader.find(text, &mut scratch);
        for word in (0..).map_while(|at| scratch.word(at)).filter(|word| word.letters.bytes().all(|b| b.is_ascii_lowercase())) {
            *counts.entry(word.letters.to_owned()).or_default() += 1.0;
            all += 1.0;
        }
    }
    counts.values_mut().for_each(|count| *count *= 10_000.0 / all);
    counts
}

/// The files of a folder whose names begin and end so, in order.
fn files(folder: &str, begins: &str, ends: &str) -> Vec<String> {
    let names = std::fs::read_dir(folder).expect("fixtures").map(|entry| entry.expect("an entry").file_name());
    let mut names: Vec<String> = names.map(|name| name.to_string_lossy().into_owned()).collect();
    names.retain(|name| name.starts_with(begins) && name.ends_with(ends) && !name.starts_with("test-"));
    names.sort();
    names.iter().map(|name| std::fs::read_to_string(format!("{folder}/{name}")).expect("a readable file")).collect()
}

#[allow(clippy::print_stdout, reason = "an example's output is its result")]
fn main() {
    let said = |line: &str| line.strip_prefix("- ").and_then(|line| line.split_once(": ")).map(|(_, said)| said.to_owned());
    let told = |line: &str| {
        let entry: serde_json::Value = serde_json::from_str(line).expect("a line of JSON");
        entry["text"].as_str().unwrap_or_default().to_owned()
    };
    let talk: Vec<String> = files("fixtures/call", "", ".md").iter().flat_map(|text| text.lines().filter_map(said)).collect();
    let reports: Vec<String> =
        files("fixtures/modus", "authored_dev_", ".jsonl").iter().flat_map(|text| text.lines().map(told)).collect();
    let mut both = counted(&talk);
    for (word, times) in counted(&reports) {
        *both.entry(word).or_default() += times;
    }
    let mut by_times: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    for (word, times) in both.into_iter().filter(|(_, times)| times / 2.0 >= LEAST) {
        by_times.entry((times / 2.0).round() as u32).or_default().push(word);
    }
    println!(
        "# How often words stand in talk and in reports: of ten thousand, the mean of both; what is not listed stands less than twice."
    );
    println!("# Made by `cargo run --release -p modus --example modus_frequencies`, from our own transcripts and narratives.");
    for (times, words) in by_times.iter().rev() {
        println!("{times}: {}", words.join(" "));
    }
}
