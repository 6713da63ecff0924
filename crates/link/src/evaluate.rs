//! Clusters against the truth: pairwise and B-cubed (Bagga and Baldwin 1998) precision, recall and F1.

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

/// Clusters of one side, with how the other side parts them.
#[derive(Debug, Default)]
struct Sides {
    clusters: usize,
    largest: usize,
    pairs: u64,
    shared_pairs: u64,
    /// Sum over rows of the share of the row's cluster that is the other side's too.
    b3: f64,
}

impl Sides {
    fn of<'a>(rows: impl Iterator<Item = (&'a u32, &'a u32)>) -> Sides {
        let mut words: Vec<u64> = rows.map(|(mine, other)| u64::from(*mine) << 32 | u64::from(*other)).collect();
        words.sort_unstable();
        let pairs = |n: usize| (n * (n - 1) / 2) as u64;
        let mut sides = Sides::default();
        for cluster in words.chunk_by(|a, b| a >> 32 == b >> 32) {
            sides.clusters += 1;
            sides.largest = sides.largest.max(cluster.len());
            sides.pairs += pairs(cluster.len());
            for part in cluster.chunk_by(|a, b| a == b) {
                sides.shared_pairs += pairs(part.len());
                sides.b3 += (part.len() * part.len()) as f64 / cluster.len() as f64;
            }
        }
        sides
    }
}

/// Compares clusters with the truth: one number a row in each, the same rows in the same order.
pub fn evaluate(found: &[u32], truth: &[u32]) -> Evaluation {
    let by_found = Sides::of(found.iter().zip(truth));
    let by_truth = Sides::of(truth.iter().zip(found));
    let (right, found_pairs, true_pairs) = (by_found.shared_pairs, by_found.pairs, by_truth.pairs);
    let rows = found.len().min(truth.len());
    let n = (rows as f64).max(1.0);
    let share = |part: u64, whole: u64| if whole == 0 { 1.0 } else { part as f64 / whole as f64 };
    let mean = |p: f64, r: f64| if p + r > 0.0 { 2.0 * p * r / (p + r) } else { 0.0 };
    let (precision, recall) = (share(right, found_pairs), share(right, true_pairs));
    let (b3_precision, b3_recall) = (by_found.b3 / n, by_truth.b3 / n);
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
        largest_cluster: by_found.largest,
        largest_true: by_truth.largest,
        clusters: by_found.clusters,
        true_clusters: by_truth.clusters,
    }
}
