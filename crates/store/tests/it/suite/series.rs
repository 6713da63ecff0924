use series::{Decision, ReportId, State};
use store::{Actor, Store};

use super::super::raw::Raw;
use super::{actor, now, series_of};

pub(super) async fn series_and_decisions_are_kept(store: &Store) {
    let one = series_of(&["RF-A", "RF-B"]);
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
    let other = series_of(&["RF-E", "RF-J"]);
    store.save_series(std::slice::from_ref(&other), None, &Actor::program(), now()).await.unwrap();
    let merged = store.decide(&one.id, &Decision::Merge { with: other.id.clone() }, "one hand", &actor(), now()).await.unwrap();
    assert!(merged.iter().any(|series| series.state == State::Merged), "{merged:?}");
    assert_eq!(store.series_list(None, 10).await.unwrap().len(), 2);
    let none = series_of(&["RF-Z"]).id;
    assert!(store.series(&none).await.unwrap_err().is_not_found());
}

pub(super) async fn decisions_stand_against_the_detector(store: &Store) {
    let found = series_of(&["RF-K"]);
    store.save_series(std::slice::from_ref(&found), None, &Actor::program(), now()).await.unwrap();
    // The detector begins, a person decides, the detector ends: its step is refused whole.
    let mut mark = store.detector_mark().await.unwrap();
    assert_eq!(mark.cursor(), store.detector_cursor().await.unwrap());
    store.decide(&found.id, &Decision::Confirm, "seen", &actor(), now()).await.unwrap();
    let step = [found.clone(), series_of(&["RF-L2"])];
    let error = store.save_detected(&step, &mut mark, 9, &Actor::program(), now()).await.unwrap_err();
    assert!(error.is_conflict(), "{error}");
    assert_eq!(store.series(&found.id).await.unwrap().state, State::Confirmed);
    assert!(store.series(&step[1].id).await.unwrap_err().is_not_found());
    // Done again from where things stand now, it is taken; a second detector that began before is refused.
    let mut mark = store.detector_mark().await.unwrap();
    let mut other = mark;
    store.save_detected(&step[1..], &mut mark, 9, &Actor::program(), now()).await.unwrap();
    assert_eq!((mark.cursor(), store.detector_cursor().await.unwrap()), (9, 9));
    assert!(store.save_detected(&[], &mut other, 5, &Actor::program(), now()).await.unwrap_err().is_conflict());
    assert_eq!(store.detector_cursor().await.unwrap(), 9);
}

pub(super) async fn decisions_that_fail_leave_nothing(store: &Store, raw: Option<&Raw>) {
    let count = match raw {
        Some(raw) => raw.count("audit").await,
        None => 0,
    };
    let decided = store.decisions().await.unwrap().len();
    let id = series_of(&["RF-K"]).id;
    assert!(store.decide(&id, &Decision::Confirm, "", &actor(), now()).await.is_err(), "it is confirmed already");
    let none = series_of(&["RF-Z"]).id;
    let error = store.decide(&id, &Decision::Merge { with: none }, "x", &actor(), now()).await.unwrap_err();
    assert!(error.is_not_found(), "{error}");
    assert_eq!(store.decisions().await.unwrap().len(), decided);
    if let Some(raw) = raw {
        assert_eq!(raw.count("audit").await, count);
    }
}
