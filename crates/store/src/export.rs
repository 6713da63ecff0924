//! Reports going out again, as they came in.

use report::{Private, Report};

use crate::database::Arg;
use crate::sealing::Sealed;
use crate::take::place;
use crate::{Store, StoreError};

/// A report that goes out.
#[derive(Debug, Clone, PartialEq)]
pub struct Exported {
    /// Its number in the order of taking.
    pub seq: i64,
    /// Its reference.
    pub id: String,
    /// The report.
    pub report: Report,
}

/// seq, id, facts, sealed part, wrapped key.
type Row = (i64, String, String, Option<Vec<u8>>, Option<Vec<u8>>);

const PAGE: &str = "SELECT seq, id, facts, sealed, wrapped_key FROM reports \
     WHERE seq > $1 ORDER BY seq LIMIT $2";

impl Store {
    /// Reports after a number, in the order they were taken. Personal data is opened only where it is asked for; who asks, and
    /// why, goes into the audit log first, by [`Store::record`]. An erased person stays erased.
    ///
    /// # Errors
    /// [`StoreError::Sealed`] where the key does not fit.
    pub async fn export(&self, after: i64, with_private: bool, limit: i64) -> Result<Vec<Exported>, StoreError> {
        let rows: Vec<Row> = self.fetch(PAGE, &[Arg::Int(after), Arg::Int(limit)]).await?;
        let mut found = Vec::with_capacity(rows.len());
        for (seq, id, facts, value, wrapped_key) in rows {
            let private = match (value, wrapped_key) {
                (Some(value), Some(wrapped_key)) if with_private => {
                    let plain = self.keys.open(&Sealed { value, wrapped_key }, &place(&id))?;
                    serde_json::from_slice(&plain).map_err(|_| StoreError::Sealed)?
                }
                _ => Private::default(),
            };
            let report = Report::from_parts(&facts, private)
                .map_err(|refusal| StoreError::Conflict(format!("the stored report {id} does not read: {refusal}")))?;
            found.push(Exported { seq, id, report });
        }
        Ok(found)
    }
}
