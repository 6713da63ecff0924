//! One file a command.

mod advice;
mod areas;
mod check;
mod config;
mod import;
mod line;
mod link;
mod modus;
mod operations;
mod replay;
mod scan;
mod series;
mod serve;
mod simulate;
mod tables;
mod user;

use clap::Subcommand;

use crate::Outcome;
use crate::config::Flags;

/// The commands.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// The whole path on embedded storage, without set-up: a month of reports in, the series found, advice out, the site served.
    #[command(after_help = "Example: ringfence demo --dir /tmp/demo --no-serve")]
    Demo(crate::demo::Arguments),
    /// Serves the residents' site, the desk and the API, and works jobs off.
    #[command(after_help = "Example: ringfence serve --listen 127.0.0.1:8144 --database sqlite:ringfence.db")]
    Serve(serve::Arguments),
    /// Takes reports from a file: JSON Lines of report.v1, or CSV.
    #[command(after_help = "Example: ringfence import april.csv --map ours.toml --rejects april.rejects")]
    Import(import::Arguments),
    /// Plays a file of reports through the detector, in memory, as it would have run live.
    #[command(after_help = "Example: ringfence replay --reports april.jsonl --json")]
    Replay(replay::Arguments),
    /// Writes a simulated stream of reports and its truth.
    #[command(
        after_help = "Example: ringfence simulate --areas Hertfordshire --days 120 --seed 7 --scenario seed --out month.jsonl --truth truth.jsonl"
    )]
    Simulate(simulate::Arguments),
    /// One scan for clusters in space and time; reads SaTScan's parameter and data files.
    #[command(after_help = "Example: ringfence scan --cases c.cas --geo c.geo --model stp --longest 30 --map clusters.svg")]
    Scan(Box<scan::Arguments>),
    /// Links the rows of a CSV or Parquet table: which of them are of one hand. Unsupervised.
    #[command(after_help = "Example: ringfence link --in reports.csv --out clusters.csv --truth truth.csv")]
    Link(link::Arguments),
    /// Reads the modus operandi out of a narrative.
    #[command(after_help = "Example: echo 'A man rang from the police' | ringfence modus -")]
    Modus(modus::Arguments),
    /// Checks a call, turn by turn.
    #[command(after_help = "Example: echo 'We need you to withdraw cash' | ringfence check -")]
    Check(check::Arguments),
    /// Finds tones, digits and the sign of a held line in a recording of a call.
    #[command(after_help = "Example: ringfence line call.wav --direction inbound --near 0 --json")]
    Line(line::Arguments),
    /// The desk's work on series.
    #[command(subcommand, after_help = "Example: ringfence series list --json")]
    Series(series::Command),
    /// The life of a piece of advice.
    #[command(subcommand, after_help = "Example: ringfence advice export 0144")]
    Advice(advice::Command),
    /// The gazetteer.
    #[command(subcommand, after_help = "Example: ringfence areas show E07000240")]
    Areas(areas::Command),
    /// Accounts.
    #[command(subcommand, after_help = "Example: ringfence user add ann --role analyst --password-file secret.txt")]
    User(user::Command),
    /// Writes a whole, consistent copy of an SQLite database in one file, while others go on using it.
    #[command(after_help = "Example: ringfence backup ringfence-2026-11-24.db")]
    Backup {
        /// The file to make.
        file: String,
    },
    /// Looks a backup through and puts it in the place of the database.
    #[command(after_help = "Example: ringfence restore ringfence-2026-11-24.db --replace")]
    Restore(operations::Restore),
    /// Writes reports as report.v1, as they came in: `import` takes them again.
    #[command(
        after_help = "Example: ringfence export april.jsonl --from 2019-04-01 --to 2019-04-30 --reason 'hand-over to the region'"
    )]
    Export(operations::Export),
    /// Erases the person from a report; the facts stay.
    #[command(after_help = "Example: ringfence erase RF-7K3M-9QXAB --reason 'request of 24 November'")]
    Erase {
        /// The report's reference.
        report: String,
        /// Why: goes into the audit log.
        #[arg(long)]
        reason: String,
    },
    /// Walks the audit log's chain.
    #[command(after_help = "Example: ringfence verify-audit")]
    VerifyAudit,
    /// Looks at the installation.
    #[command(after_help = "Example: ringfence doctor")]
    Doctor,
    /// The configuration.
    #[command(subcommand, after_help = "Example: ringfence config show")]
    Config(config::Command),
}

/// Runs a command.
pub(crate) async fn run(command: Command, flags: Flags) -> anyhow::Result<Outcome> {
    match command {
        Command::Demo(arguments) => crate::demo::run(arguments, &flags).await,
        Command::Serve(arguments) => serve::run(arguments, &flags).await,
        Command::Import(arguments) => import::run(arguments, &flags).await,
        Command::Replay(arguments) => replay::run(&arguments, &flags),
        Command::Simulate(arguments) => simulate::run(&arguments, &flags),
        Command::Scan(arguments) => scan::run(&arguments, &flags),
        Command::Link(arguments) => link::run(&arguments, &flags),
        Command::Modus(arguments) => modus::run(&arguments),
        Command::Check(arguments) => check::run(&arguments),
        Command::Line(arguments) => line::run(&arguments, &flags),
        Command::Series(command) => series::run(command, &flags).await,
        Command::Advice(command) => advice::run(command, &flags).await,
        Command::Areas(command) => areas::run(command, &flags).await,
        Command::User(command) => user::run(command, &flags).await,
        Command::Backup { file } => operations::backup(&file, &flags).await,
        Command::Restore(arguments) => operations::restore(&arguments, &flags).await,
        Command::Export(arguments) => operations::export(&arguments, &flags).await,
        Command::Erase { report, reason } => operations::erase(&report, &reason, &flags).await,
        Command::VerifyAudit => operations::verify_audit(&flags).await,
        Command::Doctor => operations::doctor(&flags).await,
        Command::Config(command) => config::run(&command, &flags),
    }
}

pub(crate) use advice::{advance, draft_advice};

/// Makes one of the demo's accounts.
pub(crate) async fn demo_user(
    context: &crate::context::Context,
    name: &str,
    role: web::Role,
    display_name: &str,
    password: &str,
) -> anyhow::Result<()> {
    user::add(context, name, role, Some(display_name), password, &store::Actor::new("demo", "program")).await?;
    Ok(())
}

/// Serves everything in one process.
pub(crate) async fn serve_all(context: crate::context::Context, clock: web::Clock) -> anyhow::Result<()> {
    serve::serve(context, serve::Part::All, clock).await
}

/// What a command came to: for machines where `--json` is given, else in words.
pub(crate) fn tell(flags: &Flags, answer: &serde_json::Value, words: &str) -> anyhow::Result<()> {
    if flags.json { print_json(answer) } else { print_line(words) }
}

/// One line of JSON on standard output.
pub(crate) fn print_json(value: &impl serde::Serialize) -> anyhow::Result<()> {
    print_line(&serde_json::to_string(value)?)
}

/// One line on standard output. A closed pipe ends the command quietly.
pub(crate) fn print_line(line: &str) -> anyhow::Result<()> {
    use std::io::Write;
    match writeln!(std::io::stdout().lock(), "{line}") {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => std::process::exit(0),
        other => Ok(other?),
    }
}
