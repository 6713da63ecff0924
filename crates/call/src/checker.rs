//! The checker: state carried from turn to turn and from word to word, an alarm that stays, and no look ahead. A phrase counts when
//! its last word is said.

use modus::{Field, PART, Packs, Reader, Scratch};
use serde_json::json;

use crate::scope::{Scope, scope};
use crate::voice::{Ear, Said, Voice};
use crate::weigh::{self, Evidence, LOUDEST};
use crate::{Advice, Stage, THRESHOLD, packs};

/// Checks calls by the packs of a reader.
#[derive(Debug, Clone)]
pub struct Checker {
    reader: Reader,
    /// What each signal says, by its place in the packs.
    meanings: Vec<Option<Meant>>,
    voice: Option<Voice>,
}

/// Buffers that are used again from turn to turn and from call to call: with them a turn allocates nothing once they have grown.
#[derive(Debug, Clone, Default)]
pub struct Buffers {
    scratch: Scratch,
    found: Vec<Phrase>,
    calm: Vec<(usize, usize)>,
}

/// A phrase of a signal in a turn. Ordered as heard: by its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Phrase {
    end: usize,
    start: usize,
    signal: usize,
    /// Its first word in the turn.
    first: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meaning {
    /// A phrase of a stage.
    Stage(Stage),
    /// A single word of a stage: a signal whose id ends in `_word`.
    Word(Stage),
    /// The phrase of a help desk that was rung: a stage's too.
    Desk(Stage),
    /// A phrase of a stage that lacks a word.
    Part(Stage),
    Genuine,
}

#[derive(Debug, Clone, Copy)]
struct Meant {
    meaning: Meaning,
    weight: f64,
    /// The signal whose phrases this one's are without a word, or the other way about.
    twin: Option<usize>,
}

impl Meaning {
    fn stage(self) -> Option<Stage> {
        match self {
            Meaning::Stage(stage) | Meaning::Word(stage) | Meaning::Desk(stage) | Meaning::Part(stage) => Some(stage),
            Meaning::Genuine => None,
        }
    }
}

/// The signal of a help desk that answers.
const HELP_DESK: &str = "authority.help_desk";

/// A stage heard, with its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard<'a> {
    /// The stage.
    pub stage: Stage,
    /// The turn, from 0.
    pub turn: usize,
    /// First byte in the turn's text.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    /// The words.
    pub quote: &'a str,
}

#[derive(Debug, Clone, Copy)]
struct Held {
    stage: Stage,
    quote: u16,
    turn: u32,
    start: u32,
    end: u32,
}

/// A call so far: at most [`MOST_HELD`] stages with their words and a few sums, however long it lasts.
#[derive(Debug, Clone, Default)]
pub struct Check {
    evidence: Evidence,
    ear: Ear,
    seen: [u64; SEEN],
    held: Vec<Held>,
    quotes: String,
    words: usize,
    far_words: usize,
    turns: usize,
    highest: f64,
    alarm: Option<(usize, usize)>,
}

/// Most stages held with their words.
pub const MOST_HELD: usize = 64;
/// Most bytes of quoted words held.
const MOST_QUOTED: usize = 1_000;
/// Longest turn that is read, in bytes.
const LONGEST_TURN: usize = 64 * 1024;
/// Words of one breath: a turn is one or more.
const BREATH: usize = 40;
/// Sixty-fours of signals that are told apart.
const SEEN: usize = 8;

impl Checker {
    /// A checker by the dialogue pack that ships.
    pub fn builtin() -> Checker {
        Checker::with(&packs::dialogue())
    }

    /// A checker by these packs.
    pub fn with(packs: &Packs) -> Checker {
        Checker::new(Reader::rules_only(packs))
    }

    /// A checker by the packs of a reader. Only signals of the fields `stage` and `genuine` speak; the first 512 of them.
    pub fn new(reader: Reader) -> Checker {
        let signals = &reader.packs().signals()[..reader.packs().signals().len().min(SEEN * 64)];
        let meanings = signals.iter().map(|signal| {
            let meaning = match signal.field {
                Field::Stage => Stage::named(&signal.value).map(|stage| match signal.id.as_str() {
                    HELP_DESK => Meaning::Desk(stage),
                    id if id.ends_with("_word") => Meaning::Word(stage),
                    id if id.ends_with(PART) => Meaning::Part(stage),
                    _ => Meaning::Stage(stage),
                }),
                Field::Genuine => Some(Meaning::Genuine),
                _ => None,
            };
            let twin = signals.iter().position(|other| {
                let of = |part: &str, whole: &str| part.strip_suffix(PART) == Some(whole);
                of(&other.id, &signal.id) || of(&signal.id, &other.id)
            });
            meaning.map(|meaning| Meant { meaning, weight: signal.weight, twin })
        });
        Checker { meanings: meanings.collect(), reader, voice: Some(Voice::builtin()) }
    }

    /// The same without its learned part: the rules alone.
    #[must_use]
    pub fn without_voice(mut self) -> Checker {
        self.voice = None;
        self
    }

    /// The same with another learned part, in the form of `rules/call/voice.txt`.
    ///
    /// # Errors
    /// The line that is no filter, label or word, or what is missing.
    pub fn with_voice(mut self, text: &str) -> Result<Checker, String> {
        self.voice = Some(Voice::parse(text)?);
        Ok(self)
    }

    /// Takes the next turn. `resident` turns are counted but raise nothing: people repeat what they are asked.
    pub fn turn(&self, check: &mut Check, resident: bool, text: &str) {
        self.turn_in(&mut Buffers::default(), check, resident, text);
    }

    /// As [`Checker::turn`], in buffers that are used again.
    pub fn turn_in(&self, buffers: &mut Buffers, check: &mut Check, resident: bool, text: &str) {
        let turn = check.turns;
        check.turns += 1;
        let mut end = text.len().min(LONGEST_TURN);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let text = &text[..end];
        let words = if resident { Words::new(text).before(text.len()) } else { self.listen(buffers, check, turn, text) };
        check.words += words;
        if !resident {
            check.far_words += words;
        }
    }

    /// Weighs a turn of the far end; gives the count of its words.
    fn listen(&self, buffers: &mut Buffers, check: &mut Check, turn: usize, text: &str) -> usize {
        let mut words = Words::new(text);
        let mut spoken = 0;
        let Buffers { scratch, found, calm } = buffers;
        found.clear();
        calm.clear();
        for one in self.reader.find(text, scratch) {
            if self.meaning(one.signal).is_some() {
                found.push(Phrase { end: one.span.end, start: one.span.start, signal: one.signal, first: one.first_word });
            }
        }
        if let Some(voice) = &self.voice {
            voice.begin(&mut check.ear);
        }
        // In the order in which they are heard to the end.
        found.sort_unstable();
        found.dedup();
        let mut breath = None;
        // Several signals' phrases often begin at one word.
        let mut scoped = (usize::MAX, Scope::Said);
        for at in 0..found.len() {
            let Phrase { end, start, signal, first } = found[at];
            let Some(Meant { meaning, weight, twin }) = self.meaning(signal) else { continue };
            let is_part = matches!(meaning, Meaning::Word(_) | Meaning::Part(_));
            // A long phrase that began in the breath before does not begin another.
            if Some(first / BREATH) > breath {
                breath = Some(first / BREATH);
                check.evidence.breathe();
            }
            match meaning.stage() {
                None => {
                    calm.push((start, end));
                    if check.first(signal) {
                        check.evidence.genuine(weight);
                    }
                }
                // A single word counts once, and is a reason until the alarm: after both it says nothing new.
                Some(_) if is_part && check.alarm.is_some() && check.has(signal) => continue,
                // What was said whole says no more with a word missing.
                Some(_) if matches!(meaning, Meaning::Part(_)) && twin.is_some_and(|whole| check.has(whole)) => continue,
                Some(stage) => {
                    // "Never tell your PIN to anyone" is no call for secrecy: what a genuine phrase holds, no stage holds.
                    let calmed = calm.iter().any(|held| held.0 < end && start < held.1)
                        || found[at + 1..].iter().take_while(|other| other.end == end).any(|other| self.is_genuine(other.signal));
                    if scoped.0 != start {
                        scoped = (start, scope(scratch, text, first));
                    }
                    let passed_over = match scoped.1 {
                        Scope::Said => false,
                        Scope::Negated => !matches!(stage, Stage::Secrecy | Stage::Isolation),
                        Scope::OfOthers => matches!(stage, Stage::Secrecy | Stage::Isolation),
                        Scope::Told => true,
                    };
                    if calmed || passed_over {
                        continue;
                    }
                    let is_news = check.first(signal);
                    if is_news {
                        if is_part {
                            check.evidence.word(stage, weight);
                        } else {
                            check.evidence.stage(stage, weight);
                            // The whole takes its part's place.
                            if let Some(part) = twin.filter(|part| check.has(*part)).and_then(|part| self.meaning(part)) {
                                check.evidence.word(stage, -part.weight);
                            }
                        }
                        if matches!(meaning, Meaning::Desk(_)) {
                            check.evidence.desk();
                        }
                    }
                    // After the alarm a single word is a reason once.
                    if !is_part || check.alarm.is_none() || is_news {
                        check.hold(stage, turn, start, end, &text[start..end]);
                    }
                }
            }
            self.hear(scratch, &mut spoken, end, &mut check.ear);
            self.weigh(check, turn, words.before(end));
        }
        self.hear(scratch, &mut spoken, text.len(), &mut check.ear);
        words.before(text.len())
    }

    /// Weighs what has been heard up to a word of a turn, of which so many words were heard.
    fn weigh(&self, check: &mut Check, turn: usize, heard: usize) {
        let words = check.far_words + heard;
        let sum = |said: Said| check.evidence.sum(words, said);
        let sum = match &self.voice {
            // Listening takes time: only where it could tell.
            Some(voice) if check.evidence.is_told_by_two() && sum(LOUDEST) > check.highest => sum(voice.says(&mut check.ear)),
            _ => sum(Said::default()),
        };
        check.highest = check.highest.max(sum);
        if check.alarm.is_none() && sum >= THRESHOLD {
            check.alarm = Some((turn, check.words + heard));
        }
    }

    /// Has the voice hear the words of a turn up to a byte, from the one at `spoken` on.
    fn hear(&self, turn: &Scratch, spoken: &mut usize, end: usize, ear: &mut Ear) {
        let Some(voice) = &self.voice else { return };
        while let Some(word) = turn.word(*spoken).filter(|word| word.start < end) {
            voice.hear(ear, word.key, word.letters);
            *spoken += 1;
        }
    }

    /// Whether a signal has counted in a call.
    pub(crate) fn heard_signal(&self, check: &Check, id: &str) -> bool {
        let place = self.reader.packs().signals().iter().take(SEEN * 64).position(|signal| signal.id == id);
        place.is_some_and(|signal| check.has(signal))
    }

    fn meaning(&self, signal: usize) -> Option<Meant> {
        self.meanings.get(signal).copied().flatten()
    }

    fn is_genuine(&self, signal: usize) -> bool {
        self.meaning(signal).is_some_and(|meant| meant.meaning == Meaning::Genuine)
    }
}

/// Counts the words of a turn, what white space parts, as far as it is asked.
struct Words<'a> {
    text: &'a str,
    ascii: bool,
    at: usize,
    count: usize,
}

impl<'a> Words<'a> {
    fn new(text: &'a str) -> Words<'a> {
        Words { text, ascii: text.is_ascii(), at: 0, count: 0 }
    }

    /// The words that begin before a byte, which is the first of a letter.
    fn before(&mut self, end: usize) -> usize {
        if end > self.at {
            let bytes = self.text.as_bytes();
            if self.ascii {
                let from = self.at.max(1);
                self.count += usize::from(self.at == 0 && !is_space(bytes[0]));
                // Pieces whose count fits a byte: many bytes are compared at once.
                for (before, here) in bytes[from - 1..end - 1].chunks(128).zip(bytes[from..end].chunks(128)) {
                    let begun = before.iter().zip(here).map(|(before, byte)| u8::from(is_space(*before) & !is_space(*byte)));
                    self.count += usize::from(begun.sum::<u8>());
                }
            } else {
                let mut space = self.text[..self.at].chars().next_back().is_none_or(char::is_whitespace);
                for c in self.text[self.at..end].chars() {
                    self.count += usize::from(space && !c.is_whitespace());
                    space = c.is_whitespace();
                }
            }
            self.at = end;
        }
        self.count
    }
}

fn is_space(byte: u8) -> bool {
    byte == b' ' || byte.wrapping_sub(b'\t') < 5
}

impl Check {
    /// Whether this signal has spoken.
    fn has(&self, signal: usize) -> bool {
        self.seen[signal / 64] >> (signal % 64) & 1 == 1
    }

    /// Whether this signal speaks for the first time.
    fn first(&mut self, signal: usize) -> bool {
        let (word, bit) = (signal / 64, 1_u64 << (signal % 64));
        let first = self.seen[word] & bit == 0;
        self.seen[word] |= bit;
        first
    }

    fn hold(&mut self, stage: Stage, turn: usize, start: usize, end: usize, quote: &str) {
        let known = self.held.iter().rev().take(16).any(|held| {
            held.stage == stage && held.turn as usize == turn && held.start as usize <= start && end <= held.end as usize
        });
        if known || self.held.len() >= MOST_HELD || self.quotes.len() + quote.len() > MOST_QUOTED {
            return;
        }
        // Words that were held without the one that makes them whole give way.
        if let Some(last) = self.held.last()
            && last.stage == stage
            && (last.turn as usize, last.start as usize) == (turn, start)
            && (last.end as usize) < end
        {
            self.quotes.truncate(usize::from(last.quote));
            self.held.pop();
        }
        // All at once: a string that grows by doubling takes up to twice of what it holds.
        if self.quotes.capacity() == 0 {
            self.quotes.reserve_exact(MOST_QUOTED);
        }
        let held = Held { stage, quote: self.quotes.len() as u16, turn: turn as u32, start: start as u32, end: end as u32 };
        self.quotes.push_str(quote);
        self.held.push(held);
    }

    /// How likely the call is a scam, 0..=1: the highest that it has been, 0.5 where the alarm is raised.
    pub fn score(&self) -> f64 {
        weigh::score(self.highest)
    }

    /// Whether the alarm was raised. Once raised it stays.
    pub fn alarm(&self) -> bool {
        self.alarm.is_some()
    }

    /// The turn and the count of words heard in the whole call when the alarm was raised.
    pub fn alarm_at(&self) -> Option<(usize, usize)> {
        self.alarm
    }

    /// Words heard so far, in all turns.
    pub fn words(&self) -> usize {
        self.words
    }

    /// What was heard, in order.
    pub fn heard(&self) -> Vec<Heard<'_>> {
        self.held
            .iter()
            .map(|held| {
                let (first, length) = (usize::from(held.quote), (held.end - held.start) as usize);
                Heard {
                    stage: held.stage,
                    turn: held.turn as usize,
                    start: held.start as usize,
                    end: held.end as usize,
                    quote: &self.quotes[first..first + length],
                }
            })
            .collect()
    }

    /// Bytes that this call takes in memory: what a server holds for it.
    pub fn memory(&self) -> usize {
        size_of::<Check>() + self.held.capacity() * size_of::<Held>() + self.quotes.capacity()
    }

    /// What to do now, where the alarm was raised.
    pub fn advice(&self) -> Vec<Advice> {
        if self.alarm() { Advice::ALL.to_vec() } else { Vec::new() }
    }

    /// The check as the contract's JSON (`contracts/commands.md`).
    pub fn to_contract_json(&self, id: &serde_json::Value) -> serde_json::Value {
        let stages: Vec<serde_json::Value> = self
            .heard()
            .iter()
            .map(|heard| json!({ "stage": heard.stage, "turn": heard.turn, "start": heard.start, "end": heard.end, "quote": heard.quote }))
            .collect();
        json!({
            "id": id, "score": self.score(), "alarm": self.alarm(), "alarm_turn": self.alarm.map(|alarm| alarm.0),
            "alarm_word": self.alarm.map(|alarm| alarm.1), "words": self.words, "stages": stages, "advice": self.advice(),
        })
    }
}
