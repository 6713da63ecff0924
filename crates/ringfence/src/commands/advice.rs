//! `ringfence advice`

use advice::{Action, Advice, AdviceId, LintContext, act, draft, lint, obstacles};
use anyhow::{Context as _, bail};
use publish::{render_all, signature_hash};
use series::{FigureSet, Series, SeriesId, State, count_figures, counted_members};
use store::{Actor, StoredRendering};

use crate::Outcome;
use crate::config::{Flags, load};
use crate::context::{self, Context};

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Drafts advice from a confirmed series.
    #[command(after_help = "Example: ringfence advice draft S-4F7K9QXA --user pat")]
    Draft {
        /// The series.
        series: String,
        /// Who writes it.
        #[arg(long)]
        user: String,
    },
    /// Shows a piece of advice.
    #[command(after_help = "Example: ringfence advice show 0144")]
    Show {
        /// Its number.
        id: String,
    },
    /// Looks for what a page must not say.
    #[command(after_help = "Example: ringfence advice lint page.md --json")]
    Lint {
        /// A file, `-` for standard input, or the number of a piece of advice.
        target: String,
    },
    /// Sends it for review.
    #[command(after_help = "Example: ringfence advice submit 0144 --user pat")]
    Submit {
        /// Its number.
        id: String,
        /// Who.
        #[arg(long)]
        user: String,
    },
    /// Signs it.
    #[command(after_help = "Example: ringfence advice sign 0144 --user sam")]
    Sign {
        /// Its number.
        id: String,
        /// Who: not the author, nor the last editor.
        #[arg(long)]
        user: String,
    },
    /// Publishes it as it was signed.
    #[command(after_help = "Example: ringfence advice publish 0144 --user pat")]
    Publish {
        /// Its number.
        id: String,
        /// Who.
        #[arg(long)]
        user: String,
    },
    /// Begins an update on figures counted now; residents see the version before until it is signed and published.
    #[command(after_help = "Example: ringfence advice update 0144 --user pat")]
    Update {
        /// Its number.
        id: String,
        /// Who.
        #[arg(long)]
        user: String,
    },
    /// Says that it has ended.
    #[command(after_help = "Example: ringfence advice stand-down 0144 --user pat --reason 'no call for three weeks'")]
    StandDown {
        /// Its number.
        id: String,
        /// Who.
        #[arg(long)]
        user: String,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// Takes a page in the seed format in.
    #[command(after_help = "Example: ringfence advice import page.md --user pat")]
    Import {
        /// The page.
        file: String,
        /// Who.
        #[arg(long)]
        user: String,
    },
    /// Writes it in the seed format, to standard output.
    #[command(after_help = "Example: ringfence advice export 0144 > 0144.md")]
    Export {
        /// Its number.
        id: String,
    },
}

pub(crate) async fn run(command: Command, flags: &Flags) -> anyhow::Result<Outcome> {
    let context = context::open(load(flags)?).await?;
    match command {
        Command::Draft { series, user } => {
            let actor = writer(&context, &user).await?;
            let advice = draft_advice(&context, &SeriesId::parse(&series)?, &actor, context::now()).await?;
            say(flags, &advice, &advice.id.0)?;
        }
        Command::Show { id } => {
            let advice = context.store.advice(&AdviceId(id)).await?;
            if flags.json {
                super::print_json(&advice)?;
            } else {
                super::print_line(&rendering(&context, &advice, "text")?)?;
            }
        }
        Command::Lint { target } => return lint_target(&context, &target, flags.json).await,
        Command::Submit { id, user } => step(&context, flags, &id, &user, |_| Action::Submit, None).await?,
        Command::Sign { id, user } => step(&context, flags, &id, &user, |hash| Action::Sign { hash }, None).await?,
        Command::Publish { id, user } => step(&context, flags, &id, &user, |hash| Action::Publish { hash }, None).await?,
        Command::Update { id, user } => update(&context, flags, &id, &user).await?,
        Command::StandDown { id, user, reason } => step(&context, flags, &id, &user, |_| Action::StandDown, Some(reason)).await?,
        Command::Import { file, user } => {
            let actor = writer(&context, &user).await?;
            let advice = publish::import(&context::read(&file)?, &actor.user, context::now()).with_context(|| file.clone())?;
            save(&context, &advice, None, &actor, context::now()).await?;
            say(flags, &advice, &advice.id.0)?;
        }
        Command::Export { id } => {
            use std::io::Write;
            let advice = context.store.advice(&AdviceId(id)).await?;
            let page = rendering(&context, &advice, "seed")?;
            if flags.json {
                super::print_json(&serde_json::json!({ "id": advice.id, "version": advice.version, "page": page }))?;
            } else {
                std::io::stdout().write_all(page.as_bytes())?;
            }
        }
    }
    Ok(Outcome::Done)
}

/// Drafts and stores advice for a confirmed series.
pub(crate) async fn draft_advice(context: &Context, id: &SeriesId, actor: &Actor, now: report::Moment) -> anyhow::Result<Advice> {
    let series = context.store.series(id).await?;
    if series.state != State::Confirmed {
        bail!("series {id} is {}: advice is drafted from a confirmed one", series.state.words());
    }
    let figures = figures_now(context, &series, now).await?;
    let number = context.store.next_advice_number(context.force.first_number).await?;
    let advice = draft(&series, figures, &context.gazetteer, &context.force, number, now, &actor.user)?;
    save(context, &advice, None, actor, now).await?;
    Ok(advice)
}

async fn figures_now(context: &Context, series: &Series, now: report::Moment) -> anyhow::Result<FigureSet> {
    let cases = context.store.cases(&counted_members(series)).await?;
    Ok(count_figures(series, &cases, now))
}

async fn update(context: &Context, flags: &Flags, id: &str, user: &str) -> anyhow::Result<()> {
    let actor = writer(context, user).await?;
    let advice = context.store.advice(&AdviceId(id.to_owned())).await?;
    let Some(series) = &advice.series else { bail!("advice {id} was imported: it has no series to count anew") };
    let now = context::now();
    let fresh = figures_now(context, &context.store.series(series).await?, now).await?;
    let before = published_figures(context).await?;
    let changed = advice::update(&advice, fresh, &before, &context.gazetteer, &context.force, &actor.user, now)?;
    save(context, &changed, Some((advice.state, advice.version)), &actor, now).await?;
    say(flags, &changed, &format!("{} is {}", changed.id, changed.state.words()))
}

/// The figures of everything that was ever published.
async fn published_figures(context: &Context) -> anyhow::Result<Vec<FigureSet>> {
    Ok(context.store.ledger().await?.into_iter().map(|(_, figures)| figures).collect())
}

/// Does one step of the workflow and stores it. What the leak guard or disclosure control holds back is not signed.
pub(crate) async fn advance(
    context: &Context,
    advice: &Advice,
    action: Action,
    actor: &Actor,
    reason: Option<&str>,
    now: report::Moment,
) -> anyhow::Result<Advice> {
    if matches!(action, Action::Sign { .. }) {
        let text = publish::plain_text(&render_all(advice, &context.gazetteer)?);
        if let Some(found) = obstacles(advice, &text, &published_figures(context).await?).first() {
            bail!("advice {} cannot be signed: {} ({}): {}", advice.id, found.rule, found.quote, found.why);
        }
    }
    let changed = act(advice, action, &actor.user, reason, now)?;
    save(context, &changed, Some((advice.state, advice.version)), actor, now).await?;
    Ok(changed)
}

async fn save(
    context: &Context,
    advice: &Advice,
    expected: Option<(advice::State, u32)>,
    actor: &Actor,
    now: report::Moment,
) -> anyhow::Result<()> {
    let renderings: Vec<StoredRendering> = render_all(advice, &context.gazetteer)?
        .into_iter()
        .map(|one| StoredRendering {
            channel: one.channel.to_owned(),
            path: one.path,
            media_type: one.media_type.to_owned(),
            bytes: one.bytes,
        })
        .collect();
    Ok(context.store.save_advice(advice, &renderings, expected, actor, now).await?)
}

/// What became of a piece of advice.
fn say(flags: &Flags, advice: &Advice, words: &str) -> anyhow::Result<()> {
    let answer = serde_json::json!({ "id": advice.id, "slug": advice.slug, "state": advice.state, "version": advice.version });
    super::tell(flags, &answer, words)
}

async fn step(
    context: &Context,
    flags: &Flags,
    id: &str,
    user: &str,
    action: fn(String) -> Action,
    reason: Option<String>,
) -> anyhow::Result<()> {
    let advice = context.store.advice(&AdviceId(id.to_owned())).await?;
    let action = action(signature_hash(&render_all(&advice, &context.gazetteer)?));
    let actor = match action {
        Action::Sign { .. } => in_role(actor(context, user).await?, &["signing_officer"])?,
        _ => writer(context, user).await?,
    };
    let changed = advance(context, &advice, action, &actor, reason.as_deref(), context::now()).await?;
    say(flags, &changed, &format!("{} is {}", changed.id, changed.state.words()))
}

/// Who may write, send for review, publish and end advice.
async fn writer(context: &Context, user: &str) -> anyhow::Result<Actor> {
    in_role(actor(context, user).await?, &["press_officer", "analyst"])
}

fn in_role(actor: Actor, roles: &[&str]) -> anyhow::Result<Actor> {
    if !roles.contains(&actor.role.as_str()) {
        bail!("{} is {}: this is for a {}", actor.user, actor.role, roles.join(" or "));
    }
    Ok(actor)
}

async fn actor(context: &Context, user: &str) -> anyhow::Result<Actor> {
    let user = context
        .store
        .user(user)
        .await?
        .with_context(|| format!("there is no user '{user}': make one with `ringfence user add`"))?;
    Ok(Actor::new(user.name, user.role))
}

fn rendering(context: &Context, advice: &Advice, channel: &str) -> anyhow::Result<String> {
    let found = render_all(advice, &context.gazetteer)?.into_iter().find(|one| one.channel == channel);
    Ok(String::from_utf8(found.with_context(|| format!("no channel {channel}"))?.bytes)?)
}

async fn lint_target(context: &Context, target: &str, json: bool) -> anyhow::Result<Outcome> {
    let number = target.len() == 4 && target.bytes().all(|byte| byte.is_ascii_digit());
    let (text, officer, new) = if number {
        let advice = context.store.advice(&AdviceId(target.to_owned())).await?;
        let officer = advice.content.quote.as_ref().map(|quote| quote.officer.name.clone());
        (rendering(context, &advice, "text")?, officer, true)
    } else {
        let text = super::modus::text_of(Some(target))?;
        let officer = publish::read(&text).ok().and_then(|page| page.officer).map(|officer| officer.name);
        (text, officer, false)
    };
    let findings = lint(&text, LintContext { officer: officer.as_deref(), numbers: &[], new });
    if json {
        super::print_json(&serde_json::json!({ "findings": findings }))?;
    } else {
        for finding in &findings {
            super::print_line(&format!(
                "{} at {}: \"{}\": {}; {}",
                finding.rule, finding.start, finding.quote, finding.why, finding.fix
            ))?;
        }
    }
    Ok(if findings.is_empty() { Outcome::Done } else { Outcome::Found })
}
