//! The first draft of advice from the figures of a series, in the editorial shape of a police advice page: highlights, standfirst,
//! count and places, who calls, what they ask, variants, the officer's words, the reporting line. A sentence whose figure does
//! not bear it out is left out.

use areas::Gazetteer;
use jiff::civil::Date;
use report::Moment;
use series::{FigureSet, Series};

use crate::template::Filling;
use crate::{Advice, AdviceId, Content, Event, Force, Quote, Sentence, State};

/// Drafting that cannot be done.
#[derive(Debug, thiserror::Error)]
pub enum DraftError {
    /// No counted report.
    #[error("series {0} has no report that may be used for advice")]
    Nothing(series::SeriesId),
    /// No reporting line holds on the day.
    #[error("the force file has no reporting line that holds on {0}")]
    Reporting(Date),
}

/// Drafts advice for a series. `number` is the force's running number, `now` the day it carries.
///
/// # Errors
/// [`DraftError`]
pub fn draft(
    series: &Series,
    figures: FigureSet,
    gazetteer: &Gazetteer,
    force: &Force,
    number: u32,
    now: Moment,
    author: &str,
) -> Result<Advice, DraftError> {
    if figures.get("reports").is_none_or(|figure| figure.reports.is_empty()) {
        return Err(DraftError::Nothing(series.id.clone()));
    }
    let today = now.day();
    let reporting = force.reporting_on(today).ok_or(DraftError::Reporting(today))?;
    let small = series::disclosure::review(&figures, &["reports"], &[]).iter().any(|finding| finding.key == "reports");
    let filling = Filling { figures: &figures, gazetteer, force, reporting, small };
    let (common, template) = (&force.templates.common, force.templates.of(&series.stream));
    let id = AdviceId(format!("{number:04}"));
    let slug = format!("{}-{number:04}", kebab(&template.title));

    let mut highlights: Vec<Sentence> = filling.line(&common.count).into_iter().collect();
    highlights.extend(filling.line(&template.harm));
    highlights.push(filling.plain(&template.never));

    let mut paragraphs = vec![filling.plain(&template.standfirst)];
    paragraphs.extend(filling.line(&common.places));
    paragraphs.extend(filling.lines(&template.paragraphs));

    let mut spoken: Vec<Sentence> = filling.line(&common.refused).into_iter().collect();
    spoken.extend(filling.lines(&template.spoken));
    spoken.extend(filling.line(&common.suspicious));

    let mut steps: Vec<Sentence> = common.steps.iter().map(|step| filling.plain(step)).collect();
    steps.push(filling.plain(&common.report_step));
    steps.push(filling.plain(&template.last_step));

    let content = Content {
        area: force.area.clone(),
        title: template.title.clone(),
        url: format!("{}{}{slug}", force.base_url, force.page_path),
        date: today,
        updated: None,
        highlights,
        paragraphs,
        quote: Some(Quote { officer: force.officer.clone(), paragraphs: spoken }),
        closing: filling.line(&common.closing).into_iter().collect(),
        steps,
    };
    let event = Event { at: now, by: author.to_owned(), what: "drafted".to_owned(), reason: None, version: 1, hash: None };
    Ok(Advice {
        id,
        slug,
        series: Some(series.id.clone()),
        state: State::Draft,
        version: 1,
        content,
        figures,
        author: author.to_owned(),
        last_editor: author.to_owned(),
        signer: None,
        signed_hash: None,
        published_at: None,
        updated_at: now,
        expires_on: Some(today.saturating_add(jiff::Span::new().days(force.expires_after_days))),
        events: vec![event],
        live: None,
    })
}

/// Lower case, words joined by hyphens.
pub fn kebab(title: &str) -> String {
    let mut slug = String::new();
    for c in title.chars() {
        if c.is_ascii_alphanumeric() {
            slug.push(c.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.trim_end_matches('-').to_owned()
}
