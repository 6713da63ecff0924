//! Reports out of a file, one at a time and in bounded memory, from any line on.

use std::collections::VecDeque;
use std::io::BufRead;

use crate::lines::{LONGEST_LINE, Line, Lines};
use crate::mapping::{Bound, Mapping, MappingError};
use crate::rows::{Fed, Rows};
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
    /// No header, or one that cannot be read.
    #[error("line 1: {0}")]
    Header(&'static str),
}

/// The header of a CSV file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Its bytes as they came, without the last line's end: more than one line where a column's name runs over more.
    pub bytes: Vec<u8>,
    /// Where reading stands after it.
    pub after: Position,
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
    csv: Option<Csv>,
    file: String,
    region: String,
    at: Position,
}

/// What is known of a CSV file.
#[derive(Debug)]
struct Csv {
    bound: Bound,
    columns: usize,
    rows: Rows,
}

/// Most lines that one CSV row may run over. Past them a stray quotation mark is likelier than so long a text, and the look ahead
/// for its end stays cheap in a file made of stray ones.
const MOST_ROW_LINES: usize = 500;
/// How a line begins that [`reject_note`] wrote: a rejects file can be mended and imported as it is.
const NOTE: &str = "# line ";

/// The line that stands above a refused one in a rejects file: where it was, which field, and why. Reading passes it over.
pub fn reject_note(line: u64, refusal: &Refusal) -> String {
    format!("{NOTE}{line}: {refusal}")
}

/// Whether a line is such a note, and no row that happens to begin like one.
fn is_note(line: &[u8]) -> bool {
    let Some(rest) = line.strip_prefix(NOTE.as_bytes()) else { return false };
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    digits > 0 && rest[digits..].starts_with(b": ")
}

/// Reads the header of a CSV file, and nothing past it.
///
/// # Errors
/// [`IntakeError`] where there is none, or it has no end within 256 KiB.
pub fn read_header<R: BufRead>(reader: R, mapping: Option<&Mapping>) -> Result<Header, IntakeError> {
    let mut lines = Lines::new(reader, 0, 0);
    let mut rows = Rows::new(mapping.map_or(b',', Mapping::delimiter));
    rows.begin();
    let mut bytes = Vec::new();
    while let Some(line) = lines.next_line()? {
        if is_note(&line.bytes) && bytes.is_empty() {
            continue;
        }
        if line.too_long || bytes.len() + line.bytes.len() > LONGEST_LINE {
            return Err(IntakeError::Header("the header is longer than 256 KiB: is this a CSV file?"));
        }
        if !bytes.is_empty() {
            bytes.push(b'\n');
        }
        bytes.extend_from_slice(&line.bytes);
        match rows.feed(&line.bytes) {
            Fed::Whole => return Ok(Header { bytes, after: Position { line: line.number, offset: line.end, row: 0 } }),
            Fed::TooWide => return Err(IntakeError::Header("the header has more than 4096 columns: is this a CSV file?")),
            Fed::Open => {}
        }
    }
    let what = if bytes.is_empty() {
        "no header: a CSV file begins with the names of its columns"
    } else {
        "a quotation mark is opened in the header and never closed"
    };
    Err(IntakeError::Header(what))
}

impl<R: BufRead> Intake<R> {
    /// JSON Lines from where the reader stands, `at` being what lies before it. `file` names rows without an id.
    pub fn jsonl(reader: R, at: Position, region: &str) -> Intake<R> {
        Intake {
            lines: Lines::new(reader, at.line, at.offset),
            waiting: VecDeque::new(),
            csv: None,
            file: String::new(),
            region: region.to_owned(),
            at,
        }
    }

    /// CSV. `header` is what [`read_header`] gave; the reader stands at `at`, after the header at the least.
    ///
    /// # Errors
    /// [`IntakeError`] where the header or the mapping does not fit.
    pub fn csv(reader: R, at: Position, header: &[u8], mapping: Option<&Mapping>, file: &str) -> Result<Intake<R>, IntakeError> {
        let text = std::str::from_utf8(header).map_err(|_| IntakeError::Header("the header is not UTF-8"))?;
        let mut rows = Rows::new(mapping.map_or(b',', Mapping::delimiter));
        rows.begin();
        let mut fed = Fed::Open;
        for line in text.trim_start_matches('\u{feff}').split('\n') {
            fed = rows.feed(line.as_bytes());
        }
        let cells = rows.cells().filter(|_| fed == Fed::Whole).ok_or(IntakeError::Header("the header is not a CSV row"))?;
        let headers: Vec<String> = cells.iter().map(|cell| cell.trim().to_owned()).collect();
        if headers.iter().all(String::is_empty) {
            return Err(IntakeError::Header("no header: a CSV file begins with the names of its columns"));
        }
        let bound = match mapping {
            Some(mapping) => mapping.bind(&headers)?,
            None => Mapping::dotted(&headers).bind(&headers)?,
        };
        Ok(Intake {
            lines: Lines::new(reader, at.line, at.offset),
            waiting: VecDeque::new(),
            region: bound.region.clone(),
            csv: Some(Csv { bound, columns: headers.len(), rows }),
            file: file.to_owned(),
            at,
        })
    }

    /// The next report; `None` at the end. Blank lines and the notes of a rejects file are passed over.
    ///
    /// # Errors
    /// [`IntakeError::Read`] when the file itself fails.
    pub fn next_item(&mut self) -> Result<Option<Item>, IntakeError> {
        loop {
            let Some(line) = self.next_line()? else { return Ok(None) };
            if is_note(&line.bytes) || (line.bytes.iter().all(u8::is_ascii_whitespace) && !line.too_long) {
                self.at.line = line.number;
                self.at.offset = line.end;
                continue;
            }
            return match self.csv.take() {
                Some(mut csv) => {
                    let item = self.csv_item(&mut csv, line);
                    self.csv = Some(csv);
                    item.map(Some)
                }
                None => Ok(Some(self.jsonl_item(line))),
            };
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

    /// One CSV row, which runs over more lines while a quotation mark is open.
    fn csv_item(&mut self, csv: &mut Csv, first: Line) -> Result<Item, IntakeError> {
        if let Err(refusal) = whole_text(&first) {
            return Ok(self.item(first.number, first.number, first.end, Err(refusal), first.bytes));
        }
        csv.rows.begin();
        let mut fed = csv.rows.feed(&first.bytes);
        let mut bytes = first.bytes.len();
        let mut more: Vec<Line> = Vec::new();
        while fed == Fed::Open && more.len() + 1 < MOST_ROW_LINES && bytes <= LONGEST_LINE {
            let Some(line) = self.next_line()? else { break };
            let good = whole_text(&line).is_ok();
            if good {
                fed = csv.rows.feed(&line.bytes);
                bytes += line.bytes.len();
            }
            more.push(line);
            if !good {
                break;
            }
        }
        let refusal = match fed {
            Fed::TooWide => Refusal::new(".", "more cells than any row has: is this a CSV file?"),
            Fed::Open => Refusal::new(".", "a quotation mark is opened and never closed"),
            Fed::Whole => match self.row(csv, &first, &more) {
                Ok(item) => return Ok(item),
                Err(refusal) => refusal,
            },
        };
        // The row has no good end: its first line is refused alone and the lines after it are read on their own, so that one
        // stray quotation mark does not swallow the rest of the file.
        for line in more.into_iter().rev() {
            self.waiting.push_front(line);
        }
        Ok(self.item(first.number, first.number, first.end, Err(refusal), first.bytes))
    }

    /// A row with its end; an error where more lines went into it than belong to it.
    fn row(&mut self, csv: &Csv, first: &Line, more: &[Line]) -> Result<Item, Refusal> {
        let row = self.at.row + 1;
        let lines = std::iter::once(first).chain(more);
        let result = match csv.rows.cells() {
            None => Err(Refusal::new(".", "not UTF-8")),
            Some(cells) if cells.len() != csv.columns => {
                let words = format!("{} cells where the header has {}", cells.len(), csv.columns);
                if !more.is_empty() {
                    return Err(Refusal::new(".", format!("{words}: a quotation mark is opened that should not be")));
                }
                Err(Refusal::new(".", words))
            }
            Some(_) if !more.is_empty() && !csv.rows.well_quoted(lines.map(|line| line.bytes.as_slice())) => {
                return Err(Refusal::new(".", "a quotation mark is opened and not closed at the end of a cell"));
            }
            Some(cells) => csv.bound.to_value(cells, &self.file, row).and_then(|value| Report::from_value(value, &self.region)),
        };
        let (last, end) = more.last().map_or((first.number, first.end), |line| (line.number, line.end));
        let mut raw = Vec::new();
        if result.is_err() {
            raw.extend_from_slice(&first.bytes);
            for line in more {
                raw.push(b'\n');
                raw.extend_from_slice(&line.bytes);
            }
        }
        Ok(self.item(first.number, last, end, result, raw))
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
