//! Unfinished reports: each answer is sealed as it is given, and gone a day after the last.

use report::Moment;
use zeroize::Zeroizing;

use crate::database::{Arg, micros};
use crate::keys::hex;
use crate::sealing::Sealed;
use crate::{Store, StoreError};

/// A draft is kept this long after its last answer.
const KEPT: i64 = 24 * 60 * 60 * 1_000_000;

impl Store {
    /// Saves the answers so far.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn save_draft(&self, token: &str, answers: &str, now: Moment) -> Result<(), StoreError> {
        let hash = self.keys.token_hash(token);
        let sealed = self.keys.seal(answers.as_bytes(), &place(&hash));
        let now = micros(now);
        let mut tx = self.begin().await?;
        tx.execute("DELETE FROM drafts WHERE updated_at < $1", &[Arg::Int(now - KEPT)]).await?;
        let sql = "INSERT INTO drafts (token_hash, sealed, wrapped_key, updated_at) VALUES ($1, $2, $3, $4) ON CONFLICT (token_hash) \
                   DO UPDATE SET sealed = excluded.sealed, wrapped_key = excluded.wrapped_key, updated_at = excluded.updated_at";
        let args = [Arg::Bytes(&hash), Arg::Bytes(&sealed.value), Arg::Bytes(&sealed.wrapped_key), Arg::Int(now)];
        tx.execute(sql, &args).await?;
        tx.commit().await
    }

    /// The answers of a draft, if it is there.
    ///
    /// # Errors
    /// [`StoreError::Sealed`] where the key does not fit.
    pub async fn draft(&self, token: &str, now: Moment) -> Result<Option<Zeroizing<String>>, StoreError> {
        let hash = self.keys.token_hash(token);
        let sql = "SELECT sealed, wrapped_key FROM drafts WHERE token_hash = $1 AND updated_at >= $2";
        let found: Option<(Vec<u8>, Vec<u8>)> = self.fetch_first(sql, &[Arg::Bytes(&hash), Arg::Int(micros(now) - KEPT)]).await?;
        let Some((value, wrapped_key)) = found else { return Ok(None) };
        let plain = self.keys.open(&Sealed { value, wrapped_key }, &place(&hash))?;
        let text = std::str::from_utf8(&plain).map_err(|_| StoreError::Sealed)?;
        Ok(Some(Zeroizing::new(text.to_owned())))
    }

    /// Throws a draft away.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn delete_draft(&self, token: &str) -> Result<(), StoreError> {
        let hash = self.keys.token_hash(token);
        let mut tx = self.begin().await?;
        tx.execute("DELETE FROM drafts WHERE token_hash = $1", &[Arg::Bytes(&hash)]).await?;
        tx.commit().await
    }
}

fn place(hash: &[u8; 32]) -> String {
    format!("drafts/answers/{}", hex(hash))
}
