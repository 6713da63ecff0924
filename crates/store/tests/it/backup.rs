use std::path::Path;

use report::OpenReason;
use series::ReportId;
use store::{Actor, Keys, Store, restore};

use super::suite::{new_report, now};
use super::{keys, runtime};

fn url(path: &Path) -> String {
    format!("sqlite:{}", path.display())
}

async fn filled(path: &Path) -> Store {
    let store = Store::open(&url(path), keys()).await.unwrap();
    store.take_reports(&[new_report("RF-A", "1", 0)], None, &Actor::program(), now()).await.unwrap();
    store
}

#[test]
fn a_backup_is_whole_and_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let [database, copy] = ["a.db", "copy.db"].map(|name| folder.path().join(name));
    runtime().block_on(async {
        let store = filled(&database).await;
        store.backup(copy.to_str().unwrap(), &Actor::program(), now()).await.unwrap();
        let error = store.backup(copy.to_str().unwrap(), &Actor::program(), now()).await.unwrap_err();
        assert!(error.to_string().contains("there already"), "{error}");
        store.take_reports(&[new_report("RF-B", "2", 0)], None, &Actor::program(), now()).await.unwrap();
        store.close().await;
        // Over a database that is there only when that is said; and what was there is kept.
        let elsewhere = restore(&copy, "postgres://x@y/z", keys(), true, &Actor::program(), now()).await.unwrap_err();
        assert!(elsewhere.to_string().contains("pg_restore"), "{elsewhere}");
        let target = url(&database);
        let error = restore(&copy, &target, keys(), false, &Actor::program(), now()).await.unwrap_err();
        assert!(error.to_string().contains("--replace"), "{error}");
        let kept = restore(&copy, &target, keys(), true, &Actor::program(), now()).await.unwrap().unwrap();
        let store = Store::open(&target, keys()).await.unwrap();
        assert_eq!(store.count_reports().await.unwrap(), 1);
        let id = ReportId("RF-A".into());
        let private = store.private(&id, OpenReason::Unmasking, "x", &Actor::program(), now()).await.unwrap().unwrap();
        assert_eq!(private.narrative.as_deref(), Some("marker words of a person"));
        let actions: Vec<String> = store.audit(None, 10).await.unwrap().into_iter().map(|entry| entry.action).collect();
        assert_eq!(actions, ["report.unmask", "database.restore", "database.backup", "reports.take"]);
        assert!(store.verify_audit().await.unwrap().is_ok());
        assert_eq!(Store::open(&url(&kept), keys()).await.unwrap().count_reports().await.unwrap(), 2);
    });
}

#[test]
fn a_backup_that_is_not_well_is_not_put_back() {
    let folder = tempfile::tempdir().unwrap();
    let [database, copy, target] = ["a.db", "copy.db", "target.db"].map(|name| folder.path().join(name));
    runtime().block_on(async {
        filled(&database).await.backup(copy.to_str().unwrap(), &Actor::program(), now()).await.unwrap();
        let put_back = |keys: Keys| {
            let (copy, target) = (copy.clone(), url(&target));
            async move { restore(&copy, &target, keys, false, &Actor::program(), now()).await.unwrap_err().to_string() }
        };
        let error = put_back(Keys::from_master(&[8; 32])).await;
        assert!(error.contains("was not put back"), "{error}");
        assert!(!target.exists());
        let whole = std::fs::read(&copy).unwrap();
        std::fs::write(&copy, &whole[..whole.len() / 2]).unwrap();
        put_back(keys()).await;
        std::fs::write(&copy, "no database at all").unwrap();
        assert!(put_back(keys()).await.contains("is no backup"));
        std::fs::remove_file(&copy).unwrap();
        assert!(put_back(keys()).await.contains("copy.db"));
        let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|one| one.unwrap().file_name()).collect();
        assert!(left.iter().all(|name| !name.to_string_lossy().contains("restoring")), "{left:?}");
    });
}

pub(crate) async fn postgresql_is_told_its_own_tools(store: &Store) {
    let error = store.backup("x", &Actor::program(), now()).await.unwrap_err();
    assert!(error.to_string().contains("pg_dump"), "{error}");
}
