//! Choosing blocking rules: conjunctions of keys that few pairs share by chance, taken greedily by how many pairs of one hand they would
//! find that no rule before them finds.

use std::collections::BinaryHeap;

use crate::blocks::{Bound, MOST_IN_BLOCK, NEXT};
use crate::fields::Fields;
use crate::measure::Measure;
use crate::plan::Key;
use crate::table::mix;

/// One condition that a pair can fulfil.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Atom {
    /// The same key.
    Same(usize, Key),
    /// No further apart.
    Within(usize, i32),
}

impl Atom {
    fn field(self) -> usize {
        match self {
            Atom::Same(field, _) | Atom::Within(field, _) => field,
        }
    }
}

/// Atoms with P(a chance pair fulfils it).
#[derive(Debug, Clone)]
pub(crate) struct Atoms {
    pub(crate) atoms: Vec<Atom>,
    pub(crate) chance: Vec<f64>,
}

/// At most this many: a pair's atoms fit a word.
const MOST_ATOMS: usize = 60;
/// Blocks are measured on this many rows at most.
const MOST_MEASURED: usize = 12_000;
/// At most this many rules.
const MOST_RULES: usize = 24;
/// At most this many candidate conjunctions are weighed.
const MOST_CANDIDATES: usize = 6000;

impl Atoms {
    /// The atoms of a table's fields, measured on these rows.
    pub(crate) fn of(fields: &Fields, rows: &[u32], exact_u: &[f64]) -> Atoms {
        let mut atoms = Vec::new();
        let mut chance = Vec::new();
        for (place, field) in fields.fields.iter().enumerate() {
            let mut add = |atom: Atom, p: f64| {
                if p < 0.6 && atoms.len() < MOST_ATOMS {
                    atoms.push(atom);
                    chance.push(p);
                }
            };
            let filled =
                rows.iter().filter(|row| fields.row(**row as usize)[place] != 0).count() as f64 / rows.len().max(1) as f64;
            let both = filled * filled;
            if field.measure.is_ordered() {
                if field.measure == Measure::Date {
                    add(Atom::Same(place, Key::Exact), exact_u[place] * both);
                }
                for (gap, share) in field.gaps.iter().zip([0.005, 0.02, 0.06, 0.2]) {
                    add(Atom::Within(place, *gap), within_share(fields, rows, place, *gap).max(share / 4.0) * both);
                }
                continue;
            }
            if field.measure != Measure::Text {
                add(Atom::Same(place, Key::Exact), exact_u[place] * both);
            }
            let distinct = field.values().len();
            let keys: &[Key] = match field.measure {
                Measure::Name if distinct > 30 => &[Key::Sound, Key::Start],
                Measure::Area | Measure::Email => &[Key::Letters],
                Measure::Number | Measure::Code if distinct > rows.len() / 50 => &[Key::Near],
                Measure::Text => &[Key::Words],
                _ => &[],
            };
            for key in keys {
                let p = match key {
                    Key::Near => exact_u[place] / 20.0,
                    Key::Words => 0.0,
                    _ => same_key_share(fields, rows, place, *key),
                };
                add(Atom::Same(place, *key), p * both);
            }
        }
        Atoms { atoms, chance }
    }

    /// The same with how often pairs of the whole table share a value: a sample says too little of columns that name things.
    pub(crate) fn of_all(mut self, fields: &Fields) -> Atoms {
        let width = fields.fields.len();
        for (atom, chance) in self.atoms.iter().zip(&mut self.chance) {
            let Atom::Same(place, Key::Exact) = atom else { continue };
            let mut counts = vec![0u32; fields.fields[*place].values().len() + 1];
            fields.codes.iter().skip(*place).step_by(width).for_each(|code| counts[*code as usize] += 1);
            let pairs: f64 = counts[1..].iter().map(|count| f64::from(*count) * (f64::from(*count) - 1.0)).sum();
            *chance = pairs / (fields.rows as f64 * (fields.rows as f64 - 1.0)).max(1.0);
        }
        self
    }

    /// The atoms that two rows fulfil, as bits.
    pub(crate) fn mask(&self, fields: &Fields, a: &[u32], b: &[u32]) -> u64 {
        let mut mask = 0;
        for (place, atom) in self.atoms.iter().enumerate() {
            let rule = match atom {
                Atom::Same(field, key) => Bound { on: vec![(*field, *key)], within: None },
                Atom::Within(field, gap) => {
                    let points = &fields.fields[*field].points;
                    let (x, y) = (points[a[*field] as usize], points[b[*field] as usize]);
                    let near = x != crate::writing::NO_POINT && y != crate::writing::NO_POINT && x.abs_diff(y) <= *gap as u32;
                    mask |= u64::from(near) << place;
                    continue;
                }
            };
            mask |= u64::from(rule.makes(fields, a, b)) << place;
        }
        mask
    }

    fn bound(&self, set: &[usize]) -> Bound {
        let mut on = Vec::new();
        let mut within = None;
        for place in set {
            match self.atoms[*place] {
                Atom::Same(field, key) => on.push((field, key)),
                Atom::Within(field, gap) => within = Some((field, gap)),
            }
        }
        on.sort_unstable();
        Bound { on, within }
    }

    fn stands_alone(&self, place: usize) -> bool {
        matches!(self.atoms[place], Atom::Same(_, Key::Near | Key::Words))
    }
}

fn within_share(fields: &Fields, rows: &[u32], place: usize, gap: i32) -> f64 {
    let points = &fields.fields[place].points;
    let (mut near, mut all) = (0u32, 0u32);
    for draw in 0..4000u64 {
        let pair = mix(draw ^ 0x3c6e_f372);
        let i = rows[(pair >> 32) as usize % rows.len()] as usize;
        let j = rows[(pair & 0xffff_ffff) as usize % rows.len()] as usize;
        let (x, y) = (points[fields.row(i)[place] as usize], points[fields.row(j)[place] as usize]);
        if i != j && x != crate::writing::NO_POINT && y != crate::writing::NO_POINT {
            all += 1;
            near += u32::from(x.abs_diff(y) <= gap as u32);
        }
    }
    f64::from(near) / f64::from(all.max(1))
}

fn same_key_share(fields: &Fields, rows: &[u32], place: usize, key: Key) -> f64 {
    let mut keys: Vec<u64> =
        rows.iter().map(|row| fields.fields[place].key(fields.row(*row as usize)[place], key)).filter(|key| *key != 0).collect();
    keys.sort_unstable();
    let total = keys.len() as f64;
    let mut pairs = 0.0;
    for group in keys.chunk_by(|a, b| a == b) {
        pairs += group.len() as f64 * (group.len() as f64 - 1.0);
    }
    pairs / (total * (total - 1.0)).max(1.0)
}

/// Pairs of one hand as masks of the atoms they fulfil, with weights.
#[derive(Debug, Clone, Default)]
pub(crate) struct Masks {
    masks: Vec<(u64, f64)>,
}

impl Masks {
    /// Invented pairs of one hand: levels drawn from m, values missing as often as they are in the table.
    pub(crate) fn invented(fields: &Fields, atoms: &Atoms, rows: &[u32], m: &[Vec<f64>], draws: usize, seed: u64) -> Masks {
        let filled: Vec<f64> = (0..fields.fields.len())
            .map(|place| {
                rows.iter().filter(|row| fields.row(**row as usize)[place] != 0).count() as f64 / rows.len().max(1) as f64
            })
            .collect();
        let mut masks = Vec::with_capacity(draws);
        let mut levels = Vec::new();
        let mut state_of_dice = seed;
        let mut dice = || {
            state_of_dice = state_of_dice.wrapping_add(0x9e37_79b9_7f4a_7c15);
            (mix(state_of_dice) >> 11) as f64 / (1u64 << 53) as f64
        };
        for _ in 0..draws {
            let mut level_by_field = vec![usize::MAX; fields.fields.len()];
            for (joint, m) in fields.joints.iter().zip(m) {
                let state = drawn(m, dice());
                if joint.levels_of(state, &mut levels) {
                    for (member, level) in joint.members.iter().zip(&levels) {
                        let there = dice() < filled[*member] && dice() < filled[*member];
                        if there {
                            level_by_field[*member] = *level;
                        }
                    }
                }
            }
            let mut mask = 0u64;
            for (place, atom) in atoms.atoms.iter().enumerate() {
                mask |= u64::from(fulfils(fields, *atom, &level_by_field)) << place;
            }
            masks.push((mask, 1.0));
        }
        Masks { masks }
    }

    /// Pairs that were found and are held to be of one hand.
    pub(crate) fn found(fields: &Fields, atoms: &Atoms, pairs: impl Iterator<Item = (u32, u32)>, weight: f64) -> Masks {
        let masks = pairs.map(|(a, b)| (atoms.mask(fields, fields.row(a as usize), fields.row(b as usize)), weight)).collect();
        Masks { masks }
    }

    /// Both.
    pub(crate) fn and(mut self, other: Masks) -> Masks {
        self.masks.extend(other.masks);
        self
    }

    pub(crate) fn total(&self) -> f64 {
        self.masks.iter().map(|(_, weight)| weight).sum()
    }

    /// Each distinct mask once.
    fn condensed(mut self) -> Masks {
        self.masks.sort_unstable_by_key(|(mask, _)| *mask);
        let mut distinct: Vec<(u64, f64)> = Vec::new();
        for (mask, weight) in self.masks {
            match distinct.last_mut() {
                Some((held, sum)) if *held == mask => *sum += weight,
                _ => distinct.push((mask, weight)),
            }
        }
        Masks { masks: distinct }
    }
}

fn drawn(p: &[f64], dice: f64) -> usize {
    let mut left = dice;
    for (place, p) in p.iter().enumerate() {
        left -= p;
        if left < 0.0 {
            return place;
        }
    }
    p.len() - 1
}

fn fulfils(fields: &Fields, atom: Atom, levels: &[usize]) -> bool {
    let level = levels[atom.field()];
    if level == usize::MAX {
        return false;
    }
    let measure = fields.fields[atom.field()].measure;
    match atom {
        Atom::Within(field, gap) => {
            let first = measure.len() - 1 - crate::measure::GAPS;
            let most = fields.fields[field].gaps.iter().position(|held| *held == gap).map_or(0, |place| place + first);
            level <= most && !(measure == Measure::Date && level == 1)
        }
        Atom::Same(_, Key::Exact) => level == 0,
        Atom::Same(_, Key::Near) => level == 1,
        Atom::Same(_, Key::Words) => level <= 2,
        Atom::Same(_, Key::Letters) => level <= if measure == Measure::Area { 3 } else { 2 },
        Atom::Same(_, Key::Sound | Key::Start) => level <= 1,
    }
}

/// How much may be looked at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Budget {
    /// Rows of the whole table.
    pub(crate) rows: f64,
    /// Pairs in all.
    pub(crate) pairs: f64,
    /// Pairs of one rule.
    pub(crate) of_rule: f64,
}

impl Budget {
    /// `each` pairs a row; more for small tables.
    pub(crate) fn of(rows: usize, each: f64) -> Budget {
        let rows = rows as f64;
        let pairs = (each * rows).max(rows * 30.0).min((each * rows).max(5e5));
        Budget { rows, pairs, of_rule: pairs / 4.0 }
    }
}

/// Chooses rules. Sizes of blocks are measured on `rows` and scaled to the whole table.
pub(crate) fn choose(fields: &Fields, atoms: &Atoms, rows: &[u32], masks: Masks, budget: Budget) -> Vec<Bound> {
    let masks = masks.condensed();
    let all_pairs = budget.rows * (budget.rows - 1.0) / 2.0;
    let measured_on = &rows[..rows.len().min(MOST_MEASURED)];
    let scale = all_pairs / (measured_on.len() as f64 * (measured_on.len() as f64 - 1.0) / 2.0).max(1.0);
    let mut measured = Measured::new(fields, atoms, measured_on);
    let mut candidates = candidates(atoms, all_pairs, budget.of_rule);
    let mut left = masks.masks.clone();
    let total = masks.total().max(1e-9);
    let mut spent = 0.0;
    let mut chosen: Vec<Bound> = Vec::new();
    // Gains only shrink while rules are chosen: what was worth less than the best when last looked at need not be looked at again.
    let gain = |bits: u64, left: &[(u64, f64)]| {
        left.iter().filter(|(mask, _)| mask & bits == bits).map(|(_, weight)| weight).sum::<f64>()
    };
    let worth = |gain: f64, cost: f64| gain / (cost + budget.pairs / 100.0);
    let mut queue: BinaryHeap<Ranked> = BinaryHeap::new();
    for (place, (bits, _, cost)) in candidates.iter().enumerate() {
        queue.push(Ranked { worth: worth(gain(*bits, &left), *cost), place, measured: None });
    }
    while chosen.len() < MOST_RULES {
        let Some(top) = queue.pop() else { break };
        let (bits, set, expected) = candidates[top.place].clone();
        let cost = top.measured.unwrap_or(expected);
        if spent + cost > budget.pairs || cost > budget.of_rule {
            continue;
        }
        let now = gain(bits, &left);
        if now <= total * 0.001 {
            continue;
        }
        let fresh = worth(now, cost);
        if queue.peek().is_some_and(|next| next.worth > fresh * (1.0 + 1e-9)) {
            queue.push(Ranked { worth: fresh, ..top });
            continue;
        }
        let bound = atoms.bound(&set);
        if top.measured.is_none() && bound.by_values().is_none() {
            let cost = measured.pairs(atoms, &set) * scale;
            // Dearer than it looked by independence: weighed again, and grown where it is too dear.
            if cost > budget.of_rule && set.len() < 5 {
                let from = candidates.len();
                grow(atoms, bits, &set, cost, budget.of_rule, &mut candidates);
                for (place, (bits, _, cost)) in candidates.iter().enumerate().skip(from) {
                    queue.push(Ranked { worth: worth(gain(*bits, &left), *cost), place, measured: None });
                }
            }
            queue.push(Ranked { worth: worth(now, cost), place: top.place, measured: Some(cost) });
            continue;
        }
        spent += cost;
        left.retain(|(mask, _)| mask & bits != bits);
        chosen.push(bound);
    }
    // Rules by values come last: they cannot be checked by a key.
    chosen.sort_by_key(|rule| rule.by_values().is_some());
    chosen
}

/// Keys and points of some rows, by which the size of a rule's blocks is counted.
struct Measured {
    /// By atom: a key a row, 0 for none; empty for windows.
    keys: Vec<Vec<u32>>,
    /// By atom: a point a row; empty for keys.
    points: Vec<Vec<i32>>,
    words: Vec<u64>,
}

impl Measured {
    fn new(fields: &Fields, atoms: &Atoms, rows: &[u32]) -> Measured {
        let mut measured = Measured { keys: Vec::new(), points: Vec::new(), words: Vec::with_capacity(rows.len()) };
        for atom in &atoms.atoms {
            let field = &fields.fields[atom.field()];
            let codes = rows.iter().map(|row| fields.row(*row as usize)[atom.field()]);
            let (mut keys, mut points) = (Vec::new(), Vec::new());
            match atom {
                Atom::Same(place, key) => keys.extend(codes.map(|code| match field.key(code, *key) {
                    0 => 0,
                    part => ((mix(part ^ (*place as u64) << 56) >> 32) as u32).max(1),
                })),
                Atom::Within(..) => points.extend(codes.map(|code| field.points[code as usize])),
            }
            measured.keys.push(keys);
            measured.points.push(points);
        }
        measured
    }

    /// How many pairs a rule of these atoms makes among the rows, caps applied.
    fn pairs(&mut self, atoms: &Atoms, set: &[usize]) -> f64 {
        let window = set.iter().find_map(|place| match atoms.atoms[*place] {
            Atom::Within(_, gap) => Some((&self.points[*place], gap)),
            Atom::Same(..) => None,
        });
        let keys: Vec<&[u32]> = set.iter().map(|place| self.keys[*place].as_slice()).filter(|keys| !keys.is_empty()).collect();
        let Some(first) = keys.first() else { return 0.0 };
        self.words.clear();
        for row in 0..first.len() {
            let mut hash = 0u64;
            let all = keys.iter().all(|keys| {
                hash = (hash.rotate_left(29) ^ u64::from(keys[row])).wrapping_mul(0x9e37_79b9_7f4a_7c15);
                keys[row] != 0
            });
            let point = window.map_or(0, |(points, _)| points[row]);
            if all && point != crate::writing::NO_POINT {
                self.words.push(hash >> 32 << 32 | u64::from(point as u32 ^ 0x8000_0000));
            }
        }
        self.words.sort_unstable();
        let mut pairs = 0.0;
        for block in self.words.chunk_by(|a, b| a >> 32 == b >> 32) {
            let size = block.len();
            let Some((_, gap)) = window else {
                pairs += if size > MOST_IN_BLOCK { (size * NEXT) as f64 } else { size as f64 * (size as f64 - 1.0) / 2.0 };
                continue;
            };
            let mut last = 0;
            for (place, word) in block.iter().enumerate() {
                last = last.max(place);
                while last + 1 < size && (block[last + 1] as u32).abs_diff(*word as u32) <= gap as u32 {
                    last += 1;
                }
                pairs += (last - place).min(MOST_IN_BLOCK) as f64;
            }
        }
        pairs
    }
}

/// A candidate by what it is worth.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Ranked {
    worth: f64,
    place: usize,
    measured: Option<f64>,
}

impl Eq for Ranked {}

impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Ranked) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ranked {
    fn cmp(&self, other: &Ranked) -> std::cmp::Ordering {
        self.worth.total_cmp(&other.worth).then(other.place.cmp(&self.place))
    }
}

type Candidate = (u64, Vec<usize>, f64);

fn grow(atoms: &Atoms, bits: u64, set: &[usize], cost: f64, most: f64, candidates: &mut Vec<Candidate>) {
    for next in 0..atoms.atoms.len() {
        if atoms.stands_alone(next) || set.iter().any(|held| clash(atoms, *held, next)) || candidates.len() >= MOST_CANDIDATES {
            continue;
        }
        let bits = bits | 1 << next;
        let expected = cost * atoms.chance[next];
        if expected <= most && !candidates.iter().any(|(held, ..)| *held == bits) {
            let mut set = set.to_vec();
            set.push(next);
            candidates.push((bits, set, expected));
        }
    }
}

/// Two atoms of one field, or two windows.
fn clash(atoms: &Atoms, a: usize, b: usize) -> bool {
    atoms.atoms[a].field() == atoms.atoms[b].field()
        || matches!((atoms.atoms[a], atoms.atoms[b]), (Atom::Within(..), Atom::Within(..)))
}

/// The smallest conjunctions that chance lets few enough pairs fulfil, with the number expected.
fn candidates(atoms: &Atoms, all_pairs: f64, most: f64) -> Vec<Candidate> {
    let mut found: Vec<Candidate> = Vec::new();
    let mut open: Vec<(u64, Vec<usize>, f64)> = vec![(0, Vec::new(), all_pairs)];
    for _depth in 0..5 {
        let mut next_open = Vec::new();
        for (bits, set, pairs) in &open {
            let from = set.last().map_or(0, |last| last + 1);
            for next in from..atoms.atoms.len() {
                if set.iter().any(|held| clash(atoms, *held, next)) || (atoms.stands_alone(next) && !set.is_empty()) {
                    continue;
                }
                let bits = bits | 1 << next;
                let expected = pairs * atoms.chance[next];
                let mut set = set.clone();
                set.push(next);
                if atoms.stands_alone(next) {
                    if expected <= most {
                        found.push((bits, set, expected));
                    }
                    continue;
                }
                let only_window = set.iter().all(|place| matches!(atoms.atoms[*place], Atom::Within(..)));
                if expected <= most && !only_window {
                    found.push((bits, set, expected));
                } else {
                    next_open.push((bits, set, expected));
                }
            }
        }
        if found.len() >= MOST_CANDIDATES / 2 {
            break;
        }
        next_open.sort_by(|a, b| a.2.total_cmp(&b.2).then(a.0.cmp(&b.0)));
        next_open.truncate(3000);
        open = next_open;
    }
    found.sort_by(|a, b| a.0.count_ones().cmp(&b.0.count_ones()).then(a.2.total_cmp(&b.2)).then(a.0.cmp(&b.0)));
    found.truncate(MOST_CANDIDATES / 2);
    found
}

/// The share of the pairs of one hand that some rule finds.
pub(crate) fn covered(atoms: &Atoms, rules: &[Bound], masks: &Masks) -> f64 {
    let bits: Vec<u64> = rules
        .iter()
        .map(|rule| {
            let mut bits = 0u64;
            for (place, atom) in atoms.atoms.iter().enumerate() {
                let part = match atom {
                    Atom::Same(field, key) => rule.on.contains(&(*field, *key)),
                    Atom::Within(field, gap) => rule.within == Some((*field, *gap)),
                };
                bits |= u64::from(part) << place;
            }
            bits
        })
        .filter(|bits| *bits != 0)
        .collect();
    let found: f64 =
        masks.masks.iter().filter(|(mask, _)| bits.iter().any(|bits| mask & bits == *bits)).map(|(_, weight)| weight).sum();
    (found / masks.total().max(1e-9)).clamp(0.05, 1.0)
}
