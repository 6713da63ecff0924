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
    #[command(after_help = "Example: ringfence user add ann --role analyst --password-file secret.txt")]
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
    #[command(after_help = "Example: ringfence user list --json")]
    List,
    /// Gives an account another password; its sessions end.
    #[command(after_help = "Example: ringfence user password ann --password-file secret.txt")]
    Password {
        /// User name.
        name: String,
        /// File with the password; `-` for standard input.
        #[arg(long)]
        password_file: String,
    },
    /// Gives an account another role; its sessions end.
    #[command(after_help = "Example: ringfence user role ann --role press_officer")]
    Role {
        /// User name.
        name: String,
        /// Role, as for `add`.
        #[arg(long)]
        role: String,
    },
    /// Keeps an account from signing in; its sessions end.
    #[command(after_help = "Example: ringfence user disable ann")]
    Disable {
        /// User name.
        name: String,
    },
    /// Lets an account sign in again after too many wrong passwords, or after it was disabled.
    #[command(after_help = "Example: ringfence user unlock ann")]
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
            let (role, password) = (role_of(&role)?, password(&password_file)?);
            let user = add(&context, &name, role, display_name.as_deref(), &password, &actor).await?;
            print(&user, flags)?;
        }
        Command::List => {
            for user in context.store.users().await? {
                print(&user, flags)?;
            }
        }
        Command::Password { name, password_file } => {
            let hash = web::hash_password(&password(&password_file)?).map_err(anyhow::Error::msg)?;
            change(&context, &name, flags, |user| user.password = hash).await?;
        }
        Command::Role { name, role } => {
            let role = role_of(&role)?;
            change(&context, &name, flags, |user| role.as_str().clone_into(&mut user.role)).await?;
        }
        Command::Disable { name } => change(&context, &name, flags, |user| user.disabled = true).await?,
        Command::Unlock { name } => change(&context, &name, flags, |user| user.disabled = false).await?,
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
) -> anyhow::Result<User> {
    let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if name.is_empty() || name.len() > 64 || !name.chars().all(good) {
        bail!("'{name}' is no user name: letters, digits, dots and dashes, at most 64");
    }
    let hash = web::hash_password(password).map_err(anyhow::Error::msg)?;
    let user = User {
        name: name.to_lowercase(),
        display_name: display_name.unwrap_or(name).to_owned(),
        role: role.as_str().to_owned(),
        password: hash,
        disabled: false,
        failures: 0,
    };
    context.store.create_user(&user, actor, context::now()).await?;
    Ok(user)
}

fn role_of(name: &str) -> anyhow::Result<web::Role> {
    let all = || web::Role::ALL.map(web::Role::as_str).join(", ");
    web::Role::from_name(name).with_context(|| format!("--role: '{name}' is none of {}", all()))
}

fn print(user: &User, flags: &Flags) -> anyhow::Result<()> {
    let state = if user.disabled {
        "disabled"
    } else if user.is_locked() {
        "locked"
    } else {
        "active"
    };
    let answer = serde_json::json!({ "name": user.name, "display_name": user.display_name, "role": user.role, "state": state });
    super::tell(flags, &answer, &format!("{} ({}), {}, {state}", user.name, user.display_name, user.role))
}

async fn change(context: &Context, name: &str, flags: &Flags, what: impl FnOnce(&mut User)) -> anyhow::Result<()> {
    let name = name.to_lowercase();
    let mut user = context.store.user(&name).await?.with_context(|| format!("there is no user '{name}'"))?;
    what(&mut user);
    // Changing an account also unlocks it.
    user.failures = 0;
    context.store.update_user(&user, &Actor::new("console", "admin"), context::now()).await?;
    print(&user, flags)
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
