//! One report in, all live clusters scored again with p and recurrence interval: how long it takes at 1,000 areas and 365 days.
//!
//! `cargo bench -p scan --bench live`. What a desk waits for is wall time; on a machine with other work the CPU time of each answer, which
//! stands beside it, is what can be compared. `ROUNDS` in the environment limits the reports, `ONLY` (a part of a name, such as
//! "permutation, 199") the rows, `THREADS` the threads.

#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

#[path = "common/county.rs"]
mod county;

use std::time::Instant;

use county::{RATE, cases, cpu_of_threads, peak_mb, points};
use scan::{Against, Coordinates, PValue, Scanner, Secondary, Settings, recurrence_interval};

fn main() {
    let (areas, days) = (1_000, 365);
    let history = cases(areas, days, 7);
    let threads: Vec<usize> =
        std::env::var("THREADS").ok().and_then(|one| one.parse().ok()).map_or_else(|| vec![1, 2], |one| vec![one]);
    // Pools live to the end: the time of threads that are gone is gone with them.
    let pools: Vec<rayon::ThreadPool> =
        threads.iter().filter_map(|threads| rayon::ThreadPoolBuilder::new().num_threads(*threads).build().ok()).collect();
    let most: usize = std::env::var("ROUNDS").ok().and_then(|one| one.parse().ok()).unwrap_or(usize::MAX);
    let permutation = || Against::Permutation { largest_share: 0.5 };
    let forecast = || Against::Forecast { expected: vec![RATE; areas * days], dispersion: 1.0, nearest: 500 };
    for (name, against, replicates, rounds) in [
        ("forecast, 999", forecast(), 999, 300),
        ("permutation, 99", permutation(), 99, 300),
        ("permutation, 199", permutation(), 199, 300),
        ("permutation, 999", permutation(), 999, 100),
    ] {
        if std::env::var("ONLY").is_ok_and(|only| !name.contains(&only)) {
            continue;
        }
        let rounds = rounds.min(most);
        let settings = Settings { replicates, seed: 1, p_value: PValue::Default, secondary: Secondary::NoOverlap };
        let Ok(mut scanner) = Scanner::new(&points(areas, 7), Coordinates::Cartesian, days, 30, against, settings) else {
            return;
        };
        for (cell, count) in history.iter().enumerate() {
            (0..*count).for_each(|_| assert!(scanner.report(cell / days, cell % days).is_ok()));
        }
        // The day's first answer draws a forecast's replicates.
        let before = cpu_of_threads();
        drop(scanner.clusters());
        let opening = cpu_of_threads() - before;
        for pool in &pools {
            let threads = pool.current_num_threads();
            let (mut wall, mut cpu): (Vec<f64>, Vec<f64>) = (Vec::new(), Vec::new());
            for round in 0..rounds {
                assert!(scanner.report(round * 37 % areas, days - 1 - round % 3).is_ok());
                let (asked, before) = (Instant::now(), cpu_of_threads());
                let found = pool.install(|| scanner.clusters());
                wall.push(asked.elapsed().as_secs_f64() * 1000.0);
                cpu.push((cpu_of_threads() - before) * 1000.0);
                let intervals =
                    found.map(|found| found.clusters.iter().map(|one| recurrence_interval(one.p, 1.0, None)).sum::<f64>());
                assert!(intervals.is_ok_and(|sum| sum > 0.0));
            }
            let at = |times: &mut Vec<f64>, share: f64| {
                times.sort_by(f64::total_cmp);
                times[((times.len() as f64 * share).ceil() as usize).clamp(1, times.len()) - 1]
            };
            println!(
                "{name:<18} {threads} threads: CPU median {:.0} ms, p99 {:.0} ms; wall median {:.0} ms, p99 {:.0} ms (n {rounds}; first answer {opening:.2} CPU s; peak {:.0} MB)",
                at(&mut cpu, 0.5),
                at(&mut cpu, 0.99),
                at(&mut wall, 0.5),
                at(&mut wall, 0.99),
                peak_mb()
            );
        }
    }
}
