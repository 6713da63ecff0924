//! Advice as stored, with every rendering of every version, and the ledger of all figures ever published.

use advice::{Advice, AdviceId, State};
use report::Moment;
use serde_json::json;
use series::FigureSet;

use crate::database::{Arg, micros};
use crate::keys::hex;
use crate::take::{document, from_document};
use crate::{Actor, Store, StoreError, audit, outbox};

/// One rendering as it was signed and goes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRendering {
    /// The channel (`page`, `seed`, `atom` …).
    pub channel: String,
    /// Where it is served or written.
    pub path: String,
    /// Media type.
    pub media_type: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

const UPSERT: &str = "INSERT INTO advice (id, slug, state, version, series_id, doc, published_at, updated_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO UPDATE SET slug = excluded.slug, state = excluded.state, \
     version = excluded.version, series_id = excluded.series_id, doc = excluded.doc, published_at = excluded.published_at, \
     updated_at = excluded.updated_at";
const RENDERING: &str = "INSERT INTO renderings (advice_id, version, channel, path, media_type, content, sha256) \
     VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (advice_id, version, channel) DO UPDATE SET path = excluded.path, \
     media_type = excluded.media_type, content = excluded.content, sha256 = excluded.sha256";
const NUMBER: &str = "advice.last_number";

impl Store {
    /// The next number of advice, counted up for ever. `first` is where a new force begins.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn next_advice_number(&self, first: u32) -> Result<u32, StoreError> {
        // One statement, so that two who ask at once get two numbers.
        let sql = "INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) \
                   DO UPDATE SET value = CAST(CAST(settings.value AS BIGINT) + 1 AS TEXT) RETURNING value";
        let first = first.to_string();
        let mut tx = self.begin().await?;
        let held: Vec<(String,)> = tx.fetch(sql, &[Arg::Text(NUMBER), Arg::Text(&first)]).await?;
        let next = held.first().and_then(|(text,)| text.parse::<u32>().ok());
        let next = next.ok_or_else(|| StoreError::Conflict(format!("the setting {NUMBER} is no number")))?;
        tx.commit().await?;
        Ok(next)
    }

    /// Stores a piece of advice with its renderings. `expected` is the state and version it was read at: where somebody else has
    /// changed it since, nothing is stored.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where it has changed since, or its address is taken.
    pub async fn save_advice(
        &self,
        advice: &Advice,
        renderings: &[StoredRendering],
        expected: Option<(State, u32)>,
        actor: &Actor,
        now: Moment,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        audit::hold(&mut tx).await?;
        let held: Vec<(String, i64)> =
            tx.fetch("SELECT state, version FROM advice WHERE id = $1", &[Arg::Text(&advice.id.0)]).await?;
        let held = held.into_iter().next();
        let wanted = expected.map(|(state, version)| (name(state), i64::from(version)));
        if held != wanted {
            return Err(StoreError::Conflict(format!("advice {} was changed by somebody else: look at it again", advice.id)));
        }
        let slug: Vec<(String,)> = tx
            .fetch("SELECT id FROM advice WHERE slug = $1 AND id <> $2", &[Arg::Text(&advice.slug), Arg::Text(&advice.id.0)])
            .await?;
        if !slug.is_empty() {
            return Err(StoreError::Conflict(format!("the address {} is taken", advice.slug)));
        }
        let doc = document(advice, "advice")?;
        let state = name(advice.state);
        let args = [
            Arg::Text(&advice.id.0),
            Arg::Text(&advice.slug),
            Arg::Text(&state),
            Arg::Int(i64::from(advice.version)),
            Arg::OptText(advice.series.as_ref().map(series::SeriesId::as_str)),
            Arg::Text(&doc),
            Arg::OptInt(advice.published_at.map(micros)),
            Arg::Int(micros(advice.updated_at)),
        ];
        tx.execute(UPSERT, &args).await?;
        for rendering in renderings {
            let sha256 = sha256(&rendering.bytes);
            let args = [
                Arg::Text(&advice.id.0),
                Arg::Int(i64::from(advice.version)),
                Arg::Text(&rendering.channel),
                Arg::Text(&rendering.path),
                Arg::Text(&rendering.media_type),
                Arg::Bytes(&rendering.bytes),
                Arg::Text(&sha256),
            ];
            tx.execute(RENDERING, &args).await?;
        }
        let changed = held.as_ref().is_none_or(|(before, _)| *before != state);
        if changed && matches!(advice.state, State::Published | State::StoodDown | State::Withdrawn) {
            let payload = json!({ "advice": advice.id, "slug": advice.slug, "state": state, "version": advice.version });
            outbox::write(&mut tx, &format!("advice.{state}"), &advice.id.0, &payload, now).await?;
        }
        if changed && advice.state == State::Published {
            let figures = document(&advice.figures, "figures")?;
            let sql = "INSERT INTO ledger (advice_id, version, figures, at) VALUES ($1, $2, $3, $4)";
            let args = [Arg::Text(&advice.id.0), Arg::Int(i64::from(advice.version)), Arg::Text(&figures), Arg::Int(micros(now))];
            tx.execute(sql, &args).await?;
        }
        let what = advice.events.last().map_or("saved", |event| event.what.as_str());
        let detail = json!({ "version": advice.version, "state": state, "hash": advice.signed_hash });
        audit::write(&mut tx, actor, &format!("advice.{what}"), &advice.id.0, &detail, now).await?;
        tx.commit().await
    }

    /// One piece of advice.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]
    pub async fn advice(&self, id: &AdviceId) -> Result<Advice, StoreError> {
        self.one_advice("SELECT doc FROM advice WHERE id = $1", &id.0).await
    }

    /// One piece of advice by the last part of its address.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]
    pub async fn advice_by_slug(&self, slug: &str) -> Result<Advice, StoreError> {
        self.one_advice("SELECT doc FROM advice WHERE slug = $1", slug).await
    }

    async fn one_advice(&self, sql: &'static str, name: &str) -> Result<Advice, StoreError> {
        let found: Option<(String,)> = self.fetch_first(sql, &[Arg::Text(name)]).await?;
        let id: String = name.chars().take(100).collect();
        let (doc,) = found.ok_or(StoreError::NotFound { what: "advice", id })?;
        from_document(&doc, "advice")
    }

    /// All advice, the latest changed first.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn advice_list(&self, limit: i64) -> Result<Vec<Advice>, StoreError> {
        let sql = "SELECT doc FROM advice ORDER BY updated_at DESC, id DESC LIMIT $1";
        let rows: Vec<(String,)> = self.fetch(sql, &[Arg::Int(limit)]).await?;
        rows.into_iter().map(|(doc,)| from_document(&doc, "advice")).collect()
    }

    /// Advice that residents see (published, stood down, withdrawn), the latest first.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn published_advice(&self, limit: i64) -> Result<Vec<Advice>, StoreError> {
        // What went out once stays out: an update in the making does not take the version before it away.
        let sql = "SELECT doc FROM advice WHERE published_at IS NOT NULL ORDER BY published_at DESC, id DESC LIMIT $1";
        let rows: Vec<(String,)> = self.fetch(sql, &[Arg::Int(limit)]).await?;
        let all: Vec<Advice> = rows.into_iter().map(|(doc,)| from_document(&doc, "advice")).collect::<Result<_, StoreError>>()?;
        Ok(all.iter().filter_map(Advice::as_residents_see).collect())
    }

    /// The renderings of a version.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn renderings(&self, id: &AdviceId, version: u32) -> Result<Vec<StoredRendering>, StoreError> {
        let sql =
            "SELECT channel, path, media_type, content FROM renderings WHERE advice_id = $1 AND version = $2 ORDER BY channel";
        let rows: Vec<(String, String, String, Vec<u8>)> =
            self.fetch(sql, &[Arg::Text(&id.0), Arg::Int(i64::from(version))]).await?;
        Ok(rows
            .into_iter()
            .map(|(channel, path, media_type, bytes)| StoredRendering { channel, path, media_type, bytes })
            .collect())
    }

    /// Every set of figures ever published, oldest first.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn ledger(&self) -> Result<Vec<(AdviceId, FigureSet)>, StoreError> {
        let rows: Vec<(String, String)> = self.fetch("SELECT advice_id, figures FROM ledger ORDER BY seq", &[]).await?;
        rows.into_iter().map(|(id, doc)| Ok((AdviceId(id), from_document(&doc, "figures")?))).collect()
    }
}

/// A state's name on the wire.
fn name(state: State) -> String {
    match serde_json::to_value(state) {
        Ok(serde_json::Value::String(name)) => name,
        _ => unreachable!("a state is a word"),
    }
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    hex(&Sha256::digest(bytes))
}
