//! Rows of the data files: columns split on any run of spaces, tabs or commas; empty lines are passed over.

use super::Refusal;

/// A row with its place.
pub(crate) struct Row<'a> {
    pub(crate) line: usize,
    pub(crate) fields: Vec<&'a str>,
}

/// Longest file that is read, lines.
const MOST_LINES: usize = 50_000_000;

/// The rows of a file with at least `fewest` columns.
pub(crate) fn rows<'a>(file: &str, text: &'a str, fewest: usize, columns: &str) -> Result<Vec<Row<'a>>, Refusal> {
    let mut all = Vec::new();
    for (at, content) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let fields: Vec<&str> = content
            .split(|c: char| c.is_whitespace() || c == ',')
            .map(|one| one.trim_matches('"'))
            .filter(|one| !one.is_empty())
            .collect();
        if fields.is_empty() {
            continue;
        }
        if fields.len() < fewest {
            let columns_here = if fields.len() == 1 { "1 column".to_owned() } else { format!("{} columns", fields.len()) };
            return Err(Refusal::at(file, at + 1, format!("{columns_here} where at least {fewest} are needed: {columns}")));
        }
        if all.len() >= MOST_LINES {
            return Err(Refusal::at(file, at + 1, "the file is too long: 50 million rows are the most"));
        }
        all.push(Row { line: at + 1, fields });
    }
    if all.is_empty() {
        return Err(Refusal::of(file, format!("the file is empty: its rows are {columns}")));
    }
    Ok(all)
}

/// A whole number of 0 or more.
pub(crate) fn count(file: &str, row: &Row<'_>, at: usize) -> Result<u32, Refusal> {
    let text = row.fields[at];
    if text.starts_with('-') && text[1..].parse::<f64>().is_ok() {
        return Err(Refusal::at(file, row.line, format!("the count {text} is negative: counts are whole numbers from 0")));
    }
    text.parse::<u32>()
        .map_err(|_| Refusal::at(file, row.line, format!("'{}' is no count: counts are whole numbers from 0", shown(text))))
}

/// A finite number.
pub(crate) fn number(file: &str, row: &Row<'_>, at: usize, what: &str) -> Result<f64, Refusal> {
    row.fields[at]
        .parse::<f64>()
        .ok()
        .filter(|number| number.is_finite())
        .ok_or_else(|| Refusal::at(file, row.line, format!("'{}' is no {what}", shown(row.fields[at]))))
}

/// A field as it can stand in a message.
pub(crate) fn shown(text: &str) -> String {
    let short: String = text.chars().filter(|c| !c.is_control()).take(40).collect();
    if short.len() < text.len() { format!("{short}…") } else { short }
}
