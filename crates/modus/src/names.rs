//! Names and ranks that the caller used, as written: `DC Martin Hughes`, `D/Sgt Beale`, `a man called Kevin`, `"Lucy" from the bank`.
//! In a text without capitals, or all in capitals, only a rank leads to a name.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use crate::lexicon::class;
use crate::token::{MONEY, OFFICER, QUOTED, Tokens};

/// A name with its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Name {
    pub(crate) first: usize,
    pub(crate) last: usize,
    /// A rank leads to it.
    pub(crate) officer: bool,
}

/// Words that lead to the caller's name.
const CALLED: [&str; 7] = ["called", "named", "name", "names", "calling", "surname", "calls"];
/// Words with a capital that name no person.
static NO_NAMES: LazyLock<BTreeSet<&str>> = LazyLock::new(|| {
    "monday tuesday wednesday thursday friday saturday sunday january february march april june july august september october \
    november december mum dad mother father nan gran grandma grandad police bank met barclays lloyds natwest hsbc santander \
    halifax nationwide tsb monzo amazon microsoft hmrc bt sky openreach talktalk royal hermes dpd evri visa mastercard rolex \
    fraud security london scotland hammersmith yard officer detective inspector prime paypal apple google operation the my a an \
    i he she it they no yes hello hi madam sir virgin media windows british gas trading standards home office border force safe \
    anydesk teamviewer id im ive hed hes shed shes theyd theyre well mon tue tues wed weds thu thurs fri sat sun fee papa both \
    wise chase revolut starling barclaycard clydesdale vodafone toyota ford vauxhall skoda volkswagen mercedes prius golf \
    harrods selfridges currys argos tesco asda waitrose lewisham croydon kingston leicester florida spain manchester birmingham \
    leeds luton ilford wembley slough victoria paddington holborn kensington westminster brixton southwark lagos pcso secure \
    vault united grandson granddaughter daughter son auntie uncle doctor nhs dvla tv aviva prudential norton mcafee zoom ebay vinted \
    facebook whatsapp telegram binance coinbase kraken moneygram western union octopus ovo npower eon edf thames giffgaff plusnet metro \
    yodel ups fedex parcelforce nectar geordie scouse scottish welsh irish asian indian english american african polish cardiff swansea \
    newport bristol glasgow edinburgh liverpool newcastle nottingham sheffield bradford hull coventry derby norwich ipswich belfast \
    aberdeen dundee wrexham bangor harrogate official secrets"
        .split_ascii_whitespace()
        .collect()
});
/// Where the caller says that he works.
static WORKPLACES: LazyLock<BTreeSet<&str>> = LazyLock::new(|| {
    "fraud bank security police team hmrc department visa barclays lloyds natwest hsbc santander halifax nationwide microsoft bt \
    amazon met yard cid talktalk sky virgin revenue dvla customs tsb monzo fca nca support unit crime prevention office scotland yard head action \
    openreach desk technical services building society post"
    .split_ascii_whitespace()
    .collect()
});
/// Styles that are no police rank, before a name with a capital: "Agent Rowe", "Bailiff Thornton".
const STYLES: [&str; 9] = ["agent", "captain", "colonel", "bailiff", "major", "judge", "barrister", "lieutenant", "marshal"];
/// What follows the name of a home, a firm or a street.
const PLACES: [&str; 17] = [
    "nursing", "surgery", "court", "lodge", "street", "road", "lane", "avenue", "arcade", "hospital", "station", "market",
    "centre", "school", "club", "hotel", "library",
];
/// Work that a name is told with: "Paul Denby, security at the bank".
const WORK: [&str; 14] = [
    "security",
    "fraud",
    "accounts",
    "account",
    "investigator",
    "head",
    "compliance",
    "customer",
    "senior",
    "claims",
    "card",
    "loss",
    "technical",
    "legal",
];
/// What ends the name of a firm.
const FIRMS: [&str; 36] = [
    "recruitment",
    "coins",
    "toys",
    "ventures",
    "protect",
    "wealth",
    "capital",
    "energy",
    "solutions",
    "services",
    "trading",
    "finance",
    "financial",
    "holdings",
    "group",
    "investments",
    "investment",
    "securities",
    "recovery",
    "solar",
    "media",
    "direct",
    "bank",
    "inn",
    "partners",
    "law",
    "legal",
    "insurance",
    "homes",
    "shield",
    "secure",
    "support",
    "compliance",
    "markets",
    "claims",
    "pay",
];
/// What somebody on the telephone does.
const RINGS: [&str; 9] = ["rang", "rings", "phoned", "phones", "called", "calls", "telephoned", "telephones", "ringing"];
/// Who a name stands beside, after a comma or a "was": "a woman, Sandra I think".
static PERSONS: LazyLock<BTreeSet<&str>> = LazyLock::new(|| {
    "lady woman man girl chap bloke fella lad gentleman colleague mate voice male female boy barrister solicitor officer handler \
    manager agent engineer policeman detective adviser advisor caller supervisor boss broker director liaison"
        .split_ascii_whitespace()
        .collect()
});

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
        // "police mister Clarke": a title may follow.
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

/// `"Simon from our Leeds office"`, `"Darren, BT"`: a quotation that opens with a name tells what the caller said of himself.
fn styled(text: &str, tokens: &Tokens, end: usize) -> bool {
    let Some(next) = tokens.get(end + 1).filter(|next| next.classes & QUOTED != 0) else { return false };
    let comma = text[tokens[end].end..next.start].trim_end() == ",";
    let works = (end + 1..(end + 7).min(tokens.len())).any(|place| WORKPLACES.contains(tokens.word(place)));
    matches!(tokens.word(end + 1), "from" | "at")
        || comma && (works || tokens.word_at(end + 1).is_some_and(|word| WORK.contains(&word)))
}

/// Whether a quotation begins at a word.
fn opens_quotation(tokens: &Tokens, at: usize) -> bool {
    at > 0 && tokens[at].classes & QUOTED != 0 && tokens[at - 1].classes & QUOTED == 0
}

/// "Bryn Haul nursing home", "Lyle & Penn".
fn is_place(text: &str, tokens: &Tokens, end: usize) -> bool {
    let next = tokens.word_at(end + 1);
    next.is_some_and(|word| PLACES.contains(&word))
        || FIRMS.contains(&tokens.word(end))
        || text[tokens[end].end..].starts_with(" &")
}

/// "Paul Denby, security at the bank", "the loss prevention team, Simon Ashcroft", "Winston Hale, number 0161 496 0530": two words that
/// no pack knows, set off by commas beside a place of work or a number; or one that is told with a number, "by Craig on 0115 496 0320".
fn at_work(text: &str, tokens: &Tokens, at: usize, end: usize) -> bool {
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
fn comes_on(tokens: &Tokens, end: usize) -> bool {
    matches!((tokens.word_at(end + 1), tokens.word_at(end + 2)), (Some("came" | "comes"), Some("on")))
}

/// "They put me through to Tina", "passed me on to Julian".
fn put_through(tokens: &Tokens, at: usize, end: usize) -> bool {
    let unknown = tokens[at..=end].iter().all(|token| token.symbol == 0);
    unknown && at >= 2 && tokens.word(at - 1) == "to" && matches!(tokens.word(at - 2), "through" | "on" | "over")
}

/// "A lady, Ms Farida Khan, from the card people", "Mr Stone rang": a title beside who called or where he works, and not who is spoken to.
fn beside(text: &str, tokens: &Tokens, at: usize, end: usize) -> bool {
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
fn works_at(tokens: &Tokens, end: usize) -> bool {
    let does = |word: &str| matches!(word, "is" | "was" | "here" | "speaking") || RINGS.contains(&word);
    let is = usize::from(tokens.word_at(end + 1).is_some_and(does));
    tokens.word_at(end + 1 + is) == Some("from")
        && (end + 2 + is..(end + 6 + is).min(tokens.len())).any(|place| WORKPLACES.contains(tokens.word(place)))
}

/// "Ring Colin 0161 496 0530", "ask for Adam": whom the victim was to ring.
fn to_be_rung(text: &str, tokens: &Tokens, at: usize, end: usize) -> bool {
    let unknown = tokens[at..=end].iter().all(|token| token.symbol == 0);
    let number = matches!(tokens.word(at - 1), "ring" | "call" | "text" | "phone" | "contact")
        && tokens.get(end + 1).is_some_and(|next| text[next.start..next.end].starts_with(['0', '+', '(']));
    let asked = at >= 2 && tokens.word(at - 1) == "for" && matches!(tokens.word(at - 2), "ask" | "asked" | "asking");
    unknown && (number || asked)
}

/// "A Peter Carmody", "a call from "Sebastian Royle, account manager"": two names after an article, or a name that opens a quotation.
fn introduced(text: &str, tokens: &Tokens, at: usize, end: usize) -> bool {
    let unknown =
        tokens[at..=end].iter().all(|token| token.symbol == 0) && !text[tokens[at].start..tokens[end].end].contains('-');
    let before = tokens.word(at - 1);
    let between = &text[tokens[at - 1].end..tokens[at].start];
    let opens = between.contains(['"', '\u{201c}', '\u{2018}', '\'']);
    unknown && ((matches!(before, "a" | "one") && end == at + 1) || (opens && matches!(before, "from" | "by" | "named" | "to")))
}

/// "His manager, Olivia Marsh", "the engineer (Steve)", "caller Graham Tasker".
fn has_role(text: &str, tokens: &Tokens, at: usize) -> bool {
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
fn called(tokens: &Tokens, at: usize) -> bool {
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
fn led(tokens: &Tokens, at: usize, end: usize) -> bool {
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

/// "On the PC": no constable.
fn is_machine(tokens: &Tokens, at: usize) -> bool {
    tokens.word(at) == "pc"
        && at > 0
        && matches!(tokens.word(at - 1), "the" | "my" | "her" | "his" | "your" | "their" | "dads" | "mums")
}

/// Whether an officer is one of ours: "thank PC Cole", "PC Cole attended".
fn is_ours(tokens: &Tokens, at: usize) -> bool {
    let before = |distance: usize| at.checked_sub(distance).map_or("", |place| tokens.word(place));
    tokens.word(at) == "pcso"
        || matches!(before(1), "store" | "shop")
        || matches!(
            (before(2), before(1)),
            (_, "your") | ("thank" | "thanks", "to") | ("spoken", "to") | ("thank", _) | ("dear", _)
        )
        || before(1) == "dear"
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
            ("Caller had been a D/Sgt Beale of the Economic Crime Dept", Some("D/Sgt Beale")),
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
