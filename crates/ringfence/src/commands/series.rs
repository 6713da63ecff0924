//! `ringfence series`

use anyhow::Context as _;
use publish::exchange::{Shared, Tlp, misp_event, stix_bundle};
use series::{Decision, ReportId, Series, SeriesId, State, counted_members};
use store::Actor;

use crate::Outcome;
use crate::config::{Flags, load};
use crate::context;

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// All series, those with the latest call first.
    #[command(after_help = "Example: ringfence series list --state candidate --json")]
    List {
        /// Only those in this state: candidate, confirmed, closed, not_a_series, merged.
        #[arg(long)]
        state: Option<String>,
    },
    /// One series.
    #[command(after_help = "Example: ringfence series show S-4F7K9QXA")]
    Show {
        /// Its id.
        id: String,
    },
    /// Writes a confirmed series for partners, caller side only, to standard output.
    #[command(after_help = "Example: ringfence series export S-4F7K9QXA --format stix --user ann > series.stix.json")]
    Export {
        /// Its id.
        id: String,
        /// `misp` (MISP JSON) or `stix` (STIX 2.1).
        #[arg(long)]
        format: Format,
        /// Who may be told: clear, green, amber, amber+strict or red (traffic light protocol 2.0).
        #[arg(long, default_value = "amber")]
        tlp: String,
        /// User name, for the audit log.
        #[arg(long, default_value = "console")]
        user: String,
    },
    /// Looks at the reports the detector has not seen yet.
    #[command(after_help = "Example: ringfence series detect")]
    Detect,
    /// Holds it to be one series.
    #[command(after_help = "Example: ringfence series confirm S-4F7K9QXA --user ann --reason 'same names and numbers'")]
    Confirm {
        /// Its id.
        id: String,
        /// Who and why.
        #[command(flatten)]
        by: By,
    },
    /// Splits reports off.
    #[command(after_help = "Example: ringfence series split S-4F7K9QXA RF-7K3M-9QXAB --user ann --reason 'another caller'")]
    Split {
        /// Its id.
        id: String,
        /// The reports that leave.
        #[arg(required = true)]
        reports: Vec<String>,
        /// Who and why.
        #[command(flatten)]
        by: By,
    },
    /// Makes two series one.
    #[command(after_help = "Example: ringfence series merge S-4F7K9QXA S-9QXA4F7K --user ann --reason 'one hand'")]
    Merge {
        /// Its id.
        id: String,
        /// The other's id.
        with: String,
        /// Who and why.
        #[command(flatten)]
        by: By,
    },
    /// Ends it.
    #[command(after_help = "Example: ringfence series close S-4F7K9QXA --user ann --reason 'arrests made'")]
    Close {
        /// Its id.
        id: String,
        /// Who and why.
        #[command(flatten)]
        by: By,
    },
}

/// The form of an export.
#[derive(clap::ValueEnum, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// MISP JSON.
    Misp,
    /// STIX 2.1.
    Stix,
}

/// Who decides, and why.
#[derive(clap::Args)]
pub(crate) struct By {
    /// User name, for the audit log.
    #[arg(long)]
    user: String,
    /// Reason.
    #[arg(long, default_value = "")]
    reason: String,
}

pub(crate) async fn run(command: Command, flags: &Flags) -> anyhow::Result<Outcome> {
    let context = context::open(load(flags)?).await?;
    let store = &context.store;
    let (id, decision, by) = match command {
        Command::List { state } => {
            let state = state.map(|name| parse_state(&name)).transpose()?;
            for one in store.series_list(state, 10_000).await? {
                print(&one, flags.json)?;
            }
            return Ok(Outcome::Done);
        }
        Command::Show { id } => {
            let one = store.series(&SeriesId::parse(&id)?).await?;
            print(&one, flags.json)?;
            return Ok(Outcome::Done);
        }
        Command::Export { id, format, tlp, user } => {
            export(&context, &id, format, &tlp, &user).await?;
            return Ok(Outcome::Done);
        }
        Command::Detect => {
            let found = crate::detect::run(&context, &|_| {}).await?;
            let answer = serde_json::json!({ "reports": found.reports, "series_raised": found.raised });
            super::tell(flags, &answer, &format!("{} reports looked at, {} series raised", found.reports, found.raised))?;
            return Ok(Outcome::Done);
        }
        Command::Confirm { id, by } => (id, Decision::Confirm, by),
        Command::Close { id, by } => (id, Decision::Close, by),
        Command::Split { id, reports, by } => (id, Decision::Split { reports: reports.into_iter().map(ReportId).collect() }, by),
        Command::Merge { id, with, by } => (id, Decision::Merge { with: SeriesId::parse(&with)? }, by),
    };
    let user = store.user(&by.user).await?.with_context(|| format!("there is no user '{}'", by.user))?;
    for one in
        store.decide(&SeriesId::parse(&id)?, &decision, &by.reason, &Actor::new(user.name, user.role), context::now()).await?
    {
        print(&one, flags.json)?;
    }
    Ok(Outcome::Done)
}

/// Writes an export, and into the audit log that it was written.
async fn export(context: &context::Context, id: &str, format: Format, tlp: &str, user: &str) -> anyhow::Result<()> {
    let tlp = Tlp::from_name(tlp).with_context(|| format!("--tlp: '{tlp}' is none of clear, green, amber, amber+strict, red"))?;
    let series = context.store.series(&SeriesId::parse(id)?).await?;
    let cases = context.store.cases(&counted_members(&series)).await?;
    let now = context::now();
    let shared = Shared::of(&series, &cases, &context.gazetteer, &context.force, tlp, now)?;
    let (name, document) = match format {
        Format::Misp => ("misp", misp_event(&shared)),
        Format::Stix => ("stix", stix_bundle(&shared)),
    };
    let detail = serde_json::json!({ "format": name, "tlp": tlp.name() });
    context.store.record(&Actor::new(user, ""), "series.export", series.id.as_str(), &detail, now).await?;
    super::print_line(&serde_json::to_string_pretty(&document)?)
}

fn parse_state(name: &str) -> anyhow::Result<State> {
    serde_json::from_value(serde_json::Value::String(name.to_owned()))
        .with_context(|| format!("--state: '{name}' is none of candidate, confirmed, closed, not_a_series, merged"))
}

fn print(one: &Series, json: bool) -> anyhow::Result<()> {
    if json {
        return super::print_json(one);
    }
    super::print_line(&format!("{} {} {}: {}", one.id, one.state.words(), one.name, one.why))
}
