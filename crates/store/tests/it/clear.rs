//! Nothing personal stands in the database's files in the clear.

use store::{Actor, Store};

use super::suite::{new_report, now};

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
        store.backup(&folder.path().join("backup.db").display().to_string()).await.unwrap();
        store
    });
    let mut files = 0;
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        for marker in ["Marker Personname", "marker words", "1632960101", "AL1 3JQ"] {
            assert!(!bytes.windows(marker.len()).any(|window| window == marker.as_bytes()), "{marker} is in the clear");
        }
        assert!(!bytes.is_empty() || files > 0);
        files += 1;
    }
    assert!(files >= 2);
}
