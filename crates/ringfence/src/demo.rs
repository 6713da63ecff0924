//! `ringfence demo`: the whole path on embedded storage, the same every time.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use advice::Action;
use anyhow::Context as _;
use publish::{render_all, signature_hash};
use report::{Moment, OpenReason};
use series::{Decision, ReportId, Series, assemble};
use store::{Actor, NewReport};
use testkit::simulate::demo_month;

use crate::Outcome;
use crate::commands::print_line;
use crate::config::{Flags, load};
use crate::context::{self, Context};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Folder for the database, the key and the pages; emptied of an earlier demo first.
    #[arg(long, default_value = "ringfence-demo")]
    dir: PathBuf,
    /// Stops after writing.
    #[arg(long)]
    no_serve: bool,
    /// Address and port to serve on.
    #[arg(long, default_value = "127.0.0.1:8144")]
    listen: String,
}

/// The demo's staff: name, role, name for people. All have the same password, which is printed.
const STAFF: [(&str, web::Role, &str); 6] = [
    ("handler", web::Role::CallHandler, "Casey Handler"),
    ("analyst", web::Role::Analyst, "Ari Analyst"),
    ("press", web::Role::PressOfficer, "Pat Press"),
    ("signer", web::Role::SigningOfficer, "Sam Signer"),
    ("admin", web::Role::Admin, "Andy Admin"),
    ("auditor", web::Role::Auditor, "Audrey Auditor"),
];
const PASSWORD: &str = "demonstration-only";
/// The day the demo's advice comes out.
const DAY: &str = "2019-04-30T16:00:00+01:00";
/// Marks a folder as a demo's, which alone is emptied.
const MARK: &str = "this-is-a-ringfence-demo";

pub(crate) async fn run(arguments: Arguments, flags: &Flags) -> anyhow::Result<Outcome> {
    let dir = &arguments.dir;
    prepare(dir)?;
    let mut settings = load(flags)?;
    settings.database = format!("sqlite:{}", dir.join("ringfence.db").display());
    settings.key_file = dir.join("ringfence.key").display().to_string();
    settings.listen = arguments.listen;
    settings.force = None;
    let context = context::open(settings).await?;
    let at = Moment::parse(DAY)?;
    for (name, role, display_name) in STAFF {
        crate::commands::demo_user(&context, name, role, display_name, PASSWORD).await?;
    }
    say("1/5 a county's reports, January to April 2019, with a series hidden in April");
    let simulation = demo_month(&context.gazetteer);
    take(&context, simulation.reports, at).await?;
    say("2/5 the detector reads them in the order they came in");
    crate::detect::run(&context, &|_| {}).await?;
    let series = largest(&context).await?;
    say("3/5 the analyst confirms the series");
    let analyst = Actor::new("analyst", "analyst");
    context.store.decide(&series.id, &Decision::Confirm, "same method, names and numbers", &analyst, at).await?;
    say("4/5 advice is drafted with counted figures, reviewed, signed by a second officer and published");
    let press = Actor::new("press", "press_officer");
    let signer = Actor::new("signer", "signing_officer");
    let draft = crate::commands::draft_advice(&context, &series.id, &press, at).await?;
    let hash = signature_hash(&render_all(&draft, &context.gazetteer)?);
    let review = crate::commands::advance(&context, &draft, Action::Submit, &press, None, at).await?;
    let signed = crate::commands::advance(&context, &review, Action::Sign { hash: hash.clone() }, &signer, None, at).await?;
    let published = crate::commands::advance(&context, &signed, Action::Publish { hash }, &press, None, at).await?;
    say("5/5 every channel is written");
    let pages = dir.join("pages");
    std::fs::create_dir_all(&pages)?;
    let mut written = Vec::new();
    for rendering in render_all(&published, &context.gazetteer)? {
        let path = pages.join(&rendering.path);
        std::fs::write(&path, &rendering.bytes).with_context(|| format!("cannot write {}", path.display()))?;
        written.push(path);
    }
    tell(&series, &written)?;
    if arguments.no_serve {
        return Ok(Outcome::Done);
    }
    print_line(&format!("residents: http://{0}/   desk: http://{0}/desk", context.settings.listen))?;
    crate::commands::serve_all(context, Arc::new(context::now)).await?;
    Ok(Outcome::Done)
}

fn say(words: &str) {
    eprintln!("{words}");
}

/// Makes the folder, or empties one that an earlier demo made.
fn prepare(dir: &Path) -> anyhow::Result<()> {
    let mark = dir.join(MARK);
    if dir.exists() {
        let empty = std::fs::read_dir(dir)?.next().is_none();
        anyhow::ensure!(empty || mark.exists(), "{} is there and is no demo's: give another --dir", dir.display());
        std::fs::remove_dir_all(dir)?;
    }
    std::fs::create_dir_all(dir).with_context(|| format!("cannot make {}", dir.display()))?;
    std::fs::write(mark, "")?;
    Ok(())
}

/// Takes the reports in the order they came in, each day in one batch.
async fn take(context: &Context, reports: Vec<report::Report>, now: Moment) -> anyhow::Result<()> {
    let mut batch = Vec::new();
    for report in reports {
        // The demo is the same every time: its references are made from its own ids.
        let external = report.facts.external_id.clone().unwrap_or_default();
        let digits: u64 = external
            .bytes()
            .fold(14_695_981_039_346_656_037, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(1_099_511_628_211));
        let id = ReportId(report::Reference::from_random(digits).to_string());
        let phone = report.private.open(OpenReason::Matching).reporter.phone.clone();
        let hash = phone.map(|phone| context.store.keys().reporter_hash(&phone));
        let assembled = assemble(&report, id, &context.gazetteer, &context.reader, &context.streams, hash);
        batch.push(NewReport { report, case: assembled.case, reading: assembled.reading });
    }
    for part in batch.chunks(200) {
        context.store.take_reports(part, None, &Actor::new("demo", "program"), now).await?;
    }
    Ok(())
}

async fn largest(context: &Context) -> anyhow::Result<Series> {
    let all = context.store.series_list(None, 1000).await?;
    all.into_iter().max_by_key(|series| series.members.len()).context("the detector found no series: this should not happen")
}

fn tell(series: &Series, written: &[PathBuf]) -> anyhow::Result<()> {
    print_line("")?;
    print_line(&format!("Found: {}", series.name))?;
    print_line(&format!("  on {}, when {} of its reports were in", series.alarm.at.day(), series.alarm.reports))?;
    print_line(&format!("  {}", series.why))?;
    print_line("Written:")?;
    for path in written {
        print_line(&format!("  {}", path.display()))?;
    }
    let names: Vec<&str> = STAFF.iter().map(|(name, _, _)| *name).collect();
    print_line(&format!("Sign in to the desk as {} with the password {PASSWORD}", names.join(", ")))?;
    Ok(())
}
