//! Live calls at their own pace through the code of the media feed: `cargo run --release -p call --example feed_replay -- [CALLS] [SECONDS]
//! [THREADS]`. Each call sends what a platform sends, a JSON message of 20 ms for each of its two tracks every 20 ms, words now and then,
//! and a `dtmf` message for each digit; its place in the 20 ms and in the script is its own. The lag of a message is from when it was due to
//! when all that it led to was known: parsing, base64, µ-law, tones, digits, the held-line rule, stages and alarm. Sockets are not in it.

#![allow(clippy::print_stdout, reason = "its figures go to standard output")]
#![allow(clippy::disallowed_methods, reason = "it measures time")]

#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../tests/it/line/calls.rs"]
mod calls;
#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../tests/it/line/studio.rs"]
mod studio;

use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine as _;
use call::line::codec::ulaw;
use call::line::feed::media_stream::{MediaStream, Step};
use call::line::{Direction, HeldLine, Plan};
use call::{Buffers, Check, Checker};
use serde_json::json;
use studio::linear;

/// A call as messages: those of each 20 ms.
struct Script {
    start: String,
    ticks: Vec<Vec<String>>,
    /// When the third digit ended, seconds.
    third: f64,
}

/// What a thread measured.
#[derive(Default)]
struct Measured {
    /// Lags of messages, ms.
    lags: Vec<f32>,
    calls: usize,
    strong: usize,
    alarms: usize,
    /// From the end of the third digit to the strong sign, seconds of the call's own time and lag.
    signs: Vec<f64>,
    busy: Duration,
}

const TICK: Duration = Duration::from_millis(20);
const WORDS: [&str; 5] = [
    "Good morning, am I speaking to the account holder?",
    "This is Detective Constable Hale, we have arrested a man with your bank card.",
    "You can ring 999 on this phone to check who I am, I will hold on.",
    "You must help us with a secret operation and tell no one, not even your family.",
    "Withdraw five thousand pounds in cash and a courier will collect it.",
];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize, otherwise: usize| arguments.get(at).and_then(|n| n.parse().ok()).unwrap_or(otherwise);
    let (calls, seconds, threads) = (number(0, 200), number(1, 60), number(2, 2).max(1));
    let scripts: Arc<Vec<Script>> = Arc::new((0..12).map(|seed| script(4_000_000 + seed)).collect());
    let checker = Arc::new(Checker::builtin());
    let plan = Arc::new(Plan::builtin());
    let begin = Instant::now() + Duration::from_millis(200);
    let handles: Vec<_> = (0..threads)
        .map(|thread| {
            let (scripts, checker, plan) = (scripts.clone(), checker.clone(), plan.clone());
            let mine: Vec<usize> = (thread..calls).step_by(threads).collect();
            std::thread::spawn(move || replay(&scripts, &checker, &plan, &mine, calls, begin, seconds))
        })
        .collect();
    let mut all = Measured::default();
    for handle in handles {
        let one = handle.join().expect("a thread that ends");
        all.lags.extend(one.lags);
        all.signs.extend(one.signs);
        all.calls += one.calls;
        all.strong += one.strong;
        all.alarms += one.alarms;
        all.busy += one.busy;
    }
    all.lags.sort_by(f32::total_cmp);
    all.signs.sort_by(f64::total_cmp);
    let at = |share: f64| all.lags[((all.lags.len() - 1) as f64 * share) as usize];
    println!(
        "{calls} calls at pace on {threads} threads for {seconds} s: {} messages, lag p50 {:.2} ms, p99 {:.2} ms, p99.9 {:.2} ms, most {:.1} ms",
        all.lags.len(),
        at(0.5),
        at(0.99),
        at(0.999),
        at(1.0)
    );
    println!(
        "{} calls ended, {} with a strong sign, {} with the talk's alarm; work {:.1} s of {} thread seconds",
        all.calls,
        all.strong,
        all.alarms,
        all.busy.as_secs_f64(),
        threads * seconds
    );
    if let (Some(middle), Some(most)) = (all.signs.get(all.signs.len() / 2), all.signs.last()) {
        println!("strong sign after the end of the third digit: median {middle:.2} s, most {most:.2} s");
    }
}

/// A held call as a platform would send it.
fn script(seed: u64) -> Script {
    let call = calls::held(seed, (15.0, 30.0), &[]);
    let tracks = if call.near == 0 { ["inbound", "outbound"] } else { ["outbound", "inbound"] };
    let direction = if call.direction == Direction::Inbound { "inbound" } else { "unknown" };
    let start = json!({ "event": "start", "sequenceNumber": "1", "streamSid": "MZ1", "start": { "streamSid": "MZ1",
        "tracks": ["inbound", "outbound"], "customParameters": { "direction": direction, "resident_track": "inbound" },
        "mediaFormat": { "encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1 } } })
    .to_string();
    let engine = base64::engine::general_purpose::STANDARD;
    let count = call.legs[0].len() / 160;
    let mut ticks: Vec<Vec<String>> = (0..count)
        .map(|tick| {
            (0..2)
                .map(|leg| {
                    let bytes: Vec<u8> = call.legs[leg][tick * 160..][..160].iter().map(|x| ulaw::encode(linear(*x))).collect();
                    json!({ "event": "media", "sequenceNumber": (2 * tick + leg + 2).to_string(), "streamSid": "MZ1", "media": {
                        "track": tracks[leg], "chunk": (tick + 1).to_string(), "timestamp": (tick * 20).to_string(),
                        "payload": engine.encode(bytes) } })
                    .to_string()
                })
                .collect()
        })
        .collect();
    for (place, text) in WORDS.iter().enumerate() {
        ticks[count * (place + 1) / 8]
            .push(json!({ "event": "transcript", "transcript": { "track": "outbound", "text": text } }).to_string());
    }
    let third = call.digits[2].2 + 0.1;
    Script { start, ticks, third }
}

/// One call that is being sent.
struct Sending {
    script: usize,
    tick: usize,
    stream: MediaStream,
    check: Check,
    strong: bool,
}

fn replay(
    scripts: &[Script],
    checker: &Checker,
    plan: &Arc<Plan>,
    mine: &[usize],
    calls: usize,
    begin: Instant,
    seconds: usize,
) -> Measured {
    let mut measured = Measured::default();
    let mut buffers = Buffers::default();
    let fresh = |script: usize| {
        let mut stream = MediaStream::new(plan.clone(), false);
        stream.take(&scripts[script].start).expect("a start");
        Sending { script, tick: 0, stream, check: Check::default(), strong: false }
    };
    let mut sending: Vec<Sending> = mine
        .iter()
        .map(|call| {
            let mut one = fresh(call % scripts.len());
            // Not all at the same place of their call.
            let ahead = (call * 37) % scripts[one.script].ticks.len();
            for messages in &scripts[one.script].ticks[..ahead] {
                for message in messages {
                    one.stream.take(message).expect("a message");
                }
            }
            one.tick = ahead;
            one.strong = one.stream.verdict().is_some_and(|verdict| verdict.held_line == HeldLine::Strong);
            one
        })
        .collect();
    // All threads have prepared by then.
    let begin = begin.max(Instant::now()) + Duration::from_secs(4);
    let rounds = (Duration::from_secs(seconds as u64).as_millis() / TICK.as_millis()) as u32;
    for round in 0..rounds {
        for (place, call) in mine.iter().enumerate() {
            let due = begin + TICK * round + TICK * (*call as u32) / (calls as u32);
            if let Some(wait) = due.checked_duration_since(Instant::now()) {
                std::thread::sleep(wait);
            }
            let one = &mut sending[place];
            let script = &scripts[one.script];
            for message in &script.ticks[one.tick] {
                let began = Instant::now();
                let steps = one.stream.take(message).expect("a message");
                for step in steps {
                    match step {
                        Step::Said { resident, text } => checker.turn_in(&mut buffers, &mut one.check, resident, &text),
                        Step::Sign(verdict) if verdict.held_line == HeldLine::Strong && !one.strong => {
                            one.strong = true;
                            let lag = Instant::now().saturating_duration_since(due).as_secs_f64();
                            measured.signs.push(one.stream.seconds() - script.third + lag);
                        }
                        _ => {}
                    }
                }
                drop(one.stream.take_events());
                let now = Instant::now();
                measured.busy += now - began;
                measured.lags.push(now.saturating_duration_since(due).as_secs_f32() * 1e3);
            }
            one.tick += 1;
            if one.tick == script.ticks.len() {
                one.stream.finish();
                measured.calls += 1;
                measured.strong += usize::from(one.strong);
                measured.alarms += usize::from(one.check.alarm());
                *one = fresh((one.script + 1) % scripts.len());
            }
        }
    }
    measured
}
