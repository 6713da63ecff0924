use jiff::civil::date;
use report::Moment;
use series::{Alarm, Decision, DecisionError, Member, ReportId, Series, SeriesId, State, decide};

fn now() -> Moment {
    Moment::parse("2019-04-10T09:00:00+01:00").unwrap()
}

fn series(name: &str, reports: &[&str], found: &str) -> Series {
    let members: Vec<Member> = reports
        .iter()
        .map(|id| Member { report: ReportId((*id).to_owned()), probability: 0.9, reasons: Vec::new(), decided: None })
        .collect();
    let founders: Vec<ReportId> = members.iter().map(|member| member.report.clone()).collect();
    Series {
        id: SeriesId::founded_on("courier_fraud", &founders, ""),
        state: State::Candidate,
        stream: "courier_fraud".into(),
        name: name.into(),
        members,
        areas: Vec::new(),
        first_call: date(2019, 4, 1),
        last_call: date(2019, 4, 5),
        alarm: Alarm {
            at: Moment::parse(found).unwrap(),
            reports: 3,
            score: 9.0,
            expected_false_alarms_per_year: 0.3,
            window: None,
        },
        evidence: Vec::new(),
        why: String::new(),
        merged_into: None,
        split_from: None,
        history: Vec::new(),
    }
}

#[test]
fn a_confirmed_series_stays_and_says_who_and_why() {
    let changed = decide(
        &series("a", &["1", "2", "3"], "2019-04-04T09:00:00+01:00"),
        None,
        &Decision::Confirm,
        "ann",
        Some("same names"),
        now(),
    )
    .unwrap();
    assert_eq!(changed[0].state, State::Confirmed);
    assert_eq!((changed[0].history[0].by.as_str(), changed[0].history[0].reason.as_deref()), ("ann", Some("same names")));
    assert!(matches!(decide(&changed[0], None, &Decision::Confirm, "ann", None, now()), Err(DecisionError::State { .. })));
}

#[test]
fn a_split_gives_the_part_an_id_of_its_own_and_keeps_it_out() {
    let whole = series("a", &["1", "2", "3", "4"], "2019-04-04T09:00:00+01:00");
    let decision = Decision::Split { reports: vec![ReportId("3".into()), ReportId("4".into())] };
    let changed = decide(&whole, None, &decision, "ann", None, now()).unwrap();
    assert_eq!(changed[0].id, whole.id);
    assert_ne!(changed[1].id, whole.id);
    assert_eq!(changed[1].split_from.as_ref(), Some(&whole.id));
    assert_eq!(changed[0].members.iter().filter(|member| member.decided == Some(false)).count(), 2);
    let all = Decision::Split { reports: ["1", "2", "3", "4"].map(|id| ReportId(id.into())).to_vec() };
    assert!(matches!(decide(&whole, None, &all, "ann", None, now()), Err(DecisionError::EmptySplit { .. })));
}

#[test]
fn the_older_or_the_confirmed_survives_a_merge() {
    let older = series("older", &["1", "2"], "2019-04-02T09:00:00+01:00");
    let younger = series("younger", &["3", "4"], "2019-04-04T09:00:00+01:00");
    let merge = Decision::Merge { with: older.id.clone() };
    let changed = decide(&younger, Some(&older), &merge, "ann", None, now()).unwrap();
    assert_eq!(changed[0].state, State::Merged);
    assert_eq!(changed[0].merged_into.as_ref(), Some(&older.id));
    assert_eq!(changed[1].members.len(), 4);
    let mut confirmed = younger;
    confirmed.state = State::Confirmed;
    let changed = decide(&confirmed, Some(&older), &merge, "ann", None, now()).unwrap();
    assert_eq!((changed[0].id.clone(), changed[0].state), (confirmed.id, State::Confirmed));
    assert!(decide(&older, Some(&older), &Decision::Merge { with: older.id.clone() }, "ann", None, now()).is_err());
}

#[test]
fn ids_are_read_in_any_case_and_nothing_else() {
    let id = series("a", &["1"], "2019-04-04T09:00:00+01:00").id;
    assert_eq!(SeriesId::parse(&id.as_str().to_lowercase()).unwrap(), id);
    assert!(SeriesId::parse("S-123").is_err() && SeriesId::parse("S-ILOU0000").is_err());
}
