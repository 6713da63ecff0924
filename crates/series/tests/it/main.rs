//! The detector on simulated counties, and what persons decide.

mod amend;
mod county;
mod decisions;
mod sector;
