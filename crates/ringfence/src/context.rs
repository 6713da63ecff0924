//! What commands open: keys, store, gazetteer, force, reader; and the clock and the dice, which only the binary has.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use advice::{Force, Templates};
use anyhow::Context as _;
use areas::Gazetteer;
use modus::{Packs, Reader};
use report::Moment;
use series::Streams;
use store::{Keys, Store};
use web::{AppState, Clock};

use crate::config::Settings;

/// Everything a command may need.
#[derive(Clone)]
pub(crate) struct Context {
    pub(crate) store: Store,
    pub(crate) gazetteer: Gazetteer,
    pub(crate) reader: Arc<Reader>,
    pub(crate) streams: Arc<Streams>,
    pub(crate) force: Arc<Force>,
    pub(crate) feed: web::feed::Feed,
    pub(crate) settings: Settings,
}

/// The time, in UTC.
#[allow(clippy::disallowed_methods, reason = "the binary is where the clock is read")]
pub(crate) fn now() -> Moment {
    Moment::new(jiff::Timestamp::now(), jiff::tz::Offset::UTC)
}

/// 64 random bits.
pub(crate) fn random() -> u64 {
    use rand::RngExt;
    rand::rng().random()
}

/// Opens all that the settings name.
pub(crate) async fn open(settings: Settings) -> anyhow::Result<Context> {
    let keys = keys(&settings.key_file)?;
    let store = Store::open(&settings.database, keys).await.with_context(|| settings.database.clone())?;
    let gazetteer = match store.gazetteer().await? {
        Some(document) => Gazetteer::from_json(&document)?,
        None => Gazetteer::united_kingdom(),
    };
    let mut force = match &settings.force {
        Some(path) => Force::parse(&read(path)?).with_context(|| path.clone())?,
        None => Force::demo(),
    };
    if let Some(path) = &force.advice_wording {
        force.templates = Templates::parse(&read(path)?).with_context(|| path.clone())?;
    }
    // An imported gazetteer knows nothing of the demonstration force's county.
    if settings.force.is_none() && !gazetteer.is_builtin() {
        force.districts = "all".to_owned();
    }
    let recogniser = settings.recogniser.as_deref().map(|command| command.split_whitespace().map(str::to_owned).collect());
    let feed = web::feed::Feed::new(settings.feed_token.as_deref(), recogniser).map_err(|why| anyhow::anyhow!(why))?;
    Ok(Context {
        store,
        gazetteer,
        reader: Arc::new(Reader::new(&Packs::builtin())),
        streams: Arc::new(Streams::builtin()),
        force: Arc::new(force),
        feed,
        settings,
    })
}

/// The application of a context.
pub(crate) fn app(context: &Context, clock: Clock) -> AppState {
    AppState {
        store: context.store.clone(),
        gazetteer: context.gazetteer.clone(),
        reader: context.reader.clone(),
        checker: Arc::new(call::Checker::new((*context.reader).clone())),
        feed: context.feed.clone(),
        streams: context.streams.clone(),
        force: context.force.clone(),
        clock,
        random: Arc::new(random),
        secure: context.settings.secure,
    }
}

/// A file as text.
pub(crate) fn read(path: &str) -> anyhow::Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("cannot read {path}"))
}

/// The keys of a key file; a new one is made, readable by its owner alone, where there is none.
fn keys(path: &str) -> anyhow::Result<Keys> {
    if Path::new(path).exists() {
        return Keys::from_hex(&read(path)?).with_context(|| path.to_owned());
    }
    let mut master = [0u8; 32];
    for chunk in master.chunks_mut(8) {
        chunk.copy_from_slice(&random().to_le_bytes()[..chunk.len()]);
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).with_context(|| format!("cannot make the key file {path}"))?;
    writeln!(file, "{}", Keys::to_hex(&master))?;
    file.sync_all()?;
    Ok(Keys::from_master(&master))
}
