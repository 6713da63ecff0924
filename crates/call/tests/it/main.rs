//! Calls, turn by turn.

mod hostile;
mod line;
mod packs;
mod transcripts;

use std::sync::LazyLock;

use call::{Check, Checker, Stage};

/// Building one takes longer than most tests.
static CHECKER: LazyLock<Checker> = LazyLock::new(Checker::builtin);

fn check(turns: &[(bool, &str)]) -> Check {
    let checker = &*CHECKER;
    let mut check = Check::default();
    for (resident, text) in turns {
        checker.turn(&mut check, *resident, text);
    }
    check
}

#[test]
fn a_courier_fraud_raises_the_alarm_before_the_hand_over() {
    let check = check(&[
        (false, "Good morning, this is Detective Constable Hale from Hammersmith police."),
        (true, "Oh dear, what has happened?"),
        (false, "We have arrested a man with your bank card. You can ring 999 on this phone to check who I am."),
        (false, "We need you to help us with an undercover operation. Do not tell anyone, not even your family."),
        (false, "I need you to withdraw five thousand pounds in cash, and a courier will come to the house to collect it."),
    ]);
    assert!(check.alarm());
    let json = check.to_contract_json(&serde_json::json!("a"));
    assert!(json["alarm_turn"].as_u64().unwrap() <= 3, "{json}");
    assert!(check.heard().iter().any(|heard| heard.stage == Stage::Secrecy && heard.quote.to_lowercase().contains("tell")));
    assert_eq!(json["advice"], serde_json::json!(["hang_up", "use_another_phone", "ring_for_help"]));
}

#[test]
fn a_genuine_call_and_a_resident_who_repeats_raise_nothing() {
    let genuine = check(&[
        (false, "Hello, this is your bank's fraud team. There was a payment on your card that we want to check."),
        (true, "Are you going to ask me to withdraw cash and give it to a courier? Is this secret?"),
        (false, "No. We will never ask for your PIN and never ask you to move money. You can ring us back on 159."),
    ]);
    assert!(!genuine.alarm(), "{:?}", genuine.heard());
}

/// The topic is no evidence: fraud, police, a suspicious payment, press 1, a crime reference.
#[test]
fn the_topic_alone_raises_nothing() {
    let topic = check(&[(
        false,
        "This is the fraud team. There has been a suspicious payment on your card. If it was not you, press 1. \
         I am a police officer, and your crime reference number is 41. I have some security questions.",
    )]);
    assert!(!topic.alarm(), "{:?} {}", topic.heard(), topic.score());
}

#[test]
fn secrecy_and_false_verification_raise_it_before_any_demand() {
    let early = check(&[
        (false, "This is Sergeant Denny from the police. Somebody at your branch has been selling customers' details."),
        (false, "Dial nine nine nine and ask for me by name, I'll hold on while you do it."),
        (false, "You must not tell anyone about this call."),
    ]);
    assert!(early.alarm());
    assert!(early.heard().iter().all(|heard| heard.stage != Stage::Demand));
}
