//! A series as partners get it: MISP JSON and STIX 2.1.
//!
//! Only the caller's side leaves, by allow-list: [`Shared`] holds all that may, and the renderers see nothing else. A number or a name
//! leaves where two reports at the least have it, so that a victim's own never does. Counts are rounded down to whole eights, so that
//! no two exports differ by fewer than eight people.

mod ids;
mod misp;
mod stix;

use advice::Force;
use areas::Gazetteer;
use jiff::civil::Date;
use report::Moment;
use report::vocabulary::{Claimed, Demand, Handover, Pretext, Trick};
use series::disclosure::MINIMUM_COUNT;
use series::{Case, Series, State};

pub use misp::misp_event;
pub use stix::stix_bundle;

/// The traffic light protocol, version 2.0 (FIRST, 2022): who may be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tlp {
    /// Everybody.
    Clear,
    /// The community.
    Green,
    /// The recipient's organisation and its clients.
    Amber,
    /// The recipient's organisation.
    AmberStrict,
    /// The recipient alone.
    Red,
}

impl Tlp {
    /// The colour's name in tags.
    pub fn name(self) -> &'static str {
        match self {
            Tlp::Clear => "clear",
            Tlp::Green => "green",
            Tlp::Amber => "amber",
            Tlp::AmberStrict => "amber+strict",
            Tlp::Red => "red",
        }
    }

    /// The colour of a name.
    pub fn from_name(name: &str) -> Option<Tlp> {
        [Tlp::Clear, Tlp::Green, Tlp::Amber, Tlp::AmberStrict, Tlp::Red].into_iter().find(|tlp| tlp.name() == name)
    }
}

/// A series that may not be exported.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ShareError {
    /// Nobody holds it to be a series yet.
    #[error("series {id} is {state}: only what an analyst confirmed goes to partners")]
    State {
        /// The series.
        id: String,
        /// Its state in words.
        state: &'static str,
    },
    /// Nothing of it may be counted.
    #[error("series {0} has no report that may be used")]
    Nothing(String),
}

/// All of a series that may leave the house.
#[derive(Debug, Clone, PartialEq)]
pub struct Shared {
    /// The series' id.
    pub id: String,
    /// The producing force.
    pub producer: String,
    /// Its host, which makes ids its own.
    pub producer_url: String,
    /// How it is done, in a sentence.
    pub method: String,
    /// When the series was raised.
    pub raised: Moment,
    /// As of when it is told.
    pub as_of: Moment,
    /// First call.
    pub first_call: Date,
    /// Last call.
    pub last_call: Date,
    /// Whether it is over.
    pub over: bool,
    /// Reports, rounded down to whole eights; `None` for fewer than eight.
    pub at_least: Option<u64>,
    /// The caller's numbers, E.164.
    pub numbers: Vec<String>,
    /// Names the caller used.
    pub aliases: Vec<String>,
    /// Who the caller claimed to be.
    pub claimed: Vec<&'static str>,
    /// The districts: id and name.
    pub areas: Vec<(String, String)>,
    /// The country of the districts, ISO 3166-1; `None` for an imported gazetteer.
    pub country: Option<&'static str>,
    /// Who may be told.
    pub tlp: Tlp,
}

/// A number or a name leaves where so many reports have it.
const SHARED_BY: usize = 2;

impl Shared {
    /// What of a series may leave. `cases` are its counted members.
    ///
    /// # Errors
    /// [`ShareError`] where nothing may.
    pub fn of(
        series: &Series,
        cases: &[Case],
        gazetteer: &Gazetteer,
        force: &Force,
        tlp: Tlp,
        as_of: Moment,
    ) -> Result<Shared, ShareError> {
        if !matches!(series.state, State::Confirmed | State::Closed) {
            return Err(ShareError::State { id: series.id.to_string(), state: series.state.words() });
        }
        let cases: Vec<&Case> = cases.iter().filter(|case| case.use_for_advice).collect();
        if cases.is_empty() {
            return Err(ShareError::Nothing(series.id.to_string()));
        }
        let n = cases.len() as u64;
        let districts: Vec<String> =
            cases.iter().filter_map(|case| case.main_district().map(|area| area.as_str().to_owned())).collect();
        let hit = common(districts.iter().map(|id| vec![id.clone()]));
        let areas = series
            .areas
            .iter()
            .filter(|area| hit.iter().any(|id| id == area.as_str()))
            .map(|area| (area.as_str().to_owned(), gazetteer.name(area).to_owned()))
            .collect();
        Ok(Shared {
            id: series.id.to_string(),
            producer: force.name.clone(),
            producer_url: force.base_url.clone(),
            method: method(&cases),
            raised: series.alarm.at,
            as_of,
            first_call: series.first_call,
            last_call: series.last_call,
            over: series.state == State::Closed,
            at_least: (n >= MINIMUM_COUNT).then_some(n / MINIMUM_COUNT * MINIMUM_COUNT),
            numbers: common(cases.iter().map(|case| numbers_of(case))),
            aliases: common(cases.iter().map(|case| case.names.clone())),
            claimed: most(&cases, |case| &case.claimed).into_iter().map(Claimed::words).collect(),
            areas,
            country: gazetteer.is_builtin().then_some("GB"),
            tlp,
        })
    }
}

/// A case's numbers of the caller, each once. A short one is a service (101, 159) that the caller abused, not the caller's.
fn numbers_of(case: &Case) -> Vec<String> {
    let mut numbers: Vec<String> = Vec::new();
    for number in case.number_shown.iter().chain(&case.numbers_given) {
        let telephone = number.len() >= 9 && number.len() <= 16 && number.starts_with('+');
        if telephone && number[1..].bytes().all(|byte| byte.is_ascii_digit()) && !numbers.contains(number) {
            numbers.push(number.clone());
        }
    }
    numbers
}

/// The values that two cases at the least have, the commonest first.
fn common(of_cases: impl Iterator<Item = Vec<String>>) -> Vec<String> {
    let mut counts: std::collections::BTreeMap<String, usize> = std::collections::BTreeMap::new();
    for values in of_cases {
        for value in values {
            *counts.entry(value).or_default() += 1;
        }
    }
    let mut held: Vec<(String, usize)> = counts.into_iter().filter(|(_, n)| *n >= SHARED_BY).collect();
    held.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    held.into_iter().map(|(value, _)| value).collect()
}

/// The values that a fifth of the cases, and two at the least, have, the commonest first.
fn most<T: Copy + Ord>(cases: &[&Case], values: impl Fn(&Case) -> &Vec<T>) -> Vec<T> {
    let mut counts: std::collections::BTreeMap<T, usize> = std::collections::BTreeMap::new();
    for case in cases {
        for value in values(case) {
            *counts.entry(*value).or_default() += 1;
        }
    }
    let mut held: Vec<(T, usize)> = counts.into_iter().filter(|(_, n)| *n >= SHARED_BY && *n * 5 >= cases.len()).collect();
    held.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    held.into_iter().map(|(value, _)| value).collect()
}

/// How it is done, from the commonest values.
fn method(cases: &[&Case]) -> String {
    let mut parts = Vec::new();
    let mut add = |name: &str, words: Vec<&'static str>| {
        if !words.is_empty() {
            parts.push(format!("{name}: {}", words.join(", ")));
        }
    };
    add("Claims to be", most(cases, |case| &case.claimed).into_iter().map(Claimed::words).collect());
    add("Story", most(cases, |case| &case.pretext).into_iter().map(Pretext::words).collect());
    add("Tricks", most(cases, |case| &case.trick).into_iter().map(Trick::words).collect());
    add("Asks for", most(cases, |case| &case.demand).into_iter().map(Demand::words).collect());
    add("Hand-over", most(cases, |case| &case.handover).into_iter().map(Handover::words).collect());
    if parts.is_empty() { "Scam telephone calls.".to_owned() } else { format!("{}.", parts.join(". ")) }
}
