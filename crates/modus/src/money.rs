//! Amounts of money: `£5,000`, `5k`, `5000 pounds`, `five thousand pounds`.

use crate::lexicon::class;
use crate::token::{MONEY, NUMERIC, OFFICER, PHONE, STERLING, Tokens};

/// An amount with the words it was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Amount {
    pub(crate) pence: u64,
    pub(crate) first: usize,
    pub(crate) last: usize,
}

const SMALL: [(&str, u64); 30] = [
    ("one", 1),
    ("two", 2),
    ("three", 3),
    ("four", 4),
    ("five", 5),
    ("six", 6),
    ("seven", 7),
    ("eight", 8),
    ("nine", 9),
    ("ten", 10),
    ("eleven", 11),
    ("twelve", 12),
    ("thirteen", 13),
    ("fourteen", 14),
    ("fifteen", 15),
    ("sixteen", 16),
    ("seventeen", 17),
    ("eighteen", 18),
    ("nineteen", 19),
    ("twenty", 20),
    ("thirty", 30),
    ("forty", 40),
    ("fourty", 40),
    ("fifty", 50),
    ("sixty", 60),
    ("seventy", 70),
    ("eighty", 80),
    ("ninety", 90),
    ("a", 1),
    ("couple", 2),
];

/// Finds all amounts of a text, in order, and marks their words. What people write is `loose`: "seven thousand", "2,340 gone". In talk, where
/// digits are read out for other ends, an amount names its pounds.
pub(crate) fn amounts(tokens: &mut Tokens, loose: bool, found: &mut Vec<Amount>) {
    found.clear();
    let mut at = 0;
    while at < tokens.len() {
        let opens = tokens[at].classes & (class::NUMBER | NUMERIC | STERLING) != 0;
        match opens.then(|| amount_at(tokens, at, loose)).flatten() {
            Some(amount) => {
                tokens.mark(amount.first, amount.last, MONEY);
                at = amount.last + 1;
                found.push(amount);
            }
            None => at += 1,
        }
    }
}

fn amount_at(tokens: &Tokens, at: usize, loose: bool) -> Option<Amount> {
    let word = tokens.word(at);
    let sterling = word.starts_with('£');
    if let Some(pounds) = figures(word.trim_start_matches('£')) {
        let mut last = at;
        let mut pence = pounds;
        let mut money = sterling || (word.ends_with('k') && word.len() > 1);
        if let Some(next) = tokens.word_at(at + 1) {
            match next {
                "k" | "thousand" | "grand" => {
                    pence = pence.checked_mul(1000)?;
                    last = at + 1;
                    let other = OTHER_THOUSANDS.contains(&tokens.word_at(at + 2).unwrap_or(""));
                    money = money || next != "thousand" || loose && !other;
                }
                "million" | "m" if sterling => {
                    pence = pence.checked_mul(1_000_000)?;
                    last = at + 1;
                }
                _ => {}
            }
        }
        if tokens.word_at(last + 1).is_some_and(is_pounds) {
            last += 1;
            money = true;
        }
        money = money || loose && last == at && is_told_as_money(tokens, at, pounds);
        return money.then_some(Amount { pence, first: at, last });
    }
    in_words(tokens, at, loose)
}

/// Pence of a number in figures, `5000`, `1500.50`, `5k`.
fn figures(word: &str) -> Option<u64> {
    let (digits, thousands) = word.strip_suffix('k').map_or((word, 1), |digits| (digits, 1000));
    if digits.is_empty() || digits.len() > 12 || !digits.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let whole: u64 = whole.parse().ok()?;
    let part: u64 = match part.len() {
        0 => 0,
        1 => part.parse::<u64>().ok()? * 10,
        _ => part.get(..2)?.parse().ok()?,
    };
    (whole.checked_mul(100)? + part).checked_mul(thousands)
}

/// "five thousand two hundred pounds", "twelve hundred quid", "ten grand".
fn in_words(tokens: &Tokens, at: usize, loose: bool) -> Option<Amount> {
    let (mut total, mut current, mut last, mut any, mut grand): (u64, u64, usize, bool, bool) = (0, 0, at, false, false);
    let mut hundreds = false;
    for position in at..tokens.len().min(at + 10) {
        let word = tokens.word(position);
        if let Some((_, value)) = SMALL.iter().find(|(name, _)| *name == word) {
            // "a" opens an amount only before hundred, thousand or couple.
            let next = tokens.word_at(position + 1);
            let opens = word != "a" || matches!(next, Some("hundred" | "thousand" | "grand" | "couple"));
            if word == "a" && next == Some("half") && any {
                continue;
            }
            if !opens {
                break;
            }
            let couple = word == "a" && next == Some("couple");
            current += if couple { 0 } else { *value };
            any = true;
        } else if word == "hundred" && any {
            current = current.max(1) * 100;
            hundreds = true;
        } else if word == "half" && any && position >= 2 && tokens.word(position - 1) == "a" && tokens.word(position - 2) == "and"
        {
            // "Seven and a half thousand".
            let Some("thousand" | "thousands" | "grand") = tokens.word_at(position + 1) else { break };
            total += 500;
        } else if (matches!(word, "thousand" | "grand") || word == "thousands" && is_worth(tokens, position)) && any {
            total += current.max(1) * 1000;
            current = 0;
            grand = grand || word == "grand";
        } else if let Some((_, note)) = NOTES.iter().find(|(name, _)| any && position == at + 1 && *name == word) {
            // "Nine fifties": so many of them, and no number goes on after it.
            current *= note;
            grand = true;
            last = position;
            break;
        } else if (word == "and" || word == "of") && any {
            continue;
        } else {
            break;
        }
        last = position;
    }
    if !any {
        return None;
    }
    let next = tokens.word_at(last + 1).unwrap_or("");
    let pounds = is_pounds(next);
    // "I got seven thousand and took it": thousands are money unless they are told to be something else.
    let thousands = loose && total > 0 && !OTHER_THOUSANDS.contains(&next);
    // "Nineteen hundred", "five hundred in vouchers"; not the end of a number that is read out.
    let read_out = at > 0
        && (matches!(tokens.word(at - 1), "oh" | "o" | "zero" | "nought" | "double")
            || tokens[at - 1].classes & class::NUMBER != 0)
        || tokens.get(last + 1).is_some_and(|token| token.classes & (class::NUMBER | NUMERIC) != 0);
    let hundreds = loose && hundreds && !read_out && !OTHER_THOUSANDS.contains(&next) && !OTHER_HUNDREDS.contains(&next);
    if !pounds && !grand && !thousands && !hundreds {
        return None;
    }
    let last = if pounds { last + 1 } else { last };
    Some(Amount { pence: (total + current) * 100, first: at, last })
}

/// Notes and cards by what is printed on them.
const NOTES: [(&str, u64); 4] = [("tens", 10), ("twenties", 20), ("fifties", 50), ("hundreds", 100)];

/// "Four thousand's worth", "five thousand's gone": the word is read without its apostrophe.
fn is_worth(tokens: &Tokens, at: usize) -> bool {
    matches!(tokens.word_at(at + 1), Some("worth" | "gone" | "been"))
}

/// What else there are thousands of.
const OTHER_THOUSANDS: [&str; 22] = [
    "people",
    "miles",
    "years",
    "times",
    "euros",
    "euro",
    "dollars",
    "dollar",
    "francs",
    "rupees",
    "lira",
    "zloty",
    "yen",
    "customers",
    "pensioners",
    "others",
    "letters",
    "names",
    "calls",
    "words",
    "us",
    "swiss",
];

/// What else there are hundreds of.
const OTHER_HUNDREDS: [&str; 16] = [
    "hours", "hrs", "percent", "per", "yards", "metres", "feet", "degrees", "grams", "gram", "and", "odd", "of", "members",
    "cards", "texts",
];

/// "2340 gone", "I sent 4500 back": a number of three figures or more with a word beside it that tells of money, and no year.
fn is_told_as_money(tokens: &Tokens, at: usize, pence: u64) -> bool {
    let sum = (100..1_000_000).contains(&(pence / 100)) && !(1900..2100).contains(&(pence / 100));
    let before = at.checked_sub(1).map_or("", |before| tokens.word(before));
    let after = tokens.word_at(at + 1).unwrap_or("");
    sum && !tokens.word(at).starts_with('0')
        && !is_foreign(tokens, at)
        && (matches!(
            before,
            "sent" | "lost" | "paid" | "spent" | "took" | "transferred" | "moved" | "another" | "withdrew" | "drew" | "put"
        ) || matches!(after, "gone" | "out" | "each" | "missing" | "quid" | "more" | "down")
            || before == "in" && at >= 2 && matches!(tokens.word(at - 2), "put" | "paid"))
}

/// The amounts of a text with the numbers that stand where a sum would though nobody says that they are money, "paid 1,950", in order.
pub(crate) fn bare(tokens: &Tokens, amounts: &[Amount]) -> Vec<Amount> {
    with(tokens, amounts, true)
}

/// The amounts of a text with the numbers that are written as sums are, "4,990", in order.
pub(crate) fn grouped(tokens: &Tokens, amounts: &[Amount]) -> Vec<Amount> {
    with(tokens, amounts, false)
}

fn with(tokens: &Tokens, amounts: &[Amount], plain: bool) -> Vec<Amount> {
    let mut all = amounts.to_vec();
    for at in 0..tokens.len() {
        if let Some(amount) = bare_at(tokens, at, plain).or_else(|| listed_at(tokens, &all[amounts.len()..], at)) {
            all.push(amount);
        }
    }
    all.sort_unstable_by_key(|amount| amount.first);
    all
}

/// "£60, then 120, then 240", "200, 450, 1,300": a number on a list of sums.
fn listed_at(tokens: &Tokens, found: &[Amount], at: usize) -> Option<Amount> {
    let token = &tokens[at];
    let free = token.classes & (MONEY | PHONE | OFFICER) == 0 && token.classes & NUMERIC != 0;
    let word = tokens.word(at);
    let figures = |at: usize| tokens.word(at).bytes().all(|byte| byte.is_ascii_digit());
    if !free || at < 2 || !figures(at) || !(2..=5).contains(&word.len()) || word.starts_with('0') {
        return None;
    }
    let same = |other: usize| tokens.get(other).is_some_and(|one| one.sentence == token.sentence && one.clause != token.clause);
    let sum = |other: usize| {
        let found = found.last().is_some_and(|one| one.last == other);
        tokens.get(other).is_some_and(|one| (found || one.classes & MONEY != 0) && one.sentence == token.sentence)
    };
    let then = matches!(tokens.word(at - 1), "then" | "plus") && (sum(at - 2) || at >= 3 && sum(at - 3));
    let beside = sum(at - 1) && same(at - 1) || sum(at + 1) && same(at + 1);
    let pence = self::figures(word)?;
    // "ATM 1811, £500" is told by the clock.
    let clock = word.len() == 4 && &word[..2] < "24" && &word[2..] < "60";
    (!clock).then_some(())?;
    (then || beside && !OTHER_BARE.contains(&tokens.word_at(at + 1).unwrap_or(""))).then_some(Amount {
        pence,
        first: at,
        last: at,
    })
}

fn bare_at(tokens: &Tokens, at: usize, plain: bool) -> Option<Amount> {
    let token = &tokens[at];
    if token.classes & (MONEY | PHONE | OFFICER) != 0 || token.classes & NUMERIC == 0 {
        return None;
    }
    let word = tokens.word(at);
    let pence = figures(word)?;
    let pounds = pence / 100;
    let before = at.checked_sub(1).map_or("", |before| tokens.word(before));
    let after = tokens.word_at(at + 1).unwrap_or("");
    // "4,990", "995.00", but "14.10" is a time of day.
    let grouped = token.end - token.start > word.len() && pounds >= 1_000;
    let exact = word.rsplit_once('.').is_some_and(|(_, part)| part.len() == 2) && (pounds >= 24 || pence % 100 >= 60);
    // "1410" may be one, too: a plain number stands beside a word that tells of a sum.
    let plain = plain
        && (100..100_000).contains(&pounds)
        && !(1900..2100).contains(&pounds)
        && word.bytes().all(|byte| byte.is_ascii_digit())
        && !SERVICES.contains(&word)
        && (BEFORE_BARE.contains(&before)
            || AFTER_BARE.contains(&after)
            || before == "the" && at >= 2 && BEFORE_BARE.contains(&tokens.word(at - 2))
            || at > 0
                && tokens[at - 1].clause != token.clause
                && tokens.get(at + 1).is_none_or(|next| next.clause != token.clause));
    let other = word.starts_with('0')
        || NAMED_BY_NUMBER.contains(&before)
        || OTHER_BARE.contains(&after)
        || OTHER_THOUSANDS.contains(&after)
        || OTHER_HUNDREDS.contains(&after) && !matches!(after, "and" | "per");
    ((grouped || exact || plain) && !other && !is_foreign(tokens, at)).then_some(Amount { pence, first: at, last: at })
}

/// "For €1,500": a sign of other money stands between the number and the word before.
fn is_foreign(tokens: &Tokens, at: usize) -> bool {
    at.checked_sub(1).is_some_and(|before| tokens[at].start - tokens[before].end >= ' '.len_utf8() + '€'.len_utf8())
}

/// Numbers that people ring, not sums.
const SERVICES: [&str; 10] = ["999", "101", "105", "111", "112", "159", "161", "192", "1471", "1571"];

/// Words beside a plain number by which it is a sum.
const BEFORE_BARE: [&str; 35] = [
    "was", "of", "for", "another", "then", "spent", "paid", "sent", "lost", "put", "took", "drew", "owe", "owed", "owes", "loss",
    "x", "about", "send", "pay", "them", "withdrew", "moved", "shifted", "gave", "wanted", "takes", "bunged", "all", "did",
    "got", "had", "out", "now", "just",
];
const AFTER_BARE: [&str; 12] =
    ["gone", "went", "total", "out", "each", "back", "loss", "down", "altogether", "cash", "stands", "taken"];

/// What is called by a number.
const NAMED_BY_NUMBER: [&str; 31] = [
    "badge",
    "no",
    "number",
    "ref",
    "reference",
    "room",
    "flat",
    "pc",
    "dc",
    "ds",
    "di",
    "wpc",
    "pcso",
    "collar",
    "extension",
    "ext",
    "ward",
    "us",
    "eur",
    "code",
    "crime",
    "log",
    "cad",
    "at",
    "since",
    "by",
    "till",
    "until",
    "block",
    "unit",
    "ending",
];

/// What else a number is read with.
const OTHER_BARE: [&str; 14] =
    ["hrs", "hours", "am", "pm", "minutes", "mins", "days", "call", "calls", "metres", "section", "euro", "eur", "usd"];

fn is_pounds(word: &str) -> bool {
    matches!(word, "pounds" | "pound" | "quid" | "gbp" | "sterling")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::tokens;

    fn found_in(text: &str) -> Vec<Amount> {
        let mut found = Vec::new();
        amounts(&mut tokens(text), true, &mut found);
        found
    }

    #[test]
    fn amounts_in_the_forms_people_use() {
        for (text, pence) in [
            ("lost £5,000 in all", 500_000),
            ("5k", 500_000),
            ("8 grand", 800_000),
            ("1500.50 pounds", 150_050),
            ("five thousand two hundred pounds", 520_000),
            ("a couple of thousand pounds", 200_000),
            ("£4.5k", 450_000),
            ("twelve hundred quid", 120_000),
            ("they went in my savings 2,340 gone", 234_000),
            ("I got seven thousand and took it to him", 700_000),
            ("told to take out 6 thousand and say nothing", 600_000),
            ("I am down twelve and a half thousand", 1_250_000),
            ("I drew eighteen hundred in twenties", 180_000),
            ("it was two hundred and fifteen all told", 21_500),
            ("four and a half thousand's worth of coins", 450_000),
            ("I scratched off six fifties for her", 30_000),
            ("so I put in 1,500 and then I am 640 down", 150_000),
            // What was paid for foreign notes is told in pounds.
            ("ten thousand in euros", 1_000_000),
        ] {
            let found = found_in(text);
            assert_eq!(found.first().map(|amount| amount.pence), Some(pence), "{text}: {found:?}");
        }
        for text in [
            "I am 82 and live at number five",
            "five thousand euros",
            "all of 3 thousand miles",
            "it was sent in 2019",
            "PC 2217 called",
            "two hundred yards",
        ] {
            assert!(found_in(text).is_empty(), "{text}: {:?}", found_in(text));
        }
    }
}
