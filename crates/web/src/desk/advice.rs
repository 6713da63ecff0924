//! `/desk/advice`: drafts, editing with figures as markers, review, signature, publication, the end.

use advice::{
    Action, Advice, AdviceId, Content, Obstacle, Quote, Sentence, State as AdviceState, act, draft as first_draft, from_markup,
    obstacles, to_markup,
};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use publish::{PageParts, Rendering, render_all, signature_hash};
use series::{Figure, SeriesId, State as SeriesState, count_figures, counted_members};
use store::StoredRendering;

use crate::AppState;
use crate::error::{WebError, page};
use crate::session::{Again, Asked, Fields, Staff, password_again};

#[derive(Template)]
#[template(path = "desk_advice_list.html")]
struct List<'a> {
    staff: &'a Staff,
    links: Vec<(&'static str, &'static str)>,
    all: Vec<Item>,
}

struct Item {
    id: String,
    title: String,
    state: &'static str,
    out: bool,
    series: Option<String>,
    by: String,
    changed: String,
    expires: String,
}

#[derive(Template)]
#[template(path = "desk_advice.html")]
struct Show<'a> {
    staff: &'a Staff,
    links: Vec<(&'static str, &'static str)>,
    advice: &'a Advice,
    parts: PageParts,
    /// Rule, words, why and what to do.
    findings: Vec<Obstacle>,
    after: Option<super::effect::After>,
    figures: Vec<(&'a Figure, String)>,
    markup: String,
    errors: Vec<(&'static str, String)>,
    notice: Option<&'static str>,
    channels: Vec<&'static str>,
    events: Vec<(String, String)>,
    may_edit: bool,
    may_submit: bool,
    may_review: bool,
    may_publish: bool,
    may_update: bool,
    may_abandon: bool,
    may_end: bool,
    own_work: bool,
}

#[derive(Template)]
#[template(path = "desk_figure.html")]
struct Working<'a> {
    staff: &'a Staff,
    links: Vec<(&'static str, &'static str)>,
    advice: &'a Advice,
    figure: &'a Figure,
    value: String,
    again: Option<String>,
    same: bool,
    may_see_reports: bool,
}

/// What was done, told once at the top of the page.
#[derive(serde::Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    done: String,
}

fn notice(done: &str) -> Option<&'static str> {
    Some(match done {
        "drafted" => "A draft was written from the counted figures. Read every sentence before you send it for review.",
        "edited" => "Saved. Any signature it had is void.",
        "submitted" => "Sent for review. Now find a signing officer who neither wrote nor last edited it.",
        "signed" => "Signed. The signature binds to every rendering. Now it can be published.",
        "returned" => "Returned to the desk with your reason.",
        "rejected" => "Rejected, with your reason.",
        "published" => "Published.",
        "update_begun" => {
            "An update was begun on figures counted now. Residents see the version before until this one is signed and published."
        }
        "update_abandoned" => "The update was thrown away. Residents see what they saw.",
        "stood_down" => "Stood down. The page stays and says that it has ended.",
        "withdrawn" => "Withdrawn. The page stays and says so.",
        _ => return None,
    })
}

pub(crate) async fn list(State(state): State<AppState>, staff: Staff) -> Result<Response, WebError> {
    let all = state.store.advice_list(200).await?;
    let all = all
        .into_iter()
        .map(|one| Item {
            state: one.state.words(),
            out: one.live.is_some(),
            series: one.series.as_ref().map(ToString::to_string),
            by: one.last_editor.clone(),
            changed: super::time_words(one.updated_at),
            expires: one.expires_on.map_or_else(String::new, |day| day.to_string()),
            title: one.content.title,
            id: one.id.0,
        })
        .collect();
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
    Ok(Redirect::to(&format!("/desk/advice/{}?done=drafted", advice.id)).into_response())
}

pub(crate) async fn show(
    State(state): State<AppState>,
    staff: Staff,
    Path(id): Path<String>,
    Asked(wanted): Asked<Wanted>,
) -> Result<Response, WebError> {
    let advice = state.store.advice(&AdviceId(id)).await?;
    shown(&state, &staff, &advice, Vec::new(), None, notice(&wanted.done)).await
}

/// The page of one piece of advice; `typed` is an edit that could not be saved, shown again with what is wrong with it.
async fn shown(
    state: &AppState,
    staff: &Staff,
    advice: &Advice,
    errors: Vec<(&'static str, String)>,
    typed: Option<String>,
    notice: Option<&'static str>,
) -> Result<Response, WebError> {
    use AdviceState::{Draft, InReview, Published, Returned, Signed};
    let parts = publish::page_parts(advice, &state.gazetteer)?;
    let renderings = render_all(advice, &state.gazetteer)?;
    let findings = obstacles_to(state, advice, &renderings).await?;
    let after = super::effect::after(state, advice, &parts.table).await?;
    let press = super::home::may_post(staff, "/desk/advice/{id}/edit");
    let now = advice.state;
    let out = now == Published || advice.live.is_some();
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page_of = Show {
        links: super::home::links(staff),
        parts,
        findings,
        after,
        // A share of nothing bears out no sentence: it is left out of the table.
        figures: advice
            .figures
            .values()
            .filter(|figure| !matches!(figure.value, series::Value::Share { n: 0, .. }))
            .map(|figure| (figure, value_words(figure)))
            .collect(),
        markup: typed.unwrap_or_else(|| markup_of(&advice.content)),
        errors,
        notice,
        channels: renderings.iter().map(|one| one.channel).collect(),
        events: advice.events.iter().rev().map(event_words).collect(),
        may_edit: press && matches!(now, Draft | Returned | InReview | Signed),
        may_submit: press && matches!(now, Draft | Returned),
        may_review: staff.role == crate::Role::SigningOfficer && now == InReview,
        may_publish: press && now == Signed,
        may_update: press && now == Published && advice.series.is_some(),
        may_abandon: press && advice.live.is_some(),
        may_end: out,
        own_work: staff.name == advice.author || staff.name == advice.last_editor,
        staff,
        advice,
    };
    Ok(page(status, &page_of))
}

fn event_words(event: &advice::Event) -> (String, String) {
    let reason = event.reason.as_ref().map_or_else(String::new, |reason| format!(": {reason}"));
    let what = event.what.replace('_', " ");
    (super::time_words(event.at), format!("{what} by {}, version {}{reason}", event.by, event.version))
}

/// A figure with its working: the query, the reports it counted, and the same counted again now.
pub(crate) async fn figure(
    State(state): State<AppState>,
    staff: Staff,
    Path((id, key)): Path<(String, String)>,
) -> Result<Response, WebError> {
    let advice = state.store.advice(&AdviceId(id)).await?;
    let figure = advice.figures.get(&key).ok_or(WebError::NotFound)?;
    let value = value_words(figure);
    let again = match state.store.series(&figure.series).await {
        Ok(series) => {
            let cases = state.store.cases(&counted_members(&series)).await?;
            series::recount(figure, &series, &cases).map(|value| value_words(&Figure { value, ..figure.clone() }))
        }
        Err(error) if error.is_not_found() => None,
        Err(error) => return Err(error.into()),
    };
    let same = again.as_ref().is_none_or(|again| *again == value);
    let may_see_reports = super::home::may_open(&staff, "/desk/reports");
    let links = super::home::links(&staff);
    let working = Working { staff: &staff, links, advice: &advice, figure, value, again, same, may_see_reports };
    Ok(page(StatusCode::OK, &working))
}

/// What keeps it from being signed.
async fn obstacles_to(state: &AppState, advice: &Advice, renderings: &[Rendering]) -> Result<Vec<Obstacle>, WebError> {
    let before: Vec<_> = state.store.ledger().await?.into_iter().map(|(_, figures)| figures).collect();
    Ok(obstacles(advice, &publish::plain_text(renderings), &before))
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
fn content_of(markup: &str, before: &Content) -> Result<Content, String> {
    let mut content =
        Content { highlights: Vec::new(), paragraphs: Vec::new(), closing: Vec::new(), steps: Vec::new(), ..before.clone() };
    let mut spoken: Vec<Sentence> = Vec::new();
    for (position, line) in markup.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        let bad = || format!("Line {}: begin with title:, highlight:, paragraph:, quote:, closing: or step:", position + 1);
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
        return Err("The page needs a title and a paragraph".to_owned());
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
    let typed = fields.get("text").to_owned();
    let wrong = |why: String| (vec![("edit", why)], Some(typed.clone()));
    let changed = content_of(&typed, &advice.content).and_then(|content| {
        let changed =
            act(&advice, Action::Edit(Box::new(content)), &staff.name, None, state.now()).map_err(|error| error.to_string())?;
        // A sentence whose figure does not bear it out cannot be rendered: then it is not saved.
        render_all(&changed, &state.gazetteer).map(|_| changed).map_err(|error| error.to_string())
    });
    match changed {
        Ok(changed) => {
            save(&state, &staff, &changed, Some((advice.state, advice.version))).await?;
            Ok(done(&changed))
        }
        Err(why) => {
            let (errors, typed) = wrong(why);
            shown(&state, &staff, &advice, errors, typed, None).await
        }
    }
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
    let refuse = |field: &'static str, why: &str| vec![(field, why.to_owned())];
    let action = match fields.get("decision") {
        "sign" => {
            let renderings = render_all(&advice, &state.gazetteer)?;
            if let Some(obstacle) = obstacles_to(&state, &advice, &renderings).await?.first() {
                return Err(WebError::Conflict(format!("{} ({}): {}.", obstacle.rule, obstacle.quote, obstacle.why)));
            }
            Action::Sign { hash: signature_hash(&renderings) }
        }
        "return" => Action::Return,
        "reject" => Action::Reject,
        _ => return Err(WebError::Bad("Choose to sign, return or reject.".to_owned())),
    };
    if matches!(action, Action::Return | Action::Reject) && fields.get("reason").is_empty() {
        return shown(&state, &staff, &advice, refuse("reason", "Say why you return or reject it"), None, None).await;
    }
    let again = if matches!(action, Action::Sign { .. }) { password_again(&state, &staff, &fields).await? } else { Again::Fresh };
    match again {
        Again::Wrong => shown(&state, &staff, &advice, refuse("password", "Enter your own password to sign"), None, None).await,
        Again::Fresh => step(&state, &staff, &advice, action, Some(fields.get("reason"))).await,
        Again::Right { cookie, staff } => {
            let answer = step(&state, &staff, &advice, action, Some(fields.get("reason"))).await?;
            Ok(([(header::SET_COOKIE, cookie)], answer).into_response())
        }
    }
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

/// Begins an update on figures counted now, or throws one away.
pub(crate) async fn update(
    State(state): State<AppState>,
    staff: Staff,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, WebError> {
    let advice = state.store.advice(&AdviceId(id)).await?;
    if fields.get("decision") == "abandon" {
        return step(&state, &staff, &advice, Action::Abandon, None).await;
    }
    let Some(id) = &advice.series else {
        return Err(WebError::Conflict("This page was imported: it has no series to count anew.".to_owned()));
    };
    let series = state.store.series(id).await?;
    let now = state.now();
    let cases = state.store.cases(&counted_members(&series)).await?;
    let fresh = count_figures(&series, &cases, now);
    let before: Vec<_> = state.store.ledger().await?.into_iter().map(|(_, figures)| figures).collect();
    let changed = advice::update(&advice, fresh, &before, &state.gazetteer, &state.force, &staff.name, now)
        .map_err(|error| WebError::Conflict(error.to_string()))?;
    save(&state, &staff, &changed, Some((advice.state, advice.version))).await?;
    Ok(done(&changed))
}

pub(crate) async fn end(
    State(state): State<AppState>,
    staff: Staff,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, WebError> {
    let advice = state.store.advice(&AdviceId(id)).await?;
    let withdraw = fields.get("decision") == "withdraw";
    if withdraw && fields.get("reason").is_empty() {
        let errors = vec![("end-reason", "Say why it is withdrawn".to_owned())];
        return shown(&state, &staff, &advice, errors, None, None).await;
    }
    let action = if withdraw { Action::Withdraw } else { Action::StandDown };
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
    Ok(done(&changed))
}

/// Back to the page, which says what was done.
fn done(advice: &Advice) -> Response {
    let what = advice.events.last().map_or("", |event| event.what.as_str());
    Redirect::to(&format!("/desk/advice/{}?done={what}", advice.id)).into_response()
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
