//! Reports that were put right or updated since they were taken: the detector looks at them again.

use report::Moment;
use series::{Case, ReportId, Series};

use crate::database::{Arg, Tx};
use crate::series::{DetectorMark, Step};
use crate::take::from_document;
use crate::{Actor, Store, StoreError};

const AMENDED: &str = "SELECT amended.seq, reports.case_doc FROM amended JOIN reports ON reports.id = amended.report_id \
     WHERE amended.seq > $1 ORDER BY amended.seq LIMIT $2";

/// Notes a report for the detector, in the transaction that changes it; after the audit chain is held, so that numbers rise with commits.
pub(crate) async fn note(tx: &mut Tx, id: &ReportId) -> Result<(), StoreError> {
    tx.execute("INSERT INTO amended (report_id) VALUES ($1)", &[Arg::Text(&id.0)]).await?;
    Ok(())
}

impl Store {
    /// Cases as they stand now of reports that were put right or updated, after a number, oldest first.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn amended_after(&self, seq: i64, limit: i64) -> Result<Vec<(i64, Case)>, StoreError> {
        let rows: Vec<(i64, String)> = self.fetch(AMENDED, &[Arg::Int(seq), Arg::Int(limit)]).await?;
        rows.into_iter().map(|(seq, doc)| Ok((seq, from_document(&doc, "case")?))).collect()
    }

    /// Whether there is something that the detector has not looked at: a new report, or one that was changed.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn detector_is_behind(&self) -> Result<bool, StoreError> {
        let mark = self.detector_mark().await?;
        Ok(!self.cases_after(mark.cursor(), 1).await?.is_empty() || !self.amended_after(mark.amended(), 1).await?.is_empty())
    }

    /// Stores what came of changed reports, up to number `amended`, as [`Store::save_detected`] does for new ones.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where the mark has moved.
    pub async fn save_amended(
        &self,
        series: &[Series],
        held: &mut DetectorMark,
        amended: i64,
        actor: &Actor,
        now: Moment,
    ) -> Result<(), StoreError> {
        self.save_step(series, held, Step::Amended(amended), actor, now).await
    }
}
