//! Bounds that let replicates pass over windows which cannot reach a level: how many cases it takes at an expectation, and straight lines
//! under that curve.

use crate::Ratio;

/// For each number of cases the largest expectation at which the ratio still reaches the level.
pub(crate) struct Reach {
    largest: Vec<f64>,
    fewest: u32,
}

impl Reach {
    /// Up to `most` cases, or as many as the largest expectation, `top`, takes.
    pub(crate) fn new(ratio: Ratio, level: f64, fewest: u32, most: usize, top: f64) -> Reach {
        let mut largest = Vec::new();
        let mut at = 0.0;
        for cases in 0..=most {
            let c = cases as f64;
            let reaches = |mu: f64| ratio.high(c, mu) >= level;
            // The curve rises with the cases, so the last value is a floor.
            let (mut low, mut high): (f64, f64) = (at, c.max(1e-9));
            if !reaches(low.max(1e-12)) {
                largest.push(0.0);
                continue;
            }
            for _ in 0..60 {
                let middle = 0.5 * (low + high);
                if reaches(middle) {
                    low = middle;
                } else {
                    high = middle;
                }
                if high - low < 1e-7 * high {
                    break;
                }
            }
            at = low;
            // The upper end: never passes over a window that reaches the level.
            largest.push(high * (1.0 + 1e-9));
            if low > top {
                break;
            }
        }
        Reach { largest, fewest }
    }

    /// Fewest cases with which a window of this expectation can reach the level, looked for from `at` on, which is left there for the next
    /// and no smaller expectation; none if it takes more than were tabulated.
    #[inline(always)]
    pub(crate) fn fewest_from(&self, at: &mut usize, expected: f64) -> Option<usize> {
        while self.largest.get(*at).is_some_and(|largest| *largest < expected || *largest <= 0.0) {
            *at += 1;
        }
        (*at < self.largest.len()).then_some((*at).max(self.fewest as usize))
    }

    /// The largest expectation at which this many cases reach the level.
    fn largest(&self, cases: usize) -> f64 {
        self.largest.get(cases).copied().unwrap_or(0.0)
    }
}

/// Straight lines in a small array: `c ≥ intercept + slope·μ` for one of them at least, wherever the level is reached above `from`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lines {
    pub(crate) slope: [f64; 4],
    pub(crate) intercept: [f64; 4],
    /// Below this expectation the lines say nothing.
    pub(crate) from: f64,
}

impl Lines {
    /// Chords under the curve of cases against expectation, which is concave: a chord between two of its points lies under it.
    pub(crate) fn new(ratio: Ratio, level: f64, reach: &Reach, largest: f64) -> Lines {
        let fewest = (reach.fewest.max(1)) as usize;
        let from = reach.largest(fewest).max(1e-9);
        let top = largest.max(from * 2.0);
        let step = (top / from).powf(0.25);
        let mut knots = [(0.0, 0.0); 5];
        for (position, knot) in knots.iter_mut().enumerate() {
            let mu = if position == 4 { top } else { from * step.powi(position as i32) };
            *knot = (mu, curve(ratio, level, mu));
        }
        let mut lines = Lines { slope: [0.0; 4], intercept: [f64::INFINITY; 4], from };
        for segment in 0..4 {
            let ((x0, y0), (x1, y1)) = (knots[segment], knots[segment + 1]);
            if !y0.is_finite() {
                // Out of reach at the left end (few points, all of them cases): the fewest cases are a floor.
                if y1.is_finite() {
                    lines.intercept[segment] = f64::from(reach.fewest) - 1e-6;
                }
                continue;
            }
            if y1.is_finite() {
                let slope = (y1 - y0) / (x1 - x0);
                lines.slope[segment] = slope;
                lines.intercept[segment] = (y0 - slope * x0) * (1.0 - 1e-6) - 1e-6;
            } else {
                // The level is out of reach further on: the height at the left end is a floor.
                lines.slope[segment] = 0.0;
                lines.intercept[segment] = y0 - 1e-6;
            }
        }
        lines
    }
}

/// Cases (a real number) at which the ratio reaches the level; a little low. Infinite where it cannot.
fn curve(ratio: Ratio, level: f64, mu: f64) -> f64 {
    let most = match ratio {
        Ratio::Conditional { total } => total,
        Ratio::Bernoulli { cases, points } => cases.min(mu * points / cases),
        _ => mu + 10.0 * (level + 1.0) + 10.0 * (mu * (level + 1.0)).sqrt() + 1e6,
    };
    if ratio.high(most, mu) < level {
        return f64::INFINITY;
    }
    let (mut low, mut high) = (mu, most);
    for _ in 0..80 {
        let middle = 0.5 * (low + high);
        if ratio.high(middle, mu) >= level {
            high = middle;
        } else {
            low = middle;
        }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_window_that_reaches_the_level_is_passed_over() {
        let ratios = [
            Ratio::Conditional { total: 400.0 },
            Ratio::Expectation,
            Ratio::NegativeBinomial { dispersion: 2.0 },
            Ratio::Bernoulli { cases: 400.0, points: 1000.0 },
        ];
        for ratio in ratios {
            for level in [0.5, 3.0, 7.0] {
                let reach = Reach::new(ratio, level, 2, 400, 200.0);
                let mut at = 0;
                let lines = Lines::new(ratio, level, &reach, 200.0);
                for step in 1..4000 {
                    let mu = f64::from(step) * 0.05;
                    let fewest = reach.fewest_from(&mut at, mu);
                    for cases in 2..400u32 {
                        let c = f64::from(cases);
                        if ratio.high(c, mu) < level {
                            continue;
                        }
                        assert!(fewest.is_some_and(|fewest| fewest <= cases as usize), "{ratio:?} {level} {mu} {c}");
                        let seen = mu < lines.from || (0..4).any(|line| c - lines.slope[line] * mu >= lines.intercept[line]);
                        assert!(seen, "{ratio:?} {level} {mu} {c} {lines:?}");
                        break;
                    }
                }
            }
        }
    }
}
