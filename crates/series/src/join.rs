//! Joining: whether a report belongs to a series that is there, which members no longer do, and when two series turn out to be one.
//!
//! Odds of belonging = (rate of the series here and now : rate of the background here) × how far the report is of the stream ×
//! likeness of method × numbers and names in common. A rate needs no link and a link needs no rate, so that neither a common script
//! nor a spoofed number decides alone.

use std::collections::{BTreeSet, HashMap};

use report::Moment;

use crate::counts::weekday;
use crate::detector::{Change, Detector, HORIZON};
use crate::event::{Event, NOWHERE};
use crate::score::{Found, Profile};
use crate::{HistoryEntry, Member, Reason, ReportId, SeriesId, State};

/// Probability from which a report joins.
const JOINS_AT: f64 = 0.5;
/// Probability under which a member leaves.
const LEAVES_AT: f64 = 0.2;
/// Weight of "it may go anywhere near" in the places of a series, in reports.
const ELSEWHERE: f64 = 2.0;
/// Areas of a series from which on each more lets it go anywhere by the weight of one report: it is all over the region.
const LOCAL_AREAS: usize = 4;
/// Of that, the share that lies in its own and neighbouring districts.
const NEARBY: f64 = 0.75;
/// Days to both sides that the rate of a series is taken over: a bout and a fortnight.
const SPANS: [i32; 2] = [3, 10];
/// Reports of a series at a standstill, in the span, that are reckoned with.
const STANDSTILL: f64 = 0.2;
/// Members that are judged anew when one joins: those that belong least.
const JUDGED_ANEW: usize = 60;
/// A series larger than this is gone through anew when it has grown by a twentieth, and not whenever a report joins.
const SMALL: usize = 40;
/// Share of a candidate's members that one number must be shown by to tie another to it.
const TIES: f64 = 0.08;
/// Reports looked at as late joins.
const LOOKED_AT: usize = 600;

/// The members of a series as the engine sees them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Group {
    pub(crate) members: Vec<(ReportId, Event)>,
    pub(crate) profile: Profile,
    /// Where each member stands.
    places: HashMap<ReportId, usize>,
    /// The areas of the series and those that touch them.
    near: Vec<usize>,
    /// Members when it was last gone through.
    gone_through: usize,
}

impl Group {
    pub(crate) fn add(&mut self, id: ReportId, event: Event) {
        if self.places.contains_key(&id) {
            return;
        }
        if !event.silent {
            self.profile.add(&event, 1.0);
        }
        self.places.insert(id.clone(), self.members.len());
        self.members.push((id, event));
    }

    /// The event of a member.
    fn event(&self, id: &ReportId) -> Option<&Event> {
        self.places.get(id).map(|at| &self.members[*at].1)
    }

    fn remove(&mut self, id: &ReportId) {
        if let Some(at) = self.places.remove(id) {
            let (_, event) = self.members.remove(at);
            for (later, (held, _)) in self.members.iter().enumerate().skip(at) {
                if let Some(place) = self.places.get_mut(held) {
                    *place = later;
                }
            }
            if !event.silent {
                self.profile.add(&event, -1.0);
            }
        }
    }
}

/// The series a report belongs to best, if it belongs to any, with the report as a member.
pub(crate) fn best_home(detector: &Detector, id: &ReportId) -> Option<(SeriesId, Member)> {
    let mut best: Option<(SeriesId, Member)> = None;
    for series_id in candidates(detector, id) {
        let Some(member) = judge_report(detector, id, &series_id, false) else { continue };
        if member.probability >= JOINS_AT && best.as_ref().is_none_or(|held| member.probability > held.1.probability) {
            best = Some((series_id, member));
        }
    }
    let (series_id, _) = best?;
    let member = judge_report(detector, id, &series_id, true)?;
    Some((series_id, member))
}

/// The series that a report may belong to: open, not long quiet, and touching its place or holding one of its numbers or names.
fn candidates(detector: &Detector, id: &ReportId) -> Vec<SeriesId> {
    let mut ids: BTreeSet<&SeriesId> = BTreeSet::new();
    let Some(event) = detector.event(id) else { return Vec::new() };
    for token in event.numbers.iter().chain(&event.names) {
        for other in detector.engine.holders(*token).iter().rev().take(40) {
            if let Some(home) = detector.engine.event(*other).and_then(|other| detector.home_of(other)) {
                ids.insert(home);
            }
        }
    }
    if event.area != NOWHERE && !detector.engine.is_busy(event) {
        ids.extend(detector.open_in(&detector.engine.region.areas()[event.area].id));
    }
    let near = |id: &&SeriesId| {
        detector.series.get(*id).is_some_and(|series| {
            series.state.takes_reports() && event.day - crate::counts::day_number(series.last_call) <= 2 * HORIZON
        })
    };
    ids.into_iter().filter(near).cloned().collect()
}

/// A report as a member of a series that it would not leave.
pub(crate) fn would_stay(detector: &Detector, id: &ReportId, series: &SeriesId) -> Option<Member> {
    judge_report(detector, id, series, true).filter(|member| member.probability >= LEAVES_AT)
}

/// Another series that a report would join by itself, the likeliest.
pub(crate) fn rival(detector: &Detector, home: &SeriesId, id: &ReportId) -> Option<SeriesId> {
    let mut best: Option<(f64, SeriesId)> = None;
    for other in candidates(detector, id).into_iter().filter(|other| other != home) {
        let Some(member) = judge_report(detector, id, &other, false) else { continue };
        if member.probability >= JOINS_AT && best.as_ref().is_none_or(|held| member.probability > held.0) {
            best = Some((member.probability, other));
        }
    }
    best.map(|(_, other)| other)
}

/// How likely a report in memory belongs to a series, with reasons; `None` where a person ruled it out.
pub(crate) fn judge_report(detector: &Detector, id: &ReportId, series: &SeriesId, reasons: bool) -> Option<Member> {
    if !detector.excluded.is_empty() && detector.excluded.contains(&(series.clone(), id.clone())) {
        return None;
    }
    judge(detector, id, detector.event(id)?, series, reasons)
}

/// How likely a report belongs to a series. Reasons are put into words only where they are asked for.
fn judge(detector: &Detector, id: &ReportId, event: &Event, series_id: &SeriesId, reasons: bool) -> Option<Member> {
    let series = detector.series.get(series_id)?;
    let group = detector.groups.get(series_id)?;
    let engine = &detector.engine;
    let background = &engine.background;
    let stream = stream_index(detector, &series.stream);
    let held = group.places.get(id).copied();
    let mut own_profile;
    let profile = if held.is_some() {
        own_profile = group.profile.clone();
        own_profile.add(event, -1.0);
        &own_profile
    } else {
        &group.profile
    };
    let shared = profile.shared(event);
    if shared == [None, None] && engine.is_busy(event) {
        return Some(Member { report: id.clone(), probability: 0.0, reasons: Vec::new(), decided: None });
    }
    let mut given: Vec<Reason> = Vec::new();

    // The series' rate about that day, and its places.
    let mut near = [0.0f64; SPANS.len()];
    let (mut here, mut placed, mut fortnight) = (0.0, 0.0, 0u32);
    for (at, (_, other)) in group.members.iter().enumerate() {
        let apart = (event.day - other.day).abs();
        if apart > 2 * HORIZON || other.silent || held == Some(at) {
            continue;
        }
        for (slot, span) in near.iter_mut().zip(SPANS) {
            *slot += if apart <= span { 1.0 } else { 0.0 };
        }
        if other.area != NOWHERE {
            placed += 1.0;
            if other.area == event.area {
                here += 1.0;
                fortnight += u32::from(apart < 14);
            }
        }
    }
    let mut rate = 0.0;
    for (n, span) in near.iter().zip(SPANS) {
        let ahead = (engine.today - event.day).clamp(0, span);
        rate += (n + STANDSTILL) / f64::from(span + ahead + 1) / SPANS.len() as f64;
    }
    let level = engine.level();
    let daily = background.rate(stream);
    let (ours, theirs) = if event.area == NOWHERE {
        (rate, level * daily)
    } else {
        let shares = |area: usize| engine.daily(stream, area) / daily;
        let known = &group.near;
        let nearby = if known.binary_search(&event.area).is_ok() {
            NEARBY * shares(event.area) / known.iter().map(|area| shares(*area)).sum::<f64>()
        } else {
            0.0
        };
        let prior = nearby + (1.0 - NEARBY) * shares(event.area);
        let weekday = background.weekdays(event.area)[weekday(event.day)];
        let elsewhere = ELSEWHERE + series.areas.len().saturating_sub(LOCAL_AREAS) as f64;
        (rate * (here + elsewhere * prior) / (placed + elsewhere), level * daily * shares(event.area) * weekday)
    };
    let belongs = event.streams[stream].max(1e-3);
    let rate_bits = (ours / theirs.max(1e-6)).log2();
    if !reasons {
    } else if event.area != NOWHERE {
        let area = &engine.region.areas()[event.area];
        let words = if fortnight > 0 {
            format!(
                "{} of the series from {} in the fortnight around it, where {} would be expected",
                crate::words::count(u64::from(fortnight), "report", "reports"),
                area.name,
                crate::words::decimal(theirs * 14.0)
            )
        } else {
            format!("none of the series from {} in the fortnight around it", area.name)
        };
        given.push(Reason { words, weight: rate_bits });
    } else {
        given.push(Reason { words: "the place is not known; the series is under way".to_owned(), weight: rate_bits });
    }
    let mut bits = rate_bits;
    let method = (profile.method(engine, stream, event) + belongs.ln()) / std::f64::consts::LN_2;
    bits += method;
    if reasons && method.abs() >= 0.5 {
        let words = if method > 0.0 { "done as the others of the series were" } else { "done otherwise than the others were" };
        given.push(Reason { words: words.to_owned(), weight: method });
    }
    let explained = told_by_others(detector, id, event, series_id);
    for (names, shared) in [(false, shared[0]), (true, shared[1])] {
        let (own, chance) = profile.tokens(engine, event, names);
        // Somebody outside the series told of the same call: the number says little then.
        let chance = if explained > 0.0 { (chance + explained / theirs.max(1e-6)).min(1.0) } else { chance };
        let weight = (own / chance).log2();
        if weight == 0.0 {
            continue;
        }
        bits += weight;
        if reasons {
            given.push(Reason { words: tokens_in_words(shared.map(|(_, holders)| holders), names), weight });
        }
    }
    given.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    let probability = 1.0 / (1.0 + (-bits.clamp(-60.0, 60.0)).exp2());
    Some(Member { report: id.clone(), probability, reasons: given, decided: None })
}

/// What a number or a name says, in words; `holders` of the series share it.
fn tokens_in_words(holders: Option<f64>, names: bool) -> String {
    let others = |holders: f64| crate::words::count(holders.round() as u64, "other", "others");
    match (holders, names) {
        (Some(holders), false) => format!("shows a number that {} of the series show", others(holders)),
        (Some(holders), true) => format!("names the caller as {} of the series do", others(holders)),
        (None, false) => "a number that is new to the series".to_owned(),
        (None, true) => "a name that is new to the series".to_owned(),
    }
}

/// Notes the areas of a series and those that touch them with its group.
pub(crate) fn note_near(detector: &mut Detector, id: &SeriesId) {
    let Some(series) = detector.series.get(id) else { return };
    let region = &detector.engine.region;
    let mut near: Vec<usize> = Vec::new();
    for index in series.areas.iter().filter_map(|area| region.index_of(area)) {
        near.push(index);
        near.extend(&region.areas()[index].neighbours);
    }
    near.sort_unstable();
    near.dedup();
    if let Some(group) = detector.groups.get_mut(id) {
        group.near = near;
    }
}

pub(crate) fn stream_index(detector: &Detector, stream: &str) -> usize {
    detector.streams.iter().position(|one| one.id == stream).unwrap_or(detector.engine.background.streams - 1)
}

/// The background's rate of telling again of a call that lies outside the series.
fn told_by_others(detector: &Detector, id: &ReportId, event: &Event, series: &SeriesId) -> f64 {
    let own = detector.place(id);
    let mut outside = 0;
    for token in &event.numbers {
        for other in detector.engine.holders(*token).iter().rev().take(20) {
            let Some(held) = detector.engine.event(*other) else { continue };
            if Some(*other) == own || (held.day - event.day).abs() > 1 || held.silent || !held.may_be_near(event) {
                continue;
            }
            if detector.home_of(held) == Some(series) {
                return 0.0;
            }
            outside += 1;
        }
    }
    if outside == 0 { 0.0 } else { 0.8 * detector.engine.background.coincidences.goes_on(outside) }
}

/// After a change: reports that belong now join, members that no longer do leave, and what follows from the members is worked out
/// anew. `new` is the report that joined, where it was one: in a large series only what it brings is looked at.
pub(crate) fn tidy(detector: &mut Detector, id: &SeriesId, new: Option<&ReportId>) {
    if !detector.series.get(id).is_some_and(|series| series.state.takes_reports()) {
        crate::refresh::refresh(detector, id);
        return;
    }
    let all = detector.series[id].members.len();
    let large = all > SMALL && new.is_some();
    for report in late(detector, id, if large { new } else { None }) {
        if judge_report(detector, &report, id, false).is_some_and(|member| member.probability >= JOINS_AT)
            && let Some(member) = judge_report(detector, &report, id, true)
        {
            detector.put(id, member);
        }
    }
    if large && all * 20 < detector.groups[id].gone_through * 21 {
        detector.dirty.insert(id.clone());
        return;
    }
    go_through(detector, id);
    crate::refresh::refresh(detector, id);
    let areas = detector.series[id].areas.clone();
    detector.note_places(id, &areas);
    if new.is_some()
        && let Some(change) = crate::divide::divide(detector, id)
    {
        detector.divided = Some(change);
    }
}

/// Judges members anew: those that no longer belong leave.
fn go_through(detector: &mut Detector, id: &SeriesId) {
    let confirmed = detector.series[id].state == State::Confirmed;
    let all = detector.series[id].members.len();
    if let Some(group) = detector.groups.get_mut(id) {
        group.gone_through = all;
    }
    let held: Vec<ReportId> = detector.series[id]
        .members
        .iter()
        .skip(all.saturating_sub(JUDGED_ANEW))
        .filter(|member| member.decided.is_none())
        .map(|member| member.report.clone())
        .collect();
    for report in held {
        let Some(event) = detector.groups[id].event(&report) else { continue };
        if event.silent {
            continue;
        }
        let Some(judged) = judge(detector, &report, event, id, true) else { continue };
        let left = detector.series[id].members.len();
        if judged.probability < LEAVES_AT && left > 3 && !confirmed {
            leave(detector, id, &report);
        } else if let Some(member) =
            detector.series.get_mut(id).and_then(|series| series.members.iter_mut().find(|member| member.report == report))
        {
            member.probability = judged.probability.max(LEAVES_AT);
            member.reasons = judged.reasons;
        }
    }
}

/// Judges a member that a person has put right or added to: it leaves where it no longer belongs, also a series of three, unless a person
/// put it there. That it tells of no scam call is reason enough.
pub(crate) fn judge_amended(detector: &mut Detector, id: &SeriesId, report: &ReportId) {
    let decided = detector
        .series
        .get(id)
        .is_none_or(|series| series.members.iter().any(|member| member.report == *report && member.decided.is_some()));
    if decided {
        return;
    }
    let no_scam = detector.cases.get(report).is_some_and(|case| case.scam_call == Some(false));
    let belongs = judge_report(detector, report, id, false).is_some_and(|member| member.probability >= LEAVES_AT);
    if no_scam || !belongs {
        leave(detector, id, report);
    }
}

pub(crate) fn leave(detector: &mut Detector, id: &SeriesId, report: &ReportId) {
    if let Some(series) = detector.series.get_mut(id) {
        series.members.retain(|member| member.report != *report);
    }
    if let Some(group) = detector.groups.get_mut(id) {
        group.remove(report);
    }
    detector.set_home(report, None);
}

/// Reports in memory that may belong to a series and are in none; only those that share what `new` shows, where it is given.
fn late(detector: &Detector, id: &SeriesId, new: Option<&ReportId>) -> Vec<ReportId> {
    let Some(group) = detector.groups.get(id) else { return Vec::new() };
    let mut found: Vec<usize> = Vec::new();
    if let Some(new) = new {
        if let Some(event) = detector.event(new) {
            holders_of(detector, event, &mut found);
        }
    } else if let Some(range) = detector.engine.few_in_memory(LOOKED_AT) {
        found.extend(range);
    } else {
        for (_, event) in group.members.iter().rev().take(20) {
            holders_of(detector, event, &mut found);
        }
    }
    found.sort_unstable();
    found.dedup();
    let first = group.members.iter().map(|(_, event)| event.day).min().unwrap_or(0);
    let mut late = Vec::new();
    for index in found {
        let Some(event) = detector.engine.event(index) else { continue };
        if event.taken() || event.silent || event.day < first - HORIZON {
            continue;
        }
        late.extend(detector.memory.id(index).cloned());
    }
    late
}

fn holders_of(detector: &Detector, event: &Event, found: &mut Vec<usize>) {
    for token in event.numbers.iter().chain(&event.names) {
        found.extend(detector.engine.holders(*token).iter().rev().take(60));
    }
}

/// A call told again by the same person joins where its first telling is.
pub(crate) fn join_again(detector: &mut Detector, home: &SeriesId, id: &ReportId) -> Option<Change> {
    if !detector.series.get(home)?.state.takes_reports() || detector.excluded.contains(&(home.clone(), id.clone())) {
        return None;
    }
    let reason = Reason { words: "the same person tells of it again".to_owned(), weight: 0.0 };
    detector.put(home, Member { report: id.clone(), probability: 0.95, reasons: vec![reason], decided: None });
    crate::refresh::refresh(detector, home);
    Some(Change::Joined(home.clone()))
}

/// A series that a new candidate is more of: half of its reports would do in it.
pub(crate) fn same_as(detector: &Detector, found: &Found) -> Option<SeriesId> {
    let reports: Vec<&ReportId> = found.members.iter().filter_map(|(place, _, _)| detector.memory.id(*place)).collect();
    home_of_most(detector, &reports, None)
}

/// The series other than `not` in which most of some reports would do, if half of them do.
pub(crate) fn home_of_most(detector: &Detector, reports: &[&ReportId], not: Option<&SeriesId>) -> Option<SeriesId> {
    let mut homes: BTreeSet<SeriesId> = BTreeSet::new();
    for report in reports {
        homes.extend(candidates(detector, report).into_iter().filter(|home| Some(home) != not));
    }
    let mut best: Option<(usize, SeriesId)> = None;
    for home in homes {
        let fit = reports
            .iter()
            .filter(|report| judge_report(detector, report, &home, false).is_some_and(|member| member.probability >= 0.3))
            .count();
        if fit * 2 > reports.len() && best.as_ref().is_none_or(|held| fit > held.0) {
            best = Some((fit, home));
        }
    }
    best.map(|(_, home)| home)
}

/// Another candidate that this report ties to its home: it shares a number with two of its members, and with no small part of them.
pub(crate) fn ties(detector: &Detector, home: &SeriesId, report: &ReportId) -> Option<SeriesId> {
    let event = detector.event(report)?;
    let mut counts: std::collections::BTreeMap<&SeriesId, u32> = std::collections::BTreeMap::new();
    for token in &event.numbers {
        for holder in detector.engine.holders(*token).iter().rev().take(40) {
            if let Some(other) = detector.engine.event(*holder).and_then(|held| detector.home_of(held))
                && other != home
            {
                *counts.entry(other).or_default() += 1;
            }
        }
    }
    for (other, shared) in counts {
        let both_candidates = detector.series[other].state == State::Candidate && detector.series[home].state == State::Candidate;
        let part = f64::from(shared) / detector.series[other].members.len().max(1) as f64;
        if shared >= 2 && part >= TIES && both_candidates {
            return Some(other.clone());
        }
    }
    None
}

/// Merges two candidates: the older lives, the younger redirects to it.
pub(crate) fn merge(detector: &mut Detector, one: &SeriesId, other: &SeriesId) -> Change {
    let older_first = detector.series[one].alarm.at <= detector.series[other].alarm.at;
    let (into, from) = if older_first { (one.clone(), other.clone()) } else { (other.clone(), one.clone()) };
    let at: Moment = detector.series[&into].alarm.at.max(detector.series[&from].alarm.at);
    let mut moved = Vec::new();
    if let Some(series) = detector.series.get_mut(&from) {
        moved = std::mem::take(&mut series.members);
        series.state = State::Merged;
        series.merged_into = Some(into.clone());
        series.history.push(entry(at, format!("merged into {into}")));
    }
    for member in &moved {
        detector.set_home(&member.report, Some(&into));
    }
    if let Some(series) = detector.series.get_mut(&into) {
        series.members.append(&mut moved);
        series.history.push(entry(at, format!("took in {from}")));
    }
    detector.groups.remove(&from);
    detector.regroup(&into);
    tidy(detector, &into, None);
    Change::Merged { into, from }
}

fn entry(at: Moment, words: String) -> HistoryEntry {
    HistoryEntry { at, by: "ringfence".to_owned(), words, reason: None }
}
