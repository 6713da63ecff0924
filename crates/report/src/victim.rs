//! Personal data as a type: it seals at the door and opens only with a reason.

use zeroize::Zeroize;

/// Why personal data is being opened. Goes into the audit log beside who opened it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OpenReason {
    /// To seal it for storage.
    Sealing,
    /// To read the modus operandi out of the narrative.
    ReadingModus,
    /// To resolve the place from the postcode or point.
    ResolvingPlace,
    /// To compute keyed hashes for matching.
    Matching,
    /// To show it to a named member of staff, who gave a reason.
    Unmasking,
    /// To answer the person it belongs to.
    SubjectAccess,
    /// To write an export that a person ordered.
    Export,
    /// To let the person who is typing a report check their own answers.
    OwnAnswers,
}

/// A value that belongs to a victim or a reporter. It has no `Display`, no `Serialize`, and its `Debug` shows nothing, so it
/// cannot reach a log, a page, a feed or an error by accident.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Victim<T>(T);

impl<T> Victim<T> {
    /// Seals a value.
    pub fn seal(value: T) -> Victim<T> {
        Victim(value)
    }

    /// Opens it. The reason is for the reader of the code and for the caller's audit entry.
    pub fn open(&self, _reason: OpenReason) -> &T {
        &self.0
    }

    /// Opens it for good.
    pub fn into_open(self, _reason: OpenReason) -> T {
        self.0
    }

    /// Opens it for change, as intake does when a later answer is added.
    pub fn open_mut(&mut self, _reason: OpenReason) -> &mut T {
        &mut self.0
    }
}

impl<T> std::fmt::Debug for Victim<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Victim(sealed)")
    }
}

impl<T: Zeroize> Zeroize for Victim<T> {
    fn zeroize(&mut self) {
        self.0.zeroize();
    }
}
