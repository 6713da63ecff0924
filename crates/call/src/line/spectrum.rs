//! Power spectrum of 128 ms every 32 ms, and what stands out in it. A Hann window of 1,024 samples at 8 kHz: bins of 7.8 Hz, a main lobe
//! of four bins, so tones 39 Hz apart are told apart and a tone gains 25 dB on white noise.

use std::sync::OnceLock;

/// Samples in a window.
pub(crate) const WINDOW: usize = 1024;
/// Samples between windows.
pub(crate) const HOP: usize = 256;
const HALF: usize = WINDOW / 2;
/// Hz of a bin.
const BIN_HZ: f32 = 8000.0 / WINDOW as f32;
/// Bins of 200 to 3,500 Hz, the telephone's band.
const BAND: std::ops::Range<usize> = 26..449;
/// Bins of 200 to 1,000 Hz.
const LOW: std::ops::Range<usize> = 26..128;
/// Bins on either side of a peak that are its own.
const LOBE: usize = 4;

struct Tables {
    window: Vec<f32>,
    /// cos and sin of the half-length transform.
    twiddle: Vec<(f32, f32)>,
    /// cos and sin of the step from half to whole length.
    unzip: Vec<(f32, f32)>,
    reversed: Vec<u16>,
    /// From summed bin powers to mean square.
    scale: f32,
}

fn tables() -> &'static Tables {
    static TABLES: OnceLock<Tables> = OnceLock::new();
    TABLES.get_or_init(|| {
        let turn = |k: usize, n: usize| {
            let angle = -2.0 * std::f64::consts::PI * k as f64 / n as f64;
            (angle.cos() as f32, angle.sin() as f32)
        };
        let hann = |i: usize| 0.5 - 0.5 * (2.0 * std::f64::consts::PI * (i as f64 + 0.5) / WINDOW as f64).cos();
        let squares: f64 = (0..WINDOW).map(|i| hann(i) * hann(i)).sum();
        let bits = HALF.trailing_zeros();
        Tables {
            window: (0..WINDOW).map(|i| hann(i) as f32).collect(),
            twiddle: (0..HALF / 2).map(|k| turn(k, HALF)).collect(),
            unzip: (0..HALF).map(|k| turn(k, WINDOW)).collect(),
            reversed: (0..HALF).map(|i| ((i as u32).reverse_bits() >> (32 - bits)) as u16).collect(),
            scale: (2.0 / (WINDOW as f64 * squares)) as f32,
        }
    })
}

/// A tone that stands out.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Peak {
    /// Frequency, interpolated.
    pub(crate) hz: f32,
    /// Mean square of the tone.
    pub(crate) power: f32,
    bin: usize,
}

/// What stands in one window.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Look {
    /// Mean square of the band.
    pub(crate) power: f32,
    /// Mean square of its lower part, up to 1 kHz, where a voice is loudest.
    pub(crate) low: f32,
    /// The strongest, second and third.
    pub(crate) peaks: [Peak; 3],
    /// Mean square of one bin outside the two strongest.
    pub(crate) floor: f32,
}

/// Room for one transform, used again and again.
#[derive(Debug, Clone)]
pub(crate) struct Spectrum {
    re: Vec<f32>,
    im: Vec<f32>,
    power: Vec<f32>,
}

impl Spectrum {
    pub(crate) fn new() -> Spectrum {
        let _ = tables();
        Spectrum { re: vec![0.0; HALF], im: vec![0.0; HALF], power: vec![0.0; HALF] }
    }

    /// Looks at a window of samples given as its older and newer part.
    pub(crate) fn look(&mut self, older: &[f32], newer: &[f32]) -> Look {
        let tables = tables();
        // Even samples as real, odd as imaginary part, in bit-reversed order.
        for (i, to) in tables.reversed.iter().enumerate() {
            let sample = |at: usize| tables.window[at] * if at < older.len() { older[at] } else { newer[at - older.len()] };
            self.re[usize::from(*to)] = sample(2 * i);
            self.im[usize::from(*to)] = sample(2 * i + 1);
        }
        self.transform(&tables.twiddle);
        for k in BAND.start - LOBE..BAND.end + LOBE {
            let (a, b) = (k, HALF - k);
            let (even_re, even_im) = ((self.re[a] + self.re[b]) * 0.5, (self.im[a] - self.im[b]) * 0.5);
            let (odd_re, odd_im) = ((self.im[a] + self.im[b]) * 0.5, (self.re[b] - self.re[a]) * 0.5);
            let (c, s) = tables.unzip[k];
            let (re, im) = (even_re + c * odd_re - s * odd_im, even_im + c * odd_im + s * odd_re);
            self.power[k] = (re * re + im * im) * tables.scale;
        }
        self.stand_out()
    }

    fn transform(&mut self, twiddle: &[(f32, f32)]) {
        let mut size = 2;
        while size <= HALF {
            let (half, step) = (size / 2, HALF / size);
            for (re, im) in self.re.chunks_exact_mut(size).zip(self.im.chunks_exact_mut(size)) {
                let (re_low, re_high) = re.split_at_mut(half);
                let (im_low, im_high) = im.split_at_mut(half);
                for k in 0..half {
                    let (c, s) = twiddle[k * step];
                    let (x, y) = (c * re_high[k] - s * im_high[k], c * im_high[k] + s * re_high[k]);
                    re_high[k] = re_low[k] - x;
                    im_high[k] = im_low[k] - y;
                    re_low[k] += x;
                    im_low[k] += y;
                }
            }
            size *= 2;
        }
    }

    fn stand_out(&self) -> Look {
        let total: f32 = self.power[BAND].iter().sum();
        let mut peaks = [Peak::default(); 3];
        for found in 0..3 {
            let near = |bin: usize| peaks[..found].iter().any(|peak| bin.abs_diff(peak.bin) <= LOBE);
            let mut best = (0, 0.0);
            for (offset, power) in self.power[BAND].iter().enumerate() {
                if *power > best.1 && !near(BAND.start + offset) {
                    best = (BAND.start + offset, *power);
                }
            }
            if best.0 == 0 {
                break;
            }
            peaks[found] = self.peak(best.0);
        }
        let rest = (total - peaks[0].power - peaks[1].power).max(0.0);
        Look { power: total, low: self.power[LOW].iter().sum(), peaks, floor: rest / (BAND.len() - 2 * (2 * LOBE + 1)) as f32 }
    }

    /// Frequency between the bins, by the ratio of the two highest of a Hann window's main lobe; power of the lobe.
    fn peak(&self, bin: usize) -> Peak {
        let amplitude = |bin: usize| self.power[bin].sqrt();
        let (below, here, above) = (amplitude(bin - 1), amplitude(bin).max(1e-12), amplitude(bin + 1));
        let shift = if above > below { (2.0 * above - here) / (above + here) } else { -(2.0 * below - here) / (below + here) };
        let power = self.power[bin - 2..=bin + 2].iter().sum();
        Peak { hz: (bin as f32 + shift.clamp(-0.6, 0.6)) * BIN_HZ, power, bin }
    }
}

/// Tones that stand alone in a window.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Tones {
    /// One.
    One(Peak),
    /// Two, the lower first.
    Two(Peak, Peak),
}

/// How much of the noise's mean a chance peak in white noise stays under (13 dB: one window in thousands does not).
const CHANCE: f32 = 20.0;

impl Look {
    /// The tones, where nothing else stands out. The purity asked for follows the noise: what is left may be as strong as the tones
    /// themselves if it is spread like noise, but a third tone must be well below.
    pub(crate) fn tones(&self) -> Option<Tones> {
        let [first, second, third] = self.peaks;
        if self.power < 1e-7 || first.power <= 0.0 {
            return None;
        }
        let spread = |peak: &Peak| peak.power < CHANCE * self.floor;
        let left = self.power - first.power - second.power;
        if second.power > first.power * 0.126
            && (third.power < second.power * 0.1 || (third.power < second.power * 0.25 && spread(&third)))
            && left < 1.6 * (first.power + second.power)
        {
            let (low, high) = if first.hz < second.hz { (first, second) } else { (second, first) };
            return Some(Tones::Two(low, high));
        }
        let left = self.power - first.power;
        if (second.power < first.power * 0.05 || (second.power < first.power * 0.2 && spread(&second)))
            && left < 1.6 * first.power
        {
            return Some(Tones::One(first));
        }
        None
    }
}
