use areas::import::{Columns, ImportError, import};
use areas::{AreaId, PlaceGiven};

const POINTS: &str = "code,name,lat,lon,parent,population,population_65_plus\nA,Ayton,50.0,1.0,North,1000,200\nB,Beeton,50.0,1.1,North,2000,300\nC,Ceeton,50.0,1.2,South,3000,500\n";

#[test]
fn points_alone_make_a_gazetteer_with_neighbours() {
    let imported = import(POINTS, &Columns::default(), None, None, "Source: nobody").unwrap();
    let areas = imported.gazetteer;
    assert!(imported.warnings.is_empty(), "{:?}", imported.warnings);
    assert!(!areas.is_builtin());
    assert_eq!(areas.districts().count(), 3);
    // A and C are not neighbours: B lies between them.
    assert_eq!(areas.neighbours(&AreaId::from("A")), [AreaId::from("B")]);
    assert_eq!(areas.neighbours(&AreaId::from("B")), [AreaId::from("A"), AreaId::from("C")]);
    let given = PlaceGiven { district: Some("beeton"), ..Default::default() };
    assert_eq!(areas.resolve(&given).district(), Some(&AreaId::from("B")));
    let again = areas::Gazetteer::from_json(&areas.to_json().unwrap()).unwrap();
    assert_eq!(again.districts().count(), 3);
    assert_eq!(again.attribution(), ["Source: nobody"]);
}

#[test]
fn every_bad_row_is_told_with_its_line() {
    let bad = "code,lat,lon,population\nA,50,1,10\nA,50,1,10\nB,95,1,10\nC,50,east,10\nD,50,1,many\n,50,1,10\n";
    let errors = import(bad, &Columns::default(), None, None, "").unwrap_err();
    let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(lines.join("\n"), @r"
    points line 3: the code 'A' stands in line 2 too: codes must be unique
    points line 4: lat '95' is not a number from -90 to 90
    points line 5: lon 'east' is not a number from -180 to 180
    points line 6: population 'many' is not a whole number of people
    points line 7: the code is empty
    ");
}

#[test]
fn columns_can_be_named() {
    let mut columns = Columns::default();
    let points = "area_code,lat,lon\n201,40.9,-74.1\n202,38.9,-77.0\n";
    let errors = import(points, &columns, None, None, "").unwrap_err();
    assert!(matches!(&errors[0], ImportError::Column { column } if column == "code"));
    columns.renamed.insert("code".into(), "area_code".into());
    let imported = import(points, &columns, None, None, "").unwrap();
    assert_eq!(imported.warnings.len(), 1, "missing populations are told: {:?}", imported.warnings);
}

#[test]
fn boundaries_must_be_closed_simple_rings() {
    let feature = |ring: &str| {
        format!(
            r#"{{"type":"FeatureCollection","features":[{{"type":"Feature","properties":{{"id":"A"}},"geometry":{{"type":"Polygon","coordinates":[{ring}]}}}}]}}"#
        )
    };
    let whole = feature("[[0.9,49.9],[1.05,49.9],[1.05,50.1],[0.9,50.1],[0.9,49.9]]");
    let imported = import(POINTS, &Columns::default(), Some((&whole, "id")), None, "").unwrap();
    assert!(imported.warnings.iter().any(|line| line.contains("2 areas have no boundary")), "{:?}", imported.warnings);
    for (ring, what) in [
        ("[[0.9,49.9],[1.05,49.9],[1.05,50.1],[0.9,50.1]]", "not closed"),
        ("[[0.9,49.9],[1.05,50.1],[1.05,49.9],[0.9,50.1],[0.9,49.9]]", "crosses itself"),
        ("[[0.9,49.9],[1.05,49.9],[0.9,49.9]]", "fewer than four"),
        ("[[0.9,149.9],[1.05,49.9],[1.05,50.1],[0.9,149.9]]", "outside the world"),
    ] {
        let errors = import(POINTS, &Columns::default(), Some((&feature(ring), "id")), None, "").unwrap_err();
        assert!(errors[0].to_string().contains(what), "{ring}: {errors:?}");
    }
    let errors = import(POINTS, &Columns::default(), Some((&whole, "gss")), None, "").unwrap_err();
    assert!(errors[0].to_string().contains("--id-prop"), "{errors:?}");
}

/// The folder of development data, where it is there.
fn shared(path: &str) -> Option<String> {
    let root =
        std::env::var("RINGFENCE_SHARED").unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared").to_owned());
    let found = std::fs::read_to_string(format!("{root}/{path}")).ok();
    if found.is_none() {
        eprintln!("SKIPPED: this test needs ../shared/{path}");
    }
    found
}

#[test]
fn another_countrys_areas_are_taken_from_real_files() {
    let Some(points) = shared("data/events/us_area_code_centroids.csv") else { return };
    let mut columns = Columns::default();
    columns.renamed.insert("code".into(), "area_code".into());
    columns.renamed.insert("parent".into(), "state".into());
    let imported = import(&points, &columns, None, None, "").unwrap();
    assert_eq!(imported.gazetteer.districts().count(), 390);
    let lonely = imported.gazetteer.districts().filter(|area| imported.gazetteer.neighbours(&area.id).is_empty()).count();
    assert!(lonely < 20, "{lonely} area codes without a neighbour");
}

#[test]
fn official_boundaries_are_taken_and_give_the_known_neighbours() {
    let (Some(shapes), Some(districts)) = (shared("data/areas/herts_districts.geojson"), shared("data/areas/districts.csv"))
    else {
        return;
    };
    let mut columns = Columns::default();
    columns.renamed.insert("code".into(), "gss".into());
    columns.renamed.insert("parent".into(), "county".into());
    columns.renamed.insert("population_65_plus".into(), "pop65plus".into());
    let herts: String = districts
        .lines()
        .filter(|line| line.starts_with("gss") || line.contains(",Hertfordshire,"))
        .map(|line| format!("{line}\n"))
        .collect();
    let property = "gss";
    let imported = import(&herts, &columns, Some((&shapes, property)), None, "").unwrap();
    let st_albans = AreaId::from("E07000240");
    let touching = imported.gazetteer.neighbours(&st_albans);
    assert!(touching.contains(&AreaId::from("E07000098")), "{touching:?} {:?}", imported.warnings);
}

#[test]
fn an_area_without_a_point_stands_in_its_boundary() {
    let shape = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"id":"A"},"geometry":{"type":"Polygon","coordinates":[[[1,50],[2,50],[2,51],[1,51],[1,50]]]}}]}"#;
    let imported = import("code,lat,lon\nA,,\n", &Columns::default(), Some((shape, "id")), None, "").unwrap();
    let area = imported.gazetteer.area(&AreaId::from("A")).unwrap();
    assert!((area.lat - 50.5).abs() < 1e-9 && (area.lon - 1.5).abs() < 1e-9, "{area:?}");
    let errors = import("code,lat,lon\nA,,\nB,,\n", &Columns::default(), Some((shape, "id")), None, "").unwrap_err();
    assert_eq!(errors[0].to_string(), "points line 3: 'B' has neither lat and lon nor a boundary");
    // Latitude and longitude in each other's place.
    let errors = import("code,lat,lon\nA,1.5,50.5\n", &Columns::default(), Some((shape, "id")), None, "").unwrap_err();
    assert!(errors[0].to_string().contains("right way round"), "{errors:?}");
}

#[test]
fn the_whole_countrys_boundaries_give_the_published_neighbours() {
    let (Some(shapes), Some(districts), Some(pairs)) =
        (shared("data/areas/uk_lad_coarse.geojson"), shared("data/areas/districts.csv"), shared("data/areas/lad_adjacency.csv"))
    else {
        return;
    };
    let mut columns = Columns::default();
    for (ours, theirs) in [("code", "gss"), ("parent", "county"), ("population_65_plus", "pop65plus")] {
        columns.renamed.insert(ours.into(), theirs.into());
    }
    let areas = import(&districts, &columns, Some((&shapes, "gss")), None, "").unwrap().gazetteer;
    assert_eq!(areas.districts().count(), 361);
    let (mut found, mut listed) = (0, 0);
    for pair in pairs.lines().skip(1) {
        let (a, b) = pair.split_once(',').unwrap();
        listed += 1;
        let b = AreaId::from(b.split(',').next().unwrap());
        found += usize::from(areas.neighbours(&AreaId::from(a)).contains(&b));
    }
    let touching: usize = areas.districts().map(|area| areas.neighbours(&area.id).len()).sum();
    // The published list takes districts within 150 m of one another, some across a river.
    assert!(found * 100 >= listed * 97, "{found} of {listed}");
    assert!(touching / 2 <= found + 2, "{} pairs, {found} of them listed", touching / 2);
}
