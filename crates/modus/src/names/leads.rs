//! What says that a name is the caller's: who he said he was, where he works, a role, a quotation; and what says that it is not.

use super::is_name;
use super::words::{CALLED, FIRMS, PERSONS, PLACES, RINGS, WORK, WORKPLACES};
use crate::lexicon::class;
use crate::token::{MONEY, QUOTED, Tokens};

/// `"Simon from our Leeds office"`, `"Darren, BT"`: a quotation that opens with a name tells what the caller said of himself.
pub(super) fn styled(text: &str, tokens: &Tokens, end: usize) -> bool {
    let Some(next) = tokens.get(end + 1).filter(|next| next.classes & QUOTED != 0) else { return false };
    let comma = text[tokens[end].end..next.start].trim_end() == ",";
    let works = (end + 1..(end + 7).min(tokens.len())).any(|place| WORKPLACES.contains(tokens.word(place)));
    matches!(tokens.word(end + 1), "from" | "at")
        || comma && (works || tokens.word_at(end + 1).is_some_and(|word| WORK.contains(&word)))
}

/// Whether a quotation begins at a word.
pub(super) fn opens_quotation(tokens: &Tokens, at: usize) -> bool {
    at > 0 && tokens[at].classes & QUOTED != 0 && tokens[at - 1].classes & QUOTED == 0
}

/// "Bryn Haul nursing home", "Lyle & Penn".
pub(super) fn is_place(text: &str, tokens: &Tokens, end: usize) -> bool {
    let next = tokens.word_at(end + 1);
    next.is_some_and(|word| PLACES.contains(&word))
        || FIRMS.contains(&tokens.word(end))
        || text[tokens[end].end..].starts_with(" &")
}

/// "Paul Denby, security at the bank", "the loss prevention team, Simon Ashcroft", "Winston Hale, number 0161 496 0530": two words that
/// no pack knows, set off by commas beside a place of work or a number; or one that is told with a number, "by Craig on 0115 496 0320".
pub(super) fn at_work(text: &str, tokens: &Tokens, at: usize, end: usize) -> bool {
    let unknown = tokens[at..=end].iter().all(|token| token.symbol == 0);
    let comma = |before: usize, after: usize| {
        after < tokens.len()
            && text[tokens[before].end..tokens[after].start].trim() == ","
            && tokens[before].sentence == tokens[after].sentence
    };
    let next = tokens.word_at(end + 1).unwrap_or("");
    let told =
        comma(end, end + 1) && (WORK.contains(&next) || matches!(next, "number" | "ref" | "reference" | "extension" | "badge"));
    let after_work = comma(at - 1, at) && WORKPLACES.contains(tokens.word(at - 1));
    let number = matches!(tokens.word(at - 1), "by" | "with" | "from")
        && next == "on"
        && tokens.get(end + 2).is_some_and(|token| text[token.start..].starts_with(['0', '+']));
    // "The fraud team, Rachel", "Virgin Media, Gary, technical".
    let alone = end == at
        && comma(at - 1, at)
        && (matches!(tokens.word(at - 1), "dept" | "department" | "team" | "fraud" | "finance") || told && WORK.contains(&next));
    unknown && (end == at + 1 && (told || after_work) || number || alone)
}

/// "Then Ryan came on".
pub(super) fn comes_on(tokens: &Tokens, end: usize) -> bool {
    matches!((tokens.word_at(end + 1), tokens.word_at(end + 2)), (Some("came" | "comes"), Some("on")))
}

/// "They put me through to Tina", "passed me on to Julian".
pub(super) fn put_through(tokens: &Tokens, at: usize, end: usize) -> bool {
    let unknown = tokens[at..=end].iter().all(|token| token.symbol == 0);
    unknown && at >= 2 && tokens.word(at - 1) == "to" && matches!(tokens.word(at - 2), "through" | "on" | "over")
}

/// "A lady, Ms Farida Khan, from the card people", "Mr Stone rang": a title beside who called or where he works, and not who is spoken to.
pub(super) fn beside(text: &str, tokens: &Tokens, at: usize, end: usize) -> bool {
    if at == 0 {
        return false;
    }
    let sentence = tokens[at].sentence;
    let rings = tokens.word_at(end + 1).is_some_and(|word| RINGS.contains(&word) || word == "speaking") || comes_on(tokens, end);
    let comma = text[tokens[at - 1].end..tokens[at].start].trim() == ",";
    let spoken_to = matches!(
        tokens.word(at - 1),
        "said"
            | "says"
            | "goes"
            | "hello"
            | "yes"
            | "no"
            | "sorry"
            | "morning"
            | "them"
            | "you"
            | "asked"
            | "now"
            | "please"
            | "so"
    );
    let near = (at.saturating_sub(6)..at).filter(|place| tokens[*place].sentence == sentence);
    let ours = |place: usize| place > 0 && matches!(tokens.word(place - 1), "my" | "our" | "branch" | "real" | "shop");
    let victim = near.clone().any(|place| {
        matches!(
            tokens.word(place),
            "old"
                | "regular"
                | "customer"
                | "resident"
                | "client"
                | "patient"
                | "neighbour"
                | "road"
                | "door"
                | "cashier"
                | "mine"
        )
    });
    let told = comma && !spoken_to && !victim && near.clone().any(|place| PERSONS.contains(tokens.word(place)) && !ours(place));
    tokens[at - 1].sentence == sentence && told
        || rings && !matches!(tokens.word(at - 1), "i" | "we" | "neighbour" | "and" | "my")
}

/// "Lucy from the fraud team", "Colin is from the bank", "Daniel rings from my bank".
pub(super) fn works_at(tokens: &Tokens, end: usize) -> bool {
    let does = |word: &str| matches!(word, "is" | "was" | "here" | "speaking") || RINGS.contains(&word);
    let is = usize::from(tokens.word_at(end + 1).is_some_and(does));
    tokens.word_at(end + 1 + is) == Some("from")
        && (end + 2 + is..(end + 6 + is).min(tokens.len())).any(|place| WORKPLACES.contains(tokens.word(place)))
}

/// "Ring Colin 0161 496 0530", "ask for Adam": whom the victim was to ring.
pub(super) fn to_be_rung(text: &str, tokens: &Tokens, at: usize, end: usize) -> bool {
    let unknown = tokens[at..=end].iter().all(|token| token.symbol == 0);
    let number = matches!(tokens.word(at - 1), "ring" | "call" | "text" | "phone" | "contact")
        && tokens.get(end + 1).is_some_and(|next| text[next.start..next.end].starts_with(['0', '+', '(']));
    let asked = at >= 2 && tokens.word(at - 1) == "for" && matches!(tokens.word(at - 2), "ask" | "asked" | "asking");
    unknown && (number || asked)
}

/// "A Peter Carmody", "a call from "Sebastian Royle, account manager"": two names after an article, or a name that opens a quotation.
pub(super) fn introduced(text: &str, tokens: &Tokens, at: usize, end: usize) -> bool {
    let unknown =
        tokens[at..=end].iter().all(|token| token.symbol == 0) && !text[tokens[at].start..tokens[end].end].contains('-');
    let before = tokens.word(at - 1);
    let between = &text[tokens[at - 1].end..tokens[at].start];
    let opens = between.contains(['"', '\u{201c}', '\u{2018}', '\'']);
    unknown && ((matches!(before, "a" | "one") && end == at + 1) || (opens && matches!(before, "from" | "by" | "named" | "to")))
}

/// "His manager, Olivia Marsh", "the engineer (Steve)", "caller Graham Tasker".
pub(super) fn has_role(text: &str, tokens: &Tokens, at: usize) -> bool {
    let ours = |place: usize| {
        place > 0
            && matches!(
                tokens.word(place - 1),
                "branch" | "store" | "shop" | "care" | "real" | "home" | "my" | "security" | "warning"
            )
    };
    let apart = &text[tokens[at - 1].end..tokens[at].start];
    let near = at >= 1
        && PERSONS.contains(tokens.word(at - 1))
        && !ours(at - 1)
        && tokens[at - 1].sentence == tokens[at].sentence
        && apart.len() <= 4;
    let is = at >= 2
        && matches!(tokens.word(at - 1), "is" | "was")
        && PERSONS.contains(tokens.word(at - 2))
        && !ours(at - 2)
        && tokens[at - 2].sentence == tokens[at].sentence;
    // "A woman rang, Clara, from compliance".
    let rang = at >= 2
        && apart.trim() == ","
        && RINGS.contains(&tokens.word(at - 1))
        && PERSONS.contains(tokens.word(at - 2))
        && !ours(at - 2)
        && tokens[at - 2].sentence == tokens[at].sentence;
    // "Elderly male, Radyr": in a log, where he lives.
    let place = near && apart.contains(',') && matches!(tokens.word(at - 1), "male" | "female");
    // "Solicitor, Ludlow", "Sheltered manager: Doris from 22": who tells.
    let alone = at + 1 >= tokens.len() || !is_name(text, tokens, at + 1);
    let first = alone && at <= 6 && tokens[at].sentence == tokens[0].sentence && apart.contains(',');
    let teller = near && (at == 1 || at <= 2 && apart.contains(':') || first);
    (near && !place && !teller || is || rang) && tokens[at].symbol == 0
}

/// Whether "called", "named" or "name" leads to a name just before: not that of a firm, a dog or the teller.
pub(super) fn called(tokens: &Tokens, at: usize) -> bool {
    let from = at.saturating_sub(4);
    for place in (from..at).rev() {
        if tokens[place].sentence != tokens[at].sentence {
            return false;
        }
        let word = tokens.word(place);
        if CALLED.contains(&word) {
            let before: Vec<&str> = (place.saturating_sub(3)..place)
                .filter(|p| tokens[*p].sentence == tokens[place].sentence)
                .map(|p| tokens.word(p))
                .collect();
            let beside = before.last().is_some_and(|word| matches!(*word, "and" | "who" | "so" | "it"));
            let other = before.iter().any(|word| {
                matches!(
                    *word,
                    "my" | "operation"
                        | "company"
                        | "firm"
                        | "app"
                        | "website"
                        | "something"
                        | "thing"
                        | "program"
                        | "dog"
                        | "cat"
                        | "place"
                        | "shop"
                        | "police"
                        | "our"
                        | "maiden"
                        | "road"
                        | "site"
                        | "software"
                        | "outfit"
                )
            });
            // "The cashier, a girl called Tamsin".
            let from = place.saturating_sub(8);
            let clerk = (from..place)
                .filter(|p| tokens[*p].sentence == tokens[place].sentence)
                .any(|p| matches!(tokens.word(p), "cashier" | "teller" | "clerk"));
            let other = other || clerk || beside || word == "name" && before.ends_with(&["in", "the"]);
            let gave = before.iter().any(|word| matches!(*word, "gave" | "giving" | "gives" | "calling"));
            let other = other && (!gave || before.contains(&"my"));
            let adjacent =
                place + 1 == at || tokens[place + 1..at].iter().all(|token| token.classes & class::PLAIN != 0) && at - place <= 3;
            let thing = at > place + 1 && tokens.word(at - 1) == "the";
            return adjacent && !other && !thing;
        }
        // "She calls him Dominic".
        if matches!(word, "him" | "her") && place > 0 && place + 1 == at && matches!(tokens.word(place - 1), "calls" | "called") {
            return true;
        }
        // "it's Kirsty from", "himself as Paul"
        if matches!(word, "himself" | "herself" | "themselves") {
            return true;
        }
        if !matches!(word, "as" | "was" | "is" | "to" | "be" | "of" | "a" | "only" | "just" | "the" | "something" | "like") {
            return false;
        }
    }
    false
}

/// Whether a title is the caller's: something that leads to a caller stands before, or a place of work after.
pub(super) fn led(tokens: &Tokens, at: usize, end: usize) -> bool {
    let before = |distance: usize| at.checked_sub(distance).map_or("", |place| tokens.word(place));
    let lead = matches!(
        before(1),
        "a" | "called"
            | "named"
            | "caller"
            | "by"
            | "was"
            | "is"
            | "as"
            | "spoke"
            | "himself"
            | "herself"
            | "another"
            | "police"
            | "name"
            | "from"
            | "to"
            | "inspector"
            | "of"
            | "manager"
            | "supervisor"
            | "solicitor"
            | "lawyer"
            | "broker"
            | "colleague"
            | "secretary"
            | "clerk"
            | "it"
            | "one"
            | "this"
            | "barrister"
    ) && !(before(1) == "is" && matches!(before(2), "this" | "name" | "it"))
        // "Is this Mrs Hobday?"
        && !(before(1) == "this" && before(2) == "is")
        && (before(1) != "to"
            || matches!(
                before(2),
                "on" | "through" | "over" | "me" | "her" | "him" | "was" | "be" | "claimed" | "claiming" | "purporting"
            ))
        && !(before(1) == "from" && matches!(before(2), "call" | "rptg" | "report" | "message"))
        && !(before(1) == "name" && before(2) == "my")
        // To whom the money went.
        && !(before(1) == "a" && matches!(before(2), "for" | "with" | "got" | "have" | "ive" | "paid" | "theres" | "know" | "knew"))
        && !(before(1) == "a" && matches!(before(2), "to" | "from") && (at.saturating_sub(7)..at).any(|place| {
            matches!(
                tokens.word(place),
                "payment" | "going" | "pending" | "transfer" | "collect" | "collected" | "envelope" | "parcel" | "package" | "order"
            )
        }))
        && !(before(1) == "a" && before(2) == "to" && (at.saturating_sub(5)..at).any(|place| tokens[place].classes & MONEY != 0))
        // "Account of Mrs Varley", "in the name of Mr Cole".
        && !(before(1) == "of" && matches!(before(2), "account" | "behalf" | "home" | "name" | "statement" | "house"));
    // "Mr Lawson from head office rang".
    let opens = (at == 0 || tokens[at - 1].sentence != tokens[at].sentence)
        && (end + 1..(end + 7).min(tokens.len()))
            .take_while(|place| tokens[*place].sentence == tokens[at].sentence)
            .any(|place| matches!(tokens.word(place), "rang" | "phoned" | "called" | "telephoned" | "from" | "said" | "again"));
    let works = matches!(tokens.word_at(end + 1), Some("from" | "of" | "at"))
        && (end + 2..(end + 7).min(tokens.len())).any(|place| WORKPLACES.contains(tokens.word(place)));
    lead || opens || works
}

/// Whether an officer is one of ours: "thank PC Cole", "PC Cole attended".
pub(super) fn is_ours(tokens: &Tokens, at: usize) -> bool {
    let before = |distance: usize| at.checked_sub(distance).map_or("", |place| tokens.word(place));
    tokens.word(at) == "pcso"
        || matches!(before(1), "store" | "shop")
        || matches!(
            (before(2), before(1)),
            (_, "your") | ("thank" | "thanks", "to") | ("spoken", "to") | ("thank", _) | ("dear", _)
        )
        || before(1) == "dear"
}
