//! Gazetteer: districts, sectors, dialling codes, place resolution, neighbours, map geometry.

mod id;

pub use id::AreaId;
