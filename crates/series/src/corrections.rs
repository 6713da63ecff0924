//! What a person put right in a report, as short words that are kept for ever: a list field's value is put in (`+police`) or taken
//! out (`-police`), the outcome and whether it is a scam call are set. Applied over whatever is ticked or read, in the order of
//! giving, so that a correction stands when the report is read again or sent again.

use report::vocabulary::{Claimed, Demand, Handover, Outcome, Pretext, Trick};

use crate::streams::Method;
use crate::{Case, Streams};

/// A correction that means nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: '{value}' is no correction: +value or -value of a list field, or a value of outcome or scam_call")]
pub struct CorrectionError {
    /// The field.
    pub field: String,
    /// The value.
    pub value: String,
}

/// Applies corrections (field, value) to a case, oldest first, and tells its streams anew.
///
/// # Errors
/// [`CorrectionError`] at the first that means nothing; those before it are applied.
pub fn correct<'a>(
    case: &mut Case,
    corrections: impl IntoIterator<Item = (&'a str, &'a str)>,
    streams: &Streams,
) -> Result<(), CorrectionError> {
    let mut outcome = Ok(());
    for (field, value) in corrections {
        let known = match field {
            "claimed" => list(&mut case.claimed, value, Claimed::from_wire),
            "pretext" => list(&mut case.pretext, value, Pretext::from_wire),
            "trick" => list(&mut case.trick, value, Trick::from_wire),
            "demand" => list(&mut case.demand, value, Demand::from_wire),
            "handover" => list(&mut case.handover, value, Handover::from_wire),
            "names" => list(&mut case.names, value, |text| Some(text.to_owned())),
            "numbers" => list(&mut case.numbers_given, value, |text| text.starts_with('+').then(|| text.to_owned())),
            "outcome" => match Outcome::from_wire(value) {
                Some(outcome) => {
                    case.outcome = outcome;
                    Some(())
                }
                None => None,
            },
            "scam_call" if matches!(value, "yes" | "no") => {
                case.scam_call = Some(value == "yes");
                Some(())
            }
            _ => None,
        };
        if known.is_none() {
            outcome = Err(CorrectionError { field: field.to_owned(), value: value.to_owned() });
            break;
        }
    }
    case.streams = streams.classify(Method {
        claimed: &case.claimed,
        pretext: &case.pretext,
        trick: &case.trick,
        demand: &case.demand,
        handover: &case.handover,
    });
    outcome
}

/// Puts a value into a list or takes it out. `None` where the value is none of the field's.
fn list<T: PartialEq>(values: &mut Vec<T>, change: &str, from_wire: impl Fn(&str) -> Option<T>) -> Option<()> {
    if let Some(text) = change.strip_prefix('-') {
        let value = from_wire(text)?;
        values.retain(|held| *held != value);
    } else {
        let value = from_wire(change.strip_prefix('+')?)?;
        if !values.contains(&value) {
            values.push(value);
        }
    }
    Some(())
}
