//! Jobs: work that a write asks for, enqueued in the write's own transaction and done afterwards, at least once. River keeps them;
//! their arguments carry no data, only that there is something to do.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use riverqueue::{BoxError, Client, Job, JobArgs, QueueConfig, WorkContext, WorkOutcome, Workers};
use serde::{Deserialize, Serialize};
use tokio::sync::{Mutex, Notify};
use tokio::task::JoinHandle;

use crate::database::{Database, On, Tx};
use crate::{Store, StoreError};

/// Look at the reports that the detector has not seen yet.
#[derive(Clone, Debug, Deserialize, JobArgs, Serialize)]
#[river(kind = "detect")]
struct Detect {}

/// What does the detector's work: reads on from the cursor. Doing it twice changes nothing.
pub type JobHandler = Arc<dyn Fn(Store) -> Pin<Box<dyn Future<Output = Result<(), String>> + Send>> + Send + Sync>;

/// A running worker.
pub struct JobRunner {
    handle: riverqueue::RunHandle,
    /// Tells the other way to work to end.
    over: Arc<Notify>,
    live: JoinHandle<()>,
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

/// Starts working jobs off. What this process itself writes is worked at once: the queue of an embedded database is looked at ten times a
/// second, and a report should stand in its series while its reporter still reads the acknowledgement.
///
/// # Errors
/// [`StoreError::Jobs`] where the queue does not start.
pub fn run_worker(store: &Store, detect: JobHandler) -> Result<JobRunner, StoreError> {
    // One at a time: the detector reads the reports in order.
    let work = Arc::new(Work { store: store.clone(), detect, turn: Mutex::default() });
    let mut workers = Workers::new();
    let queued = work.clone();
    workers.add_fn(move |_context: WorkContext, _job: Job<Detect>| {
        let work = queued.clone();
        async move {
            work.once().await?;
            Ok::<WorkOutcome, BoxError>(WorkOutcome::Complete)
        }
    })?;
    let queue = QueueConfig::new(1);
    let client = match &store.database {
        Database::Sqlite { write, .. } => Client::builder(write.clone()).workers(workers).queue("default", queue).build()?,
        Database::Postgres(pool) => Client::builder(pool.clone()).workers(workers).queue("default", queue).build()?,
    };
    let handle = client.start()?;
    let over = Arc::new(Notify::new());
    let live = tokio::spawn(work_as_written(work, over.clone()));
    Ok(JobRunner { handle, over, live })
}

/// The detector's work and whose turn it is.
struct Work {
    store: Store,
    detect: JobHandler,
    turn: Mutex<()>,
}

impl Work {
    /// Does it where there is any: a file of many batches asks many times, and the first run has looked at all that is there.
    async fn once(&self) -> Result<(), BoxError> {
        let _turn = self.turn.lock().await;
        if self.store.detector_is_behind().await? {
            (self.detect)(self.store.clone()).await?;
        }
        Ok(())
    }
}

/// Works when this process has written, until it is over. What fails is left to the queue, which tries again.
async fn work_as_written(work: Arc<Work>, over: Arc<Notify>) {
    loop {
        tokio::select! {
            () = over.notified() => return,
            () = work.store.written.notified() => {}
        }
        if let Err(error) = work.once().await {
            tracing::warn!(%error, "the detector's work waits for the queue");
        }
    }
}

impl JobRunner {
    /// Lets the running job finish and takes no more.
    ///
    /// # Errors
    /// [`StoreError::Jobs`] where it did not stop well.
    pub async fn stop(mut self) -> Result<(), StoreError> {
        self.handle.stop().await?;
        self.over.notify_one();
        let _ = self.live.await;
        Ok(())
    }
}
