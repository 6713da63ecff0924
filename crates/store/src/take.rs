//! Taking reports: a batch, its place in the file it came from, the job that looks at it and the audit entry, all in one
//! transaction. The same source and external id again is the same report.

use std::collections::{BTreeMap, BTreeSet};

use report::{Moment, OpenReason, Private, Report};
use serde_json::{Value, json};
use series::{Case, ReportId};

use crate::database::{Arg, Tx, micros};
use crate::keys::hex;
use crate::{Actor, ImportProgress, Store, StoreError, audit, imports, jobs};

/// A report made ready to be taken.
#[derive(Debug, Clone)]
pub struct NewReport {
    /// The report.
    pub report: Report,
    /// What the detector sees of it; its id is the report's, if it is new.
    pub case: Case,
    /// What was read from its words.
    pub reading: Value,
}

/// What became of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TakenAs {
    /// It is new.
    Accepted,
    /// It was there and differs.
    Updated,
    /// It was there, the same.
    Unchanged,
}

/// A report that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// Its id: the first one it was given.
    pub id: ReportId,
    /// What became of it.
    pub outcome: TakenAs,
}

/// Rows go in as one JSON array, which both databases take apart themselves: one statement a batch.
const INSERT_SQLITE: &str = "INSERT INTO reports (id, source, external_id, content_hash, received_at, call_day, stream, district, \
     scam, outcome, facts, case_doc, reading, sealed, wrapped_key, key_id, taken_at) \
     SELECT r.value->>'id', r.value->>'source', r.value->>'external_id', unhex(r.value->>'content_hash'), \
     r.value->>'received_at', r.value->>'call_day', r.value->>'stream', r.value->>'district', r.value->>'scam', \
     r.value->>'outcome', r.value->>'facts', r.value->>'case_doc', r.value->>'reading', unhex(r.value->>'sealed'), \
     unhex(r.value->>'wrapped_key'), r.value->>'key_id', $2 FROM json_each($1) AS r WHERE true \
     ON CONFLICT DO NOTHING RETURNING id";
const INSERT_POSTGRES: &str = "INSERT INTO reports (id, source, external_id, content_hash, received_at, call_day, stream, district, \
     scam, outcome, facts, case_doc, reading, sealed, wrapped_key, key_id, taken_at) \
     SELECT r.value->>'id', r.value->>'source', r.value->>'external_id', decode(r.value->>'content_hash', 'hex'), \
     (r.value->>'received_at')::bigint, r.value->>'call_day', r.value->>'stream', r.value->>'district', \
     (r.value->>'scam')::bigint, r.value->>'outcome', r.value->>'facts', r.value->>'case_doc', r.value->>'reading', \
     decode(r.value->>'sealed', 'hex'), decode(r.value->>'wrapped_key', 'hex'), r.value->>'key_id', $2 \
     FROM json_array_elements($1::json) WITH ORDINALITY AS r(value, n) ORDER BY n \
     ON CONFLICT DO NOTHING RETURNING id";
const FIND: &str =
    "SELECT id, content_hash, version, facts, case_doc, erased_at FROM reports WHERE source = $1 AND external_id = $2";
const CORRECTED: &str = "SELECT field, value FROM corrections WHERE report_id = $1 ORDER BY seq";
const KEEP_VERSION: &str = "INSERT INTO report_versions (report_id, version, facts, replaced_at) VALUES ($1, $2, $3, $4)";
const UPDATE: &str = "UPDATE reports SET content_hash = $2, received_at = $3, call_day = $4, stream = $5, district = $6, scam = $7, \
     outcome = $8, facts = $9, case_doc = $10, reading = $11, sealed = $12, wrapped_key = $13, key_id = $14, version = version + 1 \
     WHERE id = $1";
/// id, content hash, version, facts, case, when the person was erased.
type Held = (String, Vec<u8>, i64, String, String, Option<i64>);

/// How often a batch is tried: chance is not against it that often, a `draw` that always gives the same is.
const MOST_DRAWS: usize = 20;

/// A report as columns.
struct Columns {
    id: String,
    source: String,
    external_id: Option<String>,
    content_hash: [u8; 32],
    received_at: i64,
    call_day: String,
    stream: String,
    district: Option<String>,
    scam: Option<i64>,
    outcome: &'static str,
    facts: String,
    case_doc: String,
    reading: String,
    sealed: Option<crate::sealing::Sealed>,
}

impl Store {
    /// As [`Store::take_reports`], where ids are drawn: a report whose id is another's gets the next that `draw` gives. Of a million reports
    /// every third time two draw the same forty bits.
    ///
    /// # Errors
    /// [`StoreError`]; then nothing of the batch was taken.
    pub async fn take_drawing(
        &self,
        reports: &mut [NewReport],
        draw: &(dyn Fn() -> ReportId + Send + Sync),
        import: Option<&ImportProgress>,
        actor: &Actor,
        now: Moment,
    ) -> Result<(Vec<Taken>, Option<ImportProgress>), StoreError> {
        for _ in 1..MOST_DRAWS {
            match self.take_reports(reports, import, actor, now).await {
                Err(StoreError::IdTaken(id)) => {
                    if let Some(report) = reports.iter_mut().rev().find(|report| report.case.id.0 == id) {
                        report.case.id = draw();
                    }
                }
                done => return done,
            }
        }
        self.take_reports(reports, import, actor, now).await
    }

    /// Takes a batch of reports in one transaction. `import` is where reading stands in the file after it.
    ///
    /// # Errors
    /// [`StoreError`]; then nothing of the batch was taken. [`StoreError::IdTaken`] where a report needs another id: [`Store::take_drawing`].
    pub async fn take_reports(
        &self,
        reports: &[NewReport],
        import: Option<&ImportProgress>,
        actor: &Actor,
        now: Moment,
    ) -> Result<(Vec<Taken>, Option<ImportProgress>), StoreError> {
        let mut rows = Vec::with_capacity(reports.len());
        let mut ids = BTreeSet::new();
        for report in reports {
            if !ids.insert(&report.case.id) {
                return Err(StoreError::IdTaken(report.case.id.0.clone()));
            }
            rows.push(self.columns(report)?);
        }
        let mut tx = self.begin().await?;
        audit::hold(&mut tx).await?;
        let inserted = insert(&mut tx, &rows, micros(now), &self.keys.id).await?;
        let mut taken = Vec::with_capacity(rows.len());
        let mut counts: BTreeMap<&'static str, i64> = BTreeMap::new();
        for (row, report) in rows.iter().zip(reports) {
            let one = if inserted.contains(&row.id) {
                Taken { id: ReportId(row.id.clone()), outcome: TakenAs::Accepted }
            } else {
                self.update(&mut tx, row, report, now).await?
            };
            let name = match one.outcome {
                TakenAs::Accepted => "accepted",
                TakenAs::Updated => "updated",
                TakenAs::Unchanged => "unchanged",
            };
            *counts.entry(name).or_default() += 1;
            taken.push(one);
        }
        let count = |name: &str| counts.get(name).copied().unwrap_or(0);
        let progress = match import {
            Some(progress) => {
                let mut progress = progress.clone();
                progress.accepted += count("accepted");
                progress.updated += count("updated");
                progress.unchanged += count("unchanged");
                imports::save(&mut tx, &progress, now).await?;
                Some(progress)
            }
            None => None,
        };
        if count("accepted") + count("updated") > 0 {
            jobs::enqueue_detect(&mut tx, self).await?;
            let object = match reports {
                [one] => one.case.id.0.clone(),
                _ => format!("{} reports", reports.len()),
            };
            let detail = json!(counts);
            audit::write(&mut tx, actor, "reports.take", &object, &detail, now).await?;
        }
        tx.commit().await?;
        self.written.notify_one();
        Ok((taken, progress))
    }

    fn columns(&self, new: &NewReport) -> Result<Columns, StoreError> {
        let facts = &new.report.facts;
        let private = new.report.private.open(OpenReason::Sealing);
        let sealed = if *private == Private::default() {
            None
        } else {
            let plain = zeroize::Zeroizing::new(document(private, "report")?);
            Some(self.keys.seal(plain.as_bytes(), &place(&new.case.id.0)))
        };
        Ok(Columns {
            id: new.case.id.0.clone(),
            source: facts.source.to_string(),
            external_id: facts.external_id.clone(),
            content_hash: self.keys.token_hash(&hex(&new.report.content_hash())),
            received_at: micros(facts.received_at),
            call_day: new.case.call_day.to_string(),
            stream: new.case.main_stream().to_owned(),
            district: new.case.main_district().map(ToString::to_string),
            scam: new.case.scam_call.map(i64::from),
            outcome: new.case.outcome.as_str(),
            facts: new.report.facts_text(),
            case_doc: document(&new.case, "case")?,
            reading: new.reading.to_string(),
            sealed,
        })
    }

    /// A report whose name is taken: the same again, or an update.
    async fn update(&self, tx: &mut Tx, row: &Columns, new: &NewReport, now: Moment) -> Result<Taken, StoreError> {
        let external = row.external_id.as_deref().unwrap_or_default();
        let found: Vec<Held> = tx.fetch(FIND, &[Arg::Text(&row.source), Arg::Text(external)]).await?;
        let Some((id, hash, version, old_facts, old_case, erased)) = found.into_iter().next() else {
            return Err(StoreError::IdTaken(row.id.clone()));
        };
        let id = ReportId(id);
        // A person who was erased does not come back with the next copy of the file.
        if hash == row.content_hash || erased.is_some() {
            return Ok(Taken { id, outcome: TakenAs::Unchanged });
        }
        // The first id stays: the case and the sealed part are bound to it.
        let mut renamed = new.clone();
        renamed.case.id = id.clone();
        let corrected: Vec<(String, String)> = tx.fetch(CORRECTED, &[Arg::Text(&id.0)]).await?;
        if !corrected.is_empty() {
            renamed.case = corrected_case(&renamed.case, &old_case, &corrected)?;
        }
        let row = self.columns(&renamed)?;
        let keep = [Arg::Text(&id.0), Arg::Int(version), Arg::Text(&old_facts), Arg::Int(micros(now))];
        tx.execute(KEEP_VERSION, &keep).await?;
        let args = [
            Arg::Text(&id.0),
            Arg::Bytes(&row.content_hash),
            Arg::Int(row.received_at),
            Arg::Text(&row.call_day),
            Arg::Text(&row.stream),
            Arg::OptText(row.district.as_deref()),
            Arg::OptInt(row.scam),
            Arg::Text(row.outcome),
            Arg::Text(&row.facts),
            Arg::Text(&row.case_doc),
            Arg::Text(&row.reading),
            Arg::OptBytes(row.sealed.as_ref().map(|sealed| sealed.value.as_slice())),
            Arg::OptBytes(row.sealed.as_ref().map(|sealed| sealed.wrapped_key.as_slice())),
            Arg::OptText(row.sealed.as_ref().map(|_| self.keys.id.as_str())),
        ];
        tx.execute(UPDATE, &args).await?;
        crate::amended::note(tx, &id).await?;
        Ok(Taken { id, outcome: TakenAs::Updated })
    }
}

/// The new case with what a person put right: a value put in or taken out is so again over what was read anew; of a correction of
/// another form the whole field is kept as it is held.
fn corrected_case(new: &Case, held: &str, corrected: &[(String, String)]) -> Result<Case, StoreError> {
    let held: Value = from_document(held, "case")?;
    let streams = series::Streams::builtin();
    let mut case = new.clone();
    let mut whole: Vec<&String> = Vec::new();
    for (field, value) in corrected {
        if series::correct(&mut case, [(field.as_str(), value.as_str())], &streams).is_err() {
            whole.push(field);
        }
    }
    let mut doc = serde_json::to_value(&case).map_err(|source| StoreError::Document { what: "case", source })?;
    for field in whole {
        let parts: &[&str] = match field.as_str() {
            "stream" => &["streams"],
            "place" | "district" => &["shares", "sector", "outcode"],
            other => &[other],
        };
        for part in parts {
            match (doc.as_object_mut(), held.get(part)) {
                (Some(doc), Some(value)) => doc.insert((*part).to_owned(), value.clone()),
                // Left out in the held case because it was emptied.
                (Some(doc), None) => doc.remove(*part),
                (None, _) => None,
            };
        }
    }
    serde_json::from_value(doc).map_err(|source| StoreError::Document { what: "case", source })
}

/// Inserts what is new; gives the ids that went in.
async fn insert(tx: &mut Tx, rows: &[Columns], now: i64, key_id: &str) -> Result<BTreeSet<String>, StoreError> {
    let mut array = Vec::with_capacity(rows.len());
    for row in rows {
        array.push(json!({
            "id": row.id, "source": row.source, "external_id": row.external_id, "content_hash": hex(&row.content_hash),
            "received_at": row.received_at, "call_day": row.call_day, "stream": row.stream, "district": row.district,
            "scam": row.scam, "outcome": row.outcome, "facts": row.facts, "case_doc": row.case_doc, "reading": row.reading,
            "sealed": row.sealed.as_ref().map(|sealed| hex(&sealed.value)),
            "wrapped_key": row.sealed.as_ref().map(|sealed| hex(&sealed.wrapped_key)),
            "key_id": row.sealed.as_ref().map(|_| key_id),
        }));
    }
    let text = Value::Array(array).to_string();
    let sql = tx.pick(INSERT_SQLITE, INSERT_POSTGRES);
    let inserted: Vec<(String,)> = tx.fetch(sql, &[Arg::Text(&text), Arg::Int(now)]).await?;
    Ok(inserted.into_iter().map(|(id,)| id).collect())
}

/// Where a report's private part is bound to.
pub(crate) fn place(id: &str) -> String {
    format!("reports/private/{id}")
}

/// A value as a stored document.
pub(crate) fn document<T: serde::Serialize>(value: &T, what: &'static str) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|source| StoreError::Document { what, source })
}

/// A stored document as a value.
pub(crate) fn from_document<T: serde::de::DeserializeOwned>(text: &str, what: &'static str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|source| StoreError::Document { what, source })
}
