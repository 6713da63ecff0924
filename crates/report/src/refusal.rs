//! Why a report was not taken.

/// A report that cannot be taken: which field, and why. Never holds the value itself, which may be a person's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, serde::Serialize)]
#[error("{path}: {reason}")]
pub struct Refusal {
    /// The field's path (`call.number_shown`, `demand[1]`), or `.` for the whole.
    pub path: String,
    /// What is wrong and what is wanted.
    pub reason: String,
}

impl Refusal {
    /// A refusal of one field.
    pub fn new(path: impl Into<String>, reason: impl Into<String>) -> Refusal {
        Refusal { path: path.into(), reason: reason.into() }
    }
}
