//! Joining: whether a report belongs to a series that is there, which members no longer do, and when two series turn out to be one.
//!
//! Odds of belonging = (rate of the series here and now : rate of the background here) × how far the report is of the stream ×
//! likeness of method × numbers and names in common. A rate needs no link and a link needs no rate, so that neither a common script
//! nor a spoofed number decides alone.

use std::collections::BTreeSet;

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
/// Of that, the share that lies in its own and neighbouring districts.
const NEARBY: f64 = 0.75;
/// Days to both sides that the rate of a series is taken over: a bout and a fortnight.
const SPANS: [i32; 2] = [3, 10];
/// Reports of a series at a standstill, in the span, that are reckoned with.
const STANDSTILL: f64 = 0.2;
/// Members that are judged anew when one joins: the latest.
const JUDGED_ANEW: usize = 60;
/// Reports looked at as late joins.
const LOOKED_AT: usize = 600;

/// The members of a series as the engine sees them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Group {
    pub(crate) members: Vec<(ReportId, Event)>,
    pub(crate) profile: Profile,
}

impl Group {
    pub(crate) fn add(&mut self, id: ReportId, event: Event) {
        if self.members.iter().any(|(held, _)| *held == id) {
            return;
        }
        if !event.silent {
            self.profile.add(&event, 1.0);
        }
        self.members.push((id, event));
    }

    fn remove(&mut self, id: &ReportId) {
        if let Some(at) = self.members.iter().position(|(held, _)| held == id) {
            let (_, event) = self.members.remove(at);
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
        let Some(member) = judge_report(detector, id, &series_id) else { continue };
        if member.probability >= JOINS_AT && best.as_ref().is_none_or(|held| member.probability > held.1.probability) {
            best = Some((series_id, member));
        }
    }
    best
}

/// The series that a report may belong to: open, not long quiet, and touching its place or holding one of its numbers or names.
fn candidates(detector: &Detector, id: &ReportId) -> Vec<SeriesId> {
    let mut ids: BTreeSet<&SeriesId> = BTreeSet::new();
    let Some(event) = detector.event(id) else { return Vec::new() };
    for token in event.numbers.iter().chain(&event.names) {
        for other in detector.engine.holders(*token).iter().rev().take(40) {
            if let Some(home) = detector.ids.get(other).and_then(|report| detector.home.get(report)) {
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

/// How likely a report in memory belongs to a series, with reasons; `None` where a person ruled it out.
pub(crate) fn judge_report(detector: &Detector, id: &ReportId, series: &SeriesId) -> Option<Member> {
    if detector.excluded.contains(&(series.clone(), id.clone())) {
        return None;
    }
    let event = detector.event(id)?.clone();
    judge(detector, id, &event, series)
}

fn judge(detector: &Detector, id: &ReportId, event: &Event, series_id: &SeriesId) -> Option<Member> {
    let series = detector.series.get(series_id)?;
    let group = detector.groups.get(series_id)?;
    let engine = &detector.engine;
    let background = &engine.background;
    let stream = stream_index(detector, &series.stream);
    let held = group.members.iter().any(|(held, _)| held == id);
    let mut own_profile;
    let profile = if held {
        own_profile = group.profile.clone();
        own_profile.add(event, -1.0);
        &own_profile
    } else {
        &group.profile
    };
    let mut reasons: Vec<Reason> = Vec::new();

    // The series' rate about that day, and its places.
    let mut near = [0.0f64; SPANS.len()];
    let (mut here, mut placed, mut fortnight) = (0.0, 0.0, 0u32);
    for (other_id, other) in &group.members {
        if other_id == id || other.silent {
            continue;
        }
        let apart = (event.day - other.day).abs();
        for (slot, span) in near.iter_mut().zip(SPANS) {
            *slot += if apart <= span { 1.0 } else { 0.0 };
        }
        if other.area != NOWHERE && apart <= 2 * HORIZON {
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
    let daily = background.rate(stream);
    let (ours, theirs) = if event.area == NOWHERE {
        (rate, daily)
    } else {
        let shares = |area: usize| engine.daily(stream, area) / daily;
        let known: Vec<usize> = near_areas(detector, series);
        let around: f64 = known.iter().map(|area| shares(*area)).sum();
        let nearby = if known.contains(&event.area) { NEARBY * shares(event.area) / around } else { 0.0 };
        let prior = nearby + (1.0 - NEARBY) * shares(event.area);
        let weekday = background.weekdays(event.area)[weekday(event.day)];
        (rate * (here + ELSEWHERE * prior) / (placed + ELSEWHERE), daily * shares(event.area) * weekday)
    };
    let belongs = event.streams[stream].max(1e-3);
    let rate_bits = (ours / theirs.max(1e-6)).log2();
    if event.area != NOWHERE {
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
        reasons.push(Reason { words, weight: rate_bits });
    } else {
        reasons.push(Reason { words: "the place is not known; the series is under way".to_owned(), weight: rate_bits });
    }
    let mut bits = rate_bits;
    let method = (profile.method(engine, stream, event) + belongs.ln()) / std::f64::consts::LN_2;
    bits += method;
    if method.abs() >= 0.5 {
        let words = if method > 0.0 { "done as the others of the series were" } else { "done otherwise than the others were" };
        reasons.push(Reason { words: words.to_owned(), weight: method });
    }
    let explained = told_by_others(detector, id, event, series_id);
    let shared = profile.shared(event);
    for (names, shared) in [(false, shared[0]), (true, shared[1])] {
        let (own, chance) = profile.tokens(engine, event, names);
        // Somebody outside the series told of the same call: the number says little then.
        let chance = if explained > 0.0 { (chance + explained / theirs.max(1e-6)).min(1.0) } else { chance };
        let weight = (own / chance).log2();
        if weight == 0.0 {
            continue;
        }
        bits += weight;
        let words = match (shared, names) {
            (Some((_, holders)), false) => {
                format!(
                    "shows a number that {} of the series show",
                    crate::words::count(holders.round() as u64, "other", "others")
                )
            }
            (Some((_, holders)), true) => {
                format!("names the caller as {} of the series do", crate::words::count(holders.round() as u64, "other", "others"))
            }
            (None, false) => "a number that is new to the series".to_owned(),
            (None, true) => "a name that is new to the series".to_owned(),
        };
        reasons.push(Reason { words, weight });
    }
    reasons.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    let probability = 1.0 / (1.0 + (-bits.clamp(-60.0, 60.0)).exp2());
    Some(Member { report: id.clone(), probability, reasons, decided: None })
}

/// The areas of a series and those that touch them.
fn near_areas(detector: &Detector, series: &crate::Series) -> Vec<usize> {
    let region = &detector.engine.region;
    let mut known: Vec<usize> = Vec::new();
    for index in series.areas.iter().filter_map(|area| region.index_of(area)) {
        known.push(index);
        known.extend(&region.areas()[index].neighbours);
    }
    known.sort_unstable();
    known.dedup();
    known
}

pub(crate) fn stream_index(detector: &Detector, stream: &str) -> usize {
    detector.streams.iter().position(|one| one.id == stream).unwrap_or(detector.engine.background.streams - 1)
}

/// The background's rate of telling again of a call that lies outside the series.
fn told_by_others(detector: &Detector, id: &ReportId, event: &Event, series: &SeriesId) -> f64 {
    let (mut inside, mut outside) = (false, 0);
    let own = detector.place(id);
    for token in &event.numbers {
        for other in detector.engine.holders(*token).iter().rev().take(20) {
            if Some(*other) == own {
                continue;
            }
            let Some(held) = detector.engine.event(*other) else { continue };
            if !held.may_be_near(event) || (held.day - event.day).abs() > 1 || held.silent {
                continue;
            }
            match detector.ids.get(other).and_then(|report| detector.home.get(report)) {
                Some(home) if home == series => inside = true,
                _ => outside += 1,
            }
        }
    }
    if inside || outside == 0 { 0.0 } else { 0.8 * detector.engine.background.coincidences.goes_on(outside) }
}

/// After a change: reports that belong now join, members that no longer do leave, and what follows from the members is worked out anew.
pub(crate) fn tidy(detector: &mut Detector, id: &SeriesId) {
    if !detector.series.get(id).is_some_and(|series| series.state.takes_reports()) {
        crate::refresh::refresh(detector, id);
        return;
    }
    for report in late(detector, id) {
        if let Some(member) = judge_report(detector, &report, id)
            && member.probability >= JOINS_AT
        {
            detector.put(id, member);
        }
    }
    let confirmed = detector.series[id].state == State::Confirmed;
    let all = detector.series[id].members.len();
    let held: Vec<(ReportId, f64)> = detector.series[id]
        .members
        .iter()
        .skip(all.saturating_sub(JUDGED_ANEW))
        .filter(|member| member.decided.is_none())
        .map(|member| (member.report.clone(), member.probability))
        .collect();
    for (report, _) in held {
        let Some(event) = detector.groups[id].members.iter().find(|(held, _)| *held == report).map(|(_, event)| event.clone())
        else {
            continue;
        };
        if event.silent {
            continue;
        }
        let Some(judged) = judge(detector, &report, &event, id) else { continue };
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
    crate::refresh::refresh(detector, id);
    if let Some(series) = detector.series.get(id).cloned() {
        detector.note_places(&series);
    }
}

fn leave(detector: &mut Detector, id: &SeriesId, report: &ReportId) {
    if let Some(series) = detector.series.get_mut(id) {
        series.members.retain(|member| member.report != *report);
    }
    if let Some(group) = detector.groups.get_mut(id) {
        group.remove(report);
    }
    detector.home.remove(report);
    detector.set_taken(report, false);
}

/// Reports in memory that may belong to a series and are in none.
fn late(detector: &Detector, id: &SeriesId) -> Vec<ReportId> {
    let Some(group) = detector.groups.get(id) else { return Vec::new() };
    let mut found: BTreeSet<usize> = BTreeSet::new();
    if let Some(range) = detector.engine.few_in_memory(LOOKED_AT) {
        found.extend(range);
    } else {
        for (_, event) in group.members.iter().rev().take(20) {
            for token in event.numbers.iter().chain(&event.names) {
                found.extend(detector.engine.holders(*token).iter().rev().take(60));
            }
        }
    }
    let first = group.members.iter().map(|(_, event)| event.day).min().unwrap_or(0);
    let mut late = Vec::new();
    for index in found {
        let Some(event) = detector.engine.event(index) else { continue };
        if event.taken || event.silent || event.day < first - HORIZON {
            continue;
        }
        if let Some(report) = detector.ids.get(&index)
            && !detector.home.contains_key(report)
        {
            late.push(report.clone());
        }
    }
    late
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
    let reports: Vec<&ReportId> = found.members.iter().filter_map(|(place, _, _)| detector.ids.get(place)).collect();
    let mut homes: BTreeSet<SeriesId> = BTreeSet::new();
    for report in &reports {
        homes.extend(candidates(detector, report));
    }
    let mut best: Option<(usize, SeriesId)> = None;
    for home in homes {
        let fit = reports
            .iter()
            .filter(|report| judge_report(detector, report, &home).is_some_and(|member| member.probability >= 0.3))
            .count();
        if fit * 2 > reports.len() && best.as_ref().is_none_or(|held| fit > held.0) {
            best = Some((fit, home));
        }
    }
    best.map(|(_, home)| home)
}

/// Another candidate that this report ties to its home: it shares a number or a name with two of its members.
pub(crate) fn ties(detector: &Detector, home: &SeriesId, report: &ReportId) -> Option<SeriesId> {
    let event = detector.event(report)?;
    let mut counts: std::collections::BTreeMap<&SeriesId, u32> = std::collections::BTreeMap::new();
    for token in &event.numbers {
        for holder in detector.engine.holders(*token).iter().rev().take(40) {
            if let Some(other) = detector.ids.get(holder).and_then(|held| detector.home.get(held))
                && other != home
            {
                *counts.entry(other).or_default() += 1;
            }
        }
    }
    for (other, shared) in counts {
        let both_candidates = detector.series[other].state == State::Candidate && detector.series[home].state == State::Candidate;
        if shared >= 2 && both_candidates {
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
        detector.home.insert(member.report.clone(), into.clone());
    }
    if let Some(series) = detector.series.get_mut(&into) {
        series.members.append(&mut moved);
        series.history.push(entry(at, format!("took in {from}")));
    }
    detector.groups.remove(&from);
    detector.regroup(&into);
    tidy(detector, &into);
    Change::Merged { into, from }
}

fn entry(at: Moment, words: String) -> HistoryEntry {
    HistoryEntry { at, by: "ringfence".to_owned(), words, reason: None }
}
