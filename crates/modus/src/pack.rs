//! Rule packs: signals as data.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::builtin::BUILTIN;
use crate::pattern::{Lists, Pattern};
use crate::reading::Field;

/// A pack that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    /// Not TOML of the right shape.
    #[error("pack {pack}: {source}")]
    Syntax {
        /// The file.
        pack: String,
        /// Why.
        source: Box<toml::de::Error>,
    },
    /// A signal that is not right.
    #[error("pack {pack}: signal '{id}': {what}")]
    Signal {
        /// The file.
        pack: String,
        /// The signal.
        id: String,
        /// What is wrong.
        what: String,
    },
}

/// One signal.
#[derive(Debug, Clone)]
pub struct Signal {
    /// Its id, `field.value` or longer.
    pub id: String,
    /// The field it supports.
    pub field: Field,
    /// The value it supports.
    pub value: String,
    /// How strongly, -2..=2; against for signals of context.
    pub weight: f64,
    /// What it says, for people.
    pub describe: String,
    /// It holds a "not" itself ("must not tell anyone").
    pub keeps_negation: bool,
    /// What it weighs, as a share of its weight, where one word of a pattern is missing or wrong ([`Packs::with_parts`]); 0 for nothing.
    pub part: f64,
    /// It counts only where one of these signals or values (`field.value`) is found too: a composite.
    pub needs: Vec<String>,
    /// It does not count where one of these is read without it.
    pub unless: Vec<String>,
    /// Its value's number ([`Packs::number`]).
    pub(crate) number: u16,
    pub(crate) wanted: Named,
    pub(crate) unwanted: Named,
    pub(crate) patterns: Vec<Pattern>,
    /// Texts it must be found in.
    pub positive: Vec<Example>,
    /// Texts it must not be found in.
    pub negative: Vec<Example>,
}

/// A value that follows from others: a PIN asked for where a card was misused means that the card is wanted too. It is shown by the
/// words of those it follows from.
#[derive(Debug, Clone)]
pub struct Composite {
    /// Its id.
    pub id: String,
    /// The field of its value.
    pub field: Field,
    /// The value.
    pub value: String,
    /// How sure it is, 0..=1.
    pub weight: f64,
    /// What it says, for people.
    pub describe: String,
    /// Values that must all have been read: `field.value`, or several of which one will do, `field.value|field.value`.
    pub all: Vec<String>,
    /// Values of which none may have been read; `field.*` is any of a field.
    pub unless: Vec<String>,
    /// Its value's number ([`Packs::number`]).
    pub(crate) number: u16,
    /// The numbers of the values it follows from: one of each must have been read.
    pub(crate) from: Vec<Vec<u16>>,
    pub(crate) unwanted: Vec<u16>,
}

/// What `needs` or `unless` of a signal name, as numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) signals: Vec<u32>,
    pub(crate) values: Vec<u16>,
}

/// A text that a signal is tested on.
pub type Example = String;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PackFile {
    #[serde(rename = "version")]
    _version: u32,
    field: Field,
    /// Lists of words that patterns of this and later packs name as `@name`.
    #[serde(default)]
    lists: Lists,
    #[serde(default)]
    signal: Vec<SignalEntry>,
    #[serde(default)]
    composite: Vec<CompositeEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CompositeEntry {
    id: String,
    /// The pack's own field, where it names no other.
    field: Option<Field>,
    value: String,
    weight: f64,
    describe: String,
    all: Vec<String>,
    #[serde(default)]
    unless: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SignalEntry {
    id: String,
    value: String,
    weight: f64,
    describe: String,
    #[serde(default)]
    keeps_negation: bool,
    #[serde(default)]
    part: f64,
    #[serde(default)]
    needs: Vec<String>,
    #[serde(default)]
    unless: Vec<String>,
    patterns: Vec<String>,
    positive: Vec<String>,
    negative: Vec<String>,
}

/// What the id of a signal ends in whose patterns lack a word.
pub const PART: &str = "_part";

/// All signals.
#[derive(Debug, Clone)]
pub struct Packs {
    pub(crate) signals: Vec<Signal>,
    pub(crate) composites: Vec<Composite>,
    /// The values there are, by number.
    pub(crate) values: Vec<(Field, String)>,
}

impl Packs {
    /// The packs that ship with the program.
    pub fn builtin() -> Packs {
        match Packs::parse(BUILTIN) {
            Ok(packs) => packs,
            Err(error) => panic!("the built-in packs do not parse: {error}"),
        }
    }

    /// The packs that ship with a force's own over them.
    ///
    /// # Errors
    /// [`PackError`], naming the file and the signal.
    pub fn with_local(files: &[(&str, &str)]) -> Result<Packs, PackError> {
        let all: Vec<(&str, &str)> = BUILTIN.iter().chain(files).copied().collect();
        Packs::parse(&all)
    }

    /// Reads packs: (file name, text). A later signal of the same id takes the place of an earlier one, which is how a force
    /// overrides what ships.
    ///
    /// # Errors
    /// [`PackError`], naming the file and the signal.
    pub fn parse(files: &[(&str, &str)]) -> Result<Packs, PackError> {
        let mut signals: Vec<Signal> = Vec::new();
        let mut composites: Vec<Composite> = Vec::new();
        let mut lists = Lists::new();
        let mut origins: BTreeMap<String, String> = BTreeMap::new();
        for (pack, text) in files {
            let file: PackFile = toml::from_str(text)
                .map_err(|source| PackError::Syntax { pack: (*pack).to_owned(), source: Box::new(source) })?;
            lists.extend(file.lists);
            for entry in file.signal {
                let signal = signal(pack, file.field, &entry, &lists)?;
                origins.insert(signal.id.clone(), (*pack).to_owned());
                match signals.iter_mut().find(|held| held.id == signal.id) {
                    Some(held) => *held = signal,
                    None => signals.push(signal),
                }
            }
            for entry in file.composite {
                let composite = composite(pack, file.field, entry)?;
                origins.insert(composite.id.clone(), (*pack).to_owned());
                match composites.iter_mut().find(|held| held.id == composite.id) {
                    Some(held) => *held = composite,
                    None => composites.push(composite),
                }
            }
        }
        let mut packs = Packs { signals, composites, values: Vec::new() };
        packs.give_numbers();
        match packs.unknown_name() {
            Some((id, what)) => Err(PackError::Signal { pack: origins.remove(&id).unwrap_or_default(), id, what }),
            None => Ok(packs),
        }
    }

    /// A signal or composite that names what no pack has, and what is wrong with it.
    fn unknown_name(&self) -> Option<(String, String)> {
        let of_signals = self.signals.iter().flat_map(|signal| {
            let names = signal.needs.iter().chain(&signal.unless);
            names
                .filter(|name| self.named(std::slice::from_ref(name)) == Named::default())
                .map(|name| (&signal.id, name.as_str()))
        });
        let of_composites = self.composites.iter().flat_map(|composite| {
            let names = composite.all.iter().flat_map(|any| any.split('|')).chain(composite.unless.iter().map(String::as_str));
            names.filter(|name| self.values_named(name).is_empty()).map(|name| (&composite.id, name))
        });
        let (id, name) = of_signals.chain(of_composites).next()?;
        Some((id.clone(), format!("'{name}' is no signal and no `field.value` of the packs")))
    }

    /// The number of a value; a new one where no signal has it.
    pub(crate) fn number(&mut self, field: Field, value: &str) -> u16 {
        self.number_of(field, value).unwrap_or_else(|| {
            self.values.push((field, value.to_owned()));
            (self.values.len() - 1) as u16
        })
    }

    /// The number of a value, where there is one.
    pub(crate) fn number_of(&self, field: Field, value: &str) -> Option<u16> {
        self.values.iter().position(|(held, name)| *held == field && name == value).map(|at| at as u16)
    }

    /// Numbers in place of names, so that a reading compares no words.
    fn give_numbers(&mut self) {
        for at in 0..self.signals.len() {
            let (field, value) = (self.signals[at].field, self.signals[at].value.clone());
            self.signals[at].number = self.number(field, &value);
        }
        for at in 0..self.composites.len() {
            let (field, value) = (self.composites[at].field, self.composites[at].value.clone());
            self.composites[at].number = self.number(field, &value);
        }
        let named: Vec<(Named, Named)> =
            self.signals.iter().map(|signal| (self.named(&signal.needs), self.named(&signal.unless))).collect();
        for (signal, (wanted, unwanted)) in self.signals.iter_mut().zip(named) {
            (signal.wanted, signal.unwanted) = (wanted, unwanted);
        }
        for at in 0..self.composites.len() {
            let composite = &self.composites[at];
            let from = composite.all.iter().map(|any| any.split('|').flat_map(|one| self.values_named(one)).collect()).collect();
            let unwanted = composite.unless.iter().flat_map(|one| self.values_named(one)).collect();
            (self.composites[at].from, self.composites[at].unwanted) = (from, unwanted);
        }
    }

    fn named(&self, names: &[String]) -> Named {
        let of = |name: &String| self.signals.iter().position(|signal| signal.id == *name).map(|at| at as u32);
        Named {
            signals: names.iter().filter_map(of).collect(),
            values: names.iter().flat_map(|name| self.values_named(name)).collect(),
        }
    }

    /// The numbers of `field.value`, or of all values of `field.*`.
    fn values_named(&self, name: &str) -> Vec<u16> {
        let Some((field, value)) = name.split_once('.') else { return Vec::new() };
        let is = |held: &(Field, String)| held.0.as_str() == field && (value == "*" || held.1 == value);
        (0..).zip(&self.values).filter(|(_, held)| is(held)).map(|(at, _)| at).collect()
    }

    /// The packs with a signal more, `ID` and [`PART`], for each that has a part: its patterns with one word left out.
    #[must_use]
    pub fn with_parts(mut self) -> Packs {
        let mut parts = Vec::new();
        for signal in self.signals.iter().filter(|signal| signal.part > 0.0) {
            let mut patterns: Vec<Pattern> = Vec::new();
            for pattern in signal.patterns.iter().flat_map(Pattern::lacking_one) {
                if !patterns.contains(&pattern) {
                    patterns.push(pattern);
                }
            }
            if !patterns.is_empty() {
                parts.push(Signal {
                    id: format!("{}{PART}", signal.id),
                    weight: signal.weight * signal.part,
                    part: 0.0,
                    patterns,
                    positive: Vec::new(),
                    negative: Vec::new(),
                    ..signal.clone()
                });
            }
        }
        self.signals.extend(parts);
        self
    }

    /// The composites, in the order of the files.
    pub fn composites(&self) -> &[Composite] {
        &self.composites
    }

    /// The signals, in the order of the files.
    pub fn signals(&self) -> &[Signal] {
        &self.signals
    }
}

fn composite(pack: &str, field: Field, entry: CompositeEntry) -> Result<Composite, PackError> {
    let bad = |what: &str| PackError::Signal { pack: pack.to_owned(), id: entry.id.clone(), what: what.to_owned() };
    if !(0.0..=1.0).contains(&entry.weight) {
        return Err(bad("the weight of a composite lies between 0 and 1"));
    }
    if entry.all.is_empty() {
        return Err(bad("a composite follows from something"));
    }
    let CompositeEntry { id, field: own, value, weight, describe, all, unless } = entry;
    let field = own.unwrap_or(field);
    let (number, from, unwanted) = (0, Vec::new(), Vec::new());
    Ok(Composite { id, field, value, weight, describe, all, unless, number, from, unwanted })
}

fn signal(pack: &str, field: Field, entry: &SignalEntry, lists: &Lists) -> Result<Signal, PackError> {
    let bad = |what: String| PackError::Signal { pack: pack.to_owned(), id: entry.id.clone(), what };
    if !(-2.0..=2.0).contains(&entry.weight) {
        return Err(bad("a weight lies between -2 and 2".to_owned()));
    }
    if !(0.0..=1.0).contains(&entry.part) {
        return Err(bad("a part lies between 0 and 1".to_owned()));
    }
    if entry.positive.is_empty() || entry.negative.is_empty() {
        return Err(bad("needs an example it is found in and one it is not".to_owned()));
    }
    let mut patterns = Vec::with_capacity(entry.patterns.len());
    for text in &entry.patterns {
        patterns.push(Pattern::parse(text, lists).map_err(|what| bad(format!("pattern '{text}': {what}")))?);
    }
    Ok(Signal {
        id: entry.id.clone(),
        field,
        value: entry.value.clone(),
        weight: entry.weight,
        describe: entry.describe.clone(),
        keeps_negation: entry.keeps_negation,
        part: entry.part,
        needs: entry.needs.clone(),
        unless: entry.unless.clone(),
        number: 0,
        wanted: Named::default(),
        unwanted: Named::default(),
        patterns,
        positive: entry.positive.clone(),
        negative: entry.negative.clone(),
    })
}
