//! SaTScan's files as text in, a problem out. Nothing here opens a file: the caller hands over each file's name and text.

mod answer;
mod counts;
mod date;
mod delays;
mod expected;
mod files;
mod forecasts;
mod gaps;
mod intervals;
mod map;
mod options;
mod parameters;
mod places;
mod population;
mod study;
mod tables;
mod zones;

pub use answer::{Answer, ClusterAnswer};
pub use date::{Precision, Unit, civil, day_number, parse_time};
pub use options::{Analysis, LongestTime, Model, Options, Shaping, Span};
pub use parameters::read_parameters;
pub use study::{Place, Search, Study, Texts};
pub use tables::{Table, from_csv, period};

/// One line on what cannot be used, where, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Refusal {
    /// The file.
    pub file: String,
    /// The line, from 1; none for the file as a whole.
    pub line: Option<usize>,
    /// What is wrong and what to do.
    pub what: String,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.line {
            Some(line) => write!(out, "{}:{line}: {}", self.file, self.what),
            None => write!(out, "{}: {}", self.file, self.what),
        }
    }
}

impl Refusal {
    /// At a line of a file.
    pub fn at(file: &str, line: usize, what: impl Into<String>) -> Refusal {
        Refusal { file: file.to_owned(), line: Some(line), what: what.into() }
    }

    /// Of a file as a whole.
    pub fn of(file: &str, what: impl Into<String>) -> Refusal {
        Refusal { file: file.to_owned(), line: None, what: what.into() }
    }
}
