//! Calibration in four worlds without a series: alarm episodes a year at a nominal one a year, and, for contrast, without strata of days of
//! the week.
//!
//! `cargo bench -p scan --bench worlds`: counties of 100 areas and 8 reports a day, two years of history to set the threshold by, then ten
//! years. Days of the week, and lag, as in the published measurement of SaTScan that `docs/scan.md` names.

#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

#[path = "common/county.rs"]
mod county;

use county::points;
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use scan::{Coordinates, Watch, episodes};

const AREAS: usize = 100;
const HISTORY: usize = 731;
const YEARS: usize = 10;
const WEEK: [f64; 7] = [1.15, 1.2, 1.2, 1.15, 1.1, 0.7, 0.5];

/// Reports by area and the day they came in.
fn world(week_by_area: bool, lag_by_area: bool, seed: u64) -> (Vec<scan::Point>, Vec<u32>, usize) {
    let days = HISTORY + YEARS * 365;
    let points = points(AREAS, seed);
    let mut dice = Xoshiro256PlusPlus::seed_from_u64(seed ^ 0xABCD);
    let west: Vec<bool> = points.iter().map(|point| point.0[0] < 30.0).collect();
    // Areas differ in size.
    let size: Vec<f64> = (0..AREAS).map(|_| 0.3 + 1.4 * dice.random::<f64>()).collect();
    let all: f64 = size.iter().sum();
    let mut table = vec![0u32; AREAS * days];
    for area in 0..AREAS {
        for day in 0..days {
            let weekend = day % 7 >= 5;
            let mut rate = 8.0 * size[area] / all * WEEK[day % 7];
            if week_by_area {
                rate *= match (west[area], weekend) {
                    (true, false) => 1.3,
                    (true, true) => 0.25,
                    (false, false) => 0.9,
                    (false, true) => 1.25,
                };
            }
            let mut left = (-rate).exp();
            let mut draw: f64 = dice.random();
            let mut count = 0;
            while draw > left && count < 100 {
                draw -= left;
                count += 1;
                left *= rate / f64::from(count);
            }
            for _ in 0..count {
                let mut received = day;
                // Geometric with mean 1.5 days.
                while lag_by_area && west[area] && dice.random::<f64>() < 0.6 {
                    received += 1;
                }
                if received < days {
                    table[area * days + received] += 1;
                }
            }
        }
    }
    (points, table, days)
}

fn main() {
    let counties: u64 = std::env::var("COUNTIES").ok().and_then(|one| one.parse().ok()).unwrap_or(4);
    let days_back = 364;
    for (name, week, lag) in
        [("clean", false, false), ("weekday by area", true, false), ("lag by area", false, true), ("both", true, true)]
    {
        for weekly in [true, false] {
            let mut counts = Vec::new();
            for seed in 0..counties {
                let (points, table, days) = world(week, lag, 1000 + seed);
                let watch = Watch::new(&points, Coordinates::Cartesian, days_back, 14, weekly);
                let history: Vec<u32> = table.chunks(days).flat_map(|row| row[..HISTORY].to_vec()).collect();
                let course = watch.replicate(&history, HISTORY, 40, seed);
                let threshold = course.threshold(1.0);
                let scores: Vec<f64> = watch.scores(&table, days, HISTORY..days).into_iter().map(|one| one.llr).collect();
                counts.push(episodes(&scores, threshold, watch.longest));
            }
            let mean = counts.iter().sum::<usize>() as f64 / (counts.len() * YEARS) as f64;
            let error = (mean / (counts.len() * YEARS) as f64).sqrt();
            let strata = if weekly { "within days of the week" } else { "without" };
            println!("{name:<16} {strata:<24} {mean:.2} episodes a year (s.e. {error:.2}); in ten years {counts:?}");
        }
    }
}
