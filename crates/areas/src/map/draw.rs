//! The drawing: an equirectangular projection, x times the cosine of the middle latitude (error below 0.3 % over a county), as SVG
//! with classes only, so that it holds under a content security policy without inline styles.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::label::{Wanted, place};
use crate::{AreaId, Gazetteer, Shape};

/// How an area is filled: a class `fill-N` of the style sheet and, so that colour is never alone, the words that the table and the
/// area's own title give for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fill {
    /// 0 (nothing) to 4 (most).
    pub level: u8,
    /// "most reports", "12 reports" …
    pub words: String,
}

/// What to draw.
#[derive(Debug, Clone)]
pub struct MapRequest<'a> {
    /// The areas, drawn in full with their names.
    pub areas: &'a [AreaId],
    /// Areas drawn faintly around them, without names.
    pub around: &'a [AreaId],
    /// How areas are filled.
    pub fills: &'a BTreeMap<AreaId, Fill>,
    /// The drawing's title, read out by screen readers.
    pub title: &'a str,
    /// The drawing in a sentence.
    pub description: &'a str,
    /// A prefix for the ids within, unique on the page (letters and digits).
    pub id: &'a str,
    /// Width in pixels; the height follows.
    pub width: f64,
}

/// One row of the table beside a map.
#[derive(Debug, Clone, PartialEq)]
pub struct TableRow {
    /// The area.
    pub id: AreaId,
    /// Its name.
    pub name: String,
    /// People.
    pub population: Option<u32>,
    /// People aged 65 and over.
    pub population_65_plus: Option<u32>,
    /// What the fill says, in words.
    pub words: String,
}

/// Tallest drawing for its width.
const TALLEST: f64 = 1.6;
/// Corners closer than this many pixels to the last are dropped.
const COARSE: f64 = 0.6;

struct Frame {
    west: f64,
    north: f64,
    scale: f64,
    squeeze: f64,
    width: f64,
    height: f64,
}

impl Frame {
    fn x(&self, lon: f64) -> f64 {
        (lon - self.west) * self.squeeze * self.scale + MARGIN
    }
    fn y(&self, lat: f64) -> f64 {
        (self.north - lat) * self.scale + MARGIN
    }
}

const MARGIN: f64 = 8.0;

/// Draws the map. Areas without a known outline are circles of their size; an unknown area is left out.
pub fn render_svg(gazetteer: &Gazetteer, request: &MapRequest<'_>) -> String {
    let mut shapes: Vec<(&AreaId, Shape)> = Vec::new();
    for id in request.areas {
        if let Some(shape) = gazetteer.shape(id) {
            shapes.push((id, shape));
        }
    }
    let Some(frame) = frame(&shapes, request.width) else {
        return String::new();
    };
    let id = request.id;
    let mut svg = String::new();
    let _ = write!(
        svg,
        r#"<svg class="map" role="img" aria-labelledby="{id}-title {id}-desc" viewBox="0 0 {:.0} {:.0}" xmlns="http://www.w3.org/2000/svg"><title id="{id}-title">{}</title><desc id="{id}-desc">{}</desc>"#,
        frame.width,
        frame.height,
        escape(request.title),
        escape(request.description)
    );
    for around in request.around {
        if let Some(shape) = gazetteer.shape(around) {
            let _ = write!(svg, r#"<path class="around" d="{}"/>"#, path(&shape, &frame));
        }
    }
    for (area, shape) in &shapes {
        let fill = request.fills.get(*area);
        let level = fill.map_or(0, |fill| fill.level);
        let name = gazetteer.name(area);
        let title = fill.map_or_else(|| name.to_owned(), |fill| format!("{name}: {}", fill.words));
        let _ = write!(
            svg,
            r#"<path class="area fill-{level}" d="{}"><title>{}</title></path>"#,
            path(shape, &frame),
            escape(&title)
        );
    }
    // The fullest areas are named first; among equals the larger.
    let mut wanted: Vec<(u8, u32, Wanted)> = Vec::new();
    for (id, _) in &shapes {
        let Some(area) = gazetteer.area(id) else { continue };
        let level = request.fills.get(*id).map_or(0, |fill| fill.level);
        let name = Wanted { text: area.name.clone(), x: frame.x(area.label_lon), y: frame.y(area.label_lat) };
        wanted.push((level, area.population.unwrap_or(0), name));
    }
    wanted.sort_by(|a, b| b.0.cmp(&a.0).then(b.1.cmp(&a.1)).then_with(|| a.2.text.cmp(&b.2.text)));
    let names: Vec<Wanted> = wanted.into_iter().map(|(_, _, name)| name).collect();
    for name in place(&names, frame.width, frame.height) {
        let _ = write!(
            svg,
            r#"<text class="name" x="{:.1}" y="{:.1}" text-anchor="middle" font-size="13">{}</text>"#,
            name.x,
            name.y,
            escape(&name.text)
        );
    }
    svg.push_str("</svg>");
    svg
}

/// The same facts as rows, those with the highest fill first, then in the order they are given in.
pub fn table(gazetteer: &Gazetteer, areas: &[AreaId], fills: &BTreeMap<AreaId, Fill>) -> Vec<TableRow> {
    let mut rows: Vec<(u8, TableRow)> = Vec::new();
    for id in areas {
        let Some(area) = gazetteer.area(id) else { continue };
        let fill = fills.get(id);
        let row = TableRow {
            id: id.clone(),
            name: area.name.clone(),
            population: area.population,
            population_65_plus: area.population_65_plus,
            words: fill.map_or_else(String::new, |fill| fill.words.clone()),
        };
        rows.push((fill.map_or(0, |fill| fill.level), row));
    }
    rows.sort_by_key(|(level, _)| std::cmp::Reverse(*level));
    rows.into_iter().map(|(_, row)| row).collect()
}

fn frame(shapes: &[(&AreaId, Shape)], width: f64) -> Option<Frame> {
    let mut all: Option<(f64, f64, f64, f64)> = None;
    for (_, shape) in shapes {
        if let Some((w, s, e, n)) = shape.bounds() {
            all = Some(match all {
                None => (w, s, e, n),
                Some(held) => (held.0.min(w), held.1.min(s), held.2.max(e), held.3.max(n)),
            });
        }
    }
    let (west, south, east, north) = all?;
    let squeeze = f64::midpoint(south, north).to_radians().cos().max(0.05);
    let across = ((east - west) * squeeze).max(1e-6);
    let down = (north - south).max(1e-6);
    let scale = ((width - 2.0 * MARGIN) / across).min((width * TALLEST - 2.0 * MARGIN) / down);
    Some(Frame { west, north, scale, squeeze, width: across * scale + 2.0 * MARGIN, height: down * scale + 2.0 * MARGIN })
}

fn path(shape: &Shape, frame: &Frame) -> String {
    let mut d = String::new();
    for ring in &shape.rings {
        let mut last: Option<(f64, f64)> = None;
        for (lon, lat) in ring {
            let (x, y) = (frame.x(*lon), frame.y(*lat));
            match last {
                None => {
                    let _ = write!(d, "M{x:.1} {y:.1}");
                }
                Some((px, py)) if (x - px).abs() + (y - py).abs() < COARSE => continue,
                Some(_) => {
                    let _ = write!(d, "L{x:.1} {y:.1}");
                }
            }
            last = Some((x, y));
        }
        if last.is_some() {
            d.push('Z');
        }
    }
    d
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
