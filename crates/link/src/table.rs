//! A table whose values are interned: each column holds one number a row and each distinct value once.

use crate::LinkError;

/// Values that say that there is none, as they are written.
const NOTHING: [&str; 25] = [
    "withheld",
    "Withheld",
    "WITHHELD",
    "unavailable",
    "Unavailable",
    "UNAVAILABLE",
    "unknown",
    "Unknown",
    "UNKNOWN",
    "not known",
    "Not known",
    "n/a",
    "N/A",
    "NA",
    "null",
    "NULL",
    "none",
    "None",
    "NONE",
    "nan",
    "NaN",
    "-",
    "0000",
    "00000",
    "?",
];

/// The most rows a table may have.
pub const MOST_ROWS: usize = 50_000_000;
/// The most columns a table may have.
pub const MOST_COLUMNS: usize = 256;
/// The longest value, in bytes; the rest is cut.
pub const MOST_BYTES: usize = 16 * 1024;

/// Distinct byte strings, numbered from 1 in the order in which they came. 0 is "no value".
#[derive(Debug, Clone, Default)]
pub struct Values {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Values {
    /// The value of a code; empty for 0 and for a code that is not there.
    pub fn get(&self, code: u32) -> &[u8] {
        let code = code as usize;
        if code == 0 || code > self.ends.len() {
            return &[];
        }
        let from = if code == 1 { 0 } else { self.ends[code - 2] };
        &self.bytes[from..self.ends[code - 1]]
    }

    /// The value as text.
    pub fn text(&self, code: u32) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(self.get(code))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    fn push(&mut self, value: &[u8]) -> u32 {
        self.bytes.extend_from_slice(value);
        self.ends.push(self.bytes.len());
        self.ends.len() as u32
    }
}

/// Numbers values as they come: open addressing over the codes, no allocation a value.
#[derive(Debug, Clone, Default)]
pub(crate) struct Interner {
    pub(crate) values: Values,
    /// The upper half of a value's hash above its code; 0 where there is none.
    slots: Vec<u64>,
}

pub(crate) fn hash_bytes(bytes: &[u8]) -> u64 {
    let mut hash = bytes.len() as u64 ^ 0x9e37_79b9_7f4a_7c15;
    let mut chunks = bytes.chunks_exact(8);
    for chunk in &mut chunks {
        let word = u64::from_le_bytes([chunk[0], chunk[1], chunk[2], chunk[3], chunk[4], chunk[5], chunk[6], chunk[7]]);
        hash = mix(hash ^ word);
    }
    let mut rest = 0u64;
    for (place, byte) in chunks.remainder().iter().enumerate() {
        rest |= u64::from(*byte) << (8 * place);
    }
    mix(hash ^ rest)
}

pub(crate) fn mix(word: u64) -> u64 {
    let product = u128::from(word ^ 0xa076_1d64_78bd_642f) * u128::from(0xe703_7ed1_a0b4_28db_u64);
    (product as u64) ^ ((product >> 64) as u64)
}

impl Interner {
    /// The code of a value, new or known.
    pub(crate) fn code(&mut self, value: &[u8]) -> u32 {
        if self.slots.len() < 2 * (self.values.len() + 1) {
            self.grow();
        }
        let hash = hash_bytes(value);
        match self.find(hash, value) {
            Ok(code) => code,
            Err(slot) => {
                let code = self.values.push(value);
                self.slots[slot] = hash >> 32 << 32 | u64::from(code);
                code
            }
        }
    }

    /// The code of a value, where it is known.
    pub(crate) fn known(&self, value: &[u8]) -> Option<u32> {
        if self.slots.is_empty() { None } else { self.find(hash_bytes(value), value).ok() }
    }

    /// The code, or the slot where it would be put. A slot's place is told by the upper half of the hash, which it keeps.
    fn find(&self, hash: u64, value: &[u8]) -> Result<u32, usize> {
        let mask = self.slots.len() - 1;
        let upper = hash >> 32;
        let mut slot = upper as usize & mask;
        loop {
            match self.slots[slot] {
                0 => return Err(slot),
                held if held >> 32 == upper && self.values.get(held as u32) == value => return Ok(held as u32),
                _ => slot = (slot + 1) & mask,
            }
        }
    }

    fn grow(&mut self) {
        let size = (2 * self.slots.len()).max(64);
        let old = std::mem::replace(&mut self.slots, vec![0; size]);
        for held in old.into_iter().filter(|held| *held != 0) {
            let mut slot = (held >> 32) as usize & (size - 1);
            while self.slots[slot] != 0 {
                slot = (slot + 1) & (size - 1);
            }
            self.slots[slot] = held;
        }
    }
}

/// One column: its name, a code a row, the distinct values.
#[derive(Debug, Clone)]
pub struct Column {
    /// Its name, trimmed.
    pub name: String,
    /// One code a row; 0 where there is no value.
    pub codes: Vec<u32>,
    /// The distinct values.
    pub values: Values,
}

/// A table.
#[derive(Debug, Clone)]
pub struct Table {
    columns: Vec<Column>,
    rows: usize,
}

impl Table {
    /// How many rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The columns, as they stood.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// A column by name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The cell's text; empty where there is none.
    pub fn cell(&self, row: usize, column: &Column) -> String {
        column.values.text(column.codes.get(row).copied().unwrap_or(0)).into_owned()
    }
}

/// Builds a table row by row.
#[derive(Debug)]
pub struct TableBuilder {
    names: Vec<String>,
    interners: Vec<Interner>,
    codes: Vec<Vec<u32>>,
    rows: usize,
}

impl TableBuilder {
    /// A table with these columns.
    ///
    /// # Errors
    /// No column, too many, an empty name or one that stands twice.
    pub fn new<S: AsRef<str>>(names: &[S]) -> Result<TableBuilder, LinkError> {
        let names: Vec<String> =
            names.iter().map(|name| name.as_ref().trim_matches(['\u{feff}', ' ', '\t']).to_owned()).collect();
        if names.is_empty() || (names.len() == 1 && names[0].is_empty()) {
            return Err(LinkError::Empty("the table has no header: its first line must name the columns".to_owned()));
        }
        if names.len() > MOST_COLUMNS {
            return Err(LinkError::Table(format!("the table has {} columns; at most {MOST_COLUMNS} are read", names.len())));
        }
        for (place, name) in names.iter().enumerate() {
            if name.is_empty() {
                return Err(LinkError::Table(format!("column {} has no name; name it in the first line", place + 1)));
            }
            if names[..place].contains(name) {
                return Err(LinkError::Table(format!("two columns are called '{name}'; rename one")));
            }
        }
        let width = names.len();
        Ok(TableBuilder { names, interners: vec![Interner::default(); width], codes: vec![Vec::new(); width], rows: 0 })
    }

    /// How many columns.
    pub fn width(&self) -> usize {
        self.names.len()
    }

    /// Takes one row: as many cells as there are columns. Text around a value is trimmed; an empty cell is no value.
    ///
    /// # Errors
    /// A row of another width, or one row too many.
    pub fn push<'a>(&mut self, cells: impl ExactSizeIterator<Item = &'a [u8]>) -> Result<(), LinkError> {
        if cells.len() != self.names.len() {
            let line = self.rows + 2;
            let (has, wants) = (cells.len(), self.names.len());
            return Err(LinkError::Table(format!("line {line} has {has} cells and the header {wants}; mend the line")));
        }
        if self.rows == MOST_ROWS {
            return Err(LinkError::Table(format!("the table has more than {MOST_ROWS} rows; split it")));
        }
        for ((cell, interner), codes) in cells.zip(&mut self.interners).zip(&mut self.codes) {
            let cell = cell.trim_ascii();
            let cell = &cell[..cell.len().min(MOST_BYTES)];
            codes.push(if cell.is_empty() { 0 } else { interner.code(cell) });
        }
        self.rows += 1;
        Ok(())
    }

    /// The table.
    ///
    /// # Errors
    /// A table without rows.
    pub fn finish(self) -> Result<Table, LinkError> {
        if self.rows == 0 {
            return Err(LinkError::Empty("the table has a header and no rows: nothing to link".to_owned()));
        }
        let columns = self
            .names
            .into_iter()
            .zip(self.interners)
            .zip(self.codes)
            .map(|((name, interner), mut codes)| {
                let nothing: Vec<u32> = NOTHING.iter().filter_map(|word| interner.known(word.as_bytes())).collect();
                if !nothing.is_empty() {
                    for code in &mut codes {
                        if nothing.contains(code) {
                            *code = 0;
                        }
                    }
                }
                codes.shrink_to_fit();
                Column { name, codes, values: interner.values }
            })
            .collect();
        Ok(Table { columns, rows: self.rows })
    }
}

/// Reads a CSV table (RFC 4180; a header; commas, or semicolons or tabs where the header has no comma). Lines end in any way; a byte
/// order mark is passed over.
///
/// # Errors
/// What cannot be read as CSV, a ragged line, an empty table.
pub fn read_csv(mut reader: impl std::io::Read) -> Result<Table, LinkError> {
    let mut head = vec![0u8; 64 * 1024];
    let mut filled = 0;
    while filled < head.len() {
        match reader.read(&mut head[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(LinkError::Table(format!("cannot read the table: {error}"))),
        }
    }
    head.truncate(filled);
    let line = head.split(|byte| *byte == b'\n').next().unwrap_or(&[]);
    let delimiter = if line.contains(&b',') {
        b','
    } else if line.contains(&b'\t') {
        b'\t'
    } else if line.contains(&b';') {
        b';'
    } else {
        b','
    };
    let whole = std::io::Read::chain(std::io::Cursor::new(head), reader);
    let mut csv = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .buffer_capacity(1 << 18)
        .from_reader(whole);
    let mut record = csv::ByteRecord::new();
    let wrong = |error: csv::Error| LinkError::Table(format!("cannot read the table: {error}"));
    if !csv.read_byte_record(&mut record).map_err(wrong)? {
        return Err(LinkError::Empty("the table is empty: it has no header and no rows".to_owned()));
    }
    let names: Vec<String> = record.iter().map(|name| String::from_utf8_lossy(name).into_owned()).collect();
    let mut builder = TableBuilder::new(&names)?;
    while csv.read_byte_record(&mut record).map_err(wrong)? {
        if record.len() == 1 && builder.width() > 1 && record[0].is_empty() {
            continue;
        }
        builder.push(record.iter())?;
    }
    builder.finish()
}
