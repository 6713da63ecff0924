//! Links between reports: exact and near-exact, held back, explained.

mod table;

use std::collections::BTreeSet;

use link::{Linker, Record, Spec, name_key};
use proptest::prelude::*;

fn record(id: &str, number: &str, name: &str, day: i64) -> Record {
    let list = |text: &str| if text.is_empty() { Vec::new() } else { vec![text.to_owned()] };
    Record {
        id: id.to_owned(),
        fields: vec![
            ("number".into(), list(number)),
            ("name".into(), list(&name_key(name))),
            ("method".into(), vec!["courier_fraud".into()]),
            ("district".into(), vec!["E07000240".into()]),
            ("day".into(), vec![day.to_string()]),
        ],
    }
}

fn linker() -> Linker {
    let spec = Spec::reports();
    spec.check().unwrap();
    Linker::new(spec, BTreeSet::from(["+443001232040".to_owned()]))
}

#[test]
fn a_shared_number_and_a_name_a_letter_off_link_and_say_why() {
    let mut linker = linker();
    assert!(linker.insert(record("a", "+442079460321", "DC Martin Hughes", 100)).is_empty());
    let links = linker.insert(record("b", "+442079460321", "Detective Constable Martin Hughs", 103));
    assert_eq!(links.len(), 1);
    assert!(links[0].probability() > 0.95, "{links:?}");
    assert!(links[0].sentence().starts_with("Same number (+7.8), name a letter off (+5.3)"), "{}", links[0].sentence());
    let near = linker.insert(record("c", "+442079460322", "", 104));
    assert_eq!(near[0].parts[0].level, "number one digit off");
    assert!(linker.insert(record("d", "+441632960777", "Somebody Else", 100)).is_empty(), "nothing shared, nothing compared");
}

#[test]
fn a_value_that_links_everything_links_nothing() {
    let mut linker = linker();
    for n in 0..5 {
        let links = linker.insert(record(&format!("r{n}"), "+443001232040", "", 100));
        assert!(links.is_empty(), "a genuine service's number");
    }
    for n in 0..402 {
        linker.insert(record(&format!("s{n:03}"), "+442079460999", "", 100));
    }
    assert!(linker.insert(record("t", "+442079460999", "", 100)).is_empty(), "held by more than four hundred");
}

#[test]
fn what_is_let_go_links_no_more() {
    let mut linker = linker();
    linker.insert(record("a", "+442079460321", "", 100));
    linker.remove("a");
    assert!(linker.is_empty() && linker.insert(record("b", "+442079460321", "", 100)).is_empty());
}

proptest! {
    /// The parts and the prior sum to the weight, and a pair's fields weigh the same from either side.
    #[test]
    fn parts_sum_to_the_weight(rows in proptest::collection::vec(("[0-3]", "(Ann|Anne|Bob) (Hale|Hail)", 0i64..60), 2..20)) {
        let mut linker = linker();
        for (n, (digit, name, day)) in rows.iter().enumerate() {
            let links = linker.insert(record(&format!("{n}"), &format!("+44207946012{digit}"), name, *day));
            for link in links {
                let sum = link.prior + link.parts.iter().map(|part| part.weight).sum::<f64>();
                prop_assert!((sum - link.weight).abs() < 1e-9);
                prop_assert!(link.probability() >= 0.0 && link.probability() <= 1.0);
            }
        }
    }
}
