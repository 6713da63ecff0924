//! Narratives by a grammar: voices, openings, sentences for each fact in several wordings, closings. Every sentence comes from a
//! fact, so that a text never says what its report does not hold.

use report::Facts;
use report::vocabulary::{Claimed, Demand, Handover, Outcome, Pretext, Trick};

use super::chance::Chance;

const FIRST: [&str; 20] = [
    "Adam", "Brian", "Colin", "Derek", "Edward", "Frank", "Gareth", "Howard", "Ian", "James", "Karen", "Linda", "Maureen",
    "Norma", "Olive", "Pauline", "Rita", "Sheila", "Thelma", "Vera",
];
const LAST: [&str; 20] = [
    "Ashdown", "Birchall", "Copley", "Dunmore", "Elwood", "Farrow", "Goddard", "Hallam", "Ingram", "Jessop", "Kelso", "Lomax",
    "Marlow", "Norbury", "Oakden", "Prentice", "Quayle", "Rushton", "Selby", "Thorley",
];

/// An invented person's name.
pub(crate) fn invented_name(chance: &mut Chance) -> String {
    format!("{} {}", chance.pick(&FIRST), chance.pick(&LAST))
}

/// An invented officer's name with a rank.
pub(crate) fn officer(chance: &mut Chance) -> String {
    let rank = chance.pick(&["DC", "DS", "PC", "Detective Sergeant", "Detective Constable", "Inspector"]);
    format!("{rank} {} {}", chance.pick(&FIRST), chance.pick(&LAST))
}

/// Who tells it.
#[derive(Clone, Copy)]
enum Voice {
    Target,
    Relative,
    Handler,
}

/// Words by voice: who was rung, the possessive, the subject.
struct Words {
    me: &'static str,
    my: &'static str,
    i: &'static str,
}

fn words(voice: Voice) -> Words {
    match voice {
        Voice::Target => Words { me: "me", my: "my", i: "I" },
        Voice::Relative => Words { me: "my mother", my: "her", i: "she" },
        Voice::Handler => Words { me: "the caller", my: "their", i: "the caller" },
    }
}

/// Tells a call in words.
pub(crate) fn tell(facts: &Facts, place: &str, chance: &mut Chance) -> String {
    let voice = *chance.pick(&[Voice::Target, Voice::Target, Voice::Relative, Voice::Handler]);
    let w = words(voice);
    let mut parts: Vec<String> = Vec::new();
    parts.push(opening(facts, voice, &w, place, chance));
    for pretext in &facts.pretext {
        parts.push(pretext_words(*pretext, &w, chance));
    }
    for trick in &facts.trick {
        parts.push(trick_words(*trick, facts, &w, chance));
    }
    for demand in &facts.demand {
        parts.push(demand_words(*demand, &w, chance));
    }
    for handover in &facts.handover {
        parts.push(handover_words(*handover, chance));
    }
    if let Some(number) = facts.call.number_shown.as_ref().filter(|number| number.starts_with('+')) {
        let national = format!("0{}", &number[3..]);
        parts.push(
            chance
                .pick(&[
                    format!("The number that came up was {national}."),
                    format!("It was from {national}."),
                    format!("Number shown: {national}."),
                ])
                .clone(),
        );
    }
    if let Some(outcome) = facts.outcome {
        parts.push(outcome_words(outcome, facts, &w, chance));
    }
    let mut text = parts.join(" ");
    match chance.between(0, 19) {
        0 => text = text.to_uppercase(),
        1 => text = text.replace(['.', ','], "").to_lowercase(),
        2 => text = misspelt(&text),
        _ => {}
    }
    text
}

fn claimed_words(claimed: Claimed) -> &'static str {
    match claimed {
        Claimed::Police => "the police",
        Claimed::Bank => "the bank's fraud team",
        Claimed::Hmrc => "HMRC",
        Claimed::TechSupport => "Microsoft technical support",
        Claimed::Retailer => "Amazon",
        Claimed::Utility => "the energy company",
        Claimed::CourierFirm => "Royal Mail",
        Claimed::Telecom => "BT",
        _ => "an investment company",
    }
}

fn opening(facts: &Facts, voice: Voice, w: &Words, place: &str, chance: &mut Chance) -> String {
    let who = facts.caller.claimed.first().map_or("somebody official", |claimed| claimed_words(*claimed));
    let name = facts.caller.names.first();
    let caller = match name {
        Some(name) => name.clone(),
        None => (*chance.pick(&["A man", "A woman", "A well-spoken man", "A young man", "Someone"])).to_owned(),
    };
    let when =
        chance.pick(&["this morning", "yesterday", "at about eleven", "just after lunch", "in the afternoon", "at tea time"]);
    match voice {
        Voice::Target => chance
            .pick(&[
                format!("{caller} rang me {when} on the landline and said he was from {who}."),
                format!("I had a phone call {when}. {caller} said they were calling from {who}."),
                format!("{caller} phoned {when} claiming to be from {who}."),
                format!("The phone rang {when} and it was {caller}, from {who} so they said."),
            ])
            .clone(),
        Voice::Relative => chance
            .pick(&[
                format!("I am writing for my mother who lives in {place}. {caller} rang her {when} claiming to be from {who}."),
                format!("{caller} phoned my mother {when} and said they were from {who}."),
            ])
            .clone(),
        Voice::Handler => chance
            .pick(&[
                format!("Informant states received call {when} from {caller} claiming to be from {who}."),
                format!("Caller reports a telephone call {when}, {caller} purporting to be from {who}."),
            ])
            .clone()
            .replace("state's", "states")
            .replace("  ", " ")
            .replace("the caller", w.i),
    }
}

fn pretext_words(pretext: Pretext, w: &Words, chance: &mut Chance) -> String {
    let my = w.my;
    let (a, b, c) = match pretext {
        Pretext::CardMisused => (
            format!("They said {my} bank card had been used fraudulently in a shop."),
            format!("Apparently somebody had cloned {my} card."),
            format!("The story was that {my} card was being used by someone else."),
        ),
        Pretext::AccountCompromised => (
            format!("They said there was fraud on {my} account."),
            format!("{my} account had been hacked, they said."),
            format!("There was suspicious activity on {my} bank account."),
        ),
        Pretext::SuspectArrested => (
            format!("They had arrested a man with {my} card."),
            format!("A suspect was in custody with {my} bank details."),
            "They had someone in custody over bank cards.".to_owned(),
        ),
        Pretext::CorruptBankStaff => (
            "Someone at the branch was corrupt, a cashier was involved.".to_owned(),
            "They were investigating staff at the bank.".to_owned(),
            "It was an inside job at the bank.".to_owned(),
        ),
        Pretext::TaxDebt => (
            "It said tax was owed and there was a warrant for arrest.".to_owned(),
            "It was about unpaid tax.".to_owned(),
            "They said it was tax fraud.".to_owned(),
        ),
        Pretext::DeviceInfected => (
            "They said the computer was infected with a virus.".to_owned(),
            "The internet had been hacked, they said.".to_owned(),
            "There were errors on the computer.".to_owned(),
        ),
        Pretext::Refund => (
            "It was about a refund.".to_owned(),
            "They said a refund was due.".to_owned(),
            "A payment was to be refunded.".to_owned(),
        ),
        Pretext::Parcel => (
            "It was about a parcel.".to_owned(),
            "A parcel could not be delivered.".to_owned(),
            "There was a customs fee on a parcel.".to_owned(),
        ),
        _ => (
            "It was an investment with guaranteed returns.".to_owned(),
            "They offered an investment.".to_owned(),
            "It was about investing money.".to_owned(),
        ),
    };
    let picked = chance.pick(&[a, b, c]).clone();
    capital(&picked)
}

fn trick_words(trick: Trick, facts: &Facts, w: &Words, chance: &mut Chance) -> String {
    let (me, i) = (w.me, w.i);
    let text = match trick {
        Trick::LineHeldOpen => match &facts.callback.number {
            Some(number) => format!(
                "{i} was told to ring 0{} on the same phone to check, and was put through to another officer.",
                &number[3..]
            ),
            None => (*chance.pick(&[
                "They said to dial 999 straight away without hanging up to check who they were.",
                "They said to ring 101 on the same phone to verify it and a lady answered at once.",
                "They said to call the number on the back of the card, and somebody answered straight away.",
            ]))
            .to_owned(),
        },
        Trick::SecondOfficer => (*chance
            .pick(&["A second officer came on and confirmed it all.", "Then his sergeant came on the line and confirmed it."]))
        .to_owned(),
        Trick::HelpingInvestigation => (*chance.pick(&[
            format!("They asked {me} to help with the police investigation."),
            format!("They wanted {me} to assist the investigation."),
            "It was all part of an undercover operation.".to_owned(),
        ]))
        .clone(),
        Trick::Secrecy => (*chance.pick(&["They said to tell no one, not even family.", "It had to be kept secret."])).to_owned(),
        _ => "They would not let it go.".to_owned(),
    };
    capital(&text)
}

fn demand_words(demand: Demand, w: &Words, chance: &mut Chance) -> String {
    let me = w.me;
    let sum = chance.pick(&["£2,000", "£3,500", "£5,000", "£6,000", "eight thousand pounds", "£4,500"]);
    let text = match demand {
        Demand::WithdrawCash => chance
            .pick(&[
                format!("They asked {me} to withdraw {sum} in cash from the bank."),
                format!("They wanted {sum} drawn out in cash."),
                format!("{me} was to go to the bank and draw out {sum} in cash."),
            ])
            .clone(),
        Demand::ForeignCurrency => format!("They asked {me} to buy {sum} of foreign currency, euros, at the bureau."),
        Demand::LuxuryGoods => format!("They asked {me} to buy a designer watch, a Rolex, at the jeweller's."),
        Demand::BankCard => "They wanted the bank card collected, in an envelope.".to_owned(),
        Demand::BankTransfer => "They wanted the money transferred to another account.".to_owned(),
        Demand::RemoteAccess => "They said to download an app so they could get access to the computer.".to_owned(),
        Demand::PressKey => "The message said to press 1.".to_owned(),
        _ => "They asked for bank details and date of birth.".to_owned(),
    };
    capital(&text)
}

fn handover_words(handover: Handover, chance: &mut Chance) -> String {
    let text = match handover {
        Handover::Taxi => "A taxi would be sent to collect it.",
        _ => chance.pick(&[
            "A courier would come to the house to collect it.",
            "They would send a courier to the door.",
            "It was to be handed to a courier.",
        ]),
    };
    text.to_owned()
}

fn outcome_words(outcome: Outcome, facts: &Facts, w: &Words, chance: &mut Chance) -> String {
    let i = w.i;
    let text = match outcome {
        Outcome::Paid => {
            let pounds = facts.loss_pence.unwrap_or(0) / 100;
            format!("{i} handed over £{pounds} before realising.")
        }
        Outcome::Challenged => format!("{i} told them it was a scam and they swore."),
        Outcome::StoppedByBank => "The cashier was suspicious and refused to give the money.".to_owned(),
        _ => chance
            .pick(&[
                format!("{i} knew it was a scam and hung up."),
                format!("{i} put the phone down."),
                format!("{i} realised it was wrong and hung up."),
            ])
            .clone(),
    };
    capital(&text)
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + chars.as_str())
}

/// A hasty typist.
fn misspelt(text: &str) -> String {
    text.replace("the ", "teh ").replace("money", "monney").replace("said", "sed").replace("because", "becos")
}
