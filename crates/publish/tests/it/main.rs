//! The seed format byte for byte, and the demo's advice in every channel.

mod channels;
mod exchange;
mod seed;
