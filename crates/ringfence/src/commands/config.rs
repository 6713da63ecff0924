//! `ringfence config show`

use crate::Outcome;
use crate::config::{Flags, show};

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// What holds, and where from.
    #[command(after_help = "Example: ringfence config show --json")]
    Show,
}

pub(crate) fn run(command: &Command, flags: &Flags) -> anyhow::Result<Outcome> {
    let Command::Show = command;
    for setting in show(flags)? {
        if flags.json {
            super::print_json(&setting)?;
        } else {
            super::print_line(&format!("{} = {} ({})", setting.name, setting.value, setting.from))?;
        }
    }
    Ok(Outcome::Done)
}
