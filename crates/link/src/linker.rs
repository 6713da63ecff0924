//! The linker: takes records one at a time and finds those that may be of one hand through indexes, never through all pairs.

use std::collections::{BTreeSet, HashMap};

use crate::compare::{Link, compare};
use crate::spec::{Kind, Spec};
use crate::text::deletions;

/// A record: an id and values by field. Numbers in E.164, names by [`crate::name_key`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Record {
    /// Its id.
    pub id: String,
    /// Field to values.
    pub fields: Vec<(String, Vec<String>)>,
}

impl Record {
    /// The values of a field.
    pub fn values(&self, field: &str) -> &[String] {
        self.fields.iter().find(|(held, _)| held == field).map_or(&[], |(_, values)| values.as_slice())
    }
}

/// Finds links, one record at a time.
#[derive(Debug, Clone)]
pub struct Linker {
    spec: Spec,
    records: HashMap<String, Record>,
    /// Exact value to ids, by (field, value).
    exact: HashMap<(u8, String), Vec<String>>,
    /// Number less one digit to ids.
    near: HashMap<String, Vec<String>>,
    /// Values that link nothing: known-good numbers.
    good: BTreeSet<String>,
}

impl Linker {
    /// A linker without records. `good` values (a bank's own number, 159) block nothing and weigh nothing.
    pub fn new(spec: Spec, good: BTreeSet<String>) -> Linker {
        Linker { spec, records: HashMap::new(), exact: HashMap::new(), near: HashMap::new(), good }
    }

    /// How many records it holds.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// Takes a record and gives its links to those that were there, strongest first. A record of an id that is there takes its place.
    pub fn insert(&mut self, record: Record) -> Vec<Link> {
        self.remove(&record.id);
        let links = self.links(&record);
        for (field, comparison) in self.spec.comparisons.iter().enumerate() {
            if !comparison.blocks {
                continue;
            }
            for value in record.values(&comparison.field) {
                self.exact.entry((field as u8, value.clone())).or_default().push(record.id.clone());
                if comparison.kind == Kind::Number {
                    for key in deletions(value) {
                        self.near.entry(key).or_default().push(record.id.clone());
                    }
                }
            }
        }
        self.records.insert(record.id.clone(), record);
        links
    }

    /// Lets a record go.
    pub fn remove(&mut self, id: &str) {
        let Some(record) = self.records.remove(id) else { return };
        for (field, comparison) in self.spec.comparisons.iter().enumerate() {
            if !comparison.blocks {
                continue;
            }
            for value in record.values(&comparison.field) {
                let key = (field as u8, value.clone());
                if let Some(ids) = self.exact.get_mut(&key) {
                    ids.retain(|held| held != id);
                    if ids.is_empty() {
                        self.exact.remove(&key);
                    }
                }
                if comparison.kind == Kind::Number {
                    for key in deletions(value) {
                        if let Some(ids) = self.near.get_mut(&key) {
                            ids.retain(|held| held != id);
                            if ids.is_empty() {
                                self.near.remove(&key);
                            }
                        }
                    }
                }
            }
        }
    }

    /// The links that a record would have.
    pub fn links(&self, record: &Record) -> Vec<Link> {
        let mut candidates: BTreeSet<&str> = BTreeSet::new();
        for (field, comparison) in self.spec.comparisons.iter().enumerate() {
            if !comparison.blocks {
                continue;
            }
            for value in record.values(&comparison.field) {
                if self.is_held_back(field as u8, value) {
                    continue;
                }
                candidates.extend(self.exact.get(&(field as u8, value.clone())).into_iter().flatten().map(String::as_str));
                if comparison.kind == Kind::Number {
                    for key in deletions(value) {
                        let ids = self.near.get(&key).map_or(&[][..], Vec::as_slice);
                        if ids.len() <= self.spec.most_holders {
                            candidates.extend(ids.iter().map(String::as_str));
                        }
                    }
                }
            }
        }
        let prior = self.prior();
        let total = self.records.len().max(1) as f64;
        let rarity = |field: &str, value: &str| {
            let position = self.spec.comparisons.iter().position(|comparison| comparison.field == field)? as u8;
            if self.is_held_back(position, value) {
                return None;
            }
            let holders = self.exact.get(&(position, value.to_owned())).map_or(0, Vec::len);
            Some(holders as f64 / total)
        };
        let mut links: Vec<Link> = Vec::new();
        for id in candidates {
            if id != record.id
                && let Some(other) = self.records.get(id)
            {
                links.push(compare(&self.spec, record, other, prior, &rarity));
            }
        }
        links.sort_by(|a, b| b.weight.total_cmp(&a.weight).then_with(|| a.b.cmp(&b.b)));
        links
    }

    /// Prior bits: expected partners against all other records. Fewer than a hundred records say nothing of how many there will be.
    fn prior(&self) -> f64 {
        let others = (self.records.len() as f64).max(100.0);
        (self.spec.partners / others).log2()
    }

    fn is_held_back(&self, field: u8, value: &str) -> bool {
        self.good.contains(value)
            || self.exact.get(&(field, value.to_owned())).is_some_and(|ids| ids.len() > self.spec.most_holders)
    }
}
