use advice::{Advice, AdviceId, State};
use store::{Store, StoredRendering};

use super::super::raw::Raw;
use super::{actor, now};

fn advice(id: &str, slug: &str, state: &str, version: u32) -> Advice {
    serde_json::from_value(serde_json::json!({
        "id": id, "slug": slug, "series": null, "state": state, "version": version, "figures": {}, "author": "pat",
        "content": {"area": "Hertfordshire", "title": "Example", "url": "https://example.org/a", "date": "2019-04-30", "highlights": [],
            "paragraphs": [], "quote": null, "closing": [], "steps": []},
        "last_editor": "pat", "signer": null, "signed_hash": null, "published_at": (state == "published").then_some("2019-04-30T16:00:00+01:00"),
        "updated_at": "2019-04-30T16:00:00+01:00", "expires_on": null, "events": [],
    }))
    .unwrap()
}

fn rendering(channel: &str) -> StoredRendering {
    StoredRendering {
        channel: channel.into(),
        path: format!("a.{channel}"),
        media_type: "text/plain".into(),
        bytes: b"as signed".to_vec(),
    }
}

pub(super) async fn advice_is_kept_with_its_renderings(store: &Store) {
    let draft = advice("0144", "example-0144", "draft", 1);
    store.save_advice(&draft, &[rendering("text"), rendering("page")], None, &actor(), now()).await.unwrap();
    assert_eq!(store.advice(&draft.id).await.unwrap(), draft);
    assert_eq!(store.advice_by_slug("example-0144").await.unwrap().id, draft.id);
    assert!(store.published_advice(10).await.unwrap().is_empty());
    assert!(store.ledger().await.unwrap().is_empty());
    let out = advice("0144", "example-0144", "published", 2);
    store.save_advice(&out, &[rendering("page")], Some((State::Draft, 1)), &actor(), now()).await.unwrap();
    assert_eq!(store.renderings(&draft.id, 1).await.unwrap(), [rendering("page"), rendering("text")]);
    assert_eq!(store.renderings(&draft.id, 2).await.unwrap().len(), 1);
    assert_eq!(store.published_advice(10).await.unwrap().len(), 1);
    assert_eq!(store.ledger().await.unwrap()[0].0, draft.id);
    assert!(store.outbox(1000).await.unwrap().iter().any(|row| row.topic == "advice.published" && row.subject == "0144"));
    assert!(store.advice(&AdviceId("9999".into())).await.unwrap_err().is_not_found());
    assert!(store.advice_by_slug(&"x".repeat(5000)).await.unwrap_err().is_not_found());
}

pub(super) async fn advice_that_clashes_leaves_nothing(store: &Store, raw: Option<&Raw>) {
    let tables = ["audit", "outbox", "ledger", "renderings"];
    let mut before = Vec::new();
    if let Some(raw) = raw {
        for table in tables {
            before.push(raw.count(table).await);
        }
    }
    let changed = advice("0144", "example-0144", "stood_down", 3);
    let stale = store.save_advice(&changed, &[rendering("text")], Some((State::Draft, 1)), &actor(), now()).await.unwrap_err();
    assert!(stale.is_conflict(), "{stale}");
    let taken = advice("0145", "example-0144", "published", 1);
    let error = store.save_advice(&taken, &[rendering("text")], None, &actor(), now()).await.unwrap_err();
    assert!(error.to_string().contains("is taken"), "{error}");
    assert_eq!(store.advice_list(10).await.unwrap().len(), 1);
    assert_eq!(store.advice(&changed.id).await.unwrap().state, State::Published);
    if let Some(raw) = raw {
        for (table, before) in tables.iter().zip(before) {
            assert_eq!(raw.count(table).await, before, "{table}");
        }
    }
}
