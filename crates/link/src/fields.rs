//! The compared columns of a table, written one way, interned, and laid row by row: what blocking and scoring read.

use crate::measure::{GAPS, Measure};
use crate::plan::Plan;
use crate::similar::{Signature, jaro_winkler_bytes, one_edit_apart, one_edit_packed, phonetic_key};
use crate::table::{Interner, Table, Values, hash_bytes, mix};
use crate::words::Shingled;
use crate::writing::{self, NO_POINT};

/// One compared column.
#[derive(Debug, Clone)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) measure: Measure,
    pub(crate) by_frequency: bool,
    pub(crate) interner: Interner,
    /// By code: the point on the line of ordered kinds.
    pub(crate) points: Vec<i32>,
    /// By code: a hash of the letters (area) or of the part before the @ (email).
    pub(crate) part: Vec<u32>,
    /// By code: a hash of the district (area).
    pub(crate) district: Vec<u32>,
    /// Widths of the nearness levels.
    pub(crate) gaps: [i32; GAPS],
    pub(crate) text: Shingled,
    /// By code: what rules names out without looking at their letters.
    pub(crate) signatures: Vec<Signature>,
    /// By code: codes of four to eight characters as one word; 0 for others.
    pub(crate) packed: Vec<u64>,
    /// Pairs of values one edit apart, where they were looked for.
    pub(crate) near: Vec<(u32, u32)>,
    /// By code, as bits: whether some other value is one edit apart. Empty where that was not looked for.
    pub(crate) has_near: Vec<u64>,
    /// Codes below this one are told of in `has_near`.
    pub(crate) near_known: u32,
    /// By code: known good, or ties too much together: weighs nothing.
    pub(crate) held: Vec<bool>,
    /// Levels of the first values by both codes, where they were worked out beforehand, and how many values those are.
    known: (u32, Vec<u8>),
}

/// Levels of so many values of a column are worked out beforehand: those that come first, the common ones among them.
const MOST_KNOWN: u32 = 256;
/// In tables of so many rows.
const KNOWN_FROM: usize = 50_000;

impl Field {
    pub(crate) fn values(&self) -> &Values {
        &self.interner.values
    }

    /// Fills what is derived from values that are new since the last call.
    pub(crate) fn derive(&mut self) {
        let from = self.points.len().max(1) as u32;
        if self.points.is_empty() {
            self.points.push(NO_POINT);
            self.part.push(0);
            self.district.push(0);
            self.held.push(false);
            self.signatures.push(Signature::default());
            self.packed.push(0);
        }
        for code in from..=self.interner.values.len() as u32 {
            let value = self.interner.values.get(code);
            self.points.push(writing::point(self.measure, value));
            if self.measure == Measure::Code {
                let fits = (4..=8).contains(&value.len());
                let word = value
                    .iter()
                    .take(8)
                    .enumerate()
                    .fold(0u64, |word, (place, byte)| word | u64::from(*byte) << (56 - 8 * place));
                self.packed.push(if fits { word } else { 0 });
            }
            if self.measure == Measure::Name {
                self.signatures.push(Signature::of(value));
            }
            let (part, district) = match self.measure {
                Measure::Area => (hash_bytes(writing::letters(value)) as u32, hash_bytes(writing::district(value)) as u32),
                Measure::Email => (hash_bytes(value.split(|b| *b == b'@').next().unwrap_or(&[])) as u32, 0),
                _ => (0, 0),
            };
            self.part.push(part);
            self.district.push(district);
            self.held.push(false);
        }
    }

    /// Notes which values have another one edit apart, so that most pairs of numbers need not be looked at.
    pub(crate) fn note_near(&mut self, pairs: Vec<(u32, u32)>) {
        self.near_known = self.interner.values.len() as u32 + 1;
        self.has_near = vec![0; self.interner.values.len() / 64 + 1];
        for (a, b) in &pairs {
            for code in [*a, *b] {
                self.has_near[code as usize / 64] |= 1 << (code % 64);
            }
        }
        self.near = pairs;
    }

    /// Whether two values are known not to be one edit apart.
    #[inline]
    fn is_far(&self, a: u32, b: u32) -> bool {
        let lonely = |code: u32| self.has_near[code as usize / 64] & (1 << (code % 64)) == 0;
        a.max(b) < self.near_known && (lonely(a) || lonely(b))
    }

    /// The level of two values that are there.
    #[inline]
    pub(crate) fn level(&self, a: u32, b: u32, memory: &mut Memory) -> usize {
        if a == b {
            return 0;
        }
        match self.measure {
            Measure::Category => 1,
            Measure::Ordered => self.nearness(self.points[a as usize], self.points[b as usize], 1),
            Measure::Number | Measure::Code if self.is_far(a, b) => 2,
            Measure::Code if self.packed[a as usize] != 0 && self.packed[b as usize] != 0 => {
                if one_edit_packed(self.packed[a as usize], self.packed[b as usize]) { 1 } else { 2 }
            }
            Measure::Name if a.max(b) >= self.known.0 && self.signatures[a as usize].rules_out(&self.signatures[b as usize]) => 3,
            Measure::Area if self.part[a as usize] != self.part[b as usize] && self.interner.values.get(a).len() < 5 => 4,
            _ if a.max(b) < self.known.0 => usize::from(self.known.1[(a * self.known.0 + b) as usize]),
            _ => memory.level(a, b, |a, b| self.looked_at(a, b)),
        }
    }

    /// Works out the levels of the first values.
    fn know_levels(&mut self) {
        let width = MOST_KNOWN.min(self.values().len() as u32 + 1);
        let mut levels = vec![0; (width * width) as usize];
        for a in 1..width {
            for b in 1..a {
                let level = self.looked_at(a, b) as u8;
                levels[(a * width + b) as usize] = level;
                levels[(b * width + a) as usize] = level;
            }
        }
        self.known = (width, levels);
    }

    fn nearness(&self, a: i32, b: i32, first: usize) -> usize {
        if a == NO_POINT || b == NO_POINT {
            return first + GAPS;
        }
        let apart = a.abs_diff(b);
        first + self.gaps.iter().position(|gap| apart <= *gap as u32).unwrap_or(GAPS)
    }

    fn looked_at(&self, a: u32, b: u32) -> usize {
        let (x, y) = (self.interner.values.get(a), self.interner.values.get(b));
        match self.measure {
            Measure::Category | Measure::Ordered => 1,
            Measure::Name => {
                let likeness = jaro_winkler_bytes(x, y);
                if likeness >= 0.92 || (x.len().min(y.len()) >= 4 && likeness > 0.7 && one_edit_apart(x, y)) {
                    1
                } else if likeness >= 0.85 {
                    2
                } else {
                    3
                }
            }
            Measure::Number => {
                if x.len().min(y.len()) >= 7 && one_edit_apart(x, y) {
                    1
                } else {
                    2
                }
            }
            Measure::Code => {
                if x.len().min(y.len()) >= 4 && one_edit_apart(x, y) {
                    1
                } else {
                    2
                }
            }
            Measure::Area => {
                if x.len().min(y.len()) >= 5 && one_edit_apart(x, y) {
                    1
                } else if self.district[a as usize] == self.district[b as usize] {
                    2
                } else if self.part[a as usize] == self.part[b as usize] {
                    3
                } else {
                    4
                }
            }
            Measure::Date => {
                if x.len() == 8
                    && y.len() == 8
                    && (one_edit_apart(x, y) || (x[..4] == y[..4] && x[4..6] == y[6..] && x[6..] == y[4..6]))
                {
                    1
                } else {
                    self.nearness(self.points[a as usize], self.points[b as usize], 2)
                }
            }
            Measure::Email => {
                if one_edit_apart(x, y) {
                    1
                } else if self.part[a as usize] == self.part[b as usize] {
                    2
                } else if jaro_winkler_bytes(x, y) >= 0.88 {
                    3
                } else {
                    4
                }
            }
            Measure::Text => match self.text.cosine(a, b) {
                likeness if likeness >= 0.75 => 1,
                likeness if likeness >= 0.4 => 2,
                likeness if likeness >= 0.2 => 3,
                _ => 4,
            },
        }
    }

    /// The blocking key of a value; 0 for none.
    pub(crate) fn key(&self, code: u32, key: crate::plan::Key) -> u64 {
        use crate::plan::Key;
        if code == 0 || self.held[code as usize] {
            return 0;
        }
        match key {
            Key::Exact | Key::Near | Key::Words => u64::from(code),
            Key::Letters => u64::from(self.part[code as usize]) | 1 << 40,
            Key::Sound => {
                let key = phonetic_key(self.interner.values.get(code));
                if key[0] == 0 { 0 } else { u64::from(u32::from_le_bytes(key)) | 1 << 41 }
            }
            Key::Start => {
                let value = self.interner.values.get(code);
                if value.len() < 3 { 0 } else { hash_bytes(&value[..3]) >> 8 | 1 << 42 }
            }
        }
    }
}

/// Remembers the levels of pairs of values that were looked at: a direct-mapped cache.
#[derive(Debug)]
pub(crate) struct Memory {
    keys: Vec<u64>,
    levels: Vec<u8>,
}

impl Memory {
    pub(crate) fn new(bits: u32) -> Memory {
        Memory { keys: vec![0; 1 << bits], levels: vec![0; 1 << bits] }
    }

    fn level(&mut self, a: u32, b: u32, look: impl FnOnce(u32, u32) -> usize) -> usize {
        let (a, b) = (a.min(b), a.max(b));
        let key = u64::from(a) << 32 | u64::from(b);
        let slot = (key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40) as usize & (self.keys.len() - 1);
        if self.keys[slot] == key {
            return usize::from(self.levels[slot]);
        }
        let level = look(a, b);
        self.keys[slot] = key;
        self.levels[slot] = level as u8;
        level
    }
}

/// A cache a field, small where few distinct values make it so.
pub(crate) fn memories(fields: &[Field]) -> Vec<Memory> {
    fields
        .iter()
        .map(|field| {
            let distinct = field.values().len().max(2) as u64;
            let pairs = (distinct * distinct / 2).clamp(64, 1 << 15);
            Memory::new(64 - pairs.leading_zeros())
        })
        .collect()
}

/// A comparison's columns and how their levels make one state.
#[derive(Debug, Clone)]
pub(crate) struct Joint {
    /// Places of its fields.
    pub(crate) members: Vec<usize>,
    /// Levels of each member; state "null" is the number of levels.
    pub(crate) levels: Vec<usize>,
    pub(crate) swapped: bool,
}

impl Joint {
    /// How many states, nulls and the changed-over state included.
    pub(crate) fn states(&self) -> usize {
        self.levels.iter().map(|levels| levels + 1).product::<usize>() + usize::from(self.swapped)
    }

    /// The state in which no member has a value on both sides.
    pub(crate) fn nothing(&self) -> usize {
        self.levels.iter().map(|levels| levels + 1).product::<usize>() - 1
    }

    /// The levels of a state; the changed-over state gives None.
    pub(crate) fn levels_of(&self, mut state: usize, out: &mut Vec<usize>) -> bool {
        out.clear();
        if self.swapped && state + 1 == self.states() {
            return false;
        }
        for levels in &self.levels {
            out.push(state % (levels + 1));
            state /= levels + 1;
        }
        true
    }

    /// The state of levels.
    pub(crate) fn state_of(&self, levels: &[usize]) -> usize {
        let (mut state, mut radix) = (0, 1);
        for (level, count) in levels.iter().zip(&self.levels) {
            state += level * radix;
            radix *= count + 1;
        }
        state
    }
}

/// The compared columns of a table.
#[derive(Debug, Clone)]
pub(crate) struct Fields {
    pub(crate) rows: usize,
    pub(crate) fields: Vec<Field>,
    pub(crate) joints: Vec<Joint>,
    /// Row by row, a code a field.
    pub(crate) codes: Vec<u32>,
}

impl Fields {
    /// Reads what the plan compares, the table's rows in this order: codes then are numbered so too, and what lies near in the order lies near
    /// in memory. The plan must fit the table.
    pub(crate) fn new(table: &Table, plan: &Plan, order: &[u32]) -> Fields {
        let mut fields = Vec::new();
        let mut joints = Vec::new();
        for comparison in &plan.comparisons {
            let mut members = Vec::new();
            for column in &comparison.columns {
                members.push(fields.len());
                fields.push(Field {
                    name: column.name.clone(),
                    measure: column.kind,
                    by_frequency: column.term_frequency && column.kind.by_frequency(),
                    interner: Interner::default(),
                    points: Vec::new(),
                    part: Vec::new(),
                    district: Vec::new(),
                    gaps: [0; GAPS],
                    text: Shingled::default(),
                    signatures: Vec::new(),
                    packed: Vec::new(),
                    near: Vec::new(),
                    has_near: Vec::new(),
                    near_known: 0,
                    held: Vec::new(),
                    known: (0, Vec::new()),
                });
            }
            let levels = comparison.columns.iter().map(|column| column.kind.len()).collect();
            joints.push(Joint { members, levels, swapped: comparison.swapped });
        }
        let width = fields.len();
        let mut codes = vec![0u32; table.rows() * width];
        let mut buffer = Vec::new();
        for (place, field) in fields.iter_mut().enumerate() {
            let Some(column) = table.column(&field.name) else { continue };
            let mut map = vec![u32::MAX; column.values.len() + 1];
            map[0] = 0;
            for (row, from) in order.iter().enumerate() {
                let code = column.codes[*from as usize] as usize;
                if map[code] == u32::MAX {
                    writing::normalise(field.measure, column.values.get(code as u32), &mut buffer);
                    map[code] = if buffer.is_empty() { 0 } else { field.interner.code(&buffer) };
                }
                codes[row * width + place] = map[code];
            }
            field.derive();
            if field.measure == Measure::Text {
                field.text = Shingled::new(&field.interner.values);
            }
        }
        let mut all = Fields { rows: table.rows(), fields, joints, codes };
        for (place, column) in plan.comparisons.iter().flat_map(|comparison| &comparison.columns).enumerate() {
            if column.kind.is_ordered() {
                all.fields[place].gaps = match &column.gaps {
                    Some(gaps) => widths(gaps),
                    None => all.gaps_of(place),
                };
            }
        }
        for place in 0..all.fields.len() {
            let field = &all.fields[place];
            if matches!(field.measure, Measure::Number | Measure::Code) && field.values().len() > 200 {
                let near = crate::blocks::near_values(&all, place);
                all.fields[place].note_near(near);
            }
        }
        if table.rows() >= KNOWN_FROM {
            all.fields
                .iter_mut()
                .filter(|field| matches!(field.measure, Measure::Name | Measure::Area))
                .for_each(Field::know_levels);
        }
        for good in &plan.known_good {
            if let Some(place) = all.fields.iter().position(|field| field.name == good.column) {
                for value in &good.values {
                    writing::normalise(all.fields[place].measure, value.trim().as_bytes(), &mut buffer);
                    if let Some(code) = all.fields[place].interner.known(&buffer) {
                        all.fields[place].held[code as usize] = true;
                    }
                }
            }
        }
        all
    }

    /// Codes of a row.
    pub(crate) fn row(&self, row: usize) -> &[u32] {
        let width = self.fields.len();
        &self.codes[row * width..(row + 1) * width]
    }

    /// The table's rows by the letters of the first area and, within them, by the first ordered column, where such are compared; rows
    /// without a point are last of theirs.
    pub(crate) fn order(table: &Table, plan: &Plan) -> Vec<u32> {
        let first = |good: fn(Measure) -> bool| {
            let columns = plan.comparisons.iter().flat_map(|comparison| &comparison.columns);
            columns.filter(|column| good(column.kind)).find_map(|planned| Some((table.column(&planned.name)?, planned.kind)))
        };
        let mut buffer = Vec::new();
        let mut rows: Vec<u32> = (0..table.rows() as u32).collect();
        if let Some((column, kind)) = first(Measure::is_ordered) {
            let points: Vec<i32> = (0..=column.values.len() as u32)
                .map(|code| {
                    writing::normalise(kind, column.values.get(code), &mut buffer);
                    writing::point(kind, &buffer)
                })
                .collect();
            rows = crate::blocks::in_order(column.codes.iter().map(|code| points[*code as usize]));
        }
        if let Some((column, kind)) = first(|kind| kind == Measure::Area) {
            let letters: Vec<u64> = (0..=column.values.len() as u32)
                .map(|code| {
                    writing::normalise(kind, column.values.get(code), &mut buffer);
                    hash_bytes(writing::letters(&buffer)) >> 32 << 32
                })
                .collect();
            let mut words: Vec<u64> =
                rows.iter().map(|row| letters[column.codes[*row as usize] as usize] | u64::from(*row)).collect();
            crate::blocks::sort_by_upper(&mut words);
            rows = words.into_iter().map(|word| word as u32).collect();
        }
        rows
    }

    /// Puts the rows in this order.
    pub(crate) fn take_order(&mut self, rows: &[u32]) {
        let mut codes = Vec::with_capacity(self.codes.len());
        for row in rows {
            codes.extend_from_slice(self.row(*row as usize));
        }
        self.codes = codes;
    }

    /// Widths that half, two, six and twenty in a hundred random pairs fall into.
    fn gaps_of(&self, place: usize) -> [i32; GAPS] {
        let field = &self.fields[place];
        let mut apart: Vec<u32> = Vec::new();
        for draw in 0..40_000u64 {
            let pair = mix(draw ^ 0x6a09_e667);
            let (i, j) = ((pair >> 32) as usize % self.rows, (pair & 0xffff_ffff) as usize % self.rows);
            let (a, b) = (field.points[self.row(i)[place] as usize], field.points[self.row(j)[place] as usize]);
            if i != j && a != NO_POINT && b != NO_POINT {
                apart.push(a.abs_diff(b));
            }
        }
        apart.sort_unstable();
        if apart.is_empty() {
            return [1, 2, 3, 4];
        }
        let mut gaps = [0; GAPS];
        let mut least = 1;
        for (gap, share) in gaps.iter_mut().zip([0.005, 0.02, 0.06, 0.2]) {
            let wide = apart[((apart.len() as f64 * share) as usize).min(apart.len() - 1)].min(i32::MAX as u32 / 2) as i32;
            *gap = wide.max(least);
            least = *gap + 1;
        }
        gaps
    }

    /// The state of a comparison between two rows of codes.
    #[inline]
    pub(crate) fn state(&self, joint: &Joint, a: &[u32], b: &[u32], memory: &mut [Memory]) -> usize {
        if let [member] = joint.members[..] {
            let (x, y, field) = (a[member], b[member], &self.fields[member]);
            let none = x == 0 || y == 0 || (x == y && field.held[x as usize]);
            return if none { joint.levels[0] } else { field.level(x, y, &mut memory[member]) };
        }
        let (mut state, mut radix, mut other) = (0, 1, 0);
        for (member, levels) in joint.members.iter().zip(&joint.levels) {
            let (x, y) = (a[*member], b[*member]);
            let level = if x == 0 || y == 0 || (x == y && self.fields[*member].held[x as usize]) {
                *levels
            } else {
                self.fields[*member].level(x, y, &mut memory[*member])
            };
            other += usize::from(level + 1 == *levels);
            state += level * radix;
            radix *= levels + 1;
        }
        if joint.swapped && other == 2 && self.is_swapped(joint, a, b) {
            return radix;
        }
        state
    }

    fn is_swapped(&self, joint: &Joint, a: &[u32], b: &[u32]) -> bool {
        let (first, last) = (joint.members[0], joint.members[1]);
        let (one, two) = (&self.fields[first].interner.values, &self.fields[last].interner.values);
        one.get(a[first]) == two.get(b[last]) && two.get(a[last]) == one.get(b[first])
    }
}

fn widths(gaps: &[i64]) -> [i32; GAPS] {
    let mut widths = [0; GAPS];
    let mut last = 0;
    for (place, width) in widths.iter_mut().enumerate() {
        last = gaps.get(place).map_or(last, |gap| (*gap).clamp(0, i64::from(i32::MAX) / 2) as i32);
        *width = last;
    }
    widths
}
