//! The wording of first drafts, as data by stream (`rules/advice.toml`).

use serde::Deserialize;
use series::FigureSet;

use areas::Gazetteer;

use crate::wording::{holds, strongest};
use crate::{Force, Piece, ReportingLine, Sentence, from_markup};

/// A wording file that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// Not TOML of the right shape.
    #[error("advice wording: {0}")]
    Syntax(#[from] toml::de::Error),
    /// No wording for series of no known method.
    #[error("advice wording: no [[stream]] with the id 'unknown', which every series without its own falls back on")]
    Fallback,
    /// A figure that nobody counts.
    #[error("advice wording: '{0}' is no figure that is counted")]
    Figure(String),
}

/// The wording of all streams.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Templates {
    #[serde(rename = "version")]
    _version: u32,
    pub(crate) common: Common,
    stream: Vec<Template>,
}

/// What every draft says.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Common {
    pub(crate) count: Line,
    pub(crate) places: Line,
    pub(crate) refused: Line,
    pub(crate) suspicious: Line,
    pub(crate) closing: Line,
    pub(crate) steps: Vec<String>,
    pub(crate) report_step: String,
}

/// What the drafts of one stream say.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Template {
    id: String,
    pub(crate) title: String,
    pub(crate) standfirst: String,
    pub(crate) harm: Line,
    pub(crate) never: String,
    pub(crate) paragraphs: Vec<Line>,
    pub(crate) spoken: Vec<Line>,
    pub(crate) last_step: String,
}

/// Sentences that make one highlight or paragraph.
pub(crate) type Line = Vec<Choice>;

/// A sentence, or several of which the first that holds stands.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(crate) enum Choice {
    One(Text),
    Any(Vec<Text>),
}

/// A text with figures as markers; one without may need a figure all the same.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(crate) enum Text {
    Plain(String),
    When { when: String, text: String },
}

impl Templates {
    /// The wording that ships with the program.
    pub fn builtin() -> Templates {
        match Templates::parse(include_str!("../../../rules/advice.toml")) {
            Ok(templates) => templates,
            Err(error) => panic!("the built-in advice wording does not parse: {error}"),
        }
    }

    /// Reads a wording file.
    ///
    /// # Errors
    /// [`TemplateError`]
    pub fn parse(text: &str) -> Result<Templates, TemplateError> {
        let templates: Templates = toml::from_str(text)?;
        if !templates.stream.iter().any(|template| template.id == series::streams::UNKNOWN) {
            return Err(TemplateError::Fallback);
        }
        for text in templates.texts() {
            for key in text.keys() {
                if !series::figure_keys().any(|held| held == key) {
                    return Err(TemplateError::Figure(key));
                }
            }
        }
        Ok(templates)
    }

    /// All texts with figures in them.
    fn texts(&self) -> impl Iterator<Item = &Text> {
        let common =
            [&self.common.count, &self.common.places, &self.common.refused, &self.common.suspicious, &self.common.closing];
        let own = self.stream.iter().flat_map(|one| std::iter::once(&one.harm).chain(&one.paragraphs).chain(&one.spoken));
        common.into_iter().chain(own).flatten().flat_map(Choice::texts)
    }

    /// The wording of a stream; of the unknown one where it has none.
    pub(crate) fn of(&self, stream: &str) -> &Template {
        let by_id = |id: &str| self.stream.iter().find(|template| template.id == id);
        by_id(stream).or_else(|| by_id(series::streams::UNKNOWN)).unwrap_or(&self.stream[0])
    }
}

/// What a draft is filled in from.
pub(crate) struct Filling<'a> {
    pub(crate) figures: &'a FigureSet,
    pub(crate) gazetteer: &'a Gazetteer,
    pub(crate) force: &'a Force,
    pub(crate) reporting: &'a ReportingLine,
    /// The count may not be told: the series is too small.
    pub(crate) small: bool,
}

impl Choice {
    fn texts(&self) -> &[Text] {
        match self {
            Choice::One(text) => std::slice::from_ref(text),
            Choice::Any(texts) => texts,
        }
    }
}

impl Text {
    /// The figures it names.
    fn keys(&self) -> Vec<String> {
        let (when, words) = match self {
            Text::Plain(words) => (None, words),
            Text::When { when, text } => (Some(when.split(':').next().unwrap_or(when).to_owned()), text),
        };
        let named = from_markup(words).0.into_iter().filter_map(|piece| match piece {
            Piece::Figure { key, .. } => Some(key),
            Piece::Text(_) => None,
        });
        when.into_iter().chain(named).collect()
    }
}

impl Filling<'_> {
    /// The line, without the sentences that the figures do not bear out; `None` where none is left.
    pub(crate) fn line(&self, line: &[Choice]) -> Option<Sentence> {
        let mut pieces: Vec<Piece> = Vec::new();
        for choice in line {
            let Some(sentence) = choice.texts().iter().find_map(|text| self.text(text)) else { continue };
            if !pieces.is_empty() {
                pieces.push(Piece::Text(" ".to_owned()));
            }
            pieces.extend(sentence.0);
        }
        (!pieces.is_empty()).then(|| Sentence(joined(pieces)))
    }

    /// Lines, those that say nothing left out.
    pub(crate) fn lines(&self, lines: &[Line]) -> Vec<Sentence> {
        lines.iter().filter_map(|line| self.line(line)).collect()
    }

    /// Words with the force's own facts in them.
    pub(crate) fn plain(&self, text: &str) -> Sentence {
        Sentence(vec![Piece::Text(self.facts(text))])
    }

    fn facts(&self, text: &str) -> String {
        text.replace("<reporting>", &self.reporting.words)
            .replace("<number>", &self.reporting.number)
            .replace("<online>", &self.force.report_online)
    }

    fn text(&self, text: &Text) -> Option<Sentence> {
        let words = match text {
            Text::Plain(words) => words,
            Text::When { when, text } => {
                let (key, form) = when.split_once(':')?;
                self.form(key, form)?;
                text
            }
        };
        let mut sentence = from_markup(&self.facts(words));
        for piece in &mut sentence.0 {
            if let Piece::Figure { key, form } = piece {
                *form = self.form(key, form)?;
            }
        }
        Some(sentence)
    }

    /// The form a figure is said in, `share` and `often` made into a quantity word; `None` where the figure does not bear it out.
    fn form(&self, key: &str, form: &str) -> Option<String> {
        if self.small && key == "reports" {
            return None;
        }
        if matches!(form, "share" | "often") {
            return strongest(key, form, self.figures, self.gazetteer).map(str::to_owned);
        }
        holds(key, form, self.figures, self.gazetteer).then(|| form.to_owned())
    }
}

/// Words side by side made one piece.
fn joined(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut all: Vec<Piece> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        match (all.last_mut(), piece) {
            (Some(Piece::Text(held)), Piece::Text(more)) => held.push_str(&more),
            (_, piece) => all.push(piece),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stream_has_wording_of_its_own() {
        let templates = Templates::builtin();
        for stream in series::Streams::builtin().iter() {
            assert_eq!(templates.of(&stream.id).id, stream.id);
        }
        assert_eq!(templates.of("a stream of a force's own").id, "unknown");
    }

    #[test]
    fn a_file_without_a_fallback_is_refused() {
        let text = include_str!("../../../rules/advice.toml").replace("id = \"unknown\"", "id = \"other\"");
        assert!(matches!(Templates::parse(&text), Err(TemplateError::Fallback)));
    }

    #[test]
    fn a_figure_that_nobody_counts_is_refused() {
        let text = include_str!("../../../rules/advice.toml").replace("claimed_utility:share", "claimed_wizard:share");
        assert_eq!(
            Templates::parse(&text).unwrap_err().to_string(),
            "advice wording: 'claimed_wizard' is no figure that is counted"
        );
    }

    #[test]
    fn the_wording_is_plain_english() {
        for template in &Templates::builtin().stream {
            let spoken = [&template.standfirst, &template.never, &template.last_step];
            for text in spoken {
                assert!(crate::flesch_kincaid(text) <= 14.0, "{}: {text}", template.id);
            }
            let common = &Templates::builtin().common;
            let steps = [&common.steps.join("\n"), &common.report_step, &template.last_step].map(String::as_str).join("\n");
            assert!(crate::flesch_kincaid(&steps) <= 6.0, "{}: {steps}", template.id);
            assert!(template.standfirst.chars().count() <= 160, "{}: the standfirst is a feed's summary", template.id);
        }
    }
}
