//! What a phrase is worth where it stands. A caller who says "we will never ask you to withdraw money", "has anyone told you to
//! move it?" or "he said a courier would come" names a demand and makes none. Looks back only, within the sentence, and no further
//! than a few words: recognised speech has no full stops.

/// Words looked back over for a report, a question or a "never".
const REACH: usize = 18;
/// Words looked back over for a plain "not".
const NEAR: usize = 3;

/// Why a phrase does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// It counts.
    Said,
    /// "Not", right before it.
    Negated,
    /// "I", "we" or "they", right before it: "don't tell anyone" is an order, "I don't tell anyone" is none.
    OfOthers,
    /// Told of others, asked about, or warned of.
    Told,
}

/// The scope of the phrase that begins at a byte of the text.
pub(crate) fn scope(text: &str, start: usize) -> Scope {
    let before = &text.as_bytes()[..start];
    // Nearest word first: its kinds, and whether a comma or the like stands between it and the phrase.
    let mut words: [(u16, bool); REACH] = [(0, false); REACH];
    let mut count = 0;
    let mut end = before.len();
    let mut clause_cut = false;
    while count < REACH && end > 0 {
        let byte = before[end - 1];
        if is_word(byte) {
            let mut first = end;
            while first > 0 && is_word(before[first - 1]) {
                first -= 1;
            }
            words[count] = (kinds_of(&before[first..end]), clause_cut);
            count += 1;
            end = first;
        } else {
            match byte {
                b'.' | b'!' | b'?' | b'\n' => break,
                b',' | b';' | b':' => clause_cut = true,
                _ => {}
            }
            end -= 1;
        }
    }
    let words = &words[..count];
    if words.iter().take(NEAR).enumerate().any(|(at, (kinds, cut))| !cut && kinds & NEGATOR != 0 && !is_harmless(words, at)) {
        return Scope::Negated;
    }
    let own = words.first().is_some_and(|(kinds, cut)| !cut && kinds & OWN != 0);
    for at in 0..count {
        let kinds = words[at].0;
        // Whether one of the words said after this one, nearest to it first, is of these kinds.
        let followed = |wanted: u16, reach: usize| words[at.saturating_sub(reach)..at].iter().any(|(next, _)| next & wanted != 0);
        if kinds & NEGATOR != 0 && followed(ASKING, 2)
            || kinds & OTHER != 0 && followed(SAYING, 3)
            || kinds & ASKED != 0 && followed(ASKED_OF, 1)
        {
            return Scope::Told;
        }
    }
    if own { Scope::OfOthers } else { Scope::Said }
}

/// Kinds of words, a bit each.
const NEGATOR: u16 = 1;
/// People who are spoken of.
const OTHER: u16 = 1 << 1;
/// What they do.
const SAYING: u16 = 1 << 2;
/// "Has", "did", before [`ASKED_OF`]: a question.
const ASKED: u16 = 1 << 3;
const ASKED_OF: u16 = 1 << 4;
/// What is never done, after a [`NEGATOR`].
const ASKING: u16 = 1 << 5;
/// Who does what follows, and not the one who is spoken to.
const OWN: u16 = 1 << 6;
/// "Don't worry", "not only": what a [`NEGATOR`] before it forbids nothing by.
const HARMLESS: u16 = 1 << 7;
/// "Why don't you".
const SUGGESTS: u16 = 1 << 8;

/// The kinds of a word, in any case and with or without apostrophes.
fn kinds_of(word: &[u8]) -> u16 {
    let mut letters = [0; LONGEST];
    let mut long = 0;
    for byte in word.iter().filter(|byte| **byte != b'\'') {
        // The curly apostrophe's three bytes are none, as no byte that is no letter or figure of ASCII is one.
        if byte.is_ascii_alphanumeric() {
            let Some(place) = letters.get_mut(long) else { return 0 };
            *place = byte.to_ascii_lowercase();
            long += 1;
        }
    }
    match &letters[..long] {
        b"not" | b"never" | b"dont" | b"didnt" | b"doesnt" | b"wont" | b"wouldnt" | b"isnt" | b"wasnt" | b"havent" | b"hasnt"
        | b"nor" | b"neednt" | b"arent" | b"shouldnt" => NEGATOR,
        b"nobody" => NEGATOR | OTHER,
        b"anyone" | b"anybody" | b"someone" | b"somebody" => OTHER | ASKED_OF,
        b"he" | b"she" | b"they" => OTHER | ASKED_OF | OWN,
        b"who" => OTHER | OWN,
        b"nobodys" | b"noone" | b"anyones" | b"anybodys" | b"theyd" | b"hell" | b"shell" | b"theyll" => OTHER,
        b"said" | b"told" | b"asked" | b"wanted" | b"says" | b"asks" | b"tells" | b"wants" | b"rings" | b"rang" | b"calls"
        | b"texts" | b"saying" | b"pretending" | b"claiming" | b"say" | b"ring" | b"call" => SAYING,
        b"asking" | b"ask" => SAYING | ASKING,
        b"request" | b"require" | b"collect" | b"send" | b"tell" => ASKING,
        b"has" | b"have" | b"did" | b"were" | b"was" => ASKED,
        b"i" | b"we" | b"people" => OWN,
        b"worry" | b"panic" | b"only" | b"just" | b"you" | b"to" | b"be" | b"forget" => HARMLESS,
        b"why" | b"if" | b"or" => SUGGESTS,
        _ => 0,
    }
}

/// Letters of the longest word of a kind.
const LONGEST: usize = 10;

fn is_word(byte: u8) -> bool {
    // Bytes of other letters and of the curly apostrophe count as letters.
    byte.is_ascii_alphanumeric() || byte == b'\'' || byte >= 0x80
}

/// "Don't worry, go to the bank" and "why don't you go" forbid nothing.
fn is_harmless(words: &[(u16, bool)], at: usize) -> bool {
    let is = |place: Option<usize>, kind: u16| place.and_then(|place| words.get(place)).is_some_and(|word| word.0 & kind != 0);
    is(at.checked_sub(1), HARMLESS) || is(Some(at + 1), SUGGESTS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, phrase: &str) -> Scope {
        scope(text, text.find(phrase).unwrap())
    }

    #[test]
    fn warnings_questions_and_reports_make_no_demand() {
        assert_eq!(of("We will never ask you to withdraw cash", "withdraw"), Scope::Told);
        assert_eq!(of("We'd never ask you to take money out, or hand your card over", "hand"), Scope::Told);
        assert_eq!(of("Has anyone told you to move money", "move"), Scope::Told);
        assert_eq!(of("He said a courier would come", "courier"), Scope::Told);
        assert_eq!(of("Can you confirm nobody's told you to keep this secret", "keep"), Scope::Told);
        assert_eq!(of("I don't tell my husband", "don't"), Scope::OfOthers);
        assert_eq!(of("I am not asking you to move anything", "move"), Scope::Told);
        assert_eq!(of("You don\u{2019}t withdraw cash", "withdraw"), Scope::Negated);
    }

    #[test]
    fn demands_stay_demands() {
        assert_eq!(of("He never came. Now withdraw cash", "withdraw"), Scope::Said);
        assert_eq!(of("Don't worry, withdraw cash", "withdraw"), Scope::Said);
        assert_eq!(of("Why don't you go to the bank", "go to"), Scope::Said);
        assert_eq!(of("I need you to withdraw cash", "withdraw"), Scope::Said);
        assert_eq!(of("", ""), Scope::Said);
    }
}
