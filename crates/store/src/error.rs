//! What can go wrong in the store.

use ::series::DecisionError;

/// An error of the store. None of its texts holds personal data: statements are static and values are bound.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The address of the database is not one.
    #[error("'{0}' is not a database: use sqlite:FILE, sqlite::memory: or postgres://USER@HOST/NAME")]
    Url(String),
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
    /// A migration failed.
    #[error("the database could not be brought up to date: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// The job queue failed.
    #[error("the job queue failed: {0}")]
    Jobs(#[from] riverqueue::Error),
    /// The job queue's tables could not be made.
    #[error("the job queue's tables could not be made: {0}")]
    JobTables(#[from] riverqueue::migrate::Error),
    /// A stored document does not read.
    #[error("a stored {what} does not read: {source}")]
    Document {
        /// What.
        what: &'static str,
        /// Why.
        source: serde_json::Error,
    },
    /// Nothing has that name.
    #[error("there is no {what} '{id}'")]
    NotFound {
        /// What.
        what: &'static str,
        /// Its name.
        id: String,
    },
    /// Somebody else was quicker, or it is there already.
    #[error("{0}")]
    Conflict(String),
    /// A report's id is another report's: ids are drawn, and one draw in a million meets one of a million that are there.
    #[error("the report id {0} is taken")]
    IdTaken(String),
    /// A file beside the database cannot be read or written.
    #[error("{file}: {error}")]
    File {
        /// Which.
        file: String,
        /// Why.
        error: std::io::Error,
    },
    /// Sealed data does not open: another key, or changed.
    #[error("sealed data does not open: is this the key file that the database was made with?")]
    Sealed,
    /// The broker failed.
    #[error("the broker failed: {0}")]
    Broker(String),
    /// A decision about a series cannot be taken.
    #[error(transparent)]
    Decision(#[from] DecisionError),
}

impl StoreError {
    /// Whether nothing has that name.
    pub fn is_not_found(&self) -> bool {
        matches!(self, StoreError::NotFound { .. })
    }

    /// Whether it clashes with what is there.
    pub fn is_conflict(&self) -> bool {
        matches!(self, StoreError::Conflict(_) | StoreError::IdTaken(_))
    }
}
