//! How often values occur, counted on distinct clusters: what a series repeats does not make it common.

use crate::fields::Fields;
use crate::model::Model;

/// Counts by field and code.
#[derive(Debug, Clone)]
pub(crate) struct Frequencies {
    /// Units (clusters, or rows before there are any) that hold each value; at least a fraction of one.
    pub(crate) counts: Vec<Vec<f32>>,
    /// Units that hold any value, by field.
    pub(crate) totals: Vec<f64>,
    /// P(same value | two units), by field.
    pub(crate) exact_u: Vec<f64>,
}

/// A field with more distinct values than this share of its rows names things rather than describes them.
const NEAR_UNIQUE: f64 = 0.05;

impl Frequencies {
    /// Before there are clusters. What rows share of a near-unique field is mostly one hand's: its counts are brought down by the usual
    /// number of repeats.
    pub(crate) fn of_rows(fields: &Fields, rows: &[u32]) -> Frequencies {
        let mut counts: Vec<Vec<f32>> = fields.fields.iter().map(|field| vec![0.0; field.values().len() + 1]).collect();
        for row in rows {
            for (count, code) in counts.iter_mut().zip(fields.row(*row as usize)) {
                count[*code as usize] += 1.0;
            }
        }
        for count in &mut counts {
            count[0] = 0.0;
            let (mut sum, mut squares, mut distinct) = (0.0f64, 0.0f64, 0.0f64);
            for c in count.iter().filter(|c| **c > 0.0) {
                sum += f64::from(*c);
                squares += f64::from(*c) * f64::from(*c);
                distinct += 1.0;
            }
            if distinct > NEAR_UNIQUE * sum && sum > 0.0 {
                let repeats = (squares / sum) as f32;
                for c in count.iter_mut().filter(|c| **c > 0.0) {
                    *c = (*c / repeats).max(1.0);
                }
            }
        }
        Frequencies::done(counts)
    }

    /// With a cluster for each row (any numbers below the number of rows).
    pub(crate) fn of_clusters(fields: &Fields, rows: &[u32], clusters: &[u32]) -> Frequencies {
        let mut order: Vec<u64> = rows.iter().map(|row| u64::from(clusters[*row as usize]) << 32 | u64::from(*row)).collect();
        crate::blocks::sort_by_upper(&mut order);
        let mut counts: Vec<Vec<f32>> = fields.fields.iter().map(|field| vec![0.0; field.values().len() + 1]).collect();
        let mut seen: Vec<Vec<u32>> = fields.fields.iter().map(|field| vec![u32::MAX; field.values().len() + 1]).collect();
        for word in order {
            let (cluster, row) = ((word >> 32) as u32, word as u32);
            for ((count, seen), code) in counts.iter_mut().zip(&mut seen).zip(fields.row(row as usize)) {
                let code = *code as usize;
                if seen[code] != cluster {
                    seen[code] = cluster;
                    count[code] += 1.0;
                }
            }
        }
        for count in &mut counts {
            count[0] = 0.0;
        }
        Frequencies::done(counts)
    }

    fn done(counts: Vec<Vec<f32>>) -> Frequencies {
        let totals: Vec<f64> = counts.iter().map(|count| count.iter().map(|c| f64::from(*c)).sum()).collect();
        let exact_u = counts
            .iter()
            .zip(&totals)
            .map(|(count, total)| {
                let pairs: f64 = count.iter().map(|c| f64::from(*c) * (f64::from(*c) - 1.0).max(0.0)).sum();
                let all = (total * (total - 1.0)).max(1.0);
                (pairs / all).max(0.5 / total.max(1.0)).min(0.999)
            })
            .collect();
        Frequencies { counts, totals, exact_u }
    }

    /// Bits that the frequency of a value adds to an exact agreement, by field and code.
    pub(crate) fn rarity(&self, fields: &Fields, model: &Model) -> Vec<Vec<f32>> {
        let mut exact_u = vec![0.0; fields.fields.len()];
        for (joint, comparison) in fields.joints.iter().zip(&model.comparisons) {
            for (member, u) in joint.members.iter().zip(&comparison.exact_u) {
                exact_u[*member] = *u;
            }
        }
        fields
            .fields
            .iter()
            .enumerate()
            .map(|(place, field)| {
                if !field.by_frequency {
                    return Vec::new();
                }
                let total = self.totals[place].max(2.0);
                self.counts[place]
                    .iter()
                    .map(|count| {
                        let share = (f64::from(*count).max(1.0) / total).min(1.0);
                        (exact_u[place] / share).log2() as f32
                    })
                    .collect()
            })
            .collect()
    }
}
