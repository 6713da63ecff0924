//! Every signal on its own examples, and readings of whole texts.

mod evaluate;
mod readings;
mod signals;
