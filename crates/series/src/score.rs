//! The score of a candidate: the evidence that its reports are one series, against background and coincidence.
//!
//! Model. In the window (zone Z, days T) a series adds ρ reports to the background. Its reports lie in the window as the people do
//! (a tenth anywhere in the region), are of its stream, and are drawn from a profile that is not known beforehand: values of each
//! field, numbers and names from Pólya urns over the background's own frequencies. With g_i the density of report i under the series
//! over its density under the background, given the other members,
//!
//! `score = max over ρ, p of Σ_i [ p_i ln(ρ g_i) + H(p_i) ] − ρ`, `p_i = ρ g_i / (1 + ρ g_i)`,
//!
//! which is `Σ ln(1 + ρ g_i) − ρ` at its best, and the expectation-based Poisson ratio `c ln(c/b) + b − c` when nothing but the place
//! is known. g is a product: place and time (1/b), stream, method, numbers, names. The background can itself repeat a number: a call
//! that several people tell of, two or three calls of a robot in one town on one day, the same number again weeks later, one person
//! who reports again. Each has its rate (`crate::background`), and a report that one of them explains is no evidence.

use crate::background::AGES;
use crate::engine::Engine;
use crate::event::{Event, NOWHERE, Token};
use crate::marks::{FIELDS, WIDTH, values};

/// Share of a series' reports that lie outside its zone.
const OUTSIDE: f64 = 0.1;
/// Weight of the background's frequencies in a series' profile of method, in reports.
const METHOD_PRIOR: f64 = 4.0;
/// Most that the method of one report may say, in nats.
const METHOD_MOST: f64 = 2.0;
/// Weight of a new number and of a new name in a series.
pub(crate) const NEW_NUMBER: f64 = 2.0;
pub(crate) const NEW_NAME: f64 = 2.0;
/// Rounds of expectation and maximisation.
const ROUNDS: usize = 3;
/// A background call told of again: how likely on the same day, and on the next.
const SAME_DAY: f64 = 0.8;
const NEXT_DAY: f64 = 0.1;
/// A telling of the same call whose place resolves to the next area.
const NEXT_DOOR: f64 = 0.1;
/// A field told otherwise by another who tells of the same call.
const MISTAKEN: f64 = 0.15;
/// Of what one household tells again within a month, the share that comes on one day of the first two, and the rest's on one later.
const HOUSEHOLD_SOON: f64 = 0.2;
const HOUSEHOLD_LATER: f64 = 0.6 / 29.0;

/// A report of the pool.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Item<'a> {
    pub(crate) index: usize,
    pub(crate) event: &'a Event,
    pub(crate) age: usize,
    pub(crate) belongs: f64,
}

/// A window to look at closely.
#[derive(Debug, Clone)]
pub(crate) struct Window {
    /// Areas, sorted; the whole region where empty.
    pub(crate) areas: Vec<usize>,
    /// Its first day is so many days back; its last is today.
    pub(crate) age: usize,
    /// What choosing it costs, in nats.
    pub(crate) cost: f64,
    /// Reports that are held to be members at first.
    pub(crate) start: Vec<usize>,
}

/// A candidate.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    /// Nats.
    pub(crate) score: f64,
    pub(crate) stream: usize,
    /// Reports with the probability that they belong, and what each part says for it, in nats: place and time, method, numbers, names.
    pub(crate) members: Vec<(usize, f64, [f64; 4])>,
    pub(crate) areas: Vec<usize>,
    pub(crate) age: usize,
    /// Reports expected in the window.
    pub(crate) expected: f64,
    /// Reports of the stream in it.
    pub(crate) cases: f64,
}

/// What is held of a candidate's or a series' reports: how often each value, number and name is met.
#[derive(Debug, Clone, Default)]
pub(crate) struct Profile {
    method: [[f64; WIDTH]; FIELDS],
    said: [f64; FIELDS],
    numbers: Vec<(Token, f64)>,
    names: Vec<(Token, f64)>,
    with_number: f64,
    with_name: f64,
}

impl Profile {
    /// Adds a report by its probability (negative takes it away).
    pub(crate) fn add(&mut self, event: &Event, p: f64) {
        for (field, set) in event.marks.iter().enumerate() {
            if *set == 1 {
                continue;
            }
            for value in values(*set) {
                self.method[field][value] += p;
                self.said[field] += p;
            }
        }
        for (tokens, held, with) in
            [(&event.numbers, &mut self.numbers, &mut self.with_number), (&event.names, &mut self.names, &mut self.with_name)]
        {
            for token in tokens {
                *with += p;
                match held.iter_mut().find(|(other, _)| other == token) {
                    Some((_, weight)) => *weight += p,
                    None => held.push((*token, p)),
                }
            }
        }
    }

    /// Log ratio of the method's probability in the series and in the stream's background.
    pub(crate) fn method(&self, engine: &Engine, stream: usize, event: &Event) -> f64 {
        if !engine.parts.method {
            return 0.0;
        }
        self.method_against(event, |field, value| engine.background.mo.said(stream, field, value))
    }

    /// The same for a part of a whole: against the whole's own method, so that what both parts do alike says nothing.
    pub(crate) fn method_within(&self, whole: &Profile, engine: &Engine, stream: usize, event: &Event) -> f64 {
        if !engine.parts.method {
            return 0.0;
        }
        self.method_against(event, |field, value| {
            let chance = engine.background.mo.said(stream, field, value);
            (whole.method[field][value] + METHOD_PRIOR * chance) / (whole.said[field] + METHOD_PRIOR)
        })
    }

    fn method_against(&self, event: &Event, chance: impl Fn(usize, usize) -> f64) -> f64 {
        let mut product = 1.0f64;
        for (field, set) in event.marks.iter().enumerate() {
            let said = self.said[field];
            if *set == 1 || said < 0.05 {
                continue;
            }
            for value in values(*set) {
                let chance = chance(field, value);
                product *= (self.method[field][value] + METHOD_PRIOR * chance) / ((said + METHOD_PRIOR) * chance);
            }
        }
        product.max(1e-9).ln().clamp(-METHOD_MOST, METHOD_MOST)
    }

    /// Probability of an event's numbers (or names) in the series, and in the background; 1 and 1 where it has none.
    pub(crate) fn tokens(&self, engine: &Engine, event: &Event, names: bool) -> (f64, f64) {
        let (tokens, held, with, new) = if names {
            (&event.names, &self.names, self.with_name, NEW_NAME)
        } else {
            (&event.numbers, &self.numbers, self.with_number, NEW_NUMBER)
        };
        let (mut own, mut chance) = (1.0, 1.0);
        if !engine.parts.links {
            return (own, chance);
        }
        for token in tokens {
            let in_series = held.iter().find(|(other, _)| other == token).map_or(0.0, |(_, weight)| weight.max(0.0));
            let by_chance = engine.chance_of(*token, in_series, names);
            own *= (in_series + new * by_chance) / (with.max(0.0) + new);
            chance *= by_chance;
        }
        (own, chance)
    }

    /// How many of the series share the event's best number and name.
    pub(crate) fn shared(&self, event: &Event) -> [Option<(Token, f64)>; 2] {
        let best = |tokens: &[Token], held: &[(Token, f64)]| {
            let mut best: Option<(Token, f64)> = None;
            for token in tokens {
                if let Some((_, weight)) = held.iter().find(|(other, weight)| other == token && *weight > 0.5)
                    && best.is_none_or(|other| *weight > other.1)
                {
                    best = Some((*token, *weight));
                }
            }
            best
        };
        [best(&event.numbers, &self.numbers), best(&event.names, &self.names)]
    }
}

/// An earlier report that may explain a number that comes again.
#[derive(Debug, Clone, Copy)]
struct Earlier {
    /// Its place among the items looked at, where it is one.
    item: Option<usize>,
    apart: i32,
    household: bool,
    /// Nothing in common but place, day and all that both say of the method, and one of them shows no number.
    alike: bool,
    /// How much likelier the method is if it is that one told again than if it is any of the stream.
    copy: f64,
    /// One number, one day, one place and one story: the same call, told by another, or a robot that rings a town.
    same_call: bool,
}

/// Looks closely at a window: who belongs, and how strong the evidence is. `None` where the report looked at does not belong itself,
/// or fewer than three do.
pub(crate) fn refine(
    engine: &Engine,
    index: usize,
    stream: usize,
    pool: &[Item<'_>],
    window: &Window,
    expected: &[[f64; AGES]],
    common: &[f64; AGES],
) -> Option<Found> {
    let region = engine.background.areas;
    let whole = window.areas.is_empty();
    let spread = engine.background.spread().sqrt();
    let due_of = |raw: f64| {
        let due = raw * common[window.age];
        // An area's days spread more than Poisson: what a standard deviation more would be is expected too, where much is.
        due * (1.0 + spread * due / (due + 1.0))
    };
    let in_region = due_of(expected[region][window.age]).max(1e-6);
    let in_zone =
        if whole { in_region } else { due_of(window.areas.iter().map(|area| expected[*area][window.age]).sum()).max(1e-6) };
    let inside_of = |event: &Event| -> f64 {
        if event.area == NOWHERE || whole {
            return 1.0;
        }
        let mut inside = if window.areas.contains(&event.area) { event.share } else { 0.0 };
        for (other, share) in &event.others {
            if window.areas.contains(other) {
                inside += share;
            }
        }
        inside
    };
    // The items that could belong, oldest first, with what place and stream say.
    let mut items: Vec<(Item<'_>, f64)> = Vec::new();
    let mut cases = 0.0;
    let guess = window.start.len().max(3) as f64;
    for item in pool {
        if item.age > window.age {
            continue;
        }
        let inside = inside_of(item.event);
        let place = if item.event.area == NOWHERE || whole {
            1.0 / in_region
        } else {
            (1.0 - OUTSIDE) * inside / in_zone + OUTSIDE / in_region
        };
        if inside > 0.5 {
            cases += item.belongs;
        }
        let base = item.belongs * place;
        let started = window.start.contains(&item.index);
        let linked =
            engine.parts.links && (!item.event.numbers.is_empty() || !item.event.names.is_empty()) && item.belongs > 0.01;
        if started || guess * base > 0.02 && (inside > 0.0 || linked) {
            items.push((*item, base));
        }
    }
    if items.len() < 3 {
        return None;
    }
    items.sort_by_key(|(item, _)| item.index);
    let earlier: Vec<Vec<Earlier>> = (0..items.len()).map(|at| earlier_of(engine, stream, &items, at)).collect();
    // A call that several tell of is one event: the first telling counts, the others go where it goes.
    let first: Vec<Option<usize>> =
        earlier.iter().map(|held| held.iter().filter(|one| one.same_call).find_map(|one| one.item)).collect();
    let mut p: Vec<f64> = Vec::with_capacity(items.len());
    let rho = if window.start.is_empty() { (cases - in_zone).max(1.5) } else { guess };
    for (item, base) in &items {
        let held = window.start.contains(&item.index) || item.index == index;
        p.push(if held { 0.95 } else { rho * base / (1.0 + rho * base) });
    }
    let mut profile = Profile::default();
    for ((item, _), p) in items.iter().zip(&p).zip(&first).filter(|(_, first)| first.is_none()).map(|(held, _)| held) {
        profile.add(item.event, *p);
    }
    let events = |p: &[f64]| p.iter().zip(&first).filter(|(_, first)| first.is_none()).map(|(p, _)| p).sum::<f64>();
    let mut ratios = vec![[0.0; 4]; items.len()];
    for _ in 0..ROUNDS {
        let rho = events(&p).max(0.5);
        for at in 0..items.len() {
            if let Some(first) = first[at] {
                p[at] = p[first];
                ratios[at] = ratios[first];
                continue;
            }
            let (item, base) = items[at];
            profile.add(item.event, -p[at]);
            let explained = repeat_rate(engine, &earlier[at], |other| other.map_or(1.0, |other| 1.0 - p[other]));
            ratios[at] = ratio(engine, stream, &profile, &item, base, explained, expected);
            let g = rho * ratios[at].iter().sum::<f64>().exp();
            p[at] = g / (1.0 + g);
            profile.add(item.event, p[at]);
        }
    }
    let own = items.iter().position(|(item, _)| item.index == index)?;
    if p[own] < 0.5 || p.iter().filter(|p| **p >= 0.5).count() < 3 {
        return None;
    }
    // The joint evidence: each report given those before it.
    let rho = events(&p);
    let mut score = -rho;
    let mut before = Profile::default();
    for at in (0..items.len()).filter(|at| first[*at].is_none()) {
        let (item, base) = items[at];
        let explained = repeat_rate(engine, &earlier[at], |_| 1.0);
        let parts = ratio(engine, stream, &before, &item, base, explained, expected);
        let mut gain = (rho.ln() + parts.iter().sum::<f64>()) * p[at];
        if explained > 0.0 && earlier[at].iter().any(|one| one.item.is_some_and(|other| p[other] > 0.5)) {
            // Told of again: it belongs with the first, and says neither for nor against.
            gain = gain.max(0.0);
        } else {
            gain += entropy(p[at]);
        }
        score += gain;
        before.add(item.event, p[at]);
    }
    let members = items
        .iter()
        .zip(&p)
        .zip(&ratios)
        .filter(|((_, p), _)| **p >= 0.5)
        .map(|(((item, _), p), r)| (item.index, *p, *r))
        .collect();
    Some(Found { score, stream, members, areas: window.areas.clone(), age: window.age, expected: in_zone, cases })
}

fn entropy(p: f64) -> f64 {
    let term = |x: f64| if x <= 1e-12 { 0.0 } else { -x * x.ln() };
    term(p) + term(1.0 - p)
}

/// Log ratios of a report: place, time and stream; method; numbers; names.
fn ratio(
    engine: &Engine,
    stream: usize,
    profile: &Profile,
    item: &Item<'_>,
    base: f64,
    explained: f64,
    expected: &[[f64; AGES]],
) -> [f64; 4] {
    let method = profile.method(engine, stream, item.event);
    let (number, number_chance) = profile.tokens(engine, item.event, false);
    let (name, name_chance) = profile.tokens(engine, item.event, true);
    let place = base.max(1e-12).ln();
    if explained <= 0.0 {
        return [place, method, (number / number_chance).ln(), (name / name_chance).ln()];
    }
    // The background's other way to the same tokens: somebody tells of an earlier call of its own again.
    let area = if item.event.area == NOWHERE { engine.background.areas } else { item.event.area };
    let row = &expected[area];
    let daily = if item.age == 0 { row[0] } else { row[item.age] - row[item.age - 1] }.max(1e-6);
    let chance = number_chance * name_chance;
    let total = (number * name * daily / (daily * chance + explained)).max(1e-12).ln();
    if item.event.numbers.is_empty() && !item.event.names.is_empty() {
        [place, method, 0.0, total]
    } else {
        [place, method, total, 0.0]
    }
}

/// Earlier reports of the same area with a number or name in common.
fn earlier_of(engine: &Engine, stream: usize, items: &[(Item<'_>, f64)], at: usize) -> Vec<Earlier> {
    let (item, _) = &items[at];
    let mut found: Vec<Earlier> = Vec::new();
    if !engine.parts.links {
        return found;
    }
    let mut held: Vec<usize> = Vec::new();
    for token in item.event.numbers.iter().chain(&item.event.names) {
        let holders = engine.holders(*token);
        if holders.len() < 2 {
            continue;
        }
        let name = !item.event.numbers.contains(token);
        for other in holders.iter().rev().take(40) {
            if *other >= item.index || held.contains(other) {
                continue;
            }
            let Some(event) = engine.event(*other) else { continue };
            let apart = (item.event.day - event.day).abs();
            let near = event.may_be_near(item.event);
            if event.silent || apart > 30 || (name && apart > 1) || (!near && (apart > 1 || !engine.adjacent(item.event, event)))
            {
                continue;
            }
            // Two numbers, or two names, are two calls.
            let differ = |a: &[Token], b: &[Token]| !a.is_empty() && !b.is_empty() && a.iter().all(|one| !b.contains(one));
            if name && differ(&item.event.numbers, &event.numbers) {
                continue;
            }
            held.push(*other);
            let household = event.may_be_one_household(item.event);
            let place = items.binary_search_by_key(other, |(item, _)| item.index).ok();
            let copy = copied(engine, stream, item.event, event) * if near { 1.0 } else { NEXT_DOOR };
            let same_call = !name && item.event.day == event.day && told_as_one(item.event, event);
            found.push(Earlier { item: place, apart, household, alike: false, copy, same_call });
        }
    }
    if found.is_empty() {
        let told_alike = |place: &usize| {
            let other = items[*place].0.event;
            let silent = item.event.numbers.is_empty() || other.numbers.is_empty();
            silent && other.day == item.event.day && other.may_be_near(item.event) && same_story(item.event, other)
        };
        if let Some(place) = (0..at).rev().take(12).find(told_alike) {
            let copy = copied(engine, stream, item.event, items[place].0.event);
            found.push(Earlier { item: Some(place), apart: 0, household: false, alike: true, copy, same_call: false });
        }
    }
    found
}

/// How much likelier a report's method is as another telling of an earlier call than as any call of the stream: each field told alike,
/// or mistaken.
fn copied(engine: &Engine, stream: usize, event: &Event, earlier: &Event) -> f64 {
    let mut product = 1.0;
    for field in [0, 1, 3, 4] {
        let (own, other) = (event.marks[field], earlier.marks[field]);
        if own == 1 || other == 1 {
            continue;
        }
        if own & other == 0 {
            product *= MISTAKEN;
        } else {
            let value = (own & other).trailing_zeros() as usize;
            product *= (1.0 - MISTAKEN) / engine.background.mo.said(stream, field, value);
        }
    }
    product.clamp(0.01, 30.0)
}

/// Whether two tell alike of at least two of who, what story, what demand and how it was to be handed over, and of none otherwise.
fn same_story(a: &Event, b: &Event) -> bool {
    let (same, otherwise) = fields_alike(a, b);
    same >= 2 && otherwise == 0
}

/// The same where one field may be mistaken: what else is in common says that it is one call.
fn told_as_one(a: &Event, b: &Event) -> bool {
    let (same, otherwise) = fields_alike(a, b);
    same >= 2 && otherwise <= 1
}

/// Fields of which both say something: told alike, and told otherwise.
fn fields_alike(a: &Event, b: &Event) -> (u32, u32) {
    let (mut same, mut otherwise) = (0, 0);
    for field in [0, 1, 3, 4] {
        let (a, b) = (a.marks[field], b.marks[field]);
        if a == 1 || b == 1 {
            continue;
        }
        if a & b == 0 {
            otherwise += 1;
        } else {
            same += 1;
        }
    }
    (same, otherwise)
}

/// The background's rate, in this area and on this day, of telling again of one of those earlier calls; `weight` is how far each is
/// held to be background itself.
fn repeat_rate(engine: &Engine, earlier: &[Earlier], weight: impl Fn(Option<usize>) -> f64) -> f64 {
    if earlier.is_empty() {
        return 0.0;
    }
    let coincidences = &engine.background.coincidences;
    let (mut near, mut far, mut household, mut alike): (f64, f64, f64, f64) = (0.0, 0.0, 0.0, 0.0);
    let (mut held, mut told) = (0, 0);
    for one in earlier {
        let weight = weight(one.item) * one.copy;
        let day = if one.apart == 0 { SAME_DAY } else { NEXT_DAY };
        if one.alike {
            alike = alike.max(weight);
            continue;
        }
        if one.household {
            told += 1;
            household = household.max(weight * if one.apart <= 1 { HOUSEHOLD_SOON } else { HOUSEHOLD_LATER });
        }
        if one.apart <= 1 {
            held += 1;
            near = near.max(weight * day);
        } else {
            far = far.max(weight);
        }
    }
    near * coincidences.goes_on(held)
        + far * coincidences.comes_again() / 29.0
        + household * coincidences.household(told)
        + alike * SAME_DAY * coincidences.goes_on(1) / 2.0
}
