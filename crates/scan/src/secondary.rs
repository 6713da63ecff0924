//! Which clusters are told beside the best.

use crate::Zones;
use crate::exact::Best;

/// The rule. Time plays no part in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secondary {
    /// No location in common with a better one.
    NoOverlap,
    /// No centre in another cluster.
    NoCentreInOther,
    /// Its centre in no better one.
    NoCentreInBetter,
    /// No better one's centre in it.
    NoCentreInLesser,
    /// Not both.
    NoCentresInEachOther,
    /// The best of every centre.
    All,
}

/// The group of the zone of all locations, which overlaps nothing: a purely temporal cluster.
pub(crate) const TEMPORAL: u32 = u32::MAX;

/// Keeps clusters, best first, by the rule.
pub(crate) fn keep(mut found: Vec<Best>, zones: &Zones, locations: usize, rule: Secondary) -> Vec<Best> {
    found.sort_by(|a, b| b.score.total_cmp(&a.score).then(zones.chains()[a.chain].group.cmp(&zones.chains()[b.chain].group)));
    if rule == Secondary::All {
        return found;
    }
    let members = |best: &Best| {
        let start = zones.chains()[best.chain].start;
        zones.members(start..start + best.size)
    };
    let temporal = |best: &Best| zones.chains()[best.chain].group == TEMPORAL;
    let mut kept: Vec<(Best, Vec<bool>)> = Vec::new();
    let mut taken = vec![false; locations];
    for best in found {
        if temporal(&best) {
            kept.push((best, vec![false; locations]));
            continue;
        }
        let inside = members(&best);
        let centre = inside[0] as usize;
        let fits = match rule {
            Secondary::NoOverlap => !inside.iter().any(|one| taken[*one as usize]),
            _ => kept.iter().filter(|(better, _)| !temporal(better)).all(|(better, within)| {
                let mine_in_better = within[centre];
                let its_in_mine = inside.contains(&members(better)[0]);
                match rule {
                    Secondary::NoCentreInOther => !mine_in_better && !its_in_mine,
                    Secondary::NoCentreInBetter => !mine_in_better,
                    Secondary::NoCentreInLesser => !its_in_mine,
                    _ => !(mine_in_better && its_in_mine),
                }
            }),
        };
        if fits {
            let mut within = vec![false; locations];
            for one in inside {
                taken[*one as usize] = true;
                within[*one as usize] = true;
            }
            kept.push((best, within));
        }
    }
    kept.into_iter().map(|(best, _)| best).collect()
}
