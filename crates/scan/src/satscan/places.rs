//! `.geo`: where locations are. Locations with the same coordinates are one place.

use std::collections::HashMap;

use super::Refusal;
use super::files::{Row, number, rows, shown};
use crate::{Coordinates, Location, Point};

/// A place, with the locations that share it.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// Ids, in the order of the file.
    pub ids: Vec<String>,
    /// Coordinates as given: x and y, or latitude and longitude.
    pub at: Option<Location>,
    /// Its place in up to three dimensions.
    pub(crate) point: Point,
}

/// All places, and where each id is.
#[derive(Debug, Clone, Default)]
pub(crate) struct Places {
    pub(crate) list: Vec<Place>,
    pub(crate) index: HashMap<String, usize>,
}

/// Reads a row's coordinates, from column `first`.
fn coordinates(file: &str, row: &Row<'_>, first: usize, kind: Coordinates) -> Result<(Location, Point), Refusal> {
    let mut at = [0.0; 3];
    let dimensions = row.fields.len() - first;
    if dimensions > 3 {
        let what = format!("{dimensions} coordinates: at most three dimensions are supported");
        return Err(Refusal::at(file, row.line, what));
    }
    for (axis, value) in at.iter_mut().take(dimensions).enumerate() {
        *value = number(file, row, first + axis, "coordinate")?;
    }
    let location = Location { x: at[0], y: at[1] };
    match kind {
        Coordinates::Cartesian => Ok((location, Point(at))),
        Coordinates::LatLon => {
            if !(-90.0..=90.0).contains(&at[0]) {
                return Err(Refusal::at(file, row.line, format!("latitude {} lies outside -90 to 90", at[0])));
            }
            if !(-180.0..=180.0).contains(&at[1]) {
                return Err(Refusal::at(file, row.line, format!("longitude {} lies outside -180 to 180", at[1])));
            }
            Ok((location, Point::new(location, kind)))
        }
    }
}

impl Places {
    /// Reads the coordinates file.
    pub(crate) fn read(file: &str, text: &str, kind: Coordinates) -> Result<Places, Refusal> {
        let columns = "an id and two coordinates (latitude, longitude; or x, y)";
        let mut places = Places::default();
        let mut by_point: HashMap<[u64; 3], usize> = HashMap::new();
        let mut lines: HashMap<String, usize> = HashMap::new();
        for row in rows(file, text, 3, columns)? {
            let (at, point) = coordinates(file, &row, 1, kind)?;
            // Zero has two signs.
            let key = point.0.map(|one| (one + 0.0).to_bits());
            let id = row.fields[0].to_owned();
            if let Some(held) = places.index.get(&id) {
                if by_point.get(&key) == Some(held) {
                    continue;
                }
                let first = lines.get(&id).copied().unwrap_or(0);
                let what =
                    format!("location '{}' has other coordinates here than on line {first}: keep one of the two", shown(&id));
                return Err(Refusal::at(file, row.line, what));
            }
            let next = places.list.len();
            let place = *by_point.entry(key).or_insert(next);
            if place == next {
                places.list.push(Place { ids: Vec::new(), at: Some(at), point });
            }
            places.list[place].ids.push(id.clone());
            lines.insert(id.clone(), row.line);
            places.index.insert(id, place);
        }
        if places.list.len() < 2 {
            return Err(Refusal::of(file, "there is one place only: a scan in space needs two"));
        }
        Ok(places)
    }

    /// A location's place; `None` where it is unknown and may be left out.
    pub(crate) fn find(&mut self, file: &str, line: usize, id: &str, policy: Unknown) -> Result<Option<usize>, Refusal> {
        if let Some(place) = self.index.get(id) {
            return Ok(Some(*place));
        }
        match policy {
            Unknown::Refuse => {
                let what = format!("location '{}' is not in the coordinates file: add it there or take the row out", shown(id));
                Err(Refusal::at(file, line, what))
            }
            Unknown::LeaveOut => Ok(None),
            Unknown::Add => {
                self.index.insert(id.to_owned(), self.list.len());
                self.list.push(Place { ids: vec![id.to_owned()], at: None, point: Point([0.0; 3]) });
                Ok(Some(self.list.len() - 1))
            }
        }
    }
}

/// What is done with a location that is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unknown {
    Refuse,
    LeaveOut,
    Add,
}

/// Reads centres that are no locations: two or three coordinates a row.
pub(crate) fn grid(file: &str, text: &str, kind: Coordinates) -> Result<Vec<Point>, Refusal> {
    let columns = "two coordinates (latitude, longitude; or x, y)";
    rows(file, text, 2, columns)?.iter().map(|row| coordinates(file, row, 0, kind).map(|found| found.1)).collect()
}
