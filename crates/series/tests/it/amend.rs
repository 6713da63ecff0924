//! Reports that are put right after they were taken: out of a series, into one, and into one that they found.

use areas::Gazetteer;
use series::{Case, Detector, Region, ReportId, Settings, State, Streams};

const COURIER: &str = r#""streams":[["courier_fraud",0.95]],"claimed":["police"],"pretext":["card_misused"],"demand":["withdraw_cash"],
    "handover":["courier_at_home"]"#;
const TAX: &str = r#""streams":[["tax",0.95]],"claimed":["hmrc"],"pretext":["tax_debt"],"demand":["gift_cards"]"#;
const SHARED: &str = r#""number_shown":"+441632960111""#;

fn call(id: &str, day: i64, area: &str, method: &str, more: &str) -> Case {
    let day = jiff::civil::date(2019, 2, 1).saturating_add(jiff::Span::new().days(day));
    let comma = if more.is_empty() { "" } else { "," };
    let text = format!(
        r#"{{"id":"{id}","received_at":"{day}T14:00:00+00:00","call_day":"{day}","outcome":"unknown","use_for_advice":true,
        "reporter":"of {id}","shares":[["{area}",1.0]],{method}{comma}{more}}}"#
    );
    serde_json::from_str(&text).unwrap()
}

/// Sixty quiet days with a tax call every other day, then courier fraud of one number in St Albans, a call a day.
fn county(ours: i64) -> Detector {
    let uk = Gazetteer::united_kingdom();
    let mut detector = Detector::new(Region::of(&uk, "Hertfordshire"), Streams::builtin(), Settings::default());
    let districts = ["E07000095", "E07000096", "E07000098", "E07000099", "E07000103"];
    for n in 0..30 {
        detector.take(call(&format!("other {n}"), 2 * n, districts[n as usize % districts.len()], TAX, ""));
    }
    for n in 0..ours {
        detector.take(call(&format!("ours {n}"), 60 + n, "E07000240", COURIER, SHARED));
    }
    detector
}

fn members(detector: &Detector) -> Vec<&str> {
    let mut ids: Vec<&str> = detector.series().flat_map(|one| &one.members).map(|member| member.report.0.as_str()).collect();
    ids.sort_unstable();
    ids
}

#[test]
fn a_member_that_turns_out_to_be_another_thing_leaves_and_comes_back_when_it_does_not() {
    let mut detector = county(6);
    assert!(members(&detector).contains(&"ours 5"), "{:?}", members(&detector));
    let id = detector.series().next().unwrap().id.clone();
    // The analyst reads it again: a tax call from a number of its own.
    let changed = detector.amend(call("ours 5", 65, "E07000103", TAX, ""));
    assert!(changed.contains(&id));
    assert!(!members(&detector).contains(&"ours 5"), "{:?}", members(&detector));
    assert!(detector.get(&id).unwrap().why.starts_with("5 reports"), "{}", detector.get(&id).unwrap().why);
    // And it was ours after all.
    let changed = detector.amend(call("ours 5", 65, "E07000240", COURIER, SHARED));
    assert!(changed.contains(&id) && members(&detector).contains(&"ours 5"), "{:?}", members(&detector));
    // The same again changes nothing of what is held.
    let before = members(&detector).join(" ");
    detector.amend(call("ours 5", 65, "E07000240", COURIER, SHARED));
    assert_eq!(members(&detector).join(" "), before);
}

#[test]
fn what_is_no_scam_call_leaves_also_a_series_of_few() {
    let mut detector = county(4);
    let held = members(&detector).len();
    assert!(held >= 3, "{:?}", members(&detector));
    let mut case = call("ours 1", 61, "E07000240", COURIER, SHARED);
    case.scam_call = Some(false);
    detector.amend(case);
    assert_eq!(members(&detector).len(), held - 1);
    assert!(!members(&detector).contains(&"ours 1"));
}

#[test]
fn a_report_that_is_put_right_may_found_a_series() {
    let mut detector = county(2);
    assert!(members(&detector).is_empty());
    // Four were taken down as tax calls without a number.
    for n in 2..6 {
        detector.take(call(&format!("ours {n}"), 60 + n, "E07000240", TAX, ""));
    }
    assert!(members(&detector).is_empty(), "{:?}", members(&detector));
    let mut raised = 0;
    for n in 2..6 {
        raised += detector.amend(call(&format!("ours {n}"), 60 + n, "E07000240", COURIER, SHARED)).len();
    }
    assert!(raised > 0);
    assert_eq!(members(&detector), ["ours 0", "ours 1", "ours 2", "ours 3", "ours 4", "ours 5"]);
}

#[test]
fn a_report_that_was_not_taken_changes_nothing_and_a_decision_stands() {
    let mut detector = county(6);
    assert!(detector.amend(call("never taken", 65, "E07000240", COURIER, SHARED)).is_empty());
    let mut series = detector.series().next().unwrap().clone();
    assert_eq!(series.state, State::Candidate);
    // A person put it there.
    let ours = ReportId("ours 5".to_owned());
    series.members.iter_mut().filter(|member| member.report == ours).for_each(|member| member.decided = Some(true));
    detector.replace(series);
    detector.amend(call("ours 5", 65, "E07000103", TAX, ""));
    assert!(members(&detector).contains(&"ours 5"));
}
