//! Series of several kinds.

use report::vocabulary::{Claimed, Demand, Handover, Pretext, Trick};

use super::{County, Told, background};
use crate::simulate::Chance;

/// The kinds of series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Thirty in thirty days, mainly three neighbouring districts.
    Seed,
    /// Twenty in thirty days.
    TwentyInThirty,
    /// Twelve in thirty days.
    TwelveInThirty,
    /// Eight in seven days in one town.
    EightInSeven,
    /// Eighteen in twenty-one days along a line of districts.
    Corridor,
    /// Fifteen in sixty days.
    FifteenInSixty,
    /// Twenty in thirty days all over the county, with few numbers.
    CountyWide,
    /// Two at once in places that touch.
    TwoAtOnce,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Kind; 8] = [
        Kind::Seed,
        Kind::TwentyInThirty,
        Kind::TwelveInThirty,
        Kind::EightInSeven,
        Kind::Corridor,
        Kind::FifteenInSixty,
        Kind::CountyWide,
        Kind::TwoAtOnce,
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Seed => "seed 30/30",
            Kind::TwentyInThirty => "20/30",
            Kind::TwelveInThirty => "12/30",
            Kind::EightInSeven => "8/7 one town",
            Kind::Corridor => "corridor",
            Kind::FifteenInSixty => "15/60",
            Kind::CountyWide => "county-wide",
            Kind::TwoAtOnce => "two at once",
        }
    }

    /// How long it lasts.
    pub fn days(self) -> i64 {
        match self {
            Kind::EightInSeven => 7,
            Kind::Corridor => 21,
            Kind::FifteenInSixty => 60,
            _ => 30,
        }
    }
}

/// Hides a series; gives the day of each one's first call.
pub(crate) fn hide(county: &County, kind: Kind, start: i64, told: &mut Vec<Told>, chance: &mut Chance) -> Vec<i64> {
    let days = kind.days();
    let mut first = Vec::new();
    let plan = |reports: usize, weights: Vec<f64>| Plan { reports, weights, start, days, few_numbers: kind == Kind::CountyWide };
    let plans = match kind {
        Kind::Seed => vec![plan(30, three(county, chance, None))],
        Kind::TwentyInThirty => vec![plan(20, three(county, chance, None))],
        Kind::TwelveInThirty => vec![plan(12, three(county, chance, None))],
        Kind::FifteenInSixty => vec![plan(15, three(county, chance, None))],
        Kind::EightInSeven => {
            let mut weights = vec![0.0; county.people.len()];
            weights[chance.weighted(&county.older)] = 1.0;
            vec![plan(8, weights)]
        }
        Kind::Corridor => vec![plan(18, line(county, chance))],
        Kind::CountyWide => vec![plan(20, county.older.clone())],
        Kind::TwoAtOnce => {
            let one = three(county, chance, None);
            let hit = one.iter().position(|weight| *weight > 0.4);
            let two = three(county, chance, hit);
            vec![
                plan(20, one),
                Plan { reports: 18, weights: two, start: start + chance.between(0, 8), days: 24, few_numbers: false },
            ]
        }
    };
    for (series, plan) in plans.iter().enumerate() {
        first.push(calls(plan, series, told, chance));
    }
    first
}

struct Plan {
    reports: usize,
    weights: Vec<f64>,
    start: i64,
    days: i64,
    few_numbers: bool,
}

/// Three neighbouring districts .42, .30, .18, the rest .10 by the older people; around another place than `not`.
fn three(county: &County, chance: &mut Chance, not: Option<usize>) -> Vec<f64> {
    let all: f64 = county.older.iter().sum();
    let mut weights: Vec<f64> = county.older.iter().map(|n| 0.10 * n / all).collect();
    let mut a = chance.weighted(&county.older);
    while Some(a) == not || county.neighbours[a].len() < 2 {
        a = chance.weighted(&county.older);
    }
    let near = &county.neighbours[a];
    let b = *chance.pick(near);
    let mut c = *chance.pick(near);
    while c == b {
        c = *chance.pick(near);
    }
    weights[a] += 0.42;
    weights[b] += 0.30;
    weights[c] += 0.18;
    weights
}

/// Four districts in a line.
fn line(county: &County, chance: &mut Chance) -> Vec<f64> {
    let mut path = vec![chance.weighted(&county.older)];
    while path.len() < 4 {
        let near: Vec<usize> = county.neighbours[path[path.len() - 1]].iter().copied().filter(|n| !path.contains(n)).collect();
        if near.is_empty() {
            break;
        }
        path.push(*chance.pick(&near));
    }
    let mut weights = vec![0.0; county.people.len()];
    for area in path {
        weights[area] = 1.0;
    }
    weights
}

fn calls(plan: &Plan, series: usize, told: &mut Vec<Told>, chance: &mut Chance) -> i64 {
    let numbers: Vec<String> = (0..if plan.few_numbers { chance.between(2, 3) } else { chance.between(3, 6) })
        .map(|_| background::drama(chance))
        .collect();
    let officers: Vec<String> = (0..chance.between(2, 4)).map(|_| background::officer(chance)).collect();
    let pretexts = [
        Pretext::CardMisused,
        Pretext::SuspectArrested,
        Pretext::CounterfeitCash,
        Pretext::CorruptBankStaff,
        Pretext::AccountCompromised,
    ];
    let main_pretext = *chance.pick(&pretexts);
    // Bouts of one to three days in one district, one to three days between.
    let mut bouts: Vec<(i64, usize)> = Vec::new();
    let mut day = 0;
    while day < plan.days {
        let area = chance.weighted(&plan.weights);
        for _ in 0..chance.between(1, 3) {
            if day < plan.days {
                bouts.push((day, area));
            }
            day += 1;
        }
        day += chance.between(1, 3);
    }
    let mut days: Vec<(i64, usize)> = vec![bouts[0]];
    while days.len() < plan.reports {
        days.push(*chance.pick(&bouts));
    }
    days.sort_unstable();
    for (day, area) in days {
        let area = if chance.happens(0.25) { chance.weighted(&plan.weights) } else { area };
        let mut tricks = Vec::new();
        for (trick, p) in
            [(Trick::LineHeldOpen, 0.45), (Trick::HelpingInvestigation, 0.4), (Trick::Secrecy, 0.2), (Trick::SecondOfficer, 0.3)]
        {
            if chance.happens(p) {
                tricks.push(trick);
            }
        }
        told.push(Told {
            day: plan.start + day,
            area,
            claimed: if chance.happens(0.85) { Claimed::Police } else { Claimed::Bank },
            pretext: if chance.happens(0.6) { main_pretext } else { *chance.pick(&pretexts) },
            tricks,
            demand: [Demand::WithdrawCash, Demand::ForeignCurrency, Demand::LuxuryGoods, Demand::BankCard]
                [chance.weighted(&[0.70, 0.10, 0.12, 0.08])],
            handover: Some(if chance.happens(0.85) { Handover::CourierAtHome } else { Handover::Taxi }),
            number: match chance.between(0, 99) {
                0..=5 => None,
                6..=40 => Some("withheld".to_owned()),
                _ => Some(chance.pick(&numbers).clone()),
            },
            callback: chance.happens(0.15).then(|| chance.pick(&numbers).clone()),
            name: chance.happens(0.6).then(|| chance.pick(&officers).clone()),
            sector: None,
            series: Some(series),
            reporter: None,
            received: None,
        });
    }
    plan.start + bouts[0].0
}
