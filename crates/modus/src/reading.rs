//! What was read from a text.

use serde::{Deserialize, Serialize};
use serde_json::json;

/// The fields of the modus operandi that signals support.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// Who the caller claimed to be.
    Claimed,
    /// The story.
    Pretext,
    /// The tricks.
    Trick,
    /// What was asked for.
    Demand,
    /// How it was to be handed over.
    Handover,
    /// How it ended.
    Outcome,
    /// Whether it is about a scam call at all.
    Context,
    /// A stage in a call's talk, the value being its name (`contracts/commands.md`, `check`). Of packs for calls; a report is not
    /// read by it.
    Stage,
    /// What genuine callers say, with a weight below 0. Of packs for calls.
    Genuine,
}

impl Field {
    /// The field's name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Field::Claimed => "claimed",
            Field::Pretext => "pretext",
            Field::Trick => "trick",
            Field::Demand => "demand",
            Field::Handover => "handover",
            Field::Outcome => "outcome",
            Field::Context => "context",
            Field::Stage => "stage",
            Field::Genuine => "genuine",
        }
    }
}

/// A place in the text, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last.
    pub end: usize,
}

/// A value with the words it was read from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Value {
    /// The field.
    pub field: Field,
    /// The value, as in `report.v1`.
    pub value: String,
    /// How sure, 0..=1.
    pub confidence: f64,
    /// Where.
    pub evidence: Vec<Span>,
    /// The signals that found it.
    pub signals: Vec<String>,
}

/// What was read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reading {
    /// Whether it is about a scam call.
    pub scam_call: bool,
    /// Values of the list fields, in the order of the fields.
    pub values: Vec<Value>,
    /// How it ended; `unknown` where nothing says so.
    pub outcome: String,
    /// The words that say so.
    pub outcome_evidence: Vec<Span>,
    /// What was lost, in pence.
    pub loss_pence: Option<u64>,
    /// The words that say so.
    pub loss_evidence: Option<Span>,
    /// The scammers' numbers, E.164.
    pub numbers: Vec<String>,
    /// Where they stand.
    pub number_evidence: Vec<Span>,
    /// The names they used.
    pub names: Vec<String>,
    /// Where they stand.
    pub name_evidence: Vec<Span>,
    /// The station they named.
    pub station: Option<String>,
}

impl Reading {
    /// The values of a field, as in `report.v1`.
    pub fn values(&self, field: Field) -> impl Iterator<Item = &str> {
        self.values.iter().filter(move |value| value.field == field).map(|value| value.value.as_str())
    }

    /// Every value with its place: (field, value, span).
    pub fn evidence(&self) -> Vec<(&'static str, String, Span)> {
        let mut all = Vec::new();
        for value in &self.values {
            for span in &value.evidence {
                all.push((value.field.as_str(), value.value.clone(), *span));
            }
        }
        for span in &self.outcome_evidence {
            all.push(("outcome", self.outcome.clone(), *span));
        }
        if let (Some(loss), Some(span)) = (self.loss_pence, self.loss_evidence) {
            all.push(("loss_pence", loss.to_string(), span));
        }
        for (number, span) in self.numbers.iter().zip(&self.number_evidence) {
            all.push(("numbers", number.clone(), *span));
        }
        for (name, span) in self.names.iter().zip(&self.name_evidence) {
            all.push(("names", name.clone(), *span));
        }
        all
    }

    /// The reading as the contract's JSON (`contracts/commands.md`), with quotes from `text`.
    pub fn to_contract_json(&self, id: &serde_json::Value, text: &str) -> serde_json::Value {
        let list = |field: Field| self.values(field).collect::<Vec<_>>();
        let evidence: Vec<serde_json::Value> = self
            .evidence()
            .into_iter()
            .map(|(field, value, span)| {
                json!({ "field": field, "value": value, "start": span.start, "end": span.end, "quote": &text[span.start..span.end] })
            })
            .collect();
        json!({
            "id": id, "scam_call": self.scam_call, "claimed": list(Field::Claimed), "pretext": list(Field::Pretext),
            "trick": list(Field::Trick), "demand": list(Field::Demand), "handover": list(Field::Handover),
            "outcome": self.outcome, "loss_pence": self.loss_pence, "numbers": self.numbers, "names": self.names,
            "evidence": evidence,
        })
    }

    /// The reading to be stored: places and values without the words, which are a person's.
    pub fn without_quotes(&self) -> serde_json::Value {
        json!({
            "scam_call": self.scam_call, "values": self.values, "outcome": self.outcome, "outcome_evidence": self.outcome_evidence,
            "loss_pence": self.loss_pence, "loss_evidence": self.loss_evidence,
        })
    }
}
