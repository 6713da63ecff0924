//! Calls, turn by turn.

mod line;

use call::{Check, Checker, Stage};
use modus::{Packs, Reader};

fn check(turns: &[(bool, &str)]) -> Check {
    let checker = Checker::new(Reader::new(&Packs::builtin()));
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

#[test]
fn an_endless_turn_is_cut() {
    let check = check(&[(false, &"withdraw cash ".repeat(1_000_000))]);
    assert!(check.heard().len() < 10);
}
