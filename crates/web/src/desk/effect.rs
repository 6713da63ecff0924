//! What came after an advice, on its page of the desk: the ratio of calls to those expected by area warned, as a picture and a table.

use std::fmt::Write;

use advice::Advice;
use jiff::SignedDuration;
use jiff::tz::Offset;
use publish::{AreaRow, grouped};
use report::Moment;
use series::effect::{AdviceEffect, Counted, Effect, Question, Ratio, effect_of_advice};

use crate::AppState;
use crate::error::WebError;

/// Days looked at on each side, at most.
const MOST_DAYS: u32 = 28;
/// The picture goes from one to the other, on a scale of logarithms.
const SCALE: (f64, f64) = (0.1, 10.0);

/// What the page shows.
pub(crate) struct After {
    /// Whether any call since has been reported: without one there is nothing to draw.
    pub(crate) heard: bool,
    pub(crate) words: String,
    pub(crate) money: String,
    pub(crate) days: String,
    pub(crate) picture: String,
    pub(crate) rows: Vec<Row>,
}

/// One area, or all of them.
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) calls: Effect,
    pub(crate) losses: Counted,
    pub(crate) expected: String,
    pub(crate) ratio: String,
}

/// `None` where the advice is not out, rests on no series, names no area, or is not a day old.
pub(crate) async fn after(state: &AppState, advice: &Advice, warned: &[AreaRow]) -> Result<Option<After>, WebError> {
    let (Some(published), Some(series)) = (advice.published_at, &advice.series) else { return Ok(None) };
    if warned.is_empty() {
        return Ok(None);
    }
    let series = match state.store.series(series).await {
        Ok(series) => series,
        Err(error) if error.is_not_found() => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let now = state.now();
    let since = published.timestamp() - SignedDuration::from_hours(24 * (i64::from(MOST_DAYS) + 1));
    let cases = state.store.cases_between(Moment::new(since, Offset::UTC), now).await?;
    let areas: Vec<_> = warned.iter().map(|row| row.id.clone()).collect();
    let question =
        Question { stream: &series.stream, warned: &areas, published: published.day(), until: now.day(), most_days: MOST_DAYS };
    Ok(effect_of_advice(&cases, &question).map(|effect| shown(&effect, warned)))
}

fn shown(effect: &AdviceEffect, warned: &[AreaRow]) -> After {
    let mut rows = vec![row("All areas warned", &effect.calls, effect.losses.counted)];
    if warned.len() > 1 {
        let by_area = effect.areas.iter().zip(warned);
        rows.extend(by_area.map(|(area, row)| self::row(&row.name, &area.calls, area.losses.counted)));
    }
    let (before, after) = effect.lost_pence;
    let losses = effect.losses.counted;
    let lost_before = grouped(before / 100);
    let money = if effect.heard == 0 {
        format!("Before the advice money was lost in {} of these calls, £{lost_before} in all.", losses.before)
    } else {
        let lost_after = grouped(after / 100);
        format!(
            "Money was lost in {} of these calls, £{lost_after} in all; before the advice in {}, £{lost_before}.",
            losses.after, losses.before
        )
    };
    After {
        heard: effect.heard > 0,
        words: effect.words(),
        money,
        days: if effect.days == 1 { "day".to_owned() } else { format!("{} days", effect.days) },
        picture: picture(&rows),
        rows,
    }
}

fn row(name: &str, calls: &Effect, losses: Counted) -> Row {
    Row {
        name: name.to_owned(),
        expected: format!("{:.1}", calls.expected),
        ratio: calls.ratio.map_or_else(|| "not known".to_owned(), ratio_words),
        calls: calls.clone(),
        losses,
    }
}

fn ratio_words(ratio: Ratio) -> String {
    let number = |value: f64| if value.is_finite() { format!("{value:.2}") } else { "no bound".to_owned() };
    format!("{} ({} to {})", number(ratio.value), number(ratio.low), number(ratio.high))
}

/// A line for each row from the lower to the upper end of its interval, a dot at the estimate, and "as expected" as a broken line.
fn picture(rows: &[Row]) -> String {
    let (left, width, step) = (190.0, 320.0, 30.0);
    let x = |ratio: f64| {
        let (low, high) = (SCALE.0.ln(), SCALE.1.ln());
        left + (ratio.clamp(SCALE.0, SCALE.1).ln() - low) / (high - low) * width
    };
    let height = rows.len() as f64 * step + 34.0;
    let mut svg = String::new();
    let _ = write!(
        svg,
        r#"<svg class="curve" role="img" aria-labelledby="after-title after-desc" viewBox="0 0 {:.0} {height:.0}" xmlns="http://www.w3.org/2000/svg"><title id="after-title">Calls after the advice, of what was expected</title><desc id="after-desc">For each area the estimate and its interval of 95 %. Left of the broken line fewer came than were expected. The table has the numbers.</desc><line class="expected" x1="{1:.1}" x2="{1:.1}" y1="4" y2="{2:.1}"/>"#,
        left + width + 20.0,
        x(1.0),
        height - 28.0
    );
    for (at, row) in rows.iter().enumerate() {
        let y = 16.0 + at as f64 * step;
        let name: String = row.name.chars().take(26).collect();
        let name = name.replace('&', "&amp;").replace('<', "&lt;");
        let _ = write!(svg, r#"<text class="name" x="0" y="{:.1}" font-size="14">{name}</text>"#, y + 5.0);
        if let Some(ratio) = row.calls.ratio {
            let _ = write!(
                svg,
                r#"<line class="interval" x1="{:.1}" x2="{:.1}" y1="{y:.1}" y2="{y:.1}"/><circle class="bar" cx="{:.1}" cy="{y:.1}" r="6"/>"#,
                x(ratio.low),
                x(ratio.high),
                x(ratio.value)
            );
        }
    }
    let _ = write!(svg, r#"<text class="name" x="0" y="{:.1}" font-size="12">of what was expected</text>"#, height - 8.0);
    for ratio in [0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0] {
        let _ = write!(
            svg,
            r#"<text class="name" x="{:.1}" y="{:.1}" font-size="12" text-anchor="middle">{ratio}</text>"#,
            x(ratio),
            height - 8.0
        );
    }
    svg.push_str("</svg>");
    svg
}

#[cfg(test)]
mod tests {
    use super::*;

    fn effect(before: u32, after: u32, ratio: Option<Ratio>) -> Effect {
        Effect { counted: Counted { before, after }, expected: f64::from(before), ratio }
    }

    #[test]
    fn intervals_without_a_bound_stay_in_the_picture() {
        let rows = [
            row("A & B", &effect(9, 2, Some(Ratio { value: 0.22, low: 0.04, high: 0.9 })), Counted::default()),
            row("C", &effect(0, 3, Some(Ratio { value: f64::INFINITY, low: 0.8, high: f64::INFINITY })), Counted::default()),
            row("D", &effect(0, 0, None), Counted::default()),
        ];
        assert_eq!(
            rows.each_ref().map(|row| row.ratio.as_str()),
            ["0.22 (0.04 to 0.90)", "no bound (0.80 to no bound)", "not known"]
        );
        let svg = picture(&rows);
        assert!(svg.contains("A &amp; B") && !svg.contains("NaN") && !svg.contains("inf"));
        assert_eq!((svg.matches("<circle").count(), svg.matches("class=\"interval\"").count()), (2, 2));
    }
}
