//! Gazetteer: districts, sectors, dialling codes, place resolution, neighbours, map geometry. The whole United Kingdom is embedded;
//! another country's areas can be imported in its place.

mod area;
mod builtin;
mod gazetteer;
mod id;
pub mod import;
pub mod map;
mod postcode;
mod resolve;
mod shape;

pub use area::{Area, AreaKind};
pub use gazetteer::{Gazetteer, GazetteerError};
pub use id::AreaId;
pub use postcode::{Postcode, outcode_of, parse_outcode, parse_postcode, parse_sector};
pub use resolve::{FoundBy, PlaceGiven, Resolved};
pub use shape::{Polygon, Shape};
