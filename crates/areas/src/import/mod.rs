//! Another country's areas: a CSV of points, GeoJSON of boundaries where there are any, and a CSV of codes where places are told by
//! code. Everything is checked before anything replaces what is there.

mod boundaries;
mod neighbours;

use std::collections::{BTreeMap, BTreeSet, HashMap};

pub use boundaries::read_boundaries;
use neighbours::{gabriel, touching};

use crate::gazetteer::{Code, Tables, fold, great_circle_km};
use crate::shape::Shape;
use crate::{Area, AreaId, AreaKind, Gazetteer};

/// Largest file that is read, in bytes.
pub const MOST_BYTES: usize = 64 * 1024 * 1024;
/// Most areas that are taken.
pub const MOST_AREAS: usize = 100_000;
/// A point further than this from every corner of its boundary is a mistake, and no odd shape.
const FAR_KM: f64 = 100.0;
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
/// `points`: CSV with `code`, `lat`, `lon` (both may be left out of a row whose boundary is given) and, where known, `name`,
/// `parent`, `population`, `population_65_plus`.
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
    let mut bare = BTreeMap::new();
    let mut areas = read_points(points, columns, &mut bare, &mut errors);
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
    place_by_boundary(&mut areas, &bare, &shapes, &mut errors);
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
    let mut neighbours = touching(&shapes);
    if neighbours.len() * 2 < areas.len() {
        // Boundaries that were drawn apart share no corners.
        if shapes.len() >= 2 {
            warnings.push("the boundaries share hardly a corner: neighbours are told by the areas' points instead".to_owned());
        }
        neighbours = gabriel(&areas);
    }
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

/// An area without a point of its own stands in the middle of its boundary; a point far from its boundary is refused.
fn place_by_boundary(
    areas: &mut [Area],
    bare: &BTreeMap<AreaId, u64>,
    shapes: &BTreeMap<AreaId, Shape>,
    errors: &mut Vec<ImportError>,
) {
    for area in areas {
        let shape = shapes.get(&area.id);
        if let Some(line) = bare.get(&area.id) {
            match shape.and_then(Shape::centroid) {
                Some((lat, lon)) => {
                    (area.lat, area.lon) = (lat, lon);
                    (area.label_lat, area.label_lon) = (lat, lon);
                }
                None => errors.push(ImportError::Row {
                    file: "points",
                    line: *line,
                    what: format!("'{}' has neither lat and lon nor a boundary", area.id),
                }),
            }
        } else if let Some(shape) = shape
            && !shape.contains(area.lat, area.lon)
        {
            let corners = shape.rings.iter().flatten();
            let near = corners.map(|(lon, lat)| great_circle_km(area.lat, area.lon, *lat, *lon)).fold(f64::INFINITY, f64::min);
            if near > FAR_KM {
                let what = format!(
                    "the point of '{}' lies {near:.0} km from its boundary: are lat and lon the right way round?",
                    area.id
                );
                errors.push(ImportError::Boundaries { what });
            }
        }
    }
}

/// Areas out of the points; those without a point of their own are put down in `bare`, with their lines.
fn read_points(text: &str, columns: &Columns, bare: &mut BTreeMap<AreaId, u64>, errors: &mut Vec<ImportError>) -> Vec<Area> {
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
        let point = if row[lat].is_empty() && row[lon].is_empty() {
            bare.insert(AreaId(id.clone()), line);
            Ok((0.0, 0.0))
        } else {
            degrees(&row[lat], 90.0, "lat").and_then(|lat| Ok((lat, degrees(&row[lon], 180.0, "lon")?)))
        };
        let (lat, lon) = match point {
            Ok(point) => point,
            Err(what) => {
                refuse(what);
                continue;
            }
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

/// A coordinate that is a number on the earth.
fn degrees(text: &str, most: f64, name: &str) -> Result<f64, String> {
    let number = text.parse::<f64>().ok().filter(|number| (-most..=most).contains(number));
    let shown: String = text.chars().take(40).collect();
    number.ok_or_else(|| format!("{name} '{shown}' is not a number from -{most} to {most}"))
}

fn read_codes(text: &str, ids: &BTreeSet<AreaId>, errors: &mut Vec<ImportError>) -> HashMap<String, Code> {
    let mut found: HashMap<String, Code> = HashMap::new();
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let mut line = 1;
    for row in reader.records() {
        line = match &row {
            Ok(row) => row.position().map_or(line + 1, csv::Position::line),
            Err(error) => error.position().map_or(line + 1, csv::Position::line),
        };
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
        let point = degrees(lat, 90.0, "lat").and_then(|lat| Ok((lat, degrees(lon, 180.0, "lon")?)));
        let (lat, lon) = match point {
            Ok(point) => point,
            Err(what) => {
                errors.push(refuse(&what));
                continue;
            }
        };
        let share = share.parse::<f64>().unwrap_or(f64::NAN);
        let area = AreaId(area.to_owned());
        if !ids.contains(&area) {
            errors.push(refuse(&format!("area '{area}' is not among the points")));
            continue;
        }
        if !(share > 0.0 && share <= 1.0) {
            errors.push(refuse("a share is a number above 0 and at most 1"));
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
