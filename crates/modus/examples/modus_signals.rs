//! Prints `docs/signals.md`: `cargo run -p modus --example modus_signals`, which `cargo xtask generate` runs.

#[allow(clippy::print_stdout, reason = "an example's output is its result")]
fn main() {
    print!("{}", modus::Packs::builtin().table());
}
