//! The search: which set of reports around a new one is likeliest a series.

use super::Engine;
use crate::background::AGES;
use crate::event::NOWHERE;
use crate::score::{Found, Item, refine};

/// Reports of one area, and of each neighbour, that a candidate is looked for among where a region has very many.
const MANY: usize = 600;
const FROM_AREA: usize = 200;
const FROM_NEIGHBOUR: usize = 40;
/// Least belonging to a stream for a report to be looked at in it.
const LOOKED_AT: f64 = 0.15;
/// Windows with a lower ratio are not looked at closely.
const WORTH_A_LOOK: f64 = 1.0;
/// The same for a report that shares nothing.
const WORTH_A_LOOK_ALONE: f64 = 2.5;

impl Engine {
    /// The likeliest series around an event, with its score.
    pub(crate) fn evaluate(&mut self, index: usize) -> Option<Found> {
        let expected = self.expected();
        let own = self.event(index)?.clone();
        if own.taken() || own.silent {
            return None;
        }
        let linked = if self.parts.links { self.group_of(index) } else { Vec::new() };
        let busy = self.is_busy(&own);
        if linked.len() < 2 && (busy || !self.parts.scan) {
            return None;
        }
        let pool = self.pool(index);
        if pool.len() < 3 {
            return None;
        }
        let mut best: Option<Found> = None;
        for stream in 0..self.background.streams {
            if own.streams[stream] < LOOKED_AT {
                continue;
            }
            let common = self.common(stream, &expected);
            // The more reports come, the oftener some of them lie together by chance.
            let more = self.lately(stream).ln();
            let items: Vec<Item<'_>> = pool.iter().filter_map(|other| self.item(*other, stream)).collect();
            let mut windows = Vec::new();
            if self.parts.scan && !busy {
                let worth = if linked.len() < 2 { WORTH_A_LOOK_ALONE } else { WORTH_A_LOOK };
                windows = self.scan(&own, stream, &items, &expected, &common, worth);
            }
            if linked.len() >= 2 {
                windows.extend(self.windows_of_links(&linked, &items, &expected.by_stream[stream], &common));
            }
            for window in windows {
                let found = refine(self, index, stream, &items, &window, &expected.by_stream[stream], &common);
                if let Some(mut found) = found {
                    found.score += self.local[stream] - window.cost - more;
                    if best.as_ref().is_none_or(|held| found.score > held.score) {
                        best = Some(found);
                    }
                }
            }
        }
        best
    }

    fn item(&self, index: usize, stream: usize) -> Option<Item<'_>> {
        let event = self.event(index)?;
        let age = usize::try_from(self.today - event.day).ok()?;
        (age < AGES).then_some(Item { index, event, age, belongs: event.streams[stream] })
    }

    /// Reports that a candidate around this one may be made of: its own index first.
    fn pool(&self, index: usize) -> Vec<usize> {
        let from = self.today - AGES as i32 + 1;
        let Some(own) = self.event(index) else { return Vec::new() };
        let fits = |other: usize| {
            other != index && self.event(other).is_some_and(|event| !event.taken() && !event.silent && event.day >= from)
        };
        let start = self.events.partition_point(|event| event.received < from);
        let mut pool = vec![index];
        if self.events.len() - start <= MANY {
            pool.extend((self.base + start..self.base + self.events.len()).filter(|other| fits(*other)));
            return pool;
        }
        for (_, other) in self.linked(index, &own.numbers, &own.names) {
            if fits(other) {
                pool.push(other);
            }
        }
        if own.area != NOWHERE && !self.is_busy(own) {
            let areas = std::iter::once((own.area, FROM_AREA))
                .chain(self.region.areas()[own.area].neighbours.iter().map(|near| (*near, FROM_NEIGHBOUR)));
            for (area, most) in areas {
                pool.extend(self.by_area[area].iter().rev().take(most).copied().filter(|other| fits(*other)));
            }
            pool[1..].sort_unstable();
            pool.dedup();
        }
        pool
    }

    /// The places of all events in memory, if they are at most so many.
    pub(crate) fn few_in_memory(&self, most: usize) -> Option<std::ops::Range<usize>> {
        let from = self.today - AGES as i32 + 1;
        let start = self.events.partition_point(|event| event.received < from);
        (self.events.len() - start <= most).then(|| self.base + start..self.base + self.events.len())
    }
}
