//! Long series: 8 of 60 areas in a line. How well are its areas found, at equal false alarms, by discs, ellipses, subsets and connected sets?
//!
//! `cargo bench -p scan --bench shape`: thresholds from series-free days of each search (one in a hundred scans above), F1 of the areas (0
//! where there is no alarm); ellipses too, which take long, with `ELLIPSES=1` in the environment. Seeds of development (the cost a location was chosen on them) and of the test are kept apart.

#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

#[path = "common/county.rs"]
mod county;

use county::points;
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use rayon::prelude::*;
use scan::{
    Coordinates, Ellipses, Limit, Null, PValue, Point, Problem, Rates, Ratio, Secondary, Settings, Shape, Windows, Zones,
    analyse, shaped_scan,
};

const AREAS: usize = 60;
const DAYS: usize = 7;
/// Reports a day in all areas together.
const RATE: f64 = 8.0;

/// Gabriel graph: two areas are neighbours where no third lies in the disc between them.
fn neighbours(points: &[Point]) -> Vec<Vec<usize>> {
    let apart = |a: &Point, b: &Point| (a.0[0] - b.0[0]).powi(2) + (a.0[1] - b.0[1]).powi(2);
    let near = |a: usize, b: usize| {
        a != b
            && (0..points.len()).all(|c| {
                c == a || c == b || apart(&points[a], &points[c]) + apart(&points[b], &points[c]) > apart(&points[a], &points[b])
            })
    };
    (0..points.len()).map(|a| (0..points.len()).filter(|b| near(a, *b)).collect()).collect()
}

/// Eight areas in a line: a walk that keeps its direction.
fn line(points: &[Point], neighbours: &[Vec<usize>], dice: &mut Xoshiro256PlusPlus) -> Vec<usize> {
    loop {
        let turn = dice.random::<f64>() * std::f64::consts::TAU;
        let (x, y) = (turn.cos(), turn.sin());
        let mut walk = vec![(dice.random::<f64>() * points.len() as f64) as usize];
        while walk.len() < 8 {
            let here = points[walk[walk.len() - 1]].0;
            let ahead = |one: &usize| {
                let (dx, dy) = (points[*one].0[0] - here[0], points[*one].0[1] - here[1]);
                (dx * x + dy * y) / dx.hypot(dy)
            };
            let next = neighbours[walk[walk.len() - 1]]
                .iter()
                .copied()
                .filter(|one| !walk.contains(one))
                .max_by(|a, b| ahead(a).total_cmp(&ahead(b)));
            match next.filter(|next| ahead(next) > 0.5) {
                Some(next) => walk.push(next),
                None => break,
            }
        }
        if walk.len() == 8 {
            return walk;
        }
    }
}

struct Method {
    name: &'static str,
    shape: Option<Shape>,
    cost: f64,
    ellipses: bool,
}

fn best(problem: &Problem, method: &Method) -> (f64, Vec<usize>) {
    let settings = Settings { replicates: 0, seed: 1, p_value: PValue::MonteCarlo, secondary: Secondary::NoOverlap };
    let found = match &method.shape {
        Some(shape) => shaped_scan(problem, shape, method.cost, &settings, &|_| ()),
        None => analyse(problem, &settings, &|_| ()),
    };
    found.ok().and_then(|found| found.clusters.into_iter().next()).map_or((0.0, Vec::new()), |one| (one.llr, one.locations))
}

fn main() {
    for (split, base, extra) in
        [("development", 10_000u64, 3.0), ("test", 30_000, 2.0), ("test", 30_000, 3.0), ("test", 30_000, 5.0)]
    {
        // Of the five, 0.5 was best on the development split.
        let costs: &[f64] = if split == "test" { &[0.5] } else { &[0.0, 0.5, 1.0, 1.5, 2.0] };
        let points = points(AREAS, base);
        let graph = neighbours(&points);
        let mut methods = vec![Method { name: "discs", shape: None, cost: 0.0, ellipses: false }];
        if std::env::var("ELLIPSES").is_ok() {
            methods.push(Method { name: "ellipses", shape: None, cost: 0.0, ellipses: true });
        }
        let near: Vec<Vec<usize>> = {
            let all = Zones::discs(&points, Coordinates::Cartesian, &Limit { nearest: Some(20), ..Limit::default() });
            all.chains()
                .iter()
                .map(|chain| all.members(chain.start..chain.end).iter().map(|one| *one as usize).collect())
                .collect()
        };
        for cost in costs {
            methods.push(Method {
                name: "subsets of 20",
                shape: Some(Shape::Subsets { nearest: near.clone() }),
                cost: *cost,
                ellipses: false,
            });
            methods.push(Method {
                name: "connected",
                shape: Some(Shape::Connected { neighbours: graph.clone(), largest: 15 }),
                cost: *cost,
                ellipses: false,
            });
        }
        let mut circular = 0.0;
        for method in &methods {
            let limit = Limit { nearest: Some(30), ..Limit::default() };
            let mut zones = Zones::discs(&points, Coordinates::Cartesian, &limit);
            if method.ellipses {
                zones.add_ellipses(&points, &limit, &Ellipses::standard(0.5));
            }
            let problem = |dice: &mut Xoshiro256PlusPlus, series: Option<&[usize]>| {
                let mut cases = vec![0u32; AREAS * DAYS];
                for _ in 0..poisson(dice, RATE * DAYS as f64) {
                    cases[(dice.random::<f64>() * (AREAS * DAYS) as f64) as usize] += 1;
                }
                if let Some(series) = series {
                    for day in DAYS - 5..DAYS {
                        for _ in 0..poisson(dice, extra) {
                            cases[series[(dice.random::<f64>() * 8.0) as usize] * DAYS + day] += 1;
                        }
                    }
                }
                Problem {
                    locations: AREAS,
                    intervals: DAYS,
                    cases,
                    expected: vec![RATE / AREAS as f64; AREAS * DAYS],
                    ratio: Ratio::Expectation,
                    null: Null::Poisson,
                    rates: Rates::High,
                    zones: zones.clone(),
                    windows: Windows::alive(DAYS, DAYS),
                    replicate_windows: None,
                    purely_spatial: false,
                    fewest: 2,
                    fewest_low: 0,
                }
            };
            let mut quiet: Vec<f64> = (0..2000u64)
                .into_par_iter()
                .map(|one| best(&problem(&mut Xoshiro256PlusPlus::seed_from_u64(base + one), None), method).0)
                .collect();
            quiet.sort_by(f64::total_cmp);
            let threshold = quiet[quiet.len() - quiet.len() / 100];
            let f1: Vec<f64> = (0..400u64)
                .into_par_iter()
                .map(|one| {
                    let mut dice = Xoshiro256PlusPlus::seed_from_u64(base * 7 + one);
                    let series = line(&points, &graph, &mut dice);
                    let (score, members) = best(&problem(&mut dice, Some(&series)), method);
                    let both = members.iter().filter(|one| series.contains(one)).count() as f64;
                    if score >= threshold { 2.0 * both / (members.len() + series.len()) as f64 } else { 0.0 }
                })
                .collect();
            let alarms = f1.iter().filter(|one| **one > 0.0).count();
            let mean = f1.iter().sum::<f64>() / f1.len() as f64;
            if method.name == "discs" {
                circular = mean;
            }
            println!(
                "{split:<12} {extra}/day  {:<14} cost {:.1}  F1 {mean:.3} ({:.2} of discs), of alarms {:.3}; alarms {alarms} of {}",
                method.name,
                method.cost,
                mean / circular,
                mean * f1.len() as f64 / alarms.max(1) as f64,
                f1.len()
            );
        }
    }
}

fn poisson(dice: &mut Xoshiro256PlusPlus, mean: f64) -> u32 {
    let (limit, mut product, mut count) = ((-mean).exp(), dice.random::<f64>(), 0);
    while product > limit {
        count += 1;
        product *= dice.random::<f64>();
    }
    count
}
