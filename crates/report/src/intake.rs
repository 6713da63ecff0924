//! Reports out of a file, one at a time and in bounded memory, from any line on.

use std::collections::VecDeque;
use std::io::BufRead;

use crate::lines::{LONGEST_LINE, Line, Lines};
use crate::mapping::{Bound, Mapping, MappingError};
use crate::{Refusal, Report};

/// The format of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// JSON Lines of `report.v1`.
    Jsonl,
    /// CSV with a header.
    Csv,
}

/// What keeps a file from being read at all.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// The reader failed.
    #[error("the file cannot be read: {0}")]
    Read(#[from] std::io::Error),
    /// The mapping does not fit the file.
    #[error(transparent)]
    Mapping(#[from] MappingError),
    /// No header.
    #[error("line 1: no header: a CSV file begins with the names of its columns")]
    Header,
}

/// Where in a file reading stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct Position {
    /// Lines read.
    pub line: u64,
    /// Bytes read.
    pub offset: u64,
    /// Rows read, the header not among them.
    pub row: u64,
}

/// One report of a file, taken or refused.
#[derive(Debug)]
pub struct Item {
    /// The line it begins on.
    pub line: u64,
    /// Where reading stands after it.
    pub after: Position,
    /// The report, or why it is refused.
    pub result: Result<Report, Refusal>,
    /// What came in, for the rejects file: only where it is refused. At most 256 KiB of it.
    pub raw: Vec<u8>,
}

/// Reads a file of reports.
#[derive(Debug)]
pub struct Intake<R> {
    lines: Lines<R>,
    waiting: VecDeque<Line>,
    bound: Option<Bound>,
    file: String,
    region: String,
    at: Position,
}

/// Most lines that one CSV row may run over.
const MOST_ROW_LINES: usize = 2_000;

impl<R: BufRead> Intake<R> {
    /// JSON Lines from where the reader stands, `at` being what lies before it. `file` names rows without an id.
    pub fn jsonl(reader: R, at: Position, region: &str) -> Intake<R> {
        Intake {
            lines: Lines::new(reader, at.line, at.offset),
            waiting: VecDeque::new(),
            bound: None,
            file: String::new(),
            region: region.to_owned(),
            at,
        }
    }

    /// CSV. `header` is the file's first line; the reader stands at `at`, after the header at the least.
    ///
    /// # Errors
    /// [`IntakeError`] where the header or the mapping does not fit.
    pub fn csv(reader: R, at: Position, header: &[u8], mapping: Option<&Mapping>, file: &str) -> Result<Intake<R>, IntakeError> {
        let text = std::str::from_utf8(header).map_err(|_| IntakeError::Header)?;
        let record = parse_row(text.trim_start_matches('\u{feff}')).ok_or(IntakeError::Header)?;
        let headers: Vec<String> = record.iter().map(|cell| cell.trim().to_owned()).collect();
        if headers.iter().all(String::is_empty) {
            return Err(IntakeError::Header);
        }
        let bound = match mapping {
            Some(mapping) => mapping.bind(&headers)?,
            None => Mapping::dotted(&headers).bind(&headers)?,
        };
        Ok(Intake {
            lines: Lines::new(reader, at.line, at.offset),
            waiting: VecDeque::new(),
            region: bound.region.clone(),
            bound: Some(bound),
            file: file.to_owned(),
            at,
        })
    }

    /// The next report; `None` at the end. Blank lines are passed over.
    ///
    /// # Errors
    /// [`IntakeError::Read`] when the file itself fails.
    pub fn next_item(&mut self) -> Result<Option<Item>, IntakeError> {
        loop {
            let Some(line) = self.next_line()? else { return Ok(None) };
            if line.bytes.iter().all(u8::is_ascii_whitespace) && !line.too_long {
                self.at.line = line.number;
                self.at.offset = line.end;
                continue;
            }
            return if self.bound.is_some() { self.csv_item(line).map(Some) } else { Ok(Some(self.jsonl_item(line))) };
        }
    }

    fn next_line(&mut self) -> Result<Option<Line>, IntakeError> {
        if let Some(line) = self.waiting.pop_front() {
            return Ok(Some(line));
        }
        Ok(self.lines.next_line()?)
    }

    fn jsonl_item(&mut self, line: Line) -> Item {
        let result = match whole_text(&line) {
            Ok(text) => Report::from_json(text, &self.region),
            Err(refusal) => Err(refusal),
        };
        self.item(line.number, line.number, line.end, result, line.bytes)
    }

    /// One CSV row, which runs over more lines while a quote is open.
    fn csv_item(&mut self, first: Line) -> Result<Item, IntakeError> {
        let number = first.number;
        let mut held = vec![first];
        loop {
            let Some(last) = held.last() else { unreachable!("the row has its first line") };
            if last.too_long || std::str::from_utf8(&last.bytes).is_err() {
                break;
            }
            let bytes: usize = held.iter().map(|line| line.bytes.len() + 1).sum();
            let quotes: usize = held.iter().map(|line| line.bytes.iter().filter(|byte| **byte == b'"').count()).sum();
            if quotes.is_multiple_of(2) {
                return Ok(self.csv_row(number, &held));
            }
            if bytes > LONGEST_LINE || held.len() > MOST_ROW_LINES {
                break;
            }
            match self.next_line()? {
                Some(line) => held.push(line),
                None => break,
            }
        }
        // The row has no good end: its first line is refused alone and the lines after it are read on their own, so that one
        // stray quote does not swallow the rest of the file.
        let mut lines = held.into_iter();
        let Some(first) = lines.next() else { unreachable!("the row has its first line") };
        let rest: Vec<Line> = lines.collect();
        for line in rest.into_iter().rev() {
            self.waiting.push_front(line);
        }
        let refusal = match whole_text(&first) {
            Err(refusal) => refusal,
            Ok(_) => Refusal::new(".", "a quotation mark is opened and never closed"),
        };
        Ok(self.item(number, first.number, first.end, Err(refusal), first.bytes))
    }

    fn csv_row(&mut self, number: u64, held: &[Line]) -> Item {
        let mut bytes = Vec::new();
        for (position, line) in held.iter().enumerate() {
            if position > 0 {
                bytes.push(b'\n');
            }
            bytes.extend_from_slice(&line.bytes);
        }
        let (last, end) = held.last().map_or((number, 0), |line| (line.number, line.end));
        let row = self.at.row + 1;
        let result = std::str::from_utf8(&bytes)
            .map_err(|_| Refusal::new(".", "not UTF-8"))
            .and_then(|text| parse_row(text).ok_or_else(|| Refusal::new(".", "not a CSV row")))
            .and_then(|cells| match &self.bound {
                Some(bound) => bound.to_value(&cells, &self.file, row),
                None => Err(Refusal::new(".", "no header")),
            })
            .and_then(|value| Report::from_value(value, &self.region));
        self.item(number, last, end, result, bytes)
    }

    fn item(&mut self, line: u64, last: u64, end: u64, result: Result<Report, Refusal>, raw: Vec<u8>) -> Item {
        self.at = Position { line: last, offset: end, row: self.at.row + 1 };
        let raw = if result.is_err() { raw } else { Vec::new() };
        Item { line, after: self.at, result, raw }
    }
}

/// The text of a line that is whole and UTF-8.
fn whole_text(line: &Line) -> Result<&str, Refusal> {
    if line.too_long {
        return Err(Refusal::new(".", format!("longer than {LONGEST_LINE} bytes")));
    }
    std::str::from_utf8(&line.bytes).map_err(|error| Refusal::new(".", format!("not UTF-8, at byte {}", error.valid_up_to() + 1)))
}

fn parse_row(text: &str) -> Option<csv::StringRecord> {
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).buffer_capacity(1 << 10).from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    match reader.read_record(&mut record) {
        Ok(true) => Some(record),
        _ => None,
    }
}
