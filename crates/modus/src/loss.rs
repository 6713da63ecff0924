//! What was lost: amounts told as gone, where something was paid; nothing where all went well. An amount that was asked for, offered,
//! blocked or given back is no loss; several that went are added up, unless the text gives their total.

use crate::money::Amount;
use crate::reading::{Field, Reading, Span};
use crate::token::Tokens;

/// Words before and after an amount in which it is told what became of it.
const BEFORE: usize = 8;
const AFTER: usize = 6;

/// What became of an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Total,
    Gone,
    Kept,
    Untold,
}

/// The loss in pence with the words of the amount that it was read from.
pub(crate) fn loss(tokens: &Tokens, amounts: &[Amount], reading: &Reading) -> Option<(u64, Option<Span>)> {
    if reading.outcome != "paid" {
        return Some((0, None));
    }
    let span = |amount: &Amount| Some(Span { start: tokens[amount.first].start, end: tokens[amount.last].end });
    let fates: Vec<Fate> = amounts.iter().map(|amount| fate(tokens, amounts, amount)).collect();
    let of = |wanted: Fate| amounts.iter().zip(&fates).filter(move |(_, fate)| **fate == wanted).map(|(amount, _)| amount);
    if let Some(total) = of(Fate::Total).max_by_key(|amount| amount.pence) {
        return Some((total.pence, span(total)));
    }
    let mut gone: Vec<&Amount> = Vec::new();
    for amount in of(Fate::Gone) {
        // The same sum told again in another sentence is the same money.
        let again =
            gone.iter().any(|held| held.pence == amount.pence && tokens[held.first].sentence != tokens[amount.first].sentence);
        if !again {
            gone.push(amount);
        }
    }
    if let Some(largest) = gone.iter().max_by_key(|amount| amount.pence) {
        let rest: u64 = gone.iter().map(|amount| amount.pence).sum::<u64>() - largest.pence;
        // "£9,800: 4,900 and then 4,900 again": the parts of a sum that is told as well.
        let pence = if rest == largest.pence && gone.len() > 2 { largest.pence } else { largest.pence + rest };
        return Some((pence, span(largest)));
    }
    if let Some(largest) = of(Fate::Untold).max_by_key(|amount| amount.pence) {
        return Some((largest.pence, span(largest)));
    }
    // A card handed over, with nothing told as spent.
    let card = reading.values(Field::Demand).any(|value| value == "bank_card");
    card.then_some((0, None))
}

fn fate(tokens: &Tokens, amounts: &[Amount], amount: &Amount) -> Fate {
    let sentence = tokens[amount.first].sentence;
    // Words of another amount's telling do not count: the reach ends at the amount before and after.
    let floor = amounts.iter().filter(|other| other.last < amount.first).map(|other| other.last + 1).max().unwrap_or(0);
    let roof = amounts.iter().filter(|other| other.first > amount.last).map(|other| other.first).min().unwrap_or(tokens.len());
    let before = amount.first.saturating_sub(BEFORE).max(floor)..amount.first;
    let after = amount.last + 1..(amount.last + 1 + AFTER).min(roof);
    let mut fate = Fate::Untold;
    for at in before.rev().chain(after) {
        if tokens[at].sentence != sentence {
            continue;
        }
        match tokens.word(at) {
            "total" | "altogether" | "loss" | "losses" => return Fate::Total,
            "blocked" | "frozen" | "froze" | "declined" | "returned" | "recovered" | "refused" | "stopped" | "wanted"
            | "asked" | "another" | "more" | "further" | "limit" | "balance" | "reward" | "owed" | "owing" | "due"
            | "offered" | "promised" | "would" | "refund" | "rebate" | "tried" | "trying" | "attempted" | "pending" | "used"
            | "available" | "left" | "renew" | "subscription" | "fine" | "demanded" | "supposedly" | "supposed" | "failed"
            | "tax"
                if fate == Fate::Untold =>
            {
                fate = Fate::Kept;
            }
            "lost" | "lose" | "handed" | "gave" | "given" | "paid" | "transferred" | "sent" | "taken" | "took" | "gone"
            | "withdrew" | "drew" | "drawn" | "withdrawn" | "spent" | "moved" | "cost" | "bought" | "charged" | "invested"
            | "down" | "stolen" | "had" | "got" | "out" | "went" | "cleared" | "put" | "posted" | "worth" | "read" | "made"
            | "theyve"
                if fate != Fate::Kept =>
            {
                fate = Fate::Gone;
            }
            _ => {}
        }
    }
    fate
}
