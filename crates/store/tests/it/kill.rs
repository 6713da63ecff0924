//! The process is killed at its work, twenty times: no job is lost, nothing is done twice, no message is sent twice.
//!
//! The worker is this test program itself, started again with [`CHILD`] set.

use std::collections::BTreeSet;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rand::RngExt;
use store::{Actor, JobHandler, Store, relay_to_nats, run_worker};

use super::nats::Broker;
use super::raw::Raw;
use super::suite::{new_report, now, series_of};
use super::{keys, runtime};

/// Set to `database address|broker address` where this process is the worker.
const CHILD: &str = "RINGFENCE_TEST_WORKER";
const KILLS: usize = 20;
const REPORTS: usize = 240;

#[test]
fn killed_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    nothing_is_lost_or_done_twice(&format!("sqlite:{}", folder.path().join("a.db").display()));
}

/// No test: the worker that is killed. Without [`CHILD`] it does nothing.
#[test]
fn worker_that_is_killed() {
    let Ok(addresses) = std::env::var(CHILD) else { return };
    let (database, broker) = addresses.split_once('|').unwrap();
    runtime().block_on(async {
        let store = Store::open(database, keys()).await.unwrap();
        let runner = run_worker(&store, detector()).unwrap();
        store.ask_for_detector().await.unwrap();
        loop {
            relay_to_nats(&store, broker, now()).await.unwrap();
            let behind = !store.cases_after(store.detector_cursor().await.unwrap(), 1).await.unwrap().is_empty();
            if !behind && store.outbox(1).await.unwrap().is_empty() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        runner.stop().await.unwrap();
    });
}

/// Stands for the detector: three reports a step, each the founder of a series, which asks for a message.
fn detector() -> JobHandler {
    Arc::new(|store: Store| {
        Box::pin(async move {
            let words = |error: store::StoreError| error.to_string();
            let mut mark = store.detector_mark().await.map_err(words)?;
            loop {
                let page = store.cases_after(mark.cursor(), 3).await.map_err(words)?;
                let Some(last) = page.last().map(|(seq, _)| *seq) else { return Ok(()) };
                let found: Vec<_> = page.iter().map(|(_, case)| series_of(&[&case.id.0])).collect();
                store.save_detected(&found, &mut mark, last, &Actor::program(), now()).await.map_err(words)?;
            }
        })
    })
}

pub(crate) fn nothing_is_lost_or_done_twice(database: &str) {
    let broker = Broker::start();
    let runtime = runtime();
    let (store, raw) = runtime.block_on(async {
        let store = Store::open(database, keys()).await.unwrap();
        for batch in 0..REPORTS / 8 {
            let name = |n: usize| format!("{}", batch * 8 + n);
            let reports: Vec<_> = (0..8).map(|n| new_report(&format!("RF-{}", name(n)), &name(n), 0)).collect();
            store.take_reports(&reports, None, &Actor::program(), now()).await.unwrap();
        }
        (store, Raw::open(database).await)
    });
    let start = || {
        Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "kill::worker_that_is_killed", "--test-threads=1"])
            .env(CHILD, format!("{database}|{}", broker.url()))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    };
    let (mut killed, mut rounds) = (0, 0);
    let mut dice = rand::rng();
    let began = Instant::now();
    while killed < KILLS {
        assert!(began.elapsed() < Duration::from_secs(300), "only {killed} kills");
        let before = runtime.block_on(progress(&store, &raw));
        let mut child = start();
        // Not before it has begun to work; then at any point, a few steps on.
        loop {
            if child.try_wait().unwrap().is_some() || runtime.block_on(progress(&store, &raw)) != before {
                break;
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        std::thread::sleep(Duration::from_micros(dice.random_range(0..30_000)));
        if child.try_wait().unwrap().is_some() {
            // It was done before it could be killed: more work.
            rounds += 1;
            runtime.block_on(more(&store, rounds));
            continue;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        killed += 1;
        if killed % 2 == 0 {
            rounds += 1;
            runtime.block_on(more(&store, rounds));
        }
    }
    assert!(start().wait().unwrap().success(), "the last run ends by itself");
    runtime.block_on(async {
        let reports = store.count_reports().await.unwrap();
        assert!(reports >= REPORTS as i64);
        assert!(store.cases_after(store.detector_cursor().await.unwrap(), 1).await.unwrap().is_empty());
        assert_eq!(raw.count("series").await, reports, "each report was looked at");
        assert_eq!(raw.number("SELECT count(*) FROM outbox WHERE topic = 'series.raised'").await, reports, "and once");
        assert_eq!(raw.number("SELECT count(*) FROM audit WHERE action = 'series.raise'").await, reports);
        assert!(store.outbox(1).await.unwrap().is_empty());
        let held = broker.held().await;
        let different: BTreeSet<&String> = held.iter().collect();
        assert_eq!((held.len() as i64, different.len()), (raw.count("outbox").await, held.len()), "each message once");
        assert!(store.verify_audit().await.unwrap().is_ok());
    });
}

/// Anything that moves when the worker works.
async fn progress(store: &Store, raw: &Raw) -> (i64, i64) {
    (store.detector_cursor().await.unwrap(), raw.number("SELECT count(*) FROM outbox WHERE sent_at IS NULL").await)
}

async fn more(store: &Store, round: usize) {
    let reports: Vec<_> = (0..24).map(|n| new_report(&format!("RF-m{round}-{n}"), &format!("m{round}-{n}"), 0)).collect();
    store.take_reports(&reports, None, &Actor::program(), now()).await.unwrap();
}
