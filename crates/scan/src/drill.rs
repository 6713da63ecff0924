//! A closer look at a cluster: its locations one by one, its relative risk, and how firm its border is.

use crate::problem::Problem;
use crate::{Found, Ratio};

/// A location in or beside a cluster.
#[derive(Debug, Clone, PartialEq)]
pub struct Near {
    /// The location.
    pub location: usize,
    /// Its cases in the cluster's time.
    pub cases: u32,
    /// Cases expected.
    pub expected: f64,
    /// Cases over expected; 0 where nothing is expected.
    pub ratio: f64,
    /// What the cluster's score would lose without it (in the cluster), or gain with it (beside it).
    pub difference: f64,
}

/// A closer look.
#[derive(Debug, Clone, PartialEq)]
pub struct Drill {
    /// Risk inside over risk outside; for forecasts, cases over expected.
    pub relative_risk: f64,
    /// Locations of the cluster, in its order.
    pub inside: Vec<Near>,
    /// Locations next to it, nearest first, as far as they were given.
    pub beside: Vec<Near>,
    /// Border strength, nats: the least that the score falls when one location is left out or one beside is taken in. Below 0 a
    /// location more or less would score higher; near 0 the border could as well run elsewhere.
    pub border: f64,
}

/// Looks at a cluster; `beside` are the locations next to it.
pub fn drill(problem: &Problem, found: &Found, beside: &[usize]) -> Drill {
    let of = |location: usize| {
        let row = location * problem.intervals;
        let cells = row + found.from..=row + found.to;
        let cases: u32 = problem.cases[cells.clone()].iter().sum();
        (cases, problem.expected[cells].iter().sum::<f64>())
    };
    let score = |cases: f64, expected: f64| problem.ratio.either(cases, expected);
    let (cases, expected) = (f64::from(found.cases), found.expected);
    let whole = score(cases, expected);
    let near = |location: &usize, sign: f64| {
        let (here, due) = of(*location);
        let other = score(cases + sign * f64::from(here), (expected + sign * due).max(0.0));
        let difference = if sign < 0.0 { whole - other } else { other - whole };
        Near {
            location: *location,
            cases: here,
            expected: due,
            ratio: if due > 0.0 { f64::from(here) / due } else { 0.0 },
            difference,
        }
    };
    let inside: Vec<Near> = found.locations.iter().map(|one| near(one, -1.0)).collect();
    let beside: Vec<Near> = beside.iter().map(|one| near(one, 1.0)).collect();
    let falls = inside.iter().map(|one| one.difference).chain(beside.iter().map(|one| -one.difference));
    Drill {
        relative_risk: relative_risk(problem.ratio, cases, expected),
        border: falls.fold(f64::INFINITY, f64::min),
        inside,
        beside,
    }
}

/// Risk inside over risk outside; for forecasts, cases over expected. Infinite where all cases are inside.
pub fn relative_risk(ratio: Ratio, cases: f64, expected: f64) -> f64 {
    let total = match ratio {
        Ratio::Conditional { total } => total,
        Ratio::Bernoulli { cases, .. } => cases,
        Ratio::Expectation | Ratio::NegativeBinomial { .. } => return cases / expected.max(1e-9),
    };
    if total - cases <= 0.0 { f64::INFINITY } else { (cases / expected) / ((total - cases) / (total - expected)) }
}
