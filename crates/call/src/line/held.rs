//! The held line, by rule: a dial tone from the far end and then digits from the near end, inside a call that came in and has not ended.
//! A strong sign is never proof, and no sign clears no line. The rules and their reasons are in `docs/line.md`.

use serde::{Deserialize, Serialize};

use super::number::{Dialled, dialled, masked};

/// Who rang whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// The resident was rung.
    Inbound,
    /// The resident rang.
    Outbound,
    /// Not known.
    #[default]
    Unknown,
}

/// How strong the sign of a held line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HeldLine {
    /// No sign. It proves nothing.
    #[default]
    None,
    /// A sign that honest calls give too.
    Possible,
    /// A strong sign.
    Strong,
}

/// What was concluded, and from what.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// How strong the sign is.
    pub held_line: HeldLine,
    /// The tone, its times, the number dialled; digits that are no dialled number are masked.
    pub why: String,
    /// When it was concluded, in seconds.
    pub at_s: Option<f64>,
}

/// Youngest call in which a dial tone is out of place, in seconds at the first digit.
const YOUNGEST_S: f64 = 5.0;
/// Digits may begin this long before the dial tone, and follow this long after it.
const BEFORE_S: f64 = 1.0;
const AFTER_S: f64 = 30.0;
/// Digits further apart than this are two bursts.
const GAP_S: f64 = 4.0;
/// Digits that make dialling.
const DIGITS: usize = 3;
/// Voice that each side must have given before: a call was under way.
const VOICE_S: f64 = 0.25;
/// So much voice from the far side between dial tone and digits means that somebody new has answered.
const ANSWERED_S: f64 = 1.5;
/// So many seconds of steady notes within so many after a dial tone make it a part of their tune.
const NOTES_S: f64 = 0.25;
const NEXT_NOTE_S: f64 = 2.0;
/// How far back a false verification in the talk bears on what is dialled.
const TALK_S: f64 = 90.0;
/// Dial tones nearer than this are one.
const ONE_TONE_S: f64 = 4.0;
/// Digits kept of a burst.
const LONGEST: usize = 40;

/// What is known of a dial tone beside its times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin {
    /// It is the home country's.
    pub home: bool,
    /// Other steady notes came right before it, as in a tune.
    pub tune: bool,
}

#[derive(Debug, Clone)]
struct Dial {
    start: f64,
    end: f64,
    hertz: String,
    origin: Origin,
    ringing: Option<f64>,
    answered_s: f64,
    /// Seconds of other steady notes right after it.
    notes_s: f64,
}

#[derive(Debug, Clone, Default)]
struct Burst {
    leg: usize,
    digits: String,
    times: Vec<f64>,
    last: f64,
    /// Both legs had them equally loud, or it is not known which leg they are of.
    shared: bool,
    told: bool,
}

/// The rule's state in one call.
#[derive(Debug, Clone)]
pub struct Held {
    direction: Direction,
    near: Option<usize>,
    /// Whether the two ends can be told apart.
    legs: usize,
    alike: bool,
    /// Seconds of voice so far, and when they came to enough for talk.
    voice: [f64; 2],
    spoke: [f64; 2],
    loudness: [f32; 2],
    /// When the first digit of the call was keyed, and the second: legs may come in one after the other.
    earliest: [f64; 2],
    dials: [Option<Dial>; 2],
    burst: Burst,
    verification: Option<f64>,
    rank: u8,
    /// First digit of the burst that was concluded from.
    first: Option<f64>,
    verdict: Verdict,
}

const NO_SIGN: &str =
    "No dial tone and no dialled number inside the call. That does not clear the line: a line can be held without a sound.";

impl Held {
    /// A call of one or two legs.
    pub fn new(legs: usize, direction: Direction, near: Option<usize>) -> Held {
        Held {
            direction,
            near,
            legs,
            alike: false,
            voice: [0.0; 2],
            spoke: [f64::MAX; 2],
            loudness: [0.0; 2],
            earliest: [f64::MAX; 2],
            dials: [None, None],
            burst: Burst::default(),
            verification: None,
            rank: 0,
            first: None,
            verdict: Verdict { held_line: HeldLine::None, why: NO_SIGN.to_owned(), at_s: None },
        }
    }

    /// What holds now.
    pub fn verdict(&self) -> &Verdict {
        &self.verdict
    }

    /// Says whether the two legs turned out to carry the same sound.
    pub fn set_alike(&mut self, alike: bool) {
        self.alike = alike;
    }

    /// A voice was heard on a leg for so many seconds, at this mean square.
    pub fn voice(&mut self, leg: usize, seconds: f64, power: f32, at: f64) {
        self.voice[leg] += seconds;
        let enough = if self.legs == 1 { 2.0 * VOICE_S } else { VOICE_S };
        if self.voice[leg] >= enough && at < self.spoke[leg] {
            self.spoke[leg] = at;
        }
        // A tenth of the usual loudness is somebody in the room, not an answer.
        let clear = power > self.loudness[leg] * 0.1;
        self.loudness[leg] += (power - self.loudness[leg]) * 0.02;
        if clear {
            self.answered(leg, seconds, at);
        }
    }

    /// A steady tone that is none of a telephone's was heard on a leg: music.
    pub fn music(&mut self, leg: usize, seconds: f64, power: f32, at: f64) {
        if power > self.loudness[leg] * 0.1 {
            self.answered(leg, seconds, at);
        }
        if let Some(dial) = &mut self.dials[leg]
            && (0.0..NEXT_NOTE_S).contains(&(at - dial.end))
        {
            dial.notes_s += seconds;
            dial.origin.tune |= dial.notes_s >= NOTES_S;
        }
    }

    /// Something followed the dial tone before any digit did.
    fn answered(&mut self, leg: usize, seconds: f64, at: f64) {
        if let Some(dial) = &mut self.dials[leg]
            && at > dial.end + 0.1
            && (self.burst.last < dial.start || self.burst.leg == leg)
        {
            dial.answered_s += seconds;
        }
    }

    /// A false verification ("ring 999 on this phone and ask") was heard in the talk.
    pub fn false_verification(&mut self, at: f64) {
        self.verification = Some(at);
        self.weigh(at, false);
    }

    /// A dial tone began on a leg: `hertz` in words.
    pub fn dial_tone(&mut self, leg: usize, start: f64, hertz: &str, origin: Origin, now: f64) {
        match &mut self.dials[leg] {
            Some(dial) if start - dial.end < ONE_TONE_S && dial.origin == origin => dial.end = now,
            held => {
                *held =
                    Some(Dial { start, end: now, hertz: hertz.to_owned(), origin, ringing: None, answered_s: 0.0, notes_s: 0.0 });
            }
        }
        self.weigh(now, false);
    }

    /// A dial tone goes on, or ended at `end`.
    pub fn dial_tone_until(&mut self, leg: usize, end: f64) {
        if let Some(dial) = &mut self.dials[leg] {
            dial.end = dial.end.max(end);
        }
    }

    /// Ringing began on a leg.
    pub fn ringing(&mut self, leg: usize, start: f64) {
        for (other, dial) in self.dials.iter_mut().enumerate() {
            if let Some(dial) = dial
                && (other == leg || self.legs == 1)
                && start > dial.start
            {
                dial.ringing.get_or_insert(start);
            }
        }
        if self.rank >= 3 && !self.verdict.why.contains("Ringing") && start - self.burst.last < AFTER_S {
            self.verdict.why.push_str(&format!(" Ringing followed at {start:.1} s."));
        }
    }

    /// A digit was keyed on a leg.
    pub fn digit(&mut self, leg: usize, symbol: char, start: f64, end: f64, shared: bool) {
        if self.burst.digits.is_empty() || self.burst.leg != leg || start - self.burst.last > GAP_S {
            self.complete(start);
            self.burst = Burst { leg, ..Burst::default() };
        }
        if start < self.earliest[0] {
            self.earliest = [start, self.earliest[0]];
        } else {
            self.earliest[1] = self.earliest[1].min(start);
        }
        let burst = &mut self.burst;
        burst.last = end;
        burst.shared |= shared;
        if burst.digits.len() < LONGEST {
            burst.digits.push(symbol);
            burst.times.push(start);
        }
        self.weigh(end, false);
    }

    /// A digit of the latest burst was as loud on the other leg.
    pub fn digit_shared(&mut self) {
        self.burst.shared = true;
    }

    /// Time goes on: a burst that nothing follows is whole.
    pub fn tick(&mut self, now: f64) {
        if now - self.burst.last > GAP_S {
            self.complete(now);
        }
    }

    /// The call is over.
    pub fn finish(&mut self, now: f64) {
        self.complete(now);
    }

    fn complete(&mut self, now: f64) {
        if !self.burst.digits.is_empty() && !self.burst.told {
            self.burst.told = true;
            self.weigh(now, true);
        }
    }

    /// Applies the rules to what is known. `whole` if the burst is.
    fn weigh(&mut self, now: f64, whole: bool) {
        for leg in 0..self.legs {
            if let Some(dial) = self.dials[leg].clone() {
                self.weigh_tone(leg, &dial, now);
                self.weigh_digits(leg, &dial, now);
            }
        }
        if whole {
            self.weigh_number(now);
        }
    }

    /// A call was under way: both sides had spoken, or what there is of them.
    fn talked(&self, dial: &Dial) -> bool {
        self.spoke[..self.legs].iter().all(|at| *at <= dial.start)
    }

    /// Dial tone, and digits from the other side.
    fn weigh_digits(&mut self, leg: usize, dial: &Dial, now: f64) {
        let within = |at: &&f64| (dial.start - BEFORE_S..=dial.end + AFTER_S).contains(*at);
        let count = self.burst.times.iter().filter(within).count();
        let Some(first) = self.burst.times.iter().find(|at| within(at)).copied() else { return };
        if count < DIGITS || first < YOUNGEST_S {
            return;
        }
        let talked = self.talked(dial);
        let tone = format!("Dial tone ({}) from {:.1} to {:.1} s", dial.hertz, dial.start, dial.end);
        let number = format!("{} dialled from {first:.1} s", masked(&self.burst.digits));
        let apart = self.legs == 2 && !self.alike && !self.burst.shared;
        let reserve = if self.direction == Direction::Outbound {
            Some("the resident rang, and calling cards and switchboards give a second dial tone too")
        } else if !apart {
            Some("the two ends cannot be told apart here, and after a real hang-up it sounds the same")
        } else if self.burst.leg == leg {
            Some("tone and digits come from one end, as when a switchboard puts a call through")
        } else if self.near.is_some_and(|near| near != self.burst.leg) {
            Some("the digits come from the far end")
        } else if !dial.origin.home {
            Some("it is another country's tone")
        } else if dial.origin.tune {
            Some("it stands amid other steady notes, as in music")
        } else if dial.ringing.is_some_and(|at| at < first) && first > dial.end {
            Some("it rang between tone and digits, as when a call is put through")
        } else if dial.answered_s >= ANSWERED_S && first > dial.end {
            Some("somebody spoke between tone and digits, as when a call is put through")
        } else if !talked {
            Some("no talk on both sides came before it")
        } else if self.direction == Direction::Unknown && self.earliest[1] < dial.start - BEFORE_S {
            Some("digits had been keyed before it, as with a calling card, and it is not known who rang")
        } else {
            None
        };
        match reserve {
            None => {
                let why = format!(
                    "{tone} on channel {leg}, and {number} on channel {}, inside a call that had not ended: a strong sign that the line was held.",
                    self.burst.leg
                );
                self.conclude(5, HeldLine::Strong, why, Some(first), now);
            }
            // A call that begins with a dial tone and a number is a call being made.
            Some(_) if self.direction != Direction::Inbound && !talked => {}
            Some(_) if self.direction == Direction::Outbound && dialled(&self.burst.digits) == Dialled::Other => {}
            Some(reserve) => {
                let why = format!("{tone} on channel {leg}, and {number} on channel {}; but {reserve}.", self.burst.leg);
                self.conclude(3, HeldLine::Possible, why, Some(first), now);
            }
        }
    }

    /// Dial tone alone: the moment to warn, before any digit.
    fn weigh_tone(&mut self, leg: usize, dial: &Dial, now: f64) {
        let far = self.near != Some(leg) || self.legs == 1;
        let called = match self.direction {
            Direction::Inbound => true,
            Direction::Unknown => self.talked(dial),
            Direction::Outbound => false,
        };
        if far && called && dial.origin.home && dial.start >= YOUNGEST_S {
            let why = format!(
                "Dial tone ({}) from {:.1} s on channel {leg}, inside a call that had not ended. A far switchboard can give one when its user rings off.",
                dial.hertz, dial.start
            );
            self.conclude(1, HeldLine::Possible, why, None, now);
        }
    }

    /// The dialled-number rule, for a caller who plays nothing.
    fn weigh_number(&mut self, now: f64) {
        let Some(first) = self.burst.times.first().copied() else { return };
        let fits = dialled(&self.burst.digits) != Dialled::Other;
        let near = self.near.is_none_or(|near| self.legs == 1 || near == self.burst.leg);
        let talked = self.spoke[..self.legs].iter().all(|at| *at <= first);
        let called = self.direction == Direction::Inbound || (self.direction == Direction::Unknown && talked);
        if !fits || !near || !called || first < YOUNGEST_S {
            return;
        }
        let what = format!("{} dialled from {first:.1} s inside a call that had not ended", self.burst.digits);
        let told_to = self.verification.is_some_and(|at| (-1.0..=TALK_S).contains(&(first - at)));
        if told_to && self.legs == 2 {
            let why = format!("{what}, just after the caller said to check by ringing: a strong sign that the line was held.");
            self.conclude(4, HeldLine::Strong, why, Some(first), now);
        } else {
            self.conclude(2, HeldLine::Possible, format!("{what}, without a dial tone."), Some(first), now);
        }
    }

    /// Keeps the stronger conclusion. One burst's own grows with its digits; a later burst does not take its place.
    fn conclude(&mut self, rank: u8, held_line: HeldLine, why: String, first: Option<f64>, now: f64) {
        let grown = rank == self.rank && first.is_some() && first == self.first;
        if rank <= self.rank && !grown {
            return;
        }
        let at_s = if held_line > self.verdict.held_line { Some(now) } else { self.verdict.at_s };
        self.rank = rank;
        self.first = first;
        self.verdict = Verdict { held_line, why, at_s };
    }
}
