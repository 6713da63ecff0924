//! SQLite and PostgreSQL behind one enum. Every write of the domain carries its audit entry, its jobs and its outbox rows in one
//! transaction; personal data is sealed before it reaches a statement.

mod advice;
mod amended;
mod audit;
mod backup;
mod database;
mod drafts;
mod error;
mod export;
mod imports;
mod jobs;
mod keys;
mod outbox;
mod reports;
mod sealing;
mod series;
mod sessions;
mod settings;
mod take;
mod users;

pub use advice::StoredRendering;
pub use audit::{AuditBreak, AuditEntry};
pub use backup::restore;
pub use database::{Check, Store};
pub use error::StoreError;
pub use export::Exported;
pub use imports::ImportProgress;
pub use jobs::{JobHandler, JobRunner, run_worker};
pub use keys::{Keys, KeysError};
pub use outbox::{OutboxRow, relay_to_nats};
pub use reports::{Correction, ReportFilter, ReportRow, StoredReport};
pub use series::{DetectorMark, StoredDecision};
pub use sessions::Session;
pub use take::{NewReport, Taken, TakenAs};
pub use users::{LoginResult, User};

/// Who does something, for the audit log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// User name; `ringfence` for the program, `resident` for the public.
    pub user: String,
    /// Role.
    pub role: String,
}

impl Actor {
    /// The program itself.
    pub fn program() -> Actor {
        Actor { user: "ringfence".to_owned(), role: "program".to_owned() }
    }

    /// A resident, who is never named.
    pub fn resident() -> Actor {
        Actor { user: "resident".to_owned(), role: "public".to_owned() }
    }

    /// A member of staff.
    pub fn new(user: impl Into<String>, role: impl Into<String>) -> Actor {
        Actor { user: user.into(), role: role.into() }
    }
}
