//! Days as numbers.

use jiff::civil::Date;

/// Days since 1 January 1970.
pub(crate) type DayNumber = i32;

/// The number of a day.
pub(crate) fn day_number(day: Date) -> DayNumber {
    let epoch = jiff::civil::date(1970, 1, 1);
    day.since(epoch).map(|span| span.get_days()).unwrap_or(0)
}

/// The day of a number.
pub(crate) fn day_of(number: DayNumber) -> Date {
    let epoch = jiff::civil::date(1970, 1, 1);
    epoch.checked_add(jiff::Span::new().days(number)).unwrap_or(epoch)
}

/// Monday = 0 … Sunday = 6.
pub(crate) fn weekday(number: DayNumber) -> usize {
    // 1 January 1970 was a Thursday.
    usize::try_from((number + 3).rem_euclid(7)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_have_numbers_and_weekdays() {
        let monday = jiff::civil::date(2019, 4, 1);
        assert_eq!(weekday(day_number(monday)), 0);
        assert_eq!(day_of(day_number(monday)), monday);
        assert_eq!(weekday(day_number(jiff::civil::date(1970, 1, 1))), 3);
    }
}
