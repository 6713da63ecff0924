//! Files from outside, in bounded memory: texts up to a size, and long files unpacked as they are read.

use std::fs::File;
use std::io::{Read, Seek};

use anyhow::{Context as _, bail};
use flate2::read::MultiGzDecoder;
use indicatif::{ProgressBar, ProgressBarIter};
use sha2::{Digest, Sha256};

/// A file that unpacks to more than this many times its size is no file of reports (they pack 5 to 50 times).
const MOST_RATIO: u64 = 200;
/// Below this size nothing is a bomb, however well it packs.
const ALWAYS_TAKEN: u64 = 256 << 20;

/// A whole file as text, at most `most` bytes of it.
pub(crate) fn text(path: &str, most: u64) -> anyhow::Result<String> {
    let file = File::open(path).with_context(|| format!("cannot read {path}"))?;
    let mut bytes = Vec::new();
    file.take(most + 1).read_to_end(&mut bytes).with_context(|| format!("cannot read {path}"))?;
    if bytes.len() as u64 > most {
        bail!("{path}: larger than the {most} bytes that are read: is it the right file?");
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text),
        Err(error) => bail!("{path}: not UTF-8, at byte {}: save it as UTF-8 text", error.utf8_error().valid_up_to() + 1),
    }
}

/// A file unpacked as it is read.
pub(crate) struct Unpacked {
    reader: Box<dyn Read + Send>,
    given: u64,
    most: u64,
}

/// Opens a file, packed with gzip or not.
pub(crate) fn unpacked(path: &str, bar: &ProgressBar) -> anyhow::Result<Unpacked> {
    let place = || format!("cannot read {path}");
    let mut file = File::open(path).with_context(place)?;
    let mut head = Vec::new();
    (&mut file).take(2).read_to_end(&mut head).with_context(place)?;
    file.rewind().with_context(place)?;
    let size = file.metadata().with_context(place)?.len();
    let file: ProgressBarIter<File> = bar.wrap_read(file);
    Ok(if head == [0x1f, 0x8b] {
        Unpacked {
            reader: Box::new(MultiGzDecoder::new(file)),
            given: 0,
            most: ALWAYS_TAKEN.max(size.saturating_mul(MOST_RATIO)),
        }
    } else {
        Unpacked { reader: Box::new(file), given: 0, most: u64::MAX }
    })
}

impl Read for Unpacked {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.given += read as u64;
        if self.given > self.most {
            let words = format!(
                "it unpacks to more than {} bytes, {MOST_RATIO} times its size: unpack it and look at it first",
                self.most
            );
            return Err(std::io::Error::other(words));
        }
        Ok(read)
    }
}

/// Names a file by what is in it and how it is read: a changed file is another file.
pub(crate) fn identity(path: &str, how: &[Option<&str>]) -> anyhow::Result<String> {
    let place = || format!("cannot read {path}");
    let mut file = File::open(path).with_context(place)?;
    if !file.metadata().with_context(place)?.is_file() {
        bail!("{path}: not a file that can be read twice: save it to a file first");
    }
    let mut hash = Sha256::new();
    for part in how {
        let part = part.unwrap_or("");
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    let mut buffer = vec![0; 1 << 20];
    loop {
        let read = file.read(&mut buffer).with_context(place)?;
        if read == 0 {
            break;
        }
        hash.update(&buffer[..read]);
    }
    Ok(hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect())
}
