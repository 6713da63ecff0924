//! Tones and digits, one at a time.

use call::line::{Direction, Kind, Line, Options, Plan};

use super::studio::{Dice, Keys, Noise, a_law, add, amplitude, cadence, key, mulaw, music, noise, samples, tones, voice};
use super::{digits, kinds, listen};

fn pair(a: f64, b: f64, db: f64) -> Vec<(f64, f64)> {
    vec![(a, amplitude(db) * 1.414), (b, amplitude(db) * 1.414)]
}

fn one(hz: f64, db: f64) -> Vec<(f64, f64)> {
    vec![(hz, amplitude(db) * 1.414)]
}

/// A tone after a second of silence.
fn later(sound: &[f32]) -> Vec<f32> {
    let mut leg = Vec::new();
    add(&mut leg, 1.0, sound);
    leg.resize(leg.len() + samples(3.0), 0.0);
    leg
}

#[test]
fn the_tones_of_the_plan_are_told_with_their_country_and_times() {
    type Case = (Vec<(f64, f64)>, &'static [f64], Kind, Option<&'static str>);
    let cases: [Case; 10] = [
        (pair(350.0, 440.0, -20.0), &[], Kind::DialTone, None),
        (pair(400.0, 450.0, -20.0), &[0.4, 0.2, 0.4, 2.0], Kind::Ringing, Some("GB")),
        (one(400.0, -20.0), &[0.375, 0.375], Kind::Busy, Some("GB")),
        (one(400.0, -20.0), &[0.4, 0.35, 0.225, 0.525], Kind::Busy, Some("GB")),
        (one(400.0, -20.0), &[], Kind::Unobtainable, Some("GB")),
        (pair(440.0, 480.0, -20.0), &[2.0, 4.0], Kind::Ringing, Some("US")),
        (pair(480.0, 620.0, -20.0), &[0.5, 0.5], Kind::Busy, Some("US")),
        (one(425.0, -20.0), &[1.0, 4.0], Kind::Ringing, None),
        (one(425.0, -20.0), &[], Kind::DialTone, None),
        (one(440.0, -20.0), &[1.5, 3.5], Kind::Ringing, Some("FR")),
    ];
    for (parts, rhythm, kind, country) in cases {
        for drift in [0.99, 1.0, 1.01] {
            let parts: Vec<(f64, f64)> = parts.iter().map(|(hz, amp)| (hz * drift, *amp)).collect();
            let leg = later(&cadence(&parts, rhythm, 11.0));
            let (events, _) = listen(&[mulaw(&leg)], Direction::Unknown, None);
            assert_eq!(kinds(&events), [kind], "{parts:?} {rhythm:?}");
            let event = events.iter().find(|event| event.kind == kind).unwrap();
            assert_eq!(event.country.as_deref(), country, "{parts:?} {rhythm:?}");
            assert!((event.start_s - 1.0).abs() < 0.06, "{parts:?} begins at {}", event.start_s);
        }
    }
}

#[test]
fn a_dial_tone_is_heard_through_noise_down_to_4_db() {
    for (seed, snr) in [(1, 20.0), (2, 10.0), (3, 7.0), (4, 4.0)] {
        let dice = &mut Dice::new(seed);
        let mut leg = later(&tones(&pair(350.0, 440.0, -23.0), 2.0, 0.1));
        let hush = noise(dice, Noise::White, leg.len() as f64 / 8000.0, -20.0 - snr);
        leg.iter_mut().zip(&hush).for_each(|(to, from)| *to += from);
        let (events, _) = listen(&[a_law(&leg)], Direction::Unknown, None);
        assert_eq!(kinds(&events), [Kind::DialTone], "at {snr} dB");
    }
}

#[test]
fn every_digit_is_read_short_and_long_weak_and_twisted() {
    let all = "123A456B789C*0#D";
    for (seed, on, off, low_db, high_db, drift) in [
        (1, 0.04, 0.05, -10.0, -10.0, 0.0),
        (2, 0.06, 0.06, -30.0, -34.0, 0.014),
        (3, 0.1, 0.1, -24.0, -18.0, -0.014),
        (4, 0.5, 0.3, -12.0, -9.0, 0.0),
    ] {
        let dice = &mut Dice::new(seed);
        let mut leg = Vec::new();
        let keys = Keys { on, off, low_db, high_db, drift };
        let times = key(&mut leg, all, 0.5, &keys, dice);
        leg.resize(leg.len() + samples(0.5), 0.0);
        let hush = noise(dice, Noise::White, leg.len() as f64 / 8000.0, low_db - 12.0);
        leg.iter_mut().zip(&hush).for_each(|(to, from)| *to += from);
        let (events, _) = listen(&[mulaw(&leg)], Direction::Unknown, None);
        assert_eq!(digits(&events), all, "{on} s on");
        let found: Vec<_> = events.iter().filter(|event| event.kind == Kind::Dtmf).collect();
        for (event, at) in found.iter().zip(times) {
            assert!((event.start_s - at).abs() < 0.02 && (event.end_s - event.start_s - on).abs() < 0.03, "{event:?} at {at}");
        }
    }
}

#[test]
fn what_is_out_of_tolerance_is_no_digit() {
    for (row, column, on) in
        [(697.0 * 1.035, 1209.0, 0.1), (770.0, 1336.0 * 0.965, 0.1), (852.0, 1477.0, 0.018), (697.0, 770.0, 0.1)]
    {
        let leg = later(&tones(&pair(row, column, -15.0), on, 0.2));
        let (events, _) = listen(&[leg], Direction::Unknown, None);
        assert_eq!(digits(&events), "", "{row} {column} {on}");
    }
}

#[test]
fn voices_and_tunes_make_no_dial_tone_and_hardly_a_digit() {
    let dice = &mut Dice::new(11);
    let (mut seconds, mut keyed) = (0.0, 0);
    for _ in 0..6 {
        let leg = [voice(dice, 20.0, -20.0), music(dice, 10.0, -20.0)].concat();
        seconds += 30.0;
        let (events, _) = listen(&[mulaw(&leg)], Direction::Unknown, None);
        assert!(!events.iter().any(|event| event.kind == Kind::DialTone && event.shared_with_home), "{events:?}");
        keyed += digits(&events).len();
    }
    assert!(keyed <= 1, "{keyed} digits in {seconds} s");
}

#[test]
fn other_rates_are_brought_down_to_the_telephones() {
    for rate in [11_025u32, 16_000, 22_050, 44_100, 48_000, 96_000] {
        let tau = 2.0 * std::f64::consts::PI;
        let step = |i: usize, hz: f64| (tau * hz * i as f64 / f64::from(rate)).sin() as f32;
        let sound: Vec<f32> =
            (0..rate as usize * 3).map(|i| 0.1 * (step(i, 350.0) + step(i, 440.0)) + 0.1 * step(i, 4600.0)).collect();
        let mut line = Line::new(
            std::sync::Arc::new(Plan::builtin()),
            &Options { legs: 1, rate, direction: Direction::Unknown, near: None },
        );
        sound.chunks(997).for_each(|piece| line.push(0, piece));
        line.finish();
        let (events, _) = line.take_events();
        assert_eq!(kinds(&events), [Kind::DialTone], "{rate} Hz");
        assert!((events[0].end_s - 3.0).abs() < 0.1, "{rate} Hz: {events:?}");
    }
}

#[test]
fn a_plan_that_makes_no_sense_is_refused_with_its_tone() {
    let plan = |rest: &str| {
        Plan::parse(&format!("version = 1\nhome = \"GB\"\n[[tone]]\ncountry = \"GB\"\nkind = \"dial_tone\"\n{rest}"))
    };
    assert!(plan("hz = [350, 440]\nleast_s = 0.6").is_ok());
    for (rest, why) in [
        ("hz = [350, 360]\nleast_s = 1.0", "39 Hz"),
        ("hz = []", "one or two"),
        ("hz = [400]\ncadence = [0.4]", "pairs"),
        ("hz = [400]", "least_s"),
    ] {
        let error = plan(rest).unwrap_err().to_string();
        assert!(error.contains("tone 1") && error.contains(why), "{error}");
    }
}
