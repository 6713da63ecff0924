//! What is compared, and what agreement is worth.

use serde::{Deserialize, Serialize};

/// A spec that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SpecError {
    /// A level's probability is none.
    #[error("comparison '{field}', level '{level}': m and u lie above 0 and at most at 1")]
    Probability {
        /// The field.
        field: String,
        /// The level.
        level: String,
    },
    /// Two comparisons of one field.
    #[error("comparison '{0}' stands twice")]
    Twice(String),
}

/// How the values of a field are compared. A record may hold several values of a field: the best pair counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Telephone numbers in E.164: levels exact, one digit off, else.
    Number,
    /// Names: levels exact, close (Jaro-Winkler 0.92), alike (0.85), else.
    Name,
    /// Words: levels exact, else.
    Category,
    /// Days since 1970: levels within 3, within 14, within 45, else.
    Day,
}

/// One level of agreement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Level {
    /// Its name, for the explanation ("same number").
    pub name: String,
    /// P(level | one hand).
    pub m: f64,
    /// P(level | not).
    pub u: f64,
}

impl Level {
    /// A level.
    pub fn new(name: &str, m: f64, u: f64) -> Level {
        Level { name: name.to_owned(), m, u }
    }

    /// Its match weight in bits.
    pub fn weight(&self) -> f64 {
        (self.m / self.u).log2()
    }
}

/// One field's comparison: levels from exact to else, as many as its kind has.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// The field.
    pub field: String,
    /// How.
    pub kind: Kind,
    /// Levels, best first.
    pub levels: Vec<Level>,
    /// Whether a rare value says more than a common one.
    pub term_frequency: bool,
    /// Whether records are looked up by this field.
    pub blocks: bool,
}

/// The whole spec.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Spec {
    /// Comparisons.
    pub comparisons: Vec<Comparison>,
    /// Expected partners of a record (k): the prior odds are k to the other records.
    pub partners: f64,
    /// A value that more records hold than this links nothing.
    pub most_holders: usize,
}

impl Kind {
    /// How many levels a comparison of this kind has.
    pub fn levels(self) -> usize {
        match self {
            Kind::Number => 3,
            Kind::Name | Kind::Day => 4,
            Kind::Category => 2,
        }
    }
}

impl Spec {
    /// The spec of reports of scam calls: numbers compared crosswise (shown and given are one field), names without ranks.
    pub fn reports() -> Spec {
        let comparison = |field: &str, kind, levels: Vec<Level>, term_frequency, blocks| Comparison {
            field: field.to_owned(),
            kind,
            levels,
            term_frequency,
            blocks,
        };
        Spec {
            comparisons: vec![
                comparison(
                    "number",
                    Kind::Number,
                    vec![
                        Level::new("same number", 0.45, 0.002),
                        Level::new("number one digit off", 0.02, 0.0005),
                        Level::new("another number", 0.53, 0.9975),
                    ],
                    false,
                    true,
                ),
                comparison(
                    "name",
                    Kind::Name,
                    vec![
                        Level::new("same name", 0.35, 0.003),
                        Level::new("name a letter off", 0.08, 0.002),
                        Level::new("name alike", 0.04, 0.01),
                        Level::new("another name", 0.53, 0.985),
                    ],
                    true,
                    true,
                ),
                comparison(
                    "method",
                    Kind::Category,
                    vec![Level::new("same method", 0.95, 0.2), Level::new("another method", 0.05, 0.8)],
                    false,
                    false,
                ),
                comparison(
                    "district",
                    Kind::Category,
                    vec![Level::new("same district", 0.4, 0.12), Level::new("another district", 0.6, 0.88)],
                    false,
                    false,
                ),
                comparison(
                    "day",
                    Kind::Day,
                    vec![
                        Level::new("within 3 days", 0.3, 0.05),
                        Level::new("within a fortnight", 0.4, 0.15),
                        Level::new("within six weeks", 0.28, 0.3),
                        Level::new("further apart", 0.02, 0.5),
                    ],
                    false,
                    false,
                ),
            ],
            partners: 1.0,
            most_holders: 400,
        }
    }

    /// Whether the spec can be used.
    ///
    /// # Errors
    /// [`SpecError`]
    pub fn check(&self) -> Result<(), SpecError> {
        for (position, comparison) in self.comparisons.iter().enumerate() {
            if self.comparisons[..position].iter().any(|held| held.field == comparison.field) {
                return Err(SpecError::Twice(comparison.field.clone()));
            }
            for level in &comparison.levels {
                let good = |p: f64| p > 0.0 && p <= 1.0;
                if !good(level.m) || !good(level.u) || comparison.levels.len() != comparison.kind.levels() {
                    return Err(SpecError::Probability { field: comparison.field.clone(), level: level.name.clone() });
                }
            }
        }
        Ok(())
    }
}
