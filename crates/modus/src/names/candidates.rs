//! What may be a name: words with capitals, a title or a rank with what stands after it, and given names in a text without capitals.
//! Whether one is the caller's is for `signs.rs` and `weights.rs` to say.

use super::given::{Given, given};
use super::heads::{adjoins, heads, is_silk};
use super::words::{CALLED, FIRMS, HEADS, NO_NAMES};
use super::{Style, is_name};
use crate::lexicon::class;
use crate::token::{QUOTED, Tokens};

/// What may be a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Candidate {
    /// Its first word, that of a rank or title where it has one.
    pub(super) first: usize,
    /// The first word after those.
    pub(super) name: usize,
    /// Its last word but for letters after it: "Quill", of "Mr Sebastian Quill KC".
    pub(super) surname: usize,
    pub(super) last: usize,
    pub(super) kind: Kind,
}

/// What says that it may be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Rank,
    Title,
    /// A given name with a capital.
    Given,
    /// One that is a word as well.
    Word,
    /// Another word with a capital, which the packs know.
    Known,
    /// One that they do not know.
    Other,
    /// A given name in a text without capitals, or all in capitals.
    Flat,
}

impl Kind {
    pub(super) fn word(self) -> &'static str {
        match self {
            Kind::Rank => "rank",
            Kind::Title => "title",
            Kind::Given => "given",
            Kind::Word => "word",
            Kind::Known => "known",
            Kind::Other => "other",
            Kind::Flat => "flat",
        }
    }

    /// The sign of another name of this kind in the text.
    pub(super) fn others(self) -> &'static str {
        match self {
            Kind::Rank => "others rank",
            Kind::Title => "others title",
            Kind::Given => "others given",
            Kind::Word => "others word",
            Kind::Known => "others known",
            Kind::Other => "others other",
            Kind::Flat => "others flat",
        }
    }
}

/// Most that are looked at: a text with more names its people early.
const MOST: usize = 200;
/// Words of a name: "Mr Desmond St John Fairlie".
const MOST_WORDS: usize = 4;
/// Counties and states that are given names as well, and are told of far oftener.
const COUNTIES: [&str; 5] = ["devon", "kent", "cornwall", "carolina", "texas"];
/// Small words inside a name.
const PARTICLES: [&str; 8] = ["de", "van", "von", "der", "den", "la", "du", "al"];
/// Words that name nobody but after a title.
const SURNAMES: [&str; 9] = ["royal", "ford", "prime", "wise", "chase", "norton", "victoria", "bradford", "derby"];
/// Given names as they are shortened.
const SHORTENED: [&str; 6] = ["wm", "jas", "geo", "chas", "thos", "jos"];

/// All that may be names, in the order of the text.
pub(super) fn candidates(text: &str, tokens: &Tokens) -> Vec<Candidate> {
    let style = Style::of(text, tokens);
    let mut all: Vec<Candidate> = Vec::new();
    let mut at = 0;
    while at < tokens.len() && all.len() < MOST {
        let found = candidate(text, tokens, at, style);
        at = found.as_ref().map_or(at, |found| found.last) + 1;
        all.extend(found);
    }
    all
}

fn candidate(text: &str, tokens: &Tokens, at: usize, style: Style) -> Option<Candidate> {
    let one = |surname: usize, kind: Kind| {
        let last = surname + usize::from(is_silk(text, tokens, surname + 1));
        Some(Candidate { first: at, name: at, surname, last, kind })
    };
    if let Some(heads) = heads(text, tokens, at) {
        let name = heads.end;
        // "Det. Marsh", but not "so you judge. First".
        let short = tokens.word(name - 1).len() <= 4;
        let joined = name < tokens.len()
            && adjoins(text, tokens, name - 1)
            && (tokens[name - 1].sentence == tokens[name].sentence || short && tokens.word(name - 1) != "sir");
        let surname = run(text, tokens, name, style, true)?;
        let found = one(surname, heads.kind)?;
        return joined.then_some(Candidate { name, ..found });
    }
    if style == Style::Flat {
        // "ryan", where no pack has the word; "the policeman (Mark)", where hardly another has a capital.
        let lone = is_name(text, tokens, at) && at > 0 && tokens[at - 1].sentence == tokens[at].sentence;
        // "A man called warren", "jack from the internet safety".
        let led = || {
            at > 0 && CALLED.contains(&tokens.word(at - 1))
                || matches!(tokens.word_at(at + 1), Some("from" | "says" | "said" | "goes"))
        };
        let is_given = match given(bare(tokens, text, at)) {
            Given::Name => tokens[at].symbol == 0 || lone || led(),
            Given::Word => lone,
            Given::No => false,
        };
        if !is_given {
            return None;
        }
        let more = at + 1 < tokens.len() && adjoins(text, tokens, at) && given(bare(tokens, text, at + 1)) == Given::Name;
        return one(at + usize::from(more), Kind::Flat);
    }
    let last = run(text, tokens, at, style, false)?;
    let opens = at == 0 || tokens[at - 1].sentence != tokens[at].sentence;
    if is_firm_or_place(text, tokens, at, last) {
        return None;
    }
    let kind = match given(bare(tokens, text, at)) {
        Given::Name => Kind::Given,
        // "Mark said", "Dawn, from": at the start of a sentence any word has a capital.
        Given::Word if !opens || last > at || acts(text, tokens, at) => Kind::Word,
        Given::No if opens => return None,
        Given::Word => return None,
        Given::No if tokens[at].symbol != 0 => Kind::Known,
        Given::No => Kind::Other,
    };
    (last > at || tokens[at].end - tokens[at].start > 1).then_some(())?;
    one(last, kind)
}

/// Whether what follows a word is what follows a person: "Mark rang", "Dawn from", "Robin, ".
fn acts(text: &str, tokens: &Tokens, at: usize) -> bool {
    let Some(next) = tokens.get(at + 1) else { return false };
    let apart = text[tokens[at].end..next.start].trim_start();
    apart.starts_with([',', '"', '\'', '\u{2019}', '\u{201d}']) || HEADS.acts.contains(&tokens.word(at + 1))
}

/// "Devon and Cornwall Police", "Marks and Spencer", "Sterling Crest Markets": no people, where no title says that they are.
fn is_firm_or_place(text: &str, tokens: &Tokens, at: usize, last: usize) -> bool {
    let word = |place: Option<usize>| place.and_then(|place| tokens.word_at(place)).unwrap_or("");
    // The shop, with "and" or with its sign, which is no word.
    let marks = match tokens.word(at) {
        "marks" => [word(Some(at + 1)), word(Some(at + 2))].contains(&"spencer"),
        "spencer" => [word(at.checked_sub(1)), word(at.checked_sub(2))].contains(&"marks"),
        _ => false,
    };
    marks || last == at && COUNTIES.contains(&bare(tokens, text, at)) || FIRMS.contains(&tokens.word(last))
}

/// The last word of a name that begins with a word; none where none does.
fn run(text: &str, tokens: &Tokens, at: usize, style: Style, headed: bool) -> Option<usize> {
    let most = if style == Style::Flat { 2 } else { MOST_WORDS };
    let named = |place: usize| is_named(text, tokens, place, style, headed.then_some(at));
    let mut last = None;
    for place in at..(at + most).min(tokens.len()) {
        // "Ms T. Obi", "Wm. Garvey": a full stop after an initial ends no name.
        let goes_on = |before: usize| {
            let short = tokens.word(before).len() == 1 || SHORTENED.contains(&tokens.word(before));
            tokens[before].sentence == tokens[place].sentence || short
        };
        let joined = place == at || adjoins(text, tokens, place - 1) && goes_on(place - 1);
        // "Pieter de Wit".
        let particle = PARTICLES.contains(&tokens.word(place))
            && place + 1 < tokens.len()
            && adjoins(text, tokens, place)
            && (headed || place > at)
            && named(place + 1);
        if !joined || !named(place) && !particle {
            break;
        }
        last = Some(place);
        if possessive(text, tokens, place) {
            break;
        }
    }
    last
}

/// Whether a word may be part of a name; `headed` is the first word after a rank or title.
fn is_named(text: &str, tokens: &Tokens, at: usize, style: Style, headed: Option<usize>) -> bool {
    if tokens[at].classes & class::PLAIN != 0 {
        return false;
    }
    // Most words are none by how they are written, and need no list.
    let written = match style {
        Style::Mixed => is_name(text, tokens, at) || headed.is_some() && is_shouted(text, tokens, at),
        Style::Flat => {
            let word = tokens.word(at);
            let unknown = tokens[at].symbol == 0 && tokens[at].classes & !QUOTED == 0;
            let surname = || headed.is_some_and(|first| is_flat_surname(text, tokens, first, at));
            word.len() > 2 && (unknown || given(word) == Given::Name || surname()) && word.chars().all(char::is_alphabetic)
        }
    };
    let word = bare(tokens, text, at);
    written && (!NO_NAMES.contains(word) || headed == Some(at) && SURNAMES.contains(&word))
}

/// "INSP WARD", "mr fuller", "PC DARREN WILKES, HAMMERSMITH": a word that the packs know, after what only a name follows.
fn is_flat_surname(text: &str, tokens: &Tokens, first: usize, at: usize) -> bool {
    let head = tokens.word(first - 1);
    let shouted = text[tokens[at].start..tokens[at].end].chars().all(char::is_uppercase);
    let sure = matches!(head, "mr" | "mrs" | "ms" | "dc" | "ds" | "di" | "dci" | "insp" | "sgt" | "mister")
        || shouted && matches!(head, "pc" | "sergeant" | "inspector" | "con");
    let ends = text[tokens[at].end..].trim_start_matches(' ').starts_with([',', '.', '\'', '"', ')', ';', '\n']);
    sure && (at == first || at == first + 1 && given(tokens.word(first)) == Given::Name && ends)
}

/// "DS HOLT", in a text with small letters.
fn is_shouted(text: &str, tokens: &Tokens, at: usize) -> bool {
    let written = &text[tokens[at].start..tokens[at].end];
    written.len() > 3 && written.chars().all(char::is_uppercase)
}

/// Whether a word ends in "'s".
pub(super) fn possessive(text: &str, tokens: &Tokens, at: usize) -> bool {
    text[tokens[at].start..tokens[at].end].ends_with("'s") || text[tokens[at].start..tokens[at].end].ends_with("\u{2019}s")
}

/// A word without "'s".
pub(super) fn bare<'t>(tokens: &'t Tokens, text: &str, at: usize) -> &'t str {
    let word = tokens.word(at);
    if possessive(text, tokens, at) { word.strip_suffix('s').unwrap_or(word) } else { word }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::tokens;

    #[test]
    fn names_are_found_and_firms_and_counties_are_nobody() {
        for (text, expected) in [
            ("He said Devon and Cornwall Police would send Kevin to the house", vec!["Kevin"]),
            ("A firm by the name of Sterling Crest Markets, and a Julian who rings for it", vec!["Julian"]),
            ("I sent it at the newsagent's to a Pieter de Wit, and a mr de Souza rang", vec!["Pieter de Wit", "mr de Souza"]),
            (
                "so i went along with the constable (Mark) and left it switched on in my coat all the while i was out as he had wanted and every last penny of it went to some boy in a crash helmet who would not so much as lift it",
                vec!["Mark"],
            ),
            ("AP F 87, SHELTERED. T/C M 'INSP WARD' ALL MORNING. STS GANG IN THE BRANCH", vec!["INSP WARD"]),
            ("1040 CALL FROM M CLAIMING TO BE PC DARREN WILKES, HAMMERSMITH. HE WANTED THE CARD", vec!["PC DARREN WILKES"]),
            (
                "then a man came on who said he was jakes lawyer mr fuller. grandad said he would go to the post office",
                vec!["mr fuller"],
            ),
            ("He was a Mr Royal, of the fraud section, and a Mrs Ford told me the same", vec!["Mr Royal", "Mrs Ford"]),
            ("The lady was of Marks and Spencer Bank, and put Mr Devon on to me", vec!["Mr Devon"]),
        ] {
            let tokens = tokens(text);
            let found: Vec<&str> =
                candidates(text, &tokens).iter().map(|one| &text[tokens[one.first].start..tokens[one.last].end]).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
