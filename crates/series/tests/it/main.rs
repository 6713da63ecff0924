//! The detector on simulated counties, and what persons decide.

mod county;
mod decisions;
mod sector;
