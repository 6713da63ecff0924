//! More of the leak guard: what tells neighbours who it is though no name is given. Streets and villages, vehicles, badges and
//! passwords, superlatives, ages and sums in words, relations, names without a title; and in new advice, numbers and quantity words that
//! were typed by hand instead of counted.

use crate::lint::push;
use crate::{Content, LintFinding, Piece, Sentence};

/// Ends of the names of streets.
const STREETS: [&str; 12] =
    ["Street", "Road", "Lane", "Avenue", "Close", "Drive", "Crescent", "Terrace", "Grove", "Gardens", "Mews", "Row"];
/// Words for one person, before or behind a name.
const PERSONS: [&str; 15] = [
    "victim",
    "resident",
    "woman",
    "man",
    "pensioner",
    "lady",
    "gentleman",
    "grandmother",
    "grandfather",
    "widow",
    "widower",
    "mother",
    "father",
    "couple",
    "homeowner",
];
/// Words that make a singled-out person of "the … victim".
const SUPERLATIVES: [&str; 14] = [
    "oldest victim",
    "youngest victim",
    "oldest resident",
    "oldest person",
    "youngest person",
    "eldest",
    "largest loss",
    "biggest loss",
    "highest loss",
    "largest sum",
    "biggest sum",
    "largest amount",
    "highest amount",
    "worst hit",
];
/// Relations of one victim.
const RELATIONS: [&str; 20] = [
    "her husband",
    "his wife",
    "her daughter",
    "his daughter",
    "her son",
    "his son",
    "her late",
    "his late",
    "her granddaughter",
    "her grandson",
    "his granddaughter",
    "his grandson",
    "her carer",
    "his carer",
    "her neighbour",
    "his neighbour",
    "her sister",
    "his sister",
    "her brother",
    "his brother",
];
/// Numbers in words, as they stand before "-year-old" or a count of people.
const TENS: [&str; 10] = ["ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety", "hundred"];
const ONES: [&str; 19] = [
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "dozen",
];

/// Looks at a text for what tells of one person.
pub(crate) fn guard(text: &str, officer: Option<&str>, findings: &mut Vec<LintFinding>) {
    let lower = text.to_lowercase();
    phrases(text, &lower, findings);
    spelled_ages(text, &lower, findings);
    let words = words_of(text);
    streets(text, &words, findings);
    registrations(text, &words, findings);
    named(text, &words, officer, findings);
}

fn phrases(text: &str, lower: &str, findings: &mut Vec<LintFinding>) {
    let mut each = |rule, phrase: &str, why, fix| {
        for (at, _) in lower.match_indices(phrase) {
            let end = at + phrase.len();
            let inside = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
            let before = at.checked_sub(1).and_then(|before| lower.as_bytes().get(before));
            if !inside(before) && !inside(lower.as_bytes().get(end)) {
                push(findings, text, rule, at, end, why, fix);
            }
        }
    };
    for phrase in SUPERLATIVES {
        each("superlative", phrase, "it singles one person out", "say nothing of the oldest, the largest or the worst");
    }
    for phrase in RELATIONS {
        each("kin", phrase, "a bereavement or relation tells who it is", "take it out");
    }
    for phrase in ["village of", "hamlet of", "the village", "a village", "the parish of", "ward of"] {
        each("small-place", phrase, "in a small place neighbours know who it is", "name the district");
    }
    for phrase in ["badge number", "warrant number", "collar number", "the password", "password was", "code word"] {
        each("courier-detail", phrase, "badges and passwords tell of one case", "take it out");
    }
}

/// "eighty-three-year-old", "aged seventy-nine".
fn spelled_ages(text: &str, lower: &str, findings: &mut Vec<LintFinding>) {
    let number = |word: &str| word.split('-').all(|part| TENS.contains(&part) || ONES.contains(&part));
    for (at, _) in lower.match_indices("-year-old").chain(lower.match_indices(" year old")) {
        let start = lower[..at].rfind(|c: char| c.is_whitespace()).map_or(0, |before| before + 1);
        if start < at && number(&lower[start..at]) {
            push(findings, text, "exact-age", start, at + 9, "an exact age tells who it is", "give an age band, or none");
        }
    }
    for (at, _) in lower.match_indices("aged ") {
        let rest = &lower[at + 5..];
        let word = &rest[..rest.find(|c: char| !(c.is_alphanumeric() || c == '-')).unwrap_or(rest.len())];
        if !word.is_empty() && number(word) {
            push(
                findings,
                text,
                "exact-age",
                at,
                at + 5 + word.len(),
                "an exact age tells who it is",
                "give an age band, or none",
            );
        }
    }
}

/// The words of a text with their places; marks are cut off.
fn words_of(text: &str) -> Vec<(usize, &str)> {
    let mut words = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        let inside = c.is_alphanumeric() || (matches!(c, '\'' | '’' | '-') && start.is_some());
        match (inside, start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                words.push((from, &text[from..at]));
                start = None;
            }
            _ => {}
        }
    }
    words
}

fn is_name(word: &str) -> bool {
    let mut letters = word.chars();
    letters.next().is_some_and(char::is_uppercase)
        && letters.clone().count() > 0
        && letters.all(|c| c.is_lowercase() || matches!(c, '-' | '\'' | '’'))
}

/// Whether two words stand side by side, with nothing but one space between them.
fn adjoin(text: &str, first: (usize, &str), second: (usize, &str)) -> bool {
    text.get(first.0 + first.1.len()..second.0) == Some(" ")
}

fn streets(text: &str, words: &[(usize, &str)], findings: &mut Vec<LintFinding>) {
    for pair in words.windows(2) {
        if STREETS.contains(&pair[1].1) && is_name(pair[0].1) && pair[0].1 != "The" && adjoin(text, pair[0], pair[1]) {
            let end = pair[1].0 + pair[1].1.len();
            push(findings, text, "street", pair[0].0, end, "a street tells who it is", "name the district");
        }
    }
}

/// Registration plates in the form of 2001: two letters, two digits, three letters.
fn registrations(text: &str, words: &[(usize, &str)], findings: &mut Vec<LintFinding>) {
    let letters = |part: &str| part.bytes().all(|b| b.is_ascii_uppercase());
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let front = |word: &str| word.len() == 4 && word.is_ascii() && letters(&word[..2]) && digits(&word[2..]);
    let mut found = |at: usize, end: usize| {
        push(findings, text, "vehicle", at, end, "a vehicle tells of one case", "take it out, or have an analyst mark it");
    };
    for (position, (at, word)) in words.iter().enumerate() {
        if word.len() == 7 && word.is_ascii() && front(&word[..4]) && letters(&word[4..]) {
            found(*at, at + 7);
        } else if front(word)
            && let Some(next) = words.get(position + 1)
            && next.1.len() == 3
            && letters(next.1)
            && adjoin(text, (*at, word), *next)
        {
            found(*at, next.0 + 3);
        }
    }
}

/// A first and last name without a title, told by what stands beside it: "a resident, Ann Example", "Ann Example, aged", "called Ann
/// Example".
fn named(text: &str, words: &[(usize, &str)], officer: Option<&str>, findings: &mut Vec<LintFinding>) {
    for (position, pair) in words.windows(2).enumerate() {
        if !(is_name(pair[0].1) && is_name(pair[1].1) && adjoin(text, pair[0], pair[1])) {
            continue;
        }
        let (start, end) = (pair[0].0, pair[1].0 + pair[1].1.len());
        let name = &text[start..end];
        if officer.is_some_and(|officer| officer.contains(name) || name.contains(officer)) {
            continue;
        }
        let before = position.checked_sub(1).and_then(|before| words.get(before)).map(|word| word.1.to_lowercase());
        let introduced =
            before.is_some_and(|word| PERSONS.contains(&word.as_str()) || matches!(word.as_str(), "named" | "neighbour"));
        let rest = text[end..].trim_start_matches(',').trim_start();
        let told =
            rest.starts_with("aged ") || rest.starts_with("told ") || rest.starts_with("lost ") || rest.starts_with("handed ");
        let aged = text[end..].starts_with(", ") && rest.starts_with(|c: char| c.is_ascii_digit());
        if introduced || told || aged {
            push(findings, text, "person-named", start, end, "a person is named", "take the name out");
        }
    }
}

/// Numbers and quantity words that were typed into new advice by hand. What a page states as a number is a figure.
pub fn typed_figures(content: &Content) -> Vec<LintFinding> {
    let mut findings = Vec::new();
    let all = content.highlights.iter().chain(&content.paragraphs).chain(&content.closing).chain(&content.steps);
    for sentence in all.chain(content.quote.iter().flat_map(|quote| &quote.paragraphs)) {
        typed_in(sentence, &mut findings);
    }
    findings
}

/// Words that assert a share: each must be a figure with its threshold.
const QUANTITY_WORDS: [&str; 12] = [
    "mainly",
    "mostly",
    "nearly always",
    "vast majority",
    "the majority",
    "most cases",
    "some cases",
    "many cases",
    "dozens",
    "hundreds",
    "several people",
    "most victims",
];
/// What is counted, behind a number.
const COUNTED: [&str; 12] =
    ["reports", "report", "victims", "victim", "people", "residents", "calls", "cases", "incidents", "pounds", "homes", "losses"];

fn typed_in(sentence: &Sentence, findings: &mut Vec<LintFinding>) {
    for piece in &sentence.0 {
        let Piece::Text(text) = piece else { continue };
        let lower = text.to_lowercase();
        let why = "a number or quantity word was typed by hand";
        let fix = "put the figure in its place, in double brackets";
        for phrase in QUANTITY_WORDS {
            if let Some(at) = lower.find(phrase) {
                push(findings, text, "typed-figure", at, at + phrase.len(), why, fix);
            }
        }
        for (at, _) in text.match_indices('£') {
            let end = at + 2 + text[at + 2..].bytes().take_while(|b| b.is_ascii_digit() || *b == b',').count();
            push(findings, text, "typed-figure", at, end, why, fix);
        }
        let words = words_of(text);
        for pair in words.windows(2) {
            let number = pair[0].1.bytes().all(|b| b.is_ascii_digit())
                || pair[0]
                    .1
                    .to_lowercase()
                    .split('-')
                    .all(|part| TENS.contains(&part) || (ONES.contains(&part) && part != "one"));
            if number && COUNTED.contains(&pair[1].1.to_lowercase().as_str()) && adjoin(text, pair[0], pair[1]) {
                push(findings, text, "typed-figure", pair[0].0, pair[1].0 + pair[1].1.len(), why, fix);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{LintContext, lint};

    fn rules(text: &str) -> Vec<&'static str> {
        let context = LintContext { officer: Some("Alex Marchmont"), numbers: &[], new: false };
        let mut rules: Vec<&str> = lint(text, context).into_iter().map(|finding| finding.rule).collect();
        rules.dedup();
        rules
    }

    #[test]
    fn what_neighbours_would_know_is_found() {
        for (text, rule) in [
            ("A man was called at his home in Example Street.", "street"),
            ("An eighty-three-year-old was called.", "exact-age"),
            ("She is aged seventy-nine.", "exact-age"),
            ("The oldest victim gave away all she had.", "superlative"),
            ("Police thank her daughter, who rang them.", "kin"),
            ("A call came to the village of Example.", "small-place"),
            ("The courier drove a car marked AB12 CDE.", "vehicle"),
            ("The courier drove AB12CDE.", "vehicle"),
            ("He gave the badge number 1234.", "courier-detail"),
            ("A resident, Ann Example, was called.", "person-named"),
            ("Ann Example, 83, was called.", "person-named"),
            ("A pensioner named Ann Example rang us.", "person-named"),
        ] {
            assert!(rules(text).contains(&rule), "{text}: {:?}", rules(text));
        }
        for clean in [
            "We have had calls in St Albans, Watford and Hertsmere.",
            "Detective Inspector Alex Marchmont, from the Constabulary's Economic Crime Unit, said: \"Hang up.",
            "Report it to Report Fraud on 0300 123 2040. Text relay: 18001 101.",
            "Please tell older family, friends and neighbours. Wait five minutes. The bank will never ask for your password.",
        ] {
            assert_eq!(rules(clean), Vec::<&str>::new(), "{clean}");
        }
    }

    #[test]
    fn numbers_typed_by_hand_are_found_and_figures_are_not() {
        let found = |text: &str| {
            let mut findings = Vec::new();
            typed_in(&crate::from_markup(text), &mut findings);
            findings.len()
        };
        for typed in [
            "We have had thirty reports.",
            "We have had 30 reports.",
            "It is mainly in the north.",
            "They took £9,000.",
            "Twenty-two people lost money.",
        ] {
            assert_eq!(found(typed), 1, "{typed}");
        }
        for counted in [
            "We have had [[reports:number]] reports, [[areas:mainly]] from [[areas:areas]].",
            "Wait five minutes.",
            "Call 101.",
            "One call is enough.",
        ] {
            assert_eq!(found(counted), 0, "{counted}");
        }
    }
}
