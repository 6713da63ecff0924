//! Labelled narratives: JSON Lines as in `reports_dev.jsonl`, or the plain text in which our own are written.
//!
//! A case is a line `== id voice | field=a,b | outcome=… | loss=pounds | …` and the text under it; `| no` is a text about no scam call.

use std::collections::BTreeSet;

/// One narrative with its labels.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub(crate) id: String,
    pub(crate) text: String,
    pub(crate) scam_call: bool,
    /// The list fields, in the order of [`FIELDS`].
    pub(crate) lists: [BTreeSet<String>; 5],
    pub(crate) outcome: String,
    pub(crate) loss_pence: Option<u64>,
    pub(crate) numbers: BTreeSet<String>,
    pub(crate) names: BTreeSet<String>,
    pub(crate) trap: BTreeSet<String>,
}

pub(crate) const FIELDS: [&str; 5] = ["claimed", "pretext", "trick", "demand", "handover"];

/// Whether an id belongs to the half that is kept for tests. Fixed once; never changed.
pub(crate) fn is_test(id: &str) -> bool {
    let hash =
        id.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    hash >> 17 & 1 == 1
}

/// Reads a file of either kind; `FILE#development` and `FILE#test` are the halves of a file.
pub(crate) fn read(file: &str) -> Vec<Case> {
    let (path, half) = file.split_once('#').map_or((file, None), |(path, half)| (path, Some(half)));
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let mut cases = if path.ends_with(".txt") { plain(&text) } else { lines(&text) };
    if let Some(half) = half {
        cases.retain(|case| is_test(&case.id) == (half == "test"));
    }
    cases
}

/// The labels of a case, as `field.value`.
#[allow(dead_code, reason = "of use to an example")]
pub(crate) fn labels(case: &Case) -> BTreeSet<String> {
    let lists = FIELDS.iter().zip(&case.lists);
    let mut labels: BTreeSet<String> =
        lists.flat_map(|(field, list)| list.iter().map(move |value| format!("{field}.{value}"))).collect();
    labels.insert(format!("outcome.{}", case.outcome));
    labels
}

fn lines(text: &str) -> Vec<Case> {
    let list = |value: &serde_json::Value| {
        value.as_array().map(|list| list.iter().filter_map(|v| v.as_str()).map(str::to_owned).collect()).unwrap_or_default()
    };
    text.lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| {
            let entry: serde_json::Value = serde_json::from_str(line).expect("a line of JSON");
            let labels = &entry["labels"];
            Case {
                id: entry["id"].as_str().expect("id").to_owned(),
                text: entry["text"].as_str().expect("text").to_owned(),
                scam_call: labels["scam_call"].as_bool().expect("scam_call"),
                lists: FIELDS.map(|field| list(&labels[field])),
                outcome: labels["outcome"].as_str().expect("outcome").to_owned(),
                loss_pence: labels["loss_pence"].as_u64(),
                numbers: list(&labels["numbers"]),
                names: list(&labels["names"]),
                trap: list(&labels["trap"]),
            }
        })
        .collect()
}

/// Reads our own cases.
pub(crate) fn plain(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for line in text.lines() {
        if let Some(head) = line.strip_prefix("== ") {
            cases.push(head_of(head));
        } else if let Some(case) = cases.last_mut() {
            case.text.push_str(line);
            case.text.push('\n');
        }
    }
    for case in &mut cases {
        case.text = case.text.trim().to_owned();
    }
    cases
}

fn head_of(head: &str) -> Case {
    let mut parts = head.split('|').map(str::trim);
    let id = parts.next().and_then(|first| first.split_whitespace().next()).expect("an id").to_owned();
    let mut case = Case {
        id,
        text: String::new(),
        scam_call: true,
        lists: Default::default(),
        outcome: "unknown".to_owned(),
        loss_pence: Some(0),
        numbers: BTreeSet::new(),
        names: BTreeSet::new(),
        trap: BTreeSet::new(),
    };
    for part in parts {
        if part == "no" {
            case.scam_call = false;
            case.loss_pence = None;
            continue;
        }
        let (name, value) = part.split_once('=').unwrap_or_else(|| panic!("{}: '{part}' is no field=value", case.id));
        let list = || value.split(',').map(|one| one.trim().to_owned()).collect::<BTreeSet<_>>();
        match name {
            "outcome" => value.clone_into(&mut case.outcome),
            "loss" => case.loss_pence = Some((value.parse::<f64>().expect("pounds") * 100.0).round() as u64),
            "numbers" => case.numbers = list(),
            "names" => case.names = list(),
            "trap" => case.trap = list(),
            _ => {
                let field =
                    FIELDS.iter().position(|field| *field == name).unwrap_or_else(|| panic!("{}: no field {name}", case.id));
                case.lists[field] = list();
            }
        }
    }
    case
}
