use modus::{Field, Packs, Reader};
use proptest::prelude::*;

fn reader() -> &'static Reader {
    static READER: std::sync::LazyLock<Reader> = std::sync::LazyLock::new(|| Reader::new(&Packs::builtin()));
    &READER
}

const WHOLE: &str = "A man rang my landline and said he was DC Adam Cole from Hammersmith police. He said my card had been used fraudulently and \
asked me to withdraw £4,000 in cash to help with their investigation. I was to ring 999 on the same phone to check. A courier came to the \
house and I handed the money over to the courier. The number was 01632 960 123.";

#[test]
fn a_whole_account_is_read_with_the_words_it_was_read_from() {
    let reading = reader().read(WHOLE);
    assert!(reading.scam_call);
    let has = |field: Field, value: &str| reading.values(field).any(|held| held == value);
    assert!(has(Field::Claimed, "police"), "{reading:?}");
    assert!(has(Field::Pretext, "card_misused"));
    assert!(has(Field::Demand, "withdraw_cash"));
    assert!(has(Field::Trick, "line_held_open") && has(Field::Trick, "helping_investigation"));
    assert!(has(Field::Handover, "courier_at_home"));
    assert_eq!(reading.outcome, "paid");
    assert_eq!(reading.numbers, ["+441632960123"]);
    assert_eq!(reading.names, ["DC Adam Cole"]);
    let json = reading.to_contract_json(&serde_json::json!("a"), WHOLE);
    for evidence in json["evidence"].as_array().unwrap() {
        let (start, end) = (evidence["start"].as_u64().unwrap() as usize, evidence["end"].as_u64().unwrap() as usize);
        assert_eq!(&WHOLE[start..end], evidence["quote"].as_str().unwrap());
    }
    assert!(!reading.without_quotes().to_string().contains("Hammersmith"));
}

#[test]
fn a_short_plain_text_is_read() {
    for reader in [reader(), &Reader::rules_only(&Packs::builtin())] {
        let reading = reader.read("A man said he was from the police. I was to withdraw cash for a courier.");
        assert!(reading.scam_call, "{reading:?}");
        assert_eq!(reading.values(Field::Claimed).collect::<Vec<_>>(), ["police"]);
        assert_eq!(reading.values(Field::Demand).collect::<Vec<_>>(), ["withdraw_cash"]);
        assert_eq!(reading.values(Field::Handover).collect::<Vec<_>>(), ["courier_at_home"]);
    }
}

#[test]
fn what_was_denied_or_advised_is_not_read() {
    let reading = reader().read("A man rang saying he was from the police about my bank card. He never asked me to withdraw cash. The bank told me the police would never send a courier. I hung up.");
    assert!(reading.values(Field::Demand).all(|value| value != "withdraw_cash"), "{reading:?}");
    assert!(reading.values(Field::Handover).next().is_none(), "{reading:?}");
}

/// A transfer is handed over online where it was made or begun, not where it was asked for.
#[test]
fn a_transfer_that_was_seen_through_was_not_made() {
    let told = |end: &str| format!("A man from my bank's fraud team wanted my savings moved online to a new account. {end}");
    for (end, made) in [
        ("I told him I knew what he was and put the phone down.", false),
        ("I sent £4,000 in two payments and it has gone.", true),
    ] {
        let reading = reader().read(&told(end));
        assert_eq!(reading.values(Field::Demand).collect::<Vec<_>>(), ["bank_transfer"], "{end}");
        assert_eq!(reading.values(Field::Handover).any(|value| value == "online"), made, "{end}: {}", reading.outcome);
    }
}

#[test]
fn a_text_about_something_else_says_nothing() {
    let reading = reader().read("My shed was broken into on Sunday and the mower is gone. Nobody came.");
    assert!(!reading.scam_call && reading.values.is_empty() && reading.outcome == "unknown" && reading.loss_pence.is_none());
}

/// The convention of the labels: what was taken in the end.
#[test]
fn what_came_back_is_taken_off_the_loss() {
    for (end, pence) in [
        ("The bank has given me back £850.", 240_000),
        ("The bank has since returned the whole sum.", 0),
        ("The bank is trying to get it all back.", 325_000),
    ] {
        let text = format!(
            "A man rang from my bank's fraud team and I transferred £3,250 to a safe account he gave me. It is gone. {end}"
        );
        let reading = reader().read(&text);
        assert_eq!((reading.outcome.as_str(), reading.loss_pence), ("paid", Some(pence)), "{text}: {reading:?}");
    }
}

/// Sums told in parts, as a list, in words, and with what is left of them.
#[test]
fn parts_of_a_loss_are_put_together() {
    for (told, pence) in [
        ("I transferred £598, £611, £402 and £589 to it.", 220_000),
        ("I sent £18,250 to it. The bank got £11,000 returned, £7,250 gone.", 725_000),
        ("I transferred £33,000 to it. The bank pulled £30,000 by Monday and I am down £3,000.", 300_000),
        ("I sent three grand, then another £3,000. £6,000 gone.", 600_000),
        ("I transferred seven and a half thousand to it. It is gone.", 750_000),
        ("I transferred nineteen hundred to it. It is gone.", 190_000),
        ("It was two lots I sent, £200 each.", 40_000),
    ] {
        let text = format!("A man rang from my bank's fraud team and wanted it in a safe account he gave me. {told}");
        let reading = reader().read(&text);
        assert_eq!((reading.outcome.as_str(), reading.loss_pence), ("paid", Some(pence)), "{text}: {reading:?}");
    }
}

#[test]
fn a_story_in_dialect_is_read_as_another() {
    let reading =
        reader().read("A fella rang fae the polis and ah wis telt tae tell naebody. Ah drew oot four thoosand for the courier.");
    assert_eq!(reading.values(Field::Claimed).collect::<Vec<_>>(), ["police"]);
    assert!(reading.values(Field::Trick).any(|value| value == "secrecy"), "{reading:?}");
    assert!(reading.values(Field::Demand).any(|value| value == "withdraw_cash"), "{reading:?}");
}

/// What a bank, an officer or an enquirer says of couriers and PINs is no scam call.
#[test]
fn a_genuine_call_and_an_enquiry_say_nothing() {
    for text in [
        "My bank rang me about a payment, I rang them back on the number on my card and it was all in order.",
        "What do I say if somebody rings and says he is the police and wants my card? It has not happened to me.",
        "I want to complain about Halifax. Their fraud team rang and it was definitely them, they froze my account.",
    ] {
        assert!(!reader().read(text).scam_call, "{text}");
    }
}

proptest! {
    #[test]
    fn any_text_is_read_and_every_span_lies_on_letters(text in "\\PC{0,600}") {
        let reading = reader().read(&text);
        let _ = reading.to_contract_json(&serde_json::Value::Null, &text);
    }
}

#[test]
fn a_hostile_text_is_read_in_bounded_time() {
    let text = "withdraw cash police card courier ".repeat(300_000);
    let reading = reader().read(&text);
    assert!(reading.evidence().len() < 10_000);
}
