use std::collections::BTreeMap;

use areas::map::{Fill, MapRequest, render_svg, table};
use areas::{AreaId, Gazetteer};

fn herts_map(width: f64) -> (String, Vec<areas::map::TableRow>) {
    let uk = Gazetteer::united_kingdom();
    let areas: Vec<AreaId> = uk.districts_of("Hertfordshire").iter().map(|area| area.id.clone()).collect();
    let mut fills = BTreeMap::new();
    fills.insert(AreaId::from("E07000240"), Fill { level: 4, words: "most reports".into() });
    fills.insert(AreaId::from("E07000103"), Fill { level: 2, words: "some reports".into() });
    let request = MapRequest {
        areas: &areas,
        around: &[],
        fills: &fills,
        title: "Where calls were reported",
        description: "A map of Hertfordshire's districts <with> reports.",
        id: "map",
        width,
    };
    (render_svg(&uk, &request), table(&uk, &areas, &fills))
}

#[test]
fn a_county_is_drawn_with_its_names_and_nothing_the_policy_forbids() {
    let (svg, rows) = herts_map(640.0);
    assert!(svg.starts_with("<svg class=\"map\" role=\"img\""));
    assert!(svg.contains("&lt;with&gt;"));
    assert!(!svg.contains("style="));
    assert_eq!(svg.matches("class=\"area").count(), 10);
    assert!(svg.contains(">St Albans</text>"), "the fullest district is always named");
    assert_eq!(rows.len(), 10);
    assert_eq!(rows[0].name, "St Albans");
    assert_eq!(rows[0].population, Some(148_154));
}

#[test]
fn the_country_is_drawn_with_a_circle_for_what_has_no_outline() {
    let uk = Gazetteer::united_kingdom();
    let areas: Vec<AreaId> = uk.districts().map(|area| area.id.clone()).collect();
    let request = MapRequest {
        areas: &areas,
        around: &[],
        fills: &BTreeMap::new(),
        title: "The United Kingdom",
        description: "Every district.",
        id: "uk",
        width: 700.0,
    };
    let svg = render_svg(&uk, &request);
    assert_eq!(svg.matches("class=\"area").count(), 361);
    assert!(svg.matches("<text").count() >= 20);
}
