//! A scan that is kept up as reports come in. After every report its answer is that of a scan made anew from all reports.

use crate::analysis::{best_of_groups, scan, told};
use crate::inference::Replicates;
use crate::problem::{Null, Problem, ProblemError, Rates};
use crate::replicates::{best_above, lanes, replicates};
use crate::secondary;
use crate::{Coordinates, Findings, Limit, Point, Ratio, Settings, Windows, Zones, permutation_expected};

/// What reports are held against.
#[derive(Debug, Clone, PartialEq)]
pub enum Against {
    /// Cases only: the space-time permutation. Every report changes what is expected everywhere, so all is scored again; the bounds of the
    /// replicates make that quick.
    Permutation {
        /// Largest share of all cases in a disc.
        largest_share: f64,
    },
    /// A forecast by location, then day (Poisson, or negative binomial with a dispersion above 1), which stands until the day is over. The
    /// replicates depend on it alone, so they are drawn once; after a report only the counts are scored again.
    Forecast {
        /// Expected cases.
        expected: Vec<f64>,
        /// Variance over mean.
        dispersion: f64,
        /// Most locations in a disc.
        nearest: usize,
    },
}

/// A report that does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a report names location {location} and day {day}, which are not in the scan")]
pub struct Outside {
    /// The location.
    pub location: usize,
    /// The day.
    pub day: usize,
}

/// A scan that takes one report after the other.
#[derive(Debug, Clone)]
pub struct Scanner {
    problem: Problem,
    settings: Settings,
    /// All locations by distance from each, for limits that move with the cases.
    order: Vec<Vec<u32>>,
    largest_share: Option<f64>,
    /// Replicates of a forecast, once drawn.
    drawn: Option<Replicates>,
    /// A level that nearly all replicates of the last answer reached.
    reached: Option<f64>,
}

impl Scanner {
    /// Starts without a report. Windows end on the last of `days` and are up to `longest` days long.
    ///
    /// # Errors
    /// [`ProblemError`]
    pub fn new(
        points: &[Point],
        coordinates: Coordinates,
        days: usize,
        longest: usize,
        against: Against,
        settings: Settings,
    ) -> Result<Scanner, ProblemError> {
        let all = Zones::discs(points, coordinates, &Limit::default());
        let order: Vec<Vec<u32>> = all.chains().iter().map(|chain| all.members(chain.start..chain.end).to_vec()).collect();
        let cells = points.len() * days;
        let mut problem = Problem {
            locations: points.len(),
            intervals: days,
            cases: vec![0; cells],
            expected: vec![0.0; cells],
            ratio: Ratio::Expectation,
            null: Null::Poisson,
            rates: Rates::High,
            zones: Zones::new(),
            windows: Windows::alive(days, longest),
            replicate_windows: None,
            purely_spatial: false,
            fewest: 2,
            fewest_low: 0,
        };
        let mut share = None;
        match against {
            Against::Permutation { largest_share } => {
                problem.null = Null::Permutation { strata: vec![0; days], layers: Vec::new() };
                share = Some(largest_share);
            }
            Against::Forecast { expected, dispersion, nearest } => {
                problem.expected = expected;
                if dispersion > 1.0 {
                    problem.ratio = Ratio::NegativeBinomial { dispersion };
                    problem.null = Null::NegativeBinomial { dispersion };
                }
                for (centre, order) in order.iter().enumerate() {
                    problem.zones.push(&order[..nearest.min(order.len())], 1, 1.0, centre as u32, None);
                }
            }
        }
        problem.check()?;
        Ok(Scanner { problem, settings, order, largest_share: share, drawn: None, reached: None })
    }

    /// Takes a report.
    ///
    /// # Errors
    /// [`Outside`]
    pub fn report(&mut self, location: usize, day: usize) -> Result<(), Outside> {
        if location >= self.problem.locations || day >= self.problem.intervals {
            return Err(Outside { location, day });
        }
        self.problem.cases[location * self.problem.intervals + day] += 1;
        Ok(())
    }

    /// A day has passed: the oldest is forgotten, and a new one begins. A forecast needs its new table.
    ///
    /// # Errors
    /// [`ProblemError`] where the table does not fit.
    pub fn next_day(&mut self, expected: Option<Vec<f64>>) -> Result<(), ProblemError> {
        for row in self.problem.cases.chunks_mut(self.problem.intervals) {
            row.rotate_left(1);
            if let Some(last) = row.last_mut() {
                *last = 0;
            }
        }
        if self.largest_share.is_none() {
            let expected = expected.ok_or(ProblemError::Shape("expectations"))?;
            self.drawn = None;
            self.problem.expected = expected;
            self.problem.check()?;
        }
        Ok(())
    }

    /// The live clusters, as a scan made anew would give them.
    ///
    /// # Errors
    /// [`ProblemError`]
    pub fn clusters(&mut self) -> Result<Findings, ProblemError> {
        let Some(share) = self.largest_share else { return self.against_forecast() };
        let intervals = self.problem.intervals;
        let by_location: Vec<f64> =
            self.problem.cases.chunks(intervals).map(|row| row.iter().map(|one| f64::from(*one)).sum()).collect();
        let total: f64 = by_location.iter().sum();
        if total <= 0.0 {
            return Ok(Findings { clusters: Vec::new(), replicates: Replicates::none() });
        }
        self.problem.ratio = Ratio::Conditional { total };
        self.problem.expected = permutation_expected(&self.problem.cases, self.problem.locations, intervals, &vec![0; intervals]);
        self.problem.zones = Zones::new();
        for (centre, order) in self.order.iter().enumerate() {
            let mut held = 0.0;
            let size = order
                .iter()
                .take_while(|one| {
                    held += by_location[**one as usize];
                    held <= total * share + 1e-9
                })
                .count();
            self.problem.zones.push(&order[..size], 1, 1.0, centre as u32, None);
        }
        self.problem.check()?;
        Ok(scan(&self.problem, &self.settings, &mut self.reached, &|_| ()))
    }

    fn against_forecast(&mut self) -> Result<Findings, ProblemError> {
        let problem = &self.problem;
        let settings = &self.settings;
        // A sequential stop depends on the best cluster, so it cannot be drawn ahead.
        let alive = lanes(problem);
        let all = self
            .drawn
            .get_or_insert_with(|| replicates(problem, alive.as_ref(), settings.replicates, settings.seed, None, &None, &|_| ()));
        let lowest = all.maxima.iter().copied().fold(f64::INFINITY, f64::min);
        let found = alive.and_then(|alive| best_above(problem, &alive, lowest));
        let found = found.unwrap_or_else(|| best_of_groups(problem));
        let kept = secondary::keep(found, &problem.zones, problem.locations, settings.secondary);
        Ok(told(problem, settings, kept, all.clone()))
    }

    /// What is scanned, as it stands.
    pub fn problem(&self) -> &Problem {
        &self.problem
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::{below, chance};
    use crate::{PValue, Secondary, analyse};

    /// Report by report, the scanner answers as a scan from all reports does.
    #[test]
    fn one_by_one_is_all_at_once() {
        let mut dice = chance(6, 6);
        let points: Vec<Point> = (0..15).map(|i| Point([f64::from(i % 5), f64::from(i / 5), 0.0])).collect();
        let settings = Settings { replicates: 59, seed: 4, p_value: PValue::MonteCarlo, secondary: Secondary::NoOverlap };
        let days = 20;
        let forecast = Against::Forecast { expected: vec![0.1; 15 * days], dispersion: 1.0, nearest: 8 };
        for against in [Against::Permutation { largest_share: 0.5 }, forecast] {
            let fresh = || Scanner::new(&points, Coordinates::Cartesian, days, 7, against.clone(), settings).unwrap();
            let mut live = fresh();
            let mut reports = Vec::new();
            for round in 0..60 {
                let report = (below(&mut dice, 15), below(&mut dice, days));
                live.report(report.0, report.1).unwrap();
                reports.push(report);
                if round % 12 == 0 {
                    let mut again = fresh();
                    for (location, day) in reports.iter().rev() {
                        again.report(*location, *day).unwrap();
                    }
                    let found = live.clusters().unwrap();
                    assert_eq!(found, again.clusters().unwrap());
                    assert_eq!(found, analyse(live.problem(), &settings, &|_| ()).unwrap());
                }
            }
            assert!(live.report(15, 0).is_err());
        }
    }
}
