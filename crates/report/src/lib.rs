//! One report of a scam call: its types, the formats it comes in and goes out by, telephone numbers, reference numbers, and
//! [`Victim`], the type that keeps a person's details from being shown.

mod intake;
mod lines;
mod mapping;
mod moment;
pub mod numbers;
mod record;
mod reference;
mod refusal;
mod rows;
mod source;
mod victim;
pub mod vocabulary;
mod wire;

pub use intake::{Format, Header, Intake, IntakeError, Item, Position, read_header, reject_note};
pub use lines::{LONGEST_LINE, Line, Lines};
pub use mapping::{FieldMapping, Mapping, MappingError, OnBadNumber};
pub use moment::{Moment, MomentError};
pub use record::{
    Bank, Call, Callback, Caller, Consent, Courier, Evidence, ExternalRef, Facts, PlaceFacts, Private, Report, ReporterDetails,
    Target,
};
pub use reference::{Reference, ReferenceError};
pub use refusal::Refusal;
pub use source::{Source, SourceError};
pub use victim::{OpenReason, Victim};
