use report::{Moment, OpenReason, Position};
use series::ReportId;
use store::{ImportProgress, ReportFilter, Store, TakenAs};

use super::super::raw::Raw;
use super::{actor, new_report, now};

pub(super) async fn taken_once(store: &Store) {
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
    // Twice in one batch is one report, with the last that was said.
    let twice = [new_report("RF-T1", "twice", 1), new_report("RF-T2", "twice", 2)];
    let (taken, _) = store.take_reports(&twice, None, &actor(), now()).await.unwrap();
    assert_eq!((taken[0].outcome, taken[1].outcome, &taken[0].id), (TakenAs::Accepted, TakenAs::Updated, &taken[1].id));
    assert_eq!(store.report(&taken[0].id).await.unwrap().row.case.loss_pence, Some(2));
}

pub(super) async fn found_by_what_is_asked(store: &Store) {
    let text = |text: &str| ReportFilter { text: Some(text.into()), ..ReportFilter::default() };
    let filter = ReportFilter { stream: Some("courier_fraud".into()), ..text("rf-a") };
    assert_eq!(store.reports(&filter, None, 10).await.unwrap().len(), 1);
    // A wildcard of the database's is no wildcard of ours.
    assert!(store.reports(&text("RF_A%B"), None, 10).await.unwrap().is_empty());
    assert!(store.reports(&text("'; DROP TABLE reports; --"), None, 10).await.unwrap().is_empty());
    let none = ReportFilter { district: Some("E07000103".into()), ..ReportFilter::default() };
    assert!(store.reports(&none, None, 10).await.unwrap().is_empty());
    let source = ReportFilter { source: Some("call_101".into()), ..ReportFilter::default() };
    let all = store.reports(&source, None, 10).await.unwrap();
    assert_eq!(all.len(), 3);
    assert_eq!(store.reports(&source, Some(all[1].seq), 10).await.unwrap().len(), 1, "the page before");
    let micros = now().timestamp().as_microsecond();
    let from = ReportFilter { from: Some(micros), before: Some(micros + 1), ..ReportFilter::default() };
    assert_eq!(store.reports(&from, None, 10).await.unwrap().len(), 3);
    let before = ReportFilter { before: Some(micros), ..ReportFilter::default() };
    assert!(store.reports(&before, None, 10).await.unwrap().is_empty());
    let cases = store.cases_after(0, 10).await.unwrap();
    assert_eq!(cases.len(), 3);
    assert_eq!(store.cases_after(cases[1].0, 10).await.unwrap().len(), 1);
    assert_eq!(store.cases(&[ReportId("RF-B".into()), ReportId("none".into())]).await.unwrap().len(), 1);
    assert_eq!(store.cases_between(now(), now()).await.unwrap().len(), 3);
    let later = Moment::new(now().timestamp() + jiff::SignedDuration::from_secs(1), now().offset());
    assert!(store.cases_between(later, later).await.unwrap().is_empty());
    assert!(store.report(&ReportId("none".into())).await.unwrap_err().is_not_found());
}

/// A batch whose last report cannot be stored: nothing of it is there, nor its job, its audit entry or its place in the file.
pub(super) async fn batches_that_fail_leave_nothing(store: &Store, raw: Option<&Raw>) {
    let before = match raw {
        Some(raw) => Some((raw.count("river_job").await, raw.count("audit").await, raw.count("report_versions").await)),
        None => None,
    };
    let progress = ImportProgress { identity: "failing".into(), label: "f.csv".into(), ..ImportProgress::default() };
    // RF-A is another report's id: the insert passes it over, and nothing of its name is found.
    let batch = [new_report("RF-NEW", "new", 0), new_report("RF-X", "2", 900), new_report("RF-A", "another", 0)];
    let error = store.take_reports(&batch, Some(&progress), &actor(), now()).await.unwrap_err();
    assert!(error.is_conflict(), "{error}");
    assert_eq!(store.count_reports().await.unwrap(), 3);
    assert_eq!(store.import_progress("failing").await.unwrap(), None);
    assert_eq!(store.report(&ReportId("RF-B".into())).await.unwrap().row.case.loss_pence, Some(500));
    if let (Some(raw), Some(before)) = (raw, before) {
        let after = (raw.count("river_job").await, raw.count("audit").await, raw.count("report_versions").await);
        assert_eq!(after, before);
        // And one that is stored brings its job and its entry with it, in the same transaction.
        store.take_reports(&[new_report("RF-J", "j", 0)], None, &actor(), now()).await.unwrap();
        assert_eq!((raw.count("river_job").await, raw.count("audit").await), (before.0 + 1, before.1 + 1));
    } else {
        store.take_reports(&[new_report("RF-J", "j", 0)], None, &actor(), now()).await.unwrap();
    }
}

/// Ids are drawn, and two may draw one: neither is lost for that, nor the batch.
pub(super) async fn ids_that_are_taken_are_drawn_again(store: &Store) {
    let drawn = std::sync::atomic::AtomicU32::new(0);
    // RF-A is taken as well: what is drawn first is drawn again.
    let draw = || match drawn.fetch_add(1, std::sync::atomic::Ordering::Relaxed) {
        0 => ReportId("RF-A".into()),
        n => ReportId(format!("RF-DRAWN-{n}")),
    };
    let before = store.count_reports().await.unwrap();
    let mut batch = [new_report("RF-A", "taken", 0), new_report("RF-Q", "one", 0), new_report("RF-Q", "two", 0)];
    let (taken, _) = store.take_drawing(&mut batch, &draw, None, &actor(), now()).await.unwrap();
    assert!(taken.iter().all(|one| one.outcome == TakenAs::Accepted));
    let ids: Vec<&str> = taken.iter().map(|one| one.id.0.as_str()).collect();
    assert_eq!(ids, ["RF-DRAWN-2", "RF-Q", "RF-DRAWN-1"], "two of one batch are told apart before the store is asked");
    assert_eq!(store.count_reports().await.unwrap(), before + 3);
    for (id, external) in ids.iter().zip(["taken", "one", "two"]) {
        let stored = store.report(&ReportId((*id).into())).await.unwrap();
        assert_eq!(stored.facts["external_id"], external);
    }
}

pub(super) async fn imports_go_on_where_they_stood(store: &Store) {
    assert_eq!(store.import_progress("file").await.unwrap(), None);
    let position = Position { line: 3, offset: 99, row: 2 };
    let progress =
        ImportProgress { identity: "file".into(), label: "a.csv".into(), position, rejected: 1, ..ImportProgress::default() };
    let (_, saved) = store.take_reports(&[new_report("RF-E", "3", 0)], Some(&progress), &actor(), now()).await.unwrap();
    let saved = saved.unwrap();
    assert_eq!((saved.accepted, saved.rejected), (1, 1));
    assert_eq!(store.import_progress("file").await.unwrap(), Some(saved.clone()));
    // The last batch of a file may hold no report at all.
    let end = ImportProgress { done: true, ..saved };
    let (taken, saved) = store.take_reports(&[], Some(&end), &actor(), now()).await.unwrap();
    assert!(taken.is_empty() && saved.unwrap().done);
}

pub(super) async fn corrections_outlive_updates(store: &Store) {
    let id = ReportId("RF-K".into());
    store.take_reports(&[new_report("RF-K", "corrected", 100)], None, &actor(), now()).await.unwrap();
    let mut case = store.report(&id).await.unwrap().row.case;
    case.loss_pence = Some(7);
    case.streams = vec![("bank_impersonation".into(), 1.0)];
    store.correct(&case, "loss_pence", "7", "she rang again", &actor(), now()).await.unwrap();
    store.correct(&case, "stream", "bank_impersonation", "she rang again", &actor(), now()).await.unwrap();
    let (taken, _) = store.take_reports(&[new_report("RF-L", "corrected", 999)], None, &actor(), now()).await.unwrap();
    assert_eq!(taken[0].outcome, TakenAs::Updated);
    let stored = store.report(&id).await.unwrap();
    assert_eq!((stored.row.case.loss_pence, stored.row.case.main_stream()), (Some(7), "bank_impersonation"));
    assert_eq!(stored.facts["loss_pence"], 999, "what was sent is kept beside it");
    assert_eq!((stored.corrections.len(), stored.corrections[0].by.as_str()), (2, "ann"));
    // The detector is told of all three changes, and gets the case as it stands now each time.
    let mut mark = store.detector_mark().await.unwrap();
    let amended: Vec<_> = store.amended_after(mark.amended(), 100).await.unwrap();
    let of_it: Vec<i64> = amended.iter().filter(|(_, case)| case.id == id).map(|(seq, _)| *seq).collect();
    assert_eq!(of_it.len(), 3);
    assert!(amended.iter().filter(|(_, case)| case.id == id).all(|(_, case)| case.loss_pence == Some(7)));
    assert!(store.detector_is_behind().await.unwrap());
    let last = amended.last().unwrap().0;
    store.save_amended(&[], &mut mark, last, &actor(), now()).await.unwrap();
    assert_eq!((mark.amended(), store.detector_mark().await.unwrap()), (last, mark));
    assert!(store.amended_after(last, 1).await.unwrap().is_empty());
    case.id = ReportId("none".into());
    assert!(store.correct(&case, "loss_pence", "7", "", &actor(), now()).await.unwrap_err().is_not_found());
}

pub(super) async fn exported_as_they_came(store: &Store) {
    let out = store.export(0, true, 100).await.unwrap();
    assert_eq!(out.len() as i64, store.count_reports().await.unwrap());
    let first = out.iter().find(|one| one.id == "RF-A").unwrap();
    assert_eq!(first.report, new_report("RF-A", "1", 0).report);
    let facts = store.export(0, false, 100).await.unwrap();
    let text = facts[0].report.to_json(OpenReason::Export).to_string();
    assert!(!text.contains("arker") && !text.contains("3JQ"), "{text}");
    assert_eq!(store.export(out[0].seq, false, 1).await.unwrap()[0].seq, out[1].seq);
}
