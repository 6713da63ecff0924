use report::Moment;
use store::{LoginResult, Store, User};

use super::{actor, now};

pub(super) async fn accounts_lock_and_sessions_end(store: &Store) {
    let user = User {
        name: "bob".into(),
        display_name: "Bob".into(),
        role: "analyst".into(),
        password: "$argon2id$x".into(),
        disabled: false,
        failures: 0,
    };
    store.create_user(&user, &actor(), now()).await.unwrap();
    assert!(store.create_user(&user, &actor(), now()).await.unwrap_err().is_conflict());
    for _ in 0..10 {
        store.record_login("bob", LoginResult::Bad, now()).await.unwrap();
    }
    assert!(store.user("bob").await.unwrap().unwrap().is_locked());
    store.record_login("nobody", LoginResult::Bad, now()).await.unwrap();
    store.update_user(&user, &actor(), now()).await.unwrap();
    assert_eq!(store.users().await.unwrap().len(), 1);
    let nobody = User { name: "nobody".into(), ..user.clone() };
    assert!(store.update_user(&nobody, &actor(), now()).await.unwrap_err().is_not_found());
    store.record_login("bob", LoginResult::Bad, now()).await.unwrap();
    store.record_login("bob", LoginResult::Good, now()).await.unwrap();
    assert_eq!(store.user("bob").await.unwrap().unwrap().failures, 0);
    assert!(!store.user("bob").await.unwrap().unwrap().is_locked());
    store.create_session("token", "bob", "csrf", now()).await.unwrap();
    assert_eq!(store.session("token", now()).await.unwrap().unwrap().csrf, "csrf");
    assert!(store.session("other", now()).await.unwrap().is_none());
    let later = Moment::new(now().timestamp() + jiff::SignedDuration::from_mins(31), now().offset());
    assert!(store.session("token", later).await.unwrap().is_none(), "idle for half an hour");
    // Seen every twenty minutes it holds, but for twelve hours at the most.
    for minutes in (20..12 * 60).step_by(20) {
        let at = Moment::new(now().timestamp() + jiff::SignedDuration::from_mins(minutes), now().offset());
        assert!(store.session("token", at).await.unwrap().is_some(), "after {minutes} minutes");
    }
    let late = Moment::new(now().timestamp() + jiff::SignedDuration::from_mins(12 * 60 + 1), now().offset());
    assert!(store.session("token", late).await.unwrap().is_none(), "after twelve hours");
    store.create_session("token2", "bob", "csrf", now()).await.unwrap();
    store.update_user(&user, &actor(), now()).await.unwrap();
    assert!(store.session("token2", now()).await.unwrap().is_none(), "a changed account is signed out");
    store.create_session("token", "bob", "csrf", now()).await.ok();
    store.end_session("token").await.unwrap();
    assert!(store.session("token", now()).await.unwrap().is_none());
}

pub(super) async fn drafts_are_sealed(store: &Store) {
    store.save_draft("t", "{\"a\":1}", now()).await.unwrap();
    store.save_draft("t", "{\"a\":2}", now()).await.unwrap();
    assert_eq!(store.draft("t", now()).await.unwrap().unwrap().as_str(), "{\"a\":2}");
    let tomorrow = Moment::new(now().timestamp() + jiff::SignedDuration::from_hours(25), now().offset());
    assert!(store.draft("t", tomorrow).await.unwrap().is_none());
    store.delete_draft("t").await.unwrap();
    assert!(store.draft("t", now()).await.unwrap().is_none());
}
