//! Staff accounts. Passwords come in as Argon2id hashes; hashing is the caller's.

use report::Moment;
use serde_json::json;

use crate::database::{Arg, micros};
use crate::{Actor, Store, StoreError, audit};

/// A member of staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// User name.
    pub name: String,
    /// Name for people.
    pub display_name: String,
    /// Role.
    pub role: String,
    /// Argon2id hash in PHC form.
    pub password: String,
    /// May not sign in.
    pub disabled: bool,
    /// Failed sign-ins since the last good one.
    pub failures: i64,
}

/// How a sign-in went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoginResult {
    /// The password was right.
    Good,
    /// It was wrong.
    Bad,
}

/// Failed sign-ins after which an account is locked.
const MOST_FAILURES: i64 = 10;

type Row = (String, String, String, String, i64, i64);

const COLUMNS: &str = "SELECT name, display_name, role, password, disabled, failures FROM users WHERE name = $1";

impl User {
    /// Whether it is locked after too many failed sign-ins.
    pub fn is_locked(&self) -> bool {
        self.failures >= MOST_FAILURES
    }
}

impl Store {
    /// Makes an account.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where the name is taken.
    pub async fn create_user(&self, user: &User, actor: &Actor, now: Moment) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let sql = "INSERT INTO users (name, display_name, role, password, created_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
        let args = [
            Arg::Text(&user.name),
            Arg::Text(&user.display_name),
            Arg::Text(&user.role),
            Arg::Text(&user.password),
            Arg::Int(micros(now)),
        ];
        if tx.execute(sql, &args).await? == 0 {
            return Err(StoreError::Conflict(format!("there is a user '{}' already", user.name)));
        }
        audit::write(&mut tx, actor, "user.create", &user.name, &json!({ "role": user.role }), now).await?;
        tx.commit().await
    }

    /// One account.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn user(&self, name: &str) -> Result<Option<User>, StoreError> {
        Ok(self.fetch_first::<Row>(COLUMNS, &[Arg::Text(name)]).await?.map(user))
    }

    /// All accounts, by name.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn users(&self) -> Result<Vec<User>, StoreError> {
        let sql = "SELECT name, display_name, role, password, disabled, failures FROM users ORDER BY name";
        Ok(self.fetch::<Row>(sql, &[]).await?.into_iter().map(user).collect())
    }

    /// Changes role, password or whether the account is disabled; unlocks it. Its sessions end.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]
    pub async fn update_user(&self, user: &User, actor: &Actor, now: Moment) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let sql = "UPDATE users SET display_name = $2, role = $3, password = $4, disabled = $5, failures = 0 WHERE name = $1";
        let args = [
            Arg::Text(&user.name),
            Arg::Text(&user.display_name),
            Arg::Text(&user.role),
            Arg::Text(&user.password),
            Arg::Int(i64::from(user.disabled)),
        ];
        if tx.execute(sql, &args).await? == 0 {
            return Err(StoreError::NotFound { what: "user", id: user.name.clone() });
        }
        tx.execute("DELETE FROM sessions WHERE user_name = $1", &[Arg::Text(&user.name)]).await?;
        let detail = json!({ "role": user.role, "disabled": user.disabled });
        audit::write(&mut tx, actor, "user.update", &user.name, &detail, now).await?;
        tx.commit().await
    }

    /// Notes how a sign-in went; ten wrong passwords in a row lock the account.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn record_login(&self, name: &str, result: LoginResult, now: Moment) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let (sql, action) = match result {
            LoginResult::Good => ("UPDATE users SET failures = 0 WHERE name = $1", "user.sign_in"),
            LoginResult::Bad => ("UPDATE users SET failures = failures + 1 WHERE name = $1", "user.sign_in_failed"),
        };
        if tx.execute(sql, &[Arg::Text(name)]).await? > 0 {
            audit::write(&mut tx, &Actor::new(name, ""), action, name, &serde_json::Value::Null, now).await?;
        }
        tx.commit().await
    }
}

fn user(row: Row) -> User {
    User { name: row.0, display_name: row.1, role: row.2, password: row.3, disabled: row.4 != 0, failures: row.5 }
}
