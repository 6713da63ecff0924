//! A figure: a number, or a quantity word, with the query that counted it, the reports it counted and when. Nothing that a page
//! states as a number is typed by hand.

use std::collections::BTreeMap;

use areas::AreaId;
use jiff::civil::Date;
use report::Moment;
use serde::{Deserialize, Serialize};

use crate::{ReportId, SeriesId};

/// The name of a figure within one piece of advice: `reports`, `since`, `areas`, `claimed_police`, `paid` …
pub type FigureKey = String;

/// What was counted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Value {
    /// How many reports.
    Count {
        /// Reports.
        n: u64,
    },
    /// How many of how many; a quantity word rests on it.
    Share {
        /// Reports that are so.
        n: u64,
        /// Reports that say anything about it.
        of: u64,
    },
    /// The districts named, most reports first, with each one's count.
    Areas {
        /// District and reports.
        counts: Vec<(AreaId, u64)>,
        /// Reports with a known place.
        of: u64,
    },
    /// A day.
    Day {
        /// The day.
        day: Date,
    },
    /// A sum of money.
    Money {
        /// Pence.
        pence: u64,
        /// The reports that lost something.
        n: u64,
        /// The largest single loss's share of the sum, 0..=1.
        largest_share: f64,
    },
}

/// A figure that knows where it comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// Its name.
    pub key: FigureKey,
    /// The series it was counted over.
    pub series: SeriesId,
    /// What was counted, in plain words ("reports of the series whose caller claimed to be the police").
    pub query: String,
    /// The same as an expression that can be run again (`member and claimed contains police`).
    pub expression: String,
    /// When it was counted: reports received by then.
    pub as_of: Moment,
    /// The answer.
    pub value: Value,
    /// The reports counted (the `n` of a share). For the desk only: never rendered.
    pub reports: Vec<ReportId>,
}

/// The figures of one piece of advice, by name.
pub type FigureSet = BTreeMap<FigureKey, Figure>;
