//! Measures the detector on simulated counties: series of every kind, series-free years, things that must stay quiet.
//!
//! `cargo run -p series --example evaluate -- series|null|quiet [--split dev|test] [--seeds N] [--history DAYS] [--leave-out PART]
//! [--rate X] [--courier A,B,…] [--kind K]`
//!
//! Development seeds begin at 1,000, test seeds at 900,000; nothing is ever tuned on the latter.
#![allow(clippy::print_stdout, reason = "a measuring tool prints its tables")]

use std::collections::BTreeMap;

use areas::Gazetteer;
use jiff::civil::Date;
use report::OpenReason;
use series::{Case, Detector, Parts, Region, ReplayLine, ReportId, Settings, Streams, assemble, replay};
use testkit::worlds::{Kind, Played, Quiet, World, with_quiet, with_series, without};

const COUNTY: &str = "Hertfordshire";

struct Options {
    what: String,
    first_seed: u64,
    seeds: u64,
    history: i64,
    parts: Parts,
    rate: f64,
    courier: Vec<f64>,
    kind: Option<String>,
}

fn options() -> Options {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let value = |name: &str| arguments.iter().position(|held| held == name).and_then(|at| arguments.get(at + 1)).cloned();
    let mut parts = Parts::default();
    match value("--leave-out").as_deref() {
        Some("scan") => parts.scan = false,
        Some("links") => parts.links = false,
        Some("method") => parts.method = false,
        Some("lag") => parts.lag = false,
        Some("calibration") => parts.calibration = false,
        _ => {}
    }
    let number = |name: &str, default: f64| value(name).and_then(|text| text.parse().ok()).unwrap_or(default);
    Options {
        what: arguments.first().cloned().unwrap_or_else(|| "series".to_owned()),
        first_seed: if value("--split").as_deref() == Some("test") { 900_000 } else { 1_000 },
        seeds: number("--seeds", 4.0) as u64,
        history: number("--history", 200.0) as i64,
        parts,
        rate: number("--rate", 1.0),
        courier: value("--courier")
            .map_or(vec![0.1, 0.25, 0.5, 1.0], |text| text.split(',').filter_map(|one| one.parse().ok()).collect()),
        kind: value("--kind"),
    }
}

/// What came of one world.
#[derive(Default)]
struct Run {
    /// For each series: day it was found (1 is that of its first call), reports in by then, F1 of its members at the end.
    series: Vec<(Option<(i64, usize)>, f64)>,
    /// Episodes without a series.
    wrong: Vec<(Date, String)>,
    days: f64,
}

fn play(gazetteer: &Gazetteer, reader: &modus::Reader, streams: &Streams, options: &Options, played: &Played) -> Run {
    let cases: Vec<Case> = played
        .reports
        .iter()
        .map(|report| {
            let id = ReportId(report.facts.external_id.clone().unwrap_or_default());
            let reporter = report.private.open(OpenReason::Export).reporter.email.clone();
            assemble(report, id, gazetteer, reader, streams, reporter).case
        })
        .collect();
    let received: BTreeMap<String, Date> = cases.iter().map(|case| (case.id.0.clone(), case.received_at.day())).collect();
    let settings = Settings { false_alarms_per_year: options.rate, parts: options.parts, ..Settings::default() };
    let mut detector = Detector::new(Region::of(gazetteer, COUNTY), streams.clone(), settings);
    let mut lines: Vec<ReplayLine> = Vec::new();
    let summary = replay(&mut detector, cases, &mut |line| lines.push(line.clone()));
    let mut run = Run { days: summary.days as f64, ..Run::default() };
    let mut good: BTreeMap<String, bool> = BTreeMap::new();
    for (truth, first) in played.truth.iter().zip(&played.first_call) {
        let (mut found, mut f1) = (None, 0.0f64);
        let mut last: BTreeMap<&str, &ReplayLine> = BTreeMap::new();
        for line in &lines {
            last.insert(line.series.as_str(), line);
            let hits = line.members.iter().filter(|member| truth.contains(&member.0)).count();
            if hits >= 3 && hits as f64 >= 0.3 * line.members.len() as f64 {
                good.insert(line.series.to_string(), true);
                if found.is_none() {
                    let day = i64::from(first.until(line.day).map(|span| span.get_days()).unwrap_or(0)) + 1;
                    let by = truth.iter().filter(|id| received[*id] <= line.day).count();
                    found = Some((day, by));
                }
            }
        }
        for line in last.values() {
            let hits = line.members.iter().filter(|member| truth.contains(&member.0)).count() as f64;
            if hits > 0.0 {
                f1 = f1.max(2.0 * hits / (line.members.len() + truth.len()) as f64);
            }
        }
        run.series.push((found, f1));
    }
    let mut wrong: Vec<(Date, Vec<String>)> = Vec::new();
    for line in lines.iter().filter(|line| line.first_alarm && !good.contains_key(line.series.as_str())) {
        let areas: Vec<String> = line.areas.iter().map(ToString::to_string).collect();
        let again = wrong.iter().any(|(day, held)| {
            day.until(line.day).is_ok_and(|span| span.get_days() <= 14) && held.iter().any(|area| areas.contains(area))
        });
        if !again {
            run.wrong.push((line.day, format!("at {:.2} a year: {}", line.expected_false_alarms_per_year, line.why)));
        }
        wrong.push((line.day, areas));
    }
    run
}

fn median(values: &mut [f64], share: f64) -> f64 {
    if values.is_empty() {
        return f64::NAN;
    }
    values.sort_by(f64::total_cmp);
    values[((values.len() as f64 * share) as usize).min(values.len() - 1)]
}

fn summed(name: &str, runs: &[Run]) {
    let all: Vec<&(Option<(i64, usize)>, f64)> = runs.iter().flat_map(|run| &run.series).collect();
    let mut days: Vec<f64> = all.iter().map(|one| one.0.map_or(999.0, |found| found.0 as f64)).collect();
    let mut reports: Vec<f64> = all.iter().map(|one| one.0.map_or(999.0, |found| found.1 as f64)).collect();
    let found = all.iter().filter(|one| one.0.is_some()).count();
    let f1: f64 = all.iter().map(|one| one.1).sum::<f64>() / all.len().max(1) as f64;
    let years: f64 = runs.iter().map(|run| run.days).sum::<f64>() / 365.25;
    let wrong: usize = runs.iter().map(|run| run.wrong.len()).sum();
    println!(
        "{name:24} {found:4} of {:4} ({:3.0} %)  day {:3.0} p90 {:3.0}  reports {:3.0} p90 {:3.0}  F1 {f1:.2}  false {:.2} a year",
        all.len(),
        100.0 * found as f64 / all.len().max(1) as f64,
        median(&mut days.clone(), 0.5),
        median(&mut days, 0.9),
        median(&mut reports.clone(), 0.5),
        median(&mut reports, 0.9),
        wrong as f64 / years.max(1e-9)
    );
}

fn world(courier: f64, seed: u64) -> World {
    World { courier, weekday_by_area: seed % 2 == 1, lag_by_area: (seed / 2) % 2 == 1, ..World::default() }
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
    let options = options();
    let gazetteer = Gazetteer::united_kingdom();
    let reader = modus::Reader::new(&modus::Packs::builtin());
    let streams = Streams::builtin();
    let run = |played: &Played| play(&gazetteer, &reader, &streams, &options, played);
    match options.what.as_str() {
        "null" => {
            let mut jobs = Vec::new();
            for n in 0..options.seeds {
                let courier = options.courier[n as usize % options.courier.len()];
                jobs.push((courier, options.first_seed + n));
            }
            let runs = all(&jobs, |(courier, seed)| {
                run(&without(&gazetteer, COUNTY, &world(*courier, seed / 4), options.history + 365, *seed))
            });
            for ((courier, seed), one) in jobs.iter().zip(&runs) {
                for (day, why) in &one.wrong {
                    println!("  {courier} {seed} {day} {why}");
                }
            }
            for courier in &options.courier {
                let part: Vec<&Run> = jobs.iter().zip(&runs).filter(|(job, _)| job.0 == *courier).map(|(_, run)| run).collect();
                let years: f64 = part.iter().map(|run| run.days).sum::<f64>() / 365.25;
                let wrong: usize = part.iter().map(|run| run.wrong.len()).sum();
                println!("courier {courier}: {wrong} in {years:.1} years");
            }
            summed("series-free", &runs);
        }
        "quiet" => {
            for quiet in Quiet::ALL {
                let jobs: Vec<u64> = (0..options.seeds).map(|n| options.first_seed + n).collect();
                let with =
                    all(&jobs, |seed| run(&with_quiet(&gazetteer, COUNTY, &world(0.25, *seed), options.history, quiet, *seed)));
                let from = jiff::civil::date(2023, 1, 2).saturating_add(jiff::Span::new().days(options.history - 1));
                let alarms = with.iter().filter(|run| run.wrong.iter().any(|(day, _)| *day >= from)).count();
                println!("{:24} alarms in {alarms} of {} runs", quiet.name(), with.len());
                for (day, why) in with.iter().flat_map(|run| &run.wrong).filter(|(day, _)| *day >= from) {
                    println!("  {day} {why}");
                }
            }
        }
        _ => {
            let mut together: Vec<Run> = Vec::new();
            let mut by_courier: BTreeMap<String, Vec<Run>> = BTreeMap::new();
            for kind in Kind::ALL.into_iter().filter(|kind| options.kind.as_ref().is_none_or(|held| kind.name().contains(held))) {
                let mut jobs = Vec::new();
                for courier in &options.courier {
                    for n in 0..options.seeds {
                        jobs.push((*courier, options.first_seed + n));
                    }
                }
                let runs = all(&jobs, |(courier, seed)| {
                    run(&with_series(&gazetteer, COUNTY, &world(*courier, *seed), options.history, kind, *seed))
                });
                summed(kind.name(), &runs);
                if std::env::var("SHOW").is_ok() {
                    for (job, one) in jobs.iter().zip(&runs) {
                        println!("   {job:?} {:?}", one.series);
                        for (day, why) in &one.wrong {
                            println!("      {day} {why}");
                        }
                    }
                }
                for ((courier, _), one) in jobs.iter().zip(runs) {
                    by_courier.entry(format!("{courier}")).or_default().push(Run {
                        series: one.series.clone(),
                        wrong: one.wrong.clone(),
                        days: one.days,
                    });
                    together.push(one);
                }
            }
            for (courier, runs) in &by_courier {
                summed(&format!("background {courier}"), runs);
            }
            summed("all kinds", &together);
        }
    }
}
