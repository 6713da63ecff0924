//! What commands open: keys, store, gazetteer, force, reader; and the clock and the dice, which only the binary has.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use advice::{Force, Templates};
use anyhow::{Context as _, bail};
use areas::Gazetteer;
use modus::{Packs, Reader};
use report::Moment;
use series::Streams;
use store::{Keys, Store};
use web::{AppState, Clock};
use zeroize::Zeroizing;

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

/// Opens all that the settings name; makes the database and its key file where there are none.
pub(crate) async fn open(settings: Settings) -> anyhow::Result<Context> {
    let made = KeyFile::get(&settings)?;
    let store = match Store::open(&settings.database, made.keys.clone()).await {
        Ok(store) => store,
        Err(error) => {
            made.undo();
            return Err(anyhow::Error::from(error).context(shown(&settings.database)));
        }
    };
    if !store.key_fits().await? {
        made.undo();
        bail!("{}: not the key that the database was made with: give the right one with --key-file", settings.key_file);
    }
    finish(store, settings).await
}

/// The same where there must be a database already: a mistyped name makes no new one.
pub(crate) async fn open_existing(settings: Settings) -> anyhow::Result<Context> {
    if let Some(path) = sqlite_path(&settings.database)
        && !path.exists()
    {
        bail!("{}: there is no such database: name it with --database, or make one with import, serve or demo", path.display());
    }
    open(settings).await
}

/// The rest of a context, round an open store.
pub(crate) async fn finish(store: Store, settings: Settings) -> anyhow::Result<Context> {
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

/// The file of an SQLite database; `None` for one in memory and for PostgreSQL.
pub(crate) fn sqlite_path(url: &str) -> Option<PathBuf> {
    let path = url.strip_prefix("sqlite:")?.split('?').next()?;
    if path.contains(":memory:") {
        return None;
    }
    Some(PathBuf::from(path.strip_prefix("//").unwrap_or(path)))
}

/// A database's address without the password that may stand in it.
pub(crate) fn shown(url: &str) -> String {
    match url.split_once("://").and_then(|(scheme, rest)| Some((scheme, rest.rsplit_once('@')?))) {
        Some((scheme, (user, host))) => {
            let user = user.split(':').next().unwrap_or("");
            format!("{scheme}://{user}@{host}")
        }
        None => url.to_owned(),
    }
}

/// The application of a context.
pub(crate) fn app(context: &Context, clock: Clock) -> AppState {
    AppState {
        store: context.store.clone(),
        gazetteer: context.gazetteer.clone(),
        reader: context.reader.clone(),
        checker: Arc::new(call::Checker::builtin()),
        feed: context.feed.clone(),
        streams: context.streams.clone(),
        force: context.force.clone(),
        clock,
        random: Arc::new(random),
        limits: web::Limits::new(context.settings.proxies()),
        secure: context.settings.secure,
    }
}

/// A file as text, of a size that a person writes.
pub(crate) fn read(path: &str) -> anyhow::Result<String> {
    crate::input::text(path, MOST_TEXT)
}

/// Largest text file that is read whole: boundaries of a country are the largest.
const MOST_TEXT: u64 = areas::import::MOST_BYTES as u64;
/// Largest key file.
const MOST_KEY: u64 = 4096;

/// The keys, and the file that was made for them just now.
pub(crate) struct KeyFile {
    pub(crate) keys: Keys,
    made: Option<PathBuf>,
}

impl KeyFile {
    /// The keys of the key file; a new one is made, readable by its owner alone, where there is none and no database either.
    pub(crate) fn get(settings: &Settings) -> anyhow::Result<KeyFile> {
        let path = Path::new(&settings.key_file);
        if path.exists() {
            let text = Zeroizing::new(crate::input::text(&settings.key_file, MOST_KEY)?);
            let keys = Keys::from_hex(&text).with_context(|| settings.key_file.clone())?;
            return Ok(KeyFile { keys, made: None });
        }
        if let Some(database) = sqlite_path(&settings.database)
            && database.exists()
        {
            bail!(
                "{}: there is no such key file, but there is a database, {}: give the key file it was made with (--key-file)",
                settings.key_file,
                database.display()
            );
        }
        let mut master = Zeroizing::new([0u8; 32]);
        for chunk in master.chunks_mut(8) {
            chunk.copy_from_slice(&random().to_le_bytes()[..chunk.len()]);
        }
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let cannot = || format!("cannot make the key file {}", settings.key_file);
        let mut file = options.open(path).with_context(cannot)?;
        let text = Zeroizing::new(Keys::to_hex(&master));
        writeln!(file, "{}", *text).and_then(|()| file.sync_all()).with_context(cannot)?;
        Ok(KeyFile { keys: Keys::from_master(&master), made: Some(path.to_owned()) })
    }

    /// Takes away what was made for a database that could not be opened.
    fn undo(&self) {
        if let Some(made) = &self.made {
            let _ = std::fs::remove_file(made);
        }
    }
}
