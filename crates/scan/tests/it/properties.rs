use proptest::prelude::*;
use scan::{
    Cases, Coordinates, Expectation, Location, PermutationSettings, connected, expectation_scan, nearest, permutation_scan,
};

fn points(n: usize) -> Vec<Location> {
    (0..n).map(|i| Location { x: (i % 5) as f64, y: (i / 5) as f64 }).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// Ratios are never negative, p lies in 0..=1, clusters share no location; the order of the cases does not matter.
    #[test]
    fn clusters_are_sound(cases in proptest::collection::vec((0usize..12, 0usize..20), 2..60)) {
        let near = nearest(&points(12), Coordinates::Cartesian);
        let settings = PermutationSettings { largest_share: 0.5, longest: 7, replicates: 19, seed: 7 };
        let run = |cases: &[(usize, usize)]| permutation_scan(&Cases { cases, locations: 12, days: 20 }, &near, &settings).unwrap();
        let found = run(&cases);
        for (position, cluster) in found.iter().enumerate() {
            prop_assert!(cluster.llr > 0.0 && cluster.p > 0.0 && cluster.p <= 1.0);
            prop_assert!(f64::from(cluster.cases) > cluster.expected);
            for other in &found[position + 1..] {
                prop_assert!(cluster.locations.iter().all(|one| !other.locations.contains(one)));
            }
        }
        let mut turned = cases;
        turned.reverse();
        let again = run(&turned);
        prop_assert_eq!(found.iter().map(|c| (c.locations.clone(), c.cases)).collect::<Vec<_>>(), again.iter().map(|c| (c.locations.clone(), c.cases)).collect::<Vec<_>>());
    }
}

#[test]
fn the_number_of_threads_does_not_matter() {
    let near = nearest(&points(12), Coordinates::Cartesian);
    let cases: Vec<(usize, usize)> = (0..80).map(|i| (i * 7 % 12, i * 5 % 20)).collect();
    let settings = PermutationSettings { largest_share: 0.5, longest: 7, replicates: 99, seed: 7 };
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| permutation_scan(&Cases { cases: &cases, locations: 12, days: 20 }, &near, &settings).unwrap())
    };
    assert_eq!(run(1), run(3));
}

/// Every way to draw and to score: the same bytes with one thread and with three; and progress is told of each replicate once.
#[test]
fn every_model_is_the_same_for_any_number_of_threads() {
    use scan::{Limit, Null, PValue, Point, Problem, Rates, Ratio, Secondary, Settings, Windows, Zones, analyse, with_threads};
    use std::sync::atomic::{AtomicU32, Ordering};
    let (locations, intervals) = (12, 30);
    let cells = locations * intervals;
    let cases: Vec<u32> = (0..cells).map(|cell| u32::from(cell * 7 % 11 < 2) + u32::from(cell % 97 == 5) * 3).collect();
    let total = f64::from(cases.iter().sum::<u32>());
    let places: Vec<Point> = points(locations).iter().map(|one| Point::new(*one, Coordinates::Cartesian)).collect();
    let expected = vec![total / cells as f64; cells];
    let strata: Vec<usize> = (0..intervals).map(|one| one % 7).collect();
    let of_strata = scan::permutation_expected(&cases, locations, intervals, &strata);
    let all = Ratio::Conditional { total };
    let controls: Vec<u32> = cases.iter().map(|one| one + 2).collect();
    let many = f64::from(controls.iter().sum::<u32>());
    let models = [
        (Null::Permutation { strata, layers: Vec::new() }, all, of_strata),
        (Null::Multinomial, all, expected.clone()),
        (Null::Poisson, Ratio::Expectation, expected.clone()),
        (Null::NegativeBinomial { dispersion: 1.5 }, Ratio::NegativeBinomial { dispersion: 1.5 }, expected),
        (
            Null::Hypergeometric { points: controls.clone() },
            Ratio::Bernoulli { cases: total, points: many },
            controls.iter().map(|one| f64::from(*one) * total / many).collect(),
        ),
    ];
    for (null, ratio, expected) in models {
        for windows in [Windows::alive(intervals, 7), Windows::all(intervals, 4), Windows::all(intervals, 15)] {
            for (rates, p_value) in [
                (Rates::High, PValue::Default),
                (Rates::High, PValue::Sequential { exceedances: 5 }),
                (Rates::Both, PValue::MonteCarlo),
            ] {
                let problem = Problem {
                    locations,
                    intervals,
                    cases: cases.clone(),
                    expected: expected.clone(),
                    ratio,
                    null: null.clone(),
                    rates,
                    zones: Zones::discs(&places, Coordinates::Cartesian, &Limit::default()),
                    windows: windows.clone(),
                    replicate_windows: None,
                    purely_spatial: false,
                    fewest: 2,
                    fewest_low: 0,
                };
                let settings = Settings { replicates: 99, seed: 11, p_value, secondary: Secondary::NoOverlap };
                let run = |threads| {
                    let told = AtomicU32::new(0);
                    let count = |_| {
                        told.fetch_add(1, Ordering::Relaxed);
                    };
                    let found = with_threads(Some(threads), || analyse(&problem, &settings, &count).unwrap());
                    (found, told.into_inner())
                };
                let (alone, three) = (run(1), run(3));
                assert_eq!(alone.0, three.0, "{null:?} {rates:?} {p_value:?}");
                // A run that stopped may have begun more than it took.
                let drawn = alone.0.replicates.maxima.len() as u32;
                assert!(alone.1 >= drawn && (alone.0.replicates.stopped || alone.1 == drawn && three.1 == drawn));
            }
        }
    }
}

/// Without a cluster p is even over 0..1: at most one scan in twenty comes at p = 0.05.
#[test]
fn p_is_honest_without_a_cluster() {
    let zones = connected(&[vec![1], vec![0, 2], vec![1, 3], vec![2]], 2);
    let expected = vec![vec![0.8; 4]; 6];
    let mut low = 0;
    for seed in 0..200u64 {
        // Counts drawn as the null has them, from a stream that no replicate uses.
        let mut state = seed.wrapping_mul(0x5851_F42D_4C95_7F2D) + 1;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((state >> 33) as f64) / f64::from(1u32 << 31)
        };
        let mut draw = |rate: f64| {
            let (limit, mut product, mut n) = ((-rate).exp(), next(), 0.0);
            while product > limit {
                n += 1.0;
                product *= next();
            }
            n
        };
        let counts: Vec<Vec<f64>> = (0..6).map(|_| (0..4).map(|_| draw(0.8)).collect()).collect();
        let problem = Expectation { counts: &counts, expected: &expected, zones: &zones, lengths: &[1, 2, 3, 6], fewest: 1.0 };
        let found = expectation_scan(&problem, 199, seed).unwrap();
        low += usize::from(found.first().is_some_and(|cluster| cluster.p <= 0.05));
    }
    // 10 are expected; above 22 has a chance of one in three thousand.
    assert!(low <= 22, "{low} of 200 at p <= 0.05");
}

#[test]
fn what_does_not_fit_is_refused() {
    let near = nearest(&points(2), Coordinates::Cartesian);
    let settings = PermutationSettings { largest_share: 0.5, longest: 7, replicates: 9, seed: 7 };
    let error = permutation_scan(&Cases { cases: &[(2, 0)], locations: 2, days: 20 }, &near, &settings).unwrap_err();
    assert_eq!(error.to_string(), "case 0 names a location or a day that is not there");
    let problem = Expectation { counts: &[vec![1.0]], expected: &[vec![-1.0]], zones: &[vec![0]], lengths: &[1], fewest: 1.0 };
    assert!(expectation_scan(&problem, 9, 1).unwrap_err().to_string().contains("day 0, location 0"));
}
