//! Scores many pairs: a pair is given up as soon as what is left to compare cannot lift it over the least that is kept.

use crate::fields::{Fields, Memory};
use crate::measure::Measure;
use crate::model::Weights;
use crate::writing::NO_POINT;

/// How a comparison's bits are looked up.
enum Way {
    /// A column of few values: a table of states by both codes.
    Table { field: usize, width: usize, states: Vec<u8> },
    /// An ordered column without rarity: bits by distance, the last for all that is further.
    Line { field: usize, by_gap: Vec<f32> },
    /// One column of numbers or codes: equal, one edit apart, or another.
    Single { field: usize },
    /// As the comparison has it.
    Joint,
}

/// The widest distance that is looked up.
const WIDEST: usize = 4_000;

impl Way {
    fn of(fields: &Fields, weights: &Weights, place: usize, memory: &mut [Memory]) -> Way {
        let joint = &fields.joints[place];
        let [field] = joint.members[..] else { return Way::Joint };
        let held = &fields.fields[field];
        let width = held.values().len() + 1;
        let widest = held.gaps[crate::measure::GAPS - 1].max(0) as usize;
        if held.measure == Measure::Ordered && widest < WIDEST {
            let apart = |gap: usize| {
                weights.bits[place][1 + held.gaps.iter().position(|most| gap <= *most as usize).unwrap_or(crate::measure::GAPS)]
            };
            // Equal values are points of distance 0, but so are none: level "same" is told by the code.
            return Way::Line { field, by_gap: (0..widest + 2).map(|gap| apart(gap) as f32).collect() };
        }
        // A table pays where it is looked at more often than it is long.
        if width * width <= 2 * fields.rows && held.measure != Measure::Text {
            let mut row = vec![0u32; fields.fields.len()];
            let mut other = row.clone();
            let mut states = Vec::with_capacity(width * width);
            for x in 0..width as u32 {
                for y in 0..width as u32 {
                    (row[field], other[field]) = (x, y);
                    states.push(fields.state(joint, &row, &other, memory) as u8);
                }
            }
            return Way::Table { field, width, states };
        }
        Way::Single { field }
    }
}

/// Scores pairs.
pub(crate) struct Scorer<'a> {
    fields: &'a Fields,
    weights: &'a Weights,
    memory: &'a mut [Memory],
    /// Comparisons, those that can say most first.
    order: Vec<usize>,
    /// By place in `order`: the most that the comparisons after it can add.
    left: Vec<f64>,
    least: f64,
    ways: Vec<Way>,
}

impl<'a> Scorer<'a> {
    /// Pairs below `least` bits are given up.
    pub(crate) fn new(fields: &'a Fields, weights: &'a Weights, memory: &'a mut [Memory], least: f64) -> Scorer<'a> {
        let reach: Vec<f64> = (0..fields.joints.len())
            .map(|place| {
                let members = &fields.joints[place].members;
                let rarest = |exact: u16| {
                    let same = members.iter().enumerate().filter(|(member, _)| exact & (1 << member) != 0);
                    same.map(|(_, field)| f64::from(weights.rarest[*field])).sum::<f64>()
                };
                let states = weights.bits[place].iter().zip(&weights.exact[place]);
                states.map(|(bits, exact)| bits + rarest(*exact)).fold(0.0, f64::max)
            })
            .collect();
        let mut order: Vec<usize> = (0..fields.joints.len()).collect();
        order.sort_by(|a, b| reach[*b].total_cmp(&reach[*a]).then(a.cmp(b)));
        let mut left = vec![0.0; order.len()];
        for at in (1..order.len()).rev() {
            left[at - 1] = left[at] + reach[order[at]];
        }
        let ways = order.iter().map(|place| Way::of(fields, weights, *place, memory)).collect();
        Scorer { fields, weights, memory, order, left, least, ways }
    }

    /// The bits of a pair, prior included; none where they are below the least.
    pub(crate) fn pair(&mut self, a: u32, b: u32) -> Option<f32> {
        let (x, y) = (self.fields.row(a as usize), self.fields.row(b as usize));
        let mut sum = self.weights.prior;
        for at in 0..self.order.len() {
            sum += self.bits(at, x, y);
            // A thousandth of a bit for rounding.
            if sum + self.left[at] < self.least - 1e-3 {
                return None;
            }
        }
        (sum >= self.least).then_some(sum as f32)
    }

    #[inline]
    fn bits(&mut self, at: usize, x: &[u32], y: &[u32]) -> f64 {
        let place = self.order[at];
        match &self.ways[at] {
            Way::Table { field, width, states } => {
                let (x, y) = (x[*field] as usize, y[*field] as usize);
                let state = usize::from(states[x * width + y]);
                let rarity = if state == 0 { self.weights.rarity[*field].get(x).copied().unwrap_or(0.0) } else { 0.0 };
                self.weights.bits[place][state] + f64::from(rarity)
            }
            Way::Line { field, by_gap } => {
                let (x, y) = (x[*field], y[*field]);
                if x == 0 || y == 0 {
                    return 0.0;
                }
                let held = &self.fields.fields[*field];
                if x == y {
                    return if held.held[x as usize] { 0.0 } else { self.weights.bits[place][0] };
                }
                let (x, y) = (held.points[x as usize], held.points[y as usize]);
                if x == NO_POINT || y == NO_POINT {
                    return f64::from(by_gap[by_gap.len() - 1]);
                }
                f64::from(by_gap[(x.abs_diff(y) as usize).min(by_gap.len() - 1)])
            }
            Way::Single { field } => {
                let (x, y) = (x[*field], y[*field]);
                if x == 0 || y == 0 {
                    return 0.0;
                }
                let held = &self.fields.fields[*field];
                if x == y {
                    let rarity = self.weights.rarity[*field].get(x as usize).copied().unwrap_or(0.0);
                    return if held.held[x as usize] { 0.0 } else { self.weights.bits[place][0] + f64::from(rarity) };
                }
                self.weights.bits[place][held.level(x, y, &mut self.memory[*field])]
            }
            Way::Joint => {
                let joint = &self.fields.joints[place];
                let state = self.fields.state(joint, x, y, self.memory);
                self.weights.of(joint, place, state, x)
            }
        }
    }
}
