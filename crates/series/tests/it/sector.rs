//! Series of which all reports lie in one postcode sector: who tells decides whether they are many or one household.

use areas::Gazetteer;
use series::{Case, Detector, Region, Settings, Streams};

/// Eight calls of one number in eight days to one sector of St Albans, after sixty days without any; `reporter` gives who tells of each.
fn alarm_after(reporter: impl Fn(u32) -> Option<String>) -> Option<u32> {
    let uk = Gazetteer::united_kingdom();
    let mut detector = Detector::new(Region::of(&uk, "Hertfordshire"), Streams::builtin(), Settings::default());
    let first = jiff::civil::date(2019, 2, 1);
    let call = |id: String, day: i64, reporter: Option<String>, method: &str| -> Case {
        let day = first.saturating_add(jiff::Span::new().days(day));
        let reporter = reporter.map_or(String::new(), |who| format!(r#""reporter":"{who}","#));
        let text = format!(
            r#"{{"id":"{id}","received_at":"{day}T14:00:00+00:00","call_day":"{day}","outcome":"unknown","use_for_advice":true,
            {reporter}{method}}}"#
        );
        serde_json::from_str(&text).unwrap()
    };
    let districts = ["E07000095", "E07000096", "E07000098", "E07000099", "E07000103"];
    for n in 0..30u32 {
        let other = format!(
            r#""shares":[["{}",1.0]],"streams":[["tax",0.9]],"claimed":["hmrc"],"pretext":["tax_debt"]"#,
            districts[n as usize % districts.len()]
        );
        detector.take(call(format!("other {n}"), i64::from(2 * n), Some(format!("other {n}")), &other));
    }
    let ours = r#""shares":[["E07000240",1.0]],"sector":"AL1 3","streams":[["courier_fraud",0.9]],"claimed":["police"],
        "pretext":["card_misused"],"demand":["withdraw_cash"],"handover":["courier_at_home"],"number_shown":"+441632960111""#;
    for n in 0..8u32 {
        detector.take(call(format!("ours {n}"), 60 + i64::from(n), reporter(n), ours));
        if detector.series().any(|series| series.members.iter().any(|member| member.report.0.starts_with("ours"))) {
            return Some(n + 1);
        }
    }
    None
}

#[test]
fn eight_persons_of_one_sector_are_a_series_by_the_fourth() {
    let by = alarm_after(|n| Some(format!("person {n}")));
    assert!(by.is_some_and(|n| n <= 4), "{by:?}");
}

#[test]
fn one_person_who_tells_eight_times_is_none() {
    assert_eq!(alarm_after(|_| Some("one person".to_owned())), None);
}

#[test]
fn where_nobody_is_named_one_sector_is_seen_later_if_at_all() {
    let (named, nameless) = (alarm_after(|n| Some(format!("person {n}"))), alarm_after(|_| None));
    eprintln!("named: {named:?}, nameless: {nameless:?}");
    assert!(nameless.is_none_or(|n| Some(n) >= named), "{nameless:?} before {named:?}");
}
