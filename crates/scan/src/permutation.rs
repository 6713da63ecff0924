//! The prospective space-time permutation scan (Kulldorff, Heffernan, Hartman, Assunção and Mostashari 2005, PLoS Medicine 2:e59): discs of
//! nearest locations times intervals that end on the last day. Cases only: the expectation of a place and a time is the product of
//! their shares, so that neither busy places nor busy days alarm.
//!
//! As SaTScan does: a disc holds at most half of all cases (or another share); a window has two cases or more; of each centre only the best
//! window is kept; clusters that share a location with a better one are left out.

use crate::{Cluster, Null, PValue, Problem, Rates, Ratio, Secondary, Settings, Windows, Zones, analyse};

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

/// Expectations of the permutation model: in each stratum of intervals, cases of the location times cases of the interval over all cases.
/// `cases` is a table by location, then interval.
pub fn permutation_expected(cases: &[u32], locations: usize, intervals: usize, strata: &[usize]) -> Vec<f64> {
    let count = strata.iter().max().map_or(0, |most| most + 1);
    let mut of_location = vec![0.0; locations * count];
    let mut of_interval = vec![0.0; intervals];
    let mut of_stratum = vec![0.0; count];
    for location in 0..locations {
        for interval in 0..intervals {
            let here = f64::from(cases[location * intervals + interval]);
            of_location[location * count + strata[interval]] += here;
            of_interval[interval] += here;
            of_stratum[strata[interval]] += here;
        }
    }
    let mut expected = vec![0.0; cases.len()];
    for location in 0..locations {
        for interval in 0..intervals {
            let stratum = strata[interval];
            if of_stratum[stratum] > 0.0 {
                expected[location * intervals + interval] =
                    of_location[location * count + stratum] * of_interval[interval] / of_stratum[stratum];
            }
        }
    }
    expected
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
    if nearest.len() != data.locations || nearest.iter().flatten().any(|one| *one >= data.locations) {
        return Err(PermutationError::Nearest);
    }
    if !(settings.largest_share > 0.0 && settings.largest_share <= 1.0) || settings.longest == 0 || data.days == 0 {
        return Err(PermutationError::Settings);
    }
    if let Some(case) = data.cases.iter().position(|(location, day)| *location >= data.locations || *day >= data.days) {
        return Err(PermutationError::Case(case));
    }
    let mut cases = vec![0u32; data.locations * data.days];
    let mut by_location = vec![0.0; data.locations];
    for (location, day) in data.cases {
        cases[location * data.days + day] += 1;
        by_location[*location] += 1.0;
    }
    let total = data.cases.len() as f64;
    let mut zones = Zones::new();
    for (centre, order) in nearest.iter().enumerate() {
        let mut held = 0.0;
        let members: Vec<u32> = order
            .iter()
            .take_while(|one| {
                held += by_location[**one];
                held <= total * settings.largest_share + 1e-9
            })
            .map(|one| *one as u32)
            .collect();
        zones.push(&members, 1, 1.0, centre as u32, None);
    }
    let strata = vec![0; data.days];
    let problem = Problem {
        locations: data.locations,
        intervals: data.days,
        expected: permutation_expected(&cases, data.locations, data.days, &strata),
        cases,
        ratio: Ratio::Conditional { total },
        null: Null::Permutation { strata, layers: Vec::new() },
        rates: Rates::High,
        zones,
        windows: Windows::alive(data.days, settings.longest),
        replicate_windows: None,
        purely_spatial: false,
        fewest: 2,
        fewest_low: 0,
    };
    let judged = Settings {
        replicates: settings.replicates,
        seed: settings.seed,
        p_value: PValue::MonteCarlo,
        secondary: Secondary::NoOverlap,
    };
    let findings = analyse(&problem, &judged, &|_| ()).map_err(|_| PermutationError::Settings)?;
    Ok(findings.clusters.iter().filter(|found| found.llr > 0.0).map(Cluster::from_found).collect())
}
