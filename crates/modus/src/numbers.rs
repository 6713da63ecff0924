//! Telephone numbers in a text, to E.164: in figures, with spaces, hyphens and brackets, or spoken ("oh one six three two, nine six
//! oh, double one seven"). Emergency and short codes are none; a number that the text calls one's own is left out.

use crate::names::quotations;
use crate::token::{PHONE, Tokens};

/// A number with its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Number {
    pub(crate) e164: String,
    pub(crate) first: usize,
    pub(crate) last: usize,
    /// It is the reporter's own, or another's who is not the caller.
    pub(crate) own: bool,
}

/// Words right before a number that make it the reporter's own.
const OWN: [&str; 52] = [
    "my number",
    "mine is",
    "my mobile",
    "her mobile",
    "my landline",
    "my phone",
    "our number",
    "my tel",
    "contact me",
    "contact number",
    "ring me",
    "call me",
    "phone me",
    "reach me",
    "get me",
    "me back",
    "me on",
    "me at",
    "reach us",
    "get us",
    "catch me",
    "text me",
    "my home",
    "my own",
    "my no",
    "my mob",
    "own number",
    "own mob",
    "own tel",
    "your number",
    "for you",
    "her landline",
    "his landline",
    "mums landline",
    "dads landline",
    "home number",
    "home phone",
    "inft tel",
    "inft mob",
    "vic tel",
    "ip tel",
    "inf tel",
    "my work",
    "my sons",
    "my daughters",
    "husbands mobile",
    "wifes mobile",
    "tel me",
    "contactable",
    "our landline",
    "am on",
    "im on",
];

/// Marks and gives the numbers of a text, in order, each once.
pub(crate) fn numbers(text: &str, tokens: &mut Tokens, found: &mut Vec<Number>) {
    found.clear();
    let mut quotations = None;
    let mut at = 0;
    while at < tokens.len() {
        let Some((number, last)) = number_at(text, tokens, at) else {
            at += 1;
            continue;
        };
        tokens.mark(at, last, PHONE);
        let quotations = quotations.get_or_insert_with(|| quotations::quotations(text));
        let own =
            !quotations::is_quoted(quotations, tokens[at].start) && is_own(tokens, at, last) || signs_off(text, tokens, at, last);
        match found.iter_mut().find(|held| held.e164 == number) {
            Some(held) => held.own |= own,
            None => found.push(Number { e164: number, first: at, last, own }),
        }
        at = last + 1;
    }
}

/// The digits that a word stands for, and how often the next one is to be said.
fn spoken(word: &str) -> Option<(&'static str, usize)> {
    Some(match word {
        "oh" | "o" | "zero" | "nought" | "nil" => ("0", 1),
        "one" => ("1", 1),
        "two" => ("2", 1),
        "three" => ("3", 1),
        "four" => ("4", 1),
        "five" => ("5", 1),
        "six" => ("6", 1),
        "seven" => ("7", 1),
        "eight" => ("8", 1),
        "nine" => ("9", 1),
        "double" => ("", 2),
        "treble" | "triple" => ("", 3),
        "hundred" => ("00", 1),
        _ => return None,
    })
}

/// A number that begins at a word, with its last word.
fn number_at(text: &str, tokens: &Tokens, at: usize) -> Option<(String, usize)> {
    let first = tokens.word(at);
    let figures = first.starts_with(|c: char| c.is_ascii_digit());
    if !figures && (spoken(first).is_none() || first == "hundred") {
        return None;
    }
    let mut digits = String::new();
    let mut repeat = 1;
    let mut best: Option<(String, usize)> = None;
    let plus = text[..tokens[at].start].ends_with('+');
    for place in at..tokens.len().min(at + 24) {
        if place > at {
            // Digits of one number stand close: a space, a hyphen, a bracket, a comma; spoken ones may have words of pause between.
            let between = &text[tokens[place - 1].end..tokens[place].start];
            if between.len() > 4 || between.contains(['\n', ':', ';', '£']) {
                break;
            }
        }
        let word = tokens.word(place);
        if word.starts_with(|c: char| c.is_ascii_digit()) {
            if !word.bytes().all(|c| c.is_ascii_digit() || c == b'/' || c == b'.') {
                break;
            }
            digits.extend(word.chars().filter(char::is_ascii_digit));
        } else if let Some((said, times)) = spoken(word) {
            if times > 1 {
                repeat = times;
                continue;
            }
            // "Eight hundred and eight" is 808.
            let fills = place >= at + 2 && tokens.word(place - 1) == "and" && tokens.word(place - 2) == "hundred";
            if fills && said.len() == 1 {
                digits.pop();
            }
            for _ in 0..repeat {
                digits.push_str(said);
            }
            repeat = 1;
        } else if matches!(word, "er" | "erm" | "um" | "then" | "and" | "uh") && place > at {
            continue;
        } else {
            break;
        }
        if digits.len() > 15 {
            break;
        }
        if let Some(number) = e164(&digits, plus) {
            best = Some((number, place));
        }
    }
    best
}

/// Whether the words before, or right after, say that it is not the caller's.
fn is_own(tokens: &Tokens, at: usize, last: usize) -> bool {
    let mut end = at;
    while end > 0
        && matches!(
            tokens.word(end - 1),
            "is" | "on" | "at" | "no" | "its" | "number" | "tel" | "thats" | "mobile" | "landline" | "phone" | "home" | "a"
        )
    {
        end -= 1;
    }
    let pair = |last: usize| {
        last >= 2 && OWN.iter().any(|own| own.split_once(' ') == Some((tokens.word(last - 2), tokens.word(last - 1))))
    };
    let told = |place: usize| {
        matches!(
            tokens.word(place),
            "said"
                | "says"
                | "told"
                | "he"
                | "she"
                | "they"
                | "displayed"
                | "showed"
                | "screen"
                | "text"
                | "message"
                | "voicemail"
        )
    };
    // "Call me on 0808 157 0911 and no other, said Mr Webb."
    let after = (last + 1..(last + 9).min(tokens.len())).take_while(|place| tokens[*place].sentence == tokens[last].sentence);
    let caller = (at.saturating_sub(12)..at).any(told)
        || after.into_iter().any(|place| matches!(tokens.word(place), "said" | "says" | "hed" | "shed" | "theyd"));
    let mine = (end..=at).any(pair);
    let said = (end..=at).any(|place| place >= 1 && matches!(tokens.word(place.saturating_sub(2)), "my" | "her" | "our"));
    if mine && (!caller || said) {
        return true;
    }
    let next = |n: usize| tokens.word_at(last + n).unwrap_or_default();
    matches!((next(1), next(2)), ("is", "my" | "me") | ("thats", "me" | "my"))
        || (next(1), next(2)) == ("if", "you") && (next(3) == "need" || next(4) == "me")
}

/// Whether a number is the last of a text, in a line of its own with no more than "Tel." before it: it is its writer's.
fn signs_off(text: &str, tokens: &Tokens, at: usize, last: usize) -> bool {
    let begin = match at.checked_sub(1).map(|before| tokens.word(before)) {
        Some("tel" | "telephone" | "mob" | "mobile" | "phone" | "home" | "t" | "m") => tokens[at - 1].start,
        _ => tokens[at].start,
    };
    last + 1 == tokens.len() && text[..begin].trim_end_matches([' ', '(']).ends_with('\n')
}

fn e164(digits: &str, plus: bool) -> Option<String> {
    if plus || digits.starts_with("00") || (digits.starts_with("44") && digits.len() >= 12) {
        let digits = digits.trim_start_matches("00");
        // +44 (0)161: the bracketed nought is not dialled from abroad.
        let digits = match digits.strip_prefix("440") {
            Some(rest) => format!("44{rest}"),
            None => digits.to_owned(),
        };
        let right = if digits.starts_with("44") { matches!(digits.len(), 11 | 12) } else { (10..=15).contains(&digits.len()) };
        return right.then(|| format!("+{digits}"));
    }
    let national = digits.strip_prefix('0')?;
    let good =
        matches!(national.len(), 9 | 10) && matches!(national.as_bytes()[0], b'1' | b'2' | b'3' | b'5' | b'7' | b'8' | b'9');
    good.then(|| format!("+44{national}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::tokens;

    #[test]
    fn numbers_are_found_as_people_write_them() {
        for (text, expected) in [
            ("ring 01632 960 123 at once", Some("+441632960123")),
            ("from +44 7700 900123.", Some("+447700900123")),
            ("The number was +44 (0)161 496 0153", Some("+441614960153")),
            ("020-7946-0321", Some("+442079460321")),
            ("(01632) 960 845", Some("+441632960845")),
            ("oh seven seven double oh, nine double oh, six oh nine", Some("+447700900609")),
            ("dial 999 or 101", None),
            ("you can get me, my number is 01632 960555", None),
            ("ring me back on 01632 960555 thank you", None),
            ("Call me on 0808 157 0911 and no other, said Mr Webb", Some("+448081570911")),
            ("Text from the Canon: ring me on 07700 900742", Some("+447700900742")),
            ("nought eight hundred and eight, one five seven, nought one two three", Some("+448081570123")),
            ("£5000 and 4000", None),
            ("he left \"ring us on 0121 496 0770 about your card\"", Some("+441214960770")),
            ("Yours, Ada Prewett\nTel. 01632 960144", None),
            ("He rang from\n01632 960144 and then again", Some("+441632960144")),
            ("Q: Your number\nA: 01632 960223", None),
            ("my own mob 07700 900233", None),
            ("It was 01632 960118 if you like that sort of thing", Some("+441632960118")),
            ("01632 960118 if you need more", None),
        ] {
            let mut found = Vec::new();
            numbers(text, &mut tokens(text), &mut found);
            assert_eq!(found.iter().find(|one| !one.own).map(|one| one.e164.as_str()), expected, "{text}");
        }
    }
}
