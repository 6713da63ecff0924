//! Which intervals of time are looked at.

use std::ops::Range;

/// Windows of time: every interval whose first and last index lie in the given ranges and whose length is allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Windows {
    /// Intervals in the study.
    pub intervals: usize,
    /// Allowed first intervals.
    pub starts: Range<usize>,
    /// Allowed last intervals (inclusive indices).
    pub ends: Range<usize>,
    /// Fewest intervals in a window.
    pub shortest: usize,
    /// Most intervals in a window.
    pub longest: usize,
    /// Where the limit is a share of the time so far (SaTScan, prospective, adjusted for earlier analyses): most intervals by last interval.
    pub longest_by_end: Option<Vec<usize>>,
}

impl Windows {
    /// One window, the whole study: purely spatial.
    pub fn whole(intervals: usize) -> Windows {
        Windows { shortest: intervals, ..Windows::all(intervals, intervals) }
    }

    /// All windows up to a length.
    pub fn all(intervals: usize, longest: usize) -> Windows {
        Windows {
            intervals,
            starts: 0..intervals,
            ends: 0..intervals,
            shortest: 1,
            longest: longest.min(intervals),
            longest_by_end: None,
        }
    }

    /// Windows that end on the last interval: "alive".
    pub fn alive(intervals: usize, longest: usize) -> Windows {
        Windows { ends: intervals.saturating_sub(1)..intervals, ..Windows::all(intervals, longest) }
    }

    /// The first intervals of the windows that end on `end`, longest window first.
    pub fn starts_of(&self, end: usize) -> Range<usize> {
        let longest = self.longest_by_end.as_ref().map_or(self.longest, |by_end| by_end[end].min(self.longest));
        let from = (end + 1).saturating_sub(longest).max(self.starts.start);
        let to = (end + 2).saturating_sub(self.shortest.max(1)).min(self.starts.end);
        from..to.max(from)
    }

    /// The earliest interval that any window touches.
    pub fn earliest(&self) -> usize {
        self.ends.clone().filter_map(|end| self.starts_of(end).next()).min().unwrap_or(self.intervals)
    }

    /// Whether all windows end together.
    pub fn is_alive(&self) -> bool {
        self.ends.len() == 1
    }

    /// Windows in all.
    pub fn count(&self) -> usize {
        self.ends.clone().map(|end| self.starts_of(end).len()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_counted() {
        assert_eq!(Windows::whole(7).count(), 1);
        assert_eq!(Windows::alive(30, 7).count(), 7);
        assert_eq!(Windows::alive(30, 7).earliest(), 23);
        // 19 years up to 9: 19 + 18 + … + 11.
        assert_eq!(Windows::all(19, 9).count(), (11..=19).sum::<usize>());
        let shortest = Windows { shortest: 3, ..Windows::alive(30, 7) };
        assert_eq!(shortest.starts_of(29), 23..28);
    }
}
