//! A recording read piece by piece: a WAV file's chunks, or a bare stream of telephone audio. Nothing is kept but a block that is not
//! whole yet, so a file of any size takes the same memory.

use thiserror::Error;

use super::format::{Encoding, Format, MOST_CHANNELS, RATES, Unpacker};

/// The longest recording that is read.
const LONGEST_HOURS: u64 = 24;
/// The largest `fmt ` chunk that is believed.
const LARGEST_FORMAT: u32 = 4096;
/// Bytes decoded at a time.
const PIECE: usize = 8192;

/// Why a recording cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("byte {at}: {why}")]
pub struct Unreadable {
    /// Where, in bytes from the start of the file.
    pub at: u64,
    /// What is wrong and what to do.
    pub why: String,
}

/// What a recording turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recording {
    /// Its format.
    pub format: Format,
    /// Samples in each channel.
    pub samples: u64,
    /// What did not fit: cut off, a part of a frame at the end, damaged frames.
    pub notes: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Riff,
    Chunk,
    Format {
        size: u32,
    },
    Skip {
        left: u64,
    },
    /// `left` is None where the header does not say how much there is.
    Data {
        left: Option<u64>,
    },
    Done,
}

/// Reads a recording as its bytes come.
#[derive(Debug, Clone)]
pub struct Reader {
    state: State,
    format: Option<Format>,
    held: Vec<u8>,
    at: u64,
    samples: u64,
    unpacker: Unpacker,
    open_ended: bool,
}

impl Reader {
    /// A WAV file.
    pub fn wav() -> Reader {
        Reader::new(State::Riff, None)
    }

    /// Audio without a header.
    pub fn raw(format: Format) -> Reader {
        Reader::new(State::Data { left: None }, Some(format))
    }

    fn new(state: State, format: Option<Format>) -> Reader {
        Reader { state, format, held: Vec::new(), at: 0, samples: 0, unpacker: Unpacker::new(), open_ended: false }
    }

    /// The format, once it is known.
    pub fn format(&self) -> Option<Format> {
        self.format
    }

    /// Takes the next bytes; `sink` is given the samples of each channel, ±1 at full scale, as they are decoded.
    ///
    /// # Errors
    /// Where the bytes are no recording that can be read.
    pub fn push(&mut self, bytes: &[u8], sink: &mut dyn FnMut(&Format, &[Vec<f32>])) -> Result<(), Unreadable> {
        let mut rest = bytes;
        loop {
            match self.state {
                State::Riff => {
                    let Some(head) = self.collect(&mut rest, 12) else { return Ok(()) };
                    self.riff(&head)?;
                }
                State::Chunk => {
                    let Some(head) = self.collect(&mut rest, 8) else { return Ok(()) };
                    self.chunk(&head)?;
                }
                State::Format { size } => {
                    let Some(chunk) = self.collect(&mut rest, (size + size % 2) as usize) else { return Ok(()) };
                    let at = self.at - u64::from(size);
                    self.format = Some(format_of(&chunk).map_err(|why| Unreadable { at, why })?);
                    self.state = State::Chunk;
                }
                State::Skip { left } => {
                    let taken = left.min(rest.len() as u64);
                    rest = &rest[taken as usize..];
                    self.at += taken;
                    self.state = if taken == left { State::Chunk } else { State::Skip { left: left - taken } };
                    if rest.is_empty() {
                        return Ok(());
                    }
                }
                State::Data { left } => {
                    let taken = left.unwrap_or(u64::MAX).min(rest.len() as u64) as usize;
                    let (data, after) = rest.split_at(taken);
                    rest = after;
                    self.at += taken as u64;
                    self.data(data, sink)?;
                    self.state = match left.map(|left| left - taken as u64) {
                        Some(0) => State::Done,
                        left => State::Data { left },
                    };
                    if rest.is_empty() {
                        return Ok(());
                    }
                }
                // What stands behind the audio (tags, padding) says nothing of the call.
                State::Done => return Ok(()),
            }
        }
    }

    /// The end of the bytes.
    ///
    /// # Errors
    /// Where there was no recording.
    pub fn finish(self) -> Result<Recording, Unreadable> {
        let fail = |why: &str| Err(Unreadable { at: self.at, why: why.to_owned() });
        let Some(format) = self.format else { return fail("ends before its format is told: not a WAV file, or cut off") };
        let mut notes = Vec::new();
        match self.state {
            State::Data { left: Some(left) } => {
                notes.push(format!("cut off: the header promises {left} bytes more than there are; what is there was read"));
            }
            State::Data { left: None } | State::Done => {}
            _ => return fail("ends before its audio begins: cut off, or without a `data` chunk"),
        }
        if !self.held.is_empty() {
            notes.push(format!("{} bytes at the end are no whole frame and were left out", self.held.len()));
        }
        if self.unpacker.damaged > 0 {
            notes.push(format!("{} damaged GSM frames were taken as silence", self.unpacker.damaged));
        }
        if self.open_ended {
            notes.push("the header does not say how much audio there is; all that follows it was read".to_owned());
        }
        Ok(Recording { format, samples: self.samples, notes })
    }

    /// The next `size` bytes, once they are there.
    fn collect(&mut self, rest: &mut &[u8], size: usize) -> Option<Vec<u8>> {
        let taken = (size - self.held.len()).min(rest.len());
        self.held.extend_from_slice(&rest[..taken]);
        *rest = &rest[taken..];
        self.at += taken as u64;
        (self.held.len() == size).then(|| std::mem::take(&mut self.held))
    }

    fn riff(&mut self, head: &[u8]) -> Result<(), Unreadable> {
        let begins = |name: &[u8]| head.starts_with(name);
        if (begins(b"RIFF") || begins(b"RF64")) && &head[8..12] == b"WAVE" {
            self.open_ended = begins(b"RF64");
            self.state = State::Chunk;
            return Ok(());
        }
        let kind = if begins(b"OggS") {
            "an Ogg file"
        } else if begins(b"ID3") || (head[0] == 0xFF && head[1] & 0xE0 == 0xE0) {
            "an MP3 file"
        } else if begins(b"fLaC") {
            "a FLAC file"
        } else if begins(b"RIFX") {
            "a big-endian WAV file"
        } else if &head[4..8] == b"ftyp" {
            "an MP4 file"
        } else {
            "something else"
        };
        Err(Unreadable {
            at: 0,
            why: format!("not a WAV file but {kind}: convert it to WAV first, for example with sox or ffmpeg"),
        })
    }

    fn chunk(&mut self, head: &[u8]) -> Result<(), Unreadable> {
        let size = u32::from_le_bytes([head[4], head[5], head[6], head[7]]);
        let at = self.at - 8;
        self.state = match &head[..4] {
            b"fmt " if self.format.is_some() => {
                return Err(Unreadable { at, why: "a second `fmt ` chunk: the header is damaged".to_owned() });
            }
            b"fmt " if !(16..=LARGEST_FORMAT).contains(&size) => {
                return Err(Unreadable { at, why: format!("a `fmt ` chunk of {size} bytes: the header is damaged") });
            }
            b"fmt " => State::Format { size },
            b"data" if self.format.is_none() => {
                return Err(Unreadable { at, why: "audio before its format: the header is damaged".to_owned() });
            }
            // A program that writes to a pipe cannot go back to fill in the size.
            b"data" if matches!(size, 0 | u32::MAX) => {
                self.open_ended = true;
                State::Data { left: None }
            }
            b"data" => {
                self.open_ended = false;
                State::Data { left: Some(u64::from(size)) }
            }
            _ => State::Skip { left: u64::from(size) + u64::from(size % 2) },
        };
        Ok(())
    }

    fn data(&mut self, mut data: &[u8], sink: &mut dyn FnMut(&Format, &[Vec<f32>])) -> Result<(), Unreadable> {
        let Some(format) = self.format else { return Ok(()) };
        let block = format.block();
        if !self.held.is_empty() {
            let taken = (block - self.held.len()).min(data.len());
            self.held.extend_from_slice(&data[..taken]);
            data = &data[taken..];
            if self.held.len() < block {
                return Ok(());
            }
            let held = std::mem::take(&mut self.held);
            self.blocks(&format, &held, sink)?;
            self.held = held;
            self.held.clear();
        }
        let whole = data.len() - data.len() % block;
        for piece in data[..whole].chunks(PIECE - PIECE % block) {
            self.blocks(&format, piece, sink)?;
        }
        self.held.extend_from_slice(&data[whole..]);
        Ok(())
    }

    fn blocks(&mut self, format: &Format, blocks: &[u8], sink: &mut dyn FnMut(&Format, &[Vec<f32>])) -> Result<(), Unreadable> {
        let channels = self.unpacker.unpack(format, blocks);
        let first = self.samples == 0;
        self.samples += channels[0].len() as u64;
        sink(format, channels);
        let whole = (blocks.len() / format.block()) as u64;
        if first && format.encoding == Encoding::Gsm && self.unpacker.damaged == whole {
            return Err(Unreadable { at: 0, why: "no GSM 06.10: frames begin with another marker than D".to_owned() });
        }
        if self.samples > LONGEST_HOURS * 3600 * u64::from(format.rate) {
            let why = format!("longer than {LONGEST_HOURS} hours: cut the recording up and check the parts");
            return Err(Unreadable { at: self.at, why });
        }
        Ok(())
    }
}

/// Reads a `fmt ` chunk and holds it to what it says of itself.
fn format_of(chunk: &[u8]) -> Result<Format, String> {
    let short = |at: usize| u16::from_le_bytes([chunk[at], chunk[at + 1]]);
    let rate = u32::from_le_bytes([chunk[4], chunk[5], chunk[6], chunk[7]]);
    let (channels, align, bits) = (short(2), short(12), short(14));
    let tag = match short(0) {
        // The true format stands at the head of the extension's identifier.
        0xFFFE if chunk.len() >= 40 => short(24),
        0xFFFE => return Err("an extended format without its extension: the header is damaged".to_owned()),
        tag => tag,
    };
    let encoding = match (tag, bits) {
        (1, 8) => Encoding::U8,
        (1, 16) => Encoding::S16,
        (1, 24) => Encoding::S24,
        (1, 32) => Encoding::S32,
        (3, 32) => Encoding::F32,
        (3, 64) => Encoding::F64,
        (6, 8) => Encoding::Alaw,
        (7, 8) => Encoding::Mulaw,
        (0x31, _) => Encoding::GsmWav,
        _ => {
            return Err(format!(
                "format {tag} with {bits} bits a sample is not read: save as 16-bit PCM, µ-law, A-law or GSM 6.10"
            ));
        }
    };
    let channels = usize::from(channels);
    if !(1..=MOST_CHANNELS).contains(&channels) {
        return Err(format!("{channels} channels: a call has one or two; keep the two legs"));
    }
    if encoding == Encoding::GsmWav && channels != 1 {
        return Err("GSM 6.10 with two channels: save each leg as PCM".to_owned());
    }
    if !RATES.contains(&rate) {
        return Err(format!("{rate} samples a second: {} to {} are read", RATES.start(), RATES.end()));
    }
    let format = Format { encoding, channels, rate };
    if usize::from(align) != format.block() {
        return Err(format!("the header says {align} bytes a frame where its format has {}: it is damaged", format.block()));
    }
    Ok(format)
}
