//! A simulated county for the benches: areas at random in a square, reports by area at a Poisson rate, without a series. Each bench uses
//! some of it.
#![allow(dead_code, reason = "shared by benches that each need a part")]

use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use scan::{Coordinates, Limit, Null, Point, Problem, Rates, Ratio, Windows, Zones, permutation_expected};

/// Reports a day for each area: 2,981 in 300 areas and 365 days.
pub(crate) const RATE: f64 = 2981.0 / 300.0 / 365.0;

pub(crate) fn points(areas: usize, seed: u64) -> Vec<Point> {
    let mut dice = Xoshiro256PlusPlus::seed_from_u64(seed);
    (0..areas).map(|_| Point([dice.random::<f64>() * 60.0, dice.random::<f64>() * 60.0, 0.0])).collect()
}

pub(crate) fn cases(areas: usize, days: usize, seed: u64) -> Vec<u32> {
    let mut dice = Xoshiro256PlusPlus::seed_from_u64(seed ^ 99);
    let mut cases = vec![0; areas * days];
    for _ in 0..(RATE * (areas * days) as f64).round() as usize {
        cases[(dice.random::<f64>() * (areas * days) as f64) as usize] += 1;
    }
    cases
}

pub(crate) fn permutation(areas: usize, days: usize, longest: usize, prospective: bool) -> Problem {
    let cases = cases(areas, days, 5);
    let weight: Vec<f64> = cases.chunks(days).map(|row| row.iter().map(|one| f64::from(*one)).sum()).collect();
    let total: f64 = weight.iter().sum();
    let limit = Limit { weight: Some((weight, total * 0.5)), ..Limit::default() };
    let strata = vec![0; days];
    Problem {
        locations: areas,
        intervals: days,
        expected: permutation_expected(&cases, areas, days, &strata),
        cases,
        ratio: Ratio::Conditional { total },
        null: Null::Permutation { strata, layers: Vec::new() },
        rates: Rates::High,
        zones: Zones::discs(&points(areas, 5), Coordinates::Cartesian, &limit),
        windows: if prospective { Windows::alive(days, longest) } else { Windows::all(days, longest) },
        replicate_windows: None,
        purely_spatial: false,
        fewest: 2,
        fewest_low: 0,
    }
}

/// CPU seconds of this process, user and system.
pub(crate) fn cpu() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = text.rsplit(')').next().unwrap_or("").split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|one| one.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) / 100.0
}

/// CPU seconds of the threads that live, finer than [`cpu`].
pub(crate) fn cpu_of_threads() -> f64 {
    let tasks = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let nanoseconds = |task: std::fs::DirEntry| {
        let text = std::fs::read_to_string(task.path().join("schedstat")).unwrap_or_default();
        text.split_whitespace().next().and_then(|one| one.parse::<f64>().ok()).unwrap_or(0.0)
    };
    tasks.map(nanoseconds).sum::<f64>() * 1e-9
}

/// Most memory this process has held, MB.
pub(crate) fn peak_mb() -> f64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with("VmHWM")).unwrap_or("");
    line.split_whitespace().nth(1).and_then(|one| one.parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
}
