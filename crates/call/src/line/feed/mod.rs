//! Live feeds as state machines over messages and bytes: no sockets, no clock.

pub mod audiosocket;
pub mod media_stream;
pub mod recogniser;

use thiserror::Error;

/// Why a feed is ended by us.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct Refusal(pub(crate) String);

/// The longest call that is listened to, seconds: four hours.
pub const LONGEST_CALL_S: f64 = 4.0 * 3600.0;
