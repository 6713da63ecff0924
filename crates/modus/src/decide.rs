//! From signals to values: each signal has one voice however often it is found, and a value is read where the voices come to a half.

use crate::learned::Voice;
use crate::pack::{Composite, Packs, Signal};
use crate::reader::Found;
use crate::reading::{Field, Span, Value};

/// Confidence from which a value is read.
const READ: f64 = 0.5;
/// Most that the learned part adds to a value that some signal found: never enough alone.
const VOICE: f64 = 0.35;
/// Most that it moves the decision whether there was a scam call, and an outcome.
const SWAY: f64 = 0.6;
/// Its name among the signals.
const LEARNED: &str = "learned";
/// Confidence from which a claim is read where there is no better.
const HINT: f64 = 0.2;
/// Most places that a value is shown by.
const MOST_PLACES: usize = 200;

/// The values of the list fields, in the order of the fields and of their first words.
pub(crate) fn values(packs: &Packs, found: &[Found], voices: &[Voice]) -> Vec<Value> {
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
    for voice in voices {
        if let Some(field) = voice.field.filter(|field| *field != Field::Outcome)
            && voice.probability > 0.5
            && let Some(value) = values.iter_mut().find(|value| value.field == field && value.value == voice.value)
        {
            value.confidence = 1.0 - (1.0 - value.confidence) * (1.0 - VOICE * (2.0 * voice.probability - 1.0));
            if value.confidence - VOICE < READ {
                value
                    .evidence
                    .extend(voice.spans.iter().filter(|span| !value.evidence.contains(span)).copied().collect::<Vec<_>>());
            }
            value.signals.push(LEARNED.to_owned());
        }
    }
    // What follows from what was read; twice, as a claim that follows may be what a story follows from.
    for _ in 0..2 {
        for composite in &packs.composites {
            follow(composite, &mut values);
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
    whole_evidence(packs, found, &mut values);
    values.sort_by_key(|value| value.field);
    values
}

/// Shows with each value all that would speak for it, were the words it was read from not there: signals that gave way to others, and the
/// words of what it would follow from. So a value goes when all its words are deleted.
fn whole_evidence(packs: &Packs, found: &[Found], values: &mut [Value]) {
    for at in 0..values.len() {
        let mut more: Vec<Span> = Vec::new();
        for hit in found {
            let signal = &packs.signals[hit.signal];
            if signal.field == values[at].field && signal.value == values[at].value && signal.weight > 0.0 {
                more.push(hit.span);
            }
        }
        for composite in &packs.composites {
            if composite.field != values[at].field || composite.value != values[at].value {
                continue;
            }
            let of = |wanted: &str| -> Option<&Value> {
                wanted.split('|').find_map(|one| {
                    let (field, value) = one.split_once('.')?;
                    values.iter().find(|held| held.field.as_str() == field && (value == "*" || held.value == value))
                })
            };
            // The last of what it follows from is enough: without it, it does not follow.
            let from: Vec<Option<&Value>> = composite.all.iter().map(|wanted| of(wanted)).collect();
            if from.iter().all(Option::is_some)
                && let Some(Some(last)) = from.last()
            {
                more.extend(last.evidence.iter().copied());
            }
        }
        for span in more {
            if values[at].evidence.len() < MOST_PLACES && !values[at].evidence.contains(&span) {
                values[at].evidence.push(span);
            }
        }
    }
}

/// Adds a composite's value where it follows, with the words of those it follows from.
fn follow(composite: &Composite, values: &mut Vec<Value>) {
    let read = |wanted: &str| {
        wanted.split('|').find_map(|one| {
            let (field, value) = one.split_once('.')?;
            values
                .iter()
                .find(|held| held.confidence >= READ && held.field.as_str() == field && (value == "*" || held.value == value))
        })
    };
    if composite.unless.iter().any(|wanted| read(wanted).is_some()) {
        return;
    }
    let mut evidence: Vec<Span> = Vec::new();
    for wanted in &composite.all {
        let Some(value) = read(wanted) else { return };
        evidence.extend(value.evidence.iter().filter(|span| !evidence.contains(span)).copied().collect::<Vec<_>>());
    }
    let of = |value: &Value| value.field == composite.field && value.value == composite.value;
    let held = values.iter().position(of);
    if held.is_some_and(|at| values[at].confidence >= READ) {
        return;
    }
    if let Some(at) = held {
        evidence.extend(values[at].evidence.iter().filter(|span| !evidence.contains(span)).copied().collect::<Vec<_>>());
        values.remove(at);
    }
    evidence.truncate(MOST_PLACES);
    values.push(Value {
        field: composite.field,
        value: composite.value.clone(),
        confidence: composite.weight,
        evidence,
        signals: vec![composite.id.clone()],
    });
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
pub(crate) fn is_scam_call(packs: &Packs, found: &[Found], values: &[Value], voices: &[Voice]) -> bool {
    let mut seen: Vec<usize> = Vec::new();
    let mut score = 0.0;
    for hit in found {
        let entry = &packs.signals[hit.signal];
        if entry.field == Field::Context && !seen.contains(&hit.signal) {
            seen.push(hit.signal);
            score += entry.weight;
        }
    }
    for (field, weight) in
        [(Field::Claimed, 0.8), (Field::Pretext, 0.7), (Field::Trick, 0.7), (Field::Demand, 0.7), (Field::Handover, 0.3)]
    {
        // Each field speaks by its surest value, and a little by how many it has.
        let of: Vec<f64> = values.iter().filter(|value| value.field == field).map(|value| value.confidence).collect();
        score += weight * of.iter().copied().fold(0.0, f64::max) + MORE * of.len().saturating_sub(1).min(3) as f64;
    }
    if let Some(voice) = voices.iter().find(|voice| voice.field.is_none()) {
        score += SWAY * (2.0 * voice.probability - 1.0);
    }
    score >= SCAM_CALL
}

/// What each further value of a field adds.
const MORE: f64 = 0.15;
/// Score from which a text is about a scam call.
const SCAM_CALL: f64 = 1.85;

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
pub(crate) fn outcome(packs: &Packs, found: &[Found], voices: &[Voice], words: usize) -> Option<(String, Vec<Span>)> {
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
    for voice in voices.iter().filter(|voice| voice.field == Some(Field::Outcome)) {
        if let Some(outcome) = OUTCOMES.iter().position(|outcome| *outcome == voice.value) {
            scores[outcome] += SWAY * voice.probability;
        }
    }
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
    // Where no signal spoke, the learned part's words are shown; it needs to be sure.
    if spans.is_empty() {
        let voice = voices.iter().find(|voice| voice.field == Some(Field::Outcome) && voice.value == outcome)?;
        return Some((outcome.to_owned(), voice.spans.clone()));
    }
    Some((outcome.to_owned(), spans))
}

/// Weight from which an outcome is read.
const LEAST: f64 = 0.35;
