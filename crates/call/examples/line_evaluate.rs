//! The large evaluation of the line's detectors: `cargo run --release -p call --example line_evaluate -- held|honest|digits|real|speed …`.
//! `docs/line.md` says what it measures. GSM goes through `sox`, whose coder is not ours.

#![allow(clippy::print_stdout, reason = "its figures go to standard output")]

#[path = "../tests/it/line/calls.rs"]
mod calls;
#[path = "../tests/it/line/ear.rs"]
mod ear;
#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../tests/it/line/studio.rs"]
mod studio;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use call::line::recording::Reader;
use call::line::{Direction, Event, HeldLine, Kind};
use calls::{Call, HONEST, digits, held, honest};
use ear::listen;
use studio::{Dice, Keys, Noise, a_law, key, linear, mulaw, noise, samples};

const SOUNDS: &str = "/usr/share/asterisk/sounds/en_US_f_Allison";
const MUSIC: &str = "/usr/share/asterisk/moh";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let text = |index: usize, default: &str| arguments.get(index).cloned().unwrap_or_else(|| default.to_owned());
    let count = |index: usize, default: usize| arguments.get(index).and_then(|n| n.parse().ok()).unwrap_or(default);
    let part = text(0, "all");
    let codec = text(1, "mulaw");
    let n = count(2, 300);
    let first = count(3, 1) as u64;
    let low: f64 = text(4, "10").parse().expect("a number of dB");
    let high: f64 = text(5, "30").parse().expect("a number of dB");
    match part.as_str() {
        "held" => held_lines(&codec, n, first, (low, high)),
        "honest" => honest_calls(&codec, n, first, (low, high)),
        "digits" => keyed(&codec, n, first, (low, high)),
        "real" => real(),
        "speed" => speed(),
        "write" => write(&codec, n, first, (low, high), Path::new(&text(6, "."))),
        _ => {
            eprintln!("held|honest|digits CODEC N FIRST_SEED LOW_SNR HIGH_SNR; real; speed; write CODEC N FIRST LOW HIGH FOLDER");
        }
    }
}

/// Every WAV or GSM recording of a folder, at 8 kHz.
fn recordings(folder: &str, extension: &str) -> Vec<Vec<f32>> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        eprintln!("{folder} is missing: apt-get install asterisk-core-sounds-en-wav asterisk-moh-opsound-gsm");
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> =
        entries.flatten().map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|e| e == extension)).collect();
    paths.sort();
    paths.iter().map(|path| samples_of(path)).collect()
}

fn samples_of(path: &Path) -> Vec<f32> {
    let bytes = std::fs::read(path).expect("readable");
    let mut reader = if path.extension().is_some_and(|e| e == "gsm") {
        Reader::raw(call::line::Format::telephone(call::line::Encoding::Gsm))
    } else {
        Reader::wav()
    };
    let mut out = Vec::new();
    reader.push(&bytes, &mut |_, channels| out.extend_from_slice(&channels[0])).expect("a recording");
    out
}

/// What a codec leaves of a leg.
fn through(codec: &str, leg: &[f32], name: &str) -> Vec<f32> {
    match codec {
        "pcm" => leg.to_vec(),
        "mulaw" => mulaw(leg),
        "alaw" => a_law(leg),
        "gsm" => {
            let folder = std::env::temp_dir();
            let raw = folder.join(format!("ringfence-{}-{name}.sw", std::process::id()));
            let gsm = raw.with_extension("gsm");
            let bytes: Vec<u8> = leg.iter().flat_map(|x| linear(*x).to_le_bytes()).collect();
            std::fs::write(&raw, bytes).expect("writable");
            let done = Command::new("sox")
                .args(["-t", "raw", "-r", "8000", "-e", "signed", "-b", "16", "-c", "1"])
                .arg(&raw)
                .arg(&gsm)
                .status();
            assert!(done.expect("sox is installed").success());
            let out = samples_of(&gsm);
            let _ = (std::fs::remove_file(&raw), std::fs::remove_file(&gsm));
            out
        }
        other => panic!("no codec {other}"),
    }
}

/// The exact (Clopper-Pearson) lower 95 % bound of k in n, one-sided at 2.5 %, by bisection.
fn lower(k: usize, n: usize) -> f64 {
    if k == 0 {
        return 0.0;
    }
    let tail = |p: f64| {
        // P(X >= k) for X ~ Bin(n, p)
        let mut log = 0.0;
        let mut sum = 0.0;
        for i in 0..=n {
            if i > 0 {
                log += ((n - i + 1) as f64 / i as f64).ln();
            }
            if i >= k {
                sum += (log + i as f64 * p.ln() + (n - i) as f64 * (1.0 - p).ln()).exp();
            }
        }
        sum
    };
    let (mut low, mut high) = (1e-9, 1.0 - 1e-9);
    for _ in 0..60 {
        let middle = (low + high) / 2.0;
        if tail(middle) < 0.025 { low = middle } else { high = middle }
    }
    low
}

fn coded(call: &Call, codec: &str, seed: u64) -> Vec<Vec<f32>> {
    call.legs.iter().enumerate().map(|(leg, sound)| through(codec, sound, &format!("{seed}-{leg}"))).collect()
}

fn held_lines(codec: &str, n: usize, first: u64, snr: (f64, f64)) {
    let prompts = recordings(SOUNDS, "wav");
    let (mut strong, mut possible, mut right, mut keyed, mut extra) = (0, 0, 0, 0, 0);
    for seed in first..first + n as u64 {
        let call = held(seed, snr, &prompts);
        let legs = coded(&call, codec, seed);
        let (events, verdict) = listen(&legs, call.direction, None);
        strong += usize::from(verdict.held_line == HeldLine::Strong);
        possible += usize::from(verdict.held_line == HeldLine::Possible);
        let (hits, false_ones) = matched(&call, &events);
        right += hits;
        keyed += call.digits.len();
        extra += false_ones;
        if verdict.held_line != HeldLine::Strong || hits != call.digits.len() || false_ones > 0 {
            let truth: String = call.digits.iter().map(|digit| digit.1).collect();
            let got = ear::digits(&events);
            println!(
                "seed {seed} snr {:.1} {:?} near {} {:?}: {:?} {truth} -> {got}: {}",
                call.snr, call.noise, call.near, call.direction, verdict.held_line, verdict.why
            );
        }
    }
    println!(
        "held {codec} snr {snr:?}: {strong}/{n} strong (95 % bound >= {:.4}), {possible} possible; digits {right}/{keyed}, {extra} false",
        lower(strong, n)
    );
}

/// Digits found where they were keyed, and others.
fn matched(call: &Call, events: &[Event]) -> (usize, usize) {
    let mut left: Vec<&Event> = events.iter().filter(|event| event.kind == Kind::Dtmf).collect();
    let mut hits = 0;
    for (leg, symbol, at) in &call.digits {
        let fits = |event: &&Event| event.channel == *leg && event.digit == Some(*symbol) && (event.start_s - at).abs() < 0.06;
        if let Some(place) = left.iter().position(fits) {
            left.remove(place);
            hits += 1;
        }
    }
    (hits, left.len())
}

fn honest_calls(codec: &str, n: usize, first: u64, snr: (f64, f64)) {
    let (prompts, tunes) = (recordings(SOUNDS, "wav"), recordings(MUSIC, "gsm"));
    let mut table: BTreeMap<(&str, HeldLine), usize> = BTreeMap::new();
    let (mut right, mut keyed, mut extra) = (0, 0, 0);
    for index in 0..n {
        let seed = first + index as u64;
        let call = honest(HONEST[index % HONEST.len()], seed, snr, &prompts, &tunes);
        let legs = coded(&call, codec, seed);
        let (events, verdict) = listen(&legs, call.direction, None);
        *table.entry((call.kind, verdict.held_line)).or_default() += 1;
        if call.legs.len() == 2 && call.kind != "mono" {
            let (hits, false_ones) = matched(&call, &events);
            right += hits;
            keyed += call.digits.len();
            extra += false_ones;
            if hits != call.digits.len() || false_ones > 0 {
                let truth: String = call.digits.iter().map(|digit| digit.1).collect();
                let got = ear::digits(&events);
                println!("seed {seed} {} snr {:.1} {:?} near {}: {truth} -> {got}", call.kind, call.snr, call.noise, call.near);
            }
        }
        if verdict.held_line == HeldLine::Strong {
            println!("seed {seed} {} snr {:.1} {:?}: {}", call.kind, call.snr, call.direction, verdict.why);
        }
        let tone = events.iter().filter(|event| event.kind == Kind::DialTone && event.shared_with_home);
        if matches!(call.kind, "menu" | "foreign" | "music") && tone.clone().count() > 0 {
            println!(
                "seed {seed} {} snr {:.1}: false dial tone {:?}",
                call.kind,
                call.snr,
                tone.map(|e| (e.start_s, e.end_s)).collect::<Vec<_>>()
            );
        }
    }
    let strong: usize = table.iter().filter(|((_, held), _)| *held == HeldLine::Strong).map(|(_, n)| n).sum();
    println!(
        "honest {codec} snr {snr:?}: {strong}/{n} strong (95 % bound <= {:.5}); digits {right}/{keyed}, {extra} false; {table:?}",
        1.0 - lower(n - strong, n)
    );
}

/// Strings of digits alone, on one leg.
fn keyed(codec: &str, n: usize, first: u64, snr: (f64, f64)) {
    let (mut right, mut total, mut extra) = (0, 0, 0);
    for seed in first..first + n as u64 {
        let (leg, truth, call_snr) = string(seed, snr);
        let leg = through(codec, &leg, &seed.to_string());
        let (events, _) = listen(std::slice::from_ref(&leg), Direction::Unknown, None);
        let got = ear::digits(&events);
        total += 1;
        right += usize::from(got == truth);
        extra += got.len().saturating_sub(truth.len());
        if got != truth {
            println!("seed {seed} snr {call_snr:.1}: {truth} -> {got}");
        }
    }
    println!(
        "digits {codec} snr {snr:?}: {right}/{total} strings right (95 % bound >= {:.4}), {extra} digits too many",
        lower(right, total)
    );
}

fn string(seed: u64, snr: (f64, f64)) -> (Vec<f32>, String, f64) {
    let dice = &mut Dice::new(seed ^ 0x7777);
    let long = 3 + dice.below(14);
    let mut text = digits(dice, long);
    if dice.one_in(3) {
        text.push(*dice.pick(&['*', '#', 'A', 'B', 'C', 'D']));
    }
    let keys = Keys::any(dice);
    let mut leg = Vec::new();
    key(&mut leg, &text, 1.0, &keys, dice);
    leg.resize(leg.len() + samples(1.0), 0.0);
    let key_db = 10.0 * (10f64.powf(keys.low_db / 10.0) + 10f64.powf(keys.high_db / 10.0)).log10();
    let snr = dice.between(snr.0, snr.1);
    let hush = noise(dice, Noise::White, leg.len() as f64 / 8000.0, key_db - snr);
    leg.iter_mut().zip(&hush).for_each(|(to, from)| *to += from);
    (leg, text, snr)
}

/// Writes the strings of `digits` as WAV files, for another decoder; the truth goes to standard output.
fn write(codec: &str, n: usize, first: u64, snr: (f64, f64), folder: &Path) {
    for seed in first..first + n as u64 {
        let (leg, truth, _) = string(seed, snr);
        let leg = through(codec, &leg, &seed.to_string());
        let path = folder.join(format!("{codec}-{seed}.wav"));
        std::fs::write(&path, wav(&[leg])).expect("writable");
        println!("{} {truth}", path.display());
    }
}

fn wav(legs: &[Vec<f32>]) -> Vec<u8> {
    let data: Vec<u8> = (0..legs[0].len()).flat_map(|i| legs.iter().flat_map(move |leg| linear(leg[i]).to_le_bytes())).collect();
    let channels = legs.len() as u32;
    let mut out = b"RIFF".to_vec();
    out.extend((36 + data.len() as u32).to_le_bytes());
    out.extend(b"WAVEfmt \x10\0\0\0\x01\0");
    out.extend((channels as u16).to_le_bytes());
    out.extend(8000u32.to_le_bytes());
    out.extend((8000 * 2 * channels).to_le_bytes());
    out.extend((2 * channels as u16).to_le_bytes());
    out.extend(b"\x10\0data");
    out.extend((data.len() as u32).to_le_bytes());
    out.extend(data);
    out
}

/// Real recordings: what is found in them that is not there.
fn real() {
    let dice = &mut Dice::new(77);
    let voices = (0..60).map(|_| studio::voice(dice, 60.0, -20.0)).collect();
    let tunes = (0..60).map(|_| studio::music(dice, 60.0, -20.0)).collect();
    let (prompts, held) = (recordings(SOUNDS, "wav"), recordings(MUSIC, "gsm"));
    for (name, sounds) in [("prompts", prompts), ("music on hold", held), ("made voices", voices), ("made tunes", tunes)] {
        let (mut seconds, mut found) = (0.0, BTreeMap::<String, usize>::new());
        for sound in &sounds {
            seconds += sound.len() as f64 / 8000.0;
            let (events, _) = listen(std::slice::from_ref(sound), Direction::Unknown, None);
            for event in events.iter().filter(|event| event.kind != Kind::Speech) {
                *found.entry(format!("{:?}", event.kind)).or_default() += 1;
                println!("{name}: {event:?}");
            }
        }
        println!("{name}: {} recordings, {:.1} min, found {found:?}", sounds.len(), seconds / 60.0);
    }
}

fn speed() {
    let call = held(4, (15.0, 15.0), &[]);
    let rounds = 40;
    let started = Instant::now();
    let mut seconds = 0.0;
    for _ in 0..rounds {
        let (_, verdict) = listen(&call.legs, call.direction, None);
        assert_eq!(verdict.held_line, HeldLine::Strong);
        seconds += call.legs[0].len() as f64 / 8000.0;
    }
    let spent = started.elapsed().as_secs_f64();
    println!("{:.0} s of a two-leg call in {spent:.2} s: {:.0} times real time", seconds, seconds / spent);
}
