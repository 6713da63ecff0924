//! The binary: commands, configuration, workers. No logic of its own.

mod commands;
mod config;
mod context;
mod demo;
mod detect;

use std::process::ExitCode;

use clap::Parser;

use commands::Command;

/// Reports in, series found, advice out, and a call checked while it happens.
#[derive(Parser)]
#[command(name = "ringfence", version, about, after_help = "Example: ringfence demo")]
struct Arguments {
    #[command(flatten)]
    common: config::Flags,
    #[command(subcommand)]
    command: Command,
}

/// What a command came to.
pub(crate) enum Outcome {
    /// Done.
    Done,
    /// Done, but something was found or refused.
    Found,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let filter = tracing_subscriber::EnvFilter::try_from_env("RINGFENCE_LOG").unwrap_or_else(|_| "warn,ringfence=info".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error.into()),
    };
    match runtime.block_on(commands::run(arguments.command, arguments.common)) {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Found) => ExitCode::from(1),
        Err(error) => fail(&error),
    }
}

/// One line that says what, where and what to do; exit 2.
fn fail(error: &anyhow::Error) -> ExitCode {
    eprintln!("ringfence: {error:#}");
    ExitCode::from(2)
}
