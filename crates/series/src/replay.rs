//! Plays reports through the detector in the order they came in, as it would have run live.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;

use crate::{Case, Change, Detector, ReportId, SeriesId};

/// One live series on one day.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReplayLine {
    /// The day.
    pub day: Date,
    /// The series.
    pub series: SeriesId,
    /// Its members so far.
    pub members: Vec<ReportId>,
    /// Its districts.
    pub areas: Vec<areas::AreaId>,
    /// Bits.
    pub score: f64,
    /// Chance alarms a year as strong as the one that raised it.
    pub expected_false_alarms_per_year: f64,
    /// Whether it was raised on this day.
    pub first_alarm: bool,
    /// One plain sentence.
    pub why: String,
}

/// What a replay came to.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ReplaySummary {
    /// Days played.
    pub days: u64,
    /// Reports played.
    pub reports: u64,
    /// Lines written: live alarms, one a series and day with a change.
    pub alarms: u64,
    /// Series raised.
    pub episodes: u64,
}

/// Plays cases, which are sorted by the time they came in first. `line` takes one line for each day and series that was raised or
/// grew on it.
pub fn replay(detector: &mut Detector, mut cases: Vec<Case>, line: &mut dyn FnMut(&ReplayLine)) -> ReplaySummary {
    cases.sort_by(|a, b| a.received_at.cmp(&b.received_at).then_with(|| a.id.cmp(&b.id)));
    let mut summary = ReplaySummary::default();
    let mut changed: BTreeMap<SeriesId, bool> = BTreeMap::new();
    let mut day: Option<Date> = None;
    let first = cases.first().map(|case| case.received_at.day());
    for case in cases {
        let received = case.received_at.day();
        if day.is_some_and(|day| day != received) {
            end_of_day(detector, day.unwrap_or(received), &mut changed, &mut summary, line);
        }
        day = Some(received);
        summary.reports += 1;
        match detector.take(case) {
            Some(Change::Raised(id)) => {
                summary.episodes += 1;
                changed.insert(id, true);
            }
            Some(Change::Joined(id)) => {
                changed.entry(id).or_insert(false);
            }
            Some(Change::Merged { into, from }) => {
                let was_new = changed.remove(&from).unwrap_or(false);
                let entry = changed.entry(into).or_insert(false);
                *entry = *entry || was_new;
            }
            Some(Change::Divided { from: one, new: other } | Change::ToldApart { one, other }) => {
                changed.entry(one).or_insert(false);
                changed.entry(other).or_insert(false);
            }
            None => {}
        }
    }
    if let Some(last) = day {
        end_of_day(detector, last, &mut changed, &mut summary, line);
        let first = first.unwrap_or(last);
        summary.days = first.until(last).map(|span| u64::try_from(span.get_days()).unwrap_or(0)).unwrap_or(0) + 1;
    }
    summary
}

fn end_of_day(
    detector: &mut Detector,
    day: Date,
    changed: &mut BTreeMap<SeriesId, bool>,
    summary: &mut ReplaySummary,
    line: &mut dyn FnMut(&ReplayLine),
) {
    detector.settle();
    for (id, first_alarm) in std::mem::take(changed) {
        let Some(series) = detector.get(&id) else { continue };
        summary.alarms += 1;
        line(&ReplayLine {
            day,
            series: id,
            members: series.members.iter().map(|member| member.report.clone()).collect(),
            areas: series.areas.clone(),
            score: series.alarm.score,
            expected_false_alarms_per_year: series.alarm.expected_false_alarms_per_year,
            first_alarm,
            why: series.why.clone(),
        });
    }
}
