//! Call feeds over real sockets: a platform's stream with its token and its alarm, AudioSocket, an external recogniser.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use call::line::codec::ulaw;
use call::line::feed::audiosocket::{Frame, Frames};
use call::line::feed::recogniser::Recogniser;
use call::line::{Direction, HeldLine, Verdict};
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::Message;
use web::feed::{Process, audiosocket};

use crate::app::{App, FEED_TOKEN};

/// Talk on both legs, then a dial tone on the second, then 999 on the first: 14 s of 16-bit samples. The tone goes on past the digits: by the
/// clock of a busy machine a leg may begin a second late.
fn held_call() -> [Vec<i16>; 2] {
    let mut legs = [vec![0f32; 14 * 8000], vec![0f32; 14 * 8000]];
    let mut add = |leg: usize, from: f32, to: f32, hz: &[f32], wave: f32| {
        let first = (from * 8000.0) as usize;
        for (i, sample) in legs[leg][first..(to * 8000.0) as usize].iter_mut().enumerate() {
            let t = (first + i) as f32 / 8000.0;
            // Syllables: the loudness comes and goes four times a second.
            let shape = if wave > 0.0 { (std::f32::consts::PI * wave * t).sin().powi(2) } else { 1.0 };
            *sample += hz.iter().map(|hz| (std::f32::consts::TAU * hz * t).sin()).sum::<f32>() * 0.08 * shape;
        }
    };
    let voice = [210.0, 317.0, 511.0, 730.0, 1130.0, 1610.0, 2390.0];
    add(1, 0.2, 2.6, &voice, 4.0);
    add(0, 2.8, 5.4, &voice, 3.0);
    add(1, 6.0, 13.0, &[350.0, 440.0], 0.0);
    for press in [9.0, 9.3, 9.6] {
        add(0, press, press + 0.1, &[852.0, 1477.0], 0.0);
    }
    legs.map(|leg| leg.iter().map(|x| (x * 32767.0) as i16).collect())
}

async fn served() -> std::net::SocketAddr {
    let app = App::new().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = web::router(app.state.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

fn start(token: &str) -> String {
    json!({ "event": "start", "sequenceNumber": "1", "streamSid": "MZ9", "start": { "streamSid": "MZ9", "tracks": ["inbound", "outbound"],
        "customParameters": { "token": token, "direction": "inbound", "resident_track": "inbound" },
        "mediaFormat": { "encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1 } } })
    .to_string()
}

/// Sends messages and gathers what comes back, to the close and its reason.
async fn converse(address: std::net::SocketAddr, messages: Vec<String>) -> (Vec<Value>, String) {
    let stream = TcpStream::connect(address).await.unwrap();
    let (socket, _) = tokio_tungstenite::client_async(format!("ws://{address}/feed/v1/media"), stream).await.unwrap();
    let (mut write, mut read) = socket.split();
    let sending = tokio::spawn(async move {
        for message in messages {
            if write.send(Message::text(message)).await.is_err() {
                return;
            }
        }
    });
    let (mut answers, mut reason) = (Vec::new(), String::new());
    while let Ok(Some(Ok(message))) = tokio::time::timeout(Duration::from_secs(120), read.next()).await {
        match message {
            Message::Text(text) => answers.push(serde_json::from_str(&text).unwrap()),
            Message::Close(frame) => {
                reason = frame.map(|frame| frame.reason.to_string()).unwrap_or_default();
                break;
            }
            _ => {}
        }
    }
    sending.abort();
    (answers, reason)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_platforms_stream_is_answered_with_the_alarm_and_a_mark() {
    use base64::Engine as _;
    let address = served().await;
    let legs = held_call();
    let mut messages = vec![r#"{"event":"connected","protocol":"Call","version":"1.0.0"}"#.to_owned(), start(FEED_TOKEN)];
    for index in 0..legs[0].len() / 160 {
        for (leg, track) in legs.iter().zip(["inbound", "outbound"]) {
            let bytes: Vec<u8> = leg[index * 160..][..160].iter().map(|x| ulaw::encode(*x)).collect();
            let payload = base64::engine::general_purpose::STANDARD.encode(bytes);
            messages.push(
                json!({ "event": "media", "streamSid": "MZ9", "media": { "track": track, "chunk": (index + 1).to_string(),
                "timestamp": (index * 20).to_string(), "payload": payload } })
                .to_string(),
            );
        }
    }
    for text in [
        "This is the police, you can ring 999 on this phone to check who I am.",
        "You must help us with a secret operation and tell no one, not even your family.",
        "Withdraw five thousand pounds in cash and a courier will collect it.",
    ] {
        messages.push(json!({ "event": "transcript", "transcript": { "track": "outbound", "text": text } }).to_string());
    }
    messages.push(r#"{"event":"stop","streamSid":"MZ9","stop":{"callSid":"CA"}}"#.to_owned());
    let (answers, reason) = converse(address, messages).await;
    assert_eq!(reason, "the call is over");
    let strong = answers.iter().find(|answer| answer["alarm"]["line"]["held_line"] == "strong").expect("a strong sign is told");
    assert_eq!(
        (&strong["event"], &strong["streamSid"], &strong["alarm"]["level"]),
        (&json!("alarm"), &json!("MZ9"), &json!("alarm"))
    );
    assert!(strong["alarm"]["line"]["why"].as_str().unwrap().contains("999"), "{strong}");
    assert!(strong["alarm"]["seconds"].as_f64().unwrap() < 11.0, "told while it happens: {}", strong["alarm"]["seconds"]);
    assert!(
        answers
            .iter()
            .any(|answer| answer["event"] == "mark" && answer["mark"]["name"].as_str().unwrap().starts_with("ringfence-alarm"))
    );
    assert!(answers.iter().any(|answer| answer["alarm"]["check"]["alarm"] == true), "the talk raised its alarm too: {answers:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_the_token_nothing_is_taken_and_a_flood_is_ended() {
    let address = served().await;
    assert_eq!(converse(address, vec![start("a-token-that-is-wrong")]).await.1, "the token is missing or wrong");
    assert!(converse(address, vec!["\u{0}\u{1}".to_owned()]).await.1.contains("no message of a media stream"));
    let frame = |index: u64| {
        json!({ "event": "media", "media": { "track": "inbound", "timestamp": (index * 375).to_string(), "payload": "/".repeat(4000) } }).to_string()
    };
    let flood = std::iter::once(start(FEED_TOKEN)).chain((0..2000).map(frame)).collect();
    assert!(converse(address, flood).await.1.contains("faster than a call"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_audiosockets_of_one_identifier_are_one_call_and_are_warned() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let heard: Arc<Mutex<Vec<(String, Verdict)>>> = Arc::default();
    let told: audiosocket::Told = {
        let heard = heard.clone();
        Arc::new(move |id, verdict| heard.lock().unwrap().push((id.to_owned(), verdict.clone())))
    };
    let warning: Arc<[i16]> = (0..1600).collect();
    tokio::spawn(audiosocket::listen(listener, Direction::Inbound, told, Some(warning.clone())));
    let mut sockets = Vec::new();
    for _ in 0..2 {
        let mut socket = TcpStream::connect(address).await.unwrap();
        socket.write_all(&[&[1, 0, 16][..], &[0xAB; 16]].concat()).await.unwrap();
        sockets.push(socket);
    }
    let legs = held_call();
    for index in 0..legs[0].len() / 160 {
        for (socket, leg) in sockets.iter_mut().zip(&legs) {
            // The caller's leg falls silent before the first digit, which makes the sign strong: it is warned all the same.
            if index * 160 >= 9 * 8000 && std::ptr::eq(leg, &legs[1]) {
                continue;
            }
            let mut frame = vec![0x10, 0x01, 0x40];
            frame.extend(leg[index * 160..][..160].iter().flat_map(|x| x.to_le_bytes()));
            socket.write_all(&frame).await.unwrap();
        }
    }
    // The warning comes back on both legs, whole and as frames of sound.
    for socket in &mut sockets {
        let mut bytes = vec![0; 10 * (3 + 320)];
        tokio::time::timeout(Duration::from_secs(60), socket.read_exact(&mut bytes)).await.expect("a warning").unwrap();
        let mut frames = Frames::default();
        // A stream of its own begins with an identifier.
        frames.push(&[&[1, 0, 16][..], &[0; 16]].concat()).unwrap();
        let mut played: Vec<i16> = Vec::new();
        for frame in frames.push(&bytes).unwrap() {
            let Frame::Sound { rate: 8000, samples } = frame else { panic!("{frame:?}") };
            played.extend(samples);
        }
        assert_eq!(played, *warning);
        socket.write_all(&[0, 0, 0]).await.unwrap();
    }
    let heard = heard.lock().unwrap();
    assert!(heard.iter().any(|(_, verdict)| verdict.held_line == HeldLine::Strong), "{heard:?}");
}

#[tokio::test]
async fn a_recogniser_process_is_fed_and_read_and_its_rubbish_survived() {
    let shell = |script: &str| ["sh", "-c", script].map(str::to_owned);
    // Answers each piece of sound with words, then rubbish.
    let script = r#"while read line; do case "$line" in *end*) echo 'rubbish'; exit;; *) echo '{"leg":1,"start_s":0,"end_s":1,"text":"ring this number"}';; esac; done"#;
    let mut process = Process::start(&shell(script)).unwrap();
    process.hear(1, 0.0, 8000, &[0; 160]);
    process.hear(1, 0.02, 8000, &[0; 160]);
    process.end();
    tokio::time::timeout(Duration::from_secs(10), process.ended()).await.unwrap();
    let words = process.words();
    assert_eq!(words.len(), 2);
    assert_eq!((words[0].leg, words[0].text.as_str()), (1, "ring this number"));
    assert!(Process::start(&["/nowhere/at/all".to_owned()]).is_err());
}

/// What a machine reads out, at 16 kHz.
fn spoken(text: &str) -> Vec<i16> {
    const RATE: usize = 16_000;
    let output = std::process::Command::new("espeak-ng").args(["-v", "en-us", "-s", "130", "--stdout", text]).output().unwrap();
    let wav = output.stdout;
    let given = u32::from_le_bytes(wav[24..28].try_into().unwrap()) as usize;
    let samples: Vec<i32> = wav[44..].chunks_exact(2).map(|pair| i32::from(i16::from_le_bytes([pair[0], pair[1]]))).collect();
    (0..(samples.len() - 1) * RATE / given)
        .map(|place| {
            let (at, rest) = (place * given / RATE, place * given % RATE);
            (samples[at] + (samples[at + 1] - samples[at]) * rest as i32 / RATE as i32) as i16
        })
        .collect()
}

/// A call is heard to the end by a recogniser that installs from a package (Debian's pocketsphinx): speech goes in as a platform sends it, and
/// the alarm comes back with words that were never typed. `cargo xtask test` installs what it needs; without it, it skips loudly.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recogniser_from_a_package_hears_a_call_and_the_alarm_comes_back() {
    use base64::Engine as _;
    let needed = [
        "/usr/bin/espeak-ng",
        "/usr/lib/python3/dist-packages/pocketsphinx/__init__.py",
        "/usr/share/pocketsphinx/model/en-us/en-us.lm.bin",
    ];
    if let Some(missing) = needed.iter().find(|path| !std::path::Path::new(path).exists()) {
        eprintln!(
            "SKIPPED: no recogniser was heard, {missing} is missing: apt-get install espeak-ng python3-pocketsphinx pocketsphinx-en-us"
        );
        return;
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/recogniser/pocketsphinx_lines.py");
    let mut app = App::new().await;
    let command = vec!["/usr/bin/python3".to_owned(), script.to_owned()];
    app.state.feed = web::feed::Feed::new(Some(FEED_TOKEN), Some(command)).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = web::router(app.state.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });

    let mut speech = Vec::new();
    // Its model is American and knows some hundred thousand words: sentences that it gets right.
    for text in
        ["Your social security number has been suspended.", "You must withdraw five thousand dollars in cash at the bank."]
    {
        speech.extend(spoken(text));
        speech.extend([0; 16_000]);
    }
    let stream = TcpStream::connect(address).await.unwrap();
    let (socket, _) = tokio_tungstenite::client_async(format!("ws://{address}/feed/v1/media"), stream).await.unwrap();
    let (mut write, mut read) = socket.split();
    write.send(Message::text(start(FEED_TOKEN).replace("8000", "16000"))).await.unwrap();
    let sending = tokio::spawn(async move {
        // The caller speaks, and the line stays open until the words have been recognised: silence goes on at its pace.
        for tick in 0..(speech.len() / 320 + 6_000) {
            let piece = speech.get(tick * 320..(tick + 1) * 320).map_or([0; 320].to_vec(), <[i16]>::to_vec);
            let bytes: Vec<u8> = piece.iter().map(|x| ulaw::encode(*x)).collect();
            let payload = base64::engine::general_purpose::STANDARD.encode(bytes);
            let media = json!({ "event": "media", "media": { "track": "outbound", "timestamp": (tick * 20).to_string(), "payload": payload } });
            if write.send(Message::text(media.to_string())).await.is_err() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(if tick * 320 < speech.len() { 4 } else { 20 })).await;
        }
    });
    let mut heard = Vec::new();
    let alarm = loop {
        match tokio::time::timeout(Duration::from_secs(150), read.next()).await {
            Ok(Some(Ok(Message::Text(text)))) => {
                let answer: Value = serde_json::from_str(&text).unwrap();
                if answer["alarm"]["check"]["alarm"] == true {
                    break answer;
                }
                heard.push(answer);
            }
            Ok(Some(Ok(_))) => {}
            other => panic!("no alarm by the words: {other:?}, {heard:?}"),
        }
    };
    sending.abort();
    let stages = alarm["alarm"]["check"]["stages"].as_array().unwrap();
    let quotes: Vec<&str> = stages.iter().filter_map(|stage| stage["quote"].as_str()).collect();
    // By the first sentence already: nothing waits for the second.
    assert!(quotes.iter().any(|quote| quote.contains("suspended")), "{quotes:?}");
}
