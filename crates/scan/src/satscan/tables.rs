//! Comma-separated tables with a heading, brought to the columns of the data files.

use super::date::{Precision, parts};
use super::files::{Row, rows, shown};
use super::{Refusal, parse_time};

/// Names that headings give to the columns.
const ID: [&str; 9] = ["id", "location", "location_id", "area", "place", "district", "county", "ward", "code"];
const COUNT: [&str; 5] = ["count", "cases", "n", "number", "reports"];
const TIME: [&str; 5] = ["time", "date", "day", "year", "month"];
const STREAM: [&str; 4] = ["stream", "kind", "mo", "type"];
const PEOPLE: [&str; 4] = ["population", "people", "pop", "persons"];

/// What a table is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Table {
    /// id, count, time.
    Cases,
    /// id, count, time, stream.
    Streams,
    /// id, time, population.
    Population,
}

/// Brings a comma-separated table with a heading to the columns of `.cas` or `.pop`, each row on its own line; text without such a
/// heading comes back as it is.
///
/// # Errors
/// [`Refusal`] where the heading lacks a column.
pub fn from_csv(file: &str, text: &str, kind: Table) -> Result<String, Refusal> {
    let heading = text.trim_start_matches('\u{feff}').lines().next().unwrap_or("");
    let fields = |line: &str| -> Vec<String> { line.split(',').map(|one| one.trim().trim_matches('"').to_owned()).collect() };
    let names: Vec<String> = fields(heading).iter().map(|one| one.to_lowercase()).collect();
    let at = |wanted: &[&str]| names.iter().position(|name| wanted.contains(&name.as_str()));
    if names.len() < 2 || names.iter().any(|name| name.parse::<f64>().is_ok()) || at(&ID).is_none() {
        return Ok(text.to_owned());
    }
    let need = |wanted: &[&str], what: &str| {
        at(wanted).ok_or_else(|| {
            Refusal::at(file, 1, format!("the heading has no column for the {what}: name it one of {}", wanted.join(", ")))
        })
    };
    let columns = match kind {
        Table::Cases => match at(&TIME) {
            Some(time) => vec![need(&ID, "location")?, need(&COUNT, "count")?, time],
            None => vec![need(&ID, "location")?, need(&COUNT, "count")?],
        },
        Table::Streams => {
            vec![need(&ID, "location")?, need(&COUNT, "count")?, need(&TIME, "time")?, need(&STREAM, "stream")?]
        }
        Table::Population => vec![need(&ID, "location")?, need(&TIME, "time")?, need(&PEOPLE, "population")?],
    };
    let mut out = String::with_capacity(text.len());
    for line in text.lines().skip(1) {
        out.push('\n');
        let row = fields(line);
        let cells: Vec<&str> = columns.iter().filter_map(|column| row.get(*column)).map(String::as_str).collect();
        out.push_str(&cells.join(" "));
    }
    Ok(out)
}

/// The precision of a case file's times and the period they span, where nothing else says it. Files without times span one day.
///
/// # Errors
/// [`Refusal`] where a time cannot be read.
pub fn period(file: &str, text: &str) -> Result<(Precision, i64, i64), Refusal> {
    let all = rows(file, text, 2, "id, count, time")?;
    let timed = |row: &Row<'_>| row.fields.len() > 2;
    if !all.iter().any(timed) {
        return Ok((Precision::None, super::day_number(2000, 1, 1), super::day_number(2000, 12, 31)));
    }
    let mut precision = Precision::Generic;
    let (mut first, mut last) = (i64::MAX, i64::MIN);
    for row in &all {
        let text = row.fields.get(2).copied().unwrap_or("");
        let found = parts(text).filter(|parts| !parts.short);
        let (from, to, here) = match found {
            Some(found) => {
                let here = match (found.month, found.day) {
                    (None, _) => Precision::Year,
                    (_, None) => Precision::Month,
                    _ => Precision::Day,
                };
                let (from, to) = found.range();
                (from, to, here)
            }
            None => {
                let what = format!("'{}' is no date: write year, year/month or year/month/day", shown(text));
                let day = parse_time(text, true).filter(|_| precision == Precision::Generic && first == i64::MAX);
                match day {
                    Some(_) => return generic(file, &all),
                    None => return Err(Refusal::at(file, row.line, what)),
                }
            }
        };
        precision = precision.min(here);
        first = first.min(from);
        last = last.max(to);
    }
    Ok((precision, first, last))
}

fn generic(file: &str, all: &[Row<'_>]) -> Result<(Precision, i64, i64), Refusal> {
    let (mut first, mut last) = (i64::MAX, i64::MIN);
    for row in all {
        let text = row.fields.get(2).copied().unwrap_or("");
        let day = parse_time(text, true).ok_or_else(|| Refusal::at(file, row.line, format!("'{}' is no time", shown(text))))?;
        first = first.min(day);
        last = last.max(day);
    }
    Ok((Precision::Generic, first, last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_says_which_column_is_which() {
        let text = "year,county,population,count\n1973,\"a\",10,2\n1974,b,10,0\n";
        assert_eq!(from_csv("f", text, Table::Cases).unwrap(), "\na 2 1973\nb 0 1974");
        assert_eq!(from_csv("f", text, Table::Population).unwrap(), "\na 1973 10\nb 1974 10");
        assert_eq!(from_csv("f", "a 1 2025/1/1\n", Table::Cases).unwrap(), "a 1 2025/1/1\n");
        assert!(from_csv("f", "county,year\na,1973\n", Table::Cases).is_err());
    }

    #[test]
    fn the_period_is_that_of_the_cases() {
        let (precision, first, last) = period("f", "a 1 2025/1/3\na 1 2025/2/1\n").unwrap();
        assert_eq!((precision, last - first), (Precision::Day, 29));
        assert_eq!(period("f", "a 1 3\na 1 17\n").unwrap(), (Precision::Generic, 3, 17));
        assert_eq!(period("f", "a 1\n").unwrap().0, Precision::None);
        assert_eq!(period("f", "a 1 2025/1/3\na 1 soon\n").unwrap_err().line, Some(2));
    }
}
