//! Days that pass: what is learnt from reports that have aged, what is let go.

use super::Engine;
use crate::background::{AGES, GUARD};
use crate::counts::DayNumber;
use crate::marks::MOST_STREAMS;

/// Days of reports that stay in memory.
const MEMORY: i32 = 90;
/// Reports that stay in memory, at most: where a region has more in those days, the latest.
const MOST_HELD: usize = 250_000;

impl Engine {
    /// Moves today on: learns from reports that have aged, lets the old go.
    pub(crate) fn advance(&mut self, day: DayNumber) {
        if day <= self.today {
            return;
        }
        let first = *self.first_day.get_or_insert(day);
        let from = if self.today == DayNumber::MIN { day } else { self.today };
        let passed = usize::try_from(day - from).unwrap_or(0).min(AGES);
        for _ in 0..passed {
            self.recent.push_front([0.0; MOST_STREAMS]);
            self.recent.truncate(AGES);
            self.came.push_front(0.0);
            self.came.truncate(AGES);
        }
        if !self.frozen {
            for step in (from + 1).max(day - 2000)..=day {
                // With little history the guard shrinks with it, so that a new force does not wait a fortnight.
                let guard = GUARD.min((step - first) / 3);
                self.learn_until(step - guard, step > first);
            }
            self.expected.clear();
            self.belongs.clear();
        }
        self.today = day;
        self.forget(day - MEMORY);
    }

    /// Learns from the events that came in up to a day.
    fn learn_until(&mut self, received: DayNumber, day_passed: bool) {
        if day_passed {
            self.background.next_day();
        }
        let areas = self.background.areas;
        let mut day: Option<DayNumber> = None;
        let mut counts = vec![0.0; areas];
        loop {
            let at = self.next_learnt.saturating_sub(self.base);
            let came = match self.events.get(at) {
                Some(event) if event.received <= received => event.received,
                _ => break,
            };
            if day.is_some_and(|day| day != came) {
                self.learn_spread(&mut counts);
            }
            day = Some(came);
            let event = &self.events[at];
            if !event.taken() && !event.silent {
                self.background.add(event, &self.seen[at], 1.0);
                if let Some(count) = counts.get_mut(event.area) {
                    *count += 1.0;
                }
            }
            self.next_learnt += 1;
        }
        if day.is_some() {
            self.learn_spread(&mut counts);
            self.background.mo.settle();
        }
    }

    fn learn_spread(&mut self, counts: &mut [f64]) {
        // Before rates are known the days would look wilder than they are.
        if self.background.days >= 14.0 {
            let mut due = vec![0.0; counts.len()];
            for stream in 0..self.background.streams {
                let rate = self.background.rate(stream);
                for (slot, share) in due.iter_mut().zip(self.background.shares(stream)) {
                    *slot += rate * share;
                }
            }
            self.background.learn_spread(counts, &due);
        }
        counts.fill(0.0);
    }

    fn forget(&mut self, before: DayNumber) {
        let old = self.events.iter().position(|event| event.received >= before).unwrap_or(self.events.len());
        let surplus = self.events.len().saturating_sub(MOST_HELD).min(self.next_learnt.saturating_sub(self.base));
        let keep = if self.frozen { old } else { old.max(surplus) };
        // Moving the memory costs: it is done in pieces.
        if keep < 4096.min(self.events.len() / 2).max(256) {
            return;
        }
        for event in &self.events[..keep] {
            self.with_number -= if event.numbers.is_empty() { 0.0 } else { 1.0 };
            self.with_name -= if event.names.is_empty() { 0.0 } else { 1.0 };
            for token in event.numbers.iter().chain(&event.names) {
                // A token's reports stand in their order: what goes is a head of them.
                if let Some(held) = self.by_token.get_mut(token) {
                    let gone = held.partition_point(|other| *other < self.base + keep);
                    held.drain(..gone);
                    if held.is_empty() {
                        self.by_token.remove(token);
                    }
                }
            }
        }
        self.events.drain(..keep);
        self.seen.drain(..keep);
        self.base += keep;
        for held in &mut self.by_area {
            let gone = held.partition_point(|index| *index < self.base);
            held.drain(..gone);
        }
    }
}
