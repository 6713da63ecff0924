//! Record linkage by match weights (Fellegi and Sunter 1969, JASA 64:1183), one record at a time: blocking by indexes, comparison levels
//! with m and u probabilities, term frequencies, values that link everything held back, and an explanation of every link whose parts
//! sum to its weight.

mod compare;
mod linker;
mod spec;
mod text;

pub use compare::{Link, Part, compare};
pub use linker::{Linker, Record};
pub use spec::{Comparison, Kind, Level, Spec, SpecError};
pub use text::{jaro_winkler, name_key, one_digit_off};
