//! Figures in sentences. A quantity word is a figure too: it may stand only where its threshold is met.

use areas::Gazetteer;
use jiff::civil::Date;
use series::{FigureSet, Value};

use crate::{Piece, Sentence};

/// A sentence that cannot be said.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WordingError {
    /// No such figure.
    #[error("the sentence names a figure '{0}' that was not counted")]
    NoFigure(String),
    /// A form that the figure does not have.
    #[error("figure '{key}' cannot be said as '{form}'")]
    Form {
        /// The figure.
        key: String,
        /// The form.
        form: String,
    },
    /// A quantity word that the figure does not bear out.
    #[error("figure '{key}' does not bear out '{form}': it is {n} of {of}")]
    Threshold {
        /// The figure.
        key: String,
        /// The quantity word.
        form: String,
        /// So many.
        n: u64,
        /// Of so many.
        of: u64,
    },
}

/// Quantity words with the shares they assert: (form, words, at least, below).
const QUANTITIES: [(&str, &str, f64, f64); 8] = [
    ("vast_majority", "In the vast majority of cases", 0.8, 1.01),
    ("most", "In most cases", 0.5, 1.01),
    ("some", "In some cases", 0.0, 0.5),
    ("nearly_always", "nearly always", 0.8, 1.01),
    ("mostly", "mostly", 0.5, 1.01),
    ("sometimes", "sometimes", 0.0, 0.5),
    ("many_refuse", "many people", 0.4, 1.01),
    ("few_pay", "some people", 0.0, 0.5),
];
/// "Some" needs two reports at the least.
const SOME: u64 = 2;
/// Most districts that are named.
const NAMED: usize = 3;

/// Puts a sentence into words.
///
/// # Errors
/// [`WordingError`] where a figure is missing or does not bear out its word.
pub fn words(sentence: &Sentence, figures: &FigureSet, gazetteer: &Gazetteer) -> Result<String, WordingError> {
    let mut text = String::new();
    for piece in &sentence.0 {
        match piece {
            Piece::Text(words) => text.push_str(words),
            Piece::Figure { key, form } => text.push_str(&figure_words(key, form, figures, gazetteer)?),
        }
    }
    Ok(text)
}

fn figure_words(key: &str, form: &str, figures: &FigureSet, gazetteer: &Gazetteer) -> Result<String, WordingError> {
    let figure = figures.get(key).ok_or_else(|| WordingError::NoFigure(key.to_owned()))?;
    let wrong = || WordingError::Form { key: key.to_owned(), form: form.to_owned() };
    match (&figure.value, form) {
        (Value::Count { n }, "number") => Ok(n.to_string()),
        (Value::Day { day }, "date") => Ok(month_day(*day)),
        (Value::Areas { counts, of }, "areas") => {
            let named: Vec<String> = named_areas(counts, *of).iter().map(|(id, _)| gazetteer.name(id).to_owned()).collect();
            if named.is_empty() { Err(wrong()) } else { Ok(list(&named)) }
        }
        (Value::Areas { counts, of }, "mainly") => {
            let named: u64 = named_areas(counts, *of).iter().map(|(_, n)| n).sum();
            if named * 2 > *of { Ok("mainly".to_owned()) } else { Err(threshold(key, form, named, *of)) }
        }
        (Value::Share { n, of }, _) => {
            let (_, words, least, below) = QUANTITIES.iter().find(|entry| entry.0 == form).ok_or_else(wrong)?;
            let share = if *of == 0 { 0.0 } else { *n as f64 / *of as f64 };
            if share >= *least && share < *below && *n >= SOME {
                Ok((*words).to_owned())
            } else {
                Err(threshold(key, form, *n, *of))
            }
        }
        _ => Err(wrong()),
    }
}

fn threshold(key: &str, form: &str, n: u64, of: u64) -> WordingError {
    WordingError::Threshold { key: key.to_owned(), form: form.to_owned(), n, of }
}

/// Whether a figure bears out a form.
pub(crate) fn holds(key: &str, form: &str, figures: &FigureSet, gazetteer: &Gazetteer) -> bool {
    figure_words(key, form, figures, gazetteer).is_ok()
}

/// The strongest of the words for a share that a figure bears out: of those for the beginning of a sentence (`share`), or for its
/// middle (`often`). `None` also where `scale` is neither.
pub(crate) fn strongest(key: &str, scale: &str, figures: &FigureSet, gazetteer: &Gazetteer) -> Option<&'static str> {
    let forms = match scale {
        "share" => ["vast_majority", "most", "some"],
        "often" => ["nearly_always", "mostly", "sometimes"],
        _ => return None,
    };
    forms.into_iter().find(|form| holds(key, form, figures, gazetteer))
}

/// The districts that are named: up to three, each with two reports or more and more than any that is not named.
pub(crate) fn named_areas(counts: &[(areas::AreaId, u64)], of: u64) -> Vec<(areas::AreaId, u64)> {
    let mut named: Vec<(areas::AreaId, u64)> = counts.iter().take(NAMED).filter(|(_, n)| *n >= 2).cloned().collect();
    // A tie with an unnamed district names neither.
    if let Some((_, next)) = counts.get(named.len()) {
        named.retain(|(_, n)| n > next);
    }
    if of == 0 { Vec::new() } else { named }
}

/// "April 1": the way the pages write a day of the running year.
pub fn month_day(day: Date) -> String {
    format!("{} {}", MONTHS[(day.month() as usize - 1).min(11)], day.day())
}

/// English months.
pub const MONTHS: [&str; 12] =
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

/// "A", "A and B", "A, B and C".
pub fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}
