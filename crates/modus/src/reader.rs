//! The reader: finds signals in a text and puts them together to a reading.

use crate::engine::{Engine, Match};
use crate::learned::{self, BadLine, Learned, Told};
use crate::pack::{Packs, Signal};
use crate::reading::{Field, Reading, Span};
use crate::scope::Scope;
use crate::terms::Terms;
use crate::token::{MONEY, OFFICER, PHONE, Tokens};
use crate::{decide, loss, money, names, numbers};

/// Reads texts by packs.
#[derive(Debug, Clone)]
pub struct Reader {
    packs: Packs,
    engine: Engine,
    learned: Learned,
    /// What weighs names; without it the rules alone read them.
    names: names::Weights,
}

/// Buffers that are used again from text to text: with them, finding signals allocates nothing once they have grown.
#[derive(Debug, Clone, Default)]
pub struct Scratch {
    tokens: Tokens,
    amounts: Vec<money::Amount>,
    numbers: Vec<numbers::Number>,
    names: Vec<names::Name>,
    matches: Vec<Match>,
    found: Vec<Found>,
}

/// A signal found in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// Its place in [`Packs::signals`].
    pub signal: usize,
    /// Where its words stand, in bytes.
    pub span: Span,
    /// Its first word, counted from 0.
    pub first_word: usize,
    /// Its last word.
    pub last_word: usize,
}

/// A word of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spoken<'a> {
    /// Its first byte.
    pub start: usize,
    /// One past its last.
    pub end: usize,
    /// Its letters: small, without apostrophes.
    pub letters: &'a str,
    /// Their key ([`crate::word_key`]).
    pub key: u32,
}

impl Scratch {
    /// The word at a place of the text that was read last.
    pub fn word(&self, at: usize) -> Option<Spoken<'_>> {
        let token = self.tokens.get(at)?;
        Some(Spoken { start: token.start, end: token.end, letters: self.tokens.word(at), key: token.key })
    }
}

/// Most hits that one text is read for: a text that repeats one phrase a thousand times says it once.
const MOST_HITS: usize = 4_000;

impl Reader {
    /// A reader of these packs, with the learned part as one voice more.
    pub fn new(packs: &Packs) -> Reader {
        Reader::hearing(packs, Learned::builtin())
    }

    /// A reader of these packs alone.
    pub fn rules_only(packs: &Packs) -> Reader {
        Reader {
            engine: Engine::build(&packs.signals),
            packs: packs.clone(),
            learned: Learned::silent(),
            names: names::Weights::default(),
        }
    }

    /// A reader of these packs with another learned part, in the form of `network.txt` and `windows.txt` in `rules/modus/learned/`, which
    /// must know the same labels.
    ///
    /// # Errors
    /// The line that says nothing.
    pub fn with_learned(packs: &Packs, network: &str, windows: &str) -> Result<Reader, BadLine> {
        Ok(Reader::hearing(packs, Learned::parse(network, windows)?))
    }

    fn hearing(packs: &Packs, mut learned: Learned) -> Reader {
        let mut reader = Reader::rules_only(packs);
        learned.number(&mut reader.packs);
        Reader { learned, names: names::Weights::builtin(), ..reader }
    }

    /// The signs of a text that the learned part looks at, each once: what it is trained on.
    pub fn learned_signs(&self, text: &str) -> Vec<String> {
        let mut scratch = Scratch::default();
        self.find_all(text, &mut scratch);
        learned::signs(&scratch.tokens, self.told(&scratch.found))
    }

    /// The words of a text in order, each with its term; a sentence's end is one. What the windows of the learned part are trained on.
    pub fn learned_words(&self, text: &str) -> Vec<(String, String)> {
        let mut scratch = Scratch::default();
        self.find_all(text, &mut scratch);
        learned::words(&scratch.tokens)
    }

    /// This reader with other weights of names, in the form of `rules/modus/learned/names.txt`.
    ///
    /// # Errors
    /// The number of the line that is no sign with its weight.
    pub fn with_names(self, weights: &str) -> Result<Reader, usize> {
        Ok(Reader { names: names::Weights::parse(weights)?, ..self })
    }

    /// All that may be names in a text: how each is written at its places, and its signs: what the weights of names are trained on.
    pub fn name_signs(&self, text: &str) -> Vec<(Vec<String>, Vec<String>)> {
        let mut scratch = Scratch::default();
        self.find_all(text, &mut scratch);
        names::taught(text, &scratch.tokens, Terms::builtin())
    }

    /// The signals that the learned part hears of: those of outcomes, where what else is told decides what each is worth.
    fn told<'t>(&'t self, found: &'t [Found]) -> impl Iterator<Item = Told<'t>> {
        found.iter().filter_map(|hit| {
            let signal = &self.packs.signals[hit.signal];
            let heard = matches!(signal.field, Field::Outcome | Field::Context);
            heard.then_some(Told { id: &signal.id, first: hit.first_word, last: hit.last_word })
        })
    }

    /// The packs it reads by.
    pub fn packs(&self) -> &Packs {
        &self.packs
    }

    /// Reads a text. At most the first mebibyte is read.
    pub fn read(&self, text: &str) -> Reading {
        let mut scratch = Scratch::default();
        self.find_all(text, &mut scratch);
        let Scratch { tokens, amounts, found, numbers, names, .. } = &scratch;
        let mut reading = Reading { outcome: "unknown".to_owned(), ..Reading::default() };
        let heard = decide::Heard { learned: &self.learned, tokens, voices: self.learned.voices(tokens, self.told(found)) };
        let values = decide::values(&self.packs, found, &heard);
        if !decide::is_scam_call(&self.packs, found, &values, &heard) {
            return reading;
        }
        reading.scam_call = true;
        reading.values = values;
        if let Some((outcome, spans)) = decide::outcome(&self.packs, found, &reading.values, &heard) {
            reading.outcome = outcome;
            reading.outcome_evidence = spans;
            decide::take_back(&mut reading.values, &reading.outcome);
        }
        if let Some((pence, span)) = loss::loss(tokens, amounts, &reading) {
            reading.loss_pence = Some(pence);
            reading.loss_evidence = span;
        }
        for number in numbers.iter().filter(|number| !number.own) {
            reading.numbers.push(number.e164.clone());
            reading.number_evidence.push(Span { start: tokens[number.first].start, end: tokens[number.last].end });
        }
        if self.names.silent() {
            ruled_names(text, tokens, names, &mut reading);
            return reading;
        }
        for span in self.names.read(text, tokens, Terms::builtin()) {
            reading.names.push(text[span.start..span.end].to_owned());
            reading.name_evidence.push(span);
        }
        reading
    }

    /// The ids of all signals found, in order, each once: for the examples of the packs.
    pub fn signals_in(&self, text: &str) -> Vec<String> {
        let mut ids: Vec<String> = Vec::new();
        for (signal, _) in self.found(text) {
            if !ids.contains(&signal.id) {
                ids.push(signal.id.clone());
            }
        }
        ids
    }

    /// Every signal found with its place, in the order of the text: what a call is checked by.
    pub fn found(&self, text: &str) -> Vec<(&Signal, Span)> {
        let mut scratch = Scratch::default();
        self.find(text, &mut scratch).iter().map(|hit| (&self.packs.signals[hit.signal], hit.span)).collect()
    }

    /// As [`Reader::found`], in buffers that are used again: for many short texts, such as the turns of a call.
    ///
    /// # Example
    /// ```
    /// let reader = modus::Reader::new(&modus::Packs::builtin());
    /// let mut scratch = modus::Scratch::default();
    /// for turn in ["I am from the police.", "Tell no one."] {
    ///     let found = reader.find(turn, &mut scratch);
    ///     assert!(!found.is_empty() && found.iter().all(|one| one.span.end <= turn.len()));
    /// }
    /// ```
    pub fn find<'s>(&self, text: &str, scratch: &'s mut Scratch) -> &'s [Found] {
        self.find_marked(text, scratch, self.engine.marks())
    }

    /// As [`Reader::find`], with the amounts, numbers and names of the text, whether patterns ask for them or not.
    fn find_all<'s>(&self, text: &str, scratch: &'s mut Scratch) -> &'s [Found] {
        self.find_marked(text, scratch, u32::MAX)
    }

    /// Amounts, telephone numbers and officers' names are only looked for where `marks` asks for them: most turns of a call need none.
    fn find_marked<'s>(&self, text: &str, scratch: &'s mut Scratch, marks: u32) -> &'s [Found] {
        let Scratch { tokens, amounts, numbers, names, matches, found } = scratch;
        tokens.fill(text, &self.engine.lexicon);
        if marks & MONEY != 0 {
            money::amounts(tokens, self.engine.lexicon.forgives(), amounts);
        }
        if marks & PHONE != 0 {
            numbers::numbers(text, tokens, numbers);
        }
        if marks & OFFICER != 0 {
            names::names(text, tokens, names);
        }
        self.engine.find(tokens, MOST_HITS, matches);
        found.clear();
        found.reserve(matches.len());
        let mut scope = Scope::of(tokens);
        for one in matches.iter() {
            let (first, last) = (one.first as usize, one.last as usize);
            let signal = &self.packs.signals[one.signal as usize];
            if scope.counts(signal.field, signal.keeps_negation, first) {
                let span = Span { start: tokens[first].start, end: tokens[last].end };
                found.push(Found { signal: one.signal as usize, span, first_word: first, last_word: last });
            }
        }
        found
    }
}

/// The names that the rules read, each once.
fn ruled_names(text: &str, tokens: &Tokens, names: &[names::Name], reading: &mut Reading) {
    for name in names {
        let (start, end) = (tokens[name.first].start, tokens[name.last].end);
        let written = text[start..end].strip_suffix("'s").unwrap_or(&text[start..end]);
        let end = start + written.len();
        // "DC Brady", after "Detective Sergeant Colm Brady": the same again, and less of it.
        let words = written.split_whitespace().count();
        let surname = written.rsplit(' ').next();
        let again = |held: &String| held.rsplit(' ').next() == surname && words <= 2 && held.split_whitespace().count() > words;
        let held = |held: &String| held.to_lowercase().contains(&written.to_lowercase()) || again(held);
        if !reading.names.iter().any(held) {
            reading.names.push(written.to_owned());
            reading.name_evidence.push(Span { start, end });
        }
    }
}
