//! The report: what may be counted and matched (`Facts`), and what belongs to a person (`Private`).
//!
//! `report.v1` on the wire is one nested object (`wire`); inside the program it is parted at the door into these two, so that
//! no code that counts or publishes ever holds personal data.

use serde::{Deserialize, Serialize};

use crate::vocabulary::{
    AgeBand, Answer, Claimed, Danger, Demand, Handover, Line, Need, Outcome, Precision, Pretext, Role, Trick, Vulnerability,
};
use crate::{Moment, Source, Victim};

/// One report of a scam call.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// What may be stored in the clear, counted and matched.
    pub facts: Facts,
    /// What belongs to a person; sealed at rest.
    pub private: Victim<Private>,
}

/// The part of a report that holds no personal data: all modus operandi fields are what a person ticked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// The sender's own name for the report; with `source` it names the report.
    pub external_id: Option<String>,
    /// Where it came from.
    pub source: Source,
    /// When it came in.
    pub received_at: Moment,
    /// Whether somebody is in danger now.
    pub danger: Option<Danger>,
    /// Who is reporting.
    pub role: Option<Role>,
    /// The place, no finer than the sector.
    pub place: PlaceFacts,
    /// The call.
    pub call: Call,
    /// The caller.
    pub caller: Caller,
    /// The story.
    pub pretext: Vec<Pretext>,
    /// The tricks.
    pub trick: Vec<Trick>,
    /// What was asked for.
    pub demand: Vec<Demand>,
    /// How it was to be handed over.
    pub handover: Vec<Handover>,
    /// The number to ring back that was given.
    pub callback: Callback,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// What was lost, in pence.
    pub loss_pence: Option<u64>,
    /// What the reporter agreed to.
    pub consent: Consent,
    /// Names of the report in other systems.
    pub external_refs: Vec<ExternalRef>,
}

/// The place as given, no finer than the sector.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PlaceFacts {
    /// Postcode sector (`AL1 3`).
    pub sector: Option<String>,
    /// Outward code (`AL1`).
    pub outcode: Option<String>,
    /// District: a GSS code, an imported gazetteer's id, or a name.
    pub district: Option<String>,
    /// Town.
    pub town: Option<String>,
}

/// The call.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Call {
    /// When it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Moment>,
    /// How exactly that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub precision: Option<Precision>,
    /// What kind of line was rung.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<Line>,
    /// The number shown: E.164, or `withheld`, `unavailable`, `unknown`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number_shown: Option<String>,
    /// How many calls there were.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<u32>,
}

/// The caller.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Caller {
    /// Who the caller claimed to be.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub claimed: Vec<Claimed>,
    /// Names the caller used, with ranks, as written.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
    /// The police station or branch the caller named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub station: Option<String>,
}

/// The number that the person was told to ring.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Callback {
    /// E.164.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// Whether it was rung on the same telephone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub same_phone: Option<Answer>,
    /// Whether a dial tone was heard first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dial_tone_heard: Option<Answer>,
}

/// What the reporter agreed to. A missing answer is no.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Consent {
    /// The facts may be used for advice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub use_for_advice: Option<bool>,
    /// The report may go to partners.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share_with_partners: Option<bool>,
    /// The reporter wants to hear what came of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tell_me_what_came_of_it: Option<bool>,
}

/// The report's name in another system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExternalRef {
    /// The system, such as `nfrc`.
    pub system: String,
    /// Its name there.
    pub value: String,
}

/// What belongs to a person. Serialised only to be sealed or exported.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Private {
    /// The reporter, but for the role.
    pub reporter: ReporterDetails,
    /// The person called.
    pub target: Target,
    /// The full postcode.
    pub postcode: Option<String>,
    /// Degrees north, WGS 84.
    pub lat: Option<f64>,
    /// Degrees east, WGS 84.
    pub lon: Option<f64>,
    /// The account in the person's own words.
    pub narrative: Option<String>,
    /// The courier.
    pub courier: Courier,
    /// The person's bank.
    pub bank: Bank,
    /// Recordings and pictures, by hash.
    pub evidence: Vec<Evidence>,
}

/// The reporter's details.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ReporterDetails {
    /// Wishes to stay anonymous: then no contact is kept.
    pub anonymous: Option<bool>,
    /// Name.
    pub name: Option<String>,
    /// Telephone, E.164.
    pub phone: Option<String>,
    /// E-mail.
    pub email: Option<String>,
    /// Whether it is safe to ring.
    pub safe_to_call: Option<bool>,
    /// BCP 47 language tag.
    pub language: Option<String>,
    /// What the reporter needs.
    pub needs: Vec<Need>,
}

/// The person called.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Target {
    /// Age band.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub age_band: Option<AgeBand>,
    /// Circumstances.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub vulnerability: Vec<Vulnerability>,
}

/// The courier.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Courier {
    /// When the courier came or was to come.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Moment>,
    /// Description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Vehicle.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vehicle: Option<String>,
    /// Registration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registration: Option<String>,
    /// The password agreed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
}

/// The person's bank.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Bank {
    /// Name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Whether it was told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub told: Option<Answer>,
    /// When it was told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub told_at: Option<Moment>,
}

/// A recording or picture, named by its hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// SHA-256, hexadecimal.
    pub sha256: String,
    /// Media type.
    pub media_type: String,
    /// Size in bytes.
    pub bytes: u64,
}
