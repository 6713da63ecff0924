//! Reports as stored: lists and single ones for the desk, cases for the detector, personal data opened for a reason, corrections,
//! erasure.

use report::{Moment, OpenReason, Private};
use serde_json::{Value, json};
use series::{Case, ReportId, SeriesId};

use crate::database::{Arg, micros, moment};
use crate::sealing::Sealed;
use crate::take::{document, from_document, place};
use crate::{Actor, Store, StoreError, audit, jobs};

/// Which reports a list shows. Everything that is `None` is not asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReportFilter {
    /// Stream.
    pub stream: Option<String>,
    /// Main district.
    pub district: Option<String>,
    /// Source.
    pub source: Option<String>,
    /// Received on or after, microseconds since 1970.
    pub from: Option<i64>,
    /// Received before, microseconds since 1970.
    pub before: Option<i64>,
    /// Part of the id or the external id.
    pub text: Option<String>,
}

/// A report in a list: no personal data.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportRow {
    /// Its number in the order of taking.
    pub seq: i64,
    /// What the detector sees.
    pub case: Case,
    /// Where it came from.
    pub source: String,
    /// The sender's name for it.
    pub external_id: Option<String>,
    /// The series it is in.
    pub series: Option<SeriesId>,
}

/// One report with everything but its personal data.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredReport {
    /// As in a list.
    pub row: ReportRow,
    /// The facts as `report.v1` without personal data.
    pub facts: Value,
    /// What was read from its words.
    pub reading: Value,
    /// How often it was updated, from 1.
    pub version: i64,
    /// Whether it has personal data that can still be opened.
    pub has_private: bool,
    /// When the person was erased.
    pub erased_at: Option<Moment>,
    /// What persons corrected.
    pub corrections: Vec<Correction>,
}

/// A value that a person put right.
#[derive(Debug, Clone, PartialEq)]
pub struct Correction {
    /// The field.
    pub field: String,
    /// The value.
    pub value: String,
    /// Who.
    pub by: String,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Moment,
}

/// seq, case, source, external id, series.
type Row = (i64, String, String, Option<String>, Option<String>);
/// facts, reading, version, erased at, whether sealed (1 or 0).
type More = (String, String, i64, Option<i64>, i64);

const LIST: &str = "SELECT r.seq, r.case_doc, r.source, r.external_id, \
     (SELECT min(m.series_id) FROM series_members m JOIN series s ON s.id = m.series_id WHERE m.report_id = r.id AND s.state <> 'merged') \
     FROM reports r WHERE ($1 IS NULL OR r.stream = $1) AND ($2 IS NULL OR r.district = $2) AND ($3 IS NULL OR r.source = $3) \
     AND ($4 IS NULL OR r.received_at >= $4) AND ($5 IS NULL OR r.received_at < $5) \
     AND ($6 IS NULL OR r.id LIKE $6 OR r.external_id LIKE $6) AND r.seq < $7 ORDER BY r.seq DESC LIMIT $8";
const LIST_POSTGRES: &str = "SELECT r.seq, r.case_doc, r.source, r.external_id, \
     (SELECT min(m.series_id) FROM series_members m JOIN series s ON s.id = m.series_id WHERE m.report_id = r.id AND s.state <> 'merged') \
     FROM reports r WHERE ($1::text IS NULL OR r.stream = $1) AND ($2::text IS NULL OR r.district = $2) \
     AND ($3::text IS NULL OR r.source = $3) AND ($4::bigint IS NULL OR r.received_at >= $4) \
     AND ($5::bigint IS NULL OR r.received_at < $5) AND ($6::text IS NULL OR r.id ILIKE $6 OR r.external_id ILIKE $6) \
     AND r.seq < $7 ORDER BY r.seq DESC LIMIT $8";
const ONE: &str = "SELECT r.seq, r.case_doc, r.source, r.external_id, \
     (SELECT min(m.series_id) FROM series_members m JOIN series s ON s.id = m.series_id WHERE m.report_id = r.id AND s.state <> 'merged') \
     FROM reports r WHERE r.id = $1";
const MORE: &str =
    "SELECT facts, reading, version, erased_at, CASE WHEN wrapped_key IS NULL THEN 0 ELSE 1 END FROM reports WHERE id = $1";
const MORE_POSTGRES: &str = "SELECT facts, reading, version, erased_at, (CASE WHEN wrapped_key IS NULL THEN 0 ELSE 1 END)::bigint FROM reports WHERE id = $1";
const SEALED: &str = "SELECT sealed, wrapped_key FROM reports WHERE id = $1 AND sealed IS NOT NULL AND wrapped_key IS NOT NULL";
const CORRECTIONS: &str = "SELECT field, value, by_user, reason, at FROM corrections WHERE report_id = $1 ORDER BY seq";

impl Store {
    /// Reports, newest taken first, before the given number.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn reports(&self, filter: &ReportFilter, before: Option<i64>, limit: i64) -> Result<Vec<ReportRow>, StoreError> {
        let like = filter.text.as_ref().map(|text| format!("%{}%", text.trim().replace(['%', '_'], "")));
        let args = [
            Arg::OptText(filter.stream.as_deref()),
            Arg::OptText(filter.district.as_deref()),
            Arg::OptText(filter.source.as_deref()),
            Arg::OptInt(filter.from),
            Arg::OptInt(filter.before),
            Arg::OptText(like.as_deref()),
            Arg::Int(before.unwrap_or(i64::MAX)),
            Arg::Int(limit),
        ];
        let sql = if self.kind() == "postgres" { LIST_POSTGRES } else { LIST };
        let rows: Vec<Row> = self.fetch(sql, &args).await?;
        rows.into_iter().map(row).collect()
    }

    /// How many reports there are.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn count_reports(&self) -> Result<i64, StoreError> {
        Ok(self.fetch_first::<(i64,)>("SELECT count(*) FROM reports", &[]).await?.map_or(0, |(n,)| n))
    }

    /// One report without its personal data.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]
    pub async fn report(&self, id: &ReportId) -> Result<StoredReport, StoreError> {
        let missing = || StoreError::NotFound { what: "report", id: id.0.clone() };
        let found: Row = self.fetch_first(ONE, &[Arg::Text(&id.0)]).await?.ok_or_else(missing)?;
        let sql = if self.kind() == "postgres" { MORE_POSTGRES } else { MORE };
        let more: More = self.fetch_first(sql, &[Arg::Text(&id.0)]).await?.ok_or_else(missing)?;
        let corrections: Vec<(String, String, String, String, i64)> = self.fetch(CORRECTIONS, &[Arg::Text(&id.0)]).await?;
        Ok(StoredReport {
            row: row(found)?,
            facts: from_document(&more.0, "report")?,
            reading: from_document(&more.1, "reading")?,
            version: more.2,
            has_private: more.4 == 1,
            erased_at: more.3.map(moment),
            corrections: corrections
                .into_iter()
                .map(|(field, value, by, reason, at)| Correction { field, value, by, reason, at: moment(at) })
                .collect(),
        })
    }

    /// A report's personal data, for a reason that goes into the audit log. `None` where there is none, or it was erased.
    ///
    /// # Errors
    /// [`StoreError::Sealed`] where the key does not fit.
    pub async fn private(
        &self,
        id: &ReportId,
        reason: OpenReason,
        why: &str,
        actor: &Actor,
        now: Moment,
    ) -> Result<Option<Private>, StoreError> {
        let found: Option<(Vec<u8>, Vec<u8>)> = self.fetch_first(SEALED, &[Arg::Text(&id.0)]).await?;
        let Some((value, wrapped_key)) = found else { return Ok(None) };
        // First the entry, then the opening: nobody reads without it.
        let detail = json!({ "reason": reason, "why": why });
        self.record(actor, "report.unmask", &id.0, &detail, now).await?;
        let plain = self.keys.open(&Sealed { value, wrapped_key }, &place(&id.0))?;
        let private = serde_json::from_slice(&plain).map_err(|_| StoreError::Sealed)?;
        Ok(Some(private))
    }

    /// Cases after a number, oldest first: what the detector has not seen yet.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn cases_after(&self, seq: i64, limit: i64) -> Result<Vec<(i64, Case)>, StoreError> {
        let sql = "SELECT seq, case_doc FROM reports WHERE seq > $1 ORDER BY seq LIMIT $2";
        let rows: Vec<(i64, String)> = self.fetch(sql, &[Arg::Int(seq), Arg::Int(limit)]).await?;
        rows.into_iter().map(|(seq, doc)| Ok((seq, from_document(&doc, "case")?))).collect()
    }

    /// Cases received from one time to another, oldest first.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn cases_between(&self, from: Moment, to: Moment) -> Result<Vec<Case>, StoreError> {
        let sql = "SELECT case_doc FROM reports WHERE received_at >= $1 AND received_at <= $2 ORDER BY received_at, seq";
        let rows: Vec<(String,)> = self.fetch(sql, &[Arg::Int(micros(from)), Arg::Int(micros(to))]).await?;
        rows.into_iter().map(|(doc,)| from_document(&doc, "case")).collect()
    }

    /// The cases with these ids, in their order; those that are not there are left out.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn cases(&self, ids: &[ReportId]) -> Result<Vec<Case>, StoreError> {
        let list = document(&ids, "list")?;
        let sql = if self.kind() == "postgres" {
            "SELECT case_doc FROM reports WHERE id IN (SELECT json_array_elements_text($1::json)) ORDER BY seq"
        } else {
            "SELECT case_doc FROM reports WHERE id IN (SELECT value FROM json_each($1)) ORDER BY seq"
        };
        let rows: Vec<(String,)> = self.fetch(sql, &[Arg::Text(&list)]).await?;
        rows.into_iter().map(|(doc,)| from_document(&doc, "case")).collect()
    }

    /// Puts a value right for good: the case is stored with it, and a later update of the report does not undo it.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]
    #[allow(clippy::too_many_arguments, reason = "who, what, why and when of one correction")]
    pub async fn correct(
        &self,
        case: &Case,
        field: &str,
        value: &str,
        reason: &str,
        actor: &Actor,
        now: Moment,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let doc = document(case, "case")?;
        let args = [Arg::Text(&case.id.0), Arg::Text(&doc), Arg::Text(case.main_stream()), Arg::Text(case.outcome.as_str())];
        let touched = tx.execute("UPDATE reports SET case_doc = $2, stream = $3, outcome = $4 WHERE id = $1", &args).await?;
        if touched == 0 {
            return Err(StoreError::NotFound { what: "report", id: case.id.0.clone() });
        }
        let sql = "INSERT INTO corrections (report_id, field, value, by_user, reason, at) VALUES ($1, $2, $3, $4, $5, $6)";
        let args = [
            Arg::Text(&case.id.0),
            Arg::Text(field),
            Arg::Text(value),
            Arg::Text(&actor.user),
            Arg::Text(reason),
            Arg::Int(micros(now)),
        ];
        tx.execute(sql, &args).await?;
        jobs::enqueue_detect(&mut tx, self).await?;
        audit::write(&mut tx, actor, "report.correct", &case.id.0, &json!({ "field": field, "value": value }), now).await?;
        crate::amended::note(&mut tx, &case.id).await?;
        tx.commit().await?;
        self.written.notify_one();
        Ok(())
    }

    /// Erases the person from a report: the key that opens the personal data is destroyed and the sealed part with it. The facts
    /// stay, so that counts do.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]
    pub async fn erase(&self, id: &ReportId, reason: &str, actor: &Actor, now: Moment) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let held: Vec<(String,)> = tx.fetch("SELECT case_doc FROM reports WHERE id = $1", &[Arg::Text(&id.0)]).await?;
        let Some((doc,)) = held.into_iter().next() else {
            return Err(StoreError::NotFound { what: "report", id: id.0.clone() });
        };
        // The keyed hash of the reporter's telephone stays personal data: it goes too.
        let mut case: Case = from_document(&doc, "case")?;
        case.reporter = None;
        let doc = document(&case, "case")?;
        let sql = "UPDATE reports SET sealed = NULL, wrapped_key = NULL, key_id = NULL, return_code = NULL, erased_at = $2, \
                   case_doc = $3 WHERE id = $1";
        tx.execute(sql, &[Arg::Text(&id.0), Arg::Int(micros(now)), Arg::Text(&doc)]).await?;
        audit::write(&mut tx, actor, "report.erase", &id.0, &json!({ "reason": reason }), now).await?;
        tx.commit().await?;
        self.forget_old_pages().await
    }

    /// Writes the log back into the file and empties it: until then it holds the pages as they were.
    async fn forget_old_pages(&self) -> Result<(), StoreError> {
        if let crate::database::Database::Sqlite { write, .. } = &self.database {
            sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(write).await?;
        }
        Ok(())
    }

    /// Keeps the six-digit code by which a reporter comes back, hashed with the reference.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn set_return_code(&self, id: &ReportId, code: &str) -> Result<(), StoreError> {
        let hash = self.keys.token_hash(&format!("{}/{code}", id.0));
        let mut tx = self.begin().await?;
        tx.execute("UPDATE reports SET return_code = $2 WHERE id = $1", &[Arg::Text(&id.0), Arg::Bytes(&hash)]).await?;
        tx.commit().await
    }

    /// Whether a code is the one that was given with a reference; compared in constant time.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn return_code_fits(&self, id: &ReportId, code: &str) -> Result<bool, StoreError> {
        use subtle::ConstantTimeEq;
        let hash = self.keys.token_hash(&format!("{}/{code}", id.0));
        let found: Option<(Option<Vec<u8>>,)> =
            self.fetch_first("SELECT return_code FROM reports WHERE id = $1", &[Arg::Text(&id.0)]).await?;
        let held = found.and_then(|(held,)| held).unwrap_or_else(|| vec![0; 32]);
        Ok(held.as_slice().ct_eq(hash.as_slice()).into())
    }

    /// Whether the key opens the newest sealed report; true where nothing is sealed.
    pub(crate) async fn key_opens_something(&self) -> Result<bool, StoreError> {
        let sql = "SELECT id, sealed, wrapped_key FROM reports WHERE sealed IS NOT NULL AND wrapped_key IS NOT NULL ORDER BY seq DESC LIMIT 1";
        let found: Option<(String, Vec<u8>, Vec<u8>)> = self.fetch_first(sql, &[]).await?;
        let Some((id, value, wrapped_key)) = found else { return Ok(true) };
        Ok(self.keys.open(&Sealed { value, wrapped_key }, &place(&id)).is_ok())
    }
}

fn row(row: Row) -> Result<ReportRow, StoreError> {
    Ok(ReportRow {
        seq: row.0,
        case: from_document(&row.1, "case")?,
        source: row.2,
        external_id: row.3,
        series: row.4.and_then(|id| SeriesId::parse(&id).ok()),
    })
}
