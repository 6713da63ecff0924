//! GSM 06.10 full rate (ETSI EN 300 961): RPE-LTP, 160 samples from 260 bits. Decoder only, in the standard's own 16-bit arithmetic, so
//! that any conforming decoder gives the same samples. Two packings: 33 bytes a frame with a marker (`.gsm` files), and two frames in 65
//! bytes, low bits first (WAV format 49).

/// Samples in a frame: 20 ms at 8 kHz.
pub const FRAME_SAMPLES: usize = 160;
/// Bytes of one frame as `.gsm` files have it.
pub const FRAME_BYTES: usize = 33;
/// Bytes of two frames as WAV files have them.
pub const WAV_BLOCK_BYTES: usize = 65;

const LAR_BITS: [u32; 8] = [6, 6, 5, 5, 4, 4, 3, 3];
/// Decoding of the log area ratios: B, MIC, 1/A (table 4.2 and 4.1).
const LAR: [(i32, i32, i32); 8] = [
    (0, -32, 13107),
    (0, -32, 13107),
    (2048, -16, 13107),
    (-2560, -16, 13107),
    (94, -8, 19223),
    (-1792, -8, 17476),
    (-341, -4, 31454),
    (-1144, -4, 29708),
];
/// Long-term gains (table 4.3).
const GAIN: [i16; 4] = [3277, 11469, 21299, 32767];
/// Mantissas of the block amplitude (table 4.6).
const MANTISSA: [i16; 8] = [18431, 20479, 22527, 24575, 26623, 28671, 30719, 32767];

/// Parameters of one frame.
struct Frame {
    lar: [i16; 8],
    parts: [Part; 4],
}

#[derive(Clone, Copy, Default)]
struct Part {
    lag: i16,
    gain: usize,
    grid: usize,
    amplitude: i16,
    pulses: [i16; 13],
}

/// The decoder's memory between frames.
#[derive(Debug, Clone)]
pub struct Decoder {
    excitation: [i16; 160],
    lar: [i16; 8],
    lattice: [i16; 9],
    lag: usize,
    emphasis: i16,
}

impl Default for Decoder {
    fn default() -> Decoder {
        Decoder { excitation: [0; 160], lar: [0; 8], lattice: [0; 9], lag: 40, emphasis: 0 }
    }
}

impl Decoder {
    /// Decodes a frame of a `.gsm` file. None where its marker is missing.
    pub fn frame(&mut self, bytes: &[u8; FRAME_BYTES]) -> Option<[i16; FRAME_SAMPLES]> {
        if bytes[0] >> 4 != 0xD {
            return None;
        }
        let mut at = 4;
        let frame = read(&mut |bits| {
            let mut value = 0;
            for _ in 0..bits {
                value = value << 1 | i16::from(bytes[at / 8] >> (7 - at % 8) & 1);
                at += 1;
            }
            value
        });
        Some(self.decode(&frame))
    }

    /// Decodes the two frames of a block of WAV format 49.
    pub fn block(&mut self, bytes: &[u8; WAV_BLOCK_BYTES]) -> [i16; 2 * FRAME_SAMPLES] {
        let mut at = 0;
        let mut samples = [0; 2 * FRAME_SAMPLES];
        for half in samples.chunks_exact_mut(FRAME_SAMPLES) {
            let frame = read(&mut |bits| {
                let mut value = 0;
                for bit in 0..bits {
                    value |= i16::from(bytes[at / 8] >> (at % 8) & 1) << bit;
                    at += 1;
                }
                value
            });
            half.copy_from_slice(&self.decode(&frame));
        }
        samples
    }

    fn decode(&mut self, frame: &Frame) -> [i16; FRAME_SAMPLES] {
        let mut residual = [0i16; FRAME_SAMPLES];
        for (part, out) in frame.parts.iter().zip(residual.chunks_exact_mut(40)) {
            let pulses = pulses_of(part);
            if (40..=120).contains(&part.lag) {
                self.lag = part.lag as usize;
            }
            for (k, pulse) in pulses.iter().enumerate() {
                let predicted = mult_r(GAIN[part.gain], self.excitation[120 + k - self.lag]);
                self.excitation[120 + k] = pulse.saturating_add(predicted);
            }
            out.copy_from_slice(&self.excitation[120..]);
            self.excitation.copy_within(40.., 0);
        }
        let mut samples = self.synthesise(&frame.lar, &residual);
        for sample in &mut samples {
            self.emphasis = sample.saturating_add(mult_r(self.emphasis, 28180));
            *sample = self.emphasis.saturating_add(self.emphasis) & !7;
        }
        samples
    }

    /// The short-term synthesis filter, its coefficients eased over from the frame before (section 5.3.2).
    fn synthesise(&mut self, coded: &[i16; 8], residual: &[i16; FRAME_SAMPLES]) -> [i16; FRAME_SAMPLES] {
        let mut now = [0i16; 8];
        for ((ratio, code), (b, mic, inverse)) in now.iter_mut().zip(coded).zip(LAR) {
            let value = ((i32::from(*code) + mic) << 10).clamp(-32768, 32767) as i16;
            let value = mult_r(inverse as i16, value.saturating_sub((b << 1) as i16));
            *ratio = value.saturating_add(value);
        }
        let before = self.lar;
        let mut out = [0i16; FRAME_SAMPLES];
        for (from, to, stage) in [(0, 13, 0), (13, 27, 1), (27, 40, 2), (40, 160, 3)] {
            let mut reflection = [0i16; 8];
            for i in 0..8 {
                let (old, new) = (before[i], now[i]);
                let ratio = match stage {
                    0 => ((old >> 2).saturating_add(new >> 2)).saturating_add(old >> 1),
                    1 => (old >> 1).saturating_add(new >> 1),
                    2 => ((old >> 2).saturating_add(new >> 2)).saturating_add(new >> 1),
                    _ => new,
                };
                reflection[i] = reflection_of(ratio);
            }
            for k in from..to {
                let mut value = residual[k];
                for i in (0..8).rev() {
                    value = value.saturating_sub(mult_r(reflection[i], self.lattice[i]));
                    self.lattice[i + 1] = self.lattice[i].saturating_add(mult_r(reflection[i], value));
                }
                self.lattice[0] = value;
                out[k] = value;
            }
        }
        self.lar = now;
        out
    }
}

fn read(bits: &mut impl FnMut(u32) -> i16) -> Frame {
    let lar = LAR_BITS.map(&mut *bits);
    let mut parts = [Part::default(); 4];
    for part in &mut parts {
        part.lag = bits(7);
        part.gain = bits(2) as usize;
        part.grid = bits(2) as usize;
        part.amplitude = bits(6);
        for pulse in &mut part.pulses {
            *pulse = bits(3);
        }
    }
    Frame { lar, parts }
}

/// The excitation pulses of a part on their grid (sections 5.3.1 and 5.2.16).
fn pulses_of(part: &Part) -> [i16; 40] {
    let mut exponent = if part.amplitude > 15 { (part.amplitude >> 3) - 1 } else { 0 };
    let mut mantissa = part.amplitude - (exponent << 3);
    if mantissa == 0 {
        exponent = -4;
        mantissa = 7;
    } else {
        while mantissa <= 7 {
            mantissa = mantissa << 1 | 1;
            exponent -= 1;
        }
        mantissa -= 8;
    }
    let factor = MANTISSA[mantissa as usize];
    let shift = 6 - exponent;
    let half = if shift >= 1 { 1i16 << (shift - 1) } else { 0 };
    let mut out = [0; 40];
    for (i, pulse) in part.pulses.iter().enumerate() {
        let value = mult_r(factor, ((pulse << 1) - 7) << 12).saturating_add(half);
        out[part.grid + 3 * i] = if shift >= 0 { value >> shift.min(15) } else { value << (-shift).min(15) };
    }
    out
}

fn reflection_of(ratio: i16) -> i16 {
    let size = if ratio == i16::MIN { i16::MAX } else { ratio.abs() };
    let value = if size < 11059 {
        size << 1
    } else if size < 20070 {
        size + 11059
    } else {
        (size >> 2).saturating_add(26112)
    };
    if ratio < 0 { -value } else { value }
}

/// The standard's rounded product.
fn mult_r(a: i16, b: i16) -> i16 {
    if a == i16::MIN && b == i16::MIN {
        return i16::MAX;
    }
    ((i32::from(a) * i32::from(b) + 16384) >> 15) as i16
}
