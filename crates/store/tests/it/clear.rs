//! Nothing personal stands in the database's files in the clear, and nothing that opens it stands there after an erasure.

use series::ReportId;
use store::{Actor, Store};

use super::raw::Raw;
use super::suite::{new_report, now};

/// Every file of a folder with its bytes.
fn files(folder: &std::path::Path) -> Vec<(String, Vec<u8>)> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| (path.display().to_string(), std::fs::read(path).unwrap())).collect()
}

fn holds(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|window| window == what)
}

#[test]
fn the_files_hold_no_personal_data_in_the_clear() {
    let folder = tempfile::tempdir().unwrap();
    let runtime = super::runtime();
    // The store stays open: its write-ahead log is looked through too.
    let _open = runtime.block_on(async {
        let url = format!("sqlite:{}", folder.path().join("a.db").display());
        let store = Store::open(&url, super::keys()).await.unwrap();
        store.take_reports(&[new_report("RF-A", "1", 0)], None, &Actor::program(), now()).await.unwrap();
        store.save_draft("t", "marker words of a person", now()).await.unwrap();
        store.set_return_code(&ReportId("RF-A".into()), "918273").await.unwrap();
        store.backup(&folder.path().join("backup.db").display().to_string(), &Actor::program(), now()).await.unwrap();
        store
    });
    let files = files(folder.path());
    assert!(files.len() >= 3, "{}", files.len());
    // The reference, which is no secret, shows that what is looked for would be found.
    assert!(files.iter().any(|(_, bytes)| holds(bytes, b"RF-A")));
    for (name, bytes) in files {
        for marker in ["Marker Personname", "marker words", "1632960101", "AL1 3JQ", "918273"] {
            assert!(!holds(&bytes, marker.as_bytes()), "{marker} is in the clear in {name}");
        }
    }
}

#[test]
fn an_erased_persons_key_is_gone_from_every_file() {
    let folder = tempfile::tempdir().unwrap();
    let runtime = super::runtime();
    let (_open, key, sealed) = runtime.block_on(async {
        let url = format!("sqlite:{}", folder.path().join("a.db").display());
        let store = Store::open(&url, super::keys()).await.unwrap();
        let batch: Vec<_> = (0..40).map(|n| new_report(&format!("RF-{n}"), &n.to_string(), 0)).collect();
        store.take_reports(&batch, None, &Actor::program(), now()).await.unwrap();
        let Raw::Sqlite(pool) = Raw::open(&url).await else { unreachable!() };
        let (key, sealed): (Vec<u8>, Vec<u8>) =
            sqlx::query_as("SELECT wrapped_key, sealed FROM reports WHERE id = 'RF-7'").fetch_one(&pool).await.unwrap();
        pool.close().await;
        assert!(files(folder.path()).iter().any(|(_, bytes)| holds(bytes, &key)), "it is found while it is there");
        let begun = std::time::Instant::now();
        store.erase(&ReportId("RF-7".into()), "request", &Actor::program(), now()).await.unwrap();
        assert!(begun.elapsed().as_secs() < 5);
        (store, key, sealed)
    });
    for (name, bytes) in files(folder.path()) {
        assert!(!holds(&bytes, &key), "the wrapped key is still in {name}");
        assert!(!holds(&bytes, &sealed[..64]), "the sealed part is still in {name}");
    }
}
