//! What is expected today: by stream, area and age of the call, and how far everything lies above it.

use std::sync::Arc;

use super::{ALL_STREAMS, Engine};
use crate::background::AGES;
use crate::counts::DayNumber;
use crate::event::{Event, NOWHERE};

/// Where an area sees more of a stream a day than this, a few reports more are no sign: only what they share is.
const BUSY: f64 = 1.5;
/// Weight of "as ever" in the common rise of all methods, in reports.
const COMMON: f64 = 8.0;
/// So many standard deviations above what days vary by are no day as ever: a backlog. The weight falls from there.
const BACKLOG: f64 = 5.0;
/// Weight of "as ever" in the level of the region's reports of all methods and areas, in reports: hundreds more than expected are no
/// series but a region of which too little was known.
const LEVEL: f64 = 200.0;
/// Days that a region whose people are not known is learnt from before places and days alone say anything.
const FIRST_DAYS: f64 = 4.0;
/// Days that the level is taken over.
const LEVEL_DAYS: usize = 7;
/// Days that say what is usual now: a shorter common rise is drawn towards theirs.
const LATELY: usize = 14;

/// Expected counts of all streams on one day.
pub(crate) type Expected = Arc<Due>;

/// Expected counts by stream, area and age, summed from today; and what follows from them.
#[derive(Debug)]
pub(crate) struct Due {
    pub(crate) by_stream: Vec<Vec<[f64; AGES]>>,
    /// All streams of the region.
    all: [f64; AGES],
    /// Reports a day by stream and area.
    daily: Vec<Vec<f64>>,
}

impl Due {
    /// All streams of the region but one.
    fn others(&self, stream: usize, age: usize) -> f64 {
        let own = self.by_stream[stream].last().map_or(0.0, |region| region[age]);
        self.all[age] - own
    }
}

impl Engine {
    /// The day that today's expectation is kept under: a frozen background is the same every week.
    fn kept_under(&self) -> DayNumber {
        if self.frozen { self.today.rem_euclid(7) } else { self.today }
    }

    /// What is expected today.
    pub(crate) fn expected(&mut self) -> Expected {
        if let Some(held) = self.expected.get(&self.kept_under()) {
            return Arc::clone(held);
        }
        let (mut by_stream, mut daily, mut all) = (Vec::new(), Vec::new(), [0.0; AGES]);
        let days_worth = self.background.days_worth(self.today);
        for stream in 0..self.background.streams {
            let table = self.background.expectation(stream, &days_worth);
            for (slot, due) in all.iter_mut().zip(&table[self.background.areas]) {
                *slot += due;
            }
            let rate = self.background.rate(stream);
            daily.push(self.background.shares(stream).into_iter().map(|share| rate * share).collect());
            by_stream.push(table);
        }
        let due = Arc::new(Due { by_stream, all, daily });
        self.expected.insert(self.kept_under(), Arc::clone(&due));
        due
    }

    /// Reports a day of a stream in an area, as known today.
    pub(crate) fn daily(&self, stream: usize, area: usize) -> f64 {
        match self.expected.get(&self.kept_under()) {
            Some(due) => due.daily[stream][area],
            None => self.background.rate(stream) * self.background.share(stream, area),
        }
    }

    /// The level of the region: how many times what is expected of all methods and areas came in the last week, at least 1.
    pub(crate) fn level(&self) -> f64 {
        let Some(expected) = self.expected.get(&self.kept_under()) else { return 1.0 };
        let came: f64 = self.came.iter().take(LEVEL_DAYS).sum();
        ((LEVEL + came) / (LEVEL + expected.all[LEVEL_DAYS - 1])).max(1.0)
    }

    /// The common rise of everything but a stream, by age summed from today: at least the region's level.
    pub(super) fn common(&self, stream: usize, expected: &Expected) -> [f64; AGES] {
        let level = self.level();
        let mut rise = [level; AGES];
        // Where everything has gone on at more for a fortnight, that is what today is held against.
        let lately = self.lately(stream);
        let mut seen = 0.0;
        for (age, row) in self.recent.iter().enumerate().take(AGES) {
            seen += row[ALL_STREAMS] - row[stream];
            let usual = if age + 1 < LATELY { lately } else { 1.0 };
            rise[age] = rise_of(seen, expected.others(stream, age), usual).max(level);
        }
        rise
    }

    /// How many times what is expected of everything but a stream came in the last fortnight, at least 1.
    pub(super) fn lately(&self, stream: usize) -> f64 {
        let Some(expected) = self.expected.get(&self.kept_under()) else { return 1.0 };
        let seen: f64 = self.recent.iter().take(LATELY).map(|row| row[ALL_STREAMS] - row[stream]).sum();
        rise_of(seen, expected.others(stream, LATELY - 1), 1.0).max(1.0)
    }

    /// Whether an event's area sees so much of its stream that a few more are no sign; of a report whose place is not known, whether
    /// the areas do on average.
    pub(crate) fn is_busy(&self, event: &Event) -> bool {
        // Without people there are no rates to begin with: for some days nothing is known of what is usual where.
        if !self.peopled && !self.frozen && self.background.days < FIRST_DAYS {
            return true;
        }
        let stream = crate::background::main_stream(&event.streams, self.background.streams);
        let daily = if event.area == NOWHERE {
            self.background.rate(stream) / self.background.areas as f64
        } else {
            self.daily(stream, event.area)
        };
        daily * self.level() >= BUSY
    }
}

/// How many times what was due came, drawn towards `usual` times; the less so the further it lies above anything that days vary by.
fn rise_of(seen: f64, due: f64, usual: f64) -> f64 {
    let deviations = (seen - due) / (due + due * due / COMMON).max(1e-6).sqrt();
    let weight = if deviations > BACKLOG { COMMON * (BACKLOG / deviations).powi(2) } else { COMMON };
    (weight * usual + seen) / (weight + due)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_vary_and_a_backlog_is_no_such_day() {
        assert!((rise_of(2.0, 2.0, 1.0) - 1.0).abs() < 1e-9);
        // Three times as many as due happens: it is believed in part.
        assert!((1.3..1.5).contains(&rise_of(6.0, 2.0, 1.0)), "{}", rise_of(6.0, 2.0, 1.0));
        // Forty where two were due is twenty times as many.
        assert!((15.0..=20.0).contains(&rise_of(40.0, 2.0, 1.0)), "{}", rise_of(40.0, 2.0, 1.0));
        assert!((5..60).all(|n| rise_of(f64::from(n) + 1.0, 2.0, 1.0) > rise_of(f64::from(n), 2.0, 1.0)));
    }

    #[test]
    fn where_everything_has_gone_on_at_more_a_quiet_day_is_one_of_those() {
        // A day as usual now is not drawn back towards what was usual before.
        assert!((rise_of(3.0, 2.0, 1.5) - 1.5).abs() < 1e-9);
        assert!(rise_of(3.0, 2.0, 1.0) < 1.2);
    }
}
