//! What a store must do, whatever the database.

mod accounts;
mod advice;
mod audit;
mod erasure;
mod jobs;
mod reports;
mod series;
mod settings;

use ::series::{Case, ReportId, Series, SeriesId};
use report::{Moment, Report};
use store::{Actor, NewReport, Store};

use super::raw::Raw;

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
        "loss_pence": loss, "reporter": "0123456789abcdef-keyed",
    }))
    .unwrap();
    NewReport { report, case, reading: serde_json::Value::Null }
}

pub(crate) fn series_of(reports: &[&str]) -> Series {
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

/// Runs everything. `raw` looks at tables past the store; there is none for a database in memory.
pub(crate) async fn run(store: &Store, raw: Option<&Raw>) {
    reports::taken_once(store).await;
    reports::found_by_what_is_asked(store).await;
    reports::batches_that_fail_leave_nothing(store, raw).await;
    reports::imports_go_on_where_they_stood(store).await;
    reports::corrections_outlive_updates(store).await;
    reports::exported_as_they_came(store).await;
    erasure::opens_for_a_reason_and_is_erased(store, raw).await;
    series::series_and_decisions_are_kept(store).await;
    series::decisions_stand_against_the_detector(store).await;
    series::decisions_that_fail_leave_nothing(store, raw).await;
    accounts::accounts_lock_and_sessions_end(store).await;
    accounts::drafts_are_sealed(store).await;
    settings::settings_and_numbers_count_up(store).await;
    advice::advice_is_kept_with_its_renderings(store).await;
    advice::advice_that_clashes_leaves_nothing(store, raw).await;
    jobs::the_outbox_waits_until_sent(store).await;
    jobs::jobs_are_worked(store, raw).await;
    reports::ids_that_are_taken_are_drawn_again(store).await;
    audit::the_log_is_whole(store).await;
    if let Some(raw) = raw {
        audit::tampering_shows(store, raw).await;
    }
}
