//! G.711 A-law (ITU-T G.711, table 1): eight bits a sample, 13-bit linear scaled to 16.

/// One byte to a 16-bit sample.
pub fn decode(byte: u8) -> i16 {
    let code = byte ^ 0x55;
    let exponent = i32::from((code >> 4) & 7);
    let mantissa = i32::from(code & 15) << 4;
    let magnitude = if exponent == 0 { mantissa + 8 } else { (mantissa + 0x108) << (exponent - 1) };
    (if code & 0x80 == 0 { -magnitude } else { magnitude }) as i16
}

/// A 16-bit sample to one byte.
pub fn encode(sample: i16) -> u8 {
    let (sign, magnitude) = if sample < 0 { (0, -i32::from(sample) - 1) } else { (0x80, i32::from(sample)) };
    let exponent = if magnitude < 256 { 0 } else { (31 - magnitude.leading_zeros() as i32) - 7 };
    let mantissa = if exponent == 0 { magnitude >> 4 } else { magnitude >> (exponent + 3) } & 15;
    (sign | (exponent << 4) as u8 | mantissa as u8) ^ 0x55
}
