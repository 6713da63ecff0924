use report::OpenReason;
use series::ReportId;
use store::{Store, TakenAs};

use super::super::raw::Raw;
use super::{actor, new_report, now};

pub(super) async fn opens_for_a_reason_and_is_erased(store: &Store, raw: Option<&Raw>) {
    let id = ReportId("RF-A".into());
    let ann = actor();
    let open = || store.private(&id, OpenReason::Unmasking, "call back", &ann, now());
    let private = open().await.unwrap().unwrap();
    assert_eq!(private.narrative.as_deref(), Some("marker words of a person"));
    let entry = &store.audit(None, 1).await.unwrap()[0];
    assert_eq!((entry.action.as_str(), entry.object.as_str()), ("report.unmask", "RF-A"));
    store.set_return_code(&id, "123456").await.unwrap();
    assert!(store.return_code_fits(&id, "123456").await.unwrap());
    assert!(!store.return_code_fits(&id, "123457").await.unwrap());
    assert!(!store.return_code_fits(&ReportId("none".into()), "123456").await.unwrap());
    let count = store.count_reports().await.unwrap();
    store.erase(&id, "request", &actor(), now()).await.unwrap();
    assert!(open().await.unwrap().is_none());
    let stored = store.report(&id).await.unwrap();
    assert!(stored.erased_at.is_some() && !stored.has_private);
    assert_eq!(stored.row.case.reporter, None, "the keyed hash of the person's number goes too");
    assert!(!store.return_code_fits(&id, "123456").await.unwrap());
    assert_eq!(store.count_reports().await.unwrap(), count, "the count stays");
    assert!(store.erase(&ReportId("none".into()), "x", &actor(), now()).await.unwrap_err().is_not_found());
    // The next copy of the file brings nobody back, changed or not.
    let again = [new_report("RF-C2", "1", 0), new_report("RF-C3", "1", 4)];
    let (taken, _) = store.take_reports(&again, None, &actor(), now()).await.unwrap();
    assert!(taken.iter().all(|one| one.outcome == TakenAs::Unchanged), "{taken:?}");
    assert!(open().await.unwrap().is_none());
    assert!(store.export(0, true, 100).await.unwrap().iter().any(|one| one.id == "RF-A"));
    if let Some(raw) = raw {
        assert_eq!(
            raw.number("SELECT count(*) FROM reports WHERE id = 'RF-A' AND wrapped_key IS NULL AND sealed IS NULL").await,
            1
        );
    }
}
