//! What a match is worth where it stands: denied, given as advice, offered by the victim, or part of what a genuine caller did.

use crate::lexicon::class;
use crate::reading::Field;
use crate::token::Tokens;

/// Words before a match in which a negator counts, in its clause.
const REACH: usize = 4;
/// Words before a match in which a denied asking counts.
const ASK_REACH: usize = 9;
/// Words before a match in which advice is told.
const ADVICE_REACH: usize = 12;

/// What stands about the matches that begin with one word: looked for once, however many there are.
pub(crate) struct Scope<'t> {
    tokens: &'t Tokens,
    first: usize,
    advice: Option<bool>,
    denied: Option<bool>,
}

impl<'t> Scope<'t> {
    /// The scope of a text's first word.
    pub(crate) fn of(tokens: &'t Tokens) -> Scope<'t> {
        Scope { tokens, first: 0, advice: None, denied: None }
    }

    /// Whether a match that begins with this word counts for its field.
    pub(crate) fn counts(&mut self, field: Field, keeps_negation: bool, first: usize) -> bool {
        if first != self.first {
            *self = Scope { first, ..Scope::of(self.tokens) };
        }
        let tokens = self.tokens;
        match field {
            Field::Context | Field::Outcome => keeps_negation || !is_negated(tokens, first),
            Field::Stage | Field::Genuine => {
                keeps_negation || !(is_negated_in_talk(tokens, first) || is_warned_in_talk(tokens, first))
            }
            Field::Claimed => !self.is_advice(),
            Field::Pretext => !self.is_advice() && !self.is_denied(),
            Field::Trick => !self.is_advice() && !self.is_denied() && (keeps_negation || !is_negated(tokens, first)),
            Field::Demand | Field::Handover => {
                !self.is_advice() && !self.is_denied() && !is_absent(tokens, first) && !is_offered(tokens, first)
            }
        }
    }

    fn is_advice(&mut self) -> bool {
        *self.advice.get_or_insert_with(|| is_advice(self.tokens, self.first))
    }

    fn is_denied(&mut self) -> bool {
        *self.denied.get_or_insert_with(|| is_denied(self.tokens, self.first))
    }
}

/// A negator in the match's clause, a few words before it. "Not only" negates nothing.
fn is_negated(tokens: &Tokens, from: usize) -> bool {
    let clause = tokens[from].clause;
    for at in (from.saturating_sub(REACH)..from).rev() {
        if tokens[at].clause != clause {
            return false;
        }
        if tokens[at].classes & class::NEGATOR != 0 {
            let only = matches!(tokens.word_at(at + 1), Some("only" | "just"));
            return !(only && tokens.word(at) == "not");
        }
    }
    false
}

/// "No PIN", "nothing about cash", "without a card": the thing itself is denied, not a deed of the victim's.
fn is_absent(tokens: &Tokens, from: usize) -> bool {
    let clause = tokens[from].clause;
    (from.saturating_sub(2)..from).any(|at| {
        tokens[at].clause == clause
            && tokens[at].classes & class::NEGATOR != 0
            && matches!(tokens.word(at), "no" | "without" | "nor" | "neither")
            && !matches!(tokens.word_at(from), Some("monies" | "money" | "cash"))
    })
}

/// The asking is denied: "he never asked for", "I was not asked for", "they didn't want". What the victim did not want was asked for.
fn is_denied(tokens: &Tokens, from: usize) -> bool {
    let sentence = tokens[from].sentence;
    let first = from.saturating_sub(ASK_REACH);
    let Some(ask) = (first..=from).rev().find(|at| tokens[*at].classes & class::ASK != 0 && tokens[*at].sentence == sentence)
    else {
        return false;
    };
    // Between the asking and the match nothing else may have begun.
    if tokens[ask].clause + 1 < tokens[from].clause {
        return false;
    }
    let Some(negator) = (ask.saturating_sub(4)..ask)
        .rev()
        .find(|at| tokens[*at].classes & class::NEGATOR != 0 && tokens[*at].clause == tokens[ask].clause)
    else {
        // "no mention of cash"
        return ask > 0 && matches!(tokens.word(ask - 1), "no" | "without") && tokens.word(ask) != "need";
    };
    if matches!(tokens.word_at(negator + 1), Some("only" | "just")) {
        return false;
    }
    let passive =
        (negator.saturating_sub(2)..ask).any(|at| matches!(tokens.word(at), "was" | "were" | "wasnt" | "werent" | "been"));
    let victim = (negator.saturating_sub(2)..negator).any(|at| tokens[at].classes & class::SELF != 0);
    let telling = matches!(tokens.word(ask), "tell" | "told");
    passive || (!victim && (!telling || tokens.word(negator) != "not"))
}

/// Somebody's advice or general rule: "police will never ask", "the leaflet says not to", "had anyone told me to move it".
fn is_advice(tokens: &Tokens, from: usize) -> bool {
    let sentence = tokens[from].sentence;
    let first = from.saturating_sub(ADVICE_REACH);
    let mut rule_out = None;
    for at in (first..from).rev() {
        let token = &tokens[at];
        if token.sentence != sentence {
            return false;
        }
        if token.classes & class::WARN != 0 {
            return true;
        }
        if token.classes & class::RULE_OUT != 0 && rule_out.is_none() {
            rule_out = Some(at);
        }
        if let Some(out) = rule_out
            && token.classes & class::ADVISER != 0
            && out - at <= 3
            && (tokens.word(at) != "they" && tokens.word(at) != "you" || tokens.word(out) == "never" && out - at <= 2)
            && (tokens.word(out) == "never" || tokens[at + 1..=out].iter().any(|between| between.classes & class::MODAL != 0))
            && tokens.word_at(out + 1) != Some("rang")
        {
            return !matches!(tokens.word(at), "they")
                || tokens[at + 1..=out].iter().any(|b| b.classes & class::MODAL != 0 && b.classes & class::RULE_OUT == 0);
        }
        // "asked whether anyone had told me to"
        if token.classes & class::ANYONE != 0
            && (at.saturating_sub(4)..at).any(|place| matches!(tokens.word(place), "asked" | "whether" | "if" | "asks"))
            && (at + 1..(at + 4).min(from))
                .any(|place| matches!(tokens.word(place), "told" | "asked" | "phoned" | "rung" | "rang" | "contacted"))
        {
            return true;
        }
    }
    false
}

/// The victim offered it: "did he want me to", "shall I", "I offered to".
fn is_offered(tokens: &Tokens, from: usize) -> bool {
    let sentence = tokens[from].sentence;
    (from.saturating_sub(9)..from).any(|at| {
        tokens[at].sentence == sentence
            && tokens[at].classes & class::OFFER != 0
            && matches!(
                (tokens.word(at), tokens.word_at(at + 1), tokens.word_at(at + 2)),
                ("shall" | "should", Some("i"), _)
                    | ("i" | "she" | "he", Some("offered"), _)
                    | ("offered", Some("to"), _)
                    | ("did", Some("he" | "she" | "they"), Some("want"))
                    | ("do", Some("you"), Some("want"))
                    | ("i" | "id", Some("could" | "can" | "happily"), _)
                    | ("would", Some("it"), Some("help"))
                    | ("if", Some("i"), Some("should"))
            )
    })
}

/// In talk: a negator in the clause, at most six words before.
fn is_negated_in_talk(tokens: &Tokens, from: usize) -> bool {
    let clause = tokens[from].clause;
    for at in (from.saturating_sub(6)..from).rev() {
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

/// In talk: "police will never ask", "they say banks would not".
fn is_warned_in_talk(tokens: &Tokens, from: usize) -> bool {
    let sentence = tokens[from].sentence;
    let mut rule_out = false;
    for at in (from.saturating_sub(10)..from).rev() {
        if tokens[at].sentence != sentence {
            break;
        }
        if tokens[at].classes & (class::RULE_OUT | class::ADVISER) == 0 {
            continue;
        }
        match tokens.word(at) {
            "never" | "not" | "wouldnt" | "wont" | "dont" => rule_out = true,
            "police" | "bank" | "banks" | "leaflet" | "poster" | "advert" | "they" if rule_out => {
                return (at + 1..from).any(|place| matches!(tokens.word(place), "would" | "will" | "wouldnt" | "wont" | "never"));
            }
            _ => {}
        }
    }
    false
}
