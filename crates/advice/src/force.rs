//! The force's own facts: name, address, reporting lines, the officer who is quoted. Configuration, never code.

use jiff::civil::Date;
use serde::Deserialize;

use crate::{Officer, Templates};

/// A force file that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("force file: {0}")]
pub struct ForceError(#[from] toml::de::Error);

/// A force.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Force {
    /// Its name.
    pub name: String,
    /// Its area, as pages name it.
    pub area: String,
    /// The force or county of the gazetteer whose districts it watches; `all` for every district.
    pub districts: String,
    /// Scheme and host of its public site.
    pub base_url: String,
    /// Path under which advice lies.
    pub page_path: String,
    /// Number of its first advice.
    pub first_number: u32,
    /// Where to report online, as printed.
    pub report_online: String,
    /// Its time zone.
    pub time_zone: String,
    /// File with its own wording of drafts; what ships is used where none is named.
    #[serde(default)]
    pub advice_wording: Option<String>,
    /// The wording of drafts.
    #[serde(skip, default = "Templates::builtin")]
    pub templates: Templates,
    /// Days after which advice says it has ended.
    pub expires_after_days: i64,
    /// The officer who is quoted.
    pub officer: Officer,
    /// Reporting lines.
    pub reporting: Vec<ReportingLine>,
}

/// A reporting line.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportingLine {
    /// The first day it holds.
    pub from: Date,
    /// The number.
    pub number: String,
    /// As printed ("the non-emergency number 101").
    pub words: String,
}

impl Force {
    /// The demonstration force.
    pub fn demo() -> Force {
        match Force::parse(include_str!("../../../rules/force.toml")) {
            Ok(force) => force,
            Err(error) => panic!("the demonstration force does not parse: {error}"),
        }
    }

    /// Reads a force file.
    ///
    /// # Errors
    /// [`ForceError`]
    pub fn parse(text: &str) -> Result<Force, ForceError> {
        Ok(toml::from_str(text)?)
    }

    /// The reporting line that holds on a day.
    pub fn reporting_on(&self, day: Date) -> Option<&ReportingLine> {
        self.reporting.iter().filter(|line| line.from <= day).max_by_key(|line| line.from)
    }
}
