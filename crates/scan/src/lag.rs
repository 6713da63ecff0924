//! Reports come in late: what share of a day's reports is in by now.
//!
//! Delays of recent days are cut off by today, so their plain frequencies would be too short. The reverse-time hazard is not: among reports
//! that could have had a delay of up to `d` and did, the share with exactly `d` (Lagakos, Barraj and De Gruttola 1988, Biometrika 75:515;
//! Kalbfleisch and Lawless 1989, Journal of the American Statistical Association 84:360).

/// One report: where, the day of the call, the day it came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delay {
    /// Location.
    pub location: usize,
    /// Day of the call.
    pub called: usize,
    /// Day it came in, no earlier.
    pub received: usize,
}

/// Completeness by location and age.
#[derive(Debug, Clone, PartialEq)]
pub struct Completeness {
    longest: usize,
    /// Share in by age 0, 1, … `longest`, location by location.
    share: Vec<f64>,
}

/// Reports that the county's delays count for in each location's.
const PRIOR: f64 = 20.0;

impl Completeness {
    /// Everything is in at once.
    pub fn full(locations: usize) -> Completeness {
        Completeness { longest: 0, share: vec![1.0; locations] }
    }

    /// Estimates from reports that were in on day `today`. Delays beyond `longest` days are taken for `longest`.
    pub fn estimate(delays: &[Delay], locations: usize, today: usize, longest: usize) -> Completeness {
        let width = longest + 1;
        let mut exactly = vec![0.0; (locations + 1) * width];
        let mut up_to = vec![0.0; (locations + 1) * width];
        for delay in delays.iter().filter(|one| one.location < locations && one.received <= today && one.called <= one.received) {
            let days = (delay.received - delay.called).min(longest);
            let could = today - delay.called;
            for row in [delay.location, locations] {
                // Comparable are calls old enough to have shown that delay.
                if could >= days {
                    exactly[row * width + days] += 1.0;
                }
                for age in days..=longest.min(could) {
                    up_to[row * width + age] += 1.0;
                }
            }
        }
        let hazard = |row: usize, age: usize| {
            let county = (exactly[locations * width + age] + 1e-9) / (up_to[locations * width + age] + 1e-9);
            if row == locations {
                county
            } else {
                (exactly[row * width + age] + PRIOR * county) / (up_to[row * width + age] + PRIOR)
            }
        };
        let mut share = vec![1.0; locations * width];
        for location in 0..locations {
            for age in (0..longest).rev() {
                let later = share[location * width + age + 1];
                share[location * width + age] = later * (1.0 - hazard(location, age + 1)).clamp(0.0, 1.0);
            }
        }
        Completeness { longest, share }
    }

    /// The share of a location's reports of calls `age` days ago that is in.
    pub fn share(&self, location: usize, age: usize) -> f64 {
        let width = self.longest + 1;
        self.share[location * width + age.min(self.longest)]
    }

    /// Brings expectations (by location, then day) down to what can be in by the last day.
    pub fn apply(&self, expected: &mut [f64], days: usize) {
        for (index, one) in expected.iter_mut().enumerate() {
            *one *= self.share(index / days, days - 1 - index % days);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn completeness_is_found_though_recent_delays_are_cut_off() {
        // Every day ten reports of location 0: six at once, three after one day, one after four. Location 1 reports at once.
        let today = 60;
        let mut delays = Vec::new();
        for called in 0..=today {
            for days in [0, 0, 0, 0, 0, 0, 1, 1, 1, 4] {
                delays.push(Delay { location: 0, called, received: called + days });
            }
            delays.extend((0..10).map(|_| Delay { location: 1, called, received: called }));
        }
        delays.retain(|one| one.received <= today);
        let found = Completeness::estimate(&delays, 2, today, 10);
        for (age, share) in [(0, 0.6), (1, 0.9), (3, 0.9), (4, 1.0), (30, 1.0)] {
            assert!((found.share(0, age) - share).abs() < 0.03, "age {age}: {} against {share}", found.share(0, age));
        }
        assert!(found.share(1, 0) > 0.97);
        let mut expected = vec![1.0; 2 * 5];
        found.apply(&mut expected, 5);
        assert!((expected[4] - found.share(0, 0)).abs() < 1e-12 && (expected[0] - found.share(0, 4)).abs() < 1e-12);
    }
}
