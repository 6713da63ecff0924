//! How far an import has come: saved with each batch, so that a stopped import goes on where it stood.

use report::{Moment, Position};

use crate::database::{Arg, Tx, micros};
use crate::{Store, StoreError};

/// Where the import of one file stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportProgress {
    /// Names the file by what is in it, and the mapping.
    pub identity: String,
    /// The file's name, for people.
    pub label: String,
    /// Where reading stands.
    pub position: Position,
    /// New reports.
    pub accepted: i64,
    /// Reports that were there and differed.
    pub updated: i64,
    /// Reports that were there.
    pub unchanged: i64,
    /// Refused rows.
    pub rejected: i64,
    /// How long the rejects file was at this point: what a killed run wrote past it is cut off.
    pub rejects_offset: u64,
    /// Whether the file was read to its end.
    pub done: bool,
}

type Row = (String, String, i64, i64, i64, i64, i64, i64, i64, i64, i64);

const UPSERT: &str = "INSERT INTO imports (identity, label, line, byte_offset, row_number, accepted, updated, unchanged, rejected, \
     rejects_offset, done, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (identity) DO UPDATE SET \
     label = excluded.label, line = excluded.line, byte_offset = excluded.byte_offset, row_number = excluded.row_number, \
     accepted = excluded.accepted, updated = excluded.updated, unchanged = excluded.unchanged, rejected = excluded.rejected, \
     rejects_offset = excluded.rejects_offset, done = excluded.done, updated_at = excluded.updated_at";

pub(crate) async fn save(tx: &mut Tx, progress: &ImportProgress, now: Moment) -> Result<(), StoreError> {
    let int = |value: u64| Arg::Int(i64::try_from(value).unwrap_or(i64::MAX));
    let args = [
        Arg::Text(&progress.identity),
        Arg::Text(&progress.label),
        int(progress.position.line),
        int(progress.position.offset),
        int(progress.position.row),
        Arg::Int(progress.accepted),
        Arg::Int(progress.updated),
        Arg::Int(progress.unchanged),
        Arg::Int(progress.rejected),
        int(progress.rejects_offset),
        Arg::Int(i64::from(progress.done)),
        Arg::Int(micros(now)),
    ];
    tx.execute(UPSERT, &args).await?;
    Ok(())
}

impl Store {
    /// Where the import of a file stands, if it was begun.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn import_progress(&self, identity: &str) -> Result<Option<ImportProgress>, StoreError> {
        let sql = "SELECT identity, label, line, byte_offset, row_number, accepted, updated, unchanged, rejected, rejects_offset, done \
                   FROM imports WHERE identity = $1";
        let found: Option<Row> = self.fetch_first(sql, &[Arg::Text(identity)]).await?;
        let uint = |value: i64| u64::try_from(value).unwrap_or(0);
        Ok(found.map(|row| ImportProgress {
            identity: row.0,
            label: row.1,
            position: Position { line: uint(row.2), offset: uint(row.3), row: uint(row.4) },
            accepted: row.5,
            updated: row.6,
            unchanged: row.7,
            rejected: row.8,
            rejects_offset: uint(row.9),
            done: row.10 != 0,
        }))
    }
}
