//! The project's own tasks. `cargo xtask test` does everything on a fresh machine and ends with one line, `N passed, N failed`.

#![allow(clippy::print_stdout, reason = "a task's output is its result")]

mod browser;
mod count;
mod generate;
mod house;
mod install;
mod test;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "xtask", about = "Ringfence's own tasks")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Formatting, clippy, all tests on both databases, browser tests, the house's rules.
    Test {
        /// Leaves the browser tests out.
        #[arg(long)]
        no_browser: bool,
    },
    /// Writes what is made from the rules: `docs/signals.md`. A test fails where it is stale.
    Generate,
}

fn main() -> ExitCode {
    let done = match Arguments::parse().task {
        Task::Test { no_browser } => test::run(!no_browser),
        Task::Generate => generate::run(),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::from(2)
        }
    }
}
