//! A scan from counts to clusters.

use serde::Serialize;

use crate::exact;
use crate::inference::{PValue, Replicates};
use crate::problem::{Problem, ProblemError, Rates};
use crate::replicates::{NEARLY, best_above, lanes, replicates};
use crate::secondary::{self, Secondary};

/// How a scan is judged and told.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// Replicates.
    pub replicates: u32,
    /// Seed.
    pub seed: u64,
    /// The p-value.
    pub p_value: PValue,
    /// Which clusters are told.
    pub secondary: Secondary,
}

/// A cluster as it was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Found {
    /// Locations, the centre first.
    pub locations: Vec<usize>,
    /// Streams, rising, where several were scanned at once; else none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub streams: Vec<usize>,
    /// First interval.
    pub from: usize,
    /// Last interval, inclusive.
    pub to: usize,
    /// Cases.
    pub cases: u32,
    /// Cases expected.
    pub expected: f64,
    /// The score: log-likelihood ratio in nats, times the shape's penalty.
    pub llr: f64,
    /// Rank among the replicates, 1 for the highest.
    pub rank: usize,
    /// The p-value that is reported.
    pub p: f64,
    /// The Gumbel p-value.
    pub gumbel: Option<f64>,
    /// Ellipse: axes' ratio and angle in degrees, 0 north-south.
    pub ellipse: Option<(f64, f64)>,
    /// Whether it is all locations by rule, not by search.
    pub temporal: bool,
}

/// What a scan found.
#[derive(Debug, Clone, PartialEq)]
pub struct Findings {
    /// Clusters, best first; those that every replicate beats are left out.
    pub clusters: Vec<Found>,
    /// The replicates.
    pub replicates: Replicates,
}

/// Scores below this are no cluster.
const LEAST: f64 = 0.001;

/// Scans. `progress` is told how many replicates are done; it may be called from any thread.
///
/// # Errors
/// [`ProblemError`]
pub fn analyse(problem: &Problem, settings: &Settings, progress: &(dyn Fn(u32) + Sync)) -> Result<Findings, ProblemError> {
    problem.check()?;
    Ok(scan(problem, settings, &mut None, progress))
}

/// Scans a problem that has been checked. `reached` is a level that nearly all replicates are thought to reach, if one is known, and is left
/// for the next scan of much the same problem: it bears on the time alone.
pub(crate) fn scan(
    problem: &Problem,
    settings: &Settings,
    reached: &mut Option<f64>,
    progress: &(dyn Fn(u32) + Sync),
) -> Findings {
    let keep = |found| secondary::keep(found, &problem.zones, problem.locations, settings.secondary);
    // A cluster that every replicate beats is not told, so only chains that reach the least of them need a closer look; but a stop depends
    // on the best cluster.
    let sequential = matches!(settings.p_value, PValue::Sequential { .. });
    let alive = if settings.replicates > 0 { lanes(problem) } else { None };
    if settings.replicates > 0 && !sequential {
        let replicates = replicates(problem, alive.as_ref(), settings.replicates, settings.seed, None, reached, progress);
        let lowest = replicates.maxima.iter().copied().fold(f64::INFINITY, f64::min);
        *reached = Some(lowest * NEARLY);
        let found = alive.and_then(|alive| best_above(problem, &alive, lowest));
        let found = found.unwrap_or_else(|| best_of_groups(problem));
        return told(problem, settings, keep(found), replicates);
    }
    let kept = keep(best_of_groups(problem));
    let stop = match (settings.p_value, kept.first()) {
        (PValue::Sequential { exceedances }, Some(best)) => Some((best.score, exceedances as usize)),
        _ => None,
    };
    let count = if kept.is_empty() { 0 } else { settings.replicates };
    let replicates = replicates(problem, alive.as_ref(), count, settings.seed, stop, reached, progress);
    told(problem, settings, kept, replicates)
}

/// The best window of every group.
pub(crate) fn best_of_groups(problem: &Problem) -> Vec<exact::Best> {
    exact::best_of_groups(problem, &problem.cases, &problem.windows, 0..problem.zones.chains().len())
}

/// Clusters with what their scores are worth; those that every replicate beats are left out.
pub(crate) fn told(problem: &Problem, settings: &Settings, kept: Vec<exact::Best>, replicates: Replicates) -> Findings {
    let fits = problem.rates == Rates::High;
    let replicates = if kept.is_empty() { Replicates::none() } else { replicates };
    let drawn = replicates.maxima.len();
    let clusters = kept
        .into_iter()
        .enumerate()
        .filter_map(|(position, best)| {
            let chain = problem.zones.chains()[best.chain];
            let rank = replicates.rank(best.score);
            if position > 0 && (best.score < LEAST || (drawn > 0 && rank > drawn)) {
                return None;
            }
            Some(Found {
                locations: problem.zones.members(chain.start..chain.start + best.size).iter().map(|one| *one as usize).collect(),
                streams: Vec::new(),
                from: best.from,
                to: best.to,
                cases: best.cases,
                expected: best.expected,
                llr: best.score,
                rank,
                p: replicates.p(best.score, settings.p_value, fits),
                gumbel: if fits { replicates.gumbel(best.score) } else { None },
                ellipse: chain.ellipse,
                temporal: chain.group == secondary::TEMPORAL,
            })
        })
        .collect();
    Findings { clusters, replicates }
}
