//! A studio for calls: voices, tones, digits, noise, echo and codecs, all from a seed. Used by the tests and by the evaluation example.
//! Development seeds are below 1,000,000; what is reported is from seeds above.

use std::f64::consts::PI;

use call::line::codec::{alaw, ulaw};

/// Samples a second.
pub(crate) const RATE: f64 = 8000.0;

/// Seeded chance (SplitMix64).
#[derive(Clone)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Dice {
        Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x5DEE_CE66)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub(crate) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    pub(crate) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    pub(crate) fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    pub(crate) fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    pub(crate) fn normal(&mut self) -> f64 {
        (-2.0 * (1.0 - self.unit()).ln()).sqrt() * (2.0 * PI * self.unit()).cos()
    }
}

/// Decibels below a full-scale square wave, to an amplitude.
pub(crate) fn amplitude(db: f64) -> f64 {
    10f64.powf(db / 20.0)
}

pub(crate) fn samples(seconds: f64) -> usize {
    (seconds * RATE).round() as usize
}

/// Adds a sound at a time, making room for it.
pub(crate) fn add(leg: &mut Vec<f32>, at: f64, sound: &[f32]) {
    let start = samples(at);
    if leg.len() < start + sound.len() {
        leg.resize(start + sound.len(), 0.0);
    }
    for (to, from) in leg[start..].iter_mut().zip(sound) {
        *to += from;
    }
}

pub(crate) fn power(sound: &[f32]) -> f64 {
    sound.iter().map(|x| f64::from(*x) * f64::from(*x)).sum::<f64>() / sound.len().max(1) as f64
}

/// Sets the mean square of a sound, in dB.
pub(crate) fn level(sound: &mut [f32], db: f64) {
    let factor = (amplitude(db) / power(sound).sqrt().max(1e-9)) as f32;
    sound.iter_mut().for_each(|x| *x *= factor);
}

/// Tones together, each with its amplitude, with 3 ms ramps.
pub(crate) fn tones(parts: &[(f64, f64)], seconds: f64, phase: f64) -> Vec<f32> {
    let n = samples(seconds);
    let ramp = 24.0;
    (0..n)
        .map(|i| {
            let edge = (i as f64 / ramp).min((n - i) as f64 / ramp).min(1.0);
            let sum: f64 = parts.iter().map(|(hz, amp)| amp * (2.0 * PI * hz * i as f64 / RATE + phase * hz).sin()).sum();
            (sum * edge) as f32
        })
        .collect()
}

/// Tones in a rhythm (seconds on, off …) for so long; continuous where there is none.
pub(crate) fn cadence(parts: &[(f64, f64)], rhythm: &[f64], seconds: f64) -> Vec<f32> {
    if rhythm.is_empty() {
        return tones(parts, seconds, 0.3);
    }
    let mut out = Vec::new();
    let (mut at, mut part) = (0.0, 0);
    while at < seconds {
        if part % 2 == 0 {
            add(&mut out, at, &tones(parts, rhythm[part], at));
        }
        at += rhythm[part];
        part = (part + 1) % rhythm.len();
    }
    out.resize(samples(seconds), 0.0);
    out
}

/// How digits are keyed.
#[derive(Clone, Copy)]
pub(crate) struct Keys {
    pub(crate) on: f64,
    pub(crate) off: f64,
    pub(crate) low_db: f64,
    pub(crate) high_db: f64,
    pub(crate) drift: f64,
}

impl Keys {
    pub(crate) fn any(dice: &mut Dice) -> Keys {
        let low_db = dice.between(-26.0, -8.0);
        Keys {
            on: dice.between(0.04, 0.1),
            off: dice.between(0.045, 0.2),
            low_db,
            high_db: low_db + dice.between(-6.0, 3.0),
            drift: dice.between(-0.014, 0.014),
        }
    }
}

/// The two frequencies of a digit.
pub(crate) fn pair(symbol: char) -> (f64, f64) {
    let rows = [697.0, 770.0, 852.0, 941.0];
    let columns = [1209.0, 1336.0, 1477.0, 1633.0];
    let place = "123A456B789C*0#D".find(symbol).expect("a digit");
    (rows[place / 4], columns[place % 4])
}

/// Keys digits from a time on; returns when each began.
pub(crate) fn key(leg: &mut Vec<f32>, digits: &str, at: f64, keys: &Keys, dice: &mut Dice) -> Vec<f64> {
    let mut now = at;
    let mut times = Vec::new();
    for symbol in digits.chars() {
        let (row, column) = pair(symbol);
        let parts = [
            (row * (1.0 + keys.drift), amplitude(keys.low_db) * 1.414),
            (column * (1.0 + keys.drift), amplitude(keys.high_db) * 1.414),
        ];
        add(leg, now, &tones(&parts, keys.on, dice.unit()));
        times.push(now);
        now += keys.on + keys.off * dice.between(0.95, 1.3);
    }
    times
}

/// Something like a voice: glottal pulses through moving formants, syllables, fricatives, pauses.
pub(crate) fn voice(dice: &mut Dice, seconds: f64, db: f64) -> Vec<f32> {
    let n = samples(seconds);
    let mut out = vec![0f32; n];
    let pitch = dice.between(85.0, 230.0);
    let mut at = 0;
    while at < n {
        let length = samples(dice.between(0.09, 0.32)).min(n - at);
        let formants = [dice.between(280.0, 850.0), dice.between(850.0, 2300.0), dice.between(2300.0, 3200.0)];
        let widths = [dice.between(60.0, 110.0), dice.between(80.0, 140.0), dice.between(120.0, 250.0)];
        let hiss = dice.one_in(5);
        let (mut phase, mut state) = (0.0, [[0.0f64; 2]; 3]);
        let slide = dice.between(-0.15, 0.15);
        for i in 0..length {
            let part = i as f64 / length as f64;
            let source = if hiss {
                dice.normal() * 0.3
            } else {
                phase += pitch * (1.0 + slide * part + 0.01 * dice.normal()) / RATE;
                if phase >= 1.0 {
                    phase -= 1.0;
                    1.0
                } else {
                    -0.02 + dice.normal() * 0.01
                }
            };
            let mut sum = 0.0;
            for f in 0..3 {
                let r = (-PI * widths[f] / RATE).exp();
                let c = 2.0 * r * (2.0 * PI * formants[f] * (1.0 + slide * 0.3 * part) / RATE).cos();
                let y = source * (1.0 - r) + c * state[f][0] - r * r * state[f][1];
                state[f] = [y, state[f][0]];
                sum += y / (1.0 + f as f64);
            }
            out[at + i] = (sum * (PI * part).sin().powf(0.6)) as f32;
        }
        at += length + if dice.one_in(4) { samples(dice.between(0.08, 0.45)) } else { samples(0.015) };
    }
    level(&mut out, db);
    out
}

/// A tune: notes with harmonics, sometimes chords, sometimes pure.
pub(crate) fn music(dice: &mut Dice, seconds: f64, db: f64) -> Vec<f32> {
    let mut out = vec![0f32; samples(seconds)];
    let pure = dice.one_in(3);
    let beat = dice.between(0.2, 0.9);
    let root = 220.0 * 2f64.powf(dice.below(12) as f64 / 12.0);
    let scale = [0, 2, 4, 5, 7, 9, 11, 12, 14, 16];
    let mut at = 0.0;
    while at < seconds {
        let long = beat * *dice.pick(&[0.5, 1.0, 1.0, 2.0, 4.0]);
        let notes = 1 + dice.below(3);
        let degree = dice.below(6);
        for note in 0..notes {
            let hz = root * 2f64.powf(f64::from(scale[degree + 2 * note.min(2)]) / 12.0);
            let decay = if pure { 0.0 } else { dice.between(0.3, 3.0) };
            let harmonics = if pure { 1 } else { 6 };
            let length = samples(long.min(seconds - at));
            let mut sound = vec![0f32; length];
            for (i, to) in sound.iter_mut().enumerate() {
                let t = i as f64 / RATE;
                for h in 1..=harmonics {
                    let h = f64::from(h);
                    if hz * h < 3800.0 {
                        *to += ((2.0 * PI * hz * h * t).sin() / h.powf(1.3) * (-decay * t).exp()) as f32;
                    }
                }
                *to *= (i as f32 / 80.0).min((length - i) as f32 / 80.0).min(1.0);
            }
            add(&mut out, at, &sound);
        }
        at += long;
    }
    out.truncate(samples(seconds));
    level(&mut out, db);
    out
}

/// Noise of a kind.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Noise {
    White,
    Pink,
    Babble,
}

/// So much noise, at a level in dB.
pub(crate) fn noise(dice: &mut Dice, kind: Noise, seconds: f64, db: f64) -> Vec<f32> {
    let n = samples(seconds);
    let mut out: Vec<f32> = match kind {
        Noise::White => (0..n).map(|_| dice.normal() as f32).collect(),
        Noise::Pink => {
            let mut held = [0.0f64; 3];
            (0..n)
                .map(|_| {
                    let white = dice.normal();
                    held[0] = 0.99765 * held[0] + white * 0.0990460;
                    held[1] = 0.96300 * held[1] + white * 0.2965164;
                    held[2] = 0.57000 * held[2] + white * 1.0526913;
                    (held[0] + held[1] + held[2] + white * 0.1848) as f32
                })
                .collect()
        }
        Noise::Babble => {
            let mut sum = vec![0f32; n];
            for _ in 0..6 {
                let one = voice(dice, seconds, -20.0);
                sum.iter_mut().zip(&one).for_each(|(to, from)| *to += from);
            }
            sum
        }
    };
    level(&mut out, db);
    out
}

/// Part of one leg comes back on the other.
pub(crate) fn echo(from: &[f32], to: &mut [f32], db: f64, delay: f64) {
    let (shift, factor) = (samples(delay), amplitude(db) as f32);
    for (i, sample) in from.iter().enumerate() {
        if let Some(to) = to.get_mut(i + shift) {
            *to += sample * factor;
        }
    }
}

/// What a G.711 line makes of a sound.
pub(crate) fn mulaw(sound: &[f32]) -> Vec<f32> {
    sound.iter().map(|x| f32::from(ulaw::decode(ulaw::encode(linear(*x)))) / 32768.0).collect()
}

/// What a G.711 line makes of a sound, A-law.
pub(crate) fn a_law(sound: &[f32]) -> Vec<f32> {
    sound.iter().map(|x| f32::from(alaw::decode(alaw::encode(linear(*x)))) / 32768.0).collect()
}

/// A sample as 16 bits.
pub(crate) fn linear(x: f32) -> i16 {
    (x * 32768.0).round().clamp(-32768.0, 32767.0) as i16
}
