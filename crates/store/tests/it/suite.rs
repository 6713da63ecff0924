//! What a store must do, whatever the database.

use report::{Moment, OpenReason, Position, Report};
use series::{Case, Decision, ReportId, Series, SeriesId, State};
use store::{Actor, ImportProgress, LoginResult, NewReport, ReportFilter, Store, TakenAs, User};

pub(crate) fn now() -> Moment {
    Moment::parse("2019-04-12T13:05:00+01:00").unwrap()
}

fn actor() -> Actor {
    Actor::new("ann", "analyst")
}

pub(crate) fn new_report(id: &str, external: &str, loss: u64) -> NewReport {
    let json = serde_json::json!({
        "external_id": external, "source": "call_101", "received_at": "2019-04-12T13:05:00+01:00", "loss_pence": loss,
        "reporter": {"name": "Marker Personname", "phone": "+441632960101"}, "narrative": "marker words of a person",
        "place": {"postcode": "AL1 3JQ"}, "caller": {"claimed": ["police"]},
    });
    let report = Report::from_json(&json.to_string(), "GB").unwrap();
    let case: Case = serde_json::from_value(serde_json::json!({
        "id": id, "received_at": "2019-04-12T13:05:00+01:00", "call_day": "2019-04-12", "shares": [["E07000240", 1.0]],
        "streams": [["courier_fraud", 1.0]], "claimed": ["police"], "outcome": "unknown", "use_for_advice": true,
        "loss_pence": loss,
    }))
    .unwrap();
    NewReport { report, case, reading: serde_json::Value::Null }
}

fn series(reports: &[&str]) -> Series {
    let founders: Vec<ReportId> = reports.iter().map(|id| ReportId((*id).to_owned())).collect();
    let members: Vec<serde_json::Value> =
        reports.iter().map(|id| serde_json::json!({"report": id, "probability": 0.9, "reasons": [], "decided": null})).collect();
    serde_json::from_value(serde_json::json!({
        "id": SeriesId::founded_on("courier_fraud", &founders, ""), "state": "candidate", "stream": "courier_fraud", "name": "x",
        "members": members, "areas": ["E07000240"], "first_call": "2019-04-12", "last_call": "2019-04-12",
        "alarm": {"at": "2019-04-12T13:05:00+01:00", "reports": 2, "score": 9.0, "expected_false_alarms_per_year": 0.5, "window": null},
        "evidence": [], "why": "", "merged_into": null, "split_from": null, "history": [],
    }))
    .unwrap()
}

pub(crate) async fn run(store: &Store) {
    reports_are_taken_once(store).await;
    personal_data_opens_for_a_reason_and_is_erased(store).await;
    imports_go_on_where_they_stood(store).await;
    series_and_decisions_are_kept(store).await;
    accounts_lock_and_sessions_end(store).await;
    drafts_are_sealed(store).await;
    settings_and_numbers_count_up(store).await;
    the_audit_log_is_whole(store).await;
    jobs_are_worked(store).await;
}

async fn reports_are_taken_once(store: &Store) {
    let batch = [new_report("RF-A", "1", 0), new_report("RF-B", "2", 0)];
    let (taken, _) = store.take_reports(&batch, None, &actor(), now()).await.unwrap();
    assert!(taken.iter().all(|one| one.outcome == TakenAs::Accepted));
    // The same again under other fresh ids, one of them changed.
    let again = [new_report("RF-C", "1", 0), new_report("RF-D", "2", 500)];
    let (taken, _) = store.take_reports(&again, None, &actor(), now()).await.unwrap();
    assert_eq!((taken[0].id.0.as_str(), taken[0].outcome), ("RF-A", TakenAs::Unchanged));
    assert_eq!((taken[1].id.0.as_str(), taken[1].outcome), ("RF-B", TakenAs::Updated));
    assert_eq!(store.count_reports().await.unwrap(), 2);
    let stored = store.report(&ReportId("RF-B".into())).await.unwrap();
    assert_eq!((stored.version, stored.row.case.loss_pence, stored.row.case.id.0.as_str()), (2, Some(500), "RF-B"));
    let filter = ReportFilter { stream: Some("courier_fraud".into()), text: Some("rf-a".into()), ..ReportFilter::default() };
    assert_eq!(store.reports(&filter, None, 10).await.unwrap().len(), 1);
    let none = ReportFilter { district: Some("E07000103".into()), ..ReportFilter::default() };
    assert!(store.reports(&none, None, 10).await.unwrap().is_empty());
    let cases = store.cases_after(0, 10).await.unwrap();
    assert_eq!(cases.len(), 2);
    assert_eq!(store.cases(&[ReportId("RF-B".into()), ReportId("none".into())]).await.unwrap().len(), 1);
    assert_eq!(store.cases_between(now(), now()).await.unwrap().len(), 2);
    assert!(store.report(&ReportId("none".into())).await.unwrap_err().is_not_found());
}

async fn personal_data_opens_for_a_reason_and_is_erased(store: &Store) {
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
    store.erase(&id, "request", &actor(), now()).await.unwrap();
    assert!(open().await.unwrap().is_none());
    let stored = store.report(&id).await.unwrap();
    assert!(stored.erased_at.is_some() && !stored.has_private);
    assert_eq!(store.count_reports().await.unwrap(), 2, "the count stays");
}

async fn imports_go_on_where_they_stood(store: &Store) {
    assert_eq!(store.import_progress("file").await.unwrap(), None);
    let position = Position { line: 3, offset: 99, row: 2 };
    let progress =
        ImportProgress { identity: "file".into(), label: "a.csv".into(), position, rejected: 1, ..ImportProgress::default() };
    let (_, saved) = store.take_reports(&[new_report("RF-E", "3", 0)], Some(&progress), &actor(), now()).await.unwrap();
    let saved = saved.unwrap();
    assert_eq!((saved.accepted, saved.rejected), (1, 1));
    assert_eq!(store.import_progress("file").await.unwrap(), Some(saved));
}

async fn series_and_decisions_are_kept(store: &Store) {
    let one = series(&["RF-A", "RF-B"]);
    store.save_series(std::slice::from_ref(&one), Some(2), &Actor::program(), now()).await.unwrap();
    assert_eq!(store.detector_cursor().await.unwrap(), 2);
    assert_eq!(store.series(&one.id).await.unwrap(), one);
    assert_eq!(store.series_of_report(&ReportId("RF-A".into())).await.unwrap().len(), 1);
    assert!(store.outbox(10).await.unwrap().iter().any(|row| row.topic == "series.raised" && !row.payload.contains("arker")));
    let changed = store.decide(&one.id, &Decision::Confirm, "same words", &actor(), now()).await.unwrap();
    assert_eq!(changed[0].state, State::Confirmed);
    assert!(store.decide(&one.id, &Decision::Confirm, "", &actor(), now()).await.is_err());
    assert_eq!(store.series_list(Some(State::Confirmed), 10).await.unwrap().len(), 1);
    assert_eq!(store.decisions().await.unwrap()[0].reason, "same words");
    let row = store.outbox(1).await.unwrap().remove(0);
    store.outbox_sent(row.seq, now()).await.unwrap();
    assert!(store.outbox(10).await.unwrap().iter().all(|held| held.seq != row.seq));
}

async fn accounts_lock_and_sessions_end(store: &Store) {
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
    store.update_user(&user, &actor(), now()).await.unwrap();
    assert!(!store.user("bob").await.unwrap().unwrap().is_locked());
    store.create_session("token", "bob", "csrf", now()).await.unwrap();
    assert_eq!(store.session("token", now()).await.unwrap().unwrap().csrf, "csrf");
    assert!(store.session("other", now()).await.unwrap().is_none());
    let later = Moment::new(now().timestamp() + jiff::SignedDuration::from_mins(31), now().offset());
    assert!(store.session("token", later).await.unwrap().is_none(), "idle for half an hour");
    store.end_session("token").await.unwrap();
    assert!(store.session("token", now()).await.unwrap().is_none());
}

async fn drafts_are_sealed(store: &Store) {
    store.save_draft("t", "{\"a\":1}", now()).await.unwrap();
    store.save_draft("t", "{\"a\":2}", now()).await.unwrap();
    assert_eq!(store.draft("t", now()).await.unwrap().unwrap().as_str(), "{\"a\":2}");
    let tomorrow = Moment::new(now().timestamp() + jiff::SignedDuration::from_hours(25), now().offset());
    assert!(store.draft("t", tomorrow).await.unwrap().is_none());
    store.delete_draft("t").await.unwrap();
    assert!(store.draft("t", now()).await.unwrap().is_none());
}

async fn settings_and_numbers_count_up(store: &Store) {
    assert_eq!(store.next_advice_number(144).await.unwrap(), 144);
    assert_eq!(store.next_advice_number(144).await.unwrap(), 145);
    assert_eq!(store.gazetteer().await.unwrap(), None);
    store.set_gazetteer(Some("{}"), &actor(), now()).await.unwrap();
    assert_eq!(store.gazetteer().await.unwrap().as_deref(), Some("{}"));
    store.set_gazetteer(None, &actor(), now()).await.unwrap();
    assert_eq!(store.gazetteer().await.unwrap(), None);
}

async fn the_audit_log_is_whole(store: &Store) {
    let entries = store.verify_audit().await.unwrap().unwrap();
    assert!(entries > 10);
    assert!(store.audit(None, 100).await.unwrap().iter().all(|entry| !entry.detail.contains("arker")));
    assert!(store.doctor().await.unwrap().iter().all(|check| check.ok));
}

async fn jobs_are_worked(store: &Store) {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};
    let worked = Arc::new(AtomicU32::new(0));
    let counted = worked.clone();
    let handler: store::JobHandler = Arc::new(move |_| {
        let counted = counted.clone();
        Box::pin(async move {
            counted.fetch_add(1, Ordering::SeqCst);
            Ok(())
        })
    });
    let runner = store::run_worker(store, handler).unwrap();
    for _ in 0..100 {
        if worked.load(Ordering::SeqCst) >= 3 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    runner.stop().await.unwrap();
    // Three batches changed something; the one that changed nothing asked for nothing.
    assert_eq!(worked.load(Ordering::SeqCst), 3);
}
