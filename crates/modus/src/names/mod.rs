//! Names and ranks that the caller used, as written: `DC Martin Hughes`, `D/Sgt Mowbray`, `a man called Kevin`, `"Lucy" from the bank`.
//!
//! Rules (`leads.rs`) find those that something leads to; ranks among them are marked for the patterns. In a report all that may be names
//! (`candidates.rs`) are weighed instead by what stands about them (`signs.rs`, `weights.rs`); without the learned part the rules decide.

mod candidates;
mod given;
mod heads;
mod leads;
pub(crate) mod quotations;
mod signs;
mod teller;
mod weights;
mod words;

pub(crate) use weights::{Weights, taught};

use crate::lexicon::class;
use crate::token::{OFFICER, QUOTED, Tokens};
use leads::{
    at_work, beside, called, comes_on, has_role, introduced, is_ours, is_place, led, opens_quotation, put_through, styled,
    to_be_rung, works_at,
};
use words::{NO_NAMES, PERSONS, STYLES};

/// A name with its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Name {
    pub(crate) first: usize,
    pub(crate) last: usize,
    /// A rank leads to it.
    pub(crate) officer: bool,
}

/// Finds names, and marks the ranks of officers.
pub(crate) fn names(text: &str, tokens: &mut Tokens, found: &mut Vec<Name>) {
    found.clear();
    let style = Style::of(text, tokens);
    let mut at = 0;
    while at < tokens.len() {
        match name_at(text, tokens, at, style) {
            Some(name) => {
                if name.officer {
                    tokens.mark(name.first, name.first, OFFICER);
                }
                at = name.last + 1;
                found.push(name);
            }
            None => at += 1,
        }
    }
}

/// How a text uses capitals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    Mixed,
    /// All in capitals, or hardly any.
    Flat,
}

impl Style {
    fn of(text: &str, tokens: &Tokens) -> Style {
        let sample = &tokens[..tokens.len().min(400)];
        let (mut capitals, mut upper) = (0, 0);
        for token in sample {
            let mut letters = text[token.start..token.end].chars();
            if letters.next().is_some_and(char::is_uppercase) {
                capitals += 1;
                upper += usize::from(letters.next().is_some_and(char::is_uppercase));
            }
        }
        if sample.len() >= 8 && (upper * 2 > sample.len() || capitals * 40 < sample.len()) { Style::Flat } else { Style::Mixed }
    }
}

fn name_at(text: &str, tokens: &Tokens, at: usize, style: Style) -> Option<Name> {
    let classes = tokens[at].classes;
    if classes & class::RANK != 0 {
        let mut last = at;
        while last + 1 < tokens.len() && tokens[last + 1].classes & class::RANK != 0 && close(text, tokens, last) {
            last += 1;
        }
        // "police mister Barlow": a title may follow.
        if last + 1 < tokens.len() && tokens[last + 1].classes & class::TITLE != 0 && close(text, tokens, last) {
            last += 1;
        }
        let end = surname(text, tokens, last, style, 3);
        if end == last || is_ours(tokens, at) || is_machine(tokens, at) {
            return None;
        }
        // "A detective, Steven Marsh": the name stands beside the rank.
        let apart = text[tokens[last].end..tokens[last + 1].start].contains([',', ')', '(', '\'', '"', '\u{2019}', '\u{201d}']);
        let first = if apart { last + 1 } else { at };
        return Some(Name { first, last: end, officer: !apart });
    }
    if classes & class::TITLE != 0 {
        // "MR DAWSON", "mister sinclair": written as the whole text is.
        let written = &text[tokens[at].start..tokens[at].end];
        let flat = written.chars().nth(1).is_some_and(char::is_uppercase) || written.starts_with(char::is_lowercase);
        let end = surname(text, tokens, at, if flat { style } else { Style::Mixed }, 3);
        let led = led(tokens, at, end) || beside(text, tokens, at, end) || tokens[at].classes & QUOTED != 0;
        let works = end > at && at_work(text, tokens, at + 1, end);
        let named = end > at && (led || works) && !is_place(text, tokens, end) && !(end == at + 1 && tokens.word(end).len() == 1);
        let first = if at > 0 && tokens.word(at - 1) == "police" { at - 1 } else { at };
        return named.then_some(Name { first, last: end, officer: false });
    }
    if STYLES.contains(&tokens.word(at)) && style == Style::Mixed && text[tokens[at].start..].starts_with(char::is_uppercase) {
        let end = surname(text, tokens, at, style, 3);
        // "Colonel Strang's daughter rang": a soldier may be the victim.
        let said = !matches!(tokens.word(at), "captain" | "colonel" | "major" | "lieutenant")
            || tokens[at].classes & QUOTED != 0
            || at > 0 && matches!(tokens.word(at - 1), "a" | "as" | "by" | "called" | "himself" | "was" | "is" | "to" | "with")
            || at > 0 && text[tokens[at - 1].end..tokens[at].start].trim() == ",";
        return (end > at && said && !is_ours(tokens, at)).then_some(Name { first: at, last: end, officer: false });
    }
    if style == Style::Flat && opens_quotation(tokens, at) {
        let end = surname(text, tokens, at - 1, style, 2);
        if end >= at && end < tokens.len() && styled(text, tokens, end) {
            return Some(Name { first: at, last: end, officer: false });
        }
    }
    // In a text without capitals, one with a capital that is said to be a name.
    if at == 0 || style == Style::Flat && !called(tokens, at) {
        return None;
    }
    if !is_name(text, tokens, at) {
        return None;
    }
    let end = surname(text, tokens, at - 1, style, 3);
    if end < at || end == at && (tokens.word(at).len() == 1 || PERSONS.contains(tokens.word(at))) {
        return None;
    }
    let password = (at.saturating_sub(3)..at).any(|before| {
        matches!(
            tokens.word(before),
            "word" | "password" | "passphrase" | "phrase" | "code" | "codeword" | "answered" | "say" | "said"
        )
    });
    let opens = opens_quotation(tokens, at);
    let alone = tokens.get(end + 1).is_none_or(|next| next.classes & QUOTED == 0);
    let firm = text[tokens[end].start..tokens[end].end].ends_with("'s") || text[tokens[end].end..].starts_with('?');
    let quoted = opens && !password && alone && end - at < 2 && tokens[at].symbol == 0 && !firm;
    let named = quoted
        || opens && styled(text, tokens, end)
        || called(tokens, at)
        || works_at(tokens, end)
        || introduced(text, tokens, at, end)
        || has_role(text, tokens, at)
        || to_be_rung(text, tokens, at, end)
        || at_work(text, tokens, at, end)
        || put_through(tokens, at, end)
        || tokens[at].symbol == 0 && comes_on(tokens, end);
    // "A man in custody called Imran".
    let caught = (at.saturating_sub(7)..at)
        .filter(|place| tokens[*place].sentence == tokens[at].sentence)
        .any(|place| matches!(tokens.word(place), "custody" | "arrested" | "cells" | "nicked" | "caught" | "detained"));
    let held = caught
        || matches!((tokens.word_at(end + 1), tokens.word_at(end + 2)), (Some("in"), Some("custody")) | (Some("arrested"), _));
    (named && !held && !is_place(text, tokens, end)).then_some(Name { first: at, last: end, officer: false })
}

/// "On the PC": no constable.
fn is_machine(tokens: &Tokens, at: usize) -> bool {
    tokens.word(at) == "pc"
        && at > 0
        && matches!(tokens.word(at - 1), "the" | "my" | "her" | "his" | "your" | "their" | "dads" | "mums")
}

/// The last word of a name that begins after a word; that word where none does.
fn surname(text: &str, tokens: &Tokens, after: usize, style: Style, most: usize) -> usize {
    let mut last = after;
    let most = if style == Style::Flat { 2 } else { most };
    while last - after < most && last + 1 < tokens.len() && (last == after || close(text, tokens, last)) {
        let next = last + 1;
        if last == after && after < tokens.len() && tokens[next].start.saturating_sub(tokens[after].end) > 3 {
            break;
        }
        // A full stop ends a name, but not after a rank or an initial.
        if tokens[next].sentence != tokens[last].sentence && last > after && tokens.word(last).len() > 2 {
            break;
        }
        if last == after
            && tokens[next].sentence != tokens[last].sentence
            && tokens[last].classes & (class::RANK | class::TITLE) != 0
            && tokens.word(last).len() > 4
        {
            break;
        }
        let plain = tokens[next].classes & class::PLAIN != 0;
        let named = match style {
            Style::Mixed => is_name(text, tokens, next),
            Style::Flat => {
                tokens[next].symbol == 0
                    && tokens[next].classes & !QUOTED == 0
                    && tokens.word(next).len() > 2
                    && tokens.word(next).chars().all(char::is_alphabetic)
            }
        };
        if plain || !named || NO_NAMES.contains(tokens.word(next)) {
            break;
        }
        last = next;
    }
    last
}

/// Whether only a space or a full stop lies before the next word.
fn close(text: &str, tokens: &Tokens, at: usize) -> bool {
    let between = &text[tokens[at].end..tokens[at + 1].start];
    between.len() <= 2 && !between.contains([',', ';', '\n', '!', '?', '"'])
}

/// A capital and then small letters, or one capital with a stop.
fn is_name(text: &str, tokens: &Tokens, at: usize) -> bool {
    let written = &text[tokens[at].start..tokens[at].end];
    let mut chars = written.chars();
    let capital = chars.next().is_some_and(char::is_uppercase);
    let small = chars.next().is_none_or(|c| c.is_lowercase() || c == '\'' || c == '\u{2019}');
    capital && small && tokens[at].classes & class::PLAIN == 0
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
            ("It had been a D/Sgt Mowbray of some crime unit", Some("D/Sgt Mowbray")),
            ("he called himself Mr Patel", Some("Mr Patel")),
            ("He was a man called Kevin who said", Some("Kevin")),
            ("a call from 'Lucy' at the bank", Some("Lucy")),
            ("so this dc ian marlow rings me up and he says i have got to go down the bank", Some("dc ian marlow")),
            ("all by a 'PC Dale Whitcombe' wanting her bank", Some("PC Dale Whitcombe")),
            ("to check on 'Simon from our Leeds office' who had her card", Some("Simon")),
            ("1210 call on mobile, M \"Darren, BT\". Line dropped", Some("Darren")),
            ("She said a lady, Caroline Deane, gave her a reference", Some("Caroline Deane")),
            ("The note said Ring Colin 0161 496 0530 at two", Some("Colin")),
            ("They told me to ask for Adam and wait", Some("Adam")),
            ("I must take it to a Mr Silver at Victoria", Some("Mr Silver")),
            ("They say 'Agent Rowe' of the NCA told her", Some("Agent Rowe")),
            ("Then Ryan came on, crying, and I could hardly hear", Some("Ryan")),
            ("A lady from 'Brightlane Recruitment' rang me", None),
            ("an iPhone is going to a Mr Osei in Luton", None),
            ("A Bailiff Thornton at the county court", Some("Bailiff Thornton")),
            ("A lady, Ms Farida Khan, from the card people", Some("Ms Farida Khan")),
            ("Then a woman rang, Clara, from compliance", Some("Clara")),
            ("Then Friday Daniel rings from my bank", Some("Daniel")),
            ("I was told this by Craig on 0115 496 0320", Some("Craig")),
            ("He did not hurry. Paul Denby, security at the NatWest, with a number", Some("Paul Denby")),
            ("SHE IS TO MEET 'NIGEL FROM THE FRAUD' BY THE WALL AT THREE", Some("NIGEL")),
            ("can you hear me is this Mrs Hobday do you pay the bills there", None),
            ("a voice goes, Mr Tranter, this is the fraud team", None),
            ("The manager, Bryn Haul nursing home, heard of it", None),
            ("a man in custody called Imran Sadiq had a list", None),
            ("there is a paper called the Official Secrets", None),
            ("The courier said 'Bluebell' and I gave it him", None),
            ("Account of Mrs Enid Varley, taken by me", None),
            ("they had a chap called Osman in custody", None),
            ("thank you for the call from your DC Whitlock today", None),
            ("I told Mr Jones next door", None),
            ("an officer came", None),
        ] {
            let mut found = Vec::new();
            let mut tokens = tokens(text);
            names(text, &mut tokens, &mut found);
            let name = found.first().map(|name| &text[tokens[name.first].start..tokens[name.last].end]);
            assert_eq!(name, expected, "{text}");
        }
    }
}
