//! The clusters on a map: places as dots, clusters as outlines round their places, as one SVG file that needs nothing else.

use std::fmt::Write;

use super::study::Study;
use crate::Findings;

/// Colours of the outlines, told apart by people who see few colours (Okabe and Ito 2008).
const COLOURS: [&str; 7] = ["#d55e00", "#0072b2", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"];
/// Width of the picture.
const WIDTH: f64 = 900.0;
/// Margin.
const EDGE: f64 = 40.0;
/// Clusters that are drawn.
const MOST: usize = 20;

impl Study {
    /// Draws the clusters. Empty where places have no coordinates.
    pub fn map(&self, findings: &Findings, latlon: bool) -> String {
        let spots: Vec<Option<(f64, f64)>> =
            self.places.iter().map(|place| place.at.map(|at| if latlon { (at.y, at.x) } else { (at.x, at.y) })).collect();
        let known: Vec<(f64, f64)> = spots.iter().copied().flatten().collect();
        if known.is_empty() {
            return String::new();
        }
        let range = |of: &dyn Fn(&(f64, f64)) -> f64| {
            known.iter().map(of).fold((f64::INFINITY, f64::NEG_INFINITY), |held, one| (held.0.min(one), held.1.max(one)))
        };
        let (x, y) = (range(&|one| one.0), range(&|one| one.1));
        // Equirectangular: a degree of longitude is shorter by the cosine of the latitude.
        let narrow = if latlon { (0.5 * (y.0 + y.1)).to_radians().cos().max(0.05) } else { 1.0 };
        let (wide, high) = (((x.1 - x.0) * narrow).max(1e-9), (y.1 - y.0).max(1e-9));
        let scale = (WIDTH - 2.0 * EDGE) / wide.max(high);
        let (width, height) = (wide * scale + 2.0 * EDGE, high * scale + 2.0 * EDGE);
        let at = |spot: (f64, f64)| (EDGE + (spot.0 - x.0) * narrow * scale, height - EDGE - (spot.1 - y.0) * scale);
        let mut out = String::new();
        // Writing to a string does not fail.
        let _ = (|| -> std::fmt::Result {
            writeln!(
                out,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {:.0}\" role=\"img\" font-family=\"sans-serif\" font-size=\"12\">",
                height + 18.0 * findings.clusters.len().min(MOST) as f64
            )?;
            writeln!(out, "<title>Clusters found by the scan</title>")?;
            writeln!(
                out,
                "<desc>{} clusters among {} places; the list below the map names them.</desc>",
                findings.clusters.len(),
                self.places.len()
            )?;
            writeln!(out, "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>")?;
            for (place, spot) in self.places.iter().zip(&spots) {
                if let Some((px, py)) = spot.map(at) {
                    let name = escape(&place.ids.join(", "));
                    writeln!(
                        out,
                        "<circle cx=\"{px:.1}\" cy=\"{py:.1}\" r=\"2.5\" fill=\"#999999\"><title>{name}</title></circle>"
                    )?;
                }
            }
            for (number, found) in findings.clusters.iter().filter(|found| found.llr > 0.0).take(MOST).enumerate() {
                let colour = COLOURS[number % COLOURS.len()];
                let inside: Vec<(f64, f64)> = found.locations.iter().filter_map(|one| spots[*one]).map(at).collect();
                if !found.temporal && !inside.is_empty() {
                    let corners: Vec<String> = outline(&inside).iter().map(|(px, py)| format!("{px:.1},{py:.1}")).collect();
                    writeln!(
                        out,
                        "<polygon points=\"{}\" fill=\"{colour}\" fill-opacity=\"0.12\" stroke=\"{colour}\" stroke-width=\"2\" stroke-linejoin=\"round\"/>",
                        corners.join(" ")
                    )?;
                    for (px, py) in &inside {
                        writeln!(out, "<circle cx=\"{px:.1}\" cy=\"{py:.1}\" r=\"3.5\" fill=\"{colour}\"/>")?;
                    }
                    writeln!(
                        out,
                        "<text x=\"{:.1}\" y=\"{:.1}\" fill=\"{colour}\" font-weight=\"bold\">{}</text>",
                        inside[0].0 + 6.0,
                        inside[0].1 - 6.0,
                        number + 1
                    )?;
                }
                let (from, to) = self.dates(found.from, found.to);
                writeln!(
                    out,
                    "<text x=\"{EDGE}\" y=\"{:.0}\" fill=\"{colour}\">{}. {} places, {from} to {to}: {} cases, {:.2} expected, p {:.4}</text>",
                    height + 18.0 * number as f64,
                    number + 1,
                    found.locations.len(),
                    found.cases,
                    found.expected,
                    found.p
                )?;
            }
            writeln!(out, "</svg>")
        })();
        out
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The convex hull (Andrew 1979), drawn a little outwards; a small square round a single place.
fn outline(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    // Corners of a small square round each place make room, and a hull of one place or a line.
    let mut all: Vec<(f64, f64)> = points
        .iter()
        .flat_map(|(x, y)| [(-8.0, -8.0), (8.0, -8.0), (8.0, 8.0), (-8.0, 8.0)].map(|(a, b)| (x + a, y + b)))
        .collect();
    all.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let turn = |a: (f64, f64), b: (f64, f64), c: (f64, f64)| (b.0 - a.0) * (c.1 - a.1) - (b.1 - a.1) * (c.0 - a.0);
    let half = |points: &mut dyn Iterator<Item = (f64, f64)>| {
        let mut hull: Vec<(f64, f64)> = Vec::new();
        for point in points {
            while hull.len() > 1 && turn(hull[hull.len() - 2], hull[hull.len() - 1], point) <= 0.0 {
                hull.pop();
            }
            hull.push(point);
        }
        hull.pop();
        hull
    };
    let mut hull = half(&mut all.iter().copied());
    hull.extend(half(&mut all.iter().rev().copied()));
    hull
}
