//! What a score means: how many episodes as strong come by chance in a year.
//!
//! Parametric bootstrap. Years of reports are drawn from the background as it is known: rates and shares from their posteriors (little
//! history, wide draws, high threshold), common ups and downs of days, weekdays and lags by area, methods as they were ticked, calls
//! that are told of several times, numbers that come again, names and numbers that coincide. The engine judges every report as it
//! would live. Scores within 14 days and of one place are one episode with the highest of them; above the level that the 45 highest
//! episodes pass an exponential tail is fitted (peaks over threshold), and the rate at any score is read off it.

use std::collections::BTreeMap;
use std::sync::Arc;

use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use crate::background::{Background, lag_days};
use crate::counts::{DayNumber, weekday};
use crate::engine::Engine;
use crate::event::{Event, NOWHERE, Token};
use crate::marks::{ByStream, FIELDS, Marks, SIZES, values};
use crate::region::{Region, RegionArea};
use crate::streams::{Method, Streams};
use report::vocabulary::{Claimed, Demand, Handover, Pretext, Trick};

/// Reports that are drawn: thirteen years of a county.
const DRAWN: f64 = 13_000.0;
/// Fewest years a part of a large region is drawn for.
const FEWEST_YEARS: f64 = 5.0;
/// Most years a quiet region is drawn for.
const MOST_YEARS: f64 = 60.0;
/// So many times more episodes, on top, come in the first days of a force than the draws have, and how long until that fades to a
/// third, in days learnt from. Measured on the development worlds (docs/detector.md).
const YOUNG: f64 = 4.0;
const YOUNG_DAYS: f64 = 40.0;
/// A call told again of which the place resolves to the next area.
const NEXT_DOOR: f64 = 0.1;
/// A field of a call told again that is told otherwise.
const TOLD_OTHERWISE: f64 = 0.1;
/// Alarms within this many days are one episode.
const EPISODE_DAYS: i32 = 14;
/// Episodes that the tail is fitted to.
const PEAKS: usize = 45;
/// Names begin here, numbers below.
const NAMES_FROM: Token = 1 << 30;

/// The tail of chance alarms.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Calibration {
    /// Score that `at` episodes a year pass.
    level: f64,
    at: f64,
    /// Fall of the log rate a nat.
    slope: f64,
    /// What it was learnt at.
    pub(crate) stamp: Stamp,
}

/// What a calibration rests on: learnt anew when it has moved.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Stamp {
    days: f64,
    quantities: Vec<f64>,
}

impl Stamp {
    pub(crate) fn of(background: &Background) -> Stamp {
        let mut quantities = vec![(0..background.streams).map(|stream| background.rate(stream)).sum::<f64>() + 0.3];
        quantities.push(background.rate(0) + 0.1);
        let coincidences = &background.coincidences;
        quantities.push(coincidences.goes_on(1) + 0.03);
        quantities.push(coincidences.goes_on(2) + 0.3);
        quantities.push(coincidences.same_number() + 3e-4);
        quantities.push(coincidences.same_name() + 3e-3);
        quantities.push(background.day_spread() + 0.2);
        Stamp { days: background.days, quantities }
    }

    /// Whether a calibration of this stamp no longer holds.
    pub(crate) fn stale(&self, now: &Stamp) -> bool {
        now.days > self.days * 2.0 + 30.0 && self.days < 150.0
            || now.quantities.iter().zip(&self.quantities).any(|(now, then)| !(0.70..1.43).contains(&(now / then)))
    }
}

impl Calibration {
    /// Chance episodes a year with at least this score, `days` having been learnt from.
    pub(crate) fn episodes_per_year(&self, score: f64, days: f64) -> f64 {
        (1.0 + YOUNG * (-days / YOUNG_DAYS).exp()) * self.at * (-(score - self.level) * self.slope).exp()
    }

    /// Draws the years and fits the tail. The same seed gives the same answer.
    pub(crate) fn learn(engine: &Engine, streams: &Streams, seed: u64) -> Calibration {
        let stamp = Stamp::of(&engine.background);
        let part = part_of(engine);
        let (engine, scale) = match part {
            Some((region, areas, share)) => {
                let local = engine.with_region(Arc::new(region), engine.background.part(&areas));
                (local, 1.0 / share)
            }
            None => (engine.frozen(engine.background.part(&(0..engine.background.areas).collect::<Vec<_>>())), 1.0),
        };
        let background = engine.background.clone();
        let mut drawer = Drawer::new(&background, streams, seed);
        let total: f64 = (0..background.streams).map(|stream| background.rate(stream)).sum();
        let years = (DRAWN / (total * 365.25)).clamp(1.0, MOST_YEARS);
        let days = (years * 365.25) as DayNumber;
        let scores = drawer.run(engine, days);
        fit(&scores, f64::from(days) / 365.25, scale, stamp)
    }
}

/// A part of a region too large to be drawn whole, its areas, and its share of the reports.
fn part_of(engine: &Engine) -> Option<(Region, Vec<usize>, f64)> {
    let background = &engine.background;
    let rates: Vec<f64> = (0..background.streams).map(|stream| background.rate(stream)).collect();
    let total: f64 = rates.iter().sum();
    let wanted = DRAWN / (total * 365.25 * FEWEST_YEARS);
    if wanted >= 1.0 {
        return None;
    }
    let mut of_area = vec![0.0; background.areas];
    for (stream, rate) in rates.iter().enumerate() {
        for (slot, share) in of_area.iter_mut().zip(background.shares(stream)) {
            *slot += rate * share / total;
        }
    }
    // From the area in the middle by reports, outwards.
    let mut order: Vec<usize> = (0..background.areas).collect();
    order.sort_by(|a, b| of_area[*a].total_cmp(&of_area[*b]).then(a.cmp(b)));
    let mut areas = vec![order[order.len() / 2]];
    let mut share = of_area[areas[0]];
    let mut at = 0;
    while at < areas.len() && share < wanted {
        for near in &engine.region.areas()[areas[at]].neighbours {
            if !areas.contains(near) && share < wanted {
                areas.push(*near);
                share += of_area[*near];
            }
        }
        at += 1;
    }
    areas.sort_unstable();
    let place = |area: usize| areas.binary_search(&area).ok();
    let taken: Vec<RegionArea> = areas
        .iter()
        .map(|area| {
            let mut one = engine.region.areas()[*area].clone();
            one.neighbours = one.neighbours.iter().filter_map(|near| place(*near)).collect();
            one
        })
        .collect();
    Some((Region::new(taken), areas, share))
}

/// One judged report: its day, its area, its score.
type Judged = (DayNumber, usize, f64);

fn fit(scores: &[Judged], years: f64, scale: f64, stamp: Stamp) -> Calibration {
    let mut peaks = peaks(scores);
    peaks.sort_by(|a, b| b.total_cmp(a));
    // Without peaks enough (hardly a report): a unit tail from what there is.
    if peaks.len() < 8 {
        let level = peaks.last().copied().unwrap_or(3.0);
        return Calibration { level, at: scale * (peaks.len() as f64).max(1.0) / years, slope: 1.0, stamp };
    }
    let n = PEAKS.min(peaks.len() - 1);
    let level = peaks[n];
    let mean: f64 = peaks[..n].iter().map(|peak| peak - level).sum::<f64>() / n as f64;
    // Scores are log ratios: a tail much steeper or flatter than one nat a nat is noise of the fit.
    Calibration { level, at: scale * n as f64 / years, slope: (1.0 / mean.max(1e-9)).clamp(0.5, 1.6), stamp }
}

/// The highest score of each episode.
fn peaks(scores: &[Judged]) -> Vec<f64> {
    let mut open: BTreeMap<usize, (DayNumber, f64)> = BTreeMap::new();
    let mut peaks = Vec::new();
    for (day, area, score) in scores {
        match open.get_mut(area) {
            Some((last, best)) if day - *last <= EPISODE_DAYS => {
                *last = *day;
                *best = best.max(*score);
            }
            held => {
                if let Some((_, best)) = held {
                    peaks.push(*best);
                }
                open.insert(*area, (*day, *score));
            }
        }
    }
    peaks.extend(open.into_values().map(|(_, best)| best));
    peaks
}

/// Draws reports of the background.
struct Drawer<'a> {
    background: &'a Background,
    random: Xoshiro256PlusPlus,
    methods: Vec<Vec<(Marks, Arc<ByStream>)>>,
    numbers: u32,
    names: u32,
    with: (f64, f64),
}

impl<'a> Drawer<'a> {
    fn new(background: &'a Background, streams: &Streams, seed: u64) -> Drawer<'a> {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
        let mut methods = Vec::new();
        for stream in 0..background.streams {
            let mut held = background.kept[stream].clone();
            // Few reports of a stream are filled up with what its frequencies give.
            let more = 40usize.saturating_sub(held.len());
            for _ in 0..more {
                let marks = drawn_marks(background, stream, &mut random);
                held.push((marks, Arc::new(rules_for(&marks, streams))));
            }
            methods.push(held);
        }
        let coincidences = &background.coincidences;
        Drawer {
            background,
            random,
            methods,
            numbers: (1.0 / coincidences.same_number()).clamp(10.0, 1e8) as u32,
            names: (1.0 / coincidences.same_name()).clamp(10.0, 1e8) as u32,
            with: coincidences.shares(),
        }
    }

    /// Draws days and has the engine judge every report.
    fn run(&mut self, mut engine: Engine, days: DayNumber) -> Vec<Judged> {
        let b = self.background;
        let areas = b.areas;
        let coincidences = &b.coincidences;
        let goes_on = [coincidences.goes_on(1), coincidences.goes_on(2), coincidences.goes_on(3).min(0.9)];
        let again = coincidences.comes_again();
        // Reports that are told again are among the rates: what comes first is less.
        let more = goes_on[0] * (1.0 + goes_on[1] * (1.0 + goes_on[2] / (1.0 - goes_on[2])));
        let first = 1.0 / (1.0 + more + again);
        let weekdays: Vec<[f64; 7]> = (0..areas).map(|area| b.weekdays(area)).collect();
        let lags: Vec<_> = (0..areas).map(|area| b.lags(area)).collect();
        let (day_spread, spread) = (b.day_spread(), b.spread());
        let nowhere = b.nowhere();
        let mut queue: BTreeMap<DayNumber, Vec<Event>> = BTreeMap::new();
        let mut judged: Vec<Judged> = Vec::new();
        let mut rates: Vec<f64> = Vec::new();
        let mut shares: Vec<Vec<f64>> = Vec::new();
        for day in 0..days {
            if day % 365 == 0 {
                self.year(&mut rates, &mut shares);
            }
            let common = self.factor(day_spread);
            for area in 0..areas {
                let own = if spread > 0.02 { self.factor(spread) } else { 1.0 };
                let factor = common * own * weekdays[area][weekday(day)] * first;
                for stream in 0..b.streams {
                    for _ in 0..poisson(&mut self.random, rates[stream] * shares[stream][area] * factor) {
                        let place = if self.happens(nowhere) { NOWHERE } else { area };
                        let mut event = self.event(stream, place, day);
                        self.late(&mut event, &lags[area]);
                        let mut step = 0;
                        // Where no number shows, two may still tell of one call; more are known by their number.
                        let shows = !event.numbers.is_empty();
                        let told = if shows { goes_on } else { [goes_on[0] / 2.0, 0.0, 0.0] };
                        while self.happens(told[step.min(2)]) && step < 30 {
                            let mut other = event.clone();
                            other.day = day + i32::from(self.happens(0.2));
                            self.retell(&mut other, stream);
                            self.misplace(&mut other, &engine.region);
                            self.late(&mut other, &lags[area]);
                            queue.entry(other.received).or_default().push(other);
                            step += 1;
                        }
                        if self.happens(again) {
                            let mut other = event.clone();
                            other.day = day + 2 + (self.random.random::<f64>() * 29.0) as i32;
                            self.late(&mut other, &lags[area]);
                            queue.entry(other.received).or_default().push(other);
                        }
                        queue.entry(event.received).or_default().push(event);
                    }
                }
            }
            engine.advance(day);
            for event in queue.remove(&day).unwrap_or_default() {
                let area = if event.area == NOWHERE { areas } else { event.area };
                let index = engine.push(event);
                // The first two months fill the memory.
                if day >= 60
                    && let Some(found) = engine.evaluate(index)
                {
                    judged.push((day, area, found.score));
                }
            }
        }
        judged
    }

    /// The rates and shares of one year, from what is known of them.
    fn year(&mut self, rates: &mut Vec<f64>, shares: &mut Vec<Vec<f64>>) {
        rates.clear();
        shares.clear();
        for stream in 0..self.background.streams {
            let (shape, _) = self.background.rate_posterior(stream);
            rates.push(self.background.rate(stream) * gamma(&mut self.random, shape) / shape);
            let mut drawn: Vec<f64> = Vec::new();
            for shape in self.background.share_shapes(stream) {
                drawn.push(gamma(&mut self.random, shape.max(0.05)));
            }
            let sum: f64 = drawn.iter().sum::<f64>().max(1e-12);
            shares.push(drawn.into_iter().map(|one| one / sum).collect());
        }
    }

    fn happens(&mut self, p: f64) -> bool {
        self.random.random::<f64>() < p
    }

    /// A factor of mean 1 and this variance.
    fn factor(&mut self, variance: f64) -> f64 {
        if variance < 1e-6 {
            return 1.0;
        }
        gamma(&mut self.random, 1.0 / variance) * variance
    }

    fn event(&mut self, stream: usize, area: usize, day: DayNumber) -> Event {
        let held = &self.methods[stream];
        let (marks, rules) = &held[(self.random.random::<f64>() * held.len() as f64) as usize];
        let (marks, rules) = (*marks, Arc::clone(rules));
        let mut event = Event { day, received: day, area, share: 1.0, marks, rules, ..Event::default() };
        if self.happens(self.with.0) {
            event.numbers.push(1 + (self.random.random::<f64>() * f64::from(self.numbers)) as Token);
        }
        if self.happens(self.with.1) {
            event.names.push(NAMES_FROM + (self.random.random::<f64>() * f64::from(self.names)) as Token);
        }
        event
    }

    /// Another tells of it: now and then a field otherwise.
    fn retell(&mut self, event: &mut Event, stream: usize) {
        for field in 0..FIELDS {
            if self.happens(TOLD_OTHERWISE) {
                let held = &self.methods[stream];
                event.marks[field] = held[(self.random.random::<f64>() * held.len() as f64) as usize].0[field];
            }
        }
    }

    /// Now and then the place resolves to the next area.
    fn misplace(&mut self, event: &mut Event, region: &Region) {
        if event.area == NOWHERE || !self.happens(NEXT_DOOR) {
            return;
        }
        let near = &region.areas()[event.area].neighbours;
        if !near.is_empty() {
            event.area = near[(self.random.random::<f64>() * near.len() as f64) as usize];
        }
    }

    /// Sets the day it comes in.
    fn late(&mut self, event: &mut Event, lags: &[f64]) {
        let mut left: f64 = self.random.random();
        let mut bin = 0;
        while bin + 1 < lags.len() && left >= lags[bin] {
            left -= lags[bin];
            bin += 1;
        }
        let (from, to) = lag_days(bin);
        event.received = event.day + from as i32 + (self.random.random::<f64>() * (to - from + 1) as f64) as i32;
    }
}

/// A method by the frequencies of its stream.
fn drawn_marks(background: &Background, stream: usize, random: &mut Xoshiro256PlusPlus) -> Marks {
    let mut marks = [1u32; FIELDS];
    for (field, set) in marks.iter_mut().enumerate() {
        let mut left: f64 = random.random();
        for value in 0..=SIZES[field] {
            left -= background.mo.log(stream, field, value).exp();
            if left < 0.0 {
                *set = 1 << value;
                break;
            }
        }
    }
    marks
}

/// What the rules say of a drawn method.
fn rules_for(marks: &Marks, streams: &Streams) -> ByStream {
    fn pick<T: Copy>(set: u32, all: &[T]) -> Vec<T> {
        values(set).filter(|value| *value > 0).filter_map(|value| all.get(value - 1).copied()).collect()
    }
    let (claimed, pretext) = (pick(marks[0], Claimed::ALL), pick(marks[1], Pretext::ALL));
    let (trick, demand, handover) = (pick(marks[2], Trick::ALL), pick(marks[3], Demand::ALL), pick(marks[4], Handover::ALL));
    let method = Method { claimed: &claimed, pretext: &pretext, trick: &trick, demand: &demand, handover: &handover };
    crate::marks::rules_of(&streams.classify(method), streams)
}

/// A Poisson draw: Knuth's product in pieces of at most 30, so that large rates do not underflow.
fn poisson(random: &mut Xoshiro256PlusPlus, rate: f64) -> u32 {
    let mut left = rate;
    let mut n = 0;
    while left > 0.0 {
        let piece = left.min(30.0);
        left -= piece;
        let limit = (-piece).exp();
        let mut product: f64 = random.random();
        while product > limit {
            n += 1;
            product *= random.random::<f64>();
        }
    }
    n
}

/// A gamma draw of scale 1 (Marsaglia and Tsang 2000, ACM TOMS 26:363).
fn gamma(random: &mut Xoshiro256PlusPlus, shape: f64) -> f64 {
    if shape < 1.0 {
        let u: f64 = random.random::<f64>().max(1e-12);
        return gamma(random, shape + 1.0) * u.powf(1.0 / shape);
    }
    let d = shape - 1.0 / 3.0;
    let c = 1.0 / (9.0 * d).sqrt();
    loop {
        let (u1, u2): (f64, f64) = (random.random::<f64>().max(1e-12), random.random());
        let x = (-2.0 * u1.ln()).sqrt() * (std::f64::consts::TAU * u2).cos();
        let v = (1.0 + c * x).powi(3);
        if v <= 0.0 {
            continue;
        }
        let u: f64 = random.random::<f64>().max(1e-12);
        if u.ln() < 0.5 * x * x + d - d * v + d * v.ln() {
            return d * v;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_of_one_place_within_a_fortnight_are_one_episode() {
        let scores = [(1, 0, 3.0), (5, 0, 4.0), (6, 1, 2.0), (18, 0, 5.0), (40, 0, 1.0)];
        let mut found = peaks(&scores);
        found.sort_by(f64::total_cmp);
        assert_eq!(found, vec![1.0, 2.0, 5.0]);
    }

    #[test]
    fn a_young_force_is_told_of_more_chance_alarms_until_half_a_year_has_been_learnt_from() {
        let stamp = Stamp { days: 0.0, quantities: Vec::new() };
        let calibration = Calibration { level: 6.0, at: 1.0, slope: 1.0, stamp };
        let at = |days: f64| calibration.episodes_per_year(6.0, days);
        assert!((at(0.0) - 5.0).abs() < 1e-9);
        assert!((2.0..2.5).contains(&at(46.0)), "two months in: {}", at(46.0));
        assert!(at(200.0) < 1.05, "seven months in: {}", at(200.0));
    }

    #[test]
    fn draws_have_the_mean_that_was_asked_for() {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(7);
        let n = 20_000;
        let mean = (0..n).map(|_| f64::from(poisson(&mut random, 0.7))).sum::<f64>() / f64::from(n);
        assert!((mean - 0.7).abs() < 0.03, "{mean}");
        let mean = (0..n).map(|_| gamma(&mut random, 4.0)).sum::<f64>() / f64::from(n);
        assert!((mean - 4.0).abs() < 0.1, "{mean}");
    }
}
