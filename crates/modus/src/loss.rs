//! What was lost: amounts told as gone, where something was paid; nothing where all went well. An amount that was asked for, offered,
//! blocked or given back is no loss; several that went are added up, unless the text gives their total.

use crate::money::Amount;
use crate::reading::{Field, Reading, Span};
use crate::token::{MONEY, Tokens};

/// Words before and after an amount in which it is told what became of it.
const BEFORE: usize = 8;
const AFTER: usize = 6;

/// Words from one amount of a list to the next.
const LIST: usize = 7;

/// What became of an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Total,
    Gone,
    Kept,
    /// Given back.
    Back,
    Untold,
}

/// The loss in pence with the words of the amount that it was read from.
pub(crate) fn loss(tokens: &Tokens, amounts: &[Amount], reading: &Reading) -> Option<(u64, Option<Span>)> {
    if reading.outcome != "paid" {
        return Some((0, None));
    }
    let span = |amount: &Amount| Some(Span { start: tokens[amount.first].start, end: tokens[amount.last].end });
    let mut fates: Vec<Fate> = amounts.iter().map(|amount| fate(tokens, amounts, amount)).collect();
    // "£500 at the garage, £500 at midnight": told alike.
    let alike = |at: usize| {
        let (one, other) = (&amounts[at - 1], &amounts[at]);
        let near = other.first - one.last <= LIST && tokens[one.last].sentence == tokens[other.first].sentence;
        near && (one.last + 1..other.first).all(|place| !is_telling(tokens.word(place)))
            && tokens.word_at(one.last + 1).is_some_and(|word| matches!(word, "at" | "on" | "from" | "then" | "and" | "to"))
    };
    // "£9,850 and £4,200", "£640, £640, £415": what is told of one is told of those beside it.
    let mut listed = vec![false; amounts.len()];
    for at in 1..amounts.len() {
        let between = amounts[at - 1].last + 1..amounts[at].first;
        let beside = tokens[amounts[at - 1].last].sentence == tokens[amounts[at].first].sentence
            && (alike(at)
                || between.clone().all(|place| {
                    matches!(tokens.word(place), "and" | "then" | "plus" | "another" | "a" | "further" | "also" | "again")
                }));
        listed[at] = beside;
        if beside && fates[at] == Fate::Untold {
            fates[at] = fates[at - 1];
        } else if beside && fates[at - 1] == Fate::Untold {
            fates[at - 1] = fates[at];
        }
    }
    for at in (1..amounts.len()).rev() {
        if listed[at] && fates[at - 1] == Fate::Untold {
            fates[at - 1] = fates[at];
        }
    }
    let pence = |amount: &Amount| amount.pence.saturating_mul(times(tokens, amount));
    let of = |wanted: Fate| amounts.iter().zip(&fates).filter(move |(_, fate)| **fate == wanted).map(|(amount, _)| amount);
    if let Some(at) = all_back(tokens) {
        return Some((0, Some(Span { start: tokens[at].start, end: tokens[at].end })));
    }
    let back: u64 = of(Fate::Back).map(pence).sum();
    // What came back is taken off, where it is less than what went.
    let net = |gone: u64| if back <= gone { gone - back } else { gone };
    if let Some(total) = of(Fate::Total).max_by_key(|amount| amount.pence) {
        return Some((net(total.pence), span(total)));
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
    // "£18,250 sent, £11,000 returned, £7,250 gone": what is left is told as well.
    let left = |amount: &&&Amount| back > 0 && gone.iter().any(|whole| pence(whole) == pence(amount) + back);
    if let Some(rest) = gone.iter().find(left) {
        return Some((pence(rest), span(rest)));
    }
    // "Three grand, then another three. 6k gone."
    if let Some(last) = gone.last().filter(|last| gone.len() > 1 && tokens.word_at(last.last + 1) == Some("gone")) {
        let others: u64 = gone.iter().map(|amount| pence(amount)).sum::<u64>() - pence(last);
        if pence(last) >= others {
            return Some((net(pence(last)), span(last)));
        }
    }
    if let Some(largest) = gone.iter().max_by_key(|amount| pence(amount)) {
        let rest: u64 = gone.iter().map(|amount| pence(amount)).sum::<u64>() - pence(largest);
        // "£9,800: 4,900 and then 4,900 again": the parts of a sum that is told as well.
        let whole = pence(largest);
        let sum = if rest == whole && gone.len() > 2 { whole } else { whole.saturating_add(rest) };
        return Some((net(sum), span(largest)));
    }
    if let Some(largest) = of(Fate::Untold).max_by_key(|amount| amount.pence) {
        // "£598, £611, £402": a list of which nothing else is told is paid as a whole.
        let at = amounts.iter().position(|amount| amount.first == largest.first).unwrap_or(0);
        let first = (0..=at).rev().find(|place| !listed[*place]).unwrap_or(0);
        let end = (at + 1..amounts.len()).find(|place| !listed[*place]).unwrap_or(amounts.len());
        let sum = (first..end).filter(|place| fates[*place] == Fate::Untold).map(|place| pence(&amounts[place])).sum();
        return Some((sum, span(largest)));
    }
    // "A fine of £1,900 would lift it, in an envelope", and it was paid: the one sum of which anything is told.
    let mut kept = of(Fate::Kept);
    if let (Some(asked), true) =
        (kept.next(), of(Fate::Kept).all(|amount| Some(amount.pence) == of(Fate::Kept).next().map(|one| one.pence)))
    {
        return Some((pence(asked), span(asked)));
    }
    // A card handed over, with nothing told as spent.
    let card = reading.values(Field::Demand).any(|value| value == "bank_card");
    card.then_some((0, None))
}

/// The word that tells that all came back: "the bank has since returned the whole sum".
fn all_back(tokens: &Tokens) -> Option<usize> {
    let returned = |at: &usize| {
        matches!(tokens.word(*at), "returned" | "refunded" | "reimbursed" | "recovered" | "back" | "recalled") && {
            let near = at.saturating_sub(4)..(at + 5).min(tokens.len());
            let same = |place: &usize| tokens[*place].sentence == tokens[*at].sentence;
            let whole = near.clone().filter(same).any(|place| {
                matches!(
                    (tokens.word(place), tokens.word_at(place + 1)),
                    ("whole", Some("sum" | "amount" | "lot"))
                        | ("every", Some("penny"))
                        | ("in", Some("full"))
                        | ("put", Some("it" | "all"))
                        | ("it", Some("all"))
                        | ("all", Some("back"))
                        | ("all", Some("of"))
                        | ("everything", _)
                )
            });
            let unsure = near.filter(same).any(|place| {
                matches!(
                    tokens.word(place),
                    "not"
                        | "if"
                        | "whether"
                        | "will"
                        | "would"
                        | "try"
                        | "trying"
                        | "may"
                        | "might"
                        | "hope"
                        | "can"
                        | "could"
                        | "never"
                        | "want"
                        | "get"
                        | "probably"
                        | "ill"
                        | "id"
                        | "wont"
                        | "to"
                        | "promised"
                        | "said"
                )
            });
            whole && !unsure
        }
    };
    (0..tokens.len()).find(returned)
}

/// How often an amount was paid: "two payments of £3,450", "three times, £995 each", "£400 a time, twelve times".
fn times(tokens: &Tokens, amount: &Amount) -> u64 {
    let sentence = tokens[amount.first].sentence;
    let number = |at: usize| {
        const WORDS: [&str; 13] =
            ["", "", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
        let word = tokens.word_at(at)?;
        let count = match word {
            "both" | "twice" => 2,
            _ => word.parse().ok().or_else(|| WORDS.iter().position(|held| !held.is_empty() && *held == word))?,
        };
        (tokens[at].sentence == sentence && tokens[at].classes & MONEY == 0 && (2..=12).contains(&count)).then_some(count as u64)
    };
    let word = |at: usize| tokens.word_at(at).unwrap_or("");
    let first = amount.first;
    if first >= 3
        && matches!(word(first - 1), "of" | "at")
        && matches!(word(first - 2), "payments" | "lots" | "transfers" | "withdrawals" | "instalments" | "bundles" | "goes")
    {
        return number(first - 3).unwrap_or(1);
    }
    // "3 x £100".
    if first >= 2 && matches!(word(first - 1), "x" | "times") {
        return number(first - 2).unwrap_or(1);
    }
    let after = word(amount.last + 1);
    if matches!(after, "each" | "apiece") || (after == "a" && matches!(word(amount.last + 2), "time" | "day" | "go")) {
        let near = (first.saturating_sub(10)..first).rev().chain(amount.last + 1..amount.last + 9);
        return near.filter_map(number).next().unwrap_or(1);
    }
    // "£700 and £700, both": told one by one.
    let listed = (first.saturating_sub(3)..first).any(|at| tokens[at].classes & MONEY != 0);
    if matches!(after, "twice" | "both") && !listed { 2 } else { 1 }
}

/// Whether a word tells what became of an amount.
fn is_telling(word: &str) -> bool {
    matches!(
        word,
        "total"
            | "loss"
            | "wanted"
            | "asked"
            | "blocked"
            | "stopped"
            | "refused"
            | "declined"
            | "lost"
            | "paid"
            | "sent"
            | "took"
            | "gone"
            | "back"
            | "returned"
            | "recovered"
            | "refunded"
            | "promised"
            | "not"
            | "or"
            | "out"
            | "but"
    )
}

fn fate(tokens: &Tokens, amounts: &[Amount], amount: &Amount) -> Fate {
    let sentence = tokens[amount.first].sentence;
    // Words of another amount's telling do not count: the reach ends at the amount before and after.
    let floor = amounts.iter().filter(|other| other.last < amount.first).map(|other| other.last + 1).max().unwrap_or(0);
    let roof = amounts.iter().filter(|other| other.first > amount.last).map(|other| other.first).min().unwrap_or(tokens.len());
    let before = amount.first.saturating_sub(BEFORE).max(floor)..amount.first;
    let after = amount.last + 1..(amount.last + 1 + AFTER).min(roof);
    let mut fate = Fate::Untold;
    let had = amount.first > 0 && tokens.word(amount.first - 1) == "had";
    if is_back(tokens, amount, before.clone(), after.clone()) {
        return Fate::Back;
    }
    for at in before.rev().chain(after) {
        if tokens[at].sentence != sentence {
            continue;
        }
        match tokens.word(at) {
            "total" | "totalling" | "totals" | "altogether" | "loss" | "losses" => return Fate::Total,
            "told" if at > 0 && tokens.word(at - 1) == "all" => return Fate::Total,
            // "I am down £8,412".
            "down" | "so" if at + 1 == amount.first => return Fate::Total,
            // "My account had £6,212 in it".
            "in" if at == amount.last + 1 && tokens.word_at(at + 1) == Some("it") && had => return Fate::Kept,
            "blocked" | "frozen" | "froze" | "declined" | "refused" | "stopped" | "wanted" | "asked" | "more" | "further"
            | "limit" | "balance" | "reward" | "owed" | "owing" | "due" | "offered" | "promised" | "would" | "refund"
            | "rebate" | "tried" | "trying" | "attempted" | "pending" | "used" | "available" | "left" | "renew"
            | "subscription" | "fine" | "demanded" | "supposedly" | "supposed" | "failed" | "tax" | "won" | "prize"
            | "waiting" | "goodwill" | "compensation" | "selling"
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

/// "The bank has given me back £850", "£11,000 recovered and returned".
fn is_back(tokens: &Tokens, amount: &Amount, before: std::ops::Range<usize>, after: std::ops::Range<usize>) -> bool {
    let sentence = tokens[amount.first].sentence;
    let word = |at: usize| if tokens[at].sentence == sentence { tokens.word(at) } else { "" };
    let back = |at: usize| {
        matches!(
            word(at),
            "returned" | "recovered" | "refunded" | "reimbursed" | "recalled" | "traced" | "retrieved" | "clawed" | "salvaged"
        ) && !matches!(tokens.word_at(at + 1), Some("home"))
            || word(at) == "return" && at > 0 && word(at - 1) == "to"
            || word(at) == "pulled" && at + 1 == amount.first
    };
    // "Put £4,000 back", "had £5,000 back off the bank": the bank's doing, not what the victim sent back to a caller.
    let given = (amount.last + 1..(amount.last + 3).min(tokens.len())).any(|at| word(at) == "back")
        && before.clone().any(|at| matches!(word(at), "put" | "had" | "got" | "bank" | "given" | "refunded" | "they" | "theyve"))
        && !before.clone().any(|at| matches!(word(at), "sent" | "send" | "transfer" | "pay"));
    let got = before.clone().any(|at| {
        word(at) == "back" && matches!(word(at.saturating_sub(1)), "me" | "got" | "put" | "had" | "given" | "gave" | "them")
    });
    // "£9,100 still held at the receiving bank".
    let mut near = before.chain(after);
    let held = near.clone().any(|at| matches!(word(at), "froze" | "frozen" | "held"))
        && near.clone().any(|at| matches!(word(at), "receiving" | "beneficiary" | "recipient"));
    // "£11,000 returned, £7,250 gone": that came back is told of the one before.
    let gone = matches!(tokens.word_at(amount.last + 1), Some("gone" | "lost" | "missing" | "unrecoverable"));
    !gone && (given || got || held || near.any(back))
}
