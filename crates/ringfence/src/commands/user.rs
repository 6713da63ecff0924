//! `ringfence user`

use std::io::Read;

use anyhow::{Context as _, bail};
use store::{Actor, User};

use crate::Outcome;
use crate::config::{Flags, load};
use crate::context::{self, Context};

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Makes an account.
    Add {
        /// User name.
        name: String,
        /// `call_handler`, `analyst`, `press_officer`, `signing_officer`, `admin`, `auditor`, `partner`.
        #[arg(long)]
        role: String,
        /// Name for people.
        #[arg(long)]
        display_name: Option<String>,
        /// File with the password; `-` for standard input. Never a flag: flags show in process lists.
        #[arg(long)]
        password_file: String,
    },
    /// All accounts.
    List,
    /// Keeps an account from signing in.
    Disable {
        /// User name.
        name: String,
    },
    /// Lets an account sign in again after too many wrong passwords, or after it was disabled.
    Unlock {
        /// User name.
        name: String,
    },
}

const SHORTEST: usize = 12;

pub(crate) async fn run(command: Command, flags: &Flags) -> anyhow::Result<Outcome> {
    let context = context::open(load(flags)?).await?;
    let actor = Actor::new("console", "admin");
    match command {
        Command::Add { name, role, display_name, password_file } => {
            let role = web::Role::from_name(&role).with_context(|| format!("--role: '{role}' is no role"))?;
            let password = password(&password_file)?;
            add(&context, &name, role, display_name.as_deref(), &password, &actor).await?;
        }
        Command::List => {
            for user in context.store.users().await? {
                let state = if user.disabled {
                    "disabled"
                } else if user.is_locked() {
                    "locked"
                } else {
                    "active"
                };
                if flags.json {
                    super::print_json(
                        &serde_json::json!({ "name": user.name, "display_name": user.display_name, "role": user.role, "state": state }),
                    )?;
                } else {
                    super::print_line(&format!("{} ({}), {}, {state}", user.name, user.display_name, user.role))?;
                }
            }
        }
        Command::Disable { name } => change(&context, &name, true, &actor).await?,
        Command::Unlock { name } => change(&context, &name, false, &actor).await?,
    }
    Ok(Outcome::Done)
}

/// Makes an account.
pub(crate) async fn add(
    context: &Context,
    name: &str,
    role: web::Role,
    display_name: Option<&str>,
    password: &str,
    actor: &Actor,
) -> anyhow::Result<()> {
    let hash = web::hash_password(password).map_err(anyhow::Error::msg)?;
    let user = User {
        name: name.to_lowercase(),
        display_name: display_name.unwrap_or(name).to_owned(),
        role: role.as_str().to_owned(),
        password: hash,
        disabled: false,
        failures: 0,
    };
    Ok(context.store.create_user(&user, actor, context::now()).await?)
}

async fn change(context: &Context, name: &str, disabled: bool, actor: &Actor) -> anyhow::Result<()> {
    let mut user = context.store.user(name).await?.with_context(|| format!("there is no user '{name}'"))?;
    user.disabled = disabled;
    Ok(context.store.update_user(&user, actor, context::now()).await?)
}

fn password(file: &str) -> anyhow::Result<String> {
    let mut text = String::new();
    if file == "-" {
        std::io::stdin().lock().take(1024).read_to_string(&mut text)?;
    } else {
        text = context::read(file)?;
    }
    let password = text.trim_end_matches(['\n', '\r']).to_owned();
    if password.chars().count() < SHORTEST {
        bail!("the password has fewer than {SHORTEST} characters");
    }
    Ok(password)
}
