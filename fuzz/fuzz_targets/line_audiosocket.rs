//! AudioSocket frames, however they are broken.
#![no_main]

use call::line::feed::audiosocket::Frames;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((piece, bytes)) = data.split_first() else { return };
    let mut frames = Frames::default();
    for part in bytes.chunks(usize::from(*piece).max(1)) {
        if frames.push(part).is_err() {
            return;
        }
    }
});
