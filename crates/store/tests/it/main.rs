//! One suite, run on SQLite (in memory and in a file) and on a real PostgreSQL that the tests start themselves; and what only
//! happens between processes: kills, brokers, files.

mod backup;
mod clear;
mod complete;
mod kill;
mod nats;
mod postgres;
mod raw;
mod suite;

use raw::Raw;
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
        suite::run(&store, None).await;
    });
}

#[test]
fn suite_on_sqlite_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    runtime().block_on(async {
        let url = format!("sqlite:{}", folder.path().join("a.db").display());
        let store = Store::open(&url, keys()).await.unwrap();
        suite::run(&store, Some(&Raw::open(&url).await)).await;
        // What was stored is there for the next process.
        let again = Store::open(&url, keys()).await.unwrap();
        assert!(again.count_reports().await.unwrap() > 0);
        assert_eq!(again.kind(), "sqlite");
        let other = Store::open(&url, Keys::from_master(&[8; 32])).await.unwrap();
        assert!(other.doctor().await.unwrap().iter().any(|check| check.name == "key" && !check.ok), "another key is noticed");
        assert!(!other.key_fits().await.unwrap());
    });
}

/// One server for all that needs one: starting it is the slowest part.
#[test]
fn everything_on_postgresql() {
    let server = postgres::Server::start();
    runtime().block_on(async {
        let url = server.database("suite").await;
        let store = Store::open(&url, keys()).await.unwrap();
        assert_eq!(store.kind(), "postgres");
        suite::run(&store, Some(&Raw::open(&url).await)).await;
        let again = Store::open(&url, keys()).await.unwrap();
        assert!(again.count_reports().await.unwrap() > 0);
        backup::postgresql_is_told_its_own_tools(&again).await;
        let url = server.database("writers").await;
        many_writers_lose_nothing(&url).await;
    });
    let url = runtime().block_on(server.database("killed"));
    kill::nothing_is_lost_or_done_twice(&url);
}

#[test]
fn many_writers_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    runtime().block_on(many_writers_lose_nothing(&format!("sqlite:{}", folder.path().join("a.db").display())));
}

/// Writers at once: every report is there, the audit log is one chain, and who reads on from a number misses none.
async fn many_writers_lose_nothing(url: &str) {
    let store = Store::open(url, keys()).await.unwrap();
    let writing = (0..6).map(|writer| {
        let store = store.clone();
        tokio::spawn(async move {
            for number in 0..10 {
                let name = format!("{writer}-{number}");
                let report = suite::new_report(&format!("RF-{name}"), &name, 0);
                store.take_reports(&[report], None, &store::Actor::program(), suite::now()).await.unwrap();
            }
        })
    });
    let writing: Vec<_> = writing.collect();
    let (mut seen, mut after) = (0, 0);
    for _ in 0..2_000 {
        let ended = writing.iter().all(tokio::task::JoinHandle::is_finished);
        let page = store.cases_after(after, 100).await.unwrap();
        after = page.last().map_or(after, |(seq, _)| *seq);
        seen += page.len();
        if ended && page.is_empty() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    for one in writing {
        one.await.unwrap();
    }
    assert_eq!((seen, store.count_reports().await.unwrap()), (60, 60));
    assert_eq!(store.verify_audit().await.unwrap(), Ok(60));
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
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("text.db");
        std::fs::write(&path, "this is no database, but a text that is long enough to be looked at").unwrap();
        let error = Store::open(&format!("sqlite:{}", path.display()), keys()).await.err().unwrap();
        assert!(error.to_string().contains("not a database"), "{error}");
    });
}
