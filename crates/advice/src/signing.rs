//! What keeps advice from being signed: one list, for the desk and for scripts.

use series::{FigureSet, disclosure};

use crate::{Advice, LintContext, lint, to_markup, typed_figures};

/// One thing to put right before a signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obstacle {
    /// The rule of the linter or the leak guard, or `disclosure`.
    pub rule: &'static str,
    /// The words, or the figure.
    pub quote: String,
    /// Why, and what to do.
    pub why: String,
}

/// Looks at the words as they would go out (`text`, the plain rendering), at figures typed by hand, and at the figures shown, against
/// all that were ever published (`before`): a small step from one version to the next tells of those few.
pub fn obstacles(advice: &Advice, text: &str, before: &[FigureSet]) -> Vec<Obstacle> {
    let officer = advice.content.quote.as_ref().map(|quote| quote.officer.name.as_str());
    let mut findings = lint(text, LintContext { officer, numbers: &[], new: true });
    findings.extend(typed_figures(&advice.content));
    let mut all: Vec<Obstacle> = findings
        .into_iter()
        .map(|finding| Obstacle { rule: finding.rule, quote: finding.quote, why: format!("{}: {}", finding.why, finding.fix) })
        .collect();
    if shows_count(advice) {
        let held = disclosure::review(&advice.figures, &["reports"], before);
        all.extend(held.into_iter().map(|finding| Obstacle {
            rule: "disclosure",
            quote: format!("figure {}", finding.key),
            why: finding.why,
        }));
    }
    all
}

fn shows_count(advice: &Advice) -> bool {
    let content = &advice.content;
    content.highlights.iter().chain(&content.paragraphs).any(|sentence| to_markup(sentence).contains("[[reports:number]]"))
}
