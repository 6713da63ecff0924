//! Links a table and says how well and how fast: the evaluation behind `docs/link.md`.
//!
//! `cargo run --release -p link --example link_table -- reports 100000 1` makes a table and links it;
//! `… -- file ../shared/data/link/scam_10k.csv.gz series` links a file and scores it by that column.

mod dice;
mod generate;
mod texts;

use std::io::{Read, Write};
use std::time::Instant;

use link::{Narratives, Options, Register, Stage, Table, evaluate, link_table, read_csv, suggest};

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
        Some("calls") => {
            let _ =
                generate::calls(number(1, 10_000) as usize, number(2, 1), &mut std::io::BufWriter::new(std::io::stdout().lock()));
        }
        Some("link") => as_the_command(&arguments),
        Some("one") => one_more(&arguments[1]),
        Some("replay") => replay(&arguments[1]),
        Some("texts") => narratives(number(1, 2_000) as usize, number(2, 1)),
        Some("file") => file(&arguments[1], arguments.get(2).map_or("cluster", String::as_str)),
        _ => say("usage: reports|people|write|calls|texts ROWS SEED [VARIANT], file FILE COLUMN, or one|replay FILE"),
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

fn open(path: &str) -> Box<dyn Read> {
    let file = std::fs::File::open(path).unwrap_or_else(|error| panic!("{path}: {error}"));
    if path.ends_with(".gz") { Box::new(flate2::read::GzDecoder::new(file)) } else { Box::new(file) }
}

fn file(path: &str, column: &str) {
    let table = read_csv(open(path)).unwrap_or_else(|error| panic!("{error}"));
    let truth: Vec<u32> = if column == "rec_id" {
        let held = table.column("rec_id").unwrap_or_else(|| panic!("no rec_id"));
        (0..table.rows()).map(|row| table.cell(row, held).split('-').nth(1).and_then(|n| n.parse().ok()).unwrap_or(0)).collect()
    } else {
        let held = table.column(column).unwrap_or_else(|| panic!("no column {column}"));
        (0..table.rows())
            .map(|row| if table.cell(row, held) == "-1" { 10_000_000 + row as u32 } else { held.codes[row] })
            .collect()
    };
    score(&table, &truth);
}

/// CPU seconds (user and system) of this process so far, where the system tells; in hundredths.
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or("").split_whitespace().collect();
    let ticks = |place: usize| fields.get(place).and_then(|text| text.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) / 100.0
}

fn score(table: &Table, truth: &[u32]) {
    let read = cpu();
    let suggestion = suggest(table).unwrap_or_else(|error| panic!("{error}"));
    let verbose = std::env::var("VERBOSE").is_ok();
    if verbose {
        for comparison in &suggestion.plan.comparisons {
            let columns: Vec<String> =
                comparison.columns.iter().map(|column| format!("{}:{:?}", column.name, column.kind)).collect();
            say(&format!("  compares {}{}", columns.join(" × "), if comparison.swapped { " (or changed over)" } else { "" }));
        }
        for note in &suggestion.notes {
            say(&format!("  {note}"));
        }
    }
    let mut times = vec![("read or make", read), ("suggest", cpu() - read)];
    for threshold in thresholds() {
        let mut last = (cpu(), "");
        let mut stage = |now: Stage| {
            if !last.1.is_empty() {
                times.push((last.1, cpu() - last.0));
            }
            let name = match now {
                Stage::Block => "block",
                Stage::Train => "train",
                Stage::Score => "score",
                Stage::Cluster => "cluster",
                Stage::Done => "",
            };
            last = (cpu(), name);
        };
        let options = Options { threshold, ..Options::default() };
        let linked = link_table(table, &suggestion.plan, &options, &mut stage).unwrap_or_else(|error| panic!("{error}"));
        let held = peak();
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
                    .map(|(m, u)| {
                        if single { format!("{m:.3}/{u:.1e}={:+.1}", (m / u).log2()) } else { format!("{:+.1}", (m / u).log2()) }
                    })
                    .collect();
                say(&format!("  {} [{:.0}]: {}", comparison.columns.join("×"), comparison.trained_on, line.join("  ")));
            }
        }
        if verbose {
            say(&format!("  {}", wrong_pairs(&linked.clusters, truth)));
        }
        let e = evaluate(&linked.clusters, truth);
        say(&format!(
            "@{threshold} [{:.1} partners, truly {:.1}] F1 {:.4} (P {:.4} R {:.4}) B3 {:.4} (P {:.4} R {:.4}) largest {} of {} clusters {} of {} pairs {} capped {:?}; CPU s so far {:.1}, peak {held} MB",
            linked.model.lambda * table.rows() as f64,
            2.0 * e.true_pairs as f64 / table.rows() as f64,
            e.f1,
            e.precision,
            e.recall,
            e.b3_f1,
            e.b3_precision,
            e.b3_recall,
            e.largest_cluster,
            e.largest_true,
            e.clusters,
            e.true_clusters,
            linked.pairs_compared,
            linked.capped,
            times.iter().map(|(_, seconds)| seconds).sum::<f64>(),
        ));
    }
    let times: Vec<String> = times.iter().map(|(name, seconds)| format!("{name} {seconds:.2}")).collect();
    say(&format!("  CPU seconds: {}", times.join(", ")));
}

/// Where wrong pairs come from: true parts of one row, of two to four, and of more, put together with others.
fn wrong_pairs(found: &[u32], truth: &[u32]) -> String {
    let mut parts: std::collections::BTreeMap<u32, std::collections::BTreeMap<u32, u64>> = std::collections::BTreeMap::new();
    for (f, t) in found.iter().zip(truth) {
        *parts.entry(*f).or_default().entry(*t).or_default() += 1;
    }
    let mut wrong = [0u64; 3];
    for part in parts.values() {
        let sizes: Vec<u64> = part.values().copied().collect();
        for (place, one) in sizes.iter().enumerate() {
            for two in &sizes[place + 1..] {
                let small = *one.min(two);
                wrong[if small == 1 { 0 } else { 1 + usize::from(small > 4) }] += one * two;
            }
        }
    }
    format!("wrong pairs by smaller part: one row {}, two to four {}, more {}", wrong[0], wrong[1], wrong[2])
}

/// `link --in FILE --out FILE --threshold P`, as the program's command does it: for the run beside Splink.
fn as_the_command(arguments: &[String]) {
    let after = |name: &str| {
        arguments.iter().position(|held| held == name).and_then(|at| arguments.get(at + 1)).map_or("", String::as_str)
    };
    let table = read_csv(open(after("--in"))).unwrap_or_else(|error| panic!("{error}"));
    let plan = suggest(&table).unwrap_or_else(|error| panic!("{error}")).plan;
    let options = Options { threshold: after("--threshold").parse().unwrap_or(link::DEFAULT_THRESHOLD), ..Options::default() };
    let linked = link_table(&table, &plan, &options, &mut |_| {}).unwrap_or_else(|error| panic!("{error}"));
    let ids = plan.id.as_deref().and_then(|name| table.column(name));
    let mut out = std::io::BufWriter::new(std::fs::File::create(after("--out")).unwrap_or_else(|error| panic!("{error}")));
    let _ = writeln!(out, "id,cluster");
    for (row, cluster) in linked.clusters.iter().enumerate() {
        let id = ids.map_or_else(|| row.to_string(), |column| table.cell(row, column));
        let _ = writeln!(out, "{id},{cluster}");
    }
}

/// The lines of a file, header first.
fn lines_of(path: &str) -> Vec<String> {
    let mut text = String::new();
    open(path).read_to_string(&mut text).unwrap_or_else(|error| panic!("{path}: {error}"));
    text.lines().map(str::to_owned).collect()
}

fn linked(text: &str) -> (Table, link::Linked) {
    let table = read_csv(text.as_bytes()).unwrap_or_else(|error| panic!("{error}"));
    let suggestion = suggest(&table).unwrap_or_else(|error| panic!("{error}"));
    let linked = link_table(&table, &suggestion.plan, &Options::default(), &mut |_| {}).unwrap_or_else(|error| panic!("{error}"));
    (table, linked)
}

/// The last thousand rows of a file into the rest of it, one at a time. Its last column is the truth.
fn one_more(path: &str) {
    const NEW: usize = 1_000;
    let lines = lines_of(path);
    let rows = lines.len() - 1 - NEW;
    let (_, linked) = linked(&lines[..=rows].join("\n"));
    let mut register = Register::of(&linked);
    drop(linked);
    let names: Vec<&str> = lines[0].split(',').collect();
    let truth = |line: &str| line.rsplit(',').next().unwrap_or("").to_owned();
    let mut took: Vec<u64> = Vec::new();
    let (mut compared, mut right, mut alone) = (0, 0, 0);
    for line in &lines[rows + 1..] {
        let values: Vec<(&str, &str)> = names.iter().copied().zip(line.split(',')).collect();
        let before = Instant::now();
        let taken = register.take(&values);
        let sentence = taken.link.as_ref().map(link::Waterfall::sentence);
        took.push(before.elapsed().as_nanos() as u64);
        compared += taken.compared;
        match register.members(taken.cluster).iter().find(|row| **row < taken.row) {
            None => alone += 1,
            Some(row) => right += usize::from(sentence.is_some() && truth(&lines[1 + *row as usize]) == truth(line)),
        }
    }
    took.sort_unstable();
    let ms = |share: f64| took[((took.len() - 1) as f64 * share) as usize] as f64 / 1e6;
    say(&format!(
        "one row into {rows}: p50 {:.3} ms, p95 {:.3}, p99 {:.3}, most {:.3}; compared with {} rows on average; {alone} of {NEW} opened a \
         cluster, {right} joined one of their own, {} another's; peak {} MB",
        ms(0.5),
        ms(0.95),
        ms(0.99),
        ms(1.0),
        compared / NEW,
        NEW - alone - right,
        peak(),
    ));
}

/// The whole table row by row in random order, against the batch. The file's last column is the truth.
fn replay(path: &str) {
    let lines = lines_of(path);
    let (table, linked) = linked(&lines.join("\n"));
    let rows = table.rows();
    let truth: Vec<u32> = table.columns().last().map(|column| column.codes.clone()).unwrap_or_default();
    let mut register = Register::under(&linked);
    let mut order: Vec<usize> = (0..rows).collect();
    let mut dice = dice::Dice(77);
    for place in (1..rows).rev() {
        order.swap(place, dice.below(place + 1));
    }
    let before = cpu();
    for row in &order {
        register.take_row(&table, *row);
    }
    let each = (cpu() - before) / rows as f64 * 1e6;
    let mut clusters = vec![0u32; rows];
    for (place, row) in order.iter().enumerate() {
        clusters[*row] = register.cluster_of(place as u32).unwrap_or(0) as u32;
    }
    let a = evaluate(&clusters, &linked.clusters);
    let (b, c) = (evaluate(&clusters, &truth), evaluate(&linked.clusters, &truth));
    say(&format!(
        "replay of {rows}: of the batch's pairs {:.4} are there, of its own {:.4} are the batch's; F1 against truth {:.4}, batch {:.4}; {each:.0} \
         CPU µs a row",
        a.recall, a.precision, b.f1, c.f1
    ));
}

/// Near-duplicate narratives: pair scores, and time a text.
fn narratives(many: usize, seed: u64) {
    let made = texts::texts(many, (many / 60).max(10), seed);
    let mut held = Narratives::new();
    let before = cpu();
    for (text, _) in &made {
        held.take(text);
    }
    let each = (cpu() - before) / many as f64 * 1e6;
    let few = made.len().min(1_200) as u32;
    let pairs: Vec<(f32, bool)> = (0..few)
        .flat_map(|a| (a + 1..few).map(move |b| (a, b)))
        .map(|(a, b)| (held.likeness(a, b), made[a as usize].1 == made[b as usize].1))
        .collect();
    for least in [0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5] {
        let right = pairs.iter().filter(|(likeness, is)| *is && *likeness >= least).count();
        let found = pairs.iter().filter(|(likeness, _)| *likeness >= least).count();
        let truly = pairs.iter().filter(|(_, is)| *is).count();
        let (p, r) = (right as f64 / found.max(1) as f64, right as f64 / truly.max(1) as f64);
        say(&format!("likeness {least}: pair precision {p:.3} recall {r:.3} F1 {:.3}", 2.0 * p * r / (p + r).max(1e-9)));
    }
    // What the index itself finds at its threshold.
    let (mut right, mut found, mut truly) = (0u64, 0u64, 0u64);
    let mut again = Narratives::new();
    for (place, (text, script)) in made.iter().enumerate() {
        for near in again.take(text) {
            found += 1;
            right += u64::from(made[near.text as usize].1 == *script);
        }
        truly += made[..place].iter().filter(|(_, other)| other == script).count() as u64;
    }
    let (p, r) = (right as f64 / found.max(1) as f64, right as f64 / truly.max(1) as f64);
    say(&format!("index: pair precision {p:.3} recall {r:.3} F1 {:.3}; {each:.0} µs a text", 2.0 * p * r / (p + r).max(1e-9)));
    let by_cluster: Vec<u32> = (0..held.len() as u32).filter_map(|text| held.group_of(text)).collect();
    let truth: Vec<u32> = made.iter().map(|(_, script)| *script).collect();
    let e = evaluate(&by_cluster, &truth);
    say(&format!("groups: pair precision {:.3} recall {:.3} F1 {:.3}", e.precision, e.recall, e.f1));
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
