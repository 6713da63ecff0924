//! One suite, run on SQLite (in memory and in a file) and on a real PostgreSQL that the tests start themselves.

mod clear;
mod postgres;
mod suite;

use store::{Keys, Store};

fn keys() -> Keys {
    Keys::from_master(&[7; 32])
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Runtime::new().unwrap()
}

#[test]
fn suite_on_sqlite_in_memory() {
    runtime().block_on(async {
        let store = Store::open("sqlite::memory:", keys()).await.unwrap();
        suite::run(&store).await;
    });
}

#[test]
fn suite_on_sqlite_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    runtime().block_on(async {
        let url = format!("sqlite:{}", folder.path().join("a.db").display());
        let store = Store::open(&url, keys()).await.unwrap();
        suite::run(&store).await;
        // What was stored is there for the next process.
        let again = Store::open(&url, keys()).await.unwrap();
        assert!(again.count_reports().await.unwrap() > 0);
        let other = Store::open(&url, Keys::from_master(&[8; 32])).await.unwrap();
        assert!(other.doctor().await.unwrap().iter().any(|check| check.name == "key" && !check.ok), "another key is noticed");
    });
}

#[test]
fn suite_on_postgresql() {
    let server = postgres::Server::start();
    runtime().block_on(async {
        let store = Store::open(&server.url(), keys()).await.unwrap();
        suite::run(&store).await;
    });
}

#[test]
fn both_databases_have_the_same_migrations() {
    let names = |folder: &str| {
        let path = format!("{}/migrations/{folder}", env!("CARGO_MANIFEST_DIR"));
        let mut names: Vec<_> = std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    assert_eq!(names("sqlite"), names("postgres"));
}

#[test]
fn what_is_no_database_is_told() {
    runtime().block_on(async {
        let error = Store::open("mysql://somewhere", keys()).await.err().unwrap();
        assert!(error.to_string().contains("use sqlite:FILE"), "{error}");
    });
}
