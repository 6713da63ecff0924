use areas::{AreaId, Gazetteer};

#[test]
fn hertfordshire_has_the_people_of_the_census() {
    let uk = Gazetteer::united_kingdom();
    let herts = uk.districts_of("Hertfordshire");
    assert_eq!(herts.len(), 10);
    assert_eq!(herts.iter().filter_map(|area| area.population).sum::<u32>(), 1_198_725);
    assert_eq!(herts.iter().filter_map(|area| area.population_65_plus).sum::<u32>(), 204_259);
}

#[test]
fn the_whole_kingdom_is_there() {
    let uk = Gazetteer::united_kingdom();
    assert_eq!(uk.districts().count(), 361);
    assert_eq!(uk.forces().count(), 45);
    assert_eq!(uk.code_counts(), (12_018, 2_997));
    assert!(uk.is_builtin());
    assert!(uk.attribution().iter().any(|line| line.contains("Open Government Licence")));
}

#[test]
fn st_albans_watford_and_hertsmere_touch() {
    let uk = Gazetteer::united_kingdom();
    let [st_albans, watford, hertsmere] = ["E07000240", "E07000103", "E07000098"].map(AreaId::from);
    assert!(uk.neighbours(&st_albans).contains(&watford));
    assert!(uk.neighbours(&st_albans).contains(&hertsmere));
    assert!(uk.neighbours(&watford).contains(&hertsmere));
    assert!(uk.distance_km(&st_albans, &watford).unwrap() < 15.0);
}

#[test]
fn every_split_code_has_shares_that_sum_to_one() {
    let uk = Gazetteer::united_kingdom();
    for outcode in ["AL6", "EN6", "WD25", "SG8", "HP4"] {
        let resolved = uk.resolve(&areas::PlaceGiven { outcode: Some(outcode), ..Default::default() });
        let sum: f64 = resolved.shares.iter().map(|(_, share)| share).sum();
        assert!((sum - 1.0).abs() < 1e-9, "{outcode}: {sum}");
        assert!(resolved.district().is_none() || resolved.shares[0].1 >= 0.9, "{outcode}");
    }
}
