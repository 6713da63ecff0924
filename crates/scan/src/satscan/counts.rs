//! `.cas` and `.ctl`: counts by location, time and covariates.

use super::Refusal;
use super::date::{Parts, Precision, generic, parts};
use super::files::{Row, count, rows, shown};
use super::options::Options;
use super::places::{Places, Unknown};

/// A row that counts.
pub(crate) struct Counted {
    pub(crate) line: usize,
    pub(crate) place: usize,
    pub(crate) interval: usize,
    pub(crate) count: u32,
    /// Covariates, with blanks between them.
    pub(crate) kind: String,
}

/// What was read, and what was left out.
pub(crate) struct Read {
    pub(crate) rows: Vec<Counted>,
    pub(crate) outside_period: u64,
    pub(crate) unknown_place: u64,
}

/// How the rows of a file are to be understood.
pub(crate) struct Frame<'a> {
    pub(crate) options: &'a Options,
    pub(crate) bounds: &'a [i64],
    pub(crate) unknown: Unknown,
    /// Covariates of the population file, where there is one.
    pub(crate) covariates: Option<usize>,
}

/// The first and last day that a time may mean.
pub(crate) fn span(file: &str, row: &Row<'_>, at: usize, options: &Options) -> Result<(i64, i64), Refusal> {
    let text = row.fields[at];
    if options.precision == Precision::Generic {
        let number = generic(text).ok_or_else(|| {
            Refusal::at(file, row.line, format!("'{}' is no time: PrecisionCaseTimes=4 takes whole numbers", shown(text)))
        })?;
        return Ok((number, number));
    }
    let found: Option<Parts> = parts(text);
    let found = found.ok_or_else(|| {
        Refusal::at(file, row.line, format!("'{}' is no date: write year, year/month or year/month/day", shown(text)))
    })?;
    Ok(found.with_century((options.start + options.end) / 2).range())
}

/// Reads counts.
pub(crate) fn read(file: &str, text: &str, places: &mut Places, frame: &Frame<'_>) -> Result<Read, Refusal> {
    let options = frame.options;
    let timed = options.precision != Precision::None;
    let columns = if timed { "id, count, time, covariates" } else { "id, count, covariates" };
    let mut read = Read { rows: Vec::new(), outside_period: 0, unknown_place: 0 };
    for row in rows(file, text, if timed { 3 } else { 2 }, columns)? {
        let number = count(file, &row, 1)?;
        // Without times a file may have a column of them all the same.
        let spare = !timed
            && row.fields.get(2).is_some_and(|field| parts(field).is_some())
            && frame.covariates.is_none_or(|wanted| row.fields.len() == 3 + wanted);
        let first = if timed || spare { 3 } else { 2 };
        let interval = if timed {
            let days = span(file, &row, 2, options)?;
            let place = interval(days, frame);
            match place {
                Ok(interval) => Some(interval),
                Err(Outside::Period) if options.relaxed_period => None,
                Err(Outside::Period) => {
                    let what = format!(
                        "time {} lies outside the study period: correct it, or set StudyPeriodCheckType=1 to leave such rows out",
                        shown(row.fields[2])
                    );
                    return Err(Refusal::at(file, row.line, what));
                }
                Err(Outside::Coarse) => {
                    let what = format!("time {} is less precise than the intervals of the scan", shown(row.fields[2]));
                    return Err(Refusal::at(file, row.line, what));
                }
            }
        } else {
            Some(0)
        };
        let place = places.find(file, row.line, row.fields[0], frame.unknown)?;
        match (place, interval) {
            (None, _) => read.unknown_place += u64::from(number),
            (_, None) => read.outside_period += u64::from(number),
            (Some(place), Some(interval)) => {
                let kind = row.fields.get(first..).map_or_else(String::new, |rest| rest.join(" "));
                read.rows.push(Counted { line: row.line, place, interval, count: number, kind });
            }
        }
    }
    Ok(read)
}

enum Outside {
    Period,
    Coarse,
}

fn interval((first, last): (i64, i64), frame: &Frame<'_>) -> Result<usize, Outside> {
    let (start, end) = (frame.options.start, frame.options.end);
    if last < start || first > end {
        return Err(Outside::Period);
    }
    let of = |day: i64| frame.bounds.partition_point(|bound| *bound <= day) - 1;
    let (a, b) = (of(first.max(start)), of(last.min(end)));
    if a == b { Ok(a) } else { Err(Outside::Coarse) }
}
