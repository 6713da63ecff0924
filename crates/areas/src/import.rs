//! Another country's areas: a CSV of points, GeoJSON of boundaries where there are any, and a CSV of codes where places are told by
//! code. Everything is checked before anything replaces what is there.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use geojson::{GeoJson, GeometryValue};

use crate::gazetteer::{Code, Tables, fold, great_circle_km};
use crate::shape::{Polygon, Shape};
use crate::{Area, AreaId, AreaKind, Gazetteer};

/// Largest file that is read, in bytes.
pub const MOST_BYTES: usize = 64 * 1024 * 1024;
/// Most areas that are taken.
pub const MOST_AREAS: usize = 100_000;
/// Without boundaries, each area's neighbours are found among this many nearest.
const NEAREST: usize = 12;
/// Errors past this many are counted, not listed.
const MOST_ERRORS: usize = 20;

/// What keeps areas from being imported.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// The file is too large.
    #[error("{file}: {bytes} bytes; at most {MOST_BYTES} are read")]
    TooLarge {
        /// Which file.
        file: &'static str,
        /// Its size.
        bytes: usize,
    },
    /// A column that must be there is not.
    #[error(
        "points: no column '{column}': the columns are code, name, lat, lon, parent, population, population_65_plus (rename others with --column NAME=COLUMN)"
    )]
    Column {
        /// The column.
        column: String,
    },
    /// A row that cannot be taken.
    #[error("{file} line {line}: {what}")]
    Row {
        /// Which file.
        file: &'static str,
        /// Line number, the header being 1.
        line: u64,
        /// What is wrong and what is wanted.
        what: String,
    },
    /// Boundaries that are not GeoJSON of polygons.
    #[error("boundaries: {what}")]
    Boundaries {
        /// What is wrong.
        what: String,
    },
    /// No area at all.
    #[error("points: no area in the file: it needs a header and one row an area")]
    Empty,
    /// More errors than are listed.
    #[error("and {more} more errors")]
    More {
        /// How many.
        more: usize,
    },
}

/// An imported gazetteer with what should be known about it.
#[derive(Debug)]
pub struct Imported {
    /// The areas.
    pub gazetteer: Gazetteer,
    /// What is missing or odd, one sentence each.
    pub warnings: Vec<String>,
}

/// The names that a file gives to the columns.
#[derive(Debug, Clone, Default)]
pub struct Columns {
    /// Our name to the file's.
    pub renamed: BTreeMap<String, String>,
}

impl Columns {
    fn name<'a>(&'a self, ours: &'a str) -> &'a str {
        self.renamed.get(ours).map_or(ours, String::as_str)
    }
}

/// Reads and checks another country's areas.
///
/// `points`: CSV with `code`, `lat`, `lon` and, where known, `name`, `parent`, `population`, `population_65_plus`.
/// `boundaries`: GeoJSON whose features carry the code in the property `id_property`.
/// `codes`: CSV with `code`, `lat`, `lon`, `area`, `share` (one row for each area a code lies in).
///
/// # Errors
/// Every [`ImportError`] found, up to twenty, with line numbers.
pub fn import(
    points: &str,
    columns: &Columns,
    boundaries: Option<(&str, &str)>,
    codes: Option<&str>,
    attribution: &str,
) -> Result<Imported, Vec<ImportError>> {
    let mut errors = Vec::new();
    let mut warnings = Vec::new();
    for (file, text) in [("points", Some(points)), ("boundaries", boundaries.map(|b| b.0)), ("codes", codes)] {
        if let Some(text) = text
            && text.len() > MOST_BYTES
        {
            errors.push(ImportError::TooLarge { file, bytes: text.len() });
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let mut areas = read_points(points, columns, &mut errors);
    if areas.is_empty() && errors.is_empty() {
        errors.push(ImportError::Empty);
    }
    let mut shapes = BTreeMap::new();
    if let Some((text, property)) = boundaries {
        match read_boundaries(text, property) {
            Ok(found) => shapes = found.into_iter().map(|(id, shape)| (AreaId(id), shape)).collect(),
            Err(error) => errors.push(error),
        }
    }
    let ids: BTreeSet<AreaId> = areas.iter().map(|area| area.id.clone()).collect();
    let codes = codes.map(|text| read_codes(text, &ids, &mut errors)).unwrap_or_default();
    if !errors.is_empty() {
        let more = errors.len().saturating_sub(MOST_ERRORS);
        errors.truncate(MOST_ERRORS);
        if more > 0 {
            errors.push(ImportError::More { more });
        }
        return Err(errors);
    }
    warn(&areas, &mut shapes, &ids, &mut warnings);
    for area in &mut areas {
        if let Some(shape) = shapes.get(&area.id)
            && let Some((lat, lon)) = shape.centroid()
            && shape.contains(lat, lon)
        {
            (area.label_lat, area.label_lon) = (lat, lon);
        }
    }
    let neighbours = if shapes.len() >= 2 { touching(&shapes) } else { gabriel(&areas) };
    let mut aliases: HashMap<String, Vec<AreaId>> = HashMap::new();
    for area in &areas {
        aliases.entry(fold(&area.name)).or_default().push(area.id.clone());
    }
    let tables = Tables {
        builtin: false,
        areas,
        neighbours,
        shapes,
        outcodes: codes,
        sectors: HashMap::new(),
        dialling: BTreeMap::new(),
        aliases,
        attribution: if attribution.is_empty() { Vec::new() } else { vec![attribution.to_owned()] },
    };
    Ok(Imported { gazetteer: Gazetteer::from_tables(tables), warnings })
}

fn read_points(text: &str, columns: &Columns, errors: &mut Vec<ImportError>) -> Vec<Area> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let headers = match reader.headers() {
        Ok(headers) => headers.clone(),
        Err(error) => {
            errors.push(ImportError::Row { file: "points", line: 1, what: error.to_string() });
            return Vec::new();
        }
    };
    let position = |ours: &str| headers.iter().position(|held| held.eq_ignore_ascii_case(columns.name(ours)));
    let mut required = [0; 3];
    for (slot, ours) in required.iter_mut().zip(["code", "lat", "lon"]) {
        match position(ours) {
            Some(found) => *slot = found,
            None => errors.push(ImportError::Column { column: columns.name(ours).to_owned() }),
        }
    }
    if !errors.is_empty() {
        return Vec::new();
    }
    let [code, lat, lon] = required;
    let (name, parent) = (position("name"), position("parent"));
    let (population, older) = (position("population"), position("population_65_plus"));
    let mut areas: Vec<Area> = Vec::new();
    let mut seen: HashMap<String, u64> = HashMap::new();
    for row in reader.records() {
        let row = match row {
            Ok(row) => row,
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                errors.push(ImportError::Row {
                    file: "points",
                    line,
                    what: "the row has another number of cells than the header".into(),
                });
                continue;
            }
        };
        let line = row.position().map_or(0, csv::Position::line);
        let mut refuse = |what: String| errors.push(ImportError::Row { file: "points", line, what });
        let id = row[code].to_owned();
        if id.is_empty() {
            refuse("the code is empty".into());
            continue;
        }
        if let Some(before) = seen.insert(id.clone(), line) {
            refuse(format!("the code '{id}' stands in line {before} too: codes must be unique"));
            continue;
        }
        let Some(lat) = row[lat].parse::<f64>().ok().filter(|lat| (-90.0..=90.0).contains(lat)) else {
            refuse(format!("lat '{}' is not a number from -90 to 90", &row[lat]));
            continue;
        };
        let Some(lon) = row[lon].parse::<f64>().ok().filter(|lon| (-180.0..=180.0).contains(lon)) else {
            refuse(format!("lon '{}' is not a number from -180 to 180", &row[lon]));
            continue;
        };
        let mut people = [None, None];
        for (slot, column) in people.iter_mut().zip([population, older]) {
            let Some(cell) = column.and_then(|column| row.get(column)).filter(|cell| !cell.is_empty()) else { continue };
            match cell.parse::<u32>() {
                Ok(count) => *slot = Some(count),
                Err(_) => refuse(format!("population '{cell}' is not a whole number of people")),
            }
        }
        if let [Some(all), Some(older)] = people
            && older > all
        {
            refuse(format!("{older} people of 65 and over among {all} people"));
        }
        let cell = |column: Option<usize>| column.and_then(|column| row.get(column)).filter(|cell| !cell.is_empty());
        if areas.len() == MOST_AREAS {
            refuse(format!("more than {MOST_AREAS} areas"));
            break;
        }
        areas.push(Area {
            name: cell(name).map_or_else(|| id.clone(), str::to_owned),
            id: AreaId(id),
            kind: AreaKind::District,
            parent: cell(parent).map(str::to_owned),
            force: None,
            population: people[0],
            population_65_plus: people[1],
            lat,
            lon,
            label_lat: lat,
            label_lon: lon,
            area_km2: None,
        });
    }
    areas
}

fn read_codes(text: &str, ids: &BTreeSet<AreaId>, errors: &mut Vec<ImportError>) -> HashMap<String, Code> {
    let mut found: HashMap<String, Code> = HashMap::new();
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    for (position, row) in reader.records().enumerate() {
        let line = position as u64 + 2;
        let refuse = |what: &str| ImportError::Row { file: "codes", line, what: what.to_owned() };
        let Ok(row) = row else {
            errors.push(refuse("the row has another number of cells than the header"));
            continue;
        };
        let (Some(code), Some(lat), Some(lon), Some(area), Some(share)) =
            (row.get(0), row.get(1), row.get(2), row.get(3), row.get(4))
        else {
            errors.push(refuse("the columns are code, lat, lon, area, share"));
            continue;
        };
        let (Ok(lat), Ok(lon), Ok(share)) = (lat.parse::<f64>(), lon.parse::<f64>(), share.parse::<f64>()) else {
            errors.push(refuse("lat, lon and share must be numbers"));
            continue;
        };
        let area = AreaId(area.to_owned());
        if !ids.contains(&area) {
            errors.push(refuse(&format!("area '{area}' is not among the points")));
            continue;
        }
        if !(share > 0.0 && share <= 1.0) {
            errors.push(refuse("a share lies above 0 and at most at 1"));
            continue;
        }
        found.entry(code.to_ascii_uppercase()).or_insert(Code { lat, lon, shares: Vec::new() }).shares.push((area, share));
    }
    #[allow(clippy::iter_over_hash_type, reason = "each code is put right by itself")]
    for code in found.values_mut() {
        let total: f64 = code.shares.iter().map(|(_, share)| share).sum();
        for entry in &mut code.shares {
            entry.1 /= total;
        }
        code.shares.sort_by(|a, b| b.1.total_cmp(&a.1));
    }
    found
}

/// Outlines by the value of a property. Rings must be closed, have four points or more and not cross themselves.
///
/// # Errors
/// [`ImportError::Boundaries`], naming the feature.
pub fn read_boundaries(text: &str, property: &str) -> Result<BTreeMap<String, Shape>, ImportError> {
    let bad = |what: String| ImportError::Boundaries { what };
    let parsed: GeoJson = text.parse().map_err(|_| bad("not GeoJSON".into()))?;
    let GeoJson::FeatureCollection(collection) = parsed else {
        return Err(bad("not a FeatureCollection".into()));
    };
    let mut shapes = BTreeMap::new();
    for (position, feature) in collection.features.into_iter().enumerate() {
        let place = position + 1;
        let id = match feature.property(property) {
            Some(serde_json::Value::String(id)) => id.clone(),
            Some(serde_json::Value::Number(id)) => id.to_string(),
            _ => return Err(bad(format!("feature {place} has no property '{property}': name it with --id-prop"))),
        };
        let mut shape = Shape::default();
        match feature.geometry.map(|geometry| geometry.value) {
            Some(GeometryValue::Polygon { coordinates }) => {
                for ring in coordinates {
                    shape.rings.push(read_ring(&ring, &id)?);
                }
            }
            Some(GeometryValue::MultiPolygon { coordinates }) => {
                for ring in coordinates.into_iter().flatten() {
                    shape.rings.push(read_ring(&ring, &id)?);
                }
            }
            _ => return Err(bad(format!("feature '{id}' is no Polygon or MultiPolygon"))),
        }
        if shapes.insert(id.clone(), shape).is_some() {
            return Err(bad(format!("'{id}' has two features")));
        }
    }
    Ok(shapes)
}

fn read_ring(points: &[geojson::Position], id: &str) -> Result<Polygon, ImportError> {
    let bad = |what: &str| ImportError::Boundaries { what: format!("feature '{id}': {what}") };
    let mut ring: Polygon = Vec::with_capacity(points.len());
    for point in points {
        let (Some(lon), Some(lat)) = (point.as_slice().first(), point.as_slice().get(1)) else {
            return Err(bad("a point without two numbers"));
        };
        if !(-180.0..=180.0).contains(lon) || !(-90.0..=90.0).contains(lat) {
            return Err(bad("a point outside the world: longitude comes first, in degrees (WGS 84)"));
        }
        ring.push((*lon, *lat));
    }
    if ring.len() < 4 {
        return Err(bad("a ring of fewer than four points"));
    }
    if ring.first() != ring.last() {
        return Err(bad("a ring that is not closed"));
    }
    ring.pop();
    if ring.len() <= 4_000 && crosses_itself(&ring) {
        return Err(bad("a ring that crosses itself"));
    }
    Ok(ring)
}

/// Whether two edges of a ring that do not meet at a corner cross properly. Edges are compared by their span of longitude, so that
/// long coasts stay quick.
fn crosses_itself(ring: &Polygon) -> bool {
    let n = ring.len();
    let mut edges: Vec<(f64, f64, usize)> = Vec::with_capacity(n);
    for (position, from) in ring.iter().enumerate() {
        let to = ring[(position + 1) % n];
        edges.push((from.0.min(to.0), from.0.max(to.0), position));
    }
    edges.sort_by(|a, b| a.0.total_cmp(&b.0));
    for (order, edge) in edges.iter().enumerate() {
        for other in &edges[order + 1..] {
            if other.0 > edge.1 {
                break;
            }
            let (i, j) = (edge.2, other.2);
            let neighbours = i == j || (i + 1) % n == j || (j + 1) % n == i;
            if !neighbours && cross(ring[i], ring[(i + 1) % n], ring[j], ring[(j + 1) % n]) {
                return true;
            }
        }
    }
    false
}

fn cross(a: (f64, f64), b: (f64, f64), c: (f64, f64), d: (f64, f64)) -> bool {
    let side = |p: (f64, f64), q: (f64, f64), r: (f64, f64)| (q.0 - p.0) * (r.1 - p.1) - (q.1 - p.1) * (r.0 - p.0);
    side(a, b, c) * side(a, b, d) < 0.0 && side(c, d, a) * side(c, d, b) < 0.0
}

/// What is missing or odd: populations, outlines without a point and points outside their outline.
fn warn(areas: &[Area], shapes: &mut BTreeMap<AreaId, Shape>, ids: &BTreeSet<AreaId>, warnings: &mut Vec<String>) {
    let without = areas.iter().filter(|area| area.population.is_none()).count();
    if without > 0 {
        warnings.push(format!(
            "{without} of {} areas have no population: rates are compared as if all areas had as many people",
            areas.len()
        ));
    }
    let strangers: Vec<AreaId> = shapes.keys().filter(|id| !ids.contains(*id)).cloned().collect();
    if !strangers.is_empty() {
        warnings.push(format!("{} boundaries have no point and are left out, '{}' first", strangers.len(), strangers[0]));
        shapes.retain(|id, _| ids.contains(id));
    }
    if !shapes.is_empty() {
        let bare = areas.iter().filter(|area| !shapes.contains_key(&area.id)).count();
        if bare > 0 {
            warnings.push(format!("{bare} areas have no boundary: a circle stands for each on the map"));
        }
    }
    for area in areas {
        let Some(shape) = shapes.get(&area.id) else { continue };
        if shape.contains(area.lat, area.lon) {
            continue;
        }
        let km = shape.centroid().map_or(0.0, |(lat, lon)| great_circle_km(area.lat, area.lon, lat, lon));
        warnings
            .push(format!("the point of '{}' ({}) lies outside its boundary, {km:.0} km from its middle", area.id, area.name));
    }
}

/// Neighbours by boundary: two areas that share a corner point (to four decimals of a degree, about ten metres).
fn touching(shapes: &BTreeMap<AreaId, Shape>) -> BTreeMap<AreaId, Vec<AreaId>> {
    let mut corners: HashMap<(i64, i64), Vec<&AreaId>> = HashMap::new();
    for (id, shape) in shapes {
        for (lon, lat) in shape.rings.iter().flatten() {
            let holders = corners.entry(((lon * 1e4).round() as i64, (lat * 1e4).round() as i64)).or_default();
            if holders.last() != Some(&id) {
                holders.push(id);
            }
        }
    }
    let mut pairs: BTreeSet<(&AreaId, &AreaId)> = BTreeSet::new();
    #[allow(clippy::iter_over_hash_type, reason = "the pairs are put in order by the set")]
    for holders in corners.values() {
        for a in holders {
            for b in holders {
                if a != b {
                    pairs.insert((a, b));
                }
            }
        }
    }
    let mut found: BTreeMap<AreaId, Vec<AreaId>> = BTreeMap::new();
    for (a, b) in pairs {
        found.entry(a.clone()).or_default().push(b.clone());
    }
    found
}

/// Neighbours without boundaries: the Gabriel graph (Gabriel and Sokal 1969): two areas are neighbours when no third lies in the
/// circle that has them as its ends. Looked for among each area's twelve nearest.
fn gabriel(areas: &[Area]) -> BTreeMap<AreaId, Vec<AreaId>> {
    let km = |a: &Area, b: &Area| great_circle_km(a.lat, a.lon, b.lat, b.lon);
    let mut found: BTreeMap<AreaId, Vec<AreaId>> = BTreeMap::new();
    let mut near: Vec<Vec<usize>> = Vec::with_capacity(areas.len());
    for area in areas {
        let mut others: Vec<(f64, usize)> = areas.iter().enumerate().map(|(i, other)| (km(area, other), i)).collect();
        let keep = (NEAREST + 1).min(others.len());
        if keep < others.len() {
            others.select_nth_unstable_by(keep, |a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            others.truncate(keep);
        }
        near.push(others.into_iter().map(|(_, i)| i).collect());
    }
    let mut pairs: BTreeSet<(usize, usize)> = BTreeSet::new();
    for (i, candidates) in near.iter().enumerate() {
        for j in candidates {
            let j = *j;
            if i == j {
                continue;
            }
            let between = km(&areas[i], &areas[j]).powi(2);
            let mut others = near[i].iter().chain(&near[j]);
            let blocked = others
                .any(|k| *k != i && *k != j && km(&areas[i], &areas[*k]).powi(2) + km(&areas[j], &areas[*k]).powi(2) < between);
            if !blocked {
                pairs.insert((i, j));
                pairs.insert((j, i));
            }
        }
    }
    for (i, j) in pairs {
        found.entry(areas[i].id.clone()).or_default().push(areas[j].id.clone());
    }
    found
}
