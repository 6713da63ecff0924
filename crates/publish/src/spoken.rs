//! A piece of advice in words: every figure said, every sentence finished. What all renderers start from.

use advice::{Advice, Officer, Sentence, State, WordingError, words};
use areas::Gazetteer;
use jiff::civil::Date;
use report::Moment;

/// Advice in words.
#[derive(Debug, Clone, PartialEq)]
pub struct Spoken {
    /// The force's area.
    pub area: String,
    /// Title.
    pub title: String,
    /// Address.
    pub url: String,
    /// Date.
    pub date: Date,
    /// Standfirst.
    pub description: String,
    /// Highlights.
    pub highlights: Vec<String>,
    /// Paragraphs before the quote.
    pub paragraphs: Vec<String>,
    /// Who is quoted.
    pub officer: Option<Officer>,
    /// The quote, paragraph by paragraph, without marks.
    pub quote: Vec<String>,
    /// Paragraphs after the quote.
    pub closing: Vec<String>,
    /// What to do now.
    pub steps: Vec<String>,
    /// Where it stands. A draft is rendered as the page it will be.
    pub state: State,
    /// When it ended, where it has.
    pub updated: Option<Moment>,
    /// The day of its latest update, where there was one.
    pub updated_on: Option<Date>,
}

/// Puts advice into words.
///
/// # Errors
/// [`WordingError`] where a figure does not bear out its sentence.
pub fn spoken(advice: &Advice, gazetteer: &Gazetteer) -> Result<Spoken, WordingError> {
    let content = &advice.content;
    let say = |sentences: &[Sentence]| -> Result<Vec<String>, WordingError> {
        sentences.iter().map(|sentence| words(sentence, &advice.figures, gazetteer)).collect()
    };
    let paragraphs = say(&content.paragraphs)?;
    let ended = matches!(advice.state, State::StoodDown | State::Withdrawn);
    Ok(Spoken {
        area: content.area.clone(),
        title: content.title.clone(),
        url: content.url.clone(),
        date: content.date,
        description: paragraphs.first().cloned().unwrap_or_default(),
        highlights: say(&content.highlights)?,
        paragraphs,
        officer: content.quote.as_ref().map(|quote| quote.officer.clone()),
        quote: match &content.quote {
            Some(quote) => say(&quote.paragraphs)?,
            None => Vec::new(),
        },
        closing: say(&content.closing)?,
        steps: say(&content.steps)?,
        // What is signed is what goes out: the state shows only once it has ended.
        state: if ended { advice.state } else { State::Published },
        updated: if ended { Some(advice.updated_at) } else { None },
        updated_on: content.updated,
    })
}
