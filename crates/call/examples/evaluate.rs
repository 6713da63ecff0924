//! Evaluates the checker on the development calls, by source, with ever-alarm, Wilson intervals, earliness, word errors, removal of
//! the quoted words, and hits by signal. From the project's root:
//!
//! ```text
//! zcat ../shared/data/calls/calls_dev.jsonl.gz | cat - ../shared/data/calls/authored_calls_dev.jsonl \
//!   | cargo run --release -p call --example evaluate -- [--part dev|test|all] [--rules DIR] [--signals] [--noise] [--reassured] [--brief] [--sweep] [--sums] [--quotes GROUP] [--no-voice] [--voice FILE] [--speed]
//! cargo run --release -p call --example evaluate -- --fixtures fixtures/call/test-*.md   # transcripts in place of the input
//! ```
//!
//! The parts: of the scam-baiting channels one is for development and the others are for the test; of genuine calls and generated ones
//! a call belongs to the part that the hash of its id says. Of ordinary talk seven eighths are for development.

#![allow(clippy::print_stdout, clippy::disallowed_methods)]

use std::collections::{BTreeMap, BTreeSet};
use std::io::BufRead as _;

use call::{Buffers, Check, Checker, THRESHOLD, is_resident};
use modus::{Packs, Reader};

struct Call {
    id: String,
    group: String,
    scam: bool,
    turns: Vec<(bool, String)>,
    first_demand: Option<usize>,
}

#[derive(Default, Clone, Copy)]
struct Tally {
    n: usize,
    alarms: usize,
}

struct Outcome {
    sum: f64,
    alarm: Option<(usize, usize)>,
    words: usize,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let option = |name: &str| arguments.iter().position(|given| given == name).and_then(|at| arguments.get(at + 1).cloned());
    let part = option("--part").unwrap_or_else(|| "all".to_owned());
    let packs = match option("--rules") {
        Some(directory) => packs_of(&directory),
        None => call::dialogue(),
    };
    let mut checker = Checker::with(&packs);
    if arguments.iter().any(|given| given == "--no-voice") {
        checker = checker.without_voice();
    }
    if let Some(path) = option("--voice") {
        let text = std::fs::read_to_string(&path).expect("a readable voice");
        checker = checker.with_voice(&text).expect("a voice");
    }
    let given = arguments.iter().position(|given| given == "--fixtures").map(|at| &arguments[at + 1..]);
    let calls = match given {
        Some(paths) => paths.iter().take_while(|path| !path.starts_with("--")).flat_map(|path| transcripts(path)).collect(),
        None => calls(&part),
    };
    if arguments.iter().any(|given| given == "--signals") {
        return signals(&packs, &calls);
    }
    if arguments.iter().any(|given| given == "--noise") {
        return noise(&checker, &calls);
    }
    if arguments.iter().any(|given| given == "--reassured") {
        return reassured(&checker, &calls);
    }
    if arguments.iter().any(|given| given == "--brief") {
        return brief(&checker, &calls);
    }
    let outcomes: Vec<Outcome> = calls.iter().map(|call| run(&checker, &call.turns)).collect();
    if arguments.iter().any(|given| given == "--speed") {
        return speed(&checker, &calls);
    }
    if let Some(group) = option("--quotes") {
        return quotes(&checker, &calls, &group);
    }
    if arguments.iter().any(|given| given == "--sums") {
        for (call, outcome) in calls.iter().zip(&outcomes) {
            println!("{}\t{}\t{}\t{:.2}", call.id, call.group, call.scam, outcome.sum);
        }
        return;
    }
    table(&calls, &outcomes);
    early(&calls, &outcomes);
    removal(&checker, &calls);
    if arguments.iter().any(|given| given == "--sweep") {
        sweep(&calls, &outcomes);
    }
}

fn packs_of(directory: &str) -> Packs {
    let mut files: Vec<(String, String)> = std::fs::read_dir(directory)
        .expect("a directory of rules")
        .filter_map(|entry| {
            let path = entry.expect("an entry").path();
            path.extension().is_some_and(|ending| ending == "toml").then(|| {
                let name = path.display().to_string();
                (name, std::fs::read_to_string(&path).expect("a readable file"))
            })
        })
        .collect();
    files.sort();
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    Packs::parse(&files).unwrap_or_else(|error| panic!("{error}")).with_parts()
}

fn calls(part: &str) -> Vec<Call> {
    let mut calls = Vec::new();
    for line in std::io::stdin().lock().lines() {
        let line = line.expect("a line");
        let entry: serde_json::Value = serde_json::from_str(&line).expect("JSON");
        let id = entry["id"].as_str().unwrap_or_default().to_owned();
        let source = entry["source"].as_str().unwrap_or("authored").to_owned();
        let scam = entry["label"] == "scam";
        let development = if source.starts_with("youtube") {
            source.ends_with("ModderPaulScambaits")
        } else if source.starts_with("ftc") || source == "authored" || source == "harpervalley" {
            part == "dev"
        } else if source.starts_with("sgd") || source.starts_with("switchboard") {
            hash(&id) & 7 != 7
        } else {
            hash(&id).is_multiple_of(2)
        };
        if part == "dev" && !development || part == "test" && development {
            continue;
        }
        let group = source.split("/c").next().unwrap_or(&source).to_owned();
        let kind = entry["kind"].as_str().unwrap_or_default();
        let group = if source == "authored" { format!("authored {kind}") } else { group };
        let direction = entry["direction"].as_str();
        let turns = entry["turns"]
            .as_array()
            .expect("turns")
            .iter()
            .map(|turn| {
                let speaker = turn["speaker"].as_str().unwrap_or_default();
                (is_resident(speaker, direction), turn["text"].as_str().unwrap_or_default().to_owned())
            })
            .collect();
        let first_demand = entry["first_demand_turn"].as_u64().map(|turn| turn as usize);
        calls.push(Call { id, group, scam, turns, first_demand });
    }
    calls
}

/// The transcripts of a file of `fixtures/call/`, as `tests/it/transcripts.rs` reads them.
fn transcripts(path: &str) -> Vec<Call> {
    let group = path.rsplit('/').next().unwrap_or(path).trim_end_matches(".md").to_owned();
    let mut calls: Vec<Call> = Vec::new();
    let mut direction = String::new();
    for line in std::fs::read_to_string(path).expect("a readable file").lines() {
        if let Some(title) = line.strip_prefix("## ") {
            calls.push(Call { id: title.to_owned(), group: group.clone(), scam: false, turns: Vec::new(), first_demand: None });
        } else if let Some(call) = calls.last_mut() {
            if let Some((label @ ("scam" | "genuine"), given)) = line.split_once(", ") {
                call.scam = label == "scam";
                given.clone_into(&mut direction);
            } else if let Some((who, said)) = line.strip_prefix("- ").and_then(|line| line.split_once(": ")) {
                let (speaker, stage) =
                    who.split_once(" (").map_or((who, ""), |(speaker, stage)| (speaker, stage.trim_end_matches(')')));
                if matches!(stage, "demand" | "repeat") {
                    call.first_demand = call.first_demand.or(Some(call.turns.len()));
                }
                call.turns.push((is_resident(speaker, Some(&direction)), said.to_owned()));
            }
        }
    }
    calls
}

fn run(checker: &Checker, turns: &[(bool, String)]) -> Outcome {
    let mut check = Check::default();
    for (resident, text) in turns {
        checker.turn(&mut check, *resident, text);
    }
    let score = check.score();
    Outcome { sum: (score / (1.0 - score)).ln() + THRESHOLD, alarm: check.alarm_at(), words: check.words() }
}

/// Wilson's interval at 95 %, in per cent.
fn wilson(hits: usize, n: usize) -> (f64, f64) {
    if n == 0 {
        return (0.0, 100.0);
    }
    let (hits, n, z) = (hits as f64, n as f64, 1.96);
    let (p, z2) = (hits / n, z * z);
    let middle = (p + z2 / (2.0 * n)) / (1.0 + z2 / n);
    let half = z * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt() / (1.0 + z2 / n);
    (100.0 * (middle - half).max(0.0), 100.0 * (middle + half).min(1.0))
}

fn line(name: &str, tally: Tally, extra: &str) {
    let (low, high) = wilson(tally.alarms, tally.n);
    let rate = 100.0 * tally.alarms as f64 / tally.n.max(1) as f64;
    println!("{name:<44} {:>5} / {:<5} {rate:>6.2} %  ({low:.2} to {high:.2}) {extra}", tally.alarms, tally.n);
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn table(calls: &[Call], outcomes: &[Outcome]) {
    let mut groups: BTreeMap<(bool, &str), (Tally, Vec<f64>)> = BTreeMap::new();
    for (call, outcome) in calls.iter().zip(outcomes) {
        let (tally, heard) = groups.entry((call.scam, &call.group)).or_default();
        tally.n += 1;
        if let Some((_, word)) = outcome.alarm {
            tally.alarms += 1;
            heard.push(word as f64 / outcome.words as f64);
        }
    }
    println!("alarms, of calls; median part heard at the alarm");
    for ((scam, group), (tally, heard)) in groups {
        line(&format!("{} {group}", if scam { "scam" } else { "genuine" }), tally, &format!("heard {:.2}", median(heard)));
    }
}

/// What was heard in the calls of one group, for those whose words may be read: our own and those in the public domain.
fn quotes(checker: &Checker, calls: &[Call], group: &str) {
    for call in calls.iter().filter(|call| call.group.starts_with(group)) {
        let mut check = Check::default();
        for (resident, text) in &call.turns {
            checker.turn(&mut check, *resident, text);
        }
        println!(
            "{} {} scam: {} alarm: {:?} first demand: {:?}",
            call.id,
            call.group,
            call.scam,
            check.alarm_at(),
            call.first_demand
        );
        for heard in check.heard() {
            println!("    {:>2} {:<18} {}", heard.turn, heard.stage.as_str(), heard.quote);
        }
    }
}

/// Alarms before, on and after the first demand.
fn early(calls: &[Call], outcomes: &[Outcome]) {
    let (mut before, mut on, mut after) = (0, 0, 0);
    for (call, outcome) in calls.iter().zip(outcomes) {
        if let (Some(demand), Some((turn, _))) = (call.first_demand, outcome.alarm) {
            match turn.cmp(&demand) {
                std::cmp::Ordering::Less => before += 1,
                std::cmp::Ordering::Equal => on += 1,
                std::cmp::Ordering::Greater => after += 1,
            }
        }
    }
    println!("alarms before / on / after the first demand's turn: {before} / {on} / {after}");
}

/// Stages quoted, and what is left when the quoted words are taken out.
fn removal(checker: &Checker, calls: &[Call]) {
    let (mut alarms, mut two, mut cleared) = (0, 0, 0);
    for call in calls.iter().filter(|call| call.scam) {
        let mut check = Check::default();
        for (resident, text) in &call.turns {
            checker.turn(&mut check, *resident, text);
        }
        if !check.alarm() {
            continue;
        }
        alarms += 1;
        let stages: BTreeSet<_> = check.heard().iter().map(|heard| heard.stage).collect();
        two += usize::from(stages.len() >= 2);
        let mut turns = call.turns.clone();
        let mut spans: Vec<(usize, usize, usize)> =
            check.heard().iter().map(|heard| (heard.turn, heard.start, heard.end)).collect();
        spans.sort_unstable();
        let mut merged: Vec<(usize, usize, usize)> = Vec::new();
        for span in spans {
            match merged.last_mut() {
                Some(last) if last.0 == span.0 && span.1 <= last.2 => last.2 = last.2.max(span.2),
                _ => merged.push(span),
            }
        }
        for (turn, start, end) in merged.into_iter().rev() {
            turns[turn].1.replace_range(start..end, " ");
        }
        cleared += usize::from(run(checker, &turns).alarm.is_none());
    }
    line("alarms with two stages or more quoted", Tally { n: alarms, alarms: two }, "");
    line("alarms gone without the quoted words", Tally { n: alarms, alarms: cleared }, "");
}

/// Recall and false alarms by threshold: an oracle's table, to see the shape.
fn sweep(calls: &[Call], outcomes: &[Outcome]) {
    println!("threshold: alarms by group, in per cent");
    let groups: BTreeSet<(bool, &str)> = calls.iter().map(|call| (call.scam, call.group.as_str())).collect();
    for group in groups {
        let sums: Vec<f64> = calls
            .iter()
            .zip(outcomes)
            .filter(|(call, _)| (call.scam, call.group.as_str()) == group)
            .map(|(_, o)| o.sum)
            .collect();
        print!("{:<44}", format!("{} {}", if group.0 { "scam" } else { "genuine" }, group.1));
        for step in 0..14 {
            let threshold = 1.5 + 0.25 * f64::from(step);
            let hits = sums.iter().filter(|sum| **sum >= threshold).count();
            print!(" {threshold:.2}:{:.1}", 100.0 * hits as f64 / sums.len() as f64);
        }
        println!();
    }
}

/// How many calls each signal is found in, by group.
fn signals(packs: &Packs, calls: &[Call]) {
    let reader = Reader::new(packs);
    let mut counts: BTreeMap<&str, BTreeMap<String, usize>> = BTreeMap::new();
    let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
    for call in calls {
        let group = match (call.group.as_str(), call.scam) {
            (group, true) if group.starts_with("youtube") => "bait",
            ("ftc-robocall", _) => "ftc",
            (group, true) if group.starts_with("inf") => "llm-s",
            (group, false) if group.starts_with("inf") => "llm-g",
            ("zhi", true) => "zhi-s",
            ("zhi", false) => "zhi-g",
            ("sgd-dev", _) => "sgd",
            ("switchboard", _) => "swb",
            ("harpervalley", _) => "harper",
            (_, true) => "auth-s",
            (_, false) => "auth-g",
        };
        *sizes.entry(group).or_default() += 1;
        let mut ids: BTreeSet<String> = BTreeSet::new();
        for (resident, text) in &call.turns {
            if !resident {
                ids.extend(reader.signals_in(text));
            }
        }
        for id in ids {
            *counts.entry(group).or_default().entry(id).or_default() += 1;
        }
    }
    print!("{:<36}", "per cent of calls");
    for group in sizes.keys() {
        print!("{group:>8}");
    }
    println!();
    for signal in packs.signals() {
        print!("{:<30}{:>5.2} ", signal.id, signal.weight);
        for (group, size) in &sizes {
            let count = counts.get(group).and_then(|counts| counts.get(&signal.id)).copied().unwrap_or(0);
            print!("{:>8.1}", 100.0 * count as f64 / *size as f64);
        }
        println!();
    }
}

/// Time of a turn, the least of seven tries each, so that a busy machine does not count; calls in a batch; bytes a call holds.
fn speed(checker: &Checker, calls: &[Call]) {
    const TRIES: usize = 7;
    let mut buffers = Buffers::default();
    let (mut times, mut held, mut words): (Vec<f64>, Vec<usize>, usize) = (Vec::new(), Vec::new(), 0);
    let mut batch: Vec<f64> = Vec::new();
    for call in calls {
        let mut least = vec![f64::MAX; call.turns.len()];
        let mut whole = f64::MAX;
        for attempt in 0..TRIES {
            let mut check = Check::default();
            let begun = std::time::Instant::now();
            for (resident, text) in &call.turns {
                checker.turn_in(&mut buffers, &mut check, *resident, text);
            }
            whole = whole.min(begun.elapsed().as_secs_f64());
            let mut check = Check::default();
            let mut before = std::time::Instant::now();
            for (at, (resident, text)) in call.turns.iter().enumerate() {
                checker.turn_in(&mut buffers, &mut check, *resident, text);
                let now = std::time::Instant::now();
                least[at] = least[at].min((now - before).as_secs_f64() * 1e6);
                before = now;
            }
            if attempt == 0 {
                held.push(check.memory());
                words += check.words();
            }
        }
        times.extend(least);
        batch.push(whole);
    }
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    println!(
        "{} turns, {words} words: p50 {:.2} us, p99 {:.2} us, most {:.1} us a turn",
        times.len(),
        at(0.5),
        at(0.99),
        at(1.0)
    );
    println!("{:.0} calls a second on one core", calls.len() as f64 / batch.iter().sum::<f64>());
    println!("most bytes held by a call: {}", held.iter().max().copied().unwrap_or(0));
}

/// Seeds of word errors: one call's luck is not the rules'.
const SEEDS: u64 = 5;
/// Shares of words that are made wrong.
const RATES: [f64; 4] = [0.0, 0.1, 0.2, 0.3];

/// The scam calls with word errors: 60 % substitutions (same first letter and length), 25 % deletions, 15 % insertions; fixed seeds. Calls
/// tried and alarms by group, for each of [`RATES`].
fn noisy<'a>(checker: &Checker, calls: &'a [Call], seeds: u64) -> BTreeMap<&'a str, [Tally; 4]> {
    let mut vocabulary: BTreeMap<(u8, usize), Vec<String>> = BTreeMap::new();
    for call in calls {
        for word in call.turns.iter().flat_map(|(_, text)| text.split_whitespace()) {
            let list = vocabulary.entry((word.as_bytes()[0].to_ascii_lowercase(), word.len())).or_default();
            if list.len() < 200 && !list.iter().any(|held| held == word) {
                list.push(word.to_owned());
            }
        }
    }
    let mut groups: BTreeMap<&str, [Tally; 4]> = BTreeMap::new();
    for (at, call) in calls.iter().enumerate().filter(|(_, call)| call.scam) {
        for (column, rate) in RATES.iter().enumerate() {
            for seed in 0..if *rate > 0.0 { seeds } else { 1 } {
                let mut state = 0x5eed_0000 + at as u64 + (seed << 40);
                let turns: Vec<(bool, String)> =
                    call.turns.iter().map(|(resident, text)| (*resident, worsen(text, *rate, &vocabulary, &mut state))).collect();
                let tally = &mut groups.entry(&call.group).or_default()[column];
                tally.n += 1;
                tally.alarms += usize::from(run(checker, &turns).alarm.is_some());
            }
        }
    }
    groups
}

/// Recall with word errors, by group and for all two-way calls together.
fn noise(checker: &Checker, calls: &[Call]) {
    let groups = noisy(checker, calls, SEEDS);
    let mut two_way = [Tally::default(); 4];
    for (group, tallies) in &groups {
        for (column, tally) in tallies.iter().enumerate() {
            line(&format!("{group} {:.0} %", 100.0 * RATES[column]), *tally, "");
            if group.starts_with("youtube") {
                two_way[column].n += tally.n;
                two_way[column].alarms += tally.alarms;
            }
        }
    }
    for (column, tally) in two_way.into_iter().enumerate() {
        line(&format!("two-way, words wrong {:.0} %", 100.0 * RATES[column]), tally, "");
    }
}

/// What a scammer may say who has read what genuine callers say: one sentence, and six signs in a breath.
const REASSURANCES: [(&str, &str); 2] = [
    ("one sentence", "we will never ask you for your pin and i will not either "),
    (
        "six signs in a breath",
        "now we will never ask for your pin there is no hurry have a think about it you can ring me back from another phone \
         if you'd rather not that is fine i will put a letter confirming it in the post is there anything else i can help you with ",
    ),
];

/// Recall where the far end begins with what genuine callers say.
fn reassured(checker: &Checker, calls: &[Call]) {
    for (name, said) in [("as they are", "")].into_iter().chain(REASSURANCES) {
        let mut tally = Tally::default();
        for call in calls.iter().filter(|call| call.scam) {
            let mut turns = call.turns.clone();
            if let Some((_, text)) = turns.iter_mut().find(|(resident, _)| !resident) {
                text.insert_str(0, said);
            }
            tally.n += 1;
            tally.alarms += usize::from(run(checker, &turns).alarm.is_some());
        }
        line(name, tally, "");
    }
}

/// A line a group, for trying changes: recall at each rate of word errors and the part heard; false alarms.
fn brief(checker: &Checker, calls: &[Call]) {
    let groups = noisy(checker, calls, 3);
    let outcomes: Vec<Outcome> = calls.iter().map(|call| run(checker, &call.turns)).collect();
    for (group, tallies) in groups {
        let part = |(call, outcome): (&Call, &Outcome)| {
            outcome.alarm.filter(|_| call.group == group && call.scam).map(|(_, word)| word as f64 / outcome.words as f64)
        };
        let heard: Vec<f64> = calls.iter().zip(&outcomes).filter_map(part).collect();
        print!("{group:<40} n {:>4}", tallies[0].n);
        for tally in tallies {
            print!("  {:>5.1}", 100.0 * tally.alarms as f64 / tally.n as f64);
        }
        println!("  heard {:.2}", median(heard));
    }
    let genuine: BTreeSet<&str> = calls.iter().filter(|call| !call.scam).map(|call| call.group.as_str()).collect();
    for group in genuine {
        let of = |(call, _): &(&Call, &Outcome)| call.group == group && !call.scam;
        let n = calls.iter().zip(&outcomes).filter(of).count();
        let alarms = calls.iter().zip(&outcomes).filter(of).filter(|(_, outcome)| outcome.alarm.is_some()).count();
        println!("genuine {group:<32} n {n:>4}  {alarms}");
    }
}

fn worsen(text: &str, rate: f64, vocabulary: &BTreeMap<(u8, usize), Vec<String>>, state: &mut u64) -> String {
    let mut dice = |sides: usize| {
        *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = *state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) as usize % sides.max(1)
    };
    let mut words: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        if dice(10_000) as f64 >= rate * 10_000.0 {
            words.push(word.to_owned());
            continue;
        }
        let list = vocabulary.get(&(word.as_bytes()[0].to_ascii_lowercase(), word.len()));
        let other = list.map(|list| list[dice(list.len())].clone()).unwrap_or_default();
        match dice(100) {
            0..60 => words.push(other),
            60..85 => {}
            _ => {
                words.push(word.to_owned());
                words.push(other);
            }
        }
    }
    words.join(" ")
}

fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |held, byte| (held ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
