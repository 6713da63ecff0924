//! A call as it happens: stages in the talk, an alarm with its reasons, and what to do now. Turns are taken one after the other
//! and never looked ahead of.

mod checker;
mod facts;
pub mod line;
mod packs;
mod roles;
mod scope;
mod stage;
pub mod voice;
mod weigh;

pub use checker::{Buffers, Check, Checker, Heard, MOST_HELD};
pub use packs::{dialogue, dialogue_with};
pub use roles::is_resident;
pub use stage::{Advice, Stage};
pub use weigh::THRESHOLD;
