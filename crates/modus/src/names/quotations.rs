//! What stands in quotation marks, however long: whether a name is told, or spoken.

/// The parts of a text in quotation marks, in order, as bytes without the marks. One that nothing closes before a blank line is none.
pub(crate) fn quotations(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut open: Option<(usize, char)> = None;
    // Typographic marks begin with the byte 0xe2; most bytes of a text are passed over.
    let marks = text.bytes().enumerate().filter(|(_, byte)| matches!(byte, b'"' | b'\'' | b'\n' | 0xe2));
    for (at, _) in marks {
        let Some(c) = text[at..].chars().next() else { break };
        let previous = || text[..at].chars().next_back().unwrap_or(' ');
        let next = || text[at + c.len_utf8()..].chars().next().unwrap_or(' ');
        match open {
            // "don't" has none, and "the neighbours' gate" closes none that is open at a word.
            Some((from, close)) if c == close && !previous().is_whitespace() && !next().is_alphanumeric() => {
                found.push((from, at));
                open = None;
            }
            Some(_) if c == '\n' && next() == '\n' => open = None,
            Some(_) => {}
            None => {
                let close = match c {
                    '"' | '\'' => c,
                    '\u{201c}' => '\u{201d}',
                    '\u{2018}' => '\u{2019}',
                    _ => continue,
                };
                let starts = || !previous().is_alphanumeric() && (next().is_alphanumeric() || matches!(next(), '£' | '['));
                if c == '\u{201c}' || starts() {
                    open = Some((at + c.len_utf8(), close));
                }
            }
        }
    }
    found
}

/// Whether a place stands in one of them.
pub(crate) fn is_quoted(quotations: &[(usize, usize)], at: usize) -> bool {
    let after = quotations.partition_point(|(start, _)| *start <= at);
    after > 0 && at < quotations[after - 1].1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn apostrophes_are_no_quotation_marks() {
        let text =
            "He'd said 'I'm from the bank, Mrs Hale' and the neighbours' dog barked at \u{201c}PC Cole\u{201d}. I don't know.";
        let found: Vec<&str> = quotations(text).iter().map(|(start, end)| &text[*start..*end]).collect();
        assert_eq!(found, ["I'm from the bank, Mrs Hale", "PC Cole"]);
        let place = |word: &str| text.find(word).unwrap();
        assert!(is_quoted(&quotations(text), place("Mrs")) && !is_quoted(&quotations(text), place("barked")));
    }
}
