//! What the detector sees of a report: facts and what was read from the words, with no personal data.

use areas::AreaId;
use jiff::civil::Date;
use report::Moment;
use report::vocabulary::{Claimed, Demand, Handover, Outcome, Pretext, Trick};
use serde::{Deserialize, Serialize};

/// The name of a stored report: its reference (`RF-7K3M-9QXAB`), or in a file played back its external id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ReportId(pub String);

impl std::fmt::Display for ReportId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// One report as the detector, the figures and the desk's lists see it. Ticked facts and what `modus` read are already put
/// together: what a person ticked stands, what was read fills the gaps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Case {
    /// The report.
    pub id: ReportId,
    /// When it came in.
    pub received_at: Moment,
    /// The day of the call; the day it came in where that is not known.
    pub call_day: Date,
    /// Districts with shares that sum to 1; empty where the place is not known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shares: Vec<(AreaId, f64)>,
    /// Postcode sector.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sector: Option<String>,
    /// Outward code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcode: Option<String>,
    /// Whether this is a scam call at all; `None` where nothing says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scam_call: Option<bool>,
    /// The streams it supports, with weights in 0..=1, strongest first.
    pub streams: Vec<(String, f64)>,
    /// Who the caller claimed to be.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub claimed: Vec<Claimed>,
    /// The story.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pretext: Vec<Pretext>,
    /// The tricks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub trick: Vec<Trick>,
    /// What was asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub demand: Vec<Demand>,
    /// How it was to be handed over.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub handover: Vec<Handover>,
    /// How it ended.
    pub outcome: Outcome,
    /// What was lost, in pence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loss_pence: Option<u64>,
    /// The number shown, E.164.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number_shown: Option<String>,
    /// Numbers to ring back, and others of the caller's in the words, E.164.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub numbers_given: Vec<String>,
    /// Names the caller used.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
    /// The station or branch the caller named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub station: Option<String>,
    /// A keyed hash of the reporter's telephone or e-mail, to know one person who reports many times.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reporter: Option<String>,
    /// Whether the facts may be used for advice.
    pub use_for_advice: bool,
}

impl Case {
    /// The district that holds most of the report, where one is known.
    pub fn main_district(&self) -> Option<&AreaId> {
        let mut best: Option<&(AreaId, f64)> = None;
        for share in &self.shares {
            if best.is_none_or(|held| share.1 > held.1) {
                best = Some(share);
            }
        }
        best.map(|(area, _)| area)
    }

    /// The stream it supports most.
    pub fn main_stream(&self) -> &str {
        self.streams.first().map_or("unknown", |(stream, _)| stream.as_str())
    }
}
