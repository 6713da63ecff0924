//! Measures the detector on simulated counties: series of every kind, series-free years, things that must stay quiet.
//!
//! `cargo run -p series --example evaluate -- series|null|quiet|curve|plot [--split dev|test] [--from N] [--seeds N] [--history DAYS]
//! [--leave-out PART] [--rate X] [--courier A,B,…] [--kind K] [--narratives] [--show] [--table FILE] [--plot FILE]`
//!
//! `curve` measures delay against false alarms and prints a table; `plot` draws one that was kept (`--table`) as SVG (`--plot`).
//! Development seeds begin at 1,000, test seeds at 900,000; nothing is ever tuned on the latter.
#![allow(clippy::print_stdout, reason = "a measuring tool prints its tables")]

mod curve;
mod options;
mod play;
mod tables;

use std::collections::BTreeMap;

use options::Options;
use play::{COUNTY, Desk, Run, Wrong, play};
use tables::Summed;
use testkit::worlds::{Kind, Quiet, World, with_quiet, with_series, without};

/// One of the four worlds by its number.
fn world(options: &Options, courier: f64, number: u64) -> World {
    World {
        courier,
        weekday_by_area: number % 2 == 1,
        lag_by_area: (number / 2) % 2 == 1,
        in_words: options.narratives,
        ..World::default()
    }
}

fn world_name(number: u64) -> &'static str {
    ["clean", "weekday", "lag", "weekday and lag"][(number % 4) as usize]
}

/// Runs jobs on two threads, results in the jobs' order.
fn all<T: Sync, R: Send>(jobs: &[T], run: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = std::sync::atomic::AtomicUsize::new(0);
    let done = std::sync::Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    let Some(job) = jobs.get(at) else { break };
                    let result = run(job);
                    if let Ok(mut done) = done.lock() {
                        done.push((at, result));
                    }
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_default();
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}

fn main() {
    let options = Options::read();
    let desk = Desk::new();
    match options.what.as_str() {
        "null" => null(&options, &desk),
        "quiet" => quiet(&options, &desk),
        "curve" => curve::measure(&options, &desk, |options, desk| {
            Kind::ALL.into_iter().flat_map(|kind| series_runs(options, desk, kind)).map(|(_, run)| run).collect()
        }),
        "plot" => plot(&options),
        _ => series(&options, &desk),
    }
}

/// Backgrounds and seeds of series-free years: seeds go through the backgrounds, and four at a time through the worlds.
fn null_jobs(options: &Options) -> Vec<(f64, u64)> {
    (0..options.seeds).map(|n| (options.courier[n as usize % options.courier.len()], options.first_seed + n)).collect()
}

fn null_runs(options: &Options, desk: &Desk, jobs: &[(f64, u64)]) -> Vec<Run> {
    all(jobs, |(courier, seed)| {
        let played = without(desk.gazetteer(), COUNTY, &world(options, *courier, seed / 4), options.history + 365, *seed);
        play(desk, options.parts, options.rate, &played)
    })
}

/// Draws a table of `curve` that was kept.
fn plot(options: &Options) {
    let (Some(table), Some(file)) = (&options.table, &options.plot) else {
        println!("plot --table FILE.csv --plot FILE.svg");
        return;
    };
    let drawn = std::fs::read_to_string(table).map_err(|error| format!("{table}: {error}")).and_then(|text| curve::draw(&text));
    let written = drawn.and_then(|svg| std::fs::write(file, svg).map_err(|error| format!("{file}: {error}")));
    if let Err(words) = written {
        println!("{words}");
        std::process::exit(2);
    }
}

fn null(options: &Options, desk: &Desk) {
    let jobs = null_jobs(options);
    let runs = null_runs(options, desk, &jobs);
    let mut by: BTreeMap<String, Vec<Run>> = BTreeMap::new();
    for ((courier, seed), one) in jobs.iter().zip(&runs) {
        for wrong in &one.wrong {
            println!("  {courier} {} {seed} day {} {}: {}", world_name(seed / 4), wrong.after, wrong.source, wrong.words);
        }
        by.entry(format!("courier {courier}")).or_default().push(one.clone());
        by.entry(format!("world {}", world_name(seed / 4))).or_default().push(one.clone());
        let sources = ["one number", "links and windows", "window", "county-wide"];
        for source in sources {
            let mut part = one.clone();
            part.wrong.retain(|wrong| wrong.source == source);
            by.entry(format!("source {source}")).or_default().push(part);
        }
        for (from, to) in [(0i64, 30i64), (30, 90), (90, 180), (180, 365), (365, 9999)] {
            let days = (one.days.min(to as f64) - from as f64).max(0.0);
            let fits = |wrong: &&Wrong| (from..to).contains(&wrong.after);
            let wrong = one.wrong.iter().filter(fits).cloned().collect();
            by.entry(format!("from day {from:3}")).or_default().push(Run { series: Vec::new(), wrong, days });
        }
    }
    for (name, runs) in &by {
        let summed = Summed::of(runs);
        if summed.years > 0.0 {
            summed.print_wrong(name);
        }
    }
    Summed::of(&runs).print_wrong("series-free");
}

/// The thirty days after the history in which something happens that is no series; first in which nothing does.
fn quiet(options: &Options, desk: &Desk) {
    let seeds: Vec<u64> = (0..options.seeds).map(|n| options.first_seed + n).collect();
    let from = jiff::civil::date(2023, 1, 2).saturating_add(jiff::Span::new().days(options.history - 1));
    let asked = |quiet: &Quiet| options.kind.as_ref().is_none_or(|held| quiet.name().contains(held));
    for quiet in std::iter::once(None).chain(Quiet::ALL.into_iter().filter(asked).map(Some)) {
        let runs = all(&seeds, |seed| {
            let world = world(options, 0.25, *seed);
            let played = with_quiet(desk.gazetteer(), COUNTY, &world, options.history, quiet, *seed);
            play(desk, options.parts, options.rate, &played)
        });
        let alarms = runs.iter().filter(|run| run.wrong.iter().any(|wrong| wrong.day >= from)).count();
        println!("{:24} alarms in {alarms} of {} runs", quiet.map_or("nothing happens", Quiet::name), runs.len());
        for wrong in runs.iter().flat_map(|run| &run.wrong).filter(|wrong| wrong.day >= from) {
            println!("  {} {}: {}", wrong.day, wrong.source, wrong.words);
        }
    }
}

/// A kind of series in each background and from each seed. Each run has a seed of its own, so that none shares its history with
/// another and all four worlds come in.
fn series_runs(options: &Options, desk: &Desk, kind: Kind) -> Vec<((f64, u64), Run)> {
    let place = Kind::ALL.iter().position(|held| *held == kind).unwrap_or(0) as u64;
    let mut seed = options.first_seed + place * options.courier.len() as u64 * options.seeds;
    let mut jobs = Vec::new();
    for courier in &options.courier {
        for _ in 0..options.seeds {
            jobs.push((*courier, seed));
            seed += 1;
        }
    }
    let runs = all(&jobs, |(courier, seed)| {
        let played = with_series(desk.gazetteer(), COUNTY, &world(options, *courier, *seed), options.history, kind, *seed);
        play(desk, options.parts, options.rate, &played)
    });
    jobs.into_iter().zip(runs).collect()
}

/// A series of each kind in each background.
fn series(options: &Options, desk: &Desk) {
    let mut together: Vec<Run> = Vec::new();
    let mut by_courier: BTreeMap<String, Vec<Run>> = BTreeMap::new();
    for kind in Kind::ALL.into_iter().filter(|kind| options.kind.as_ref().is_none_or(|held| kind.name().contains(held))) {
        let runs = series_runs(options, desk, kind);
        Summed::of(runs.iter().map(|(_, run)| run)).print(kind.name());
        for ((courier, seed), one) in runs {
            if options.show {
                for hidden in &one.series {
                    let found = hidden.found.map_or("not found".to_owned(), |by| format!("day {} by {}", by.day, by.reports));
                    println!("   {courier} {seed} {found}, F1 {:.2}: {}", hidden.f1, hidden.members);
                }
                for wrong in &one.wrong {
                    println!("      {} {}: {}", wrong.day, wrong.source, wrong.words);
                }
            }
            by_courier.entry(format!("{courier}")).or_default().push(one.clone());
            together.push(one);
        }
    }
    for (courier, runs) in &by_courier {
        Summed::of(runs).print(&format!("background {courier}"));
    }
    let all = Summed::of(&together);
    all.print("all kinds");
    all.print_wrong("beside the series");
}
