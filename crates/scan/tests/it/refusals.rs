//! Bad input is refused with file and line; unsupported settings by name.

use scan::analyse;
use scan::satscan::{Refusal, Study, Texts, read_parameters};

const PARAMETERS: &str = include_str!("../../../../fixtures/scan/harbour.prm");
const CASES: &str = include_str!("../../../../fixtures/scan/harbour.cas");
const PLACES: &str = include_str!("../../../../fixtures/scan/harbour.geo");
const PEOPLE: &str = include_str!("../../../../fixtures/scan/harbour.pop");

fn study(set: &[&str], cases: &str, places: &str, people: &str) -> Result<Study, Refusal> {
    let set: Vec<String> = set.iter().map(|one| (*one).to_owned()).collect();
    let options = read_parameters("harbour.prm", PARAMETERS, &set)?;
    let texts = Texts {
        cases: ("cases", cases),
        coordinates: Some(("places", places)),
        population: Some(("people", people)),
        controls: Some((
            "controls",
            "Quay 5 2025/3/1\nMole 5 2025/3/9\nMarsh 9 2025/3/9\nPoint 9 2025/3/20\nLight 9 2025/3/20\n",
        )),
        ..Texts::default()
    };
    Study::new(&options, &texts, 1)
}

#[test]
fn the_small_example_is_found_in_every_model() {
    let found = |set: &[&str]| {
        let study = study(set, CASES, PLACES, PEOPLE).unwrap();
        let findings = analyse(&study.problem, &study.settings, &|_| ()).unwrap();
        let best = findings.clusters[0].clone();
        (study.ids(&best.locations).join(" "), study.dates(best.from, best.to).1, best.p)
    };
    for (set, most) in [
        (vec![], 0.05),
        (vec!["ModelType=0"], 0.05),
        (vec!["ModelType=0", "AnalysisType=3", "MaxTemporalSize=14"], 0.05),
        (vec!["ModelType=0", "SpatialWindowShapeType=1"], 0.05),
        (vec!["AdjustForEarlierAnalyses=y", "ProspectiveStartDate=2025/3/20"], 0.3),
        (vec!["ModelType=0", "TimeTrendAdjustmentType=4"], 0.3),
        // Four weeks are little to learn seven days of the week from: a part of the series remains.
        (vec!["AdjustForWeeklyTrends=y"], 1.0),
    ] {
        let (places, until, p) = found(&set);
        assert!(places.split(' ').all(|one| one == "Quay" || one == "Mole"), "{set:?}: {places}");
        assert!(until == "2025-03-28" && p <= most, "{set:?}: {until} {p}");
    }
    let (places, until, _) = found(&["ModelType=0", "AnalysisType=2", "MaxTemporalSize=14"]);
    assert_eq!((places.split(' ').count(), until.as_str()), (6, "2025-03-28"));
}

#[test]
fn bad_data_is_refused_with_file_and_line() {
    let cases = |text: &str| study(&[], text, PLACES, PEOPLE).unwrap_err().to_string();
    let starts = |found: String, wanted: &str| assert!(found.starts_with(wanted), "{found}");
    starts(
        cases(include_str!("../../../../fixtures/scan/bad/unknown-location.cas")),
        "cases:2: location 'Harbor' is not in the coordinates",
    );
    starts(cases(include_str!("../../../../fixtures/scan/bad/negative-count.cas")), "cases:2: the count -1 is negative");
    starts(cases(include_str!("../../../../fixtures/scan/bad/broken-count.cas")), "cases:2: '1.5' is no count");
    starts(
        cases(include_str!("../../../../fixtures/scan/bad/outside-the-study.cas")),
        "cases:3: time 2025/4/3 lies outside the study period",
    );
    starts(cases(include_str!("../../../../fixtures/scan/bad/no-such-day.cas")), "cases:2: '2025/2/30' is no date");
    starts(
        cases(include_str!("../../../../fixtures/scan/bad/missing-time.cas")),
        "cases:2: 2 columns where at least 3 are needed",
    );
    starts(cases(include_str!("../../../../fixtures/scan/bad/empty.cas")), "cases: the file is empty");
    starts(cases(include_str!("../../../../fixtures/scan/bad/no-cases.cas")), "cases: there are no cases");
    let places = |text: &str| study(&[], CASES, text, PEOPLE).unwrap_err().to_string();
    starts(
        places(include_str!("../../../../fixtures/scan/bad/two-places-for-one.geo")),
        "places:3: location 'Quay' has other coordinates here than on line 1",
    );
    starts(places(include_str!("../../../../fixtures/scan/bad/broken-coordinate.geo")), "places:2: 'one' is no coordinate");
    starts(places(include_str!("../../../../fixtures/scan/bad/not-a-number.geo")), "places:2: 'NaN' is no coordinate");
    starts(places(include_str!("../../../../fixtures/scan/bad/empty.geo")), "places: the file is empty");
    let people = |text: &str| study(&["ModelType=0"], CASES, PLACES, text).unwrap_err().to_string();
    starts(people(include_str!("../../../../fixtures/scan/bad/negative-population.pop")), "people:2: population -5 is negative");
    starts(
        people(include_str!("../../../../fixtures/scan/bad/uneven-covariates.pop")),
        "people:2: 0 covariates where the rows before have 1",
    );
    // Cases where nobody lives.
    starts(people("Quay 2025 1000\n"), "cases:");
    // A relaxed study leaves them out, and says so.
    let relaxed =
        study(&["StudyPeriodCheckType=1"], "Quay 3 2025/3/2\nMole 2 2025/4/3\nMole 2 2025/3/3\n", PLACES, PEOPLE).unwrap();
    assert_eq!(relaxed.left_out, (2, 0));
    let relaxed = study(&["GeographicalCoordinatesCheckType=1"], "Quay 3 2025/3/2\nHarbor 2 2025/3/3\n", PLACES, PEOPLE).unwrap();
    assert_eq!(relaxed.left_out, (0, 2));
}

/// A time without data expects nothing, in every model, and its cases are left out.
#[test]
fn times_without_data_are_left_out() {
    let with = |set: &[&str], missing: &str| {
        let set: Vec<String> = set.iter().map(|one| (*one).to_owned()).collect();
        let options = read_parameters("harbour.prm", PARAMETERS, &set).unwrap();
        let texts = Texts {
            cases: ("cases", CASES),
            coordinates: Some(("places", PLACES)),
            population: Some(("people", PEOPLE)),
            missing: Some(("gaps", missing)),
            ..Texts::default()
        };
        Study::new(&options, &texts, 1)
    };
    let day = |study: &Study, location: usize, interval: usize| {
        let cell = location * study.problem.intervals + interval;
        (study.problem.cases[cell], study.problem.expected[cell])
    };
    let place = |study: &Study, id: &str| study.places.iter().position(|place| place.ids[0] == id).unwrap();
    for set in [vec![], vec!["ModelType=0"], vec!["AdjustForWeeklyTrends=y"], vec!["ModelType=0", "AdjustForWeeklyTrends=y"]] {
        let (whole, cut) = (study(&set, CASES, PLACES, PEOPLE).unwrap(), with(&set, "2025/3/27\n").unwrap());
        for location in 0..whole.places.len() {
            assert_eq!(day(&cut, location, 26), (0, 0.0), "{set:?}");
        }
        let here: u64 = (0..whole.places.len()).map(|one| u64::from(day(&whole, one, 26).0)).sum();
        assert!(here > 0 && cut.in_gaps == here && cut.problem.total() + here == whole.problem.total(), "{set:?}");
        let due: f64 = cut.problem.expected.iter().sum();
        assert!((due - cut.problem.total() as f64).abs() < 1e-9, "{set:?}: {due}");
        assert!(!analyse(&cut.problem, &cut.settings, &|_| ()).unwrap().clusters.is_empty());
    }
    // A location alone: for the Poisson model its own gap, for the permutation everyone's.
    let poisson = with(&["ModelType=0"], "Marsh 2025/3/27\n2025/3/1\n").unwrap();
    let marsh = place(&poisson, "Marsh");
    assert_eq!(day(&poisson, marsh, 26), (0, 0.0));
    assert!(day(&poisson, place(&poisson, "Quay"), 26).1 > 0.0 && day(&poisson, marsh, 25).1 > 0.0);
    let permutation = with(&[], "Marsh 2025/3/27\n").unwrap();
    assert!((0..permutation.places.len()).all(|one| day(&permutation, one, 26) == (0, 0.0)));
    // A month is all of its days; what cannot be used is refused with its line.
    assert_eq!(with(&[], "2025/3\n").unwrap_err().to_string(), "cases: there are no cases in the study");
    let refused = |missing: &str, set: &[&str]| with(set, missing).unwrap_err().to_string();
    assert!(refused("2025/3/2\nsoon\n", &[]).starts_with("gaps:2: 'soon' is no date"));
    assert!(refused("Harbor 2025/3/2\n", &[]).starts_with("gaps:1: location 'Harbor' is not known"));
    assert!(refused("2025/3/2\n", &["TimeAggregationLength=7"]).starts_with("gaps:1: 2025/3/2 is only a part of an interval"));
}

/// Every key of a parameter file that SaTScan 10.3 knows and that we have no part for, with a value that would change the answer.
#[test]
fn no_key_is_passed_over() {
    for setting in [
        "UseLocationsNetworkFile=y",
        "UseMetaLocationsFile=y",
        "MultipleCoordinatesType=1",
        "IsotonicScan=1",
        "RiskLimitHighClusters=y",
        "RiskLimitLowClusters=y",
        "SpatialAdjustmentType=1",
        "UseAdjustmentsByRRFile=y",
        "IterativeScan=y",
        "PerformStandardDrilldown=y",
        "PerformBernoulliDrilldown=y",
        "CalculateOliveira=y",
        "PerformPowerEvaluation=y",
        "UseReportOnlySmallerClusters=y",
        "UseDistanceFromCenterOption_Reported=y",
        "UseMaxCirclePopulationFileOption_Reported=y",
        "SimulatedDataMethodType=1",
        "PrintSimulatedDataToFile=y",
        "ReportHierarchicalClusters=n",
        "OutputGoogleEarthKML=y",
        "OutputShapefiles=y",
        "OutputCartesianGraph=y",
        "OutputGoogleMaps=y",
        "OutputTemporalGraphHTML=y",
        "MostLikelyClusterEachCentroidASCII=y",
        "MostLikelyClusterEachCentroidDBase=y",
        "MostLikelyClusterCaseInfoEachCentroidASCII=y",
        "MostLikelyClusterCaseInfoEachCentroidDBase=y",
        "CensusAreasReportedClustersASCII=y",
        "CensusAreasReportedClustersDBase=y",
        "IncludeRelativeRisksCensusAreasASCII=y",
        "IncludeRelativeRisksCensusAreasDBase=y",
        "SaveSimLLRsASCII=y",
        "SaveSimLLRsDBase=y",
        "EmailAlwaysSummary=y",
        "EmailCutoffSummary=y",
        "CustomEmail=y",
        "TimeTrendAdjustmentType=1",
        "TimeTrendAdjustmentType=3",
        "PopulationFile2=second.pop",
        "ControlFile3=third.ctl",
    ] {
        let (key, _) = setting.split_once('=').unwrap();
        let error = study(&[setting], CASES, PLACES, PEOPLE).unwrap_err().to_string();
        assert!(error.to_lowercase().contains(&key.to_lowercase()), "{setting}: {error}");
    }
    // Gini clusters exist for purely spatial scans.
    let gini = ["AnalysisType=1", "ModelType=0", "ReportGiniClusters=y"];
    assert!(study(&gini, CASES, PLACES, PEOPLE).unwrap_err().to_string().contains("ReportGiniClusters"));
}

#[test]
fn what_is_not_supported_is_refused_by_name() {
    for setting in [
        "AnalysisType=5",
        "AnalysisType=7",
        "ModelType=3",
        "ModelType=9",
        "IsotonicScan=1",
        "SpatialAdjustmentType=1",
        "TimeTrendAdjustmentType=2",
        "UseAdjustmentsByRRFile=y",
        "IterativeScan=y",
        "RiskLimitHighClusters=y",
        "PerformPowerEvaluation=y",
        "OutputShapefiles=y",
        "UseMetaLocationsFile=y",
        "UseLocationsNetworkFile=y",
        "CaseFile2=other.cas",
        "SomethingNew=7",
        "MonteCarloReps=many",
        "StartDate=soon",
        "AdjustForWeeklyTrends=perhaps",
        "MaxSpatialSizeInPopulationAtRisk=150",
        "CriteriaForReportingSecondaryClusters=9",
    ] {
        let key = setting.split('=').next().unwrap().to_lowercase();
        let error = study(&[setting], CASES, PLACES, PEOPLE).unwrap_err().to_string();
        assert!(error.to_lowercase().contains(&key), "{setting}: {error}");
    }
    for setting in [
        ["ModelType=2", "AnalysisType=1"],
        ["ModelType=2", "IncludePurelySpatial=y"],
        ["TimeAggregationLength=7", "AdjustForWeeklyTrends=y"],
        ["ScanAreas=2", "PValueReportType=3"],
        ["SpatialWindowShapeType=1", "CoordinatesType=1"],
        ["MaxTemporalSize=2", "TimeAggregationLength=4"],
        ["EndDate=2025/2/1", "StartDate=2025/3/1"],
        ["UseDistanceFromCenterOption=y", "MaxSpatialSizeInDistanceFromCenter="],
    ] {
        assert!(study(&setting, CASES, PLACES, PEOPLE).is_err(), "{setting:?}");
    }
    // A line that is no setting has its number.
    assert_eq!(read_parameters("f.prm", "CaseFile=a\nwhat\n", &[]).unwrap_err().line, Some(2));
    assert!(read_parameters("f.prm", "", &[]).is_err());
}

#[test]
fn low_rates_relaxed_rules_and_other_units_run() {
    for set in [
        vec!["AnalysisType=3", "MaxTemporalSize=14"],
        vec!["ModelType=0", "ScanAreas=2"],
        vec!["ModelType=0", "ScanAreas=3"],
        vec!["ModelType=1"],
        vec!["ModelType=1", "AnalysisType=1"],
        vec![
            "ModelType=0",
            "AnalysisType=3",
            "IncludePurelySpatial=y",
            "IncludePurelyTemporal=y",
            "MaxTemporalSizeInterpretation=0",
            "MaxTemporalSize=50",
        ],
        vec!["ModelType=0", "AnalysisType=6"],
        vec!["TimeAggregationLength=7"],
        vec!["PValueReportType=2"],
        vec![
            "AnalysisType=3",
            "IncludeClusters=2",
            "IntervalStartRange=2025/3/10,2025/3/20",
            "IntervalEndRange=2025/3/15,2025/3/28",
        ],
        vec!["CriteriaForReportingSecondaryClusters=5"],
        vec!["CriteriaForReportingSecondaryClusters=1"],
        vec!["MonteCarloReps=0"],
        vec!["UseDistanceFromCenterOption=y", "MaxSpatialSizeInDistanceFromCenter=2"],
        vec!["MinimumTemporalClusterSize=3"],
    ] {
        let study = study(&set, CASES, PLACES, PEOPLE).unwrap_or_else(|error| panic!("{set:?}: {error}"));
        let findings = analyse(&study.problem, &study.settings, &|_| ()).unwrap();
        assert!(!findings.clusters.is_empty(), "{set:?}");
        for found in &findings.clusters {
            assert!(found.p > 0.0 && found.p <= 1.0 && found.llr >= 0.0, "{set:?}: {found:?}");
        }
    }
}
