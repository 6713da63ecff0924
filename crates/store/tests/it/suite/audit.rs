use store::Store;

use super::super::raw::Raw;
use super::{actor, now};

pub(super) async fn the_log_is_whole(store: &Store) {
    let before = store.verify_audit().await.unwrap().unwrap();
    assert!(before > 10);
    store.record(&actor(), "test.look", "nothing", &serde_json::json!({"a": 1}), now()).await.unwrap();
    assert_eq!(store.verify_audit().await.unwrap(), Ok(before + 1));
    let all = store.audit(None, 1000).await.unwrap();
    assert!(all.iter().all(|entry| !entry.detail.contains("arker")));
    assert_eq!(store.audit(Some(all[0].seq), 1).await.unwrap()[0], all[1]);
    let checks = store.doctor().await.unwrap();
    assert!(checks.iter().all(|check| check.ok), "{checks:?}");
    assert!(store.key_fits().await.unwrap());
}

/// Whoever has the database and not the program: what they do is refused, and where they get round that, it shows.
pub(super) async fn tampering_shows(store: &Store, raw: &Raw) {
    for sql in ["UPDATE audit SET user_name = 'x' WHERE seq = 3", "DELETE FROM audit WHERE seq = 3"] {
        assert!(raw.run(sql).await.is_err(), "{sql}");
    }
    raw.free_the_audit_log().await;
    let entries = store.verify_audit().await.unwrap().unwrap();
    let broken = |at: i64, words: &'static str| async move {
        let found = store.verify_audit().await.unwrap().unwrap_err();
        assert_eq!((found.seq, found.what), (at, words));
    };
    let keep = "CREATE TABLE kept AS SELECT * FROM audit";
    let put_back = ["DELETE FROM audit", "INSERT INTO audit SELECT * FROM kept"];
    raw.run(keep).await.unwrap();
    let last = entries;
    let cases: [(String, i64, &'static str); 6] = [
        ("UPDATE audit SET detail = 'other' WHERE seq = 3".into(), 3, "its text was changed"),
        ("UPDATE audit SET at = at + 1 WHERE seq = 4".into(), 4, "its text was changed"),
        ("DELETE FROM audit WHERE seq = 5".into(), 5, "the entry is missing"),
        (format!("DELETE FROM audit WHERE seq > {}", last - 2), last - 1, "the entry is missing"),
        ("DELETE FROM audit".into(), 1, "the entry is missing"),
        ("UPDATE audit SET previous = hash WHERE seq = 6".into(), 6, "it does not follow the entry before"),
    ];
    for (sql, at, words) in cases {
        raw.run(&sql).await.unwrap();
        broken(at, words).await;
        for sql in put_back {
            raw.run(sql).await.unwrap();
        }
        assert_eq!(store.verify_audit().await.unwrap(), Ok(entries));
    }
    // A log that was cut together with its mark: the mark is keyed.
    raw.run(&format!("DELETE FROM audit WHERE seq > {}", last - 2)).await.unwrap();
    raw.run(&format!("UPDATE settings SET value = '{} 00' WHERE name = 'audit.end'", last - 2)).await.unwrap();
    broken(last - 2, "the mark of the log's end is not of this key").await;
    raw.run("DELETE FROM settings WHERE name = 'audit.end'").await.unwrap();
    broken(last - 2, "the mark of the log's end is missing").await;
}
