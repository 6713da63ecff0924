//! Jobs: work that a write asks for, enqueued in the write's own transaction and done afterwards, at least once. River keeps them;
//! their arguments carry no data, only that there is something to do.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use riverqueue::{BoxError, Client, Job, JobArgs, QueueConfig, WorkContext, WorkOutcome, Workers};
use serde::{Deserialize, Serialize};

use crate::database::{Database, On, Tx};
use crate::{Store, StoreError};

/// Look at the reports that the detector has not seen yet.
#[derive(Clone, Debug, Deserialize, JobArgs, Serialize)]
#[river(kind = "detect")]
struct Detect {}

/// What does the detector's work: reads on from the cursor. Doing it twice changes nothing.
pub type JobHandler = Arc<dyn Fn(Store) -> Pin<Box<dyn Future<Output = Result<(), String>> + Send>> + Send + Sync>;

/// Least time between two looks for jobs: a report should stand in its series while its reporter still reads the acknowledgement.
const COOLDOWN: Duration = Duration::from_millis(5);

/// A running worker.
pub struct JobRunner {
    handle: riverqueue::RunHandle,
}

/// Asks for the detector, in the transaction of what it should look at.
pub(crate) async fn enqueue_detect(tx: &mut Tx, store: &Store) -> Result<(), StoreError> {
    match &mut tx.on {
        On::Sqlite(tx) => {
            let Database::Sqlite { write, .. } = &store.database else { unreachable!("the transaction is of this store") };
            Client::builder(write.clone()).build()?.insert(Detect {}).tx(tx).await?;
        }
        On::Postgres(tx) => {
            let Database::Postgres(pool) = &store.database else { unreachable!("the transaction is of this store") };
            Client::builder(pool.clone()).build()?.insert(Detect {}).tx(tx).await?;
        }
    }
    Ok(())
}

impl Store {
    /// Asks for the detector where there are reports that it has not seen: a worker that was killed at its work left them, and its
    /// job is not given out again before long.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn ask_for_detector(&self) -> Result<(), StoreError> {
        if !self.detector_is_behind().await? {
            return Ok(());
        }
        let mut tx = self.begin().await?;
        enqueue_detect(&mut tx, self).await?;
        tx.commit().await
    }
}

/// Starts working jobs off.
///
/// # Errors
/// [`StoreError::Jobs`] where the queue does not start.
pub fn run_worker(store: &Store, detect: JobHandler) -> Result<JobRunner, StoreError> {
    let mut workers = Workers::new();
    let shared = store.clone();
    workers.add_fn(move |_context: WorkContext, _job: Job<Detect>| {
        let (detect, store) = (detect.clone(), shared.clone());
        async move {
            // A file of many batches asks many times; the first run has looked at all that is there.
            if !store.detector_is_behind().await? {
                return Ok(WorkOutcome::Complete);
            }
            detect(store).await.map_err(BoxError::from)?;
            Ok::<WorkOutcome, BoxError>(WorkOutcome::Complete)
        }
    })?;
    // One at a time: the detector reads the reports in order.
    let queue = QueueConfig::new(1);
    let client = match &store.database {
        Database::Sqlite { write, .. } => {
            Client::builder(write.clone()).fetch_cooldown(COOLDOWN).workers(workers).queue("default", queue).build()?
        }
        Database::Postgres(pool) => {
            Client::builder(pool.clone()).fetch_cooldown(COOLDOWN).workers(workers).queue("default", queue).build()?
        }
    };
    Ok(JobRunner { handle: client.start()? })
}

impl JobRunner {
    /// Lets the running job finish and takes no more.
    ///
    /// # Errors
    /// [`StoreError::Jobs`] where it did not stop well.
    pub async fn stop(mut self) -> Result<(), StoreError> {
        self.handle.stop().await?;
        Ok(())
    }
}
