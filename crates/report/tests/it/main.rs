//! Reports in: the contract's example, what is refused and how, files of every kind.

mod files;
mod round_trip;
mod wire;
