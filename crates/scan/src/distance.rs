//! Distances.

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

/// Radius of the sphere, km.
pub(crate) const SPHERE_KM: f64 = 6367.0;

/// A point in up to three dimensions. Places on the sphere are points in space: their chords order as their arcs do.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point(pub [f64; 3]);

impl Point {
    /// From a location.
    pub fn new(location: Location, coordinates: Coordinates) -> Point {
        match coordinates {
            Coordinates::Cartesian => Point([location.x, location.y, 0.0]),
            Coordinates::LatLon => {
                let (north, east) = (location.x.to_radians(), location.y.to_radians());
                Point([SPHERE_KM * north.cos() * east.cos(), SPHERE_KM * north.cos() * east.sin(), SPHERE_KM * north.sin()])
            }
        }
    }

    /// Square of the straight distance.
    pub(crate) fn squared(&self, other: &Point) -> f64 {
        self.0.iter().zip(other.0).map(|(a, b)| (a - b) * (a - b)).sum()
    }
}

/// The distance in the unit of the coordinates, or km along the sphere.
pub fn distance(a: &Point, b: &Point, coordinates: Coordinates) -> f64 {
    let chord = a.squared(b).sqrt();
    match coordinates {
        Coordinates::Cartesian => chord,
        Coordinates::LatLon => 2.0 * SPHERE_KM * (chord / (2.0 * SPHERE_KM)).min(1.0).asin(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_degree_of_latitude_is_a_ninetieth_of_a_quarter() {
        let point = |x, y| Point::new(Location { x, y }, Coordinates::LatLon);
        let degree = distance(&point(51.0, 0.0), &point(52.0, 0.0), Coordinates::LatLon);
        assert!((degree - SPHERE_KM * std::f64::consts::PI / 180.0).abs() < 1e-9);
    }
}
