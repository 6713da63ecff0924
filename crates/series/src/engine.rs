//! The reports of the last weeks with their indexes, and the search: which set of them around a new one is likeliest a series.
//!
//! Candidates come from both sides: windows of the scan (connected districts × days back from today, in the report's stream) and
//! groups of reports that share numbers or names. All are judged by one score ([`crate::score`]).

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

use crate::background::{AGES, Background, GUARD, Seen};
use crate::counts::DayNumber;
use crate::event::{Event, NOWHERE, Token};
use crate::marks::{ByStream, MOST_STREAMS, Marks};
use crate::region::Region;
use crate::score::{Found, Item, Window, refine};
use crate::streams::Streams;

/// Days of reports that stay in memory.
const MEMORY: i32 = 90;
/// Reports that stay in memory, at most: where a region has more in those days, the latest.
const MOST_HELD: usize = 250_000;
/// Findings of streams that are kept for reports told alike.
const BELONGS_KEPT: usize = 20_000;
/// Reports of one area, and of each neighbour, that a candidate is looked for among where a region has very many.
const MANY: usize = 600;
const FROM_AREA: usize = 200;
const FROM_NEIGHBOUR: usize = 40;
/// Reports that share a token with a new one, at most.
const LINKED: usize = 40;
/// Where an area sees more of a stream a day than this, a few reports more are no sign: only what they share is.
const BUSY: f64 = 1.5;
/// Least belonging to a stream for a report to be looked at in it.
const LOOKED_AT: f64 = 0.15;
/// The place of the sum over all streams in a row by stream: there is one stream fewer than places.
const ALL_STREAMS: usize = MOST_STREAMS - 1;
/// How readily a local series is of the unknown stream.
const UNKNOWN_LOCAL: f64 = 0.15;
/// Weight of "as ever" in the common rise of all methods, in reports.
const COMMON: f64 = 8.0;
/// Weight of "as ever" in the level of the region's reports of all methods and areas, in reports: hundreds more than expected are no
/// series but a region of which too little was known.
const LEVEL: f64 = 200.0;
/// Days that a region whose people are not known is learnt from before places and days alone say anything.
const FIRST_DAYS: f64 = 4.0;
/// Days that the level is taken over.
const LEVEL_DAYS: usize = 7;
/// Cost of choosing among zones of one size: this times the log of how many there are.
const ZONE_COST: f64 = 0.5;
/// What a number or name in common is about worth, in nats, where it is asked how far back a group of links reaches.
const WORTH_OF_LINK: f64 = 7.0;
/// Windows with a lower ratio are not looked at closely.
const WORTH_A_LOOK: f64 = 1.0;
/// The same for a report that shares nothing.
const WORTH_A_LOOK_ALONE: f64 = 2.5;

/// Parts of the detector that can be left out, to measure what each gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts {
    /// Windows of the scan.
    pub scan: bool,
    /// Numbers and names.
    pub links: bool,
    /// Likeness of method beyond the stream.
    pub method: bool,
    /// Lag from call to report.
    pub lag: bool,
    /// Threshold from the force's own history; without it, a fixed one.
    pub calibration: bool,
}

impl Default for Parts {
    fn default() -> Parts {
        Parts { scan: true, links: true, method: true, lag: true, calibration: true }
    }
}

/// Events by token. Tokens are small whole numbers given out by this program: a multiplication spreads them.
type ByToken = HashMap<Token, Vec<usize>, BuildHasherDefault<TokenHasher>>;

#[derive(Debug, Clone, Copy, Default)]
struct TokenHasher(u64);

impl Hasher for TokenHasher {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u32(u32::from(*byte));
        }
    }
    fn write_u32(&mut self, token: u32) {
        let mixed = (self.0 ^ u64::from(token)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = mixed ^ (mixed >> 32);
    }
}

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

    /// How an event's numbers and names coincide with earlier ones.
    fn look(&self, event: &Event) -> Seen {
        let mut seen = Seen { pairs: self.with_number, name_pairs: self.with_name, ..Seen::default() };
        if event.numbers.is_empty() {
            seen.pairs = 0.0;
        }
        if event.names.is_empty() {
            seen.name_pairs = 0.0;
        }
        let mut held: Vec<usize> = Vec::new();
        for (tokens, same) in [(&event.numbers, 0), (&event.names, 1)] {
            for token in tokens {
                for index in self.by_token.get(token).map_or(&[][..], Vec::as_slice).iter().rev().take(LINKED) {
                    let Some(other) = self.event(*index) else { continue };
                    if other.silent {
                        continue;
                    }
                    let apart = (event.day - other.day).abs();
                    let near = event.may_be_near(other);
                    if same == 0 && apart <= 30 && event.may_be_one_household(other) {
                        seen.household += 1;
                    }
                    if (near || self.adjacent(event, other)) && apart <= 1 {
                        if !held.contains(index) {
                            held.push(*index);
                            seen.near += 1;
                        }
                    } else if near && apart <= 30 && same == 0 {
                        seen.far = true;
                    } else if same == 0 && !other.taken() {
                        seen.same += 1.0;
                    } else if !other.taken() {
                        seen.name_same += 1.0;
                    }
                }
            }
        }
        seen.far = seen.far && seen.near == 0;
        seen
    }

    /// Whether two reports are of areas that touch: a place told coarsely often resolves next door.
    pub(crate) fn adjacent(&self, a: &Event, b: &Event) -> bool {
        a.area != NOWHERE && b.area != NOWHERE && self.region.areas()[a.area].neighbours.contains(&b.area)
    }

    /// Reports a day of a stream in an area, as known today.
    pub(crate) fn daily(&self, stream: usize, area: usize) -> f64 {
        let key = if self.frozen { self.today.rem_euclid(7) } else { self.today };
        match self.expected.get(&key) {
            Some(due) => due.daily[stream][area],
            None => self.background.rate(stream) * self.background.share(stream, area),
        }
    }

    /// Events of a token.
    pub(crate) fn holders(&self, token: Token) -> &[usize] {
        self.by_token.get(&token).map_or(&[][..], Vec::as_slice)
    }

    /// How common a number or name is by chance, apart from `held` reports that are accounted for.
    pub(crate) fn chance_of(&self, token: Token, held: f64, name: bool) -> f64 {
        let (same, all) = if name {
            (self.background.coincidences.same_name(), self.with_name)
        } else {
            (self.background.coincidences.same_number(), self.with_number)
        };
        let out = (self.holders(token).len() as f64 - 1.0 - held).max(0.0);
        (same + out / (all + 60.0)).min(0.9)
    }

    /// What is expected today.
    pub(crate) fn expected(&mut self) -> Expected {
        // A frozen background is the same every week.
        let key = if self.frozen { self.today.rem_euclid(7) } else { self.today };
        if let Some(held) = self.expected.get(&key) {
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
        self.expected.insert(key, Arc::clone(&due));
        due
    }

    /// The level of the region: how many times what is expected of all methods and areas came in the last week, at least 1.
    pub(crate) fn level(&self) -> f64 {
        let key = if self.frozen { self.today.rem_euclid(7) } else { self.today };
        let Some(expected) = self.expected.get(&key) else { return 1.0 };
        let came: f64 = self.came.iter().take(LEVEL_DAYS).sum();
        ((LEVEL + came) / (LEVEL + expected.all[LEVEL_DAYS - 1])).max(1.0)
    }

    /// The common rise of everything but a stream, by age summed from today: at least the region's level.
    fn common(&self, stream: usize, expected: &Expected) -> [f64; AGES] {
        let level = self.level();
        let mut rise = [level; AGES];
        let mut seen = 0.0;
        let own = &expected.by_stream[stream][self.background.areas];
        for (age, row) in self.recent.iter().enumerate().take(AGES) {
            seen += row[ALL_STREAMS] - row[stream];
            rise[age] = ((COMMON + seen) / (COMMON + expected.all[age] - own[age])).max(level);
        }
        rise
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

    /// Events that share a number or a name, the latest of each.
    fn linked(&self, index: usize, numbers: &[Token], names: &[Token]) -> Vec<(Token, usize)> {
        let mut found = Vec::new();
        for token in numbers.iter().chain(names) {
            for other in self.holders(*token).iter().rev().take(LINKED) {
                if *other != index {
                    found.push((*token, *other));
                }
            }
        }
        found
    }

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
                    found.score += self.local[stream] - window.cost;
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

    /// The event and those it shares numbers or names with, and those they share them with.
    fn group_of(&self, index: usize) -> Vec<usize> {
        let mut group = vec![index];
        let mut followed: Vec<Token> = Vec::new();
        let mut at = 0;
        while at < group.len() && group.len() < LINKED {
            let Some(event) = self.event(group[at]) else { break };
            for token in event.numbers.iter().chain(&event.names) {
                if followed.contains(token) {
                    continue;
                }
                followed.push(*token);
                for other in self.holders(*token).iter().rev().take(LINKED) {
                    let fits = self
                        .event(*other)
                        .is_some_and(|event| !event.taken() && !event.silent && self.today - event.day < AGES as i32);
                    if fits && !group.contains(other) {
                        group.push(*other);
                    }
                }
            }
            at += 1;
        }
        group
    }

    /// Windows of the scan: the best of each size of zone around an event's area, all ending today.
    fn scan(
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
    fn windows_of_links(
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
