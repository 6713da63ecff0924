//! The reference program's answers, and what must hold for any input.

mod exact_p;
mod free_shapes;
mod properties;
mod published;
mod reference;
mod refusals;
mod satscan;
