//! Joining: whether a new report belongs to a series that is there, and when two series turn out to be one.
//!
//! Odds of belonging = (rate of the series in this place now : rate of the background) × Bayes factors of what is shared. A rate
//! needs no link and a link needs no rate, so that neither a common script nor a spoofed number decides alone.

use std::collections::BTreeSet;

use report::Moment;

use crate::counts::day_number;
use crate::detector::{Change, Detector, HORIZON, numbers_of};
use crate::{Case, HistoryEntry, Member, Reason, ReportId, SeriesId, State};

/// A series without a call for this long takes reports by links only.
const QUIET_DAYS: i32 = 21;
/// Probability from which a report joins.
const JOINS_AT: f64 = 0.5;
/// Bits against a report of which nothing tells the method.
const UNKNOWN_STREAM_BITS: f64 = -3.0;
/// Bits against a report of another method.
const OTHER_STREAM_BITS: f64 = -7.0;

/// The series a report belongs to best, if it belongs to any, with the report as a member.
pub(crate) fn best_home(detector: &mut Detector, id: &ReportId) -> Option<(SeriesId, Member)> {
    let case = detector.cases.get(id)?.clone();
    let ids = candidates(detector, &case);
    let mut best: Option<(SeriesId, Member)> = None;
    for series_id in ids {
        if detector.excluded.contains(&(series_id.clone(), id.clone())) {
            continue;
        }
        let member = judge(detector, &case, &series_id);
        if member.probability >= JOINS_AT && best.as_ref().is_none_or(|held| member.probability > held.1.probability) {
            best = Some((series_id, member));
        }
    }
    best
}

/// The series that a case may belong to: open, not long quiet, and touching its place or holding one of its numbers.
fn candidates(detector: &Detector, case: &Case) -> Vec<SeriesId> {
    let day = day_number(case.call_day);
    let mut ids: BTreeSet<&SeriesId> = BTreeSet::new();
    for number in numbers_of(case) {
        ids.extend(detector.holders(number, day).iter().filter_map(|held| detector.home.get(held)));
    }
    if let Some(area) = case.main_district() {
        for id in detector.open_in(area) {
            ids.insert(id);
        }
    }
    let near = |id: &&SeriesId| {
        detector
            .series
            .get(*id)
            .is_some_and(|series| series.state.takes_reports() && day - day_number(series.last_call) <= 2 * HORIZON)
    };
    ids.into_iter().filter(near).cloned().collect()
}

/// How likely a report belongs to a series, with reasons.
fn judge(detector: &mut Detector, case: &Case, id: &SeriesId) -> Member {
    let mut reasons: Vec<Reason> = Vec::new();
    let series = &detector.series[id];
    let stream = series.stream.clone();
    let quiet = day_number(case.call_day) - day_number(series.last_call);

    // Rate: the series' calls in this place over the last fortnight against what is expected there without it.
    let mut rate_bits = -8.0;
    if let Some(area) = case.main_district().cloned() {
        let in_place = series
            .members
            .iter()
            .filter(|member| member.decided != Some(false))
            .filter_map(|member| detector.cases.get(&member.report))
            .filter(|other| other.main_district() == Some(&area))
            .filter(|other| (day_number(case.call_day) - day_number(other.call_day)).abs() < 14)
            .count();
        let touched = series.areas.contains(&area);
        let neighbours = series.areas.iter().any(|other| detector.touches(other, &area));
        // A place next to the series has a little of its rate: half a report in the fortnight.
        let calls = if in_place > 0 {
            in_place as f64
        } else if touched || neighbours {
            0.5
        } else {
            0.0
        };
        let expected = detector.expected(&stream, &area, case.call_day).unwrap_or(0.05).max(1e-4) * 14.0;
        if calls > 0.0 && quiet <= QUIET_DAYS {
            rate_bits = (calls / expected).log2();
        }
        if in_place > 0 && quiet <= QUIET_DAYS {
            let place = detector.area_names.get(&area).cloned().unwrap_or_else(|| area.to_string());
            let words = format!(
                "{} of the series from {place} in the fortnight around it, where {} would be expected",
                crate::words::count(in_place as u64, "report", "reports"),
                crate::words::decimal(expected)
            );
            reasons.push(Reason { words, weight: rate_bits });
        }
    }
    let mut bits = rate_bits;
    let against = against_stream(case, &stream);
    if against < 0.0 {
        bits += against;
        reasons.push(Reason { words: "told of another method".to_owned(), weight: against });
    }
    let shared = shared(detector, case, id);
    if let Some((part, holders)) = shared.number {
        // A shared number is itself a sign of presence: it lifts a missing rate to even.
        let weight = part.weight + f64::from(holders.min(8)).log2();
        bits = bits.max(0.0) + weight;
        reasons.push(Reason {
            words: format!("{} {} as {holders} of the series", part.level, part.value.unwrap_or_default()),
            weight,
        });
    }
    if let Some((part, holders)) = shared.name {
        let weight = part.weight + f64::from(holders.min(8)).log2() / 2.0;
        bits += weight;
        let name = part.value.unwrap_or_default();
        reasons.push(Reason { words: format!("{} \u{2018}{name}\u{2019} as {holders} of the series", part.level), weight });
    }
    reasons.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    let probability = 1.0 / (1.0 + (-bits).exp2());
    Member { report: case.id.clone(), probability, reasons, decided: None }
}

/// Bits against a case for its stream: none where it is the series' own for the most part, more the less it is.
fn against_stream(case: &Case, stream: &str) -> f64 {
    let main = case.main_stream();
    if main == stream {
        return 0.0;
    }
    if main == crate::streams::UNKNOWN {
        return UNKNOWN_STREAM_BITS;
    }
    let main_weight = case.streams.first().map_or(1.0, |(_, weight)| *weight);
    let own = case.streams.iter().find(|(name, _)| name == stream).map_or(0.0, |(_, weight)| *weight);
    // As likely of the series' method as of the other: nothing against it.
    if own >= main_weight { 0.0 } else { OTHER_STREAM_BITS * (1.0 - own / main_weight) }
}

/// What a case shares with a series: the best part of its links to members, and how many members share at that level.
#[derive(Default)]
struct Shared {
    number: Option<(link::Part, u32)>,
    name: Option<(link::Part, u32)>,
}

fn shared(detector: &Detector, case: &Case, id: &SeriesId) -> Shared {
    let record = record_of(case);
    let day = day_number(case.call_day);
    let mut shared = Shared::default();
    for member in &detector.series[id].members {
        let Some(other) = detector.cases.get(&member.report) else { continue };
        if member.decided == Some(false) || other.id == case.id || (day - day_number(other.call_day)).abs() >= 2 * HORIZON {
            continue;
        }
        let link = link::compare(&detector.spec, &record, &record_of(other), 0.0, &|_, _| Some(1.0));
        for part in link.parts.into_iter().filter(|part| part.weight > 0.0) {
            let held = match part.field.as_str() {
                "number" => &mut shared.number,
                "name" => &mut shared.name,
                _ => continue,
            };
            match held {
                Some((best, holders)) if best.level == part.level => *holders += 1,
                Some((best, _)) if best.weight >= part.weight => {}
                _ => *held = Some((part, 1)),
            }
        }
    }
    shared
}

/// A case as the linker compares it: numbers shown and given are one field, names are without rank.
fn record_of(case: &Case) -> link::Record {
    let numbers = numbers_of(case).map(str::to_owned).collect();
    let names = case.names.iter().map(|name| link::name_key(name)).filter(|name| !name.is_empty()).collect();
    link::Record { id: case.id.0.clone(), fields: vec![("number".to_owned(), numbers), ("name".to_owned(), names)] }
}

/// Another candidate that this report ties to its home: it shares a number with two of its members.
pub(crate) fn ties(detector: &Detector, home: &SeriesId, report: &ReportId) -> Option<SeriesId> {
    let case = detector.cases.get(report)?;
    let mut counts: std::collections::BTreeMap<&SeriesId, u32> = std::collections::BTreeMap::new();
    for number in numbers_of(case) {
        for holder in detector.holders(number, day_number(case.call_day)) {
            if let Some(other) = detector.home.get(&holder)
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
    crate::refresh::refresh(detector, &into);
    Change::Merged { into, from }
}

fn entry(at: Moment, words: String) -> HistoryEntry {
    HistoryEntry { at, by: "ringfence".to_owned(), words, reason: None }
}

impl Detector {
    /// Whether two areas touch.
    pub(crate) fn touches(&self, a: &areas::AreaId, b: &areas::AreaId) -> bool {
        let (Some(a), Some(b)) = (self.region.index_of(a), self.region.index_of(b)) else { return false };
        self.region.areas()[a].neighbours.contains(&b)
    }
}
