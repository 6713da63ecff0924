//! Tone plans as data (`rules/tones.toml`).

use serde::Deserialize;
use thiserror::Error;

use super::event::Kind;

/// The tones of some countries.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// The country whose dial tone counts for a held line.
    pub home: String,
    /// All tones.
    pub tones: Vec<Tone>,
    /// The different frequencies or pairs among them, in Hz: what the detector tells apart.
    pub(crate) sets: Vec<Set>,
}

/// One tone of one country.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tone {
    /// ISO 3166.
    pub country: String,
    /// What it says.
    pub kind: Kind,
    /// One frequency or two, in Hz, rising.
    pub hz: Vec<f32>,
    /// Seconds on, off, on, off …; empty where it is continuous.
    #[serde(default)]
    pub cadence: Vec<f32>,
    /// Seconds after which a continuous tone is told.
    #[serde(default)]
    pub least_s: f32,
    /// Which of the plan's sets it is.
    #[serde(skip)]
    pub(crate) set: usize,
}

/// One frequency or a pair.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Set {
    pub(crate) hz: Vec<f32>,
    /// Among the home country's.
    pub(crate) home: bool,
}

/// What is wrong with a plan.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("tone plan: {0}")]
pub struct PlanError(String);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u32,
    home: String,
    tone: Vec<Tone>,
}

/// The most tones a plan may have.
const MOST_TONES: usize = 256;
/// The longest cadence, in parts.
const LONGEST_CADENCE: usize = 8;

impl Plan {
    /// The plan that is shipped: the United Kingdom's and others.
    pub fn builtin() -> Plan {
        Plan::parse(include_str!("../../../../rules/tones.toml"))
            .unwrap_or_else(|error| unreachable!("the shipped plan: {error}"))
    }

    /// Reads a plan.
    ///
    /// # Errors
    /// Where it cannot be read, with the tone and the reason.
    pub fn parse(text: &str) -> Result<Plan, PlanError> {
        let file: File = toml::from_str(text).map_err(|error| PlanError(error.to_string()))?;
        if file.version != 1 {
            return Err(PlanError(format!("version {} is not known: 1 is", file.version)));
        }
        if file.tone.len() > MOST_TONES {
            return Err(PlanError(format!("{} tones: at most {MOST_TONES}", file.tone.len())));
        }
        let mut plan = Plan { home: file.home, tones: file.tone, sets: Vec::new() };
        for (index, tone) in plan.tones.iter_mut().enumerate() {
            let fail = |why: &str| Err(PlanError(format!("tone {} ({} {:?}): {why}", index + 1, tone.country, tone.kind)));
            if !(1..=2).contains(&tone.hz.len()) || tone.hz.iter().any(|hz| !(250.0..=3000.0).contains(hz)) {
                return fail("`hz` is one or two frequencies between 250 and 3000");
            }
            if tone.hz.len() == 2 && tone.hz[1] - tone.hz[0] < 39.0 {
                return fail("the two frequencies lie at least 39 Hz apart, the lower first");
            }
            if matches!(tone.kind, Kind::Dtmf | Kind::Speech) {
                return fail("`kind` is dial_tone, ringing, busy or unobtainable");
            }
            let cadence = &tone.cadence;
            if cadence.len() % 2 == 1 || cadence.len() > LONGEST_CADENCE || cadence.iter().any(|s| !(0.1..=10.0).contains(s)) {
                return fail("`cadence` is pairs of seconds on and off, each 0.1 to 10, at most four pairs");
            }
            if cadence.is_empty() && !(0.5..=10.0).contains(&tone.least_s) {
                return fail("a continuous tone needs `least_s` between 0.5 and 10");
            }
            let home = tone.country == plan.home;
            tone.set = match plan.sets.iter().position(|set| set.hz == tone.hz) {
                Some(set) => {
                    plan.sets[set].home |= home;
                    set
                }
                None => {
                    plan.sets.push(Set { hz: tone.hz.clone(), home });
                    plan.sets.len() - 1
                }
            };
        }
        Ok(plan)
    }

    /// Whether a tone is one of the home country's, by its frequencies, kind and cadence.
    pub(crate) fn is_home(&self, tone: usize) -> bool {
        let told = &self.tones[tone];
        self.tones.iter().any(|held| held.country == self.home && held.set == told.set && held.kind == told.kind)
    }
}

impl Tone {
    /// Its frequencies in words: `350+440 Hz`.
    pub fn hertz(&self) -> String {
        let parts: Vec<String> = self.hz.iter().map(|hz| format!("{hz:.0}")).collect();
        format!("{} Hz", parts.join("+"))
    }
}
