//! Text as words with their places: lower case, without apostrophes, cut into clauses and sentences. One pass, and no allocation a
//! word: letters stand in one buffer that is used again for the next text.

use crate::lexicon::{Lexicon, Symbol, class};

/// A word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token {
    /// First byte in the text.
    pub(crate) start: usize,
    /// One past the last byte.
    pub(crate) end: usize,
    /// Where its letters begin and end in the buffer of letters.
    letters: (u32, u32),
    /// The clause it stands in, counted over the text.
    pub(crate) clause: u32,
    /// The sentence it stands in.
    pub(crate) sentence: u32,
    /// What the patterns know it as.
    pub(crate) symbol: Symbol,
    /// The word itself, as a number.
    pub(crate) key: u32,
    /// Closed classes it belongs to (`lexicon::class`), and [`MONEY`] where it is part of an amount.
    pub(crate) classes: u32,
}

/// Set in [`Token::classes`] for the words of an amount of money.
pub(crate) const MONEY: u32 = 1 << 31;
/// For words in quotation marks, where those enclose few.
pub(crate) const QUOTED: u32 = 1 << 30;
/// For a rank with a name after it.
pub(crate) const OFFICER: u32 = 1 << 29;
/// For the words of a telephone number.
pub(crate) const PHONE: u32 = 1 << 28;
/// For a number, in figures or words.
pub(crate) const NUMERIC: u32 = 1 << 27;
/// For what begins with a pound sign.
pub(crate) const STERLING: u32 = 1 << 26;
/// The bits that patterns may ask for.
pub(crate) const MARKS: [u32; 4] = [MONEY, OFFICER, PHONE, NUMERIC];
/// Most words that a quotation of a name or a role encloses.
const QUOTE_WORDS: usize = 6;
/// Words after which a full stop ends no sentence.
const ABBREVIATIONS: [&str; 26] = [
    "mr", "mrs", "ms", "dr", "no", "tel", "approx", "sgt", "det", "insp", "st", "dept", "ref", "sr", "d", "e.g", "i.e", "vs",
    "inc", "ltd", "co", "mins", "ds", "dc", "di", "supt",
];

/// The words of a text.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tokens {
    list: Vec<Token>,
    /// The text in small letters, and after it the words that are not written as they stand there.
    letters: String,
}

/// Letters of a word and the space after it, at the least.
const LETTERS_A_WORD: usize = 4;
/// Longest text that is read, in bytes; the rest is passed over.
pub(crate) const LONGEST: usize = 1 << 20;

impl std::ops::Deref for Tokens {
    type Target = [Token];
    fn deref(&self) -> &[Token] {
        &self.list
    }
}

impl Tokens {
    /// The word at a place: lower case, without apostrophes.
    pub(crate) fn word(&self, at: usize) -> &str {
        let (from, to) = self.list[at].letters;
        &self.letters[from as usize..to as usize]
    }

    /// The word at a place, where there is one.
    pub(crate) fn word_at(&self, at: usize) -> Option<&str> {
        (at < self.list.len()).then(|| self.word(at))
    }

    /// Marks words, of an amount, a telephone number or an officer's name.
    pub(crate) fn mark(&mut self, first: usize, last: usize, class: u32) {
        for token in &mut self.list[first..=last] {
            token.classes |= class;
        }
    }

    /// Cuts a text into words, in place of those held.
    pub(crate) fn fill(&mut self, text: &str, lexicon: &Lexicon) {
        self.list.clear();
        self.letters.clear();
        let mut end = text.len().min(LONGEST);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let text = &text[..end];
        self.list.reserve(end / LETTERS_A_WORD);
        self.letters.reserve(end + end / 8);
        self.letters.push_str(text);
        self.letters.make_ascii_lowercase();
        let (mut clause, mut sentence) = (0, 0);
        let mut start = 0;
        let mut first_letter = text.len();
        let mut previous = ' ';
        // The word after the last quotation mark that may open a quotation, and the mark that would close it.
        let mut quote: Option<(usize, char)> = None;
        let bytes = text.as_bytes();
        let mut place = 0;
        while place < bytes.len() {
            // Plain letters, the most of any text, in one go.
            let run = bytes[place..].iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
            if run > 0 && self.letters.len() == first_letter && ends_word(bytes.get(place + run)) {
                start = place;
                place += run;
                previous = char::from(bytes[place - 1]);
                self.push(lexicon, &mut first_letter, (start, place), (start, place), &mut clause, sentence);
                continue;
            }
            if run > 0 {
                let from = self.letters.len();
                if from == first_letter {
                    start = place;
                }
                self.letters.push_str(&text[place..place + run]);
                self.letters[from..].make_ascii_lowercase();
                place += run;
                previous = char::from(bytes[place - 1]);
                continue;
            }
            let at = place;
            if bytes[at] == b' ' && self.letters.len() == first_letter {
                place += 1;
                previous = ' ';
                continue;
            }
            let Some(c) = text[at..].chars().next() else { break };
            place += c.len_utf8();
            let empty = self.letters.len() == first_letter;
            if c == ' ' {
                if !empty {
                    self.push_tail(lexicon, &mut first_letter, (start, at), &mut clause, sentence);
                }
                previous = c;
                continue;
            }
            let next = text[place..].chars().next();
            let inside_number =
                matches!(c, '.' | ',' | '/') && previous.is_ascii_digit() && next.is_some_and(|n| n.is_ascii_digit());
            let joins = matches!(c, '\'' | '\u{2019}') && !empty && next.is_some_and(char::is_alphanumeric);
            if c.is_alphanumeric() || c == '£' || inside_number {
                if empty {
                    start = at;
                }
                if c != ',' {
                    self.letters.extend(c.to_lowercase());
                }
            } else if joins || (c == '/' && !empty && next.is_some_and(char::is_alphanumeric)) {
                if c == '/' {
                    self.letters.push('/');
                }
            } else {
                if !empty {
                    self.push_tail(lexicon, &mut first_letter, (start, at), &mut clause, sentence);
                }
                if self.ends_sentence(c, next) {
                    sentence += 1;
                    clause += 1;
                } else if matches!(c, '"' | '\u{201c}' | '\u{201d}' | '\'' | '\u{2018}' | '\u{2019}') {
                    quote = self.quotation(quote, c, next);
                    clause += 1;
                } else if matches!(c, ',' | ';' | ':' | '(' | ')' | '"' | '\u{201c}' | '\u{201d}')
                    || (c == '-' && previous == ' ')
                {
                    clause += 1;
                }
            }
            previous = c;
        }
        if self.letters.len() != first_letter {
            self.push_tail(lexicon, &mut first_letter, (start, text.len()), &mut clause, sentence);
        }
    }

    /// Whether a mark ends a sentence: not the full stop of an abbreviation, nor one with no space after it.
    fn ends_sentence(&self, mark: char, next: Option<char>) -> bool {
        match mark {
            '!' | '?' => true,
            // A line ends a sentence only where another is empty or begins with a capital, as in a list: not where a letter is wrapped.
            '\n' => next.is_none_or(|next| !next.is_lowercase()),
            '.' => {
                let ended = next
                    .is_none_or(|next| next.is_whitespace() || matches!(next, '"' | '\'' | '\u{201d}' | '\u{2019}' | ')' | '.'));
                let short = self.list.len().checked_sub(1).is_some_and(|last| ABBREVIATIONS.contains(&self.word(last)));
                ended && !short
            }
            _ => false,
        }
    }

    /// Opens a quotation, or closes it and marks its words where they are few.
    fn quotation(&mut self, open: Option<(usize, char)>, mark: char, next: Option<char>) -> Option<(usize, char)> {
        if let Some((first, closes)) = open
            && (mark == closes || (closes == '\u{2019}' && mark == '\''))
        {
            if first < self.list.len() && self.list.len() - first <= QUOTE_WORDS {
                self.mark(first, self.list.len() - 1, QUOTED);
            }
            return None;
        }
        let opens = next.is_some_and(char::is_alphanumeric);
        let closes = match mark {
            '"' => '"',
            '\u{201c}' => '\u{201d}',
            '\'' => '\'',
            '\u{2018}' => '\u{2019}',
            _ => return open,
        };
        opens.then_some((self.list.len(), closes))
    }

    /// The word whose letters were put last.
    fn push_tail(&mut self, lexicon: &Lexicon, first: &mut usize, span: (usize, usize), clause: &mut u32, sentence: u32) {
        let letters = (*first, self.letters.len());
        *first = letters.1;
        self.push(lexicon, first, letters, span, clause, sentence);
    }

    fn push(
        &mut self,
        lexicon: &Lexicon,
        first: &mut usize,
        mut letters: (usize, usize),
        span: (usize, usize),
        clause: &mut u32,
        sentence: u32,
    ) {
        if let Some(meant) = lexicon.meant(&self.letters[letters.0..letters.1]) {
            // What is meant is put behind all letters; what was written stays where it is.
            letters = (self.letters.len(), self.letters.len() + meant.len());
            self.letters.push_str(meant);
            *first = letters.1;
        }
        let word = &self.letters[letters.0..letters.1];
        let numeric = word.as_bytes().first().is_some_and(u8::is_ascii_digit);
        let (symbol, mut classes, key) = lexicon.look_up(word);
        if classes & class::CLAUSE != 0 {
            *clause += 1;
        }
        if word.starts_with('£') {
            classes |= STERLING;
        }
        if numeric || (classes & class::NUMBER != 0 && word != "a") {
            classes |= NUMERIC;
        }
        // The text is at most a mebibyte, and lower case at most thrice as long.
        let letters = (letters.0 as u32, letters.1 as u32);
        self.list.push(Token { start: span.0, end: span.1, letters, clause: *clause, sentence, symbol, key, classes });
    }
}

/// Whether a word of plain letters is whole before this byte: no letter, figure or apostrophe joins on.
fn ends_word(next: Option<&u8>) -> bool {
    next.is_none_or(|byte| byte.is_ascii() && !byte.is_ascii_alphanumeric() && !matches!(byte, b'\'' | b'/'))
}

#[cfg(test)]
pub(crate) fn tokens(text: &str) -> Tokens {
    let mut tokens = Tokens::default();
    tokens.fill(text, &Lexicon::build(&[], true));
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_keep_their_places() {
        let text = "He didn\u{2019}t ask for £1,500.50, but rang 01632/960123.";
        let words = tokens(text);
        let list: Vec<&str> = (0..words.len()).map(|at| words.word(at)).collect();
        assert_eq!(list, ["he", "didnt", "ask", "for", "£1500.50", "but", "rang", "01632/960123"]);
        assert_eq!(&text[words[4].start..words[4].end], "£1,500.50");
        assert!(words[5].clause > words[3].clause);
        assert_eq!(words[7].sentence, words[0].sentence);
        let text = "Ah telt naebody fae t'bank";
        let words = tokens(text);
        assert_eq!((0..words.len()).map(|at| words.word(at)).collect::<Vec<_>>(), ["i", "told", "nobody", "from", "bank"]);
        assert_eq!(&text[words[4].start..words[4].end], "t'bank");
    }
}
