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
    // A later row's own quotation mark seems to close it: the cells then do not fit the header, and only the stray row is lost.
    let rows = "A,2019-04-01T10:00:00+01:00,,,\"open\nB,2019-04-01T11:00:00+01:00,,,\"x, y\"\nC,2019-04-01T11:00:00+01:00,,,\n";
    let found = all(&mut Intake::csv(rows.as_bytes(), Position::default(), HEADER, None, "f").unwrap());
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(found[0].2.as_ref().unwrap_err().contains("opened that should not be"), "{found:?}");
    assert_eq!((&found[1].2, &found[2].2), (&Ok("B".into()), &Ok("C".into())));
}

#[test]
fn two_stray_quotes_do_not_swallow_the_rows_between_them() {
    // The reader would take the second mark for the first one's end, and all of this for one row of five cells.
    let rows = "A,2019-04-01T10:00:00+01:00,,\"x,y\nB,2019-04-01T11:00:00+01:00,,,x\nC,2019-04-01T11:00:00+01:00,,\"x,y\n";
    let found = all(&mut Intake::csv(rows.as_bytes(), Position::default(), HEADER, None, "f").unwrap());
    assert_eq!(found.iter().map(|one| one.2.is_ok()).collect::<Vec<_>>(), [false, true, false], "{found:?}");
    assert!(found[0].2.as_ref().unwrap_err().contains("not closed at the end of a cell"), "{found:?}");
}

#[test]
fn a_quotation_mark_inside_a_word_is_a_letter() {
    let rows = "A,2019-04-01T10:00:00+01:00,,,a 6\" pipe\nB,2019-04-01T11:00:00+01:00,,,x\n";
    let found = all(&mut Intake::csv(rows.as_bytes(), Position::default(), HEADER, None, "f").unwrap());
    assert_eq!((&found[0].2, &found[1].2), (&Ok("A".into()), &Ok("B".into())));
}

#[test]
fn a_row_with_cells_too_few_or_too_many_is_refused() {
    let rows = "A,2019-04-01T10:00:00+01:00,,\nB,2019-04-01T11:00:00+01:00,,,one, two\n";
    let found = all(&mut Intake::csv(rows.as_bytes(), Position::default(), HEADER, None, "f").unwrap());
    assert!(found[0].2.as_ref().unwrap_err().starts_with(".: 4 cells where the header has 5"), "{found:?}");
    assert!(found[1].2.as_ref().unwrap_err().starts_with(".: 6 cells where the header has 5"), "{found:?}");
}

#[test]
fn a_rejects_file_is_read_again_as_it_is() {
    let note = report::reject_note(5, &report::Refusal::new("received_at", "not a time"));
    let rows = format!("{note}\nC,2019-04-01T11:00:00+01:00,,,\n# line of mine,2019-04-01T11:00:00+01:00,,,\n");
    let found = all(&mut Intake::csv(rows.as_bytes(), Position::default(), HEADER, None, "f").unwrap());
    assert_eq!(found.iter().map(|one| one.2.clone().unwrap()).collect::<Vec<_>>(), ["C", "# line of mine"]);
    let lines = format!("{note}\n{}\n", r#"{"received_at":"2019-04-12T13:05:00+01:00","external_id":"A"}"#);
    let mut intake = Intake::jsonl(lines.as_bytes(), Position::default(), "GB");
    assert!(intake.next_item().unwrap().unwrap().result.is_ok());
    assert!(intake.next_item().unwrap().is_none());
}

#[test]
fn a_header_is_read_whole_and_in_bounds() {
    let text = "\u{feff}external_id,\"received\nat\"\nA,b\n";
    let header = report::read_header(text.as_bytes(), None).unwrap();
    assert_eq!((header.bytes.as_slice(), header.after.line), (&b"external_id,\"received\nat\""[..], 2));
    assert_eq!(&text.as_bytes()[usize::try_from(header.after.offset).unwrap()..], b"A,b\n");
    for (text, what) in [
        (String::new(), "no header"),
        ("\"open".to_owned(), "never closed"),
        ("x".repeat(300_000), "longer than 256 KiB"),
        (",".repeat(200_000), "more than 4096 columns"),
    ] {
        let error = report::read_header(text.as_bytes(), None).unwrap_err().to_string();
        assert!(error.contains(what), "{error}");
    }
    let twice = Intake::csv(&b""[..], Position::default(), b"received_at,place.town,place.town", None, "f").unwrap_err();
    assert!(twice.to_string().contains("two columns 'place.town'"), "{twice}");
}

#[test]
fn lists_of_objects_and_other_delimiters_come_by_csv() {
    let mapping = Mapping::parse(
        "delimiter = \";\"\nsource = \"partner:bank\"\n[fields]\nreceived_at = { column = \"when\", format = \"%d/%m/%Y %H:%M %z\" }\n\
         \"external_refs.system\" = { value = \"crm;nfrc\" }\n\"external_refs.value\" = { column = \"refs\" }\n\
         \"place.lat\" = { column = \"lat\" }\n\"place.lon\" = { column = \"lon\" }\n",
    )
    .unwrap();
    let rows = "01/04/2019 10:30 +0100;\"77;NFRC1\";51.75;-0.33\n01/04/2019 10:30 +0100;\"77\";51.75;-0.33\n01/04/2019 10:30 +0100;;NaN;1\n";
    let mut intake = Intake::csv(rows.as_bytes(), Position::default(), b"when;refs;lat;lon", Some(&mapping), "f").unwrap();
    let first = intake.next_item().unwrap().unwrap().result.unwrap();
    assert_eq!(first.facts.received_at.to_string(), "2019-04-01T10:30:00+01:00");
    assert_eq!((first.facts.external_refs[1].system.as_str(), first.facts.external_refs[1].value.as_str()), ("nfrc", "NFRC1"));
    let second = intake.next_item().unwrap().unwrap().result.unwrap_err();
    assert_eq!(second.to_string(), "external_refs.value: 1 values where its neighbour has 2");
    // Without references the fixed systems stand alone: told, rather than half taken.
    let third = intake.next_item().unwrap().unwrap().result.unwrap_err();
    assert!(third.path == "place.lat" || third.path.starts_with("external_refs"), "{third}");
}

#[test]
fn a_mapping_that_does_not_read_is_told_in_one_line() {
    for (text, expected) in [
        ("[fields\n", "mapping: line 1: "),
        ("colour = 1\n[fields]\n", "mapping: line 1: unknown field `colour`"),
        ("external_id = \"id\"\n[fields]\n", "mapping: external_id = \"id\": `row` is the only value"),
        ("delimiter = \"||\"\n[fields]\n", "mapping: delimiter '||'"),
    ] {
        let error = Mapping::parse(text).unwrap_err().to_string();
        assert!(error.starts_with(expected) && !error.contains('\n'), "{error}");
    }
    let bomb = format!("a = {}", "[".repeat(100_000));
    assert!(Mapping::parse(&bomb).is_err());
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
