//! From signals to values: each signal has one voice however often it is found, and a value is read where the voices come to a half.

use crate::pack::{Packs, Signal};
use crate::reader::Found;
use crate::reading::{Field, Span, Value};

/// Confidence from which a value is read.
const READ: f64 = 0.5;
/// Confidence from which a claim is read where there is no better.
const HINT: f64 = 0.2;
/// Most places that a value is shown by.
const MOST_PLACES: usize = 200;

/// The values of the list fields, in the order of the fields and of their first words.
pub(crate) fn values(packs: &Packs, found: &[Found]) -> Vec<Value> {
    let mut values: Vec<Value> = Vec::new();
    let plain = |signal: &Signal| signal.needs.is_empty() && signal.unless.is_empty();
    for hit in found.iter().filter(|hit| plain(&packs.signals[hit.signal])) {
        add(packs, hit, &mut values);
    }
    // Composites: what they look for is what was found without them.
    let mut held: Vec<String> = Vec::new();
    for value in &values {
        held.extend(value.signals.iter().cloned());
        if value.confidence >= READ {
            held.push(format!("{}.{}", value.field.as_str(), value.value));
        }
    }
    let any = |wanted: &[String]| wanted.iter().any(|one| held.contains(one));
    for hit in found {
        let signal = &packs.signals[hit.signal];
        if !plain(signal) && (signal.needs.is_empty() || any(&signal.needs)) && !any(&signal.unless) {
            add(packs, hit, &mut values);
        }
    }
    // Somebody called: where nothing says it plainly, the likeliest is read.
    let claimed = |value: &Value| value.field == Field::Claimed;
    if !values.iter().any(|value| claimed(value) && value.confidence >= READ) {
        let best = values.iter().filter(|value| claimed(value)).map(|value| value.confidence).fold(0.0, f64::max);
        for value in values.iter_mut().filter(|value| value.field == Field::Claimed && value.confidence >= best && best >= HINT) {
            value.confidence = READ;
        }
    }
    values.retain(|value| value.confidence >= READ);
    values.sort_by_key(|value| value.field);
    values
}

/// Adds a signal's voice to its value.
fn add(packs: &Packs, hit: &Found, values: &mut Vec<Value>) {
    let entry = &packs.signals[hit.signal];
    if matches!(entry.field, Field::Outcome | Field::Context | Field::Stage | Field::Genuine) || entry.weight <= 0.0 {
        return;
    }
    let weight = entry.weight.min(0.99);
    match values.iter_mut().find(|value| value.field == entry.field && value.value == entry.value) {
        Some(value) => {
            if value.evidence.len() < MOST_PLACES && !value.evidence.contains(&hit.span) {
                value.evidence.push(hit.span);
            }
            if !value.signals.contains(&entry.id) {
                value.signals.push(entry.id.clone());
                value.confidence = 1.0 - (1.0 - value.confidence) * (1.0 - weight);
            }
        }
        None => values.push(Value {
            field: entry.field,
            value: entry.value.clone(),
            confidence: weight,
            evidence: vec![hit.span],
            signals: vec![entry.id.clone()],
        }),
    }
}

/// Whether the text is about a scam call.
pub(crate) fn is_scam_call(packs: &Packs, found: &[Found], values: &[Value]) -> bool {
    let mut seen: Vec<usize> = Vec::new();
    let mut score = 0.0;
    for hit in found {
        let entry = &packs.signals[hit.signal];
        if entry.field == Field::Context && !seen.contains(&hit.signal) {
            seen.push(hit.signal);
            score += entry.weight;
        }
    }
    let has = |field: Field| values.iter().any(|value| value.field == field);
    for (field, weight) in
        [(Field::Claimed, 0.7), (Field::Pretext, 0.7), (Field::Trick, 0.7), (Field::Demand, 0.6), (Field::Handover, 0.3)]
    {
        if has(field) {
            score += weight;
        }
    }
    score >= SCAM_CALL
}

/// Score from which a text is about a scam call.
const SCAM_CALL: f64 = 1.3;

/// Outcomes, those with more to lose first: the first stands where two have as much.
const OUTCOMES: [&str; 7] = [
    "paid",
    "stopped_by_bank",
    "handover_attempted",
    "stopped_by_third_party",
    "gave_details_only",
    "recognised_hung_up",
    "challenged",
];

/// How it ended, by the weight of the signals for each outcome: the later one stands in the text, the more, as the end is told last.
/// Where something was given, what nearly was does not matter.
pub(crate) fn outcome(packs: &Packs, found: &[Found], words: usize) -> Option<(String, Vec<Span>)> {
    let mut scores: Vec<f64> = vec![0.0; OUTCOMES.len()];
    let mut nothing: f64 = 0.0;
    let mut best: Vec<(usize, f64)> = Vec::new();
    for hit in found {
        let signal = &packs.signals[hit.signal];
        if signal.field != Field::Outcome {
            continue;
        }
        let late = 0.7 + 0.3 * hit.first_word as f64 / words.max(1) as f64;
        match best.iter_mut().find(|(held, _)| *held == hit.signal) {
            Some((_, weight)) => *weight = weight.max(signal.weight * late),
            None => best.push((hit.signal, signal.weight * late)),
        }
    }
    for (signal, weight) in best {
        let value = packs.signals[signal].value.as_str();
        match OUTCOMES.iter().position(|outcome| *outcome == value) {
            Some(outcome) => scores[outcome] += weight,
            None if value == "nothing" => nothing += weight,
            None => {}
        }
    }
    scores[0] -= nothing;
    let top = scores.iter().copied().fold(LEAST, f64::max);
    let outcome = OUTCOMES[scores.iter().position(|score| *score >= top)?];
    let spans: Vec<Span> = found
        .iter()
        .filter(|hit| {
            let signal = &packs.signals[hit.signal];
            signal.field == Field::Outcome && signal.value == outcome
        })
        .map(|hit| hit.span)
        .take(MOST_PLACES)
        .collect();
    (!spans.is_empty()).then(|| (outcome.to_owned(), spans))
}

/// Weight from which an outcome is read.
const LEAST: f64 = 0.35;
