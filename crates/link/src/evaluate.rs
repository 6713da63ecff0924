//! Clusters against the truth: pairwise and B-cubed (Bagga and Baldwin 1998) precision, recall and F1.

use std::collections::BTreeMap;

use serde::Serialize;

/// How good clusters are.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Evaluation {
    /// Rows compared.
    pub rows: usize,
    /// Of the pairs put together, the share that belongs together.
    pub precision: f64,
    /// Of the pairs that belong together, the share put together.
    pub recall: f64,
    /// Their harmonic mean.
    pub f1: f64,
    /// B-cubed precision.
    pub b3_precision: f64,
    /// B-cubed recall.
    pub b3_recall: f64,
    /// B-cubed F1.
    pub b3_f1: f64,
    /// Pairs that belong together.
    pub true_pairs: u64,
    /// Pairs put together.
    pub found_pairs: u64,
    /// Rows of the largest cluster found.
    pub largest_cluster: usize,
    /// Rows of the largest true cluster.
    pub largest_true: usize,
    /// Clusters found.
    pub clusters: usize,
    /// True clusters.
    pub true_clusters: usize,
}

/// Compares clusters with the truth: one number a row in each, the same rows in the same order.
pub fn evaluate(found: &[u32], truth: &[u32]) -> Evaluation {
    let mut both: BTreeMap<(u32, u32), u64> = BTreeMap::new();
    let mut by_found: BTreeMap<u32, u64> = BTreeMap::new();
    let mut by_truth: BTreeMap<u32, u64> = BTreeMap::new();
    for (f, t) in found.iter().zip(truth) {
        *both.entry((*f, *t)).or_default() += 1;
        *by_found.entry(*f).or_default() += 1;
        *by_truth.entry(*t).or_default() += 1;
    }
    let pairs = |n: &u64| n * n.saturating_sub(1) / 2;
    let right: u64 = both.values().map(pairs).sum();
    let found_pairs: u64 = by_found.values().map(pairs).sum();
    let true_pairs: u64 = by_truth.values().map(pairs).sum();
    let rows = found.len().min(truth.len());
    let n = (rows as f64).max(1.0);
    let b3 =
        |of: &dyn Fn(&(u32, u32)) -> u64| both.iter().map(|(key, c)| (*c as f64) * (*c as f64) / of(key) as f64).sum::<f64>() / n;
    let share = |part: u64, whole: u64| if whole == 0 { 1.0 } else { part as f64 / whole as f64 };
    let mean = |p: f64, r: f64| if p + r > 0.0 { 2.0 * p * r / (p + r) } else { 0.0 };
    let (precision, recall) = (share(right, found_pairs), share(right, true_pairs));
    let (b3_precision, b3_recall) = (b3(&|key| by_found[&key.0]), b3(&|key| by_truth[&key.1]));
    Evaluation {
        rows,
        precision,
        recall,
        f1: mean(precision, recall),
        b3_precision,
        b3_recall,
        b3_f1: mean(b3_precision, b3_recall),
        true_pairs,
        found_pairs,
        largest_cluster: by_found.values().max().map_or(0, |n| *n as usize),
        largest_true: by_truth.values().max().map_or(0, |n| *n as usize),
        clusters: by_found.len(),
        true_clusters: by_truth.len(),
    }
}
