//! What the program would ask a person: clusters that hang together by one row, clusters that may be one. Nothing is changed by itself.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::agglomerate::{Forest, Weighing};
use crate::batch::Linked;
use crate::fields::memories;

/// What is proposed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ProposalKind {
    /// To part a cluster.
    Split,
    /// To join two.
    Merge,
}

/// A proposal.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Proposal {
    /// What.
    pub kind: ProposalKind,
    /// The cluster, or the two.
    pub clusters: Vec<u32>,
    /// The rows that would part from it, or the two rows whose link speaks for joining.
    pub rows: Vec<u32>,
    /// Bits: of the rows' weakest standing against the rest, or of the two clusters as one.
    pub bits: f64,
    /// Why, in a sentence.
    pub why: String,
}

/// Clusters larger than this are not searched for a bridge.
const MOST_SEARCHED: usize = 300;
/// Two clusters are proposed for joining down to this many bits below the threshold.
const NEAR_MISS: f64 = 5.0;

impl Linked {
    /// Proposals, splits first, in the clusters' order.
    pub fn proposals(&self) -> Vec<Proposal> {
        let mut proposals = self.splits();
        proposals.extend(self.merges());
        proposals
    }

    fn splits(&self) -> Vec<Proposal> {
        let mut proposals = Vec::new();
        let mut memory = memories(&self.fields.fields);
        for (cluster, members) in self.members().iter().enumerate() {
            if members.len() < 3 || members.len() > MOST_SEARCHED {
                continue;
            }
            for row in members {
                let others: Vec<u32> = members.iter().copied().filter(|other| other != row).collect();
                if let Some(standing) = self.against(*row, &others, &mut memory)
                    && standing.profile_bits < 0.0
                {
                    proposals.push(Proposal {
                        kind: ProposalKind::Split,
                        clusters: vec![cluster as u32],
                        rows: vec![*row],
                        bits: standing.profile_bits,
                        why: format!(
                            "This row stands {:.1} bits against the rest of its cluster: it came in by one strong link. {}",
                            standing.profile_bits,
                            standing.link.sentence()
                        ),
                    });
                }
            }
            // All pairs, as not all were looked at while the table was linked.
            let mut strong = Vec::new();
            for (place, a) in members.iter().enumerate() {
                let others = members[place + 1..].iter();
                let held = |b: &&u32| self.weights.pair(&self.fields, *a, **b, &mut memory) >= self.threshold_bits;
                strong.extend(others.filter(held).map(|b| (*a, *b)));
            }
            if let Some((bridge, part)) = bridge(members, &strong) {
                let why = format!(
                    "Without one row, {} of the cluster's {} rows have no strong link to the others: see whether they are two series.",
                    part.len(),
                    members.len()
                );
                let bits = self.weights.prior;
                let mut rows = part;
                rows.push(bridge);
                proposals.push(Proposal { kind: ProposalKind::Split, clusters: vec![cluster as u32], rows, bits, why });
            }
        }
        proposals
    }

    fn merges(&self) -> Vec<Proposal> {
        let mut best: BTreeMap<(u32, u32), (f32, u32, u32)> = BTreeMap::new();
        for edge in self.edges.iter().filter(|edge| f64::from(edge.bits) >= self.threshold_bits) {
            let (a, b) = (self.clusters[edge.a as usize], self.clusters[edge.b as usize]);
            if a != b {
                let held = best.entry((a.min(b), a.max(b))).or_insert((f32::MIN, 0, 0));
                if edge.bits > held.0 {
                    *held = (edge.bits, edge.a, edge.b);
                }
            }
        }
        let mut forest = Forest::new(self.fields.rows);
        for members in self.members() {
            members.windows(2).for_each(|pair| forest.join(pair[0], pair[1]));
        }
        let mut weighing = Weighing::new(&self.fields, &self.weights, self.fields.rows, memories(&self.fields.fields));
        let mut proposals = Vec::new();
        for ((a, b), (_, x, y)) in best {
            let (bits, speaking) = weighing.of(&forest, forest.find(x), forest.find(y));
            if bits >= self.threshold_bits - NEAR_MISS {
                let link = self.explain(x, y);
                proposals.push(Proposal {
                    kind: ProposalKind::Merge,
                    clusters: vec![a, b],
                    rows: vec![x, y],
                    bits,
                    why: format!(
                        "The two clusters as one weigh {bits:.1} bits ({speaking} comparisons speak for it); they stay apart until a person says \
                         otherwise. Their strongest link: {}",
                        link.sentence()
                    ),
                });
            }
        }
        proposals
    }
}

/// A row without which strong links fall into parts of two rows or more each: the row and the smaller part.
fn bridge(members: &[u32], edges: &[(u32, u32)]) -> Option<(u32, Vec<u32>)> {
    if members.len() < 5 {
        return None;
    }
    let place = |row: u32| members.binary_search(&row).unwrap_or(0);
    let mut near = vec![Vec::new(); members.len()];
    for (a, b) in edges {
        near[place(*a)].push(place(*b));
        near[place(*b)].push(place(*a));
    }
    for out in 0..members.len() {
        if near[out].len() < 2 {
            continue;
        }
        let first = near[out][0];
        let mut seen = vec![false; members.len()];
        seen[out] = true;
        seen[first] = true;
        let mut open = vec![first];
        let mut reached = 1;
        while let Some(at) = open.pop() {
            for next in &near[at] {
                if !std::mem::replace(&mut seen[*next], true) {
                    reached += 1;
                    open.push(*next);
                }
            }
        }
        let linked: Vec<usize> =
            (0..members.len()).filter(|place| *place != out && !seen[*place] && !near[*place].is_empty()).collect();
        if linked.len() >= 2 && reached >= 2 {
            let part: Vec<u32> = if linked.len() <= reached {
                linked.iter().map(|place| members[*place]).collect()
            } else {
                (0..members.len()).filter(|place| *place != out && seen[*place]).map(|place| members[place]).collect()
            };
            return Some((members[out], part));
        }
    }
    None
}
