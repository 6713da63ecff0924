//! Log-likelihood ratios, in nats. `0 ln 0 = 0`; a window on the wrong side of its expectation gives 0.

/// The ratio of a model, as a function of a window's cases `c` and the cases `μ` expected in it. Every one of them grows with `c` above
/// `μ` and falls with `μ` below `c`; the replicates' bounds rely on that.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Ratio {
    /// Conditioned on all `total` cases: Poisson with population (Kulldorff 1997, Communications in Statistics 26:1481) and the space-time
    /// permutation (Kulldorff 2005, PLoS Medicine 2:e59).
    Conditional {
        /// All cases.
        total: f64,
    },
    /// `cases` among `points` (cases and controls): Bernoulli (Kulldorff 1997). `μ` is `cases/points` times the points inside.
    Bernoulli {
        /// All cases.
        cases: f64,
        /// All cases and controls.
        points: f64,
    },
    /// Against a forecast, Poisson (Neill 2009, International Journal of Health Geographics 8:20).
    Expectation,
    /// Against a forecast whose variance is `dispersion` times its mean: negative binomial with size `μ/(dispersion−1)`, which stays
    /// negative binomial when windows are summed.
    NegativeBinomial {
        /// Variance over mean, above 1.
        dispersion: f64,
    },
}

/// `x ln(x/y)`, 0 where `x` is 0.
fn term(x: f64, y: f64) -> f64 {
    if x <= 0.0 { 0.0 } else { x * (x / y).ln() }
}

impl Ratio {
    /// For more cases than expected.
    pub fn high(self, cases: f64, expected: f64) -> f64 {
        if cases > expected { self.either(cases, expected) } else { 0.0 }
    }

    /// For fewer cases than expected.
    pub fn low(self, cases: f64, expected: f64) -> f64 {
        if cases < expected { self.either(cases, expected) } else { 0.0 }
    }

    /// Whichever side the window is on.
    pub fn either(self, cases: f64, expected: f64) -> f64 {
        let (c, mu) = (cases, expected);
        let value = match self {
            Ratio::Conditional { total } => {
                if mu <= 0.0 || mu >= total {
                    return 0.0;
                }
                term(c, mu) + term(total - c, total - mu)
            }
            Ratio::Bernoulli { cases: all, points } => {
                let inside = mu * points / all;
                let outside = points - inside;
                if inside <= 0.0 || outside <= 1e-9 {
                    return 0.0;
                }
                let rest = all - c;
                term(c, inside)
                    + term((inside - c).max(0.0), inside)
                    + term(rest, outside)
                    + term((outside - rest).max(0.0), outside)
                    - term(all, points)
                    - term(points - all, points)
            }
            Ratio::Expectation => {
                let mu = mu.max(1e-9);
                term(c, mu) + mu - c
            }
            Ratio::NegativeBinomial { dispersion } => {
                let mu = mu.max(1e-9);
                let size = mu / (dispersion - 1.0).max(1e-9);
                term(c, mu) - term(c + size, mu + size)
            }
        };
        value.max(0.0)
    }
}

/// Expectation-based Poisson: `c ln(c/b) + b − c` (Neill 2009, International Journal of Health Geographics 8:20).
pub fn expectation_llr(cases: f64, expected: f64) -> f64 {
    Ratio::Expectation.high(cases, expected)
}

/// Conditioned on all `total` cases: `c ln(c/μ) + (C−c) ln((C−c)/(C−μ))` (Kulldorff 1997; the test statistic of the space-time
/// permutation model, Kulldorff 2005, PLoS Medicine 2:e59).
pub fn conditional_llr(cases: f64, expected: f64, total: f64) -> f64 {
    Ratio::Conditional { total }.high(cases, expected)
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
        // Fewer than expected counts on the low side alone.
        let ratio = Ratio::Conditional { total: 10.0 };
        assert!(ratio.low(1.0, 5.0) > 0.0 && ratio.high(1.0, 5.0) == 0.0 && ratio.low(7.0, 5.0) == 0.0);
        // All points inside are cases.
        let ratio = Ratio::Bernoulli { cases: 5.0, points: 10.0 };
        assert!((ratio.high(5.0, 2.5) - 10.0 * 2.0f64.ln()).abs() < 1e-12);
    }

    #[test]
    fn negative_binomial_nears_poisson_as_the_dispersion_nears_one() {
        let near = Ratio::NegativeBinomial { dispersion: 1.000_001 }.high(9.0, 3.0);
        assert!((near - expectation_llr(9.0, 3.0)).abs() < 1e-4);
        assert!(Ratio::NegativeBinomial { dispersion: 3.0 }.high(9.0, 3.0) < near);
    }
}
