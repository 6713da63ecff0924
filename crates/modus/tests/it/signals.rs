use modus::{Packs, Reader};

#[test]
fn every_signal_is_found_in_its_examples_and_not_in_the_others() {
    let packs = Packs::builtin();
    let reader = Reader::new(&packs);
    let mut wrong = Vec::new();
    for signal in packs.signals() {
        for text in &signal.positive {
            if !reader.signals_in(text).contains(&signal.id) {
                wrong.push(format!("{} is not found in: {text}", signal.id));
            }
        }
        for text in &signal.negative {
            if reader.signals_in(text).contains(&signal.id) {
                wrong.push(format!("{} is found in: {text}", signal.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_local_pack_takes_the_place_of_a_signal() {
    let local = "version = 1\nfield = \"claimed\"\n[[signal]]\nid = \"claimed.police\"\nvalue = \"police\"\nweight = 1.0\ndescribe = \"x\"\npatterns = [\"old bill\"]\npositive = [\"the old bill\"]\nnegative = [\"police\"]\n";
    let packs =
        Packs::parse(&[("claimed.toml", include_str!("../../../../rules/modus/claimed.toml")), ("local/claimed.toml", local)])
            .unwrap();
    let reader = Reader::new(&packs);
    assert_eq!(reader.signals_in("he said he was the old bill"), ["claimed.police"]);
    let broken = Packs::parse(&[("bad.toml", &local.replace("old bill\"]", "~99\"]"))]).unwrap_err();
    insta::assert_snapshot!(broken.to_string(), @"pack bad.toml: signal 'claimed.police': pattern '~99': a gap is ~1 to ~12");
}
