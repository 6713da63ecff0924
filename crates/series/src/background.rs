//! What comes in without a series, learnt from the force's own reports and, at the start, from the people who live there and national
//! rates: rates by stream and area, weekdays by area, completeness by lag and area, how calls are done, and how numbers coincide.
//!
//! For stream s, area a, day of call d, seen today: `λ = r_s · q_sa · w_a(d) · F_a(today − d)`, with
//! `r_s = (n_s + α) / (T + α/R_s)` reports a day (Gamma prior of shape α = 2 at the national rate R_s),
//! `q_sa = (n_sa + κ p_sa) / (n_s + κ)` (κ = 150; p_sa the area's share of the stream's people times how far its reports of all streams
//! depart from its people, those shrunk by 100 reports: districts differ by a quarter),
//! `w_a` the weekday's factor, the area's own shrunk to the region's by 40 reports, and
//! `F_a` the share of reports that are in after so many days, shrunk likewise. Counts fade with a half-life of 240 days; a report
//! counts 14 days after it came in unless it is in a series by then, so that an outbreak does not teach the background to expect it.

use std::sync::Arc;

use crate::counts::{DayNumber, weekday};
use crate::event::{Event, NOWHERE};
use crate::marks::{ByStream, Marks, MoModel};
use crate::region::Region;
use crate::streams::{By, Streams};

/// Ages of calls, in days, that are looked at: 0 to 60.
pub(crate) const AGES: usize = 61;
/// Half-life of what is learnt, in days.
const HALF_LIFE: f64 = 240.0;
/// A report is learnt from so many days after it came in.
pub(crate) const GUARD: i32 = 14;
/// Shape of the rate's prior: reports' worth of the national rate.
const RATE_SHAPE: f64 = 2.0;
/// Reports' worth of the people's shares in an area's reports of all streams: districts differ from their people by a quarter.
const TILT_REPORTS: f64 = 100.0;
/// Reports' worth of the shares over all streams in a stream's own.
const SHARE_REPORTS: f64 = 150.0;
/// Reports' worth of the region's weekdays and lags in an area's own.
const AREA_REPORTS: f64 = 40.0;
/// Reports a million people and day of the unknown stream, at the start.
const UNKNOWN_RATE: f64 = 0.1;
/// People of an area whose number is not known.
const PEOPLE: f64 = 120_000.0;
/// Share of reports in by lag, at the start, in bins of [`lag_bin`]: same day, next, 2 to 6, 7 to 30, later (assumed), and its weight.
const LAGS: usize = 8;
const LAG_START: [f64; LAGS] = [0.60, 0.18, 0.06, 0.05, 0.04, 0.03, 0.03, 0.01];
const LAG_WEIGHT: f64 = 60.0;
/// Bins of the lag: the last day of each.
const LAG_END: [usize; LAGS] = [0, 1, 2, 4, 6, 13, 30, 60];
/// Most that is believed of numbers that go on and come again by chance: two or three in a town on a day are, more are not, and a region
/// that is full of small series is not to learn that they are chance.
const MOST_GOES_ON: [f64; 3] = [0.10, 0.45, 0.15];
const MOST_COMES_AGAIN: f64 = 0.02;
/// Reports of each stream that are kept to draw from.
const KEPT: usize = 300;

/// How numbers and names coincided with earlier ones when a report came in.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Seen {
    /// Earlier reports of the area within a day with a number or name in common.
    pub(crate) near: u32,
    /// Whether only reports of the area 2 to 30 days off have one in common.
    pub(crate) far: bool,
    /// Earlier reports within 30 days with a number in common that may come out of the same household.
    pub(crate) household: u32,
    /// Earlier reports elsewhere with a number, and those with the same.
    pub(crate) pairs: f64,
    pub(crate) same: f64,
    /// The same for names.
    pub(crate) name_pairs: f64,
    pub(crate) name_same: f64,
}

/// Coincidences of numbers and names, counted.
#[derive(Debug, Clone)]
pub(crate) struct Coincidences {
    reports: f64,
    /// Reports that were the second, third, fourth and later of one number in one area within a day.
    near: [f64; 3],
    far: f64,
    /// Reports that may have come out of a household that had told of the number before: once, and more often.
    household: [f64; 2],
    pairs: f64,
    same: f64,
    name_pairs: f64,
    name_same: f64,
    with_number: f64,
    with_name: f64,
}

impl Coincidences {
    /// The share of calls of which another is told within a day and area; of such pairs, those with a third; then with one more.
    pub(crate) fn goes_on(&self, held: usize) -> f64 {
        match held {
            0 => 0.0,
            1 => ((self.near[0] + 0.03 * 80.0) / (self.reports + 80.0)).min(MOST_GOES_ON[0]),
            2 => ((self.near[1] + 1.6) / (self.near[0] + 4.0)).min(MOST_GOES_ON[1]),
            _ => ((self.near[2] + 0.3) / (self.near[1] + self.near[2] + 2.0)).min(MOST_GOES_ON[2]),
        }
    }

    /// The share of reports whose number comes again in the area 2 to 30 days on.
    pub(crate) fn comes_again(&self) -> f64 {
        ((self.far + 1.0) / (self.reports + 300.0)).min(MOST_COMES_AGAIN)
    }

    /// The share of reports that come again out of one household within a month, and of such that come once more: learnt from
    /// those of one number and one postcode sector whose reporters are not known to be two.
    pub(crate) fn household(&self, held: usize) -> f64 {
        match held {
            0 => 0.0,
            1 => (self.household[0] + 1.0) / (self.reports + 100.0),
            _ => (self.household[1] + 1.0) / (self.household[0] + self.household[1] + 2.0),
        }
    }

    /// The chance that two reports far from one another show one number.
    pub(crate) fn same_number(&self) -> f64 {
        (self.same + 2.0) / (self.pairs + 6000.0)
    }

    /// The chance that two reports name the caller alike.
    pub(crate) fn same_name(&self) -> f64 {
        (self.name_same + 2.0) / (self.name_pairs + 800.0)
    }

    /// Shares of reports with a number and with a name.
    pub(crate) fn shares(&self) -> (f64, f64) {
        let all = self.reports + 10.0;
        ((self.with_number + 6.0) / all, (self.with_name + 3.0) / all)
    }

    fn fade(&mut self, factor: f64) {
        for count in [
            &mut self.reports,
            &mut self.far,
            &mut self.pairs,
            &mut self.same,
            &mut self.name_pairs,
            &mut self.name_same,
            &mut self.with_number,
            &mut self.with_name,
        ] {
            *count *= factor;
        }
        for count in self.near.iter_mut().chain(&mut self.household) {
            *count *= factor;
        }
    }

    fn add(&mut self, event: &Event, seen: &Seen, weight: f64) {
        self.reports += weight;
        if seen.near > 0 {
            self.near[(seen.near as usize - 1).min(2)] += weight;
        }
        if seen.far {
            self.far += weight;
        }
        if seen.household > 0 {
            self.household[(seen.household as usize - 1).min(1)] += weight;
        }
        self.pairs += weight * seen.pairs;
        self.same += weight * seen.same;
        self.name_pairs += weight * seen.name_pairs;
        self.name_same += weight * seen.name_same;
        self.with_number += if event.numbers.is_empty() { 0.0 } else { weight };
        self.with_name += if event.names.is_empty() { 0.0 } else { weight };
    }
}

/// The background.
#[derive(Debug, Clone)]
pub(crate) struct Background {
    pub(crate) streams: usize,
    pub(crate) areas: usize,
    /// National rates, reports a day in the region.
    national: Vec<f64>,
    people: Vec<Vec<f64>>,
    /// Days learnt from, faded.
    pub(crate) days: f64,
    total: Vec<f64>,
    by_area: Vec<Vec<f64>>,
    nowhere: f64,
    weekday: [f64; 7],
    area_weekday: Vec<[f64; 7]>,
    lag: [f64; LAGS],
    area_lag: Vec<[f64; LAGS]>,
    /// Method of moments of the spread of an area's days beyond Poisson and the region's own ups and downs.
    spread: (f64, f64),
    /// The same for the region's days.
    day_spread: (f64, f64),
    /// Rates and shares that stand, in draws of a part of the region.
    fixed: Option<(Vec<f64>, Vec<Vec<f64>>)>,
    pub(crate) mo: MoModel,
    pub(crate) coincidences: Coincidences,
    pub(crate) kept: Vec<Vec<(Marks, Arc<ByStream>)>>,
    kept_next: Vec<usize>,
    /// Whether lags are allowed for.
    pub(crate) with_lag: bool,
}

impl Background {
    /// A background without history.
    pub(crate) fn new(region: &Region, streams: &Streams) -> Background {
        let areas = region.areas().len();
        let people_all = region.population().unwrap_or(PEOPLE * areas as f64);
        let mut national = Vec::new();
        let mut people = Vec::new();
        for stream in streams.iter() {
            national.push((stream.rate_per_million * people_all / 1e6).max(1e-3));
            people.push(region.shares(stream.by));
        }
        national.push(UNKNOWN_RATE * people_all / 1e6);
        people.push(region.shares(By::Population));
        let n = national.len();
        Background {
            streams: n,
            areas,
            national,
            people,
            days: 0.0,
            total: vec![0.0; n],
            by_area: vec![vec![0.0; areas]; n],
            nowhere: 0.0,
            weekday: [0.0; 7],
            area_weekday: vec![[0.0; 7]; areas],
            lag: [0.0; LAGS],
            area_lag: vec![[0.0; LAGS]; areas],
            spread: (0.0, 0.0),
            day_spread: (0.0, 0.0),
            fixed: None,
            mo: MoModel::new(streams),
            coincidences: Coincidences {
                reports: 0.0,
                near: [0.0; 3],
                far: 0.0,
                household: [0.0; 2],
                pairs: 0.0,
                same: 0.0,
                name_pairs: 0.0,
                name_same: 0.0,
                with_number: 0.0,
                with_name: 0.0,
            },
            kept: vec![Vec::new(); n],
            kept_next: vec![0; n],
            with_lag: true,
        }
    }

    /// One more day is learnt from; everything before fades a little.
    pub(crate) fn next_day(&mut self) {
        let factor = 0.5f64.powf(1.0 / HALF_LIFE);
        self.days = self.days * factor + 1.0;
        for total in &mut self.total {
            *total *= factor;
        }
        for row in &mut self.by_area {
            for count in row {
                *count *= factor;
            }
        }
        self.nowhere *= factor;
        for count in self.weekday.iter_mut().chain(self.area_weekday.iter_mut().flatten()) {
            *count *= factor;
        }
        for count in self.lag.iter_mut().chain(self.area_lag.iter_mut().flatten()) {
            *count *= factor;
        }
        self.spread.0 *= factor;
        self.spread.1 *= factor;
        self.day_spread.0 *= factor;
        self.day_spread.1 *= factor;
        self.mo.fade(factor);
        self.coincidences.fade(factor);
    }

    /// Learns a report (weight 1) or takes it back (−1).
    pub(crate) fn add(&mut self, event: &Event, seen: &Seen, weight: f64) {
        for stream in 0..self.streams {
            let part = weight * event.streams[stream];
            self.total[stream] = (self.total[stream] + part).max(0.0);
            if event.area != NOWHERE {
                let held = &mut self.by_area[stream][event.area];
                *held = (*held + part * event.share).max(0.0);
                for (other, share) in &event.others {
                    let held = &mut self.by_area[stream][*other];
                    *held = (*held + part * share).max(0.0);
                }
            }
        }
        let day = weekday(event.day);
        let lag = lag_bin((event.received - event.day).max(0) as usize);
        self.weekday[day] += weight;
        self.lag[lag] += weight;
        if event.area == NOWHERE {
            self.nowhere += weight;
        } else {
            self.area_weekday[event.area][day] += weight;
            self.area_lag[event.area][lag] += weight;
        }
        self.mo.add(&event.marks, &event.streams, weight);
        self.coincidences.add(event, seen, weight);
        if weight > 0.0 {
            let main = main_stream(&event.streams, self.streams);
            let next = self.kept_next[main];
            if self.kept[main].len() < KEPT {
                self.kept[main].push((event.marks, Arc::clone(&event.rules)));
            } else {
                self.kept[main][next % KEPT] = (event.marks, Arc::clone(&event.rules));
            }
            self.kept_next[main] = next + 1;
        }
    }

    /// Learns how far the days of areas spread: counts of one day by area against what was expected.
    pub(crate) fn learn_spread(&mut self, counts: &[f64], expected: &[f64]) {
        let (n, mu): (f64, f64) = (counts.iter().sum(), expected.iter().sum());
        self.day_spread.0 += (n - mu) * (n - mu) - n;
        self.day_spread.1 += mu * mu;
        let common = (4.0 + n) / (4.0 + mu);
        for (count, mean) in counts.iter().zip(expected) {
            let mean = mean * common;
            self.spread.0 += (count - mean) * (count - mean) - count;
            self.spread.1 += mean * mean;
        }
    }

    /// 1/k of a negative binomial for an area's day; 0 is Poisson.
    pub(crate) fn spread(&self) -> f64 {
        ((self.spread.0 + 0.05) / (self.spread.1 + 5.0)).clamp(0.0, 2.0)
    }

    /// 1/k of the region's days: what all methods and areas have in common.
    pub(crate) fn day_spread(&self) -> f64 {
        ((self.day_spread.0 + 15.0) / (self.day_spread.1 + 150.0)).clamp(0.0, 2.0)
    }

    /// Reports a day of a stream.
    pub(crate) fn rate(&self, stream: usize) -> f64 {
        if let Some((rates, _)) = &self.fixed {
            return rates[stream];
        }
        let (shape, days) = self.rate_posterior(stream);
        shape / days
    }

    /// The Gamma posterior of a stream's rate: shape and days.
    pub(crate) fn rate_posterior(&self, stream: usize) -> (f64, f64) {
        (self.total[stream] + RATE_SHAPE, self.days + RATE_SHAPE / self.national[stream])
    }

    /// Shares of all areas.
    pub(crate) fn shares(&self, stream: usize) -> Vec<f64> {
        if let Some((_, shares)) = &self.fixed {
            return shares[stream].clone();
        }
        let row = &self.by_area[stream];
        let placed: f64 = row.iter().sum();
        let prior = self.tilted(stream);
        row.iter().zip(prior).map(|(n, p)| (n + SHARE_REPORTS * p) / (placed + SHARE_REPORTS)).collect()
    }

    /// Shares of a stream's people, tilted by what the areas' reports of all streams say.
    fn tilted(&self, stream: usize) -> Vec<f64> {
        let mut own = vec![0.0; self.areas];
        let mut due = vec![0.0; self.areas];
        for other in 0..self.streams {
            let placed: f64 = self.by_area[other].iter().sum();
            for area in 0..self.areas {
                own[area] += self.by_area[other][area];
                due[area] += placed * self.people[other][area];
            }
        }
        let all: f64 = self.people[stream].iter().sum::<f64>().max(1e-12);
        let mut tilted: Vec<f64> = (0..self.areas)
            .map(|area| {
                let p = self.people[stream][area] / all;
                p * (own[area] + TILT_REPORTS * p) / (due[area] + TILT_REPORTS * p).max(1e-12)
            })
            .collect();
        let sum: f64 = tilted.iter().sum::<f64>().max(1e-12);
        for one in &mut tilted {
            *one /= sum;
        }
        tilted
    }

    /// Share of a stream's reports that an area has.
    pub(crate) fn share(&self, stream: usize, area: usize) -> f64 {
        self.shares(stream)[area]
    }

    /// Weights of a stream's areas: the shape of each in the posterior of the shares.
    pub(crate) fn share_shapes(&self, stream: usize) -> Vec<f64> {
        let placed: f64 = self.by_area[stream].iter().sum();
        self.shares(stream).into_iter().map(|share| share * (placed + SHARE_REPORTS)).collect()
    }

    /// The background of some of the areas, with rates as they stand now.
    pub(crate) fn part(&self, areas: &[usize]) -> Background {
        let pick = |row: &[f64]| areas.iter().map(|area| row[*area]).collect::<Vec<f64>>();
        let (mut rates, mut shares) = (Vec::new(), Vec::new());
        for stream in 0..self.streams {
            let held = pick(&self.shares(stream));
            let sum: f64 = held.iter().sum::<f64>().max(1e-12);
            rates.push(self.rate(stream) * sum);
            shares.push(held.iter().map(|share| share / sum).collect());
        }
        let mut part = self.clone();
        part.areas = areas.len();
        part.people = self.people.iter().map(|row| pick(row)).collect();
        part.by_area = self.by_area.iter().map(|row| pick(row)).collect();
        part.area_weekday = areas.iter().map(|area| self.area_weekday[*area]).collect();
        part.area_lag = areas.iter().map(|area| self.area_lag[*area]).collect();
        part.fixed = Some((rates, shares));
        part
    }

    /// Share of reports whose place is not known.
    pub(crate) fn nowhere(&self) -> f64 {
        let all: f64 = self.total.iter().sum();
        (self.nowhere + 1.0) / (all + 20.0)
    }

    /// An area's weekday factors, Monday first, mean 1.
    pub(crate) fn weekdays(&self, area: usize) -> [f64; 7] {
        let all: f64 = self.weekday.iter().sum();
        let mut factors = [1.0; 7];
        let own: f64 = self.area_weekday[area].iter().sum();
        for (day, factor) in factors.iter_mut().enumerate() {
            let region = (self.weekday[day] + 4.0) / (all + 28.0);
            *factor = 7.0 * (self.area_weekday[area][day] + AREA_REPORTS * region) / (own + AREA_REPORTS);
        }
        factors
    }

    /// Share of reports in by age of the call, for an area: by bin.
    pub(crate) fn lags(&self, area: usize) -> [f64; LAGS] {
        let all: f64 = self.lag.iter().sum();
        let own: f64 = self.area_lag[area].iter().sum();
        let mut shares = [0.0; LAGS];
        for (bin, share) in shares.iter_mut().enumerate() {
            let region = (self.lag[bin] + LAG_WEIGHT * LAG_START[bin]) / (all + LAG_WEIGHT);
            *share = (self.area_lag[area][bin] + AREA_REPORTS * region) / (own + AREA_REPORTS);
        }
        shares
    }

    /// Days' worth of reports of each area by age, summed from age 0 on: weekdays and completeness, without rates.
    pub(crate) fn days_worth(&self, today: DayNumber) -> Vec<[f64; AGES]> {
        let mut all = Vec::with_capacity(self.areas);
        for area in 0..self.areas {
            let weekdays = self.weekdays(area);
            let complete = if self.with_lag { completeness(&self.lags(area)) } else { [1.0; AGES] };
            let mut row = [0.0; AGES];
            let mut sum = 0.0;
            for age in 0..AGES {
                sum += weekdays[weekday(today - age as i32)] * complete[age];
                row[age] = sum;
            }
            all.push(row);
        }
        all
    }

    /// Reports of a stream expected by area and age, summed from age 0 on: `[area][age]`, then the whole region at the end.
    pub(crate) fn expectation(&self, stream: usize, days_worth: &[[f64; AGES]]) -> Vec<[f64; AGES]> {
        let rate = self.rate(stream);
        let mut all = Vec::with_capacity(self.areas + 1);
        let mut region = [0.0; AGES];
        for (share, days) in self.shares(stream).into_iter().zip(days_worth) {
            let row = days.map(|days| rate * share * days);
            for (slot, due) in region.iter_mut().zip(&row) {
                *slot += due;
            }
            all.push(row);
        }
        all.push(region);
        all
    }
}

/// Share in at each age.
fn completeness(bins: &[f64; LAGS]) -> [f64; AGES] {
    let mut in_by = [1.0; AGES];
    let mut sum = 0.0;
    let mut start = 0;
    for (bin, end) in LAG_END.iter().enumerate() {
        let width = (end - start + 1) as f64;
        for (step, slot) in in_by[start..=*end].iter_mut().enumerate() {
            *slot = (sum + bins[bin] * (step as f64 + 1.0) / width).clamp(0.05, 1.0);
        }
        sum += bins[bin];
        start = end + 1;
    }
    in_by
}

/// The bin of a lag in days.
pub(crate) fn lag_bin(lag: usize) -> usize {
    LAG_END.iter().position(|end| lag <= *end).unwrap_or(LAGS - 1)
}

/// First and last day of a bin.
pub(crate) fn lag_days(bin: usize) -> (usize, usize) {
    (if bin == 0 { 0 } else { LAG_END[bin - 1] + 1 }, LAG_END[bin])
}

/// The stream a report belongs to most.
pub(crate) fn main_stream(streams: &ByStream, n: usize) -> usize {
    let mut best = n - 1;
    for stream in 0..n {
        if streams[stream] > streams[best] {
            best = stream;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn day_one_rests_on_the_national_rate_and_the_people() {
        let uk = areas::Gazetteer::united_kingdom();
        let region = Region::of(&uk, "Hertfordshire");
        let background = Background::new(&region, &Streams::builtin());
        // Courier fraud: 0.21 a million and day, 1.2 million people.
        assert!((background.rate(0) - 0.252).abs() < 0.01, "{}", background.rate(0));
        let shares = background.shares(0);
        assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-9);
    }

    #[test]
    fn all_reports_are_in_at_the_end_and_few_on_the_day() {
        let in_by = completeness(&LAG_START);
        assert!((in_by[0] - 0.6).abs() < 1e-9 && in_by[60] > 0.999);
        assert!(in_by.windows(2).all(|pair| pair[0] <= pair[1] + 1e-12));
    }

    #[test]
    fn bins_and_days_agree() {
        for lag in 0..90 {
            let (from, to) = lag_days(lag_bin(lag));
            assert!(lag > 60 || (from <= lag && lag <= to), "{lag}");
        }
    }
}
