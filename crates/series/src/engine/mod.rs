//! The reports of the last weeks with their indexes, and the search: which set of them around a new one is likeliest a series.
//!
//! Candidates come from both sides: windows of the scan (connected districts × days back from today, in the report's stream) and
//! groups of reports that share numbers or names. All are judged by one score ([`crate::score`]).

mod days;
mod due;
mod parts;
mod search;
mod shared;
mod windows;

use std::collections::HashMap;
use std::sync::Arc;

use crate::background::{AGES, Background, Seen};
use crate::counts::DayNumber;
use crate::event::{Event, NOWHERE};
use crate::marks::{ByStream, MOST_STREAMS, Marks};
use crate::region::Region;
use crate::streams::Streams;
use due::Expected;
pub use parts::Parts;
use shared::ByToken;

/// Findings of streams that are kept for reports told alike.
const BELONGS_KEPT: usize = 20_000;
/// The place of the sum over all streams in a row by stream: there is one stream fewer than places.
const ALL_STREAMS: usize = MOST_STREAMS - 1;
/// How readily a local series is of the unknown stream.
const UNKNOWN_LOCAL: f64 = 0.15;
/// Cost of choosing among zones of one size: this times the log of how many there are.
const ZONE_COST: f64 = 0.5;

/// What the rules found, held so that its address stays its own; and what follows.
type Belongs = (Arc<ByStream>, Arc<ByStream>);

/// The engine.
#[derive(Debug, Clone)]
pub(crate) struct Engine {
    pub(crate) region: Arc<Region>,
    pub(crate) background: Background,
    /// Log odds that a local series is of each stream.
    local: Vec<f64>,
    pub(crate) parts: Parts,
    events: Vec<Event>,
    seen: Vec<Seen>,
    /// Index of the first event in memory.
    base: usize,
    by_token: ByToken,
    by_area: Vec<Vec<usize>>,
    pub(crate) today: DayNumber,
    first_day: Option<DayNumber>,
    /// Whether the people of the region are known.
    peopled: bool,
    /// The next event to be learnt from.
    next_learnt: usize,
    /// Whether days pass without learning, as in draws of the background itself.
    frozen: bool,
    /// Reports of each stream by age of the call; row 0 is today.
    recent: std::collections::VecDeque<[f64; MOST_STREAMS]>,
    /// All reports, also those in series, by age of the call.
    came: std::collections::VecDeque<f64>,
    with_number: f64,
    with_name: f64,
    expected: HashMap<DayNumber, Expected>,
    /// How far reports of a method and of findings of the rules belong to each stream, today.
    belongs: HashMap<(Marks, usize), Belongs>,
    masks: Vec<u64>,
    /// Log of how many zones of its size hold an area, by zone size.
    zone_cost: Vec<Vec<f64>>,
}

impl Engine {
    pub(crate) fn new(region: Arc<Region>, streams: &Streams, parts: Parts) -> Engine {
        let mut background = Background::new(&region, streams);
        background.with_lag = parts.lag;
        let mut local: Vec<f64> = streams.iter().map(|stream| stream.local.ln()).collect();
        local.push(UNKNOWN_LOCAL.ln());
        Engine::with(region, background, local, parts)
    }

    /// An engine on a background that stays as it is.
    pub(crate) fn frozen(&self, background: Background) -> Engine {
        let mut engine = Engine::with(Arc::clone(&self.region), background, self.local.clone(), self.parts);
        engine.frozen = true;
        engine
    }

    /// The same over another region.
    pub(crate) fn with_region(&self, region: Arc<Region>, background: Background) -> Engine {
        let mut engine = Engine::with(region, background, self.local.clone(), self.parts);
        engine.frozen = true;
        engine
    }

    fn with(region: Arc<Region>, background: Background, local: Vec<f64>, parts: Parts) -> Engine {
        let areas = region.areas().len();
        let masks = if areas <= 64 {
            region.zones().iter().map(|zone| zone.iter().fold(0, |mask, area| mask | (1u64 << area))).collect()
        } else {
            Vec::new()
        };
        let mut zone_cost = Vec::with_capacity(areas);
        for area in 0..areas {
            let mut sizes: Vec<f64> = Vec::new();
            for zone in region.zones_of(area) {
                let size = region.zones()[*zone].len();
                if sizes.len() <= size {
                    sizes.resize(size + 1, 0.0);
                }
                sizes[size] += 1.0;
            }
            zone_cost.push(sizes.into_iter().map(|n: f64| ZONE_COST * n.max(1.0).ln()).collect());
        }
        Engine {
            background,
            local,
            parts,
            events: Vec::new(),
            seen: Vec::new(),
            base: 0,
            by_token: ByToken::default(),
            belongs: HashMap::new(),
            by_area: vec![Vec::new(); areas + 1],
            today: DayNumber::MIN,
            first_day: None,
            peopled: region.population().is_some(),
            next_learnt: 0,
            frozen: false,
            recent: std::iter::repeat_n([0.0; MOST_STREAMS], AGES).collect(),
            came: std::iter::repeat_n(0.0, AGES).collect(),
            with_number: 0.0,
            with_name: 0.0,
            expected: HashMap::new(),
            masks,
            zone_cost,
            region,
        }
    }

    /// An event by its index; `None` once it has left the memory.
    pub(crate) fn event(&self, index: usize) -> Option<&Event> {
        self.events.get(index.checked_sub(self.base)?)
    }

    /// Takes an event in and says which number it has.
    pub(crate) fn push(&mut self, mut event: Event) -> usize {
        self.advance(event.received);
        event.streams = self.belongs(&event.marks, &event.rules);
        let seen = self.look(&event);
        let index = self.base + self.events.len();
        for token in event.numbers.iter().chain(&event.names) {
            self.by_token.entry(*token).or_default().push(index);
        }
        self.with_number += if event.numbers.is_empty() { 0.0 } else { 1.0 };
        self.with_name += if event.names.is_empty() { 0.0 } else { 1.0 };
        let slot = if event.area == NOWHERE { self.by_area.len() - 1 } else { event.area };
        self.by_area[slot].push(index);
        if !event.silent {
            self.count(&event, 1.0);
            let age = usize::try_from(self.today - event.day).unwrap_or(0);
            if let Some(came) = self.came.get_mut(age) {
                *came += 1.0;
            }
        }
        self.events.push(event);
        self.seen.push(seen);
        if !self.frozen {
            self.expected();
        }
        index
    }

    /// How far a method belongs to each stream, as known today.
    pub(crate) fn belongs(&mut self, marks: &Marks, rules: &Arc<ByStream>) -> Arc<ByStream> {
        let key = (*marks, Arc::as_ptr(rules).addr());
        if let Some((_, held)) = self.belongs.get(&key) {
            return Arc::clone(held);
        }
        let rates: Vec<f64> = (0..self.background.streams).map(|stream| self.background.rate(stream)).collect();
        let belongs = Arc::new(self.background.mo.belongs(marks, rules, &rates));
        if self.belongs.len() < BELONGS_KEPT {
            self.belongs.insert(key, (Arc::clone(rules), Arc::clone(&belongs)));
        }
        belongs
    }

    /// The index of the oldest event in memory.
    pub(crate) fn oldest(&self) -> usize {
        self.base
    }

    /// Takes an event out of all that is counted and learnt: another is pushed in its place.
    pub(crate) fn withdraw(&mut self, index: usize) {
        // As if it went into a series; from then on it says nothing.
        self.set_home(index, u32::MAX);
        let Some(event) = index.checked_sub(self.base).and_then(|at| self.events.get_mut(at)) else { return };
        let was_heard = !event.silent;
        event.silent = true;
        event.home = 0;
        let (age, number, name) = (self.today - event.day, !event.numbers.is_empty(), !event.names.is_empty());
        self.with_number -= f64::from(u8::from(number));
        self.with_name -= f64::from(u8::from(name));
        if let Some(came) = usize::try_from(age).ok().and_then(|age| self.came.get_mut(age)).filter(|_| was_heard) {
            *came -= 1.0;
        }
    }

    fn count(&mut self, event: &Event, weight: f64) {
        let age = usize::try_from(self.today - event.day).unwrap_or(0);
        if let Some(row) = self.recent.get_mut(age) {
            for (slot, part) in row.iter_mut().zip(event.streams.iter()) {
                *slot += weight * part;
            }
            row[ALL_STREAMS] += weight;
        }
    }

    /// Notes the series of an event (0 for none), which takes it out of what founds series and teaches the background, or gives it
    /// back.
    pub(crate) fn set_home(&mut self, index: usize, home: u32) {
        let Some(at) = index.checked_sub(self.base) else { return };
        let Some(event) = self.events.get_mut(at) else { return };
        let moved = (event.home == 0) != (home == 0);
        event.home = home;
        if !moved || event.silent {
            return;
        }
        let event = event.clone();
        let weight = if home != 0 { -1.0 } else { 1.0 };
        self.count(&event, weight);
        if index < self.next_learnt {
            self.background.add(&event, &self.seen[at], weight);
        }
    }
}
