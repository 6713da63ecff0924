//! Lines of a file in bounded memory: a line past the limit is skipped, not held.

use std::io::BufRead;

/// Longest line that is taken, in bytes.
pub const LONGEST_LINE: usize = 256 * 1024;

/// A line of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its number, from 1.
    pub number: u64,
    /// Where the next line begins, in bytes from the start of the file.
    pub end: u64,
    /// Its bytes without the line's end; the first 256 KiB of one that is too long.
    pub bytes: Vec<u8>,
    /// Whether it was too long.
    pub too_long: bool,
}

/// Reads lines.
#[derive(Debug)]
pub struct Lines<R> {
    reader: R,
    number: u64,
    end: u64,
}

impl<R: BufRead> Lines<R> {
    /// Lines from where the reader stands; `number` lines and `end` bytes lie before it.
    pub fn new(reader: R, number: u64, end: u64) -> Lines<R> {
        Lines { reader, number, end }
    }

    /// The next line; `None` at the end of the file.
    ///
    /// # Errors
    /// What the reader gives.
    pub fn next_line(&mut self) -> std::io::Result<Option<Line>> {
        let mut bytes = Vec::new();
        let mut read: u64 = 0;
        let mut too_long = false;
        loop {
            let buffer = match self.reader.fill_buf() {
                Ok(buffer) => buffer,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if buffer.is_empty() {
                break;
            }
            let newline = memchr::memchr(b'\n', buffer);
            let taken = newline.map_or(buffer.len(), |position| position + 1);
            let content = newline.unwrap_or(buffer.len());
            let room = LONGEST_LINE - bytes.len();
            if content > room {
                too_long = true;
            }
            bytes.extend_from_slice(&buffer[..content.min(room)]);
            self.reader.consume(taken);
            read += taken as u64;
            if newline.is_some() {
                break;
            }
        }
        if read == 0 {
            return Ok(None);
        }
        if bytes.last() == Some(&b'\r') && !too_long {
            bytes.pop();
        }
        self.number += 1;
        self.end += read;
        if self.number == 1 && bytes.starts_with(&[0xEF, 0xBB, 0xBF]) {
            bytes.drain(..3);
        }
        Ok(Some(Line { number: self.number, end: self.end, bytes, too_long }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_have_numbers_and_ends() {
        let mut lines = Lines::new(&b"\xEF\xBB\xBFa\r\nb\n\nlast"[..], 0, 0);
        let mut found = Vec::new();
        while let Some(line) = lines.next_line().unwrap() {
            found.push((line.number, line.end, String::from_utf8(line.bytes).unwrap()));
        }
        let expected = [(1, 6, "a"), (2, 8, "b"), (3, 9, ""), (4, 13, "last")];
        assert_eq!(found, expected.map(|(n, e, t)| (n, e, t.to_owned())));
    }

    #[test]
    fn a_line_without_end_is_skipped_in_bounded_memory() {
        // One letter 64 million times, never held: the reader makes it up as it goes. (The end-to-end tests take a gibibyte.)
        let endless = std::io::Read::take(std::io::repeat(b'x'), 1 << 26);
        let tail = std::io::Read::chain(endless, &b"\nnext\n"[..]);
        let mut lines = Lines::new(std::io::BufReader::with_capacity(1 << 16, tail), 0, 0);
        let first = lines.next_line().unwrap().unwrap();
        assert!(first.too_long && first.bytes.len() == LONGEST_LINE);
        assert_eq!(lines.next_line().unwrap().unwrap().bytes, b"next");
    }
}
