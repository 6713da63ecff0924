//! Configuration: flags, then `RINGFENCE_*` variables, then `ringfence.toml`, then defaults.

use std::net::IpAddr;

use anyhow::{Context, bail};
use clap::Args;
use serde::{Deserialize, Serialize};

/// Flags that every command takes.
#[derive(Args, Debug, Clone, Default)]
pub(crate) struct Flags {
    /// Database: `sqlite:FILE` or `postgres://USER@HOST/NAME`.
    #[arg(long, global = true)]
    pub(crate) database: Option<String>,
    /// Key file, outside the database; made at first use.
    #[arg(long, global = true)]
    pub(crate) key_file: Option<String>,
    /// Force file (TOML): name, officers, reporting lines. The demonstration force where none is given.
    #[arg(long, global = true)]
    pub(crate) force: Option<String>,
    /// Output for machines, on standard output.
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

/// What holds.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    pub(crate) database: String,
    pub(crate) key_file: String,
    #[serde(default)]
    pub(crate) force: Option<String>,
    pub(crate) listen: String,
    pub(crate) secure: bool,
    /// Addresses of proxies in front of the site, with spaces between: whose `X-Forwarded-For` is believed.
    #[serde(default)]
    pub(crate) proxies: Option<String>,
    #[serde(default)]
    pub(crate) broker: Option<String>,
    pub(crate) false_alarms_per_year: f64,
    /// Token that call feeds must show; none are served without it.
    #[serde(default)]
    pub(crate) feed_token: Option<String>,
    /// `ADDRESS:PORT` to listen on for AudioSocket.
    #[serde(default)]
    pub(crate) audiosocket: Option<String>,
    /// A WAV file that is played into both legs of an AudioSocket call at a strong sign.
    #[serde(default)]
    pub(crate) audiosocket_warning: Option<String>,
    /// The external speech recogniser and its arguments, separated by spaces.
    #[serde(default)]
    pub(crate) recogniser: Option<String>,
}

/// A setting with where it comes from; passwords in addresses are left out.
#[derive(Debug, Serialize)]
pub(crate) struct Shown {
    pub(crate) name: &'static str,
    pub(crate) value: String,
    pub(crate) from: String,
}

const FILE: &str = "ringfence.toml";
const NAMES: [&str; 12] = [
    "database",
    "key_file",
    "force",
    "listen",
    "secure",
    "proxies",
    "broker",
    "false_alarms_per_year",
    "feed_token",
    "audiosocket",
    "audiosocket_warning",
    "recogniser",
];

fn build(flags: &Flags) -> anyhow::Result<config::Config> {
    let builder = config::Config::builder()
        .set_default("database", "sqlite:ringfence.db")?
        .set_default("key_file", "ringfence.key")?
        .set_default("listen", "127.0.0.1:8144")?
        .set_default("secure", false)?
        .set_default("false_alarms_per_year", 1.0)?
        .add_source(config::File::with_name(FILE).required(false))
        .add_source(config::Environment::with_prefix("RINGFENCE").try_parsing(true).source(Some(environment())))
        .set_override_option("database", flags.database.clone())?
        .set_override_option("key_file", flags.key_file.clone())?
        .set_override_option("force", flags.force.clone())?;
    builder.build().context("configuration")
}

/// The `RINGFENCE_*` variables that are settings: others (the log filter, a test's folder) are not ours to refuse.
fn environment() -> config::Map<String, String> {
    std::env::vars()
        .filter(|(name, _)| name.strip_prefix("RINGFENCE_").is_some_and(|rest| NAMES.contains(&rest.to_lowercase().as_str())))
        .collect()
}

/// Works out what holds.
pub(crate) fn load(flags: &Flags) -> anyhow::Result<Settings> {
    let settings: Settings = build(flags)?.try_deserialize().context("configuration")?;
    let rate = settings.false_alarms_per_year;
    if !(rate > 0.0 && rate <= 1000.0) {
        bail!("configuration: false_alarms_per_year is {rate}: it must be above 0 and at most 1000");
    }
    for proxy in settings.proxies.iter().flat_map(|all| all.split_whitespace()) {
        if proxy.parse::<IpAddr>().is_err() {
            bail!("configuration: proxies: '{proxy}' is no address: write addresses with spaces between them");
        }
    }
    Ok(settings)
}

impl Settings {
    /// The proxies whose word is believed.
    pub(crate) fn proxies(&self) -> Vec<IpAddr> {
        let all = self.proxies.iter().flat_map(|all| all.split_whitespace());
        all.filter_map(|one| one.parse().ok()).map(|one: IpAddr| one.to_canonical()).collect()
    }
}

/// What holds, and where from.
pub(crate) fn show(flags: &Flags) -> anyhow::Result<Vec<Shown>> {
    let built = build(flags)?;
    // What does not hold is not shown as if it did.
    load(flags)?;
    let environment = environment();
    let file = std::fs::read_to_string(FILE).ok().and_then(|text| text.parse::<toml::Table>().ok()).unwrap_or_default();
    let mut shown = Vec::new();
    for name in NAMES {
        let mut value = built.get_string(name).unwrap_or_else(|_| "not set".to_owned());
        if name == "database" || name == "broker" {
            value = crate::context::shown(&value);
        } else if name == "feed_token" && value != "not set" {
            value = "set (not shown)".to_owned();
        }
        let by_flag = match name {
            "database" => flags.database.is_some(),
            "key_file" => flags.key_file.is_some(),
            "force" => flags.force.is_some(),
            _ => false,
        };
        let from = if by_flag {
            "flag".to_owned()
        } else if environment.contains_key(&format!("RINGFENCE_{}", name.to_uppercase())) {
            format!("environment, RINGFENCE_{}", name.to_uppercase())
        } else if file.contains_key(name) {
            FILE.to_owned()
        } else {
            "default".to_owned()
        };
        shown.push(Shown { name, value, from });
    }
    Ok(shown)
}
