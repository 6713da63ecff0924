//! One replicate drawn under the null. Only cases that a window can see are placed.

use rand::RngExt;
use rand_xoshiro::Xoshiro256PlusPlus;

use crate::chance::{Alias, logarithmic, poisson};
use crate::deal::{Deal, Table, shuffle, unshuffle};
use crate::problem::{Null, Problem};

/// What draws share.
pub(crate) enum Draw {
    /// Dates over cases, by stratum.
    Deal(Vec<Deal>),
    /// This many cells with the given weights; the last outcome is "nowhere that matters".
    Throw { count: u64, cells: Alias, places: Vec<(u32, u32)> },
    /// By interval: how many, and the weights of the locations.
    Within(Vec<(u32, u32, Alias)>),
    /// This many of the points.
    Choose { count: usize, points: Vec<u32>, intervals: u32, earliest: u32 },
    /// A Poisson number of cells, each with one case or a logarithmic number.
    Scatter { mean: f64, cells: Alias, places: Vec<(u32, u32)>, ratio: Option<f64> },
}

/// What one thread works in.
pub(crate) struct Bench {
    table: Table,
    order: Vec<u32>,
    swaps: Vec<u32>,
}

impl Draw {
    pub(crate) fn new(problem: &Problem) -> Draw {
        let earliest = problem.earliest();
        let intervals = problem.intervals;
        let cell = |location: usize, interval: usize| location * intervals + interval;
        let seen =
            || (0..problem.locations).flat_map(move |location| (earliest..intervals).map(move |t| (location as u32, t as u32)));
        match &problem.null {
            Null::Permutation { strata, layers } => {
                let whole = std::slice::from_ref(&problem.cases);
                let layers = if layers.is_empty() { whole } else { layers };
                let count = strata.iter().max().map_or(0, |most| most + 1);
                let mut cases: Vec<Vec<(u32, u32)>> = vec![Vec::new(); count * layers.len()];
                for (number, layer) in layers.iter().enumerate() {
                    for (index, count_here) in layer.iter().enumerate().filter(|(_, cases)| **cases > 0) {
                        let (location, interval) = (index / intervals, index % intervals);
                        let stratum = &mut cases[number * count + strata[interval]];
                        stratum.extend(std::iter::repeat_n((interval as u32, location as u32), *count_here as usize));
                    }
                }
                let deal = |(number, cases): (usize, &mut Vec<(u32, u32)>)| {
                    cases.sort_unstable();
                    Deal::new(number, cases, earliest as u32)
                };
                Draw::Deal(cases.iter_mut().enumerate().map(deal).collect())
            }
            Null::Multinomial => {
                let mut places: Vec<(u32, u32)> = Vec::new();
                let mut weights: Vec<f64> = Vec::new();
                let mut elsewhere = 0.0;
                for (index, weight) in problem.expected.iter().enumerate() {
                    let (location, interval) = (index / intervals, index % intervals);
                    if interval < earliest {
                        elsewhere += weight;
                    } else if *weight > 0.0 {
                        places.push((location as u32, interval as u32));
                        weights.push(*weight);
                    }
                }
                weights.push(elsewhere);
                Draw::Throw { count: problem.total(), cells: Alias::new(&weights), places }
            }
            Null::WithinIntervals => Draw::Within(
                (earliest..intervals)
                    .map(|interval| {
                        let cases = (0..problem.locations).map(|one| problem.cases[cell(one, interval)]).sum();
                        let weights: Vec<f64> = (0..problem.locations).map(|one| problem.expected[cell(one, interval)]).collect();
                        (interval as u32, cases, Alias::new(&weights))
                    })
                    .collect(),
            ),
            Null::Hypergeometric { points } => {
                let all = points
                    .iter()
                    .enumerate()
                    .flat_map(|(index, count)| std::iter::repeat_n(index as u32, *count as usize))
                    .collect();
                Draw::Choose {
                    count: problem.total() as usize,
                    points: all,
                    intervals: intervals as u32,
                    earliest: earliest as u32,
                }
            }
            Null::Poisson | Null::NegativeBinomial { .. } => {
                let places: Vec<(u32, u32)> =
                    seen().filter(|(l, t)| problem.expected[cell(*l as usize, *t as usize)] > 0.0).collect();
                let weights: Vec<f64> = places.iter().map(|(l, t)| problem.expected[cell(*l as usize, *t as usize)]).collect();
                let mean: f64 = weights.iter().sum();
                // A negative binomial of variance φ times its mean is a Poisson number, mean · ln φ/(φ−1), of logarithmic counts.
                let (mean, ratio) = match problem.null {
                    Null::NegativeBinomial { dispersion } if dispersion > 1.0 + 1e-9 => {
                        (mean * dispersion.ln() / (dispersion - 1.0), Some(1.0 - 1.0 / dispersion))
                    }
                    _ => (mean, None),
                };
                Draw::Scatter { mean, cells: Alias::new(&weights), places, ratio }
            }
        }
    }

    /// The deal, where there is one alone.
    pub(crate) fn deal(&self) -> Option<&Deal> {
        match self {
            Draw::Deal(deals) if deals.len() == 1 => deals.first(),
            _ => None,
        }
    }

    /// A place to work in.
    pub(crate) fn bench(&self) -> Bench {
        let order = if let Draw::Choose { points, .. } = self { points.clone() } else { Vec::new() };
        Bench { table: Table::default(), order, swaps: Vec::new() }
    }

    /// Draws; `place(location, interval, cases)` is told each case.
    pub(crate) fn draw(&self, chance: &mut Xoshiro256PlusPlus, bench: &mut Bench, mut place: impl FnMut(u32, u32, u32)) {
        match self {
            Draw::Deal(deals) => {
                let base = chance.random();
                for deal in deals {
                    deal.deal(base, &mut bench.table, chance, |location, interval| place(location, interval, 1));
                }
            }
            Draw::Throw { count, cells, places } => {
                for _ in 0..*count {
                    if let Some((location, interval)) = places.get(cells.pick(chance)) {
                        place(*location, *interval, 1);
                    }
                }
            }
            Draw::Within(intervals) => {
                for (interval, cases, locations) in intervals {
                    for _ in 0..*cases {
                        place(locations.pick(chance) as u32, *interval, 1);
                    }
                }
            }
            Draw::Choose { count, intervals, earliest, .. } => {
                let order = &mut bench.order;
                shuffle(order, *count, &mut bench.swaps, chance);
                for cell in order.iter().take(*count) {
                    let (location, interval) = (cell / intervals, cell % intervals);
                    if interval >= *earliest {
                        place(location, interval, 1);
                    }
                }
                unshuffle(order, &bench.swaps);
            }
            Draw::Scatter { mean, cells, places, ratio } => {
                for _ in 0..poisson(chance, *mean) {
                    if let Some((location, interval)) = places.get(cells.pick(chance)) {
                        let cases = ratio.map_or(1, |ratio| logarithmic(chance, ratio));
                        place(*location, *interval, cases);
                    }
                }
            }
        }
    }
}
