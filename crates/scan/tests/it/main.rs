//! The reference program's answers, and what must hold for any input.

mod properties;
mod reference;
mod refusals;
mod satscan;
