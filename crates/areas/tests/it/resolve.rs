use areas::{Gazetteer, PlaceGiven};

/// Each line of `fixtures/areas/resolve.csv` is a case.
#[test]
fn places_resolve_by_the_finest_part_given() {
    let uk = Gazetteer::united_kingdom();
    let table = include_str!("../../../../fixtures/areas/resolve.csv");
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(table.as_bytes());
    let mut cases = 0;
    for row in reader.records() {
        let row = row.unwrap();
        let cell = |column: usize| Some(&row[column]).filter(|cell| !cell.is_empty());
        let given = PlaceGiven {
            postcode: cell(0),
            sector: cell(1),
            outcode: cell(2),
            district: cell(3),
            town: cell(4),
            lat: cell(5).map(|cell| cell.parse().unwrap()),
            lon: cell(6).map(|cell| cell.parse().unwrap()),
            target_landline: cell(7),
        };
        let resolved = uk.resolve(&given);
        let found_by = serde_json::to_value(resolved.found_by).unwrap();
        assert_eq!(found_by, row[8], "{row:?} gave {resolved:?}");
        if let Some(expected) = cell(9) {
            let (name, share) = expected.rsplit_once(' ').unwrap();
            let (area, found) = &resolved.shares[0];
            assert_eq!(uk.name(area), name, "{row:?}");
            assert!((found - share.parse::<f64>().unwrap()).abs() < 0.006, "{row:?}: share {found}");
        } else {
            assert!(resolved.shares.is_empty(), "{row:?}");
        }
        cases += 1;
    }
    assert!(cases >= 15, "the table has lost its cases");
}

#[test]
fn what_was_given_and_not_found_is_told() {
    let uk = Gazetteer::united_kingdom();
    let resolved = uk.resolve(&PlaceGiven { postcode: Some("ZZ9 9ZZ"), town: Some("Watford"), ..Default::default() });
    assert_eq!(
        resolved.not_found,
        vec![areas::FoundBy::Postcode, areas::FoundBy::Outcode].into_iter().take(resolved.not_found.len()).collect::<Vec<_>>()
    );
    assert_eq!(resolved.district().map(|id| uk.name(id).to_owned()).as_deref(), Some("Watford"));
}
