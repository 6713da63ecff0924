//! Disclosure control over what is published (exchange-and-privacy reference, section 9).

/// The smallest count that may be shown for an area or a part of a total (precedent: NHS England, hospital statistics).
pub const MINIMUM_COUNT: u64 = 8;
