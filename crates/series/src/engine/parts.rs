//! What can be left out.

/// Parts of the detector that can be left out, to measure what each gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts {
    /// Windows of the scan.
    pub scan: bool,
    /// Numbers and names.
    pub links: bool,
    /// Likeness of method beyond the stream.
    pub method: bool,
    /// Lag from call to report.
    pub lag: bool,
    /// Threshold from the force's own history; without it, a fixed one.
    pub calibration: bool,
}

impl Default for Parts {
    fn default() -> Parts {
        Parts { scan: true, links: true, method: true, lag: true, calibration: true }
    }
}
