//! One report in, all live clusters scored again with p and recurrence interval: how long it takes at 1,000 areas and 365 days.
//!
//! `cargo bench -p scan --bench live`. Wall time, for that is what a desk waits for; CPU time is printed beside it.

#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

#[path = "common/county.rs"]
mod county;

use std::time::Instant;

use county::{RATE, cases, cpu, peak_mb, points};
use scan::{Against, Coordinates, PValue, Scanner, Secondary, Settings, recurrence_interval, with_threads};

fn main() {
    let (areas, days) = (1_000, 365);
    let history = cases(areas, days, 7);
    let most: usize = std::env::var("ROUNDS").ok().and_then(|one| one.parse().ok()).unwrap_or(usize::MAX);
    for (name, against, replicates, rounds) in [
        ("permutation, 99", Against::Permutation { largest_share: 0.5 }, 99, 200),
        ("permutation, 199", Against::Permutation { largest_share: 0.5 }, 199, 200),
        ("permutation, 999", Against::Permutation { largest_share: 0.5 }, 999, 100),
        ("forecast, 999", Against::Forecast { expected: vec![RATE; areas * days], dispersion: 1.0, nearest: 500 }, 999, 200),
    ] {
        let rounds = rounds.min(most);
        let settings = Settings { replicates, seed: 1, p_value: PValue::Default, secondary: Secondary::NoOverlap };
        let Ok(mut scanner) = Scanner::new(&points(areas, 7), Coordinates::Cartesian, days, 30, against, settings) else {
            return;
        };
        for (cell, count) in history.iter().enumerate() {
            (0..*count).for_each(|_| assert!(scanner.report(cell / days, cell % days).is_ok()));
        }
        // The day's first answer draws a forecast's replicates.
        let opened = Instant::now();
        drop(scanner.clusters());
        let opening = opened.elapsed().as_secs_f64();
        for threads in [1, 2] {
            let mut times: Vec<f64> = Vec::new();
            let before = cpu();
            for round in 0..rounds {
                assert!(scanner.report(round * 37 % areas, days - 1 - round % 3).is_ok());
                let asked = Instant::now();
                let found = with_threads(Some(threads), || scanner.clusters());
                times.push(asked.elapsed().as_secs_f64() * 1000.0);
                let intervals =
                    found.map(|found| found.clusters.iter().map(|one| recurrence_interval(one.p, 1.0, None)).sum::<f64>());
                assert!(intervals.is_ok_and(|sum| sum > 0.0));
            }
            times.sort_by(f64::total_cmp);
            let at = |share: f64| times[((times.len() as f64 * share).ceil() as usize).clamp(1, times.len()) - 1];
            println!(
                "{name:<18} {threads} threads: median {:.0} ms, p99 {:.0} ms, {:.0} ms CPU a report (n {rounds}; first answer {opening:.2} s; peak {:.0} MB)",
                at(0.5),
                at(0.99),
                (cpu() - before) * 1000.0 / rounds as f64,
                peak_mb()
            );
        }
    }
}
