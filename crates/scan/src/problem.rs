//! What is scanned: counts, expectations, zones, windows, a ratio, and how replicates are drawn.

use crate::{Ratio, Windows, Zones};

/// Which side is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rates {
    /// More cases than expected.
    High,
    /// Fewer.
    Low,
    /// Either.
    Both,
}

/// How replicates are drawn.
#[derive(Debug, Clone, PartialEq)]
pub enum Null {
    /// All cases dealt over all cells in proportion to the expectation (Poisson, conditioned on the total).
    Multinomial,
    /// The cases of each interval dealt over the locations in proportion to the expectation: the course over time is given.
    WithinIntervals,
    /// Dates dealt out anew over cases, both margins fixed, within strata of intervals (one stratum by interval: all 0 for none).
    Permutation {
        /// Stratum of each interval.
        strata: Vec<usize>,
        /// Cases by kind, one table a kind, where dates are dealt within kinds (covariates); empty for one kind.
        layers: Vec<Vec<u32>>,
    },
    /// As many cases chosen among the points (cases and controls) of each cell.
    Hypergeometric {
        /// Points of each cell, location by location.
        points: Vec<u32>,
    },
    /// Every cell on its own, Poisson.
    Poisson,
    /// Every cell on its own, negative binomial with variance `dispersion` times the mean.
    NegativeBinomial {
        /// Variance over mean, above 1.
        dispersion: f64,
    },
}

/// A scan. Tables hold one value a cell, location by location: `location * intervals + interval`.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// Locations.
    pub locations: usize,
    /// Intervals of time.
    pub intervals: usize,
    /// Cases of each cell.
    pub cases: Vec<u32>,
    /// Cases expected in each cell.
    pub expected: Vec<f64>,
    /// The score.
    pub ratio: Ratio,
    /// How replicates are drawn.
    pub null: Null,
    /// Which side.
    pub rates: Rates,
    /// Where.
    pub zones: Zones,
    /// When.
    pub windows: Windows,
    /// Windows of the replicates where they are others: all that have been looked at since surveillance began, for an interval adjusted
    /// for earlier analyses.
    pub replicate_windows: Option<Windows>,
    /// Whether the whole study is a window too.
    pub purely_spatial: bool,
    /// Fewest cases in a window with more than expected.
    pub fewest: u32,
    /// Fewest cases in a window with fewer than expected.
    pub fewest_low: u32,
}

/// A problem that cannot be scanned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProblemError {
    /// A table has the wrong size.
    #[error("the table of {0} must have one value for each location and interval")]
    Shape(&'static str),
    /// An expectation is no number of 0 or more.
    #[error("location {location}, interval {interval}: the expectation must be a number of 0 or more")]
    Expected {
        /// The location.
        location: usize,
        /// The interval.
        interval: usize,
    },
    /// A zone names a location that is not there.
    #[error("a zone names location {0}, which is not there")]
    Zone(u32),
    /// No window.
    #[error("no window of time fits the study: the longest window, the shortest window or the study is too short")]
    Windows,
}

impl Problem {
    /// Cases in all.
    pub fn total(&self) -> u64 {
        self.cases.iter().map(|one| u64::from(*one)).sum()
    }

    /// Checks that tables, zones and windows fit each other.
    ///
    /// # Errors
    /// [`ProblemError`]
    pub fn check(&self) -> Result<(), ProblemError> {
        let cells = self.locations * self.intervals;
        if self.cases.len() != cells {
            return Err(ProblemError::Shape("cases"));
        }
        if self.expected.len() != cells {
            return Err(ProblemError::Shape("expectations"));
        }
        if let Some(cell) = self.expected.iter().position(|one| !one.is_finite() || *one < 0.0) {
            return Err(ProblemError::Expected { location: cell / self.intervals, interval: cell % self.intervals });
        }
        match &self.null {
            Null::Permutation { strata, .. } if strata.len() != self.intervals => return Err(ProblemError::Shape("strata")),
            Null::Permutation { layers, .. } if layers.iter().any(|layer| layer.len() != cells) => {
                return Err(ProblemError::Shape("layers"));
            }
            Null::Hypergeometric { points } if points.len() != cells => return Err(ProblemError::Shape("points")),
            _ => {}
        }
        if let Some(highest) = self.zones.highest().filter(|highest| *highest as usize >= self.locations) {
            return Err(ProblemError::Zone(highest));
        }
        let windows = [Some(&self.windows), self.replicate_windows.as_ref()];
        for windows in windows.into_iter().flatten() {
            let by_end = windows.longest_by_end.as_ref().is_some_and(|by_end| by_end.len() != self.intervals);
            if windows.intervals != self.intervals || windows.ends.end > self.intervals || by_end || windows.count() == 0 {
                return Err(ProblemError::Windows);
            }
        }
        Ok(())
    }

    /// The windows that replicates are scored over.
    pub(crate) fn windows_of_replicates(&self) -> &Windows {
        self.replicate_windows.as_ref().unwrap_or(&self.windows)
    }

    /// The earliest interval that replicates need.
    pub(crate) fn earliest(&self) -> usize {
        if self.purely_spatial { 0 } else { self.windows_of_replicates().earliest() }
    }

    /// The score of a window, with the shape's penalty; 0 where it has too few cases.
    pub(crate) fn score(&self, cases: f64, expected: f64, penalty: f64) -> f64 {
        if cases > expected {
            let counts = self.rates != Rates::Low && cases >= f64::from(self.fewest);
            if counts { self.ratio.either(cases, expected) * penalty } else { 0.0 }
        } else {
            let counts = self.rates != Rates::High && cases < expected && cases >= f64::from(self.fewest_low);
            if counts { self.ratio.either(cases, expected) * penalty } else { 0.0 }
        }
    }

    /// A cheap upper bound of the score of a window with more cases than expected (`x ln x − x + 1 ≤ (x−1)²/2` above 1, `≤ (1−x)²` below).
    pub(crate) fn bound(&self, cases: f64, expected: f64) -> f64 {
        let over = cases - expected;
        match self.ratio {
            Ratio::Conditional { total } if expected > 0.0 && expected < total => {
                over * over * (0.5 / expected + 1.0 / (total - expected))
            }
            Ratio::Expectation | Ratio::NegativeBinomial { .. } if expected > 1e-9 => over * over * 0.5 / expected,
            _ => f64::INFINITY,
        }
    }
}
