//! What may be a name: words with capitals, a title or a rank with what stands after it, and given names in a text without capitals.
//! Whether one is the caller's is for `signs.rs` and `weights.rs` to say.

use super::given::{Given, given};
use super::heads::{adjoins, heads, is_silk};
use super::words::{HEADS, NO_NAMES};
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
        // "ryan", where no pack has the word.
        if tokens[at].symbol != 0 || given(bare(tokens, text, at)) != Given::Name {
            return None;
        }
        let more = at + 1 < tokens.len() && adjoins(text, tokens, at) && given(bare(tokens, text, at + 1)) == Given::Name;
        return one(at + usize::from(more), Kind::Flat);
    }
    let last = run(text, tokens, at, style, false)?;
    let opens = at == 0 || tokens[at - 1].sentence != tokens[at].sentence;
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

/// The last word of a name that begins with a word; none where none does.
fn run(text: &str, tokens: &Tokens, at: usize, style: Style, headed: bool) -> Option<usize> {
    let named = |place: usize| {
        if tokens[place].classes & class::PLAIN != 0 {
            return false;
        }
        // Most words are none by how they are written, and need no list.
        let written = match style {
            Style::Mixed => is_name(text, tokens, place) || headed && is_shouted(text, tokens, place),
            Style::Flat => {
                let word = tokens.word(place);
                let unknown = tokens[place].symbol == 0 && tokens[place].classes & !QUOTED == 0;
                word.len() > 2 && (unknown || given(word) == Given::Name) && word.chars().all(char::is_alphabetic)
            }
        };
        written && !NO_NAMES.contains(bare(tokens, text, place))
    };
    let most = if style == Style::Flat { 2 } else { MOST_WORDS };
    let mut last = None;
    for place in at..(at + most).min(tokens.len()) {
        // "Ms T. Obi", "Wm. Garvey": a full stop after an initial ends no name.
        let goes_on = |before: usize| {
            let short = tokens.word(before).len() == 1 || SHORTENED.contains(&tokens.word(before));
            tokens[before].sentence == tokens[place].sentence || short
        };
        let joined = place == at || adjoins(text, tokens, place - 1) && goes_on(place - 1);
        if !joined || !named(place) {
            break;
        }
        last = Some(place);
        if possessive(text, tokens, place) {
            break;
        }
    }
    last
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
