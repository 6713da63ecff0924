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
    // Nearest word first: its bytes, and whether a comma or the like stands between it and the phrase.
    let mut words: [(&[u8], bool); REACH] = [(&[], false); REACH];
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
            words[count] = (unquoted(&before[first..end]), clause_cut);
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
    if words.iter().take(NEAR).enumerate().any(|(at, (word, cut))| !cut && is_any(word, &NEGATORS) && !is_harmless(words, at)) {
        return Scope::Negated;
    }
    let own = words.first().is_some_and(|(word, cut)| !cut && is_any(word, &["i", "we", "they", "he", "she", "people", "who"]));
    for at in 0..count {
        // `after` is what was said after this word, nearest to it first.
        let after = |steps: usize| at.checked_sub(steps).map(|index| words[index].0);
        let word = words[at].0;
        let followed =
            |wanted: &[&str], reach: usize| (1..=reach).any(|steps| after(steps).is_some_and(|next| is_any(next, wanted)));
        let never = is_any(word, &NEGATORS) && followed(&["ask", "asking", "request", "require", "collect", "send", "tell"], 2);
        let others = is_any(word, &OTHERS) && followed(&SAYING, 3);
        let asked = is_any(word, &["has", "have", "did", "were", "was"])
            && followed(&["anyone", "anybody", "someone", "somebody", "he", "she", "they"], 1);
        if never || others || asked {
            return Scope::Told;
        }
    }
    if own { Scope::OfOthers } else { Scope::Said }
}

const NEGATORS: [&str; 16] = [
    "not", "never", "dont", "didnt", "doesnt", "wont", "wouldnt", "isnt", "wasnt", "havent", "hasnt", "nor", "neednt", "nobody",
    "arent", "shouldnt",
];
const OTHERS: [&str; 17] = [
    "anyone", "anybody", "someone", "somebody", "nobody", "nobodys", "noone", "anyones", "anybodys", "he", "she", "they",
    "theyd", "hell", "shell", "theyll", "who",
];
const SAYING: [&str; 20] = [
    "said",
    "told",
    "asked",
    "wanted",
    "says",
    "asks",
    "tells",
    "wants",
    "rings",
    "rang",
    "calls",
    "texts",
    "saying",
    "asking",
    "pretending",
    "claiming",
    "say",
    "ring",
    "call",
    "ask",
];

fn is_word(byte: u8) -> bool {
    // Bytes of other letters and of the curly apostrophe count as letters.
    byte.is_ascii_alphanumeric() || byte == b'\'' || byte >= 0x80
}

/// "Don't worry, go to the bank" and "why don't you go" forbid nothing.
fn is_harmless(words: &[(&[u8], bool)], at: usize) -> bool {
    let next = at.checked_sub(1).map(|index| words[index].0);
    let before = words.get(at + 1).map(|word| word.0);
    next.is_some_and(|next| is_any(next, &["worry", "panic", "only", "just", "you", "to", "be", "forget"]))
        || before.is_some_and(|before| is_any(before, &["why", "if", "or"]))
}

fn is_any(word: &[u8], wanted: &[&str]) -> bool {
    wanted.iter().any(|wanted| is(word, wanted))
}

/// Without the apostrophes before it.
fn unquoted(word: &[u8]) -> &[u8] {
    let quotes = word.iter().take_while(|byte| **byte == b'\'').count();
    &word[quotes..]
}

/// Whether a word is this one, in any case and with or without apostrophes.
fn is(word: &[u8], wanted: &str) -> bool {
    if word.len() < wanted.len() || word.len() > wanted.len() + 3 || word[0] | 0x20 != wanted.as_bytes()[0] {
        return false;
    }
    let letters = word.iter().filter(|byte| byte.is_ascii_alphanumeric()).map(u8::to_ascii_lowercase);
    letters.eq(wanted.bytes())
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
