//! A file that comes in again with some of its reports put right: the series that they were in lets them go.

use super::program::{Program, json};

#[test]
fn reports_that_come_in_again_as_another_thing_leave_their_series() {
    let program = Program::new();
    let flags = ["simulate", "--areas", "Hertfordshire", "--days", "90", "--seed", "7", "--scenario", "seed"];
    program.good(&[&flags[..], &["--out", "month.jsonl", "--truth", "truth.jsonl"]].concat());
    program.run(&["import", "month.jsonl"]);
    let members = || -> usize {
        let all = json(&program.run(&["series", "list", "--json"]).out);
        let shown = |series: &serde_json::Value| {
            json(&program.good(&["series", "show", series["id"].as_str().unwrap(), "--json"]).out).remove(0)
        };
        let of = |series: serde_json::Value| series["members"].as_array().map_or(0, Vec::len);
        all.iter().map(|one| of(shown(one))).max().unwrap_or(0)
    };
    let before = members();
    assert!(before >= 20, "{before}");
    // Six of the hidden series turn out to have been tax calls from numbers of their own.
    let truth = program.read("truth.jsonl");
    let mut left = 6;
    let changed: Vec<String> = program
        .read("month.jsonl")
        .lines()
        .map(|line| {
            let mut report: serde_json::Value = serde_json::from_str(line).unwrap();
            let ours = truth.contains(&report["external_id"].to_string());
            if !ours || left == 0 {
                return line.to_owned();
            }
            left -= 1;
            let facts = report.as_object_mut().unwrap();
            for gone in ["narrative", "handover", "trick", "courier", "callback", "bank"] {
                facts.remove(gone);
            }
            facts.insert("caller".to_owned(), serde_json::json!({ "claimed": ["hmrc"] }));
            facts.insert("pretext".to_owned(), serde_json::json!(["tax_debt"]));
            facts.insert("demand".to_owned(), serde_json::json!(["gift_cards"]));
            facts["call"]["number_shown"] = "withheld".into();
            report.to_string()
        })
        .collect();
    program.write("again.jsonl", changed.join("\n") + "\n");
    program.run(&["import", "again.jsonl"]);
    let after = members();
    assert!(after + 4 <= before && after + 6 >= before, "{before} members before, {after} after");
}
