//! The page: a whole HTML document with Open Graph and JSON-LD, and its parts for the site's own frame.

use std::collections::BTreeMap;

use advice::{Advice, State};
use areas::map::{Fill, MapRequest, TableRow, render_svg, table};
use areas::{AreaId, Gazetteer};
use askama::Template;
use series::Value;

use crate::{RenderError, Spoken};

/// The parts of a page that a frame goes around.
#[derive(Debug, Clone, PartialEq)]
pub struct PageParts {
    /// The advice in words.
    pub spoken: Spoken,
    /// "This advice has ended …", where it has.
    pub banner: Option<String>,
    /// The date for people.
    pub date: String,
    /// The map as SVG; empty where no area is known.
    pub map: String,
    /// The same facts as rows.
    pub table: Vec<TableRow>,
    /// JSON-LD, with `<` escaped.
    pub json_ld: String,
}

#[derive(Template)]
#[template(path = "page.html")]
struct Document<'a> {
    parts: &'a PageParts,
}

/// What a page says of advice that has ended.
pub(crate) fn banner(spoken: &Spoken) -> Option<String> {
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
    let date =
        format!("{} {} {}", spoken.date.day(), advice::MONTHS[(spoken.date.month() as usize - 1).min(11)], spoken.date.year());
    let (map, table) = map_of(advice, gazetteer);
    PageParts { banner: banner(&spoken), date, map, table, json_ld: json_ld(&spoken), spoken }
}

/// The county of the areas named, those named darker. Counts are not shown: areas are named or not.
fn map_of(advice: &Advice, gazetteer: &Gazetteer) -> (String, Vec<TableRow>) {
    let Some(figure) = advice.figures.get("areas") else { return (String::new(), Vec::new()) };
    let Value::Areas { counts, .. } = &figure.value else { return (String::new(), Vec::new()) };
    let named: Vec<AreaId> = counts.iter().take(3).filter(|(_, n)| *n >= 2).map(|(id, _)| id.clone()).collect();
    let Some(first) = named.first().and_then(|id| gazetteer.area(id)) else { return (String::new(), Vec::new()) };
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
    (render_svg(gazetteer, &request), table(gazetteer, &named, &fills))
}

fn json_ld(spoken: &Spoken) -> String {
    let value = serde_json::json!({
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": spoken.title,
        "description": spoken.description,
        "datePublished": spoken.date.to_string(),
        "dateModified": spoken.updated.map_or_else(|| spoken.date.to_string(), |at| at.to_string()),
        "author": { "@type": "PoliceStation", "name": spoken.area },
        "spatialCoverage": { "@type": "AdministrativeArea", "name": spoken.area },
        "isAccessibleForFree": true,
        "url": spoken.url,
    });
    value.to_string().replace('<', "\\u003c")
}

/// The whole document.
pub(crate) fn document(spoken: &Spoken, advice: &Advice, gazetteer: &Gazetteer) -> Result<String, RenderError> {
    let parts = parts(spoken.clone(), advice, gazetteer);
    Ok(Document { parts: &parts }.render()?)
}
