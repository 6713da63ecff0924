//! Blocking: the pairs that a rule makes, by sorted integer keys, never by all pairs.

use crate::fields::Fields;
use crate::known::Known;
use crate::plan::{Key, Rule};
use crate::similar::one_edit_apart;
use crate::table::{hash_bytes, mix};
use crate::writing::NO_POINT;

/// A rule with its columns looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bound {
    pub(crate) on: Vec<(usize, Key)>,
    pub(crate) within: Option<(usize, i32)>,
}

impl Bound {
    /// The rule for these fields; it must have been checked against the plan.
    pub(crate) fn new(rule: &Rule, fields: &Fields) -> Bound {
        let place = |name: &str| fields.fields.iter().position(|field| field.name == name).unwrap_or(0);
        let mut on: Vec<(usize, Key)> = rule.on.iter().map(|on| (place(&on.column), on.key)).collect();
        on.sort_unstable();
        let within = rule.within.as_ref().map(|within| (place(&within.column), within.gap.clamp(0, 1 << 30) as i32));
        Bound { on, within }
    }

    /// The rule in the plan's words.
    pub(crate) fn rule(&self, fields: &Fields) -> Rule {
        let name = |place: usize| fields.fields[place].name.clone();
        Rule {
            on: self.on.iter().map(|(place, key)| crate::plan::On { column: name(*place), key: *key }).collect(),
            within: self.within.map(|(place, gap)| crate::plan::Within { column: name(place), gap: i64::from(gap) }),
        }
    }

    /// The one key that is found through the values, not through the rows.
    pub(crate) fn by_values(&self) -> Option<(usize, Key)> {
        self.on.first().copied().filter(|(_, key)| matches!(key, Key::Near | Key::Words))
    }

    /// The row's key, 0 for none.
    pub(crate) fn key(&self, fields: &Fields, row: &[u32]) -> u32 {
        let mut hash = 0x51ed_270b;
        for (place, key) in &self.on {
            let part = fields.fields[*place].key(row[*place], *key);
            if part == 0 {
                return 0;
            }
            hash = mix(hash ^ part ^ (*place as u64) << 56);
        }
        ((hash >> 32) as u32).max(1)
    }

    fn point(&self, fields: &Fields, row: &[u32]) -> i32 {
        self.within.map_or(0, |(place, _)| fields.fields[place].points[row[place] as usize])
    }

    /// Whether a rule makes this pair. For rules by values: whether the values are one edit apart.
    pub(crate) fn makes(&self, fields: &Fields, a: &[u32], b: &[u32]) -> bool {
        if let Some((place, key)) = self.by_values() {
            let (x, y) = (a[place], b[place]);
            let field = &fields.fields[place];
            return x != 0
                && y != 0
                && x != y
                && key == Key::Near
                && one_edit_apart(field.values().get(x), field.values().get(y));
        }
        let keys = (self.key(fields, a), self.key(fields, b));
        keys.0 != 0 && keys.0 == keys.1 && self.near_enough(fields, a, b)
    }

    fn near_enough(&self, fields: &Fields, a: &[u32], b: &[u32]) -> bool {
        let Some((_, gap)) = self.within else { return true };
        let (x, y) = (self.point(fields, a), self.point(fields, b));
        x != NO_POINT && y != NO_POINT && x.abs_diff(y) <= gap as u32
    }
}

/// Sorts words by their upper half, stably: three passes of eleven bits.
pub(crate) fn sort_by_upper(words: &mut Vec<u64>) {
    sort_by_upper_with(words, &mut Vec::new());
}

/// The same with a buffer that is used again.
fn sort_by_upper_with(words: &mut Vec<u64>, other: &mut Vec<u64>) {
    other.resize(words.len(), 0);
    for shift in [32, 43, 54] {
        let mut counts = [0usize; 2049];
        for word in words.iter() {
            counts[((word >> shift) & 0x7ff) as usize + 1] += 1;
        }
        for place in 1..counts.len() {
            counts[place] += counts[place - 1];
        }
        for word in words.iter() {
            let slot = &mut counts[((word >> shift) & 0x7ff) as usize];
            other[*slot] = *word;
            *slot += 1;
        }
        std::mem::swap(words, other);
    }
}

/// The places of points, rising; those of no point last, equal ones as they came.
pub(crate) fn in_order(points: impl Iterator<Item = i32>) -> Vec<u32> {
    let upper = |point: i32| if point == NO_POINT { u32::MAX } else { point as u32 ^ 0x8000_0000 };
    let mut words: Vec<u64> = points.enumerate().map(|(place, point)| u64::from(upper(point)) << 32 | place as u64).collect();
    sort_by_upper(&mut words);
    words.into_iter().map(|word| word as u32).collect()
}

/// The field by whose order rows of a large block are taken: a rule's window, else the first ordered one.
fn order_of(fields: &Fields, rule: &Bound) -> Option<usize> {
    rule.within.map(|(place, _)| place).or_else(|| fields.fields.iter().position(|field| field.measure.is_ordered()))
}

/// Rows ordered by each field that some rule needs, made once.
pub(crate) struct Orders {
    by_field: Vec<(Option<usize>, Vec<u32>)>,
}

impl Orders {
    pub(crate) fn new(fields: &Fields, rules: &[Bound], rows: &[u32]) -> Orders {
        let mut by_field: Vec<(Option<usize>, Vec<u32>)> = Vec::new();
        for rule in rules {
            let place = order_of(fields, rule);
            if !by_field.iter().any(|(held, _)| *held == place) {
                let ordered = match place {
                    None => rows.to_vec(),
                    Some(field) => {
                        let points = &fields.fields[field].points;
                        let order = in_order(rows.iter().map(|row| points[fields.row(*row as usize)[field] as usize]));
                        order.into_iter().map(|at| rows[at as usize]).collect()
                    }
                };
                by_field.push((place, ordered));
            }
        }
        Orders { by_field }
    }

    fn of(&self, fields: &Fields, rule: &Bound) -> &[u32] {
        let place = order_of(fields, rule);
        self.by_field.iter().find(|(held, _)| *held == place).map_or(&[], |(_, rows)| rows)
    }
}

/// A block larger than this compares each row with the next few in order only.
pub(crate) const MOST_IN_BLOCK: usize = 60;
/// How many next ones.
pub(crate) const NEXT: usize = 24;

/// What the caps left out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Dropped {
    pub(crate) blocks: u64,
    pub(crate) pairs: u64,
}

/// Gives each pair of a rule by keys, smaller row first, once. Blocks are taken by their first rows: what is compared after another then
/// lies near it in memory, where rows that belong together do.
fn pairs_by_keys(fields: &Fields, rule: &Bound, words: &[u64], buffer: &mut Vec<u64>, pair: &mut dyn FnMut(u32, u32)) -> Dropped {
    let mut dropped = Dropped::default();
    let mut blocks: Vec<u64> = Vec::new();
    let mut from = 0;
    for block in words.chunk_by(|a, b| a >> 32 == b >> 32) {
        if block.len() > 1 {
            blocks.push(u64::from(block[0] as u32) << 32 | from as u64);
        }
        from += block.len();
    }
    sort_by_upper_with(&mut blocks, buffer);
    for block in blocks {
        let rest = &words[(block as u32) as usize..];
        let size = rest.iter().take_while(|word| **word >> 32 == rest[0] >> 32).count();
        block_pairs(fields, rule, &rest[..size], &mut dropped, pair);
    }
    dropped
}

fn block_pairs(fields: &Fields, rule: &Bound, block: &[u64], dropped: &mut Dropped, pair: &mut dyn FnMut(u32, u32)) {
    let capped = block.len() > MOST_IN_BLOCK && rule.within.is_none();
    if capped {
        let all = (block.len() * (block.len() - 1) / 2) as u64;
        dropped.blocks += 1;
        dropped.pairs += all - (block.len() * NEXT) as u64;
    }
    for (place, word) in block.iter().enumerate() {
        let a = *word as u32;
        let point = rule.point(fields, fields.row(a as usize));
        let rest = &block[place + 1..];
        let most = if capped { NEXT } else { MOST_IN_BLOCK };
        for (taken, other) in rest.iter().enumerate() {
            let b = *other as u32;
            if let Some((_, gap)) = rule.within {
                let next = rule.point(fields, fields.row(b as usize));
                if point == NO_POINT || next == NO_POINT || next.abs_diff(point) > gap as u32 {
                    break;
                }
            }
            if taken == most {
                if rule.within.is_some() {
                    dropped.blocks += 1;
                }
                break;
            }
            pair(a.min(b), a.max(b));
        }
    }
}

/// Pairs of values one edit apart, each once: both are found under a key that lacks one character.
pub(crate) fn near_values(fields: &Fields, place: usize) -> Vec<(u32, u32)> {
    let field = &fields.fields[place];
    let mut words: Vec<u64> = Vec::new();
    let mut buffer = Vec::new();
    for code in 1..=field.values().len() as u32 {
        let value = field.values().get(code);
        if value.len() < 4 || value.len() > 32 || field.held[code as usize] {
            continue;
        }
        words.push(hash_bytes(value) & 0xffff_ffff_0000_0000 | u64::from(code));
        for left_out in 0..value.len() {
            if left_out > 0 && value[left_out] == value[left_out - 1] {
                continue;
            }
            buffer.clear();
            buffer.extend_from_slice(&value[..left_out]);
            buffer.extend_from_slice(&value[left_out + 1..]);
            words.push(hash_bytes(&buffer) & 0xffff_ffff_0000_0000 | u64::from(code));
        }
    }
    pairs_in_groups(words, 64, |a, b| one_edit_apart(field.values().get(a), field.values().get(b)))
}

/// Pairs of the lower halves of words that share an upper half, each once, smaller first; of a group its first `most` are looked at.
fn pairs_in_groups(mut words: Vec<u64>, most: usize, good: impl Fn(u32, u32) -> bool) -> Vec<(u32, u32)> {
    sort_by_upper(&mut words);
    let mut pairs: Vec<(u32, u32)> = Vec::new();
    for group in words.chunk_by(|one, two| one >> 32 == two >> 32) {
        let group = &group[..group.len().min(most)];
        for (at, one) in group.iter().enumerate() {
            for two in &group[at + 1..] {
                let (a, b) = ((*one as u32).min(*two as u32), (*one as u32).max(*two as u32));
                if a != b && good(a, b) {
                    pairs.push((a, b));
                }
            }
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

/// How many MinHash bands find texts that share a fifth of their shingles (64 bands of 2 rows, the reference's measurement).
pub(crate) const BANDS: usize = 48;

/// Pairs of values that share a MinHash band, each once.
pub(crate) fn worded_values(fields: &Fields, place: usize) -> Vec<(u32, u32)> {
    let field = &fields.fields[place];
    let mut words: Vec<u64> = Vec::new();
    let mut bands = Vec::new();
    for code in 1..=field.values().len() as u32 {
        field.text.bands(code, BANDS, &mut bands);
        words.extend(bands.iter().map(|band| band & 0xffff_ffff_0000_0000 | u64::from(code)));
    }
    pairs_in_groups(words, 48, |_, _| true)
}

/// Rows by the code of a field: where each code's rows begin, and the rows.
pub(crate) fn rows_by_code(fields: &Fields, place: usize, rows: &[u32]) -> (Vec<u32>, Vec<u32>) {
    let mut starts = vec![0u32; fields.fields[place].values().len() + 2];
    for row in rows {
        starts[fields.row(*row as usize)[place] as usize + 1] += 1;
    }
    for code in 1..starts.len() {
        starts[code] += starts[code - 1];
    }
    let mut at = starts.clone();
    let mut by_code = vec![0u32; rows.len()];
    for row in rows {
        let slot = &mut at[fields.row(*row as usize)[place] as usize];
        by_code[*slot as usize] = *row;
        *slot += 1;
    }
    (starts, by_code)
}

/// Gives each pair of a rule by values, smaller row first, once.
pub(crate) fn pairs_by_values(fields: &Fields, place: usize, key: Key, rows: &[u32], pair: &mut dyn FnMut(u32, u32)) -> Dropped {
    let fresh;
    let values: &[(u32, u32)] = if key == Key::Near && fields.fields[place].near_known > 0 {
        &fields.fields[place].near
    } else {
        fresh = if key == Key::Near { near_values(fields, place) } else { worded_values(fields, place) };
        &fresh
    };
    let (starts, by_code) = rows_by_code(fields, place, rows);
    let of = |code: u32| &by_code[starts[code as usize] as usize..starts[code as usize + 1] as usize];
    let mut dropped = Dropped::default();
    for (a, b) in values {
        let (left, right) = (of(*a), of(*b));
        if left.len() * right.len() > MOST_IN_BLOCK * MOST_IN_BLOCK {
            dropped.blocks += 1;
            dropped.pairs += (left.len() * right.len()) as u64;
            continue;
        }
        for x in left {
            for y in right {
                pair(*x.min(y), *x.max(y));
            }
        }
    }
    dropped
}

/// Each row's key under each rule, row by row; 0 where a rule gives it none, as rules by values do.
struct Keys {
    width: usize,
    keys: Vec<u32>,
}

impl Keys {
    fn new(fields: &Fields, rules: &[Bound], rows: &[u32]) -> Keys {
        // Keys of values are made once a column and way.
        let mut ways: Vec<((usize, Key), Vec<u64>)> = Vec::new();
        let by_keys = |rule: &&Bound| rule.by_values().is_none();
        for (place, key) in rules.iter().filter(by_keys).flat_map(|rule| rule.on.iter().copied()) {
            if !ways.iter().any(|(held, _)| *held == (place, key)) {
                let field = &fields.fields[place];
                ways.push(((place, key), (0..=field.values().len() as u32).map(|code| field.key(code, key)).collect()));
            }
        }
        let way = |on: &(usize, Key)| ways.iter().position(|(held, _)| held == on).unwrap_or(0);
        let parts: Vec<Vec<usize>> = rules
            .iter()
            .map(|rule| if rule.by_values().is_some() { Vec::new() } else { rule.on.iter().map(way).collect() })
            .collect();
        let width = rules.len();
        let mut keys = vec![0u32; fields.rows * width];
        for row in rows {
            let codes = fields.row(*row as usize);
            for (key, parts) in keys[*row as usize * width..].iter_mut().zip(&parts) {
                let mut hash = 0x51ed_270b;
                let all = parts.iter().all(|part| {
                    let ((place, _), values) = &ways[*part];
                    let value = values[codes[*place] as usize];
                    hash = mix(hash ^ value ^ (*place as u64) << 56);
                    value != 0
                });
                *key = if all && !parts.is_empty() { ((hash >> 32) as u32).max(1) } else { 0 };
            }
        }
        Keys { width, keys }
    }

    fn of(&self, row: u32) -> &[u32] {
        &self.keys[row as usize * self.width..(row as usize + 1) * self.width]
    }

    /// The rows' keys under a rule, above the row; rows without a key are left out.
    fn words(&self, rule: usize, rows: &[u32], words: &mut Vec<u64>) {
        words.clear();
        let keyed = rows.iter().map(|row| (self.keys[*row as usize * self.width + rule], *row));
        words.extend(keyed.filter(|(key, _)| *key != 0).map(|(key, row)| u64::from(key) << 32 | u64::from(row)));
    }

    /// Whether one of these rules, the first ones, makes the pair.
    fn makes_any(&self, fields: &Fields, rules: &[Bound], a: u32, b: u32) -> bool {
        let (x, y) = (fields.row(a as usize), fields.row(b as usize));
        let keys = self.of(a).iter().zip(self.of(b)).zip(rules);
        let mut same = keys.filter(|((one, two), _)| one == two && **one != 0).map(|(_, rule)| rule);
        if same.any(|rule| rule.near_enough(fields, x, y)) {
            return true;
        }
        rules.iter().rev().take_while(|rule| rule.by_values().is_some()).any(|rule| rule.makes(fields, x, y))
    }
}

/// Scores each pair of all rules once, under the first rule that makes it, but for those that are `known`; what `score` keeps is given to
/// `keep`. Rules by values come last.
pub(crate) fn all_pairs(
    fields: &Fields,
    rules: &[Bound],
    rows: &[u32],
    mut known: Option<&mut Known>,
    score: &mut dyn FnMut(u32, u32) -> Option<f32>,
    keep: &mut dyn FnMut(u32, u32, f32),
) -> Dropped {
    let orders = Orders::new(fields, rules, rows);
    let keys = Keys::new(fields, rules, rows);
    let (mut words, mut buffer) = (Vec::new(), Vec::new());
    let mut dropped = Dropped::default();
    for (place, rule) in rules.iter().enumerate() {
        let mut give = |a: u32, b: u32| {
            if known.as_mut().is_some_and(|known| known.holds(a, b)) || keys.makes_any(fields, &rules[..place], a, b) {
                return;
            }
            if let Some(bits) = score(a, b) {
                if let Some(known) = &mut known {
                    known.learn(a, b, bits);
                }
                keep(a, b, bits);
            }
        };
        let these = match rule.by_values() {
            Some((field, key)) => pairs_by_values(fields, field, key, rows, &mut give),
            None => {
                keys.words(place, orders.of(fields, rule), &mut words);
                sort_by_upper_with(&mut words, &mut buffer);
                pairs_by_keys(fields, rule, &words, &mut buffer, &mut give)
            }
        };
        dropped.blocks += these.blocks;
        dropped.pairs += these.pairs;
    }
    dropped
}
