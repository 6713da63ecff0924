//! Calls that belong to no series.

use report::vocabulary::{Claimed, Demand, Handover, Pretext, Trick};

use super::{County, Told, World};
use crate::simulate::Chance;

const WEEKDAYS: [f64; 7] = [1.15, 1.15, 1.15, 1.15, 1.10, 0.75, 0.55];
/// Where weekdays differ by area: half of the areas rest at weekends, half work through.
const WEST: [f64; 7] = [1.3, 1.3, 1.3, 1.3, 1.3, 0.25, 0.25];
const EAST: [f64; 7] = [0.9, 0.9, 0.9, 0.9, 0.9, 1.25, 1.25];

/// The factor of a weekday in an area.
pub(crate) fn weekday(world: &World, area: usize, day: i64) -> f64 {
    let day = day.rem_euclid(7) as usize;
    match (world.weekday_by_area, area % 2) {
        (false, _) => WEEKDAYS[day],
        (true, 0) => WEST[day],
        (true, _) => EAST[day],
    }
}

/// Days from call to report.
pub(crate) fn lag(world: &World, area: usize, chance: &mut Chance) -> i64 {
    if world.lag_by_area {
        if area % 2 == 1 {
            return 0;
        }
        // Geometric with mean a day and a half.
        let mut days = 0;
        while days < 40 && chance.happens(0.6) {
            days += 1;
        }
        return days;
    }
    match chance.between(0, 99) {
        0..=59 => 0,
        60..=77 => 1,
        78..=92 => chance.between(2, 6),
        93..=98 => chance.between(7, 30),
        _ => chance.between(31, 60),
    }
}

pub(crate) fn calls(county: &County, world: &World, days: i64, chance: &mut Chance) -> Vec<Told> {
    // Districts differ from their people by a quarter.
    let tilt: Vec<f64> = county.people.iter().map(|_| 1.0 + 0.25 * chance.normal()).map(|x| x.clamp(0.4, 1.8)).collect();
    let weigh = |people: &[f64]| people.iter().zip(&tilt).map(|(n, t)| n * t).collect::<Vec<f64>>();
    let (older, people) = (weigh(&county.older), weigh(&county.people));
    let (all_older, all_people): (f64, f64) = (older.iter().sum(), people.iter().sum());
    let mut told = Vec::new();
    for day in 0..days {
        // The county's days vary together: gamma of shape 6.
        let common = (0..6).map(|_| -chance.uniform().ln()).sum::<f64>() / 6.0;
        for area in 0..county.people.len() {
            let factor = weekday(world, area, day) * common;
            for _ in 0..chance.poisson(world.courier * factor * older[area] / all_older) {
                let call = courier(day, area, chance);
                add(world, &mut told, call, chance);
            }
            for _ in 0..chance.poisson(world.other * factor * people[area] / all_people) {
                let call = other(day, area, chance);
                add(world, &mut told, call, chance);
            }
        }
    }
    told
}

fn add(world: &World, told: &mut Vec<Told>, call: Told, chance: &mut Chance) {
    if chance.happens(world.duplicates) {
        told.push(call.clone());
    }
    let shows = call.number.as_ref().is_some_and(|number| number.starts_with('+'));
    if shows && chance.happens(world.coincidences) {
        // A robot: others of the town are rung too, by whatever name it has for them.
        for _ in 0..chance.between(1, 2) {
            let name = call.name.as_ref().map(|_| officer(chance));
            told.push(Told { sector: None, name, ..call.clone() });
        }
    }
    told.push(call);
}

/// A number kept for drama, or none.
pub(crate) fn number(chance: &mut Chance) -> Option<String> {
    match chance.between(0, 99) {
        0..=5 => None,
        6..=40 => Some("withheld".to_owned()),
        _ => Some(drama(chance)),
    }
}

/// One of some three thousand numbers.
pub(crate) fn drama(chance: &mut Chance) -> String {
    match chance.between(0, 2) {
        0 => format!("+441632960{:03}", chance.between(0, 999)),
        1 => format!("+44207946{:04}", chance.between(0, 999)),
        _ => format!("+447700900{:03}", chance.between(0, 999)),
    }
}

const FIRST: [&str; 30] = [
    "Alan", "Barry", "Clive", "Darren", "Eric", "Fergus", "Graham", "Hugh", "Ivan", "Jack", "Kevin", "Leonard", "Martin", "Neil",
    "Oliver", "Patrick", "Quentin", "Robert", "Stephen", "Thomas", "Anna", "Beth", "Claire", "Diane", "Emma", "Fiona", "Grace",
    "Helen", "Irene", "Julia",
];
const LAST: [&str; 40] = [
    "Abbot",
    "Barlow",
    "Cartwright",
    "Dawson",
    "Eastwood",
    "Fielding",
    "Garner",
    "Holloway",
    "Ingleby",
    "Jarvis",
    "Kendrick",
    "Langley",
    "Mercer",
    "Naylor",
    "Oakley",
    "Pemberton",
    "Quigley",
    "Radcliffe",
    "Sheldon",
    "Tillman",
    "Underhill",
    "Vickers",
    "Wainwright",
    "Yardley",
    "Ashby",
    "Bancroft",
    "Colby",
    "Denham",
    "Elmore",
    "Fairfax",
    "Gresham",
    "Hadley",
    "Ironside",
    "Judd",
    "Keating",
    "Lockhart",
    "Milburn",
    "Newton",
    "Osgood",
    "Penrose",
];

/// An invented officer.
pub(crate) fn officer(chance: &mut Chance) -> String {
    let rank = chance.pick(&["DC", "DS", "PC", "Sergeant", "Detective"]);
    format!("{rank} {} {}", chance.pick(&FIRST), chance.pick(&LAST))
}

pub(crate) fn courier(day: i64, area: usize, chance: &mut Chance) -> Told {
    let tricks = [
        (Trick::LineHeldOpen, 0.3),
        (Trick::HelpingInvestigation, 0.3),
        (Trick::Secrecy, 0.2),
        (Trick::SecondOfficer, 0.15),
        (Trick::PasswordForCourier, 0.08),
        (Trick::ToldToLieToBank, 0.1),
    ];
    Told {
        day,
        area,
        claimed: [Claimed::Police, Claimed::Bank, Claimed::NcaFca][chance.weighted(&[0.66, 0.30, 0.04])],
        pretext: [
            Pretext::CardMisused,
            Pretext::AccountCompromised,
            Pretext::SuspectArrested,
            Pretext::CorruptBankStaff,
            Pretext::CounterfeitCash,
            Pretext::ExpiredCard,
        ][chance.weighted(&[0.34, 0.24, 0.18, 0.12, 0.06, 0.06])],
        tricks: tricks.iter().filter(|(_, p)| chance.happens(*p)).map(|(trick, _)| *trick).collect(),
        demand: [Demand::WithdrawCash, Demand::BankCard, Demand::LuxuryGoods, Demand::ForeignCurrency, Demand::Pin, Demand::Gold]
            [chance.weighted(&[0.48, 0.26, 0.08, 0.08, 0.06, 0.04])],
        handover: Some(
            [Handover::CourierAtHome, Handover::Taxi, Handover::Meeting, Handover::Post]
                [chance.weighted(&[0.75, 0.12, 0.08, 0.05])],
        ),
        number: number(chance),
        callback: None,
        name: chance.happens(0.4).then(|| officer(chance)),
        sector: None,
        series: None,
        reporter: None,
        received: None,
    }
}

pub(crate) fn other(day: i64, area: usize, chance: &mut Chance) -> Told {
    let kinds = [
        (Claimed::Hmrc, Pretext::TaxDebt, Demand::BankTransfer, None),
        (Claimed::TechSupport, Pretext::DeviceInfected, Demand::RemoteAccess, Some(Handover::Online)),
        (Claimed::Telecom, Pretext::DeviceInfected, Demand::RemoteAccess, Some(Handover::Online)),
        (Claimed::Bank, Pretext::AccountCompromised, Demand::BankTransfer, Some(Handover::Online)),
        (Claimed::Retailer, Pretext::Refund, Demand::RemoteAccess, None),
        (Claimed::CourierFirm, Pretext::Parcel, Demand::PersonalDetails, None),
        (Claimed::Other, Pretext::Investment, Demand::BankTransfer, Some(Handover::Online)),
        (Claimed::Utility, Pretext::Refund, Demand::PersonalDetails, None),
        (Claimed::Family, Pretext::FamilyInCustody, Demand::BankTransfer, None),
    ];
    let (claimed, pretext, demand, handover) = kinds[chance.weighted(&[0.2, 0.16, 0.08, 0.2, 0.12, 0.08, 0.08, 0.04, 0.04])];
    Told {
        day,
        area,
        claimed,
        pretext,
        tricks: if chance.happens(0.2) {
            vec![*chance.pick(&[Trick::Threat, Trick::KeptOnLine, Trick::SpoofedNumber])]
        } else {
            Vec::new()
        },
        demand,
        handover,
        number: number(chance),
        callback: None,
        name: chance.happens(0.2).then(|| officer(chance)),
        sector: None,
        series: None,
        reporter: None,
        received: None,
    }
}
