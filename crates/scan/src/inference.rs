//! What a score is worth: Monte Carlo, sequential and Gumbel p-values, recurrence intervals.

/// Scores closer than this are equal: equal scores get equal p.
pub(crate) const TIE: f64 = 1e-9;

/// How p is worked out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PValue {
    /// Monte Carlo; Gumbel where fewer than ten of the replicates and the data together score as high (not with low rates).
    Default,
    /// Monte Carlo over all replicates (Dwass 1957, Annals of Mathematical Statistics 28:181).
    MonteCarlo,
    /// Stops once this many replicates score as high as the best cluster (Besag and Clifford 1991, Biometrika 78:301).
    Sequential {
        /// Replicates at least as high at which it stops.
        exceedances: u32,
    },
    /// From a Gumbel distribution with the replicates' moments (Abrams, Kulldorff, Kleinman 2010, International Journal of Health
    /// Geographics 9:61).
    Gumbel,
}

/// The replicates' largest scores, in their order.
#[derive(Debug, Clone, PartialEq)]
pub struct Replicates {
    /// Largest score of each.
    pub maxima: Vec<f64>,
    /// Whether they ended before all were drawn, for enough were as high.
    pub stopped: bool,
}

impl Replicates {
    /// None.
    pub(crate) fn none() -> Replicates {
        Replicates { maxima: Vec::new(), stopped: false }
    }

    /// One more than the replicates that score as high.
    pub fn rank(&self, score: f64) -> usize {
        1 + self.maxima.iter().filter(|maximum| **maximum >= score - TIE).count()
    }

    /// Monte Carlo: `R/(S+1)`; after an early stop at `l` replicates, the share of them that score as high.
    pub fn monte_carlo(&self, score: f64) -> f64 {
        if self.maxima.is_empty() {
            return 1.0;
        }
        let rank = self.rank(score) as f64;
        let drawn = self.maxima.len() as f64;
        if self.stopped { ((rank - 1.0) / drawn).max(1.0 / (drawn + 1.0)) } else { rank / (drawn + 1.0) }
    }

    /// Gumbel, by the moments of the maxima; none with fewer than two or without spread.
    pub fn gumbel(&self, score: f64) -> Option<f64> {
        let n = self.maxima.len() as f64;
        if n < 2.0 {
            return None;
        }
        let mean = self.maxima.iter().sum::<f64>() / n;
        let variance = self.maxima.iter().map(|one| (one - mean) * (one - mean)).sum::<f64>() / (n - 1.0);
        let beta = (6.0 * variance).sqrt() / std::f64::consts::PI;
        if beta <= 0.0 {
            return None;
        }
        let mode = mean - 0.577_215_664_901_532_9 * beta;
        Some(-(-((mode - score) / beta).exp()).exp_m1())
    }

    /// The p-value that is reported.
    pub fn p(&self, score: f64, kind: PValue, gumbel_fits: bool) -> f64 {
        let plain = self.monte_carlo(score);
        match kind {
            PValue::MonteCarlo | PValue::Sequential { .. } => plain,
            PValue::Default if self.rank(score) >= 10 || self.maxima.len() < 99 || !gumbel_fits => plain,
            PValue::Default | PValue::Gumbel => self.gumbel(score).unwrap_or(plain),
        }
    }
}

/// Days between clusters as strong by chance alone: `D/p`, `D` being days between analyses. With `earlier` intervals since surveillance
/// began, whose windows the replicates' maxima cover, `p` is first brought down to one analysis: `1−(1−p)^(1/earlier)`.
pub fn recurrence_interval(p: f64, days_between: f64, earlier: Option<f64>) -> f64 {
    let one = match earlier {
        Some(analyses) if analyses > 1.0 && p < 1.0 => -((-p).ln_1p() / analyses).exp_m1(),
        _ => p,
    };
    days_between / one.max(f64::MIN_POSITIVE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_scores_get_equal_p() {
        let replicates = Replicates { maxima: vec![3.0, 5.0, 5.0 + 1e-12, 7.0], stopped: false };
        assert_eq!(replicates.monte_carlo(5.0), 0.8);
        assert_eq!(replicates.monte_carlo(5.0), replicates.monte_carlo(5.0 + 1e-12));
        let stopped = Replicates { stopped: true, ..replicates };
        assert_eq!(stopped.monte_carlo(5.0), 0.75);
    }

    #[test]
    fn recurrence_is_the_inverse_and_is_brought_down_to_one_analysis() {
        assert!((recurrence_interval(0.009, 1.0, None) - 111.11).abs() < 0.01);
        let p = 1.0 - 0.99f64.powi(50);
        assert!((recurrence_interval(p, 7.0, Some(50.0)) - 700.0).abs() < 1e-6);
    }

    #[test]
    fn the_gumbel_tail_has_the_right_quantile() {
        // Quantiles of a standard Gumbel have its moments.
        let maxima: Vec<f64> = (0..20_000).map(|i| -(-((f64::from(i) + 0.5) / 20_000.0).ln()).ln()).collect();
        let p = Replicates { maxima, stopped: false }.gumbel(6.0).unwrap();
        assert!((p / (1.0 - (-(-6.0f64).exp()).exp()) - 1.0).abs() < 0.02, "{p}");
    }
}
