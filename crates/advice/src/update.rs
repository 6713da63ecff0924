//! An update of advice that is out: the same sentences, as people edited them, on figures counted anew. A sentence that the new
//! figures do not bear out is left out and named; a count that grew by so few that the step would tell of them keeps its old value,
//! said as "more than".

use areas::Gazetteer;
use report::Moment;
use series::{FigureSet, Value, disclosure};

use crate::wording::words;
use crate::{Action, ActionError, Advice, Force, Piece, Sentence, act, to_markup};

const MORE_THAN: &str = "more than ";

/// Begins an update. `fresh` are the figures as counted now, `before` all that were ever published.
///
/// # Errors
/// [`ActionError::State`] where the advice is not out.
pub fn update(
    advice: &Advice,
    fresh: FigureSet,
    before: &[FigureSet],
    gazetteer: &Gazetteer,
    force: &Force,
    by: &str,
    now: Moment,
) -> Result<Advice, ActionError> {
    let mut figures = fresh;
    let mut content = advice.content.clone();
    let held = count_to_hold(&figures, advice, before);
    if held && let Some(old) = advice.figures.get("reports") {
        figures.insert("reports".to_owned(), old.clone());
    }
    let mut left_out = Vec::new();
    let mut keep = |sentences: &mut Vec<Sentence>| {
        sentences.retain(|sentence| {
            let good = words(sentence, &figures, gazetteer).is_ok();
            if !good {
                left_out.push(to_markup(sentence));
            }
            good
        });
        if held {
            sentences.iter_mut().for_each(say_more_than);
        }
    };
    keep(&mut content.highlights);
    keep(&mut content.paragraphs);
    if let Some(quote) = &mut content.quote {
        keep(&mut quote.paragraphs);
    }
    keep(&mut content.closing);
    keep(&mut content.steps);
    let today = now.day();
    content.updated = Some(today);
    let expires_on = Some(today.saturating_add(jiff::Span::new().days(force.expires_after_days)));
    let reason =
        (!left_out.is_empty()).then(|| format!("left out, as the figures do not bear it out now: {}", left_out.join(" / ")));
    act(advice, Action::Update { content: Box::new(content), figures, expires_on }, by, reason.as_deref(), now)
}

/// Whether the count grew by a step that disclosure control keeps back.
fn count_to_hold(fresh: &FigureSet, advice: &Advice, before: &[FigureSet]) -> bool {
    let count = |figures: &FigureSet| match figures.get("reports").map(|figure| &figure.value) {
        Some(Value::Count { n }) => Some(*n),
        _ => None,
    };
    let (Some(new), Some(old)) = (count(fresh), count(&advice.figures)) else { return false };
    new > old && disclosure::review(fresh, &["reports"], before).iter().any(|finding| finding.key == "reports")
}

/// "30 reports" becomes "more than 30 reports".
fn say_more_than(sentence: &mut Sentence) {
    let mut pieces: Vec<Piece> = Vec::with_capacity(sentence.0.len() + 1);
    for piece in sentence.0.drain(..) {
        let counts = matches!(&piece, Piece::Figure { key, form } if key == "reports" && form == "number");
        let said = matches!(pieces.last(), Some(Piece::Text(text)) if text.ends_with(MORE_THAN));
        if counts && !said {
            pieces.push(Piece::Text(MORE_THAN.to_owned()));
        }
        pieces.push(piece);
    }
    sentence.0 = pieces;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::from_markup;

    #[test]
    fn a_held_count_is_said_as_more_than_once() {
        let mut sentence = from_markup("There have been [[reports:number]] reports.");
        say_more_than(&mut sentence);
        assert_eq!(to_markup(&sentence), "There have been more than [[reports:number]] reports.");
        say_more_than(&mut sentence);
        assert_eq!(to_markup(&sentence), "There have been more than [[reports:number]] reports.");
    }
}
