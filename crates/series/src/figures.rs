//! Counting: every figure of a piece of advice from the members of its series.

use std::collections::BTreeMap;

use areas::AreaId;
use report::Moment;
use report::vocabulary::{Claimed, Demand, Handover, Outcome, Pretext, Trick};

use crate::{Case, Figure, FigureSet, Member, ReportId, Series, Value};

/// Members less likely than this are not counted.
const COUNTED_FROM: f64 = 0.5;

/// What a figure asks of a case.
type Question = fn(&Case) -> Option<bool>;

/// Shares: key, query in words, question (`None`: the case says nothing about it).
const SHARES: [(&str, &str, Question); 36] = [
    ("claimed_police", "the caller claimed to be the police", |case| claimed(case, &[Claimed::Police, Claimed::NcaFca])),
    ("claimed_bank", "the caller claimed to be a bank", |case| claimed(case, &[Claimed::Bank])),
    ("claimed_police_or_bank", "the caller claimed to be the police or a bank", |case| {
        claimed(case, &[Claimed::Police, Claimed::NcaFca, Claimed::Bank])
    }),
    ("pretext_card_or_account", "the story was a misused card or account", |case| {
        pretext(case, &[Pretext::CardMisused, Pretext::AccountCompromised])
    }),
    ("trick_investigation", "the person was asked to help an investigation", |case| trick(case, Trick::HelpingInvestigation)),
    ("trick_line_held", "the line was held open while another number was dialled", |case| trick(case, Trick::LineHeldOpen)),
    ("trick_second_officer", "a second person confirmed the story", |case| trick(case, Trick::SecondOfficer)),
    ("demand_cash", "cash was to be withdrawn", |case| demand(case, &[Demand::WithdrawCash])),
    ("demand_currency", "foreign currency was to be bought", |case| demand(case, &[Demand::ForeignCurrency])),
    ("demand_goods", "high-value goods or gold were to be bought", |case| demand(case, &[Demand::LuxuryGoods, Demand::Gold])),
    ("demand_card", "a bank card was to be handed over", |case| demand(case, &[Demand::BankCard, Demand::Pin])),
    ("demand_transfer", "money was to be transferred", |case| demand(case, &[Demand::BankTransfer])),
    ("handover_courier", "a courier was to call at the home", |case| {
        (!case.handover.is_empty())
            .then(|| case.handover.contains(&Handover::CourierAtHome) || case.handover.contains(&Handover::Taxi))
    }),
    ("claimed_hmrc", "the caller claimed to be the tax office", |case| claimed(case, &[Claimed::Hmrc])),
    ("claimed_telecom", "the caller claimed to be a telephone or broadband company", |case| claimed(case, &[Claimed::Telecom])),
    ("claimed_tech_support", "the caller claimed to be a computer company", |case| claimed(case, &[Claimed::TechSupport])),
    ("claimed_retailer", "the caller claimed to be a shop", |case| claimed(case, &[Claimed::Retailer])),
    ("claimed_courier_firm", "the caller claimed to be a delivery firm", |case| claimed(case, &[Claimed::CourierFirm])),
    ("claimed_utility", "the caller claimed to be an energy or water company", |case| claimed(case, &[Claimed::Utility])),
    ("claimed_family", "the caller claimed to be a relative", |case| claimed(case, &[Claimed::Family])),
    ("pretext_tax_debt", "the story was a tax debt", |case| pretext(case, &[Pretext::TaxDebt])),
    ("pretext_refund", "the story was a refund", |case| pretext(case, &[Pretext::Refund])),
    ("pretext_parcel", "the story was a parcel", |case| pretext(case, &[Pretext::Parcel])),
    ("pretext_device", "the story was an infected device or line", |case| pretext(case, &[Pretext::DeviceInfected])),
    ("pretext_custody", "the story was a relative in custody", |case| pretext(case, &[Pretext::FamilyInCustody])),
    ("pretext_prize", "the story was a prize", |case| pretext(case, &[Pretext::Prize])),
    ("pretext_investment", "the story was an investment", |case| pretext(case, &[Pretext::Investment])),
    ("trick_threat", "the person was threatened", |case| trick(case, Trick::Threat)),
    ("trick_secrecy", "the person was told to tell no one", |case| trick(case, Trick::Secrecy)),
    ("trick_spoofed", "a genuine organisation's number was shown", |case| trick(case, Trick::SpoofedNumber)),
    ("demand_details", "personal or card details were asked for", |case| demand(case, &[Demand::PersonalDetails, Demand::Pin])),
    ("demand_gift_cards", "gift cards were to be bought", |case| demand(case, &[Demand::GiftCards])),
    ("demand_crypto", "digital coins were to be bought", |case| demand(case, &[Demand::Crypto])),
    ("demand_remote_access", "the caller wanted to use a computer or telephone", |case| demand(case, &[Demand::RemoteAccess])),
    ("outcome_paid", "something was handed over or paid", |case| outcome(case, &[Outcome::Paid])),
    ("outcome_refused", "the person recognised it or challenged the caller", |case| {
        outcome(case, &[Outcome::RecognisedHungUp, Outcome::Challenged])
    }),
];

fn claimed(case: &Case, values: &[Claimed]) -> Option<bool> {
    (!case.claimed.is_empty()).then(|| values.iter().any(|value| case.claimed.contains(value)))
}
fn pretext(case: &Case, values: &[Pretext]) -> Option<bool> {
    (!case.pretext.is_empty()).then(|| values.iter().any(|value| case.pretext.contains(value)))
}
fn trick(case: &Case, value: Trick) -> Option<bool> {
    (!case.trick.is_empty()).then(|| case.trick.contains(&value))
}
fn demand(case: &Case, values: &[Demand]) -> Option<bool> {
    (!case.demand.is_empty()).then(|| values.iter().any(|value| case.demand.contains(value)))
}
fn outcome(case: &Case, values: &[Outcome]) -> Option<bool> {
    (case.outcome != Outcome::Unknown).then(|| values.contains(&case.outcome))
}

/// The members that count: those a person put in, and those likely enough that no person ruled out.
pub fn counted_members(series: &Series) -> Vec<ReportId> {
    let counts = |member: &&Member| match member.decided {
        Some(decided) => decided,
        None => member.probability >= COUNTED_FROM,
    };
    series.members.iter().filter(counts).map(|member| member.report.clone()).collect()
}

/// Counts all figures of a series over its cases. Cases that are not counted members, came in after `as_of`, or may not be used for
/// advice, do not count.
pub fn count_figures(series: &Series, cases: &[Case], as_of: Moment) -> FigureSet {
    let members = counted_members(series);
    let counted: Vec<&Case> =
        cases.iter().filter(|case| case.use_for_advice && case.received_at <= as_of && members.contains(&case.id)).collect();
    let mut figures = FigureSet::new();
    let mut add = |key: &str, query: &str, value: Value, reports: Vec<ReportId>| {
        let figure = Figure {
            key: key.to_owned(),
            series: series.id.clone(),
            query: query.to_owned(),
            expression: format!("{key} over members of {} received by {as_of}", series.id),
            as_of,
            value,
            reports,
        };
        figures.insert(key.to_owned(), figure);
    };
    let all: Vec<ReportId> = counted.iter().map(|case| case.id.clone()).collect();
    let n = all.len() as u64;
    add("reports", "reports of the series", Value::Count { n }, all.clone());
    if let Some(day) = counted.iter().map(|case| case.call_day).min() {
        add("since", "the day of the first call of the series", Value::Day { day }, all.clone());
    }
    let (counts, of) = by_area(&counted);
    add("areas", "reports of the series by district", Value::Areas { counts, of }, all);
    for (key, query, question) in SHARES {
        let answered: Vec<&&Case> = counted.iter().filter(|case| question(case).is_some()).collect();
        let yes: Vec<ReportId> =
            answered.iter().filter(|case| question(case) == Some(true)).map(|case| case.id.clone()).collect();
        let value = Value::Share { n: yes.len() as u64, of: answered.len() as u64 };
        add(key, &format!("reports of the series in which {query}"), value, yes);
    }
    let losses: Vec<(&ReportId, u64)> =
        counted.iter().filter_map(|case| case.loss_pence.filter(|loss| *loss > 0).map(|loss| (&case.id, loss))).collect();
    let pence: u64 = losses.iter().map(|(_, loss)| loss).sum();
    let largest = losses.iter().map(|(_, loss)| *loss).max().unwrap_or(0);
    let largest_share = if pence > 0 { largest as f64 / pence as f64 } else { 0.0 };
    let who = losses.iter().map(|(id, _)| (*id).clone()).collect();
    let value = Value::Money { pence, n: losses.len() as u64, largest_share };
    add("loss", "the sum lost in reports of the series", value, who);
    figures
}

/// Whole reports by main district, most first.
fn by_area(cases: &[&Case]) -> (Vec<(AreaId, u64)>, u64) {
    let mut counts: BTreeMap<AreaId, u64> = BTreeMap::new();
    for case in cases {
        if let Some(area) = case.main_district() {
            *counts.entry(area.clone()).or_default() += 1;
        }
    }
    let of = counts.values().sum();
    let mut ranked: Vec<(AreaId, u64)> = counts.into_iter().collect();
    ranked.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    (ranked, of)
}

/// The keys of all figures that are counted.
pub fn figure_keys() -> impl Iterator<Item = &'static str> {
    ["reports", "since", "areas", "loss"].into_iter().chain(SHARES.iter().map(|share| share.0))
}

/// Counts one figure again from its reports' cases: a published page can show its working years later.
pub fn recount(figure: &Figure, series: &Series, cases: &[Case]) -> Option<Value> {
    count_figures(series, cases, figure.as_of).remove(&figure.key).map(|figure| figure.value)
}
