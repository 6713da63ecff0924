//! `.prm`: the parameter file. A setting that would change the answer and is not supported is refused by its name, and so is a file that
//! SaTScan would write and we do not; what only concerns SaTScan's windows, mail and history is passed over.

use std::collections::BTreeMap;

use super::Refusal;
use super::date::{Precision, Unit, parse_time, parts};
use super::options::{Analysis, LongestTime, Model, Options, Span};
use crate::{Coordinates, Ellipses, PValue, Rates, Secondary};

/// Unsupported settings with the one value that is allowed.
const ONLY: &[(&str, &str, &str)] = &[
    ("UseLocationsNetworkFile", "n", "distances along a network are not built"),
    ("UseMetaLocationsFile", "n", "meta locations are not built"),
    ("MultipleCoordinatesType", "0", "a location has one pair of coordinates here"),
    ("IsotonicScan", "0", "the isotonic scan is not built"),
    ("RiskLimitHighClusters", "n", "limits of the relative risk are not built"),
    ("RiskLimitLowClusters", "n", "limits of the relative risk are not built"),
    ("SpatialAdjustmentType", "0", "spatial adjustments are not built"),
    ("UseAdjustmentsByRRFile", "n", "adjustment by known relative risks is not built"),
    ("IterativeScan", "n", "iterative scans are not built"),
    ("PerformStandardDrilldown", "n", "the report drills down into each cluster as it is; scans inside clusters are not built"),
    ("PerformBernoulliDrilldown", "n", "scans inside clusters are not built"),
    ("CalculateOliveira", "n", "Oliveira's F is not built"),
    ("PerformPowerEvaluation", "n", "power evaluation is not built"),
    ("UseReportOnlySmallerClusters", "n", "limit the search instead"),
    ("UseDistanceFromCenterOption_Reported", "n", "limit the search instead"),
    ("UseMaxCirclePopulationFileOption_Reported", "n", "limit the search instead"),
    ("SimulatedDataMethodType", "0", "replicates are drawn under the null only"),
    ("PrintSimulatedDataToFile", "n", "replicates are not written"),
    ("ReportHierarchicalClusters", "y", "clusters are told hierarchically only"),
    ("OutputGoogleEarthKML", "n", "KML is not written; use --map FILE.svg"),
    ("OutputShapefiles", "n", "shapefiles are not written; use --map FILE.svg or --json"),
    ("OutputCartesianGraph", "n", "the graph is not written; use --map FILE.svg"),
    ("OutputGoogleMaps", "n", "the map is not written; use --map FILE.svg"),
    ("OutputTemporalGraphHTML", "n", "the graph is not written"),
    ("MostLikelyClusterEachCentroidASCII", "n", "use --json"),
    ("MostLikelyClusterEachCentroidDBase", "n", "use --json"),
    ("MostLikelyClusterCaseInfoEachCentroidASCII", "n", "use --json"),
    ("MostLikelyClusterCaseInfoEachCentroidDBase", "n", "use --json"),
    ("CensusAreasReportedClustersASCII", "n", "use --json"),
    ("CensusAreasReportedClustersDBase", "n", "use --json"),
    ("IncludeRelativeRisksCensusAreasASCII", "n", "the report has relative risks of each cluster's locations"),
    ("IncludeRelativeRisksCensusAreasDBase", "n", "the report has relative risks of each cluster's locations"),
    ("SaveSimLLRsASCII", "n", "replicates are not written"),
    ("SaveSimLLRsDBase", "n", "replicates are not written"),
    ("EmailAlwaysSummary", "n", "mail is not sent"),
    ("EmailCutoffSummary", "n", "mail is not sent"),
    ("CustomEmail", "n", "mail is not sent"),
];

/// Settings that do not bear on the answer, or only together with one that is refused above.
const PASSED: &[&str] = &[
    "ResultsFile",
    "GridFile",
    "LocationsNetworkFilename",
    "NeighborsFilename",
    "MetaLocationsFilename",
    "MultipleLocationsFile",
    "MaxCirclePopulationFile",
    "MultipleDataSetsPurposeType",
    "DataSet1-Name",
    "MaxSpatialSizeInMaxCirclePopulationFile",
    "MaxSpatialSizeInDistanceFromCenter",
    "NonCompactnessPenalty",
    "IntervalStartRange",
    "IntervalEndRange",
    "RiskThresholdHighClusters",
    "RiskThresholdLowClusters",
    "TimeTrendPercentage",
    "TimeStratifiedAdjLength",
    "TimeTrendType",
    "TimeTrendConvergence",
    "AdjustmentsByKnownRelativeRisksFilename",
    "EarlyTerminationThreshold",
    "ReportGumbel",
    "ProspectiveStartDate",
    "IterativeScanMaxIterations",
    "IterativeScanMaxPValue",
    "DrilldownMinimumClusterLocations",
    "DrilldownMinimumClusterCases",
    "DrilldownClusterCutoff",
    "NumBootstrapReplications",
    "OliveiraPvalueCutoff",
    "ProspectiveFrequency",
    "PowerEvaluationsMethod",
    "PowerEvaluationTotalCases",
    "CriticalValueType",
    "CriticalValue05",
    "CriticalValue01",
    "CriticalValue001",
    "PowerEstimationType",
    "NumberPowerReplications",
    "AlternativeHypothesisFilename",
    "PowerEvaluationsSimulationMethod",
    "PowerEvaluationsSimulationSourceFilename",
    "ReportPowerEvaluationSimulationData",
    "PowerEvaluationsSimulationOutputFilename",
    "LaunchMapViewer",
    "LaunchKMLViewer",
    "CompressKMLtoKMZ",
    "IncludeClusterLocationsKML",
    "ThresholdLocationsSeparateKML",
    "GiniIndexClusterReportingType",
    "SpatialMaxima",
    "GiniIndexClustersPValueCutOff",
    "ReportGiniIndexCoefficents",
    "MaxSpatialSizeInPopulationAtRisk_Reported",
    "MaxSizeInMaxCirclePopulationFile_Reported",
    "MaxSpatialSizeInDistanceFromCenter_Reported",
    "TemporalGraphReportType",
    "TemporalGraphMostMLC",
    "TemporalGraphSignificanceCutoff",
    "CriticalValue",
    "ReportClusterRank",
    "PrintAsciiColumnHeaders",
    "CutoffClusterLinelistCSV",
    "LineListIndividualCache",
    "EmailAlwaysRecipients",
    "EmailCutoffRecipients",
    "EmailCutoffValue",
    "EmailAttachResults",
    "EmailIncludeResults",
    "CustomEmailSubjectLine",
    "CustomEmailMessageBody",
    "EllipseShapes",
    "EllipseAngles",
    "SimulatedDataInputFilename",
    "SimulatedDataOutputFilename",
    "NumberParallelProcesses",
    "SuppressWarnings",
    "LogRunToHistoryFile",
    "ExecutionType",
    "Version",
    "UseGridFile",
    "UseNeighborsFile",
    "ReportGiniClusters",
    "TimeAggregationLength",
];

/// A value with the line it stands on.
struct Keys<'a> {
    file: &'a str,
    values: BTreeMap<String, (usize, String)>,
    used: Vec<String>,
}

impl Keys<'_> {
    fn text(&mut self, key: &str) -> Option<(usize, String)> {
        self.used.push(key.to_lowercase());
        self.values.get(&key.to_lowercase()).filter(|(_, value)| !value.is_empty()).cloned()
    }

    fn refuse<T>(&self, line: usize, key: &str, value: &str, what: &str) -> Result<T, Refusal> {
        let what = format!("{key}={value} {what}");
        Err(if line == 0 { Refusal::of(self.file, what) } else { Refusal::at(self.file, line, what) })
    }

    fn flag(&mut self, key: &str) -> Result<bool, Refusal> {
        match self.text(key) {
            None => Ok(false),
            Some((line, value)) => match value.to_lowercase().as_str() {
                "y" | "yes" | "1" | "true" => Ok(true),
                "n" | "no" | "0" | "false" => Ok(false),
                _ => self.refuse(line, key, &value, "must be y or n"),
            },
        }
    }

    fn number(&mut self, key: &str, range: std::ops::RangeInclusive<f64>) -> Result<Option<f64>, Refusal> {
        let Some((line, value)) = self.text(key) else { return Ok(None) };
        match value.parse::<f64>() {
            Ok(number) if range.contains(&number) => Ok(Some(number)),
            _ => self.refuse(line, key, &value, &format!("must be a number from {} to {}", range.start(), range.end())),
        }
    }

    fn whole(&mut self, key: &str, range: std::ops::RangeInclusive<u32>) -> Result<Option<u32>, Refusal> {
        let Some((line, value)) = self.text(key) else { return Ok(None) };
        // Some files write 30 as 30.0.
        let number =
            value.parse::<f64>().ok().filter(|number| number.fract() == 0.0 && *number >= 0.0 && *number <= f64::from(u32::MAX));
        match number.map(|number| number as u32) {
            Some(number) if range.contains(&number) => Ok(Some(number)),
            _ => self.refuse(line, key, &value, &format!("must be a whole number from {} to {}", range.start(), range.end())),
        }
    }

    fn choice<T: Copy>(&mut self, key: &str, choices: &[(&str, T)], others: &str) -> Result<Option<T>, Refusal> {
        let Some((line, value)) = self.text(key) else { return Ok(None) };
        match choices.iter().find(|(name, _)| *name == value) {
            Some((_, found)) => Ok(Some(*found)),
            None => {
                let allowed: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
                self.refuse(line, key, &value, &format!("is not supported ({others}); supported are {}", allowed.join(", ")))
            }
        }
    }

    fn day(&mut self, key: &str, generic: bool, last: bool) -> Result<Option<i64>, Refusal> {
        let Some((line, value)) = self.text(key) else { return Ok(None) };
        if !generic
            && last
            && let Some(parts) = parts(&value).filter(|parts| !parts.short)
        {
            return Ok(Some(parts.range().1));
        }
        match parse_time(&value, generic) {
            Some(day) => Ok(Some(day)),
            None => self.refuse(line, key, &value, "is no date; write year/month/day"),
        }
    }

    fn days(&mut self, key: &str, generic: bool) -> Result<(i64, i64), Refusal> {
        let Some((line, value)) = self.text(key) else {
            return Err(Refusal::of(self.file, format!("{key} is missing: IncludeClusters=2 needs it")));
        };
        let found = value
            .split_once(',')
            .and_then(|(from, to)| Some((parse_time(from.trim(), generic)?, parse_time(to.trim(), generic)?)));
        match found {
            Some(days) if days.0 <= days.1 => Ok(days),
            _ => {
                self.refuse(line, key, &value, "must be two dates, the first no later than the second, with a comma between them")
            }
        }
    }

    fn numbers(&mut self, key: &str) -> Result<Option<Vec<f64>>, Refusal> {
        let Some((line, value)) = self.text(key) else { return Ok(None) };
        match value.split(',').map(|one| one.trim().parse::<f64>().ok().filter(|number| number.is_finite())).collect() {
            Some(list) => Ok(Some(list)),
            None => self.refuse(line, key, &value, "must be numbers with commas between them"),
        }
    }
}

/// Reads a parameter file. `set` holds `Key=value` pairs that stand in place of the file's.
///
/// # Errors
/// [`Refusal`]: unreadable, contradictory or unsupported.
pub fn read_parameters(file: &str, text: &str, set: &[String]) -> Result<Options, Refusal> {
    let mut values: BTreeMap<String, (usize, String)> = BTreeMap::new();
    let mut spelled: BTreeMap<String, String> = BTreeMap::new();
    let lines = text.trim_start_matches('\u{feff}').lines().enumerate().map(|(at, line)| (at + 1, line));
    for (line, content) in lines.chain(set.iter().map(|pair| (0, pair.as_str()))) {
        let content = content.trim();
        if content.is_empty() || content.starts_with(';') || (content.starts_with('[') && content.ends_with(']')) {
            continue;
        }
        let Some((key, value)) = content.split_once('=') else {
            return Err(Refusal {
                file: if line == 0 { "--set".to_owned() } else { file.to_owned() },
                line: (line > 0).then_some(line),
                what: format!("'{content}' is no setting: write Key=value"),
            });
        };
        let value = value.trim().trim_matches('"').to_owned();
        spelled.insert(key.trim().to_lowercase(), key.trim().to_owned());
        values.insert(key.trim().to_lowercase(), (line, value));
    }
    if values.is_empty() {
        return Err(Refusal::of(file, "the file holds no setting: a SaTScan parameter file has lines Key=value"));
    }
    let mut keys = Keys { file, values, used: Vec::new() };
    let options = options(&mut keys)?;
    let known = |key: &str| {
        keys.used.iter().any(|used| used == key)
            || PASSED.iter().any(|passed| passed.eq_ignore_ascii_case(key))
            || ONLY.iter().any(|(only, _, _)| only.eq_ignore_ascii_case(key))
    };
    for (key, (line, value)) in &keys.values {
        let name = spelled.get(key).map_or(key.as_str(), String::as_str);
        if !known(key) && !value.is_empty() {
            return keys.refuse(
                *line,
                name,
                value,
                "is not a setting that is supported: take the line out if it does not matter",
            );
        }
        let only = ONLY.iter().find(|(only, allowed, _)| only.eq_ignore_ascii_case(key) && !allowed.eq_ignore_ascii_case(value));
        if let Some((_, allowed, why)) = only.filter(|_| !value.is_empty()) {
            return keys.refuse(*line, name, value, &format!("is not supported: {why} (only {allowed} is)"));
        }
    }
    Ok(options)
}

fn options(keys: &mut Keys<'_>) -> Result<Options, Refusal> {
    let Some((_, case_file)) = keys.text("CaseFile") else {
        return Err(Refusal::of(keys.file, "CaseFile is missing: name the file of cases"));
    };
    let mut options = Options { case_file, ..Options::default() };
    let named = |keys: &mut Keys<'_>, key: &str| keys.text(key).map(|(_, file)| file);
    options.control_file = named(keys, "ControlFile");
    options.population_file = named(keys, "PopulationFile");
    options.coordinates_file = named(keys, "CoordinatesFile");
    options.title = named(keys, "ResultsTitle").unwrap_or_default();
    let precisions = [
        ("0", Precision::None),
        ("1", Precision::Year),
        ("2", Precision::Month),
        ("3", Precision::Day),
        ("4", Precision::Generic),
    ];
    options.precision = keys.choice("PrecisionCaseTimes", &precisions, "no such precision")?.unwrap_or(options.precision);
    let generic = options.precision == Precision::Generic;
    options.start = keys.day("StartDate", generic, false)?.unwrap_or(options.start);
    options.end = keys.day("EndDate", generic, true)?.unwrap_or(options.end);
    if options.end < options.start {
        return Err(Refusal::of(keys.file, "EndDate lies before StartDate"));
    }
    let kinds = [("0", Coordinates::Cartesian), ("1", Coordinates::LatLon)];
    options.coordinates = keys.choice("CoordinatesType", &kinds, "no such coordinates")?.unwrap_or(options.coordinates);
    search(keys, &mut options)?;
    space(keys, &mut options)?;
    time(keys, &mut options, generic)?;
    inference(keys, &mut options, generic)?;
    Ok(options)
}

fn search(keys: &mut Keys<'_>, options: &mut Options) -> Result<(), Refusal> {
    let analyses = [
        ("1", Analysis::PurelySpatial),
        ("2", Analysis::PurelyTemporal),
        ("3", Analysis::Retrospective),
        ("4", Analysis::Prospective),
        ("6", Analysis::ProspectiveTemporal),
    ];
    let others = "spatial variation in temporal trends (5) and seasonal scans (7) are not built";
    options.analysis = keys.choice("AnalysisType", &analyses, others)?.unwrap_or(options.analysis);
    let models = [("0", Model::Poisson), ("1", Model::Bernoulli), ("2", Model::Permutation)];
    let others =
        "ordinal, exponential, normal, continuous Poisson, multinomial, rank, uniform-time and batched models are not built";
    options.model = keys.choice("ModelType", &models, others)?.unwrap_or(options.model);
    let sides = [("1", Rates::High), ("2", Rates::Low), ("3", Rates::Both)];
    options.rates = keys.choice("ScanAreas", &sides, "no such choice")?.unwrap_or(options.rates);
    let units = [("0", Unit::Day), ("1", Unit::Year), ("2", Unit::Month), ("3", Unit::Day), ("4", Unit::Generic)];
    let given = keys.choice("TimeAggregationUnits", &units, "no such unit")?;
    // Without the key, the unit of the times.
    let of_times = match options.precision {
        Precision::Month => Unit::Month,
        Precision::Day => Unit::Day,
        Precision::Generic => Unit::Generic,
        Precision::None | Precision::Year => Unit::Year,
    };
    options.unit = given.unwrap_or(of_times);
    options.unit_length = keys.whole("TimeAggregationLength", 0..=100_000)?.unwrap_or(1).max(1);
    let both = [("0", false), ("1", true)];
    options.relaxed_period = keys.choice("StudyPeriodCheckType", &both, "no such choice")?.unwrap_or(false);
    options.relaxed_places = keys.choice("GeographicalCoordinatesCheckType", &both, "no such choice")?.unwrap_or(false);
    options.weekly = keys.flag("AdjustForWeeklyTrends")?;
    let trends = [("0", false), ("4", true)];
    let others = "log-linear and quadratic time trends are not built";
    options.stratify_time = keys.choice("TimeTrendAdjustmentType", &trends, others)?.unwrap_or(false);
    if options.stratify_time
        && let Some((line, value)) = keys.text("TimeStratifiedAdjLength").filter(|(_, value)| value != "1")
    {
        return keys.refuse(line, "TimeStratifiedAdjLength", &value, "is not supported: strata of one interval only (1)");
    }
    Ok(())
}

fn space(keys: &mut Keys<'_>, options: &mut Options) -> Result<(), Refusal> {
    options.largest_share = keys.number("MaxSpatialSizeInPopulationAtRisk", 0.0..=100.0)?.unwrap_or(options.largest_share);
    if keys.flag("UseDistanceFromCenterOption")? {
        options.largest_radius = keys.number("MaxSpatialSizeInDistanceFromCenter", 0.0..=1e12)?;
        if options.largest_radius.is_none() {
            return Err(Refusal::of(
                keys.file,
                "MaxSpatialSizeInDistanceFromCenter is missing: UseDistanceFromCenterOption=y needs it",
            ));
        }
    }
    if keys.flag("UseMaxCirclePopulationFileOption")? {
        let share = keys.number("MaxSpatialSizeInMaxCirclePopulationFile", 0.0..=100.0)?.unwrap_or(50.0);
        match keys.text("MaxCirclePopulationFile") {
            Some((_, file)) => options.circle_file = Some((file, share)),
            None => {
                return Err(Refusal::of(
                    keys.file,
                    "MaxCirclePopulationFile is missing: UseMaxCirclePopulationFileOption=y needs it",
                ));
            }
        }
    }
    // Older files have no flag: a name was enough.
    let with_file = |keys: &mut Keys<'_>, flag: &str, name: &str| -> Result<Option<String>, Refusal> {
        let file = keys.text(name).map(|(_, file)| file);
        let wanted = if keys.values.contains_key(&flag.to_lowercase()) { keys.flag(flag)? } else { file.is_some() };
        match (wanted, file) {
            (true, None) => Err(Refusal::of(keys.file, format!("{name} is missing: {flag}=y needs it"))),
            (wanted, file) => Ok(file.filter(|_| wanted)),
        }
    };
    options.grid_file = with_file(keys, "UseGridFile", "GridFile")?;
    options.neighbours_file = with_file(keys, "UseNeighborsFile", "NeighborsFilename")?;
    if keys.choice("SpatialWindowShapeType", &[("0", false), ("1", true)], "no such shape")?.unwrap_or(false) {
        let penalties = [("0", 0.0), ("1", 0.5), ("2", 1.0)];
        let penalty = keys.choice("NonCompactnessPenalty", &penalties, "no such penalty")?.unwrap_or(0.5);
        let mut ellipses = Ellipses::standard(penalty);
        let (shapes, angles) = (keys.numbers("EllipseShapes")?, keys.numbers("EllipseAngles")?);
        if let (Some(shapes), Some(angles)) = (shapes, angles) {
            let fit = shapes.len() == angles.len()
                && shapes.iter().all(|shape| *shape > 1.0)
                && angles.iter().all(|angle| *angle >= 1.0 && *angle <= 360.0 && angle.fract() == 0.0);
            if !fit {
                let what =
                    "EllipseShapes and EllipseAngles must be lists of equal length: shapes above 1, numbers of angles from 1";
                return Err(Refusal::of(keys.file, what));
            }
            ellipses.shapes = shapes.into_iter().zip(angles.into_iter().map(|angle| angle as u32)).collect();
        }
        if options.coordinates == Coordinates::LatLon {
            let what =
                "SpatialWindowShapeType=1 needs plane coordinates (CoordinatesType=0): an ellipse has no meaning on the sphere";
            return Err(Refusal::of(keys.file, what));
        }
        options.ellipses = Some(ellipses);
    }
    // Gini clusters exist for purely spatial scans with population or controls; SaTScan passes over the key elsewhere.
    if options.analysis == Analysis::PurelySpatial && keys.flag("ReportGiniClusters")? {
        return Err(Refusal::of(keys.file, "ReportGiniClusters=y is not supported: Gini clusters are not built (only n is)"));
    }
    // A second data set has its own files.
    let second = keys.values.iter().find(|(key, (_, value))| {
        !value.is_empty()
            && ["casefile", "controlfile", "populationfile"]
                .iter()
                .any(|file| key.strip_prefix(file).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit())))
    });
    if let Some((key, (line, value))) = second {
        return keys.refuse(
            *line,
            key,
            value,
            "is not supported: SaTScan's multiple data sets are not built, scan one at a time",
        );
    }
    Ok(())
}

fn time(keys: &mut Keys<'_>, options: &mut Options, generic: bool) -> Result<(), Refusal> {
    let by_units = keys.choice("MaxTemporalSizeInterpretation", &[("0", false), ("1", true)], "no such choice")?.unwrap_or(false);
    options.longest = if by_units {
        LongestTime::Units(keys.whole("MaxTemporalSize", 1..=10_000_000)?.unwrap_or(1))
    } else {
        LongestTime::Percent(keys.number("MaxTemporalSize", 0.0..=100.0)?.unwrap_or(50.0))
    };
    options.shortest = keys.whole("MinimumTemporalClusterSize", 1..=10_000_000)?.unwrap_or(1);
    options.purely_spatial = keys.flag("IncludePurelySpatial")?;
    options.purely_temporal = keys.flag("IncludePurelyTemporal")?;
    let kinds = [("0", 0), ("1", 1), ("2", 2)];
    options.span = match keys.choice("IncludeClusters", &kinds, "no such choice")?.unwrap_or(0) {
        _ if options.analysis.is_prospective() => Span::Alive,
        0 => Span::All,
        1 => Span::Alive,
        _ => Span::Flexible { start: keys.days("IntervalStartRange", generic)?, end: keys.days("IntervalEndRange", generic)? },
    };
    options.fewest = keys.whole("MinimumCasesInHighRateClusters", 0..=1_000_000)?.unwrap_or(2);
    options.fewest_low = keys.whole("MinimumCasesInLowRateClusters", 0..=1_000_000)?.unwrap_or(0);
    Ok(())
}

fn inference(keys: &mut Keys<'_>, options: &mut Options, generic: bool) -> Result<(), Refusal> {
    options.replicates = keys.whole("MonteCarloReps", 0..=9_999_999)?.unwrap_or(999);
    let exceedances = keys.whole("EarlyTerminationThreshold", 1..=1_000_000)?.unwrap_or(50);
    let kinds =
        [("0", PValue::Default), ("1", PValue::MonteCarlo), ("2", PValue::Sequential { exceedances }), ("3", PValue::Gumbel)];
    options.p_value = keys.choice("PValueReportType", &kinds, "no such choice")?.unwrap_or(PValue::Default);
    // Files of versions up to 8 say it with a flag.
    if !keys.values.contains_key("pvaluereporttype") && keys.flag("EarlySimulationTermination")? {
        options.p_value = PValue::Sequential { exceedances };
    }
    if options.p_value == PValue::Gumbel && options.rates != Rates::High {
        let what = "PValueReportType=3 needs ScanAreas=1: the Gumbel distribution does not fit scans for low rates";
        return Err(Refusal::of(keys.file, what));
    }
    if keys.flag("AdjustForEarlierAnalyses")? && options.analysis.is_prospective() {
        options.since = keys.day("ProspectiveStartDate", generic, false)?;
        if options.since.is_none() {
            return Err(Refusal::of(keys.file, "ProspectiveStartDate is missing: AdjustForEarlierAnalyses=y needs it"));
        }
    }
    let often = [("0", 0.0), ("1", 1.0), ("2", 7.0), ("3", 30.42), ("4", 91.25), ("5", 365.25)];
    let every = keys.choice("ProspectiveFrequencyType", &often, "no such choice")?.unwrap_or(0.0);
    let number = keys.whole("ProspectiveFrequency", 1..=100_000)?.unwrap_or(1);
    options.days_between = (every > 0.0).then_some(every * f64::from(number));
    let rules = [
        ("0", Secondary::NoOverlap),
        ("1", Secondary::NoCentreInOther),
        ("2", Secondary::NoCentreInBetter),
        ("3", Secondary::NoCentreInLesser),
        ("4", Secondary::NoCentresInEachOther),
        ("5", Secondary::All),
    ];
    let rule = keys.choice("CriteriaForReportingSecondaryClusters", &rules, "no such rule")?;
    options.secondary = rule.unwrap_or(Secondary::NoOverlap);
    let generate = keys.flag("RandomlyGenerateSeed")?;
    options.seed = keys.whole("RandomizationSeed", 0..=u32::MAX)?.filter(|_| !generate).map(u64::from);
    Ok(())
}
