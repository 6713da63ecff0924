//! What is heard on a line.

use serde::{Deserialize, Serialize};

/// What kind of thing was heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Dial tone: an exchange, or somebody who plays one, waits for digits.
    DialTone,
    /// The called party's telephone rings.
    Ringing,
    /// Engaged, or congestion on the way.
    Busy,
    /// Number unobtainable.
    Unobtainable,
    /// A digit was keyed.
    Dtmf,
    /// A voice, or something as uneven as one (music with a beat passes for it).
    Speech,
}

impl Kind {
    /// The words for people.
    pub fn words(self) -> &'static str {
        match self {
            Kind::DialTone => "dial tone",
            Kind::Ringing => "ringing",
            Kind::Busy => "busy tone",
            Kind::Unobtainable => "unobtainable tone",
            Kind::Dtmf => "digit",
            Kind::Speech => "speech",
        }
    }
}

/// Something heard, in the shape of the contract (`line`).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Event {
    /// The leg, from 0.
    pub channel: usize,
    /// What.
    pub kind: Kind,
    /// From, in seconds since the recording or the feed began.
    pub start_s: f64,
    /// To.
    pub end_s: f64,
    /// The digit, of a `dtmf`: 0-9, `*`, `#`, A-D.
    pub digit: Option<char>,
    /// The country of a tone (ISO 3166), where the tone tells it.
    pub country: Option<String>,
    /// Mean level, in dB below a full-scale square wave. Not in the contract's shape.
    #[serde(skip)]
    pub level_db: f32,
    /// A tone that the home country has too. Not in the contract's shape.
    #[serde(skip)]
    pub shared_with_home: bool,
}

impl Event {
    /// A thing heard on a leg from one time to another, with no digit and no country.
    pub(crate) fn new(channel: usize, kind: Kind, (start, end): (f64, f64), level_db: f32) -> Event {
        Event {
            channel,
            kind,
            start_s: told(start),
            end_s: told(end),
            digit: None,
            country: None,
            level_db,
            shared_with_home: false,
        }
    }
}

/// A time as it is told: to the millisecond.
pub(crate) fn told(seconds: f64) -> f64 {
    (seconds * 1000.0).round() / 1000.0
}
