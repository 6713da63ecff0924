//! The gazetteer against published sums, and place resolution against a table that anybody may extend.

mod import;
mod map;
mod resolve;
mod united_kingdom;
