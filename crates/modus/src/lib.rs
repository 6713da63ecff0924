//! Reads the modus operandi out of what people write. Signals are data (`rules/modus/FIELD/VALUE.toml`): each has an id, the field and value
//! it supports, patterns, and examples for and against that are run as tests. Every value read comes with the words it was read
//! from.

mod builtin;
mod check;
mod decide;
mod engine;
mod frequency;
mod keyed;
mod learned;
mod lexicon;
mod loss;
mod money;
mod names;
mod numbers;
mod pack;
mod pattern;
mod reader;
mod reading;
mod scope;
mod table;
mod terms;
mod token;

pub use check::{Hits, Wrong};
pub use learned::{BadLine, filters, shape};
pub use lexicon::word_key;
pub use pack::{Composite, Example, PART, PackError, Packs, Signal};
pub use reader::{Found, Reader, Scratch, Spoken};
pub use reading::{Field, Reading, Span, Value};
pub use terms::kinds;
