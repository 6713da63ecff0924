//! `/desk/series/{id}/reports/{report}`: why a report is in a series, each reason as a step of a waterfall and as a row of a table.

use std::fmt::Write;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use series::{Reason, ReportId, SeriesId};

use crate::AppState;
use crate::error::{WebError, page};
use crate::session::Staff;

#[derive(Template)]
#[template(path = "desk_link.html")]
struct Show<'a> {
    staff: &'a Staff,
    links: Vec<(&'static str, &'static str)>,
    series: &'a series::Series,
    report: String,
    percent: u32,
    decided: Option<bool>,
    picture: String,
    rows: Vec<(String, String, String)>,
    sum: String,
    may_see_reports: bool,
}

pub(crate) async fn show(
    State(state): State<AppState>,
    staff: Staff,
    Path((id, report)): Path<(String, String)>,
) -> Result<Response, WebError> {
    let id = SeriesId::parse(&id).map_err(|_| WebError::NotFound)?;
    let series = state.store.series(&id).await?;
    let report = ReportId(report);
    let member = series.members.iter().find(|member| member.report == report).ok_or(WebError::NotFound)?;
    let mut sum = 0.0;
    let mut rows = Vec::new();
    for reason in &member.reasons {
        sum += reason.weight;
        rows.push((reason.words.clone(), format!("{:+.1}", reason.weight), format!("{sum:+.1}")));
    }
    let shown = Show {
        links: super::home::links(&staff),
        report: report.0.clone(),
        percent: (member.probability * 100.0).round() as u32,
        decided: member.decided,
        picture: waterfall(&member.reasons),
        rows,
        sum: format!("{sum:+.1}"),
        may_see_reports: super::home::may_open(&staff, "/desk/reports"),
        series: &series,
        staff: &staff,
    };
    Ok(page(StatusCode::OK, &shown))
}

/// Height of one step, in pixels.
const STEP: f64 = 34.0;
/// Where the bars begin, and the width they share.
const LEFT: f64 = 260.0;
const ACROSS: f64 = 380.0;
/// Longest label, in letters.
const LABEL: usize = 30;

/// The reasons as a waterfall: each bar begins where the last one ended; filled bars speak for the link, hollow ones against it; the
/// last is the sum. Empty where there is no reason.
pub(crate) fn waterfall(reasons: &[Reason]) -> String {
    if reasons.is_empty() {
        return String::new();
    }
    let (mut low, mut high, mut at) = (0.0_f64, 0.0_f64, 0.0_f64);
    for reason in reasons {
        at += reason.weight;
        low = low.min(at);
        high = high.max(at);
    }
    let sum = at;
    let scale = ACROSS / (high - low).max(1e-6);
    let x = |bits: f64| LEFT + (bits - low) * scale;
    let height = STEP * (reasons.len() as f64 + 1.0) + 10.0;
    let width = LEFT + ACROSS + 60.0;
    let mut svg = String::new();
    let _ = write!(
        svg,
        r#"<svg class="fall" role="img" aria-labelledby="fall-title fall-desc" viewBox="0 0 {width:.0} {height:.0}" xmlns="http://www.w3.org/2000/svg"><title id="fall-title">Evidence for the link, step by step, in bits</title><desc id="fall-desc">{} reasons that sum to {sum:+.1} bits. The table has each.</desc><line class="axis" x1="{1:.1}" x2="{1:.1}" y1="0" y2="{height:.0}"/>"#,
        reasons.len(),
        x(0.0),
    );
    let mut from = 0.0;
    for (row, reason) in reasons.iter().enumerate() {
        let to = from + reason.weight;
        let class = if reason.weight < 0.0 { "against" } else { "for" };
        bar(&mut svg, row, &reason.words, class, (x(from.min(to)), x(from.max(to))), reason.weight);
        from = to;
    }
    bar(&mut svg, reasons.len(), "Together", "sum", (x(sum.min(0.0)), x(sum.max(0.0))), sum);
    svg.push_str("</svg>");
    svg
}

fn bar(svg: &mut String, row: usize, words: &str, class: &str, (left, right): (f64, f64), weight: f64) {
    let top = STEP * row as f64 + 6.0;
    let middle = top + 15.0;
    let mut label: String = words.chars().take(LABEL).collect();
    if words.chars().count() > LABEL {
        label.push('…');
    }
    let _ = write!(
        svg,
        r#"<text class="name" x="{:.0}" y="{middle:.0}" text-anchor="end" font-size="13">{}</text><rect class="{class}" x="{left:.1}" y="{top:.0}" width="{:.1}" height="22"><title>{}: {weight:+.1} bits</title></rect><text class="name" x="{:.1}" y="{middle:.0}" font-size="13">{weight:+.1}</text>"#,
        LEFT - 10.0,
        escape(&label),
        (right - left).max(1.0),
        escape(words),
        right + 6.0,
    );
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_bar_begins_where_the_last_one_ended() {
        let reason = |words: &str, weight: f64| Reason { words: words.into(), weight };
        let svg = waterfall(&[reason("same <number>", 8.0), reason("another town", -2.0)]);
        // 8 bits span the whole width; the second step goes back a quarter of it; the sum is three quarters.
        assert!(svg.contains(r#"class="for" x="260.0" y="6" width="380.0""#), "{svg}");
        assert!(svg.contains(r#"class="against" x="545.0" y="40" width="95.0""#), "{svg}");
        assert!(svg.contains(r#"class="sum" x="260.0" y="74" width="285.0""#), "{svg}");
        assert!(svg.contains("same &lt;number&gt;") && svg.contains("sum to +6.0 bits"));
        assert_eq!(waterfall(&[]), "");
    }
}
