//! How well the authored narratives are read: figures printed, with a floor below which something has broken. The narratives are
//! development data: these figures say nothing about texts by other hands.

use std::collections::BTreeSet;

use modus::{Field, Packs, Reader};

#[test]
fn authored_narratives() {
    let root =
        std::env::var("RINGFENCE_SHARED").unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared").to_owned());
    let Ok(file) = std::fs::read_to_string(format!("{root}/data/reports/reports_dev.jsonl")) else {
        eprintln!("SKIPPED: this test needs ../shared/data/reports/reports_dev.jsonl");
        return;
    };
    let reader = Reader::new(&Packs::builtin());
    let (mut right, mut n) = (0, 0);
    let mut scam = [0u32; 3];
    let mut courier = [0u32; 3];
    let mut fields = [
        (Field::Claimed, [0u32; 3]),
        (Field::Pretext, [0; 3]),
        (Field::Trick, [0; 3]),
        (Field::Demand, [0; 3]),
        (Field::Handover, [0; 3]),
    ];
    for line in file.lines() {
        let entry: serde_json::Value = serde_json::from_str(line).unwrap();
        let labels = &entry["labels"];
        let reading = reader.read(entry["text"].as_str().unwrap());
        count(&mut scam, labels["scam_call"].as_bool().unwrap(), reading.scam_call);
        let truth = |field: &str| labels[field].as_array().unwrap().iter().map(|v| v.as_str().unwrap()).collect::<BTreeSet<_>>();
        for (field, counts) in &mut fields {
            let (truth, found) = (truth(field.as_str()), reading.values(*field).collect::<BTreeSet<_>>());
            counts[0] += truth.intersection(&found).count() as u32;
            counts[1] += found.difference(&truth).count() as u32;
            counts[2] += truth.difference(&found).count() as u32;
        }
        let is_courier = |claimed: &BTreeSet<&str>, demand: &BTreeSet<&str>, handover: &BTreeSet<&str>| {
            ["police", "bank"].iter().any(|c| claimed.contains(c))
                && (["withdraw_cash", "foreign_currency", "luxury_goods", "gold", "bank_card"].iter().any(|d| demand.contains(d))
                    || ["courier_at_home", "taxi"].iter().any(|h| handover.contains(h)))
        };
        let told = is_courier(&truth("claimed"), &truth("demand"), &truth("handover"));
        let found = |field: Field| reading.values(field).collect::<BTreeSet<_>>();
        count(&mut courier, told, is_courier(&found(Field::Claimed), &found(Field::Demand), &found(Field::Handover)));
        n += 1;
        right += u32::from(labels["outcome"].as_str().unwrap() == reading.outcome);
    }
    eprintln!(
        "n {n}, scam call F1 {:.3}, courier fraud F1 {:.3}, outcome accuracy {:.3}",
        f1(scam),
        f1(courier),
        f64::from(right) / f64::from(n)
    );
    for (field, counts) in &fields {
        eprintln!("{} micro F1 {:.3}", field.as_str(), f1(*counts));
    }
    assert!(f1(scam) > 0.7 && f1(courier) > 0.25);
}

fn count(counts: &mut [u32; 3], truth: bool, found: bool) {
    match (truth, found) {
        (true, true) => counts[0] += 1,
        (false, true) => counts[1] += 1,
        (true, false) => counts[2] += 1,
        (false, false) => {}
    }
}

fn f1([hit, extra, missed]: [u32; 3]) -> f64 {
    2.0 * f64::from(hit) / f64::from((2 * hit + extra + missed).max(1))
}
