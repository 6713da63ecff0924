//! The curve of a series: reports a day as bars against what was expected there, the day of the alarm marked.

use std::fmt::Write;

use jiff::civil::Date;

/// Draws bars, one a day from the first day to the last; at most 120 days are drawn, the latest. `expected` is what the background puts
/// into the place of the alarm a day, drawn as a broken line.
pub(crate) fn svg(days: &[(Date, u32)], alarm: Date, expected: Option<f64>) -> String {
    let days = &days[days.len().saturating_sub(120)..];
    let most = days.iter().map(|(_, n)| *n).max().unwrap_or(0).max(1);
    let told =
        expected.map_or_else(String::new, |expected| format!(" {expected:.2} a day were expected in the place of the alarm."));
    let (bar, height) = (12.0, 110.0);
    let width = days.len() as f64 * bar + 40.0;
    let mut svg = String::new();
    let total: u32 = days.iter().map(|(_, n)| *n).sum();
    let _ = write!(
        svg,
        r#"<svg class="curve" role="img" aria-labelledby="curve-title curve-desc" viewBox="0 0 {width:.0} {:.0}" xmlns="http://www.w3.org/2000/svg"><title id="curve-title">Reports by day of the call</title><desc id="curve-desc">{total} reports; at most {most} on one day; the alarm came on {alarm}.{told} The table has each day.</desc>"#,
        height + 30.0
    );
    for (at, (day, n)) in days.iter().enumerate() {
        let x = 30.0 + at as f64 * bar;
        let tall = f64::from(*n) / f64::from(most) * (height - 10.0);
        let _ = write!(
            svg,
            r#"<rect class="bar" x="{x:.1}" y="{:.1}" width="9" height="{tall:.1}"><title>{day}: {n}</title></rect>"#,
            height - tall
        );
        if *day == alarm {
            let _ = write!(
                svg,
                r#"<line class="alarm" x1="{0:.1}" x2="{0:.1}" y1="0" y2="{height}"/><text class="name" x="{1:.1}" y="11" font-size="12">alarm</text>"#,
                x + 4.5,
                x + 8.0
            );
        }
    }
    if let Some(expected) = expected {
        let y = height - (expected / f64::from(most)).min(1.0) * (height - 10.0);
        let _ = write!(svg, r#"<line class="expected" x1="30" x2="{:.1}" y1="{y:.1}" y2="{y:.1}"/>"#, width - 8.0);
    }
    if let (Some((first, _)), Some((last, _))) = (days.first(), days.last()) {
        let _ = write!(
            svg,
            r#"<text class="name" x="30" y="{0:.0}" font-size="12">{first}</text><text class="name" x="{1:.0}" y="{0:.0}" font-size="12" text-anchor="end">{last}</text>"#,
            height + 18.0,
            width - 2.0
        );
    }
    svg.push_str("</svg>");
    svg
}
