//! Links a table and says how well and how fast: the evaluation behind `docs/link.md`.
//!
//! `cargo run --release -p link --example link_table -- reports 100000 1` makes a table and links it;
//! `… -- file ../shared/data/link/scam_10k.csv.gz series` links a file and scores it by that column.

mod dice;
mod generate;

use std::io::{Read, Write};
use std::time::Instant;

use link::{Options, Stage, Table, evaluate, link_table, read_csv, suggest};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |place: usize, other: u64| arguments.get(place).and_then(|text| text.parse().ok()).unwrap_or(other);
    let habits = habits_of(number(3, 0));
    match arguments.first().map(String::as_str) {
        Some("reports") => run(&generate::reports(number(1, 10_000) as usize, number(2, 1), &habits)),
        Some("people") => run(&generate::people(number(1, 5_000) as usize, number(2, 1), 1.5, 0.01 * number(3, 8) as f64)),
        Some("write") => {
            let made = generate::reports(number(1, 10_000) as usize, number(2, 1), &habits);
            with_truth(&made);
        }
        Some("file") => file(&arguments[1], arguments.get(2).map_or("cluster", String::as_str)),
        _ => say("usage: reports|people|write ROWS SEED [VARIANT], or file FILE COLUMN"),
    }
}

/// Variants of the crews' habits, so that nothing is fitted to one.
fn habits_of(variant: u64) -> generate::Habits {
    let usual = generate::Habits::default();
    match variant {
        1 => generate::Habits { keep: 0.65, missing: 1.2, ..usual },
        2 => generate::Habits { alone: 0.7, mean: 3.0, ..usual },
        3 => generate::Habits { spoofed: 0.15, numbers: 8, ..usual },
        4 => generate::Habits { slip: 0.12, days: 300.0, mean: 10.0, ..usual },
        _ => usual,
    }
}

fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

fn with_truth(made: &generate::Made) {
    let mut out = std::io::stdout().lock();
    for (place, line) in made.csv.lines().enumerate() {
        let truth = if place == 0 { "series".to_owned() } else { made.truth[place - 1].to_string() };
        if writeln!(out, "{line},{truth}").is_err() {
            return;
        }
    }
}

fn run(made: &generate::Made) {
    let table = read_csv(made.csv.as_bytes()).unwrap_or_else(|error| panic!("{error}"));
    score(&table, &made.truth);
}

fn file(path: &str, column: &str) {
    let file = std::fs::File::open(path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let reader: Box<dyn Read> = if path.ends_with(".gz") { Box::new(flate2::read::GzDecoder::new(file)) } else { Box::new(file) };
    let table = read_csv(reader).unwrap_or_else(|error| panic!("{error}"));
    let truth: Vec<u32> = if column == "rec_id" {
        let held = table.column("rec_id").unwrap_or_else(|| panic!("no rec_id"));
        (0..table.rows()).map(|row| table.cell(row, held).split('-').nth(1).and_then(|n| n.parse().ok()).unwrap_or(0)).collect()
    } else {
        let held = table.column(column).unwrap_or_else(|| panic!("no column {column}"));
        (0..table.rows()).map(|row| if table.cell(row, held) == "-1" { 10_000_000 + row as u32 } else { held.codes[row] }).collect()
    };
    score(&table, &truth);
}

fn score(table: &Table, truth: &[u32]) {
    let begun = Instant::now();
    let suggestion = suggest(table).unwrap_or_else(|error| panic!("{error}"));
    let verbose = std::env::var("VERBOSE").is_ok();
    if verbose {
        for comparison in &suggestion.plan.comparisons {
            let columns: Vec<String> = comparison.columns.iter().map(|column| format!("{}:{:?}", column.name, column.kind)).collect();
            say(&format!("  compares {}{}", columns.join(" × "), if comparison.swapped { " (or changed over)" } else { "" }));
        }
        for note in &suggestion.notes {
            say(&format!("  {note}"));
        }
    }
    let mut times = vec![("suggest", begun.elapsed().as_secs_f64())];
    for threshold in thresholds() {
        let mut last = (Instant::now(), "");
        let mut stage = |now: Stage| {
            if !last.1.is_empty() {
                times.push((last.1, last.0.elapsed().as_secs_f64()));
            }
            let name = match now {
                Stage::Block => "block",
                Stage::Train => "train",
                Stage::Score => "score",
                Stage::Cluster => "cluster",
                Stage::Done => "",
            };
            last = (Instant::now(), name);
        };
        let options = Options { threshold, ..Options::default() };
        let linked = link_table(table, &suggestion.plan, &options, &mut stage).unwrap_or_else(|error| panic!("{error}"));
        if verbose {
            for rule in &linked.model.blocking {
                say(&format!("  blocks on {}", rule.words()));
            }
            say(&format!("  lambda {:.3e} ({:.2} partners)", linked.model.lambda, linked.model.lambda * table.rows() as f64));
            for comparison in &linked.model.comparisons {
                let single = comparison.columns.len() == 1;
                let line: Vec<String> = comparison
                    .m
                    .iter()
                    .zip(&comparison.u)
                    .filter(|(m, u)| **m > 0.0 && **u > 0.0)
                    .map(|(m, u)| if single { format!("{m:.3}/{u:.1e}={:+.1}", (m / u).log2()) } else { format!("{:+.1}", (m / u).log2()) })
                    .collect();
                say(&format!("  {} [{:.0}]: {}", comparison.columns.join("×"), comparison.trained_on, line.join("  ")));
            }
        }
        let e = evaluate(&linked.clusters, truth);
        say(&format!(
            "@{threshold} F1 {:.4} (P {:.4} R {:.4}) B3 {:.4} (P {:.4} R {:.4}) largest {} of {} clusters {} of {} pairs {} capped {:?}",
            e.f1, e.precision, e.recall, e.b3_f1, e.b3_precision, e.b3_recall, e.largest_cluster, e.largest_true, e.clusters, e.true_clusters, linked.pairs_compared, linked.capped
        ));
    }
    let times: Vec<String> = times.iter().map(|(name, seconds)| format!("{name} {seconds:.2}")).collect();
    say(&format!("  seconds: {}; peak {} MB", times.join(", "), peak()));
}

fn thresholds() -> Vec<f64> {
    std::env::var("THRESHOLDS").map_or_else(|_| vec![0.9], |text| text.split(',').filter_map(|one| one.parse().ok()).collect())
}

/// Peak resident memory in MB, where the system tells.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or("");
    line.split_whitespace().nth(1).and_then(|kb| kb.parse::<u64>().ok()).unwrap_or(0) / 1024
}
