//! What a match is worth where it stands: negated, told as advice, or supposed.

use crate::token::Token;

const NEGATORS: [&str; 24] = [
    "not", "never", "no", "without", "didnt", "dont", "doesnt", "wasnt", "werent", "isnt", "hadnt", "havent", "hasnt", "wont",
    "wouldnt", "couldnt", "cant", "shouldnt", "nor", "neither", "nobody", "nothing", "refused", "declined",
];

/// Words before which a negator counts, unless a new clause began.
const REACH: usize = 6;

/// Whether a match is negated: a negator in its clause, at most six words before it. "Not only" negates nothing.
pub(crate) fn is_negated(tokens: &[Token], from: usize) -> bool {
    let clause = tokens[from].clause;
    let first = from.saturating_sub(REACH);
    for at in (first..from).rev() {
        if tokens[at].clause != clause {
            return false;
        }
        let word = tokens[at].word.as_str();
        if NEGATORS.contains(&word) {
            let only = tokens.get(at + 1).is_some_and(|next| matches!(next.word.as_str(), "only" | "just" | "to"));
            return !(only && word == "not");
        }
    }
    false
}

/// Whether a match stands in somebody's advice or general warning: "police will never ask", "they say banks would not".
pub(crate) fn is_advice(tokens: &[Token], from: usize) -> bool {
    let sentence = tokens[from].sentence;
    let first = from.saturating_sub(10);
    let mut modal = false;
    for at in (first..from).rev() {
        if tokens[at].sentence != sentence {
            break;
        }
        match tokens[at].word.as_str() {
            "never" | "not" | "wouldnt" | "wont" | "dont" => modal = true,
            "police" | "bank" | "banks" | "leaflet" | "poster" | "advert" | "they" if modal => {
                return tokens[at + 1..from]
                    .iter()
                    .any(|token| matches!(token.word.as_str(), "would" | "will" | "wouldnt" | "wont" | "never"));
            }
            _ => {}
        }
    }
    false
}
