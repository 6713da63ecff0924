//! How the stages add up. Weights are evidence in nats, set by hand, and these constants by search, on development calls (`docs/check.md`). A stage speaks once:
//! its signals add up to a cap, so that ten ways to say one thing are not ten proofs.

use crate::Stage;
use crate::voice::{Said, VOICE_CAP};

/// The evidence from which the alarm is raised. Frozen on development calls; the other constants here on these and on calls of forty-five
/// hands by voices that were not taught by them.
pub const THRESHOLD: f64 = 2.25;
/// Most that one stage weighs.
const STAGE_CAP: f64 = 3.3;
/// Most that what genuine callers say weighs.
const GENUINE_CAP: f64 = -3.0;
/// Most that it weighs in one breath: whoever reads it all out at once has learned what honest people say.
const BREATH_CAP: f64 = -1.0;
/// Share of it that gives way to deeds, once these come to [`DEEDS`] and so much more: who wants the money fetched may well leave time.
const GIVES_WAY: f64 = 0.25;
const GIVES_WAY_OVER: f64 = 2.0;
/// Somebody with authority or a story, and a demand or a hand-over: together they are the scam.
const DECISIVE: f64 = 0.25;
/// A demand or hand-over that is one, and not a question for a card's number.
const FIRM: f64 = 1.0;
/// A story that is more than a suspicious payment, with a way to them of their own (press 1, my supervisor): recorded scam calls are no
/// more than that.
const STRONG_STORY: f64 = 1.2;
const ROUTED: f64 = 0.8;
/// Secrets and errands without anybody of authority and without a story are what families and friends have too.
const NO_STORY: f64 = 0.35;
/// Words of the far end from which talk is long, and what each hundred more take off, at most: in long talk phrases are met by chance.
/// An hour's ordinary conversation must not add up to an alarm.
const LONG: f64 = 65.0;
const LONG_TAKES: f64 = 0.7;
const LONG_CAP: f64 = 8.0;
/// A help desk was rung by the resident, who brings the story along: until the caller does more than tell one, this much is asked, and
/// this much is taken off.
const DESK_ASKS: f64 = 1.0;
const DESK_TAKES: f64 = 1.0;
/// Share of their weight that single words count by.
const WORDS: f64 = 0.8;
/// Words of the far end up to which that is so; after that by the square of what these are of the whole.
const SHORT: f64 = 200.0;
/// Stages heard in phrases, and not in single words alone, that an alarm in long talk needs.
const PHRASED: usize = 2;
/// Words of the far end from which that is asked.
const PHRASED_FROM: f64 = 300.0;
/// The voice counts whole for an alarm where what is heard beside who they are, what has happened and a way to them (what is asked, kept
/// secret, done) comes to so much, and for as small a share as it comes to of that: genuine callers sound like the start of a scam too.
const DEEDS: f64 = 1.3;
/// What a way to them weighs and no more: a key to press, somebody to be put through to.
const ROUTE: f64 = 0.3;
/// What the voice weighs for an alarm at most, as a share of what the words heard weigh: an alarm rests on what can be quoted, and is gone
/// without it.
const VOICE_SHARE: f64 = 0.85;
/// What each stage that the voice hears, after the first and up to the third, adds: three ways of a scam in one call are no chance. Up to
/// [`SHORT`] words; after that by the square of what these are of the whole. Together at most a share of what the words heard weigh.
const STAGE_HEARD: f64 = 1.05;
const MOST_HEARD: usize = 3;
const HEARD_SHARE: f64 = 1.5;
/// How far below the threshold a single stage may bring a call.
const ALONE: f64 = 0.25;

/// Evidence so far.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Evidence {
    /// By phrases.
    stages: [f64; 10],
    /// By single words of the trade and by phrases that lack a word: what is left when a recogniser has got some of it wrong. They count for
    /// [`WORDS`] of it as long as talk is short, and ever less as it grows longer.
    words: [f64; 10],
    genuine: f64,
    /// How much of that was said in this breath.
    breath: f64,
    desk: bool,
}

impl Evidence {
    pub(crate) fn stage(&mut self, stage: Stage, weight: f64) {
        self.stages[stage as usize] += weight;
    }

    pub(crate) fn word(&mut self, stage: Stage, weight: f64) {
        self.words[stage as usize] += weight;
    }

    /// The far end answers as a help desk does.
    pub(crate) fn desk(&mut self) {
        self.desk = true;
    }

    /// A breath begins.
    pub(crate) fn breathe(&mut self) {
        self.breath = 0.0;
    }

    /// What genuine callers say, of a weight below nought.
    pub(crate) fn genuine(&mut self, weight: f64) {
        let counted = weight.max(BREATH_CAP - self.breath).min(0.0);
        self.breath += counted;
        self.genuine += counted;
    }

    /// Whether two stages were heard: one alone raises no alarm.
    pub(crate) fn is_told_by_two(&self) -> bool {
        let stages = self.stages.iter().zip(&self.words);
        stages.filter(|(stage, words)| **stage > 0.0 || **words > 0.0).count() >= 2
    }

    /// The sum after this many words of the far end, with what the voice says. One stage alone never reaches the threshold.
    pub(crate) fn sum(&self, words: usize, said: Said) -> f64 {
        let length = words as f64;
        let fades = (SHORT / length).min(1.0).powi(2);
        let share = WORDS * fades;
        let mut stages = self.stages;
        for (stage, words) in stages.iter_mut().zip(self.words) {
            *stage += words * share;
        }
        let of = |stage: Stage| stages[stage as usize];
        let (mut sum, mut deeds) = (0.0, 0.0);
        for stage in Stage::ALL {
            let weight = of(stage).min(STAGE_CAP);
            sum += weight;
            if !matches!(stage, Stage::Authority | Stage::Pretext) {
                deeds += weight;
            }
        }
        let done = deeds - of(Stage::FalseVerification).min(ROUTE);
        let told = if said.scam > 0.0 { (done / DEEDS).min(1.0) } else { 1.0 };
        let calm = 1.0 - GIVES_WAY * ((done - DEEDS) / GIVES_WAY_OVER).clamp(0.0, 1.0);
        let heard = STAGE_HEARD * said.stages.clamp(1, MOST_HEARD).saturating_sub(1) as f64 * fades;
        sum += (said.scam * told).min(VOICE_SHARE * sum) + heard.min(HEARD_SHARE * sum) + self.genuine.max(GENUINE_CAP) * calm;
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
        if self.desk && deeds < DESK_ASKS {
            sum -= DESK_TAKES;
        }
        sum -= (((length - LONG) / 100.0).max(0.0) * LONG_TAKES).min(LONG_CAP);
        let heard = |weights: &[f64; 10]| weights.iter().filter(|weight| **weight > 0.0).count();
        let enough = self.is_told_by_two() && (length <= PHRASED_FROM || heard(&self.stages) >= PHRASED);
        if enough { sum } else { sum.min(THRESHOLD - ALONE) }
    }
}

/// Evidence as a score, 0..=1, one half at the threshold.
pub(crate) fn score(sum: f64) -> f64 {
    1.0 / (1.0 + (THRESHOLD - sum).exp())
}

/// The most that a voice can say.
pub(crate) const LOUDEST: Said = Said { scam: VOICE_CAP, stages: MOST_HEARD };

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_genuine_callers_say_counts_by_breath() {
        let mut evidence = Evidence::default();
        (0..6).for_each(|_| evidence.genuine(-0.8));
        assert!((evidence.genuine - BREATH_CAP).abs() < 1e-9);
        evidence.breathe();
        evidence.genuine(-0.8);
        assert!((evidence.genuine - (BREATH_CAP - 0.8)).abs() < 1e-9);
    }

    #[test]
    fn it_gives_way_to_what_is_asked_for() {
        let takes = |demand: f64, secrecy: f64| {
            let mut evidence = Evidence::default();
            evidence.stage(Stage::Demand, demand);
            evidence.stage(Stage::Secrecy, secrecy);
            let before = evidence.sum(40, Said::default());
            evidence.genuine(-1.0);
            before - evidence.sum(40, Said::default())
        };
        assert!((takes(0.5, 0.3) - 1.0).abs() < 1e-9);
        assert!((takes(1.0, 0.9) - (1.0 - GIVES_WAY * (1.9 - DEEDS) / GIVES_WAY_OVER)).abs() < 1e-9);
    }
}
