//! Reports in, series found, advice out, and a call checked while it happens.
fn main() {}
