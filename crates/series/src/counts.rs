//! Reports by stream, day of call and area.

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

/// Weighted counts of one stream: one row a day, one column an area. Days without a report take no space.
#[derive(Debug, Clone, Default)]
pub(crate) struct Counts {
    first: DayNumber,
    rows: Vec<Vec<f32>>,
    areas: usize,
}

/// Days of calls further back than this before the first seen are put on the first, so that one wrong year costs no memory.
const MAX_SPAN: i32 = 4000;

impl Counts {
    pub(crate) fn new(areas: usize) -> Counts {
        Counts { first: 0, rows: Vec::new(), areas }
    }

    /// Adds weight (negative takes it away) to an area on a day.
    pub(crate) fn add(&mut self, day: DayNumber, area: usize, weight: f32) {
        if self.rows.is_empty() {
            self.first = day;
        }
        let mut day = day;
        if day < self.first {
            let missing = self.first - day;
            if missing > MAX_SPAN || missing as usize + self.rows.len() > MAX_SPAN as usize {
                day = self.first;
            } else {
                let mut rows = vec![Vec::new(); missing as usize];
                rows.append(&mut self.rows);
                self.rows = rows;
                self.first = day;
            }
        }
        let offset = ((day - self.first) as usize).min(self.rows.len() + MAX_SPAN as usize);
        if offset >= self.rows.len() {
            self.rows.resize(offset + 1, Vec::new());
        }
        let row = &mut self.rows[offset];
        if row.is_empty() {
            row.resize(self.areas, 0.0);
        }
        row[area] += weight;
    }

    /// The row of a day; empty where nothing was counted.
    pub(crate) fn row(&self, day: DayNumber) -> &[f32] {
        let Ok(offset) = usize::try_from(day - self.first) else { return &[] };
        self.rows.get(offset).map_or(&[], Vec::as_slice)
    }
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

    #[test]
    fn late_and_early_days_are_kept_apart() {
        let mut counts = Counts::new(2);
        counts.add(100, 0, 1.0);
        counts.add(98, 1, 0.5);
        counts.add(103, 1, 1.0);
        assert_eq!(counts.row(98), &[0.0, 0.5]);
        assert_eq!(counts.row(100), &[1.0, 0.0]);
        assert!(counts.row(99).is_empty());
        assert_eq!(counts.row(103), &[0.0, 1.0]);
        assert!(counts.row(4).is_empty());
    }
}
