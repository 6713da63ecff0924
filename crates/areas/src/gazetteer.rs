//! The gazetteer: areas by id and name, their neighbours and outlines, and the codes that places are resolved by.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};

use crate::{Area, AreaId, AreaKind, Shape};

/// A stored gazetteer that does not load.
#[derive(Debug, thiserror::Error)]
#[error("the stored gazetteer does not load: {0}")]
pub struct GazetteerError(#[from] serde_json::Error);

/// A code with the districts it lies in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Code {
    pub(crate) lat: f64,
    pub(crate) lon: f64,
    /// Districts with shares that sum to 1, largest first.
    pub(crate) shares: Vec<(AreaId, f64)>,
}

/// Everything a gazetteer holds; what the store keeps of an imported one.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Tables {
    pub(crate) builtin: bool,
    pub(crate) areas: Vec<Area>,
    pub(crate) neighbours: BTreeMap<AreaId, Vec<AreaId>>,
    pub(crate) shapes: BTreeMap<AreaId, Shape>,
    pub(crate) outcodes: HashMap<String, Code>,
    pub(crate) sectors: HashMap<String, Code>,
    /// Dialling prefix (with the trunk 0) to districts.
    pub(crate) dialling: BTreeMap<String, Vec<AreaId>>,
    /// Town or other name, folded, to district.
    pub(crate) aliases: HashMap<String, Vec<AreaId>>,
    pub(crate) attribution: Vec<String>,
}

/// The gazetteer. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Gazetteer {
    pub(crate) tables: Arc<Tables>,
    index: Arc<HashMap<AreaId, usize>>,
}

impl Gazetteer {
    /// The built-in United Kingdom. Parsed once, at first use.
    pub fn united_kingdom() -> Gazetteer {
        static BUILTIN: OnceLock<Gazetteer> = OnceLock::new();
        BUILTIN.get_or_init(|| Gazetteer::from_tables(crate::builtin::tables())).clone()
    }

    pub(crate) fn from_tables(tables: Tables) -> Gazetteer {
        let index = tables.areas.iter().enumerate().map(|(position, area)| (area.id.clone(), position)).collect();
        Gazetteer { tables: Arc::new(tables), index: Arc::new(index) }
    }

    /// Loads what [`Gazetteer::to_json`] wrote.
    ///
    /// # Errors
    /// [`GazetteerError`] for anything else.
    pub fn from_json(text: &str) -> Result<Gazetteer, GazetteerError> {
        Ok(Gazetteer::from_tables(serde_json::from_str(text)?))
    }

    /// The whole gazetteer as one document, for the store.
    ///
    /// # Errors
    /// [`GazetteerError`] when a number cannot be written (an infinite coordinate, which import refuses).
    pub fn to_json(&self) -> Result<String, GazetteerError> {
        Ok(serde_json::to_string(&*self.tables)?)
    }

    /// Whether it is the built-in United Kingdom.
    pub fn is_builtin(&self) -> bool {
        self.tables.builtin
    }

    /// The lines to print wherever its facts are shown.
    pub fn attribution(&self) -> &[String] {
        &self.tables.attribution
    }

    /// An area by id.
    pub fn area(&self, id: &AreaId) -> Option<&Area> {
        self.index.get(id).map(|position| &self.tables.areas[*position])
    }

    /// The name of an area; its id where it is not known.
    pub fn name<'a>(&'a self, id: &'a AreaId) -> &'a str {
        self.area(id).map_or(id.as_str(), |area| &area.name)
    }

    /// All districts, in the order of the table.
    pub fn districts(&self) -> impl Iterator<Item = &Area> {
        self.tables.areas.iter().filter(|area| area.kind == AreaKind::District)
    }

    /// All forces.
    pub fn forces(&self) -> impl Iterator<Item = &Area> {
        self.tables.areas.iter().filter(|area| area.kind == AreaKind::Force)
    }

    /// The counties, states or regions that districts name as their parent, sorted.
    pub fn counties(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.districts().filter_map(|area| area.parent.as_deref()).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// The districts of a force or a county by name (case does not matter) or of a force by id; all districts for `all`.
    pub fn districts_of(&self, name: &str) -> Vec<&Area> {
        let wanted = name.trim();
        let force_name = self.area(&AreaId(wanted.to_owned())).filter(|area| area.kind == AreaKind::Force).map(|a| &a.name);
        self.districts()
            .filter(|area| {
                wanted.eq_ignore_ascii_case("all")
                    || area.force.as_ref().is_some_and(|force| force.eq_ignore_ascii_case(wanted) || Some(force) == force_name)
                    || area.parent.as_ref().is_some_and(|parent| parent.eq_ignore_ascii_case(wanted))
            })
            .collect()
    }

    /// The districts that touch a district, sorted by id.
    pub fn neighbours(&self, id: &AreaId) -> &[AreaId] {
        self.tables.neighbours.get(id).map_or(&[], Vec::as_slice)
    }

    /// The outline of a district; a circle of its area where none is known.
    pub fn shape(&self, id: &AreaId) -> Option<Shape> {
        if let Some(shape) = self.tables.shapes.get(id) {
            return Some(shape.clone());
        }
        let area = self.area(id)?;
        Some(Shape::circle(area.lat, area.lon, area.area_km2.unwrap_or(100.0)))
    }

    /// The districts with this name, town or other name, or id.
    pub fn find_by_name(&self, text: &str) -> Vec<AreaId> {
        let id = AreaId(text.trim().to_owned());
        if self.area(&id).is_some_and(|area| area.kind == AreaKind::District) {
            return vec![id];
        }
        let folded = fold(text);
        if let Some(found) = self.tables.aliases.get(&folded) {
            return found.clone();
        }
        self.districts().filter(|area| fold(&area.name) == folded).map(|area| area.id.clone()).collect()
    }

    /// The sectors that lie mainly in a district, sorted.
    pub fn sectors_of(&self, district: &AreaId) -> Vec<&str> {
        let mut found: Vec<&str> = self
            .tables
            .sectors
            .iter()
            .filter(|(_, code)| code.shares.first().is_some_and(|(area, share)| area == district && *share >= 0.9))
            .map(|(sector, _)| sector.as_str())
            .collect();
        found.sort_unstable();
        found
    }

    /// The median point of a sector or outward code, (lat, lon).
    pub fn point_of_code(&self, code: &str) -> Option<(f64, f64)> {
        let found = self.tables.sectors.get(code).or_else(|| self.tables.outcodes.get(code))?;
        Some((found.lat, found.lon))
    }

    /// The towns and other names of a district, as written, sorted.
    pub fn dialling_codes_of(&self, district: &AreaId) -> Vec<&str> {
        let mut found = Vec::new();
        for (prefix, districts) in &self.tables.dialling {
            if districts.contains(district) {
                found.push(prefix.as_str());
            }
        }
        found
    }

    /// How many sectors and outward codes it knows.
    pub fn code_counts(&self) -> (usize, usize) {
        (self.tables.sectors.len(), self.tables.outcodes.len())
    }

    /// Great-circle kilometres between the centres of two areas.
    pub fn distance_km(&self, a: &AreaId, b: &AreaId) -> Option<f64> {
        let (a, b) = (self.area(a)?, self.area(b)?);
        Some(great_circle_km(a.lat, a.lon, b.lat, b.lon))
    }
}

/// Great-circle kilometres on a sphere of 6,371 km.
pub(crate) fn great_circle_km(lat1: f64, lon1: f64, lat2: f64, lon2: f64) -> f64 {
    let (p1, p2) = (lat1.to_radians(), lat2.to_radians());
    let (dp, dl) = ((lat2 - lat1).to_radians() / 2.0, (lon2 - lon1).to_radians() / 2.0);
    let a = dp.sin().powi(2) + p1.cos() * p2.cos() * dl.sin().powi(2);
    2.0 * 6371.0 * a.sqrt().min(1.0).asin()
}

/// Lower case, letters and digits only: how names are compared.
pub(crate) fn fold(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
