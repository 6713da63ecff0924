//! Surveillance day after day: how often an alarm as strong comes by chance, in episodes.
//!
//! A recurrence interval of one day's scan counts alarm *days*, and the scans of successive days share nearly all of their cases: ten alarm
//! days in a row are one alarm to the desk. Here the whole course is replicated instead. Dates are dealt out anew over the reports, within
//! days of the week where that is asked for, every day of the course is scanned as it would have been, and what is counted are episodes:
//! alarm days with no more than the longest window between them are one.
//!
//! Scanning by the day a report came in makes reporting lag harmless as long as it is steady: late reports of one area are late on every
//! day, so the days that they come in have the same course as any other.

use rayon::prelude::*;

use crate::chance::{below, chance};
use crate::{Coordinates, Limit, Point, Ratio, Zones};

/// How days are scanned: space-time permutation over the last `days` days, windows of up to `longest` days that end today.
#[derive(Debug, Clone)]
pub struct Watch {
    order: Vec<Vec<u32>>,
    /// Days that a scan looks back.
    pub days: usize,
    /// Longest window.
    pub longest: usize,
    /// Whether expectations are made within days of the week.
    pub weekly: bool,
}

/// The best window of a day.
#[derive(Debug, Clone, PartialEq)]
pub struct DayScore {
    /// Locations, the centre first.
    pub locations: Vec<usize>,
    /// Days in the window.
    pub length: usize,
    /// Cases.
    pub cases: u32,
    /// Expected.
    pub expected: f64,
    /// Score, nats; 0 where no window has more than expected.
    pub llr: f64,
}

/// Daily scores of replicated courses.
#[derive(Debug, Clone, PartialEq)]
pub struct Course {
    scores: Vec<Vec<f64>>,
    gap: usize,
}

impl Watch {
    /// Prepares. Discs hold up to half of the cases.
    pub fn new(points: &[Point], coordinates: Coordinates, days: usize, longest: usize, weekly: bool) -> Watch {
        let all = Zones::discs(points, coordinates, &Limit::default());
        let order = all.chains().iter().map(|chain| all.members(chain.start..chain.end).to_vec()).collect();
        Watch { order, days, longest: longest.clamp(1, days.max(1)), weekly }
    }

    /// Best window of each day of `range`. `cases` is a table by location, then day, `all_days` wide; days before the table are empty.
    pub fn scores(&self, cases: &[u32], all_days: usize, range: std::ops::Range<usize>) -> Vec<DayScore> {
        let mut margins = Margins::new(self.order.len(), if self.weekly { 7 } else { 1 });
        let mut scores = Vec::with_capacity(range.len());
        let first = range.start.saturating_sub(self.days - 1);
        for day in first..range.end.min(all_days) {
            margins.add(cases, all_days, day, 1.0);
            if day >= first + self.days {
                margins.add(cases, all_days, day - self.days, -1.0);
            }
            if day >= range.start {
                scores.push(self.today(cases, all_days, day, &margins));
            }
        }
        scores
    }

    fn today(&self, cases: &[u32], all_days: usize, day: usize, margins: &Margins) -> DayScore {
        let locations = self.order.len();
        let longest = self.longest.min(day + 1);
        let strata = margins.strata;
        // By location and window length: cases and expectations of the last 1, 2, … days.
        let mut rows = vec![(0.0, 0.0); locations * longest];
        for back in 0..longest {
            let then = day - back;
            let stratum = then % strata;
            let here: f64 = (0..locations).map(|one| f64::from(cases[one * all_days + then])).sum();
            let all = margins.of_stratum[stratum];
            let share = if all > 0.0 { here / all } else { 0.0 };
            for location in 0..locations {
                let before = if back == 0 { (0.0, 0.0) } else { rows[location * longest + back - 1] };
                let count = f64::from(cases[location * all_days + then]);
                rows[location * longest + back] =
                    (before.0 + count, before.1 + margins.of_location[location * strata + stratum] * share);
            }
        }
        let total: f64 = margins.of_stratum.iter().sum();
        let ratio = Ratio::Conditional { total };
        let mut best = DayScore { locations: Vec::new(), length: 0, cases: 0, expected: 0.0, llr: 0.0 };
        let mut found: Option<(usize, usize)> = None;
        let mut sums = vec![(0.0, 0.0); longest];
        for (centre, order) in self.order.iter().enumerate() {
            sums.fill((0.0, 0.0));
            let mut held = 0.0;
            for (position, member) in order.iter().enumerate() {
                let member = *member as usize;
                held += margins.of_location[member * strata..(member + 1) * strata].iter().sum::<f64>();
                if held > 0.5 * total + 1e-9 {
                    break;
                }
                let row = &rows[member * longest..(member + 1) * longest];
                for (sum, one) in sums.iter_mut().zip(row) {
                    sum.0 += one.0;
                    sum.1 += one.1;
                }
                // A disc that grew without a case in the window only expects more.
                if row[longest - 1].0 <= 0.0 {
                    continue;
                }
                for (back, (c, mu)) in sums.iter().enumerate() {
                    let over = c - mu;
                    if *c < 2.0 || over <= 0.0 || *mu <= 0.0 || over * over * (0.5 / mu + 1.0 / (total - mu)) <= best.llr {
                        continue;
                    }
                    let llr = ratio.high(*c, *mu);
                    if llr > best.llr {
                        best = DayScore { locations: Vec::new(), length: back + 1, cases: *c as u32, expected: *mu, llr };
                        found = Some((centre, position + 1));
                    }
                }
            }
        }
        if let Some((centre, size)) = found {
            best.locations = self.order[centre][..size].iter().map(|one| *one as usize).collect();
        }
        best
    }

    /// Replicates a course: `rounds` times the dates of all reports in the table are dealt out anew, and every day from the first with a
    /// full look back is scanned.
    pub fn replicate(&self, cases: &[u32], all_days: usize, rounds: u32, seed: u64) -> Course {
        let strata = if self.weekly { 7 } else { 1 };
        let locations = self.order.len();
        let mut reports: Vec<(Vec<u32>, Vec<u32>)> = vec![(Vec::new(), Vec::new()); strata];
        for location in 0..locations {
            for day in 0..all_days {
                for _ in 0..cases[location * all_days + day] {
                    reports[day % strata].0.push(location as u32);
                    reports[day % strata].1.push(day as u32);
                }
            }
        }
        let from = (self.days - 1).min(all_days);
        let scores = (0..rounds)
            .into_par_iter()
            .map(|round| {
                let mut dice = chance(seed, u64::from(round));
                let mut dealt = vec![0u32; locations * all_days];
                for (places, dates) in &reports {
                    let mut places = places.clone();
                    for at in 0..places.len() {
                        let pick = at + below(&mut dice, places.len() - at);
                        places.swap(at, pick);
                    }
                    for (place, date) in places.iter().zip(dates) {
                        dealt[*place as usize * all_days + *date as usize] += 1;
                    }
                }
                self.scores(&dealt, all_days, from..all_days).into_iter().map(|one| one.llr).collect()
            })
            .collect();
        Course { scores, gap: self.longest }
    }
}

struct Margins {
    strata: usize,
    of_location: Vec<f64>,
    of_stratum: Vec<f64>,
}

impl Margins {
    fn new(locations: usize, strata: usize) -> Margins {
        Margins { strata, of_location: vec![0.0; locations * strata], of_stratum: vec![0.0; strata] }
    }

    fn add(&mut self, cases: &[u32], all_days: usize, day: usize, sign: f64) {
        let stratum = day % self.strata;
        for location in 0..self.of_location.len() / self.strata {
            let here = sign * f64::from(cases[location * all_days + day]);
            self.of_location[location * self.strata + stratum] += here;
            self.of_stratum[stratum] += here;
        }
    }
}

/// Episodes of alarm days: those with no more than `gap` days between them are one.
pub fn episodes(scores: &[f64], threshold: f64, gap: usize) -> usize {
    let mut last: Option<usize> = None;
    let mut count = 0;
    for (day, score) in scores.iter().enumerate() {
        if *score >= threshold {
            count += usize::from(last.is_none_or(|last| day - last > gap));
            last = Some(day);
        }
    }
    count
}

impl Course {
    /// Years replicated.
    pub fn years(&self) -> f64 {
        self.scores.iter().map(Vec::len).sum::<usize>() as f64 / 365.25
    }

    /// Episodes a year at or above a score by chance alone.
    pub fn per_year(&self, score: f64) -> f64 {
        let count: usize = self.scores.iter().map(|course| episodes(course, score, self.gap)).sum();
        count as f64 / self.years().max(1e-9)
    }

    /// The score at which chance alone gives this many episodes a year, or fewer.
    pub fn threshold(&self, per_year: f64) -> f64 {
        let highest = self.scores.iter().flatten().copied().fold(0.0, f64::max);
        // From above, for the rate falls with the score; at low scores all days are one episode.
        let (mut low, mut high) = (0.5 * highest, highest + 1e-6);
        while low > 0.1 && self.per_year(low) < per_year {
            high = low;
            low *= 0.75;
        }
        for _ in 0..40 {
            let middle = 0.5 * (low + high);
            if self.per_year(middle) > per_year {
                low = middle;
            } else {
                high = middle;
            }
        }
        high
    }

    /// Days between episodes as strong by chance alone; beyond what was replicated, at least that long.
    pub fn recurrence_interval_days(&self, score: f64) -> f64 {
        365.25 / self.per_year(score).max(0.5 / self.years().max(1e-9))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::poisson;
    use crate::{Null, PValue, Problem, Rates, Secondary, Settings, Windows, analyse, permutation_expected};

    fn county() -> (Vec<Point>, Vec<u32>, usize) {
        let points: Vec<Point> = (0..16).map(|i| Point([f64::from(i % 4), f64::from(i / 4) * 1.1, 0.0])).collect();
        let days = 200;
        let mut dice = chance(12, 0);
        let cases = (0..16 * days).map(|_| poisson(&mut dice, 0.1) as u32).collect();
        (points, cases, days)
    }

    /// A day's score is that of the scan proper.
    #[test]
    fn a_day_of_the_course_is_a_scan() {
        let (points, cases, days) = county();
        for weekly in [false, true] {
            let watch = Watch::new(&points, Coordinates::Cartesian, 91, 14, weekly);
            for (day, found) in watch.scores(&cases, days, 120..130).into_iter().enumerate() {
                let (from, to) = (120 + day + 1 - 91, 120 + day + 1);
                let cut: Vec<u32> = cases.chunks(days).flat_map(|row| row[from..to].to_vec()).collect();
                let weight: Vec<f64> = cut.chunks(91).map(|row| row.iter().map(|one| f64::from(*one)).sum()).collect();
                let total: f64 = weight.iter().sum();
                let strata: Vec<usize> = (from..to).map(|day| if weekly { day % 7 } else { 0 }).collect();
                let limit = Limit { weight: Some((weight, 0.5 * total)), ..Limit::default() };
                let problem = Problem {
                    locations: 16,
                    intervals: 91,
                    expected: permutation_expected(&cut, 16, 91, &strata),
                    cases: cut,
                    ratio: Ratio::Conditional { total },
                    null: Null::Permutation { strata, layers: Vec::new() },
                    rates: Rates::High,
                    zones: Zones::discs(&points, Coordinates::Cartesian, &limit),
                    windows: Windows::alive(91, 14),
                    replicate_windows: None,
                    purely_spatial: false,
                    fewest: 2,
                    fewest_low: 0,
                };
                let settings = Settings { replicates: 0, seed: 1, p_value: PValue::MonteCarlo, secondary: Secondary::NoOverlap };
                let best = analyse(&problem, &settings, &|_| ()).unwrap().clusters.remove(0);
                assert!((best.llr - found.llr).abs() < 1e-9, "{} against {}", best.llr, found.llr);
                assert_eq!(best.cases, found.cases);
            }
        }
    }

    #[test]
    fn episodes_and_their_threshold() {
        assert_eq!(episodes(&[1.0, 3.0, 3.0, 0.0, 3.0, 0.0, 0.0, 0.0, 3.0], 2.0, 2), 2);
        let (points, cases, days) = county();
        let course = Watch::new(&points, Coordinates::Cartesian, 60, 7, true).replicate(&cases, days, 12, 3);
        let threshold = course.threshold(2.0);
        assert!((1.0..=2.0).contains(&course.per_year(threshold)), "{}", course.per_year(threshold));
        assert!(course.recurrence_interval_days(threshold) >= 182.0);
        assert_eq!(course, Watch::new(&points, Coordinates::Cartesian, 60, 7, true).replicate(&cases, days, 12, 3));
    }
}
