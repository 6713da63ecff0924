//! Windows to look at closely: those of the scan, and those of a group that shares numbers or names.

use super::Engine;
use super::due::Expected;
use crate::background::AGES;
use crate::event::{Event, NOWHERE};
use crate::score::{Item, Window};

/// What a number or name in common is about worth, in nats, where it is asked how far back a group of links reaches.
const WORTH_OF_LINK: f64 = 7.0;

impl Engine {
    /// Windows of the scan: the best of each size of zone around an event's area, all ending today.
    pub(super) fn scan(
        &self,
        own: &Event,
        stream: usize,
        items: &[Item<'_>],
        expected: &Expected,
        common: &[f64; AGES],
        worth: f64,
    ) -> Vec<Window> {
        let mut sorted: Vec<&Item<'_>> = items.iter().filter(|item| item.belongs >= 0.1 && item.event.area != NOWHERE).collect();
        sorted.sort_by_key(|item| (item.age, item.index));
        let mut occupied = 0u64;
        let small = !self.masks.is_empty();
        if small {
            for item in &sorted {
                occupied |= 1 << item.event.area;
            }
        }
        let table = &expected.by_stream[stream];
        let zones = self.region.zones();
        let everywhere = [zones.len() - 1];
        let around = if own.area == NOWHERE { &everywhere[..] } else { self.region.zones_of(own.area) };
        let mut best: [Option<(f64, usize, usize)>; 4] = [None; 4];
        for zone in around {
            let areas = &zones[*zone];
            if small && areas.len() <= 5 && (self.masks[*zone] & !occupied).count_ones() > 1 {
                continue;
            }
            let whole = areas.len() == self.background.areas;
            let cost = if whole { 0.5 } else { self.cost(own.area, areas.len()) };
            let (mut cases, mut at) = (0.0, 0);
            while at < sorted.len() {
                let age = sorted[at].age;
                let mut grew = false;
                while at < sorted.len() && sorted[at].age == age {
                    let inside = if small {
                        self.masks[*zone] & (1 << sorted[at].event.area) != 0
                    } else {
                        areas.contains(&sorted[at].event.area)
                    };
                    if inside {
                        cases += sorted[at].belongs * sorted[at].event.share;
                        grew = true;
                    }
                    at += 1;
                }
                if !grew || cases < 2.2 {
                    continue;
                }
                let due: f64 =
                    if whole { table[self.background.areas][age] } else { areas.iter().map(|area| table[*area][age]).sum() };
                let due = due * common[age];
                if cases <= due {
                    continue;
                }
                let score = cases * (cases / due).ln() + due - cases - cost;
                let class = match areas.len() {
                    _ if whole => 3,
                    1 => 0,
                    2 | 3 => 1,
                    _ => 2,
                };
                if best[class].is_none_or(|held| score > held.0) {
                    best[class] = Some((score, *zone, age));
                }
            }
        }
        let top = best.iter().flatten().map(|held| held.0).fold(f64::NEG_INFINITY, f64::max);
        let mut windows = Vec::new();
        for (score, zone, age) in best.into_iter().flatten() {
            if score < worth || score < top - 4.0 {
                continue;
            }
            let areas = &zones[zone];
            let whole = areas.len() == self.background.areas;
            let cost = if whole { 0.5 } else { self.cost(own.area, areas.len()) };
            let areas = if whole { Vec::new() } else { areas.clone() };
            windows.push(Window { areas, age, cost, start: Vec::new() });
        }
        windows
    }

    fn cost(&self, area: usize, size: usize) -> f64 {
        self.zone_cost.get(area).and_then(|sizes| sizes.get(size)).copied().unwrap_or(2.0)
    }

    /// Windows of a group that shares numbers or names: its own areas, and the whole region; each as far back as its reports are
    /// dense, so that one of weeks ago does not thin out a burst.
    pub(super) fn windows_of_links(
        &self,
        group: &[usize],
        items: &[Item<'_>],
        expected: &[[f64; AGES]],
        common: &[f64; AGES],
    ) -> Vec<Window> {
        let mut held: Vec<&Item<'_>> = items.iter().filter(|item| group.contains(&item.index) && item.belongs >= 0.02).collect();
        if held.len() < 2 {
            return Vec::new();
        }
        held.sort_by_key(|item| (item.age, item.index));
        let region = self.background.areas;
        let mut own: Option<(f64, usize, Vec<usize>)> = None;
        let mut all: Option<(f64, usize)> = None;
        let mut areas: Vec<usize> = Vec::new();
        for (at, item) in held.iter().enumerate() {
            if item.event.area != NOWHERE && !areas.contains(&item.event.area) {
                areas.push(item.event.area);
            }
            // As many of one age as there are go together.
            if at == 0 || held.get(at + 1).is_some_and(|next| next.age == item.age) {
                continue;
            }
            let n = at as f64 + 1.0;
            let worth = |due: f64| n * ((n / (due * common[item.age]).max(1e-6)).ln() + WORTH_OF_LINK - 1.0);
            if !areas.is_empty() && areas.len() <= 5 && areas.len() < region {
                let worth = worth(areas.iter().map(|area| expected[*area][item.age]).sum());
                if own.as_ref().is_none_or(|best| worth > best.0) {
                    own = Some((worth, item.age, areas.clone()));
                }
            }
            let worth = worth(expected[region][item.age]);
            if all.is_none_or(|best| worth > best.0) {
                all = Some((worth, item.age));
            }
        }
        let start = |age: usize| held.iter().filter(|item| item.age <= age).map(|item| item.index).collect();
        let mut windows = Vec::new();
        if let Some((_, age, mut areas)) = own {
            areas.sort_unstable();
            let cost = self.cost(areas[0], areas.len());
            windows.push(Window { areas, age, cost, start: start(age) });
        }
        if let Some((_, age)) = all
            && areas.len() != 1
        {
            windows.push(Window { areas: Vec::new(), age, cost: 0.5, start: start(age) });
        }
        windows
    }
}
