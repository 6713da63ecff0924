//! The learned part for names: weights of signs (`rules/modus/learned/names.txt`, by `examples/modus_train_names.rs`). All places of one
//! name are weighed together: "my daughter Leanne" anywhere says that "Leanne rang" is no caller.

use std::collections::BTreeMap;

use super::candidates::{Candidate, bare, candidates};
use super::quotations::quotations;
use super::signs::{key_of_name, signs, written_end};
use super::teller::Teller;
use crate::keyed::Keyed;
use crate::reading::Span;
use crate::terms::Terms;
use crate::token::Tokens;

/// Weights of signs.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Weights {
    bias: f64,
    /// By the key of a sign.
    of: Keyed<f32>,
}

const BUILTIN: &str = include_str!("../../../../rules/modus/learned/names.txt");
/// Log-odds from which a name is read. Below nought: a name missed costs as much as one too many, and more are missed.
const LEAST: f64 = -0.7;

/// Other names that are looked at.
const MOST_OTHERS: usize = 20;

/// A name with its places and the signs of all of them.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    places: Vec<Candidate>,
}

impl Weights {
    /// What ships with the program.
    pub(crate) fn builtin() -> Weights {
        Weights::parse(BUILTIN).unwrap_or_else(|line| panic!("the weights of names do not parse at line {line}"))
    }

    /// Reads the file: a sign and its weight a line, `bias` the first; `# ` begins a remark. The number of a bad line else.
    pub(crate) fn parse(text: &str) -> Result<Weights, usize> {
        let (mut bias, mut of) = (0.0, Keyed::default());
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with("# ")) {
            let (name, value) = line.rsplit_once(' ').ok_or(number + 1)?;
            let value: f64 = value.parse().map_err(|_| number + 1)?;
            if name == "bias" {
                bias = value;
            } else {
                of.insert(key_of_name(name), value as f32);
            }
        }
        Ok(Weights { bias, of })
    }

    /// Whether there are none.
    pub(crate) fn silent(&self) -> bool {
        self.of.is_empty()
    }

    /// The caller's names, each once, as first written.
    pub(crate) fn read(&self, text: &str, tokens: &Tokens, terms: &Terms) -> Vec<Span> {
        // Signs of weight, with their keys: few of a name's many signs have any.
        let mut held: Vec<(u64, f64)> = Vec::new();
        let mut found = Vec::new();
        let quotations = quotations(text);
        let people = people(text, tokens, &quotations);
        for (at, person) in people.iter().enumerate() {
            held.clear();
            let mut hear = |key: u64| {
                let weight = self.weight(key);
                if weight != 0.0 {
                    held.push((key, weight));
                }
            };
            for place in &person.places {
                signs(text, tokens, terms, &quotations, place, &mut |sign| hear(sign.key(tokens)));
            }
            told_of(&people, at, &mut |sign| hear(key_of_name(sign)));
            held.sort_unstable_by_key(|(key, _)| *key);
            held.dedup_by_key(|(key, _)| *key);
            let sum: f64 = held.iter().map(|(_, weight)| weight).sum();
            if self.bias + sum > LEAST {
                found.push(person.written(text, tokens));
            }
        }
        found
    }

    fn weight(&self, key: u64) -> f64 {
        self.of.get(&key).map_or(0.0, |weight| f64::from(*weight))
    }
}

impl Person {
    /// Whether only the given name of a longer name has been told.
    fn is_given(&self, longer: &Candidate, text: &str, tokens: &Tokens) -> bool {
        let word = bare(tokens, text, longer.name);
        longer.surname > longer.name
            && self.places.iter().all(|place| place.first == place.surname && bare(tokens, text, place.surname) == word)
    }

    /// Where it is first written.
    fn written(&self, text: &str, tokens: &Tokens) -> Span {
        let first = &self.places[0];
        // "He was called Cole, Agent Cole": a word alone gives way to the name in full.
        let full = |one: &&Candidate| one.surname > one.first;
        let first = if full(&first) { first } else { self.places.iter().find(full).unwrap_or(first) };
        Span { start: tokens[first.first].start, end: written_end(text, tokens, first.last) }
    }
}

/// Signs of how often a name stands in the text, and of which other names do: beside a detective, a bare given name is mostly the victim's.
fn told_of(people: &[Person], at: usize, give: &mut dyn FnMut(&'static str)) {
    give(["times one", "times two", "times more"][(people[at].places.len() - 1).min(2)]);
    if people.len() == 1 {
        give("others none");
    }
    let others = people.iter().take(at).chain(people.iter().skip(at + 1)).take(MOST_OTHERS);
    others.flat_map(|person| &person.places).for_each(|place| give(place.kind.others()));
}

/// The people of a text but its teller: names that end in the same word, or in a word of a longer name, are one.
fn people(text: &str, tokens: &Tokens, quotations: &[(usize, usize)]) -> Vec<Person> {
    let mut people: Vec<Person> = Vec::new();
    let mut by_word: BTreeMap<&str, usize> = BTreeMap::new();
    let mut all = candidates(text, tokens);
    let teller = Teller::of(text, tokens, quotations, &all);
    all.retain(|one| !teller.is_called(text, tokens, one));
    for one in all {
        let word = |at: usize| by_word.get(bare(tokens, text, at)).copied();
        // "Duncan something, Duncan Reeve": the given name came first.
        let held = word(one.surname).or_else(|| word(one.name).filter(|at| people[*at].is_given(&one, text, tokens)));
        let at = held.unwrap_or(people.len());
        for word in one.name..=one.surname {
            by_word.entry(bare(tokens, text, word)).or_insert(at);
        }
        match people.get_mut(at) {
            Some(person) => person.places.push(one),
            None => people.push(Person { places: vec![one] }),
        }
    }
    people
}

/// The names of a text as they are written, with the signs of each: what the weights are learned from.
pub(crate) fn taught(text: &str, tokens: &Tokens, terms: &Terms) -> Vec<(Vec<String>, Vec<String>)> {
    let quotations = quotations(text);
    let people = people(text, tokens, &quotations);
    people
        .iter()
        .enumerate()
        .map(|(at, person)| {
            let mut all = Vec::new();
            told_of(&people, at, &mut |sign| all.push(sign.to_owned()));
            for place in &person.places {
                signs(text, tokens, terms, &quotations, place, &mut |sign| all.push(sign.name(tokens, terms)));
            }
            all.sort_unstable();
            all.dedup();
            let written = |place: &Candidate| text[tokens[place.first].start..written_end(text, tokens, place.last)].to_owned();
            (person.places.iter().map(written).collect(), all)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::tokens;

    #[test]
    fn a_name_in_full_stands_for_its_parts() {
        for (text, expected) in [
            ("It was a policeman called Duncan something Duncan Reeve, and I took his word.", "Duncan Reeve"),
            ("He was called Cole, Agent Cole, and he said he worked with the police.", "Agent Cole"),
            ("A Detective Sergeant Colm Brady rang me. DC Brady then rang again at noon.", "Detective Sergeant Colm Brady"),
        ] {
            let tokens = tokens(text);
            let people = people(text, &tokens, &quotations(text));
            let written: Vec<&str> =
                people.iter().map(|one| one.written(text, &tokens)).map(|span| &text[span.start..span.end]).collect();
            assert_eq!(written, [expected], "{text}");
        }
    }
}
