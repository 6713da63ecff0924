//! The pattern language of signals: words in order; `a|b` either; `word*` any ending; `word?` may be missing; `~3` up to three
//! words between; `#money` an amount of money.

use crate::token::Token;

/// One step of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Step {
    /// Up to this many words may lie before it.
    pub(crate) gap: usize,
    /// It may be missing.
    pub(crate) optional: bool,
    pub(crate) words: Vec<Word>,
}

/// What a step takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Word {
    Exact(String),
    Prefix(String),
    Money,
}

/// A pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pattern {
    pub(crate) steps: Vec<Step>,
}

impl Pattern {
    /// Reads a pattern; the reason where it is none.
    pub(crate) fn parse(text: &str) -> Result<Pattern, &'static str> {
        let mut steps = Vec::new();
        let mut gap = 0;
        for part in text.split_whitespace() {
            if let Some(digits) = part.strip_prefix('~') {
                gap = digits.parse().ok().filter(|gap| (1..=12).contains(gap)).ok_or("a gap is ~1 to ~12")?;
                continue;
            }
            let (part, optional) = part.strip_suffix('?').map_or((part, false), |part| (part, true));
            let mut words = Vec::new();
            for word in part.split('|') {
                let word = word.replace(['\'', '\u{2019}'], "").to_lowercase();
                if word == "#money" {
                    words.push(Word::Money);
                } else if let Some(prefix) = word.split_once('*').map(|(prefix, _)| prefix) {
                    if prefix.len() < 2 {
                        return Err("a stem has two letters or more");
                    }
                    words.push(Word::Prefix(prefix.to_owned()));
                } else if word.is_empty() {
                    return Err("an empty word");
                } else {
                    words.push(Word::Exact(word));
                }
            }
            steps.push(Step { gap, optional, words });
            gap = 0;
        }
        match steps.first() {
            None => Err("an empty pattern"),
            Some(first) if first.optional => Err("the first word cannot be missing"),
            Some(_) => Ok(Pattern { steps }),
        }
    }

    /// Matches from a word on; gives the last word it takes. Stays within one sentence.
    pub(crate) fn match_at(&self, tokens: &[Token], at: usize, is_money: &dyn Fn(usize) -> bool) -> Option<usize> {
        if !self.steps[0].takes(tokens, at, is_money) {
            return None;
        }
        self.rest(1, tokens, at, tokens[at].sentence, is_money)
    }

    fn rest(&self, step: usize, tokens: &[Token], last: usize, sentence: u32, is_money: &dyn Fn(usize) -> bool) -> Option<usize> {
        let Some(next) = self.steps.get(step) else { return Some(last) };
        for skip in 0..=next.gap {
            let at = last + 1 + skip;
            if at >= tokens.len() || tokens[at].sentence != sentence {
                break;
            }
            if next.takes(tokens, at, is_money)
                && let Some(end) = self.rest(step + 1, tokens, at, sentence, is_money)
            {
                return Some(end);
            }
        }
        if next.optional { self.rest(step + 1, tokens, last, sentence, is_money) } else { None }
    }
}

impl Step {
    fn takes(&self, tokens: &[Token], at: usize, is_money: &dyn Fn(usize) -> bool) -> bool {
        let word = tokens[at].word.as_str();
        self.words.iter().any(|wanted| match wanted {
            Word::Exact(exact) => word == exact,
            Word::Prefix(prefix) => word.starts_with(prefix.as_str()),
            Word::Money => is_money(at),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::tokens;

    fn finds(pattern: &str, text: &str) -> bool {
        let pattern = Pattern::parse(pattern).unwrap();
        let tokens = tokens(text);
        (0..tokens.len()).any(|at| pattern.match_at(&tokens, at, &|_| false).is_some())
    }

    #[test]
    fn gaps_stems_and_choices() {
        assert!(finds("withdraw* ~3 cash|money", "withdrawing all of the money"));
        assert!(!finds("withdraw* ~2 cash|money", "withdrawing all of the money"));
        assert!(finds("from the? police", "he was from police"));
        assert!(finds("dont tell", "DON'T TELL anyone"));
        assert!(!finds("bank stopped", "I went to the bank. Stopped at home"));
        assert!(Pattern::parse("~99 x").is_err() && Pattern::parse("").is_err());
    }
}
