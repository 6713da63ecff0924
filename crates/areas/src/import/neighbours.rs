//! Which imported areas are neighbours: by shared corners of their boundaries, or by their points where there are none.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::gazetteer::great_circle_km;
use crate::shape::Shape;
use crate::{Area, AreaId};

/// Without boundaries, each area's neighbours are found among this many nearest.
const NEAREST: usize = 12;

/// Neighbours by boundary: two areas that share a corner point (to four decimals of a degree, about ten metres).
pub(super) fn touching(shapes: &BTreeMap<AreaId, Shape>) -> BTreeMap<AreaId, Vec<AreaId>> {
    let mut corners: HashMap<(i64, i64), Vec<&AreaId>> = HashMap::new();
    for (id, shape) in shapes {
        for (lon, lat) in shape.rings.iter().flatten() {
            let holders = corners.entry(((lon * 1e4).round() as i64, (lat * 1e4).round() as i64)).or_default();
            if holders.last() != Some(&id) {
                holders.push(id);
            }
        }
    }
    let mut pairs: BTreeSet<(&AreaId, &AreaId)> = BTreeSet::new();
    #[allow(clippy::iter_over_hash_type, reason = "the pairs are put in order by the set")]
    for holders in corners.values() {
        for a in holders {
            for b in holders {
                if a != b {
                    pairs.insert((a, b));
                }
            }
        }
    }
    let mut found: BTreeMap<AreaId, Vec<AreaId>> = BTreeMap::new();
    for (a, b) in pairs {
        found.entry(a.clone()).or_default().push(b.clone());
    }
    found
}

/// Neighbours without boundaries: the Gabriel graph (Gabriel and Sokal 1969): two areas are neighbours when no third lies in the
/// circle that has them as its ends. Looked for among each area's twelve nearest.
pub(super) fn gabriel(areas: &[Area]) -> BTreeMap<AreaId, Vec<AreaId>> {
    let km = |a: &Area, b: &Area| great_circle_km(a.lat, a.lon, b.lat, b.lon);
    let mut found: BTreeMap<AreaId, Vec<AreaId>> = BTreeMap::new();
    let mut near: Vec<Vec<usize>> = Vec::with_capacity(areas.len());
    for area in areas {
        let mut others: Vec<(f64, usize)> = areas.iter().enumerate().map(|(i, other)| (km(area, other), i)).collect();
        let keep = (NEAREST + 1).min(others.len());
        if keep < others.len() {
            others.select_nth_unstable_by(keep, |a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            others.truncate(keep);
        }
        near.push(others.into_iter().map(|(_, i)| i).collect());
    }
    let mut pairs: BTreeSet<(usize, usize)> = BTreeSet::new();
    for (i, candidates) in near.iter().enumerate() {
        for j in candidates {
            let j = *j;
            if i == j {
                continue;
            }
            let between = km(&areas[i], &areas[j]).powi(2);
            let mut others = near[i].iter().chain(&near[j]);
            let blocked = others
                .any(|k| *k != i && *k != j && km(&areas[i], &areas[*k]).powi(2) + km(&areas[j], &areas[*k]).powi(2) < between);
            if !blocked {
                pairs.insert((i, j));
                pairs.insert((j, i));
            }
        }
    }
    for (i, j) in pairs {
        found.entry(areas[i].id.clone()).or_default().push(areas[j].id.clone());
    }
    found
}
