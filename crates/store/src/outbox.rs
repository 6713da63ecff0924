//! The outbox: what others should hear of, written in the transaction of what happened and sent afterwards. A row is sent at
//! least once and carries an id by which a receiver knows it again. No payload holds personal data.

use report::Moment;

use crate::database::{Arg, Tx, micros};
use crate::{Store, StoreError};

/// A message that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxRow {
    /// Its number.
    pub seq: i64,
    /// What happened: `series.raised`, `advice.published` …
    pub topic: String,
    /// To what.
    pub subject: String,
    /// JSON.
    pub payload: String,
}

pub(crate) async fn write(
    tx: &mut Tx,
    topic: &str,
    subject: &str,
    payload: &serde_json::Value,
    now: Moment,
) -> Result<(), StoreError> {
    let payload = payload.to_string();
    let sql = "INSERT INTO outbox (topic, subject, payload, created_at) VALUES ($1, $2, $3, $4)";
    tx.execute(sql, &[Arg::Text(topic), Arg::Text(subject), Arg::Text(&payload), Arg::Int(micros(now))]).await?;
    Ok(())
}

impl Store {
    /// Messages that wait, oldest first.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn outbox(&self, limit: i64) -> Result<Vec<OutboxRow>, StoreError> {
        let sql = "SELECT seq, topic, subject, payload FROM outbox WHERE sent_at IS NULL ORDER BY seq LIMIT $1";
        let rows: Vec<(i64, String, String, String)> = self.fetch(sql, &[Arg::Int(limit)]).await?;
        Ok(rows.into_iter().map(|(seq, topic, subject, payload)| OutboxRow { seq, topic, subject, payload }).collect())
    }

    /// Notes that a message was taken.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn outbox_sent(&self, seq: i64, now: Moment) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        tx.execute("UPDATE outbox SET sent_at = $2 WHERE seq = $1", &[Arg::Int(seq), Arg::Int(micros(now))]).await?;
        tx.commit().await
    }
}

/// The stream of the broker that messages go to; its subjects are `ringfence.<topic>`.
const STREAM: &str = "RINGFENCE";

/// A message that was sent, but not noted as sent before the process died, is known again by the broker for this long.
const KNOWN_AGAIN: std::time::Duration = std::time::Duration::from_secs(24 * 60 * 60);

/// Sends what waits to NATS JetStream; each message is acknowledged before it is noted as sent, and carries its number as
/// `Nats-Msg-Id`, so that one sent twice is kept once. Gives how many were sent.
///
/// # Errors
/// [`StoreError::Broker`] where the broker does not take a message: it stays and is sent next time.
pub async fn relay_to_nats(store: &Store, url: &str, now: Moment) -> Result<usize, StoreError> {
    let broker = |error: &dyn std::fmt::Display| StoreError::Broker(error.to_string());
    let client = async_nats::connect(url).await.map_err(|error| broker(&error))?;
    let jetstream = async_nats::jetstream::new(client);
    let stream = async_nats::jetstream::stream::Config {
        name: STREAM.to_owned(),
        subjects: vec!["ringfence.>".to_owned()],
        duplicate_window: KNOWN_AGAIN,
        ..Default::default()
    };
    jetstream.get_or_create_stream(stream).await.map_err(|error| broker(&error))?;
    let mut sent = 0;
    loop {
        let rows = store.outbox(100).await?;
        if rows.is_empty() {
            return Ok(sent);
        }
        for row in rows {
            let mut headers = async_nats::HeaderMap::new();
            headers.insert("Nats-Msg-Id", format!("ringfence-{}", row.seq).as_str());
            let subject = format!("ringfence.{}", row.topic);
            let waiting = jetstream
                .publish_with_headers(subject, headers, row.payload.clone().into())
                .await
                .map_err(|error| broker(&error))?;
            waiting.await.map_err(|error| broker(&error))?;
            store.outbox_sent(row.seq, now).await?;
            sent += 1;
        }
    }
}
