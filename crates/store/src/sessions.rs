//! Staff sessions: known by the keyed hash of their token, ended after half an hour idle or twelve hours.

use report::Moment;

use crate::database::{Arg, micros};
use crate::{Store, StoreError};

/// A session that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Whose.
    pub user: String,
    /// The token that each form carries.
    pub csrf: String,
    /// When it began, microseconds since 1970.
    pub created_at: i64,
}

const IDLE: i64 = 30 * 60 * 1_000_000;
const LONGEST: i64 = 12 * 60 * 60 * 1_000_000;

impl Store {
    /// Begins a session.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn create_session(&self, token: &str, user: &str, csrf: &str, now: Moment) -> Result<(), StoreError> {
        let hash = self.keys.token_hash(token);
        let now = micros(now);
        let mut tx = self.begin().await?;
        let over = [Arg::Int(now - IDLE), Arg::Int(now - LONGEST)];
        tx.execute("DELETE FROM sessions WHERE seen_at < $1 OR created_at < $2", &over).await?;
        let sql = "INSERT INTO sessions (token_hash, user_name, csrf, created_at, seen_at) VALUES ($1, $2, $3, $4, $4)";
        tx.execute(sql, &[Arg::Bytes(&hash), Arg::Text(user), Arg::Text(csrf), Arg::Int(now)]).await?;
        tx.commit().await
    }

    /// The session of a token, if it holds; notes that it was seen, once a minute at the most.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn session(&self, token: &str, now: Moment) -> Result<Option<Session>, StoreError> {
        let hash = self.keys.token_hash(token);
        let now = micros(now);
        let sql = "SELECT user_name, csrf, created_at, seen_at FROM sessions WHERE token_hash = $1 AND seen_at >= $2 AND created_at >= $3";
        let args = [Arg::Bytes(&hash), Arg::Int(now - IDLE), Arg::Int(now - LONGEST)];
        let found: Option<(String, String, i64, i64)> = self.fetch_first(sql, &args).await?;
        let Some((user, csrf, created_at, seen_at)) = found else { return Ok(None) };
        if now - seen_at > 60_000_000 {
            let mut tx = self.begin().await?;
            tx.execute("UPDATE sessions SET seen_at = $2 WHERE token_hash = $1", &[Arg::Bytes(&hash), Arg::Int(now)]).await?;
            tx.commit().await?;
        }
        Ok(Some(Session { user, csrf, created_at }))
    }

    /// Ends a session.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn end_session(&self, token: &str) -> Result<(), StoreError> {
        let hash = self.keys.token_hash(token);
        let mut tx = self.begin().await?;
        tx.execute("DELETE FROM sessions WHERE token_hash = $1", &[Arg::Bytes(&hash)]).await?;
        tx.commit().await
    }
}
