//! What was given back, in part or whole.

use std::ops::Range;

use super::words;
use crate::money::Amount;
use crate::token::{MONEY, Tokens};

/// Words after an amount in which it is told that it came back: "lost £480, which her card company has by now returned".
const AFTER: usize = 9;
/// Words before and after "back" or "refunded" in which it is told that it was all of it.
const NEAR: usize = 4;

/// The word that tells that all came back: "the bank has since returned the whole sum", "they got it back the same evening".
pub(super) fn all(tokens: &Tokens) -> Option<usize> {
    (0..tokens.len()).rev().find(|at| {
        let word = tokens.word(*at);
        if word != "back" && !words::RETURNED_WHOLE.contains(&word) {
            return false;
        }
        let sentence = tokens[*at].sentence;
        let near = at.saturating_sub(NEAR)..(at + NEAR + 1).min(tokens.len());
        let same = |place: &usize| tokens[*place].sentence == sentence;
        let whole = near.clone().filter(same).any(|place| {
            let next = tokens.word_at(place + 1).unwrap_or("");
            words::ALL_OF_IT.contains(&[tokens.word(place), next]) || tokens.word(place) == "everything"
        });
        // Part of it, or not yet; "back to me" is done, "to get it back" is not.
        let unsure = near.filter(same).any(|place| {
            let word = tokens.word(place);
            let hoped = words::UNSURE.contains(&word) || word == "to";
            hoped && (place < *at || word != "to") || words::PART.contains(&word) || tokens[place].classes & MONEY != 0
        });
        (whole || is_given_back(tokens, *at) || is_returned(tokens, *at)) && !unsure
    })
}

/// "The payment was returned", "her niece had it refunded".
fn is_returned(tokens: &Tokens, at: usize) -> bool {
    let word = |back: usize| at.checked_sub(back).map_or("", |at| tokens.word(at));
    tokens.word(at) != "back"
        && (word(1) == "it" && matches!(word(2), "had" | "got" | "have" | "has")
            || word(1) == "was" && matches!(word(2), "money" | "payment" | "deposit" | "transfer" | "it"))
}

/// "They got it back", "Lloyds paid it back to me", "the bank has paid her back", "they have given me it back".
fn is_given_back(tokens: &Tokens, at: usize) -> bool {
    if tokens.word(at) != "back" {
        return false;
    }
    let word = |at: usize| tokens.word_at(at).unwrap_or("");
    let (Some(verb), Some(object)) = (at.checked_sub(2).map(word), at.checked_sub(1).map(word)) else { return false };
    let to_front = word(at + 1) == "to" && !words::PERSONS.contains(&word(at + 2));
    let victims = at >= 3 && matches!(word(at - 3), "i" | "ive" | "and" | "so" | "a");
    let it = object == "it" && words::GOT_IT.contains(&verb) && (verb != "paid" || words::PERSONS.contains(&word(at + 2)));
    let person = words::PERSONS.contains(&object) && verb == "paid" && !victims;
    (it || person) && !to_front
}

/// Whether half of it came back: "the bank's paid me half".
pub(super) fn half(tokens: &Tokens) -> bool {
    let half = |at: &usize| tokens.word(*at) == "half" && tokens[*at].classes & MONEY == 0;
    (0..tokens.len()).filter(half).any(|at| {
        let near = at.saturating_sub(NEAR)..(at + NEAR).min(tokens.len());
        let near = || near.clone().filter(|place| tokens[*place].sentence == tokens[at].sentence).map(|place| tokens.word(place));
        let back = near().any(|word| word == "back" || words::RETURNED.contains(&word))
            || at >= 2 && tokens.word(at - 1) == "me" && tokens.word(at - 2) == "paid";
        back && !near().any(|word| words::UNSURE.contains(&word) || word == "past")
    })
}

/// "The bank has given me back £850", "£11,000 recovered and returned". `roof`: where the next amount begins.
pub(super) fn is_back(tokens: &Tokens, amount: &Amount, before: Range<usize>, roof: usize) -> bool {
    let sentence = tokens[amount.first].sentence;
    let word = |at: usize| tokens.get(at).filter(|token| token.sentence == sentence).map_or("", |_| tokens.word(at));
    // "So £4,500, less the £80".
    let less = (1..=2).any(|back| amount.first.checked_sub(back).is_some_and(|at| word(at) == "less"));
    // "£13,020, and they've clawed back £4,020": told of the amount that comes next.
    let of_next =
        |at: usize| at > amount.last && roof < tokens.len() && roof - at <= NEAR && tokens[roof].clause == tokens[at].clause;
    let back = |at: usize| {
        !of_next(at) && words::RETURNED.contains(&word(at)) && !matches!(tokens.word_at(at + 1), Some("home"))
            || word(at) == "pulled" && at + 1 == amount.first
    };
    // "Put £4,000 back", "had £5,000 back off the bank": the bank's doing, not what the victim sent back to a caller.
    let given = (amount.last + 1..(amount.last + 3).min(tokens.len())).any(|at| word(at) == "back")
        && before.clone().any(|at| matches!(word(at), "put" | "had" | "got" | "bank" | "given" | "refunded" | "they" | "theyve"))
        && !before.clone().any(|at| matches!(word(at), "sent" | "send" | "transfer" | "pay"));
    let got = before.clone().any(|at| {
        word(at) == "back" && matches!(word(at.saturating_sub(1)), "me" | "got" | "put" | "had" | "given" | "gave" | "them")
    });
    // "£2,600 was caught at the other bank and has come home".
    let after = amount.last + 1..(amount.last + 1 + AFTER).min(roof);
    let came = (after.start + 1..after.end).any(|at| {
        words::CAME_BACK.contains(&[word(at - 1), word(at)])
            && !(tokens.word_at(at + 1).is_some_and(|next| words::CAME_FOR.contains(&next))
                && !(word(at + 1) == "to" && tokens.word_at(at + 2).is_some_and(|next| words::PERSONS.contains(&next))))
            && !(at.saturating_sub(4)..at).any(|place| words::DID_NOT.contains(&word(place)))
    });
    // "£9,100 still held at the receiving bank", "froze £7,400 of it".
    let mut near = before.chain(after);
    let of_it =
        tokens.word_at(amount.last + 2).is_some_and(|_| words::OF_IT.contains(&[word(amount.last + 1), word(amount.last + 2)]));
    let held = near.clone().any(|at| words::HELD.contains(&word(at)))
        && (of_it || near.clone().any(|at| words::FAR.contains(&word(at))));
    // "£11,000 returned, £7,250 gone": that came back is told of the one before.
    let gone = matches!(tokens.word_at(amount.last + 1), Some("gone" | "lost" | "missing" | "unrecoverable"));
    !gone && (less || given || got || came || held || near.any(back))
}
