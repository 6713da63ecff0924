//! Log-likelihood ratios, in nats. `0 ln 0 = 0`; fewer cases than expected give 0.

/// Expectation-based Poisson: `c ln(c/b) + b − c` (Neill 2009, International Journal of Health Geographics 8:20).
pub fn expectation_llr(cases: f64, expected: f64) -> f64 {
    if cases <= expected || cases <= 0.0 {
        return 0.0;
    }
    let expected = expected.max(1e-9);
    cases * (cases / expected).ln() + expected - cases
}

/// Conditioned on all `total` cases: `c ln(c/μ) + (C−c) ln((C−c)/(C−μ))` (Kulldorff 1997; the test statistic of the space-time
/// permutation model, Kulldorff 2005, PLoS Medicine 2:e59).
pub fn conditional_llr(cases: f64, expected: f64, total: f64) -> f64 {
    if cases <= expected || cases <= 0.0 || expected <= 0.0 || expected >= total {
        return 0.0;
    }
    let outside = total - cases;
    let rest = if outside <= 0.0 { 0.0 } else { outside * (outside / (total - expected)).ln() };
    (cases * (cases / expected).ln() + rest).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_at_their_edges() {
        assert_eq!(conditional_llr(3.0, 4.0, 10.0), 0.0);
        assert_eq!(expectation_llr(0.0, 1.0), 0.0);
        // All cases inside: 10 ln 2.
        assert!((conditional_llr(10.0, 5.0, 10.0) - 10.0 * 2.0f64.ln()).abs() < 1e-12);
    }
}
