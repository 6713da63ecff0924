//! Calls that belong to no series.

use jiff::civil::Date;
use report::vocabulary::{Claimed, Demand, Handover, Outcome, Pretext, Trick};

use super::chance::Chance;
use super::{County, Parameters, Told, blank, place_in, story};

/// Monday to Sunday, mean 1.
const WEEKDAYS: [f64; 7] = [1.15, 1.15, 1.15, 1.15, 1.1, 0.75, 0.55];

pub(crate) fn calls(county: &County, parameters: &Parameters, chance: &mut Chance) -> Vec<Told> {
    let older: Vec<f64> = county.districts.iter().map(|district| district.older).collect();
    let people: Vec<f64> = county.districts.iter().map(|district| district.population).collect();
    let mut told = Vec::new();
    for offset in 0..parameters.days {
        let day = parameters.from.saturating_add(jiff::Span::new().days(i64::from(offset)));
        let factor = WEEKDAYS[day.weekday().to_monday_zero_offset() as usize];
        for _ in 0..chance.poisson(parameters.courier_per_day * factor) {
            let district = chance.weighted(&older);
            let call = courier(county, district, day, chance);
            add(&mut told, call, parameters, chance);
        }
        for _ in 0..chance.poisson(parameters.other_per_day * factor) {
            let district = chance.weighted(&people);
            let call = other(county, district, day, chance);
            add(&mut told, call, parameters, chance);
        }
    }
    told
}

/// Adds a call; now and then two people tell of it.
fn add(told: &mut Vec<Told>, call: Told, parameters: &Parameters, chance: &mut Chance) {
    if chance.happens(parameters.duplicates) {
        told.push(call.clone());
    }
    told.push(call);
}

/// A courier fraud by somebody else than the series: an alias and a number of its own.
fn courier(county: &County, district: usize, day: Date, chance: &mut Chance) -> Told {
    let place = &county.districts[district];
    let mut facts = blank(place_in(place, chance));
    let police = chance.happens(0.7);
    facts.caller.claimed = vec![if police { Claimed::Police } else { Claimed::Bank }];
    facts.pretext = vec![*chance.pick(&[
        Pretext::CardMisused,
        Pretext::AccountCompromised,
        Pretext::SuspectArrested,
        Pretext::CorruptBankStaff,
    ])];
    facts.demand = vec![*chance.pick(&[Demand::WithdrawCash, Demand::WithdrawCash, Demand::BankCard, Demand::LuxuryGoods])];
    facts.handover = vec![*chance.pick(&[Handover::CourierAtHome, Handover::CourierAtHome, Handover::Taxi])];
    if chance.happens(0.4) {
        facts.trick.push(*chance.pick(&[Trick::LineHeldOpen, Trick::HelpingInvestigation, Trick::Secrecy]));
    }
    if chance.happens(0.5) {
        facts.caller.names = vec![story::officer(chance)];
    }
    facts.call.number_shown = shown(chance);
    finish(facts, place, day, chance)
}

fn other(county: &County, district: usize, day: Date, chance: &mut Chance) -> Told {
    let place = &county.districts[district];
    let mut facts = blank(place_in(place, chance));
    let (claimed, pretext, demand) = match chance.weighted(&[0.24, 0.22, 0.2, 0.16, 0.06, 0.06, 0.06]) {
        0 => (Claimed::Hmrc, Pretext::TaxDebt, Demand::BankTransfer),
        1 => (Claimed::TechSupport, Pretext::DeviceInfected, Demand::RemoteAccess),
        2 => (Claimed::Retailer, Pretext::Refund, Demand::PressKey),
        3 => (Claimed::Bank, Pretext::AccountCompromised, Demand::BankTransfer),
        4 => (Claimed::Utility, Pretext::Refund, Demand::PersonalDetails),
        5 => (Claimed::CourierFirm, Pretext::Parcel, Demand::PersonalDetails),
        _ => (Claimed::Other, Pretext::Investment, Demand::BankTransfer),
    };
    facts.caller.claimed = vec![claimed];
    facts.pretext = vec![pretext];
    facts.demand = vec![demand];
    facts.call.number_shown = shown(chance);
    finish(facts, place, day, chance)
}

/// The number shown: absent, withheld, or one of ten thousand kept for drama.
fn shown(chance: &mut Chance) -> Option<String> {
    match chance.between(0, 99) {
        0..=5 => None,
        6..=40 => Some("withheld".to_owned()),
        41..=70 => Some(format!("+44207946{:04}", chance.between(0, 999))),
        _ => Some(format!("+441632960{:03}", chance.between(100, 999))),
    }
}

fn finish(mut facts: report::Facts, place: &super::District, day: Date, chance: &mut Chance) -> Told {
    let paid = chance.happens(0.12);
    facts.outcome = Some(if paid {
        Outcome::Paid
    } else {
        *chance.pick(&[Outcome::RecognisedHungUp, Outcome::RecognisedHungUp, Outcome::Challenged])
    });
    facts.loss_pence = Some(if paid { chance.loss() } else { 0 });
    let narrative = story::tell(&facts, &place.name, chance);
    Told { facts, narrative, day, series: None, stamped: None }
}
