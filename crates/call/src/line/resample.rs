//! Any rate down to the telephone's 8 kHz: a polyphase windowed-sinc filter with fixed memory. All that is looked for lies below
//! 3.5 kHz.

/// The rate that everything after this works at, in Hz.
pub(crate) const RATE: u32 = 8_000;
/// Rates are taken to the nearest multiple of this, so that the filter has at most 320 phases; a tenth of a per cent at worst.
const GRAIN: u32 = 25;
/// Zero crossings of the sinc on either side.
const CROSSINGS: usize = 10;
/// Where the filter cuts, in parts of the output rate.
const CUT: f64 = 0.47;

/// A resampler of one leg.
#[derive(Debug, Clone)]
pub(crate) struct Resampler {
    /// None where the rate is 8 kHz already.
    filter: Option<Filter>,
}

#[derive(Debug, Clone)]
struct Filter {
    taps: usize,
    /// `up` filters of `taps` each.
    phases: Vec<f32>,
    up: usize,
    down: usize,
    /// The last `taps` samples, twice over, so that they can be read without wrapping.
    line: Vec<f32>,
    head: usize,
    /// Place of the next output, in parts of `up`, ahead of the newest sample.
    place: usize,
}

impl Resampler {
    /// A resampler from `rate` Hz (8,000 to 192,000).
    pub(crate) fn new(rate: u32) -> Resampler {
        let rate = (rate.max(RATE) + GRAIN / 2) / GRAIN * GRAIN;
        let common = gcd(rate, RATE);
        let (up, down) = ((RATE / common) as usize, (rate / common) as usize);
        if up == down {
            return Resampler { filter: None };
        }
        let ratio = f64::from(rate) / f64::from(RATE);
        let half = CROSSINGS as f64 * ratio;
        let taps = 2 * half.ceil() as usize + 1;
        let mut phases = Vec::with_capacity(up * taps);
        for phase in 0..up {
            let start = phases.len();
            for tap in 0..taps {
                // Distance of this sample from the output, in input samples.
                let x = tap as f64 - half.ceil() - phase as f64 / up as f64;
                phases.push((sinc(2.0 * CUT * x / ratio) * hann(x / (half + 1.0))) as f32);
            }
            let sum: f32 = phases[start..].iter().sum();
            phases[start..].iter_mut().for_each(|weight| *weight /= sum);
        }
        Resampler { filter: Some(Filter { taps, phases, up, down, line: vec![0.0; 2 * taps], head: 0, place: 0 }) }
    }

    /// Takes samples and gives what they come to at 8 kHz.
    pub(crate) fn push(&mut self, samples: &[f32], out: &mut Vec<f32>) {
        match &mut self.filter {
            None => out.extend_from_slice(samples),
            Some(filter) => samples.iter().for_each(|sample| filter.push(*sample, out)),
        }
    }
}

impl Filter {
    fn push(&mut self, sample: f32, out: &mut Vec<f32>) {
        self.line[self.head] = sample;
        self.line[self.head + self.taps] = sample;
        self.head = (self.head + 1) % self.taps;
        while self.place < self.up {
            let weights = &self.phases[self.place * self.taps..][..self.taps];
            // Oldest first, as the weights are.
            let line = &self.line[self.head..][..self.taps];
            out.push(dot(line, weights));
            self.place += self.down;
        }
        self.place -= self.up;
    }
}

/// A product of two lists of one length, in eight lanes that the compiler can lay side by side.
pub(crate) fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut lanes = [0.0f32; 8];
    let (a8, b8) = (a.chunks_exact(8), b.chunks_exact(8));
    let rest: f32 = a8.remainder().iter().zip(b8.remainder()).map(|(x, y)| x * y).sum();
    for (x, y) in a8.zip(b8) {
        for i in 0..8 {
            lanes[i] += x[i] * y[i];
        }
    }
    lanes.iter().sum::<f32>() + rest
}

fn sinc(x: f64) -> f64 {
    if x.abs() < 1e-9 { 1.0 } else { (std::f64::consts::PI * x).sin() / (std::f64::consts::PI * x) }
}

fn hann(x: f64) -> f64 {
    if x.abs() >= 1.0 { 0.0 } else { 0.5 + 0.5 * (std::f64::consts::PI * x).cos() }
}

fn gcd(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { gcd(b, a % b) }
}
