//! Backup and restore: a whole, consistent copy of an SQLite database in one file. Personal data in it is sealed, and opens only with
//! the key file, which is not part of it.

use std::path::{Path, PathBuf};

use report::Moment;
use serde_json::json;

use crate::database::Database;
use crate::{Actor, Check, Keys, Store, StoreError};

impl Store {
    /// Writes a whole copy of the database, as of one instant, while others go on reading and writing.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where the file is there already, or the database is PostgreSQL, which has its own tools.
    pub async fn backup(&self, path: &str, actor: &Actor, now: Moment) -> Result<(), StoreError> {
        let Database::Sqlite { write, .. } = &self.database else {
            let words = "a PostgreSQL database is backed up with its own tool: pg_dump --format=custom --file FILE URL";
            return Err(StoreError::Conflict(words.to_owned()));
        };
        if Path::new(path).exists() {
            return Err(StoreError::Conflict(format!("{path} is there already: give a new name")));
        }
        // The entry first: the copy holds the record of its own making.
        let name = Path::new(path).file_name().map(|name| name.to_string_lossy().into_owned());
        self.record(actor, "database.backup", &name.unwrap_or_default(), &json!(null), now).await?;
        // Under another name until it is whole: a copy that was cut short is never taken for one.
        let part = format!("{path}.part");
        let _ = std::fs::remove_file(&part);
        sqlx::query("VACUUM INTO $1").bind(part.clone()).execute(write).await?;
        let file = std::fs::File::open(&part).and_then(|file| file.sync_all());
        file.and_then(|()| std::fs::rename(&part, path)).map_err(|error| StoreError::File { file: path.to_owned(), error })
    }
}

/// Puts a backup in the place of a database: it is looked through first (whole, its audit log unbroken, its key this one), and
/// nothing is touched if it is not well. What stood there before is kept beside it, under the name that is given back.
///
/// # Errors
/// [`StoreError::Conflict`] where the backup is not well, or there is a database already and `replace` is false.
pub async fn restore(
    backup: &Path,
    url: &str,
    keys: Keys,
    replace: bool,
    actor: &Actor,
    now: Moment,
) -> Result<Option<PathBuf>, StoreError> {
    let conflict = |words: String| StoreError::Conflict(words);
    let Some(target) = url.strip_prefix("sqlite:").filter(|path| !path.contains(":memory:")) else {
        let words = "a PostgreSQL database is restored with its own tool: pg_restore --clean --if-exists --dbname URL FILE";
        return Err(conflict(words.to_owned()));
    };
    let target = PathBuf::from(target.split('?').next().unwrap_or(target).trim_start_matches("//"));
    let shown = backup.display().to_string();
    let file_error = |file: &Path, error: std::io::Error| StoreError::File { file: file.display().to_string(), error };
    if !is_sqlite(backup).map_err(|error| file_error(backup, error))? {
        return Err(conflict(format!("{shown} is no backup: it is not an SQLite file")));
    }
    if target.exists() && !replace {
        let words =
            format!("{} is there already: stop what uses it and give --replace to put the backup in its place", target.display());
        return Err(conflict(words));
    }
    let beside = |ending: &str| PathBuf::from(format!("{}.{ending}", target.display()));
    let part = beside("restoring");
    clear(&part);
    std::fs::copy(backup, &part).map_err(|error| file_error(&part, error))?;
    let looked = look_through(&part, keys, &shown, actor, now).await;
    if let Err(error) = looked {
        clear(&part);
        return Err(error);
    }
    let mut kept = None;
    if target.exists() {
        let before = beside(&format!("before-{}", now.timestamp().as_second()));
        // The log beside the old database belongs to it and goes with it.
        for ending in ["", "-wal", "-shm"] {
            let from = PathBuf::from(format!("{}{ending}", target.display()));
            if from.exists() {
                let to = PathBuf::from(format!("{}{ending}", before.display()));
                std::fs::rename(&from, &to).map_err(|error| file_error(&from, error))?;
            }
        }
        kept = Some(before);
    }
    std::fs::rename(&part, &target).map_err(|error| file_error(&target, error))?;
    Ok(kept)
}

/// Opens the copy, brings it up to date and looks through it.
async fn look_through(part: &Path, keys: Keys, shown: &str, actor: &Actor, now: Moment) -> Result<(), StoreError> {
    let store = Store::open(&format!("sqlite:{}", part.display()), keys).await?;
    let bad: Vec<Check> = store.doctor().await?.into_iter().filter(|check| !check.ok).collect();
    if let Some(check) = bad.first() {
        let words = format!("{shown} is not well and was not put back: {}: {}", check.name, check.words);
        store.close().await;
        return Err(StoreError::Conflict(words));
    }
    store.record(actor, "database.restore", shown, &json!(null), now).await?;
    store.close().await;
    Ok(())
}

/// Whether a file begins as SQLite's do.
fn is_sqlite(path: &Path) -> std::io::Result<bool> {
    use std::io::Read;
    let mut head = Vec::new();
    std::fs::File::open(path)?.take(16).read_to_end(&mut head)?;
    Ok(head == b"SQLite format 3\0")
}

fn clear(path: &Path) {
    for ending in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{ending}", path.display()));
    }
}
