//! Live feeds, message by message.

use std::sync::Arc;

use base64::Engine as _;
use call::line::codec::ulaw;
use call::line::feed::audiosocket::{Frame, Frames, written};
use call::line::feed::media_stream::{MediaStream, Step};
use call::line::feed::recogniser::{sound_line, words_of};
use call::line::{HeldLine, Plan};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::calls::held;
use super::studio::linear;

fn start(parameters: &Value) -> String {
    json!({ "event": "start", "sequenceNumber": "1", "streamSid": "MZ1", "start": { "streamSid": "MZ1", "accountSid": "AC1", "callSid": "CA1",
        "tracks": ["inbound", "outbound"], "customParameters": parameters,
        "mediaFormat": { "encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1 } } })
    .to_string()
}

/// A call as its messages: 20 ms frames of both tracks, counters as text.
fn messages(legs: &[Vec<f32>]) -> Vec<String> {
    let mut out = Vec::new();
    let frames = legs[0].len() / 160;
    for index in 0..frames {
        for (leg, track) in legs.iter().zip(["inbound", "outbound"]) {
            let bytes: Vec<u8> = leg[index * 160..][..160].iter().map(|x| ulaw::encode(linear(*x))).collect();
            let payload = base64::engine::general_purpose::STANDARD.encode(bytes);
            out.push(
                json!({ "event": "media", "sequenceNumber": (2 * index).to_string(), "streamSid": "MZ1",
                    "media": { "track": track, "chunk": (index + 1).to_string(), "timestamp": (index * 20 + 5).to_string(), "payload": payload } })
                .to_string(),
            );
        }
    }
    out
}

fn stream() -> MediaStream {
    MediaStream::new(Arc::new(Plan::builtin()), false)
}

fn play(stream: &mut MediaStream, messages: &[String]) -> Vec<Step> {
    messages.iter().flat_map(|message| stream.take(message).unwrap()).collect()
}

fn strongest(steps: &[Step]) -> HeldLine {
    steps
        .iter()
        .filter_map(|step| if let Step::Sign(verdict) = step { Some(verdict.held_line) } else { None })
        .max()
        .unwrap_or_default()
}

#[test]
fn a_held_call_is_told_while_it_happens_even_out_of_order_and_with_losses() {
    let call = held(2, (15.0, 20.0), &[]);
    let track = if call.near == 0 { "inbound" } else { "outbound" };
    let mut whole = messages(&call.legs);
    for disorder in 0..3 {
        let mut stream = stream();
        stream.take(r#"{"event":"connected","protocol":"Call","version":"1.0.0"}"#).unwrap();
        let begun = stream.take(&start(&json!({ "direction": "inbound", "resident_track": track, "token": "t" }))).unwrap();
        assert_eq!(begun, [Step::Started { token: Some("t".into()) }]);
        match disorder {
            1 => whole.chunks_exact_mut(6).for_each(|six| six.rotate_left(2)),
            2 => whole.retain({
                let mut count = 0;
                move |_| {
                    count += 1;
                    count % 101 != 0
                }
            }),
            _ => {}
        }
        let steps = play(&mut stream, &whole);
        assert_eq!(strongest(&steps), HeldLine::Strong, "disorder {disorder}");
        assert_eq!(
            stream.take(r#"{"event":"stop","sequenceNumber":"9","streamSid":"MZ1","stop":{}}"#).unwrap().last(),
            Some(&Step::Stopped)
        );
        let long = call.legs[0].len() as f64 / 8000.0;
        assert!((stream.seconds() - long).abs() < 0.2, "{} of {long}", stream.seconds());
        let [alarm, mark] = stream.alarm(&json!({ "level": "alarm" }));
        assert_eq!((&alarm["event"], &alarm["streamSid"], &mark["event"]), (&json!("alarm"), &json!("MZ1"), &json!("mark")));
        whole = messages(&call.legs);
    }
}

#[test]
fn digits_as_events_and_as_sound_are_one() {
    let call = held(4, (15.0, 20.0), &[]);
    let mut stream = stream();
    stream.take(&start(&json!({ "direction": "inbound" }))).unwrap();
    let track = if call.near == 0 { "inbound_track" } else { "outbound_track" };
    let mut due = call.digits.clone();
    for (index, message) in messages(&call.legs).iter().enumerate() {
        stream.take(message).unwrap();
        // The platform tells a digit when it is over.
        if due.first().is_some_and(|digit| index as f64 * 0.01 > digit.2 + 0.25) {
            let symbol = due.remove(0).1.to_string();
            stream.take(&json!({ "event": "dtmf", "streamSid": "MZ1", "sequenceNumber": "5", "dtmf": { "track": track, "digit": symbol } }).to_string()).unwrap();
        }
    }
    stream.finish();
    let found: String = stream.take_events().iter().filter_map(|event| event.digit).collect();
    assert_eq!(found, call.digits.iter().map(|digit| digit.1).collect::<String>());
}

#[test]
fn a_transcript_is_handed_on_with_its_speaker() {
    let mut stream = stream();
    stream.take(&start(&json!({ "resident_track": "outbound" }))).unwrap();
    let said = |track: &str| {
        json!({ "event": "transcript", "transcript": { "track": track, "text": "Do not tell anyone" } }).to_string()
    };
    assert_eq!(stream.take(&said("inbound")).unwrap(), [Step::Said { resident: false, text: "Do not tell anyone".into() }]);
    assert_eq!(stream.take(&said("outbound")).unwrap(), [Step::Said { resident: true, text: "Do not tell anyone".into() }]);
    let partial =
        json!({ "event": "transcript", "transcript": { "track": "inbound", "text": "Do", "final": false } }).to_string();
    assert_eq!(stream.take(&partial).unwrap(), []);
}

#[test]
fn what_is_no_feed_is_refused_with_a_reason() {
    let media = |payload: &str, at: u64| {
        json!({ "event": "media", "media": { "track": "inbound", "timestamp": at.to_string(), "chunk": "1", "payload": payload } }).to_string()
    };
    let begun = || {
        let mut stream = stream();
        stream.take(&start(&json!({}))).unwrap();
        stream
    };
    let refused = |mut stream: MediaStream, message: &str, why: &str| {
        let error = stream.take(message).unwrap_err().to_string();
        assert!(error.contains(why), "{error} should say {why}");
    };
    refused(stream(), "\u{1}\u{2}", "no message");
    refused(stream(), &media("AAAA", 0), "before `start`");
    refused(stream(), &"x".repeat(70_000), "70000 bytes");
    refused(stream(), r#"{"event":"explode"}"#, "not known");
    refused(begun(), &start(&json!({})), "a second");
    refused(begun(), &media("!!", 0), "not base64");
    refused(begun(), &media(&"A".repeat(20_000), 0), "payload");
    refused(begun(), r#"{"event":"media","media":{"track":"sideways","payload":"AAAA"}}"#, "inbound or outbound");
    refused(begun(), r#"{"event":"dtmf","dtmf":{"digit":"99"}}"#, "one digit");
    let opus = start(&json!({})).replace("audio/x-mulaw", "audio/opus");
    refused(stream(), &opus, "encoding 'audio/opus'");
    let mut gap = begun();
    gap.take(&media("AAAA", 0)).unwrap();
    let far = media("AAAA", 3_600_000).replace("\"1\"", "\"2\"");
    let results: Vec<_> = (0..20).map(|i| gap.take(&far.replace("\"2\"", &format!("\"{}\"", i + 2)))).collect();
    assert!(results.iter().any(|result| result.as_ref().is_err_and(|refusal| refusal.to_string().contains("a gap of"))));
    let mut silent = stream();
    let ended = (0..100).find_map(|_| silent.take(r#"{"event":"connected"}"#).err()).unwrap();
    assert!(ended.to_string().contains("no `start`"));
}

#[test]
fn audiosocket_is_cut_into_frames_wherever_it_is_broken() {
    let mut bytes = vec![0x01, 0, 16];
    bytes.extend(0..16u8);
    bytes.extend([0x10, 0, 4, 1, 0, 0xFF, 0xFF, 0x03, 0, 1, b'9', 0x42, 0, 2, 7, 7, 0x12, 0, 2, 0, 0x80, 0x00, 0, 0]);
    let wanted = [
        Frame::Id(std::array::from_fn(|i| i as u8)),
        Frame::Sound { rate: 8000, samples: vec![1, -1] },
        Frame::Digit('9'),
        Frame::Sound { rate: 16000, samples: vec![-32768] },
        Frame::End,
    ];
    for piece in [1, 5, 100] {
        let mut frames = Frames::default();
        let got: Vec<Frame> = bytes.chunks(piece).flat_map(|part| frames.push(part).unwrap()).collect();
        assert_eq!(got, wanted);
    }
    assert_eq!(written(&std::array::from_fn(|i| i as u8)), "00010203-0405-0607-0809-0a0b0c0d0e0f");
    for (bytes, why) in [
        (&[0x10, 0, 2, 0, 0][..], "before the call's"),
        (&[0x10, 0xFF, 0xFF], "at most"),
        (&[1, 0, 1, 9], "it has 16"),
        (&[3, 0, 1, b'x'], "a digit is"),
    ] {
        assert!(Frames::default().push(bytes).unwrap_err().to_string().contains(why));
    }
}

#[test]
fn a_recognisers_lines_are_read_and_written() {
    let line: Value = serde_json::from_str(&sound_line(1, 2.5, 8000, &[1, -2])).unwrap();
    assert_eq!(line, json!({ "leg": 1, "at_s": 2.5, "rate": 8000, "audio": "AQD+/w==" }));
    assert_eq!(words_of(r#"{"leg":0,"start_s":1.0,"end_s":2.0,"text":"hello"}"#).unwrap().unwrap().text, "hello");
    assert_eq!(words_of("  ").unwrap(), None);
    assert!(words_of("hello").is_err() && words_of(&"x".repeat(20_000)).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_message_brings_a_stream_down(event in "[a-z]{0,8}|media|dtmf|start|stop|transcript", body in ".{0,80}", at: u64, chunk: u64) {
        let mut stream = stream();
        stream.take(&start(&json!({}))).unwrap();
        let _ = stream.take(&body);
        let _ = stream.take(&json!({ "event": event, event.as_str(): { "payload": body, "timestamp": at, "chunk": chunk, "digit": body, "text": body } }).to_string());
        stream.finish();
    }

    #[test]
    fn no_bytes_bring_a_socket_down(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = Frames::default().push(&bytes);
    }
}
