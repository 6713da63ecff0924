//! What is heard on the line of a call: tones, digits, and the sign of a line that was never hung up.
//!
//! [`Line`] takes the samples of one or two legs as they come and tells events and a verdict; [`recording`] reads files, [`feed`]
//! understands the messages of live feeds. Nothing here reads a clock or does I/O: times are counted in samples.

pub mod codec;
mod dtmf;
mod event;
pub mod feed;
mod format;
mod held;
mod leg;
mod number;
mod plan;
mod progress;
pub mod recording;
pub mod report;
mod resample;
mod spectrum;
mod voice;

use std::sync::Arc;

pub use event::{Event, Kind};
pub use format::{Encoding, Format, MOST_CHANNELS, RATES};
pub use held::{Direction, Held, HeldLine, Origin, Verdict};
pub use number::{Dialled, dialled, masked};
pub use plan::{Plan, PlanError, Tone};

use dtmf::Digit;
use leg::{Found, Leg};
use progress::{Progress, country};
use voice::{Stretch, decibel};

/// What is known of a call beforehand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Legs, 1 or 2.
    pub legs: usize,
    /// Samples a second.
    pub rate: u32,
    /// Who rang.
    pub direction: Direction,
    /// The resident's leg, where known.
    pub near: Option<usize>,
}

/// Steps (32 ms) that one leg may be ahead of the other before it goes on alone.
const AHEAD: usize = 13;
/// The echo of a digit comes within this, seconds.
const ECHO_S: f64 = 0.6;
/// A digit waits so long for a louder one on the other leg, seconds after its end.
const WAIT_S: f64 = 0.1;
/// Powers nearer than this are equally loud: 2.5 dB.
const LOUDER: f32 = 1.8;
/// A voice so much weaker than the other leg's of the last moments is its echo: 12 dB.
const ECHO_POWER: f32 = 16.0;
/// Events kept until they are taken. A call that makes more is no call.
const MOST_EVENTS: usize = 20_000;
/// Legs whose sound is the same to this squared correlation are one mix.
const ALIKE: f64 = 0.8;

/// A call's line, as it happens.
#[derive(Debug, Clone)]
pub struct Line {
    plan: Arc<Plan>,
    legs: Vec<Leg>,
    held: Held,
    stretches: [Stretch; 2],
    loud: [f32; 2],
    /// Legs on which a tone is there that is the echo of the other's.
    echo: [bool; 2],
    waiting: Vec<Keyed>,
    told: Vec<Keyed>,
    events: Vec<Event>,
    left_out: usize,
    found: Vec<Found>,
    /// Sums of products of the two legs: own, own, both.
    products: [f64; 3],
}

/// A digit with its leg.
#[derive(Debug, Clone, Copy)]
struct Keyed {
    leg: usize,
    digit: Digit,
    shared: bool,
    /// As an event, not as sound.
    event: bool,
}

impl Line {
    /// A line by a tone plan.
    pub fn new(plan: Arc<Plan>, options: &Options) -> Line {
        let legs = options.legs.clamp(1, MOST_CHANNELS);
        Line {
            plan,
            legs: (0..legs).map(|_| Leg::new(options.rate)).collect(),
            held: Held::new(legs, options.direction, options.near.filter(|near| *near < legs)),
            stretches: [Stretch::default(), Stretch::default()],
            loud: [0.0; 2],
            echo: [false; 2],
            waiting: Vec::with_capacity(16),
            told: Vec::with_capacity(16),
            events: Vec::with_capacity(64),
            left_out: 0,
            found: Vec::with_capacity(16),
            products: [0.0; 3],
        }
    }

    /// Takes samples of a leg, ±1 at full scale. What can be told by them is told.
    pub fn push(&mut self, leg: usize, samples: &[f32]) {
        if let Some(leg) = self.legs.get_mut(leg) {
            leg.push(samples);
            self.advance();
        }
    }

    /// Takes a digit that came as an event (RFC 4733, a feed's `dtmf` message), at `at` seconds of its leg.
    pub fn keyed(&mut self, leg: usize, symbol: char, at: f64) {
        let known = |held: &Keyed| held.leg == leg && held.digit.symbol == symbol && (held.digit.start - at).abs() < ECHO_S;
        if leg < self.legs.len() && !self.waiting.iter().chain(&self.told).any(known) {
            let digit = Digit { symbol, start: at, end: at, power: 1.0 };
            self.tell(Keyed { leg, digit, shared: false, event: true });
        }
    }

    /// The talk said to check by ringing a number on this line.
    pub fn false_verification(&mut self) {
        let now = self.seconds();
        self.held.false_verification(now);
    }

    /// Seconds taken in so far, of the longest leg.
    pub fn seconds(&self) -> f64 {
        self.legs.iter().map(Leg::taken).fold(0.0, f64::max)
    }

    /// Seconds taken in of one leg.
    pub fn leg_seconds(&self, leg: usize) -> f64 {
        self.legs.get(leg).map_or(0.0, Leg::taken)
    }

    /// What holds now.
    pub fn verdict(&self) -> &Verdict {
        self.held.verdict()
    }

    /// Events since they were last taken, in the order in which they ended; and how many more there were than are kept.
    pub fn take_events(&mut self) -> (Vec<Event>, usize) {
        (std::mem::take(&mut self.events), std::mem::take(&mut self.left_out))
    }

    /// The end of the call.
    pub fn finish(&mut self) {
        self.advance();
        for index in 0..self.legs.len() {
            let mut found = std::mem::take(&mut self.found);
            self.legs[index].finish(&self.plan, &mut found);
            for one in found.drain(..) {
                self.take(index, one);
            }
            self.found = found;
        }
        self.release(f64::MAX);
        for leg in 0..self.legs.len() {
            let spoken = self.stretches[leg].finish();
            self.speech(leg, spoken);
        }
        let now = self.seconds();
        self.held.finish(now);
    }

    /// Does the steps that wait, the leg that is behind first.
    fn advance(&mut self) {
        loop {
            let mut order = [0, self.legs.len() - 1];
            if self.legs[order[1]].done() < self.legs[order[0]].done() {
                order.swap(0, 1);
            }
            let [behind, ahead] = order;
            let next = if self.legs[behind].waiting() > 0 {
                behind
            } else if ahead != behind && self.legs[ahead].waiting() > AHEAD {
                ahead
            } else {
                return;
            };
            let mut found = std::mem::take(&mut self.found);
            self.legs[next].step(&self.plan, &mut found);
            self.compare(next);
            self.loud[next] *= 0.8;
            for one in found.drain(..) {
                self.take(next, one);
            }
            self.found = found;
            if let Some((tone, until)) = self.legs[next].open()
                && self.plan.tones[tone].kind == Kind::DialTone
                && !self.echo[next]
            {
                self.held.dial_tone_until(next, until);
            }
            let now = self.legs[next].done();
            let over = self.stretches[next].silence(now);
            self.speech(next, over);
            let slowest = self.legs.iter().map(Leg::done).fold(f64::MAX, f64::min);
            self.release(slowest.max(now - AHEAD as f64 * 0.032));
            self.held.tick(slowest);
        }
    }

    /// Sums up how alike the legs are, when both stand at the same place.
    fn compare(&mut self, leg: usize) {
        if self.legs.len() == 2 && self.legs[0].done() == self.legs[1].done() {
            let (a, b) = (self.legs[0].latest(), self.legs[1].latest());
            for (sum, value) in self.products.iter_mut().zip([resample::dot(a, a), resample::dot(b, b), resample::dot(a, b)]) {
                *sum += f64::from(value);
            }
            if leg == 0 || self.legs[0].done() > 1.0 {
                let [own, other, both] = self.products;
                self.held.set_alike(own * other > 1e-6 && both * both > ALIKE * own * other);
            }
        }
    }

    fn take(&mut self, leg: usize, found: Found) {
        match found {
            Found::Voice { at, power } => {
                self.loud[leg] = self.loud[leg].max(power);
                if self.legs.len() == 1 || power * ECHO_POWER > self.loud[1 - leg] {
                    self.held.voice(leg, 0.032, power, at);
                    let over = self.stretches[leg].voice(at, power);
                    self.speech(leg, over);
                }
            }
            Found::Strange { at, power } => self.held.music(leg, 0.032, power, at),
            Found::Digit(digit) => self.waiting.push(Keyed { leg, digit, shared: false, event: false }),
            Found::Progress(Progress::Opened { tone, start, power, tune }) => {
                // A tone belongs to the leg where it is louder.
                let set = self.plan.tones[tone].set;
                let other = self.legs.get(1 - leg).filter(|_| self.legs.len() == 2).and_then(|other| other.hears(set));
                self.echo[leg] = other.is_some_and(|other| other > power * LOUDER);
                if self.echo[leg] {
                    return;
                }
                let now = self.legs[leg].done();
                let home = self.plan.is_home(tone);
                match self.plan.tones[tone].kind {
                    Kind::DialTone => {
                        let hertz = self.plan.tones[tone].hertz();
                        self.held.dial_tone(leg, start, &hertz, Origin { home, tune }, now);
                    }
                    Kind::Ringing => self.held.ringing(leg, start),
                    _ => {}
                }
            }
            Found::Progress(Progress::Closed { tone, start, end, power }) => {
                let kind = self.plan.tones[tone].kind;
                if std::mem::take(&mut self.echo[leg]) {
                    return;
                }
                if kind == Kind::DialTone {
                    self.held.dial_tone_until(leg, end);
                }
                let country = country(&self.plan, tone);
                let shared_with_home = self.plan.is_home(tone);
                self.event(Event { country, shared_with_home, ..Event::new(leg, kind, (start, end), decibel(power)) });
            }
        }
    }

    /// Tells the digits that need not wait any longer.
    fn release(&mut self, now: f64) {
        while let Some(place) = self.waiting.iter().position(|keyed| keyed.digit.end + WAIT_S <= now) {
            let mut keyed = self.waiting.remove(place);
            let alike = |other: &Keyed| {
                other.leg != keyed.leg
                    && other.digit.symbol == keyed.digit.symbol
                    && (other.digit.start - keyed.digit.start).abs() < ECHO_S
                    && !other.event
            };
            // A digit belongs to the leg where it is louder; the other has its echo.
            if let Some(other) = self.waiting.iter().position(&alike) {
                let theirs = self.waiting[other].digit.power;
                if theirs > keyed.digit.power * LOUDER {
                    continue;
                }
                keyed.shared = keyed.digit.power < theirs * LOUDER;
                self.waiting.remove(other);
            } else if let Some(other) = self.told.iter().find(|other| alike(other)) {
                if keyed.digit.power > other.digit.power / LOUDER {
                    self.held.digit_shared();
                }
                continue;
            }
            if self.told.iter().any(|held| {
                held.event
                    && held.leg == keyed.leg
                    && held.digit.symbol == keyed.digit.symbol
                    && (held.digit.start - keyed.digit.start).abs() < ECHO_S
            }) {
                continue;
            }
            self.tell(keyed);
        }
    }

    fn tell(&mut self, keyed: Keyed) {
        let Digit { symbol, start, end, power } = keyed.digit;
        self.held.digit(keyed.leg, symbol, start, end, keyed.shared);
        if self.told.len() == self.told.capacity() {
            self.told.remove(0);
        }
        self.told.push(keyed);
        self.event(Event { digit: Some(symbol), ..Event::new(keyed.leg, Kind::Dtmf, (start, end), decibel(power)) });
    }

    fn speech(&mut self, leg: usize, spoken: Option<voice::Spoken>) {
        if let Some((start_s, end_s, power)) = spoken {
            self.event(Event::new(leg, Kind::Speech, (start_s, end_s), decibel(power)));
        }
    }

    fn event(&mut self, event: Event) {
        if self.events.len() < MOST_EVENTS {
            self.events.push(event);
        } else {
            self.left_out += 1;
        }
    }
}
