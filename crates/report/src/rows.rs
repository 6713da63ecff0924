//! Rows of CSV out of lines: a row runs over more lines while a quotation mark is open, and only the reader's own state machine
//! (the `csv` crate's) says whether one is.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder, Terminator};

/// Most cells that a row is read into; one with more is refused.
pub(crate) const MOST_CELLS: usize = 4_096;

/// Takes a row apart, line after line. One is used for the whole file.
pub(crate) struct Rows {
    core: Reader,
    delimiter: u8,
    text: Vec<u8>,
    written: usize,
    ends: Vec<usize>,
    cells: usize,
}

/// What became of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fed {
    /// The row ends with it.
    Whole,
    /// A quotation mark is open: the row goes on with the next line.
    Open,
    /// The row has more than [`MOST_CELLS`] cells.
    TooWide,
}

/// The cells of a row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cells<'a> {
    text: &'a str,
    ends: &'a [usize],
}

impl Rows {
    pub(crate) fn new(delimiter: u8) -> Rows {
        // A carriage return within a line is a letter like any other: lines are told apart before this.
        let core = ReaderBuilder::new().delimiter(delimiter).terminator(Terminator::Any(b'\n')).build();
        Rows { core, delimiter, text: vec![0; 1 << 12], written: 0, ends: vec![0; 64], cells: 0 }
    }

    /// Begins a row.
    pub(crate) fn begin(&mut self) {
        self.core.reset();
        self.written = 0;
        self.cells = 0;
    }

    /// Feeds one line, without its end.
    pub(crate) fn feed(&mut self, line: &[u8]) -> Fed {
        for mut part in [line, b"\n"] {
            while !part.is_empty() {
                let (result, read, wrote, ended) =
                    self.core.read_record(part, &mut self.text[self.written..], &mut self.ends[self.cells..]);
                part = &part[read..];
                self.written += wrote;
                self.cells += ended;
                match result {
                    ReadRecordResult::Record => return Fed::Whole,
                    ReadRecordResult::OutputFull => self.text.resize(self.text.len() * 2, 0),
                    ReadRecordResult::OutputEndsFull if self.ends.len() >= MOST_CELLS => return Fed::TooWide,
                    ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                    ReadRecordResult::InputEmpty | ReadRecordResult::End => {}
                }
            }
        }
        Fed::Open
    }

    /// Whether each quoted cell of these lines ends where a cell may end. The reader itself takes `"a"b` for `ab`; in a row over
    /// many lines that is a stray mark that met a later row's own, with all the rows between them swallowed.
    pub(crate) fn well_quoted<'a>(&self, lines: impl Iterator<Item = &'a [u8]>) -> bool {
        let (mut quoted, mut begins) = (false, true);
        for line in lines {
            let mut at = 0;
            while at < line.len() {
                let byte = line[at];
                at += 1;
                if !quoted {
                    quoted = begins && byte == b'"';
                    begins = byte == self.delimiter;
                } else if byte == b'"' {
                    match line.get(at) {
                        Some(b'"') => at += 1,
                        None => (quoted, begins) = (false, false),
                        Some(next) if *next == self.delimiter => (quoted, begins) = (false, false),
                        Some(_) => return false,
                    }
                }
            }
            begins = begins && !quoted;
        }
        true
    }

    /// The row that [`Fed::Whole`] told of; `None` where its text is not UTF-8.
    pub(crate) fn cells(&self) -> Option<Cells<'_>> {
        let text = std::str::from_utf8(&self.text[..self.written]).ok()?;
        Some(Cells { text, ends: &self.ends[..self.cells] })
    }
}

impl std::fmt::Debug for Rows {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Never the text: it may be a person's.
        write!(f, "Rows({} cells)", self.cells)
    }
}

impl<'a> Cells<'a> {
    pub(crate) fn len(self) -> usize {
        self.ends.len()
    }

    pub(crate) fn get(self, position: usize) -> Option<&'a str> {
        let end = *self.ends.get(position)?;
        let start = if position == 0 { 0 } else { self.ends[position - 1] };
        self.text.get(start..end)
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = &'a str> {
        (0..self.len()).filter_map(move |position| self.get(position))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(rows: &mut Rows, text: &str) -> Option<Vec<String>> {
        rows.begin();
        for line in text.split('\n') {
            if rows.feed(line.as_bytes()) == Fed::Whole {
                return Some(rows.cells()?.iter().map(str::to_owned).collect());
            }
        }
        None
    }

    #[test]
    fn quotes_open_only_where_a_cell_begins() {
        let mut rows = Rows::new(b',');
        let cells = |text: &str, rows: &mut Rows| read(rows, text).map(|cells| cells.join("|"));
        assert_eq!(cells("a,\"b\nc\",d", &mut rows).as_deref(), Some("a|b\nc|d"));
        assert_eq!(cells("a 5\" pipe,b", &mut rows).as_deref(), Some("a 5\" pipe|b"));
        assert_eq!(cells("a,\"he said \"\"no\"\"\",", &mut rows).as_deref(), Some("a|he said \"no\"|"));
        assert_eq!(cells("a,\"open", &mut rows), None);
        assert_eq!(cells("after,it", &mut rows).as_deref(), Some("after|it"));
    }

    #[test]
    fn a_quoted_cell_ends_where_a_cell_may_end() {
        let rows = Rows::new(b',');
        let good = |text: &str| rows.well_quoted(text.split('\n').map(str::as_bytes));
        for text in ["a,\"b\nc\",d", "\"a \"\"b\"\"\n\",", "\"a\n\"", "\"\"\"\",x\"y", "a,\"\",\"b\nc\""] {
            assert!(good(text), "{text}");
        }
        for text in ["a,\"b\nc,\"d,e", "\"a\nb\"c\"", "\"a\n \"b"] {
            assert!(!good(text), "{text}");
        }
    }

    #[test]
    fn a_row_of_more_cells_than_anybody_needs_is_told() {
        let mut rows = Rows::new(b',');
        rows.begin();
        assert_eq!(rows.feed(",".repeat(1 << 18).as_bytes()), Fed::TooWide);
        assert_eq!(read(&mut rows, "a,b").map(|cells| cells.len()), Some(2));
    }

    proptest! {
        /// What the `csv` crate writes is read as it was.
        #[test]
        fn what_is_written_is_read(cells in proptest::collection::vec("[a\",\n é;]{0,12}", 1..8)) {
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record(&cells).unwrap();
            let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            // A row of nothing is a blank line, which files pass over.
            prop_assume!(!text.trim().is_empty());
            prop_assert!(Rows::new(b',').well_quoted(text.trim_end_matches('\n').split('\n').map(str::as_bytes)));
            prop_assert_eq!(read(&mut Rows::new(b','), text.trim_end_matches('\n')), Some(cells));
        }
    }
}
