//! The two databases as one: a pool to read with, one writer, and transactions that run the same text on both.

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions, PgRow};
use sqlx::sqlite::{
    SqliteAutoVacuum, SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteRow, SqliteSynchronous,
};
use sqlx::{ConnectOptions, FromRow, Postgres, Sqlite, Transaction};
use tokio::sync::Notify;

use crate::{Keys, StoreError};

/// The store. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    pub(crate) database: Database,
    pub(crate) keys: Keys,
    /// Told when this process has written reports.
    pub(crate) written: Arc<Notify>,
}

#[derive(Clone)]
pub(crate) enum Database {
    Sqlite { read: SqlitePool, write: SqlitePool },
    Postgres(PgPool),
}

/// A transaction on either, with the keys of its store.
pub(crate) struct Tx {
    pub(crate) on: On,
    pub(crate) keys: Keys,
}

pub(crate) enum On {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// A bound value.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Arg<'a> {
    Text(&'a str),
    OptText(Option<&'a str>),
    Int(i64),
    OptInt(Option<i64>),
    Bytes(&'a [u8]),
    OptBytes(Option<&'a [u8]>),
}

/// A named check of the installation.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Check {
    /// What was looked at.
    pub name: &'static str,
    /// Whether it is well.
    pub ok: bool,
    /// What was found, and what to do where it is not well.
    pub words: String,
}

static SQLITE_MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES_MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("migrations/postgres");

/// The setting that names the key.
const KEY: &str = "key.id";

/// A writer waits this long for another process's write.
const BUSY: Duration = Duration::from_secs(20);

macro_rules! bind_all {
    ($query:expr, $args:expr) => {{
        let mut query = $query;
        for arg in $args {
            query = match *arg {
                Arg::Text(value) => query.bind(value.to_owned()),
                Arg::OptText(value) => query.bind(value.map(str::to_owned)),
                Arg::Int(value) => query.bind(value),
                Arg::OptInt(value) => query.bind(value),
                Arg::Bytes(value) => query.bind(value.to_vec()),
                Arg::OptBytes(value) => query.bind(value.map(<[u8]>::to_vec)),
            };
        }
        query
    }};
}

impl Store {
    /// Opens a database (`sqlite:FILE`, `sqlite::memory:` or `postgres://…`), making and updating its tables.
    ///
    /// # Errors
    /// [`StoreError`] where the address is none, the database is not there or a migration fails.
    pub async fn open(url: &str, keys: Keys) -> Result<Store, StoreError> {
        let database = if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            // Statements are not logged: a slow one on a busy machine is no news to whoever reads the log.
            let options = PgConnectOptions::from_str(url)?.disable_statement_logging();
            let pool = PgPoolOptions::new().max_connections(10).connect_with(options).await?;
            POSTGRES_MIGRATIONS.run(&pool).await?;
            riverqueue::migrate::PostgresMigrator::new(pool.clone()).migrate_up().await?;
            Database::Postgres(pool)
        } else if url.starts_with("sqlite:") {
            open_sqlite(url).await?
        } else {
            return Err(StoreError::Url(url.chars().take(60).collect()));
        };
        let store = Store { database, keys, written: Arc::default() };
        store.name_key().await?;
        Ok(store)
    }

    /// Notes at the first opening which key the database is sealed with.
    async fn name_key(&self) -> Result<(), StoreError> {
        if self.setting(KEY).await?.is_none() {
            let mut tx = self.begin().await?;
            let sql = "INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
            tx.execute(sql, &[Arg::Text(KEY), Arg::Text(&self.keys.id)]).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// Whether the keys are those that the database was made with.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn key_fits(&self) -> Result<bool, StoreError> {
        Ok(self.setting(KEY).await?.is_none_or(|id| id == self.keys.id) && self.key_opens_something().await?)
    }

    /// Closes the database: what is written lies in its file afterwards, and other processes may move it.
    pub async fn close(self) {
        match self.database {
            Database::Sqlite { read, write } => {
                read.close().await;
                write.close().await;
            }
            Database::Postgres(pool) => pool.close().await,
        }
    }

    /// The keys it seals with.
    pub fn keys(&self) -> &Keys {
        &self.keys
    }

    /// `sqlite` or `postgres`.
    pub fn kind(&self) -> &'static str {
        match self.database {
            Database::Sqlite { .. } => "sqlite",
            Database::Postgres(_) => "postgres",
        }
    }

    /// Begins a transaction that may write.
    pub(crate) async fn begin(&self) -> Result<Tx, StoreError> {
        let on = match &self.database {
            Database::Sqlite { write, .. } => On::Sqlite(riverqueue::database::begin_sqlite_write(write).await?),
            Database::Postgres(pool) => On::Postgres(riverqueue::database::begin_postgres(pool).await?),
        };
        Ok(Tx { on, keys: self.keys.clone() })
    }

    /// Rows, read outside a transaction.
    pub(crate) async fn fetch<T>(&self, sql: &'static str, args: &[Arg<'_>]) -> Result<Vec<T>, StoreError>
    where
        T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin,
    {
        match &self.database {
            Database::Sqlite { read, .. } => Ok(bind_all!(sqlx::query_as::<Sqlite, T>(sql), args).fetch_all(read).await?),
            Database::Postgres(pool) => Ok(bind_all!(sqlx::query_as::<Postgres, T>(sql), args).fetch_all(pool).await?),
        }
    }

    /// The first row, read outside a transaction.
    pub(crate) async fn fetch_first<T>(&self, sql: &'static str, args: &[Arg<'_>]) -> Result<Option<T>, StoreError>
    where
        T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin,
    {
        match &self.database {
            Database::Sqlite { read, .. } => Ok(bind_all!(sqlx::query_as::<Sqlite, T>(sql), args).fetch_optional(read).await?),
            Database::Postgres(pool) => Ok(bind_all!(sqlx::query_as::<Postgres, T>(sql), args).fetch_optional(pool).await?),
        }
    }

    /// Whether the database answers and is whole.
    ///
    /// # Errors
    /// [`StoreError`] where it does not answer at all.
    pub async fn doctor(&self) -> Result<Vec<Check>, StoreError> {
        let mut checks = Vec::new();
        let (reports,): (i64,) = self.fetch_first("SELECT count(*) FROM reports", &[]).await?.unwrap_or((0,));
        checks.push(Check { name: "database", ok: true, words: format!("{} with {reports} reports", self.kind()) });
        if let Database::Sqlite { read, .. } = &self.database {
            let (found,): (String,) = sqlx::query_as("PRAGMA quick_check(1)").fetch_one(read).await?;
            let ok = found == "ok";
            let words = if ok { "whole".to_owned() } else { format!("{found}: restore the last backup") };
            checks.push(Check { name: "database file", ok, words });
        }
        let audit = match self.verify_audit().await? {
            Ok(entries) => Check { name: "audit log", ok: true, words: format!("{entries} entries, unbroken") },
            Err(broken) => Check { name: "audit log", ok: false, words: broken.to_string() },
        };
        checks.push(audit);
        let waiting: Option<(i64, Option<i64>)> =
            self.fetch_first("SELECT count(*), min(created_at) FROM outbox WHERE sent_at IS NULL", &[]).await?;
        let words = match waiting {
            Some((count, Some(oldest))) => format!("{count} messages wait, the oldest since {}", moment(oldest)),
            _ => "nothing waits".to_owned(),
        };
        checks.push(Check { name: "outbox", ok: true, words });
        let (last,): (i64,) = self.fetch_first("SELECT coalesce(max(seq), 0) FROM reports", &[]).await?.unwrap_or((0,));
        let behind = last - self.detector_cursor().await?;
        let words = if behind <= 0 {
            "has seen every report".to_owned()
        } else {
            format!("has not seen the last {behind} numbers: run `ringfence serve` or `ringfence series detect`")
        };
        checks.push(Check { name: "detector", ok: true, words });
        let opens = self.key_fits().await?;
        let words = if opens {
            "opens what is sealed"
        } else {
            "does not open what is sealed: give the key file that the database was made with"
        };
        checks.push(Check { name: "key", ok: opens, words: words.to_owned() });
        Ok(checks)
    }
}

/// Makes the file of a new database for its owner alone; the log beside it takes after it.
#[cfg(unix)]
fn make_private(path: &std::path::Path) {
    use std::os::unix::fs::OpenOptionsExt;
    // Where it is there already, or cannot be made, opening it tells.
    let _ = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
}

#[cfg(not(unix))]
fn make_private(_path: &std::path::Path) {}

async fn open_sqlite(url: &str) -> Result<Database, StoreError> {
    let memory = url.contains(":memory:");
    let options = SqliteConnectOptions::from_str(url)
        .map_err(|_| StoreError::Url(url.to_owned()))?
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .busy_timeout(BUSY)
        .foreign_keys(true)
        .disable_statement_logging()
        .pragma("secure_delete", "ON");
    if !memory {
        make_private(options.get_filename());
    }
    // One connection writes; a database in memory has that one alone.
    let lasting = |options: SqlitePoolOptions| options.idle_timeout(None).max_lifetime(None);
    // What is deleted leaves no copy in the file: its page is overwritten and given back.
    let writing = options.clone().auto_vacuum(SqliteAutoVacuum::Full);
    let write = lasting(SqlitePoolOptions::new().max_connections(1).min_connections(1)).connect_with(writing).await?;
    SQLITE_MIGRATIONS.run(&write).await?;
    riverqueue::migrate::SqliteMigrator::new(write.clone()).migrate_up().await?;
    let read = if memory {
        write.clone()
    } else {
        lasting(SqlitePoolOptions::new().max_connections(6)).connect_with(options.read_only(true)).await?
    };
    Ok(Database::Sqlite { read, write })
}

impl Tx {
    /// Runs a statement; gives how many rows it touched.
    pub(crate) async fn execute(&mut self, sql: &'static str, args: &[Arg<'_>]) -> Result<u64, StoreError> {
        match &mut self.on {
            On::Sqlite(tx) => Ok(bind_all!(sqlx::query::<Sqlite>(sql), args).execute(&mut **tx).await?.rows_affected()),
            On::Postgres(tx) => Ok(bind_all!(sqlx::query::<Postgres>(sql), args).execute(&mut **tx).await?.rows_affected()),
        }
    }

    /// Rows, as the transaction sees them.
    pub(crate) async fn fetch<T>(&mut self, sql: &'static str, args: &[Arg<'_>]) -> Result<Vec<T>, StoreError>
    where
        T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin,
    {
        match &mut self.on {
            On::Sqlite(tx) => Ok(bind_all!(sqlx::query_as::<Sqlite, T>(sql), args).fetch_all(&mut **tx).await?),
            On::Postgres(tx) => Ok(bind_all!(sqlx::query_as::<Postgres, T>(sql), args).fetch_all(&mut **tx).await?),
        }
    }

    /// Of two texts the one for this database, where the dialects differ.
    pub(crate) fn pick(&self, sqlite: &'static str, postgres: &'static str) -> &'static str {
        match &self.on {
            On::Sqlite(_) => sqlite,
            On::Postgres(_) => postgres,
        }
    }

    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        match self.on {
            On::Sqlite(tx) => Ok(tx.commit().await?),
            On::Postgres(tx) => Ok(tx.commit().await?),
        }
    }
}

/// Microseconds since 1970, as times are stored.
pub(crate) fn micros(at: report::Moment) -> i64 {
    at.timestamp().as_microsecond()
}

/// A stored time, in UTC.
pub(crate) fn moment(micros: i64) -> report::Moment {
    let at = jiff::Timestamp::from_microsecond(micros).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    report::Moment::new(at, jiff::tz::Offset::UTC)
}
