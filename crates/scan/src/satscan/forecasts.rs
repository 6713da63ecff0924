//! Expected cases for the expectation-based models: as a file gives them, or from the past.

use super::Refusal;
use super::counts::{Counted, Frame, span};
use super::date::{Precision, Unit};
use super::expected::Population;
use super::files::{Row, number, rows};
use super::gaps::Gaps;
use super::options::Options;
use super::places::Places;
use super::study::weekdays;
use crate::baseline::{Forecast, forecast};

/// Expected cases as given: id, time, number; rows add up.
pub(super) fn given(
    file: &str,
    text: &str,
    places: &mut Places,
    frame: &Frame<'_>,
    intervals: usize,
) -> Result<Vec<f64>, Refusal> {
    let mut expected = vec![0.0; places.list.len() * intervals];
    let all = rows(file, text, 2, "id, time, expected cases")?;
    // A wide table: a heading of ids, then a time and a number for each.
    let wide =
        all.first().is_some_and(|row| row.fields.len() > 2 && row.fields[1..].iter().all(|id| places.index.contains_key(*id)));
    if wide {
        return spread(file, &all, places, frame, intervals);
    }
    for row in all {
        if row.fields.len() < 3 {
            return Err(Refusal::at(file, row.line, "2 columns where 3 are needed: id, time, expected cases"));
        }
        let value = number(file, &row, 2, "number of cases")?;
        if value < 0.0 {
            return Err(Refusal::at(file, row.line, format!("{value} expected cases: a number from 0 is needed")));
        }
        let (first, last) = span(file, &row, 1, frame.options)?;
        if last < frame.options.start || first > frame.options.end {
            continue;
        }
        let interval = frame.bounds.partition_point(|bound| *bound <= first.max(frame.options.start)) - 1;
        if let Some(place) = places.find(file, row.line, row.fields[0], frame.unknown)? {
            if place * intervals + interval >= expected.len() {
                let what = "this location has no case and no coordinates";
                return Err(Refusal::at(file, row.line, what));
            }
            expected[place * intervals + interval] += value;
        }
    }
    Ok(expected)
}

/// The same as a wide table: a column a location, a row a time.
fn spread(file: &str, all: &[Row<'_>], places: &Places, frame: &Frame<'_>, intervals: usize) -> Result<Vec<f64>, Refusal> {
    let mut expected = vec![0.0; places.list.len() * intervals];
    let heading = &all[0].fields;
    for row in &all[1..] {
        if row.fields.len() != heading.len() {
            return Err(Refusal::at(
                file,
                row.line,
                format!("{} columns where the heading has {}", row.fields.len(), heading.len()),
            ));
        }
        let (first, last) = span(file, row, 0, frame.options)?;
        if last < frame.options.start || first > frame.options.end {
            continue;
        }
        let interval = frame.bounds.partition_point(|bound| *bound <= first.max(frame.options.start)) - 1;
        for (at, id) in heading.iter().enumerate().skip(1) {
            let value = number(file, row, at, "number of cases")?;
            if value < 0.0 {
                return Err(Refusal::at(file, row.line, format!("{value} expected cases: a number from 0 is needed")));
            }
            expected[places.index[*id] * intervals + interval] += value;
        }
    }
    Ok(expected)
}

/// What a forecast is learnt from beside the counts.
pub(super) struct Learning<'a> {
    pub(super) options: &'a Options,
    pub(super) case_file: &'a str,
    pub(super) population: Option<(&'a str, &'a Population)>,
    pub(super) bounds: &'a [i64],
    /// Intervals in the longest window: they are forecast, not learnt from.
    pub(super) longest: usize,
    pub(super) places: &'a Places,
    pub(super) gaps: &'a Gaps,
}

impl Learning<'_> {
    /// Makes expectations of a table of cases from its own past.
    pub(super) fn forecast(&self, cases: &[u32]) -> Result<Forecast, Refusal> {
        let (options, bounds) = (self.options, self.bounds);
        let intervals = bounds.len() - 1;
        if intervals < self.longest + 7 {
            let what = "without expected cases (--expected) the study must be at least 7 intervals longer than the longest window: \
                        the forecast is made from what lies before it";
            return Err(Refusal::of(self.case_file, what));
        }
        let weekday = options.unit == Unit::Day && options.unit_length == 1 && options.precision == Precision::Day;
        let mut strata = if weekday { weekdays(bounds) } else { vec![0; intervals] };
        if weekday {
            for holiday in options.holidays.iter().filter_map(|day| bounds[..intervals].binary_search(day).ok()) {
                strata[holiday] = 7;
            }
        }
        // People as prior weight, where they are known.
        let weight = match self.population {
            Some((file, read)) => {
                let none: Vec<Counted> = Vec::new();
                Some(read.expected(file, &none, self.case_file, self.places, bounds, self.gaps)?.1)
            }
            None => None,
        };
        Ok(forecast(cases, intervals, intervals - self.longest, &strata, weight.as_deref(), self.gaps.cells()))
    }
}
