//! The learned part: two small networks that hear a text in two ways, and whose log-odds are weighed together. One hears which signs a
//! text has, wherever they stand (`network.rs`); the other hears each word beside the next ones, and keeps what sounded loudest
//! (`windows.rs`). What they say is one voice beside the signals, capped, and its evidence is the words without which it would not speak.

mod evidence;
pub mod filters;
mod network;
mod outputs;
mod signs;
mod windows;

use std::cell::OnceCell;

use evidence::Parts;
use network::{Light, Network};
use signs::{Hit, Signs};
use windows::{Sound, Windows};

use crate::pack::Packs;
use crate::reading::Field;
use crate::terms::{Term, Terms};
use crate::token::Tokens;

pub(crate) use signs::{Told, names as signs};
pub(crate) use windows::words;

/// What trains the two networks needs to know of their shape, beside [`filters`].
pub mod shape {
    pub use super::network::{STEP, WIDTH, loudness};
    pub use super::windows::{WINDOWS, late_from};
}

/// What one label is told by.
#[derive(Debug, Clone, PartialEq)]
struct Label {
    field: Option<Field>,
    value: String,
    /// Log-odds before a word is read: how common the label is.
    common: f64,
    /// The value's number in the packs.
    number: Option<u16>,
    /// Its number in the windows.
    window: usize,
}

/// The learned part.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Learned {
    /// In the order of the network's.
    labels: Vec<Label>,
    signs: Signs,
    network: Network,
    windows: Windows,
}

/// What the learned part says of a label.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Voice<'l> {
    /// The label's number.
    label: usize,
    /// The field, or none for "is it a scam call".
    pub(crate) field: Option<Field>,
    pub(crate) value: &'l str,
    /// The value's number in the packs, where it is one of a list field.
    pub(crate) number: Option<u16>,
    /// Log-odds.
    pub(crate) sum: f64,
    /// Log-odds before a word is read.
    pub(crate) common: f64,
    /// The log-odds of the windows alone.
    windows: f32,
}

/// All that the learned part says of a text, with the places of its signs.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Voices<'l> {
    pub(crate) list: Vec<Voice<'l>>,
    /// By sign.
    hits: Vec<Hit>,
    light: Light,
    sound: Sound,
    /// Made where evidence is asked for.
    parts: OnceCell<Parts>,
}

/// A line of a file of the learned part that is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{file}, line {line}: not a line of the learned part")]
pub struct BadLine {
    /// Its name in `rules/modus/learned/`.
    pub file: &'static str,
    /// From one.
    pub line: usize,
}

const NETWORK: &str = include_str!("../../../../rules/modus/learned/network.txt");
const WINDOWS: &str = include_str!("../../../../rules/modus/learned/windows.txt");
/// The fields that labels are of; "is it a scam call" is of none.
const FIELDS: [Field; 6] = [Field::Claimed, Field::Pretext, Field::Trick, Field::Demand, Field::Handover, Field::Outcome];
/// How much the windows count beside the signs.
const WINDOWS_SHARE: f64 = 0.4;
/// Words that are looked at: a longer text says nothing new of what it is about.
const MOST_WORDS: usize = 4_000;

impl Learned {
    /// What ships with the program.
    pub(crate) fn builtin() -> Learned {
        Learned::parse(NETWORK, WINDOWS).unwrap_or_else(|bad| panic!("{bad}"))
    }

    /// A learned part that says nothing.
    pub(crate) fn silent() -> Learned {
        Learned::default()
    }

    /// Reads the files of the two networks ([`Network::parse`], [`Windows::parse`]), which must know the same labels.
    pub(crate) fn parse(network: &str, windows: &str) -> Result<Learned, BadLine> {
        let bad = |file| move |line| BadLine { file, line };
        let (network, names) = Network::parse(network).map_err(bad("network.txt"))?;
        let lines = windows.lines().count();
        let windows = Windows::parse(windows).map_err(bad("windows.txt"))?;
        let labels: Option<Vec<Label>> = network
            .labels()
            .map(|(label, common)| {
                let (field, value) = label.split_once('.')?;
                let field = FIELDS.into_iter().find(|one| one.as_str() == field);
                Some(Label { field, value: value.to_owned(), common, number: None, window: windows.outputs().number(label)? })
            })
            .collect();
        let labels = labels.ok_or(BadLine { file: "windows.txt", line: lines })?;
        Ok(Learned { labels, signs: Signs::of(&names), network, windows })
    }

    /// Takes the numbers of the values it speaks of from the packs, which are given those they lack.
    pub(crate) fn number(&mut self, packs: &mut Packs) {
        for label in &mut self.labels {
            let field = label.field.filter(|field| *field != Field::Outcome);
            label.number = field.map(|field| packs.number(field, &label.value));
        }
    }

    /// What it says of every label.
    pub(crate) fn voices<'t>(&self, tokens: &Tokens, told: impl Iterator<Item = Told<'t>>) -> Voices<'_> {
        if self.labels.is_empty() {
            return Voices::default();
        }
        let terms = Terms::builtin();
        let terms: Vec<Term> = (0..tokens.len().min(MOST_WORDS)).map(|at| terms.term(tokens, at)).collect();
        let hits = self.signs.hits(tokens, &terms, told);
        let mut rows: Vec<u32> = hits.iter().map(|hit| hit.sign()).collect();
        rows.dedup();
        let light = self.network.light(&rows);
        let sound = self.windows.sound(tokens, &terms);
        let network = self.network.outputs().say(&self.network.lit(&light));
        let windows = self.windows.outputs().say(&sound.loud);
        let list = self.labels.iter().enumerate().map(|(number, label)| Voice {
            label: number,
            field: label.field,
            value: &label.value,
            number: label.number,
            sum: Learned::together(network[number], windows[label.window]),
            common: label.common,
            windows: windows[label.window],
        });
        Voices { list: list.collect(), hits, light, sound, parts: OnceCell::new() }
    }

    /// What the networks say together.
    fn together(network: f32, windows: f32) -> f64 {
        f64::from(network) + WINDOWS_SHARE * f64::from(windows - network)
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    use super::*;
    use crate::token::tokens;

    /// A network that says nothing of a label but how common it is.
    fn nothing(label: &str) -> String {
        let none = STANDARD.encode([0; shape::WIDTH]);
        format!("[units] 1.0 {none}\n[{label}] -2.0 0.0 1.0 {none}\nlamp {none}\n")
    }

    #[test]
    fn a_voice_shows_the_words_without_which_it_would_not_speak() {
        let windows = windows::tests::file_of("demand.gold", 0, &["teapot"]);
        let learned = Learned::parse(&nothing("demand.gold"), &windows).unwrap();
        let words = tokens("some red lamps, a Teapot");
        let voices = learned.voices(&words, std::iter::empty());
        let voice = &voices.list[0];
        assert!((voice.sum - WINDOWS_SHARE).abs() < 1e-4 && (voice.common + 2.0).abs() < 1e-6);
        let spans = learned.evidence(&words, &voices, voice, 0.0);
        assert_eq!(spans.iter().map(|span| (span.start, span.end)).collect::<Vec<_>>(), [(18, 24)]);
    }

    #[test]
    fn both_files_know_the_same_labels() {
        let windows = windows::tests::file_of("demand.gold", 0, &["teapot"]);
        let bad = Learned::parse(&nothing("demand.pin"), &windows).unwrap_err();
        assert_eq!(bad.to_string(), format!("windows.txt, line {}: not a line of the learned part", windows.lines().count()));
    }
}
