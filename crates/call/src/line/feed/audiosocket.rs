//! AudioSocket, Asterisk's TCP feed: frames of a type, a length (16 bits, high byte first) and that many bytes. One leg a connection;
//! the two of a call are told by its identifier.

use super::Refusal;

/// A frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Frame {
    /// The call is over.
    End,
    /// The call's identifier, 16 bytes.
    Id([u8; 16]),
    /// A digit was keyed.
    Digit(char),
    /// 16-bit samples at a rate.
    Sound {
        /// Samples a second.
        rate: u32,
        /// The samples.
        samples: Vec<i16>,
    },
    /// The other side failed; its code.
    Error(u8),
}

/// The largest frame that is believed, bytes: a third of a second at 48 kHz.
const LARGEST: usize = 32 * 1024;

/// Cuts a stream of bytes into frames.
#[derive(Debug, Clone, Default)]
pub struct Frames {
    held: Vec<u8>,
    named: bool,
}

impl Frames {
    /// Takes bytes; gives the frames that are whole. Types that are not known are passed over.
    ///
    /// # Errors
    /// Where it is no AudioSocket: an identifier does not come first, a frame is too large or not what its type says.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Vec<Frame>, Refusal> {
        self.held.extend_from_slice(bytes);
        let mut frames = Vec::new();
        let mut at = 0;
        while let Some(head) = self.held.get(at..at + 3) {
            let (kind, size) = (head[0], usize::from(u16::from_be_bytes([head[1], head[2]])));
            if size > LARGEST {
                return Err(Refusal(format!("a frame of {size} bytes: at most {LARGEST}")));
            }
            let Some(payload) = self.held.get(at + 3..at + 3 + size) else { break };
            if let Some(frame) = frame(kind, payload)? {
                match (&frame, self.named) {
                    (Frame::Id(_), true) => return Err(Refusal("a second identifier".to_owned())),
                    (Frame::Id(_), false) => self.named = true,
                    (Frame::Sound { .. } | Frame::Digit(_), false) => {
                        return Err(Refusal("sound before the call's identifier".to_owned()));
                    }
                    _ => {}
                }
                frames.push(frame);
            }
            at += 3 + size;
        }
        self.held.drain(..at);
        Ok(frames)
    }
}

fn frame(kind: u8, payload: &[u8]) -> Result<Option<Frame>, Refusal> {
    let rate = match kind {
        0x00 => return Ok(Some(Frame::End)),
        0x01 => {
            let id = payload.try_into().map_err(|_| Refusal(format!("an identifier of {} bytes: it has 16", payload.len())))?;
            return Ok(Some(Frame::Id(id)));
        }
        0x03 => match payload {
            [digit] if b"0123456789*#ABCD".contains(digit) => return Ok(Some(Frame::Digit(char::from(*digit)))),
            _ => return Err(Refusal("a digit is one of 0 to 9, *, #, A to D".to_owned())),
        },
        0xFF => return Ok(Some(Frame::Error(payload.first().copied().unwrap_or(0)))),
        0x10 => 8_000,
        0x11 => 12_000,
        0x12 => 16_000,
        0x13 => 24_000,
        0x14 => 32_000,
        0x15 => 44_100,
        0x16 => 48_000,
        _ => return Ok(None),
    };
    if payload.len() % 2 == 1 {
        return Err(Refusal("half a sample at the end of a frame".to_owned()));
    }
    let samples = payload.chunks_exact(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]])).collect();
    Ok(Some(Frame::Sound { rate, samples }))
}

/// A frame of 8 kHz sound to send back.
pub fn sound_frame(samples: &[i16]) -> Vec<u8> {
    let mut bytes = vec![0x10];
    bytes.extend_from_slice(&((2 * samples.len().min(LARGEST / 2)) as u16).to_be_bytes());
    bytes.extend(samples.iter().take(LARGEST / 2).flat_map(|sample| sample.to_le_bytes()));
    bytes
}

/// The identifier as people write it.
pub fn written(id: &[u8; 16]) -> String {
    let hex: String = id.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}
