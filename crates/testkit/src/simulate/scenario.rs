//! Series hidden in the stream.

use jiff::civil::Date;
use report::vocabulary::{Claimed, Demand, Handover, Outcome, Pretext, Trick};

use super::chance::Chance;
use super::{County, Parameters, Told, TruthSeries, blank, place_in, story};

/// What is hidden in the stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scenario {
    /// Nothing.
    None,
    /// Thirty reports in the stream's last thirty days, mainly three neighbouring districts.
    Seed,
    /// Twenty in thirty days.
    TwentyInThirty,
    /// Twelve in thirty days.
    TwelveInThirty,
    /// Eight in seven days in one town.
    EightInSeven,
    /// Fifteen in sixty days.
    FifteenInSixty,
    /// Twenty in thirty days on both sides of the county's southern border.
    AcrossTheBorder,
    /// Twenty in thirty days, one method in two districts far from one another.
    FarApart,
    /// Two series at once.
    TwoAtOnce,
    /// All districts and methods three times as often for five days: publicity, no series.
    PublicitySurge,
    /// One person reports twenty times: no series.
    PersistentReporter,
    /// Four days of a bank holiday with fewer calls told, and those told the day after: no series.
    BankHoliday,
    /// Forty reports of the weeks before stamped on one day: no series.
    Backlog,
    /// Everything falls to 0.43 of what it was for the last thirty days: no series.
    Fall,
}

impl Scenario {
    /// All, by name.
    pub const ALL: [(&'static str, Scenario); 14] = [
        ("none", Scenario::None),
        ("seed", Scenario::Seed),
        ("20-in-30", Scenario::TwentyInThirty),
        ("12-in-30", Scenario::TwelveInThirty),
        ("8-in-7", Scenario::EightInSeven),
        ("15-in-60", Scenario::FifteenInSixty),
        ("across-the-border", Scenario::AcrossTheBorder),
        ("far-apart", Scenario::FarApart),
        ("two-at-once", Scenario::TwoAtOnce),
        ("publicity-surge", Scenario::PublicitySurge),
        ("persistent-reporter", Scenario::PersistentReporter),
        ("bank-holiday", Scenario::BankHoliday),
        ("backlog", Scenario::Backlog),
        ("fall", Scenario::Fall),
    ];

    /// The scenario of a name.
    pub fn from_name(name: &str) -> Option<Scenario> {
        Scenario::ALL.iter().find(|(held, _)| *held == name).map(|(_, scenario)| *scenario)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        Scenario::ALL.iter().find(|(_, scenario)| *scenario == self).map_or("none", |(name, _)| name)
    }
}

struct Plan<'a> {
    name: &'a str,
    reports: usize,
    days: i64,
    from: Date,
    /// District names with weights.
    districts: &'a [(&'a str, f64)],
}

const SEED: [(&str, f64); 4] = [("St Albans", 0.42), ("Watford", 0.30), ("Hertsmere", 0.18), ("", 0.10)];
const TOWN: [(&str, f64); 1] = [("Stevenage", 1.0)];
const BORDER: [(&str, f64); 4] = [("Barnet", 0.3), ("Enfield", 0.25), ("Luton", 0.15), ("Hertsmere", 0.3)];
const FAR: [(&str, f64); 2] = [("Dacorum", 0.5), ("Broxbourne", 0.5)];
/// The districts of [`Scenario::AcrossTheBorder`] that are another county's.
pub(crate) const BEYOND: [&str; 3] = ["Barnet", "Enfield", "Luton"];
const NORTH: [(&str, f64); 3] = [("North Hertfordshire", 0.5), ("Stevenage", 0.3), ("East Hertfordshire", 0.2)];

pub(crate) fn calls(
    county: &County,
    parameters: &Parameters,
    scenario: Scenario,
    told: &mut Vec<Told>,
    chance: &mut Chance,
) -> Vec<TruthSeries> {
    let last = |days: i64| {
        let back = i64::from(parameters.days) - days;
        parameters.from.saturating_add(jiff::Span::new().days(back.max(0)))
    };
    let plan = |name, reports, days, districts| Plan { name, reports, days, from: last(days), districts };
    let plans: Vec<Plan<'_>> = match scenario {
        Scenario::None => Vec::new(),
        Scenario::Seed => vec![plan("seed", 30, 30, &SEED[..])],
        Scenario::TwentyInThirty => vec![plan("twenty", 20, 30, &SEED[..])],
        Scenario::TwelveInThirty => vec![plan("twelve", 12, 30, &SEED[..])],
        Scenario::EightInSeven => vec![plan("eight", 8, 7, &TOWN[..])],
        Scenario::FifteenInSixty => vec![plan("fifteen", 15, 60, &SEED[..])],
        Scenario::AcrossTheBorder => vec![plan("border", 20, 30, &BORDER[..])],
        Scenario::FarApart => vec![plan("far", 20, 30, &FAR[..])],
        Scenario::TwoAtOnce => vec![plan("west", 20, 30, &SEED[..]), plan("north", 16, 24, &NORTH[..])],
        Scenario::PublicitySurge => {
            surge(county, parameters, told, chance);
            Vec::new()
        }
        Scenario::PersistentReporter => {
            persist(parameters, told, chance);
            Vec::new()
        }
        Scenario::BankHoliday => {
            holiday(last(20), told, chance);
            Vec::new()
        }
        Scenario::Backlog => {
            backlog(last(10), told);
            Vec::new()
        }
        Scenario::Fall => {
            let from = last(30);
            told.retain(|call| call.day < from || chance.happens(LEFT));
            Vec::new()
        }
    };
    let mut truth = Vec::new();
    for (series, plan) in plans.iter().enumerate() {
        truth.push(hide(county, plan, scenario, series, told, chance));
    }
    truth
}

/// Days of a series' calls: bouts of one to three days with as many between; the first call on the first day.
fn days_of(plan: &Plan<'_>, chance: &mut Chance) -> Vec<i64> {
    let mut active = Vec::new();
    let mut day = 0;
    while day < plan.days {
        for _ in 0..chance.between(1, 3) {
            if day < plan.days {
                active.push(day);
            }
            day += 1;
        }
        day += chance.between(1, 3);
    }
    let mut days = vec![0];
    while days.len() < plan.reports {
        days.push(*chance.pick(&active));
    }
    days.sort_unstable();
    days
}

fn hide(
    county: &County,
    plan: &Plan<'_>,
    scenario: Scenario,
    series: usize,
    told: &mut Vec<Told>,
    chance: &mut Chance,
) -> TruthSeries {
    let officers: Vec<String> = (0..chance.between(2, 4)).map(|_| story::officer(chance)).collect();
    let numbers: Vec<String> = (0..chance.between(3, 6)).map(|_| format!("+44207946{:04}", chance.between(0, 999))).collect();
    let older: Vec<f64> = county.districts.iter().map(|district| district.older).collect();
    let weights: Vec<f64> = plan.districts.iter().map(|(_, weight)| *weight).collect();
    let mut counts = vec![0usize; county.districts.len()];
    for day in days_of(plan, chance) {
        let (name, _) = plan.districts[chance.weighted(&weights)];
        let named = county.districts.iter().position(|district| district.name == name);
        let district = named.unwrap_or_else(|| chance.weighted(&older));
        counts[district] += 1;
        let place = &county.districts[district];
        let mut facts = blank(place_in(place, chance));
        facts.caller.claimed = vec![if chance.happens(0.85) { Claimed::Police } else { Claimed::Bank }];
        if chance.happens(0.7) {
            facts.caller.names = vec![chance.pick(&officers).clone()];
        }
        facts.pretext = vec![if chance.happens(0.75) { Pretext::CardMisused } else { Pretext::AccountCompromised }];
        facts.trick = vec![Trick::HelpingInvestigation];
        if chance.happens(0.45) {
            facts.trick.push(Trick::LineHeldOpen);
            facts.trick.push(Trick::SecondOfficer);
        }
        facts.demand = vec![match chance.between(0, 99) {
            0..=69 => Demand::WithdrawCash,
            70..=79 => Demand::ForeignCurrency,
            80..=91 => Demand::LuxuryGoods,
            _ => Demand::BankCard,
        }];
        facts.handover = vec![Handover::CourierAtHome];
        facts.call.number_shown =
            if chance.happens(0.35) { Some("withheld".to_owned()) } else { Some(chance.pick(&numbers).clone()) };
        if facts.trick.contains(&Trick::LineHeldOpen) && chance.happens(0.4) {
            facts.callback.number = Some(chance.pick(&numbers).clone());
        }
        let paid = chance.happens(0.2);
        facts.outcome = Some(if paid {
            Outcome::Paid
        } else {
            *chance.pick(&[Outcome::RecognisedHungUp, Outcome::RecognisedHungUp, Outcome::Challenged, Outcome::StoppedByBank])
        });
        facts.loss_pence = Some(if paid { chance.loss() } else { 0 });
        let narrative = story::tell(&facts, &place.name, chance);
        let day = plan.from.saturating_add(jiff::Span::new().days(day));
        told.push(Told { facts, narrative, day, series: Some(series), stamped: None });
    }
    let mut districts: Vec<(usize, &str)> =
        counts.iter().zip(&county.districts).filter(|(n, _)| **n > 0).map(|(n, district)| (*n, district.id.as_str())).collect();
    districts.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
    TruthSeries {
        series: plan.name.to_owned(),
        scenario: scenario.name().to_owned(),
        reports: Vec::new(),
        first_call: plan.from,
        districts: districts.into_iter().map(|(_, id)| id.to_owned()).collect(),
    }
}

/// Publicity: for five days everybody tells of everything three times as often.
fn surge(county: &County, parameters: &Parameters, told: &mut Vec<Told>, chance: &mut Chance) {
    let from = parameters.from.saturating_add(jiff::Span::new().days(i64::from(parameters.days) - 20));
    let more = Parameters {
        from,
        days: 5,
        courier_per_day: parameters.courier_per_day * 2.0,
        other_per_day: parameters.other_per_day * 2.0,
        ..parameters.clone()
    };
    told.extend(super::background::calls(county, &more, chance));
}

/// What is left of everything in a common fall, as the Federal Trade Commission's complaints did in the spring of 2020.
const LEFT: f64 = 0.43;
/// What is told of a bank holiday's calls on the day itself.
const TOLD: f64 = 0.6;

/// Four days on which fewer calls are told; what was not is told on the two days after.
fn holiday(from: Date, told: &mut [Told], chance: &mut Chance) {
    let after = from.saturating_add(jiff::Span::new().days(4));
    for call in told.iter_mut().filter(|call| (from..after).contains(&call.day)) {
        if !chance.happens(TOLD) {
            call.stamped = Some(after.saturating_add(jiff::Span::new().days(chance.between(0, 1))));
        }
    }
}

/// The latest forty calls before a day are all stamped on it.
fn backlog(day: Date, told: &mut [Told]) {
    let mut before: Vec<&mut Told> = told.iter_mut().filter(|call| call.day < day).collect();
    before.sort_by_key(|call| std::cmp::Reverse(call.day));
    for call in before.into_iter().take(40) {
        call.stamped = Some(day);
    }
}

/// One person who tells of the same number again and again.
fn persist(parameters: &Parameters, told: &mut Vec<Told>, chance: &mut Chance) {
    let Some(mut call) = told.last().cloned() else { return };
    call.facts.call.number_shown = Some("+442079460777".to_owned());
    for day in 0..20 {
        call.day = parameters.from.saturating_add(jiff::Span::new().days(i64::from(parameters.days) - 25 + day));
        call.narrative = story::tell(&call.facts, "the county", chance);
        told.push(call.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulate::{Simulation, simulate};

    fn county(scenario: Scenario) -> Simulation {
        let parameters = Parameters::county(jiff::civil::date(2019, 1, 1), 90);
        simulate(&areas::Gazetteer::united_kingdom(), "Hertfordshire", &parameters, scenario, 7)
    }

    fn on(simulation: &Simulation, day: Date) -> usize {
        simulation.reports.iter().filter(|report| report.facts.received_at.day() == day).count()
    }

    #[test]
    fn series_lie_where_their_scenario_says() {
        let border = county(Scenario::AcrossTheBorder).truth.remove(0);
        assert!(border.reports.len() == 20 && border.districts.iter().any(|id| id.starts_with("E09")), "{border:?}");
        let far = county(Scenario::FarApart).truth.remove(0);
        assert_eq!(far.districts.len(), 2, "{far:?}");
    }

    #[test]
    fn what_must_stay_quiet_hides_no_series() {
        let quiet = county(Scenario::None);
        let backlog = county(Scenario::Backlog);
        let day = jiff::civil::date(2019, 3, 22);
        assert!(on(&backlog, day) >= 40 && on(&quiet, day) < 10, "{}", on(&backlog, day));
        let late = |simulation: &Simulation| {
            simulation
                .reports
                .iter()
                .filter(|report| report.facts.call.at.is_some_and(|at| at.day() >= jiff::civil::date(2019, 3, 2)))
                .count()
        };
        let (left, all) = (late(&county(Scenario::Fall)), late(&quiet));
        assert!(left * 10 < all * 6 && left * 10 > all * 2, "{left} of {all}");
        let holiday = county(Scenario::BankHoliday);
        let after = [jiff::civil::date(2019, 3, 16), jiff::civil::date(2019, 3, 17)];
        let told = |simulation: &Simulation| after.iter().map(|day| on(simulation, *day)).sum::<usize>();
        assert!(told(&holiday) > told(&quiet), "{} against {}", told(&holiday), told(&quiet));
        for simulation in [quiet, backlog, holiday] {
            assert!(simulation.truth.is_empty());
        }
    }
}
