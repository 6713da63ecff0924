//! The held-line rule: whole calls by seed, and the rule's table by hand.

use call::line::{Dialled, Direction, Held, HeldLine, Origin, dialled, masked};

use super::calls::{HONEST, held, honest};
use super::listen;
use super::studio::{Dice, Keys, a_law, add, amplitude, key, mulaw, tones, voice};

#[test]
fn held_calls_are_told_and_honest_ones_are_not() {
    for seed in 1..=6 {
        let call = held(seed, (10.0, 25.0), &[]);
        let legs: Vec<Vec<f32>> = call.legs.iter().map(|leg| if seed % 2 == 0 { mulaw(leg) } else { a_law(leg) }).collect();
        let (_, verdict) = listen(&legs, call.direction, Some(call.near));
        assert_eq!(verdict.held_line, HeldLine::Strong, "seed {seed}: {}", verdict.why);
        assert!(
            verdict.why.contains("350+440 Hz") && verdict.why.contains("strong sign") && !verdict.why.contains("certain"),
            "{}",
            verdict.why
        );
    }
    for seed in 0..14u64 {
        let call = honest(HONEST[seed as usize % HONEST.len()], seed, (10.0, 25.0), &[], &[]);
        let legs: Vec<Vec<f32>> = call.legs.iter().map(|leg| mulaw(leg)).collect();
        let (_, verdict) = listen(&legs, call.direction, None);
        assert_ne!(verdict.held_line, HeldLine::Strong, "{} {seed}: {}", call.kind, verdict.why);
    }
}

/// What is told to the rule: talk on both legs, a dial tone, digits.
struct Told {
    direction: Direction,
    legs: usize,
    near: Option<usize>,
    talk: bool,
    tone: Option<(usize, Origin)>,
    digits: (usize, &'static str),
}

fn told(told: &Told) -> (HeldLine, String) {
    let mut held = Held::new(told.legs, told.direction, told.near);
    if told.talk {
        for leg in 0..told.legs {
            held.voice(leg, 2.0, 0.01, 3.0);
        }
    }
    if let Some((leg, origin)) = told.tone {
        held.dial_tone(leg, 10.0, "350+440 Hz", origin, 10.7);
        held.dial_tone_until(leg, 13.0);
    }
    for (place, symbol) in told.digits.1.chars().enumerate() {
        let at = 13.5 + place as f64 * 0.2;
        held.digit(told.digits.0, symbol, at, at + 0.1, false);
    }
    held.finish(30.0);
    (held.verdict().held_line, held.verdict().why.clone())
}

const HOME: Origin = Origin { home: true, tune: false };
const TRICK: Told =
    Told { direction: Direction::Inbound, legs: 2, near: None, talk: true, tone: Some((1, HOME)), digits: (0, "999") };

#[test]
fn the_rule_says_what_its_table_says() {
    use Direction::{Inbound, Outbound, Unknown};
    use HeldLine::{None as No, Possible, Strong};
    let cases = [
        (TRICK, Strong),
        (Told { near: Some(0), ..TRICK }, Strong),
        (Told { direction: Unknown, ..TRICK }, Strong),
        (Told { digits: (0, "1234"), ..TRICK }, Strong),
        (Told { near: Some(1), ..TRICK }, Possible),
        (Told { talk: false, ..TRICK }, Possible),
        (Told { direction: Unknown, talk: false, ..TRICK }, No),
        (Told { legs: 1, tone: Some((0, HOME)), ..TRICK }, Possible),
        (Told { digits: (1, "999"), ..TRICK }, Possible),
        (Told { tone: Some((1, Origin { home: false, ..HOME })), ..TRICK }, Possible),
        (Told { tone: Some((1, Origin { tune: true, ..HOME })), ..TRICK }, Possible),
        (Told { direction: Outbound, ..TRICK }, Possible),
        (Told { direction: Outbound, digits: (0, "4711"), ..TRICK }, No),
        (Told { direction: Outbound, talk: false, ..TRICK }, No),
        (Told { digits: (0, ""), ..TRICK }, Possible),
        (Told { digits: (0, "1"), ..TRICK }, Possible),
        (Told { digits: (0, ""), direction: Outbound, ..TRICK }, No),
        (Told { tone: None, ..TRICK }, Possible),
        (Told { tone: None, digits: (0, "02079460321"), ..TRICK }, Possible),
        (Told { tone: None, digits: (0, "1234"), ..TRICK }, No),
        (Told { tone: None, digits: (0, "1"), direction: Inbound, ..TRICK }, No),
        (Told { tone: None, direction: Outbound, ..TRICK }, No),
    ];
    for (index, (case, wanted)) in cases.iter().enumerate() {
        let (found, why) = told(case);
        assert_eq!(found, *wanted, "case {index}: {why}");
    }
}

#[test]
fn a_tone_that_other_notes_follow_is_a_tunes() {
    for (notes, wanted) in [(10, HeldLine::Possible), (0, HeldLine::Strong)] {
        let mut held = Held::new(2, Direction::Inbound, None);
        held.voice(0, 2.0, 0.01, 3.0);
        held.voice(1, 2.0, 0.01, 3.0);
        held.dial_tone(1, 10.0, "350+440 Hz", HOME, 10.7);
        for note in 0..notes {
            held.music(1, 0.032, 0.01, 10.8 + 0.032 * f64::from(note));
        }
        for (place, symbol) in "123456".chars().enumerate() {
            held.digit(0, symbol, 16.2 + place as f64 * 0.2, 16.3 + place as f64 * 0.2, false);
        }
        assert_eq!(held.verdict().held_line, wanted, "{}", held.verdict().why);
    }
}

#[test]
fn a_secret_is_masked_and_a_number_is_named() {
    assert!(told(&TRICK).1.contains("999"));
    let (_, why) = told(&Told { digits: (0, "4711"), ..TRICK });
    assert!(why.contains("****") && !why.contains("4711"), "{why}");
    let (held_line, why) = told(&Told { tone: None, digits: (0, "4711"), ..TRICK });
    assert!(held_line == HeldLine::None && !why.contains("4711") && why.contains("does not clear"), "{why}");
}

#[test]
fn a_burst_is_a_number_only_as_a_whole() {
    for (digits, kind) in [
        ("999", Dialled::Emergency),
        ("101", Dialled::Emergency),
        ("159", Dialled::Emergency),
        ("112", Dialled::Emergency),
        ("02079460321", Dialled::Number),
        ("0163296010", Dialled::Number),
        ("0033142685300", Dialled::Number),
        ("99", Dialled::Other),
        ("9999", Dialled::Other),
        ("0", Dialled::Other),
        ("123456", Dialled::Other),
        ("12345678", Dialled::Other),
        ("4929123412341234", Dialled::Other),
        ("02079460321#", Dialled::Other),
    ] {
        assert_eq!(dialled(digits), kind, "{digits}");
    }
    assert_eq!((masked("999").as_str(), masked("1234").as_str()), ("999", "****"));
}

#[test]
fn a_false_verification_in_the_talk_makes_a_silent_trick_strong() {
    for (before, wanted) in [(Some(20.0), HeldLine::Strong), (None, HeldLine::Possible)] {
        let mut held = Held::new(2, Direction::Inbound, None);
        held.voice(0, 2.0, 0.01, 3.0);
        held.voice(1, 2.0, 0.01, 3.0);
        if let Some(at) = before {
            held.false_verification(at);
        }
        for (place, symbol) in "999".chars().enumerate() {
            held.digit(0, symbol, 30.0 + place as f64, 30.1 + place as f64, false);
        }
        assert_eq!(held.verdict().held_line, HeldLine::None, "a burst is not whole before its pause");
        held.tick(37.0);
        assert_eq!(held.verdict().held_line, wanted);
    }
}

#[test]
fn what_comes_between_tone_and_digits_takes_its_strength() {
    let mut rung = Held::new(2, Direction::Inbound, None);
    let mut spoken = rung.clone();
    for held in [&mut rung, &mut spoken] {
        held.voice(0, 2.0, 0.01, 3.0);
        held.voice(1, 2.0, 0.01, 3.0);
        held.dial_tone(1, 10.0, "350+440 Hz", HOME, 10.7);
        held.dial_tone_until(1, 12.0);
    }
    rung.ringing(1, 13.0);
    spoken.voice(1, 3.0, 0.01, 14.0);
    for held in [&mut rung, &mut spoken] {
        for (place, symbol) in "1234".chars().enumerate() {
            held.digit(0, symbol, 20.0 + place as f64, 20.1 + place as f64, false);
        }
        assert_eq!(held.verdict().held_line, HeldLine::Possible, "{}", held.verdict().why);
    }
}

/// Pure notes hold 350 and 440 Hz now and then, for as long as a scammer plays a dial tone: a third is what music is made of.
#[test]
fn a_tune_that_holds_the_dial_tones_third_is_no_strong_sign() {
    for (notes, wanted) in [(&[392.0, 330.0, 523.0, 494.0, 392.0, 587.0][..], HeldLine::Possible), (&[], HeldLine::Strong)] {
        let dice = &mut Dice::new(7);
        let mut legs = vec![Vec::new(), Vec::new()];
        for (place, leg) in legs.iter_mut().enumerate() {
            add(leg, 0.5 + 3.0 * place as f64, &voice(dice, 3.0, -20.0));
        }
        let loud = amplitude(-20.0) * 1.414;
        for (place, hz) in notes.iter().enumerate() {
            add(&mut legs[1], 7.0 + 0.6 * place as f64, &tones(&[(*hz, loud)], 0.6, 0.0));
        }
        add(&mut legs[1], 10.6, &tones(&[(350.0, loud), (440.0, loud)], 3.5, 0.0));
        key(&mut legs[0], "999", 14.0, &Keys::any(dice), dice);
        let long = legs.iter().map(Vec::len).max().unwrap_or(0) + 8_000;
        legs.iter_mut().for_each(|leg| leg.resize(long, 0.0));
        let (_, verdict) = listen(&legs, Direction::Inbound, None);
        assert_eq!(verdict.held_line, wanted, "{}", verdict.why);
    }
}
