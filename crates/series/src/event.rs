//! Reports as the detector holds them: small, with numbers and names as tokens.

use std::collections::HashMap;
use std::sync::Arc;

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
/// Different findings of the rules that are shared among reports.
const RULES_KEPT: usize = 256;
/// Numbers and names that are held without asking whether they are in use.
const TEXTS_KEPT: usize = 200_000;

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
    pub(crate) rules: Arc<ByStream>,
    /// How far it belongs to each stream.
    pub(crate) streams: Arc<ByStream>,
    /// Numbers.
    pub(crate) numbers: Vec<Token>,
    /// Names.
    pub(crate) names: Vec<Token>,
    /// Sector.
    pub(crate) sector: Token,
    /// Who tells, as a hash; 0 where that is not known.
    pub(crate) reporter: u64,
    /// The series it is a member of, as [`crate::detector::Detector::ordinal`] counts them; 0 is none.
    pub(crate) home: u32,
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

    /// Whether it is in a series, and so founds none and teaches the background nothing.
    pub(crate) fn taken(&self) -> bool {
        self.home != 0
    }

    /// Whether two reports may come out of one household: one postcode sector, and not two persons who are known to be two.
    pub(crate) fn may_be_one_household(&self, other: &Event) -> bool {
        let two = self.reporter != 0 && other.reporter != 0 && self.reporter != other.reporter;
        self.sector != 0 && self.sector == other.sector && !two
    }
}

/// Texts and their tokens.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tokens {
    number: HashMap<String, Token>,
    name: HashMap<String, Token>,
    place: HashMap<String, Token>,
    names: Vec<(String, Token)>,
    rules: Vec<Arc<ByStream>>,
    /// Texts that are held before the unused are looked for.
    keep: usize,
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

    /// Whether so many texts are held that those no report shows any more should go.
    pub(crate) fn many(&self) -> bool {
        self.number.len() + self.name.len() > self.keep.max(TEXTS_KEPT)
    }

    /// Lets go the texts of tokens that are not in use.
    pub(crate) fn forget(&mut self, in_use: impl Fn(Token) -> bool) {
        self.number.retain(|_, token| in_use(*token));
        self.name.retain(|_, token| in_use(*token));
        self.names.retain(|(_, token)| in_use(*token));
        self.keep = 2 * (self.number.len() + self.name.len());
    }

    /// What the rules say, held once for all reports of which they say the same.
    fn rules(&mut self, rules: ByStream) -> Arc<ByStream> {
        if let Some(held) = self.rules.iter().find(|held| ***held == rules) {
            return Arc::clone(held);
        }
        let held = Arc::new(rules);
        if self.rules.len() < RULES_KEPT {
            self.rules.push(Arc::clone(&held));
        }
        held
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

/// A text as 64 bits, never 0 (FNV-1a).
pub(crate) fn hash_of(text: &str) -> u64 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in text.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    hash.max(1)
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
        rules: tokens.rules(rules),
        streams: Arc::new([0.0; MOST_STREAMS]),
        numbers,
        names,
        sector: case.sector.as_deref().map_or(0, |sector| tokens.place(sector)),
        reporter: case.reporter.as_deref().map_or(0, hash_of),
        home: 0,
        silent: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_household_is_one_sector_whose_reporters_are_not_known_to_be_two() {
        let of = |sector: Token, reporter: u64| Event { sector, reporter, ..Event::default() };
        assert!(of(3, 0).may_be_one_household(&of(3, 0)));
        assert!(of(3, 7).may_be_one_household(&of(3, 0)));
        assert!(of(3, 7).may_be_one_household(&of(3, 7)));
        assert!(!of(3, 7).may_be_one_household(&of(3, 8)));
        assert!(!of(3, 0).may_be_one_household(&of(4, 0)) && !of(0, 0).may_be_one_household(&of(0, 0)));
        assert_ne!(hash_of("a"), hash_of("b"));
    }
}
