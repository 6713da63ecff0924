//! Reports as the detector holds them: small, with numbers and names as tokens.

use std::collections::HashMap;

use crate::Case;
use crate::counts::{DayNumber, day_number};
use crate::marks::{ByStream, MOST_STREAMS, Marks, marks_of};
use crate::region::Region;

/// A number or a name: 0 is none.
pub(crate) type Token = u32;
/// The area of a report whose place is not known.
pub(crate) const NOWHERE: usize = usize::MAX;
/// Names this alike are one (Jaro-Winkler).
const SAME_NAME: f64 = 0.93;
/// Names that a new one is compared with: the latest.
const NAMES_COMPARED: usize = 400;

/// One report.
#[derive(Debug, Clone, Default)]
pub(crate) struct Event {
    /// Day of the call, and whether it is known.
    pub(crate) day: DayNumber,
    /// Day it came in.
    pub(crate) received: DayNumber,
    /// Index of its main area, or [`NOWHERE`].
    pub(crate) area: usize,
    /// Share of the report that lies in that area.
    pub(crate) share: f64,
    /// The other areas it may lie in.
    pub(crate) others: Vec<(usize, f64)>,
    /// How it was done.
    pub(crate) marks: Marks,
    /// What the rules of each stream say.
    pub(crate) rules: ByStream,
    /// How far it belongs to each stream.
    pub(crate) streams: ByStream,
    /// Numbers.
    pub(crate) numbers: Vec<Token>,
    /// Names.
    pub(crate) names: Vec<Token>,
    /// Sector.
    pub(crate) sector: Token,
    /// Member of a series, repeat of another report, or no scam call: founds nothing.
    pub(crate) taken: bool,
    /// Does not count at all.
    pub(crate) silent: bool,
}

impl Event {
    /// Whether two reports may be of one place: an area in common, or the place of one not known.
    pub(crate) fn may_be_near(&self, other: &Event) -> bool {
        if self.area == other.area || self.area == NOWHERE || other.area == NOWHERE {
            return true;
        }
        self.others.iter().any(|(area, _)| *area == other.area || other.others.iter().any(|(held, _)| held == area))
            || other.others.iter().any(|(area, _)| *area == self.area)
    }
}

/// Texts and their tokens.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tokens {
    number: HashMap<String, Token>,
    name: HashMap<String, Token>,
    place: HashMap<String, Token>,
    names: Vec<(String, Token)>,
    next: Token,
}

impl Tokens {
    fn fresh(&mut self) -> Token {
        self.next += 1;
        self.next
    }

    fn number(&mut self, text: &str) -> Token {
        if let Some(token) = self.number.get(text) {
            return *token;
        }
        let token = self.fresh();
        self.number.insert(text.to_owned(), token);
        token
    }

    fn place(&mut self, text: &str) -> Token {
        if let Some(token) = self.place.get(text) {
            return *token;
        }
        let token = self.fresh();
        self.place.insert(text.to_owned(), token);
        token
    }

    /// The token of a name: that of a name known already where the two are one but for a letter.
    fn name(&mut self, text: &str) -> Token {
        let key = link::name_key(text);
        if key.is_empty() {
            return 0;
        }
        if let Some(token) = self.name.get(&key) {
            return *token;
        }
        let from = self.names.len().saturating_sub(NAMES_COMPARED);
        let near = self.names[from..].iter().rev().find(|(other, _)| same_name(&key, other)).map(|(_, token)| *token);
        let token = near.unwrap_or_else(|| self.fresh());
        self.name.insert(key.clone(), token);
        self.names.push((key, token));
        token
    }
}

/// Whether two names are one: last words alike, and first words too where both have one.
fn same_name(a: &str, b: &str) -> bool {
    let parts = |name: &str| {
        let mut words = name.split(' ');
        let last = words.next_back().unwrap_or("").to_owned();
        (words.next().map(str::to_owned), last)
    };
    let ((first_a, last_a), (first_b, last_b)) = (parts(a), parts(b));
    if last_a.chars().next() != last_b.chars().next() || last_a.len().min(last_b.len()) < 4 {
        return false;
    }
    let last = last_a == last_b || link::jaro_winkler(&last_a, &last_b) >= SAME_NAME;
    let first = match (&first_a, &first_b) {
        (Some(a), Some(b)) if a.len() > 1 && b.len() > 1 => a == b || link::jaro_winkler(a, b) >= SAME_NAME,
        (Some(a), Some(b)) => a.chars().next() == b.chars().next(),
        // A name without its first part is another of many.
        (None, None) => true,
        _ => false,
    };
    last && first
}

/// An event of a case. Streams are filled in by the engine.
pub(crate) fn event_of(case: &Case, region: &Region, tokens: &mut Tokens, rules: ByStream) -> Event {
    let mut areas: Vec<(usize, f64)> = Vec::new();
    for (area, share) in &case.shares {
        if let Some(index) = region.index_of(area) {
            areas.push((index, *share));
        }
    }
    areas.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let mut numbers: Vec<Token> = Vec::new();
    for number in crate::detector::numbers_of(case).take(4) {
        let token = tokens.number(number);
        if !numbers.contains(&token) {
            numbers.push(token);
        }
    }
    let mut names: Vec<Token> = Vec::new();
    for name in case.names.iter().take(4) {
        let token = tokens.name(name);
        if token != 0 && !names.contains(&token) {
            names.push(token);
        }
    }
    Event {
        day: day_number(case.call_day),
        received: day_number(case.received_at.day()),
        area: areas.first().map_or(NOWHERE, |first| first.0),
        share: areas.first().map_or(1.0, |first| first.1),
        others: areas.into_iter().skip(1).collect(),
        marks: marks_of(case),
        rules,
        streams: [0.0; MOST_STREAMS],
        numbers,
        names,
        sector: case.sector.as_deref().map_or(0, |sector| tokens.place(sector)),
        taken: false,
        silent: false,
    }
}
