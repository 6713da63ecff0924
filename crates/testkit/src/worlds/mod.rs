//! Worlds to measure a detector in: a county's reports, ticked fields missing or wrong (or nothing ticked and all told in words),
//! weekdays and lags that differ by area, numbers that coincide; series of several kinds with their truth; and things that must stay quiet.
//!
//! Apart from the simulator of the demo on purpose: other parameters, other chances, nothing shared but the reports' types. The same
//! seed gives the same reports.

mod background;
mod phrases;
mod quiet;
mod series;
mod words;

use areas::Gazetteer;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use report::vocabulary::{Claimed, Demand, Handover, Precision, Pretext, Trick};
use report::{Call, Facts, Moment, PlaceFacts, Private, Report, ReporterDetails, Victim};

use crate::simulate::Chance;
pub use quiet::Quiet;
pub use series::Kind;

/// What a world is like.
#[derive(Debug, Clone, PartialEq)]
pub struct World {
    /// Courier frauds a day without a series.
    pub courier: f64,
    /// Other calls a day.
    pub other: f64,
    /// Weekdays differ by area.
    pub weekday_by_area: bool,
    /// Lags differ by area.
    pub lag_by_area: bool,
    /// Share of fields that are missing, and of those ticked that are wrong.
    pub noise: f64,
    /// Share of calls of which one or two more are told from the same town on the same day with the same number.
    pub coincidences: f64,
    /// Share of calls that two people tell of.
    pub duplicates: f64,
    /// Whether nothing is ticked: what would have been is told in words, with the names and the numbers to ring back.
    pub in_words: bool,
}

impl Default for World {
    fn default() -> World {
        World {
            courier: 0.25,
            other: 2.5,
            weekday_by_area: false,
            lag_by_area: false,
            noise: 0.1,
            coincidences: 0.04,
            duplicates: 0.04,
            in_words: false,
        }
    }
}

/// Reports with the series among them.
#[derive(Debug, Clone)]
pub struct Played {
    /// Reports by the time they came in.
    pub reports: Vec<Report>,
    /// External ids of each series' reports.
    pub truth: Vec<Vec<String>>,
    /// Day of the first call of each.
    pub first_call: Vec<Date>,
}

/// A call before it is a report.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    pub(crate) day: i64,
    pub(crate) area: usize,
    pub(crate) claimed: Claimed,
    pub(crate) pretext: Pretext,
    pub(crate) tricks: Vec<Trick>,
    pub(crate) demand: Demand,
    pub(crate) handover: Option<Handover>,
    pub(crate) number: Option<String>,
    pub(crate) callback: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) sector: Option<String>,
    pub(crate) series: Option<usize>,
    /// A reporter of its own where none is given.
    pub(crate) reporter: Option<u32>,
    /// Came in on this day, whatever the lag.
    pub(crate) received: Option<i64>,
}

/// A county.
pub(crate) struct County {
    pub(crate) names: Vec<String>,
    pub(crate) ids: Vec<String>,
    pub(crate) people: Vec<f64>,
    pub(crate) older: Vec<f64>,
    pub(crate) sectors: Vec<Vec<String>>,
    pub(crate) neighbours: Vec<Vec<usize>>,
}

impl County {
    fn new(gazetteer: &Gazetteer, name: &str) -> County {
        let areas = gazetteer.districts_of(name);
        let place = |id: &areas::AreaId| areas.iter().position(|area| area.id == *id);
        County {
            names: areas.iter().map(|area| area.name.clone()).collect(),
            ids: areas.iter().map(|area| area.id.0.clone()).collect(),
            people: areas.iter().map(|area| f64::from(area.population.unwrap_or(100_000))).collect(),
            older: areas.iter().map(|area| f64::from(area.population_65_plus.unwrap_or(20_000))).collect(),
            sectors: areas.iter().map(|area| gazetteer.sectors_of(&area.id).into_iter().map(str::to_owned).collect()).collect(),
            neighbours: areas.iter().map(|area| gazetteer.neighbours(&area.id).iter().filter_map(place).collect()).collect(),
        }
    }
}

/// Plays a world for `history` days, then a series of a kind (or none for `after` more days).
pub fn with_series(gazetteer: &Gazetteer, county: &str, world: &World, history: i64, kind: Kind, seed: u64) -> Played {
    let county = County::new(gazetteer, county);
    let mut chance = Chance::new(seed ^ 0x5eed_0001);
    let start = history + chance.between(0, 6);
    let days = start + kind.days() + 6;
    let mut told = background::calls(&county, world, days, &mut chance);
    let first = series::hide(&county, kind, start, &mut told, &mut chance);
    finish(&county, world, told, &first, seed, &mut chance)
}

/// Plays a world without a series.
pub fn without(gazetteer: &Gazetteer, county: &str, world: &World, days: i64, seed: u64) -> Played {
    let county = County::new(gazetteer, county);
    let mut chance = Chance::new(seed ^ 0x5eed_0002);
    let told = background::calls(&county, world, days, &mut chance);
    finish(&county, world, told, &[], seed, &mut chance)
}

/// Plays a world in which something happens that is no series, in the days after `history`; or nothing, to the same background.
pub fn with_quiet(gazetteer: &Gazetteer, county: &str, world: &World, history: i64, quiet: Option<Quiet>, seed: u64) -> Played {
    let county = County::new(gazetteer, county);
    let mut chance = Chance::new(seed ^ 0x5eed_0003);
    let mut told = background::calls(&county, world, history + 30, &mut chance);
    if let Some(quiet) = quiet {
        quiet::happen(&county, world, quiet, history, &mut told, &mut chance);
    }
    finish(&county, world, told, &[], seed, &mut chance)
}

/// A Monday, so that weekdays are known.
fn first_day() -> Date {
    jiff::civil::date(2023, 1, 2)
}

fn finish(county: &County, world: &World, told: Vec<Told>, first: &[i64], seed: u64, chance: &mut Chance) -> Played {
    let zone = TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC);
    let mut drafts: Vec<(Report, Option<usize>)> = Vec::new();
    // Words have dice of their own, so that the same seed gives the same calls, ticked or told.
    let mut wording = Chance::new(seed ^ 0x5eed_0004);
    for (n, call) in told.into_iter().enumerate() {
        let day = first_day().saturating_add(jiff::Span::new().days(call.day));
        let at = day.at(chance.between(9, 19) as i8, chance.between(0, 59) as i8, 0, 0);
        let Ok(at) = zone.to_zoned(at) else { continue };
        let at = Moment::from_zoned(&at);
        let lag = background::lag(world, call.area, chance);
        let received = match call.received {
            Some(received) => {
                let day = first_day().saturating_add(jiff::Span::new().days(received));
                let Ok(noon) = zone.to_zoned(day.at(12, chance.between(0, 59) as i8, 0, 0)) else { continue };
                Moment::from_zoned(&noon)
            }
            None => {
                let hours = if lag == 0 { chance.between(0, 4) } else { lag * 24 + chance.between(-6, 3) };
                let late = at.timestamp() + jiff::SignedDuration::from_mins(hours * 60 + 20);
                Moment::from_zoned(&late.to_zoned(zone.clone()))
            }
        };
        let mut facts = Facts {
            external_id: None,
            source: report::Source::Call101,
            received_at: received.max(at),
            danger: None,
            role: None,
            place: place(county, &call, chance),
            call: Call {
                at: Some(at),
                precision: Some(Precision::Hour),
                line: None,
                number_shown: call.number.clone(),
                count: None,
            },
            caller: report::Caller { claimed: Vec::new(), names: call.name.iter().cloned().collect(), station: None },
            pretext: Vec::new(),
            trick: call.tricks.iter().copied().filter(|_| !chance.happens(world.noise)).collect(),
            demand: Vec::new(),
            handover: Vec::new(),
            callback: report::Callback { number: call.callback.clone(), ..report::Callback::default() },
            outcome: None,
            loss_pence: None,
            consent: report::Consent::default(),
            external_refs: Vec::new(),
        };
        facts.caller.claimed = noisy(call.claimed, Claimed::ALL, world.noise, chance);
        facts.pretext = noisy(call.pretext, Pretext::ALL, world.noise, chance);
        facts.demand = noisy(call.demand, Demand::ALL, world.noise, chance);
        if let Some(handover) = call.handover {
            facts.handover = noisy(handover, Handover::ALL, world.noise, chance);
        }
        let person = call.reporter.unwrap_or(1000 + n as u32);
        let reporter = ReporterDetails {
            name: Some(format!("Person {person}")),
            email: Some(format!("person{person}@example.org")),
            ..ReporterDetails::default()
        };
        let narrative = world.in_words.then(|| told_in_words(&mut facts, &mut wording));
        let private = Private { reporter, narrative, ..Private::default() };
        drafts.push((Report { facts, private: Victim::seal(private) }, call.series));
    }
    drafts.sort_by_key(|(report, _)| report.facts.received_at);
    let mut truth: Vec<Vec<String>> = vec![Vec::new(); first.len()];
    let mut reports = Vec::with_capacity(drafts.len());
    for (n, (mut report, series)) in drafts.into_iter().enumerate() {
        let id = format!("W{n:05}");
        if let Some(held) = series.and_then(|series| truth.get_mut(series)) {
            held.push(id.clone());
        }
        report.facts.external_id = Some(id);
        reports.push(report);
    }
    let first_call = first.iter().map(|day| first_day().saturating_add(jiff::Span::new().days(*day))).collect();
    Played { reports, truth, first_call }
}

/// Tells the method, the names and the numbers to ring back in words, and takes them out of what is ticked.
fn told_in_words(facts: &mut Facts, chance: &mut Chance) -> String {
    let text = words::tell(facts, chance);
    facts.caller.claimed.clear();
    facts.caller.names.clear();
    facts.pretext.clear();
    facts.trick.clear();
    facts.demand.clear();
    facts.handover.clear();
    facts.callback = report::Callback::default();
    text
}

/// A ticked value: nothing, a wrong one, or the right one.
fn noisy<T: Copy>(value: T, all: &[T], noise: f64, chance: &mut Chance) -> Vec<T> {
    if chance.happens(noise / 2.0) {
        return Vec::new();
    }
    if chance.happens(noise / 2.0) {
        return vec![*chance.pick(all)];
    }
    vec![value]
}

/// Sector 55 %, outcode 25 %, town or district 15 %, nothing 5 %.
fn place(county: &County, call: &Told, chance: &mut Chance) -> PlaceFacts {
    let mut place = PlaceFacts::default();
    let sectors = &county.sectors[call.area];
    let sector = call.sector.clone().or_else(|| (!sectors.is_empty()).then(|| chance.pick(sectors).clone()));
    match (chance.between(0, 99), sector) {
        (0..=54, Some(sector)) => place.sector = Some(sector),
        (55..=79, Some(sector)) => place.outcode = Some(areas::outcode_of(&sector).to_owned()),
        (95..=99, _) => {}
        (n, _) if n % 2 == 0 => place.town = Some(county.names[call.area].clone()),
        _ => place.district = Some(county.ids[call.area].clone()),
    }
    place
}

#[cfg(test)]
mod tests {
    use super::*;
    use report::OpenReason;

    #[test]
    fn the_same_calls_are_ticked_or_told_in_words() {
        let uk = Gazetteer::united_kingdom();
        let ticked = with_series(&uk, "Hertfordshire", &World::default(), 20, Kind::Seed, 3);
        let told = with_series(&uk, "Hertfordshire", &World { in_words: true, ..World::default() }, 20, Kind::Seed, 3);
        assert_eq!(ticked.truth, told.truth);
        assert_eq!(ticked.reports.len(), told.reports.len());
        for (ticked, told) in ticked.reports.iter().zip(&told.reports) {
            let (a, b) = (&ticked.facts, &told.facts);
            assert_eq!((&a.external_id, a.received_at, &a.place, &a.call), (&b.external_id, b.received_at, &b.place, &b.call));
            assert!(b.caller.claimed.is_empty() && b.caller.names.is_empty() && b.pretext.is_empty() && b.demand.is_empty());
            let words = told.private.open(OpenReason::ReadingModus).narrative.clone().unwrap_or_default();
            let last = a.caller.names.first().and_then(|name| name.split(' ').next_back()).unwrap_or_default().to_lowercase();
            assert!(words.to_lowercase().contains(&last), "{words}");
            assert!(!words.contains('{'), "{words}");
        }
    }
}
