//! From signals to values: each signal has one voice however often it is found, and a value is read where the voices come to a half.

use crate::learned::{Learned, Voice, Voices};
use crate::pack::{Composite, Named, Packs, Signal};
use crate::reader::Found;
use crate::reading::{Field, Span, Value};
use crate::token::Tokens;

/// Confidence from which a value is read.
const READ: f64 = 0.5;
/// How much the learned part's log-odds count beside those of the signals.
const LEARNED_PART: f64 = 1.5;
/// How much of what it says before a word is read (how common a value is) is left out: the signals' weights know of that too.
const COMMON: f64 = 0.55;
/// Most that it adds to the log-odds of a value, or takes from them.
const VOICE: f64 = 3.0;
/// Confidence of a value that no signal found: where the learned part speaks alone, it must be surer than this is unsure.
const UNFOUND: f64 = 0.1;
/// Surest that signals are taken to be beside it.
const SUREST: f64 = 0.95;
/// A claim or hand-over whose log-odds lie this far below the surest of its field is not read: mostly there is one, and what else sounds
/// like it is the victim's own bank, or who came instead of a courier.
const RIVAL: f64 = 3.0;
/// Confidence from which one value is as sure as another.
const SURE: f64 = 0.995;
/// Most that it moves the decision whether there was a scam call.
const SWAY: f64 = 4.0;
/// Most that it moves an outcome: signals of one outcome are found in texts of another too often to decide by themselves.
const OUTCOME_SWAY: f64 = 7.0;
/// How much "nothing was lost" takes from "paid", for each of its weight.
const NOTHING_TAKES: f64 = 3.0;
/// Its name among the signals.
const LEARNED: &str = "learned";
/// Confidence from which a claim is read where there is no better.
const HINT: f64 = 0.4;
/// Most places that a value is shown by.
const MOST_PLACES: usize = 200;

/// What the learned part says of a text, with what shows its words.
pub(crate) struct Heard<'t> {
    pub(crate) learned: &'t Learned,
    pub(crate) tokens: &'t Tokens,
    pub(crate) voices: Voices<'t>,
}

impl Heard<'_> {
    fn voice(&self, field: Option<Field>, value: &str) -> Option<&Voice<'_>> {
        self.voices.list.iter().find(|voice| voice.field == field && (field.is_none() || voice.value == value))
    }

    fn spans(&self, voice: &Voice<'_>, floor: f64) -> Vec<Span> {
        self.learned.evidence(self.tokens, &self.voices, voice, floor)
    }
}

fn log_odds(probability: f64) -> f64 {
    (probability / (1.0 - probability)).ln()
}

fn probability(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
}

/// What a voice adds to the log-odds of a value.
fn added(voice: &Voice<'_>) -> f64 {
    (LEARNED_PART * (voice.sum - COMMON * voice.common)).clamp(-VOICE, VOICE)
}

/// The log-odds of a voice from which it reads a value that no signal found.
fn alone(voice: &Voice<'_>) -> f64 {
    COMMON * voice.common - log_odds(UNFOUND) / LEARNED_PART
}

/// A value being weighed.
struct Weighed {
    /// Its number in the packs.
    number: u16,
    field: Field,
    confidence: f64,
    evidence: Vec<Span>,
    /// What speaks for it, each once.
    by: Vec<By>,
}

/// What speaks for a value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    Signal(u32),
    Composite(u32),
    Learned,
}

impl Weighed {
    fn show(&mut self, span: Span) {
        if self.evidence.len() < MOST_PLACES && !self.evidence.contains(&span) {
            self.evidence.push(span);
        }
    }

    fn is_read(&self) -> bool {
        self.confidence >= READ
    }
}

/// Whether a signal counts only beside others, or not beside them.
fn leans(signal: &Signal) -> bool {
    !signal.needs.is_empty() || !signal.unless.is_empty()
}

/// What there is beside a signal, by the numbers of signals and of values.
struct Beside {
    signals: Vec<bool>,
    values: Vec<bool>,
}

impl Beside {
    fn of(packs: &Packs, signals: impl Iterator<Item = usize>, values: impl Iterator<Item = u16>) -> Beside {
        let mut beside = Beside { signals: vec![false; packs.signals.len()], values: vec![false; packs.values.len()] };
        signals.for_each(|signal| beside.signals[signal] = true);
        values.for_each(|value| beside.values[usize::from(value)] = true);
        beside
    }

    fn any(&self, named: &Named) -> bool {
        named.signals.iter().any(|signal| self.signals[*signal as usize])
            || named.values.iter().any(|value| self.values[usize::from(*value)])
    }

    /// Whether a signal counts beside it.
    fn counts(&self, signal: &Signal) -> bool {
        (signal.needs.is_empty() || self.any(&signal.wanted)) && !self.any(&signal.unwanted)
    }
}

/// The values of the list fields, in the order of the fields and of their first words.
pub(crate) fn values(packs: &Packs, found: &[Found], heard: &Heard<'_>) -> Vec<Value> {
    let mut values: Vec<Weighed> = Vec::new();
    for hit in found.iter().filter(|hit| !leans(&packs.signals[hit.signal])) {
        add(packs, hit, &mut values);
    }
    // What the others look for is what was found without them.
    let plain = found
        .iter()
        .map(|hit| hit.signal)
        .filter(|signal| !leans(&packs.signals[*signal]) && packs.signals[*signal].weight != 0.0);
    let read = values.iter().filter(|value| value.is_read()).map(|value| value.number);
    let beside = Beside::of(packs, plain, read);
    let leaning = found.iter().filter(|hit| leans(&packs.signals[hit.signal]) && beside.counts(&packs.signals[hit.signal]));
    for hit in leaning {
        add(packs, hit, &mut values);
    }
    for voice in &heard.voices.list {
        listen(voice, heard, &mut values);
    }
    // What follows from what was read; twice, as a claim that follows may be what a story follows from.
    for _ in 0..2 {
        for (number, composite) in (0..).zip(&packs.composites) {
            follow(number, composite, &mut values);
        }
    }
    // Somebody called: where nothing says it plainly, the likeliest is read.
    let claimed = |value: &Weighed| value.field == Field::Claimed;
    if !values.iter().any(|value| claimed(value) && value.is_read()) {
        let best = values.iter().filter(|value| claimed(value)).map(|value| value.confidence).fold(0.0, f64::max);
        for value in values.iter_mut().filter(|value| claimed(value) && value.confidence >= best && best >= HINT) {
            value.confidence = READ;
        }
    }
    values.retain(Weighed::is_read);
    for field in [Field::Claimed, Field::Handover] {
        let sure = |value: &Weighed| log_odds(value.confidence.min(SURE));
        let best = values.iter().filter(|value| value.field == field).map(sure).fold(0.0, f64::max);
        values.retain(|value| value.field != field || sure(value) >= best - RIVAL);
    }
    show_all(packs, found, &mut values);
    // Nothing is read without words to show for it.
    values.retain(|value| !value.evidence.is_empty());
    values.sort_by_key(|value| value.field);
    values.into_iter().map(|value| told(packs, value)).collect()
}

/// The value in words.
fn told(packs: &Packs, value: Weighed) -> Value {
    let name = |by: &By| match by {
        By::Signal(signal) => packs.signals[*signal as usize].id.clone(),
        By::Composite(composite) => packs.composites[*composite as usize].id.clone(),
        By::Learned => LEARNED.to_owned(),
    };
    Value {
        field: value.field,
        value: packs.values[usize::from(value.number)].1.clone(),
        confidence: value.confidence,
        evidence: value.evidence,
        signals: value.by.iter().map(name).collect(),
    }
}

/// Moves a value by what the learned part says of it. Where it would read it alone, its words are among those shown.
fn listen(voice: &Voice<'_>, heard: &Heard<'_>, values: &mut Vec<Weighed>) {
    let (Some(field), Some(number)) = (voice.field, voice.number) else { return };
    let held = values.iter().position(|value| value.number == number);
    let signals = held.map_or(UNFOUND, |at| values[at].confidence.clamp(UNFOUND, SUREST));
    let confidence = probability(log_odds(signals) + added(voice));
    let at = match held {
        Some(at) => at,
        None if confidence < READ => return,
        None => {
            values.push(Weighed { number, field, confidence, evidence: Vec::new(), by: Vec::new() });
            values.len() - 1
        }
    };
    values[at].confidence = confidence;
    if voice.sum > 0.0 {
        values[at].by.push(By::Learned);
    }
    if confidence >= READ && voice.sum >= alone(voice) {
        for span in heard.spans(voice, alone(voice) - 0.01) {
            values[at].show(span);
        }
    }
}

/// Shows with each value all that would speak for it, were the words it was read from not there: signals that gave way to others, and the
/// words of what it would follow from. So a value goes when all its words are deleted.
fn show_all(packs: &Packs, found: &[Found], values: &mut [Weighed]) {
    for at in 0..values.len() {
        let number = values[at].number;
        for hit in found {
            let signal = &packs.signals[hit.signal];
            if signal.number == number && signal.weight > 0.0 {
                values[at].show(hit.span);
            }
        }
        for composite in packs.composites.iter().filter(|composite| composite.number == number) {
            // The last of what it follows from is enough: without it, it does not follow.
            let from = |any: &Vec<u16>| values.iter().position(|held| any.contains(&held.number));
            let from: Option<Vec<usize>> = composite.from.iter().map(from).collect();
            if let Some(last) = from.and_then(|from| from.last().copied()) {
                for span in values[last].evidence.clone() {
                    values[at].show(span);
                }
            }
        }
    }
}

/// Adds a composite's value where it follows, with the words of those it follows from.
fn follow(number: u32, composite: &Composite, values: &mut Vec<Weighed>) {
    let read = |any: &[u16]| values.iter().find(|held| held.is_read() && any.contains(&held.number));
    if read(&[composite.number]).is_some() || read(&composite.unwanted).is_some() {
        return;
    }
    let Some(from) = composite.from.iter().map(|any| read(any)).collect::<Option<Vec<&Weighed>>>() else { return };
    let evidence: Vec<Span> = from.iter().flat_map(|value| value.evidence.iter().copied()).collect();
    let at = values.iter().position(|value| value.number == composite.number).unwrap_or_else(|| {
        let (number, field) = (composite.number, composite.field);
        values.push(Weighed { number, field, confidence: 0.0, evidence: Vec::new(), by: Vec::new() });
        values.len() - 1
    });
    values[at].confidence = composite.weight;
    values[at].by = vec![By::Composite(number)];
    for span in evidence {
        values[at].show(span);
    }
}

/// Adds a signal's voice to its value.
fn add(packs: &Packs, hit: &Found, values: &mut Vec<Weighed>) {
    let signal = &packs.signals[hit.signal];
    if matches!(signal.field, Field::Outcome | Field::Context | Field::Stage | Field::Genuine) || signal.weight <= 0.0 {
        return;
    }
    let at = values.iter().position(|value| value.number == signal.number).unwrap_or_else(|| {
        let (number, field) = (signal.number, signal.field);
        values.push(Weighed { number, field, confidence: 0.0, evidence: Vec::new(), by: Vec::new() });
        values.len() - 1
    });
    values[at].show(hit.span);
    let by = By::Signal(hit.signal as u32);
    if !values[at].by.contains(&by) {
        values[at].by.push(by);
        values[at].confidence = 1.0 - (1.0 - values[at].confidence) * (1.0 - signal.weight.min(0.99));
    }
}

/// Whether the text is about a scam call.
pub(crate) fn is_scam_call(packs: &Packs, found: &[Found], values: &[Value], heard: &Heard<'_>) -> bool {
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
    match heard.voice(None, "") {
        Some(voice) => score + SWAY * (2.0 * probability(voice.sum) - 1.0) >= SCAM_CALL,
        None => score >= SIGNALS_ALONE,
    }
}

/// Confidence of a transfer that came about, though the caller was seen through.
const SURELY_DONE: f64 = 0.85;

/// Takes back what did not come about: whoever saw through the caller made no transfer, though it was asked for in every word.
pub(crate) fn take_back(values: &mut Vec<Value>, outcome: &str) {
    if matches!(outcome, "recognised_hung_up" | "challenged") {
        values.retain(|value| value.field != Field::Handover || value.value != "online" || value.confidence >= SURELY_DONE);
    }
}

/// What each further value of a field adds.
const MORE: f64 = 0.15;
/// Score from which a text is about a scam call.
const SCAM_CALL: f64 = 2.3;
/// The same where there is no learned part.
const SIGNALS_ALONE: f64 = 1.2;

/// Outcomes, those with more to lose first: the first stands where two have as much. Beside each, what it is given where the learned part
/// speaks: money is told of at length where it was kept, too, and who stopped it in few words.
const OUTCOMES: [(&str, f64); 7] = [
    ("paid", -0.6),
    ("stopped_by_bank", 0.7),
    ("handover_attempted", 0.7),
    ("stopped_by_third_party", 0.4),
    ("gave_details_only", 0.0),
    ("recognised_hung_up", 0.0),
    ("challenged", 0.0),
];

/// How it ended, by the weight of the signals for each outcome: the later one stands in the text, the more, as the end is told last.
/// Where something was given, what nearly was does not matter.
pub(crate) fn outcome(packs: &Packs, found: &[Found], values: &[Value], heard: &Heard<'_>) -> Option<(String, Vec<Span>)> {
    let words = heard.tokens.len();
    let mut scores: Vec<f64> = vec![0.0; OUTCOMES.len()];
    let mut nothing: f64 = 0.0;
    let mut best: Vec<(usize, f64)> = Vec::new();
    let read = values.iter().filter_map(|value| packs.number_of(value.field, &value.value));
    let beside = Beside::of(packs, found.iter().map(|hit| hit.signal), read);
    for hit in found {
        let signal = &packs.signals[hit.signal];
        if signal.field != Field::Outcome || !beside.counts(signal) {
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
        match OUTCOMES.iter().position(|(outcome, _)| *outcome == value) {
            Some(outcome) => scores[outcome] += weight,
            None if value == "nothing" => nothing += weight,
            None => {}
        }
    }
    scores[0] -= NOTHING_TAKES * nothing;
    for (score, (outcome, given)) in scores.iter_mut().zip(OUTCOMES) {
        if let Some(voice) = heard.voice(Some(Field::Outcome), outcome) {
            *score += OUTCOME_SWAY * probability(voice.sum) + given;
        }
    }
    let top = scores.iter().copied().fold(LEAST, f64::max);
    let outcome = match scores.iter().position(|score| *score >= top) {
        Some(place) => OUTCOMES[place].0,
        // Nothing says how it ended: the likeliest, where the learned part has words to show for it.
        None => {
            let likely = heard.voices.list.iter().filter(|voice| voice.field == Some(Field::Outcome));
            let enough = |voice: &&Voice<'_>| voice.sum > if voice.value == "paid" { LIKELY_PAID } else { LIKELY };
            let voice = likely.max_by(|a, b| a.sum.total_cmp(&b.sum)).filter(enough)?;
            OUTCOMES.iter().find(|(outcome, _)| *outcome == voice.value)?.0
        }
    };
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
        let voice = heard.voice(Some(Field::Outcome), outcome)?;
        let spans = heard.spans(voice, voice.sum.min(0.0));
        return (!spans.is_empty()).then(|| (outcome.to_owned(), spans));
    }
    Some((outcome.to_owned(), spans))
}

/// Log-odds from which an outcome is read that nothing else speaks for.
const LIKELY: f64 = -1.4;
/// That somebody lost money is a figure that pages tell: read by no signal only where it is likelier than not.
const LIKELY_PAID: f64 = 0.0;
/// Weight from which an outcome is read.
const LEAST: f64 = 1.0;
