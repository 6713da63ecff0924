//! Text as words with their places: lower case, without apostrophes, cut into clauses and sentences.

/// A word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    /// Lower case, without apostrophes.
    pub(crate) word: String,
    /// First byte in the text.
    pub(crate) start: usize,
    /// One past the last byte.
    pub(crate) end: usize,
    /// The clause it stands in, counted over the text.
    pub(crate) clause: u32,
    /// The sentence it stands in.
    pub(crate) sentence: u32,
}

/// Longest text that is read, in bytes; the rest is passed over.
pub(crate) const LONGEST: usize = 1 << 20;

/// Words that begin a clause of their own.
const CLAUSE_WORDS: [&str; 5] = ["but", "because", "although", "however", "then"];

/// Cuts a text into words.
pub(crate) fn tokens(text: &str) -> Vec<Token> {
    let mut end = text.len().min(LONGEST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let text = &text[..end];
    let mut found: Vec<Token> = Vec::with_capacity(text.len() / 6 + 1);
    let (mut clause, mut sentence) = (0, 0);
    let mut word = String::new();
    let mut start = 0;
    let mut previous = ' ';
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|(_, c)| *c);
        let inside_number = matches!(c, '.' | ',' | '/') && previous.is_ascii_digit() && next.is_some_and(|n| n.is_ascii_digit());
        let joins = matches!(c, '\'' | '\u{2019}') && !word.is_empty() && next.is_some_and(char::is_alphanumeric);
        if c.is_alphanumeric() || c == '£' || inside_number {
            if word.is_empty() {
                start = at;
            }
            if c != ',' {
                word.extend(c.to_lowercase());
            }
        } else if joins || (c == '/' && !word.is_empty() && next.is_some_and(char::is_alphanumeric)) {
            if c == '/' {
                word.push('/');
            }
        } else {
            push(&mut found, &mut word, start, at, &mut clause, sentence);
            if matches!(c, '.' | '!' | '?' | '\n') {
                sentence += 1;
                clause += 1;
            } else if matches!(c, ',' | ';' | ':' | '(' | ')' | '"' | '\u{201c}' | '\u{201d}') || (c == '-' && previous == ' ') {
                clause += 1;
            }
        }
        previous = c;
    }
    push(&mut found, &mut word, start, text.len(), &mut clause, sentence);
    found
}

fn push(found: &mut Vec<Token>, word: &mut String, start: usize, end: usize, clause: &mut u32, sentence: u32) {
    if word.is_empty() {
        return;
    }
    if CLAUSE_WORDS.contains(&word.as_str()) {
        *clause += 1;
    }
    found.push(Token { word: std::mem::take(word), start, end, clause: *clause, sentence });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_keep_their_places() {
        let text = "He didn\u{2019}t ask for £1,500.50, but rang 01632/960123.";
        let words = tokens(text);
        let list: Vec<&str> = words.iter().map(|token| token.word.as_str()).collect();
        assert_eq!(list, ["he", "didnt", "ask", "for", "£1500.50", "but", "rang", "01632/960123"]);
        assert_eq!(&text[words[4].start..words[4].end], "£1,500.50");
        assert!(words[5].clause > words[3].clause);
        assert_eq!(words[7].sentence, words[0].sentence);
    }
}
