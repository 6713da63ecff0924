//! Times as SaTScan writes them.

/// How precise times are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Precision {
    /// Files have no times.
    None,
    /// Year.
    Year,
    /// Month.
    Month,
    /// Day.
    Day,
    /// Whole numbers.
    Generic,
}

/// The unit in which windows are measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Years.
    Year,
    /// Months.
    Month,
    /// Days.
    Day,
    /// Whole numbers.
    Generic,
}

impl Unit {
    /// Its name, for a number of them.
    pub fn name(self, count: usize) -> &'static str {
        match (self, count) {
            (Unit::Year, 1) => "year",
            (Unit::Year, _) => "years",
            (Unit::Month, 1) => "month",
            (Unit::Month, _) => "months",
            (Unit::Day, 1) => "day",
            (Unit::Day, _) => "days",
            (Unit::Generic, 1) => "unit",
            (Unit::Generic, _) => "units",
        }
    }

    /// Days in one, on average; for generic units the unit itself.
    pub fn days(self) -> f64 {
        match self {
            Unit::Year => 365.25,
            Unit::Month => 30.42,
            Unit::Day | Unit::Generic => 1.0,
        }
    }
}

/// Days since 1 March of year 0 in the proleptic Gregorian calendar (Hinnant, "chrono-compatible low-level date algorithms").
pub fn day_number(year: i64, month: i64, day: i64) -> i64 {
    let shifted = if month <= 2 { year - 1 } else { year };
    let era = shifted.div_euclid(400);
    let of_era = shifted.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year
}

/// Year, month and day of a [`day_number`].
pub fn civil(number: i64) -> (i64, i64, i64) {
    let era = number.div_euclid(146_097);
    let of_era = number.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
}

pub(crate) fn days_in_month(year: i64, month: i64) -> i64 {
    let (next_year, next) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    day_number(next_year, next, 1) - day_number(year, month, 1)
}

/// A time as parts: year, month and day where given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Parts {
    pub(crate) year: i64,
    pub(crate) month: Option<i64>,
    pub(crate) day: Option<i64>,
    /// Whether the year was written with two digits.
    pub(crate) short: bool,
}

/// Reads `2010`, `2010/6`, `2010-06-26`, `06/26/2010`, `6/2010`, `73`.
pub(crate) fn parts(text: &str) -> Option<Parts> {
    let fields: Vec<&str> = text.split(['/', '-']).collect();
    if fields.len() > 3 || fields.iter().any(|one| one.is_empty() || one.len() > 4 || !one.bytes().all(|b| b.is_ascii_digit())) {
        return None;
    }
    let number = |at: usize| fields[at].parse::<i64>().ok();
    let last = fields.len() - 1;
    let american = last > 0 && fields[last].len() == 4 && fields[0].len() <= 2;
    let (year, month, day) = match (fields.len(), american) {
        (1, _) => (0, None, None),
        (2, false) => (0, Some(1), None),
        (2, true) => (1, Some(0), None),
        (_, false) => (0, Some(1), Some(2)),
        (_, true) => (2, Some(0), Some(1)),
    };
    let parts = Parts {
        year: number(year)?,
        month: month.map(number).map_or(Some(None), |found| found.map(Some))?,
        day: day.map(number).map_or(Some(None), |found| found.map(Some))?,
        short: fields[year].len() <= 2,
    };
    let month_fits = parts.month.is_none_or(|month| (1..=12).contains(&month));
    let day_fits = parts.day.is_none_or(|day| {
        // With two digits of the year a leap day cannot be ruled out yet.
        let most = match parts.month {
            Some(month) if month_fits && !parts.short => days_in_month(parts.year, month),
            _ => 31,
        };
        (1..=most).contains(&day)
    });
    (month_fits && day_fits).then_some(parts)
}

/// Reads a time to a day number, the year alone as its first day; generic times are their number.
pub fn parse_time(text: &str, generic: bool) -> Option<i64> {
    if generic {
        // SaTScan's own files write a study period of whole numbers as if they were years.
        return text.split('/').next().and_then(self::generic);
    }
    let parts = parts(text).filter(|parts| !parts.short)?;
    Some(day_number(parts.year, parts.month.unwrap_or(1), parts.day.unwrap_or(1)))
}

/// Largest generic time.
const MOST_GENERIC: i64 = 1_000_000_000_000;

/// A generic time: a whole number, none that could not be counted with.
pub(crate) fn generic(text: &str) -> Option<i64> {
    text.parse::<i64>().ok().filter(|number| (-MOST_GENERIC..=MOST_GENERIC).contains(number))
}

impl Parts {
    /// With the century that brings it nearest to `middle`.
    pub(crate) fn with_century(self, middle: i64) -> Parts {
        if !self.short {
            return self;
        }
        let near = civil(middle).0;
        let year = (0..)
            .map(|century| 1500 + century * 100 + self.year)
            .take_while(|year| *year < 3000)
            .min_by_key(|year| (year - near).abs())
            .unwrap_or(self.year);
        Parts { year, short: false, ..self }
    }

    /// The first day it may mean, and the last.
    pub(crate) fn range(self) -> (i64, i64) {
        let first = day_number(self.year, self.month.unwrap_or(1), self.day.unwrap_or(1));
        let month = self.month.unwrap_or(12);
        let last = day_number(self.year, month, self.day.unwrap_or_else(|| days_in_month(self.year, month)));
        (first, last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_dates_match_each_other() {
        for number in (0..800_000).step_by(37) {
            let (year, month, day) = civil(number);
            assert_eq!(day_number(year, month, day), number);
        }
        assert_eq!(day_number(2000, 3, 1) - day_number(2000, 2, 28), 2);
        assert_eq!(day_number(1970, 1, 1), 719_468);
    }

    #[test]
    fn times_are_read_as_satscan_writes_them() {
        let day = day_number(2010, 6, 26);
        for text in ["2010/06/26", "2010-6-26", "06/26/2010", "6/26/2010"] {
            assert_eq!(parse_time(text, false), Some(day), "{text}");
        }
        assert_eq!(parse_time("2010/6", false), Some(day_number(2010, 6, 1)));
        assert_eq!(parse_time("6/2010", false), Some(day_number(2010, 6, 1)));
        assert_eq!(parse_time("17", true), Some(17));
        for text in ["2010/13", "2011/2/29", "2010/6/31", "June", "2010/6/", "", "-5", "2010/6/2/1"] {
            assert_eq!(parse_time(text, false), None, "{text}");
        }
        let near = parts("73").unwrap().with_century(day_number(1980, 1, 1));
        assert_eq!(near.year, 1973);
    }
}
