//! Whole calls: held lines, and honest calls that look a little like them.

use call::line::Direction;

use super::studio::{Dice, Keys, Noise, add, amplitude, cadence, echo, key, level, music, noise, samples, tones, voice};

/// A call with what is true of it.
pub(crate) struct Call {
    pub(crate) kind: &'static str,
    pub(crate) legs: Vec<Vec<f32>>,
    pub(crate) direction: Direction,
    pub(crate) near: usize,
    /// Digits, their legs and times.
    pub(crate) digits: Vec<(usize, char, f64)>,
    pub(crate) snr: f64,
    /// Level of the quieter voice, dB.
    pub(crate) talk_db: f64,
    pub(crate) noise: Noise,
}

/// Recorded prompts, where the machine has them, instead of made voices for the far side.
pub(crate) type Prompts = [Vec<f32>];

fn speak(dice: &mut Dice, prompts: &Prompts, seconds: f64, db: f64) -> Vec<f32> {
    if prompts.is_empty() || dice.one_in(2) {
        return voice(dice, seconds, db);
    }
    let mut out = Vec::new();
    while out.len() < samples(seconds) {
        let prompt: &Vec<f32> = dice.pick(prompts);
        out.extend_from_slice(prompt);
        out.resize(out.len() + samples(0.2), 0.0);
    }
    out.truncate(samples(seconds));
    level(&mut out, db);
    out
}

/// A talk of some turns; returns when it ends.
fn talk(call: &mut Call, dice: &mut Dice, prompts: &Prompts, turns: usize, mut at: f64) -> f64 {
    let levels = [dice.between(-30.0, -14.0), dice.between(-30.0, -14.0)];
    call.talk_db = levels[0].min(levels[1]);
    let first = dice.below(2);
    for turn in 0..turns {
        let leg = (first + turn) % 2;
        let long = dice.between(0.9, 4.5);
        let sound = speak(dice, prompts, long, levels[leg]);
        add(&mut call.legs[leg], at, &sound);
        at += long + dice.between(-0.2, 0.9);
    }
    at
}

/// A British dial tone with the drift, twist and level that are met.
fn dial_tone(dice: &mut Dice) -> ([(f64, f64); 2], f64) {
    let drift = 1.0 + dice.between(-0.015, 0.015);
    let db = dice.between(-30.0, -9.0);
    let twist = dice.between(-3.0, 3.0);
    let own = [1.0 + dice.between(-0.004, 0.004), 1.0 + dice.between(-0.004, 0.004)];
    ([(350.0 * drift * own[0], amplitude(db) * 1.414), (440.0 * drift * own[1], amplitude(db + twist) * 1.414)], db)
}

fn number(dice: &mut Dice) -> String {
    match dice.below(6) {
        0 => "999".to_owned(),
        1 => "101".to_owned(),
        2 => "159".to_owned(),
        3 => "112".to_owned(),
        4 => format!("0{}", digits(dice, 10)),
        _ => {
            let long = 3 + dice.below(6);
            digits(dice, long)
        }
    }
}

pub(crate) fn digits(dice: &mut Dice, long: usize) -> String {
    (0..long).map(|_| char::from(b'0' + dice.below(10) as u8)).collect()
}

fn press(call: &mut Call, leg: usize, keyed: &str, at: f64, keys: &Keys, dice: &mut Dice) -> f64 {
    let times = key(&mut call.legs[leg], keyed, at, keys, dice);
    call.digits.extend(keyed.chars().zip(&times).map(|(symbol, time)| (leg, symbol, *time)));
    times.last().map_or(at, |time| time + keys.on)
}

fn fresh(kind: &'static str, direction: Direction, dice: &mut Dice, snr: (f64, f64)) -> Call {
    let noise = *dice.pick(&[Noise::White, Noise::White, Noise::Pink, Noise::Babble]);
    let snr = dice.between(snr.0, snr.1);
    Call {
        kind,
        legs: vec![Vec::new(), Vec::new()],
        direction,
        near: dice.below(2),
        digits: Vec::new(),
        snr,
        talk_db: 0.0,
        noise,
    }
}

/// Evens the legs, lays noise so far under what is quietest of talk, tone (far) and digits (near), adds echo both ways.
fn finish(call: &mut Call, dice: &mut Dice, tone_db: f64, key_db: f64) {
    let long = call.legs.iter().map(Vec::len).max().unwrap_or(0) + samples(dice.between(0.5, 2.0));
    for leg in &mut call.legs {
        leg.resize(long, 0.0);
    }
    if dice.one_in(2) {
        let clean = call.legs.clone();
        for leg in 0..2 {
            let (db, delay) = (dice.between(-40.0, -14.0), dice.between(0.005, 0.25));
            echo(&clean[1 - leg], &mut call.legs[leg], db, delay);
        }
    }
    let seconds = long as f64 / 8000.0;
    for leg in 0..2 {
        let under = if leg == call.near { key_db } else { tone_db }.min(call.talk_db);
        let hush = noise(dice, call.noise, seconds, under - call.snr);
        call.legs[leg].iter_mut().zip(&hush).for_each(|(to, from)| *to += from);
    }
}

/// The trick: talk, dial tone from the far end, digits from the near.
pub(crate) fn held(seed: u64, snr: (f64, f64), prompts: &Prompts) -> Call {
    let dice = &mut Dice::new(seed);
    let direction = if dice.one_in(4) { Direction::Unknown } else { Direction::Inbound };
    let mut call = fresh("held", direction, dice, snr);
    let (near, far) = (call.near, 1 - call.near);
    let turns = 2 + dice.below(5);
    let mut at = talk(&mut call, dice, prompts, turns, 0.3).max(4.5) + dice.between(0.3, 2.0);
    let (parts, tone_db) = dial_tone(dice);
    let keys = Keys::any(dice);
    let wait = dice.between(0.7, 6.0);
    let number = number(dice);
    let end = press(&mut call, near, &number, at + wait, &keys, dice);
    // Stops at the first digit, or is let run.
    let long = if dice.one_in(2) { wait.max(0.9) } else { (end - at + dice.between(0.0, 2.0)).max(0.9) };
    add(&mut call.legs[far], at, &tones(&parts, long, dice.unit()));
    at = end.max(at + long) + dice.between(0.3, 2.0);
    if dice.one_in(2) {
        let db = amplitude(tone_db) * 1.414;
        let ring = dice.between(3.0, 8.0);
        add(&mut call.legs[far], at, &cadence(&[(400.0, db), (450.0, db)], &[0.4, 0.2, 0.4, 2.0], ring));
        at += ring + 0.5;
    }
    talk(&mut call, dice, prompts, 3, at);
    let sum_db = tone_db + 3.0;
    let key_db = 10.0 * (10f64.powf(keys.low_db / 10.0) + 10f64.powf(keys.high_db / 10.0)).log10();
    finish(&mut call, dice, sum_db, key_db);
    call
}

/// Tones of other places: frequencies, rhythm.
const FOREIGN: [(&[f64], &[f64]); 15] = [
    (&[425.0], &[]),
    (&[440.0], &[]),
    (&[400.0], &[]),
    (&[450.0], &[]),
    (&[330.0, 440.0], &[]),
    (&[413.0, 438.0], &[]),
    (&[425.0], &[1.0, 4.0]),
    (&[425.0], &[0.5, 0.5]),
    (&[440.0, 480.0], &[2.0, 4.0]),
    (&[480.0, 620.0], &[0.5, 0.5]),
    (&[350.0, 425.0], &[]),
    (&[270.0, 320.0], &[]),
    (&[600.0], &[]),
    (&[400.0, 450.0], &[0.4, 0.2, 0.4, 2.0]),
    (&[425.0], &[0.2, 0.2, 0.6, 1.0]),
];

pub(crate) const HONEST: [&str; 7] = ["menu", "transfer", "foreign", "disa", "music", "mono", "pbx"];

/// An honest call of a kind.
pub(crate) fn honest(kind: &'static str, seed: u64, snr: (f64, f64), prompts: &Prompts, recorded_music: &Prompts) -> Call {
    let dice = &mut Dice::new(seed ^ 0xABCD_EF01);
    let direction = *dice.pick(&[Direction::Inbound, Direction::Unknown, Direction::Outbound]);
    let mut call = fresh(kind, direction, dice, snr);
    let (near, far) = (call.near, 1 - call.near);
    let keys = Keys::any(dice);
    let (parts, tone_db) = dial_tone(dice);
    let turns = 2 + dice.below(4);
    match kind {
        // A machine asks, the resident keys: choices, account, card, number.
        "menu" => {
            let mut at = if dice.one_in(2) { talk(&mut call, dice, prompts, turns, 0.3) } else { 0.4 };
            for _ in 0..2 + dice.below(4) {
                let long = dice.between(2.0, 6.0);
                add(&mut call.legs[far], at, &speak(dice, prompts, long, -20.0));
                at += long + dice.between(0.2, 1.5);
                let long = *dice.pick(&[1, 1, 1, 4, 6, 8, 11, 16]);
                let keyed = digits(dice, long);
                at = press(&mut call, near, &keyed, at, &keys, dice) + dice.between(0.4, 1.2);
            }
        }
        // Put through: music, ringing, somebody else, then perhaps a menu.
        "transfer" => {
            let mut at = talk(&mut call, dice, prompts, turns, 0.3);
            let long = dice.between(2.0, 8.0);
            let tune = if recorded_music.is_empty() { music(dice, long, -20.0) } else { clip(dice, recorded_music, long) };
            add(&mut call.legs[far], at, &tune);
            at += long + 0.3;
            if dice.one_in(3) {
                // The agent's switchboard: its dial tone and digits are heard on the far leg.
                let long = dice.between(0.8, 2.0);
                add(&mut call.legs[far], at, &tones(&parts, long, 0.1));
                let keyed = digits(dice, 4);
                at = press(&mut call, far, &keyed, at + long, &keys, dice) + 0.5;
            }
            let db = amplitude(tone_db) * 1.414;
            let ring = dice.between(3.0, 12.0);
            add(&mut call.legs[far], at, &cadence(&[(400.0, db), (450.0, db)], &[0.4, 0.2, 0.4, 2.0], ring));
            at += ring;
            let long = dice.between(2.0, 5.0);
            add(&mut call.legs[far], at, &speak(dice, prompts, long, -20.0));
            at += long + 0.5;
            let long = *dice.pick(&[1, 4, 8]);
            let keyed = digits(dice, long);
            press(&mut call, near, &keyed, at, &keys, dice);
        }
        "foreign" => {
            let (hz, rhythm) = *dice.pick(&FOREIGN);
            let at = talk(&mut call, dice, prompts, turns, 0.3) + 0.5;
            let drift = 1.0 + dice.between(-0.01, 0.01);
            let parts: Vec<(f64, f64)> = hz.iter().map(|hz| (hz * drift, amplitude(tone_db) * 1.414)).collect();
            let long = dice.between(2.0, 9.0);
            add(&mut call.legs[far], at, &cadence(&parts, rhythm, long));
            let keyed = number(dice);
            press(&mut call, near, &keyed, at + long, &keys, dice);
        }
        // A second dial tone: number, tone, PIN and number.
        "disa" => {
            call.direction = *dice.pick(&[Direction::Outbound, Direction::Outbound, Direction::Unknown]);
            let mut at = 0.5;
            if dice.one_in(2) {
                add(&mut call.legs[far], at, &tones(&parts, 1.5, 0.2));
                at += 1.6;
            }
            let keyed = format!("0{}", digits(dice, 10));
            at = press(&mut call, near, &keyed, at, &keys, dice) + 1.0;
            let db = amplitude(tone_db) * 1.414;
            add(&mut call.legs[far], at, &cadence(&[(400.0, db), (450.0, db)], &[0.4, 0.2, 0.4, 2.0], 3.5));
            at += 4.0;
            if dice.one_in(2) {
                add(&mut call.legs[far], at, &speak(dice, prompts, 2.5, -20.0));
                at += 3.0;
            }
            let long = dice.between(1.0, 4.0);
            add(&mut call.legs[far], at, &tones(&parts, long, 0.4));
            let keyed = digits(dice, 8);
            press(&mut call, near, &keyed, at + long * 0.9, &keys, dice);
        }
        "music" => {
            let at = talk(&mut call, dice, prompts, turns, 0.3);
            let long = dice.between(10.0, 30.0);
            let tune = if recorded_music.is_empty() || dice.one_in(2) {
                music(dice, long, -18.0)
            } else {
                clip(dice, recorded_music, long)
            };
            add(&mut call.legs[far], at, &tune);
            let keyed = number(dice);
            let when = at + dice.between(1.0, long);
            press(&mut call, near, &keyed, when, &keys, dice);
        }
        // The trick itself, but recorded in one channel, or the same in both: it cannot be told.
        "mono" => {
            let both = dice.one_in(2);
            call = held(seed, snr, prompts);
            call.kind = kind;
            let mix: Vec<f32> = call.legs[0].iter().zip(&call.legs[1]).map(|(a, b)| 0.7 * (a + b)).collect();
            call.legs = if both { vec![mix.clone(), mix] } else { vec![mix] };
            call.digits.iter_mut().for_each(|digit| digit.0 = 0);
            return call;
        }
        // The far switchboard plays dial tone when its user rings off; the resident keys a digit or two, or nothing.
        _ => {
            let at = talk(&mut call, dice, prompts, turns, 0.3) + 1.0;
            let long = dice.between(2.0, 10.0);
            add(&mut call.legs[far], at, &tones(&parts, long, 0.4));
            let few = dice.below(3);
            let keyed = digits(dice, few);
            press(&mut call, near, &keyed, at + 2.0, &keys, dice);
        }
    }
    let key_db = 10.0 * (10f64.powf(keys.low_db / 10.0) + 10f64.powf(keys.high_db / 10.0)).log10();
    finish(&mut call, dice, tone_db + 3.0, key_db);
    call
}

fn clip(dice: &mut Dice, from: &Prompts, seconds: f64) -> Vec<f32> {
    let whole: &Vec<f32> = dice.pick(from);
    let long = samples(seconds).min(whole.len());
    let start = dice.below(whole.len() - long + 1);
    let mut out = whole[start..start + long].to_vec();
    level(&mut out, -20.0);
    out
}
