//! What was lost: amounts told as gone, where something was paid; nothing where all went well. An amount that was asked for, offered,
//! blocked or given back is no loss; several that went are added up, unless the text gives their total.
//!
//! `fate` tells what became of one amount, `back` what was given back, `times` how often it was paid, `whole` whether an amount is the
//! sum of others or closes the account; `words` are the words they go by.

mod back;
mod fate;
mod times;
mod whole;
mod words;

use fate::Fate;

use crate::money::{self, Amount};
use crate::reading::{Field, Reading, Span};
use crate::token::Tokens;

/// Words from one amount of a list to the next.
const LIST: usize = 7;

/// Most amounts of a text that are looked at, and most pence that one may be: far above any report's, so that hostile texts cost little
/// and sums stay within bounds.
const MOST_AMOUNTS: usize = 200;
const MOST_PENCE: u64 = 1_000_000_000_000;

/// Words from an amount to the day on which it went.
const DAY: usize = 8;

/// Pence below which a fee is a token beside a loss of as many as that: "£1.99 for the redelivery", and £3,280 went.
const TOKEN_FEE: u64 = 500;
const LOST: u64 = 10_000;

/// An amount with what is told of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sum {
    amount: Amount,
    /// All that was paid of it, if it was paid several times.
    pence: u64,
    fate: Fate,
    /// Whether it goes on a list with the amount before.
    listed: bool,
}

impl Sum {
    fn span(&self, tokens: &Tokens) -> Option<Span> {
        Some(Span { start: tokens[self.amount.first].start, end: tokens[self.amount.last].end })
    }
}

/// The loss in pence with the words of the amount that it was read from.
pub(crate) fn loss(tokens: &Tokens, amounts: &[Amount], reading: &Reading) -> Option<(u64, Option<Span>)> {
    if reading.outcome != "paid" {
        return Some((0, None));
    }
    let amounts = &amounts[..amounts.len().min(MOST_AMOUNTS)];
    let sums_told = sums(tokens, &money::grouped(tokens, amounts));
    // "They had got it back, they said. Now I am down £400 more."
    let after = |at: usize| sums_told.iter().any(|sum| sum.amount.first > at && matches!(sum.fate, Fate::Gone | Fate::Total));
    if let Some(at) = back::all(tokens).filter(|at| !after(*at)) {
        return Some((0, Some(Span { start: tokens[at].start, end: tokens[at].end })));
    }
    let handed_over = reading.values(Field::Handover).next().is_some();
    let told = told(tokens, &sums_told).or_else(|| {
        // "Paid 1,950": where no pounds are named, the numbers that stand as sums do.
        let bare = money::bare(tokens, amounts);
        if bare.len() > sums_told.len() { told(tokens, &sums(tokens, &bare)) } else { None }
    });
    // Where neither a sum that went nor a hand-over is told, a sum that was only asked for is no loss.
    let told = told.or_else(|| if handed_over { asked(tokens, &sums_told) } else { Some((0, None)) });
    // A card handed over, with nothing told as spent.
    told.or_else(|| reading.values(Field::Demand).any(|value| value == "bank_card").then_some((0, None)))
}

/// The loss by the amounts of a text; none where nothing is told of any.
fn told(tokens: &Tokens, sums: &[Sum]) -> Option<(u64, Option<Span>)> {
    let back: u64 = of(sums, Fate::Back).map(|sum| sum.pence).sum();
    let half = back == 0 && back::half(tokens);
    // What came back is taken off, where it is less than what went.
    let net = |gone: u64| if half { gone / 2 } else { gone.checked_sub(back).unwrap_or(gone) };
    if let Some(total) = of(sums, Fate::Total).max_by_key(|sum| sum.amount.pence) {
        return Some((net(total.amount.pence), total.span(tokens)));
    }
    let told = gone(tokens, sums, back, net).or_else(|| untold(tokens, sums, net));
    told.or_else(|| of(sums, Fate::Back).find(|sum| sum.pence > 0).map(|returned| (0, returned.span(tokens))))
}

fn of(sums: &[Sum], wanted: Fate) -> impl Iterator<Item = &Sum> {
    sums.iter().filter(move |sum| sum.fate == wanted)
}

/// What is told of every amount, of itself or with those beside it.
fn sums(tokens: &Tokens, amounts: &[Amount]) -> Vec<Sum> {
    let amounts = &amounts[..amounts.len().min(MOST_AMOUNTS)];
    let sum = |(at, amount): (usize, &Amount)| {
        let floor = at.checked_sub(1).map_or(0, |before| amounts[before].last + 1);
        let roof = amounts.get(at + 1).map_or(tokens.len(), |next| next.first);
        let pence = amount.pence.min(MOST_PENCE);
        Sum {
            amount: Amount { pence, ..*amount },
            pence: pence * times::times(tokens, amount),
            fate: fate::fate(tokens, amount, floor, roof),
            listed: false,
        }
    };
    let mut sums: Vec<Sum> = amounts.iter().enumerate().map(sum).collect();
    // "£9,850 and £4,200", "£640, £640, £415": what is told of one is told of those beside it.
    for at in 1..sums.len() {
        sums[at].listed = is_listed(tokens, &amounts[at - 1], &amounts[at]);
        if sums[at].listed && sums[at].fate == Fate::Untold {
            sums[at].fate = sums[at - 1].fate;
        } else if sums[at].listed && sums[at - 1].fate == Fate::Untold {
            sums[at - 1].fate = sums[at].fate;
        }
    }
    for at in (1..sums.len()).rev() {
        if sums[at].listed && sums[at - 1].fate == Fate::Untold {
            sums[at - 1].fate = sums[at].fate;
        }
    }
    // "Wanted £6,000 moved … the £6,000 was stopped": what is told of a sum last holds.
    for at in 1..sums.len() {
        if sums[at].fate == Fate::Kept {
            let pence = sums[at].amount.pence;
            let sentence = tokens[amounts[at].first].sentence;
            let same = |sum: &&mut Sum| {
                sum.amount.pence == pence
                    && tokens[sum.amount.first].sentence != sentence
                    && matches!(sum.fate, Fate::Gone | Fate::Untold | Fate::Asked)
            };
            sums[..at].iter_mut().filter(same).for_each(|sum| sum.fate = Fate::Kept);
        }
    }
    // A fee of a pound or two, by which the card's number was had, is not what was lost.
    let gone = |sum: &Sum| sum.fate == Fate::Gone && sum.amount.pence >= LOST;
    if sums.iter().any(gone) {
        sums.iter_mut().filter(|sum| sum.amount.pence < TOKEN_FEE).for_each(|sum| sum.fate = Fate::Kept);
    }
    sums
}

/// Whether an amount goes on a list with the one before it.
fn is_listed(tokens: &Tokens, one: &Amount, other: &Amount) -> bool {
    let sentence = |amount: &Amount| tokens[amount.first].sentence;
    let opens = |amount: &Amount| amount.first == 0 || tokens[amount.first - 1].sentence != sentence(amount);
    // "£2,210 from me. £3,940 from him."
    if sentence(other) == sentence(one) + 1 {
        return opens(one) && opens(other);
    }
    let between = || (one.last + 1..other.first).map(|place| tokens.word(place));
    let untold = !between().any(|word| words::TELLING.contains(&word));
    let near = other.first - one.last <= LIST;
    let before = tokens.word(other.first - 1);
    // "£500 at the garage, £500 at midnight", "ring £500, watch £4,000", "had £400 off me by bank app, then £300 in coin": told alike.
    let alike = tokens.word_at(one.last + 1).is_some_and(|word| words::ALIKE.contains(&word))
        || words::GOODS.contains(&before)
        || words::DAYS.contains(&before)
        || other.first - one.last <= 2;
    let then = before == "then" && other.first - one.last <= 2 * LIST;
    sentence(one) == sentence(other)
        && (untold && (near && alike || then) || between().all(|word| words::LISTING.contains(&word)))
}

/// Each amount once: told again in another sentence it is the same money, unless it is told as another.
fn once<'s>(tokens: &Tokens, sums: impl Iterator<Item = &'s Sum>) -> Vec<&'s Sum> {
    let mut kept: Vec<&Sum> = Vec::new();
    for sum in sums {
        let Amount { pence, first, last } = sum.amount;
        let word = |at: Option<usize>| {
            at.filter(|at| tokens.get(*at).is_some_and(|token| token.sentence == tokens[first].sentence))
                .map_or("", |at| tokens.word(at))
        };
        let another = words::ANOTHER.contains(&word(first.checked_sub(1))) || matches!(word(Some(last + 1)), "again" | "more");
        let sentence = |sum: &Sum| tokens[sum.amount.first].sentence;
        let day = day(tokens, sum);
        let same = |held: &&Sum| {
            (held.amount.pence == pence || held.pence == sum.pence)
                && sentence(held) != sentence(sum)
                && (day.is_none() || self::day(tokens, held).is_none_or(|other| Some(other) == day))
        };
        if another || !kept.iter().any(same) {
            kept.push(sum);
        }
    }
    kept
}

/// The day that is told with an amount.
fn day<'t>(tokens: &'t Tokens, sum: &Sum) -> Option<&'t str> {
    let Amount { first, last, .. } = sum.amount;
    let near = (first.saturating_sub(DAY)..first).rev().chain(last + 1..(last + 1 + DAY).min(tokens.len()));
    let same = near.filter(|at| tokens[*at].sentence == tokens[first].sentence);
    same.map(|at| tokens.word(at)).find(|word| words::DAYS.contains(word))
}

/// The loss by the amounts that are told as gone.
fn gone(tokens: &Tokens, sums: &[Sum], back: u64, net: impl Fn(u64) -> u64) -> Option<(u64, Option<Span>)> {
    let gone = once(tokens, of(sums, Fate::Gone));
    // "£18,250 sent, £11,000 returned, £7,250 gone": what is left is told as well.
    let left = |sum: &&Sum| back > 0 && gone.iter().any(|whole| whole.pence == sum.pence + back);
    if let Some(rest) = sums.iter().filter(|sum| matches!(sum.fate, Fate::Gone | Fate::Untold)).find(left) {
        return Some((rest.pence, rest.span(tokens)));
    }
    if let Some(closing) = whole::closing(tokens, sums) {
        return Some((net(closing.iter().map(|sum| sum.pence).sum()), closing[0].span(tokens)));
    }
    if let Some(whole) = whole::told(tokens, sums) {
        return Some((net(whole.amount.pence), whole.span(tokens)));
    }
    // "Three grand, then another three. 6k gone."
    if let Some(last) = gone.last().filter(|last| gone.len() > 1 && tokens.word_at(last.amount.last + 1) == Some("gone")) {
        let others: u64 = gone.iter().map(|sum| sum.pence).sum::<u64>() - last.pence;
        if last.pence >= others {
            return Some((net(last.pence), last.span(tokens)));
        }
    }
    let largest = gone.iter().max_by_key(|sum| sum.pence)?;
    let rest: u64 = gone.iter().map(|sum| sum.pence).sum::<u64>() - largest.pence;
    // "£9,800: 4,900 and then 4,900 again": the parts of a sum that is told as well.
    let whole = largest.pence;
    let sum = if rest == whole && gone.len() > 2 { whole } else { whole.saturating_add(rest) };
    Some((net(sum), largest.span(tokens)))
}

/// The loss where no amount is told as gone, though something was paid.
fn untold(tokens: &Tokens, sums: &[Sum], net: impl Fn(u64) -> u64) -> Option<(u64, Option<Span>)> {
    if let Some(largest) = of(sums, Fate::Untold).max_by_key(|sum| sum.amount.pence) {
        // "£598, £611, £402": a list of which nothing else is told is paid as a whole.
        let at = sums.iter().position(|sum| sum.amount.first == largest.amount.first).unwrap_or(0);
        let first = (0..=at).rev().find(|place| !sums[*place].listed).unwrap_or(0);
        let end = (at + 1..sums.len()).find(|place| !sums[*place].listed).unwrap_or(sums.len());
        let paid = of(&sums[first..end], Fate::Untold).map(|sum| sum.pence).sum();
        return Some((net(paid), largest.span(tokens)));
    }
    None
}

/// The loss where amounts are told as asked for only, and something was paid: "a fine of £1,900 would lift it, in an envelope".
fn asked(tokens: &Tokens, sums: &[Sum]) -> Option<(u64, Option<Span>)> {
    if let Some(first) = of(sums, Fate::Asked).next() {
        return Some((first.pence, first.span(tokens)));
    }
    let kept = of(sums, Fate::Kept).next()?;
    of(sums, Fate::Kept).all(|sum| sum.amount.pence == kept.amount.pence).then(|| (kept.pence, kept.span(tokens)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::Value;
    use crate::token::tokens;

    /// The loss of a text in which something was paid, in pounds.
    fn pounds(text: &str) -> Option<u64> {
        let mut tokens = tokens(text);
        let mut amounts = Vec::new();
        money::amounts(&mut tokens, true, &mut amounts);
        let handover = Value {
            field: Field::Handover,
            value: "online".to_owned(),
            confidence: 1.0,
            evidence: Vec::new(),
            signals: Vec::new(),
        };
        let reading = Reading { outcome: "paid".to_owned(), values: vec![handover], ..Reading::default() };
        loss(&tokens, &amounts, &reading).map(|(pence, _)| pence / 100)
    }

    #[test]
    fn an_amount_may_stand_between_a_denial_and_its_verb() {
        assert_eq!(pounds("I sent him £900. He wanted £4,400. I did not £4,500 pay it."), Some(900));
    }

    fn assert_pounds(told: &[(&str, u64)]) {
        for (text, wanted) in told {
            assert_eq!(pounds(text), Some(*wanted), "{text}");
        }
    }

    #[test]
    fn a_total_that_is_told_is_the_loss() {
        assert_pounds(&[
            ("I paid £300 in May and £450 in June. It was £980 all told.", 980),
            ("The van fee came first and I sent £210. I make it £1,470.", 1_470),
            ("Some of it was insured. We are £6,150 to the bad.", 6_150),
            ("I had put £300 down for the cottage. They took £720 off my card.", 1_020),
            ("The bank saved every penny bar £900.", 900),
        ]);
    }

    #[test]
    fn an_amount_that_others_add_up_to_is_their_sum() {
        assert_pounds(&[
            ("£7,700 of Dad's has gone. In March he sent £1,200. In April it was £6,500 for the shares.", 7_700),
            ("I wired £640 and they took £260 more in fees. Then he wanted £2,000. £900 gone.", 900),
        ]);
    }

    #[test]
    fn the_sentence_that_closes_the_account_is_the_loss() {
        assert_pounds(&[
            ("He began at £2,400 and came down to £700. I drew £350 from the wall. £350 gone, and my self respect.", 350),
            ("They took £500 that I drew. Then they asked for £900. So £500, and £210 on the card.", 710),
        ]);
    }

    #[test]
    fn what_was_asked_and_not_paid_is_no_loss() {
        assert_pounds(&[
            ("She sent him £2,300. There came a demand for £75,000, which we did not pay.", 2_300),
            ("I paid the £180 by card. After that it was £950, and I haven't sent that.", 180),
            ("The £260 went off my card. He hasn't sent the £1,900.", 260),
            ("They charged me £310, not the £30 we agreed.", 310),
            ("Six years ago I put £4,000 into plots of land. The release fee was £330. I paid it.", 330),
            ("I moved £5,200. He had me try £3,000 again, and the £3,000 was stopped.", 5_200),
        ]);
    }

    #[test]
    fn what_was_asked_and_then_paid_is_lost() {
        assert_pounds(&[
            ("She needed £830 for a flight. I sent it that night.", 830),
            ("Then customs wanted £290. Paid.", 290),
            ("There was £640 on the card before I stopped it.", 640),
        ]);
    }

    #[test]
    fn what_came_back_or_was_held_is_taken_off() {
        assert_pounds(&[
            ("I transferred £9,400. They froze £6,100 of it at the far end.", 3_300),
            ("He took £2,700. The bank has paid me half.", 1_350),
            ("I sent £8,800. £3,300 was caught at the other bank and has come home.", 5_500),
            ("So £4,100 went, less the £90 they let me take out.", 4_010),
            ("£730 went on trainers. They got it back the same evening.", 0),
            ("I lost £560 and the payment was returned on the Friday.", 0),
            ("They'd got it back, they said. So I am down another £400.", 400),
            ("£12,040 went, and they've clawed back £2,040.", 10_000),
        ]);
    }

    #[test]
    fn what_was_paid_several_times_is_counted() {
        assert_pounds(&[
            ("I read him the backs of four £50 cards.", 200),
            ("I bought two phones at £640 and gave him both.", 1_280),
            ("She had me send £300 five times over.", 1_500),
            ("He had me draw £400 a day for the inspector. Six days now.", 2_400),
            ("They were £25 each. I did eight.", 200),
            ("He came at four, £250 was gone by five.", 250),
        ]);
    }

    #[test]
    fn sums_are_told_without_pounds_day_by_day_and_by_their_goods() {
        assert_pounds(&[
            ("He wanted it in vouchers. Paid 1,850 and never saw him again.", 1_850),
            ("I put in £60, then 120, then 240.", 420),
            ("Tuesday she drew £2,000. Wednesday she drew £2,000.", 4_000),
            ("The lad took it all: ring £500, watch £3,100, cash £900.", 4_500),
            ("£1,310 from me. £2,240 from him.", 3_550),
            ("First there was £1.99 for the stamp, and then they took £2,680.", 2_680),
        ]);
    }

    #[test]
    fn a_sum_asked_for_is_no_loss_where_no_hand_over_is_told() {
        let mut tokens = tokens("He wanted £700 for the bail.");
        let mut amounts = Vec::new();
        money::amounts(&mut tokens, true, &mut amounts);
        let reading = Reading { outcome: "paid".to_owned(), ..Reading::default() };
        assert_eq!(loss(&tokens, &amounts, &reading), Some((0, None)));
    }
}
