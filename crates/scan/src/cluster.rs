//! A cluster.

use serde::Serialize;

use crate::Found;

/// A set of locations and an interval with more cases than expected.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cluster {
    /// Locations, by index, the centre first.
    pub locations: Vec<usize>,
    /// First day, counted from the first day of the data.
    pub from: usize,
    /// Last day, inclusive.
    pub to: usize,
    /// Cases.
    pub cases: u32,
    /// Cases expected.
    pub expected: f64,
    /// Log-likelihood ratio, nats.
    pub llr: f64,
    /// Monte Carlo p-value: `R/(S+1)`.
    pub p: f64,
    /// Days between alarms as strong, one analysis a day: `1/p`.
    pub recurrence_interval_days: f64,
}

impl Cluster {
    pub(crate) fn from_found(found: &Found) -> Cluster {
        Cluster {
            locations: found.locations.clone(),
            from: found.from,
            to: found.to,
            cases: found.cases,
            expected: found.expected,
            llr: found.llr,
            p: found.p,
            recurrence_interval_days: 1.0 / found.p,
        }
    }
}
