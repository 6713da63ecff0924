//! How often an amount was paid: "two payments of £3,450", "four £100 cards", "£400 a time, twelve times".

use super::words;
use crate::money::Amount;
use crate::token::{MONEY, PHONE, Tokens};

/// Words of a sentence before an amount that say what there were so many of: "two Apple phones at £699".
const COUNTED: usize = 5;
/// Words before "£995 each" and after it in which it is told how many.
const EACH_BEFORE: usize = 10;
const EACH_AFTER: usize = 8;
/// Words after "£500 a day" in which it is told for how many days.
const ROUNDS: usize = 45;

/// How often an amount was paid; 1 where nothing is said of it.
pub(super) fn times(tokens: &Tokens, amount: &Amount) -> u64 {
    let first = amount.first;
    let sentence = tokens[first].sentence;
    let number = |at: usize| (tokens.get(at)?.sentence == sentence).then(|| count(tokens, at))?;
    let word = |at: usize| tokens.word_at(at).unwrap_or("");
    let after = |on: usize| {
        tokens.get(amount.last + on).filter(|token| token.sentence == sentence).map_or("", |_| word(amount.last + on))
    };
    // "Two payments of £3,450", "two Apple phones at £699".
    if first >= 3 && is_many(word(first - 2), word(first - 1)) {
        let near = (first.saturating_sub(COUNTED)..first - 2).rev();
        if let Some(count) = near.filter_map(number).next() {
            return count;
        }
    }
    // "3 x £100", "five at a hundred".
    if first >= 2 && matches!(word(first - 1), "x" | "×" | "times" | "at") {
        return number(first - 2).unwrap_or(1);
    }
    // "Four £100 cards", but not "he came at four, £250 was gone" nor "10:03 £499".
    let beside = first.checked_sub(1).filter(|at| tokens[*at].clause == tokens[first].clause && word(first).starts_with('£'));
    let words_between = beside.is_some_and(|at| first == at + 1 && tokens[at].end + 1 == tokens[first].start);
    let clock = first >= 2 && matches!(word(first - 2), "at" | "by" | "last" | "first" | "before" | "until" | "till" | "to");
    if let Some(count) = beside.filter(|_| words_between && !clock).and_then(number) {
        return count;
    }
    let each = matches!(after(1), "each" | "apiece");
    let counted = matches!(after(1), "a" | "per" | "every" | "each")
        && (words::UNITS.contains(&after(2)) || words::DAYS.contains(&after(2)));
    let unit = if counted { after(2) } else { "" };
    if each || matches!(unit, "time" | "day" | "go") {
        let near = (first.saturating_sub(EACH_BEFORE)..first).rev().chain(amount.last + 1..amount.last + 1 + EACH_AFTER);
        if let Some(count) = near.filter_map(number).next() {
            return count;
        }
    }
    if each || !unit.is_empty() {
        return rounds(tokens, amount, unit).unwrap_or(1);
    }
    // "£400 five times over".
    let repeated = (amount.last + 1..amount.last + 4).find(|at| word(at + 1) == "times").and_then(number);
    if let Some(count) = repeated {
        return count;
    }
    // "£700 and £700, both": told one by one.
    let listed = (first.saturating_sub(3)..first).any(|at| tokens[at].classes & MONEY != 0);
    if matches!(after(1), "twice" | "both") && !listed { 2 } else { 1 }
}

/// "£500 a day … nine days now", "£50 each. I did four."
fn rounds(tokens: &Tokens, amount: &Amount, unit: &str) -> Option<u64> {
    let word = |at: usize| tokens.word_at(at).unwrap_or("");
    let told = |at: &usize| {
        let next = word(at + 1);
        let unit = !unit.is_empty() && next.strip_suffix('s') == Some(unit) || words::ROUNDS.contains(&next);
        let ends = tokens.get(at + 1).is_none_or(|next| next.clause > tokens[*at].clause);
        let done = words::DONE.contains(&word(at - 1)) && ends || next == "ive" && words::DONE.contains(&word(at + 2));
        unit || done
    };
    let after = amount.last + 1..(amount.last + ROUNDS).min(tokens.len());
    let before = amount.first.saturating_sub(EACH_BEFORE).max(1)..amount.first;
    after.chain(before).filter(told).find_map(|at| count(tokens, at))
}

/// A number of things, in figures or words.
fn count(tokens: &Tokens, at: usize) -> Option<u64> {
    let word = tokens.word_at(at)?;
    let count = match word {
        "both" | "twice" => 2,
        _ if word.starts_with('0') => return None,
        _ => word.parse().ok().or_else(|| words::COUNTS.iter().position(|held| !held.is_empty() && *held == word))?,
    };
    (tokens[at].classes & (MONEY | PHONE) == 0 && (2..=20).contains(&count)).then_some(count as u64)
}

/// Whether words name things that were paid one by one: "payments of", "phones at".
fn is_many(things: &str, link: &str) -> bool {
    let plural = things.ends_with('s') && things.len() > 4;
    words::PORTIONS.contains(&things) && matches!(link, "of" | "o" | "at") || plural && link == "at"
}
