//! Published answers of other programs on leukemia in upstate New York: SaTScan 9.6 with ellipses, and FleXScan 3.1.2, flexible and
//! binomial, as they stand with the tests of R's smerc.

use std::collections::BTreeSet;

use scan::satscan::{Model, Study, Texts, read_parameters};
use scan::{Findings, Location, PValue, Zones, analyse, flexible, nearest};

use crate::reference::shared;

/// Locations (any order), cases, expected to two decimals (0 where it is not told), statistic, p with 999 replicates.
type Row = (&'static [u32], u32, f64, f64, f64);

const PARAMETERS: &str = "[Input]\nCaseFile=c\nPrecisionCaseTimes=1\nStartDate=2000/1/1\nEndDate=2000/12/31\nPopulationFile=p\n\
                          CoordinatesFile=g\nCoordinatesType=0\n[Analysis]\nAnalysisType=1\nModelType=0\nPValueReportType=1\n\
                          MaxSpatialSizeInPopulationAtRisk=10\n";

struct Files {
    cases: String,
    places: String,
    people: String,
}

fn files() -> Option<Files> {
    let read = |name: &str| shared(&format!("ny-leukemia/satscan_ny_{name}.txt"));
    Some(Files { cases: read("cases")?, places: read("coords")?, people: read("pop")? })
}

fn study(files: &Files, set: &[&str]) -> Study {
    let set: Vec<String> = set.iter().map(|one| (*one).to_owned()).collect();
    let options = read_parameters("f.prm", PARAMETERS, &set).unwrap();
    let texts = Texts {
        cases: ("c", &files.cases),
        coordinates: Some(("g", &files.places)),
        population: Some(("p", &files.people)),
        ..Texts::default()
    };
    Study::new(&options, &texts, 1).unwrap()
}

/// Statistics to `digits` (relative), p within three standard errors of both programs' draws.
fn holds(rows: &[Row], study: &Study, findings: &Findings, digits: f64) {
    let ours = findings.replicates.maxima.len() as f64;
    for (row, found) in rows.iter().zip(&findings.clusters) {
        let ids: BTreeSet<u32> = study.ids(&found.locations).iter().map(|id| id.parse().unwrap()).collect();
        assert_eq!(ids, row.0.iter().copied().collect(), "{row:?} against {found:?}");
        assert_eq!(found.cases, row.1);
        assert!(row.2 == 0.0 || (found.expected - row.2).abs() < 0.005_001, "{} against {}", found.expected, row.2);
        assert!((found.llr / row.3 - 1.0).abs() < digits, "{} against {}", found.llr, row.3);
        let error = 3.0 * (row.4 * (1.0 - row.4) * (1.0 / 999.0 + 1.0 / ours)).sqrt() + 0.0005;
        assert!((found.p - row.4).abs() <= error, "p {} against {}: {row:?}", found.p, row.4);
    }
    assert!(findings.clusters.len() >= rows.len(), "{} clusters for {} rows", findings.clusters.len(), rows.len());
}

const LINE: &[u32] = &[52, 50, 53, 38, 49, 15, 48, 39, 1, 37, 16, 44, 14, 47, 40, 2, 13, 43, 51, 45, 17, 11, 12, 3, 46];

/// SaTScan 9.6, 10 % of the population, medium and strong penalty.
#[test]
fn ellipses_are_satscans() {
    let Some(files) = files() else { return };
    let medium: [Row; 7] = [
        (LINE, 93, 52.03, 14.474_236, 0.000_19),
        (&[87, 88, 86, 89, 92, 85, 90], 37, 16.44, 9.296_518, 0.024),
        (
            &[
                115, 116, 114, 111, 117, 113, 123, 120, 110, 122, 112, 118, 121, 124, 220, 133, 131, 119, 130, 125, 132, 219,
                126, 127, 135,
            ],
            57,
            31.03,
            8.095_512,
            0.080,
        ),
        (&[170, 171, 166, 167], 17, 6.37, 4.923_266, 0.768),
        (&[62, 64, 67, 65], 25, 12.82, 4.651_839, 0.845),
        (&[106, 103, 102, 77, 230], 19, 8.13, 4.295_386, 0.922),
        (&[266, 281, 265], 11, 4.21, 3.742_950, 0.989),
    ];
    let strong: [Row; 7] = [
        (LINE, 93, 52.03, 14.181_797, 0.000_16),
        (&[89, 88, 87, 84, 90, 86, 92, 85], 38, 17.79, 9.019_716, 0.023),
        (
            &[
                113, 116, 117, 220, 115, 123, 112, 114, 122, 124, 118, 111, 121, 133, 125, 120, 132, 110, 218, 134, 119, 219,
                139, 126, 131, 138,
            ],
            57,
            32.25,
            7.388_071,
            0.121,
        ),
        (&[62, 64, 67, 65], 25, 12.82, 4.651_839, 0.768),
        (&[170, 171, 166, 167], 17, 6.37, 3.938_613, 0.931),
        (&[266, 281, 265], 11, 4.21, 3.667_327, 0.974),
        (&[106, 103, 102, 77, 230], 19, 8.13, 3.436_309, 0.990),
    ];
    for (penalty, rows) in [("1", medium), ("2", strong)] {
        let penalty = format!("NonCompactnessPenalty={penalty}");
        let study = study(&files, &["SpatialWindowShapeType=1", &penalty]);
        let findings = analyse(&study.problem, &study.settings, &|_| ()).unwrap();
        holds(&rows, &study, &findings, 1e-7);
        let (shape, angle) = findings.clusters[0].ellipse.unwrap();
        // SaTScan says 90 degrees from the first axis.
        assert!(shape == 1.5 && angle.abs() < 1e-9, "{shape} {angle}");
    }
}

/// FleXScan 3.1.2, flexible, ten nearest, neighbours as published; the Poisson model, 999 replicates.
#[test]
fn connected_sets_are_flexscans() {
    let (Some(files), Some(edges)) = (files(), shared("ny-leukemia/nyw_edges.csv")) else { return };
    let rows: [Row; 8] = [
        (&[85, 86, 88, 89, 90, 92, 93], 39, 16.40, 11.6713, 0.006),
        (&[1, 2, 13, 15, 47, 49, 51], 31, 13.45, 8.62939, 0.082),
        (&[117, 118, 119, 124, 125, 126, 220], 29, 12.51, 8.14694, 0.115),
        (&[38, 43, 44, 46, 53, 54], 28, 12.25, 7.629, 0.154),
        (&[166, 167, 170, 171], 17, 6.37, 6.15408, 0.446),
        (&[62, 64, 65, 67], 25, 12.82, 4.65184, 0.877),
        (&[120, 130, 131, 135, 146, 208, 210], 18, 8.06, 4.61008, 0.887),
        (&[265, 266, 281], 11, 4.21, 3.82013, 0.980),
    ];
    let mut study = study(&files, &[]);
    let place = |id: &str| study.places.iter().position(|place| place.ids.iter().any(|held| held == id)).unwrap();
    let mut neighbours: Vec<Vec<usize>> = vec![Vec::new(); study.places.len()];
    for row in csv::Reader::from_reader(edges.as_bytes()).records() {
        let row = row.unwrap();
        let (a, b) = (place(&row[0]), place(&row[1]));
        neighbours[a].push(b);
        neighbours[b].push(a);
    }
    let points: Vec<Location> = study.places.iter().filter_map(|place| place.at).collect();
    let near: Vec<Vec<usize>> =
        nearest(&points, scan::Coordinates::Cartesian).into_iter().map(|order| order[..10].to_vec()).collect();
    study.problem.zones = Zones::from_lists(&flexible(&near, &neighbours));
    let findings = analyse(&study.problem, &study.settings, &|_| ()).unwrap();
    holds(&rows, &study, &findings, 1e-5);
}

/// FleXScan 3.1.2, discs of ten on the sphere, the binomial model (SaTScan's Bernoulli): all people are points.
#[test]
fn the_bernoulli_model_is_flexscans_binomial() {
    let Some(files) = files() else { return };
    let rows: [Row; 9] = [
        (&[1, 2, 3, 12, 13, 14, 15, 35, 47, 49], 41, 0.0, 8.47836, 0.014),
        (&[85, 86, 87, 88, 89, 90, 91, 92, 93], 42, 0.0, 8.29257, 0.020),
        (&[37, 38, 39, 40, 43, 44, 45, 46, 52, 53], 44, 0.0, 6.43049, 0.139),
        (&[113, 117, 118, 119, 124, 125, 126, 127], 28, 0.0, 5.77247, 0.233),
        (&[62, 64, 65, 67], 25, 0.0, 4.65493, 0.561),
        (&[265, 266, 281], 11, 0.0, 3.82302, 0.839),
        (&[120, 121, 131, 132, 138, 139], 10, 0.0, 3.77633, 0.853),
        (&[159, 166, 167], 11, 0.0, 3.21181, 0.966),
        (&[171], 5, 0.0, 2.62418, 0.998),
    ];
    let counts = |text: &str, at: usize| -> Vec<(String, f64)> {
        let fields = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>()).filter(|row| row.len() == 3);
        fields.map(|row| (row[0].to_owned(), row[at].parse().unwrap())).collect()
    };
    let mut cases: std::collections::BTreeMap<String, f64> = std::collections::BTreeMap::new();
    counts(&files.cases, 1).into_iter().for_each(|(id, number)| *cases.entry(id).or_default() += number);
    let controls: String = counts(&files.people, 2)
        .iter()
        .map(|(id, people)| format!("{id} {} 2000\n", people - cases.get(id).copied().unwrap_or(0.0)))
        .collect();
    let mut options = read_parameters("f.prm", PARAMETERS, &["CoordinatesType=1".to_owned()]).unwrap();
    options.model = Model::Bernoulli;
    options.nearest = Some(10);
    options.largest_share = 100.0;
    options.p_value = PValue::MonteCarlo;
    let texts = Texts {
        cases: ("c", &files.cases),
        controls: Some(("controls", &controls)),
        coordinates: Some(("g", &files.places)),
        ..Texts::default()
    };
    let study = Study::new(&options, &texts, 1).unwrap();
    let findings = analyse(&study.problem, &study.settings, &|_| ()).unwrap();
    holds(&rows, &study, &findings, 1e-5);
}
