//! The built-in United Kingdom, read from the embedded tables (`data/README.md` names their sources).

use std::collections::{BTreeMap, HashMap};

use crate::gazetteer::{Code, Tables, fold};
use crate::shape::Shape;
use crate::{Area, AreaId, AreaKind};

const DISTRICTS: &str = include_str!("../data/districts.csv");
const FORCES: &str = include_str!("../data/police_forces.csv");
const SECTORS: &str = include_str!("../data/uk_postcode_sectors.csv");
const OUTCODES: &str = include_str!("../data/postcode_districts.csv");
const DIALLING: &str = include_str!("../data/uk_dialling_codes.csv");
const DIALLING_DISTRICTS: &str = include_str!("../data/dialling_districts.csv");
const TOWNS: &str = include_str!("../data/towns.csv");
const NEIGHBOURS: &str = include_str!("../data/lad_adjacency.csv");
const SHAPES: &str = include_str!("../data/district_shapes.geojson");

const ATTRIBUTION: [&str; 3] = [
    "Source: Office for National Statistics licensed under the Open Government Licence v.3.0.",
    "Contains OS data © Crown copyright and database right 2026.",
    "Contains Royal Mail data © Royal Mail copyright and database right 2026.",
];

/// Reads the embedded tables. They are part of the program: a row that does not read is a bug that the tests catch.
pub(crate) fn tables() -> Tables {
    let mut areas = districts();
    areas.extend(forces());
    let mut names: HashMap<String, Vec<AreaId>> = HashMap::new();
    for area in areas.iter().filter(|area| area.kind == AreaKind::District) {
        names.entry(fold(&area.name)).or_default().push(area.id.clone());
    }
    for row in rows(TOWNS) {
        names.insert(fold(&row[0]), vec![AreaId(row[1].to_owned())]);
    }
    let dialling = dialling(&names);
    Tables {
        builtin: true,
        neighbours: neighbours(),
        shapes: shapes(),
        outcodes: codes(OUTCODES, 3, 5, 7),
        sectors: codes(SECTORS, 3, 4, 6),
        dialling,
        aliases: names,
        attribution: ATTRIBUTION.iter().map(|line| (*line).to_owned()).collect(),
        areas,
    }
}

/// The rows below the header.
fn rows(text: &str) -> impl Iterator<Item = csv::StringRecord> {
    csv::Reader::from_reader(text.as_bytes()).into_records().filter_map(Result::ok)
}

fn number(text: &str) -> f64 {
    text.parse().unwrap_or(0.0)
}

fn districts() -> Vec<Area> {
    let mut found = Vec::new();
    for row in rows(DISTRICTS) {
        found.push(Area {
            id: AreaId(row[0].to_owned()),
            kind: AreaKind::District,
            name: row[1].to_owned(),
            parent: Some(row[2].to_owned()).filter(|county| !county.is_empty()),
            force: Some(row[3].to_owned()).filter(|force| !force.is_empty()),
            population: row[6].parse().ok(),
            population_65_plus: row[7].parse().ok(),
            lat: number(&row[8]),
            lon: number(&row[9]),
            area_km2: row[10].parse().ok(),
            label_lat: number(&row[11]),
            label_lon: number(&row[12]),
        });
    }
    found
}

/// Forces lie where their districts lie: the mean of the districts' centres by population.
fn forces() -> Vec<Area> {
    let districts = districts();
    let mut found = Vec::new();
    for row in rows(FORCES) {
        let members: Vec<&Area> = districts.iter().filter(|area| area.force.as_deref() == Some(&row[2])).collect();
        let people: f64 = members.iter().map(|area| f64::from(area.population.unwrap_or(1))).sum::<f64>().max(1.0);
        let weigh = |value: fn(&Area) -> f64| {
            members.iter().map(|area| value(area) * f64::from(area.population.unwrap_or(1))).sum::<f64>() / people
        };
        let (lat, lon) = (weigh(|area| area.lat), weigh(|area| area.lon));
        found.push(Area {
            id: AreaId(row[1].to_owned()),
            kind: AreaKind::Force,
            name: row[2].to_owned(),
            parent: None,
            force: None,
            population: row[4].parse().ok(),
            population_65_plus: row[5].parse().ok(),
            lat,
            lon,
            label_lat: lat,
            label_lon: lon,
            area_km2: row[6].parse().ok(),
        });
    }
    found
}

/// Codes with shares, from the columns of the main district, its share and the split (`gss:share;gss:share`).
fn codes(text: &str, district: usize, share: usize, split: usize) -> HashMap<String, Code> {
    let mut found = HashMap::new();
    for row in rows(text) {
        let mut shares: Vec<(AreaId, f64)> = Vec::new();
        for part in row.get(split).unwrap_or("").split(';') {
            if let Some((gss, part_share)) = part.split_once(':') {
                shares.push((AreaId(gss.to_owned()), number(part_share)));
            }
        }
        if shares.is_empty() {
            shares.push((AreaId(row[district].to_owned()), number(&row[share]).max(0.01)));
        }
        shares.sort_by(|a, b| b.1.total_cmp(&a.1));
        // The split column is rounded and leaves out small rests: the main share is exact, the others take what is left.
        let main = if shares.len() == 1 { 1.0 } else { number(&row[share]) };
        let rest: f64 = shares.iter().skip(1).map(|(_, share)| share).sum();
        shares[0].1 = main;
        for entry in shares.iter_mut().skip(1) {
            entry.1 *= (1.0 - main) / rest.max(1e-9);
        }
        found.insert(row[0].to_owned(), Code { lat: number(&row[1]), lon: number(&row[2]), shares });
    }
    found
}

/// Dialling codes with districts: by hand where known, else where the place is the name of just one district.
fn dialling(names: &HashMap<String, Vec<AreaId>>) -> BTreeMap<String, Vec<AreaId>> {
    let mut found = BTreeMap::new();
    for row in rows(DIALLING) {
        if let Some(districts) = names.get(&fold(&row[1]))
            && districts.len() == 1
        {
            found.insert(row[0].to_owned(), districts.clone());
        }
    }
    for row in rows(DIALLING_DISTRICTS) {
        found.insert(row[0].to_owned(), row[1].split(';').map(AreaId::from).collect());
    }
    found
}

fn neighbours() -> BTreeMap<AreaId, Vec<AreaId>> {
    let mut found: BTreeMap<AreaId, Vec<AreaId>> = BTreeMap::new();
    for row in rows(NEIGHBOURS) {
        let (a, b) = (AreaId(row[0].to_owned()), AreaId(row[1].to_owned()));
        found.entry(a.clone()).or_default().push(b.clone());
        found.entry(b).or_default().push(a);
    }
    for list in found.values_mut() {
        list.sort();
    }
    found
}

fn shapes() -> BTreeMap<AreaId, Shape> {
    match crate::import::read_boundaries(SHAPES, "gss") {
        Ok(shapes) => shapes.into_iter().map(|(id, shape)| (AreaId(id), shape)).collect(),
        Err(error) => panic!("the embedded outlines do not parse: {error}"),
    }
}
