//! What stands in quotation marks, however long: whether a name is told, or spoken.

/// The parts of a text in quotation marks, in order, as bytes without the marks. One that nothing closes before a blank line is none.
pub(super) fn quotations(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut open: Option<(usize, char)> = None;
    let mut previous = ' ';
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map_or(' ', |(_, next)| *next);
        let starts = !previous.is_alphanumeric() && (next.is_alphanumeric() || matches!(next, '£' | '['));
        // "don't" has none, and "the neighbours' gate" closes none that is open at a word.
        let ends = !previous.is_whitespace() && !next.is_alphanumeric();
        match open {
            Some((from, close)) if c == close && ends => {
                found.push((from, at));
                open = None;
            }
            Some(_) if c == '\n' && next == '\n' => open = None,
            None => {
                let close = match c {
                    '"' | '\'' => c,
                    '\u{201c}' => '\u{201d}',
                    '\u{2018}' => '\u{2019}',
                    _ => '\0',
                };
                if close != '\0' && (starts || matches!(c, '\u{201c}')) {
                    open = Some((at + c.len_utf8(), close));
                }
            }
            _ => {}
        }
        previous = c;
    }
    found
}

/// Whether a place stands in one of them.
pub(super) fn is_quoted(quotations: &[(usize, usize)], at: usize) -> bool {
    let after = quotations.partition_point(|(start, _)| *start <= at);
    after > 0 && at < quotations[after - 1].1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn apostrophes_are_no_quotation_marks() {
        let text = "He'd said 'I'm from the bank, Mrs Hale' and the neighbours' dog barked at \u{201c}PC Cole\u{201d}. I don't know.";
        let found: Vec<&str> = quotations(text).iter().map(|(start, end)| &text[*start..*end]).collect();
        assert_eq!(found, ["I'm from the bank, Mrs Hale", "PC Cole"]);
        let place = |word: &str| text.find(word).unwrap();
        assert!(is_quoted(&quotations(text), place("Mrs")) && !is_quoted(&quotations(text), place("barked")));
    }
}
