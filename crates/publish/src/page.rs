//! The page: a whole HTML document with Open Graph and JSON-LD, and its parts for the site's own frame.

use std::collections::BTreeMap;

use advice::{Advice, State};
use areas::map::{Fill, MapRequest, render_svg, table};
use areas::{AreaId, Gazetteer};
use askama::Template;
use series::Value;

use crate::{RenderError, Spoken};

/// The parts of a page that a frame goes around.
#[derive(Debug, Clone, PartialEq)]
pub struct PageParts {
    /// The advice in words.
    pub spoken: Spoken,
    /// "This advice has ended …", "Updated on …", where it is so.
    pub banner: Option<String>,
    /// Whether it has ended.
    pub ended: bool,
    /// The day or time of its last change, as machines read it.
    pub modified: String,
    /// The date for people.
    pub date: String,
    /// The map as SVG; empty where no area is known.
    pub map: String,
    /// The same facts as rows.
    pub table: Vec<AreaRow>,
    /// JSON-LD, with `<` escaped.
    pub json_ld: String,
}

/// An area that the advice names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AreaRow {
    /// The area.
    pub id: areas::AreaId,
    /// Its name.
    pub name: String,
    /// People, with thousands set apart; empty where not known.
    pub population: String,
    /// People aged 65 and over, likewise.
    pub population_65_plus: String,
}

#[derive(Template)]
#[template(path = "page.html")]
struct Document<'a> {
    parts: &'a PageParts,
}

/// What a page says of advice that has ended or was updated.
pub(crate) fn banner(spoken: &Spoken) -> Option<String> {
    ended(spoken).or_else(|| spoken.updated_on.map(|day| format!("Updated on {}.", long_date(day))))
}

/// What a page says of advice that has ended.
pub(crate) fn ended(spoken: &Spoken) -> Option<String> {
    match spoken.state {
        State::StoodDown => Some("This advice has ended. The calls it tells of have stopped.".to_owned()),
        State::Withdrawn => Some("This advice was withdrawn because it was wrong.".to_owned()),
        _ => None,
    }
}

/// The parts of a page.
///
/// # Errors
/// [`RenderError::Wording`]
pub fn page_parts(advice: &Advice, gazetteer: &Gazetteer) -> Result<PageParts, RenderError> {
    Ok(parts(crate::spoken(advice, gazetteer)?, advice, gazetteer))
}

fn parts(spoken: Spoken, advice: &Advice, gazetteer: &Gazetteer) -> PageParts {
    let (map, table, names) = map_of(advice, gazetteer);
    PageParts {
        banner: banner(&spoken),
        ended: ended(&spoken).is_some(),
        date: long_date(spoken.date),
        modified: modified(&spoken),
        map,
        table,
        json_ld: json_ld(&spoken, &names),
        spoken,
    }
}

/// "30 April 2019".
fn long_date(day: jiff::civil::Date) -> String {
    format!("{} {} {}", day.day(), advice::MONTHS[(day.month() as usize - 1).min(11)], day.year())
}

/// When it last changed: its end, its latest update, or its date.
fn modified(spoken: &Spoken) -> String {
    match (spoken.updated, spoken.updated_on) {
        (Some(at), _) => at.to_string(),
        (None, day) => day.unwrap_or(spoken.date).to_string(),
    }
}

/// A count with thousands set apart: 148,452.
pub fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The county of the areas named, those named darker. Counts are not shown: areas are named or not.
fn map_of(advice: &Advice, gazetteer: &Gazetteer) -> (String, Vec<AreaRow>, Vec<String>) {
    let nothing = (String::new(), Vec::new(), Vec::new());
    let Some(figure) = advice.figures.get("areas") else { return nothing };
    let Value::Areas { counts, .. } = &figure.value else { return nothing };
    let named: Vec<AreaId> = counts.iter().take(3).filter(|(_, n)| *n >= 2).map(|(id, _)| id.clone()).collect();
    let Some(first) = named.first().and_then(|id| gazetteer.area(id)) else { return nothing };
    let county = first.parent.as_deref().or(first.force.as_deref()).unwrap_or_default().to_owned();
    let areas: Vec<AreaId> = gazetteer.districts_of(&county).iter().map(|area| area.id.clone()).collect();
    let areas = if areas.is_empty() { named.clone() } else { areas };
    let mut fills = BTreeMap::new();
    for id in &areas {
        let fill = if named.contains(id) {
            Fill { level: 3, words: "named in this advice".to_owned() }
        } else {
            Fill { level: 0, words: "not named".to_owned() }
        };
        fills.insert(id.clone(), fill);
    }
    let names: Vec<String> = named.iter().map(|id| gazetteer.name(id).to_owned()).collect();
    let description = format!("A map of {county}. {} are named in this advice.", advice::list(&names));
    let request = MapRequest {
        areas: &areas,
        around: &[],
        fills: &fills,
        title: "Where these calls were reported",
        description: &description,
        id: "advice-map",
        width: 560.0,
    };
    let rows = table(gazetteer, &named, &fills)
        .into_iter()
        .map(|row| AreaRow {
            id: row.id,
            name: row.name,
            population: row.population.map_or_else(String::new, |n| grouped(u64::from(n))),
            population_65_plus: row.population_65_plus.map_or_else(String::new, |n| grouped(u64::from(n))),
        })
        .collect();
    (render_svg(gazetteer, &request), rows, names)
}

fn json_ld(spoken: &Spoken, names: &[String]) -> String {
    let place = |name: &String| serde_json::json!({ "@type": "AdministrativeArea", "name": name });
    let places: Vec<serde_json::Value> =
        if names.is_empty() { vec![place(&spoken.area)] } else { names.iter().map(place).collect() };
    let force = serde_json::json!({ "@type": "PoliceStation", "name": spoken.area });
    let mut value = serde_json::json!({
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": spoken.title,
        "description": spoken.description,
        "datePublished": spoken.date.to_string(),
        "dateModified": modified(spoken),
        "author": force,
        "publisher": force,
        "spatialCoverage": places,
        "isAccessibleForFree": true,
        "inLanguage": "en-GB",
        "url": spoken.url,
        "mainEntityOfPage": spoken.url,
    });
    if let Some(words) = ended(spoken).or_else(|| spoken.updated_on.map(|_| "Figures and text were updated.".to_owned())) {
        value["correction"] = serde_json::Value::String(words);
    }
    value.to_string().replace('<', "\\u003c")
}

/// The whole document.
pub(crate) fn document(spoken: &Spoken, advice: &Advice, gazetteer: &Gazetteer) -> Result<String, RenderError> {
    let parts = parts(spoken.clone(), advice, gazetteer);
    Ok(Document { parts: &parts }.render()?)
}
