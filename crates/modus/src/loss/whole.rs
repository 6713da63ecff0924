//! An amount that is the sum of others, or that closes the account: "£600 in March, £250 in May … so £850 to that woman".

use super::{Fate, Sum, words};
use crate::token::Tokens;

/// Most parts that a sum is looked for in: the ways to choose among them grow as their power of two.
const PARTS: usize = 10;
/// Words of a sentence before the amount that closes the account.
const OPENING: usize = 3;

/// Whether nothing tells that an amount was not lost.
fn may_be_gone(sum: &&Sum) -> bool {
    matches!(sum.fate, Fate::Gone | Fate::Untold | Fate::Asked)
}

/// The amount that others add up to.
pub(super) fn told<'s>(tokens: &Tokens, sums: &'s [Sum]) -> Option<&'s Sum> {
    let parts = super::once(tokens, sums.iter().filter(may_be_gone));
    if parts.len() > PARTS {
        return None;
    }
    // The largest sum that fits: "£200, £160, that's £360; and £385, so £745".
    let fits = |whole: &&&Sum| {
        let others = parts.iter().filter(|part| part.amount.first != whole.amount.first && part.pence < whole.amount.pence);
        let others: Vec<u64> = others.map(|part| part.pence).collect();
        (0_u32..1 << others.len()).filter(|chosen| chosen.count_ones() > 1).any(|chosen| {
            let sum: u64 = others.iter().enumerate().filter(|(at, _)| chosen >> at & 1 == 1).map(|(_, pence)| pence).sum();
            sum == whole.amount.pence
        })
    };
    parts.iter().filter(|sum| sum.fate != Fate::Asked).filter(fits).max_by_key(|sum| sum.amount.pence).copied()
}

/// The amounts of the sentence that closes the account: "So £600, and £480 on the card", "£250 gone and a ceiling downstairs".
pub(super) fn closing<'s>(tokens: &Tokens, sums: &'s [Sum]) -> Option<Vec<&'s Sum>> {
    let sentence = |sum: &Sum| tokens[sum.amount.first].sentence;
    let last = sentence(sums.iter().rfind(may_be_gone)?);
    let closing: Vec<&Sum> = sums.iter().filter(|sum| sentence(sum) == last).filter(may_be_gone).collect();
    let first = closing.first()?.amount;
    let opening = (first.first.saturating_sub(OPENING)..first.first).filter(|at| tokens[*at].sentence == last);
    let start = first.first - opening.clone().count();
    let opens = start == 0 || tokens[start - 1].sentence != last;
    let sums_up = opening.clone().any(|at| words::CLOSING.contains(&tokens.word(at)));
    // The same sum stands before, among others, and is not told of another day.
    let day = super::day(tokens, closing[0]);
    let again = sums.iter().any(|sum| {
        let same_day = day.is_none() || super::day(tokens, sum).is_none_or(|other| Some(other) == day);
        sentence(sum) != last && sum.amount.pence == first.pence && may_be_gone(&sum) && same_day
    });
    let another = opening.clone().any(|at| words::ANOTHER.contains(&tokens.word(at)))
        || tokens.word_at(first.last + 1).is_some_and(|word| word == "more" || words::ANOTHER.contains(&word));
    let sum: u64 = closing.iter().map(|sum| sum.pence).sum();
    let most = sums.iter().filter(|sum| sum.fate == Fate::Gone).all(|other| other.pence <= sum);
    (opens && !another && (sums_up || again && most)).then_some(closing)
}
