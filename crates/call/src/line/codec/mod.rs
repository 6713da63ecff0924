//! Telephone codecs: bytes in, linear samples out. G.711 µ-law and A-law both ways, GSM 06.10 full rate in.

pub mod alaw;
pub mod gsm;
pub mod ulaw;

/// Scale from 16-bit linear to ±1.
pub(crate) const FULL_SCALE: f32 = 1.0 / 32768.0;
