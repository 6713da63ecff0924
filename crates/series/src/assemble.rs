//! From a report to what the detector sees: the place resolved, the words read, ticked facts and read values put together.

use areas::{Gazetteer, PlaceGiven};
use report::vocabulary::{Claimed, Demand, Handover, Outcome, Precision, Pretext, Trick};
use report::{OpenReason, Report};

use crate::streams::{Method, Streams};
use crate::{Case, ReportId};

/// Longest account that is read; the rest of a longer one is kept but not read.
const LONGEST_READ: usize = 100_000;

/// A report made ready for the store and the detector.
#[derive(Debug, Clone, PartialEq)]
pub struct Assembled {
    /// What the detector sees.
    pub case: Case,
    /// What was read from the words, with byte offsets but without the quotes themselves: it holds no personal data.
    pub reading: serde_json::Value,
}

/// Puts a report together. What a person ticked stands; what was read from the words fills only fields left empty.
pub fn assemble(
    report: &Report,
    id: ReportId,
    gazetteer: &Gazetteer,
    reader: &modus::Reader,
    streams: &Streams,
    reporter: Option<String>,
) -> Assembled {
    let facts = &report.facts;
    let private = report.private.open(OpenReason::ResolvingPlace);
    let given = PlaceGiven {
        postcode: private.postcode.as_deref(),
        sector: facts.place.sector.as_deref(),
        outcode: facts.place.outcode.as_deref(),
        district: facts.place.district.as_deref(),
        town: facts.place.town.as_deref(),
        lat: private.lat,
        lon: private.lon,
        target_landline: private.reporter.phone.as_deref(),
    };
    let resolved = gazetteer.resolve(&given);
    let words = report.private.open(OpenReason::ReadingModus).narrative.as_deref().unwrap_or("");
    let reading = if words.trim().is_empty() { None } else { Some(reader.read(head(words, LONGEST_READ))) };

    let claimed = ticked_or_read(&facts.caller.claimed, reading.as_ref(), modus::Field::Claimed, Claimed::from_wire);
    let pretext = ticked_or_read(&facts.pretext, reading.as_ref(), modus::Field::Pretext, Pretext::from_wire);
    let trick = ticked_or_read(&facts.trick, reading.as_ref(), modus::Field::Trick, Trick::from_wire);
    let demand = ticked_or_read(&facts.demand, reading.as_ref(), modus::Field::Demand, Demand::from_wire);
    let handover = ticked_or_read(&facts.handover, reading.as_ref(), modus::Field::Handover, Handover::from_wire);
    let read_outcome = reading.as_ref().and_then(|r| Outcome::from_wire(&r.outcome)).unwrap_or(Outcome::Unknown);
    let outcome = match facts.outcome {
        Some(outcome) if outcome != Outcome::Unknown => outcome,
        _ => read_outcome,
    };
    let ticked_any = !facts.caller.claimed.is_empty() || !facts.pretext.is_empty() || !facts.demand.is_empty();
    let scam_call = match &reading {
        _ if ticked_any => Some(true),
        Some(reading) => Some(reading.scam_call),
        None => None,
    };

    let number_shown = facts.call.number_shown.clone().filter(|number| number.starts_with('+'));
    let mut numbers_given: Vec<String> = facts.callback.number.iter().cloned().collect();
    let mut names = facts.caller.names.clone();
    if let Some(reading) = &reading {
        for number in &reading.numbers {
            if number_shown.as_ref() != Some(number) && !numbers_given.contains(number) {
                numbers_given.push(number.clone());
            }
        }
        if names.is_empty() {
            names.clone_from(&reading.names);
        }
    }
    let station = facts.caller.station.clone().or_else(|| reading.as_ref().and_then(|r| r.station.clone()));
    let method = Method { claimed: &claimed, pretext: &pretext, trick: &trick, demand: &demand, handover: &handover };
    let classified = streams.classify(method);

    let received = facts.received_at.day();
    let known = !matches!(facts.call.precision, Some(Precision::Unknown | Precision::Week));
    let call_day = match facts.call.at {
        Some(at) if known => at.day().min(received),
        _ => received,
    };
    let case = Case {
        id,
        received_at: facts.received_at,
        call_day,
        shares: resolved.shares,
        sector: resolved.sector,
        outcode: resolved.outcode,
        scam_call,
        streams: classified,
        claimed,
        pretext,
        trick,
        demand,
        handover,
        outcome,
        loss_pence: facts.loss_pence.or_else(|| reading.as_ref().and_then(|r| r.loss_pence)),
        number_shown,
        numbers_given,
        names,
        station,
        reporter,
        use_for_advice: facts.consent.use_for_advice.unwrap_or(true),
    };
    let reading = reading.map_or(serde_json::Value::Null, |reading| reading.without_quotes());
    Assembled { case, reading }
}

/// The ticked values; where none was ticked, those read from the words.
fn ticked_or_read<T: Copy + PartialEq>(
    ticked: &[T],
    reading: Option<&modus::Reading>,
    field: modus::Field,
    from_wire: fn(&str) -> Option<T>,
) -> Vec<T> {
    if !ticked.is_empty() {
        return ticked.to_vec();
    }
    let mut values = Vec::new();
    if let Some(reading) = reading {
        for value in reading.values(field) {
            if let Some(value) = from_wire(value)
                && !values.contains(&value)
            {
                values.push(value);
            }
        }
    }
    values
}

/// The first `most` bytes, cut at a character.
fn head(text: &str, most: usize) -> &str {
    if text.len() <= most {
        return text;
    }
    let mut end = most;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}
