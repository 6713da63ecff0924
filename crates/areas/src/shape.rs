//! The outline of an area.

use serde::{Deserialize, Serialize};

/// A ring of points (longitude, latitude), WGS 84; the first point is not repeated at the end.
pub type Polygon = Vec<(f64, f64)>;

/// The outline of an area: rings in even-odd order (an island is a ring of its own, a hole too).
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Shape {
    /// Rings.
    pub rings: Vec<Polygon>,
}

impl Shape {
    /// A circle of the given area round a point, with 24 corners: the stand-in for an area without an outline.
    pub fn circle(lat: f64, lon: f64, area_km2: f64) -> Shape {
        let radius_km = (area_km2.max(1.0) / std::f64::consts::PI).sqrt();
        let degrees_lat = radius_km / 111.2;
        let degrees_lon = degrees_lat / lat.to_radians().cos().max(0.05);
        let mut ring = Vec::with_capacity(24);
        for corner in 0..24 {
            let angle = f64::from(corner) * std::f64::consts::TAU / 24.0;
            ring.push((lon + degrees_lon * angle.cos(), lat + degrees_lat * angle.sin()));
        }
        Shape { rings: vec![ring] }
    }

    /// Whether a point lies inside, by the even-odd rule.
    pub fn contains(&self, lat: f64, lon: f64) -> bool {
        let mut inside = false;
        for ring in &self.rings {
            let mut previous = match ring.last() {
                Some(point) => *point,
                None => continue,
            };
            for point in ring {
                let (x1, y1) = previous;
                let (x2, y2) = *point;
                if (y1 > lat) != (y2 > lat) && lon < (x2 - x1) * (lat - y1) / (y2 - y1) + x1 {
                    inside = !inside;
                }
                previous = *point;
            }
        }
        inside
    }

    /// Smallest and largest longitude and latitude: (west, south, east, north). `None` without a point.
    pub fn bounds(&self) -> Option<(f64, f64, f64, f64)> {
        let mut bounds: Option<(f64, f64, f64, f64)> = None;
        for (x, y) in self.rings.iter().flatten() {
            bounds = Some(match bounds {
                None => (*x, *y, *x, *y),
                Some((west, south, east, north)) => (west.min(*x), south.min(*y), east.max(*x), north.max(*y)),
            });
        }
        bounds
    }

    /// The centre of the largest ring's area, (lat, lon).
    pub fn centroid(&self) -> Option<(f64, f64)> {
        let mut best: Option<(f64, f64, f64)> = None;
        for ring in &self.rings {
            let (mut area, mut x, mut y) = (0.0, 0.0, 0.0);
            let mut previous = *ring.last()?;
            for point in ring {
                let cross = previous.0 * point.1 - point.0 * previous.1;
                area += cross;
                x += (previous.0 + point.0) * cross;
                y += (previous.1 + point.1) * cross;
                previous = *point;
            }
            if area.abs() < 1e-12 {
                continue;
            }
            if best.is_none_or(|held| area.abs() > held.0) {
                best = Some((area.abs(), y / (3.0 * area), x / (3.0 * area)));
            }
        }
        best.map(|(_, lat, lon)| (lat, lon))
    }
}
