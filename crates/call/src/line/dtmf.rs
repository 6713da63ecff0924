//! Digits (DTMF), 24 ms windows every 5 ms: eight frequencies by correlation, the offset from each by the turn of its phase from window
//! to window. Accepts ±1.5 % and a little more for drifting hardware and coders, refuses past ±3 %; tones of 30 ms and more; low over
//! high by up to 10 dB, high over low by up to 8 (ITU-T Q.24 administrations' values, with room for what GSM does to them). A digit that
//! stands alone between two pauses may be shorter, less steady or more uneven: GSM wears the first 20 ms of a tone away, and takes up to
//! 10 dB from the higher of two.

use std::sync::OnceLock;

use super::resample::dot;

/// Samples in a window.
const WINDOW: usize = 192;
/// Samples between windows: 5 ms.
pub(crate) const HOP: usize = 40;
/// Rows, then columns, in Hz.
const HZ: [f32; 8] = [697.0, 770.0, 852.0, 941.0, 1209.0, 1336.0, 1477.0, 1633.0];
const SYMBOLS: [[char; 4]; 4] = [['1', '2', '3', 'A'], ['4', '5', '6', 'B'], ['7', '8', '9', 'C'], ['*', '0', '#', 'D']];

/// Weakest digit, mean square (-48 dB).
const WEAKEST: f32 = 1.6e-5;
/// A row or column must be this many times its neighbours (4 dB).
const APART: f32 = 2.5;
/// Share of the window's power, over the noise, that the pair must have.
const PURE: f32 = 0.5;
/// Most of a window that is put down to noise: a digit 5 dB over it.
const MOST_NOISE: f32 = 0.25;
/// Low over high at most: 10 dB; and 16 dB in a digit that stands alone and asks for more otherwise.
const TWIST: f32 = 10.0;
const TWIST_ALONE: f32 = 40.0;
/// High over low at most: 8 dB.
const TWIST_BACK: f32 = 6.3;
/// Largest drift of either tone.
const DRIFT: f32 = 0.026;
/// Windows in a row that must agree.
const AGREE: u32 = 3;
/// Shortest digit, in windows: 25 ms.
const SHORTEST: u32 = 5;
/// Of its windows, so many agree; of a long one's, more.
const SHARE: f32 = 0.4;
const SHARE_LONG: f32 = 0.6;
/// A long digit, in windows: 100 ms.
const LONG: u32 = 20;
/// Mean purity of the windows that agree.
const MEAN_PURE: f32 = 0.77;
/// The same for a digit between two pauses with less than `QUIET` of its power.
const ALONE_PURE: f32 = 0.69;
const ALONE_SHARE: f32 = 0.2;
const QUIET: f32 = 0.17;
/// And for one between two such pauses that has no gap in it.
const SHARE_SOLID: f32 = 0.75;
const SOLID_PURE: f32 = 0.6;
/// Alone and clear, a digit may be short if every window agrees, may stray, and may be uneven: by so much.
#[derive(Debug, Clone, Copy)]
struct Leave {
    /// Purity and share of windows that agree from which it is clear.
    pure: f32,
    share: f32,
    /// Shortest, in windows.
    shortest: u32,
    /// How far a tone may stray from its mean, Hz.
    spread_hz: f32,
    /// Purity and length of an uneven one.
    uneven_pure: f32,
    uneven_shortest: u32,
}
/// A digit by itself: speech makes such now and then.
const BY_ITSELF: Leave =
    Leave { pure: 0.8, share: SHARE_SOLID, shortest: 4, spread_hz: 18.0, uneven_pure: 0.86, uneven_shortest: 6 };
/// One that follows another, this soon: digits come in rows, and what speech makes does not.
const IN_A_ROW: Leave = Leave { pure: 0.73, share: 0.7, shortest: 3, spread_hz: 24.0, uneven_pure: 0.8, uneven_shortest: 5 };
const ROW_S: f64 = 0.8;
/// Share of the windows of a very short one that agree.
const CLEAR_SHARE: f32 = 0.99;
/// The same for a digit whose windows nearly all agree, so many in a row, at frequencies that hardly stray.
const ROCK: u32 = 8;
const ROCK_SHARE: f32 = 0.85;
const ROCK_HZ: f32 = 5.0;
const ROCK_PURE: f32 = 0.6;
const ROCK_STEP: f32 = 0.6;
/// Before and after a digit there is less than this share of its power: speech goes on, digits do not.
const STEP: f32 = 0.42;
/// Mean drift of a tone, and how far it strays from its mean, Hz: a voice slides.
const MEAN_DRIFT: f32 = 0.02;
const SPREAD_HZ: f32 = 14.0;
/// A pair this far below the digit's height is a pause (8 dB).
const PAUSE: f32 = 0.16;
/// The edge of a digit, at its end (7 dB).
const EDGE: f32 = 0.2;
/// Windows of pause that end a digit.
const PAUSE_HOPS: u32 = 2;

struct Tables {
    cos: Vec<f32>,
    sin: Vec<f32>,
    window: Vec<f32>,
    /// From squared correlation to mean square of the tone.
    tone: f32,
    /// From windowed energy to mean square.
    energy: f32,
}

fn tables() -> &'static Tables {
    static TABLES: OnceLock<Tables> = OnceLock::new();
    TABLES.get_or_init(|| {
        let tau = 2.0 * std::f64::consts::PI;
        let hamming = |i: usize| 0.54 - 0.46 * (tau * (i as f64 + 0.5) / WINDOW as f64).cos();
        let angle = |row: usize, i: usize| tau * f64::from(HZ[row]) * (i as f64 - WINDOW as f64 / 2.0) / 8000.0;
        let (mut cos, mut sin) = (Vec::new(), Vec::new());
        for row in 0..HZ.len() {
            cos.extend((0..WINDOW).map(|i| (hamming(i) * angle(row, i).cos()) as f32));
            sin.extend((0..WINDOW).map(|i| (hamming(i) * angle(row, i).sin()) as f32));
        }
        let sum: f64 = (0..WINDOW).map(hamming).sum();
        let squares: f64 = (0..WINDOW).map(|i| hamming(i) * hamming(i)).sum();
        Tables {
            cos,
            sin,
            window: (0..WINDOW).map(|i| (hamming(i) * hamming(i)) as f32).collect(),
            tone: (2.0 / (sum * sum)) as f32,
            energy: (1.0 / squares) as f32,
        }
    })
}

/// A digit that was keyed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Digit {
    pub(crate) symbol: char,
    pub(crate) start: f64,
    pub(crate) end: f64,
    /// Mean square of the pair.
    pub(crate) power: f32,
}

/// A digit in the making.
#[derive(Debug, Clone, Copy)]
struct Press {
    row: usize,
    column: usize,
    first: f64,
    last: f64,
    /// Highest power of the pair.
    height: f32,
    /// Windows that agreed, the longest row of them, and the present one.
    agreed: u32,
    row_now: u32,
    row_best: u32,
    purity: f32,
    /// Of those that agreed, the ones whose low tone is more than [`TWIST`] over the high.
    uneven: u32,
    low: u32,
    /// Sums of the drifts, in Hz, and of their squares; row and column.
    drift: [f32; 2],
    drift_squares: [f32; 2],
    /// Energy of the windows: just before, and the mean of those that agreed.
    before: f32,
    energy: f32,
}

/// The detector of one leg.
#[derive(Debug, Clone)]
pub(crate) struct DigitDetector {
    /// The last window's samples, twice over.
    line: Vec<f32>,
    head: usize,
    since: usize,
    phase: [(f32, f32); 8],
    press: Option<Press>,
    noise: f32,
    /// When the last digit ended.
    last_digit: f64,
    /// One that would hold in a row and does not by itself: it is told if a digit follows soon.
    doubtful: Option<Digit>,
    /// Energy of the latest windows, newest last.
    recent: [f32; BEFORE],
}

/// A window that may be a digit's.
#[derive(Debug, Clone, Copy)]
struct Agreed {
    row: usize,
    column: usize,
    purity: f32,
    uneven: bool,
    drift: [f32; 2],
}

/// Windows back in which a digit's pause is looked for.
const BEFORE: usize = 8;

impl DigitDetector {
    pub(crate) fn new() -> DigitDetector {
        let _ = tables();
        DigitDetector {
            line: vec![0.0; 2 * WINDOW],
            head: 0,
            since: 0,
            phase: [(0.0, 0.0); 8],
            press: None,
            noise: 0.0,
            last_digit: f64::MIN,
            doubtful: None,
            recent: [0.0; BEFORE],
        }
    }

    /// Takes samples at 8 kHz; `end` is the time after the last of them. `other` is the power of tones that stand on the leg besides.
    pub(crate) fn push(&mut self, samples: &[f32], start: f64, other: &[f32], out: &mut Vec<Digit>) {
        for (index, sample) in samples.iter().enumerate() {
            self.line[self.head] = *sample;
            self.line[self.head + WINDOW] = *sample;
            self.head = (self.head + 1) % WINDOW;
            self.since += 1;
            if self.since == HOP {
                self.since = 0;
                let now = start + (index + 1) as f64 / 8000.0;
                self.window(now - WINDOW as f64 / 16000.0, other, out);
            }
        }
    }

    /// The end of the leg.
    pub(crate) fn finish(&mut self, out: &mut Vec<Digit>) {
        self.end(0.0, out);
    }

    fn window(&mut self, centre: f64, other: &[f32], out: &mut Vec<Digit>) {
        let tables = tables();
        let line = &self.line[self.head..][..WINDOW];
        let mut lanes = [0.0f32; 8];
        for (x, w) in line.chunks_exact(8).zip(tables.window.chunks_exact(8)) {
            for i in 0..8 {
                lanes[i] += x[i] * x[i] * w[i];
            }
        }
        let energy = lanes.iter().sum::<f32>() * tables.energy;
        // Dial tone under a digit, in a mono recording, is not impurity.
        let beside: f32 = other.iter().map(|hz| goertzel(line, *hz, tables)).sum();
        self.recent.rotate_left(1);
        self.recent[BEFORE - 1] = (energy - beside).max(0.0);
        if energy < WEAKEST * 0.25 && self.press.is_none() {
            self.phase = [(0.0, 0.0); 8];
            self.noise += (energy - self.noise) * 0.02;
            return;
        }
        let mut power = [0.0; 8];
        let mut turn = [(0.0, 0.0); 8];
        for row in 0..8 {
            let re = dot(line, &tables.cos[row * WINDOW..][..WINDOW]);
            let im = -dot(line, &tables.sin[row * WINDOW..][..WINDOW]);
            power[row] = (re * re + im * im) * tables.tone;
            turn[row] = (re, im);
        }
        let before = std::mem::replace(&mut self.phase, turn);
        let agreed = judge(&power, &turn, &before, (energy - beside).max(0.0), self.noise);
        if agreed.is_none() && self.press.is_none() {
            // Rises slowly, falls fast: what lies between digits.
            let rate = if energy < self.noise { 0.1 } else { 0.004 };
            self.noise += (energy - beside - self.noise).max(-self.noise) * rate;
        }
        self.track(agreed, &power, (energy - beside).max(0.0), centre, out);
    }

    fn track(&mut self, agreed: Option<Agreed>, power: &[f32; 8], energy: f32, centre: f64, out: &mut Vec<Digit>) {
        if let Some(press) = &mut self.press {
            let now = power[press.row] + power[press.column];
            let same = agreed.filter(|agreed| agreed.row == press.row && agreed.column == press.column);
            let other = agreed.is_some() && same.is_none();
            if now < press.height * PAUSE || other {
                press.low += 1;
                press.row_now = 0;
                if press.low >= PAUSE_HOPS {
                    self.end(energy, out);
                }
            } else {
                press.low = 0;
                if now >= press.height * EDGE {
                    press.last = centre;
                }
                press.height = press.height.max(now);
                match same {
                    Some(agreed) => press.add(&agreed, energy),
                    None => press.row_now = 0,
                }
            }
        }
        if self.press.is_none()
            && let Some(agreed) = agreed
        {
            // The windows of 15 to 35 ms ago: before a digit there is less.
            let before = self.recent[..BEFORE - 3].iter().fold(f32::MAX, |low, held| low.min(*held));
            let mut press = Press {
                row: agreed.row,
                column: agreed.column,
                first: centre,
                last: centre,
                height: power[agreed.row] + power[agreed.column],
                agreed: 0,
                row_now: 0,
                row_best: 0,
                purity: 0.0,
                uneven: 0,
                low: 0,
                drift: [0.0; 2],
                drift_squares: [0.0; 2],
                before,
                energy: 0.0,
            };
            press.add(&agreed, energy);
            self.press = Some(press);
        }
    }

    fn end(&mut self, after: f32, out: &mut Vec<Digit>) {
        let Some(press) = self.press.take() else { return };
        let symbol = SYMBOLS[press.row][press.column - 4];
        let digit = Digit { symbol, start: press.first.max(0.0), end: press.last, power: press.height };
        if press.holds(after, press.first - self.last_digit < ROW_S) {
            // A row has a first digit, that none comes before.
            out.extend(self.doubtful.take().filter(|first| digit.start - first.end < ROW_S));
            self.last_digit = press.last;
            out.push(digit);
        } else if press.holds(after, true) {
            self.doubtful = Some(digit);
        }
    }
}

impl Press {
    fn add(&mut self, agreed: &Agreed, energy: f32) {
        self.agreed += 1;
        self.row_now += 1;
        self.row_best = self.row_best.max(self.row_now);
        self.purity += agreed.purity;
        self.uneven += u32::from(agreed.uneven);
        self.energy += energy;
        for tone in 0..2 {
            self.drift[tone] += agreed.drift[tone];
            self.drift_squares[tone] += agreed.drift[tone] * agreed.drift[tone];
        }
    }

    /// Whether what was heard is a digit: pure, with windows that agree, between two pauses, at frequencies that stand.
    fn holds(&self, after: f32, in_a_row: bool) -> bool {
        let hops = ((self.last - self.first) * 200.0).round() as u32 + 1;
        let n = self.agreed.max(1) as f32;
        let (purity, energy) = (self.purity / n, self.energy / n);
        let share = self.agreed as f32 / hops as f32;
        // Between two clear pauses little is asked of a digit: coders damage many of its windows.
        let alone = self.before < energy * QUIET && after < energy * QUIET;
        let leave = if in_a_row { IN_A_ROW } else { BY_ITSELF };
        let clear = alone && purity >= leave.pure && share >= leave.share;
        let most_spread = if clear { leave.spread_hz } else { SPREAD_HZ };
        let mut widest = 0.0f32;
        let stands = [HZ[self.row], HZ[self.column]].iter().enumerate().all(|(tone, hz)| {
            let mean = self.drift[tone] / n;
            let spread = (self.drift_squares[tone] / n - mean * mean).max(0.0).sqrt();
            widest = widest.max(spread);
            mean.abs() < MEAN_DRIFT * hz && spread < most_spread
        });
        if 2 * self.uneven > self.agreed && !(clear && purity >= leave.uneven_pure && hops >= leave.uneven_shortest) {
            return false;
        }
        let shortest = if clear && share >= CLEAR_SHARE { leave.shortest } else { SHORTEST };
        // A long one that stands like a rock may have something beside it: the echo of a dial tone.
        let rock = self.row_best >= ROCK && share >= ROCK_SHARE && widest < ROCK_HZ;
        let (purest, row, least) = if alone { (ALONE_PURE, 2, ALONE_SHARE) } else { (MEAN_PURE, AGREE, SHARE) };
        // Of a short one every window may be damaged a little.
        let solid = alone && share >= SHARE_SOLID && (self.row_best > AGREE || in_a_row);
        let purest = if solid { SOLID_PURE } else { purest };
        let (purest, step) = if rock { (ROCK_PURE, ROCK_STEP) } else { (purest, STEP) };
        hops >= shortest
            && self.row_best >= row
            && share >= if hops > LONG { SHARE_LONG } else { least }
            && purity >= purest
            && self.before < energy * step
            && after < energy * step
            && stands
    }
}

/// The row and column of a window that is a digit's, and the share of its power that is theirs.
fn judge(power: &[f32; 8], turn: &[(f32, f32); 8], before: &[(f32, f32); 8], energy: f32, noise: f32) -> Option<Agreed> {
    let row = strongest(&power[..4]);
    let column = 4 + strongest(&power[4..]);
    let (low, high) = (power[row], power[column]);
    if low + high < WEAKEST || low > high * TWIST_ALONE || high > low * TWIST_BACK {
        return None;
    }
    let apart = |best: usize, group: std::ops::Range<usize>| {
        group.into_iter().all(|other| other == best || power[other] * APART < power[best])
    };
    if !apart(row, 0..4) || !apart(column, 4..8) {
        return None;
    }
    let mut pair = 0.0;
    let mut offs = [0.0; 2];
    for (place, tone) in [row, column].into_iter().enumerate() {
        let off = drift(turn[tone], before[tone], HZ[tone])?;
        offs[place] = off;
        if off.abs() > DRIFT * HZ[tone] {
            return None;
        }
        // What the window loses of a tone beside its centre.
        let bins = off * WINDOW as f32 / 8000.0;
        pair += power[tone] * (1.0 + 1.2 * bins * bins);
    }
    // The noise is taken off, but never so much that a pair in the midst of it would pass for pure.
    let purity = pair / (energy - noise.min(energy * MOST_NOISE)).max(pair).max(1e-12);
    (purity >= PURE).then_some(Agreed { row, column, purity, uneven: low > high * TWIST, drift: offs })
}

fn strongest(powers: &[f32]) -> usize {
    let mut best = 0;
    for (index, power) in powers.iter().enumerate() {
        if *power > powers[best] {
            best = index;
        }
    }
    best
}

/// How far a tone is from `hz`, in Hz, by how far its phase has turned more than `hz` would have it.
fn drift(now: (f32, f32), before: (f32, f32), hz: f32) -> Option<f32> {
    if before == (0.0, 0.0) {
        return None;
    }
    let (re, im) = (now.0 * before.0 + now.1 * before.1, now.1 * before.0 - now.0 * before.1);
    let expected = 2.0 * std::f32::consts::PI * hz * HOP as f32 / 8000.0;
    let turned = im.atan2(re) - expected;
    let turns = turned / (2.0 * std::f32::consts::PI);
    Some((turns - turns.round()) * 8000.0 / HOP as f32)
}

/// Power of one more tone in the window.
fn goertzel(line: &[f32], hz: f32, tables: &Tables) -> f32 {
    let coefficient = 2.0 * (2.0 * std::f32::consts::PI * hz / 8000.0).cos();
    let (mut one, mut two) = (0.0f32, 0.0f32);
    for (x, w) in line.iter().zip(&tables.window) {
        let next = x * w.sqrt() + coefficient * one - two;
        two = one;
        one = next;
    }
    (one * one + two * two - coefficient * one * two) * tables.tone
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Digits keyed one after the other: row and column in Hz with their amplitudes, seconds on; 60 ms apart.
    fn heard(keys: &[([f32; 2], [f32; 2], f32)]) -> String {
        let mut sound = vec![0.0; 800];
        for (hz, loud, seconds) in keys {
            let wave =
                |i: usize| (0..2).map(|tone| loud[tone] * (std::f32::consts::TAU * hz[tone] * i as f32 / 8000.0).sin()).sum();
            sound.extend((0..(seconds * 8000.0) as usize).map(|i| -> f32 { wave(i) }));
            sound.extend([0.0; 480]);
        }
        let (mut detector, mut digits) = (DigitDetector::new(), Vec::new());
        detector.push(&sound, 0.0, &[], &mut digits);
        detector.finish(&mut digits);
        digits.iter().map(|digit| digit.symbol).collect()
    }

    #[test]
    fn a_worn_digit_is_told_where_it_begins_a_row_and_not_by_itself() {
        // Short, and its low tone 13 dB over the high: as speech makes some, and as GSM leaves some.
        let worn = ([770.0, 1336.0], [0.2, 0.045], 0.03);
        let clear = ([852.0, 1477.0], [0.2, 0.2], 0.06);
        assert_eq!(heard(&[worn]), "");
        assert_eq!(heard(&[worn, clear]), "59");
        assert_eq!(heard(&[clear, worn]), "95");
    }
}
