//! How samples are written down: the format of a recording, and bytes of it turned into samples.

use super::codec::{FULL_SCALE, alaw, gsm, ulaw};

/// The most channels a recording may have: the two legs of a call.
pub const MOST_CHANNELS: usize = 2;
/// Sampling rates that are taken, in Hz.
pub const RATES: std::ops::RangeInclusive<u32> = 8_000..=192_000;

/// One sample, as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// Unsigned 8-bit linear.
    U8,
    /// Signed 16-bit linear, little-endian.
    S16,
    /// Signed 24-bit linear, little-endian.
    S24,
    /// Signed 32-bit linear, little-endian.
    S32,
    /// 32-bit floating point, ±1 at full scale.
    F32,
    /// 64-bit floating point, ±1 at full scale.
    F64,
    /// G.711 µ-law.
    Mulaw,
    /// G.711 A-law.
    Alaw,
    /// GSM 06.10, two frames in 65 bytes (WAV).
    GsmWav,
    /// GSM 06.10, a frame in 33 bytes (`.gsm`).
    Gsm,
}

impl Encoding {
    /// Bytes that are decoded together in one channel, and the samples they give.
    pub fn unit(self) -> (usize, usize) {
        match self {
            Encoding::U8 | Encoding::Mulaw | Encoding::Alaw => (1, 1),
            Encoding::S16 => (2, 1),
            Encoding::S24 => (3, 1),
            Encoding::S32 | Encoding::F32 => (4, 1),
            Encoding::F64 => (8, 1),
            Encoding::GsmWav => (gsm::WAV_BLOCK_BYTES, 2 * gsm::FRAME_SAMPLES),
            Encoding::Gsm => (gsm::FRAME_BYTES, gsm::FRAME_SAMPLES),
        }
    }
}

/// The format of a recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Format {
    /// How a sample is written.
    pub encoding: Encoding,
    /// Channels, 1 or 2.
    pub channels: usize,
    /// Samples a second in each channel.
    pub rate: u32,
}

impl Format {
    /// One channel at 8 kHz: what files without a header are.
    pub fn telephone(encoding: Encoding) -> Format {
        Format { encoding, channels: 1, rate: 8_000 }
    }

    /// Bytes of one unit over all channels.
    pub fn block(&self) -> usize {
        self.encoding.unit().0 * self.channels
    }
}

/// Decodes whole blocks, and remembers what GSM needs to. Buffers are made once.
#[derive(Debug, Clone)]
pub(crate) struct Unpacker {
    gsm: gsm::Decoder,
    /// GSM frames without their marker, taken as silence.
    pub(crate) damaged: u64,
    channels: [Vec<f32>; MOST_CHANNELS],
}

impl Unpacker {
    pub(crate) fn new() -> Unpacker {
        Unpacker { gsm: gsm::Decoder::default(), damaged: 0, channels: [Vec::new(), Vec::new()] }
    }

    /// Decodes blocks (a whole number of them); gives one list of samples, ±1 at full scale, for each channel.
    pub(crate) fn unpack(&mut self, format: &Format, blocks: &[u8]) -> &[Vec<f32>] {
        for channel in &mut self.channels {
            channel.clear();
        }
        let unit = format.encoding.unit().0;
        for block in blocks.chunks_exact(format.block()) {
            for (index, bytes) in block.chunks_exact(unit).enumerate() {
                let out = &mut self.channels[index];
                match format.encoding {
                    Encoding::GsmWav => {
                        let block = bytes.try_into().unwrap_or(&[0; gsm::WAV_BLOCK_BYTES]);
                        out.extend(self.gsm.block(block).iter().map(|sample| f32::from(*sample) * FULL_SCALE));
                    }
                    Encoding::Gsm => {
                        let frame = bytes.try_into().unwrap_or(&[0; gsm::FRAME_BYTES]);
                        let samples = self.gsm.frame(frame).unwrap_or_else(|| {
                            self.damaged += 1;
                            [0; gsm::FRAME_SAMPLES]
                        });
                        out.extend(samples.iter().map(|sample| f32::from(*sample) * FULL_SCALE));
                    }
                    _ => out.push(sample(format.encoding, bytes)),
                }
            }
        }
        &self.channels[..format.channels]
    }
}

/// One sample of the linear and G.711 encodings. What is not a number is silence.
fn sample(encoding: Encoding, bytes: &[u8]) -> f32 {
    match (encoding, bytes) {
        (Encoding::U8, [a]) => (f32::from(*a) - 128.0) / 128.0,
        (Encoding::Mulaw, [a]) => f32::from(ulaw::decode(*a)) * FULL_SCALE,
        (Encoding::Alaw, [a]) => f32::from(alaw::decode(*a)) * FULL_SCALE,
        (Encoding::S16, [a, b]) => f32::from(i16::from_le_bytes([*a, *b])) * FULL_SCALE,
        (Encoding::S24, [a, b, c]) => i32::from_le_bytes([0, *a, *b, *c]) as f32 / 2_147_483_648.0,
        (Encoding::S32, [a, b, c, d]) => i32::from_le_bytes([*a, *b, *c, *d]) as f32 / 2_147_483_648.0,
        (Encoding::F32, [a, b, c, d]) => tame(f32::from_le_bytes([*a, *b, *c, *d])),
        (Encoding::F64, [a, b, c, d, e, f, g, h]) => tame(f64::from_le_bytes([*a, *b, *c, *d, *e, *f, *g, *h]) as f32),
        _ => 0.0,
    }
}

/// A floating-point sample within bounds: files with values over full scale are clipped well above it.
fn tame(sample: f32) -> f32 {
    if sample.is_finite() { sample.clamp(-4.0, 4.0) } else { 0.0 }
}
