//! Founding a series: its first members, its evidence, its sentence.

use crate::counts::day_of;
use crate::detector::{Change, Detector};
use crate::refresh::{evidence, places, span, why};
use crate::score::Found;
use crate::streams::UNKNOWN;
use crate::{Alarm, Case, Evidence, HistoryEntry, Member, Reason, ReportId, Series, SeriesId, State, Window};

/// Founds a series on a candidate.
pub(crate) fn found(detector: &mut Detector, index: usize, found: &Found, rate: f64) -> Option<Change> {
    let stream = detector.streams.iter().nth(found.stream).map_or(UNKNOWN, |stream| stream.id.as_str()).to_owned();
    let mut members: Vec<Member> = Vec::new();
    for (place, probability, parts) in &found.members {
        let Some(report) = detector.memory.id(*place).cloned() else { continue };
        members.push(Member { report, probability: *probability, reasons: reasons(parts), decided: None });
    }
    let mut founders: Vec<ReportId> = members.iter().map(|member| member.report.clone()).collect();
    founders.sort();
    let held: Vec<Case> = members.iter().filter_map(|member| detector.memory.case(&member.report)).collect();
    let cases: Vec<&Case> = held.iter().collect();
    let at = detector.memory.case(detector.memory.id(index)?)?.received_at;
    let (first_call, last_call) = span(&cases);
    let areas = places(&cases);
    let window = window_of(detector, found);
    let mut all = vec![Evidence::Scan { window: window.clone(), words: scan_words(detector, &stream, &window) }];
    all.extend(evidence(detector, &stream, &cases));
    let id = SeriesId::founded_on(&stream, &founders, "");
    let reports = u32::try_from(members.len()).unwrap_or(u32::MAX);
    let why = why(detector, &stream, &cases, &areas, &all);
    let name = name_of(detector, &stream, &areas);
    let score = found.score / std::f64::consts::LN_2;
    let series = Series {
        id,
        state: State::Candidate,
        stream,
        name,
        members,
        areas,
        first_call,
        last_call,
        alarm: Alarm { at, reports, score, expected_false_alarms_per_year: rate, window: Some(window) },
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
    Some(detector.install(series))
}

/// What each part says for a founding member, in words.
fn reasons(parts: &[f64; 4]) -> Vec<Reason> {
    let words = ["place, time and method of the window", "told alike", "a number in common", "a name in common"];
    let mut reasons: Vec<Reason> = words
        .iter()
        .zip(parts)
        .filter(|(_, nats)| **nats != 0.0)
        .map(|(words, nats)| Reason { words: (*words).to_owned(), weight: nats / std::f64::consts::LN_2 })
        .collect();
    reasons.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    reasons
}

fn window_of(detector: &Detector, found: &Found) -> Window {
    let region = &detector.engine.region;
    let areas = if found.areas.is_empty() {
        region.areas().iter().map(|area| area.id.clone()).collect()
    } else {
        found.areas.iter().map(|area| region.areas()[*area].id.clone()).collect()
    };
    let (cases, expected) = (found.cases, found.expected);
    let llr = if cases > expected { cases * (cases / expected).ln() + expected - cases } else { 0.0 };
    Window {
        areas,
        from: day_of(detector.engine.today - found.age as i32),
        to: day_of(detector.engine.today),
        cases: cases.round() as u32,
        expected,
        llr,
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
