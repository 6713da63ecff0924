//! The detector: takes reports one at a time, as they come in, and keeps the series.
//!
//! A report either joins a series that is there, or may found one. A new series needs evidence that would come by chance less
//! often than the desk allows: from the scan (more reports of one stream in a place and time than expected, [`crate::windows`]),
//! or from links (more reports sharing a number than coincidence gives, [`crate::coincidence`]). Each of the two looks gets half
//! of the allowance.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::baseline::{Baseline, weekday_factors};
use crate::calibration::Calibration;
use crate::coincidence::Coincidence;
use crate::counts::{Counts, DayNumber, day_number, day_of, weekday};
use crate::found::{found_by_number, found_by_scan};
use crate::join::best_home;
use crate::region::Region;
use crate::streams::{Streams, UNKNOWN};
use crate::windows::{Best, best_around};
use crate::{Case, ReportId, Series, SeriesId, State};

/// A call is evidence for a place and time only this many days back.
pub(crate) const HORIZON: i32 = 30;
/// Weight of a stream below which a report is not counted in it.
const FAINT: f64 = 0.35;
/// A baseline this much off is learnt anew, and its calibration with it.
const RATE_CHANGE: f64 = 1.25;
/// Cases older than this leave the memory, but for the members of series.
const MEMORY_DAYS: i32 = 60;

/// How the desk wants the detector to work.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Chance alarms a year that a county (1.2 million people) is ready to look at.
    pub false_alarms_per_year: f64,
    /// Seed of the calibration's draws.
    pub seed: u64,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings { false_alarms_per_year: 1.0, seed: 1 }
    }
}

/// What a report did.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// It raised a new series.
    Raised(SeriesId),
    /// It joined a series.
    Joined(SeriesId),
    /// It tied two candidates together: the younger went into the older.
    Merged {
        /// The older, which lives.
        into: SeriesId,
        /// The younger, which redirects.
        from: SeriesId,
    },
}

/// What a stream's counts are compared with.
#[derive(Debug, Clone)]
struct StreamState {
    counts: Counts,
    background: Counts,
    baseline: Option<Baseline>,
    learnt_on: DayNumber,
    calibration: Option<Calibration>,
}

/// The detector.
#[derive(Debug, Clone)]
pub struct Detector {
    pub(crate) region: Region,
    pub(crate) streams: Streams,
    settings: Settings,
    states: BTreeMap<String, StreamState>,
    pub(crate) cases: BTreeMap<ReportId, Case>,
    /// Cases of each number, oldest first.
    numbers: BTreeMap<String, Vec<ReportId>>,
    /// Received days of the cases in memory, to let the old go.
    received: BTreeMap<DayNumber, Vec<ReportId>>,
    /// Reporter, number and area of calls seen lately: one call reported twice is one event.
    seen: BTreeMap<(String, String), DayNumber>,
    coincidence: Coincidence,
    weekday_totals: [f64; 7],
    first_day: Option<DayNumber>,
    today: DayNumber,
    taken: f64,
    pub(crate) series: BTreeMap<SeriesId, Series>,
    pub(crate) home: BTreeMap<ReportId, SeriesId>,
    /// Reports a person has ruled out of a series.
    pub(crate) excluded: BTreeSet<(SeriesId, ReportId)>,
    /// What a shared number or name is worth.
    pub(crate) spec: link::Spec,
    /// Open series by the districts they touch.
    open: BTreeMap<areas::AreaId, BTreeSet<SeriesId>>,
    /// Names for series come from here.
    pub(crate) area_names: BTreeMap<areas::AreaId, String>,
}

impl Detector {
    /// A detector without history over a region.
    pub fn new(region: Region, streams: Streams, settings: Settings) -> Detector {
        let area_names = region.areas().iter().map(|area| (area.id.clone(), area.name.clone())).collect();
        Detector {
            region,
            streams,
            settings,
            states: BTreeMap::new(),
            cases: BTreeMap::new(),
            numbers: BTreeMap::new(),
            received: BTreeMap::new(),
            seen: BTreeMap::new(),
            coincidence: Coincidence::default(),
            weekday_totals: [0.0; 7],
            first_day: None,
            today: DayNumber::MIN,
            taken: 0.0,
            series: BTreeMap::new(),
            home: BTreeMap::new(),
            excluded: BTreeSet::new(),
            spec: link::Spec::reports(),
            open: BTreeMap::new(),
            area_names,
        }
    }

    /// Puts stored series back, with what persons decided, before [`Detector::remember`] and [`Detector::take`].
    pub fn restore(&mut self, series: Vec<Series>) {
        for one in series {
            for member in &one.members {
                if member.decided == Some(false) {
                    self.excluded.insert((one.id.clone(), member.report.clone()));
                } else if one.state != State::Merged {
                    self.home.insert(member.report.clone(), one.id.clone());
                }
            }
            self.note_places(&one);
            self.series.insert(one.id.clone(), one);
        }
    }

    /// Notes the districts of a series, and those that touch them.
    pub(crate) fn note_places(&mut self, series: &Series) {
        for area in &series.areas {
            let mut around = vec![area.clone()];
            if let Some(index) = self.region.index_of(area) {
                around.extend(self.region.areas()[index].neighbours.iter().map(|other| self.region.areas()[*other].id.clone()));
            }
            for one in around {
                self.open.entry(one).or_default().insert(series.id.clone());
            }
        }
    }

    /// The series that touch a district or its neighbours and had a call in the last two months.
    pub(crate) fn open_in(&self, area: &areas::AreaId) -> impl Iterator<Item = &SeriesId> {
        self.open.get(area).into_iter().flatten()
    }

    /// Learns a report that was taken before (after a restart): it counts, and raises nothing.
    pub fn remember(&mut self, case: Case) {
        self.count(&case);
        self.keep(case);
    }

    /// The series, by id.
    pub fn series(&self) -> impl Iterator<Item = &Series> {
        self.series.values()
    }

    /// One series.
    pub fn get(&self, id: &SeriesId) -> Option<&Series> {
        self.series.get(id)
    }

    /// Puts a series in place of what is held under its id, after a person's decision.
    pub fn replace(&mut self, series: Series) {
        self.home.retain(|_, home| *home != series.id);
        self.restore(vec![series]);
    }

    /// Takes one report as it comes in. Gives what it did, if anything.
    pub fn take(&mut self, case: Case) -> Option<Change> {
        let id = case.id.clone();
        if self.cases.contains_key(&id) {
            return None;
        }
        let repeated = self.is_repeat(&case);
        self.advance(day_number(case.received_at.day()));
        if repeated || case.scam_call == Some(false) {
            // One call told twice is one event; no scam call at all is none. Neither counts, both are kept.
            self.keep(case);
            return None;
        }
        self.count(&case);
        let stream = case.main_stream().to_owned();
        self.keep(case);
        if let Some((home, member)) = best_home(self, &id) {
            return Some(self.join(home, member));
        }
        self.raise(&id, &stream)
    }

    /// Whether the same reporter told of the same number within three days.
    fn is_repeat(&mut self, case: &Case) -> bool {
        let Some(reporter) = &case.reporter else { return false };
        let number = case.number_shown.clone().or_else(|| case.numbers_given.first().cloned()).unwrap_or_default();
        let day = day_number(case.call_day);
        let before = self.seen.insert((reporter.clone(), number), day);
        before.is_some_and(|before| (day - before).abs() <= 3)
    }

    /// Moves today on: lets old cases go and forgets baselines that are a day old.
    fn advance(&mut self, day: DayNumber) {
        if day <= self.today {
            return;
        }
        self.today = day;
        let old: Vec<DayNumber> = self.received.range(..day - MEMORY_DAYS).map(|(day, _)| *day).collect();
        for day in old {
            for id in self.received.remove(&day).unwrap_or_default() {
                if self.home.contains_key(&id) {
                    continue;
                }
                if let Some(case) = self.cases.remove(&id) {
                    for number in numbers_of(&case) {
                        if let Some(ids) = self.numbers.get_mut(number) {
                            ids.retain(|held| *held != id);
                            if ids.is_empty() {
                                self.numbers.remove(number);
                            }
                        }
                    }
                }
            }
        }
        self.seen.retain(|_, seen| day - *seen <= HORIZON);
        let series = &self.series;
        for ids in self.open.values_mut() {
            ids.retain(|id| {
                series.get(id).is_some_and(|one| one.state.takes_reports() && day - day_number(one.last_call) <= 2 * HORIZON)
            });
        }
    }

    /// Adds a case to the counts of its streams, areas and weekday.
    fn count(&mut self, case: &Case) {
        let day = day_number(case.call_day);
        let received = day_number(case.received_at.day());
        self.advance(received);
        self.first_day = Some(self.first_day.map_or(received, |first| first.min(received)));
        self.taken += 1.0;
        self.weekday_totals[weekday(day)] += 1.0;
        let areas = self.region.areas().len();
        for (stream, weight) in counted_streams(case) {
            let state = self.states.entry(stream.to_owned()).or_insert_with(|| StreamState {
                counts: Counts::new(areas),
                background: Counts::new(areas),
                baseline: None,
                learnt_on: DayNumber::MIN,
                calibration: None,
            });
            for (area, share) in &case.shares {
                if let Some(index) = self.region.index_of(area) {
                    let amount = (weight * share) as f32;
                    state.counts.add(day, index, amount);
                    state.background.add(day, index, amount);
                }
            }
        }
        if let Some(number) = &case.number_shown {
            let others = self.sharing(number, case).len();
            self.coincidence.learn(u32::try_from(others).unwrap_or(u32::MAX));
        }
    }

    /// Keeps a case in memory.
    fn keep(&mut self, case: Case) {
        for number in numbers_of(&case) {
            self.numbers.entry(number.to_owned()).or_default().push(case.id.clone());
        }
        self.received.entry(day_number(case.received_at.day())).or_default().push(case.id.clone());
        self.cases.insert(case.id.clone(), case);
    }

    /// Earlier cases of the last month that share a number, in the case's main area.
    fn sharing(&self, number: &str, case: &Case) -> Vec<ReportId> {
        let day = day_number(case.call_day);
        let area = case.main_district();
        let mut found = Vec::new();
        for id in self.numbers.get(number).map_or(&[][..], Vec::as_slice) {
            let Some(other) = self.cases.get(id) else { continue };
            if *id != case.id && other.main_district() == area && (day - day_number(other.call_day)).abs() < HORIZON {
                found.push(id.clone());
            }
        }
        found
    }

    /// Cases of the last month that share a number, wherever they are.
    pub(crate) fn holders(&self, number: &str, day: DayNumber) -> Vec<ReportId> {
        let mut found = Vec::new();
        for id in self.numbers.get(number).map_or(&[][..], Vec::as_slice) {
            let Some(other) = self.cases.get(id) else { continue };
            if other.scam_call != Some(false) && (day - day_number(other.call_day)).abs() < HORIZON {
                found.push(id.clone());
            }
        }
        found
    }

    /// Reports of a stream expected in an area on a day, when its baseline is known.
    pub(crate) fn expected(&mut self, stream: &str, area: &areas::AreaId, day: Date) -> Option<f64> {
        let index = self.region.index_of(area)?;
        self.refresh(stream);
        let baseline = self.states.get(stream)?.baseline.as_ref()?;
        Some(baseline.expected(index, day_number(day)))
    }

    /// Learns a stream's baseline once a day, and its calibration when the rate has moved by a quarter.
    fn refresh(&mut self, stream: &str) {
        let today = self.today;
        let first = self.first_day.unwrap_or(today);
        let weeks = f64::from((today - first).max(0)) / 7.0;
        let weekdays = weekday_factors(self.weekday_totals, weeks);
        let entry = self.streams.get(stream);
        let by = entry.map_or(crate::streams::By::Population, |entry| entry.by);
        let national = entry.zip(self.region.population()).map(|(entry, people)| entry.rate_per_million * people / 1e6);
        let Some(state) = self.states.get_mut(stream) else { return };
        if state.learnt_on == today {
            return;
        }
        state.learnt_on = today;
        let people = self.region.shares(by);
        state.baseline = Baseline::learn(&state.background, weekdays, &people, national, first, today);
        let stale = match (&state.baseline, &state.calibration) {
            (Some(baseline), Some(calibration)) => {
                let ratio = baseline.rate / calibration.at_rate.max(1e-9);
                !(1.0 / RATE_CHANGE..=RATE_CHANGE).contains(&ratio)
            }
            _ => true,
        };
        if stale {
            state.calibration = None;
        }
    }

    /// Chance episodes a year of a scan score, over all streams (each stream is one more look).
    fn scan_rate(&mut self, stream: &str, score: f64) -> f64 {
        let looks = self.streams.iter().count() as f64 + 1.0;
        let seed = self.settings.seed
            ^ stream
                .bytes()
                .fold(14_695_981_039_346_656_037, |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(1_099_511_628_211));
        let Some(state) = self.states.get_mut(stream) else { return f64::INFINITY };
        let Some(baseline) = &state.baseline else { return f64::INFINITY };
        let calibration = state.calibration.get_or_insert_with(|| Calibration::learn(&self.region, baseline, seed));
        looks * calibration.episodes_per_year(score)
    }

    /// Chance alarms a year that this region is ready to look at.
    pub(crate) fn allowance(&self) -> f64 {
        self.settings.false_alarms_per_year * self.region.counties()
    }

    /// Reports a year, from what came in so far; at least a year of one a day, so that a first week promises nothing.
    fn reports_per_year(&self) -> f64 {
        let days = f64::from((self.today - self.first_day.unwrap_or(self.today)).max(0)) + 1.0;
        (self.taken / days.max(14.0) * 365.25).max(365.25)
    }

    /// The best scan window around a case, with its chance episodes a year.
    fn scan(&mut self, id: &ReportId, stream: &str) -> Option<(Best, f64)> {
        let area = self.cases.get(id)?.main_district().and_then(|area| self.region.index_of(area))?;
        self.refresh(stream);
        let state = self.states.get(stream)?;
        let best = best_around(&self.region, &state.counts, state.baseline.as_ref()?, area, self.today)?;
        // Calibration costs; a score that no threshold would let through is not worth it.
        if best.score < 2.0 {
            return None;
        }
        let rate = self.scan_rate(stream, best.score);
        Some((best, rate))
    }

    /// Founds a series on a report, if the evidence is strong enough.
    fn raise(&mut self, id: &ReportId, stream: &str) -> Option<Change> {
        let allowance = self.allowance() / 2.0;
        let by_number = self.number_group(id);
        if let Some((number, members, rate)) = by_number
            && rate * 2.0 <= allowance * 2.0
        {
            let stream = self.cases.get(id).map_or(UNKNOWN, Case::main_stream).to_owned();
            return found_by_number(self, id, &stream, &number, &members, rate);
        }
        // A scan of unknown methods would only find that people report more.
        let (best, rate) = self.scan(id, stream)?;
        if rate > allowance {
            return None;
        }
        found_by_scan(self, id, stream, best, rate)
    }

    /// The group of reports in the case's area and month that share one of its numbers, with its chance groups a year.
    fn number_group(&self, id: &ReportId) -> Option<(String, Vec<ReportId>, f64)> {
        let case = self.cases.get(id)?;
        let mut best: Option<(String, Vec<ReportId>, f64)> = None;
        for number in numbers_of(case) {
            let mut members = self.sharing(number, case);
            members.retain(|member| !self.home.contains_key(member));
            let size = u32::try_from(members.len() + 1).unwrap_or(u32::MAX);
            if size < 3 {
                continue;
            }
            let rate = 2.0 * self.coincidence.groups_per_year(size, self.reports_per_year());
            if best.as_ref().is_none_or(|held| rate < held.2) {
                best = Some((number.to_owned(), members, rate));
            }
        }
        best
    }

    /// Puts a new series in place and takes its members out of the background.
    pub(crate) fn found(&mut self, series: Series) -> Change {
        let id = series.id.clone();
        for member in &series.members {
            self.home.insert(member.report.clone(), id.clone());
            self.forget_in_background(&member.report);
        }
        self.note_places(&series);
        self.series.insert(id.clone(), series);
        Change::Raised(id)
    }

    fn join(&mut self, home: SeriesId, member: crate::Member) -> Change {
        self.home.insert(member.report.clone(), home.clone());
        self.forget_in_background(&member.report);
        let report = member.report.clone();
        if let Some(series) = self.series.get_mut(&home) {
            series.members.push(member);
        }
        crate::refresh::refresh(self, &home);
        if let Some(series) = self.series.get(&home).cloned() {
            self.note_places(&series);
        }
        if let Some(other) = crate::join::ties(self, &home, &report) {
            return crate::join::merge(self, &home, &other);
        }
        Change::Joined(home)
    }

    /// Members of a series do not teach the baseline.
    fn forget_in_background(&mut self, id: &ReportId) {
        let Some(case) = self.cases.get(id) else { return };
        let day = day_number(case.call_day);
        for (stream, weight) in counted_streams(case) {
            let Some(state) = self.states.get_mut(stream) else { continue };
            for (area, share) in &case.shares {
                if let Some(index) = self.region.index_of(area) {
                    state.background.add(day, index, -((weight * share) as f32));
                }
            }
        }
    }

    /// Cases of a window: of the stream, in its zone, in its days, not in another series.
    pub(crate) fn cases_in(&self, stream: &str, zone: usize, from: DayNumber, to: DayNumber) -> Vec<ReportId> {
        let zone = &self.region.zones()[zone];
        let mut found = Vec::new();
        for (id, case) in &self.cases {
            let day = day_number(case.call_day);
            if day < from || day > to || self.home.contains_key(id) || case.scam_call == Some(false) {
                continue;
            }
            if !counted_streams(case).any(|(name, _)| name == stream) {
                continue;
            }
            let inside: f64 = case
                .shares
                .iter()
                .filter(|(area, _)| self.region.index_of(area).is_some_and(|index| zone.contains(&index)))
                .map(|(_, share)| share)
                .sum();
            if inside >= 0.5 {
                found.push(id.clone());
            }
        }
        found
    }

    /// Today, as the reports have it.
    pub fn today(&self) -> Date {
        day_of(self.today)
    }
}

/// The streams a case is counted in.
pub(crate) fn counted_streams(case: &Case) -> impl Iterator<Item = (&str, f64)> {
    case.streams.iter().filter(|(_, weight)| *weight >= FAINT).map(|(stream, weight)| (stream.as_str(), *weight))
}

/// The numbers that can link a case: those given to ring back weigh as the one shown.
pub(crate) fn numbers_of(case: &Case) -> impl Iterator<Item = &str> {
    case.number_shown.iter().map(String::as_str).chain(case.numbers_given.iter().map(String::as_str))
}
