//! The detector's run over the store: put back what was found, read on from the cursor, store what changed. A worker keeps the
//! detector between runs, so that a report costs what it changes and not what is stored.

use std::collections::BTreeSet;

use series::{Change, Detector, Region, Series, SeriesId, Settings};
use store::{Actor, DetectorMark, Store, StoreError};
use tokio::sync::Mutex;

use crate::context::Context;

/// Reports read at once when a detector is put back.
const PAGE: i64 = 5_000;
/// Reports a step: series are stored and the cursor moves after each. A large one, because a series that grows is stored whole.
const STEP: i64 = 20_000;

/// What a run came to.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Detected {
    pub(crate) reports: u64,
    pub(crate) raised: u64,
}

/// A step that was overtaken (a person decided, another process read on) is done again this often.
const MOST_TRIES: usize = 10;

/// Runs the detector once over all reports it has not seen. `progress` hears how many it has read.
pub(crate) async fn run(context: &Context, progress: &(dyn Fn(u64) + Send + Sync)) -> Result<Detected, StoreError> {
    Watch::default().run(context, progress).await
}

/// A detector that stays between runs.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    held: Mutex<Option<Warm>>,
}

/// A detector and the mark in the store that it stands at.
#[derive(Debug)]
struct Warm {
    detector: Detector,
    mark: DetectorMark,
}

impl Watch {
    /// Runs the detector over all reports it has not seen.
    pub(crate) async fn run(&self, context: &Context, progress: &(dyn Fn(u64) + Send + Sync)) -> Result<Detected, StoreError> {
        let mut held = self.held.lock().await;
        let mut done = Detected::default();
        for _ in 1..MOST_TRIES {
            // Taken out, and put back only whole: what a failed step has taken in was not stored, so it begins anew from the store.
            match read_on(context, held.take(), &mut done, progress).await {
                Ok(warm) => {
                    *held = Some(warm);
                    return Ok(done);
                }
                Err(error) if error.is_conflict() => {}
                Err(error) => return Err(error),
            }
        }
        *held = Some(read_on(context, None, &mut done, progress).await?);
        Ok(done)
    }
}

async fn read_on(
    context: &Context,
    held: Option<Warm>,
    done: &mut Detected,
    progress: &(dyn Fn(u64) + Send + Sync),
) -> Result<Warm, StoreError> {
    let store = &context.store;
    // The mark comes first: whatever is decided or read on after it voids the step.
    let mark = store.detector_mark().await?;
    let mut warm = match held {
        // Another worker has looked at changed reports again: those in memory here are as they were.
        Some(warm) if warm.mark.amended() == mark.amended() => warm,
        _ => {
            let region = Region::of(&context.gazetteer, &context.force.districts);
            let settings = Settings { false_alarms_per_year: context.settings.false_alarms_per_year, ..Settings::default() };
            let mut detector = Detector::new(region, (*context.streams).clone(), settings);
            detector.restore(store.series_list(None, i64::MAX).await?);
            remember(store, &mut detector, 0, mark.cursor()).await?;
            Warm { detector, mark }
        }
    };
    if warm.mark != mark {
        // A person has decided, or another worker has read on: what they changed is put in place.
        for series in store.series_list(None, i64::MAX).await? {
            if warm.detector.get(&series.id) != Some(&series) {
                warm.detector.replace(series);
            }
        }
        remember(store, &mut warm.detector, warm.mark.cursor(), mark.cursor()).await?;
        warm.mark = mark;
    }
    let Warm { detector, mark } = &mut warm;
    look_again(store, detector, mark).await?;
    loop {
        let batch = store.cases_after(mark.cursor(), STEP).await?;
        let Some(cursor) = batch.last().map(|(seq, _)| *seq) else { return Ok(warm) };
        let mut step = Detected::default();
        let mut changed: BTreeSet<SeriesId> = BTreeSet::new();
        let mut now = None;
        for (_, case) in batch {
            now = now.max(Some(case.received_at));
            if let Some(change) = detector.take(case) {
                step.raised += u64::from(matches!(change, Change::Raised(_)));
                changed.extend(change.series());
            }
            step.reports += 1;
        }
        detector.settle();
        let series: Vec<Series> = changed.iter().filter_map(|id| detector.get(id).cloned()).collect();
        let now = now.unwrap_or_else(crate::context::now);
        store.save_detected(&series, mark, cursor, &Actor::program(), now).await?;
        done.reports += step.reports;
        done.raised += step.raised;
        progress(done.reports);
    }
}

/// Has the detector look again at reports that were put right or updated since it took them.
async fn look_again(store: &Store, detector: &mut Detector, mark: &mut DetectorMark) -> Result<(), StoreError> {
    loop {
        let batch = store.amended_after(mark.amended(), PAGE).await?;
        let Some(last) = batch.last().map(|(seq, _)| *seq) else { return Ok(()) };
        let mut changed: BTreeSet<SeriesId> = BTreeSet::new();
        for (_, case) in batch {
            changed.extend(detector.amend(case));
        }
        detector.settle();
        let series: Vec<Series> = changed.iter().filter_map(|id| detector.get(id).cloned()).collect();
        store.save_amended(&series, mark, last, &Actor::program(), crate::context::now()).await?;
    }
}

/// Has the detector learn reports that were taken before, from one number to another: they count, and raise nothing.
async fn remember(store: &Store, detector: &mut Detector, after: i64, until: i64) -> Result<(), StoreError> {
    let mut seen = after;
    while seen < until {
        let batch = store.cases_after(seen, PAGE.min(until - seen)).await?;
        if batch.is_empty() {
            break;
        }
        for (seq, case) in batch {
            if seq <= until {
                detector.remember(case);
            }
            seen = seq;
        }
    }
    Ok(())
}
