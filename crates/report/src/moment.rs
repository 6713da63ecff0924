//! An instant with the offset it was written in, so that a report goes out with the time as it came in.

use jiff::{Timestamp, Zoned, civil::Date, tz::Offset};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An RFC 3339 instant with the offset it was written in (`2019-04-12T13:05:00+01:00`). Ordered and equal by instant.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    at: Timestamp,
    offset: Offset,
}

/// A time that is not RFC 3339 with an offset.
#[derive(Debug, thiserror::Error)]
#[error("not a time such as 2019-04-12T13:05:00+01:00 (RFC 3339 with an offset)")]
pub struct MomentError;

impl Moment {
    /// An instant, written in the given offset.
    pub fn new(at: Timestamp, offset: Offset) -> Moment {
        Moment { at, offset }
    }

    /// An instant as it stands in a zone.
    pub fn from_zoned(zoned: &Zoned) -> Moment {
        Moment { at: zoned.timestamp(), offset: zoned.offset() }
    }

    /// Reads RFC 3339; `Z` is the offset zero.
    ///
    /// # Errors
    /// [`MomentError`] for anything else, a date without a time among it.
    pub fn parse(text: &str) -> Result<Moment, MomentError> {
        if text.len() > 40 || text.len() < 20 {
            return Err(MomentError);
        }
        let at: Timestamp = text.parse().map_err(|_| MomentError)?;
        let offset = offset_of(text).ok_or(MomentError)?;
        Ok(Moment { at, offset })
    }

    /// The instant.
    pub fn timestamp(self) -> Timestamp {
        self.at
    }

    /// The offset it was written in.
    pub fn offset(self) -> Offset {
        self.offset
    }

    /// The calendar day in the offset it was written in: the day the person who wrote it had on the wall.
    pub fn day(self) -> Date {
        self.offset.to_datetime(self.at).date()
    }
}

/// The offset at the end of an RFC 3339 text.
fn offset_of(text: &str) -> Option<Offset> {
    if text.ends_with(['Z', 'z']) {
        return Some(Offset::UTC);
    }
    let tail = text.get(text.len().checked_sub(6)?..)?;
    let bytes = tail.as_bytes();
    let sign = match bytes[0] {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    if bytes[3] != b':' {
        return None;
    }
    let hours: i32 = tail.get(1..3)?.parse().ok()?;
    let minutes: i32 = tail.get(4..6)?.parse().ok()?;
    Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok()
}

impl std::fmt::Display for Moment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.offset == Offset::UTC {
            return write!(f, "{}", self.at);
        }
        write!(f, "{}", self.at.display_with_offset(self.offset))
    }
}

impl PartialEq for Moment {
    fn eq(&self, other: &Moment) -> bool {
        self.at == other.at
    }
}
impl Eq for Moment {}
impl PartialOrd for Moment {
    fn partial_cmp(&self, other: &Moment) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Moment {
    fn cmp(&self, other: &Moment) -> std::cmp::Ordering {
        self.at.cmp(&other.at)
    }
}
impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Moment, D::Error> {
        let text = String::deserialize(deserializer)?;
        Moment::parse(&text).map_err(serde::de::Error::custom)
    }
}
