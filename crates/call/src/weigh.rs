//! How the stages add up. Weights are evidence in nats, fitted by hand on the development files (`docs/check.md`). A stage speaks once:
//! its signals add up to a cap, so that ten ways to say one thing are not ten proofs.

use crate::Stage;

/// The evidence from which the alarm is raised. Frozen on the development files.
pub const THRESHOLD: f64 = 2.5;
/// Most that one stage weighs.
const STAGE_CAP: f64 = 2.4;
/// Most that what genuine callers say weighs.
const GENUINE_CAP: f64 = -3.0;
/// Somebody with authority or a story, and a demand or a hand-over: together they are the scam.
const DECISIVE: f64 = 0.8;
/// A demand or hand-over that is one, and not a question for a card's number.
const FIRM: f64 = 1.0;
/// A story that is more than a suspicious payment, with a way to them of their own (press 1, my supervisor): recorded scam calls are no
/// more than that.
const STRONG_STORY: f64 = 1.4;
const ROUTED: f64 = 0.6;
/// Secrets and errands without anybody of authority and without a story are what families and friends have too.
const NO_STORY: f64 = 1.0;
/// Words of the far end from which talk is long, and what each hundred more take off, at most: in long talk phrases are met by chance.
/// An hour's ordinary conversation must not add up to an alarm.
const LONG: f64 = 150.0;
const LONG_TAKES: f64 = 0.25;
const LONG_CAP: f64 = 3.0;
/// How far below the threshold a single stage may bring a call.
const ALONE: f64 = 0.25;

/// Evidence so far.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Evidence {
    stages: [f64; 10],
    genuine: f64,
}

impl Evidence {
    pub(crate) fn stage(&mut self, stage: Stage, weight: f64) {
        self.stages[stage as usize] += weight;
    }

    pub(crate) fn genuine(&mut self, weight: f64) {
        self.genuine += weight;
    }

    /// Stages heard.
    pub(crate) fn count(&self) -> usize {
        self.stages.iter().filter(|weight| **weight > 0.0).count()
    }

    /// The sum after this many words of the far end, with a voice that is capped where it is made. One stage alone never reaches the
    /// threshold.
    pub(crate) fn sum(&self, words: usize, voice: f64) -> f64 {
        let of = |stage: Stage| self.stages[stage as usize];
        let mut sum = self.genuine.max(GENUINE_CAP) + voice;
        for weight in self.stages {
            sum += weight.min(STAGE_CAP);
        }
        let story = of(Stage::Authority) > 0.0 || of(Stage::Pretext) > 0.0;
        if story && (of(Stage::Demand) >= FIRM || of(Stage::Handover) >= FIRM) {
            sum += DECISIVE;
        }
        if of(Stage::Pretext) >= STRONG_STORY && of(Stage::FalseVerification) > 0.0 {
            sum += ROUTED;
        }
        if !story {
            sum -= NO_STORY;
        }
        sum -= (((words as f64 - LONG) / 100.0).max(0.0) * LONG_TAKES).min(LONG_CAP);
        if self.count() < 2 { sum.min(THRESHOLD - ALONE) } else { sum }
    }
}

/// Evidence as a score, 0..=1, one half at the threshold.
pub(crate) fn score(sum: f64) -> f64 {
    1.0 / (1.0 + (THRESHOLD - sum).exp())
}
