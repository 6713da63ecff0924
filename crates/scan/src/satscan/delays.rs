//! Reports with the day of the call and the day they came in: how much of the latest days is in by now.

use super::Refusal;
use super::counts::{Frame, span};
use super::date::{Precision, Unit};
use super::files::{rows, shown};
use super::places::Places;
use crate::lag::{Completeness, Delay};

/// Longest delay that is told apart, days.
const LONGEST: usize = 60;

/// Estimates completeness on the last day of the study from rows of id, day of the call, day received.
pub(super) fn completeness(file: &str, text: &str, places: &Places, frame: &Frame<'_>) -> Result<Completeness, Refusal> {
    let options = frame.options;
    if options.unit != Unit::Day || options.unit_length != 1 || options.precision != Precision::Day {
        return Err(Refusal::of(file, "delays are counted in days: the scan needs intervals of one day"));
    }
    let mut read: Vec<(usize, i64, i64)> = Vec::new();
    for row in rows(file, text, 3, "id, day of the call, day received")? {
        let place = places.index.get(row.fields[0]).copied();
        if place.is_none() && !options.relaxed_places {
            return Err(Refusal::at(file, row.line, format!("location '{}' is not known", shown(row.fields[0]))));
        }
        let day = |at: usize| -> Result<i64, Refusal> {
            let (first, last) = span(file, &row, at, options)?;
            if first != last {
                return Err(Refusal::at(file, row.line, format!("'{}' is no day: write year/month/day", shown(row.fields[at]))));
            }
            Ok(first)
        };
        let (called, received) = (day(1)?, day(2)?);
        if received < called {
            return Err(Refusal::at(file, row.line, "the report was received before the call: the call's day comes first"));
        }
        if let Some(place) = place {
            read.push((place, called, received));
        }
    }
    read.retain(|(_, _, received)| *received <= options.end);
    let first = read.iter().map(|one| one.1).min().unwrap_or(options.end);
    if options.end - first < LONGEST as i64 {
        let what = format!("the calls must begin at least {LONGEST} days before the end of the study, or delays cannot be told");
        return Err(Refusal::of(file, what));
    }
    let since = |day: i64| (day - first) as usize;
    let delays: Vec<Delay> = read
        .into_iter()
        .map(|(location, called, received)| Delay { location, called: since(called), received: since(received) })
        .collect();
    Ok(Completeness::estimate(&delays, places.list.len(), since(options.end), LONGEST))
}

/// The share of the last day's reports that is in, on average over locations by what they expect in all.
pub(super) fn in_by_now(completeness: &Completeness, expected: &[f64], intervals: usize) -> f64 {
    let last = |row: &[f64]| row.last().copied().unwrap_or(0.0);
    let all: f64 = expected.chunks(intervals).map(last).sum();
    let there: f64 =
        expected.chunks(intervals).enumerate().map(|(location, row)| last(row) * completeness.share(location, 0)).sum();
    if all > 0.0 { there / all } else { 1.0 }
}
