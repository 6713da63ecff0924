//! One function a parser: whatever the bytes, it must not panic, and what it takes must hold together. The fuzzer calls them
//! (`fuzz_targets/`), and the tests of the binary run them over the seeds, on any toolchain.

use std::sync::OnceLock;

/// A target: its name, and what it does with the bytes.
type Target = (&'static str, fn(&[u8]));

/// The targets by name; each has a folder in `seeds/`.
pub(super) const TARGETS: [Target; 11] = [
    ("areas_import", areas_import),
    ("call_check", call_check),
    ("mapping", mapping),
    ("modus_read", modus_read),
    ("phone", phone),
    ("place", place),
    ("reference", reference),
    ("report_csv", report_csv),
    ("report_json", report_json),
    ("scan_files", scan_files),
    ("seed_page", seed_page),
];

/// One line of report.v1: what is taken is written so that it is taken again as the same report.
pub(super) fn report_json(data: &[u8]) {
    let mut intake = report::Intake::jsonl(data, report::Position::default(), "GB");
    let mut before = report::Position::default();
    while let Ok(Some(item)) = intake.next_item() {
        assert!(item.after.offset > before.offset && item.after.line > before.line, "reading moves on");
        before = item.after;
        match item.result {
            Ok(report) => {
                let text = report.to_json(report::OpenReason::Export).to_string();
                let again = report::Report::from_json(&text, "GB").unwrap_or_else(|error| panic!("{error}: {text}"));
                assert_eq!(again.content_hash(), report.content_hash(), "{text}");
                let facts = report.facts_text();
                let parts = report::Report::from_parts(&facts, report.private.open(report::OpenReason::Export).clone());
                assert_eq!(parts.map(|report| report.content_hash()), Ok(report.content_hash()), "{facts}");
            }
            Err(refusal) => assert!(!refusal.to_string().contains('\n'), "a refusal is one line: {refusal}"),
        }
    }
    assert!(before.offset <= data.len() as u64);
}

/// A CSV file, with a mapping before a line of dashes: reading can be taken up after any row.
pub(super) fn report_csv(data: &[u8]) {
    let (mapping, data) = match find(data, b"\n---\n") {
        Some(at) => (std::str::from_utf8(&data[..at]).ok().and_then(|text| report::Mapping::parse(text).ok()), &data[at + 5..]),
        None => (None, data),
    };
    let Ok(header) = report::read_header(data, mapping.as_ref()) else { return };
    let rows = |at: report::Position| {
        let rest = &data[usize::try_from(at.offset).unwrap_or(usize::MAX).min(data.len())..];
        let mut found = Vec::new();
        let Ok(mut intake) = report::Intake::csv(rest, at, &header.bytes, mapping.as_ref(), "f") else { return found };
        while let Ok(Some(item)) = intake.next_item() {
            let result = item.result.map(|report| report.content_hash()).map_err(|refusal| refusal.to_string());
            found.push((item.line, item.after, result));
        }
        found
    };
    let all = rows(header.after);
    for pair in all.windows(2) {
        assert!(pair[1].1.offset > pair[0].1.offset && pair[1].1.row == pair[0].1.row + 1, "reading moves on");
    }
    if let Some((_, after, _)) = all.get(all.len() / 2) {
        assert_eq!(rows(*after), all[all.len() / 2 + 1..], "taken up in the middle");
    }
}

/// A mapping file: an error is one line.
pub(super) fn mapping(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    match report::Mapping::parse(text) {
        Ok(mapping) => {
            let headers: Vec<String> = mapping.fields.values().filter_map(|field| field.column.clone()).collect();
            if let Err(error) = mapping.bind(&headers) {
                assert!(!error.to_string().is_empty());
            }
        }
        Err(error) => assert!(!error.to_string().contains('\n'), "{error}"),
    }
}

/// Postcodes, sectors, outward codes, names, points, numbers: shares sum to one, and what is read is read again as itself.
pub(super) fn place(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Some(postcode) = areas::parse_postcode(text) {
        assert_eq!(areas::parse_postcode(&postcode.full).as_ref(), Some(&postcode));
        assert_eq!(areas::parse_sector(&postcode.sector).as_deref(), Some(postcode.sector.as_str()));
        assert_eq!(areas::outcode_of(&postcode.sector), postcode.outcode);
    }
    if let Some(sector) = areas::parse_sector(text) {
        assert_eq!(areas::parse_sector(&sector).as_deref(), Some(sector.as_str()));
    }
    if let Some(outcode) = areas::parse_outcode(text) {
        assert_eq!(areas::parse_outcode(&outcode).as_deref(), Some(outcode.as_str()));
    }
    let uk = areas::Gazetteer::united_kingdom();
    let (lat, lon) = text.split_once(',').map_or((None, None), |(a, b)| (a.parse().ok(), b.parse().ok()));
    for part in 0..6 {
        let given = |wanted: i32| (part == wanted).then_some(text);
        let resolved = uk.resolve(&areas::PlaceGiven {
            postcode: given(0),
            sector: given(1),
            outcode: given(2),
            district: given(3),
            town: given(4),
            target_landline: given(5),
            lat,
            lon,
        });
        let sum: f64 = resolved.shares.iter().map(|(_, share)| share).sum();
        assert!(resolved.shares.is_empty() || (sum - 1.0).abs() < 1e-6, "{text}: {resolved:?}");
    }
}

/// Telephone numbers: what is taken is E.164, and taken again as itself.
pub(super) fn phone(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    for region in ["GB", "US", "DE", "??"] {
        if let Some(number) = report::numbers::to_e164(text, region) {
            assert!(
                number.starts_with('+') && number.len() <= 16 && number[1..].bytes().all(|byte| byte.is_ascii_digit()),
                "{number}"
            );
            let again = report::numbers::to_e164(&number, region);
            assert_eq!(again.as_ref(), Some(&number), "'{text}' in {region}");
            assert!(!report::numbers::for_people(&number).is_empty());
        }
    }
    let _ = report::numbers::is_drama_number(text);
}

/// Reference numbers.
pub(super) fn reference(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(reference) = report::Reference::parse(text) {
        assert_eq!(report::Reference::parse(reference.as_str()), Ok(reference.clone()));
        assert_eq!(report::Reference::parse(&reference.spoken().replace(',', " ")), Ok(reference));
    }
}

/// Another country's areas: points, boundaries and codes, with a line of dashes between.
pub(super) fn areas_import(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let mut parts = text.split("\n---\n");
    let points = parts.next().unwrap_or("");
    let boundaries = parts.next().filter(|text| !text.is_empty());
    let codes = parts.next();
    let columns = areas::import::Columns::default();
    match areas::import::import(points, &columns, boundaries.map(|text| (text, "id")), codes, "") {
        Ok(imported) => {
            let areas = imported.gazetteer;
            let document = areas.to_json().unwrap_or_else(|error| panic!("{error}"));
            let again = areas::Gazetteer::from_json(&document).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(again.districts().count(), areas.districts().count());
            let ids: Vec<areas::AreaId> = areas.districts().map(|area| area.id.clone()).collect();
            for id in &ids {
                assert!(areas.neighbours(id).iter().all(|other| areas.neighbours(other).contains(id)), "neighbours are mutual");
            }
            let request = areas::map::MapRequest {
                areas: &ids,
                around: &[],
                fills: &std::collections::BTreeMap::new(),
                title: "t",
                description: "d",
                id: "m",
                width: 400.0,
            };
            let svg = areas::map::render_svg(&areas, &request);
            assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
        }
        Err(errors) => {
            assert!(!errors.is_empty() && errors.len() <= 21);
            for error in errors {
                assert!(!error.to_string().contains('\n'), "an error is one line: {error}");
            }
        }
    }
}

/// A page in the seed format: what is read is written so that it is read as the same page.
pub(super) fn seed_page(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(page) = publish::read(text) {
        let written = publish::export(&page);
        let again = publish::read(&written).unwrap_or_else(|error| panic!("{error}: {written}"));
        assert_eq!(publish::export(&again), written);
    }
}

fn reader() -> &'static modus::Reader {
    static READER: OnceLock<modus::Reader> = OnceLock::new();
    READER.get_or_init(|| modus::Reader::new(&modus::Packs::builtin()))
}

/// A narrative: every quote is what stands at its place.
pub(super) fn modus_read(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let answer = reader().read(text).to_contract_json(&serde_json::Value::Null, text);
    quotes(answer["evidence"].as_array(), &|_| Some(text));
}

/// A call, one turn a line.
pub(super) fn call_check(data: &[u8]) {
    static CHECKER: OnceLock<call::Checker> = OnceLock::new();
    let Ok(text) = std::str::from_utf8(data) else { return };
    let checker = CHECKER.get_or_init(|| call::Checker::new(reader().clone()));
    let mut check = call::Check::default();
    let turns: Vec<&str> = text.lines().collect();
    for turn in &turns {
        checker.turn(&mut check, turn.starts_with('>'), turn);
    }
    let answer = check.to_contract_json(&serde_json::Value::Null);
    assert!(answer["score"].as_f64().is_some_and(|score| (0.0..=1.0).contains(&score)), "{answer}");
    quotes(answer["stages"].as_array(), &|one| turns.get(usize::try_from(one["turn"].as_u64()?).ok()?).copied());
}

/// Each quote stands where it says.
fn quotes<'a>(list: Option<&Vec<serde_json::Value>>, text_of: &dyn Fn(&serde_json::Value) -> Option<&'a str>) {
    for one in list.into_iter().flatten() {
        let place = |key: &str| one[key].as_u64().and_then(|at| usize::try_from(at).ok()).unwrap_or(usize::MAX);
        let found = text_of(one).and_then(|text| text.get(place("start")..place("end")));
        assert_eq!(found, one["quote"].as_str(), "{one}");
    }
}

/// A parameter file of a scan and, after lines of dashes, the files that it names: cases, coordinates, population, controls, gaps.
pub(super) fn scan_files(data: &[u8]) {
    use scan::satscan::{Study, Table, Texts, from_csv, period, read_parameters};
    let text = String::from_utf8_lossy(data);
    let mut parts = text.split("\n---\n");
    let parameters = parts.next().unwrap_or("");
    let mut next = |kind: Option<Table>| {
        let part = parts.next()?;
        Some(kind.map_or_else(|| Ok(part.to_owned()), |kind| from_csv("f", part, kind)))
    };
    let tables = [Some(Table::Cases), None, Some(Table::Population), Some(Table::Cases), None].map(&mut next);
    let one_line = |refusal: scan::satscan::Refusal| {
        assert!(!refusal.to_string().contains('\n'), "a refusal is one line: {refusal}");
    };
    let tables = tables.map(|table| table.and_then(|table| table.map_err(one_line).ok()));
    if let Some(cases) = &tables[0] {
        match period("cases", cases) {
            Ok((_, first, last)) => assert!(first <= last),
            Err(refusal) => one_line(refusal),
        }
    }
    let options = match read_parameters("f.prm", parameters, &[]) {
        Ok(options) => options,
        Err(refusal) => return one_line(refusal),
    };
    assert!(options.start <= options.end);
    // Long studies are right and slow.
    if options.end - options.start > 4000 {
        return;
    }
    let of = |at: usize| tables[at].as_deref().map(|text| ("f", text));
    let texts = Texts {
        cases: of(0).unwrap_or(("f", "")),
        coordinates: of(1),
        population: of(2),
        controls: of(3),
        missing: of(4),
        ..Texts::default()
    };
    match Study::new(&options, &texts, 1) {
        Ok(study) => assert_eq!(study.problem.check(), Ok(())),
        Err(refusal) => one_line(refusal),
    }
}

fn find(data: &[u8], what: &[u8]) -> Option<usize> {
    data.windows(what.len()).position(|window| window == what)
}
