//! The detector's run over the store: put back what was found, read on from the cursor, store what changed.

use std::collections::BTreeSet;

use series::{Change, Detector, Region, Series, SeriesId, Settings};
use store::{Actor, StoreError};

use crate::context::Context;

/// Reports a step: series are stored and the cursor moves after each.
const STEP: i64 = 2_000;

/// What a run came to.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Detected {
    pub(crate) reports: u64,
    pub(crate) raised: u64,
}

/// A step that was overtaken (a person decided, another process read on) is done again this often.
const MOST_TRIES: usize = 10;

/// Runs the detector over all reports it has not seen. `progress` hears how many it has read.
pub(crate) async fn run(context: &Context, progress: &(dyn Fn(u64) + Send + Sync)) -> Result<Detected, StoreError> {
    let mut done = Detected::default();
    for _ in 1..MOST_TRIES {
        match read_on(context, &mut done, progress).await {
            Err(error) if error.is_conflict() => {}
            other => return other.map(|()| done),
        }
    }
    read_on(context, &mut done, progress).await?;
    Ok(done)
}

async fn read_on(context: &Context, done: &mut Detected, progress: &(dyn Fn(u64) + Send + Sync)) -> Result<(), StoreError> {
    let store = &context.store;
    let mut mark = store.detector_mark().await?;
    let mut cursor = mark.cursor();
    let region = Region::of(&context.gazetteer, &context.force.districts);
    let settings = Settings { false_alarms_per_year: context.settings.false_alarms_per_year, ..Settings::default() };
    let mut detector = Detector::new(region, (*context.streams).clone(), settings);
    detector.restore(store.series_list(None, i64::MAX).await?);
    // What was read before counts, and raises nothing.
    let mut seen = 0;
    while seen < cursor {
        let batch = store.cases_after(seen, STEP).await?;
        if batch.is_empty() {
            break;
        }
        for (seq, case) in batch {
            if seq <= cursor {
                detector.remember(case);
            }
            seen = seq;
        }
    }
    loop {
        let batch = store.cases_after(cursor, STEP).await?;
        if batch.is_empty() {
            return Ok(());
        }
        let mut step = Detected::default();
        let mut changed: BTreeSet<SeriesId> = BTreeSet::new();
        let mut now = None;
        for (seq, case) in batch {
            now = now.max(Some(case.received_at));
            match detector.take(case) {
                Some(Change::Raised(id)) => {
                    step.raised += 1;
                    changed.insert(id);
                }
                Some(Change::Joined(id)) => {
                    changed.insert(id);
                }
                Some(Change::Merged { into, from }) => {
                    changed.insert(into);
                    changed.insert(from);
                }
                None => {}
            }
            cursor = seq;
            step.reports += 1;
        }
        let series: Vec<Series> = changed.iter().filter_map(|id| detector.get(id).cloned()).collect();
        let now = now.unwrap_or_else(crate::context::now);
        store.save_detected(&series, &mut mark, cursor, &Actor::program(), now).await?;
        done.reports += step.reports;
        done.raised += step.raised;
        progress(done.reports);
    }
}
