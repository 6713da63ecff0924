//! Names and ranks that the caller used: `DC Martin Hughes`, `Detective Sergeant Cole`, `a man called Mr Patel`.

use crate::token::Tokens;

const RANKS: [&str; 16] = [
    "dc",
    "ds",
    "di",
    "dci",
    "pc",
    "ps",
    "wpc",
    "dsgt",
    "sgt",
    "sergeant",
    "inspector",
    "constable",
    "detective",
    "officer",
    "superintendent",
    "chief",
];
const TITLES: [&str; 6] = ["mr", "mrs", "miss", "ms", "dr", "sir"];
/// Words that lead to a name of the caller's.
const LEADS: [&str; 7] = ["called", "named", "himself", "herself", "name", "was", "is"];

/// Names with where they stand.
pub(crate) fn names(text: &str, tokens: &Tokens) -> Vec<(String, usize, usize)> {
    let mut found: Vec<(String, usize, usize)> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let word = tokens.word(at);
        let rank = RANKS.contains(&word);
        let title = TITLES.contains(&word) && led(tokens, at);
        if !rank && !title {
            at += 1;
            continue;
        }
        let mut last = at;
        while tokens.word_at(last + 1).is_some_and(|next| RANKS.contains(&next) && close(text, tokens, last)) {
            last += 1;
        }
        let mut names = 0;
        while names < 3 && last + 1 < tokens.len() && is_name(text, tokens, last + 1) && close(text, tokens, last) {
            last += 1;
            names += 1;
        }
        if names > 0 {
            let (start, end) = (tokens[at].start, tokens[last].end);
            let name = text[start..end].to_owned();
            if !found.iter().any(|(held, _, _)| held.eq_ignore_ascii_case(&name)) {
                found.push((name, start, end));
            }
        }
        at = last + 1;
    }
    found
}

/// Whether a word that leads to a caller's name stands just before.
fn led(tokens: &Tokens, at: usize) -> bool {
    (at.saturating_sub(3)..at).any(|place| LEADS.contains(&tokens.word(place)))
}

/// Whether only a space or a full stop after a rank lies before the next word.
fn close(text: &str, tokens: &Tokens, at: usize) -> bool {
    let between = &text[tokens[at].end..tokens[at + 1].start];
    between.len() <= 2 && !between.contains([',', ';', '\n'])
}

/// A capital and then small letters: in a text all in capitals nothing tells a name, and none is read.
fn is_name(text: &str, tokens: &Tokens, at: usize) -> bool {
    let written = &text[tokens[at].start..tokens[at].end];
    let mut chars = written.chars();
    let capital = chars.next().is_some_and(char::is_uppercase);
    let small = chars.next().is_some_and(char::is_lowercase);
    capital && small && !matches!(tokens.word(at), "from" | "the" | "and" | "he" | "she" | "who" | "at" | "of" | "i" | "police")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::tokens;

    #[test]
    fn names_come_with_their_ranks() {
        for (text, expected) in [
            ("It was DC Martin Hughes from the Met", Some("DC Martin Hughes")),
            ("a Detective Sergeant Cole rang", Some("Detective Sergeant Cole")),
            ("he called himself Mr Patel", Some("Mr Patel")),
            ("I told Mr Jones next door", None),
            ("an officer came", None),
        ] {
            let found = names(text, &tokens(text));
            assert_eq!(found.first().map(|(name, _, _)| name.as_str()), expected, "{text}");
        }
    }
}
