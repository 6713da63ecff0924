use modus::{Packs, Reader};

#[test]
fn every_signal_is_found_in_its_examples_and_not_in_the_others() {
    let wrong = Reader::new(&Packs::builtin()).check_examples();
    let lines: Vec<String> = wrong
        .iter()
        .map(|one| format!("{} {} in: {}", one.signal, if one.wanted { "is not found" } else { "is found" }, one.text))
        .collect();
    assert!(lines.is_empty(), "{}", lines.join("\n"));
}

#[test]
fn the_table_of_signals_is_that_of_the_packs() {
    let written = include_str!("../../../../docs/signals.md");
    assert!(written == Packs::builtin().table(), "docs/signals.md is stale: run `cargo xtask generate`");
}

#[test]
fn a_mass_check_counts_and_shows_no_text() {
    let reader = Reader::new(&Packs::builtin());
    let labels = std::collections::BTreeSet::from(["demand.gift_cards".to_owned()]);
    let texts = [("He wanted Steam vouchers from Mrs Quibble", labels), ("my shed was broken into", Default::default())];
    let hits = reader.mass_check(texts.into_iter());
    let gift = hits.iter().find(|hits| hits.signal == "demand.gift_cards").unwrap();
    assert_eq!((gift.with, gift.without), ((1, 1), (1, 0)));
    assert!(!format!("{hits:?}").contains("Quibble"));
}

#[test]
fn a_local_pack_takes_the_place_of_a_signal() {
    let local = "version = 1\nfield = \"claimed\"\n[[signal]]\nid = \"claimed.police\"\nvalue = \"police\"\nweight = 1.0\ndescribe = \"x\"\npatterns = [\"old bill\"]\npositive = [\"the old bill\"]\nnegative = [\"police\"]\n";
    let reader = Reader::new(&Packs::with_local(&[("local/claimed.toml", local)]).unwrap());
    let found = |text: &str| reader.signals_in(text).contains(&"claimed.police".to_owned());
    assert!(found("he said he was the old bill") && !found("a detective constable rang from the police"));
    let broken = Packs::parse(&[("bad.toml", &local.replace("old bill\"]", "~99\"]"))]).unwrap_err();
    insta::assert_snapshot!(broken.to_string(), @"pack bad.toml: signal 'claimed.police': pattern '~99': a gap is ~1 to ~12");
    let lost = local.replace("positive", "needs = [\"demand.cash\"]\npositive");
    let lost = Packs::with_local(&[("local/claimed.toml", &lost)]).unwrap_err();
    insta::assert_snapshot!(lost.to_string(), @"pack local/claimed.toml: signal 'claimed.police': 'demand.cash' is no signal and no `field.value` of the packs");
}

#[test]
fn a_signal_of_an_outcome_counts_beside_what_was_read() {
    let local = "version = 1\nfield = \"outcome\"\n[[signal]]\nid = \"outcome.paid.local\"\nvalue = \"paid\"\nweight = 2.0\ndescribe = \"x\"\nneeds = [\"demand.gold\"]\npatterns = [\"zzyzx\"]\npositive = [\"zzyzx\"]\nnegative = [\"police\"]\n";
    let reader = Reader::rules_only(&Packs::with_local(&[("local/outcome.toml", local)]).unwrap());
    let story = "A man from the police rang and said my card was cloned. He asked me to buy";
    assert_eq!(reader.read(&format!("{story} gold bars. Zzyzx.")).outcome, "paid");
    assert_eq!(reader.read(&format!("{story} a cat. Zzyzx.")).outcome, "unknown");
}
