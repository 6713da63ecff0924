//! The audit log: append-only and hash-chained. Each entry's hash covers the one before, so that a changed, missing or inserted
//! entry shows, and a keyed mark stands for the last, so that a log that was cut or written anew shows. Entries are written in the
//! transaction of what they tell of.

use report::Moment;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::database::{Arg, On, Tx, micros, moment};
use crate::keys::hex;
use crate::{Actor, Store, StoreError};

/// One entry.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct AuditEntry {
    /// Its number, from 1.
    pub seq: i64,
    /// When.
    pub at: Moment,
    /// Who.
    pub user: String,
    /// In what role.
    pub role: String,
    /// What was done: `reports.take`, `report.unmask`, `series.confirm` …
    pub action: String,
    /// To what.
    pub object: String,
    /// More, without personal data.
    pub detail: String,
    /// Its hash.
    pub hash: String,
}

/// Where the chain does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the audit log is broken at entry {seq}: {what}; compare it with the last backup")]
pub struct AuditBreak {
    /// The entry.
    pub seq: i64,
    /// What is wrong.
    pub what: &'static str,
}

/// seq, at, user, role, action, object, detail, previous hash, hash.
type Row = (i64, i64, String, String, String, String, String, String, String);

/// The setting that marks the chain's end: the last entry's number, and a keyed hash over it.
const END: &str = "audit.end";
/// The chain's beginning.
const START: &str = "0000000000000000000000000000000000000000000000000000000000000000";

const LAST: &str = "SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1";
const INSERT: &str = "INSERT INTO audit (seq, at, user_name, role, action, object, detail, previous, hash) \
                      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
const PAGE: &str = "SELECT seq, at, user_name, role, action, object, detail, previous, hash FROM audit \
                    WHERE seq > $1 ORDER BY seq LIMIT $2";
const NEWEST: &str = "SELECT seq, at, user_name, role, action, object, detail, previous, hash FROM audit \
                      WHERE seq < $1 ORDER BY seq DESC LIMIT $2";

/// Holds the chain's end until the commit. SQLite has one writer; PostgreSQL is told. Writers that hold it from their beginning also
/// commit in the order in which their rows are numbered, so that nobody who reads on from a number misses one.
pub(crate) async fn hold(tx: &mut Tx) -> Result<(), StoreError> {
    if let On::Postgres(_) = &tx.on {
        tx.execute("LOCK TABLE audit IN SHARE ROW EXCLUSIVE MODE", &[]).await?;
    }
    Ok(())
}

/// Adds an entry.
pub(crate) async fn write(
    tx: &mut Tx,
    actor: &Actor,
    action: &str,
    object: &str,
    detail: &Value,
    now: Moment,
) -> Result<(), StoreError> {
    hold(tx).await?;
    let last: Vec<(i64, String)> = tx.fetch(LAST, &[]).await?;
    let (seq, previous) = last.into_iter().next().map_or((1, START.to_owned()), |(seq, hash)| (seq + 1, hash));
    let detail = if detail.is_null() { String::new() } else { detail.to_string() };
    let at = micros(now);
    let hash = hash_of(&previous, seq, at, [&actor.user, &actor.role, action, object, &detail]);
    let args = [
        Arg::Int(seq),
        Arg::Int(at),
        Arg::Text(&actor.user),
        Arg::Text(&actor.role),
        Arg::Text(action),
        Arg::Text(object),
        Arg::Text(&detail),
        Arg::Text(&previous),
        Arg::Text(&hash),
    ];
    tx.execute(INSERT, &args).await?;
    let mark = format!("{seq} {}", tx.keys.audit_mark(seq, &hash));
    crate::settings::write(tx, END, &mark).await
}

fn hash_of(previous: &str, seq: i64, at: i64, parts: [&str; 5]) -> String {
    let mut hash = Sha256::new();
    hash.update(previous.as_bytes());
    hash.update(seq.to_be_bytes());
    hash.update(at.to_be_bytes());
    for part in parts {
        // The length before each part keeps "ab","c" apart from "a","bc".
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    hex(&hash.finalize())
}

impl Store {
    /// Entries before `before` (all, where none is given), newest first.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn audit(&self, before: Option<i64>, limit: i64) -> Result<Vec<AuditEntry>, StoreError> {
        let rows: Vec<Row> = self.fetch(NEWEST, &[Arg::Int(before.unwrap_or(i64::MAX)), Arg::Int(limit)]).await?;
        Ok(rows.into_iter().map(entry).collect())
    }

    /// Adds an entry of its own, for what changes nothing in the store: a sign-in, an export.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn record(&self, actor: &Actor, action: &str, object: &str, detail: &Value, now: Moment) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        write(&mut tx, actor, action, object, detail, now).await?;
        tx.commit().await
    }

    /// Walks the whole chain: how many entries there are, or where it breaks.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub async fn verify_audit(&self) -> Result<Result<i64, AuditBreak>, StoreError> {
        // The mark is read first: entries that are written while the chain is walked lie past it.
        let mark = self.setting(END).await?;
        let (end, mark) = mark.as_deref().and_then(|mark| mark.split_once(' ')).unwrap_or(("0", ""));
        let end: i64 = end.parse().unwrap_or(i64::MAX);
        let mut previous = START.to_owned();
        let mut seq = 0;
        loop {
            let rows: Vec<Row> = self.fetch(PAGE, &[Arg::Int(seq), Arg::Int(1000)]).await?;
            if rows.is_empty() {
                // Read again: whoever wrote entries since the beginning moved it in the same transaction.
                let newest = self.setting(END).await?.and_then(|mark| mark.split_once(' ')?.0.parse::<i64>().ok());
                return Ok(match seq {
                    _ if newest.is_some_and(|newest| seq > newest) => {
                        Err(AuditBreak { seq, what: "it was added past the mark of the log's end" })
                    }
                    _ if seq < end => Err(AuditBreak { seq: seq + 1, what: "the entry is missing" }),
                    _ if seq > 0 && end == 0 => Err(AuditBreak { seq, what: "the mark of the log's end is missing" }),
                    _ => Ok(seq),
                });
            }
            for row in rows {
                if row.0 != seq + 1 {
                    return Ok(Err(AuditBreak { seq: seq + 1, what: "the entry is missing" }));
                }
                seq = row.0;
                if row.7 != previous {
                    return Ok(Err(AuditBreak { seq, what: "it does not follow the entry before" }));
                }
                if hash_of(&previous, seq, row.1, [&row.2, &row.3, &row.4, &row.5, &row.6]) != row.8 {
                    return Ok(Err(AuditBreak { seq, what: "its text was changed" }));
                }
                previous = row.8;
                if seq == end && self.keys.audit_mark(seq, &previous) != mark {
                    return Ok(Err(AuditBreak { seq, what: "the mark of the log's end is not of this key" }));
                }
            }
        }
    }
}

fn entry(row: Row) -> AuditEntry {
    AuditEntry {
        seq: row.0,
        at: moment(row.1),
        user: row.2,
        role: row.3,
        action: row.4,
        object: row.5,
        detail: row.6,
        hash: row.8,
    }
}
