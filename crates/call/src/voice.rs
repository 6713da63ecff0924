//! The learned part: one voice among the stages, and a capped one. Filters over words side by side (`modus::filters`), read from
//! `rules/call/voice.txt`, which names what it was learned from and how. It can tip a call that the rules are unsure of; it raises
//! nothing by itself: an alarm needs two stages with their words.
//!
//! It hears the last one to two hundred words of the far end. Words are kept as numbers and only listened to when somebody asks: most calls give no
//! reason to.

use std::collections::HashMap;

use modus::filters::{END, Filters, NOTHING, Shape, UNKNOWN};
use modus::{kinds, word_key};

/// Most that the voice says, for or against.
pub const VOICE_CAP: f64 = 3.0;
/// The filters of the voice.
pub const SHAPE: Shape = Shape { filters: FILTERS, reaches: &[1, 2, 3] };
/// The name in the file of a word in figures.
pub const FIGURE: &str = "#number";
/// The label that says whether a call is a scam.
pub const SCAM: &str = "call.scam";
/// Words that the voice hears at least, once there were so many; at most twice as many.
pub const MEMORY: usize = 96;

/// Words that are kept: with the two before the first that is listened to, which the widest window begins with.
const KEPT: usize = 2 * MEMORY + 2;
const FILTERS: usize = 64;
const ALL: usize = SHAPE.all();
const ROW: usize = SHAPE.row();
/// No sum of a window is so low.
const SILENT: i16 = i16::MIN;

const BUILTIN: &str = include_str!("../../../rules/call/voice.txt");

/// What the filters make of words, and what they say of a call.
#[derive(Debug, Clone)]
pub(crate) struct Voice {
    filters: Filters,
    /// The number of "it is a scam" among the labels.
    label: usize,
    /// Rows by the hash of a word: open addressing; a power of two of places.
    table: Vec<(u32, u16)>,
    end: u16,
    unknown: u16,
    figure: u16,
}

/// What the voice carries from word to word.
#[derive(Debug, Clone)]
pub(crate) struct Ear {
    /// The rows of the last words, by their number in the call.
    words: [u16; KEPT],
    /// Words heard, and how many of them were listened to.
    heard: u64,
    listened: u64,
    /// How loud each filter was, of each [`MEMORY`] words, the odd and the even ones.
    loud: [[i16; ALL]; 2],
}

impl Default for Ear {
    fn default() -> Ear {
        Ear { words: [0; KEPT], heard: 0, listened: 0, loud: [[SILENT; ALL]; 2] }
    }
}

impl Voice {
    pub(crate) fn builtin() -> Voice {
        match Voice::parse(BUILTIN) {
            Ok(voice) => voice,
            Err(error) => panic!("rules/call/voice.txt: {error}"),
        }
    }

    /// Reads a file of filters ([`Filters::parse`]), whose labels tell of [`SCAM`].
    pub(crate) fn parse(text: &str) -> Result<Voice, String> {
        let bad = |line: usize| format!("line {line}: not a filter, a label or a word");
        let (filters, words) = Filters::parse(text, SHAPE, 1).map_err(bad)?;
        let label = filters.label(SCAM).ok_or_else(|| format!("no label is {SCAM}"))?;
        if words.len() > usize::from(u16::MAX) {
            return Err(format!("{} words; at most {} are held", words.len(), u16::MAX));
        }
        let row = |name: &str| words.iter().position(|word| *word == name).map_or(NOTHING as u16, |at| at as u16 + 1);
        let mut voice = Voice { label, end: row(END), unknown: row(UNKNOWN), figure: row(FIGURE), filters, table: Vec::new() };
        let own = words.iter().zip(1_u16..).map(|(word, row)| (word_key(word), row));
        let of_kinds: HashMap<&str, u16> = words.iter().copied().zip(1_u16..).filter(|(word, _)| word.starts_with('@')).collect();
        // A word that is not known by itself is one of its kind.
        let of_kind = kinds().filter_map(|(word, kind)| Some((word_key(&word), *of_kinds.get(kind)?)));
        let entries: Vec<(u32, u16)> = own.chain(of_kind).collect();
        voice.table = vec![(0, 0); (entries.len() * 2).next_power_of_two().max(2)];
        for (key, row) in entries {
            let at = voice.place(key);
            if voice.table[at].0 == 0 {
                voice.table[at] = (key, row);
            }
        }
        Ok(voice)
    }

    /// Where a key stands, or would.
    fn place(&self, key: u32) -> usize {
        let mask = self.table.len() - 1;
        let mut at = key as usize & mask;
        while self.table[at].0 != 0 && self.table[at].0 != key {
            at = (at + 1) & mask;
        }
        at
    }

    /// A turn of the far end begins.
    pub(crate) fn begin(&self, ear: &mut Ear) {
        ear.take(self.end);
    }

    /// Hears one word more, by its key and its letters.
    pub(crate) fn hear(&self, ear: &mut Ear, key: u32, letters: &str) {
        let row = if letters.as_bytes().first().is_some_and(u8::is_ascii_digit) {
            self.figure
        } else {
            match self.table[self.place(key)] {
                (0, _) => self.unknown,
                (_, row) => row,
            }
        };
        ear.take(row);
    }

    /// What it says of the words it has heard last, in nats: -[`VOICE_CAP`]..=[`VOICE_CAP`].
    pub(crate) fn says(&self, ear: &mut Ear) -> f64 {
        self.listen(ear);
        let mut loud = [0.0; ALL];
        for (filter, loud) in loud.iter_mut().enumerate() {
            let (bias, worth) = self.filters.tones()[filter];
            let sum = ear.loud[0][filter].max(ear.loud[1][filter]);
            *loud = if sum == SILENT { 0.0 } else { (f32::from(sum) * worth + bias).max(0.0) };
        }
        f64::from(self.filters.says(self.label, &loud)).clamp(-VOICE_CAP, VOICE_CAP)
    }

    /// Listens to the words that were taken since it was last asked, as far as they are kept.
    fn listen(&self, ear: &mut Ear) {
        let memory = MEMORY as u64;
        let kept = (ear.heard.saturating_sub(1) / memory).saturating_sub(1) * memory;
        for word in ear.listened.max(kept)..ear.heard {
            let part = (word / memory % 2) as usize;
            if word % memory == 0 {
                ear.loud[part] = [SILENT; ALL];
            }
            let row = |back: u64| {
                let row = word.checked_sub(back).map_or(NOTHING as u16, |word| ear.words[word as usize % KEPT]);
                &self.filters.rows()[usize::from(row) * ROW..][..ROW]
            };
            let (here, before, first) = (row(0), row(1), row(2));
            let loud = &mut ear.loud[part];
            for lane in 0..FILTERS {
                let two = before[FILTERS + lane] + here[2 * FILTERS + lane];
                let three = first[3 * FILTERS + lane] + before[4 * FILTERS + lane] + here[5 * FILTERS + lane];
                loud[lane] = loud[lane].max(here[lane]);
                loud[FILTERS + lane] = loud[FILTERS + lane].max(two);
                loud[2 * FILTERS + lane] = loud[2 * FILTERS + lane].max(three);
            }
        }
        ear.listened = ear.heard;
    }
}

impl Ear {
    fn take(&mut self, row: u16) {
        self.words[self.heard as usize % KEPT] = row;
        self.heard += 1;
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use modus::filters::DIMENSIONS;

    use super::*;

    /// A voice to which "gift card" side by side is worth 2 and all else nothing, before which it says -1.
    fn voice() -> Voice {
        let bytes = |most: usize, ones: &[usize]| {
            STANDARD.encode((0..most).map(|at| if ones.contains(&at) { 127 } else { 0 }).collect::<Vec<u8>>())
        };
        let mut file = String::from("# remark\n");
        for filter in 0..ALL {
            let (reach, _) = SHAPE.place_of(filter);
            // Half of it for each of the words: one alone stays below nought.
            let (bias, looks_for) = if filter == FILTERS { (-1.0, &[0, DIMENSIONS + 1][..]) } else { (0.0, &[][..]) };
            file += &format!("[{reach}] {bias} {} 127.0 {}\n", 1.0 / 127.0, bytes(reach * DIMENSIONS, looks_for));
        }
        file += &format!("[{SCAM}] -1.0 {} {}\n", 2.0 / 127.0, bytes(ALL, &[FILTERS]));
        file += &format!(
            "gift {}\ncard {}\n{UNKNOWN} {}\n",
            bytes(DIMENSIONS, &[0]),
            bytes(DIMENSIONS, &[1]),
            bytes(DIMENSIONS, &[])
        );
        Voice::parse(&file).unwrap()
    }

    fn hear(voice: &Voice, ear: &mut Ear, words: &str) {
        words.split(' ').for_each(|word| voice.hear(ear, word_key(word), word));
    }

    #[test]
    fn words_side_by_side_are_heard_and_fade() {
        let voice = voice();
        let mut ear = Ear::default();
        assert!((voice.says(&mut ear) + 1.0).abs() < 1e-6);
        hear(&voice, &mut ear, "the card and a gift");
        assert!((voice.says(&mut ear) + 1.0).abs() < 1e-2);
        hear(&voice, &mut ear, "card");
        assert!((voice.says(&mut ear) - 1.0).abs() < 1e-2);
        (0..2 * MEMORY).for_each(|_| hear(&voice, &mut ear, "then"));
        assert!((voice.says(&mut ear) + 1.0).abs() < 1e-2);
    }

    #[test]
    fn whoever_asks_late_is_told_what_whoever_asks_each_word_is() {
        let voice = voice();
        let (mut late, mut each) = (Ear::default(), Ear::default());
        for number in 0..7 * MEMORY {
            let word = if number % 137 < 2 { ["gift", "card"][number % 137] } else { "then" };
            hear(&voice, &mut late, word);
            hear(&voice, &mut each, word);
            let told = voice.says(&mut each);
            if number % 61 == 0 {
                assert!((voice.says(&mut late) - told).abs() < 1e-9, "{number}");
            }
        }
    }

    #[test]
    fn a_bad_file_is_refused() {
        assert_eq!(Voice::parse("gift AAAA").unwrap_err(), "line 1: not a filter, a label or a word");
    }
}
