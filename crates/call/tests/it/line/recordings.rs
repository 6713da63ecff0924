//! Recordings of every kind, and what is no recording.

use call::line::codec::{alaw, gsm, ulaw};
use call::line::recording::{Reader, Recording, Unreadable};
use call::line::{Encoding, Format, Kind};
use proptest::prelude::*;

use super::studio::linear;
use super::{digits, kinds, listen};

/// Samples of `fixtures/line/tones.gsm`, and the FNV-1a sum of what sox makes of them as 16-bit little-endian.
const SOX_COUNT: usize = 79_520;
const SOX_HASH: u64 = 0xb364_c9e8_147f_6969;

/// A WAV header and its data.
fn wav(tag: u16, channels: u16, rate: u32, bits: u16, align: u16, data: &[u8], promised: u32) -> Vec<u8> {
    let mut out = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0".to_vec();
    for part in [tag, channels] {
        out.extend(part.to_le_bytes());
    }
    out.extend(rate.to_le_bytes());
    out.extend((rate * u32::from(align)).to_le_bytes());
    out.extend(align.to_le_bytes());
    out.extend(bits.to_le_bytes());
    // A chunk that is passed over, of odd length.
    out.extend(b"LIST\x03\0\0\0abc\0data");
    out.extend(promised.to_le_bytes());
    out.extend(data);
    out
}

/// Reads bytes in pieces of a size.
fn read(mut reader: Reader, bytes: &[u8], piece: usize) -> Result<(Recording, Vec<Vec<f32>>), Unreadable> {
    let mut legs: Vec<Vec<f32>> = Vec::new();
    for part in bytes.chunks(piece.max(1)) {
        reader.push(part, &mut |_, channels| {
            legs.resize(channels.len(), Vec::new());
            legs.iter_mut().zip(channels).for_each(|(leg, channel)| leg.extend(channel));
        })?;
    }
    Ok((reader.finish()?, legs))
}

#[test]
fn every_encoding_gives_the_same_sound() {
    let tone: Vec<f32> = (0..800).map(|i| 0.5 * (i as f32 * 0.3).sin()).collect();
    let each = |bytes: &dyn Fn(f32) -> Vec<u8>| -> Vec<u8> { tone.iter().flat_map(|x| bytes(*x)).collect() };
    let cases: [(u16, u16, Vec<u8>, f32); 8] = [
        (1, 8, each(&|x| vec![(x * 127.0 + 128.0).round() as u8]), 0.01),
        (1, 16, each(&|x| linear(x).to_le_bytes().to_vec()), 1e-4),
        (1, 24, each(&|x| ((x * 8_388_607.0) as i32).to_le_bytes()[..3].to_vec()), 1e-5),
        (1, 32, each(&|x| ((f64::from(x) * 2_147_483_647.0) as i32).to_le_bytes().to_vec()), 1e-5),
        (3, 32, each(&|x| x.to_le_bytes().to_vec()), 1e-6),
        (3, 64, each(&|x| f64::from(x).to_le_bytes().to_vec()), 1e-6),
        (6, 8, each(&|x| vec![alaw::encode(linear(x))]), 0.02),
        (7, 8, each(&|x| vec![ulaw::encode(linear(x))]), 0.02),
    ];
    for (tag, bits, data, close) in cases {
        let file = wav(tag, 1, 8000, bits, bits / 8, &data, data.len() as u32);
        for piece in [1, 7, 4096] {
            let (recording, legs) = read(Reader::wav(), &file, piece).unwrap();
            assert_eq!((recording.samples, recording.notes.len()), (800, 0), "tag {tag} bits {bits}");
            let worst = legs[0].iter().zip(&tone).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            assert!(worst <= close, "tag {tag} bits {bits}: off by {worst}");
        }
    }
}

#[test]
fn g711_takes_back_what_it_gives() {
    for byte in 0..=255u8 {
        let mu = ulaw::decode(byte);
        // µ-law has two zeros.
        assert!(ulaw::encode(mu) == byte || mu == 0, "{byte}");
        assert_eq!(alaw::encode(alaw::decode(byte)), byte);
    }
    // ITU-T G.711: the ends of both scales.
    assert_eq!((ulaw::decode(0x00), ulaw::decode(0x80), alaw::decode(0x2A), alaw::decode(0xAA)), (-32124, 32124, -32256, 32256));
}

#[test]
fn gsm_is_decoded_bit_by_bit_as_other_decoders_do() {
    let bytes = include_bytes!("../../../../../fixtures/line/tones.gsm");
    let mut decoder = gsm::Decoder::default();
    let mut hash = 0xcbf2_9ce4_8422_2325u64;
    let mut count = 0;
    for frame in bytes.chunks_exact(gsm::FRAME_BYTES) {
        for sample in decoder.frame(frame.try_into().unwrap()).unwrap() {
            count += 1;
            for byte in sample.to_le_bytes() {
                hash = (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
            }
        }
    }
    // The same sum over what sox makes of the file.
    assert_eq!((count, hash), (SOX_COUNT, SOX_HASH));
}

#[test]
fn tones_made_by_another_hand_are_found_in_gsm_and_a_law() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/line/");
    let gsm = Format::telephone(Encoding::Gsm);
    for (name, reader) in [("tones.gsm", Reader::raw(gsm)), ("tones-gsm.wav", Reader::wav()), ("tones-alaw.wav", Reader::wav())] {
        let bytes = std::fs::read(format!("{folder}{name}")).unwrap();
        let (_, legs) = read(reader, &bytes, 1000).unwrap();
        let (events, _) = listen(&legs, Default::default(), None);
        let whole = name != "tones-alaw.wav";
        assert_eq!(digits(&events), if whole { "101999" } else { "101" }, "{name}");
        assert_eq!(kinds(&events), if whole { vec![Kind::DialTone, Kind::Ringing] } else { vec![Kind::DialTone] }, "{name}");
    }
}

#[test]
fn a_lying_header_is_refused_or_bounded_with_a_reason() {
    let data = vec![0u8; 1600];
    let good = wav(1, 1, 8000, 16, 2, &data, 1600);
    let whys: Vec<(Vec<u8>, &str)> = vec![
        (b"OggS\0\0\0\0\0\0\0\0\0\0".to_vec(), "an Ogg file"),
        (b"hello, this is text".to_vec(), "not a WAV file"),
        (good[..20].to_vec(), "ends before its format"),
        (good[..40].to_vec(), "ends before its audio"),
        (wav(1, 0, 8000, 16, 2, &data, 1600), "0 channels"),
        (wav(1, 7, 8000, 16, 14, &data, 1600), "7 channels"),
        (wav(1, 1, 0, 16, 2, &data, 1600), "0 samples a second"),
        (wav(1, 1, 4_000_000, 16, 2, &data, 1600), "4000000 samples a second"),
        (wav(1, 2, 8000, 16, 2, &data, 1600), "the header says 2 bytes a frame"),
        (wav(85, 1, 8000, 0, 1, &data, 1600), "format 85"),
        (wav(1, 1, 8000, 12, 2, &data, 1600), "12 bits"),
        (Vec::new(), "ends before"),
    ];
    for (bytes, why) in whys {
        let error = read(Reader::wav(), &bytes, 64).unwrap_err().to_string();
        assert!(error.contains(why) && error.starts_with("byte "), "{error} should say {why}");
    }
    let (cut, legs) = read(Reader::wav(), &wav(1, 1, 8000, 16, 2, &data, 1_000_000), 64).unwrap();
    assert!(cut.notes[0].contains("cut off") && legs[0].len() == 800, "{:?}", cut.notes);
    let (open, legs) = read(Reader::wav(), &wav(1, 1, 8000, 16, 2, &data, u32::MAX), 64).unwrap();
    assert!(open.notes[0].contains("does not say") && legs[0].len() == 800);
    let gsm = Reader::raw(Format::telephone(Encoding::Gsm));
    assert!(read(gsm, &[0; 330], 64).unwrap_err().to_string().contains("no GSM"));
}

#[test]
fn a_day_and_more_is_refused() {
    let mut reader = Reader::raw(Format::telephone(Encoding::Mulaw));
    let piece = vec![0xFF; 1 << 20];
    let end = (0..1000).find_map(|_| reader.push(&piece, &mut |_, _| ()).err()).expect("refused at last");
    assert!(end.why.contains("24 hours"), "{end}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_bytes_bring_it_down(bytes in proptest::collection::vec(any::<u8>(), 0..600), piece in 1usize..200, as_wav: bool) {
        let mut file = bytes.clone();
        if as_wav {
            // Past the first gate.
            file.splice(0..0, b"RIFF\0\0\0\0WAVE".iter().copied());
        }
        let _ = read(Reader::wav(), &file, piece);
        let _ = read(Reader::raw(Format::telephone(Encoding::Gsm)), &bytes, piece);
    }

    #[test]
    fn no_format_brings_it_down(tag in 0u16..60, channels in 0u16..4, rate in 0u32..300_000, bits in 0u16..70, align in 0u16..70, data in proptest::collection::vec(any::<u8>(), 0..500), promised: u32) {
        let _ = read(Reader::wav(), &wav(tag, channels, rate, bits, align, &data, promised), 97);
    }
}
