//! The examples of the dialogue pack: each signal is found in what it must be found in, and not in what it must not.

use call::{Stage, dialogue, dialogue_with};
use modus::{Field, PART, Reader};

#[test]
fn every_signal_is_found_where_it_must_be_and_nowhere_else() {
    let packs = dialogue();
    let reader = Reader::new(&packs);
    let mut wrong: Vec<String> = Vec::new();
    for signal in packs.signals() {
        for text in signal.positive.iter().filter(|text| !reader.signals_in(text).contains(&signal.id)) {
            wrong.push(format!("{} is not found in '{text}'", signal.id));
        }
        for text in signal.negative.iter().filter(|text| reader.signals_in(text).contains(&signal.id)) {
            wrong.push(format!("{} is found in '{text}'", signal.id));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_signal_names_a_stage_and_weighs_to_its_side() {
    let packs = dialogue();
    assert!(packs.signals().len() <= 512, "more signals than are told apart");
    for signal in packs.signals() {
        match signal.field {
            Field::Stage => assert!(Stage::named(&signal.value).is_some() && signal.weight > 0.0, "{}", signal.id),
            Field::Genuine => assert!(signal.weight < 0.0, "{}", signal.id),
            other => panic!("{}: {}", signal.id, other.as_str()),
        }
    }
    for stage in Stage::ALL {
        assert!(packs.signals().iter().any(|signal| signal.value == stage.as_str()), "{}", stage.as_str());
        assert_eq!(Stage::named(stage.as_str()), Some(stage));
    }
}

#[test]
fn a_force_overrides_a_signal_by_its_id() {
    let own = "version = 1\nfield = \"stage\"\n[[signal]]\nid = \"handover.posted\"\nvalue = \"handover\"\nweight = 0.1\n\
        describe = \"d\"\npatterns = [\"pigeon post\"]\npositive = [\"by pigeon post\"]\nnegative = [\"by post\"]\n";
    let packs = dialogue_with(&[("local/call.toml", own)]).unwrap();
    let reader = Reader::new(&packs);
    assert!(reader.signals_in("send it by pigeon post").contains(&"handover.posted".to_owned()));
    assert_eq!(packs.signals().len(), dialogue().signals().len());
    assert!(dialogue_with(&[("local/call.toml", "version = 2")]).is_err());
}

/// Where a recogniser gets a word wrong, what is left of a phrase still says something, and less.
#[test]
fn a_phrase_with_a_word_missing_is_heard_as_a_part() {
    let packs = dialogue();
    let reader = Reader::new(&packs);
    let heard = |text: &str| reader.signals_in(text);
    let (whole, part) = ("pretext.legal".to_owned(), format!("pretext.legal{PART}"));
    assert!(heard("there is a case filed in your name").contains(&whole));
    let halves = heard("there is a case filed in jaw fame");
    assert!(!halves.contains(&whole) && halves.contains(&part), "{halves:?}");
    for signal in packs.signals().iter().filter(|signal| signal.id.ends_with(PART)) {
        let of = packs.signals().iter().find(|other| Some(other.id.as_str()) == signal.id.strip_suffix(PART)).unwrap();
        assert!(signal.weight < of.weight / 2.0 && signal.value == of.value, "{}", signal.id);
    }
}
