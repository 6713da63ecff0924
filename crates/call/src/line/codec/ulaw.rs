//! G.711 µ-law (ITU-T G.711, table 2): eight bits a sample, 14-bit linear scaled to 16.

const BIAS: i32 = 0x84;
const CLIP: i32 = 32635;

/// One byte to a 16-bit sample.
pub fn decode(byte: u8) -> i16 {
    let code = !byte;
    let exponent = i32::from((code >> 4) & 7);
    let magnitude = (((i32::from(code & 15) << 3) + BIAS) << exponent) - BIAS;
    (if code & 0x80 == 0 { magnitude } else { -magnitude }) as i16
}

/// A 16-bit sample to one byte.
pub fn encode(sample: i16) -> u8 {
    let sign = if sample < 0 { 0x80 } else { 0 };
    let magnitude = i32::from(sample).abs().min(CLIP) + BIAS;
    // The highest set bit lies between 7 and 14 once the bias is on.
    let exponent = (31 - magnitude.leading_zeros() as i32) - 7;
    !(sign | (exponent << 4) as u8 | ((magnitude >> (exponent + 3)) & 15) as u8)
}
