//! What a match is worth where it stands: negated, told as advice, or supposed.

use crate::lexicon::class;
use crate::token::Tokens;

/// Words before which a negator counts, unless a new clause began.
const REACH: usize = 6;

/// Whether a match is negated: a negator in its clause, at most six words before it. "Not only" negates nothing.
pub(crate) fn is_negated(tokens: &Tokens, from: usize) -> bool {
    let clause = tokens[from].clause;
    let first = from.saturating_sub(REACH);
    for at in (first..from).rev() {
        if tokens[at].clause != clause {
            return false;
        }
        if tokens[at].classes & class::NEGATOR != 0 {
            let only = matches!(tokens.word_at(at + 1), Some("only" | "just" | "to"));
            return !(only && tokens.word(at) == "not");
        }
    }
    false
}

/// Whether a match stands in somebody's advice or general warning: "police will never ask", "they say banks would not".
pub(crate) fn is_advice(tokens: &Tokens, from: usize) -> bool {
    let sentence = tokens[from].sentence;
    let first = from.saturating_sub(10);
    let mut modal = false;
    for at in (first..from).rev() {
        if tokens[at].sentence != sentence {
            break;
        }
        let classes = tokens[at].classes;
        if classes & class::RULE_OUT != 0 {
            modal = true;
        } else if modal && classes & class::ADVISER != 0 {
            return tokens[at + 1..from].iter().any(|token| token.classes & class::MODAL != 0);
        }
    }
    false
}
