//! The linter and the leak guard: what a page must not say, over the words as they would go out.

use serde::Serialize;

/// One thing to put right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LintFinding {
    /// The rule.
    pub rule: &'static str,
    /// First byte of the words.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    /// The words.
    pub quote: String,
    /// Why.
    pub why: &'static str,
    /// What to do.
    pub fix: &'static str,
}

/// What the linter knows beside the words.
#[derive(Debug, Clone, Copy, Default)]
pub struct LintContext<'a> {
    /// The officer who may be named.
    pub officer: Option<&'a str>,
    /// Telephone numbers that may stand (digits only).
    pub numbers: &'a [&'a str],
    /// New advice: retired names are refused. Imported pages may keep them.
    pub new: bool,
}

/// Highest Flesch-Kincaid grade of a page: what a pupil of thirteen reads with ease.
const HIGHEST_GRADE: f64 = 8.0;

/// Numbers that any advice may print.
const SERVICE_NUMBERS: [&str; 8] = ["101", "999", "112", "159", "7726", "18001", "105", "03001232040"];

/// Looks at a text.
pub fn lint(text: &str, context: LintContext<'_>) -> Vec<LintFinding> {
    let mut findings = Vec::new();
    placeholders(text, &mut findings);
    names(text, context, &mut findings);
    ages(text, &mut findings);
    numbers(text, context, &mut findings);
    kin(text, &mut findings);
    single_losses(text, &mut findings);
    crate::guard::guard(text, context.officer, &mut findings);
    if context.new {
        if let Some(at) = text.find("Action Fraud") {
            push(
                &mut findings,
                text,
                "retired-name",
                at,
                at + 12,
                "this service was replaced by Report Fraud",
                "name Report Fraud instead",
            );
        }
        if !text.contains("NEVER") {
            push(
                &mut findings,
                text,
                "never-rule",
                0,
                0,
                "advice states what police and banks will NEVER do",
                "add the rule to the highlights",
            );
        }
        // The page's own address at its foot is no sentence.
        let sentences: Vec<&str> = text.lines().filter(|line| !line.starts_with("https://")).collect();
        let grade = flesch_kincaid(&sentences.join("\n"));
        if grade > HIGHEST_GRADE {
            push(
                &mut findings,
                text,
                "plain-english",
                0,
                0,
                "the sentences are too long or the words too hard",
                "cut long sentences in two",
            );
        }
    }
    findings.sort_by_key(|finding| (finding.start, finding.rule));
    findings
}

pub(crate) fn push(
    findings: &mut Vec<LintFinding>,
    text: &str,
    rule: &'static str,
    start: usize,
    end: usize,
    why: &'static str,
    fix: &'static str,
) {
    let quote = text.get(start..end).unwrap_or("").to_owned();
    findings.push(LintFinding { rule, start, end, quote, why, fix });
}

fn placeholders(text: &str, findings: &mut Vec<LintFinding>) {
    for marker in ["[[", "((", "{{", "}}"] {
        for (at, _) in text.match_indices(marker) {
            push(findings, text, "placeholder", at, at + marker.len(), "a placeholder was left in", "fill it in or take it out");
        }
    }
}

/// Titles before a name that is not the officer's.
fn names(text: &str, context: LintContext<'_>, findings: &mut Vec<LintFinding>) {
    for title in ["Mr ", "Mrs ", "Miss ", "Ms ", "Dr "] {
        for (at, _) in text.match_indices(title) {
            let bound = at == 0 || !text.as_bytes()[at - 1].is_ascii_alphanumeric();
            let rest = &text[at + title.len()..];
            let named = rest.starts_with(|c: char| c.is_uppercase());
            let end = at + title.len() + rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
            let officer = context.officer.is_some_and(|officer| rest.starts_with(officer));
            if bound && named && !officer {
                push(findings, text, "person-named", at, end, "a person is named", "take the name out");
            }
        }
    }
}

/// Exact ages: "aged 83", "83-year-old".
fn ages(text: &str, findings: &mut Vec<LintFinding>) {
    let lower = text.to_lowercase();
    for (at, _) in lower.match_indices("-year-old") {
        let digits = lower[..at].bytes().rev().take_while(u8::is_ascii_digit).count();
        if digits > 0 {
            push(findings, text, "exact-age", at - digits, at + 9, "an exact age tells who it is", "give an age band, or none");
        }
    }
    for (at, _) in lower.match_indices("aged ") {
        let digits = lower[at + 5..].bytes().take_while(u8::is_ascii_digit).count();
        let band = lower[at + 5 + digits..].trim_start().starts_with(['-', 't', 'a', 'o']) && digits > 0;
        let over = lower[at + 5..]
            .get(digits..)
            .is_some_and(|rest| [" or over", " and over", " to ", "-"].iter().any(|mark| rest.starts_with(mark)));
        if digits > 0 && !(band && over) {
            push(findings, text, "exact-age", at, at + 5 + digits, "an exact age tells who it is", "give an age band, or none");
        }
    }
}

/// Telephone numbers that are not on the list.
fn numbers(text: &str, context: LintContext<'_>, findings: &mut Vec<LintFinding>) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_digit() && bytes[at] != b'+' {
            at += 1;
            continue;
        }
        let mut end = at + 1;
        while end < bytes.len()
            && (bytes[end].is_ascii_digit()
                || (matches!(bytes[end], b' ' | b'-') && bytes.get(end + 1).is_some_and(u8::is_ascii_digit)))
        {
            end += 1;
        }
        let digits: String = text[at..end].chars().filter(char::is_ascii_digit).collect();
        let telephone = digits.len() >= 9 && digits.len() <= 15;
        if telephone && !SERVICE_NUMBERS.contains(&digits.as_str()) && !context.numbers.contains(&digits.as_str()) {
            push(
                findings,
                text,
                "telephone-number",
                at,
                end,
                "a telephone number that is not on the list may be somebody's",
                "take it out",
            );
        }
        at = end;
    }
}

/// A bereavement or a relation of a single victim.
fn kin(text: &str, findings: &mut Vec<LintFinding>) {
    let lower = text.to_lowercase();
    for words in [
        "recently widowed",
        "recently bereaved",
        "whose husband",
        "whose wife",
        "her late husband",
        "his late wife",
        "a widow",
        "a widower",
    ] {
        if let Some(at) = lower.find(words) {
            push(findings, text, "kin", at, at + words.len(), "a bereavement or relation tells who it is", "take it out");
        }
    }
}

/// A single person's loss: "one victim lost £…", "a resident … £…".
fn single_losses(text: &str, findings: &mut Vec<LintFinding>) {
    for (start, sentence) in sentences(text) {
        let lower = sentence.to_lowercase();
        let single = [
            "one victim",
            "a victim",
            "one resident",
            "an elderly",
            "one woman",
            "one man",
            "a woman",
            "a man",
            "one person",
            "a pensioner",
        ]
        .iter()
        .any(|words| lower.contains(words));
        if single && (sentence.contains('£') || lower.contains("thousand pounds")) {
            push(
                findings,
                text,
                "single-loss",
                start,
                start + sentence.len(),
                "a single loss tells of one person",
                "give no sum, or one over eight people or more",
            );
        }
    }
}

fn sentences(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut start = 0;
    for (at, c) in text.char_indices() {
        if matches!(c, '.' | '!' | '?' | '\n') {
            found.push((start, &text[start..at]));
            start = at + c.len_utf8();
        }
    }
    found.push((start, &text[start..]));
    found
}

/// The Flesch-Kincaid grade: `0.39 words/sentences + 11.8 syllables/words − 15.59` (Kincaid and others 1975). Syllables are runs of
/// vowels, less a silent final e.
pub fn flesch_kincaid(text: &str) -> f64 {
    let mut words = 0u32;
    let mut syllables = 0u32;
    let mut count = 0u32;
    for (_, sentence) in sentences(text) {
        let in_sentence: Vec<&str> =
            sentence.split_whitespace().filter(|word| word.contains(|c: char| c.is_alphabetic())).collect();
        if in_sentence.is_empty() {
            continue;
        }
        count += 1;
        words += in_sentence.len() as u32;
        syllables += in_sentence.iter().map(|word| syllables_of(word)).sum::<u32>();
    }
    if words == 0 {
        return 0.0;
    }
    0.39 * f64::from(words) / f64::from(count) + 11.8 * f64::from(syllables) / f64::from(words) - 15.59
}

fn syllables_of(word: &str) -> u32 {
    let word: String = word.to_lowercase().chars().filter(|c| c.is_alphabetic()).collect();
    let vowel = |c: char| "aeiouy".contains(c);
    let mut count = 0;
    let mut before = false;
    for c in word.chars() {
        let now = vowel(c);
        if now && !before {
            count += 1;
        }
        before = now;
    }
    if word.ends_with('e') && !word.ends_with("le") && count > 1 {
        count -= 1;
    }
    count.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(text: &str) -> Vec<&'static str> {
        lint(text, LintContext { officer: Some("Alex Marchmont"), numbers: &[], new: false })
            .into_iter()
            .map(|finding| finding.rule)
            .collect()
    }

    #[test]
    fn what_tells_of_one_person_is_found() {
        assert_eq!(rules("Mrs Example was called."), ["person-named"]);
        assert_eq!(rules("An 83-year-old was called; another was aged 79."), ["exact-age", "exact-age"]);
        assert_eq!(rules("People aged 75 or over are rung most."), Vec::<&str>::new());
        assert_eq!(rules("One victim lost £9,000."), ["single-loss"]);
        assert_eq!(rules("Ring 01632 960123 now, or 101."), ["telephone-number"]);
        assert_eq!(rules("She was recently widowed."), ["kin"]);
        assert_eq!(rules("Since [[since:date]] calls came."), ["placeholder"]);
        assert!(rules("Police have had 30 reports since April 1. Dial 999 or 101.").is_empty());
    }

    #[test]
    fn easy_words_have_a_low_grade() {
        assert!(flesch_kincaid("Hang up. Wait five minutes. Call us on another phone.") < 4.0);
        assert!(
            flesch_kincaid(
                "Notwithstanding constabulary recommendations concerning telephonic impersonation, individuals continually participate."
            ) > 12.0
        );
    }
}
