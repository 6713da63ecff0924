//! The messages of a media stream, one a line, after a `start` that is right.
#![no_main]

use std::sync::Arc;

use call::line::Plan;
use call::line::feed::media_stream::MediaStream;
use libfuzzer_sys::fuzz_target;

const START: &str = r#"{"event":"start","streamSid":"MZ","start":{"streamSid":"MZ","tracks":["inbound","outbound"],"customParameters":{}}}"#;

fuzz_target!(|data: &str| {
    let mut stream = MediaStream::new(Arc::new(Plan::builtin()), true);
    let _ = stream.take(START);
    for message in data.lines() {
        if stream.take(message).is_err() {
            break;
        }
    }
    stream.finish();
});
