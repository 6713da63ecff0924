use proptest::prelude::*;
use report::{OpenReason, Report};

/// The contract's example with every field filled.
const WHOLE: &str = r#"{"external_id":"CAD-20190412-0331","source":"call_101","received_at":"2019-04-12T13:05:00+01:00","danger":"no",
"reporter":{"role":"target","anonymous":false,"name":"Example Person","phone":"+441632960101","email":"person@example.org","safe_to_call":true,"language":"en-GB","needs":["large_print"]},
"target":{"age_band":"75_84","vulnerability":["lives_alone"]},
"place":{"postcode":"AL1 3JQ","sector":"AL1 3","outcode":"AL1","district":"E07000240","town":"St Albans","lat":51.75,"lon":-0.33},
"call":{"at":"2019-04-12T11:20:00+01:00","precision":"minute","line":"landline","number_shown":"+441632960123","count":1},
"caller":{"claimed":["police"],"names":["DC Adam Example"],"station":"Hammersmith"},
"pretext":["card_misused"],"trick":["line_held_open","helping_investigation"],"demand":["withdraw_cash"],"handover":["courier_at_home"],
"courier":{"at":"2019-04-12T15:00:00+01:00","description":"tall","vehicle":"scooter","registration":"AB12 CDE","password":"bluebell"},
"bank":{"name":"Example Bank","told":"yes","told_at":"2019-04-12T14:10:00+01:00"},
"callback":{"number":"+442079460321","same_phone":"yes","dial_tone_heard":"unsure"},
"outcome":"recognised_hung_up","loss_pence":0,"narrative":"He said he was from the police.",
"evidence":[{"sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","media_type":"audio/wav","bytes":48213}],
"consent":{"use_for_advice":true,"share_with_partners":false,"tell_me_what_came_of_it":true},
"external_refs":[{"system":"nfrc","value":"NFRC190401"}]}"#;

#[test]
fn the_contracts_example_is_read_whole_and_written_back() {
    let report = Report::from_json(WHOLE, "GB").unwrap();
    let written = report.to_json(OpenReason::Export);
    let given: serde_json::Value = serde_json::from_str(WHOLE).unwrap();
    assert_eq!(written, given);
    assert_eq!(report.key(), Some(("call_101".into(), "CAD-20190412-0331".into())));
}

#[test]
fn what_belongs_to_a_person_is_in_no_facts_and_no_debug() {
    let report = Report::from_json(WHOLE, "GB").unwrap();
    let facts = format!("{} {:?}", report.facts_to_json(), report);
    for private in [
        "Example Person",
        "01632960101",
        "1632960101",
        "person@example",
        "3JQ",
        "75_84",
        "lives_alone",
        "bluebell",
        "Example Bank",
        "He said",
        "51.75",
    ] {
        assert!(!facts.contains(private), "'{private}' is shown");
    }
    assert!(facts.contains("AL1 3") && facts.contains("+441632960123"));
}

#[test]
fn every_refusal_names_its_path_and_reason() {
    let cases = include_str!("../../../../fixtures/report/refused.txt");
    let mut count = 0;
    for case in cases.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let (json, expected) = case.split_once(" => ").unwrap();
        let refusal = Report::from_json(json, "GB").unwrap_err();
        assert_eq!(refusal.to_string(), expected, "{json}");
        count += 1;
    }
    assert!(count >= 18);
}

#[test]
fn a_bomb_of_nesting_is_refused() {
    let bomb = format!("{{\"received_at\":{}", "[".repeat(100_000));
    assert!(Report::from_json(&bomb, "GB").is_err());
    let bomb = format!("{{\"call\":{}", "{\"call\":".repeat(100_000));
    assert!(Report::from_json(&bomb, "GB").is_err());
}

#[test]
fn who_stays_anonymous_leaves_no_contact() {
    let json = r#"{"received_at":"2019-04-12T13:05:00+01:00","reporter":{"anonymous":true,"name":"Example Person","phone":"01632 960101","email":"a@example.org"}}"#;
    let report = Report::from_json(json, "GB").unwrap();
    let written = report.to_json(OpenReason::Export).to_string();
    assert!(!written.contains("Example") && !written.contains("960101") && !written.contains('@'), "{written}");
}

proptest! {
    /// Whatever is taken is written so that it is taken again as the same report.
    #[test]
    fn parse_print_parse_is_equal(
        day in 1u8..29, loss in proptest::option::of(0u64..1_000_000_000), narrative in "\\PC{0,200}", town in "[A-Za-z ]{0,30}",
        claimed in proptest::sample::subsequence(vec!["police", "bank", "hmrc"], 0..3), digits in "[0-9]{6}",
    ) {
        let json = serde_json::json!({
            "received_at": format!("2019-04-{day:02}T13:05:00+01:00"), "loss_pence": loss, "narrative": narrative,
            "place": {"town": town}, "caller": {"claimed": claimed}, "call": {"number_shown": format!("01632{digits}")},
        });
        let report = Report::from_json(&json.to_string(), "GB").unwrap();
        let again = Report::from_json(&report.to_json(OpenReason::Export).to_string(), "GB").unwrap();
        prop_assert_eq!(report.content_hash(), again.content_hash());
        prop_assert_eq!(report, again);
    }

    /// Nothing makes the reader panic.
    #[test]
    fn any_text_is_taken_or_refused(text in "\\PC{0,400}") {
        let _ = Report::from_json(&text, "GB");
    }
}
