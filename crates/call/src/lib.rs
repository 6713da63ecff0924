//! A call as it happens: stages in the talk, an alarm with its reasons, and what to do now. Turns are taken one after the other
//! and never looked ahead of.

mod checker;
pub mod line;
mod stage;

pub use checker::{Check, Checker, Heard};
pub use stage::{Advice, Stage};
