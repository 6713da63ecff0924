//! Whether a leg carries a voice: power over the leg's own noise that comes and goes as speech does, and is no tone.

use super::spectrum::{Look, Tones};

/// Frames of 32 ms over which a minimum is taken, and how many such minima make the noise floor: 3 s.
const PART: u32 = 16;
const PARTS: usize = 6;
/// Over the floor, dB, in the whole band or its lower part.
const OVER: f32 = 4.0;
/// Never counted under this, dB below full scale: the idle noise of coders.
const QUIETEST: f32 = -54.0;
/// A voice's level moves at least this much within half a second, dB. Noise seen through 128 ms moves 2.
const MOVES: f32 = 4.0;
const RECENT: usize = 16;

/// The noise floor of a band: the lowest of the last 3 s.
#[derive(Debug, Clone)]
struct Floor {
    minima: [f32; PARTS],
    current: f32,
}

impl Floor {
    fn new() -> Floor {
        Floor { minima: [f32::MAX; PARTS], current: f32::MAX }
    }

    fn take(&mut self, level: f32, new_part: bool) -> f32 {
        self.current = self.current.min(level);
        if new_part {
            self.minima.rotate_left(1);
            self.minima[PARTS - 1] = self.current;
            self.current = f32::MAX;
        }
        self.minima.iter().fold(self.current, |low, held| low.min(*held))
    }
}

/// The gate of one leg.
#[derive(Debug, Clone)]
pub(crate) struct VoiceGate {
    whole: Floor,
    low: Floor,
    frames: u32,
    recent: [f32; RECENT],
    place: usize,
}

impl VoiceGate {
    pub(crate) fn new() -> VoiceGate {
        VoiceGate { whole: Floor::new(), low: Floor::new(), frames: 0, recent: [f32::NAN; RECENT], place: 0 }
    }

    /// Whether a frame is a voice's.
    pub(crate) fn look(&mut self, look: &Look, tones: Option<Tones>) -> bool {
        let (level, low) = (decibel(look.power), decibel(look.low));
        if tones.is_some() {
            self.remember(f32::NAN);
            return false;
        }
        self.frames += 1;
        let new_part = self.frames.is_multiple_of(PART);
        let over = (level - self.whole.take(level, new_part)).max(low - self.low.take(low, new_part));
        let active = over > OVER && level > QUIETEST;
        self.remember(if active { over } else { f32::NAN });
        let heard = self.recent.iter().filter(|level| !level.is_nan());
        let (least, most) = heard.fold((f32::MAX, f32::MIN), |(least, most), level| (least.min(*level), most.max(*level)));
        active && most - least >= MOVES
    }

    fn remember(&mut self, over: f32) {
        self.recent[self.place] = over;
        self.place = (self.place + 1) % RECENT;
    }
}

/// Power in decibels; silence is -120.
pub(crate) fn decibel(power: f32) -> f32 {
    10.0 * power.max(1e-12).log10()
}

/// Frames of voice put together into stretches, for telling.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stretch {
    open: Option<(f64, f64, u32, f32)>,
}

/// A pause that does not end a stretch, and the least voice in one, seconds and frames.
const PAUSE_S: f64 = 0.6;
const LEAST: u32 = 6;

/// A stretch of voice: start, end, mean power.
pub(crate) type Spoken = (f64, f64, f32);

impl Stretch {
    /// Takes a frame of voice.
    pub(crate) fn voice(&mut self, at: f64, power: f32) -> Option<Spoken> {
        let over = self.silence(at);
        match &mut self.open {
            Some((_, end, frames, mean)) => {
                *end = at + 0.016;
                *frames += 1;
                *mean += (power - *mean) / *frames as f32;
            }
            None => self.open = Some(((at - 0.016).max(0.0), at + 0.016, 1, power)),
        }
        over
    }

    /// Lets time pass.
    pub(crate) fn silence(&mut self, at: f64) -> Option<Spoken> {
        if self.open.is_some_and(|(_, end, _, _)| at - end > PAUSE_S) { self.finish() } else { None }
    }

    /// The end of the leg.
    pub(crate) fn finish(&mut self) -> Option<Spoken> {
        self.open.take().filter(|(_, _, frames, _)| *frames >= LEAST).map(|(start, end, _, mean)| (start, end, mean))
    }
}
