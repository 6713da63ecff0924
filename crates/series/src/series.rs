//! A series: reports held to be of one hand, with one stable id through growth, merging, splitting and a person's decisions.

use areas::AreaId;
use jiff::civil::Date;
use report::Moment;
use serde::{Deserialize, Serialize};

use crate::ReportId;

/// The name of a series: `S-` and eight Crockford base32 digits, made from the report it was founded on. Never used twice.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SeriesId(String);

/// A text that is no series id.
#[derive(Debug, thiserror::Error)]
#[error("'{0}' is not the id of a series: it looks like S-4F7K9QXA")]
pub struct SeriesIdError(String);

const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

impl SeriesId {
    /// The id of a series founded on these reports under this stream: the same founders, the same id. `salt` sets apart a
    /// part split off (its parent's id and number) from the whole.
    pub fn founded_on(stream: &str, founders: &[ReportId], salt: &str) -> SeriesId {
        use sha2::{Digest, Sha256};
        let mut hash = Sha256::new();
        hash.update(stream.as_bytes());
        hash.update([0]);
        hash.update(salt.as_bytes());
        for founder in founders {
            hash.update([0]);
            hash.update(founder.0.as_bytes());
        }
        let digest = hash.finalize();
        let mut id = String::from("S-");
        for byte in digest.iter().take(8) {
            id.push(char::from(CROCKFORD[usize::from(byte % 32)]));
        }
        SeriesId(id)
    }

    /// Reads an id; case does not matter.
    ///
    /// # Errors
    /// [`SeriesIdError`] for another shape.
    pub fn parse(text: &str) -> Result<SeriesId, SeriesIdError> {
        let upper = text.trim().to_ascii_uppercase();
        let good = upper.strip_prefix("S-").is_some_and(|d| d.len() == 8 && d.bytes().all(|b| CROCKFORD.contains(&b)));
        if good { Ok(SeriesId(upper)) } else { Err(SeriesIdError(text.chars().take(40).collect())) }
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for SeriesId {
    type Error = SeriesIdError;
    fn try_from(text: String) -> Result<SeriesId, SeriesIdError> {
        SeriesId::parse(&text)
    }
}
impl From<SeriesId> for String {
    fn from(id: SeriesId) -> String {
        id.0
    }
}
impl std::fmt::Display for SeriesId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where a series stands in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// The program proposes it.
    Candidate,
    /// An analyst holds it to be one series.
    Confirmed,
    /// It is over.
    Closed,
    /// An analyst holds that it is no series.
    NotASeries,
    /// It became part of another.
    Merged,
}

impl State {
    /// The state in words.
    pub fn words(self) -> &'static str {
        match self {
            State::Candidate => "candidate",
            State::Confirmed => "confirmed",
            State::Closed => "closed",
            State::NotASeries => "not a series",
            State::Merged => "merged into another series",
        }
    }

    /// The state as stored.
    pub fn as_str(self) -> &'static str {
        match self {
            State::Candidate => "candidate",
            State::Confirmed => "confirmed",
            State::Closed => "closed",
            State::NotASeries => "not_a_series",
            State::Merged => "merged",
        }
    }

    /// Whether new reports may still join.
    pub fn takes_reports(self) -> bool {
        matches!(self, State::Candidate | State::Confirmed)
    }
}

/// Reports held to be of one hand.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// Its id, for good.
    pub id: SeriesId,
    /// Where it stands.
    pub state: State,
    /// The stream of modus operandi it belongs to.
    pub stream: String,
    /// The desk's name for it, such as "Police and bank callers, St Albans and Watford".
    pub name: String,
    /// Its reports, strongest first.
    pub members: Vec<Member>,
    /// The districts it touches, those with most reports first.
    pub areas: Vec<AreaId>,
    /// The day of its first call.
    pub first_call: Date,
    /// The day of its last call.
    pub last_call: Date,
    /// The alarm that raised it, as it stood then.
    pub alarm: Alarm,
    /// What speaks for it now.
    pub evidence: Vec<Evidence>,
    /// One plain sentence for why.
    pub why: String,
    /// The series it became part of, for [`State::Merged`].
    pub merged_into: Option<SeriesId>,
    /// The series it was split from.
    pub split_from: Option<SeriesId>,
    /// What happened to it, oldest first.
    pub history: Vec<HistoryEntry>,
}

/// A report in a series.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Member {
    /// The report.
    pub report: ReportId,
    /// How likely it belongs, 0..=1.
    pub probability: f64,
    /// Why, strongest first; each is one plain sentence.
    pub reasons: Vec<Reason>,
    /// Set by a person: it stays (`Some(true)`) or stays out (`Some(false)`), whatever a re-run says.
    pub decided: Option<bool>,
}

/// One reason for a member, with its weight of evidence in bits (log2 of the Bayes factor).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    /// One plain sentence.
    pub words: String,
    /// Bits.
    pub weight: f64,
}

/// The alarm that raised a series.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Alarm {
    /// The report's arrival that raised it.
    pub at: Moment,
    /// Members by then.
    pub reports: u32,
    /// The score then, in bits.
    pub score: f64,
    /// How many alarms as strong as this come by chance in a year.
    pub expected_false_alarms_per_year: f64,
    /// The window it was seen in, where the scan raised it.
    pub window: Option<Window>,
}

/// A place and a time with more reports than expected.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Window {
    /// The districts.
    pub areas: Vec<AreaId>,
    /// First day.
    pub from: Date,
    /// Last day, inclusive.
    pub to: Date,
    /// Reports in it.
    pub cases: u32,
    /// Reports expected in it.
    pub expected: f64,
    /// Log-likelihood ratio.
    pub llr: f64,
    /// Monte Carlo p-value, where one was drawn.
    pub p: Option<f64>,
}

/// One thing that speaks for a series.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Evidence {
    /// More reports than expected in a place and time.
    Scan {
        /// Where and when.
        window: Window,
        /// One plain sentence.
        words: String,
    },
    /// Reports that share a number.
    Number {
        /// E.164: the scammers' own; it stays on the desk.
        number: String,
        /// Reports that share it.
        reports: Vec<ReportId>,
        /// One plain sentence.
        words: String,
    },
    /// Reports that share a name the caller used.
    Name {
        /// As first written.
        name: String,
        /// Reports that share it.
        reports: Vec<ReportId>,
        /// One plain sentence.
        words: String,
    },
    /// Reports alike in how it was done.
    Method {
        /// How many of the members.
        reports: u32,
        /// One plain sentence.
        words: String,
    },
}

impl Evidence {
    /// The plain sentence.
    pub fn words(&self) -> &str {
        match self {
            Evidence::Scan { words, .. }
            | Evidence::Number { words, .. }
            | Evidence::Name { words, .. }
            | Evidence::Method { words, .. } => words,
        }
    }
}

/// What a person decided about a series. Decisions are kept for ever and re-runs work around them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "decision", rename_all = "snake_case")]
pub enum Decision {
    /// It is one series.
    Confirm,
    /// It is over.
    Close,
    /// It is no series.
    NotASeries,
    /// These reports are a series of their own.
    Split {
        /// The reports that leave.
        reports: Vec<ReportId>,
    },
    /// This series and that one are one.
    Merge {
        /// The other series.
        with: SeriesId,
    },
    /// This report belongs.
    Include {
        /// The report.
        report: ReportId,
    },
    /// This report does not belong.
    Exclude {
        /// The report.
        report: ReportId,
    },
    /// The desk's own name for it.
    Rename {
        /// The new name.
        name: String,
    },
}

/// One thing that happened to a series.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HistoryEntry {
    /// When.
    pub at: Moment,
    /// Who: a user name, or `ringfence` for the program.
    pub by: String,
    /// What, in one plain sentence.
    pub words: String,
    /// Why, where a person gave a reason.
    pub reason: Option<String>,
}
