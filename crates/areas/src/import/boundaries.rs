//! Boundaries out of GeoJSON, checked ring by ring.

use std::collections::BTreeMap;

use geojson::{GeoJson, GeometryValue};

use super::ImportError;
use crate::shape::{Polygon, Shape};

/// Pairs of edges of one ring that are compared, to see whether they cross: a coast of 100,000 points takes about a million.
const MOST_PAIRS: usize = 50_000_000;

/// Outlines by the value of a property. Rings must be closed, have four points or more and not cross themselves.
///
/// # Errors
/// [`ImportError::Boundaries`], naming the feature.
pub fn read_boundaries(text: &str, property: &str) -> Result<BTreeMap<String, Shape>, ImportError> {
    let bad = |what: String| ImportError::Boundaries { what };
    let parsed: GeoJson = text.parse().map_err(|_| bad("not GeoJSON".into()))?;
    let GeoJson::FeatureCollection(collection) = parsed else {
        return Err(bad("not a FeatureCollection".into()));
    };
    let mut shapes = BTreeMap::new();
    for (position, feature) in collection.features.into_iter().enumerate() {
        let place = position + 1;
        let id = match feature.property(property) {
            Some(serde_json::Value::String(id)) => id.clone(),
            Some(serde_json::Value::Number(id)) => id.to_string(),
            _ => return Err(bad(format!("feature {place} has no property '{property}': name it with --id-prop"))),
        };
        let mut shape = Shape::default();
        match feature.geometry.map(|geometry| geometry.value) {
            Some(GeometryValue::Polygon { coordinates }) => {
                for ring in coordinates {
                    shape.rings.push(read_ring(&ring, &id)?);
                }
            }
            Some(GeometryValue::MultiPolygon { coordinates }) => {
                for ring in coordinates.into_iter().flatten() {
                    shape.rings.push(read_ring(&ring, &id)?);
                }
            }
            _ => return Err(bad(format!("feature '{id}' is no Polygon or MultiPolygon"))),
        }
        if shapes.insert(id.clone(), shape).is_some() {
            return Err(bad(format!("'{id}' has two features")));
        }
    }
    Ok(shapes)
}

fn read_ring(points: &[geojson::Position], id: &str) -> Result<Polygon, ImportError> {
    let bad = |what: &str| ImportError::Boundaries { what: format!("feature '{id}': {what}") };
    let mut ring: Polygon = Vec::with_capacity(points.len());
    for point in points {
        let (Some(lon), Some(lat)) = (point.as_slice().first(), point.as_slice().get(1)) else {
            return Err(bad("a point without two numbers"));
        };
        if !(-180.0..=180.0).contains(lon) || !(-90.0..=90.0).contains(lat) {
            return Err(bad("a point outside the world: longitude comes first, in degrees (WGS 84)"));
        }
        ring.push((*lon, *lat));
    }
    if ring.len() < 4 {
        return Err(bad("a ring of fewer than four points"));
    }
    if ring.first() != ring.last() {
        return Err(bad("a ring that is not closed"));
    }
    ring.pop();
    match crosses_itself(&ring) {
        Some(true) => Err(bad("a ring that crosses itself")),
        Some(false) => Ok(ring),
        None => Err(bad("a ring of so many points that it cannot be checked: simplify it")),
    }
}

/// Whether two edges of a ring that do not meet at a corner cross properly. Edges are compared by their span of longitude, so that
/// long coasts stay quick; `None` where there are too many to compare.
fn crosses_itself(ring: &Polygon) -> Option<bool> {
    let n = ring.len();
    let mut edges: Vec<(f64, f64, usize)> = Vec::with_capacity(n);
    for (position, from) in ring.iter().enumerate() {
        let to = ring[(position + 1) % n];
        edges.push((from.0.min(to.0), from.0.max(to.0), position));
    }
    edges.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut compared = 0;
    for (order, edge) in edges.iter().enumerate() {
        for other in &edges[order + 1..] {
            if other.0 > edge.1 {
                break;
            }
            compared += 1;
            if compared > MOST_PAIRS {
                return None;
            }
            let (i, j) = (edge.2, other.2);
            let neighbours = i == j || (i + 1) % n == j || (j + 1) % n == i;
            if !neighbours && cross(ring[i], ring[(i + 1) % n], ring[j], ring[(j + 1) % n]) {
                return Some(true);
            }
        }
    }
    Some(false)
}

fn cross(a: (f64, f64), b: (f64, f64), c: (f64, f64), d: (f64, f64)) -> bool {
    let side = |p: (f64, f64), q: (f64, f64), r: (f64, f64)| (q.0 - p.0) * (r.1 - p.1) - (q.1 - p.1) * (r.0 - p.0);
    side(a, b, c) * side(a, b, d) < 0.0 && side(c, d, a) * side(c, d, b) < 0.0
}
