//! A county's stream of reports: background by modus operandi, weekday, lag from call to report, duplicates, missing fields; and
//! series hidden in it, with their truth. The same seed gives the same bytes.
//!
//! Parameters: published and assumed figures of police forces, scaled to the county's people; each has its source in
//! `docs/simulator.md`.

mod background;
mod chance;
mod scenario;
mod story;

use areas::{Area, Gazetteer};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use report::vocabulary::{AgeBand, Line, Precision, Role};
use report::{Call, Consent, Facts, Moment, PlaceFacts, Private, Report, ReporterDetails, Source, Target, Victim};
use serde::Serialize;

pub(crate) use chance::Chance;
pub use scenario::Scenario;

/// What a county's stream looks like.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameters {
    /// First day.
    pub from: Date,
    /// Days.
    pub days: u32,
    /// Courier-fraud reports a day without a series.
    pub courier_per_day: f64,
    /// Other scam-call reports a day.
    pub other_per_day: f64,
    /// Share of calls that two people report.
    pub duplicates: f64,
    /// Share of facts that nobody ticked.
    pub missing: f64,
}

impl Parameters {
    /// A county of a million and a quarter: a courier fraud every four days among two and a half other calls a day.
    pub fn county(from: Date, days: u32) -> Parameters {
        Parameters { from, days, courier_per_day: 0.25, other_per_day: 2.5, duplicates: 0.04, missing: 0.1 }
    }
}

/// A series that was hidden in the stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TruthSeries {
    /// Its name.
    pub series: String,
    /// The scenario it belongs to.
    pub scenario: String,
    /// External ids of its reports, in the order of their calls.
    pub reports: Vec<String>,
    /// Day of its first call.
    pub first_call: Date,
    /// Its districts, those with most reports first.
    pub districts: Vec<String>,
}

/// A simulated stream.
#[derive(Debug, Clone)]
pub struct Simulation {
    /// Reports in the order they came in.
    pub reports: Vec<Report>,
    /// The series in it.
    pub truth: Vec<TruthSeries>,
}

/// What one call is made of, before it is a report.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    pub(crate) facts: Facts,
    pub(crate) narrative: String,
    pub(crate) day: Date,
    pub(crate) series: Option<usize>,
    /// The day it was stamped on, where that is not left to the lag.
    pub(crate) stamped: Option<Date>,
}

/// A county as the simulator needs it.
#[derive(Debug, Clone)]
pub(crate) struct County {
    pub(crate) districts: Vec<District>,
}

#[derive(Debug, Clone)]
pub(crate) struct District {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) population: f64,
    pub(crate) older: f64,
    pub(crate) sectors: Vec<String>,
}

impl County {
    fn new(gazetteer: &Gazetteer, name: &str) -> County {
        let mut districts = Vec::new();
        for area in gazetteer.districts_of(name) {
            districts.push(district(gazetteer, area));
        }
        County { districts }
    }

    /// Adds districts beyond its border, by name: only what is hidden in the stream calls there.
    fn beyond(&mut self, gazetteer: &Gazetteer, names: &[&str]) {
        let held = gazetteer.districts_of("all").into_iter().filter(|area| names.contains(&area.name.as_str()));
        self.districts.extend(held.map(|area| district(gazetteer, area)));
    }
}

fn district(gazetteer: &Gazetteer, area: &Area) -> District {
    District {
        id: area.id.0.clone(),
        name: area.name.clone(),
        population: f64::from(area.population.unwrap_or(100_000)),
        older: f64::from(area.population_65_plus.or(area.population).unwrap_or(20_000)),
        sectors: gazetteer.sectors_of(&area.id).into_iter().map(str::to_owned).collect(),
    }
}

/// Simulates a county's stream with a scenario in it.
///
/// `county` is the name of a county or force of the gazetteer; without districts the stream is empty.
pub fn simulate(gazetteer: &Gazetteer, county: &str, parameters: &Parameters, scenario: Scenario, seed: u64) -> Simulation {
    let mut county = County::new(gazetteer, county);
    let mut chance = Chance::new(seed);
    if county.districts.is_empty() {
        return Simulation { reports: Vec::new(), truth: Vec::new() };
    }
    let mut told = background::calls(&county, parameters, &mut chance);
    if scenario == Scenario::AcrossTheBorder {
        county.beyond(gazetteer, &scenario::BEYOND);
    }
    let mut truth = scenario::calls(&county, parameters, scenario, &mut told, &mut chance);
    let mut drafts: Vec<(Report, Option<usize>)> = Vec::new();
    for call in told {
        drafts.push((finish(&call, parameters, &mut chance), call.series));
    }
    // By the time they came in; calls of one moment keep the order they were drawn in.
    drafts.sort_by_key(|(report, _)| report.facts.received_at);
    let mut reports = Vec::with_capacity(drafts.len());
    for (position, (mut report, series)) in drafts.into_iter().enumerate() {
        let id = format!("SIM-{seed}-{:05}", position + 1);
        if let Some(series) = series.and_then(|series| truth.get_mut(series)) {
            series.reports.push(id.clone());
        }
        report.facts.external_id = Some(id);
        reports.push(report);
    }
    Simulation { reports, truth }
}

/// The demo's own: background from 1 January 2019, and in April a series shaped on a published police page: thirty reports from
/// 1 to 30 April, mainly St Albans, Watford and Hertsmere.
pub fn demo_month(gazetteer: &Gazetteer) -> Simulation {
    let parameters = Parameters::county(jiff::civil::date(2019, 1, 1), 120);
    simulate(gazetteer, "Hertfordshire", &parameters, Scenario::Seed, 144)
}

/// A call as the report of it: when it came in, by whom, with what place and how much of it ticked.
fn finish(call: &Told, parameters: &Parameters, chance: &mut Chance) -> Report {
    let mut facts = call.facts.clone();
    let zone = TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC);
    let at = call.day.at(chance.between(9, 18) as i8, chance.between(0, 59) as i8, 0, 0);
    let at = zone.to_zoned(at).map(|zoned| Moment::from_zoned(&zoned)).unwrap_or(facts.received_at);
    // A series' last report has come in by the end of the month it is told of: long lags belong to the background.
    let lag_hours = if call.series.is_some() { chance.between(1, 8) } else { lag(chance) };
    let stamped = call.stamped.and_then(|day| zone.to_zoned(day.at(20, 0, 0, 0)).ok()).map(|zoned| zoned.timestamp());
    let received = stamped.unwrap_or(at.timestamp() + jiff::SignedDuration::from_hours(lag_hours));
    facts.received_at = Moment::from_zoned(&received.to_zoned(zone));
    facts.call = Call {
        at: Some(at),
        precision: Some(if chance.happens(0.6) { Precision::Minute } else { Precision::PartOfDay }),
        line: Some(if chance.happens(0.8) { Line::Landline } else { Line::Mobile }),
        number_shown: facts.call.number_shown.clone(),
        count: Some(1),
    };
    facts.source = match chance.between(0, 9) {
        0..=5 => Source::Call101,
        6..=8 => Source::Web,
        _ => Source::FrontCounter,
    };
    let role = if chance.happens(0.7) { Role::Target } else { Role::RelativeOrCarer };
    facts.role = Some(role);
    for field in 0..5 {
        if chance.happens(parameters.missing) {
            match field {
                0 => facts.caller.claimed.clear(),
                1 => facts.pretext.clear(),
                2 => facts.trick.clear(),
                3 => facts.demand.clear(),
                _ => facts.handover.clear(),
            }
        }
    }
    let age = match chance.between(0, 99) {
        0..=2 => AgeBand::From55,
        3..=17 => AgeBand::From65,
        18..=57 => AgeBand::From75,
        _ => AgeBand::From85,
    };
    let person = chance.between(0, 999);
    let private = Private {
        reporter: ReporterDetails {
            anonymous: Some(false),
            name: Some(story::invented_name(chance)),
            phone: Some(format!("+447700900{person:03}")),
            safe_to_call: Some(true),
            language: Some("en-GB".to_owned()),
            ..ReporterDetails::default()
        },
        target: Target { age_band: Some(age), vulnerability: Vec::new() },
        narrative: Some(call.narrative.clone()),
        ..Private::default()
    };
    facts.consent = Consent { use_for_advice: Some(true), share_with_partners: Some(false), tell_me_what_came_of_it: Some(true) };
    Report { facts, private: Victim::seal(private) }
}

/// Hours from call to report: most the same day, some a month.
fn lag(chance: &mut Chance) -> i64 {
    match chance.between(0, 99) {
        0..=59 => chance.between(1, 8),
        60..=77 => chance.between(14, 30),
        78..=92 => chance.between(48, 150),
        93..=98 => chance.between(168, 720),
        _ => chance.between(720, 1400),
    }
}

/// Facts with nothing in them but where the call was.
pub(crate) fn blank(place: PlaceFacts) -> Facts {
    Facts {
        external_id: None,
        source: Source::Import,
        received_at: Moment::new(jiff::Timestamp::UNIX_EPOCH, jiff::tz::Offset::UTC),
        danger: None,
        role: None,
        place,
        call: Call::default(),
        caller: report::Caller::default(),
        pretext: Vec::new(),
        trick: Vec::new(),
        demand: Vec::new(),
        handover: Vec::new(),
        callback: report::Callback::default(),
        outcome: None,
        loss_pence: None,
        consent: Consent::default(),
        external_refs: Vec::new(),
    }
}

/// The place of a call in a district: a sector for most, an outward code or a town for some, nothing for a few.
pub(crate) fn place_in(district: &District, chance: &mut Chance) -> PlaceFacts {
    let mut place = PlaceFacts::default();
    match chance.between(0, 99) {
        0..=74 if !district.sectors.is_empty() => place.sector = Some(chance.pick(&district.sectors).clone()),
        95..=99 => {}
        _ => place.town = Some(district.name.clone()),
    }
    if let Some(sector) = &place.sector {
        place.outcode = Some(areas::outcode_of(sector).to_owned());
    }
    place
}
