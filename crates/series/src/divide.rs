//! Whether reports are of two hands: told apart by place, method, numbers and names together.
//!
//! Both answers are weighed as mixtures with unknown profiles: each part has its own Pólya urns over areas, values of the method, numbers
//! and names (as in [`crate::score`]), and a report goes to a part in proportion to what is in it (Blackwell and MacQueen 1973; a new
//! part as one with θ reports). Areas and method of a part are drawn around those of the whole: two gangs of one trade and one town do
//! most things alike, and what they do alike is no evidence either way. Which part a report is of is not known but weighed, `r` and
//! `1 − r`; the evidence of two parts is the usual lower bound, `Σ_i [Σ_k r_ik ln(n_k f_k(i)) + H(r_i)]`, each report given those before
//! it, so that one that says nothing of its hand costs nothing. Two parts are sought from several starts (what shares numbers or names,
//! one district against the rest), each report going where it fits best until none moves; they stand if they are likelier than one
//! whole by [`DIVIDE_AT`] nats and the logarithm of how many starts were tried. Reports that share a number by themselves do not divide
//! a series: a gang has several, and a part is believed only where place, names and numbers divide alike.
//!
//! The same weighing puts right two candidates that claim one report: they are taken together, and each report goes to its hand.

use std::collections::BTreeMap;

use crate::detector::{Change, Detector};
use crate::event::{Event, NOWHERE, Token};
use crate::score::Profile;
use crate::{HistoryEntry, Member, ReportId, Series, SeriesId, State};

/// Fewest reports of a part.
const FEWEST: usize = 3;
/// Fewest reports that are looked at, and most.
const FEWEST_IN_ALL: usize = 7;
const MOST_IN_ALL: usize = 150;
/// How much likelier two parts must be than one whole, in nats: two gangs of one trade, place and month are rare.
pub(crate) const DIVIDE_AT: f64 = 4.0;
/// Weight of a new part, in reports.
const THETA: f64 = 0.2;
/// Weight of the people's shares in the places of a part, in reports.
const PLACE_PRIOR: f64 = 1.0;
/// Rounds in which reports may move, and rounds in which they are then weighed.
const ROUNDS: usize = 8;
const WEIGHINGS: usize = 3;

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

    /// Log ratio of an event's probability as the next of the part and as any of the whole.
    fn log_fit(&self, detector: &Detector, stream: usize, whole: &Part, event: &Event) -> f64 {
        let engine = &detector.engine;
        let mut fit = self.profile.method_within(&whole.profile, engine, stream, event);
        for names in [false, true] {
            let (own, chance) = self.profile.tokens(engine, event, names);
            fit += (own / chance).ln();
        }
        if event.area != NOWHERE {
            let held = |part: &Part| part.areas.get(&event.area).copied().unwrap_or(0.0);
            let share = engine.daily(stream, event.area) / engine.background.rate(stream);
            let around = (held(whole) + PLACE_PRIOR * share) / (whole.placed + PLACE_PRIOR);
            fit += ((held(self).max(0.0) + PLACE_PRIOR * around) / (self.placed.max(0.0) + PLACE_PRIOR)).ln() - around.ln();
        }
        fit
    }
}

/// Reports that are weighed as one hand or two.
struct Weighed<'a> {
    detector: &'a Detector,
    stream: usize,
    events: Vec<&'a Event>,
    whole: Part,
}

impl<'a> Weighed<'a> {
    /// `None` where they are too few or too many to be looked at.
    fn of(detector: &'a Detector, stream: usize, events: Vec<&'a Event>) -> Option<Weighed<'a>> {
        if events.len() < FEWEST_IN_ALL || events.len() > MOST_IN_ALL {
            return None;
        }
        let mut whole = Part::default();
        for event in &events {
            whole.add(event, 1.0);
        }
        Some(Weighed { detector, stream, events, whole })
    }

    /// Log of the weight of a part, and of an event in it.
    fn log_joint(&self, part: &Part, event: &Event) -> f64 {
        part.reports.max(THETA).ln() + part.log_fit(self.detector, self.stream, &self.whole, event)
    }

    /// The evidence, in nats, where reports are of the second part with these probabilities.
    fn evidence(&self, second: &[f64]) -> f64 {
        let mut parts = [Part::default(), Part::default()];
        let mut sum = 0.0;
        for (event, p) in self.events.iter().zip(second) {
            for (part, p) in parts.iter_mut().zip([1.0 - p, *p]).filter(|(_, p)| *p > 1e-9) {
                sum += p * (self.log_joint(part, event) - p.ln());
                part.add(event, p);
            }
        }
        sum
    }

    /// From a start, lets each report go where it fits best until none moves; gives the probabilities that each is of the second part.
    fn settle(&self, mut of: Vec<usize>) -> Vec<f64> {
        let mut second: Vec<f64> = of.iter().map(|part| *part as f64).collect();
        for round in 0..ROUNDS {
            let weighed = self.weigh_anew(&mut second, true);
            let now: Vec<usize> = weighed.iter().map(|p| usize::from(*p > 0.5)).collect();
            if now == of && round > 0 {
                break;
            }
            of = now;
        }
        for _ in 0..WEIGHINGS {
            self.weigh_anew(&mut second, false);
        }
        second
    }

    /// One round: each report is weighed against all the others. Where `wholly`, it goes to one part with all its weight.
    fn weigh_anew<'b>(&self, second: &'b mut [f64], wholly: bool) -> &'b [f64] {
        let mut parts = [Part::default(), Part::default()];
        for (event, p) in self.events.iter().zip(second.iter()) {
            parts[0].add(event, 1.0 - p);
            parts[1].add(event, *p);
        }
        for (event, p) in self.events.iter().zip(second.iter_mut()) {
            parts[0].add(event, *p - 1.0);
            parts[1].add(event, -*p);
            let odds = self.log_joint(&parts[1], event) - self.log_joint(&parts[0], event);
            *p = 1.0 / (1.0 + (-odds).exp());
            if wholly {
                *p = if *p > 0.5 { 1.0 } else { 0.0 };
            }
            parts[0].add(event, 1.0 - *p);
            parts[1].add(event, *p);
        }
        second
    }

    /// The division that a start leads to, and by how many nats it beats the whole; `None` where a part is too small to be a hand.
    fn division(&self, start: Vec<usize>) -> Option<(Vec<usize>, f64)> {
        let second = self.settle(start);
        let of: Vec<usize> = second.iter().map(|p| usize::from(*p > 0.5)).collect();
        let ones: usize = of.iter().sum();
        if ones < FEWEST || of.len() - ones < FEWEST {
            return None;
        }
        let gain = self.evidence(&second) - self.evidence(&vec![0.0; second.len()]);
        Some((of, gain))
    }

    /// The likeliest division that is likelier than the whole by [`DIVIDE_AT`] nats.
    fn best_division(&self) -> Option<(Vec<usize>, f64)> {
        let mut starts: Vec<Vec<usize>> = Vec::new();
        for group in groups(&self.events).iter().take(4) {
            starts.push((0..self.events.len()).map(|at| usize::from(group.contains(&at))).collect());
        }
        let mut areas: Vec<(usize, f64)> = self.whole.areas.iter().map(|(area, n)| (*area, *n)).collect();
        areas.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        for (area, _) in areas.iter().take(4) {
            starts.push(self.events.iter().map(|event| usize::from(event.area == *area)).collect());
        }
        // The best of so many looks: a new hand costs their logarithm besides.
        let cost = (starts.len() as f64).max(1.0).ln();
        let mut best: Option<(Vec<usize>, f64)> = None;
        for start in starts {
            if let Some((of, gain)) = self.division(start)
                && gain - cost >= DIVIDE_AT
                && best.as_ref().is_none_or(|held| gain > held.1)
            {
                best = Some((of, gain));
            }
        }
        best
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

/// Whether nobody has decided anything on a candidate: what a person decided on stays as it is.
fn untouched(series: &Series) -> bool {
    let by_person = series.history.iter().any(|entry| entry.by != "ringfence");
    series.state == State::Candidate && !by_person && series.members.iter().all(|member| member.decided.is_none())
}

/// The reports of a series that count.
fn heard<'a>(detector: &'a Detector, id: &SeriesId) -> Vec<(&'a ReportId, &'a Event)> {
    let members = detector.groups.get(id).map_or(&[][..], |group| &group.members);
    members.iter().filter(|(_, event)| !event.silent).map(|(report, event)| (report, event)).collect()
}

/// Divides a candidate that is likelier two series than one. What goes out founds a series, or goes over to a candidate nearby that it is
/// more of. What a person decided on stays whole.
pub(crate) fn divide(detector: &mut Detector, id: &SeriesId) -> Option<Change> {
    let series = detector.series.get(id).filter(|series| untouched(series))?;
    let stream = crate::join::stream_index(detector, &series.stream);
    let held = heard(detector, id);
    let events: Vec<&Event> = held.iter().map(|(_, event)| *event).collect();
    let (of, _) = Weighed::of(detector, stream, events)?.best_division()?;
    // The part that the series began with keeps its name.
    let leaves: Vec<(&ReportId, &Event)> =
        held.into_iter().zip(&of).filter(|(_, part)| **part != of[0]).map(|(held, _)| held).collect();
    let reports: Vec<&ReportId> = leaves.iter().map(|(report, _)| *report).collect();
    let near = crate::join::home_of_most(detector, &reports, Some(id)).filter(|near| {
        let fits = detector.series.get(near).is_some_and(|other| untouched(other) && other.stream == series.stream);
        let two = Sides::of(detector, stream, [leaves.clone(), heard(detector, near)]).and_then(|sides| sides.told_apart());
        fits && two.is_none_or(|(_, gain)| gain < DIVIDE_AT)
    });
    let reports: Vec<ReportId> = reports.into_iter().cloned().collect();
    if let Some(near) = near {
        let moves: Vec<(ReportId, usize)> = reports.into_iter().map(|report| (report, 1)).collect();
        let moved = hand_over(detector, [id, &near], &moves);
        return moved.then(|| Change::ToldApart { one: id.clone(), other: near });
    }
    let new = split_off(detector, id, &reports);
    Some(Change::Divided { from: id.clone(), new })
}

/// The reports of two candidates together, with which each is of now.
struct Sides<'a> {
    reports: Vec<&'a ReportId>,
    now: Vec<usize>,
    weighed: Weighed<'a>,
}

impl<'a> Sides<'a> {
    fn of(detector: &'a Detector, stream: usize, sides: [Vec<(&'a ReportId, &'a Event)>; 2]) -> Option<Sides<'a>> {
        let mut held: Vec<(usize, &ReportId, &Event)> = Vec::new();
        for (part, side) in sides.into_iter().enumerate() {
            held.extend(side.into_iter().map(|(report, event)| (part, report, event)));
        }
        held.sort_by_key(|(_, report, event)| (event.received, event.day, *report));
        let weighed = Weighed::of(detector, stream, held.iter().map(|(_, _, event)| *event).collect())?;
        Some(Sides { reports: held.iter().map(|held| held.1).collect(), now: held.iter().map(|held| held.0).collect(), weighed })
    }

    /// The likeliest two hands from where the reports are now, and by how many nats they beat one; `None` where one takes all.
    fn told_apart(&self) -> Option<(Vec<usize>, f64)> {
        self.weighed.division(self.now.clone())
    }
}

/// Whether two candidates are two hands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Apart {
    /// One hand, likelier by [`DIVIDE_AT`] nats.
    One,
    /// Neither surely.
    Unsure,
    /// Two; whether reports went over from one to the other.
    Two { moved: bool },
}

/// Weighs two candidates together, each report going to its hand from where it is now. If they are two hands, likelier than one by
/// `at_least` nats, reports that turn out to be of the other's hand go over.
pub(crate) fn tell_apart(detector: &mut Detector, one: &SeriesId, other: &SeriesId, at_least: f64) -> Apart {
    let Some((a, b)) = detector.series.get(one).zip(detector.series.get(other)) else { return Apart::Unsure };
    if !untouched(a) || !untouched(b) || a.stream != b.stream {
        return Apart::Unsure;
    }
    let stream = crate::join::stream_index(detector, &a.stream);
    let Some(sides) = Sides::of(detector, stream, [heard(detector, one), heard(detector, other)]) else { return Apart::Unsure };
    let Some((of, gain)) = sides.told_apart() else { return Apart::Unsure };
    if gain < at_least {
        return if gain < -DIVIDE_AT { Apart::One } else { Apart::Unsure };
    }
    let all = sides.now.iter().zip(&of).zip(&sides.reports);
    let moves: Vec<(ReportId, usize)> =
        all.filter(|((was, is), _)| was != is).map(|((_, is), report)| ((*report).clone(), *is)).collect();
    // Parts that have changed places are the same parts.
    let moved = 2 * moves.len() <= of.len() && hand_over(detector, [one, other], &moves);
    Apart::Two { moved }
}

/// Lets reports go over to the series of their hand, where they would be let stay; whether any did.
fn hand_over(detector: &mut Detector, ids: [&SeriesId; 2], moves: &[(ReportId, usize)]) -> bool {
    let mut moved = [0u64; 2];
    for (report, to) in moves {
        let Some(member) = crate::join::would_stay(detector, report, ids[*to]) else { continue };
        crate::join::leave(detector, ids[1 - *to], report);
        detector.put(ids[*to], member);
        moved[*to] += 1;
    }
    for (to, n) in moved.into_iter().enumerate().filter(|(_, n)| *n > 0) {
        let (giver, taker) = (ids[1 - to], ids[to]);
        let n = crate::words::count(n, "report", "reports");
        let words = format!("{n} went over to {taker}: place, names and numbers say it is another hand's");
        if let Some(series) = detector.series.get_mut(giver) {
            let at = series.history.last().map_or(series.alarm.at, |entry| entry.at);
            series.history.push(HistoryEntry { at, by: "ringfence".to_owned(), words, reason: None });
        }
    }
    if moved == [0, 0] {
        return false;
    }
    for id in ids {
        crate::refresh::refresh(detector, id);
        let areas = detector.series[id].areas.clone();
        detector.note_places(id, &areas);
    }
    true
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
        Weighed::of(&detector, 0, events.iter().collect())?.best_division().map(|(of, _)| of)
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
    fn two_hands_in_one_place_differ_in_number_name_and_story_and_who_says_nothing_counts_for_neither() {
        let mut events: Vec<Event> = (0..16).map(|n| report(0, n, 11 + (n % 2) as Token, 21 + (n % 2) as Token)).collect();
        for (n, event) in events.iter_mut().enumerate() {
            event.marks[1] = if n % 2 == 0 { 1 << 2 } else { 1 << 6 };
        }
        let hands = |of: Vec<usize>| of.iter().take(16).map(|part| of[0] ^ part).collect::<Vec<usize>>();
        let truth: Vec<usize> = (0..16).map(|n| n % 2).collect();
        assert_eq!(division(&events).map(hands), Some(truth.clone()));
        let silent = Event { numbers: Vec::new(), names: Vec::new(), marks: [1; crate::marks::FIELDS], ..events[0].clone() };
        events.extend(std::iter::repeat_n(silent, 8));
        assert_eq!(division(&events).map(hands), Some(truth));
    }

    #[test]
    fn reports_that_are_with_the_wrong_hand_go_over() {
        let events: Vec<Event> =
            (0..12).map(|n| report(7 * (n % 2) as usize, n, 11 + (n % 2) as Token, 21 + (n % 2) as Token)).collect();
        let truth: Vec<usize> = (0..12).map(|n| n % 2).collect();
        let mut now = truth.clone();
        now[4] = 1;
        now[9] = 0;
        let detector = detector();
        let weighed = Weighed::of(&detector, 0, events.iter().collect()).expect("enough");
        let (of, gain) = weighed.division(now).expect("two parts");
        assert_eq!(of, truth);
        assert!(gain > DIVIDE_AT, "{gain}");
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
