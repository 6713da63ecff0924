//! Learns the voice of `rules/call/voice.tsv`: logistic regression on words and pairs of words of windows of the far end's talk.
//! Only what may be trained on is taken: the transcripts of `fixtures/call/` and `authored_calls_dev.jsonl` (ours), the robocalls
//! (public domain) and Harper Valley (CC BY 4.0, credited in the file's head). Everything else in the input is passed over. Same input,
//! same bytes. From the project's root:
//!
//! ```text
//! zcat ../shared/data/calls/calls_dev.jsonl.gz | cat - ../shared/data/calls/authored_calls_dev.jsonl \
//!   | cargo run --release -p call --example train > rules/call/voice.tsv
//! ```

#![allow(clippy::print_stdout, clippy::disallowed_methods)]

use std::collections::{BTreeMap, BTreeSet};
use std::io::BufRead as _;

use call::is_resident;
use modus::{Packs, Reader, Scratch};

const WINDOW: usize = 60;
const STRIDE: usize = 30;
/// A word of fewer calls than this is a name or a chance.
const CALLS: usize = 5;
const ROUNDS: usize = 650;
const RATE: f64 = 0.5;
/// Pull towards nought.
const RIDGE: f64 = 0.004;
const KEPT: usize = 2_000;
/// Transcripts of files that begin so are for the test alone.
const TEST: &str = "test-";
/// What the calls of both ends, by hands that did not write the rules, weigh beside any other source: they are the likest to real ones.
const OTHER_HANDS: f64 = 3.0;

struct Window {
    scam: bool,
    /// Share of its source and label in the whole.
    weight: f64,
    features: Vec<usize>,
}

/// Cuts text into words as the checker does.
struct Cutter {
    reader: Reader,
    scratch: Scratch,
}

impl Cutter {
    fn new() -> Cutter {
        Cutter { reader: Reader::rules_only(&Packs::parse(&[]).expect("no pack")), scratch: Scratch::default() }
    }

    /// The words of a text. Figures and what is not spelled in plain letters are `#`.
    fn words(&mut self, text: &str) -> Vec<String> {
        self.reader.find(text, &mut self.scratch);
        let words = (0..).map_while(|at| self.scratch.word(at));
        words
            .map(|word| if word.letters.bytes().all(|byte| byte.is_ascii_lowercase()) { word.letters } else { "#" }.to_owned())
            .collect()
    }
}

fn main() {
    let mut cutter = Cutter::new();
    let mut calls: Vec<(String, bool, Vec<String>)> = fixtures(&mut cutter);
    for line in std::io::stdin().lock().lines() {
        let entry: serde_json::Value = serde_json::from_str(&line.expect("a line")).expect("JSON");
        let source = entry["source"].as_str().unwrap_or("authored");
        let group = match source {
            "authored" => "authored",
            "harpervalley" => "harpervalley",
            source if source.starts_with("ftc-robocall") => "ftc",
            _ => continue,
        };
        let mut words = Vec::new();
        for turn in entry["turns"].as_array().expect("turns") {
            if !is_resident(turn["speaker"].as_str().unwrap_or_default(), entry["direction"].as_str()) {
                words.extend(cutter.words(turn["text"].as_str().unwrap_or_default()));
            }
        }
        calls.push((group.to_owned(), entry["label"] == "scam", words));
    }
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for (_, _, words) in &calls {
        for feature in features(words).into_iter().collect::<BTreeSet<_>>() {
            *seen.entry(feature).or_default() += 1;
        }
    }
    let names: Vec<String> =
        seen.into_iter().filter(|(name, calls)| *calls >= CALLS && !is_mark(name)).map(|(name, _)| name).collect();
    let places: BTreeMap<&str, usize> = names.iter().enumerate().map(|(at, name)| (name.as_str(), at)).collect();
    let mut windows: Vec<Window> = Vec::new();
    let mut sizes: BTreeMap<(String, bool), f64> = BTreeMap::new();
    let mut groups: Vec<(String, bool)> = Vec::new();
    for (group, scam, words) in &calls {
        let mut first = 0;
        loop {
            let window = &words[first..words.len().min(first + WINDOW)];
            let features = features(window).iter().filter_map(|name| places.get(name.as_str()).copied()).collect();
            windows.push(Window { scam: *scam, weight: 0.0, features });
            *sizes.entry((group.clone(), *scam)).or_default() += 1.0;
            groups.push((group.clone(), *scam));
            first += STRIDE;
            if first + STRIDE / 2 >= words.len() {
                break;
            }
        }
    }
    // Each source has a say, and scam and genuine the same: the many do not outvote the few.
    let say = |group: &str| if group.starts_with(FIXTURES) && group != FIXTURES { OTHER_HANDS } else { 1.0 };
    let sides = |scam: bool| sizes.keys().filter(|(_, held)| *held == scam).map(|(group, _)| say(group)).sum::<f64>();
    for (window, group) in windows.iter_mut().zip(&groups) {
        window.weight = 0.5 * say(&group.0) / sides(group.1) / sizes[group];
    }
    let (bias, weights) = learn(&windows, names.len());
    write(&calls, &names, bias, &weights);
}

/// What marks a source and not a scam: digits are a recogniser's habit, forms of address a country's.
fn is_mark(feature: &str) -> bool {
    feature
        .split(' ')
        .any(|word| word.contains('#') || ["sir", "madam", "maam", "mr", "mrs", "miss", "unk", "okay", "ok"].contains(&word))
}

fn features(words: &[String]) -> Vec<String> {
    let pairs = words.windows(2).map(|pair| format!("{} {}", pair[0], pair[1]));
    words.iter().cloned().chain(pairs).collect()
}

/// Full gradient descent: no dice.
fn learn(windows: &[Window], size: usize) -> (f64, Vec<f64>) {
    let (mut bias, mut weights) = (0.0, vec![0.0; size]);
    for _ in 0..ROUNDS {
        let (mut bias_slope, mut slopes) = (0.0, vec![0.0; size]);
        for window in windows {
            let sum: f64 = bias + window.features.iter().map(|at| weights[*at]).sum::<f64>();
            let error = window.weight * (1.0 / (1.0 + (-sum).exp()) - f64::from(u8::from(window.scam)));
            bias_slope += error;
            for at in &window.features {
                slopes[*at] += error;
            }
        }
        bias -= RATE * bias_slope;
        for (weight, slope) in weights.iter_mut().zip(&slopes) {
            *weight -= RATE * (slope + RIDGE * *weight);
        }
    }
    (bias, weights)
}

fn write(calls: &[(String, bool, Vec<String>)], names: &[String], bias: f64, weights: &[f64]) {
    let mut counts: BTreeMap<(&str, bool), usize> = BTreeMap::new();
    for (group, scam, _) in calls {
        *counts.entry((group, *scam)).or_default() += 1;
    }
    println!("# The learned voice of the call checker: weight <tab> word [word]. Made by crates/call/examples/train.rs.");
    println!("# Learned from:");
    for ((group, scam), count) in counts {
        let what = match group {
            "ftc" => "robocalls published by the FTC (public domain), by way of wspr-ncsu/robocall-audio-dataset",
            "harpervalley" => "Harper Valley, Wu et al. 2020 (Gridspace and Stanford), CC BY 4.0",
            "authored" => "calls written for this project",
            _ => "fixtures/call/, written for this project",
        };
        let hand = group
            .strip_prefix(FIXTURES)
            .filter(|hand| !hand.is_empty())
            .map_or(String::new(), |hand| format!(" ({})", hand.trim()));
        println!("#   {count} {} calls: {what}{hand}", if scam { "scam" } else { "genuine" });
    }
    println!("# From nothing else: no material that is for evaluation only.");
    println!("{bias:.3}\tbias:");
    let mut order: Vec<usize> = (0..names.len()).collect();
    order.sort_by(|a, b| weights[*b].abs().total_cmp(&weights[*a].abs()).then(names[*a].cmp(&names[*b])));
    order.truncate(KEPT);
    order.sort_by(|a, b| names[*a].cmp(&names[*b]));
    for at in order {
        println!("{:.3}\t{}", weights[at], names[at]);
    }
}

/// The group of the transcripts by the hand that wrote the rules; those of others have a group each, that begins so.
const FIXTURES: &str = "fixtures";

/// The group of a file of transcripts.
fn group_of(name: &str) -> String {
    let hand = name.trim_end_matches(".md");
    match hand.split_once("two-way") {
        Some(_) => format!("{FIXTURES} two-way"),
        None if hand.ends_with("-hand") => format!("{FIXTURES} {hand}"),
        None => FIXTURES.to_owned(),
    }
}

/// `fixtures/call/*.md`, as `tests/it/transcripts.rs` reads them.
fn fixtures(cutter: &mut Cutter) -> Vec<(String, bool, Vec<String>)> {
    let folder = format!("{}/../../fixtures/call", env!("CARGO_MANIFEST_DIR"));
    let mut paths: Vec<_> = std::fs::read_dir(&folder).expect("fixtures").map(|entry| entry.expect("an entry").path()).collect();
    paths.retain(|path| path.file_name().is_some_and(|name| !name.to_string_lossy().starts_with(TEST)));
    paths.sort();
    let mut calls = Vec::new();
    for path in paths {
        let text = std::fs::read_to_string(&path).expect("a readable file");
        let group = group_of(&path.file_name().expect("a file").to_string_lossy());
        let mut direction = String::new();
        for line in text.lines() {
            if let Some((label @ ("scam" | "genuine"), given)) = line.split_once(", ") {
                given.clone_into(&mut direction);
                calls.push((group.clone(), label == "scam", Vec::new()));
            } else if let Some((who, said)) = line.strip_prefix("- ").and_then(|line| line.split_once(": ")) {
                let speaker = who.split_once(" (").map_or(who, |parts| parts.0);
                if let (false, Some(call)) = (is_resident(speaker, Some(&direction)), calls.last_mut()) {
                    call.2.extend(cutter.words(said));
                }
            }
        }
    }
    calls
}
