//! Trains the voice of `rules/call/voice.txt`: filters over words side by side (`modus`'s `examples/windows/mod.rs`) that tell scam calls from
//! genuine ones, and their stages, by the far end's talk; and beside that the modus operandi of reports, by the same filters, so that words
//! are known which few calls have. Turns of genuine calls, put together at random, are taught as genuine too. Only what may be trained on is taken: the transcripts of `fixtures/call/`, `authored_calls_dev.jsonl` and the narratives
//! of `fixtures/modus/` (ours), the robocalls (public domain) and Harper Valley (CC BY 4.0, credited in the file's head). Everything else in
//! the input is passed over. Same input, same bytes. From the project's root:
//!
//! ```text
//! zcat ../shared/data/calls/calls_dev.jsonl.gz | cat - ../shared/data/calls/authored_calls_dev.jsonl \
//!   | cargo run --release -p call --example train -- [--without HAND]... > rules/call/voice.txt
//! ```

#![allow(clippy::print_stdout, clippy::disallowed_methods)]

#[path = "../../modus/tests/it/cases.rs"]
mod cases;
#[path = "../../modus/examples/descent/mod.rs"]
mod descent;
#[path = "../../modus/examples/windows/mod.rs"]
mod windows;

use std::collections::{BTreeMap, HashMap};
use std::io::BufRead as _;
use std::path::PathBuf;

use call::voice::{FIGURE, MEMORY, SCAM, SHAPE, label_of};
use call::{Stage, is_resident};
use descent::Dice;
use modus::filters::{END, UNKNOWN};
use modus::{Packs, Reader, Scratch, kinds};
use windows::{Also, Plan, Text, Vocabulary, Windows};

const PLAN: Plan = Plan { shape: SHAPE, also: Also::Second, rounds: 10, most: Some(2 * MEMORY) };
/// What a narrative counts for beside a call.
const NARRATIVE: f32 = 0.15;
/// Calls put together from turns of genuine ones, as a share of those, and their words.
const MIXED: f32 = 0.5;
const MIXED_WORDS: usize = 150;
/// Transcripts of files that begin so are for the test alone.
const TEST: &str = "test-";

struct Call {
    group: String,
    scam: bool,
    stages: Vec<String>,
    words: Vec<(String, String)>,
}

/// Cuts text into words as the checker does, each with its kind.
struct Cutter {
    reader: Reader,
    scratch: Scratch,
    kinds: HashMap<String, &'static str>,
}

impl Cutter {
    fn new() -> Cutter {
        let reader = Reader::rules_only(&Packs::parse(&[]).expect("no pack"));
        Cutter { reader, scratch: Scratch::default(), kinds: kinds().collect() }
    }

    /// A turn's words.
    fn turn(&mut self, text: &str, words: &mut Vec<(String, String)>) {
        words.push((END.to_owned(), END.to_owned()));
        self.reader.find(text, &mut self.scratch);
        for word in (0..).map_while(|at| self.scratch.word(at)) {
            let figure = word.letters.as_bytes().first().is_some_and(u8::is_ascii_digit);
            let word = if figure { FIGURE } else { word.letters };
            words.push((word.to_owned(), self.kinds.get(word).copied().unwrap_or(UNKNOWN).to_owned()));
        }
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let without: Vec<&str> = arguments
        .iter()
        .zip(&arguments[1.min(arguments.len())..])
        .filter(|(name, _)| *name == "--without")
        .map(|(_, hand)| hand.as_str())
        .collect();
    let mut cutter = Cutter::new();
    let mut calls = fixtures(&mut cutter, &without);
    for line in std::io::stdin().lock().lines() {
        let entry: serde_json::Value = serde_json::from_str(&line.expect("a line")).expect("JSON");
        calls.extend(given(&mut cutter, &entry));
    }
    let narratives = narratives(&mut cutter);
    let labels: Vec<String> =
        [SCAM.to_owned()].into_iter().chain(Stage::ALL.iter().map(|stage| label_of(stage.as_str()))).collect();
    let told = descent::labels(&narratives.iter().map(|(case, _)| case.clone()).collect::<Vec<_>>());
    let all: Vec<Vec<(String, String)>> =
        calls.iter().map(|call| call.words.clone()).chain(narratives.iter().map(|(_, words)| words.clone())).collect();
    let vocabulary = Vocabulary::of(&all);
    let of_call = |call: &Call| Text {
        words: vocabulary.numbers(&call.words),
        truth: labels
            .iter()
            .map(|label| Some(if label == SCAM { call.scam } else { call.stages.iter().any(|stage| label_of(stage) == *label) }))
            .chain(told.iter().map(|_| None))
            .collect(),
        weight: 1.0,
    };
    let of_narrative = |(case, words): &(cases::Case, Vec<(String, String)>)| Text {
        words: vocabulary.numbers(words),
        truth: labels.iter().map(|_| None).chain(descent::truth(case, &told)).collect(),
        weight: NARRATIVE,
    };
    let mixed = mixed(&calls);
    let texts: Vec<Text> = calls.iter().chain(&mixed).map(of_call).chain(narratives.iter().map(of_narrative)).collect();
    let mut windows = Windows::new(PLAN, &vocabulary, &texts);
    windows.train(&texts);
    head(&calls, mixed.len(), narratives.len());
    windows.print(&vocabulary, &labels);
}

/// Talk put together from turns of genuine calls: what stands in a hundred of them side by side by chance makes no scam either.
fn mixed(calls: &[Call]) -> Vec<Call> {
    let genuine: Vec<&Call> = calls.iter().filter(|call| !call.scam).collect();
    let turns: Vec<&[(String, String)]> =
        genuine.iter().flat_map(|call| call.words.chunk_by(|_, (next, _)| next != END)).collect();
    let mut dice = Dice(2);
    let mut talk = || {
        let mut words = Vec::new();
        while words.len() < MIXED_WORDS {
            words.extend_from_slice(turns[(dice.draw() * turns.len() as f32) as usize]);
        }
        Call { group: String::new(), scam: false, stages: Vec::new(), words }
    };
    (0..(genuine.len() as f32 * MIXED) as usize).map(|_| talk()).collect()
}

fn head(calls: &[Call], mixed: usize, narratives: usize) {
    let mut counts: BTreeMap<(&str, bool), usize> = BTreeMap::new();
    for call in calls {
        *counts.entry((&call.group, call.scam)).or_default() += 1;
    }
    println!(
        "# The learned voice of the call checker, made by crates/call/examples/train.rs: `[reach] bias worth divisor bytes` for a"
    );
    println!(
        "# filter, `[label] bias step bytes`, `word bytes`, in base 64 (crates/modus/src/learned/filters.rs). Learned from:"
    );
    for ((group, scam), count) in counts {
        println!("#   {count} {} calls: {group}", if scam { "scam" } else { "genuine" });
    }
    println!("#   {mixed} pieces of talk put together from turns of these genuine calls");
    println!("#   {narratives} narratives of fixtures/modus/, written for this project");
    println!("# From nothing else: no material that is for evaluation only.");
}

/// A call of the input, where it may be trained on.
fn given(cutter: &mut Cutter, entry: &serde_json::Value) -> Option<Call> {
    let group = match entry["source"].as_str().unwrap_or("authored") {
        "authored" => "calls written for this project",
        "harpervalley" => "Harper Valley, Wu et al. 2020 (Gridspace and Stanford), CC BY 4.0",
        source if source.starts_with("ftc-robocall") => {
            "robocalls published by the FTC (public domain), by way of wspr-ncsu/robocall-audio-dataset"
        }
        _ => return None,
    };
    let mut call = Call { group: group.to_owned(), scam: entry["label"] == "scam", stages: Vec::new(), words: Vec::new() };
    for turn in entry["turns"].as_array().expect("turns") {
        call.stages.extend(turn["stage"].as_str().map(str::to_owned));
        if !is_resident(turn["speaker"].as_str().unwrap_or_default(), entry["direction"].as_str()) {
            cutter.turn(turn["text"].as_str().unwrap_or_default(), &mut call.words);
        }
    }
    Some(call)
}

/// The files of a folder of fixtures, in order.
fn files(folder: &str) -> Vec<PathBuf> {
    let folder = format!("{}/../../fixtures/{folder}", env!("CARGO_MANIFEST_DIR"));
    let mut paths: Vec<_> = std::fs::read_dir(&folder).expect("fixtures").map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths
}

fn name(path: &std::path::Path) -> String {
    path.file_name().expect("a file").to_string_lossy().into_owned()
}

/// `fixtures/call/*.md`, as `tests/it/transcripts.rs` reads them, without tests.
fn fixtures(cutter: &mut Cutter, without: &[&str]) -> Vec<Call> {
    let mut calls: Vec<Call> = Vec::new();
    for path in files("call") {
        let file = name(&path);
        if file.starts_with(TEST) || without.contains(&file.trim_end_matches(".md")) {
            continue;
        }
        let group = format!("fixtures/call/{file}, written for this project");
        let mut direction = String::new();
        for line in std::fs::read_to_string(&path).expect("a readable file").lines() {
            if let Some((label @ ("scam" | "genuine"), given)) = line.split_once(", ") {
                given.clone_into(&mut direction);
                calls.push(Call { group: group.clone(), scam: label == "scam", stages: Vec::new(), words: Vec::new() });
            } else if let Some((who, said)) = line.strip_prefix("- ").and_then(|line| line.split_once(": "))
                && let Some(call) = calls.last_mut()
            {
                let (speaker, stage) = who.split_once(" (").map_or((who, None), |(speaker, stage)| (speaker, Some(stage)));
                call.stages.extend(stage.map(|stage| stage.trim_end_matches(')').to_owned()));
                if !is_resident(speaker, Some(&direction)) {
                    cutter.turn(said, &mut call.words);
                }
            }
        }
    }
    calls
}

/// The narratives that may be trained on, with their words.
fn narratives(cutter: &mut Cutter) -> Vec<(cases::Case, Vec<(String, String)>)> {
    let dev = |path: &PathBuf| name(path).starts_with("authored_dev_");
    let cases = files("modus").into_iter().filter(dev).flat_map(|path| cases::read(&path.to_string_lossy()));
    cases
        .map(|case| {
            let mut words = Vec::new();
            cutter.turn(&case.text, &mut words);
            (case, words)
        })
        .collect()
}
