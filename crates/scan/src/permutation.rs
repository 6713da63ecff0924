//! The prospective space-time permutation scan (Kulldorff, Heffernan, Hartman, Assunção and Mostashari 2005, PLoS Medicine 2:e59): discs of
//! nearest locations times intervals that end on the last day. Cases only: the expectation of a place and a time is the product of
//! their shares, so that neither busy places nor busy days alarm.
//!
//! As SaTScan does: a disc holds at most half of all cases (or another share); a window has two cases or more; of each centre only the best
//! window is kept; clusters that share a location with a better one are left out.

use rand::RngExt;
use rand_xoshiro::Xoshiro256PlusPlus;

use crate::replicates::{TIE, maxima, p_value};
use crate::{Cluster, conditional_llr};

/// Input that cannot be scanned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PermutationError {
    /// A case lies outside.
    #[error("case {0} names a location or a day that is not there")]
    Case(usize),
    /// Not one order a location.
    #[error("there must be one list of nearest locations for each location")]
    Nearest,
    /// A share outside 0..1, or no day.
    #[error("the largest share must lie above 0 and at most at 1, the longest interval at 1 or more")]
    Settings,
}

/// The cases: (location, day) each.
#[derive(Debug, Clone)]
pub struct Cases<'a> {
    /// One entry a case.
    pub cases: &'a [(usize, usize)],
    /// Locations.
    pub locations: usize,
    /// Days.
    pub days: usize,
}

/// How is scanned.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PermutationSettings {
    /// Largest share of all cases in a disc.
    pub largest_share: f64,
    /// Longest interval, days.
    pub longest: usize,
    /// Replicates; p is worked out to one in that number and one.
    pub replicates: u32,
    /// Seed.
    pub seed: u64,
}

/// What replicates share.
struct Frame<'a> {
    data: &'a Cases<'a>,
    discs: Vec<&'a [usize]>,
    by_location: Vec<u32>,
    /// Cases of the last k days, k from 1.
    recent: Vec<f64>,
    longest: usize,
    total: f64,
}

/// Scans; gives the clusters, best first.
///
/// # Errors
/// [`PermutationError`]
pub fn permutation_scan(
    data: &Cases<'_>,
    nearest: &[Vec<usize>],
    settings: &PermutationSettings,
) -> Result<Vec<Cluster>, PermutationError> {
    if nearest.len() != data.locations {
        return Err(PermutationError::Nearest);
    }
    if !(settings.largest_share > 0.0 && settings.largest_share <= 1.0) || settings.longest == 0 {
        return Err(PermutationError::Settings);
    }
    if let Some(case) = data.cases.iter().position(|(location, day)| *location >= data.locations || *day >= data.days) {
        return Err(PermutationError::Case(case));
    }
    let mut by_location = vec![0u32; data.locations];
    for (location, _) in data.cases {
        by_location[*location] += 1;
    }
    let total = data.cases.len() as f64;
    let longest = settings.longest.min(data.days);
    let mut recent = vec![0.0; longest];
    for (_, day) in data.cases {
        let back = data.days - 1 - day;
        if back < longest {
            recent[back] += 1.0;
        }
    }
    for back in 1..longest {
        recent[back] += recent[back - 1];
    }
    let discs = nearest.iter().map(|order| disc(order, &by_location, total * settings.largest_share)).collect();
    let frame = Frame { data, discs, by_location, recent, longest, total };
    let mut counts = vec![0.0; longest * data.locations];
    for (location, day) in data.cases {
        let back = data.days - 1 - day;
        if back < longest {
            counts[location * longest + back] += 1.0;
        }
    }
    let mut found: Vec<Cluster> = Vec::new();
    for centre in 0..data.locations {
        found.extend(best_of_centre(&frame, &counts, centre));
    }
    found.sort_by(|a, b| b.llr.total_cmp(&a.llr).then(a.locations[0].cmp(&b.locations[0])));
    let mut kept: Vec<Cluster> = Vec::new();
    for cluster in found {
        if !kept.iter().any(|held| held.locations.iter().any(|one| cluster.locations.contains(one))) {
            kept.push(cluster);
        }
    }
    let draw = |chance: &mut Xoshiro256PlusPlus| replicate(&frame, chance);
    let maxima = maxima(settings.replicates, settings.seed, &draw);
    for cluster in &mut kept {
        cluster.p = p_value(cluster.llr, &maxima);
        cluster.recurrence_interval_days = 1.0 / cluster.p;
    }
    Ok(kept)
}

/// The nearest locations of a centre that together hold no more than the limit; the centre alone at least.
fn disc<'a>(order: &'a [usize], by_location: &[u32], limit: f64) -> &'a [usize] {
    let mut held = 0.0;
    let mut size = 0;
    for location in order {
        held += f64::from(by_location[*location]);
        if held > limit + TIE {
            break;
        }
        size += 1;
    }
    &order[..size]
}

fn best_of_centre(frame: &Frame<'_>, counts: &[f64], centre: usize) -> Option<Cluster> {
    let mut best: Option<(f64, usize, usize, f64, f64)> = None;
    scan_centre(frame, counts, centre, &mut |llr, size, back, cases, expected| {
        if best.is_none_or(|held| llr > held.0 + TIE) {
            best = Some((llr, size, back, cases, expected));
        }
    });
    best.map(|(llr, size, back, cases, expected)| Cluster {
        locations: frame.discs[centre][..size].to_vec(),
        from: frame.data.days - 1 - back,
        to: frame.data.days - 1,
        cases: cases as u32,
        expected,
        llr,
        p: 1.0,
        recurrence_interval_days: 1.0,
    })
}

/// Scores every window of a centre that has grown by a location with recent cases.
fn scan_centre(frame: &Frame<'_>, counts: &[f64], centre: usize, seen: &mut dyn FnMut(f64, usize, usize, f64, f64)) {
    let longest = frame.longest;
    let mut sums = vec![0.0; longest];
    let mut held = 0.0;
    for (position, location) in frame.discs[centre].iter().enumerate() {
        held += f64::from(frame.by_location[*location]);
        let row = &counts[location * longest..(location + 1) * longest];
        let mut any = false;
        for (sum, count) in sums.iter_mut().zip(row) {
            *sum += count;
            any = any || *count > 0.0;
        }
        // A disc that grew without a recent case only expects more.
        if !any {
            continue;
        }
        let mut cases = 0.0;
        for (back, sum) in sums.iter().enumerate() {
            cases += sum;
            if *sum <= 0.0 || cases < 2.0 {
                continue;
            }
            let expected = held * frame.recent[back] / frame.total;
            let llr = conditional_llr(cases, expected, frame.total);
            if llr > 0.0 {
                seen(llr, position + 1, back, cases, expected);
            }
        }
    }
}

/// Days dealt out anew over the cases, both margins fixed: only which cases are recent matters, so only those are drawn.
fn replicate(frame: &Frame<'_>, chance: &mut Xoshiro256PlusPlus) -> f64 {
    let longest = frame.longest;
    let mut order: Vec<u32> = (0..frame.data.cases.len() as u32).collect();
    let mut counts = vec![0.0; longest * frame.data.locations];
    let mut dealt = 0;
    for back in 0..longest {
        let before = if back == 0 { 0.0 } else { frame.recent[back - 1] };
        let here = (frame.recent[back] - before) as usize;
        for _ in 0..here {
            // Fisher and Yates, as far as is needed.
            let pick = dealt + (chance.random::<f64>() * (order.len() - dealt) as f64) as usize;
            order.swap(dealt, pick);
            let (location, _) = frame.data.cases[order[dealt] as usize];
            counts[location * longest + back] += 1.0;
            dealt += 1;
        }
    }
    let mut best: f64 = 0.0;
    for centre in 0..frame.data.locations {
        scan_centre(frame, &counts, centre, &mut |llr, _, _, _, _| best = best.max(llr));
    }
    best
}
