//! Settings that the program keeps for itself, by name; the imported gazetteer is one.

use report::Moment;
use serde_json::json;

use crate::database::{Arg, Tx};
use crate::{Actor, Store, StoreError, audit};

const GAZETTEER: &str = "gazetteer";

pub(crate) async fn write(tx: &mut Tx, name: &str, value: &str) -> Result<(), StoreError> {
    let sql = "INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    tx.execute(sql, &[Arg::Text(name), Arg::Text(value)]).await?;
    Ok(())
}

impl Store {
    pub(crate) async fn setting(&self, name: &str) -> Result<Option<String>, StoreError> {
        let sql = "SELECT value FROM settings WHERE name = $1";
        Ok(self.fetch_first::<(String,)>(sql, &[Arg::Text(name)]).await?.map(|(value,)| value))
    }

    /// The imported gazetteer as its document; `None` where the built-in one holds.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn gazetteer(&self) -> Result<Option<String>, StoreError> {
        self.setting(GAZETTEER).await
    }

    /// Puts a gazetteer in place of what held, or the built-in one back.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn set_gazetteer(&self, document: Option<&str>, actor: &Actor, now: Moment) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        match document {
            Some(document) => write(&mut tx, GAZETTEER, document).await?,
            None => {
                tx.execute("DELETE FROM settings WHERE name = $1", &[Arg::Text(GAZETTEER)]).await?;
            }
        }
        let detail = json!({ "bytes": document.map(str::len) });
        audit::write(&mut tx, actor, "areas.import", "gazetteer", &detail, now).await?;
        tx.commit().await
    }
}
