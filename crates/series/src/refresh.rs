//! A series as its members make it: places, span, evidence, the sentence for why. Worked out anew whenever its members change; a
//! name or state that a person gave stays.

use std::collections::BTreeMap;

use areas::AreaId;
use jiff::civil::Date;
use report::vocabulary::Claimed;

use crate::detector::{Detector, numbers_of};
use crate::words::{count, list};
use crate::{Case, Evidence, ReportId, SeriesId};

impl Detector {
    /// The names of areas as a list in words.
    pub(crate) fn names_of(&self, ids: &[AreaId]) -> String {
        let names: Vec<String> =
            ids.iter().map(|id| self.area_names.get(id).cloned().unwrap_or_else(|| id.to_string())).collect();
        if names.len() > 5 {
            return format!("{} and {} more areas", list(&names[..4]), names.len() - 4);
        }
        list(&names)
    }
}

/// Works out the parts of a series that follow from its members.
pub(crate) fn refresh(detector: &mut Detector, id: &SeriesId) {
    let Some(series) = detector.series.get(id) else { return };
    let stream = series.stream.clone();
    let scans: Vec<Evidence> = series.evidence.iter().filter(|one| matches!(one, Evidence::Scan { .. })).cloned().collect();
    let cases: Vec<&Case> = series
        .members
        .iter()
        .filter(|member| member.decided != Some(false))
        .filter_map(|member| detector.cases.get(&member.report))
        .collect();
    if cases.is_empty() {
        return;
    }
    let areas = places(&cases);
    let (first_call, last_call) = span(&cases);
    let mut all = scans;
    all.extend(evidence(detector, &stream, &cases));
    let why = why(detector, &stream, &cases, &areas, &all);
    let renamed = series.history.iter().any(|entry| entry.words.starts_with("renamed"));
    let name = if renamed { series.name.clone() } else { crate::found::name_of(detector, &stream, &areas) };
    if let Some(series) = detector.series.get_mut(id) {
        series.areas = areas;
        series.first_call = first_call;
        series.last_call = last_call;
        series.evidence = all;
        series.why = why;
        series.name = name;
        series.members.sort_by(|a, b| b.probability.total_cmp(&a.probability).then_with(|| a.report.cmp(&b.report)));
    }
    crate::join::note_near(detector, id);
}

/// First and last day of the calls.
pub(crate) fn span(cases: &[&Case]) -> (Date, Date) {
    let first = cases.iter().map(|case| case.call_day).min().unwrap_or(Date::ZERO);
    let last = cases.iter().map(|case| case.call_day).max().unwrap_or(first);
    (first, last)
}

/// The districts of the cases, those with most first; one with less than one whole report counts only when nothing else does.
pub(crate) fn places(cases: &[&Case]) -> Vec<AreaId> {
    let mut weights: BTreeMap<&AreaId, f64> = BTreeMap::new();
    for case in cases {
        for (area, share) in &case.shares {
            *weights.entry(area).or_default() += share;
        }
    }
    let mut ranked: Vec<(&AreaId, f64)> = weights.into_iter().collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    let whole: Vec<AreaId> = ranked.iter().filter(|(_, weight)| *weight >= 0.95).map(|(area, _)| (*area).clone()).collect();
    if whole.is_empty() { ranked.into_iter().take(1).map(|(area, _)| area.clone()).collect() } else { whole }
}

/// What the members share: numbers, names, method.
pub(crate) fn evidence(detector: &Detector, stream: &str, cases: &[&Case]) -> Vec<Evidence> {
    let mut numbers: BTreeMap<&str, Vec<ReportId>> = BTreeMap::new();
    let mut names: BTreeMap<String, (String, Vec<ReportId>)> = BTreeMap::new();
    let mut alike = 0;
    for case in cases {
        for number in numbers_of(case) {
            let holders = numbers.entry(number).or_default();
            if !holders.contains(&case.id) {
                holders.push(case.id.clone());
            }
        }
        for name in &case.names {
            let held = names.entry(link::name_key(name)).or_insert_with(|| (name.clone(), Vec::new()));
            if !held.1.contains(&case.id) {
                held.1.push(case.id.clone());
            }
        }
        if case.main_stream() == stream {
            alike += 1;
        }
    }
    let mut all = Vec::new();
    for (number, reports) in numbers {
        if reports.len() > 1 {
            let words = format!("{} share the number {number}", count(reports.len() as u64, "report", "reports"));
            all.push(Evidence::Number { number: number.to_owned(), reports, words });
        }
    }
    for (_, (name, reports)) in names {
        if reports.len() > 1 {
            let words = format!("{} name the caller \u{2018}{name}\u{2019}", count(reports.len() as u64, "report", "reports"));
            all.push(Evidence::Name { name, reports, words });
        }
    }
    // Most shared first; equal ones stay in the order of their text.
    all.sort_by_key(|one| std::cmp::Reverse(holders(one)));
    if alike > 1 && stream != crate::streams::UNKNOWN {
        let people = detector.streams.get(stream).map_or("callers of one method", |stream| stream.people.as_str());
        let words = format!("{alike} of {} tell of {people}", count(cases.len() as u64, "report", "reports"));
        all.push(Evidence::Method { reports: alike, words });
    }
    all
}

/// How many reports share a piece of evidence.
fn holders(evidence: &Evidence) -> usize {
    match evidence {
        Evidence::Number { reports, .. } | Evidence::Name { reports, .. } => reports.len(),
        Evidence::Scan { .. } | Evidence::Method { .. } => 0,
    }
}

/// One plain sentence for why these reports are held to be a series.
pub(crate) fn why(detector: &Detector, stream: &str, cases: &[&Case], areas: &[AreaId], evidence: &[Evidence]) -> String {
    let (first, last) = span(cases);
    let reports = count(cases.len() as u64, "report", "reports");
    let stream_name = detector.streams.name(stream).to_lowercase();
    let places = if areas.is_empty() { "places not known".to_owned() } else { detector.names_of(areas) };
    let mut parts = vec![format!("{reports} of {stream_name} from {places}, calls from {} to {}", day(first), day(last))];
    for one in evidence {
        match one {
            Evidence::Scan { window, .. } => parts.push(format!(
                "{} came in one window where {} would be expected",
                window.cases,
                crate::words::decimal(window.expected)
            )),
            Evidence::Number { words, .. } | Evidence::Name { words, .. } => parts.push(words.clone()),
            Evidence::Method { .. } => {}
        }
        if parts.len() == 4 {
            break;
        }
    }
    let police = cases.iter().filter(|case| case.claimed.contains(&Claimed::Police)).count();
    if police > 1 && parts.len() < 5 {
        parts.push(format!("{police} callers claimed to be the police"));
    }
    format!("{}.", parts.join("; "))
}

fn day(date: Date) -> String {
    format!("{} {} {}", date.day(), MONTHS[(date.month() as usize).saturating_sub(1).min(11)], date.year())
}

const MONTHS: [&str; 12] =
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
