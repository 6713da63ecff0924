//! Streams of modus operandi, as data: which reports are counted and scanned together.

use report::vocabulary::{Claimed, Demand, Handover, Pretext, Trick};
use serde::Deserialize;

use crate::marks::{FIELDS, MOST_STREAMS, WIDTH};

/// The stream of a report that supports no other.
pub const UNKNOWN: &str = "unknown";

/// Streams file that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StreamsError {
    /// Not TOML of the right shape.
    #[error("streams: {0}")]
    Syntax(#[from] toml::de::Error),
    /// A rule's line is not `field:value|value`.
    #[error("streams: stream '{stream}': '{line}' is not field:value|value with a field and values of report.v1")]
    Line {
        /// The stream.
        stream: String,
        /// The line.
        line: String,
    },
    /// A weight outside 0..=1, or two streams of one id.
    #[error("streams: stream '{stream}': {what}")]
    Value {
        /// The stream.
        stream: String,
        /// What is wrong.
        what: &'static str,
    },
}

/// What the rates of a stream follow from area to area.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// Everybody.
    Population,
    /// People aged 65 and over.
    #[serde(rename = "65_plus")]
    From65,
}

/// One stream.
#[derive(Debug, Clone)]
pub struct Stream {
    /// Its id.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// Who calls, in words ("callers who claim …").
    pub people: String,
    /// Reports per million people and day without a series, for a force without history.
    pub rate_per_million: f64,
    /// What the rate follows.
    pub by: By,
    /// How readily a local series is of this stream, against the stream of which it is likeliest (1): robots that ring a whole
    /// country seldom make one.
    pub local: f64,
    rules: Vec<Rule>,
}

impl Stream {
    /// The values that the rules name, by field, each with the largest weight of a rule that names it.
    pub(crate) fn values_named(&self) -> [[f64; WIDTH]; FIELDS] {
        let mut named = [[0.0; WIDTH]; FIELDS];
        for rule in &self.rules {
            for condition in &rule.all {
                let (field, places) = match condition {
                    Condition::Claimed(held) => (0, places(held, Claimed::ALL)),
                    Condition::Pretext(held) => (1, places(held, Pretext::ALL)),
                    Condition::Trick(held) => (2, places(held, Trick::ALL)),
                    Condition::Demand(held) => (3, places(held, Demand::ALL)),
                    Condition::Handover(held) => (4, places(held, Handover::ALL)),
                };
                for place in places {
                    named[field][place + 1] = f64::max(named[field][place + 1], rule.weight);
                }
            }
        }
        named
    }
}

fn places<T: PartialEq>(held: &[T], all: &[T]) -> Vec<usize> {
    held.iter().filter_map(|value| all.iter().position(|other| other == value)).collect()
}

#[derive(Debug, Clone)]
struct Rule {
    weight: f64,
    all: Vec<Condition>,
}

#[derive(Debug, Clone)]
enum Condition {
    Claimed(Vec<Claimed>),
    Pretext(Vec<Pretext>),
    Trick(Vec<Trick>),
    Demand(Vec<Demand>),
    Handover(Vec<Handover>),
}

/// The fields of a report that streams are told by.
#[derive(Debug, Clone, Copy)]
pub struct Method<'a> {
    /// Who the caller claimed to be.
    pub claimed: &'a [Claimed],
    /// The story.
    pub pretext: &'a [Pretext],
    /// The tricks.
    pub trick: &'a [Trick],
    /// What was asked for.
    pub demand: &'a [Demand],
    /// How it was to be handed over.
    pub handover: &'a [Handover],
}

/// All streams, in the order of the file.
#[derive(Debug, Clone)]
pub struct Streams {
    streams: Vec<Stream>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StreamsFile {
    #[serde(rename = "version")]
    _version: u32,
    stream: Vec<StreamEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StreamEntry {
    id: String,
    name: String,
    people: String,
    rate_per_million: f64,
    by: By,
    #[serde(default = "seldom")]
    local: f64,
    rules: Vec<RuleEntry>,
}

/// A local series of a stream that says nothing of it.
fn seldom() -> f64 {
    0.3
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleEntry {
    weight: f64,
    all: Vec<String>,
}

impl Streams {
    /// The streams that ship with the program (`rules/streams.toml`).
    pub fn builtin() -> Streams {
        match Streams::parse(include_str!("../../../rules/streams.toml")) {
            Ok(streams) => streams,
            Err(error) => panic!("the built-in streams do not parse: {error}"),
        }
    }

    /// Reads a streams file.
    ///
    /// # Errors
    /// [`StreamsError`], naming the stream and the line.
    pub fn parse(text: &str) -> Result<Streams, StreamsError> {
        let file: StreamsFile = toml::from_str(text)?;
        let mut streams: Vec<Stream> = Vec::new();
        for entry in file.stream {
            if entry.id == UNKNOWN || streams.iter().any(|held| held.id == entry.id) {
                return Err(StreamsError::Value { stream: entry.id, what: "this id is taken" });
            }
            if !(entry.rate_per_million.is_finite() && entry.rate_per_million >= 0.0) {
                return Err(StreamsError::Value { stream: entry.id, what: "rate_per_million must be 0 or more" });
            }
            if !(entry.local > 0.0 && entry.local <= 1.0) {
                return Err(StreamsError::Value { stream: entry.id, what: "local must be above 0 and at most 1" });
            }
            if streams.len() + 2 >= MOST_STREAMS {
                return Err(StreamsError::Value { stream: entry.id, what: "there are too many streams: at most 14" });
            }
            let mut rules = Vec::new();
            for rule in &entry.rules {
                if !(0.0..=1.0).contains(&rule.weight) {
                    return Err(StreamsError::Value { stream: entry.id, what: "a weight must lie between 0 and 1" });
                }
                let mut all = Vec::new();
                for line in &rule.all {
                    let condition = parse_condition(line)
                        .ok_or_else(|| StreamsError::Line { stream: entry.id.clone(), line: line.clone() })?;
                    all.push(condition);
                }
                rules.push(Rule { weight: rule.weight, all });
            }
            streams.push(Stream {
                id: entry.id,
                name: entry.name,
                people: entry.people,
                rate_per_million: entry.rate_per_million,
                by: entry.by,
                local: entry.local,
                rules,
            });
        }
        Ok(Streams { streams })
    }

    /// The streams, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Stream> {
        self.streams.iter()
    }

    /// The stream with this id.
    pub fn get(&self, id: &str) -> Option<&Stream> {
        self.streams.iter().find(|stream| stream.id == id)
    }

    /// The name of a stream for people; the unknown stream is "Unknown method".
    pub fn name<'a>(&'a self, id: &'a str) -> &'a str {
        match self.get(id) {
            Some(stream) => &stream.name,
            None if id == UNKNOWN => "Unknown method",
            None => id,
        }
    }

    /// The streams that a method supports, with weights, strongest first; `unknown` with weight 1 where it supports none.
    pub fn classify(&self, method: Method<'_>) -> Vec<(String, f64)> {
        let mut found: Vec<(String, f64)> = Vec::new();
        for stream in &self.streams {
            let mut weight: f64 = 0.0;
            for rule in &stream.rules {
                if rule.weight > weight && rule.all.iter().all(|condition| condition.holds(method)) {
                    weight = rule.weight;
                }
            }
            if weight > 0.0 {
                found.push((stream.id.clone(), weight));
            }
        }
        // The sort is stable, so that equal weights keep the order of the file.
        found.sort_by(|a, b| b.1.total_cmp(&a.1));
        if found.is_empty() {
            found.push((UNKNOWN.to_owned(), 1.0));
        }
        found
    }
}

impl Condition {
    fn holds(&self, method: Method<'_>) -> bool {
        match self {
            Condition::Claimed(values) => values.iter().any(|v| method.claimed.contains(v)),
            Condition::Pretext(values) => values.iter().any(|v| method.pretext.contains(v)),
            Condition::Trick(values) => values.iter().any(|v| method.trick.contains(v)),
            Condition::Demand(values) => values.iter().any(|v| method.demand.contains(v)),
            Condition::Handover(values) => values.iter().any(|v| method.handover.contains(v)),
        }
    }
}

fn parse_condition(line: &str) -> Option<Condition> {
    let (field, values) = line.split_once(':')?;
    match field {
        "claimed" => read_all(values, Claimed::from_wire).map(Condition::Claimed),
        "pretext" => read_all(values, Pretext::from_wire).map(Condition::Pretext),
        "trick" => read_all(values, Trick::from_wire).map(Condition::Trick),
        "demand" => read_all(values, Demand::from_wire).map(Condition::Demand),
        "handover" => read_all(values, Handover::from_wire).map(Condition::Handover),
        _ => None,
    }
}

fn read_all<T>(values: &str, read: fn(&str) -> Option<T>) -> Option<Vec<T>> {
    let mut found = Vec::new();
    for value in values.split('|') {
        found.push(read(value)?);
    }
    Some(found)
}
