//! The detector: takes reports one at a time, as they come in, and keeps the series.
//!
//! A report either joins a series that is there ([`crate::join`]), or may found one: the engine looks for the likeliest series around
//! it ([`crate::engine`], [`crate::score`]), and it is raised if evidence as strong comes by chance no oftener than the desk allows
//! ([`crate::calibration`]).

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use jiff::civil::Date;

use crate::calibration::{Calibration, Stamp};
use crate::counts::{DayNumber, day_number, day_of};
use crate::divide::Apart;
use crate::engine::{Engine, Parts};
use crate::event::{Event, NOWHERE, Token, Tokens, event_of, hash_of};
use crate::join::Group;
use crate::marks::rules_of;
use crate::memory::Memory;
use crate::region::Region;
use crate::score::Found;
use crate::streams::Streams;
use crate::{Case, ReportId, Series, SeriesId, State};

/// A series that had no call for this long is not looked at for new reports by place.
pub(crate) const HORIZON: i32 = 30;
/// Cases older than this leave the memory, but for the members of series.
const MEMORY_DAYS: i32 = 90;
/// Scores below are not worth a calibration, at one alarm a year; lower where more are allowed.
const FLOOR: f64 = 4.5;
/// The same person telling of the same number or place within this many days tells of one thing.
const SAME_PERSON: i32 = 60;

/// How the desk wants the detector to work.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Chance alarms a year that a county (1.2 million people) is ready to look at.
    pub false_alarms_per_year: f64,
    /// Seed of the calibration's draws.
    pub seed: u64,
    /// Parts that may be left out, to measure them.
    pub parts: Parts,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings { false_alarms_per_year: 1.0, seed: 1, parts: Parts::default() }
    }
}

/// What a report did.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// It raised a new series.
    Raised(SeriesId),
    /// It joined a series.
    Joined(SeriesId),
    /// It joined a candidate and showed that it is two: the new one went out of the old.
    Divided {
        /// The candidate that keeps its name.
        from: SeriesId,
        /// The new one.
        new: SeriesId,
    },
    /// It joined a candidate that another claimed it from: the two were weighed together, and reports went over to their hand.
    ToldApart {
        /// The candidate it joined.
        one: SeriesId,
        /// The other.
        other: SeriesId,
    },
    /// It tied two candidates together: the younger went into the older.
    Merged {
        /// The older, which lives.
        into: SeriesId,
        /// The younger, which redirects.
        from: SeriesId,
    },
}

impl Change {
    /// The series that it changed.
    pub fn series(self) -> Vec<SeriesId> {
        match self {
            Change::Raised(one) | Change::Joined(one) => vec![one],
            Change::Divided { from: one, new: other }
            | Change::Merged { into: one, from: other }
            | Change::ToldApart { one, other } => vec![one, other],
        }
    }
}

/// The detector.
#[derive(Debug, Clone)]
pub struct Detector {
    pub(crate) engine: Engine,
    pub(crate) streams: Streams,
    settings: Settings,
    tokens: Tokens,
    calibration: Option<Calibration>,
    /// The cases of the members of series.
    pub(crate) cases: BTreeMap<ReportId, Case>,
    /// All reports in memory, by their place in the engine's.
    pub(crate) memory: Memory,
    /// Reporter with number or place of calls told lately, as a hash: one person telling again is one event.
    told: BTreeMap<u64, (DayNumber, ReportId)>,
    pub(crate) series: BTreeMap<SeriesId, Series>,
    pub(crate) groups: BTreeMap<SeriesId, Group>,
    pub(crate) home: BTreeMap<ReportId, SeriesId>,
    /// Series in the order they became known: an event holds its series by its place here, and one.
    pub(crate) order: Vec<SeriesId>,
    ordinals: BTreeMap<SeriesId, u32>,
    /// Large series of which what follows from the members is to be worked out anew.
    pub(crate) dirty: BTreeSet<SeriesId>,
    /// What the report being taken did to the candidate it joined, where it divided it.
    pub(crate) divided: Option<Change>,
    /// Reports a person has ruled out of a series.
    pub(crate) excluded: BTreeSet<(SeriesId, ReportId)>,
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
            engine: Engine::new(Arc::new(region), &streams, settings.parts),
            streams,
            settings,
            tokens: Tokens::default(),
            calibration: None,
            cases: BTreeMap::new(),
            memory: Memory::default(),
            told: BTreeMap::new(),
            series: BTreeMap::new(),
            groups: BTreeMap::new(),
            home: BTreeMap::new(),
            order: Vec::new(),
            ordinals: BTreeMap::new(),
            dirty: BTreeSet::new(),
            divided: None,
            excluded: BTreeSet::new(),
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
                    self.set_home(&member.report, Some(&one.id));
                }
            }
            self.note_places(&one.id, &one.areas);
            let id = one.id.clone();
            self.series.insert(id.clone(), one);
            self.regroup(&id);
        }
    }

    /// Notes the districts of a series, and those that touch them.
    pub(crate) fn note_places(&mut self, id: &SeriesId, areas: &[areas::AreaId]) {
        let region = Arc::clone(&self.engine.region);
        for area in areas {
            let index = region.index_of(area);
            let near = index.map_or(&[][..], |index| &region.areas()[index].neighbours);
            for one in std::iter::once(area).chain(near.iter().map(|other| &region.areas()[*other].id)) {
                match self.open.get_mut(one) {
                    Some(held) if held.contains(id) => {}
                    Some(held) => {
                        held.insert(id.clone());
                    }
                    None => {
                        self.open.insert(one.clone(), BTreeSet::from([id.clone()]));
                    }
                }
            }
        }
    }

    /// The series that touch a district or its neighbours and had a call in the last two months.
    pub(crate) fn open_in(&self, area: &areas::AreaId) -> impl Iterator<Item = &SeriesId> {
        self.open.get(area).into_iter().flatten()
    }

    /// Learns a report that was taken before (after a restart): it counts, and raises nothing.
    pub fn remember(&mut self, case: Case) {
        let id = case.id.clone();
        if self.knows(&id) {
            return;
        }
        self.admit(case);
        if let Some(home) = self.home.get(&id).cloned() {
            self.set_home(&id, Some(&home));
            if let Some(event) = self.event(&id).cloned()
                && let Some(group) = self.groups.get_mut(&home)
            {
                group.add(id, event);
            }
        }
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
        let members = self.series.get(&series.id).map_or(&[][..], |held| &held.members);
        let held: Vec<ReportId> = members
            .iter()
            .filter(|member| self.home.get(&member.report) == Some(&series.id))
            .map(|member| member.report.clone())
            .collect();
        for report in held {
            self.set_home(&report, None);
        }
        self.restore(vec![series]);
    }

    /// Takes one report as it comes in. Gives what it did, if anything.
    pub fn take(&mut self, case: Case) -> Option<Change> {
        let id = case.id.clone();
        if self.knows(&id) {
            return None;
        }
        let (index, again_of) = self.admit(case);
        self.settle_in(&id, index, again_of)
    }

    /// Finds a place for a report that was admitted.
    pub(crate) fn settle_in(&mut self, id: &ReportId, index: usize, again_of: Option<ReportId>) -> Option<Change> {
        if self.engine.event(index).is_none_or(|event| event.silent) {
            // What one person tells again goes where the first telling went, and is no evidence of anything.
            let home = again_of.and_then(|first| self.home.get(&first).cloned())?;
            return crate::join::join_again(self, &home, id);
        }
        let change = match crate::join::best_home(self, id) {
            Some((home, member)) => Some(self.join(&home, member)),
            None => self.raise(index),
        };
        match (change, self.divided.take()) {
            (Some(Change::Joined(_)), Some(divided)) => Some(divided),
            (change, _) => change,
        }
    }

    /// Takes a case into memory, and says its place there and which report it tells again, if it does.
    pub(crate) fn admit(&mut self, case: Case) -> (usize, Option<ReportId>) {
        let day = day_number(case.received_at.day());
        if day > self.engine.today {
            self.engine.advance(day);
            self.forget();
        }
        let again_of = self.told_before(&case);
        let rules = rules_of(&case.streams, &self.streams);
        let mut event = event_of(&case, &self.engine.region, &mut self.tokens, rules);
        // A clock that was wrong must not move today.
        event.received = event.received.max(self.engine.today.saturating_sub(MEMORY_DAYS));
        event.silent = again_of.is_some() || case.scam_call == Some(false);
        let index = self.engine.push(event);
        self.memory.push(case);
        (index, again_of)
    }

    /// The report that the same person made before of the same number, or where no number is known of the same place.
    fn told_before(&mut self, case: &Case) -> Option<ReportId> {
        let reporter = case.reporter.as_deref()?;
        let day = day_number(case.call_day);
        let mut keys: Vec<String> = numbers_of(case).map(str::to_owned).collect();
        if keys.is_empty() {
            keys.push(format!("{:?} {}", case.main_district(), case.main_stream()));
        }
        let mut first = None;
        for key in keys {
            let both = hash_of(&format!("{reporter}\n{key}"));
            let held = self.told.get(&both).filter(|(last, report)| (day - last).abs() <= SAME_PERSON && *report != case.id);
            let of = held.map(|(_, report)| report.clone());
            let named = of.clone().unwrap_or_else(|| case.id.clone());
            self.told.insert(both, (day, named));
            first = first.or(of);
        }
        first
    }

    /// Lets go what the engine has let go, and what came of it.
    fn forget(&mut self) {
        let day = self.engine.today;
        self.memory.forget_before(self.engine.oldest());
        self.told.retain(|_, (seen, _)| day - *seen <= SAME_PERSON);
        let series = &self.series;
        for ids in self.open.values_mut() {
            ids.retain(|id| {
                series.get(id).is_some_and(|one| one.state.takes_reports() && day - day_number(one.last_call) <= 2 * HORIZON)
            });
        }
        if self.tokens.many() {
            let mut in_series: HashSet<Token> = HashSet::new();
            for (_, event) in self.groups.values().flat_map(|group| &group.members) {
                in_series.extend(event.numbers.iter().chain(&event.names));
            }
            let engine = &self.engine;
            self.tokens.forget(|token| in_series.contains(&token) || !engine.holders(token).is_empty());
        }
    }

    /// Whether a report is in memory or in a series.
    fn knows(&self, id: &ReportId) -> bool {
        self.memory.place(id).is_some() || self.cases.contains_key(id)
    }

    /// The place of a series in the order they became known, and one: 0 is no series.
    pub(crate) fn ordinal(&mut self, id: &SeriesId) -> u32 {
        if let Some(held) = self.ordinals.get(id) {
            return *held;
        }
        self.order.push(id.clone());
        let ordinal = u32::try_from(self.order.len()).unwrap_or(u32::MAX);
        self.ordinals.insert(id.clone(), ordinal);
        ordinal
    }

    /// Puts a report into a series, or out of all: from then on it founds nothing and teaches the background nothing, or does again.
    pub(crate) fn set_home(&mut self, report: &ReportId, series: Option<&SeriesId>) {
        let ordinal = match series {
            Some(id) => {
                self.home.insert(report.clone(), id.clone());
                if !self.cases.contains_key(report)
                    && let Some(case) = self.memory.case(report)
                {
                    self.cases.insert(report.clone(), case);
                }
                self.ordinal(id)
            }
            None => {
                self.home.remove(report);
                if self.memory.place(report).is_some() {
                    self.cases.remove(report);
                }
                0
            }
        };
        if let Some(index) = self.memory.place(report) {
            self.engine.set_home(index, ordinal);
        }
    }

    /// The series of an event.
    pub(crate) fn home_of(&self, event: &Event) -> Option<&SeriesId> {
        self.order.get((event.home as usize).checked_sub(1)?)
    }

    /// The event of a report in memory.
    pub(crate) fn event(&self, id: &ReportId) -> Option<&Event> {
        self.engine.event(self.memory.place(id)?)
    }

    /// The place of a report in the engine's memory.
    pub(crate) fn place(&self, id: &ReportId) -> Option<usize> {
        self.memory.place(id)
    }

    /// Puts together what is known of a series' members.
    pub(crate) fn regroup(&mut self, id: &SeriesId) {
        let mut group = Group::default();
        if let Some(series) = self.series.get(id) {
            for member in series.members.iter().filter(|member| member.decided != Some(false)) {
                let Some(case) = self.cases.get(&member.report) else { continue };
                let event = match self.memory.place(&member.report).and_then(|index| self.engine.event(index)) {
                    Some(event) => event.clone(),
                    None => {
                        let rules = rules_of(&case.streams, &self.streams);
                        let mut event = event_of(case, &self.engine.region, &mut self.tokens, rules);
                        event.streams = self.engine.belongs(&event.marks, &event.rules);
                        event
                    }
                };
                group.add(member.report.clone(), event);
            }
        }
        self.groups.insert(id.clone(), group);
        crate::join::note_near(self, id);
    }

    /// Chance alarms a year that this region is ready to look at.
    pub(crate) fn allowance(&self) -> f64 {
        self.settings.false_alarms_per_year * self.engine.region.counties()
    }

    /// Chance episodes a year of a score.
    fn rate(&mut self, score: f64) -> f64 {
        if !self.settings.parts.calibration {
            // The nominal rate: each report one independent look at an exact ratio.
            let rate: f64 = (0..self.engine.background.streams).map(|stream| self.engine.background.rate(stream)).sum();
            return rate * 365.25 * (-score).exp();
        }
        let now = Stamp::of(&self.engine.background);
        let level = self.engine.level();
        if self.calibration.as_ref().is_none_or(|held| held.stamp.stale(&now)) {
            self.calibration = Some(Calibration::learn(&self.engine, &self.streams, self.settings.seed));
        }
        self.calibration.as_ref().map_or(f64::INFINITY, |held| held.episodes_per_year(score, self.engine.background.days) * level)
    }

    /// Founds a series on a report, if the evidence is strong enough.
    fn raise(&mut self, index: usize) -> Option<Change> {
        let found = self.engine.evaluate(index)?;
        if found.score < FLOOR - self.settings.false_alarms_per_year.max(1.0).ln() {
            return None;
        }
        let rate = self.rate(found.score);
        if rate > self.allowance() {
            return None;
        }
        if let Some(home) = crate::join::same_as(self, &found) {
            return Some(self.take_in(&home, &found));
        }
        crate::found::found(self, index, &found, rate)
    }

    /// A candidate that turns out to be more of a series that is there.
    fn take_in(&mut self, home: &SeriesId, found: &Found) -> Change {
        for (place, probability, _) in &found.members {
            let Some(report) = self.memory.id(*place).cloned() else { continue };
            if let Some(mut member) = crate::join::judge_report(self, &report, home, true) {
                member.probability = member.probability.max(*probability);
                self.put(home, member);
            }
        }
        crate::join::tidy(self, home, None);
        Change::Joined(home.clone())
    }

    /// Puts a new series in place and takes its members out of the background.
    pub(crate) fn install(&mut self, series: Series) -> Change {
        let id = series.id.clone();
        for member in &series.members {
            self.set_home(&member.report, Some(&id));
        }
        self.note_places(&id, &series.areas);
        self.series.insert(id.clone(), series);
        self.regroup(&id);
        crate::join::tidy(self, &id, None);
        Change::Raised(id)
    }

    /// Puts a member into a series.
    pub(crate) fn put(&mut self, home: &SeriesId, member: crate::Member) {
        let report = member.report.clone();
        self.set_home(&report, Some(home));
        let Some(series) = self.series.get_mut(home) else { return };
        series.members.push(member);
        let Some(event) = self.memory.place(&report).and_then(|index| self.engine.event(index)).cloned() else { return };
        let day = day_of(event.day);
        series.first_call = series.first_call.min(day);
        series.last_call = series.last_call.max(day);
        if event.area != NOWHERE && event.share >= 0.95 {
            let area = self.engine.region.areas()[event.area].id.clone();
            if !series.areas.contains(&area) {
                series.areas.push(area.clone());
                self.note_places(home, &[area]);
                crate::join::note_near(self, home);
            }
        }
        if let Some(group) = self.groups.get_mut(home) {
            group.add(report, event);
        }
    }

    fn join(&mut self, home: &SeriesId, member: crate::Member) -> Change {
        let report = member.report.clone();
        self.put(home, member);
        crate::join::tidy(self, home, Some(&report));
        if self.divided.is_some() {
            return Change::Joined(home.clone());
        }
        let tied = crate::join::ties(self, home, &report);
        let rival = tied.clone().or_else(|| crate::join::rival(self, home, &report));
        let Some(other) = rival else { return Change::Joined(home.clone()) };
        // A number in common makes two candidates one unless the rest says two hands as surely as it would divide one.
        let at_least = if tied.is_some() { crate::divide::DIVIDE_AT } else { 0.0 };
        match crate::divide::tell_apart(self, home, &other, at_least) {
            Apart::Two { moved: true } => Change::ToldApart { one: home.clone(), other },
            Apart::Two { moved: false } => Change::Joined(home.clone()),
            Apart::Unsure if tied.is_none() => Change::Joined(home.clone()),
            Apart::One | Apart::Unsure => crate::join::merge(self, home, &other),
        }
    }

    /// Works out anew what follows from the members of large series that grew: names, places, evidence, the sentence. To be called
    /// before they are shown or stored; small series are up to date at any time.
    pub fn settle(&mut self) {
        for id in std::mem::take(&mut self.dirty) {
            crate::refresh::refresh(self, &id);
        }
    }

    /// Today, as the reports have it.
    pub fn today(&self) -> Date {
        day_of(self.engine.today)
    }
}

/// The numbers that can link a case: those given to ring back weigh as the one shown.
pub(crate) fn numbers_of(case: &Case) -> impl Iterator<Item = &str> {
    case.number_shown.iter().map(String::as_str).chain(case.numbers_given.iter().map(String::as_str))
}
