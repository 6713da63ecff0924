//! What became of an amount.

use super::{back, words};
use crate::money::Amount;
use crate::token::Tokens;

/// Words before and after an amount in which it is told what became of it.
const BEFORE: usize = 8;
const AFTER: usize = 6;
/// Words after an amount that was asked for in which it is told that it was paid.
const SETTLED: usize = 14;
/// Words before an amount and after it in which it is told that it went years ago.
const OLD: usize = 12;

/// What became of an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Total,
    Gone,
    /// Asked for, with nothing told of its payment.
    Asked,
    Kept,
    /// Given back.
    Back,
    Untold,
}

/// What is told of an amount between `floor` and `roof`, the words after the amount before it and up to the next: what is told of
/// those does not count.
pub(super) fn fate(tokens: &Tokens, amount: &Amount, floor: usize, roof: usize) -> Fate {
    let before = amount.first.saturating_sub(BEFORE).max(floor)..amount.first;
    let after = amount.last + 1..(amount.last + 1 + AFTER).min(roof);
    if back::is_back(tokens, amount, before.clone(), roof) {
        return Fate::Back;
    }
    if is_total(tokens, amount) {
        return Fate::Total;
    }
    if is_other(tokens, amount) {
        return Fate::Kept;
    }
    let sentence = tokens[amount.first].sentence;
    let had = amount.first > 0 && tokens.word(amount.first - 1) == "had";
    let mut fate = Fate::Untold;
    let mut due = false;
    for at in before.rev().chain(after).filter(|at| tokens[*at].sentence == sentence) {
        let word = tokens.word(at);
        if words::TOTAL.contains(&word) || word == "told" && at > 0 && tokens.word(at - 1) == "all" {
            return Fate::Total;
        }
        // "My account had £6,212 in it".
        if word == "in" && at == amount.last + 1 && tokens.word_at(at + 1) == Some("it") && had {
            return Fate::Kept;
        }
        due = due || words::DUES.contains(&word);
        let earlier = |back: usize| at.checked_sub(back).map_or("", |at| tokens.word(at));
        // "£260 on the card before I stopped it" went, and "shares worth £46,000" were only promised.
        let until = (1..=3).any(|back| matches!(earlier(back), "before" | "until" | "till" | "when")) || earlier(1) == "then";
        // "£11,600 left her account", but "I had £40 left".
        let left = word == "left" && tokens.word_at(at + 1).is_some_and(|next| words::LEFT_FROM.contains(&next));
        let kept = words::KEPT.contains(&word) || at < amount.first && words::KEPT_BEFORE.contains(&word);
        let priced = word == "worth" && words::PROMISED_WORTH.contains(&earlier(1));
        // "It came down to £700".
        let priced = priced || word == "down" && tokens.word_at(at + 1) == Some("to");
        // "He hasn't sent the £2,000".
        let undone = at < amount.first && (1..=2).any(|back| words::NOT.contains(&earlier(back)));
        if fate == Fate::Untold && (words::GONE.contains(&word) && undone || kept && !until && !left) {
            fate = Fate::Kept;
        } else if fate == Fate::Untold && words::ASKED.contains(&word) {
            fate = Fate::Asked;
        } else if fate == Fate::Untold && (words::GONE.contains(&word) && !priced || left) {
            fate = Fate::Gone;
        }
    }
    match fate {
        Fate::Asked | Fate::Untold | Fate::Gone if is_unpaid(tokens, amount, roof) || is_of_old(tokens, amount) => Fate::Kept,
        Fate::Asked | Fate::Untold if is_settled(tokens, amount, roof) => Fate::Gone,
        Fate::Untold if due => Fate::Asked,
        _ => fate,
    }
}

/// "I am down £8,412", "£640 all told", "I make it £900", "£7,400 to the bad": told as the sum of all.
fn is_total(tokens: &Tokens, amount: &Amount) -> bool {
    let sentence = tokens[amount.first].sentence;
    let word = |at: usize| tokens.get(at).filter(|token| token.sentence == sentence).map_or("", |_| tokens.word(at));
    let before = |back: usize| amount.first.checked_sub(back).map_or("", word);
    let after = |on: usize| word(amount.last + on);
    after(1) == "down" && matches!(before(1), "im" | "am" | "is" | "was" | "shes" | "hes" | "were" | "are" | "be")
        || before(1) == "down" && !matches!(before(2), "put" | "pay" | "paid" | "putting" | "lay")
        || before(1) == "so" && !before(2).is_empty()
        || words::TOTAL_BEFORE.contains(&[before(2), before(1)])
        || words::ALL_BUT.contains(&[before(2), before(1)])
        || words::TOTAL_AFTER.contains(&[after(1), after(2)])
        || words::TOTAL_AFTER_THREE.contains(&[after(1), after(2), after(3)])
}

/// "Then customs, £310. Paid.", "needed £700 for a flight. Sent it that night": what was asked for was paid after.
fn is_settled(tokens: &Tokens, amount: &Amount, roof: usize) -> bool {
    let sentence = tokens[amount.first].sentence;
    let reach = amount.last + 1..(amount.last + 1 + SETTLED).min(roof);
    reach.filter(|at| tokens[*at].sentence <= sentence + 1 && words::SETTLED.contains(&tokens.word(*at))).any(|at| {
        let done = (at.saturating_sub(3).max(amount.last + 1)..at).all(|place| !words::NOT_DONE.contains(&tokens.word(place)));
        let ends = tokens.get(at + 1).is_none_or(|next| next.sentence > tokens[at].sentence);
        let taken_up = tokens.word_at(at + 1).is_some_and(|next| words::TAKING_UP.contains(&next));
        // "I send.", as those say who learnt the language late.
        let word = tokens.word(at);
        let past = word != "send" && word != "pay" || tokens.word(at - 1) == "i" && ends;
        done && past && (ends || taken_up)
    })
}

/// "A demand for £80,000, which they did not pay", "then £2,200. I've not sent that".
fn is_unpaid(tokens: &Tokens, amount: &Amount, roof: usize) -> bool {
    let sentence = tokens[amount.first].sentence;
    let reach = amount.last + 1..(amount.last + 1 + SETTLED).min(roof);
    reach.filter(|at| tokens[*at].sentence <= sentence + 1 && words::NOT.contains(&tokens.word(*at))).any(|at| {
        (at + 1..at + 3).filter(|place| tokens.word_at(*place).is_some_and(|word| words::PAYING.contains(&word))).any(|place| {
            let next = tokens.word_at(place + 1).unwrap_or("");
            let ends = tokens.get(place + 1).is_none_or(|next| next.sentence > tokens[place].sentence);
            // "He hasn't sent the £2,000" tells of the amount that comes next, "did not do anything" of none.
            let of_next = roof < tokens.len() && roof.checked_sub(place).is_some_and(|words| words <= 3);
            !of_next && (tokens.word(place) != "do" || ends || words::TAKING_UP.contains(&next))
        })
    })
}

/// "Not the £20 he agreed", "instead of £500", "the £50 notes": no sum that was paid.
fn is_other(tokens: &Tokens, amount: &Amount) -> bool {
    let sentence = tokens[amount.first].sentence;
    let word = |at: usize| tokens.get(at).filter(|token| token.sentence == sentence).map_or("", |_| tokens.word(at));
    let before = |back: usize| amount.first.checked_sub(back).map_or("", word);
    before(1) == "not"
        || matches!([before(2), before(1)], ["not", "the"] | ["instead", "of"] | ["rather", "than"] | ["up", "to"])
        || matches!(word(amount.last + 1), "note" | "notes")
        || matches!([word(amount.last + 1), word(amount.last + 2)], ["is", "mine"] | ["was", "mine"] | ["be", "mine"])
}

/// "Six years ago I put £5,000 into wine", "the £14,000 she lost in 2017": another loss, of which the caller knew.
fn is_of_old(tokens: &Tokens, amount: &Amount) -> bool {
    let sentence = tokens[amount.first].sentence;
    let near = amount.first.saturating_sub(OLD)..(amount.last + OLD).min(tokens.len());
    let near = || near.clone().filter(|at| tokens[*at].sentence == sentence && *at > 0);
    let valued = near().any(|at| matches!(tokens.word(at), "valued" | "insured" | "worth"));
    !valued
        && near().any(|at| {
            let (before, word) = (tokens.word(at - 1), tokens.word(at));
            let year = word.len() == 4 && word.starts_with("20") && word.bytes().all(|byte| byte.is_ascii_digit());
            matches!([before, word], ["years" | "year", "ago" | "back"] | ["last", "year"]) || before == "in" && year
        })
}
