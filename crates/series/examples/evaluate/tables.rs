//! The tables.

use crate::play::Run;

/// The value below which this share of the others lie.
pub(crate) fn at_share(values: &mut [f64], share: f64) -> f64 {
    if values.is_empty() {
        return f64::NAN;
    }
    values.sort_by(f64::total_cmp);
    values[((values.len() as f64 * share) as usize).min(values.len() - 1)]
}

/// What many runs came to. A series that was not found counts as found on day 999.
#[derive(Debug, Clone)]
pub(crate) struct Summed {
    pub(crate) series: usize,
    pub(crate) found: usize,
    pub(crate) day: [f64; 2],
    pub(crate) reports: [f64; 2],
    /// When the alarm was raised, where `reports` are those in by the end of its day.
    pub(crate) at_alarm: f64,
    pub(crate) f1: f64,
    pub(crate) wrong: usize,
    pub(crate) years: f64,
}

impl Summed {
    /// Of runs.
    pub(crate) fn of<'a>(runs: impl IntoIterator<Item = &'a Run>) -> Summed {
        let runs: Vec<&Run> = runs.into_iter().collect();
        let all: Vec<_> = runs.iter().flat_map(|run| &run.series).collect();
        let mut days: Vec<f64> = all.iter().map(|one| one.found.map_or(999.0, |found| found.day as f64)).collect();
        let mut reports: Vec<f64> = all.iter().map(|one| one.found.map_or(999.0, |found| found.reports as f64)).collect();
        let mut at_alarm: Vec<f64> = all.iter().map(|one| one.found.map_or(999.0, |found| found.at_alarm as f64)).collect();
        Summed {
            series: all.len(),
            found: all.iter().filter(|one| one.found.is_some()).count(),
            day: [at_share(&mut days, 0.5), at_share(&mut days, 0.9)],
            reports: [at_share(&mut reports, 0.5), at_share(&mut reports, 0.9)],
            at_alarm: at_share(&mut at_alarm, 0.5),
            f1: all.iter().map(|one| one.f1).sum::<f64>() / all.len().max(1) as f64,
            wrong: runs.iter().map(|run| run.wrong.len()).sum(),
            years: runs.iter().map(|run| run.days).sum::<f64>() / 365.25,
        }
    }

    /// Episodes a year without a series.
    pub(crate) fn wrong_a_year(&self) -> f64 {
        self.wrong as f64 / self.years.max(1e-9)
    }

    /// Prints a line.
    pub(crate) fn print(&self, name: &str) {
        println!(
            "{name:24} {:4} of {:4} ({:3.0} %)  day {:3.0} p90 {:3.0}  reports {:3.0} p90 {:3.0} ({:.0} at the alarm)  F1 {:.2}  false {:.2} a year",
            self.found,
            self.series,
            100.0 * self.found as f64 / self.series.max(1) as f64,
            self.day[0],
            self.day[1],
            self.reports[0],
            self.reports[1],
            self.at_alarm,
            self.f1,
            self.wrong_a_year()
        );
    }

    /// Prints the episodes without a series, with their interval.
    pub(crate) fn print_wrong(&self, name: &str) {
        let (low, high) = poisson_interval(self.wrong as u64);
        println!(
            "{name:24} {:4} in {:6.1} years: {:.2} a year ({:.2} to {:.2})",
            self.wrong,
            self.years,
            self.wrong_a_year(),
            low / self.years.max(1e-9),
            high / self.years.max(1e-9)
        );
    }
}

/// The exact interval of 95 % of a Poisson mean where so many were counted, by bisection on its distribution.
pub(crate) fn poisson_interval(n: u64) -> (f64, f64) {
    // The probability of at most so many.
    let at_most = |k: u64, mean: f64| {
        let (mut term, mut sum) = ((-mean).exp(), (-mean).exp());
        for i in 1..=k {
            term *= mean / i as f64;
            sum += term;
        }
        sum
    };
    let solve = |below: &dyn Fn(f64) -> bool| {
        let (mut low, mut high) = (0.0, 10.0 + 3.0 * n as f64);
        for _ in 0..80 {
            let middle = (low + high) / 2.0;
            if below(middle) { low = middle } else { high = middle }
        }
        low
    };
    let low = if n == 0 { 0.0 } else { solve(&|mean| 1.0 - at_most(n - 1, mean) < 0.025) };
    (low, solve(&|mean| at_most(n, mean) > 0.025))
}
