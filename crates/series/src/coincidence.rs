//! Reports that share a number: how many such groups come by chance.
//!
//! A robot dials many people and two or three of them report it: a shared number alone is no series. Let λ be the mean number
//! of other reports in the same area and the last 30 days that share a background report's number, learnt from the stream of
//! reports itself over groups of at most three. A group of k is then founded by chance `N · P(Poisson(λ) ≥ k − 1)` times a
//! year, N reports a year coming in.

/// Groups up to this size are held to be background when λ is learnt.
const BACKGROUND_GROUP: u32 = 3;
/// λ at the start, and its weight in reports: on real complaints of one county's volume few share a number.
const START_LAMBDA: f64 = 0.03;
const START_REPORTS: f64 = 200.0;

/// What is known of shared numbers.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Coincidence {
    reports: f64,
    sharing: f64,
}

impl Coincidence {
    /// Learns from one report: how many earlier ones of its area and month share its number.
    pub(crate) fn learn(&mut self, others: u32) {
        self.reports += 1.0;
        if others < BACKGROUND_GROUP {
            self.sharing += f64::from(others);
        }
    }

    /// Mean number of others that share a background report's number.
    pub(crate) fn lambda(&self) -> f64 {
        (self.sharing + START_LAMBDA * START_REPORTS) / (self.reports + START_REPORTS)
    }

    /// Chance groups of at least `size` in a year with `reports_per_year`.
    pub(crate) fn groups_per_year(&self, size: u32, reports_per_year: f64) -> f64 {
        reports_per_year * poisson_tail(self.lambda(), size.saturating_sub(1))
    }
}

/// P(X ≥ n) for a Poisson X: the sum from n on, whose terms fall fast for the small λ this is used with.
fn poisson_tail(lambda: f64, n: u32) -> f64 {
    let mut term = (-lambda).exp();
    for i in 1..=n {
        term *= lambda / f64::from(i);
    }
    let mut sum = 0.0;
    let mut i = n;
    while term > 1e-300 && term > sum * 1e-15 {
        sum += term;
        i += 1;
        term *= lambda / f64::from(i);
    }
    sum.min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tail_is_the_complement_of_the_head() {
        let lambda: f64 = 0.7;
        let head = (-lambda).exp() * (1.0 + lambda);
        assert!((poisson_tail(lambda, 2) - (1.0 - head)).abs() < 1e-12);
        assert_eq!(poisson_tail(lambda, 0), 1.0);
    }

    #[test]
    fn larger_groups_are_rarer() {
        let coincidence = Coincidence::default();
        let three = coincidence.groups_per_year(3, 1000.0);
        let four = coincidence.groups_per_year(4, 1000.0);
        assert!(four < three / 50.0, "{three} {four}");
    }

    #[test]
    fn big_groups_do_not_teach_that_sharing_is_common() {
        let mut coincidence = Coincidence::default();
        for others in 0..60 {
            coincidence.learn(others);
        }
        assert!(coincidence.lambda() < 0.05);
    }
}
