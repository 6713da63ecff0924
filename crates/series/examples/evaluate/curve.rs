//! Delay against false alarms: the whole detector, and without each of its parts, as a table and as a figure.

use std::fmt::Write as _;

use crate::options::{Options, without_part};
use crate::play::{Desk, Run};
use crate::tables::Summed;

/// What is left out, with the colour of its curve (Okabe and Ito's, which the colour-blind can tell apart).
const VARIANTS: [(&str, &str); 6] = [
    ("nothing", "#000000"),
    ("scan", "#0072b2"),
    ("links", "#d55e00"),
    ("method", "#009e73"),
    ("lag", "#cc79a7"),
    ("calibration", "#e69f00"),
];
/// False alarms a year that are asked for.
const RATES: [f64; 5] = [0.25, 0.5, 1.0, 2.0, 4.0];

/// A point of a curve: what was asked for, and what came of series of every kind and of series-free years.
struct Point {
    rate: f64,
    series: Summed,
    free: Summed,
}

impl Point {
    /// False alarms a year, beside the series and in the series-free years together.
    fn wrong_a_year(&self) -> f64 {
        (self.series.wrong + self.free.wrong) as f64 / (self.series.years + self.free.years)
    }
}

/// Measures all curves, prints the table and gives the figure as SVG.
pub(crate) fn curves(options: &Options, desk: &Desk, runs: impl Fn(&Options, &Desk) -> (Vec<Run>, Vec<Run>)) -> String {
    let mut curves: Vec<(&str, &str, Vec<Point>)> = Vec::new();
    println!("| left out | asked for | found | median day (p90) | reports in by then | false a year (episodes in years) |");
    println!("|---|---|---|---|---|---|");
    for (name, colour) in VARIANTS {
        let mut points = Vec::new();
        for rate in RATES {
            let asked = Options { parts: without_part(Some(name)), rate, ..options.clone() };
            let (series, free) = runs(&asked, desk);
            let point = Point { rate, series: Summed::of(&series), free: Summed::of(&free) };
            print_row(name, &point);
            points.push(point);
        }
        curves.push((name, colour, points));
    }
    figure(&curves)
}

fn print_row(name: &str, point: &Point) {
    let s = &point.series;
    let day = |day: f64| if day > 900.0 { "–".to_owned() } else { format!("{day:.0}") };
    println!(
        "| {name} | {} | {} of {} | {} ({}) | {} | {:.2} ({} in {:.1}) |",
        point.rate,
        s.found,
        s.series,
        day(s.day[0]),
        day(s.day[1]),
        day(s.reports[0]),
        point.wrong_a_year(),
        s.wrong + point.free.wrong,
        s.years + point.free.years
    );
}

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 400.0;
const LEFT: f64 = 60.0;
const BOTTOM: f64 = 50.0;
const RIGHT: f64 = 150.0;
const TOP: f64 = 20.0;
/// False alarms a year at the ends of the axis, which is of logarithms.
const FEWEST: f64 = 0.03;
const MOST: f64 = 30.0;

/// The place of so many false alarms a year; none at all stands at the left end.
fn across(wrong: f64) -> f64 {
    let share = (wrong.clamp(FEWEST, MOST) / FEWEST).ln() / (MOST / FEWEST).ln();
    LEFT + share * (WIDTH - LEFT - RIGHT)
}

fn down(day: f64, last: f64) -> f64 {
    TOP + (1.0 - day.min(last) / last) * (HEIGHT - TOP - BOTTOM)
}

fn figure(curves: &[(&str, &str, Vec<Point>)]) -> String {
    let days = curves.iter().flat_map(|curve| &curve.2).map(|point| point.series.day[0]).filter(|day| *day < 900.0);
    let last = (days.fold(0.0, f64::max) / 5.0).ceil().max(1.0) * 5.0;
    let mut svg = String::new();
    let _ = writeln!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" font-size=\"12\" \
         role=\"img\">\n<title>Delay against false alarms</title>\n<desc>Median day on which a series is found, from its first call, \
         against false alarms a year, for the whole detector and without each of its parts.</desc>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>"
    );
    for wrong in [0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0] {
        let x = across(wrong);
        let (y, base) = (HEIGHT - BOTTOM + 18.0, HEIGHT - BOTTOM);
        let _ = writeln!(svg, "<line x1=\"{x:.1}\" y1=\"{TOP}\" x2=\"{x:.1}\" y2=\"{base}\" stroke=\"#dddddd\"/>");
        let _ = writeln!(svg, "<text x=\"{x:.1}\" y=\"{y}\" text-anchor=\"middle\">{wrong}</text>");
    }
    for step in 0..=5 {
        let day = last * f64::from(step) / 5.0;
        let (y, end) = (down(day, last), WIDTH - RIGHT);
        let _ = writeln!(svg, "<line x1=\"{LEFT}\" y1=\"{y:.1}\" x2=\"{end}\" y2=\"{y:.1}\" stroke=\"#dddddd\"/>");
        let _ = writeln!(svg, "<text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{day:.0}</text>", LEFT - 8.0, y + 4.0);
    }
    let middle = (LEFT + WIDTH - RIGHT) / 2.0;
    let _ = writeln!(svg, "<text x=\"{middle}\" y=\"{}\" text-anchor=\"middle\">false alarms a year</text>", HEIGHT - 10.0);
    let half = (TOP + HEIGHT - BOTTOM) / 2.0;
    let _ = writeln!(
        svg,
        "<text x=\"16\" y=\"{half}\" text-anchor=\"middle\" transform=\"rotate(-90 16 {half})\">median day found</text>"
    );
    for (n, (name, colour, points)) in curves.iter().enumerate() {
        let held: Vec<&Point> = points.iter().filter(|point| point.series.day[0] < 900.0).collect();
        let line: Vec<String> = held
            .iter()
            .map(|point| format!("{:.1},{:.1}", across(point.wrong_a_year()), down(point.series.day[0], last)))
            .collect();
        let _ = writeln!(svg, "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>", line.join(" "));
        for point in held {
            let (x, y) = (across(point.wrong_a_year()), down(point.series.day[0], last));
            let _ = writeln!(
                svg,
                "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\" fill=\"{colour}\"><title>{} asked for</title></circle>",
                point.rate
            );
        }
        let (x, y) = (WIDTH - RIGHT + 12.0, TOP + 12.0 + 20.0 * n as f64);
        let words = if *name == "nothing" { "all parts".to_owned() } else { format!("without {name}") };
        let _ = writeln!(svg, "<rect x=\"{x}\" y=\"{}\" width=\"12\" height=\"4\" fill=\"{colour}\"/>", y - 6.0);
        let _ = writeln!(svg, "<text x=\"{}\" y=\"{y}\">{words}</text>", x + 18.0);
    }
    svg.push_str("</svg>\n");
    svg
}
