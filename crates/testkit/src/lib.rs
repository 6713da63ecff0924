//! What tests and the demo are made of: a simulator of a county's reports, with invented people and numbers kept for drama.

pub mod simulate;
pub mod worlds;
