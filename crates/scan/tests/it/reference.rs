//! SaTScan's own answers on simulated counties, and the published example of the expectation-based scan.

use std::collections::HashMap;

use scan::{Cases, Coordinates, Expectation, Location, PermutationSettings, expectation_scan, nearest, permutation_scan};

pub(crate) fn shared(path: &str) -> Option<String> {
    let root =
        std::env::var("RINGFENCE_SHARED").unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared").to_owned());
    let found = std::fs::read_to_string(format!("{root}/data/scan/{path}")).ok();
    if found.is_none() {
        eprintln!("SKIPPED: this test needs ../shared/data/scan/{path}");
    }
    found
}

/// Day number of `2025/3/26` or `2025/03/26`, counted from 1 January 2025.
fn day(text: &str) -> usize {
    const BEFORE: [usize; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
    let parts: Vec<usize> = text.split(['/', '-']).map(|part| part.parse().unwrap()).collect();
    BEFORE[parts[1] - 1] + parts[2] - 1
}

struct Expected {
    centre: &'static str,
    size: usize,
    from: &'static str,
    cases: u32,
    llr: f64,
    p: f64,
}

fn county(name: &str, days: usize, expected: &[Expected]) {
    let (Some(cases), Some(places)) = (shared(&format!("{name}/{name}.cas")), shared(&format!("{name}/{name}.geo"))) else {
        return;
    };
    let mut index: HashMap<&str, usize> = HashMap::new();
    let mut names = Vec::new();
    let mut locations = Vec::new();
    for line in places.lines().filter(|line| !line.trim().is_empty()) {
        let parts: Vec<&str> = line.split_whitespace().collect();
        index.insert(parts[0], locations.len());
        names.push(parts[0]);
        locations.push(Location { x: parts[1].parse().unwrap(), y: parts[2].parse().unwrap() });
    }
    let mut list = Vec::new();
    for line in cases.lines().filter(|line| !line.trim().is_empty()) {
        let parts: Vec<&str> = line.split_whitespace().collect();
        for _ in 0..parts[1].parse::<u32>().unwrap() {
            list.push((index[parts[0]], day(parts[2])));
        }
    }
    let near = nearest(&locations, Coordinates::LatLon);
    let settings = PermutationSettings { largest_share: 0.5, longest: 30, replicates: 9_999, seed: 1 };
    let found = permutation_scan(&Cases { cases: &list, locations: locations.len(), days }, &near, &settings).unwrap();
    for (cluster, expected) in found.iter().zip(expected) {
        assert_eq!(names[cluster.locations[0]], expected.centre);
        assert_eq!((cluster.locations.len(), cluster.cases, cluster.from), (expected.size, expected.cases, day(expected.from)));
        assert!((cluster.llr - expected.llr).abs() < 1e-6, "{} against {}", cluster.llr, expected.llr);
        // Three standard errors of the difference of two draws, SaTScan's of 999 and ours of 9,999 replicates.
        let error = 3.0 * (expected.p * (1.0 - expected.p) * (1.0 / 999.0 + 1.0 / 9_999.0)).sqrt();
        assert!((cluster.p - expected.p).abs() <= error, "p {} against {}", cluster.p, expected.p);
    }
}

#[test]
fn permutation_on_a_hundred_areas_and_ninety_days() {
    county(
        "county100x90",
        90,
        &[
            Expected { centre: "W0043", size: 22, from: "2025/3/26", cases: 23, llr: 7.555_026, p: 0.009 },
            Expected { centre: "W0041", size: 1, from: "2025/3/31", cases: 2, llr: 4.003_843, p: 0.488 },
        ],
    );
}

#[test]
fn permutation_on_three_hundred_areas_and_a_year() {
    county(
        "county300x365",
        365,
        &[
            Expected { centre: "W0007", size: 8, from: "2025/12/27", cases: 16, llr: 25.219_367, p: 0.001 },
            Expected { centre: "W0121", size: 13, from: "2025/12/19", cases: 15, llr: 5.722_016, p: 0.616 },
            Expected { centre: "W0021", size: 1, from: "2025/12/8", cases: 4, llr: 4.674_216, p: 0.942 },
            Expected { centre: "W0140", size: 12, from: "2025/12/30", cases: 6, llr: 4.156_734, p: 0.990 },
            Expected { centre: "W0117", size: 4, from: "2025/12/30", cases: 3, llr: 3.930_678, p: 0.998 },
        ],
    );
}

/// Brain cancer in New Mexico, 1986 to 1989, baselines from a regression: Los Alamos and Santa Fe, four years, 9.180617.
#[test]
fn expectation_on_new_mexico() {
    let files =
        ["new-mexico/NM_eb_baselines_1986_1989.csv", "new-mexico/NM_popcas.csv", "new-mexico/NM_zones_k15.csv"].map(shared);
    let [Some(baselines), Some(cases), Some(zones)] = files else { return };
    let mut reader = csv::Reader::from_reader(baselines.as_bytes());
    let names: Vec<String> = reader.headers().unwrap().iter().skip(1).map(str::to_owned).collect();
    let expected: Vec<Vec<f64>> =
        reader.records().map(|row| row.unwrap().iter().skip(1).map(|cell| cell.parse().unwrap()).collect()).collect();
    let mut counts: Vec<Vec<f64>> = vec![vec![0.0; names.len()]; 4];
    for row in csv::Reader::from_reader(cases.as_bytes()).records() {
        let row = row.unwrap();
        let year: usize = row[0].parse().unwrap();
        if let (true, Some(county)) = ((1986..=1989).contains(&year), names.iter().position(|name| *name == row[1])) {
            counts[year - 1986][county] += row[3].parse::<f64>().unwrap();
        }
    }
    let mut sets: Vec<Vec<usize>> = Vec::new();
    for row in csv::ReaderBuilder::new().flexible(true).from_reader(zones.as_bytes()).records() {
        let row = row.unwrap();
        let members = &row[1];
        sets.push(members.split([';', ' ', '|']).filter_map(|name| names.iter().position(|held| held == name)).collect());
    }
    sets.retain(|zone| !zone.is_empty());
    let problem = Expectation { counts: &counts, expected: &expected, zones: &sets, lengths: &[1, 2, 3, 4], fewest: 1.0 };
    let found = expectation_scan(&problem, 999, 1).unwrap();
    let mut best: Vec<&str> = found[0].locations.iter().map(|one| names[*one].as_str()).collect();
    best.sort_unstable();
    assert_eq!((best, found[0].from, found[0].cases), (vec!["losalamos", "santafe"], 0, 43));
    assert!((found[0].llr - 9.180_617).abs() < 1e-6, "{}", found[0].llr);
    assert!(found[0].p <= 0.02, "{}", found[0].p);
}
