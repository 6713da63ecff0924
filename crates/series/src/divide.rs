//! Whether the reports of one candidate are of two hands: told apart by place, method, numbers and names together.
//!
//! Both answers are weighed as mixtures with unknown profiles: each part has its own Pólya urns over areas, values of the method, numbers
//! and names (as in [`crate::score`]), and a report goes to a part in proportion to what is in it (Blackwell and MacQueen 1973; a new
//! part as one with θ reports). Two parts are sought from several starts (what shares numbers or names, one district against the rest),
//! each report going where it fits best until none moves; they stand if they are likelier than one whole by [`DIVIDE_AT`] nats. Reports
//! that share a number by themselves do not divide a series: a gang has several, and a part is believed only where place, names and
//! numbers divide alike.

use std::collections::BTreeMap;

use crate::detector::Detector;
use crate::event::{Event, NOWHERE, Token};
use crate::score::Profile;
use crate::{HistoryEntry, Member, ReportId, Series, SeriesId, State};

/// Fewest reports of a part.
const FEWEST: usize = 3;
/// Fewest reports that are looked at, and most.
const FEWEST_IN_ALL: usize = 7;
const MOST_IN_ALL: usize = 150;
/// How much likelier two parts must be than one whole, in nats.
const DIVIDE_AT: f64 = 4.0;
/// Weight of a new part, in reports.
const THETA: f64 = 0.2;
/// Weight of the people's shares in the places of a part, in reports.
const PLACE_PRIOR: f64 = 1.0;
/// Rounds in which reports may move.
const ROUNDS: usize = 8;

/// What is held of a part.
#[derive(Debug, Clone, Default)]
struct Part {
    profile: Profile,
    areas: BTreeMap<usize, f64>,
    placed: f64,
    reports: f64,
}

impl Part {
    fn add(&mut self, event: &Event, weight: f64) {
        self.profile.add(event, weight);
        self.reports += weight;
        if event.area != NOWHERE {
            *self.areas.entry(event.area).or_default() += weight;
            self.placed += weight;
        }
    }

    /// Log probability of an event as the next of the part, against any other part's in the same units.
    fn log_fit(&self, detector: &Detector, stream: usize, event: &Event) -> f64 {
        let engine = &detector.engine;
        let mut fit = self.reports.max(THETA).ln() + self.profile.method(engine, stream, event);
        for names in [false, true] {
            let (own, chance) = self.profile.tokens(engine, event, names);
            fit += (own / chance).ln();
        }
        if event.area != NOWHERE {
            let share = engine.daily(stream, event.area) / engine.background.rate(stream);
            let held = self.areas.get(&event.area).copied().unwrap_or(0.0);
            fit += ((held + PLACE_PRIOR * share) / (self.placed + PLACE_PRIOR)).ln();
        }
        fit
    }
}

/// The log weight of a division: each report after those before it.
fn log_weight(detector: &Detector, stream: usize, events: &[&Event], of: &[usize]) -> f64 {
    let mut parts = [Part::default(), Part::default()];
    let mut sum = 0.0;
    for (event, part) in events.iter().zip(of) {
        sum += parts[*part].log_fit(detector, stream, event);
        parts[*part].add(event, 1.0);
    }
    sum
}

/// Lets each report go where it fits best until none moves.
fn settle(detector: &Detector, stream: usize, events: &[&Event], of: &mut [usize]) {
    let mut parts = [Part::default(), Part::default()];
    for (event, part) in events.iter().zip(of.iter()) {
        parts[*part].add(event, 1.0);
    }
    for _ in 0..ROUNDS {
        let mut moved = false;
        for (at, event) in events.iter().enumerate() {
            parts[of[at]].add(event, -1.0);
            let fits = [parts[0].log_fit(detector, stream, event), parts[1].log_fit(detector, stream, event)];
            let best = usize::from(fits[1] > fits[0]);
            moved |= best != of[at];
            of[at] = best;
            parts[best].add(event, 1.0);
        }
        if !moved {
            return;
        }
    }
}

/// Groups of events that share numbers or names, largest first.
fn groups(events: &[&Event]) -> Vec<Vec<usize>> {
    let mut leader: Vec<usize> = (0..events.len()).collect();
    let mut by_token: BTreeMap<Token, usize> = BTreeMap::new();
    fn top(leader: &mut [usize], mut at: usize) -> usize {
        while leader[at] != at {
            leader[at] = leader[leader[at]];
            at = leader[at];
        }
        at
    }
    for (at, event) in events.iter().enumerate() {
        for token in event.numbers.iter().chain(&event.names) {
            let held = *by_token.entry(*token).or_insert(at);
            let (a, b) = (top(&mut leader, held), top(&mut leader, at));
            leader[a.max(b)] = a.min(b);
        }
    }
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for at in 0..events.len() {
        groups.entry(top(&mut leader, at)).or_default().push(at);
    }
    let mut groups: Vec<Vec<usize>> = groups.into_values().filter(|group| group.len() > 1).collect();
    groups.sort_by_key(|group| (std::cmp::Reverse(group.len()), group[0]));
    groups
}

/// The likeliest division of events into two, and by how many nats it beats the whole; `None` where none is sought.
fn best_division(detector: &Detector, stream: usize, events: &[&Event]) -> Option<(Vec<usize>, f64)> {
    if events.len() < FEWEST_IN_ALL || events.len() > MOST_IN_ALL {
        return None;
    }
    let mut starts: Vec<Vec<usize>> = Vec::new();
    for group in groups(events).iter().take(4) {
        starts.push((0..events.len()).map(|at| usize::from(group.contains(&at))).collect());
    }
    let mut by_area: BTreeMap<usize, usize> = BTreeMap::new();
    for event in events.iter().filter(|event| event.area != NOWHERE) {
        *by_area.entry(event.area).or_default() += 1;
    }
    let mut areas: Vec<(usize, usize)> = by_area.into_iter().collect();
    areas.sort_by_key(|(area, n)| (std::cmp::Reverse(*n), *area));
    for (area, _) in areas.iter().take(4) {
        starts.push(events.iter().map(|event| usize::from(event.area == *area)).collect());
    }
    let whole = log_weight(detector, stream, events, &vec![0; events.len()]);
    let mut best: Option<(Vec<usize>, f64)> = None;
    for mut of in starts {
        settle(detector, stream, events, &mut of);
        let ones: usize = of.iter().sum();
        if ones < FEWEST || of.len() - ones < FEWEST {
            continue;
        }
        let gain = log_weight(detector, stream, events, &of) - whole;
        if gain >= DIVIDE_AT && best.as_ref().is_none_or(|held| gain > held.1) {
            best = Some((of, gain));
        }
    }
    best
}

/// Divides a candidate that is likelier two series than one; gives the new one's id. What a person decided on stays whole.
pub(crate) fn divide(detector: &mut Detector, id: &SeriesId) -> Option<SeriesId> {
    let series = detector.series.get(id)?;
    let by_person = series.history.iter().any(|entry| entry.by != "ringfence");
    if series.state != State::Candidate || by_person || series.members.iter().any(|member| member.decided.is_some()) {
        return None;
    }
    let stream = crate::join::stream_index(detector, &series.stream);
    let group = detector.groups.get(id)?;
    let held: Vec<(&ReportId, &Event)> =
        group.members.iter().filter(|(_, event)| !event.silent).map(|(report, event)| (report, event)).collect();
    let events: Vec<&Event> = held.iter().map(|(_, event)| *event).collect();
    let (of, _) = best_division(detector, stream, &events)?;
    // The part that the series began with keeps its name.
    let leaves: Vec<ReportId> =
        held.iter().zip(&of).filter(|(_, part)| **part != of[0]).map(|((report, _), _)| (*report).clone()).collect();
    Some(split_off(detector, id, &leaves))
}

fn split_off(detector: &mut Detector, id: &SeriesId, leaves: &[ReportId]) -> SeriesId {
    let mut founders = leaves.to_vec();
    founders.sort();
    let at = founders.iter().filter_map(|report| detector.cases.get(report)).map(|case| case.received_at).max();
    let parent = &detector.series[id];
    let at = at.unwrap_or(parent.alarm.at);
    let new_id = SeriesId::founded_on(&parent.stream, &founders, id.as_str());
    let (leaving, staying): (Vec<Member>, Vec<Member>) =
        parent.members.iter().cloned().partition(|member| leaves.contains(&member.report));
    let entry = |words: String| HistoryEntry { at, by: "ringfence".to_owned(), words, reason: None };
    let reports = u32::try_from(leaving.len()).unwrap_or(u32::MAX);
    let mut alarm = parent.alarm.clone();
    alarm.at = at;
    alarm.reports = reports;
    let new = Series {
        id: new_id.clone(),
        members: leaving,
        alarm,
        split_from: Some(id.clone()),
        history: vec![entry(format!("divided from {id} with {reports} reports: place, names and numbers say two hands"))],
        ..parent.clone()
    };
    if let Some(parent) = detector.series.get_mut(id) {
        parent.members = staying;
        parent.history.push(entry(format!("{reports} reports went into {new_id}")));
    }
    for report in leaves {
        detector.set_home(report, Some(&new_id));
    }
    detector.series.insert(new_id.clone(), new);
    for one in [id, &new_id] {
        detector.regroup(one);
        crate::refresh::refresh(detector, one);
        let areas = detector.series[one].areas.clone();
        detector.note_places(one, &areas);
    }
    new_id
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use areas::Gazetteer;

    use super::*;
    use crate::marks::MOST_STREAMS;
    use crate::{Region, Settings, Streams};

    fn detector() -> Detector {
        Detector::new(Region::of(&Gazetteer::united_kingdom(), "Hertfordshire"), Streams::builtin(), Settings::default())
    }

    /// A report of courier fraud from an area, with a number and a name.
    fn report(area: usize, day: i32, number: Token, name: Token) -> Event {
        let mut streams = [0.0; MOST_STREAMS];
        streams[0] = 1.0;
        let mut event = Event { area, day, received: day, share: 1.0, streams: Arc::new(streams), ..Event::default() };
        event.marks = [1; crate::marks::FIELDS];
        event.numbers.push(number);
        event.names.push(name);
        event
    }

    fn division(events: &[Event]) -> Option<Vec<usize>> {
        let detector = detector();
        let events: Vec<&Event> = events.iter().collect();
        best_division(&detector, 0, &events).map(|(of, _)| of)
    }

    #[test]
    fn two_places_each_with_a_number_and_a_name_of_its_own_are_two_hands() {
        let events: Vec<Event> = (0..10).map(|n| if n % 2 == 0 { report(0, n, 11, 21) } else { report(7, n, 12, 22) }).collect();
        let of = division(&events).expect("they are two");
        assert_eq!(of, (0..10).map(|n| of[0] ^ (n % 2)).collect::<Vec<usize>>());
    }

    #[test]
    fn one_gang_with_two_numbers_in_one_place_is_one_hand() {
        let events: Vec<Event> = (0..10).map(|n| report(0, n, 11 + (n % 2) as Token, 21)).collect();
        assert_eq!(division(&events), None);
    }

    #[test]
    fn one_number_carried_through_four_places_is_one_hand() {
        let events: Vec<Event> = (0..12).map(|n| report((n % 4) as usize, n, 11, 21)).collect();
        assert_eq!(division(&events), None);
    }

    #[test]
    fn a_part_of_two_reports_is_too_few_to_be_a_hand() {
        let mut events: Vec<Event> = (0..8).map(|n| report(0, n, 11, 21)).collect();
        events.extend([report(7, 8, 12, 22), report(7, 9, 12, 22)]);
        assert_eq!(division(&events), None);
    }

    #[test]
    fn fewer_than_seven_are_not_divided() {
        let events: Vec<Event> = (0..6).map(|n| if n % 2 == 0 { report(0, n, 11, 21) } else { report(7, n, 12, 22) }).collect();
        assert_eq!(division(&events), None);
    }
}
