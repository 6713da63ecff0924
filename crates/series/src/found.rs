//! Founding a series: its first members, its evidence, its sentence.

use crate::counts::{DayNumber, day_of};
use crate::detector::{Change, Detector};
use crate::refresh::{evidence, places, span, why};
use crate::windows::Best;
use crate::{Alarm, Case, Evidence, HistoryEntry, Member, Reason, ReportId, Series, SeriesId, State, Window};

/// Founds a series on what the scan found.
pub(crate) fn found_by_scan(detector: &mut Detector, id: &ReportId, stream: &str, best: Best, rate: f64) -> Option<Change> {
    let members = detector.cases_in(stream, best.zone, best.from, best.to);
    // Reports that lie in the zone by a share only may count together without being whole; three whole ones are asked for.
    if members.len() < 3 {
        return None;
    }
    let excess = ((best.cases - best.expected) / best.cases).clamp(0.0, 1.0);
    let window = window_of(detector, &members, best);
    let in_words = scan_words(detector, stream, &window);
    let mut held: Vec<Member> = Vec::new();
    for report in &members {
        let reason = Reason { words: in_words.clone(), weight: (excess / (1.0 - excess).max(1e-6)).log2() };
        held.push(Member { report: report.clone(), probability: excess, reasons: vec![reason], decided: None });
    }
    let scan = Evidence::Scan { window: window.clone(), words: in_words };
    Some(found(detector, id, stream, held, Some(window), scan, best.score, rate))
}

/// Founds a series on a shared number.
pub(crate) fn found_by_number(
    detector: &mut Detector,
    id: &ReportId,
    stream: &str,
    number: &str,
    others: &[ReportId],
    rate: f64,
) -> Option<Change> {
    let mut members = others.to_vec();
    members.push(id.clone());
    let n = members.len();
    let words = format!("{n} reports from one area within 30 days share the number {number}");
    let weight = (365.25 / rate.max(1e-12)).log2().max(1.0) / n as f64;
    let mut held: Vec<Member> = Vec::new();
    for report in &members {
        let reason = Reason { words: words.clone(), weight };
        held.push(Member { report: report.clone(), probability: 0.95, reasons: vec![reason], decided: None });
    }
    let score = -rate.max(1e-300).ln();
    let shared = Evidence::Number { number: number.to_owned(), reports: members, words };
    Some(found(detector, id, stream, held, None, shared, score, rate))
}

#[allow(clippy::too_many_arguments, reason = "one place where a series is put together from all that is known of it")]
fn found(
    detector: &mut Detector,
    id: &ReportId,
    stream: &str,
    members: Vec<Member>,
    window: Option<Window>,
    first: Evidence,
    score: f64,
    rate: f64,
) -> Change {
    let mut founders: Vec<ReportId> = members.iter().map(|member| member.report.clone()).collect();
    founders.sort();
    let cases: Vec<&Case> = members.iter().filter_map(|member| detector.cases.get(&member.report)).collect();
    let at = cases.iter().map(|case| case.received_at).max().unwrap_or_else(|| detector.cases[id].received_at);
    let (first_call, last_call) = span(&cases);
    let areas = places(&cases);
    let mut all = vec![first];
    for one in evidence(detector, stream, &cases) {
        if !all_same_kind(&all, &one) {
            all.push(one);
        }
    }
    let series_id = SeriesId::founded_on(stream, &founders, "");
    let reports = u32::try_from(members.len()).unwrap_or(u32::MAX);
    let why = why(detector, stream, &cases, &areas, &all);
    let name = name_of(detector, stream, &areas);
    let series = Series {
        id: series_id,
        state: State::Candidate,
        stream: stream.to_owned(),
        name,
        members,
        areas,
        first_call,
        last_call,
        alarm: Alarm { at, reports, score: score / std::f64::consts::LN_2, expected_false_alarms_per_year: rate, window },
        evidence: all,
        why,
        merged_into: None,
        split_from: None,
        history: vec![HistoryEntry {
            at,
            by: "ringfence".to_owned(),
            words: format!("found with {reports} reports"),
            reason: None,
        }],
    };
    detector.found(series)
}

/// Whether evidence of the same thing is there already.
fn all_same_kind(held: &[Evidence], found: &Evidence) -> bool {
    held.iter().any(|one| match (one, found) {
        (Evidence::Number { number: a, .. }, Evidence::Number { number: b, .. }) => a == b,
        (Evidence::Scan { .. }, Evidence::Scan { .. }) => true,
        _ => false,
    })
}

fn window_of(detector: &Detector, members: &[ReportId], best: Best) -> Window {
    let mut first: DayNumber = best.to;
    for member in members {
        first = first.min(crate::counts::day_number(detector.cases[member].call_day));
    }
    let zone = &detector.region.zones()[best.zone];
    Window {
        areas: zone.iter().map(|area| detector.region.areas()[*area].id.clone()).collect(),
        from: day_of(best.from.max(first.min(best.to))),
        to: day_of(best.to),
        cases: members.len() as u32,
        expected: best.expected,
        llr: best.score,
        p: None,
    }
}

fn scan_words(detector: &Detector, stream: &str, window: &Window) -> String {
    let areas = detector.names_of(&window.areas);
    let days = window.from.until(window.to).map(|span| span.get_days()).unwrap_or(0) + 1;
    let stream = detector.streams.name(stream).to_lowercase();
    let expected = crate::words::decimal(window.expected);
    let calls = crate::words::count(u64::from(window.cases), "report", "reports");
    let span = crate::words::count(u64::try_from(days).unwrap_or(0), "day", "days");
    format!("{calls} of {stream} from {areas} in {span}, where {expected} would be expected")
}

/// A name for the desk: the stream and its first areas.
pub(crate) fn name_of(detector: &Detector, stream: &str, areas: &[areas::AreaId]) -> String {
    let shown: Vec<areas::AreaId> = areas.iter().take(3).cloned().collect();
    let stream = detector.streams.name(stream);
    if shown.is_empty() {
        return format!("{stream}, place not known");
    }
    format!("{stream}, {}", detector.names_of(&shown))
}
