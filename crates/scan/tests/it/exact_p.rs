//! Small problems whose p-values can be counted out: every outcome of the null, each with its chance. Monte Carlo must come to the same.

use scan::{Null, PValue, Problem, Rates, Ratio, Secondary, Settings, Windows, Zones, analyse, permutation_expected};

const LOCATIONS: usize = 3;
const INTERVALS: usize = 4;
const CELLS: usize = LOCATIONS * INTERVALS;

fn problem(cases: &[u32], expected: Vec<f64>, ratio: Ratio, null: Null, rates: Rates, alive: bool) -> Problem {
    let lists: Vec<Vec<usize>> = vec![vec![0], vec![1], vec![2], vec![0, 1], vec![1, 2]];
    Problem {
        locations: LOCATIONS,
        intervals: INTERVALS,
        cases: cases.to_vec(),
        expected,
        ratio,
        null,
        rates,
        zones: Zones::from_lists(&lists),
        windows: if alive { Windows::alive(INTERVALS, 3) } else { Windows::all(INTERVALS, 2) },
        replicate_windows: None,
        purely_spatial: false,
        fewest: 1,
        fewest_low: 0,
    }
}

fn best(problem: &Problem) -> f64 {
    let settings = Settings { replicates: 0, seed: 1, p_value: PValue::MonteCarlo, secondary: Secondary::NoOverlap };
    analyse(problem, &settings, &|_| ()).unwrap().clusters.first().map_or(0.0, |found| found.llr)
}

/// The share of outcomes that score as high, against Monte Carlo's.
fn compare(name: &str, problem: &Problem, outcomes: &[(Vec<u32>, f64)]) {
    let observed = best(problem);
    let (mut high, mut all) = (0.0, 0.0);
    for (cases, chance) in outcomes {
        all += chance;
        if best(&Problem { cases: cases.clone(), ..problem.clone() }) >= observed - 1e-9 {
            high += chance;
        }
    }
    let exact: f64 = high / all;
    let settings = Settings { replicates: 9_999, seed: 3, p_value: PValue::MonteCarlo, secondary: Secondary::NoOverlap };
    let found = analyse(problem, &settings, &|_| ()).unwrap().clusters[0].p;
    let error = 3.0 * (exact * (1.0 - exact) / 9_999.0).sqrt() + 1e-4;
    assert!((found - exact).abs() <= error, "{name}: {found} against {exact}");
    assert!(exact > 0.001 && exact < 0.99, "{name}: {exact} tells little");
}

/// All ways to put the items into cells, one after the other.
fn ways(items: usize, cells: &dyn Fn(usize) -> Vec<(usize, f64)>) -> Vec<(Vec<u32>, f64)> {
    let mut all = vec![(vec![0u32; CELLS], 1.0)];
    for item in 0..items {
        let cells = cells(item);
        all = all
            .iter()
            .flat_map(|(cases, chance)| {
                cells.iter().map(move |(cell, weight)| {
                    let mut cases = cases.clone();
                    cases[*cell] += 1;
                    (cases, chance * weight)
                })
            })
            .collect();
        // Equal outcomes are one.
        all.sort_by(|a, b| a.0.cmp(&b.0));
        all.dedup_by(|next, held| {
            let same = next.0 == held.0;
            held.1 += if same { next.1 } else { 0.0 };
            same
        });
    }
    all
}

/// Six cases: (location, interval).
const CASES: [(usize, usize); 6] = [(1, 3), (1, 1), (2, 0), (0, 2), (0, 2), (1, 0)];

fn table() -> Vec<u32> {
    let mut cases = vec![0; CELLS];
    CASES.iter().for_each(|(location, interval)| cases[location * INTERVALS + interval] += 1);
    cases
}

#[test]
fn the_permutation_within_strata_is_counted_out() {
    for (name, strata) in [("one stratum", vec![0; 4]), ("two strata", vec![0, 1, 0, 1])] {
        let cases = table();
        let expected = permutation_expected(&cases, LOCATIONS, INTERVALS, &strata);
        let null = Null::Permutation { strata: strata.clone(), layers: Vec::new() };
        let problem = problem(&cases, expected, Ratio::Conditional { total: 6.0 }, null, Rates::High, true);
        // Every order of the dates within a stratum, over the places as they are.
        let mut orders: Vec<Vec<usize>> = vec![Vec::new()];
        for _ in 0..CASES.len() {
            orders = orders
                .iter()
                .flat_map(|order| {
                    let place = CASES[order.len()];
                    (0..CASES.len())
                        .filter(|one| !order.contains(one) && strata[CASES[*one].1] == strata[place.1])
                        .map(|one| [order.clone(), vec![one]].concat())
                        .collect::<Vec<_>>()
                })
                .collect();
        }
        let outcomes: Vec<(Vec<u32>, f64)> = orders
            .iter()
            .map(|order| {
                let mut cases = vec![0; CELLS];
                order.iter().zip(CASES).for_each(|(date, place)| cases[place.0 * INTERVALS + CASES[*date].1] += 1);
                (cases, 1.0)
            })
            .collect();
        assert_eq!(outcomes.len(), if name == "one stratum" { 720 } else { 2 * 24 });
        compare(name, &problem, &outcomes);
    }
}

#[test]
fn the_poisson_model_is_counted_out_high_and_low() {
    let weights: Vec<f64> = (0..CELLS).map(|cell| 1.0 + (cell % 5) as f64).collect();
    let all: f64 = weights.iter().sum();
    let expected: Vec<f64> = weights.iter().map(|one| one * 6.0 / all).collect();
    let outcomes = ways(6, &|_| weights.iter().map(|one| one / all).enumerate().collect());
    for (name, rates, alive) in [
        ("high", Rates::High, true),
        ("high, any window", Rates::High, false),
        ("low", Rates::Low, true),
        ("both", Rates::Both, false),
    ] {
        let problem = problem(&table(), expected.clone(), Ratio::Conditional { total: 6.0 }, Null::Multinomial, rates, alive);
        compare(name, &problem, &outcomes);
    }
}

/// The course over time is given: each interval's cases are dealt over the locations.
#[test]
fn the_poisson_model_within_intervals_is_counted_out() {
    let people = [1.0, 2.0, 3.0];
    let cases = table();
    let of_interval = |interval: usize| (0..LOCATIONS).map(|one| f64::from(cases[one * INTERVALS + interval])).sum::<f64>();
    let expected: Vec<f64> = (0..CELLS).map(|cell| people[cell / INTERVALS] / 6.0 * of_interval(cell % INTERVALS)).collect();
    let outcomes = ways(6, &|item| (0..LOCATIONS).map(|one| (one * INTERVALS + CASES[item].1, people[one] / 6.0)).collect());
    let problem = problem(&cases, expected, Ratio::Conditional { total: 6.0 }, Null::WithinIntervals, Rates::High, false);
    compare("within intervals", &problem, &outcomes);
}

/// Cases chosen among points: the Bernoulli model.
#[test]
fn the_bernoulli_model_is_counted_out() {
    let points: Vec<u32> = (0..CELLS).map(|cell| 2 + (cell % 3) as u32).collect();
    let all: f64 = points.iter().map(|one| f64::from(*one)).sum();
    let expected: Vec<f64> = points.iter().map(|one| f64::from(*one) * 6.0 / all).collect();
    // Each outcome's chance: the ways to choose its cases.
    let choose = |n: u32, k: u32| (0..k).map(|one| f64::from(n - one) / f64::from(one + 1)).product::<f64>();
    let outcomes: Vec<(Vec<u32>, f64)> = ways(6, &|_| (0..CELLS).map(|cell| (cell, 1.0)).collect())
        .into_iter()
        .filter(|(cases, _)| cases.iter().zip(&points).all(|(cases, points)| cases <= points))
        .map(|(cases, _)| {
            let chance = cases.iter().zip(&points).map(|(cases, points)| choose(*points, *cases)).product();
            (cases, chance)
        })
        .collect();
    let ratio = Ratio::Bernoulli { cases: 6.0, points: all };
    let null = Null::Hypergeometric { points };
    compare("bernoulli", &problem(&table(), expected.clone(), ratio, null.clone(), Rates::High, true), &outcomes);
    compare("bernoulli, low", &problem(&table(), expected, ratio, null, Rates::Low, false), &outcomes);
}
