use report::{Format, Intake, Mapping, OpenReason, Position};

const HEADER: &[u8] = b"external_id,received_at,place.sector,demand,narrative";
const ROWS: &str = "A,2019-04-01T10:00:00+01:00,AL1 3,withdraw_cash;pin,\"He said \"\"stay\non the line\"\"\"\nB,2019-04-01T11:00:00+01:00,WD17 1,,\nC,nonsense,,,\nD,2019-04-01T12:00:00+01:00,,,last\n";

fn all(intake: &mut Intake<&[u8]>) -> Vec<(u64, Position, Result<String, String>)> {
    let mut found = Vec::new();
    while let Some(item) = intake.next_item().unwrap() {
        let result = item
            .result
            .map(|report| report.facts.external_id.unwrap_or_default())
            .map_err(|refusal| format!("{refusal} [{}]", String::from_utf8_lossy(&item.raw)));
        found.push((item.line, item.after, result));
    }
    found
}

#[test]
fn csv_rows_run_over_lines_and_bad_ones_are_told_as_they_came() {
    let mut intake = Intake::csv(ROWS.as_bytes(), Position { line: 1, offset: 0, row: 0 }, HEADER, None, "f").unwrap();
    let found = all(&mut intake);
    let results: Vec<_> = found.iter().map(|(line, _, result)| (*line, result.clone())).collect();
    assert_eq!(results[0], (2, Ok("A".into())));
    assert_eq!(results[1], (4, Ok("B".into())));
    assert_eq!(results[2].0, 5);
    assert!(results[2].1.as_ref().unwrap_err().starts_with("received_at: not a time"));
    assert!(results[2].1.as_ref().unwrap_err().ends_with("[C,nonsense,,,]"));
    assert_eq!(results[3], (6, Ok("D".into())));
}

#[test]
fn a_file_can_be_taken_up_after_any_row() {
    let whole = all(&mut Intake::csv(ROWS.as_bytes(), Position::default(), HEADER, None, "f").unwrap());
    for (position, (_, after, _)) in whole.iter().enumerate() {
        let rest = &ROWS.as_bytes()[usize::try_from(after.offset).unwrap()..];
        let found = all(&mut Intake::csv(rest, *after, HEADER, None, "f").unwrap());
        assert_eq!(found, whole[position + 1..]);
    }
}

#[test]
fn a_stray_quote_costs_one_row_and_not_the_file() {
    let rows = "A,2019-04-01T10:00:00+01:00,,,\"open\nB,2019-04-01T11:00:00+01:00,,,x\n";
    let found = all(&mut Intake::csv(rows.as_bytes(), Position::default(), HEADER, None, "f").unwrap());
    assert!(found[0].2.as_ref().unwrap_err().contains("never closed"), "{found:?}");
    assert_eq!(found[1].2, Ok("B".into()));
}

#[test]
fn invalid_utf8_is_told_by_line_and_byte() {
    let mut lines: Vec<u8> = br#"{"received_at":"2019-04-12T13:05:00+01:00","external_id":"A"}"#.to_vec();
    lines.extend_from_slice(b"\n{\"received_at\":\"\xff\"}\n");
    let mut intake = Intake::jsonl(&lines[..], Position::default(), "GB");
    assert!(intake.next_item().unwrap().unwrap().result.is_ok());
    let bad = intake.next_item().unwrap().unwrap();
    assert_eq!((bad.line, bad.result.unwrap_err().to_string()), (2, ".: not UTF-8, at byte 17".into()));
}

#[test]
fn complaints_of_another_country_are_mapped() {
    let mapping = Mapping::parse(include_str!("../../../../fixtures/import/ftc-dnc.toml")).unwrap();
    let rows = "2021-03-11,,201\n2021-03-11,4048046298,404\n2021-03-12,12,404\nsoon,4048046298,404\n";
    let header = b"date,caller_number,consumer_area_code";
    let mut intake = Intake::csv(rows.as_bytes(), Position::default(), header, Some(&mapping), "dnc").unwrap();
    let first = intake.next_item().unwrap().unwrap().result.unwrap();
    assert_eq!(first.facts.received_at.to_string(), "2021-03-11T12:00:00-05:00");
    assert_eq!(first.facts.external_id.as_deref(), Some("dnc:1"));
    assert_eq!(first.facts.place.district.as_deref(), Some("201"));
    let second = intake.next_item().unwrap().unwrap().result.unwrap();
    assert_eq!(second.facts.call.number_shown.as_deref(), Some("+14048046298"));
    let third = intake.next_item().unwrap().unwrap().result.unwrap();
    assert_eq!(third.facts.call.number_shown.as_deref(), Some("unknown"));
    let fourth = intake.next_item().unwrap().unwrap();
    assert_eq!(fourth.result.unwrap_err().path, "received_at");
    assert_eq!(third.private.open(OpenReason::Export).narrative, None);
}

#[test]
fn a_mapping_that_does_not_fit_says_what_is_there() {
    let mapping = Mapping::parse("[fields]\nreceived_at = { column = \"when\" }\n").unwrap();
    let error = Intake::csv(&b""[..], Position::default(), b"date,number", Some(&mapping), "f").unwrap_err();
    insta::assert_snapshot!(error.to_string(), @"mapping: field 'received_at' wants column 'when', which the file does not have; its columns are date, number");
    assert!(Mapping::parse("[fields]\n\"call.colour\" = { value = \"red\" }\n").unwrap().bind(&[]).is_err());
    assert_eq!(serde_json::to_string(&Format::Csv).unwrap(), "\"csv\"");
}
