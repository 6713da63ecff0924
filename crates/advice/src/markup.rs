//! Sentences as the desk edits them: figures stand as `[[key:form]]` and stay figures.

use crate::{Piece, Sentence};

/// The sentence with its figures as markers.
pub fn to_markup(sentence: &Sentence) -> String {
    let mut text = String::new();
    for piece in &sentence.0 {
        match piece {
            Piece::Text(words) => text.push_str(words),
            Piece::Figure { key, form } => {
                text.push_str("[[");
                text.push_str(key);
                text.push(':');
                text.push_str(form);
                text.push_str("]]");
            }
        }
    }
    text
}

/// Reads a sentence with markers; a marker that is not closed is words.
pub fn from_markup(text: &str) -> Sentence {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find("[[") {
        let Some(close) = rest[open..].find("]]").map(|at| open + at) else { break };
        let Some((key, form)) = rest[open + 2..close].split_once(':') else { break };
        if open > 0 {
            pieces.push(Piece::Text(rest[..open].to_owned()));
        }
        pieces.push(Piece::Figure { key: key.trim().to_owned(), form: form.trim().to_owned() });
        rest = &rest[close + 2..];
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest.to_owned()));
    }
    Sentence(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_stay_figures_through_editing() {
        let text = "There have been [[reports:number]] reports since [[since:date]].";
        let sentence = from_markup(text);
        assert_eq!(sentence.0.iter().filter(|piece| matches!(piece, Piece::Figure { .. })).count(), 2);
        assert_eq!(to_markup(&sentence), text);
        assert_eq!(to_markup(&from_markup("odd [[ text")), "odd [[ text");
    }
}
