//! The spec of a table in TOML: which columns are compared, how, and which pairs are looked at.

use serde::{Deserialize, Serialize};

use crate::LinkError;
use crate::measure::Measure;
use crate::table::Table;

/// The version of the format.
pub const PLAN_VERSION: u32 = 1;
/// The most levels a joint comparison may have: the product of its columns' levels.
pub(crate) const MOST_STATES: usize = 512;

/// A spec.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// The format's version: 1.
    #[serde(default = "one")]
    pub version: u32,
    /// The column that names a row. None: rows are numbered from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Columns that are passed over.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ignore: Vec<String>,
    /// Expected partners of a row. None: estimated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partners: Option<f64>,
    /// Seed of the sampling.
    #[serde(default = "seed")]
    pub seed: u64,
    /// Comparisons.
    #[serde(default, rename = "comparison")]
    pub comparisons: Vec<PlannedComparison>,
    /// Blocking rules. None: chosen from the data.
    #[serde(default, rename = "blocking", skip_serializing_if = "Vec::is_empty")]
    pub blocking: Vec<Rule>,
    /// Values that link nothing, by column.
    #[serde(default, rename = "known_good", skip_serializing_if = "Vec::is_empty")]
    pub known_good: Vec<KnownGood>,
}

fn one() -> u32 {
    PLAN_VERSION
}

fn seed() -> u64 {
    144
}

fn yes() -> bool {
    true
}

/// One comparison: a column, or several whose agreement is weighed jointly because it is not independent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlannedComparison {
    /// Its columns.
    pub columns: Vec<PlannedColumn>,
    /// Two name columns that people change over: "Hale Anna" for "Anna Hale".
    #[serde(default, skip_serializing_if = "is_false")]
    pub swapped: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn is_false(value: &bool) -> bool {
    !*value
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn is_true(value: &bool) -> bool {
    *value
}

/// A compared column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlannedColumn {
    /// Its name in the table.
    pub name: String,
    /// How it is compared.
    pub kind: Measure,
    /// Whether a rare value weighs more.
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub term_frequency: bool,
    /// Widths of the nearness levels of an ordered column, rising, at most four. None: from the data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gaps: Option<Vec<i64>>,
}

/// How a column's value becomes a blocking key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Key {
    /// The value itself.
    Exact,
    /// Sounds the same (Soundex).
    Sound,
    /// The first letters of an area.
    Letters,
    /// The first three characters.
    Start,
    /// One edit apart, by the deletion neighbourhood. Alone in its rule.
    Near,
    /// Texts that share many rare words, by MinHash bands. Alone in its rule.
    Words,
}

/// One part of a rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct On {
    /// The column.
    pub column: String,
    /// How.
    #[serde(default = "exact", skip_serializing_if = "is_exact")]
    pub key: Key,
}

fn exact() -> Key {
    Key::Exact
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn is_exact(key: &Key) -> bool {
    *key == Key::Exact
}

/// No further apart than this on an ordered column.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Within {
    /// The ordered column.
    pub column: String,
    /// The widest gap, in days or units.
    pub gap: i64,
}

/// A blocking rule: rows that agree on all its keys are compared.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Its keys.
    pub on: Vec<On>,
    /// The window.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<Within>,
}

impl Rule {
    /// The rule in words: `phone`, `alias_last (sound) + area (letters) within 14 of day`.
    pub fn words(&self) -> String {
        let parts: Vec<String> = self
            .on
            .iter()
            .map(|on| match on.key {
                Key::Exact => on.column.clone(),
                Key::Sound => format!("{} (sound)", on.column),
                Key::Letters => format!("{} (letters)", on.column),
                Key::Start => format!("{} (first three)", on.column),
                Key::Near => format!("{} (one edit)", on.column),
                Key::Words => format!("{} (shared words)", on.column),
            })
            .collect();
        let mut words = parts.join(" + ");
        if let Some(within) = &self.within {
            words += &format!(" within {} of {}", within.gap, within.column);
        }
        words
    }
}

/// Values of a column that are known to belong to nobody's series: a bank's own number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownGood {
    /// The column.
    pub column: String,
    /// The values.
    pub values: Vec<String>,
}

impl Plan {
    /// Reads a spec.
    ///
    /// # Errors
    /// What is not TOML of this format, with line and column.
    pub fn parse(text: &str) -> Result<Plan, LinkError> {
        let plan: Plan = toml::from_str(text).map_err(|error| LinkError::Spec(error.to_string().trim_end().to_owned()))?;
        if plan.version != PLAN_VERSION {
            return Err(LinkError::Spec(format!(
                "version {} is not known; this program reads version {PLAN_VERSION}",
                plan.version
            )));
        }
        plan.check()?;
        Ok(plan)
    }

    /// The spec as TOML.
    ///
    /// # Errors
    /// None in practice: every plan can be written.
    pub fn to_toml(&self) -> Result<String, LinkError> {
        toml::to_string(self).map_err(|error| LinkError::Spec(error.to_string()))
    }

    fn check(&self) -> Result<(), LinkError> {
        let wrong = |what: String| Err(LinkError::Spec(what));
        if self.comparisons.is_empty() {
            return wrong("the spec compares nothing; add a [[comparison]]".to_owned());
        }
        let mut seen: Vec<(&str, Measure)> = Vec::new();
        for comparison in &self.comparisons {
            if comparison.columns.is_empty() {
                return wrong("a [[comparison]] has no columns".to_owned());
            }
            let states: usize = comparison.columns.iter().map(|column| column.kind.len()).product();
            if states > MOST_STATES {
                let names: Vec<&str> = comparison.columns.iter().map(|column| column.name.as_str()).collect();
                return wrong(format!(
                    "the comparison of {} has {states} levels, more than {MOST_STATES}; part it",
                    names.join(", ")
                ));
            }
            if comparison.swapped
                && !(comparison.columns.len() == 2 && comparison.columns.iter().all(|c| c.kind == Measure::Name))
            {
                return wrong(format!("comparison '{}': swapped needs two name columns", comparison.columns[0].name));
            }
            for column in &comparison.columns {
                if seen.iter().any(|(name, _)| *name == column.name) {
                    return wrong(format!("column '{}' is compared twice", column.name));
                }
                if let Some(gaps) = &column.gaps {
                    let rising = gaps.windows(2).all(|pair| pair[0] < pair[1]) && gaps.first().is_some_and(|first| *first > 0);
                    if !column.kind.is_ordered() || !rising || gaps.len() > crate::measure::GAPS {
                        return wrong(format!(
                            "column '{}': gaps are for dates and ordered numbers, rising, at most four",
                            column.name
                        ));
                    }
                }
                seen.push((&column.name, column.kind));
            }
        }
        let kind = |name: &str| seen.iter().find(|(held, _)| *held == name).map(|(_, kind)| *kind);
        for rule in &self.blocking {
            if rule.on.is_empty() {
                return wrong("a [[blocking]] rule has no keys; name a column in `on`".to_owned());
            }
            for on in &rule.on {
                let Some(kind) = kind(&on.column) else {
                    return wrong(format!("blocking: column '{}' is not compared", on.column));
                };
                if matches!(on.key, Key::Near | Key::Words) && (rule.on.len() > 1 || rule.within.is_some()) {
                    return wrong(format!("blocking on '{}': {:?} stands alone in its rule", on.column, on.key));
                }
                if (on.key == Key::Words) != (kind == Measure::Text) || (kind.is_ordered() && on.key != Key::Exact) {
                    return wrong(format!("blocking on '{}': key {:?} does not fit kind {kind:?}", on.column, on.key));
                }
            }
            if let Some(within) = &rule.within
                && (!kind(&within.column).is_some_and(Measure::is_ordered) || within.gap < 0)
            {
                return wrong(format!(
                    "blocking: within '{}' needs a date or ordered column and a gap of 0 or more",
                    within.column
                ));
            }
        }
        if self.partners.is_some_and(|partners| !(partners > 0.0 && partners.is_finite())) {
            return wrong("partners must be above 0".to_owned());
        }
        Ok(())
    }

    /// Whether the table has what the spec names.
    ///
    /// # Errors
    /// The first column that is missing, with those that are there.
    pub fn fits(&self, table: &Table) -> Result<(), LinkError> {
        self.check()?;
        let named = self.comparisons.iter().flat_map(|comparison| comparison.columns.iter().map(|column| &column.name));
        let good = self.known_good.iter().map(|good| &good.column);
        for name in self.id.iter().chain(named).chain(good) {
            if table.column(name).is_none() {
                let there: Vec<&str> = table.columns().iter().map(|column| column.name.as_str()).collect();
                return Err(LinkError::Spec(format!("the table has no column '{name}'; it has {}", there.join(", "))));
            }
        }
        Ok(())
    }
}
