//! Telephone numbers in a text, to E.164. Emergency and short codes are none; a number that the text calls one's own is left out.

use crate::token::Tokens;

/// Words right before a number that make it the reporter's own.
const OWN: [&str; 6] = ["my number", "her number", "his number", "contact me", "contact number", "ring me"];

/// The numbers of a text with where they stand, in order, each once.
pub(crate) fn numbers(text: &str, tokens: &Tokens) -> Vec<(String, usize, usize)> {
    let mut found: Vec<(String, usize, usize)> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let Some(last) = run(tokens, at) else {
            at += 1;
            continue;
        };
        let (start, end) = (tokens[at].start, tokens[last].end);
        let digits: String = text[start..end].chars().filter(char::is_ascii_digit).collect();
        let international = text[..start].ends_with('+') || digits.starts_with("00");
        let before = before(tokens, at);
        if let Some(number) = e164(&digits, international)
            && !OWN.iter().any(|own| before.ends_with(own))
            && !found.iter().any(|(held, _, _)| *held == number)
        {
            found.push((number, start, end));
        }
        at = last + 1;
    }
    found
}

/// The last token of a run of digits that could be a telephone number.
fn run(tokens: &Tokens, at: usize) -> Option<usize> {
    let is_digits = |at: usize| tokens.word(at).bytes().all(|c| c.is_ascii_digit() || c == b'/');
    if !is_digits(at) {
        return None;
    }
    let mut last = at;
    let mut digits = tokens.word(at).len();
    while let Some(next) = tokens.get(last + 1) {
        // Digits of one number stand close: nothing but a space, hyphen or bracket between.
        let more = tokens.word(last + 1).len();
        if !is_digits(last + 1) || next.start > tokens[last].end + 3 || digits + more > 15 {
            break;
        }
        digits += more;
        last += 1;
    }
    (digits >= 9).then_some(last)
}

fn before(tokens: &Tokens, at: usize) -> String {
    let words: Vec<&str> = (at.saturating_sub(4)..at).map(|place| tokens.word(place)).collect();
    words.join(" ").trim_end_matches(" is").trim_end_matches(" on").to_owned()
}

fn e164(digits: &str, international: bool) -> Option<String> {
    if international {
        let digits = digits.trim_start_matches("00");
        return (8..=15).contains(&digits.len()).then(|| format!("+{digits}"));
    }
    let national = digits.strip_prefix('0')?;
    let good =
        matches!(national.len(), 9 | 10) && matches!(national.as_bytes()[0], b'1' | b'2' | b'3' | b'7' | b'8' | b'9' | b'5');
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
            ("020-7946-0321", Some("+442079460321")),
            ("dial 999 or 101", None),
            ("you can get me, my number is 01632 960555", None),
            ("£5000 and 4000", None),
        ] {
            let found = numbers(text, &tokens(text));
            assert_eq!(found.first().map(|(number, _, _)| number.as_str()), expected, "{text}");
        }
    }
}
