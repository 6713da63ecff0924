//! How the values of a column are compared: the levels of each kind, best first.

use serde::{Deserialize, Serialize};

/// The kind of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// A few words from a list: the same, or another.
    Category,
    /// Names, streets, places as written by people.
    Name,
    /// Telephone numbers: digits, national and international writing taken as one.
    Number,
    /// Badges, accounts, numeric postcodes, house numbers: anything where one character matters.
    Code,
    /// Postcodes and outcodes whose letters say where: AL1 3JQ, AL1.
    Area,
    /// Calendar dates: the same, a slip of the pen, or near in time.
    Date,
    /// Whole numbers in order: days, amounts.
    Ordered,
    /// E-mail addresses.
    Email,
    /// Free text of some length.
    Text,
}

/// How many nearness levels an ordered column has.
pub(crate) const GAPS: usize = 4;

impl Measure {
    /// The levels of the kind, best first; the last is "else".
    pub fn levels(self) -> &'static [&'static str] {
        match self {
            Measure::Category => &["same", "another"],
            Measure::Name => &["same", "a letter off", "alike", "another"],
            Measure::Number => &["same", "one digit off", "another"],
            Measure::Code => &["same", "one character off", "another"],
            Measure::Area => &["same", "one character off", "same district", "same letters", "another"],
            Measure::Date => &["same", "a slip off", "very near", "near", "not far", "far", "further"],
            Measure::Ordered => &["same", "very near", "near", "not far", "far", "further"],
            Measure::Email => &["same", "one character off", "same name before the @", "alike", "another"],
            Measure::Text => &["same", "nearly the same", "close", "some of the same words", "another"],
        }
    }

    /// How many levels.
    pub fn len(self) -> usize {
        self.levels().len()
    }

    /// Always false: a kind has levels.
    pub fn is_empty(self) -> bool {
        false
    }

    /// Whether agreement on a rare value says more than on a common one.
    pub fn by_frequency(self) -> bool {
        !matches!(self, Measure::Ordered | Measure::Text)
    }

    /// Whether the values are points on a line.
    pub fn is_ordered(self) -> bool {
        matches!(self, Measure::Date | Measure::Ordered)
    }

    /// What the estimation starts from: P(level | one hand), before it has seen a pair.
    pub(crate) fn first_guess(self) -> Vec<f64> {
        match self {
            Measure::Category => vec![0.8, 0.2],
            Measure::Name => vec![0.7, 0.1, 0.05, 0.15],
            Measure::Number => vec![0.6, 0.1, 0.3],
            Measure::Code => vec![0.65, 0.1, 0.25],
            Measure::Area => vec![0.5, 0.03, 0.07, 0.2, 0.2],
            Measure::Date => vec![0.6, 0.08, 0.07, 0.06, 0.06, 0.06, 0.07],
            Measure::Ordered => vec![0.15, 0.2, 0.25, 0.2, 0.1, 0.1],
            Measure::Email => vec![0.6, 0.1, 0.07, 0.05, 0.18],
            Measure::Text => vec![0.4, 0.15, 0.1, 0.1, 0.25],
        }
    }
}
