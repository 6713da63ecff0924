//! Settings and files put together into a problem.

use std::collections::BTreeMap;

use super::counts::{self, Counted, Frame, span};
use super::date::{Precision, Unit, civil};
use super::expected::Population;
use super::files::{Row, number, rows};
use super::gaps::Gaps;
use super::intervals::{boundaries, units};
use super::options::{LongestTime, Model, Options, Span};
pub use super::places::Place;
use super::places::{Places, Unknown, grid};
use super::{Analysis, Refusal};
use crate::baseline::{Forecast, forecast};
use crate::secondary::TEMPORAL;
use crate::{Limit, Null, Problem, Rates, Ratio, Settings, Windows, Zones, permutation_expected};

/// Files: name and text.
#[derive(Debug, Clone, Copy, Default)]
pub struct Texts<'a> {
    /// Cases.
    pub cases: (&'a str, &'a str),
    /// Controls.
    pub controls: Option<(&'a str, &'a str)>,
    /// Population.
    pub population: Option<(&'a str, &'a str)>,
    /// Coordinates.
    pub coordinates: Option<(&'a str, &'a str)>,
    /// Centres.
    pub grid: Option<(&'a str, &'a str)>,
    /// Orders of neighbours.
    pub neighbours: Option<(&'a str, &'a str)>,
    /// Population that limits discs.
    pub circle: Option<(&'a str, &'a str)>,
    /// Expected cases: id, time, number.
    pub expected: Option<(&'a str, &'a str)>,
    /// Zones: the ids of one on each line.
    pub zones: Option<(&'a str, &'a str)>,
    /// Times without data: a time, or an id and a time, on each line.
    pub missing: Option<(&'a str, &'a str)>,
}

/// A problem with what its numbers mean.
#[derive(Debug, Clone, PartialEq)]
pub struct Study {
    /// What is scanned.
    pub problem: Problem,
    /// How it is judged.
    pub settings: Settings,
    /// Places, by location index.
    pub places: Vec<Place>,
    /// First day of each interval, and the day after the last.
    pub bounds: Vec<i64>,
    /// People of each place on average, where known.
    pub people: Option<Vec<f64>>,
    /// Days between analyses.
    pub days_between: f64,
    /// Intervals since surveillance began, where intervals are adjusted for it.
    pub earlier: Option<f64>,
    /// Cases left out: outside the study period, of unknown places.
    pub left_out: (u64, u64),
    /// Cases left out because they lie in a time that is said to be without data.
    pub in_gaps: u64,
    /// Dispersion, where the model has one.
    pub dispersion: Option<f64>,
    generic: bool,
}

/// Longest study, units.
const MOST_UNITS: i64 = 2_000_000;
/// Most cells (places times intervals).
const MOST_CELLS: usize = 100_000_000;

impl Study {
    /// Puts files and settings together. `seed` is taken where the settings have none.
    ///
    /// # Errors
    /// [`Refusal`]
    pub fn new(options: &Options, texts: &Texts<'_>, seed: u64) -> Result<Study, Refusal> {
        let main = if options.case_file.is_empty() { texts.cases.0 } else { options.case_file.as_str() };
        contradictions(options, texts, main)?;
        let temporal = options.analysis.is_temporal();
        // A year has at least 365 days, a month 28.
        let shortest = match options.unit {
            Unit::Year => 365,
            Unit::Month => 28,
            Unit::Day | Unit::Generic => 1,
        };
        if (options.end - options.start) / shortest > MOST_UNITS {
            return Err(Refusal::of(
                main,
                "the study is longer than two million units of time: take a longer unit (TimeAggregationUnits)",
            ));
        }
        let bounds = if options.analysis == Analysis::PurelySpatial {
            vec![options.start, options.end + 1]
        } else {
            boundaries(options.start, options.end, options.unit, options.unit_length)
        };
        let intervals = bounds.len() - 1;
        if intervals < 2 && options.analysis != Analysis::PurelySpatial {
            let what = "the study period is one interval only: a scan in time needs two";
            return Err(Refusal::of(main, what));
        }
        let (mut places, unknown) = match texts.coordinates {
            Some((file, text)) if !temporal => {
                let policy = if options.relaxed_places { Unknown::LeaveOut } else { Unknown::Refuse };
                (Places::read(file, text, options.coordinates)?, policy)
            }
            _ => (Places::default(), Unknown::Add),
        };
        let population = match (texts.population, options.model) {
            (Some((file, text)), Model::Poisson | Model::Expectation | Model::NegativeBinomial { .. }) => {
                Some((file, Population::read(file, text, &mut places, options, unknown)?))
            }
            _ => None,
        };
        let covariates = population.as_ref().map(|(_, read)| read.covariates);
        let frame = Frame { options, bounds: &bounds, unknown, covariates };
        let mut read = counts::read(texts.cases.0, texts.cases.1, &mut places, &frame)?;
        let mut controls = match texts.controls {
            Some((file, text)) if options.model == Model::Bernoulli => Some(counts::read(file, text, &mut places, &frame)?),
            _ => None,
        };
        if places.list.len().saturating_mul(intervals) > MOST_CELLS {
            let what =
                format!("{} places times {intervals} intervals are too many: make the intervals longer", places.list.len());
            return Err(Refusal::of(main, what));
        }
        let locations = places.list.len();
        let gaps = match texts.missing {
            Some((file, text)) => Gaps::read(file, text, &places, &frame)?,
            None => Gaps::none(locations, intervals),
        };
        let in_gaps = gaps.cut(&mut read.rows);
        if let Some(controls) = &mut controls {
            gaps.cut(&mut controls.rows);
        }
        let cases = table(&read.rows, locations, intervals);
        let total: f64 = cases.iter().map(|one| f64::from(*one)).sum();
        if total <= 0.0 {
            return Err(Refusal::of(texts.cases.0, "there are no cases in the study"));
        }
        let mut dispersion = None;
        let mut people = None;
        let (expected, ratio, null) = match options.model {
            Model::Poisson => {
                let mut expected = match &population {
                    Some((file, read_population)) => {
                        let (expected, of_place) =
                            read_population.expected(file, &read.rows, texts.cases.0, &places, &bounds, &gaps)?;
                        people = Some(of_place);
                        expected
                    }
                    // Purely temporal: the same population always.
                    None => {
                        let length = |interval: usize| (bounds[interval + 1] - bounds[interval]) as f64;
                        let mut expected: Vec<f64> = (0..locations).flat_map(|_| (0..intervals).map(length)).collect();
                        gaps.empty(&mut expected);
                        let share = total / expected.iter().sum::<f64>();
                        expected.iter_mut().for_each(|one| *one *= share);
                        expected
                    }
                };
                if options.weekly {
                    scale(&mut expected, &cases, intervals, &weekdays(&bounds));
                }
                if options.stratify_time {
                    let each: Vec<usize> = (0..intervals).collect();
                    scale(&mut expected, &cases, intervals, &each);
                }
                let null = if options.stratify_time { Null::WithinIntervals } else { Null::Multinomial };
                (expected, Ratio::Conditional { total }, null)
            }
            Model::Permutation => {
                let strata = if options.weekly { weekdays(&bounds) } else { vec![0; intervals] };
                let layers = layers(&read.rows, locations, intervals);
                let mut expected = vec![0.0; cases.len()];
                for layer in if layers.is_empty() { std::slice::from_ref(&cases) } else { &layers } {
                    let of_layer = permutation_expected(layer, locations, intervals, &strata);
                    expected.iter_mut().zip(of_layer).for_each(|(sum, one)| *sum += one);
                }
                (expected, Ratio::Conditional { total }, Null::Permutation { strata, layers })
            }
            Model::Bernoulli => {
                let controls = controls.map_or_else(Vec::new, |read| read.rows);
                let mut points = table(&controls, locations, intervals);
                points.iter_mut().zip(&cases).for_each(|(points, cases)| *points += cases);
                let all: f64 = points.iter().map(|one| f64::from(*one)).sum();
                let expected = points.iter().map(|one| f64::from(*one) * total / all).collect();
                (expected, Ratio::Bernoulli { cases: total, points: all }, Null::Hypergeometric { points })
            }
            Model::Expectation | Model::NegativeBinomial { .. } => {
                let longest = longest(options, intervals);
                let mut forecast = match texts.expected {
                    Some((file, text)) => {
                        let expected = given(file, text, &mut places, &frame, intervals)?;
                        Forecast { expected, dispersion: 1.0 }
                    }
                    None => forecast_from(options, main, &population, &cases, &bounds, longest, &places, &gaps)?,
                };
                gaps.empty(&mut forecast.expected);
                let wanted = match options.model {
                    Model::NegativeBinomial { dispersion } => Some(dispersion.unwrap_or(forecast.dispersion)),
                    _ => None,
                };
                dispersion = wanted;
                match wanted.filter(|found| *found > 1.0 + 1e-6) {
                    Some(found) => {
                        let ratio = Ratio::NegativeBinomial { dispersion: found };
                        (forecast.expected, ratio, Null::NegativeBinomial { dispersion: found })
                    }
                    None => (forecast.expected, Ratio::Expectation, Null::Poisson),
                }
            }
        };
        if expected.len() != cases.len() {
            return Err(Refusal::of(main, "the expected cases name a location that has no coordinates"));
        }
        let weight = match options.model {
            Model::Permutation => cases.chunks(intervals).map(|row| row.iter().map(|one| f64::from(*one)).sum()).collect(),
            _ => expected.chunks(intervals).map(|row| row.iter().sum()).collect::<Vec<f64>>(),
        };
        let zones = zones(options, texts, &places, weight)?;
        let windows = windows(options, &bounds, main)?;
        let (replicate_windows, earlier) = earlier(options, &bounds, &windows, main)?;
        let problem = Problem {
            locations,
            intervals,
            cases,
            expected,
            ratio,
            null,
            rates: options.rates,
            zones,
            windows,
            replicate_windows,
            purely_spatial: options.purely_spatial && options.analysis != Analysis::PurelySpatial,
            fewest: options.fewest,
            fewest_low: options.fewest_low,
        };
        problem.check().map_err(|error| Refusal::of(main, error.to_string()))?;
        let settings = Settings {
            replicates: options.replicates,
            seed: options.seed.unwrap_or(seed),
            p_value: options.p_value,
            secondary: options.secondary,
        };
        let days_between = options.days_between.unwrap_or(options.unit.days() * f64::from(options.unit_length));
        Ok(Study {
            problem,
            settings,
            places: places.list,
            bounds,
            people,
            days_between,
            earlier,
            left_out: (read.outside_period, read.unknown_place),
            in_gaps,
            dispersion,
            generic: options.precision == Precision::Generic,
        })
    }

    /// A day as text: a date, or a number with generic times.
    pub fn day(&self, day: i64) -> String {
        if self.generic {
            return day.to_string();
        }
        let (year, month, of_month) = civil(day);
        format!("{year:04}-{month:02}-{of_month:02}")
    }

    /// First and last day of a window.
    pub fn dates(&self, from: usize, to: usize) -> (String, String) {
        (self.day(self.bounds[from]), self.day(self.bounds[to + 1] - 1))
    }

    /// Ids of places.
    pub fn ids(&self, locations: &[usize]) -> Vec<&str> {
        locations.iter().flat_map(|place| self.places[*place].ids.iter().map(String::as_str)).collect()
    }
}

fn contradictions(options: &Options, texts: &Texts<'_>, main: &str) -> Result<(), Refusal> {
    let refuse = |what: &str| Err(Refusal::of(main, what));
    let needs_space = !options.analysis.is_temporal();
    if needs_space && texts.coordinates.is_none() && texts.zones.is_none() {
        return refuse("a scan in space needs a coordinates file (CoordinatesFile, --geo)");
    }
    if options.precision == Precision::None && options.analysis != Analysis::PurelySpatial {
        return refuse("a scan in time needs times: PrecisionCaseTimes is 0");
    }
    match options.model {
        Model::Poisson if texts.population.is_none() && needs_space => {
            return refuse("the Poisson model needs a population file (PopulationFile, --population)");
        }
        Model::Bernoulli if texts.controls.is_none() => {
            return refuse("the Bernoulli model needs a file of controls (ControlFile, --controls)");
        }
        Model::Permutation if !matches!(options.analysis, Analysis::Retrospective | Analysis::Prospective) => {
            return refuse("the space-time permutation model needs space and time (AnalysisType 3 or 4)");
        }
        Model::Permutation if options.purely_spatial || options.purely_temporal => {
            return refuse(
                "the space-time permutation model has no purely spatial or purely temporal clusters (IncludePurelySpatial, IncludePurelyTemporal)",
            );
        }
        _ => {}
    }
    if options.weekly && (options.unit != Unit::Day || options.unit_length != 1 || options.precision != Precision::Day) {
        return refuse("the adjustment for days of the week (AdjustForWeeklyTrends) needs intervals of one day");
    }
    if options.weekly && !matches!(options.model, Model::Poisson | Model::Permutation) {
        return refuse("the adjustment for days of the week (AdjustForWeeklyTrends) is for the Poisson and permutation models");
    }
    if options.stratify_time && options.model != Model::Poisson {
        return refuse("TimeTrendAdjustmentType=4 is supported for the Poisson model only");
    }
    Ok(())
}

fn table(rows: &[Counted], locations: usize, intervals: usize) -> Vec<u32> {
    let mut table = vec![0u32; locations * intervals];
    for row in rows {
        let cell = &mut table[row.place * intervals + row.interval];
        *cell = cell.saturating_add(row.count);
    }
    table
}

/// Tables of cases by kind; none where there is one kind only.
fn layers(rows: &[Counted], locations: usize, intervals: usize) -> Vec<Vec<u32>> {
    let mut kinds: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.count > 0) {
        let table = kinds.entry(&row.kind).or_insert_with(|| vec![0; locations * intervals]);
        table[row.place * intervals + row.interval] += row.count;
    }
    if kinds.len() > 1 { kinds.into_values().collect() } else { Vec::new() }
}

fn weekdays(bounds: &[i64]) -> Vec<usize> {
    bounds[..bounds.len() - 1].iter().map(|day| day.rem_euclid(7) as usize).collect()
}

/// Scales expectations so that each stratum of intervals expects the cases it has.
fn scale(expected: &mut [f64], cases: &[u32], intervals: usize, strata: &[usize]) {
    let count = strata.iter().max().map_or(0, |most| most + 1);
    let mut sums = vec![(0.0, 0.0); count];
    for (index, (one, cases)) in expected.iter().zip(cases).enumerate() {
        let sum = &mut sums[strata[index % intervals]];
        sum.0 += f64::from(*cases);
        sum.1 += one;
    }
    for (index, one) in expected.iter_mut().enumerate() {
        let (cases, all) = sums[strata[index % intervals]];
        *one = if all > 0.0 { *one * cases / all } else { 0.0 };
    }
}

/// Expected cases as given: id, time, number; rows add up.
fn given(file: &str, text: &str, places: &mut Places, frame: &Frame<'_>, intervals: usize) -> Result<Vec<f64>, Refusal> {
    let mut expected = vec![0.0; places.list.len() * intervals];
    let all = rows(file, text, 2, "id, time, expected cases")?;
    // A wide table: a heading of ids, then a time and a number for each.
    let wide =
        all.first().is_some_and(|row| row.fields.len() > 2 && row.fields[1..].iter().all(|id| places.index.contains_key(*id)));
    if wide {
        return spread(file, &all, places, frame, intervals);
    }
    for row in all {
        if row.fields.len() < 3 {
            return Err(Refusal::at(file, row.line, "2 columns where 3 are needed: id, time, expected cases"));
        }
        let value = number(file, &row, 2, "number of cases")?;
        if value < 0.0 {
            return Err(Refusal::at(file, row.line, format!("{value} expected cases: a number from 0 is needed")));
        }
        let (first, last) = span(file, &row, 1, frame.options)?;
        if last < frame.options.start || first > frame.options.end {
            continue;
        }
        let interval = frame.bounds.partition_point(|bound| *bound <= first.max(frame.options.start)) - 1;
        if let Some(place) = places.find(file, row.line, row.fields[0], frame.unknown)? {
            if place * intervals + interval >= expected.len() {
                let what = "this location has no case and no coordinates";
                return Err(Refusal::at(file, row.line, what));
            }
            expected[place * intervals + interval] += value;
        }
    }
    Ok(expected)
}

/// The same as a wide table: a column a location, a row a time.
fn spread(file: &str, all: &[Row<'_>], places: &Places, frame: &Frame<'_>, intervals: usize) -> Result<Vec<f64>, Refusal> {
    let mut expected = vec![0.0; places.list.len() * intervals];
    let heading = &all[0].fields;
    for row in &all[1..] {
        if row.fields.len() != heading.len() {
            return Err(Refusal::at(
                file,
                row.line,
                format!("{} columns where the heading has {}", row.fields.len(), heading.len()),
            ));
        }
        let (first, last) = span(file, row, 0, frame.options)?;
        if last < frame.options.start || first > frame.options.end {
            continue;
        }
        let interval = frame.bounds.partition_point(|bound| *bound <= first.max(frame.options.start)) - 1;
        for (at, id) in heading.iter().enumerate().skip(1) {
            let value = number(file, row, at, "number of cases")?;
            if value < 0.0 {
                return Err(Refusal::at(file, row.line, format!("{value} expected cases: a number from 0 is needed")));
            }
            expected[places.index[*id] * intervals + interval] += value;
        }
    }
    Ok(expected)
}

#[allow(clippy::too_many_arguments, reason = "what a forecast is made from, once")]
fn forecast_from(
    options: &Options,
    main: &str,
    population: &Option<(&str, Population)>,
    cases: &[u32],
    bounds: &[i64],
    longest: usize,
    places: &Places,
    gaps: &Gaps,
) -> Result<Forecast, Refusal> {
    let intervals = bounds.len() - 1;
    if intervals < longest + 7 {
        let what = "without expected cases (--expected) the study must be at least 7 intervals longer than the longest window: \
                    the forecast is made from what lies before it";
        return Err(Refusal::of(main, what));
    }
    let weekday = options.unit == Unit::Day && options.unit_length == 1 && options.precision == Precision::Day;
    let mut strata = if weekday { weekdays(bounds) } else { vec![0; intervals] };
    if weekday {
        for holiday in options.holidays.iter().filter_map(|day| bounds[..intervals].binary_search(day).ok()) {
            strata[holiday] = 7;
        }
    }
    // People as prior weight, where they are known.
    let weight = match population {
        Some((file, read)) => {
            let none: Vec<Counted> = Vec::new();
            Some(read.expected(file, &none, main, places, bounds, gaps)?.1)
        }
        None => None,
    };
    Ok(forecast(cases, intervals, intervals - longest, &strata, weight.as_deref(), gaps.cells()))
}

fn zones(options: &Options, texts: &Texts<'_>, places: &Places, weight: Vec<f64>) -> Result<Zones, Refusal> {
    let locations = places.list.len();
    let mut zones = Zones::new();
    if !options.analysis.is_temporal() {
        let (weight, share) = match (texts.circle, &options.circle_file) {
            (Some((file, text)), Some((_, share))) => {
                let mut weight = vec![0.0; locations];
                for row in rows(file, text, 2, "id, population")? {
                    let people = number(file, &row, 1, "population")?;
                    match places.index.get(row.fields[0]) {
                        Some(place) => weight[*place] += people,
                        None if options.relaxed_places => {}
                        None => {
                            return Err(Refusal::at(file, row.line, format!("location '{}' has no coordinates", row.fields[0])));
                        }
                    }
                }
                (weight, *share)
            }
            _ => (weight, options.largest_share),
        };
        let most = weight.iter().sum::<f64>() * share / 100.0;
        let limit = Limit { weight: Some((weight, most)), radius: options.largest_radius, nearest: options.nearest };
        let points: Vec<_> = places.list.iter().map(|place| place.point).collect();
        if let Some((file, text)) = texts.zones {
            zones = listed(file, text, places)?;
        } else if let Some((file, text)) = texts.neighbours {
            zones = neighbours(file, text, places, &limit)?;
        } else if let Some((file, text)) = texts.grid {
            zones = Zones::discs_about(&grid(file, text, options.coordinates)?, &points, options.coordinates, &limit);
        } else {
            zones = Zones::discs(&points, options.coordinates, &limit);
            if let Some(ellipses) = &options.ellipses {
                zones.add_ellipses(&points, &limit, ellipses);
            }
        }
    }
    if options.analysis.is_temporal() || options.purely_temporal {
        let all: Vec<u32> = (0..locations as u32).collect();
        zones.push(&all, locations, 1.0, TEMPORAL, None);
    }
    Ok(zones)
}

/// Zones of a file: the ids of one on each line; a first column that numbers them and a heading are passed over.
fn listed(file: &str, text: &str, places: &Places) -> Result<Zones, Refusal> {
    let mut zones = Zones::new();
    for (group, row) in rows(file, text, 1, "the ids of a zone")?.iter().enumerate() {
        let numbered = row.fields.len() > 1 && !places.index.contains_key(row.fields[0]);
        let ids = &row.fields[usize::from(numbered)..];
        if row.line == 1 && ids.iter().all(|id| !places.index.contains_key(*id)) {
            continue;
        }
        let mut members: Vec<u32> = Vec::new();
        for id in ids {
            match places.index.get(*id) {
                Some(place) if members.contains(&(*place as u32)) => {}
                Some(place) => members.push(*place as u32),
                None => return Err(Refusal::at(file, row.line, format!("location '{id}' is not known"))),
            }
        }
        zones.push(&members, members.len(), 1.0, group as u32, None);
    }
    if zones.chains().is_empty() {
        return Err(Refusal::of(file, "there is no zone"));
    }
    Ok(zones)
}

/// Orders of neighbours: a centre and its neighbours, nearest first, on each line.
fn neighbours(file: &str, text: &str, places: &Places, limit: &Limit) -> Result<Zones, Refusal> {
    let mut zones = Zones::new();
    for row in rows(file, text, 1, "a location and its neighbours, nearest first")? {
        let mut members: Vec<u32> = Vec::new();
        let mut held = 0.0;
        for id in &row.fields {
            let Some(place) = places.index.get(*id) else {
                return Err(Refusal::at(file, row.line, format!("location '{id}' is not in the coordinates file")));
            };
            if members.contains(&(*place as u32)) {
                continue;
            }
            if let Some((weight, most)) = &limit.weight {
                held += weight[*place];
                if held > most * (1.0 + 1e-12) + 1e-9 {
                    break;
                }
            }
            members.push(*place as u32);
        }
        if let Some(first) = members.first().copied() {
            zones.push(&members, 1, 1.0, first, None);
        }
    }
    Ok(zones)
}

/// Intervals in the longest window.
fn longest(options: &Options, intervals: usize) -> usize {
    let found = match options.longest {
        LongestTime::Units(units) => units / options.unit_length,
        LongestTime::Percent(share) => {
            let units = units(options.start, options.end, options.unit) as f64;
            ((units * share / 100.0 + 1e-9).floor() / f64::from(options.unit_length)).floor() as u32
        }
    };
    // The whole study is looked at as a purely spatial window already.
    let most = if options.purely_spatial { intervals - 1 } else { intervals };
    (found as usize).min(most)
}

fn windows(options: &Options, bounds: &[i64], main: &str) -> Result<Windows, Refusal> {
    let intervals = bounds.len() - 1;
    if options.analysis == Analysis::PurelySpatial {
        return Ok(Windows::whole(intervals));
    }
    let longest = longest(options, intervals);
    if longest == 0 {
        let what = "the longest window is shorter than an interval: raise MaxTemporalSize or shorten TimeAggregationLength";
        return Err(Refusal::of(main, what));
    }
    let alive = options.analysis.is_prospective() || options.span == Span::Alive;
    let mut windows = if alive { Windows::alive(intervals, longest) } else { Windows::all(intervals, longest) };
    windows.shortest = (options.shortest as usize).div_ceil(options.unit_length as usize).max(1);
    if let (Span::Flexible { start, end }, false) = (options.span, alive) {
        // Whole intervals in the ranges: a start is an interval's first day, an end its last.
        let first_from = |day: i64| bounds.partition_point(|bound| *bound < day);
        windows.starts = first_from(start.0)..bounds.partition_point(|bound| *bound <= start.1).min(intervals);
        let ends = |day: i64| bounds[1..].partition_point(|bound| *bound - 1 < day);
        windows.ends = ends(end.0)..bounds[1..].partition_point(|bound| *bound - 1 <= end.1);
    }
    if windows.ends.is_empty() || windows.count() == 0 {
        return Err(Refusal::of(
            main,
            "no window of time fits the settings: look at the longest and shortest window and the ranges",
        ));
    }
    Ok(windows)
}

/// Windows of the replicates, and how many intervals surveillance has run, where intervals are adjusted for earlier analyses.
fn earlier(options: &Options, bounds: &[i64], windows: &Windows, main: &str) -> Result<(Option<Windows>, Option<f64>), Refusal> {
    let Some(since) = options.since else { return Ok((None, None)) };
    if since < options.start || since > options.end {
        return Err(Refusal::of(main, "ProspectiveStartDate lies outside the study period"));
    }
    let intervals = bounds.len() - 1;
    let first = bounds.partition_point(|bound| *bound <= since) - 1;
    let mut all = Windows { ends: first..intervals, ..windows.clone() };
    if let LongestTime::Percent(share) = options.longest {
        // The share is of the study as it was at each end.
        let by_end = |end: usize| {
            let units = units(options.start, bounds[end + 1] - 1, options.unit) as f64;
            ((units * share / 100.0 + 1e-9).floor() / f64::from(options.unit_length)).floor() as usize
        };
        all.longest_by_end = Some((0..intervals).map(by_end).collect());
    }
    Ok((Some(all), Some((intervals - first) as f64)))
}

impl Study {
    /// "high", "low" or "high or low".
    pub fn rates_in_words(&self) -> &'static str {
        match self.problem.rates {
            Rates::High => "high",
            Rates::Low => "low",
            Rates::Both => "high or low",
        }
    }
}
