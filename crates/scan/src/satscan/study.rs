//! Settings and files put together into a problem.

use std::collections::BTreeMap;

use super::counts::{self, Counted, Frame};
use super::date::{Precision, Unit, civil};
use super::expected::Population;
use super::forecasts::{Learning, given};
use super::gaps::Gaps;
use super::intervals::{boundaries, units};
use super::options::{LongestTime, Model, Options, Shaping, Span};
pub use super::places::Place;
use super::places::{Places, Unknown};
use super::zones::{graph, zones};
use super::{Analysis, Refusal, delays};
use crate::baseline::Forecast;
use crate::zones::nearest_of;
use crate::{
    Findings, Null, Problem, ProblemError, Rates, Ratio, Settings, Shape, Streams, Windows, Zones, analyse, permutation_expected,
    shaped_scan, streams_scan,
};

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
    /// Neighbours of each location, for connected shapes: an id and its neighbours on each line.
    pub graph: Option<(&'a str, &'a str)>,
    /// Reports with their delays: id, day of the call, day received.
    pub delays: Option<(&'a str, &'a str)>,
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
    /// Share of the last day's reports that is in by now, where delays were given.
    pub in_by_now: Option<f64>,
    /// What is searched.
    pub search: Search,
    generic: bool,
}

/// What is searched, and how.
#[derive(Debug, Clone, PartialEq)]
pub enum Search {
    /// The zones of the problem.
    Zones,
    /// Clusters of free shape, with the cost of a location beyond the first in nats.
    Shape(Shape, f64),
    /// Streams and locations together. The problem holds all streams' sum.
    Streams {
        /// Counts and expectations.
        streams: Streams,
        /// Names of the streams.
        names: Vec<String>,
        /// Each location and its nearest.
        neighbourhoods: Vec<Vec<usize>>,
        /// Longest window, days.
        longest: usize,
    },
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
        let (mut dispersion, mut in_by_now) = (None, None);
        let mut people = None;
        let mut streams: Vec<(String, Vec<u32>, Vec<f64>)> = Vec::new();
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
                let completeness =
                    texts.delays.map(|(file, text)| delays::completeness(file, text, &places, &frame)).transpose()?;
                let brought_down = |mut expected: Vec<f64>| {
                    gaps.empty(&mut expected);
                    let share = completeness.as_ref().map(|found| delays::in_by_now(found, &expected, intervals));
                    if let Some(found) = &completeness {
                        found.apply(&mut expected, intervals);
                    }
                    (expected, share)
                };
                let given = match texts.expected {
                    Some((file, text)) => Some(given(file, text, &mut places, &frame, intervals)?),
                    None => None,
                };
                let learning = Learning {
                    options,
                    case_file: main,
                    population: population.as_ref().map(|(file, read)| (*file, read)),
                    bounds: &bounds,
                    longest: longest(options, intervals),
                    places: &places,
                    gaps: &gaps,
                };
                let forecast = match given {
                    Some(expected) => Forecast { expected, dispersion: 1.0 },
                    None => learning.forecast(&cases)?,
                };
                let (mut expected, share) = brought_down(forecast.expected);
                in_by_now = share;
                if options.streams {
                    for (name, table) in by_kind(&read.rows, locations, intervals) {
                        let (of_stream, _) = brought_down(learning.forecast(&table)?.expected);
                        streams.push((name, table, of_stream));
                    }
                    expected = (0..cases.len()).map(|cell| streams.iter().map(|(_, _, of)| of[cell]).sum()).collect();
                }
                let wanted = match options.model {
                    Model::NegativeBinomial { dispersion } => Some(dispersion.unwrap_or(forecast.dispersion)),
                    _ => None,
                };
                dispersion = wanted;
                match wanted.filter(|found| *found > 1.0 + 1e-6) {
                    Some(found) => {
                        let ratio = Ratio::NegativeBinomial { dispersion: found };
                        (expected, ratio, Null::NegativeBinomial { dispersion: found })
                    }
                    None => (expected, Ratio::Expectation, Null::Poisson),
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
        let search = searched(options, texts, &places, streams, intervals)?;
        // Free shapes and streams make their own sets.
        let zones = if search == Search::Zones { zones(options, texts, &places, weight)? } else { Zones::new() };
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
            in_by_now,
            search,
            generic: options.precision == Precision::Generic,
        })
    }

    /// Scans. `progress` is told how many replicates are done; it may be called from any thread.
    ///
    /// # Errors
    /// [`ProblemError`]
    pub fn scan(&self, progress: &(dyn Fn(u32) + Sync)) -> Result<Findings, ProblemError> {
        match &self.search {
            Search::Zones => analyse(&self.problem, &self.settings, progress),
            Search::Shape(shape, cost) => shaped_scan(&self.problem, shape, *cost, &self.settings, progress),
            Search::Streams { streams, neighbourhoods, longest, .. } => {
                streams_scan(streams, neighbourhoods, *longest, &self.settings, progress)
                    .map_err(|_| ProblemError::Shape("streams"))
            }
        }
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
    let forecasts = matches!(options.model, Model::Expectation | Model::NegativeBinomial { .. });
    if texts.delays.is_some() && !forecasts {
        return refuse("delays (--delays) bring a forecast down to what can be in by now: they are for the models ebp and nb");
    }
    if options.shape.is_some() && texts.coordinates.is_none() {
        return refuse("shapes (--shape) need a coordinates file (--geo)");
    }
    if options.shape.is_some() && (texts.zones.is_some() || options.ellipses.is_some() || texts.grid.is_some()) {
        return refuse("--shape takes the place of zones, ellipses and centres of a grid: leave one of them out");
    }
    let grown = matches!(options.shape, Some(Shaping::Subsets { .. } | Shaping::Connected { .. }));
    if (grown || options.streams) && (options.analysis != Analysis::Prospective || options.since.is_some()) {
        return refuse(
            "subsets, grown connected sets and streams are searched over windows that reach the last day: take the prospective \
             analysis, without an adjustment for earlier ones",
        );
    }
    if options.streams && (options.model != Model::Expectation || options.rates != Rates::High) {
        return refuse("streams are scanned against forecasts for high rates: take --model ebp");
    }
    if options.streams
        && (options.shape.is_some() || texts.zones.is_some() || texts.expected.is_some() || texts.population.is_some())
    {
        return refuse("streams come with their own sets and forecasts: leave out --shape, --zones, --expected and --population");
    }
    if options.streams && texts.coordinates.is_none() {
        return refuse("streams need a coordinates file (--geo)");
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

/// Tables of cases by kind (covariates).
fn by_kind(rows: &[Counted], locations: usize, intervals: usize) -> BTreeMap<String, Vec<u32>> {
    let mut kinds: BTreeMap<String, Vec<u32>> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.count > 0) {
        let table = kinds.entry(row.kind.clone()).or_insert_with(|| vec![0; locations * intervals]);
        table[row.place * intervals + row.interval] += row.count;
    }
    kinds
}

/// Tables of cases by kind; none where there is one kind only.
fn layers(rows: &[Counted], locations: usize, intervals: usize) -> Vec<Vec<u32>> {
    let kinds = by_kind(rows, locations, intervals);
    if kinds.len() > 1 { kinds.into_values().collect() } else { Vec::new() }
}

/// Nearest locations that a search of streams takes where the settings do not say.
const STREAMS_NEAREST: usize = 20;
/// Most streams.
const MOST_STREAMS: usize = 100;

/// What is searched, with what it needs.
fn searched(
    options: &Options,
    texts: &Texts<'_>,
    places: &Places,
    streams: Vec<(String, Vec<u32>, Vec<f64>)>,
    intervals: usize,
) -> Result<Search, Refusal> {
    let points: Vec<_> = places.list.iter().map(|place| place.point).collect();
    match options.shape {
        Some(Shaping::Subsets { nearest, cost }) => {
            Ok(Search::Shape(Shape::Subsets { nearest: nearest_of(&points, nearest) }, cost))
        }
        Some(Shaping::Connected { largest, cost }) => {
            Ok(Search::Shape(Shape::Connected { neighbours: graph(texts, places)?, largest }, cost))
        }
        None if options.streams => {
            if streams.len() > MOST_STREAMS || streams.iter().any(|(name, _, _)| name.is_empty()) {
                let what = format!("each case needs a stream after its time, and there may be {MOST_STREAMS} streams at most");
                return Err(Refusal::of(texts.cases.0, what));
            }
            let mut names = Vec::new();
            let mut all = Streams {
                streams: streams.len(),
                locations: points.len(),
                days: intervals,
                cases: Vec::new(),
                expected: Vec::new(),
            };
            for (name, cases, expected) in streams {
                names.push(name);
                all.cases.extend(cases);
                all.expected.extend(expected);
            }
            let neighbourhoods = nearest_of(&points, options.nearest.unwrap_or(STREAMS_NEAREST));
            Ok(Search::Streams { streams: all, names, neighbourhoods, longest: longest(options, intervals) })
        }
        Some(Shaping::Flexible { .. }) | None => Ok(Search::Zones),
    }
}

pub(super) fn weekdays(bounds: &[i64]) -> Vec<usize> {
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
