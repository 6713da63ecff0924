//! Series as stored, and what persons decided about them.

use report::Moment;
use serde_json::json;
use series::{Decision, ReportId, Series, SeriesId, State};

use crate::database::{Arg, Tx, micros, moment};
use crate::take::{document, from_document};
use crate::{Actor, Store, StoreError, audit, outbox};

/// A decision with who took it.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredDecision {
    /// The series.
    pub series: SeriesId,
    /// What.
    pub decision: Decision,
    /// Who.
    pub by: String,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Moment,
}

/// How far the detector had read, and how many decisions persons had taken, when it began: what it found holds only if neither has
/// moved since.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DetectorMark {
    cursor: i64,
    amended: i64,
    decided: i64,
}

/// What a step has read up to.
pub(crate) enum Step {
    /// New reports.
    Reports(i64),
    /// Changed ones.
    Amended(i64),
}

impl DetectorMark {
    /// The number of the last report that the detector has read.
    pub fn cursor(self) -> i64 {
        self.cursor
    }

    /// The number of the last changed report that it has looked at again.
    pub fn amended(self) -> i64 {
        self.amended
    }
}

const UPSERT: &str = "INSERT INTO series (id, state, stream, last_call, doc, updated_at) VALUES ($1, $2, $3, $4, $5, $6) \
     ON CONFLICT (id) DO UPDATE SET state = excluded.state, stream = excluded.stream, last_call = excluded.last_call, \
     doc = excluded.doc, updated_at = excluded.updated_at";
const ADD_MEMBER: &str = "INSERT INTO series_members (series_id, report_id) VALUES ($1, $2) ON CONFLICT DO NOTHING";
const CURSOR: &str = "detector.cursor";
const AMENDED: &str = "detector.amended";

impl Store {
    /// Stores series that the detector made or changed, with how far it has read, in one transaction.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn save_series(
        &self,
        series: &[Series],
        cursor: Option<i64>,
        actor: &Actor,
        now: Moment,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        save_all(&mut tx, series, actor, now).await?;
        if let Some(cursor) = cursor {
            crate::settings::write(&mut tx, CURSOR, &cursor.to_string()).await?;
        }
        tx.commit().await
    }

    /// Where the detector stands. Asked for before it reads series and reports.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn detector_mark(&self) -> Result<DetectorMark, StoreError> {
        let mut tx = self.begin().await?;
        let mark = mark(&mut tx).await?;
        tx.commit().await?;
        Ok(mark)
    }

    /// Stores a step of the detector and moves its mark to `cursor`. Nothing is stored where a person has decided something since
    /// the mark was made, or another detector has read on: what a person decided stands, and the step is to be done again.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where the mark has moved.
    pub async fn save_detected(
        &self,
        series: &[Series],
        held: &mut DetectorMark,
        cursor: i64,
        actor: &Actor,
        now: Moment,
    ) -> Result<(), StoreError> {
        self.save_step(series, held, Step::Reports(cursor), actor, now).await
    }

    pub(crate) async fn save_step(
        &self,
        series: &[Series],
        held: &mut DetectorMark,
        step: Step,
        actor: &Actor,
        now: Moment,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        audit::hold(&mut tx).await?;
        if mark(&mut tx).await? != *held {
            return Err(StoreError::Conflict(
                "the detector's step is out of date: somebody decided or read on meanwhile".to_owned(),
            ));
        }
        save_all(&mut tx, series, actor, now).await?;
        let moved = match step {
            Step::Reports(cursor) => {
                crate::settings::write(&mut tx, CURSOR, &cursor.to_string()).await?;
                DetectorMark { cursor, ..*held }
            }
            Step::Amended(amended) => {
                crate::settings::write(&mut tx, AMENDED, &amended.to_string()).await?;
                DetectorMark { amended, ..*held }
            }
        };
        tx.commit().await?;
        *held = moved;
        Ok(())
    }

    /// How far the detector has read: the number of the last report.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn detector_cursor(&self) -> Result<i64, StoreError> {
        Ok(self.setting(CURSOR).await?.and_then(|text| text.parse().ok()).unwrap_or(0))
    }

    /// One series.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]
    pub async fn series(&self, id: &SeriesId) -> Result<Series, StoreError> {
        let found: Option<(String,)> =
            self.fetch_first("SELECT doc FROM series WHERE id = $1", &[Arg::Text(id.as_str())]).await?;
        let (doc,) = found.ok_or_else(|| StoreError::NotFound { what: "series", id: id.to_string() })?;
        from_document(&doc, "series")
    }

    /// Series of one state, or of all, those with the latest call first.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn series_list(&self, state: Option<State>, limit: i64) -> Result<Vec<Series>, StoreError> {
        let rows: Vec<(String,)> = match state {
            Some(state) => {
                let sql = "SELECT doc FROM series WHERE state = $1 ORDER BY last_call DESC, id LIMIT $2";
                self.fetch(sql, &[Arg::Text(state.as_str()), Arg::Int(limit)]).await?
            }
            None => self.fetch("SELECT doc FROM series ORDER BY last_call DESC, id LIMIT $1", &[Arg::Int(limit)]).await?,
        };
        rows.into_iter().map(|(doc,)| from_document(&doc, "series")).collect()
    }

    /// The series that a report is in, merged ones left out.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn series_of_report(&self, id: &ReportId) -> Result<Vec<Series>, StoreError> {
        let sql = "SELECT s.doc FROM series s JOIN series_members m ON m.series_id = s.id WHERE m.report_id = $1 AND s.state <> 'merged' ORDER BY s.id";
        let rows: Vec<(String,)> = self.fetch(sql, &[Arg::Text(&id.0)]).await?;
        rows.into_iter().map(|(doc,)| from_document(&doc, "series")).collect()
    }

    /// Takes a person's decision: the series it changes, the decision itself and the audit entry, in one transaction.
    ///
    /// # Errors
    /// [`StoreError::Decision`] where it cannot be taken, [`StoreError::NotFound`].
    pub async fn decide(
        &self,
        id: &SeriesId,
        decision: &Decision,
        reason: &str,
        actor: &Actor,
        now: Moment,
    ) -> Result<Vec<Series>, StoreError> {
        let mut tx = self.begin().await?;
        audit::hold(&mut tx).await?;
        let subject = read_one(&mut tx, id).await?;
        let other = match decision {
            Decision::Merge { with } => Some(read_one(&mut tx, with).await?),
            _ => None,
        };
        let why = Some(reason).filter(|reason| !reason.trim().is_empty());
        let changed = ::series::decide(&subject, other.as_ref(), decision, &actor.user, why, now)?;
        for one in &changed {
            save_one(&mut tx, one, now).await?;
        }
        let doc = document(decision, "decision")?;
        let sql = "INSERT INTO decisions (series_id, decision, by_user, reason, at) VALUES ($1, $2, $3, $4, $5)";
        let args = [Arg::Text(id.as_str()), Arg::Text(&doc), Arg::Text(&actor.user), Arg::Text(reason), Arg::Int(micros(now))];
        tx.execute(sql, &args).await?;
        audit::write(&mut tx, actor, "series.decide", id.as_str(), &serde_json::to_value(decision).unwrap_or_default(), now)
            .await?;
        let payload = json!({ "series": id });
        outbox::write(&mut tx, "series.decided", id.as_str(), &payload, now).await?;
        tx.commit().await?;
        Ok(changed)
    }

    /// All decisions, oldest first.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn decisions(&self) -> Result<Vec<StoredDecision>, StoreError> {
        let sql = "SELECT series_id, decision, by_user, reason, at FROM decisions ORDER BY seq";
        let rows: Vec<(String, String, String, String, i64)> = self.fetch(sql, &[]).await?;
        let mut found = Vec::with_capacity(rows.len());
        for (series, decision, by, reason, at) in rows {
            let series = SeriesId::parse(&series).map_err(|_| StoreError::NotFound { what: "series", id: series })?;
            found.push(StoredDecision { series, decision: from_document(&decision, "decision")?, by, reason, at: moment(at) });
        }
        Ok(found)
    }
}

async fn mark(tx: &mut Tx) -> Result<DetectorMark, StoreError> {
    let cursor = number(tx, CURSOR).await?;
    let amended = number(tx, AMENDED).await?;
    let decided: Vec<(i64,)> = tx.fetch("SELECT coalesce(max(seq), 0) FROM decisions", &[]).await?;
    Ok(DetectorMark { cursor, amended, decided: decided.first().map_or(0, |(seq,)| *seq) })
}

/// A setting that is a number; 0 where it is not set.
async fn number(tx: &mut Tx, name: &str) -> Result<i64, StoreError> {
    let held: Vec<(String,)> = tx.fetch("SELECT value FROM settings WHERE name = $1", &[Arg::Text(name)]).await?;
    Ok(held.first().and_then(|(text,)| text.parse().ok()).unwrap_or(0))
}

/// Stores series; those that are new are told of.
async fn save_all(tx: &mut Tx, series: &[Series], actor: &Actor, now: Moment) -> Result<(), StoreError> {
    for one in series {
        let known: Vec<(String,)> = tx.fetch("SELECT state FROM series WHERE id = $1", &[Arg::Text(one.id.as_str())]).await?;
        save_one(tx, one, now).await?;
        if known.is_empty() {
            let payload = json!({ "series": one.id, "stream": one.stream, "areas": one.areas, "reports": one.members.len() });
            outbox::write(tx, "series.raised", one.id.as_str(), &payload, now).await?;
            audit::write(tx, actor, "series.raise", one.id.as_str(), &json!({ "reports": one.members.len() }), now).await?;
        }
    }
    Ok(())
}

async fn read_one(tx: &mut Tx, id: &SeriesId) -> Result<Series, StoreError> {
    let rows: Vec<(String,)> = tx.fetch("SELECT doc FROM series WHERE id = $1", &[Arg::Text(id.as_str())]).await?;
    let (doc,) = rows.into_iter().next().ok_or_else(|| StoreError::NotFound { what: "series", id: id.to_string() })?;
    from_document(&doc, "series")
}

async fn save_one(tx: &mut Tx, one: &Series, now: Moment) -> Result<(), StoreError> {
    let doc = document(one, "series")?;
    let last_call = one.last_call.to_string();
    let args = [
        Arg::Text(one.id.as_str()),
        Arg::Text(one.state.as_str()),
        Arg::Text(&one.stream),
        Arg::Text(&last_call),
        Arg::Text(&doc),
        Arg::Int(micros(now)),
    ];
    tx.execute(UPSERT, &args).await?;
    tx.execute("DELETE FROM series_members WHERE series_id = $1", &[Arg::Text(one.id.as_str())]).await?;
    for member in &one.members {
        if member.decided != Some(false) {
            tx.execute(ADD_MEMBER, &[Arg::Text(one.id.as_str()), Arg::Text(&member.report.0)]).await?;
        }
    }
    Ok(())
}
