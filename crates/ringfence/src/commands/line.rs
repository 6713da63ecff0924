//! `ringfence line`: tones, digits and the held line in a recording.

use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use call::line::recording::Reader;
use call::line::{Direction, Encoding, Event, Format, HeldLine, Kind, Line, Options, Plan, Verdict, report};

use crate::Outcome;
use crate::config::Flags;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The recording: WAV (PCM, floating point, µ-law, A-law, GSM 6.10), or by its ending raw .ul, .al, .gsm, .sln at 8 kHz.
    file: String,
    /// Who rang: the resident was rung (inbound), or rang (outbound).
    #[arg(long, value_enum, default_value = "unknown")]
    direction: Way,
    /// The resident's channel, 0 or 1, where it is known.
    #[arg(long)]
    near: Option<usize>,
}

#[derive(clap::ValueEnum, Clone, Copy)]
enum Way {
    Inbound,
    Outbound,
    Unknown,
}

impl From<Way> for Direction {
    fn from(way: Way) -> Direction {
        match way {
            Way::Inbound => Direction::Inbound,
            Way::Outbound => Direction::Outbound,
            Way::Unknown => Direction::Unknown,
        }
    }
}

/// Bytes read at a time.
const PIECE: usize = 64 * 1024;

pub(crate) fn run(arguments: &Arguments, flags: &Flags) -> anyhow::Result<Outcome> {
    let plan = Arc::new(Plan::builtin());
    let heard = listen(arguments, &plan)?;
    for note in &heard.notes {
        eprintln!("{}: {note}", arguments.file);
    }
    if flags.json {
        let json = report::contract_json(&arguments.file, heard.seconds, heard.channels, &heard.events, &heard.verdict);
        super::print_json(&json)?;
    } else {
        tell(&heard)?;
    }
    Ok(if heard.verdict.held_line == HeldLine::None { Outcome::Done } else { Outcome::Found })
}

/// What was heard in a recording.
struct Heard {
    seconds: f64,
    channels: usize,
    events: Vec<Event>,
    verdict: Verdict,
    notes: Vec<String>,
}

fn listen(arguments: &Arguments, plan: &Arc<Plan>) -> anyhow::Result<Heard> {
    let path = &arguments.file;
    let mut file = std::fs::File::open(path).with_context(|| format!("cannot read {path}"))?;
    let mut piece = vec![0; PIECE];
    let mut reader: Option<Reader> = None;
    let mut line: Option<Line> = None;
    let mut events = Vec::new();
    let mut left_out = 0;
    loop {
        let size = file.read(&mut piece).with_context(|| format!("cannot read {path}"))?;
        if size == 0 {
            break;
        }
        let reader = reader.get_or_insert_with(|| reader_for(path, &piece[..size]));
        let mut hear = |format: &Format, channels: &[Vec<f32>]| {
            let line = line.get_or_insert_with(|| {
                let options = Options {
                    legs: format.channels,
                    rate: format.rate,
                    direction: arguments.direction.into(),
                    near: arguments.near,
                };
                Line::new(plan.clone(), &options)
            });
            for (leg, samples) in channels.iter().enumerate() {
                line.push(leg, samples);
            }
        };
        reader.push(&piece[..size], &mut hear).with_context(|| path.clone())?;
        if let Some(line) = &mut line {
            let (new, lost) = line.take_events();
            left_out += lost;
            if events.len() + new.len() > MOST_EVENTS {
                bail!("{path}: more than {MOST_EVENTS} events: no recording of a call");
            }
            events.extend(new);
        }
    }
    let reader = reader.with_context(|| format!("{path}: is empty"))?;
    let recording = reader.finish().with_context(|| path.clone())?;
    let mut notes = recording.notes;
    let Some(mut line) = line else { bail!("{path}: has no audio in it") };
    if arguments.near.is_some_and(|near| near >= recording.format.channels) {
        bail!("--near: the recording has {} channels, counted from 0", recording.format.channels);
    }
    line.finish();
    let (new, lost) = line.take_events();
    events.extend(new);
    if left_out + lost > 0 {
        notes.push(format!("{} events too many were left out", left_out + lost));
    }
    report::settle(&mut events, &plan.home);
    let seconds = recording.samples as f64 / f64::from(recording.format.rate);
    Ok(Heard { seconds, channels: recording.format.channels, events, verdict: line.verdict().clone(), notes })
}

/// Events kept of one recording.
const MOST_EVENTS: usize = 200_000;

/// By content where it says what it is, by the name's ending where it cannot.
fn reader_for(path: &str, head: &[u8]) -> Reader {
    if head.starts_with(b"RIFF") || head.starts_with(b"RF64") {
        return Reader::wav();
    }
    let ending = Path::new(path).extension().and_then(|ending| ending.to_str()).unwrap_or("").to_lowercase();
    let encoding = match ending.as_str() {
        "ul" | "ulaw" | "mulaw" | "pcmu" => Encoding::Mulaw,
        "al" | "alaw" | "pcma" => Encoding::Alaw,
        "gsm" => Encoding::Gsm,
        "sln" | "slin" => Encoding::S16,
        _ => return Reader::wav(),
    };
    Reader::raw(Format::telephone(encoding))
}

/// The answer for people.
fn tell(heard: &Heard) -> anyhow::Result<()> {
    for event in heard.events.iter().filter(|event| event.kind != Kind::Speech) {
        let what = match (event.digit, &event.country) {
            (Some(digit), _) => format!("digit {digit}"),
            (None, Some(country)) => format!("{} ({country})", event.kind.words()),
            (None, None) => event.kind.words().to_owned(),
        };
        super::print_line(&format!("{:9.2} to {:9.2} s  channel {}  {what}", event.start_s, event.end_s, event.channel))?;
    }
    let strength = match heard.verdict.held_line {
        HeldLine::Strong => "STRONG SIGN of a held line",
        HeldLine::Possible => "possible sign of a held line",
        HeldLine::None => "no sign of a held line",
    };
    super::print_line(&format!("{strength}: {}", heard.verdict.why))?;
    if heard.verdict.held_line != HeldLine::None {
        super::print_line("If this call still goes on: hang up, use another phone, and ring someone you know first.")?;
    }
    Ok(())
}
