//! Disclosure control over what is published: no small count, no small rest, no single loss, and none of these by comparing with
//! what was published before.
//!
//! Minimum 8 (precedent: NHS England's hospital statistics since 2018). A finding keeps the figure off the page.

use crate::{Figure, FigureSet, Value};

/// The smallest count that may be shown, and the smallest rest that a shown part may leave.
pub const MINIMUM_COUNT: u64 = 8;

/// What keeps a figure from being shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The figure.
    pub key: String,
    /// Why, in a plain sentence.
    pub why: String,
}

/// Looks at the figures that are to be shown as numbers (`shown`), against all that were published before.
pub fn review(figures: &FigureSet, shown: &[&str], before: &[FigureSet]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for key in shown {
        let Some(figure) = figures.get(*key) else { continue };
        if let Some(why) = alone(figure).or_else(|| difference(figure, before)) {
            findings.push(Finding { key: figure.key.clone(), why });
        }
    }
    findings
}

/// What speaks against a figure by itself.
fn alone(figure: &Figure) -> Option<String> {
    match &figure.value {
        Value::Count { n } if *n < MINIMUM_COUNT => Some(format!("{n} is fewer than {MINIMUM_COUNT}")),
        Value::Share { n, of } => {
            let rest = of.saturating_sub(*n);
            let small = |count: u64| count > 0 && count < MINIMUM_COUNT;
            (small(*n) || small(rest)).then(|| format!("{n} of {of} shows a part of fewer than {MINIMUM_COUNT}"))
        }
        Value::Money { n, .. } if *n < MINIMUM_COUNT => {
            Some(format!("a sum of {n} losses tells of fewer than {MINIMUM_COUNT} people"))
        }
        Value::Money { largest_share, .. } if *largest_share > 0.5 => Some("one loss is more than half of the sum".to_owned()),
        Value::Count { .. } | Value::Money { .. } | Value::Areas { .. } | Value::Day { .. } => None,
    }
}

/// A count that differs from an earlier one of the same series by one to seven tells of those few.
fn difference(figure: &Figure, before: &[FigureSet]) -> Option<String> {
    let Value::Count { n } = figure.value else { return None };
    for earlier in before {
        let Some(held) = earlier.get(&figure.key) else { continue };
        if held.series != figure.series {
            continue;
        }
        if let Value::Count { n: published } = held.value {
            let step = n.abs_diff(published);
            if step > 0 && step < MINIMUM_COUNT {
                return Some(format!(
                    "{n} after {published} tells of {step} more: keep {published} with its date, or say \"more than\""
                ));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ReportId, SeriesId};

    fn figure(value: Value) -> FigureSet {
        let series = SeriesId::founded_on("x", &[ReportId("1".into())], "");
        let as_of = report::Moment::parse("2019-04-30T09:00:00+01:00").unwrap();
        let figure = Figure {
            key: "reports".into(),
            series,
            query: String::new(),
            expression: String::new(),
            as_of,
            value,
            reports: Vec::new(),
        };
        [("reports".to_owned(), figure)].into_iter().collect()
    }

    #[test]
    fn small_counts_rests_and_steps_are_kept_back() {
        let found = |value: Value, before: &[FigureSet]| !review(&figure(value), &["reports"], before).is_empty();
        assert!(found(Value::Count { n: 7 }, &[]) && !found(Value::Count { n: 30 }, &[]));
        assert!(found(Value::Share { n: 12, of: 15 }, &[]) && !found(Value::Share { n: 12, of: 30 }, &[]));
        assert!(found(Value::Money { pence: 1_000_000, n: 5, largest_share: 0.3 }, &[]));
        assert!(found(Value::Money { pence: 1_000_000, n: 9, largest_share: 0.6 }, &[]));
        let before = [figure(Value::Count { n: 30 })];
        assert!(found(Value::Count { n: 33 }, &before));
        assert!(!found(Value::Count { n: 30 }, &before) && !found(Value::Count { n: 38 }, &before));
    }
}
