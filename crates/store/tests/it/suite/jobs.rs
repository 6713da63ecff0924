use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use store::{Actor, Store};

use super::super::raw::Raw;
use super::{new_report, now};

pub(super) async fn the_outbox_waits_until_sent(store: &Store) {
    let waiting = store.outbox(1000).await.unwrap();
    assert!(waiting.len() > 3 && waiting.windows(2).all(|pair| pair[0].seq < pair[1].seq), "oldest first");
    assert!(waiting.iter().all(|row| !row.payload.contains("arker")));
    let row = &store.outbox(1).await.unwrap()[0];
    store.outbox_sent(row.seq, now()).await.unwrap();
    assert!(store.outbox(1000).await.unwrap().iter().all(|held| held.seq != row.seq));
}

/// The first job works all there is; those that were asked for meanwhile find nothing to do and end.
pub(super) async fn jobs_are_worked(store: &Store, raw: Option<&Raw>) {
    let worked = Arc::new(AtomicU32::new(0));
    let counted = worked.clone();
    let handler: store::JobHandler = Arc::new(move |store| {
        let counted = counted.clone();
        Box::pin(async move {
            counted.fetch_add(1, Ordering::SeqCst);
            let last = store.cases_after(0, i64::MAX).await.map_err(|error| error.to_string())?.last().map_or(0, |(seq, _)| *seq);
            store.save_series(&[], Some(last), &Actor::program(), now()).await.map_err(|error| error.to_string())
        })
    });
    store.save_series(&[], Some(0), &Actor::program(), now()).await.unwrap();
    let runner = store::run_worker(store, handler).unwrap();
    wait_until(store, raw).await;
    assert_eq!(worked.load(Ordering::SeqCst), 1, "many batches, one look");
    // New reports ask again; and so does a worker that finds some left by one that was killed.
    store.take_reports(&[new_report("RF-M", "m", 0)], None, &Actor::program(), now()).await.unwrap();
    wait_until(store, raw).await;
    assert_eq!(worked.load(Ordering::SeqCst), 2);
    store.save_series(&[], Some(0), &Actor::program(), now()).await.unwrap();
    store.ask_for_detector().await.unwrap();
    wait_until(store, raw).await;
    runner.stop().await.unwrap();
    assert_eq!(worked.load(Ordering::SeqCst), 3);
    store.ask_for_detector().await.unwrap();
}

/// Until the detector has seen everything and no job waits.
async fn wait_until(store: &Store, raw: Option<&Raw>) {
    for _ in 0..600 {
        let behind = !store.cases_after(store.detector_cursor().await.unwrap(), 1).await.unwrap().is_empty();
        let waiting = match raw {
            Some(raw) => raw.number("SELECT count(*) FROM river_job WHERE state IN ('available', 'running', 'scheduled')").await,
            None => 0,
        };
        if !behind && waiting == 0 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the jobs were not worked within 30 s");
}
