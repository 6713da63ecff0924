//! A place with people in it.

use serde::{Deserialize, Serialize};

use crate::AreaId;

/// What kind of area it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AreaKind {
    /// A police force's area.
    Force,
    /// A county.
    County,
    /// A district: the unit of counting and scanning.
    District,
}

/// An area.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Area {
    /// Its id.
    pub id: AreaId,
    /// What it is.
    pub kind: AreaKind,
    /// Its name.
    pub name: String,
    /// The county, state or region it lies in.
    pub parent: Option<String>,
    /// The police force.
    pub force: Option<String>,
    /// People.
    pub population: Option<u32>,
    /// People aged 65 and over.
    pub population_65_plus: Option<u32>,
    /// Degrees north of the centre of its people, WGS 84.
    pub lat: f64,
    /// Degrees east.
    pub lon: f64,
    /// Where its name is written on a map.
    pub label_lat: f64,
    /// Where its name is written on a map.
    pub label_lon: f64,
    /// Square kilometres.
    pub area_km2: Option<f64>,
}
