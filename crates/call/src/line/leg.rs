//! One leg of a call: samples of any rate in, what is heard out, 32 ms after 32 ms. All memory is made at the start.

use super::dtmf::{Digit, DigitDetector};
use super::plan::Plan;
use super::progress::{Progress, ProgressDetector};
use super::resample::Resampler;
use super::spectrum::{HOP, Spectrum, WINDOW};
use super::voice::VoiceGate;

/// A thing found in a step of a leg.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Found {
    Progress(Progress),
    Digit(Digit),
    Voice {
        at: f64,
        power: f32,
    },
    /// A steady tone that is none of a telephone's.
    Strange {
        at: f64,
        power: f32,
    },
}

/// One leg.
#[derive(Debug, Clone)]
pub(crate) struct Leg {
    resampler: Resampler,
    pending: Vec<f32>,
    read: usize,
    /// The window, in steps; `step` is the oldest.
    ring: Vec<f32>,
    step: usize,
    steps: u64,
    spectrum: Spectrum,
    progress: ProgressDetector,
    digits: DigitDetector,
    gate: VoiceGate,
    tones: Vec<Progress>,
    keyed: Vec<Digit>,
}

impl Leg {
    pub(crate) fn new(rate: u32) -> Leg {
        Leg {
            resampler: Resampler::new(rate),
            pending: Vec::with_capacity(16 * HOP),
            read: 0,
            ring: vec![0.0; WINDOW],
            step: 0,
            steps: 0,
            spectrum: Spectrum::new(),
            progress: ProgressDetector::new(),
            digits: DigitDetector::new(),
            gate: VoiceGate::new(),
            tones: Vec::with_capacity(4),
            keyed: Vec::with_capacity(4),
        }
    }

    /// Takes samples; they wait until `step` is called.
    pub(crate) fn push(&mut self, samples: &[f32]) {
        if self.read > 8 * HOP {
            self.pending.drain(..self.read);
            self.read = 0;
        }
        self.resampler.push(samples, &mut self.pending);
    }

    /// Steps that wait.
    pub(crate) fn waiting(&self) -> usize {
        (self.pending.len() - self.read) / HOP
    }

    /// Seconds that are done.
    pub(crate) fn done(&self) -> f64 {
        self.steps as f64 * HOP as f64 / 8000.0
    }

    /// Seconds taken in, done or not.
    pub(crate) fn taken(&self) -> f64 {
        self.done() + (self.pending.len() - self.read) as f64 / 8000.0
    }

    /// The tone that is there, and until when it was heard.
    pub(crate) fn open(&self) -> Option<(usize, f64)> {
        self.progress.open()
    }

    /// The power of a set of tones that stands now.
    pub(crate) fn hears(&self, set: usize) -> Option<f32> {
        self.progress.hears(set)
    }

    /// The samples of the latest step.
    pub(crate) fn latest(&self) -> &[f32] {
        let newest = (self.step + WINDOW - HOP) % WINDOW;
        &self.ring[newest..newest + HOP]
    }

    /// Does one step. There must be one waiting.
    pub(crate) fn step(&mut self, plan: &Plan, out: &mut Vec<Found>) {
        let samples = &self.pending[self.read..self.read + HOP];
        self.ring[self.step..self.step + HOP].copy_from_slice(samples);
        self.step = (self.step + HOP) % WINDOW;
        self.read += HOP;
        let start = self.done();
        self.steps += 1;
        let now = self.done();

        let look = self.spectrum.look(&self.ring[self.step..], &self.ring[..self.step]);
        let tones = look.tones();
        self.progress.look(plan, &look, tones, now, &mut self.tones);
        let other = self.progress.stands().map_or(&[][..], |set| &plan.sets[set].hz);
        let newest = (self.step + WINDOW - HOP) % WINDOW;
        self.digits.push(&self.ring[newest..newest + HOP], start, other, &mut self.keyed);
        let at = now - WINDOW as f64 / 16000.0;
        if self.gate.look(&look, tones) {
            out.push(Found::Voice { at, power: look.power });
        } else if self.progress.strange() {
            out.push(Found::Strange { at, power: look.power });
        }
        out.extend(self.tones.drain(..).map(Found::Progress));
        out.extend(self.keyed.drain(..).map(Found::Digit));
    }

    /// The end: what is left is filled up with silence, and what is open is closed.
    pub(crate) fn finish(&mut self, plan: &Plan, out: &mut Vec<Found>) {
        let left = (self.pending.len() - self.read) % HOP;
        if left > 0 {
            self.pending.resize(self.pending.len() + HOP - left, 0.0);
        }
        while self.waiting() > 0 {
            self.step(plan, out);
        }
        self.progress.finish(plan, &mut self.tones);
        self.digits.finish(&mut self.keyed);
        out.extend(self.tones.drain(..).map(Found::Progress));
        out.extend(self.keyed.drain(..).map(Found::Digit));
    }
}
