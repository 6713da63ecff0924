//! The study period cut into intervals.

use super::date::{Unit, civil, day_number, days_in_month};

/// First day of each interval, and the day after the last.
///
/// As SaTScan does, intervals are counted back from the end, so that the last is whole; a first one that would be too short is joined to
/// the next.
pub(crate) fn boundaries(start: i64, end: i64, unit: Unit, length: u32) -> Vec<i64> {
    let mut bounds = vec![end + 1];
    let mut back = 1;
    let mut at = before(end + 1, unit, i64::from(length));
    while at > start {
        bounds.push(at);
        back += 1;
        at = before(end + 1, unit, i64::from(length) * back);
    }
    if at < start && bounds.len() > 1 {
        bounds.pop();
    }
    bounds.push(start);
    bounds.reverse();
    bounds
}

/// How many units a period has, a part of one counted as one.
pub(crate) fn units(start: i64, end: i64, unit: Unit) -> usize {
    let mut count = 1;
    while before(end + 1, unit, count as i64) > start {
        count += 1;
    }
    count
}

fn before(day: i64, unit: Unit, count: i64) -> i64 {
    match unit {
        Unit::Day | Unit::Generic => day - count,
        Unit::Month | Unit::Year => {
            let (year, month, of_month) = civil(day);
            let months = year * 12 + month - 1 - if unit == Unit::Year { 12 * count } else { count };
            let (year, month) = (months.div_euclid(12), months.rem_euclid(12) + 1);
            day_number(year, month, of_month.min(days_in_month(year, month)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_counted_back_from_the_end() {
        let (start, end) = (day_number(1973, 1, 1), day_number(1991, 12, 31));
        let years = boundaries(start, end, Unit::Year, 1);
        assert_eq!(years.len(), 20);
        assert_eq!(years[1], day_number(1974, 1, 1));
        assert_eq!(units(start, end, Unit::Year), 19);
        // 90 days in weeks: the first interval takes the six days left over.
        let weeks = boundaries(0, 89, Unit::Day, 7);
        assert_eq!((weeks.len(), weeks[0], weeks[1], weeks[12]), (13, 0, 13, 90));
        // Months with ends of 28 to 31 days.
        let months = boundaries(day_number(2025, 1, 1), day_number(2025, 4, 30), Unit::Month, 1);
        assert_eq!(months, [1, 2, 3, 4, 5].map(|month| day_number(2025, month, 1)));
    }
}
