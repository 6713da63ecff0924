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

/// Runs the detector over all reports it has not seen. `progress` hears how many it has read.
pub(crate) async fn run(context: &Context, progress: &(dyn Fn(u64) + Send + Sync)) -> Result<Detected, StoreError> {
    let store = &context.store;
    let mut cursor = store.detector_cursor().await?;
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
    let mut done = Detected::default();
    loop {
        let batch = store.cases_after(cursor, STEP).await?;
        if batch.is_empty() {
            return Ok(done);
        }
        let mut changed: BTreeSet<SeriesId> = BTreeSet::new();
        let mut now = None;
        for (seq, case) in batch {
            now = now.max(Some(case.received_at));
            match detector.take(case) {
                Some(Change::Raised(id)) => {
                    done.raised += 1;
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
            done.reports += 1;
        }
        let series: Vec<Series> = changed.iter().filter_map(|id| detector.get(id).cloned()).collect();
        let now = now.unwrap_or_else(crate::context::now);
        store.save_series(&series, Some(cursor), &Actor::program(), now).await?;
        progress(done.reports);
    }
}
