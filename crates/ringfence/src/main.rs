//! The binary: commands, configuration, workers. No logic of its own.

mod commands;
mod config;
mod context;
mod demo;
mod detect;
mod input;

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
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return usage(&error),
    };
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

/// Help and version go out as they are; wrong usage is told in one line.
fn usage(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    let text = error.render().to_string();
    let mut parts = text.split("\n\n").map(|part| part.split_whitespace().collect::<Vec<_>>().join(" "));
    let what = parts.next().unwrap_or_default();
    let what = what.strip_prefix("error: ").unwrap_or(&what);
    let usage = parts.find(|part| part.starts_with("Usage: ")).map_or_else(String::new, |usage| format!("; {usage}"));
    eprintln!("ringfence: {what}{usage}; `--help` tells more");
    ExitCode::from(2)
}

/// One line that says what, where and what to do; exit 2.
fn fail(error: &anyhow::Error) -> ExitCode {
    let mut text = String::new();
    for cause in error.chain() {
        let cause = cause.to_string();
        // Some errors say their cause themselves.
        if !text.contains(&cause) {
            text = if text.is_empty() { cause } else { format!("{text}: {cause}") };
        }
    }
    eprintln!("ringfence: {}", text.split_whitespace().collect::<Vec<_>>().join(" "));
    ExitCode::from(2)
}
