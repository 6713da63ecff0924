//! Zones. They are held as chains: lists of locations of which every beginning is a zone. A disc and all smaller ones about its centre are
//! one chain; a dialling code is a chain of which only the whole is a zone.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::distance::{Coordinates, Location, Point, distance};

/// A chain of zones.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Chain {
    /// First member.
    pub start: usize,
    /// End of the members.
    pub end: usize,
    /// Members of the smallest zone.
    pub smallest: usize,
    /// Factor on the ratio: a penalty for long shapes.
    pub penalty: f64,
    /// Chains of one group compete: only the best window of a group is kept. Discs and ellipses about one centre are a group.
    pub group: u32,
    /// Ellipse: axes' ratio and angle in degrees, 0 north-south.
    pub ellipse: Option<(f64, f64)>,
}

/// All zones of a scan.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Zones {
    members: Vec<u32>,
    chains: Vec<Chain>,
}

/// How far a disc may reach.
#[derive(Debug, Clone, Default)]
pub struct Limit {
    /// Weight of each location and the largest sum, inclusive.
    pub weight: Option<(Vec<f64>, f64)>,
    /// Largest distance from the centre, in the coordinates' unit or km.
    pub radius: Option<f64>,
    /// Most locations, the centre among them.
    pub nearest: Option<usize>,
}

/// Ellipses: axes' ratio and how many angles, each with the exponent of the penalty `4s/(s+1)²` (Kulldorff 2006, Statistics in Medicine
/// 25:3929).
#[derive(Debug, Clone, PartialEq)]
pub struct Ellipses {
    /// Ratio and number of angles.
    pub shapes: Vec<(f64, u32)>,
    /// Exponent: 0, 0.5 or 1.
    pub penalty: f64,
}

impl Ellipses {
    /// SaTScan's: 1.5, 2, 3, 4, 5 with 4, 6, 9, 12, 15 angles.
    pub fn standard(penalty: f64) -> Ellipses {
        Ellipses { shapes: vec![(1.5, 4), (2.0, 6), (3.0, 9), (4.0, 12), (5.0, 15)], penalty }
    }
}

impl Zones {
    /// None.
    pub fn new() -> Zones {
        Zones::default()
    }

    /// Adds a chain whose beginnings of `smallest` members and more are zones. Empty lists are passed over.
    pub fn push(&mut self, members: &[u32], smallest: usize, penalty: f64, group: u32, ellipse: Option<(f64, f64)>) {
        if members.len() < smallest || members.is_empty() {
            return;
        }
        let start = self.members.len();
        self.members.extend_from_slice(members);
        self.chains.push(Chain { start, end: self.members.len(), smallest: smallest.max(1), penalty, group, ellipse });
    }

    /// Discs about every point, the centre first. Equal distances go by coordinate, the lesser first, as SaTScan's.
    pub fn discs(points: &[Point], coordinates: Coordinates, limit: &Limit) -> Zones {
        let mut zones = Zones::new();
        let mut order: Vec<(f64, u32)> = Vec::with_capacity(points.len());
        for centre in 0..points.len() {
            sort_about(points, centre, None, &mut order);
            let members = within(&order, limit, coordinates, 1.0);
            zones.push(&members, 1, 1.0, centre as u32, None);
        }
        zones
    }

    /// Discs about centres that are no locations.
    pub fn discs_about(centres: &[Point], points: &[Point], coordinates: Coordinates, limit: &Limit) -> Zones {
        let mut zones = Zones::new();
        let mut order: Vec<(f64, u32)> = Vec::with_capacity(points.len());
        for (group, centre) in centres.iter().enumerate() {
            sort_from(*centre, points, None, None, &mut order);
            let members = within(&order, limit, coordinates, 1.0);
            zones.push(&members, 1, 1.0, group as u32, None);
        }
        zones
    }

    /// Adds ellipses about every point; plane coordinates only.
    pub fn add_ellipses(&mut self, points: &[Point], limit: &Limit, ellipses: &Ellipses) {
        let mut order: Vec<(f64, u32)> = Vec::with_capacity(points.len());
        for centre in 0..points.len() {
            for (shape, angles) in &ellipses.shapes {
                let penalty = (4.0 * shape / ((shape + 1.0) * (shape + 1.0))).powf(ellipses.penalty);
                for angle in 0..*angles {
                    // The first lies east-west: with an odd number of angles none lies north-south.
                    let turn = std::f64::consts::PI * (0.5 + f64::from(angle) / f64::from(*angles));
                    sort_about(points, centre, Some((*shape, turn)), &mut order);
                    let members = within(&order, limit, Coordinates::Cartesian, *shape);
                    self.push(&members, 1, penalty, centre as u32, Some((*shape, turn.to_degrees() % 180.0)));
                }
            }
        }
    }

    /// Zones given one by one.
    pub fn from_lists(lists: &[Vec<usize>]) -> Zones {
        let mut zones = Zones::new();
        for (group, list) in lists.iter().enumerate() {
            let members: Vec<u32> = list.iter().map(|one| *one as u32).collect();
            zones.push(&members, members.len(), 1.0, group as u32, None);
        }
        zones
    }

    /// The chains.
    pub fn chains(&self) -> &[Chain] {
        &self.chains
    }

    /// Members of a range.
    pub fn members(&self, range: Range<usize>) -> &[u32] {
        &self.members[range]
    }

    /// Zones in all.
    pub fn count(&self) -> usize {
        self.chains.iter().map(|chain| chain.end - chain.start + 1 - chain.smallest).sum()
    }

    /// The highest location index, if any.
    pub(crate) fn highest(&self) -> Option<u32> {
        self.members.iter().copied().max()
    }
}

/// Orders all points by distance from a centre, the centre first.
fn sort_about(points: &[Point], centre: usize, ellipse: Option<(f64, f64)>, order: &mut Vec<(f64, u32)>) {
    sort_from(points[centre], points, Some(centre), ellipse, order);
}

fn sort_from(from: Point, points: &[Point], centre: Option<usize>, ellipse: Option<(f64, f64)>, order: &mut Vec<(f64, u32)>) {
    order.clear();
    for (index, to) in points.iter().enumerate() {
        let squared = match ellipse {
            None => from.squared(to),
            Some((shape, turn)) => {
                let (x, y) = (to.0[0] - from.0[0], to.0[1] - from.0[1]);
                let across = shape * (x * turn.cos() - y * turn.sin());
                let along = x * turn.sin() + y * turn.cos();
                across * across + along * along
            }
        };
        order.push((squared, index as u32));
    }
    let key = |one: &(f64, u32)| points[one.1 as usize].0;
    order.sort_unstable_by(|a, b| {
        (Some(a.1 as usize) != centre)
            .cmp(&(Some(b.1 as usize) != centre))
            .then(a.0.total_cmp(&b.0))
            .then_with(|| key(a).partial_cmp(&key(b)).unwrap_or(std::cmp::Ordering::Equal))
            .then(a.1.cmp(&b.1))
    });
}

fn within(order: &[(f64, u32)], limit: &Limit, coordinates: Coordinates, shape: f64) -> Vec<u32> {
    let mut held = 0.0;
    let mut members = Vec::new();
    for (squared, index) in order {
        if limit.nearest.is_some_and(|most| members.len() >= most) {
            break;
        }
        if let Some(radius) = limit.radius {
            // The radius of an ellipse is its shorter half axis.
            let apart = distance(&Point([0.0; 3]), &Point([squared.sqrt(), 0.0, 0.0]), coordinates) / shape;
            if apart > radius * (1.0 + 1e-12) {
                break;
            }
        }
        if let Some((weights, largest)) = &limit.weight {
            held += weights[*index as usize];
            if held > largest * (1.0 + 1e-12) + 1e-9 {
                break;
            }
        }
        members.push(*index);
    }
    members
}

/// For each location all locations by distance, itself first.
pub fn nearest(locations: &[Location], coordinates: Coordinates) -> Vec<Vec<usize>> {
    let points: Vec<Point> = locations.iter().map(|one| Point::new(*one, coordinates)).collect();
    nearest_of(&points, points.len())
}

/// For each point the `most` nearest, itself first.
pub(crate) fn nearest_of(points: &[Point], most: usize) -> Vec<Vec<usize>> {
    let mut order = Vec::with_capacity(points.len());
    (0..points.len())
        .map(|centre| {
            sort_about(points, centre, None, &mut order);
            order.iter().take(most).map(|(_, index)| *index as usize).collect()
        })
        .collect()
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

/// Most neighbours of a centre that the flexible scan takes: every one more doubles the sets.
const MOST_FLEXIBLE: usize = 20;

/// The zones of the flexible scan (Tango and Takahashi 2005, International Journal of Health Geographics 4:11): of each centre all connected
/// sets of its `nearest` (itself first; up to 20 of them count) that hold the centre. A set found from several centres is one zone.
pub fn flexible(nearest: &[Vec<usize>], neighbours: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut all: BTreeSet<Vec<usize>> = BTreeSet::new();
    for near in nearest {
        let near = &near[..near.len().min(MOST_FLEXIBLE)];
        // Neighbours as bits of the places in the list.
        let bits: Vec<u32> = near
            .iter()
            .map(|one| {
                let beside = neighbours.get(*one);
                let held = |other: &usize| beside.is_some_and(|list| list.contains(other));
                near.iter().enumerate().filter(|(_, other)| held(other)).map(|(at, _)| 1 << at).sum()
            })
            .collect();
        for set in (0..1u32 << near.len()).filter(|set| set & 1 == 1) {
            let mut reached = 1;
            loop {
                let more = (0..near.len()).filter(|at| reached >> at & 1 == 1).fold(reached, |sum, at| sum | bits[at] & set);
                if more == reached {
                    break;
                }
                reached = more;
            }
            if reached == set {
                let mut members: Vec<usize> = (0..near.len()).filter(|at| set >> at & 1 == 1).map(|at| near[at]).collect();
                members.sort_unstable();
                all.insert(members);
            }
        }
    }
    all.into_iter().collect()
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
    fn the_flexible_scan_of_a_small_graph_has_all_its_connected_sets() {
        let ring: Vec<Vec<usize>> = (0..6).map(|one| vec![(one + 5) % 6, (one + 1) % 6]).collect();
        let whole: Vec<Vec<usize>> = (0..6).map(|one| (0..6).map(|step| (one + step) % 6).collect()).collect();
        let mut found = flexible(&whole, &ring);
        found.sort_by_key(|set| (set.len(), set.clone()));
        assert_eq!(found, connected(&ring, 6));
        // Of the three nearest only: the centre, and both pairs and the three with it.
        let near: Vec<Vec<usize>> = (0..6).map(|one| vec![one, (one + 1) % 6, (one + 5) % 6]).collect();
        assert_eq!(flexible(&near, &ring).len(), 6 + 6 + 6);
    }

    #[test]
    fn a_centre_is_its_own_nearest_even_where_two_share_a_point() {
        let points = [Location { x: 1.0, y: 1.0 }, Location { x: 1.0, y: 1.0 }, Location { x: 0.0, y: 0.0 }];
        let order = nearest(&points, Coordinates::Cartesian);
        assert_eq!(order[1], vec![1, 0, 2]);
    }

    #[test]
    fn equal_distances_go_by_the_lesser_coordinate_and_limits_are_inclusive() {
        let points: Vec<Point> = [(1.0, 1.0), (2.0, 1.0), (0.0, 1.0), (1.0, 0.0)].map(|(x, y)| Point([x, y, 0.0])).to_vec();
        let limit = Limit { weight: Some((vec![1.0; 4], 3.0)), ..Limit::default() };
        let zones = Zones::discs(&points, Coordinates::Cartesian, &limit);
        let first = zones.chains()[0];
        assert_eq!(zones.members(first.start..first.end), [0, 2, 3]);
        let limit = Limit { radius: Some(1.0), ..Limit::default() };
        assert_eq!(Zones::discs(&points, Coordinates::Cartesian, &limit).chains()[0].end, 4);
    }

    #[test]
    fn a_long_ellipse_takes_a_line_before_what_lies_beside_it() {
        // Centre, three points to the north, one close by in the east.
        let points: Vec<Point> =
            [(0.0, 0.0), (0.0, 1.0), (0.0, 2.0), (0.0, 3.0), (0.9, 0.0)].map(|(x, y)| Point([x, y, 0.0])).to_vec();
        let mut zones = Zones::new();
        zones.add_ellipses(&points, &Limit::default(), &Ellipses { shapes: vec![(4.0, 4)], penalty: 1.0 });
        // East comes first; turned by 90 degrees, north.
        let east = zones.chains()[0];
        assert_eq!(zones.members(east.start..east.start + 2), [0, 4]);
        let north = zones.chains()[2];
        assert_eq!(zones.members(north.start..north.end), [0, 1, 2, 3, 4]);
        assert!((north.penalty - 16.0 / 25.0).abs() < 1e-12);
    }
}
