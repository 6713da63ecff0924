//! Speech recognition stands outside: a trait, and the lines that an external recogniser process reads and writes.
//!
//! To the process, on its standard input, one JSON object a line: `{"leg": 0, "at_s": 1.28, "rate": 8000, "audio": "<base64 of 16-bit
//! little-endian samples>"}`, and `{"end": true}` when the call is over. From it, on standard output: `{"leg": 0, "start_s": 1.2,
//! "end_s": 3.4, "text": "the words"}`, one line for each stretch of speech, when it is sure of it. It ends after `end`, or when its
//! input closes. What it writes to standard error is the operator's.

use base64::Engine as _;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::Refusal;

/// Turns sound into words. An implementation must never hold up the call: it drops sound rather than wait.
pub trait Recogniser: Send {
    /// Takes sound of a leg that begins at `at_s` seconds.
    fn hear(&mut self, leg: usize, at_s: f64, rate: u32, samples: &[i16]);
    /// The words that were recognised since this was last asked.
    fn words(&mut self) -> Vec<Words>;
    /// The call is over; words may still come.
    fn end(&mut self);
}

/// Recognised words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Words {
    /// The leg.
    pub leg: usize,
    /// From, seconds.
    #[serde(default)]
    pub start_s: f64,
    /// To.
    #[serde(default)]
    pub end_s: f64,
    /// The words.
    pub text: String,
}

/// The longest line that a recogniser may write, bytes.
pub const LONGEST_LINE: usize = 16 * 1024;

/// The line for a piece of sound.
pub fn sound_line(leg: usize, at_s: f64, rate: u32, samples: &[i16]) -> String {
    let bytes: Vec<u8> = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
    let audio = base64::engine::general_purpose::STANDARD.encode(bytes);
    json!({ "leg": leg, "at_s": at_s, "rate": rate, "audio": audio }).to_string()
}

/// The line for the end of the call.
pub fn end_line() -> String {
    json!({ "end": true }).to_string()
}

/// Reads a line that a recogniser wrote. Nothing where it says nothing.
///
/// # Errors
/// Where it is not of the protocol.
pub fn words_of(line: &str) -> Result<Option<Words>, Refusal> {
    if line.trim().is_empty() {
        return Ok(None);
    }
    if line.len() > LONGEST_LINE {
        return Err(Refusal(format!("the recogniser wrote a line of {} bytes", line.len())));
    }
    let words: Words = serde_json::from_str(line).map_err(|error| Refusal(format!("the recogniser wrote no words: {error}")))?;
    Ok(Some(words).filter(|words| !words.text.trim().is_empty() && words.leg < 2))
}
