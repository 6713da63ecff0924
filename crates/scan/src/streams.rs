//! Several streams at once: the best set of locations and the best set of streams together (Neill, McFowland and Zheng 2013, Statistics in
//! Medicine 32:2185).
//!
//! With the streams given, the best subset of locations is a beginning of them sorted by cases over expected, summed over those streams; with
//! the locations given, the best streams are found in the same way. The two steps are taken in turn until neither changes anything, from
//! every single stream and from all streams together; each step raises the score, so it ends. The result is at least as good as either
//! step alone and need not be the best of all pairs of sets.

use std::sync::atomic::{AtomicU32, Ordering};

use rayon::prelude::*;

use crate::chance::{chance, poisson};
use crate::inference::Replicates;
use crate::{Findings, Found, Ratio, Settings, expectation_llr};

/// Counts and expectations of several streams: `stream * locations * days + location * days + day`, the last day the latest.
#[derive(Debug, Clone, PartialEq)]
pub struct Streams {
    /// Streams.
    pub streams: usize,
    /// Locations.
    pub locations: usize,
    /// Days.
    pub days: usize,
    /// Cases.
    pub cases: Vec<u32>,
    /// Expected.
    pub expected: Vec<f64>,
}

/// Tables that do not fit each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "cases and expectations must have one value for each stream, location and day, neighbourhoods must name locations that are there, and the longest window must fit the days"
)]
pub struct StreamsError;

/// The best of a neighbourhood.
struct Best {
    streams: Vec<usize>,
    locations: Vec<usize>,
    /// Days in the window, which ends on the last.
    length: usize,
    cases: f64,
    expected: f64,
    llr: f64,
}

/// Scans all windows of up to `longest` days within neighbourhoods (a centre and its nearest). Of clusters that share a location the best is
/// told; their streams and locations rise. `progress` is told how many replicates are done; it may be called from any thread.
///
/// # Errors
/// [`StreamsError`]
pub fn streams_scan(
    data: &Streams,
    neighbourhoods: &[Vec<usize>],
    longest: usize,
    settings: &Settings,
    progress: &(dyn Fn(u32) + Sync),
) -> Result<Findings, StreamsError> {
    let cells = data.streams * data.locations * data.days;
    let fits = data.cases.len() == cells
        && data.expected.len() == cells
        && data.expected.iter().all(|one| one.is_finite() && *one >= 0.0)
        && neighbourhoods.iter().flatten().all(|one| *one < data.locations)
        && longest >= 1
        && longest <= data.days;
    if !fits {
        return Err(StreamsError);
    }
    let mut kept: Vec<Best> = Vec::new();
    let mut found: Vec<Best> = search(data, &data.cases, neighbourhoods, longest);
    found.sort_by(|a, b| b.llr.total_cmp(&a.llr).then_with(|| a.locations.cmp(&b.locations)));
    for one in found {
        if !kept.iter().any(|held| held.locations.iter().any(|place| one.locations.contains(place))) {
            kept.push(one);
        }
    }
    let first = data.days - longest;
    let done = AtomicU32::new(0);
    let replicate = |number: u32| {
        let mut dice = chance(settings.seed, u64::from(number));
        let drawn: Vec<u32> = data
            .expected
            .iter()
            .enumerate()
            .map(|(cell, one)| if cell % data.days < first { 0 } else { poisson(&mut dice, *one) as u32 })
            .collect();
        let highest = search(data, &drawn, neighbourhoods, longest).iter().map(|best| best.llr).fold(0.0, f64::max);
        progress(done.fetch_add(1, Ordering::Relaxed) + 1);
        highest
    };
    let count = if kept.is_empty() { 0 } else { settings.replicates };
    let replicates = Replicates { maxima: (0..count).into_par_iter().map(replicate).collect(), stopped: false };
    let clusters = kept
        .into_iter()
        .map(|best| Found {
            locations: best.locations,
            streams: best.streams,
            from: data.days - best.length,
            to: data.days - 1,
            cases: best.cases as u32,
            expected: best.expected,
            llr: best.llr,
            rank: replicates.rank(best.llr),
            p: replicates.p(best.llr, settings.p_value, true),
            gumbel: replicates.gumbel(best.llr),
            ellipse: None,
            temporal: false,
        })
        .enumerate()
        .filter(|(position, found)| *position == 0 || count == 0 || found.rank <= count as usize)
        .map(|(_, found)| found)
        .collect();
    Ok(Findings { clusters, replicates })
}

/// The best of each neighbourhood that has more than expected.
fn search(data: &Streams, counts: &[u32], neighbourhoods: &[Vec<usize>], longest: usize) -> Vec<Best> {
    let (streams, locations) = (data.streams, data.locations);
    let mut cases = vec![0.0; streams * locations];
    let mut expected = vec![0.0; streams * locations];
    let mut held: Vec<Option<Best>> = neighbourhoods.iter().map(|_| None).collect();
    for length in 1..=longest {
        let day = data.days - length;
        for pair in 0..streams * locations {
            cases[pair] += f64::from(counts[pair * data.days + day]);
            expected[pair] += data.expected[pair * data.days + day];
        }
        for (near, held) in neighbourhoods.iter().zip(&mut held) {
            // From all streams, and from each alone.
            for start in 0..=streams {
                let chosen: Vec<usize> = if start == streams { (0..streams).collect() } else { vec![start] };
                let (chosen, inside, c, mu) = settle(&cases, &expected, locations, near, chosen, streams);
                let llr = if c >= 2.0 { Ratio::Expectation.high(c, mu) } else { 0.0 };
                if llr > held.as_ref().map_or(0.0, |held| held.llr) {
                    let (mut streams, mut locations) = (chosen, inside);
                    streams.sort_unstable();
                    locations.sort_unstable();
                    *held = Some(Best { streams, locations, length, cases: c, expected: mu, llr });
                }
            }
        }
    }
    held.into_iter().flatten().collect()
}

/// Streams and locations in turn until neither changes.
fn settle(
    cases: &[f64],
    expected: &[f64],
    locations: usize,
    near: &[usize],
    mut chosen: Vec<usize>,
    streams: usize,
) -> (Vec<usize>, Vec<usize>, f64, f64) {
    let all: Vec<usize> = (0..streams).collect();
    let mut reached = (Vec::new(), 0.0, 0.0);
    let mut score = -1.0;
    loop {
        let of_location = |table: &[f64], one: usize| chosen.iter().map(|stream| table[stream * locations + one]).sum::<f64>();
        let inside = beginning(near, &|one| (of_location(cases, one), of_location(expected, one))).0;
        let of_stream = |table: &[f64], stream: usize| inside.iter().map(|one| table[stream * locations + one]).sum::<f64>();
        let (streams, c, mu) = beginning(&all, &|stream| (of_stream(cases, stream), of_stream(expected, stream)));
        let here = expectation_llr(c, mu);
        if here <= score + 1e-12 {
            return (chosen, reached.0, reached.1, reached.2);
        }
        score = here;
        reached = (inside, c, mu);
        chosen = streams;
    }
}

/// The best beginning of things sorted by cases over expected.
fn beginning(things: &[usize], of: &dyn Fn(usize) -> (f64, f64)) -> (Vec<usize>, f64, f64) {
    let mut order: Vec<(usize, f64, f64)> = things
        .iter()
        .map(|one| {
            let (c, mu) = of(*one);
            (*one, c, mu)
        })
        .filter(|one| one.1 > 0.0)
        .collect();
    order.sort_by(|a, b| (b.1 * a.2).total_cmp(&(a.1 * b.2)).then(a.0.cmp(&b.0)));
    let (mut c, mut mu) = (0.0, 0.0);
    let mut best = (0, 0.0, 0.0, 0.0);
    for (position, one) in order.iter().enumerate() {
        c += one.1;
        mu += one.2;
        let score = expectation_llr(c, mu);
        if score > best.3 {
            best = (position + 1, c, mu, score);
        }
    }
    (order[..best.0].iter().map(|one| one.0).collect(), best.1, best.2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{PValue, Secondary};

    #[test]
    fn the_streams_and_places_of_a_series_are_found_together() {
        let (streams, locations, days) = (4, 12, 10);
        let mut data = Streams {
            streams,
            locations,
            days,
            cases: vec![0; streams * locations * days],
            expected: vec![0.3; streams * locations * days],
        };
        let mut dice = chance(1, 1);
        data.cases.iter_mut().for_each(|one| *one = poisson(&mut dice, 0.3) as u32);
        // Streams 1 and 3 have two more a day in locations 2 to 4 over the last three days.
        for stream in [1, 3] {
            for location in 2..5 {
                for day in 7..10 {
                    data.cases[(stream * locations + location) * days + day] += 2;
                }
            }
        }
        let neighbourhoods: Vec<Vec<usize>> =
            (0..locations).map(|one| (0..6).map(|step| (one + step) % locations).collect()).collect();
        let settings = Settings { replicates: 99, seed: 3, p_value: PValue::MonteCarlo, secondary: Secondary::NoOverlap };
        let findings = streams_scan(&data, &neighbourhoods, 7, &settings, &|_| ()).unwrap();
        let found = &findings.clusters[0];
        assert_eq!((found.streams.clone(), found.locations.clone()), (vec![1, 3], vec![2, 3, 4]));
        assert!(found.p <= 0.02 && (6..=8).contains(&found.from) && found.to == 9, "{} {}", found.p, found.from);
        for other in &findings.clusters[1..] {
            assert!(!other.locations.iter().any(|place| found.locations.contains(place)));
        }
        assert!(streams_scan(&data, &neighbourhoods, 11, &settings, &|_| ()).is_err());
    }
}
