//! Maps without tiles: districts as SVG paths, with names that do not collide, and the same facts as a table.

mod draw;
mod label;

pub use draw::{Fill, MapRequest, TableRow, render_svg, table};
