//! One report of a scam call: its types, the formats it comes in and goes out by, telephone numbers, reference numbers, and
//! [`Victim`], the type that keeps a person's details from being shown.

mod moment;
mod record;
mod source;
mod victim;
pub mod vocabulary;

pub use moment::{Moment, MomentError};
pub use record::{
    Bank, Call, Callback, Caller, Consent, Courier, Evidence, ExternalRef, Facts, PlaceFacts, Private, Report, ReporterDetails,
    Target,
};
pub use source::{Source, SourceError};
pub use victim::{OpenReason, Victim};
