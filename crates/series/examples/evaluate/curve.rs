//! Delay against false alarms: the whole detector, and without each of its parts, measured as a table and drawn as a figure.

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
const RATES: [f64; 6] = [0.25, 0.5, 1.0, 2.0, 4.0, 8.0];
/// Days from which a median is that of series that were not found.
const NEVER: f64 = 900.0;

/// The columns of the table.
pub(crate) const COLUMNS: &str = "left_out,asked_for,series,found,median_day,p90_day,median_reports,false_a_year";

/// A line of the table: what was left out and asked for, and what came.
#[derive(Debug, Clone)]
struct Point {
    left_out: String,
    asked: f64,
    day: f64,
    wrong_a_year: f64,
}

/// Measures all curves and prints the table, a line as soon as it is known.
pub(crate) fn measure(options: &Options, desk: &Desk, runs: impl Fn(&Options, &Desk) -> Vec<Run>) {
    println!("{COLUMNS}");
    for (left_out, _) in VARIANTS {
        for rate in RATES {
            let asked = Options { parts: without_part(Some(left_out)), rate, ..options.clone() };
            let s = Summed::of(&runs(&asked, desk));
            let wrong = s.wrong_a_year();
            let line = format!("{left_out},{rate},{},{},{},{},{}", s.series, s.found, s.day[0], s.day[1], s.reports[0]);
            println!("{line},{wrong:.2}");
        }
    }
}

/// Reads a table and draws it; says what is wrong with it.
pub(crate) fn draw(table: &str) -> Result<String, String> {
    let mut points = Vec::new();
    for (n, line) in table.lines().enumerate().skip(1).filter(|(_, line)| !line.trim().is_empty()) {
        let parts: Vec<&str> = line.split(',').map(str::trim).collect();
        let number = |at: usize| -> Result<f64, String> {
            let text = parts.get(at).copied().unwrap_or("");
            text.parse().map_err(|_| format!("line {}: column {} is no number: \"{text}\"", n + 1, at + 1))
        };
        points.push(Point {
            left_out: parts.first().copied().unwrap_or("").to_owned(),
            asked: number(1)?,
            day: number(4)?,
            wrong_a_year: number(7)?,
        });
    }
    Ok(figure(&points))
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

fn figure(points: &[Point]) -> String {
    let days = points.iter().map(|point| point.day).filter(|day| *day < NEVER);
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
    let measured = VARIANTS.iter().filter(|(left_out, _)| points.iter().any(|point| point.left_out == *left_out));
    for (n, (left_out, colour)) in measured.enumerate() {
        let held: Vec<&Point> = points.iter().filter(|point| point.left_out == *left_out && point.day < NEVER).collect();
        let place = |point: &Point| (across(point.wrong_a_year), down(point.day, last));
        let line: Vec<String> = held.iter().map(|point| place(point)).map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        let _ = writeln!(svg, "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>", line.join(" "));
        for point in held {
            let (x, y) = place(point);
            let _ = writeln!(
                svg,
                "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\" fill=\"{colour}\"><title>{} a year asked for</title></circle>",
                point.asked
            );
        }
        let (x, y) = (WIDTH - RIGHT + 12.0, TOP + 12.0 + 20.0 * n as f64);
        let words = if *left_out == "nothing" { "all parts".to_owned() } else { format!("without {left_out}") };
        let _ = writeln!(svg, "<rect x=\"{x}\" y=\"{}\" width=\"12\" height=\"4\" fill=\"{colour}\"/>", y - 6.0);
        let _ = writeln!(svg, "<text x=\"{}\" y=\"{y}\">{words}</text>", x + 18.0);
    }
    svg.push_str("</svg>\n");
    svg
}
