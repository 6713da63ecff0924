//! Mapping files: how the columns of somebody else's CSV become fields of `report.v1`.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::Refusal;
use crate::rows::Cells;

/// A mapping that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum MappingError {
    /// Not TOML of the right shape: one line, with the line it stands on.
    #[error("mapping: {0}")]
    Syntax(String),
    /// A field that `report.v1` does not have, or cannot be told from a column.
    #[error("mapping: '{0}' is not a field that a column can fill: use dotted names such as call.at or place.sector")]
    Field(String),
    /// A field without a column or a value, or with both.
    #[error("mapping: field '{0}' needs either `column` or `value`")]
    Column(String),
    /// A column that the file does not have.
    #[error("mapping: field '{field}' wants column '{column}', which the file does not have; its columns are {columns}")]
    Missing {
        /// The field.
        field: String,
        /// The column.
        column: String,
        /// Those there are.
        columns: String,
    },
    /// Two columns of one name, one of which a field would be filled from.
    #[error("mapping: the file has two columns '{0}': which one is meant cannot be told")]
    Twice(String),
    /// A delimiter that is not one character.
    #[error("mapping: delimiter '{0}' is not one plain character such as , or ; or a tab")]
    Delimiter(String),
    /// A word where `row` is the only one.
    #[error("mapping: external_id = \"{0}\": `row` is the only value; name a column under [fields] instead")]
    ExternalId(String),
    /// A zone that is not in the time zone database.
    #[error("mapping: '{0}' is not a time zone such as Europe/London")]
    Zone(String),
}

/// How a file's columns are read.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// The source of all reports; `import` where not given.
    pub source: Option<String>,
    /// `row`: the external id is the file's name and the row's number, for files without one.
    pub external_id: Option<String>,
    /// Country of telephone numbers written without one; `GB` where not given.
    #[serde(default = "gb")]
    pub region: String,
    /// What stands between two cells; a comma where not given.
    #[serde(default = "comma")]
    pub delimiter: String,
    /// What becomes of a telephone number that is none: `refuse` the row, or take it as `unknown`.
    #[serde(default)]
    pub on_bad_number: OnBadNumber,
    /// Field to column.
    pub fields: BTreeMap<String, FieldMapping>,
}

fn gb() -> String {
    "GB".to_owned()
}

fn comma() -> String {
    ",".to_owned()
}

/// What becomes of a telephone number that is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnBadNumber {
    /// Refuse the row.
    #[default]
    Refuse,
    /// Take the number as unknown.
    Unknown,
}

/// How one field is filled.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldMapping {
    /// The column.
    pub column: Option<String>,
    /// A value for every row.
    pub value: Option<String>,
    /// For times: the format (`%Y-%m-%d %H:%M`), where it is not RFC 3339. A format without hours means noon.
    pub format: Option<String>,
    /// For times without an offset: the zone; `UTC` where not given.
    pub zone: Option<String>,
    /// Their words to ours.
    #[serde(default)]
    pub values: BTreeMap<String, String>,
}

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Time,
    List,
    Whole,
    Decimal,
    YesNo,
    Number,
    /// One value of each object of a list; the columns of one list are taken together, row by row of their `;`.
    Objects,
}

fn kind_of(field: &str) -> Option<Kind> {
    Some(match field {
        "received_at" | "call.at" | "courier.at" | "bank.told_at" => Kind::Time,
        "reporter.needs"
        | "target.vulnerability"
        | "caller.claimed"
        | "caller.names"
        | "pretext"
        | "trick"
        | "demand"
        | "handover" => Kind::List,
        "call.count" | "loss_pence" => Kind::Whole,
        "place.lat" | "place.lon" => Kind::Decimal,
        "reporter.anonymous"
        | "reporter.safe_to_call"
        | "consent.use_for_advice"
        | "consent.share_with_partners"
        | "consent.tell_me_what_came_of_it" => Kind::YesNo,
        "call.number_shown" | "callback.number" | "reporter.phone" => Kind::Number,
        "evidence.sha256" | "evidence.media_type" | "evidence.bytes" | "external_refs.system" | "external_refs.value" => {
            Kind::Objects
        }
        "external_id"
        | "source"
        | "danger"
        | "reporter.role"
        | "reporter.name"
        | "reporter.email"
        | "reporter.language"
        | "target.age_band"
        | "place.postcode"
        | "place.sector"
        | "place.outcode"
        | "place.district"
        | "place.town"
        | "call.precision"
        | "call.line"
        | "caller.station"
        | "courier.description"
        | "courier.vehicle"
        | "courier.registration"
        | "courier.password"
        | "bank.name"
        | "bank.told"
        | "callback.same_phone"
        | "callback.dial_tone_heard"
        | "outcome"
        | "narrative" => Kind::Text,
        _ => return None,
    })
}

/// A mapping tied to the columns of one file.
#[derive(Debug, Clone)]
pub struct Bound {
    fields: Vec<BoundField>,
    source: Option<String>,
    by_row: bool,
    /// Country of telephone numbers written without one.
    pub region: String,
    on_bad_number: OnBadNumber,
}

#[derive(Debug, Clone)]
struct BoundField {
    path: String,
    kind: Kind,
    column: Option<usize>,
    fixed: Option<String>,
    format: Option<String>,
    zone: Option<jiff::tz::TimeZone>,
    values: BTreeMap<String, String>,
}

impl Mapping {
    /// Reads a mapping file (TOML).
    ///
    /// # Errors
    /// [`MappingError`]
    pub fn parse(text: &str) -> Result<Mapping, MappingError> {
        let mapping: Mapping = toml::from_str(text).map_err(|error| MappingError::Syntax(one_line(&error, text)))?;
        let plain = |byte: &u8| byte.is_ascii() && !matches!(byte, b'"' | b'\n' | b'\r');
        if mapping.delimiter.len() != 1 || !mapping.delimiter.bytes().all(|byte| plain(&byte)) {
            return Err(MappingError::Delimiter(mapping.delimiter.chars().take(10).collect()));
        }
        match &mapping.external_id {
            Some(word) if word != "row" => Err(MappingError::ExternalId(word.chars().take(40).collect())),
            _ => Ok(mapping),
        }
    }

    /// What stands between two cells.
    pub fn delimiter(&self) -> u8 {
        self.delimiter.bytes().next().unwrap_or(b',')
    }

    /// The mapping of a file whose columns carry the dotted names of the contract.
    pub fn dotted(headers: &[String]) -> Mapping {
        let fields = headers
            .iter()
            .filter(|header| !header.is_empty())
            .map(|header| (header.clone(), FieldMapping { column: Some(header.clone()), ..FieldMapping::default() }))
            .collect();
        Mapping { source: None, external_id: None, region: gb(), delimiter: comma(), on_bad_number: OnBadNumber::Refuse, fields }
    }

    /// Ties it to a file's columns.
    ///
    /// # Errors
    /// [`MappingError`] for fields and columns that are not there.
    pub fn bind(&self, headers: &[String]) -> Result<Bound, MappingError> {
        let mut fields = Vec::new();
        for (path, mapping) in &self.fields {
            let kind = kind_of(path).ok_or_else(|| MappingError::Field(path.clone()))?;
            let column = match (&mapping.column, &mapping.value) {
                (Some(column), None) => {
                    if headers.iter().filter(|held| *held == column).count() > 1 {
                        return Err(MappingError::Twice(column.clone()));
                    }
                    let found = headers.iter().position(|held| held == column);
                    let found = found.ok_or_else(|| MappingError::Missing {
                        field: path.clone(),
                        column: column.clone(),
                        columns: names_of(headers),
                    })?;
                    Some(found)
                }
                (None, Some(_)) => None,
                _ => return Err(MappingError::Column(path.clone())),
            };
            let zone = match &mapping.zone {
                Some(name) => Some(jiff::tz::TimeZone::get(name).map_err(|_| MappingError::Zone(name.clone()))?),
                None => None,
            };
            fields.push(BoundField {
                path: path.clone(),
                kind,
                column,
                fixed: mapping.value.clone(),
                format: mapping.format.clone(),
                zone,
                values: mapping.values.clone(),
            });
        }
        Ok(Bound {
            fields,
            source: self.source.clone(),
            by_row: self.external_id.as_deref() == Some("row"),
            region: self.region.clone(),
            on_bad_number: self.on_bad_number,
        })
    }
}

/// The columns there are, as many as fit on a line.
fn names_of(headers: &[String]) -> String {
    let shown: Vec<String> = headers.iter().take(30).map(|name| name.chars().take(40).collect()).collect();
    let more = headers.len().saturating_sub(30);
    if more == 0 { shown.join(", ") } else { format!("{} and {more} more", shown.join(", ")) }
}

/// A TOML error in one line: where, and what.
fn one_line(error: &toml::de::Error, text: &str) -> String {
    let message: String = error.message().split_whitespace().collect::<Vec<_>>().join(" ");
    match error.span().and_then(|span| text.get(..span.start)) {
        Some(before) => format!("line {}: {message}", before.matches('\n').count() + 1),
        None => message,
    }
}

impl Bound {
    /// One row as `report.v1` JSON. `file` and `row` name it where the file has no ids.
    ///
    /// # Errors
    /// [`Refusal`] with the field's path.
    pub(crate) fn to_value(&self, cells: Cells<'_>, file: &str, row: u64) -> Result<Value, Refusal> {
        let mut root = Map::new();
        if let Some(source) = &self.source {
            root.insert("source".into(), Value::String(source.clone()));
        }
        if self.by_row {
            root.insert("external_id".into(), Value::String(format!("{file}:{row}")));
        }
        for field in &self.fields {
            let text = match field.column {
                Some(column) => cells.get(column).unwrap_or("").trim(),
                None => field.fixed.as_deref().unwrap_or(""),
            };
            let text = field.values.get(text).map_or(text, String::as_str);
            if text.is_empty() {
                continue;
            }
            if field.kind == Kind::Objects {
                insert_objects(&mut root, &field.path, text)?;
            } else if let Some(value) = self.value(field, text)? {
                insert(&mut root, &field.path, value);
            }
        }
        Ok(Value::Object(root))
    }

    fn value(&self, field: &BoundField, text: &str) -> Result<Option<Value>, Refusal> {
        let refuse = |reason: &str| Refusal::new(field.path.clone(), reason);
        let value = match field.kind {
            Kind::Text | Kind::Objects => Value::String(text.to_owned()),
            Kind::List => {
                let items = text.split(';').map(str::trim).filter(|item| !item.is_empty());
                Value::Array(
                    items.map(|item| Value::String(field.values.get(item).map_or(item, String::as_str).to_owned())).collect(),
                )
            }
            Kind::Whole => Value::from(text.parse::<u64>().map_err(|_| refuse("not a whole number of 0 or more"))?),
            Kind::Decimal => match text.parse::<f64>() {
                // `NaN` and `inf` parse, but are no place on the earth.
                Ok(number) if number.is_finite() => Value::from(number),
                _ => return Err(refuse("not a number")),
            },
            Kind::YesNo => match text.to_ascii_lowercase().as_str() {
                "true" | "yes" | "y" | "1" => Value::Bool(true),
                "false" | "no" | "n" | "0" => Value::Bool(false),
                _ => return Err(refuse("not true or false")),
            },
            Kind::Number => {
                let word = matches!(text, "withheld" | "unavailable" | "unknown");
                if word || crate::numbers::to_e164(text, &self.region).is_some() {
                    Value::String(text.to_owned())
                } else if self.on_bad_number == OnBadNumber::Unknown {
                    if field.path != "call.number_shown" {
                        return Ok(None);
                    }
                    Value::String("unknown".to_owned())
                } else {
                    return Err(refuse("not a telephone number"));
                }
            }
            Kind::Time => Value::String(self.time(field, text)?),
        };
        Ok(Some(value))
    }

    fn time(&self, field: &BoundField, text: &str) -> Result<String, Refusal> {
        let Some(format) = &field.format else { return Ok(text.to_owned()) };
        let refuse = || Refusal::new(field.path.clone(), format!("not a time of the form {format}"));
        let parts = jiff::fmt::strtime::parse(format, text).map_err(|_| refuse())?;
        let date = parts.to_date().map_err(|_| refuse())?;
        let time = if parts.hour().is_some() { parts.to_time().map_err(|_| refuse())? } else { jiff::civil::time(12, 0, 0, 0) };
        if let Some(offset) = parts.offset() {
            let at = offset.to_timestamp(date.to_datetime(time)).map_err(|_| refuse())?;
            return Ok(crate::Moment::new(at, offset).to_string());
        }
        let zone = field.zone.clone().unwrap_or(jiff::tz::TimeZone::UTC);
        let zoned = zone.to_zoned(date.to_datetime(time)).map_err(|_| refuse())?;
        Ok(crate::Moment::from_zoned(&zoned).to_string())
    }
}

/// Puts a value at a dotted path of at most two parts.
fn insert(root: &mut Map<String, Value>, path: &str, value: Value) {
    match path.split_once('.') {
        None => {
            root.insert(path.to_owned(), value);
        }
        Some((group, field)) => {
            let entry = root.entry(group.to_owned()).or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(group) = entry {
                group.insert(field.to_owned(), value);
            }
        }
    }
}

/// Puts the values of one column of a list of objects in their places: `external_refs.system` holds `nfrc;crm` where
/// `external_refs.value` holds `NFRC1;77`.
fn insert_objects(root: &mut Map<String, Value>, path: &str, text: &str) -> Result<(), Refusal> {
    let Some((group, field)) = path.split_once('.') else { return Ok(()) };
    let items: Vec<&str> = text.split(';').map(str::trim).collect();
    let entry = root.entry(group.to_owned()).or_insert_with(|| Value::Array(vec![Value::Object(Map::new()); items.len()]));
    let Value::Array(objects) = entry else { return Ok(()) };
    if objects.len() != items.len() {
        return Err(Refusal::new(path, format!("{} values where its neighbour has {}", items.len(), objects.len())));
    }
    for (object, item) in objects.iter_mut().zip(items) {
        let value = if field == "bytes" {
            Value::from(item.parse::<u64>().map_err(|_| Refusal::new(path, "not a whole number of 0 or more"))?)
        } else {
            Value::String(item.to_owned())
        };
        if let Value::Object(object) = object {
            object.insert(field.to_owned(), value);
        }
    }
    Ok(())
}
