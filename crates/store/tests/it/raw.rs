//! Tables looked at, and meddled with, past the store.

use sqlx::{Executor, PgPool, SqlitePool};

pub(crate) enum Raw {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

impl Raw {
    pub(crate) async fn open(url: &str) -> Raw {
        if url.starts_with("sqlite:") {
            Raw::Sqlite(SqlitePool::connect(url).await.unwrap())
        } else {
            Raw::Postgres(PgPool::connect(url).await.unwrap())
        }
    }

    pub(crate) async fn run(&self, sql: &str) -> Result<(), sqlx::Error> {
        let sql = sqlx::AssertSqlSafe(sql.to_owned());
        match self {
            Raw::Sqlite(pool) => pool.execute(sqlx::query(sql)).await.map(|_| ()),
            Raw::Postgres(pool) => pool.execute(sqlx::query(sql)).await.map(|_| ()),
        }
    }

    pub(crate) async fn number(&self, sql: &str) -> i64 {
        let sql = sqlx::AssertSqlSafe(sql.to_owned());
        match self {
            Raw::Sqlite(pool) => sqlx::query_scalar(sql).fetch_one(pool).await.unwrap(),
            Raw::Postgres(pool) => sqlx::query_scalar(sql).fetch_one(pool).await.unwrap(),
        }
    }

    pub(crate) async fn count(&self, table: &str) -> i64 {
        self.number(&format!("SELECT count(*) FROM {table}")).await
    }

    /// Takes away what keeps the audit log append-only.
    pub(crate) async fn free_the_audit_log(&self) {
        let sql: &[&str] = match self {
            Raw::Sqlite(_) => &["DROP TRIGGER audit_no_update", "DROP TRIGGER audit_no_delete"],
            Raw::Postgres(_) => &["DROP TRIGGER audit_no_change ON audit", "DROP TRIGGER audit_no_truncate ON audit"],
        };
        for one in sql {
            self.run(one).await.unwrap();
        }
    }
}
