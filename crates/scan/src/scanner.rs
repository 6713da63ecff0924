//! A scan that is kept up as reports come in. After every report its answer is that of a scan made anew from all reports.

use crate::alive::Alive;
use crate::analysis::{best_of_groups, scan, told};
use crate::draw::Draw;
use crate::inference::{PValue, Replicates};
use crate::kept::{BEYOND, Kept, Now, SPLIT};
use crate::problem::{Null, Problem, ProblemError, Rates};
use crate::replicates::{best_above, lanes, most_cases, replicates};
use crate::secondary;
use crate::{Coordinates, Findings, Limit, Point, Ratio, Settings, Windows, Zones, permutation_expected};

/// What reports are held against.
#[derive(Debug, Clone, PartialEq)]
pub enum Against {
    /// Cases only: the space-time permutation. Every report changes what is expected everywhere and moves a few cases of each replicate;
    /// replicates are kept, and only discs that may have come to matter are looked at again.
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
    /// Replicates of a permutation, where they can be kept.
    kept: Option<Kept>,
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
        Ok(Scanner { problem, settings, order, largest_share: share, drawn: None, reached: None, kept: None })
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
        self.kept = None;
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
        let sizes = |limit: f64| -> Vec<usize> {
            let size = |order: &Vec<u32>| {
                let mut held = 0.0;
                let fits = |one: &&u32| {
                    held += by_location[**one as usize];
                    held <= limit + 1e-9
                };
                order.iter().take_while(fits).count()
            };
            self.order.iter().map(size).collect()
        };
        let limit = total * share;
        let discs = sizes(limit);
        let kept = discs.iter().all(|size| *size > 0) && self.keeps();
        let beyond = if kept { sizes(limit * BEYOND) } else { Vec::new() };
        self.problem.zones = self.chains(&discs);
        self.problem.check()?;
        if kept && let Some(findings) = self.with_kept(&by_location, (limit, limit * BEYOND), &discs, &beyond) {
            return Ok(findings);
        }
        Ok(scan(&self.problem, &self.settings, &mut self.reached, &|_| ()))
    }

    /// Chains of so many of each location's nearest.
    fn chains(&self, sizes: &[usize]) -> Zones {
        let mut zones = Zones::new();
        for (centre, (order, size)) in self.order.iter().zip(sizes).enumerate() {
            zones.push(&order[..*size], 1, 1.0, centre as u32, None);
        }
        zones
    }

    fn keeps(&self) -> bool {
        self.settings.replicates > 0 && !matches!(self.settings.p_value, PValue::Sequential { .. })
    }

    /// The answer with replicates that are kept; none where they cannot be.
    fn with_kept(
        &mut self,
        by_location: &[f64],
        (limit, reach): (f64, f64),
        discs: &[usize],
        beyond: &[usize],
    ) -> Option<Findings> {
        let draw = Draw::new(&self.problem);
        let deal = draw.deal()?;
        let wide = Problem { zones: self.chains(beyond), ..self.problem.clone() };
        let until = wide.zones.chains().iter().zip(discs).map(|(chain, size)| chain.start + size).collect();
        let alive = Alive::keeping(&wide, most_cases(&wide), SPLIT, until);
        if !alive.keeps() {
            return None;
        }
        let total: f64 = by_location.iter().sum();
        let starts = wide.windows.starts_of(wide.intervals - 1).rev();
        let seen = |from: usize| -> u32 { wide.cases.chunks(wide.intervals).flat_map(|row| &row[from..]).sum() };
        let lanes = starts.map(|from| f64::from(seen(from)) / total).collect();
        let seed = self.settings.seed;
        let reached: Vec<u16> = beyond.iter().map(|size| u16::try_from(*size).unwrap_or(u16::MAX)).collect();
        let now = Now { alive: &alive, order: &self.order, reached: &reached, reach, limit, by_location, lanes, deal, seed };
        let mut kept = self.kept.take().unwrap_or_else(|| Kept::new(&self.order));
        let maxima = kept.maxima(&now, self.settings.replicates)?;
        self.kept = Some(kept);
        let lowest = maxima.iter().copied().fold(f64::INFINITY, f64::min);
        let found = best_above(&self.problem, &alive, lowest).unwrap_or_else(|| best_of_groups(&self.problem));
        let found = secondary::keep(found, &self.problem.zones, self.problem.locations, self.settings.secondary);
        Some(told(&self.problem, &self.settings, found, Replicates { maxima, stopped: false }))
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
    use crate::{Secondary, analyse};

    /// A county large enough that discs have a second part; answers after every report, of days gone by too, are those of a scan made anew.
    #[test]
    fn kept_replicates_are_those_drawn_anew() {
        let (places, days) = (130, 60);
        for seed in 0..3 {
            let mut dice = chance(seed, 8);
            let points: Vec<Point> =
                (0..places).map(|_| Point([below(&mut dice, 1000) as f64, below(&mut dice, 1000) as f64, 0.0])).collect();
            let settings = Settings { replicates: 24, seed, p_value: PValue::Default, secondary: Secondary::NoOverlap };
            let against = Against::Permutation { largest_share: 0.5 };
            let mut live = Scanner::new(&points, Coordinates::Cartesian, days, 14, against, settings).unwrap();
            for _ in 0..1500 {
                live.report(below(&mut dice, places), below(&mut dice, days - 1)).unwrap();
            }
            for round in 0..150 {
                // Most of today, some of days before; at times several between answers, at times a series.
                let place = if round % 5 == 0 { 7 } else { below(&mut dice, places) };
                let back = [0, 0, 0, 1, 2, 9][below(&mut dice, 6)];
                live.report(place, days - 1 - back).unwrap();
                if round % 7 == 3 {
                    continue;
                }
                let found = live.clusters().unwrap();
                assert!(live.kept.is_some());
                assert_eq!(found, analyse(live.problem(), &settings, &|_| ()).unwrap(), "seed {seed}, round {round}");
                if round == 100 {
                    live.next_day(None).unwrap();
                }
            }
        }
    }

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
