//! Population over time: linear between the dates at which it is known, constant before the first and after the last. A year alone means
//! its 1 July, a month alone its 15th; a day's population holds for that whole day.

use super::date::{Parts, day_number};

/// A date of the population file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PopulationDate {
    /// Day number.
    pub(crate) day: i64,
    /// Whether a day was given.
    pub(crate) whole_day: bool,
}

impl PopulationDate {
    pub(crate) fn new(parts: Parts) -> PopulationDate {
        match (parts.month, parts.day) {
            (None, _) => PopulationDate { day: day_number(parts.year, 7, 1), whole_day: false },
            (Some(month), None) => PopulationDate { day: day_number(parts.year, month, 15), whole_day: false },
            (Some(month), Some(day)) => PopulationDate { day: day_number(parts.year, month, day), whole_day: true },
        }
    }
}

/// For each interval (a first day and the next interval's) and date, how many person-days one person at that date stands for:
/// `weights[interval][date]`. Dates must rise.
pub(crate) fn weights(dates: &[PopulationDate], bounds: &[i64]) -> Vec<Vec<f64>> {
    // Knots: when, and whose population.
    let mut knots: Vec<(f64, usize)> = Vec::new();
    for (index, date) in dates.iter().enumerate() {
        knots.push((date.day as f64, index));
        let next = dates.get(index + 1).is_none_or(|next| next.day > date.day + 1);
        if date.whole_day && next {
            knots.push(((date.day + 1) as f64, index));
        }
    }
    bounds
        .windows(2)
        .map(|pair| {
            let (from, to) = (pair[0] as f64, pair[1] as f64);
            let mut weight = vec![0.0; dates.len()];
            let Some((first, last)) = knots.first().copied().zip(knots.last().copied()) else { return weight };
            weight[first.1] += (to.min(first.0) - from).max(0.0);
            weight[last.1] += (to - from.max(last.0)).max(0.0);
            for pair in knots.windows(2) {
                let ((x0, a), (x1, b)) = (pair[0], pair[1]);
                let (low, high) = (from.max(x0), to.min(x1));
                if high > low {
                    // The mean of the two ends' shares, times the length.
                    let share = |x: f64| (x - x0) / (x1 - x0);
                    let of_b = 0.5 * (share(low) + share(high)) * (high - low);
                    weight[b] += of_b;
                    weight[a] += (high - low) - of_b;
                }
            }
            weight
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_interval_is_accounted_for_in_full() {
        let date = |day, whole_day| PopulationDate { day, whole_day };
        let dates = [date(10, false), date(30, true), date(31, true), date(60, false)];
        let bounds = [0, 5, 15, 40, 80];
        for (weight, pair) in weights(&dates, &bounds).iter().zip(bounds.windows(2)) {
            assert!((weight.iter().sum::<f64>() - (pair[1] - pair[0]) as f64).abs() < 1e-9);
        }
        // Half way between two dates, half of each.
        let weight = &weights(&[date(0, false), date(10, false)], &[4, 6])[0];
        assert!((weight[0] - 1.0).abs() < 1e-12 && (weight[1] - 1.0).abs() < 1e-12);
    }
}
