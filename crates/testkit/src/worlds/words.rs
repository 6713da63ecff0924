//! The same call in a person's words, for worlds in which nothing is ticked: each fact in one of several wordings, told by the person
//! rung, a daughter or a call handler, with what is beside the point, and not always tidily.

use report::Facts;

use super::phrases;
use crate::simulate::Chance;

struct Voice {
    i: &'static str,
    me: &'static str,
    my: &'static str,
    openings: &'static [&'static str],
}

const VOICES: [Voice; 3] = [
    Voice {
        i: "I",
        me: "me",
        my: "my",
        openings: &[
            "{caller} rang me {when} and said he was from {who}.",
            "Had a call {when}, {caller}, says he's with {who}.",
            "I want to report a phone call I got {when}. It was {caller} who claimed to be from {who}.",
            "The phone went {when} and {caller} told me he was calling from {who}.",
        ],
    },
    Voice {
        i: "she",
        me: "her",
        my: "her",
        openings: &[
            "My mum was phoned {when} by {caller} who said he was from {who}.",
            "This is for my mother, she is 84. {caller} rang her {when}, from {who} supposedly.",
            "{caller} got my mum on the landline {when} pretending to be {who}.",
        ],
    },
    Voice {
        i: "informant",
        me: "informant",
        my: "informant's",
        openings: &[
            "Informant received a phone call {when} from {caller} stating he was from {who}.",
            "Call {when} to informant's landline. {caller} purporting to be from {who}.",
        ],
    },
];

const WHEN: [&str; 7] =
    ["this morning", "about ten o'clock", "just before lunch", "at teatime", "yesterday afternoon", "around 2pm", "earlier"];
const CALLER: [&str; 5] = ["a man", "someone", "a young man", "a man with a London accent", "this chap"];
const SUMS: [&str; 7] = ["£5,000", "£3,000", "2500 pounds", "four thousand pounds", "£8k", "£6,500", "£1,800"];

/// Tells a call.
pub(super) fn tell(facts: &Facts, chance: &mut Chance) -> String {
    let voice = &VOICES[chance.weighted(&[0.55, 0.25, 0.20])];
    let sum = *chance.pick(&SUMS);
    let mut said: Vec<String> = Vec::new();
    let caller = facts.caller.names.first().cloned().unwrap_or_else(|| (*chance.pick(&CALLER)).to_owned());
    let who = match facts.caller.claimed.first() {
        Some(claimed) => *chance.pick(phrases::claimed(*claimed)),
        None => "some office",
    };
    let opening = chance.pick(voice.openings).replace("{caller}", &caller).replace("{who}", who);
    let when = *chance.pick(&WHEN);
    said.push(opening.replace("{when}", when));
    let mut rest: Vec<&str> = Vec::new();
    for value in &facts.pretext {
        rest.push(*chance.pick(phrases::pretext(*value)));
    }
    for value in &facts.trick {
        rest.push(*chance.pick(phrases::trick(*value)));
    }
    for value in &facts.demand {
        rest.push(*chance.pick(phrases::demand(*value)));
    }
    for value in &facts.handover {
        rest.push(*chance.pick(phrases::handover(*value)));
    }
    for _ in 0..chance.between(0, 2) {
        let at = chance.between(0, rest.len() as i64) as usize;
        rest.insert(at, *chance.pick(phrases::BESIDE_THE_POINT));
    }
    let ending = if chance.happens(0.12) { phrases::LOSSES } else { phrases::ENDINGS };
    rest.push(*chance.pick(ending));
    said.extend(rest.into_iter().map(str::to_owned));
    if let Some(number) = &facts.callback.number {
        let number = national(number);
        let given = ["The number to ring back was {n}.", "He left {n} as his number.", "{i} was given {n} to call."];
        said.push(chance.pick(&given).replace("{n}", &number));
    }
    let told: Vec<String> = said
        .iter()
        .map(|sentence| {
            let filled = sentence.replace("{i}", voice.i).replace("{me}", voice.me).replace("{my}", voice.my);
            capital(&filled.replace("{sum}", sum))
        })
        .collect();
    let text = told.join(" ");
    match chance.between(0, 29) {
        0 => text.to_uppercase(),
        1..=3 => text.replace([',', '\''], "").replace(". ", " ").to_lowercase(),
        4..=6 => hasty(&text, chance),
        _ => text,
    }
}

/// A number as it is said here.
fn national(number: &str) -> String {
    number.strip_prefix("+44").map_or_else(|| number.to_owned(), |rest| format!("0{rest}"))
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + chars.as_str())
}

/// Two letters changed about in one long word of eight.
fn hasty(text: &str, chance: &mut Chance) -> String {
    let words: Vec<String> = text
        .split(' ')
        .map(|word| {
            if word.len() < 5 || !word.chars().all(|c| c.is_ascii_lowercase()) || !chance.happens(1.0 / 8.0) {
                return word.to_owned();
            }
            let mut letters: Vec<char> = word.chars().collect();
            let at = chance.between(1, letters.len() as i64 - 3) as usize;
            letters.swap(at, at + 1);
            letters.into_iter().collect()
        })
        .collect();
    words.join(" ")
}
