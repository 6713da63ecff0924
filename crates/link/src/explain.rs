//! Why two rows, or a row and a cluster, are held to be of one hand: the parts sum to the weight, and a sentence says it.

use serde::Serialize;

use crate::batch::Linked;
use crate::fields::{Fields, Joint, Memory, memories};
use crate::measure::Measure;
use crate::model::Weights;

/// One bar of the waterfall.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Bar {
    /// The columns that are compared: one, or several weighed jointly.
    pub columns: Vec<String>,
    /// What agrees and how ("same caller", "a letter off family").
    pub level: String,
    /// Bits of the comparison by its level: `log2(m/u)`.
    pub level_bits: f64,
    /// Bits that the rarity of the shared value adds or takes.
    pub rarity_bits: f64,
    /// The two values, column by column, as they are compared; empty where one is missing.
    pub values: Vec<(String, String)>,
}

impl Bar {
    /// The bar's height.
    pub fn bits(&self) -> f64 {
        self.level_bits + self.rarity_bits
    }
}

/// A waterfall: prior, bars, total.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Waterfall {
    /// Bits of the prior.
    pub prior: f64,
    /// Bars in the spec's order.
    pub bars: Vec<Bar>,
    /// Prior and bars.
    pub total: f64,
    /// The blocking rule that made the pair, where one did.
    pub found_by: Option<String>,
}

impl Waterfall {
    /// `1 / (1 + 2^-total)`
    pub fn probability(&self) -> f64 {
        1.0 / (1.0 + (-self.total).exp2())
    }

    /// One plain sentence: what speaks for it, strongest first, then what speaks against.
    pub fn sentence(&self) -> String {
        let mut bars: Vec<&Bar> = self.bars.iter().filter(|bar| bar.bits().abs() >= 0.05).collect();
        bars.sort_by(|a, b| b.bits().total_cmp(&a.bits()));
        let part = |bar: &&Bar| format!("{} ({:+.1})", bar.level, bar.bits());
        let (speaks, against): (Vec<&Bar>, Vec<&Bar>) = bars.into_iter().partition(|bar| bar.bits() > 0.0);
        let mut sentence = speaks.iter().map(part).collect::<Vec<_>>().join(", ");
        if !against.is_empty() {
            if !sentence.is_empty() {
                sentence += "; ";
            }
            sentence += "against it: ";
            sentence += &against.iter().map(part).collect::<Vec<_>>().join(", ");
        }
        if sentence.is_empty() {
            sentence = "nothing that both have is compared".to_owned();
        }
        let mut letters = sentence.chars();
        let first: String = letters.next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
        format!("{first}{}; chance that it is one hand {:.1} %.", letters.as_str(), 100.0 * self.probability())
    }
}

fn level_in_words(fields: &Fields, joint: &Joint, state: usize) -> String {
    let mut levels = Vec::new();
    let name = |place: usize| fields.fields[joint.members[place]].name.clone();
    if !joint.levels_of(state, &mut levels) {
        return format!("{} and {} changed over", name(0), name(1));
    }
    let mut words = Vec::new();
    let mut others = Vec::new();
    for (place, level) in levels.iter().enumerate() {
        let field = &fields.fields[joint.members[place]];
        let names = field.measure.levels();
        if *level == joint.levels[place] {
            continue;
        }
        if *level + 1 == names.len() {
            others.push(if field.measure.is_ordered() {
                format!("{} further apart", field.name)
            } else {
                format!("another {}", field.name)
            });
            continue;
        }
        let first = names.len() - 1 - crate::measure::GAPS.min(names.len() - 1);
        words.push(match field.measure {
            Measure::Date | Measure::Ordered if *level >= first && *level > 0 => {
                let unit = if field.measure == Measure::Date { " days" } else { "" };
                format!("{} within {}{unit}", field.name, field.gaps[*level - first])
            }
            _ if *level == 0 => format!("same {}", field.name),
            _ => format!("{} {}", field.name, names[*level]),
        });
    }
    words.extend(others);
    words.join(" and ")
}

/// The waterfall of two rows of codes.
pub(crate) fn waterfall(fields: &Fields, weights: &Weights, a: &[u32], b: &[u32], memory: &mut [Memory]) -> Waterfall {
    let mut bars = Vec::new();
    let mut total = weights.prior;
    for (place, joint) in fields.joints.iter().enumerate() {
        let state = fields.state(joint, a, b, memory);
        let bits = weights.of(joint, place, state, a);
        let level_bits = weights.bits[place][state];
        let nothing = joint.nothing();
        if state == nothing {
            continue;
        }
        let value = |code: u32, member: usize| fields.fields[member].values().text(code).into_owned();
        bars.push(Bar {
            columns: joint.members.iter().map(|member| fields.fields[*member].name.clone()).collect(),
            level: level_in_words(fields, joint, state),
            level_bits,
            rarity_bits: bits - level_bits,
            values: joint.members.iter().map(|member| (value(a[*member], *member), value(b[*member], *member))).collect(),
        });
        total += bits;
    }
    Waterfall { prior: weights.prior, bars, total, found_by: None }
}

/// Why a row is in its cluster.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Membership {
    /// The row.
    pub row: u32,
    /// Its strongest member.
    pub strongest: u32,
    /// The link to it.
    pub link: Waterfall,
    /// Bits of the row against the whole cluster's profile, prior included.
    pub profile_bits: f64,
    /// Profile bits by comparison, in the spec's order.
    pub profile_parts: Vec<f64>,
    /// The one row without which it would hang on nothing strong, where there is one.
    pub hangs_on: Option<u32>,
}

impl Linked {
    /// The waterfall of two rows.
    pub fn explain(&self, a: u32, b: u32) -> Waterfall {
        self.explain_with(a, b, &mut memories(&self.fields.fields))
    }

    fn explain_with(&self, a: u32, b: u32, memory: &mut [Memory]) -> Waterfall {
        let (x, y) = (self.fields.row(a as usize), self.fields.row(b as usize));
        let mut waterfall = waterfall(&self.fields, &self.weights, x, y, memory);
        let rules = self.model.blocking.iter();
        waterfall.found_by = rules
            .filter(|rule| crate::blocks::Bound::new(rule, &self.fields).makes(&self.fields, x, y))
            .map(crate::plan::Rule::words)
            .next();
        waterfall
    }

    /// Why a row is in its cluster: the strongest link and its standing against the profile. None for a row that stands alone.
    pub fn membership(&self, row: u32) -> Option<Membership> {
        let cluster = *self.clusters.get(row as usize)?;
        let others: Vec<u32> =
            (0..self.clusters.len() as u32).filter(|other| *other != row && self.clusters[*other as usize] == cluster).collect();
        self.against(row, &others, &mut memories(&self.fields.fields))
    }

    /// Rows that could not be linked even to their own like: they say too little to pass the threshold.
    pub fn unlinkable(&self) -> usize {
        let mut memory = memories(&self.fields.fields);
        let rows = 0..self.fields.rows as u32;
        rows.filter(|row| self.weights.pair(&self.fields, *row, *row, &mut memory) < self.threshold_bits).count()
    }

    /// Why each row that is linked is in its cluster, row by row.
    pub fn memberships(&self) -> impl Iterator<Item = Membership> + '_ {
        let members = self.members();
        let mut memory = memories(&self.fields.fields);
        (0..self.clusters.len() as u32).filter_map(move |row| {
            let others: Vec<u32> =
                members[self.clusters[row as usize] as usize].iter().copied().filter(|other| *other != row).collect();
            self.against(row, &others, &mut memory)
        })
    }

    /// Rows of each cluster.
    pub fn members(&self) -> Vec<Vec<u32>> {
        let mut members = vec![Vec::new(); self.cluster_count];
        for (row, cluster) in self.clusters.iter().enumerate() {
            members[*cluster as usize].push(row as u32);
        }
        members
    }

    pub(crate) fn against(&self, row: u32, others: &[u32], memory: &mut [Memory]) -> Option<Membership> {
        let mut scored: Vec<(f64, u32)> =
            others.iter().map(|other| (self.weights.pair(&self.fields, row, *other, memory), *other)).collect();
        scored.sort_by(|x, y| y.0.total_cmp(&x.0).then(x.1.cmp(&y.1)));
        let strongest = scored.first()?.1;
        let strong = scored.iter().filter(|(bits, _)| *bits >= self.threshold_bits).count();
        let mut parts = Vec::new();
        let step = others.len().div_ceil(crate::profile::MOST_MEMBERS).max(1);
        let members: Vec<u32> = others.iter().copied().step_by(step).collect();
        let sum = crate::profile::against(&self.fields, &self.weights, row, &members, memory, &mut parts);
        Some(Membership {
            row,
            strongest,
            link: self.explain_with(row, strongest, memory),
            profile_bits: sum + crate::profile::prior(&self.weights, others.len(), self.fields.rows),
            profile_parts: parts,
            hangs_on: (strong == 1).then_some(strongest),
        })
    }
}
