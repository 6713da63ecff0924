//! Zones: discs of nearest locations, and connected sets of a neighbour graph.

use std::collections::BTreeSet;

/// What coordinates mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coordinates {
    /// x and y in one unit.
    Cartesian,
    /// Latitude and longitude in degrees; distances on a sphere of 6,367 km, as SaTScan's.
    LatLon,
}

/// A location. With [`Coordinates::LatLon`], `x` is the latitude and `y` the longitude.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Location {
    /// x, or degrees north.
    pub x: f64,
    /// y, or degrees east.
    pub y: f64,
}

const SPHERE_KM: f64 = 6367.0;

fn distance(coordinates: Coordinates, a: Location, b: Location) -> f64 {
    match coordinates {
        Coordinates::Cartesian => (a.x - b.x).hypot(a.y - b.y),
        Coordinates::LatLon => {
            let (p1, p2) = (a.x.to_radians(), b.x.to_radians());
            let (dp, dl) = ((p2 - p1) / 2.0, (b.y - a.y).to_radians() / 2.0);
            let h = dp.sin().powi(2) + p1.cos() * p2.cos() * dl.sin().powi(2);
            2.0 * SPHERE_KM * h.sqrt().min(1.0).asin()
        }
    }
}

/// For each location all locations by distance, itself first; equal distances by index.
pub fn nearest(locations: &[Location], coordinates: Coordinates) -> Vec<Vec<usize>> {
    let mut all = Vec::with_capacity(locations.len());
    for (centre, from) in locations.iter().enumerate() {
        let mut order: Vec<(f64, usize)> =
            locations.iter().enumerate().map(|(i, to)| (distance(coordinates, *from, *to), i)).collect();
        order.sort_by(|a, b| (a.1 != centre).cmp(&(b.1 != centre)).then(a.0.total_cmp(&b.0)).then(a.1.cmp(&b.1)));
        all.push(order.into_iter().map(|(_, i)| i).collect());
    }
    all
}

/// Every connected set of up to `largest` locations, each once, sorted, smaller sets first.
pub fn connected(neighbours: &[Vec<usize>], largest: usize) -> Vec<Vec<usize>> {
    let mut all: Vec<Vec<usize>> = Vec::new();
    let mut layer: BTreeSet<Vec<usize>> = (0..neighbours.len()).map(|one| vec![one]).collect();
    for size in 1..=largest {
        let mut next = BTreeSet::new();
        for set in &layer {
            if size < largest {
                for one in set {
                    for other in &neighbours[*one] {
                        if *other < neighbours.len() && !set.contains(other) {
                            let mut grown = set.clone();
                            grown.push(*other);
                            grown.sort_unstable();
                            next.insert(grown);
                        }
                    }
                }
            }
            all.push(set.clone());
        }
        layer = next;
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_four_has_ten_connected_sets() {
        let line = vec![vec![1], vec![0, 2], vec![1, 3], vec![2]];
        assert_eq!(connected(&line, 4).len(), 10);
        assert_eq!(connected(&line, 2).len(), 7);
    }

    #[test]
    fn a_centre_is_its_own_nearest_even_where_two_share_a_point() {
        let points = [Location { x: 1.0, y: 1.0 }, Location { x: 1.0, y: 1.0 }, Location { x: 0.0, y: 0.0 }];
        let order = nearest(&points, Coordinates::Cartesian);
        assert_eq!(order[1], vec![1, 0, 2]);
    }
}
