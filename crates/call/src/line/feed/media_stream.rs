//! The WebSocket messages of Twilio Media Streams, as its kin (Telnyx, SignalWire) send them too: JSON text, base64 audio.
//!
//! Tracks are named from the platform's side of the leg: who is the resident, and who rang, is told in `start.customParameters`
//! (`resident_track`: `inbound` or `outbound`; `direction`: `inbound` or `outbound`). Digits are decoded from the sound always, since a
//! fork of both tracks carries no `dtmf` messages; where they come as well, each is taken once.

use std::sync::Arc;

use base64::Engine as _;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::super::codec::{FULL_SCALE, alaw, ulaw};
use super::super::{Direction, Event, HeldLine, Line, Options, Plan, Verdict};
use super::{LONGEST_CALL_S, Refusal};

/// The largest message, bytes.
pub const LARGEST_MESSAGE: usize = 64 * 1024;
/// The most audio in a message, bytes of G.711: half a second at 16 kHz.
const LARGEST_PAYLOAD: usize = 8 * 1024;
/// Frames held back while one before them is awaited: 160 ms.
const HELD_BACK: usize = 8;
/// The longest silence that is put in for what did not come, ms.
const LONGEST_GAP_MS: f64 = 30_000.0;
/// A frame so much later than the end of the last follows it, ms: half a frame.
const SLACK_MS: f64 = 10.0;
/// Messages before `start`.
const MOST_BEFORE_START: u32 = 16;

/// What a message led to.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// The call began. The token that `customParameters` gave, if any: check it before more is taken.
    Started {
        /// The token.
        token: Option<String>,
    },
    /// Somebody's words came along.
    Said {
        /// The resident's words, where it is known whose they are.
        resident: bool,
        /// The words.
        text: String,
    },
    /// Sound of a leg, for a recogniser.
    Heard {
        /// The leg.
        leg: usize,
        /// Where it begins, seconds.
        at_s: f64,
        /// 16-bit samples at the feed's rate.
        samples: Vec<i16>,
    },
    /// The sign of a held line grew.
    Sign(Verdict),
    /// The call is over.
    Stopped,
}

#[derive(Deserialize)]
struct Message {
    event: String,
    #[serde(default, alias = "stream_id", rename = "streamSid")]
    stream_sid: Option<String>,
    start: Option<Start>,
    media: Option<Media>,
    dtmf: Option<Dtmf>,
    transcript: Option<Transcript>,
}

#[derive(Deserialize)]
struct Start {
    #[serde(default, alias = "stream_id", rename = "streamSid")]
    stream_sid: Option<String>,
    #[serde(default)]
    tracks: Vec<String>,
    #[serde(default, alias = "custom_parameters", rename = "customParameters")]
    parameters: Map<String, Value>,
    #[serde(alias = "media_format", rename = "mediaFormat")]
    format: Option<MediaFormat>,
}

#[derive(Deserialize)]
struct MediaFormat {
    encoding: String,
    #[serde(alias = "sample_rate", rename = "sampleRate", default = "telephone_rate")]
    rate: u32,
    #[serde(default = "one")]
    channels: u32,
}

fn telephone_rate() -> u32 {
    8000
}

fn one() -> u32 {
    1
}

#[derive(Deserialize)]
struct Media {
    #[serde(default)]
    track: Option<String>,
    #[serde(default)]
    chunk: Option<Counter>,
    #[serde(default)]
    timestamp: Option<Counter>,
    payload: String,
}

/// A counter as a number or as text: both are sent.
#[derive(Deserialize, Clone, Copy)]
#[serde(try_from = "Value")]
struct Counter(u64);

impl TryFrom<Value> for Counter {
    type Error = String;

    fn try_from(value: Value) -> Result<Counter, String> {
        let number = value.as_u64().or_else(|| value.as_str().and_then(|text| text.parse().ok()));
        number.map(Counter).ok_or_else(|| "a counter is a whole number".to_owned())
    }
}

#[derive(Deserialize)]
struct Dtmf {
    #[serde(default)]
    track: Option<String>,
    digit: String,
}

#[derive(Deserialize)]
struct Transcript {
    #[serde(default)]
    track: Option<String>,
    text: String,
    #[serde(default = "yes", rename = "final", alias = "is_final")]
    whole: bool,
}

fn yes() -> bool {
    true
}

/// A track's place in time.
#[derive(Debug, Clone, Default)]
struct Track {
    /// End of what was taken, ms since the stream began.
    next_ms: Option<f64>,
    last_chunk: Option<u64>,
    held: Vec<Frame>,
}

#[derive(Debug, Clone)]
struct Frame {
    chunk: Option<u64>,
    at_ms: f64,
    samples: Vec<i16>,
}

/// One stream.
#[derive(Debug, Clone)]
pub struct MediaStream {
    plan: Arc<Plan>,
    with_sound: bool,
    state: Option<Call>,
    stream_sid: String,
    messages: u32,
    marks: u32,
    over: bool,
}

#[derive(Debug, Clone)]
struct Call {
    line: Line,
    rate: u32,
    decode: fn(u8) -> i16,
    legs: usize,
    near: Option<usize>,
    tracks: [Track; 2],
    /// When the first frame of either track was, ms.
    base_ms: Option<f64>,
    told: HeldLine,
    left_out: u64,
}

impl MediaStream {
    /// A stream that has not begun. `with_sound` if the sound is to be handed on to a recogniser.
    pub fn new(plan: Arc<Plan>, with_sound: bool) -> MediaStream {
        MediaStream { plan, with_sound, state: None, stream_sid: String::new(), messages: 0, marks: 0, over: false }
    }

    /// Whether the call is over.
    pub fn is_over(&self) -> bool {
        self.over
    }

    /// Samples a second, once the call began.
    pub fn rate(&self) -> u32 {
        self.state.as_ref().map_or(8000, |call| call.rate)
    }

    /// Seconds of call that were taken in.
    pub fn seconds(&self) -> f64 {
        self.state.as_ref().map_or(0.0, |call| call.line.seconds())
    }

    /// Takes a message.
    ///
    /// # Errors
    /// Where it cannot be one of a feed: say why and close.
    pub fn take(&mut self, text: &str) -> Result<Vec<Step>, Refusal> {
        if text.len() > LARGEST_MESSAGE {
            return refuse(format!("a message of {} bytes: at most {LARGEST_MESSAGE}", text.len()));
        }
        if self.over {
            return refuse("a message after `stop`");
        }
        let message: Message =
            serde_json::from_str(text).map_err(|error| Refusal(format!("no message of a media stream: {error}")))?;
        let mut steps = Vec::new();
        match message.event.as_str() {
            "start" => self.start(message, &mut steps)?,
            "media" => self.media(message.media, &mut steps)?,
            "dtmf" => self.dtmf(message.dtmf)?,
            "transcript" => self.said(message.transcript, &mut steps)?,
            "stop" => self.stop(&mut steps),
            "connected" | "mark" => self.count()?,
            other => return refuse(format!("the event '{}' is not known", other.chars().take(40).collect::<String>())),
        }
        self.sign(&mut steps);
        Ok(steps)
    }

    /// The other side is gone without a `stop`.
    pub fn finish(&mut self) -> Vec<Step> {
        let mut steps = Vec::new();
        if !self.over {
            self.stop(&mut steps);
            self.sign(&mut steps);
        }
        steps
    }

    /// What the talk told: the caller said to check by ringing on this line.
    pub fn false_verification(&mut self) -> Vec<Step> {
        let mut steps = Vec::new();
        if let Some(call) = &mut self.state {
            call.line.false_verification();
        }
        self.sign(&mut steps);
        steps
    }

    /// Whether a leg is the resident's, where that is known.
    pub fn is_resident(&self, leg: usize) -> bool {
        self.state.as_ref().is_some_and(|call| call.legs == 2 && call.near == Some(leg))
    }

    /// What holds of the line now.
    pub fn verdict(&self) -> Option<&Verdict> {
        self.state.as_ref().map(|call| call.line.verdict())
    }

    /// Tones and digits since they were last taken.
    pub fn take_events(&mut self) -> Vec<Event> {
        self.state.as_mut().map_or_else(Vec::new, |call| call.line.take_events().0)
    }

    /// The alarm as messages back: what is told, and a `mark` that the platform returns when it has come to it.
    pub fn alarm(&mut self, alarm: &Value) -> [Value; 2] {
        self.marks += 1;
        let name = format!("ringfence-alarm-{}", self.marks);
        [
            json!({ "event": "alarm", "streamSid": self.stream_sid, "alarm": alarm }),
            json!({ "event": "mark", "streamSid": self.stream_sid, "mark": { "name": name } }),
        ]
    }

    fn count(&mut self) -> Result<(), Refusal> {
        self.messages += 1;
        if self.state.is_none() && self.messages > MOST_BEFORE_START { refuse("no `start` has come") } else { Ok(()) }
    }

    fn start(&mut self, message: Message, steps: &mut Vec<Step>) -> Result<(), Refusal> {
        if self.state.is_some() {
            return refuse("a second `start`");
        }
        let Some(start) = message.start else { return refuse("`start` has no `start`") };
        let format = start.format.unwrap_or(MediaFormat { encoding: "audio/x-mulaw".to_owned(), rate: 8000, channels: 1 });
        let decode = match format.encoding.to_lowercase().as_str() {
            "audio/x-mulaw" | "mulaw" | "pcmu" => ulaw::decode as fn(u8) -> i16,
            "audio/x-alaw" | "alaw" | "pcma" => alaw::decode as fn(u8) -> i16,
            other => {
                return refuse(format!(
                    "encoding '{}': audio/x-mulaw and audio/x-alaw are taken",
                    other.chars().take(40).collect::<String>()
                ));
            }
        };
        if format.channels != 1 || !(8000..=48_000).contains(&format.rate) {
            return refuse(format!("{} channels at {} Hz: one a track at 8,000 to 48,000 Hz", format.channels, format.rate));
        }
        let parameter = |name: &str| start.parameters.get(name).and_then(Value::as_str);
        let direction = match parameter("direction") {
            Some("inbound") => Direction::Inbound,
            Some("outbound") => Direction::Outbound,
            None | Some("unknown") => Direction::Unknown,
            Some(_) => return refuse("customParameters.direction is inbound, outbound or unknown"),
        };
        let legs = if start.tracks.len() == 1 { 1 } else { 2 };
        let near = match parameter("resident_track") {
            Some("inbound") => Some(0),
            Some("outbound") => Some(legs - 1),
            None => None,
            Some(_) => return refuse("customParameters.resident_track is inbound or outbound"),
        };
        let line = Line::new(self.plan.clone(), &Options { legs, rate: format.rate, direction, near });
        self.stream_sid = start.stream_sid.or(message.stream_sid).unwrap_or_default().chars().take(80).collect();
        self.state = Some(Call {
            line,
            rate: format.rate,
            decode,
            legs,
            near,
            tracks: [Track::default(), Track::default()],
            base_ms: None,
            told: HeldLine::None,
            left_out: 0,
        });
        steps.push(Step::Started { token: parameter("token").map(str::to_owned) });
        Ok(())
    }

    fn media(&mut self, media: Option<Media>, steps: &mut Vec<Step>) -> Result<(), Refusal> {
        let with_sound = self.with_sound;
        let Some(call) = &mut self.state else { return refuse("`media` before `start`") };
        let Some(media) = media else { return refuse("`media` has no `media`") };
        let leg = call.leg(media.track.as_deref())?;
        if media.payload.len() > LARGEST_PAYLOAD.div_ceil(3) * 4 {
            return refuse(format!("{} bytes of payload in one frame", media.payload.len()));
        }
        let engine = base64::engine::general_purpose::STANDARD;
        let bytes = engine.decode(&media.payload).map_err(|_| Refusal("a payload that is not base64".to_owned()))?;
        let samples: Vec<i16> = bytes.iter().map(|byte| (call.decode)(*byte)).collect();
        let long_ms = samples.len() as f64 * 1000.0 / f64::from(call.rate);
        let expected = call.tracks[leg].next_ms;
        let at_ms = match (media.timestamp, expected) {
            (Some(Counter(at)), _) => at as f64,
            (None, Some(next)) => next,
            (None, None) => call.base_ms.unwrap_or(0.0),
        };
        let base = *call.base_ms.get_or_insert(at_ms);
        let chunk = media.chunk.map(|chunk| chunk.0);
        let track = &mut call.tracks[leg];
        let next = *track.next_ms.get_or_insert(base);
        // Late, or come twice.
        let again = chunk.is_some_and(|chunk| track.last_chunk.is_some_and(|last| chunk <= last));
        if again || at_ms + long_ms / 2.0 < next {
            call.left_out += 1;
            return Ok(());
        }
        let place = track.held.partition_point(|held| held.at_ms <= at_ms);
        track.held.insert(place, Frame { chunk, at_ms, samples });
        call.release(leg, false, with_sound, steps)?;
        if call.line.seconds() > LONGEST_CALL_S {
            return refuse("the call is longer than four hours");
        }
        Ok(())
    }

    fn dtmf(&mut self, dtmf: Option<Dtmf>) -> Result<(), Refusal> {
        let Some(call) = &mut self.state else { return refuse("`dtmf` before `start`") };
        let Some(dtmf) = dtmf else { return refuse("`dtmf` has no `dtmf`") };
        let leg = call.leg(dtmf.track.as_deref())?;
        let mut symbols = dtmf.digit.chars();
        let (Some(symbol), None) = (symbols.next(), symbols.next()) else { return refuse("`dtmf.digit` is one digit") };
        if !"0123456789*#ABCD".contains(symbol) {
            return refuse("`dtmf.digit` is 0 to 9, *, #, A to D");
        }
        let at = call.line.leg_seconds(leg).max(call.line.seconds() - 1.0);
        call.line.keyed(leg, symbol, at);
        Ok(())
    }

    fn said(&mut self, transcript: Option<Transcript>, steps: &mut Vec<Step>) -> Result<(), Refusal> {
        let Some(call) = &self.state else { return refuse("`transcript` before `start`") };
        let Some(transcript) = transcript else { return refuse("`transcript` has no `transcript`") };
        let leg = call.leg(transcript.track.as_deref())?;
        if transcript.whole {
            steps.push(Step::Said { resident: call.near == Some(leg) && call.legs == 2, text: transcript.text });
        }
        Ok(())
    }

    fn stop(&mut self, steps: &mut Vec<Step>) {
        self.over = true;
        if let Some(call) = &mut self.state {
            for leg in 0..call.legs {
                // A gap that is too long at the end changes nothing.
                let _ = call.release(leg, true, self.with_sound, steps);
            }
            call.line.finish();
        }
        steps.push(Step::Stopped);
    }

    fn sign(&mut self, steps: &mut Vec<Step>) {
        if let Some(call) = &mut self.state
            && call.line.verdict().held_line > call.told
        {
            call.told = call.line.verdict().held_line;
            steps.push(Step::Sign(call.line.verdict().clone()));
        }
    }
}

impl Call {
    fn leg(&self, track: Option<&str>) -> Result<usize, Refusal> {
        match track {
            None | Some("inbound" | "inbound_track") => Ok(0),
            Some("outbound" | "outbound_track") => Ok(self.legs - 1),
            Some(_) => refuse("a track is inbound or outbound"),
        }
    }

    /// Hands on the frames whose turn it is; where too many wait for one that does not come, silence takes its place.
    fn release(&mut self, leg: usize, all: bool, with_sound: bool, steps: &mut Vec<Step>) -> Result<(), Refusal> {
        loop {
            let track = &mut self.tracks[leg];
            let (Some(first), Some(next)) = (track.held.first(), track.next_ms) else { return Ok(()) };
            let gap = first.at_ms - next;
            if gap > LONGEST_GAP_MS {
                return refuse(format!("a gap of {:.0} s in a track", gap / 1000.0));
            }
            if gap > SLACK_MS {
                if track.held.len() <= HELD_BACK && !all && track.last_chunk.is_some() {
                    return Ok(());
                }
                let silence = vec![0.0; (gap * f64::from(self.rate) / 1000.0) as usize];
                track.next_ms = Some(first.at_ms);
                self.line.push(leg, &silence);
                continue;
            }
            let frame = track.held.remove(0);
            track.next_ms = Some(next.max(frame.at_ms) + frame.samples.len() as f64 * 1000.0 / f64::from(self.rate));
            track.last_chunk = frame.chunk.or(Some(0));
            let at_s = self.line.leg_seconds(leg);
            let samples: Vec<f32> = frame.samples.iter().map(|sample| f32::from(*sample) * FULL_SCALE).collect();
            self.line.push(leg, &samples);
            if with_sound {
                steps.push(Step::Heard { leg, at_s, samples: frame.samples });
            }
        }
    }
}

fn refuse<T>(why: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal(why.into()))
}
