//! Call-progress tones from spectra, 32 ms after 32 ms: frames of one tone make a burst, bursts in a country's rhythm make an event.
//! State is fixed; nothing looks ahead.

use super::event::Kind;
use super::plan::{Plan, Set};
use super::spectrum::{HOP, Look, Peak, Tones, WINDOW};

/// Seconds between frames.
const FRAME_S: f64 = HOP as f64 / 8000.0;
/// Frames that may fail inside a burst.
const MISSES: u32 = 3;
/// Bursts remembered.
const BURSTS: usize = 6;
/// Seconds of silence over which a continuous tone that comes back is one event.
const PAUSE_S: f64 = 1.2;
/// Seconds after which a tone that came back is held to be there.
const BACK_S: f64 = 0.22;
/// A level may stray this far from the burst's own, as a ratio of powers (4 dB).
const STRAY: f32 = 2.5;
/// Frames remembered, 3 s; and how many of them may be steady tones of another kind before a tone is held to be part of a tune.
const REMEMBERED: usize = 96;
const TUNE: usize = 20;
/// How long a tone must then last, as a multiple of what it must otherwise.
const TUNE_FACTOR: f64 = 4.0;

/// What the detector tells.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Progress {
    /// A tone of the plan is there, since `start`; `tune` where other steady notes came right before it, as in music.
    Opened { tone: usize, start: f64, power: f32, tune: bool },
    /// It is over.
    Closed { tone: usize, start: f64, end: f64, power: f32 },
}

/// Frames of one tone.
#[derive(Debug, Clone, Copy)]
struct Run {
    set: usize,
    first: f64,
    last: f64,
    power: [f32; 2],
    misses: u32,
    tune: bool,
}

#[derive(Debug, Clone, Copy, Default)]
struct Burst {
    set: usize,
    start: f64,
    end: f64,
}

#[derive(Debug, Clone, Copy)]
struct Open {
    tone: usize,
    start: f64,
    end: f64,
    /// It is over if it has not come back by then.
    until: f64,
    power: f32,
}

/// The detector of one leg.
#[derive(Debug, Clone)]
pub(crate) struct ProgressDetector {
    run: Option<Run>,
    /// The run before, while it is less than half a second old.
    last_run: Option<Run>,
    bursts: [Burst; BURSTS],
    count: usize,
    open: Option<Open>,
    /// What the latest frames had.
    past: [Past; REMEMBERED],
    place: usize,
    last_hz: f32,
}

/// What a frame had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Past {
    /// Nothing that stands out, or digits.
    Nothing,
    /// A steady tone of no plan.
    Strange,
    /// A tone of the plan.
    Known(usize),
}

impl ProgressDetector {
    pub(crate) fn new() -> ProgressDetector {
        ProgressDetector {
            run: None,
            last_run: None,
            bursts: [Burst::default(); BURSTS],
            count: 0,
            open: None,
            past: [Past::Nothing; REMEMBERED],
            place: 0,
            last_hz: 0.0,
        }
    }

    /// Whether a tone stands now: its frequencies colour what else is measured.
    pub(crate) fn stands(&self) -> Option<usize> {
        self.run.or(self.last_run).filter(|run| run.last - run.first > 0.1).map(|run| run.set)
    }

    /// Takes the look of the window whose last sample is at `now` seconds.
    pub(crate) fn look(&mut self, plan: &Plan, look: &Look, tones: Option<Tones>, now: f64, out: &mut Vec<Progress>) {
        let centre = now - WINDOW as f64 / 16000.0;
        let held = self.run.map(|run| run.set);
        let told = tones.and_then(|tones| Some((nearest(&plan.sets, tones, held)?, powers(tones))));
        self.remember(tones, told.map(|(set, _)| set), look);
        match (&mut self.run, told) {
            (Some(run), Some((set, power))) if run.set == set && steady(run.power, power) => {
                run.last = centre;
                run.misses = 0;
                for (held, new) in run.power.iter_mut().zip(power) {
                    *held += (new - *held) * 0.2;
                }
            }
            (Some(run), told) => {
                run.misses += 1;
                // The first frames of a burst see only a part of it.
                let rising =
                    told.is_some_and(|(set, power)| set == run.set && power[0] > run.power[0]) && centre - run.first < 0.2;
                if rising {
                    self.begin(plan, told, centre);
                } else if run.misses > MISSES {
                    let ended = *run;
                    self.run = None;
                    self.last_run = Some(ended);
                    self.burst(plan, ended, out);
                    self.begin(plan, told, centre);
                }
            }
            (None, told) => self.begin(plan, told, centre),
        }
        if let Some(run) = self.run.filter(|run| run.misses == 0) {
            self.continuous(plan, run, out);
        }
        self.last_run = self.last_run.filter(|run| centre - run.last < 0.5);
        // A burst that has begun may be the rhythm's next: it is known when it ends.
        let goes_on = |open: &Open| {
            let tone = &plan.tones[open.tone];
            !tone.cadence.is_empty() && self.run.is_some_and(|run| run.set == tone.set && run.first < open.until)
        };
        if self.open.is_some_and(|open| centre > open.until && !goes_on(&open)) {
            self.close(out);
        }
    }

    /// The end of the leg.
    pub(crate) fn finish(&mut self, plan: &Plan, out: &mut Vec<Progress>) {
        if let Some(run) = self.run.take() {
            self.burst(plan, run, out);
        }
        self.close(out);
    }

    fn begin(&mut self, plan: &Plan, told: Option<(usize, [f32; 2])>, centre: f64) {
        self.run = told.map(|(set, power)| {
            // One of the pair alone comes before a special dial tone.
            let kin = |other: usize| plan.sets[other].hz.iter().all(|hz| plan.sets[set].hz.contains(hz));
            let other = |past: &&Past| match past {
                Past::Nothing => false,
                Past::Strange => true,
                Past::Known(other) => !kin(*other),
            };
            let tune = self.past.iter().filter(other).count() >= TUNE;
            Run { set, first: centre, last: centre, power, misses: 0, tune }
        });
    }

    fn remember(&mut self, tones: Option<Tones>, known: Option<usize>, look: &Look) {
        let hz = look.peaks[0].hz;
        let keyed = matches!(tones, Some(Tones::Two(low, high)) if low.hz > 680.0 && low.hz < 960.0 && high.hz > 1190.0);
        let steady = (hz - self.last_hz).abs() < hz * 0.008;
        self.last_hz = hz;
        self.past[self.place] = match known {
            Some(set) => Past::Known(set),
            None if tones.is_some() && !keyed && steady => Past::Strange,
            None => Past::Nothing,
        };
        self.place = (self.place + 1) % REMEMBERED;
    }

    /// The power of a set that stands now, or did a moment ago.
    pub(crate) fn hears(&self, set: usize) -> Option<f32> {
        self.run
            .filter(|run| run.set == set)
            .or(self.last_run.filter(|run| run.set == set))
            .map(|run| run.power[0] + run.power[1])
    }

    /// Whether the latest frame had a steady tone of no plan.
    pub(crate) fn strange(&self) -> bool {
        self.past[(self.place + REMEMBERED - 1) % REMEMBERED] == Past::Strange
    }

    /// The tone that is there, and until when it was heard.
    pub(crate) fn open(&self) -> Option<(usize, f64)> {
        self.open.map(|open| (open.tone, open.end))
    }

    /// A run that may be a continuous tone.
    fn continuous(&mut self, plan: &Plan, run: Run, out: &mut Vec<Progress>) {
        let lasted = run.last - run.first + FRAME_S;
        for (index, tone) in plan.tones.iter().enumerate().filter(|(_, tone)| tone.set == run.set && tone.cadence.is_empty()) {
            let needed = f64::from(tone.least_s) * if run.tune { TUNE_FACTOR } else { 1.0 };
            let same = |open: &Open| plan.tones[open.tone].set == run.set && plan.tones[open.tone].cadence.is_empty();
            match &mut self.open {
                Some(open) if same(open) => {
                    if lasted >= BACK_S {
                        open.end = run.last + FRAME_S / 2.0;
                        open.until = open.end + PAUSE_S;
                    }
                    return;
                }
                _ if lasted >= needed => {
                    self.close(out);
                    let start = (run.first - FRAME_S / 2.0).max(0.0);
                    let end = run.last + FRAME_S / 2.0;
                    let tone = preferred(plan, index);
                    let power = run.power[0] + run.power[1];
                    self.open = Some(Open { tone, start, end, until: end + PAUSE_S, power });
                    out.push(Progress::Opened { tone, start, power, tune: run.tune });
                    return;
                }
                _ => {}
            }
        }
    }

    /// A burst is over: does it go on with a rhythm, or make one?
    fn burst(&mut self, plan: &Plan, run: Run, out: &mut Vec<Progress>) {
        let burst = Burst { set: run.set, start: (run.first - FRAME_S / 2.0).max(0.0), end: run.last + FRAME_S / 2.0 };
        if burst.end - burst.start < 0.06 {
            return;
        }
        self.bursts.rotate_left(1);
        self.bursts[BURSTS - 1] = burst;
        self.count = (self.count + 1).min(BURSTS);
        let bursts = &self.bursts[BURSTS - self.count..];
        let mut best: Option<(usize, usize)> = None;
        for (index, tone) in plan.tones.iter().enumerate().filter(|(_, tone)| tone.set == burst.set && !tone.cadence.is_empty()) {
            let needed = needed(&tone.cadence);
            let fit = fitting(bursts, &tone.cadence);
            // A rhythm that is there goes on while it fits at all.
            let open = self.open.is_some_and(|open| open.tone == index && fit >= 2);
            if open {
                best = Some((index, usize::MAX));
                break;
            }
            if fit >= needed && best.is_none_or(|(_, held)| fit > held) {
                best = Some((index, fit));
            }
        }
        let Some((index, fit)) = best else { return };
        let tone = preferred(plan, index);
        let start = bursts[bursts.len() - fit.min(bursts.len())].start;
        let pause = plan.tones[tone].cadence.iter().skip(1).step_by(2).copied().fold(0.0f32, f32::max);
        let until = burst.end + f64::from(pause) * 1.15 + 0.4;
        let power = run.power[0] + run.power[1];
        match &mut self.open {
            Some(open) if open.tone == tone => {
                open.end = burst.end;
                open.until = until;
            }
            _ => {
                self.close(out);
                self.open = Some(Open { tone, start, end: burst.end, until, power });
                out.push(Progress::Opened { tone, start, power, tune: run.tune });
            }
        }
    }

    fn close(&mut self, out: &mut Vec<Progress>) {
        if let Some(open) = self.open.take() {
            out.push(Progress::Closed { tone: open.tone, start: open.start, end: open.end, power: open.power });
        }
    }
}

/// Of tones that sound alike, the home country's.
fn preferred(plan: &Plan, index: usize) -> usize {
    let tone = &plan.tones[index];
    plan.tones
        .iter()
        .position(|held| {
            held.country == plan.home && held.set == tone.set && held.kind == tone.kind && held.cadence == tone.cadence
        })
        .unwrap_or(index)
}

/// The country that a tone tells: none where several share it, but the home country's ringing and busy tones are taken as such.
pub(crate) fn country(plan: &Plan, index: usize) -> Option<String> {
    let tone = &plan.tones[index];
    let alike = |held: &&super::plan::Tone| held.set == tone.set && held.kind == tone.kind && held.cadence == tone.cadence;
    let mut countries = plan.tones.iter().filter(alike).map(|held| held.country.as_str());
    let all_one = countries.all(|country| country == tone.country);
    (all_one || (tone.country == plan.home && tone.kind != Kind::DialTone)).then(|| tone.country.clone())
}

/// Bursts that must be heard before a rhythm is believed: a second of the long ones, a third of the short ones.
fn needed(cadence: &[f32]) -> usize {
    if cadence.iter().sum::<f32>() >= 2.4 && cadence.len() == 4 || cadence[0] >= 0.8 { 2 } else { 3 }
}

/// How many of the latest bursts follow a rhythm, at the best place in it.
fn fitting(bursts: &[Burst], cadence: &[f32]) -> usize {
    let near = |seconds: f64, wanted: f32| (seconds - f64::from(wanted)).abs() <= 0.055 + 0.1 * f64::from(wanted);
    let mut best = 0;
    for place in (0..cadence.len()).step_by(2) {
        let (mut count, mut part) = (0, place);
        for (index, burst) in bursts.iter().enumerate().rev() {
            let pause_fits =
                bursts.get(index + 1).is_none_or(|next| near(next.start - burst.end, cadence[part + 1]) && next.set == burst.set);
            if !pause_fits || !near(burst.end - burst.start, cadence[part]) {
                break;
            }
            count += 1;
            part = (part + cadence.len() - 2) % cadence.len();
        }
        best = best.max(count);
    }
    best
}

fn powers(tones: Tones) -> [f32; 2] {
    match tones {
        Tones::One(peak) => [peak.power, 0.0],
        Tones::Two(low, high) => [low.power, high.power],
    }
}

fn steady(held: [f32; 2], new: [f32; 2]) -> bool {
    held.iter().zip(new).all(|(held, new)| new <= held * STRAY && new * STRAY >= *held)
}

/// The set of the plan that tones belong to: the nearest within tolerance, and the one already held before a neighbour.
fn nearest(sets: &[Set], tones: Tones, held: Option<usize>) -> Option<usize> {
    let off = |peak: Peak, hz: f32| peak.hz / hz - 1.0;
    let mut best: Option<(usize, f32)> = None;
    for (index, set) in sets.iter().enumerate() {
        let slack = if held == Some(index) { 1.2 } else { 1.0 };
        let distance = match (tones, set.hz.as_slice()) {
            (Tones::One(peak), [hz]) => {
                let off = off(peak, *hz).abs();
                (off <= slack * if set.home { 0.03 } else { 0.02 }).then_some(off)
            }
            (Tones::Two(low, high), [a, b]) => {
                // Both may drift together; their interval hardly can.
                let (low, high) = (off(low, *a), off(high, *b));
                let fits =
                    (low - high).abs() <= 0.03 * slack && low.abs().max(high.abs()) <= slack * if set.home { 0.05 } else { 0.03 };
                fits.then_some(low.abs().max(high.abs()))
            }
            _ => None,
        };
        // A held tone is left only for one that fits clearly better.
        let distance = distance.map(|distance| if held == Some(index) { distance - 0.006 } else { distance });
        if let Some(distance) = distance
            && best.is_none_or(|(_, held)| distance < held)
        {
            best = Some((index, distance));
        }
    }
    best.map(|(index, _)| index)
}
