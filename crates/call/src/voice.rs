//! The learned part: one voice among the stages, and a capped one. Filters over words side by side (`modus::filters`), read from
//! `rules/call/voice.txt`, which names what it was learned from and how. It can tip a call that the rules are unsure of; it raises
//! nothing by itself: an alarm needs two stages with their words.
//!
//! It hears the last one to two hundred words of the far end. Words are kept as numbers and only listened to when somebody asks: most calls give no
//! reason to.

use std::collections::HashMap;
use std::ops::Range;

use modus::filters::{END, Filters, NOTHING, Shape, UNKNOWN};
use modus::{kinds, word_key};

use crate::Stage;

/// Most that the voice says, for or against.
pub const VOICE_CAP: f64 = 4.0;
/// What its log-odds are counted by: it is surer than it should be of talk that is like nothing it was taught by.
const COUNTS: f64 = 0.6;
/// Log-odds from which it has heard a stage.
const HEARD: f32 = 0.8;
/// The filters of the voice.
pub const SHAPE: Shape = Shape { filters: FILTERS, reaches: &[1, 2, 3, 5] };
/// The name in the file of a word in figures.
pub const FIGURE: &str = "#number";
/// The label that says whether a call is a scam.
pub const SCAM: &str = "call.scam";
/// Words that the voice hears at least, once there were so many; at most twice as many.
pub const MEMORY: usize = 96;

/// Words that are kept: with the four before the first that is listened to, which the widest window begins with.
const KEPT: usize = 2 * MEMORY + 4;
const FILTERS: usize = 64;
const ALL: usize = SHAPE.all();
const ROW: usize = SHAPE.row();
/// No sum of a window is so low.
const SILENT: i16 = i16::MIN;

/// The label of a stage.
pub fn label_of(stage: &str) -> String {
    format!("stage.{stage}")
}

const BUILTIN: &str = include_str!("../../../rules/call/voice.txt");

/// What the filters make of words, and what they say of a call.
#[derive(Debug, Clone)]
pub(crate) struct Voice {
    filters: Filters,
    /// The numbers of "it is a scam" and of the stages among the labels.
    scam: usize,
    stages: [usize; Stage::ALL.len()],
    /// Rows by the hash of a word: open addressing; a power of two of places.
    table: Vec<(u32, u16)>,
    end: u16,
    unknown: u16,
    figure: u16,
}

/// What the voice says of a call.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Said {
    /// In nats: -[`VOICE_CAP`]..=[`VOICE_CAP`].
    pub(crate) scam: f64,
    /// How many stages it has heard.
    pub(crate) stages: usize,
}

/// What the voice carries from word to word.
#[derive(Debug, Clone)]
pub(crate) struct Ear {
    /// The rows of the last words, by their number in the call.
    words: [u16; KEPT],
    /// Words heard, and which of them were listened to.
    heard: u64,
    listened: Range<u64>,
    /// How loud the loudest and the second loudest window of each filter was in those.
    loud: [[i16; ALL]; 2],
}

impl Default for Ear {
    fn default() -> Ear {
        Ear { words: [0; KEPT], heard: 0, listened: 0..0, loud: [[SILENT; ALL]; 2] }
    }
}

impl Voice {
    pub(crate) fn builtin() -> Voice {
        match Voice::parse(BUILTIN) {
            Ok(voice) => voice,
            Err(error) => panic!("rules/call/voice.txt: {error}"),
        }
    }

    /// Reads a file of filters ([`Filters::parse`]), whose labels tell of [`SCAM`] and of every stage ([`label_of`]).
    pub(crate) fn parse(text: &str) -> Result<Voice, String> {
        let bad = |line: usize| format!("line {line}: not a filter, a label or a word");
        let (filters, words) = Filters::parse(text, SHAPE, 2).map_err(bad)?;
        let number = |label: &str| filters.label(label).ok_or_else(|| format!("no label is {label}"));
        let (scam, mut stages) = (number(SCAM)?, [0; Stage::ALL.len()]);
        for (at, stage) in stages.iter_mut().zip(Stage::ALL) {
            *at = number(&label_of(stage.as_str()))?;
        }
        if words.len() > usize::from(u16::MAX) {
            return Err(format!("{} words; at most {} are held", words.len(), u16::MAX));
        }
        let row = |name: &str| words.iter().position(|word| *word == name).map_or(NOTHING as u16, |at| at as u16 + 1);
        let mut voice =
            Voice { scam, stages, end: row(END), unknown: row(UNKNOWN), figure: row(FIGURE), filters, table: Vec::new() };
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

    /// What it says of the words it has heard last.
    pub(crate) fn says(&self, ear: &mut Ear) -> Said {
        self.listen(ear);
        let mut loud = [0.0; 2 * ALL];
        for (loud, sums) in loud.chunks_exact_mut(ALL).zip(&ear.loud) {
            for ((loud, sum), (bias, worth)) in loud.iter_mut().zip(sums).zip(self.filters.tones()) {
                *loud = if *sum == SILENT { 0.0 } else { (f32::from(*sum) * worth + bias).max(0.0) };
            }
        }
        let scam = COUNTS * f64::from(self.filters.says(self.scam, &loud));
        let heard = |stage: &&usize| self.filters.says(**stage, &loud) >= HEARD;
        Said { scam: scam.clamp(-VOICE_CAP, VOICE_CAP), stages: self.stages.iter().filter(heard).count() }
    }

    /// Listens to the words that were taken since it was last asked. From each [`MEMORY`] words to the next, the ones before the last are
    /// forgotten, and those that are kept listened to again: what was loud holds no more than it must.
    fn listen(&self, ear: &mut Ear) {
        let memory = MEMORY as u64;
        let from = (ear.heard.saturating_sub(1) / memory).saturating_sub(1) * memory;
        if ear.listened.start != from {
            ear.listened = from..from;
            ear.loud = [[SILENT; ALL]; 2];
        }
        const { assert!(FILTERS.is_multiple_of(BLOCK), "no filter is left over") };
        for word in ear.listened.end..ear.heard {
            let row = |back: u64| {
                let row = word.checked_sub(back).map_or(NOTHING as u16, |word| ear.words[word as usize % KEPT]);
                self.filters.rows()[usize::from(row) * ROW..][..ROW].as_chunks().0
            };
            let rows = [row(0), row(1), row(2), row(3), row(4)];
            let [loudest, second] = &mut ear.loud;
            let (loudest, second) = (loudest.as_chunks_mut().0, second.as_chunks_mut().0);
            for block in 0..FILTERS / BLOCK {
                let mut column = block;
                for (group, reach) in SHAPE.reaches.iter().enumerate() {
                    let mut sums = [0; BLOCK];
                    for back in (0..*reach).rev() {
                        add(&mut sums, &rows[back][column]);
                        column += FILTERS / BLOCK;
                    }
                    let filter = group * FILTERS / BLOCK + block;
                    hold(&sums, &mut loudest[filter], &mut second[filter]);
                }
            }
        }
        ear.listened.end = ear.heard;
    }
}

/// Numbers of a row that are added at once.
const BLOCK: usize = 16;

fn add(sums: &mut [i16; BLOCK], numbers: &[i16; BLOCK]) {
    sums.iter_mut().zip(numbers).for_each(|(sum, number)| *sum += number);
}

/// Holds the two loudest of three.
fn hold(sums: &[i16; BLOCK], loudest: &mut [i16; BLOCK], second: &mut [i16; BLOCK]) {
    for ((sum, loudest), second) in sums.iter().zip(loudest).zip(second) {
        *second = (*second).max((*loudest).min(*sum));
        *loudest = (*loudest).max(*sum);
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

    /// A voice to which "gift card" side by side is worth 2, as a demand 1, and all else nothing, before which it says -1.
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
        let demand = label_of(Stage::Demand.as_str());
        for label in Stage::ALL.iter().map(|stage| label_of(stage.as_str())).chain([SCAM.to_owned()]) {
            let step = if label == SCAM || label == demand { 2.0 / 127.0 } else { 0.0 };
            file += &format!("[{label}] -1.0 {step} {}\n", bytes(2 * ALL, &[FILTERS]));
        }
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
        let (silent, loud) = (Said { scam: -COUNTS, stages: 0 }, Said { scam: COUNTS, stages: 1 });
        let says = |ear: &mut Ear, said: Said| {
            let told = voice.says(ear);
            assert!((told.scam - said.scam).abs() < 1e-2 && told.stages == said.stages, "{told:?}");
        };
        says(&mut ear, silent);
        hear(&voice, &mut ear, "the card and a gift");
        says(&mut ear, silent);
        hear(&voice, &mut ear, "card");
        says(&mut ear, loud);
        (0..2 * MEMORY).for_each(|_| hear(&voice, &mut ear, "then"));
        says(&mut ear, silent);
    }

    #[test]
    fn the_loudest_and_the_second_loudest_window_are_held() {
        let (mut loudest, mut second) = ([SILENT; BLOCK], [SILENT; BLOCK]);
        for sum in [3, 9, 5, 9] {
            hold(&[sum; BLOCK], &mut loudest, &mut second);
            assert!(second[0] <= loudest[0]);
        }
        assert_eq!((loudest[0], second[0]), (9, 9));
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
                assert_eq!(voice.says(&mut late), told, "{number}");
            }
        }
    }

    #[test]
    fn a_bad_file_is_refused() {
        assert_eq!(Voice::parse("gift AAAA").unwrap_err(), "line 1: not a filter, a label or a word");
    }
}
