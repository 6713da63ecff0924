//! `/desk/advice`: drafts, editing with figures as markers, review, signature, publication, the end.

use advice::{
    Action, Advice, AdviceId, Content, LintContext, LintFinding, Quote, Sentence, State as AdviceState, act,
    draft as first_draft, from_markup, lint, to_markup,
};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use publish::{PageParts, Rendering, render_all, signature_hash};
use series::{Figure, SeriesId, State as SeriesState, count_figures, counted_members, disclosure};
use store::StoredRendering;

use crate::AppState;
use crate::error::{WebError, page};
use crate::session::{Fields, Staff};

#[derive(Template)]
#[template(path = "desk_advice_list.html")]
struct List<'a> {
    staff: &'a Staff,
    links: Vec<(&'static str, &'static str)>,
    all: Vec<Advice>,
}

#[derive(Template)]
#[template(path = "desk_advice.html")]
struct Show<'a> {
    staff: &'a Staff,
    links: Vec<(&'static str, &'static str)>,
    advice: &'a Advice,
    parts: PageParts,
    findings: Vec<LintFinding>,
    disclosure: Vec<disclosure::Finding>,
    figures: Vec<(&'a Figure, String)>,
    markup: String,
    may_edit: bool,
    may_submit: bool,
    may_review: bool,
    may_publish: bool,
    may_end: bool,
    own_work: bool,
}

pub(crate) async fn list(State(state): State<AppState>, staff: Staff) -> Result<Response, WebError> {
    let all = state.store.advice_list(200).await?;
    Ok(page(StatusCode::OK, &List { staff: &staff, links: super::home::links(&staff), all }))
}

/// Drafts advice from a series that an analyst confirmed.
pub(crate) async fn draft(
    State(state): State<AppState>,
    staff: Staff,
    Path(id): Path<String>,
    _: Fields,
) -> Result<Response, WebError> {
    let id = SeriesId::parse(&id).map_err(|_| WebError::NotFound)?;
    let series = state.store.series(&id).await?;
    if series.state != SeriesState::Confirmed {
        return Err(WebError::Conflict("Advice is drafted from a confirmed series. Ask an analyst to confirm it.".to_owned()));
    }
    let now = state.now();
    let cases = state.store.cases(&counted_members(&series)).await?;
    let figures = count_figures(&series, &cases, now);
    let number = state.store.next_advice_number(state.force.first_number).await?;
    let advice = first_draft(&series, figures, &state.gazetteer, &state.force, number, now, &staff.name)
        .map_err(|error| WebError::Conflict(error.to_string()))?;
    save(&state, &staff, &advice, None).await?;
    Ok(Redirect::to(&format!("/desk/advice/{}", advice.id)).into_response())
}

pub(crate) async fn show(State(state): State<AppState>, staff: Staff, Path(id): Path<String>) -> Result<Response, WebError> {
    let advice = state.store.advice(&AdviceId(id)).await?;
    let parts = publish::page_parts(&advice, &state.gazetteer)?;
    let text = render_all(&advice, &state.gazetteer)?
        .into_iter()
        .find(|one| one.channel == "text")
        .map(|one| String::from_utf8_lossy(&one.bytes).into_owned())
        .unwrap_or_default();
    let officer = advice.content.quote.as_ref().map(|quote| quote.officer.name.as_str());
    let findings = lint(&text, LintContext { officer, numbers: &[], new: true });
    let before: Vec<_> =
        state.store.ledger().await?.into_iter().filter(|(held, _)| *held != advice.id).map(|(_, figures)| figures).collect();
    let disclosure = disclosure::review(&advice.figures, &["reports"], &before);
    let figures = advice.figures.values().map(|figure| (figure, value_words(figure))).collect();
    let press = matches!(staff.role, crate::Role::PressOfficer | crate::Role::Analyst);
    let state_now = advice.state;
    let shown = Show {
        links: super::home::links(&staff),
        parts,
        findings,
        disclosure,
        figures,
        markup: markup_of(&advice.content),
        may_edit: press
            && matches!(state_now, AdviceState::Draft | AdviceState::Returned | AdviceState::InReview | AdviceState::Signed),
        may_submit: press && matches!(state_now, AdviceState::Draft | AdviceState::Returned),
        may_review: staff.role == crate::Role::SigningOfficer && state_now == AdviceState::InReview,
        may_publish: press && state_now == AdviceState::Signed,
        may_end: matches!(state_now, AdviceState::Published),
        own_work: staff.name == advice.author || staff.name == advice.last_editor,
        staff: &staff,
        advice: &advice,
    };
    Ok(page(StatusCode::OK, &shown))
}

fn value_words(figure: &Figure) -> String {
    use series::Value;
    match &figure.value {
        Value::Count { n } => n.to_string(),
        Value::Share { n, of } => format!("{n} of {of}"),
        Value::Day { day } => day.to_string(),
        Value::Areas { counts, of } => format!("{} areas over {of} reports", counts.len()),
        Value::Money { pence, n, .. } => format!("£{} over {n} losses", pence / 100),
    }
}

/// The text as the desk edits it: one block a line, blocks named.
fn markup_of(content: &Content) -> String {
    let mut lines = vec![format!("title: {}", content.title)];
    let mut add = |name: &str, sentences: &[Sentence]| {
        for sentence in sentences {
            lines.push(format!("{name}: {}", to_markup(sentence)));
        }
    };
    add("highlight", &content.highlights);
    add("paragraph", &content.paragraphs);
    if let Some(quote) = &content.quote {
        add("quote", &quote.paragraphs);
    }
    add("closing", &content.closing);
    add("step", &content.steps);
    lines.join("\n")
}

/// Reads the edited text back.
fn content_of(markup: &str, before: &Content) -> Result<Content, WebError> {
    let mut content =
        Content { highlights: Vec::new(), paragraphs: Vec::new(), closing: Vec::new(), steps: Vec::new(), ..before.clone() };
    let mut spoken: Vec<Sentence> = Vec::new();
    for (position, line) in markup.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        let bad = || {
            WebError::Bad(format!("Line {}: begin with title:, highlight:, paragraph:, quote:, closing: or step:", position + 1))
        };
        let (name, text) = line.split_once(':').ok_or_else(bad)?;
        let sentence = from_markup(text.trim());
        match name.trim() {
            "title" => text.trim().clone_into(&mut content.title),
            "highlight" => content.highlights.push(sentence),
            "paragraph" => content.paragraphs.push(sentence),
            "quote" => spoken.push(sentence),
            "closing" => content.closing.push(sentence),
            "step" => content.steps.push(sentence),
            _ => return Err(bad()),
        }
    }
    if content.title.is_empty() || content.paragraphs.is_empty() {
        return Err(WebError::Bad("The page needs a title and a paragraph.".to_owned()));
    }
    content.quote = before
        .quote
        .as_ref()
        .filter(|_| !spoken.is_empty())
        .map(|quote| Quote { officer: quote.officer.clone(), paragraphs: spoken });
    Ok(content)
}

pub(crate) async fn edit(
    State(state): State<AppState>,
    staff: Staff,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, WebError> {
    let advice = state.store.advice(&AdviceId(id)).await?;
    let content = content_of(fields.get("text"), &advice.content)?;
    step(&state, &staff, &advice, Action::Edit(Box::new(content)), None).await
}

pub(crate) async fn submit(
    State(state): State<AppState>,
    staff: Staff,
    Path(id): Path<String>,
    _: Fields,
) -> Result<Response, WebError> {
    let advice = state.store.advice(&AdviceId(id)).await?;
    step(&state, &staff, &advice, Action::Submit, None).await
}

pub(crate) async fn review(
    State(state): State<AppState>,
    staff: Staff,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, WebError> {
    let advice = state.store.advice(&AdviceId(id)).await?;
    let action = match fields.get("decision") {
        "sign" => {
            let blocked = blocking(&state, &advice).await?;
            if let Some(why) = blocked {
                return Err(WebError::Conflict(why));
            }
            Action::Sign { hash: signature_hash(&render_all(&advice, &state.gazetteer)?) }
        }
        "return" => Action::Return,
        "reject" => Action::Reject,
        _ => return Err(WebError::Bad("Choose to sign, return or reject.".to_owned())),
    };
    step(&state, &staff, &advice, action, Some(fields.get("reason"))).await
}

/// What keeps advice from being signed: a finding of the leak guard or of disclosure control.
async fn blocking(state: &AppState, advice: &Advice) -> Result<Option<String>, WebError> {
    let officer = advice.content.quote.as_ref().map(|quote| quote.officer.name.as_str());
    for one in render_all(advice, &state.gazetteer)?.iter().filter(|one| one.channel == "text") {
        let text = String::from_utf8_lossy(&one.bytes);
        if let Some(finding) = lint(&text, LintContext { officer, numbers: &[], new: true }).first() {
            return Ok(Some(format!("{}: {}. {}.", finding.rule, finding.why, finding.fix)));
        }
    }
    let before: Vec<_> =
        state.store.ledger().await?.into_iter().filter(|(held, _)| *held != advice.id).map(|(_, figures)| figures).collect();
    let shown = shows_count(advice);
    let findings = if shown { disclosure::review(&advice.figures, &["reports"], &before) } else { Vec::new() };
    Ok(findings.first().map(|finding| format!("The figure '{}' may not be shown: {}.", finding.key, finding.why)))
}

fn shows_count(advice: &Advice) -> bool {
    let content = &advice.content;
    content.highlights.iter().chain(&content.paragraphs).any(|sentence| to_markup(sentence).contains("[[reports:number]]"))
}

pub(crate) async fn publish(
    State(state): State<AppState>,
    staff: Staff,
    Path(id): Path<String>,
    _: Fields,
) -> Result<Response, WebError> {
    let advice = state.store.advice(&AdviceId(id)).await?;
    let hash = signature_hash(&render_all(&advice, &state.gazetteer)?);
    step(&state, &staff, &advice, Action::Publish { hash }, None).await
}

pub(crate) async fn end(
    State(state): State<AppState>,
    staff: Staff,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, WebError> {
    let advice = state.store.advice(&AdviceId(id)).await?;
    let action = if fields.get("decision") == "withdraw" { Action::Withdraw } else { Action::StandDown };
    step(&state, &staff, &advice, action, Some(fields.get("reason"))).await
}

async fn step(
    state: &AppState,
    staff: &Staff,
    advice: &Advice,
    action: Action,
    reason: Option<&str>,
) -> Result<Response, WebError> {
    let changed = act(advice, action, &staff.name, reason, state.now()).map_err(|error| WebError::Conflict(error.to_string()))?;
    save(state, staff, &changed, Some((advice.state, advice.version))).await?;
    Ok(Redirect::to(&format!("/desk/advice/{}", advice.id)).into_response())
}

async fn save(state: &AppState, staff: &Staff, advice: &Advice, expected: Option<(AdviceState, u32)>) -> Result<(), WebError> {
    let renderings: Vec<StoredRendering> = render_all(advice, &state.gazetteer)?.into_iter().map(stored).collect();
    state.store.save_advice(advice, &renderings, expected, &staff.actor(), state.now()).await?;
    Ok(())
}

fn stored(rendering: Rendering) -> StoredRendering {
    StoredRendering {
        channel: rendering.channel.to_owned(),
        path: rendering.path,
        media_type: rendering.media_type.to_owned(),
        bytes: rendering.bytes,
    }
}
