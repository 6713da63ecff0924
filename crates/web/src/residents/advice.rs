//! `/advice`, `/advice/{slug}`, the feeds.

use advice::Advice;
use areas::AreaId;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use publish::{PageParts, Spoken};
use series::Value;

use crate::AppState;
use crate::error::{WebError, page};

#[derive(Template)]
#[template(path = "advice_list.html")]
struct List {
    all: Vec<Item>,
    districts: Vec<(String, String)>,
}

/// A piece of advice in a list.
pub(crate) struct Item {
    pub(crate) url: String,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) date: String,
    pub(crate) ended: bool,
}

#[derive(Template)]
#[template(path = "advice.html")]
struct Show<'a> {
    parts: &'a PageParts,
    slug: &'a str,
    base_url: &'a str,
    large: bool,
    expired: Option<String>,
}

/// The latest advice that is out.
pub(crate) async fn items(state: &AppState, most: i64) -> Result<Vec<Item>, WebError> {
    let mut all = Vec::new();
    for advice in state.store.published_advice(most).await? {
        let parts = publish::page_parts(&advice, &state.gazetteer)?;
        all.push(Item {
            url: format!("/advice/{}", advice.slug),
            title: parts.spoken.title,
            description: parts.spoken.description,
            date: parts.date,
            ended: parts.ended,
        });
    }
    Ok(all)
}

pub(crate) async fn list(State(state): State<AppState>) -> Result<Response, WebError> {
    let all = items(&state, 50).await?;
    let districts = state
        .gazetteer
        .districts_of(&state.force.districts)
        .iter()
        .take(60)
        .map(|area| (area.id.0.clone(), area.name.clone()))
        .collect();
    Ok(page(StatusCode::OK, &List { all, districts }))
}

/// A page, or with `.md` or `.txt` behind its address the same advice in that form.
pub(crate) async fn show(State(state): State<AppState>, Path(slug): Path<String>) -> Result<Response, WebError> {
    let (name, form) = match slug.rsplit_once('.') {
        Some((name, "md")) => (name, Some(("seed", "text/markdown; charset=utf-8"))),
        Some((name, "txt")) => (name, Some(("text", "text/plain; charset=utf-8"))),
        _ => (slug.as_str(), None),
    };
    let advice = out(&state, name).await?;
    if let Some((channel, media_type)) = form {
        let found = publish::render_all(&advice, &state.gazetteer)?.into_iter().find(|one| one.channel == channel);
        return found.map(|one| ([(header::CONTENT_TYPE, media_type)], one.bytes).into_response()).ok_or(WebError::NotFound);
    }
    shown(&state, &advice, false)
}

/// The page in large print.
pub(crate) async fn large_print(State(state): State<AppState>, Path(slug): Path<String>) -> Result<Response, WebError> {
    let advice = out(&state, &slug).await?;
    shown(&state, &advice, true)
}

/// Advice that is out, by the last part of its address.
async fn out(state: &AppState, slug: &str) -> Result<Advice, WebError> {
    state.store.advice_by_slug(slug).await?.as_residents_see().ok_or(WebError::NotFound)
}

fn shown(state: &AppState, advice: &Advice, large: bool) -> Result<Response, WebError> {
    let parts = publish::page_parts(advice, &state.gazetteer)?;
    // Advice that nobody has looked at since its day is over says so, without a word of it being changed.
    let expired = advice.expires_on.filter(|day| !parts.ended && *day < state.now().day()).map(|_| {
        format!("This advice is of {}. Callers may have changed what they say since. What to do is the same.", parts.date)
    });
    let shown = Show { parts: &parts, slug: &advice.slug, base_url: &state.force.base_url, large, expired };
    Ok(page(StatusCode::OK, &shown))
}

pub(crate) async fn feed(State(state): State<AppState>) -> Result<Response, WebError> {
    let all = state.store.published_advice(20).await?;
    atom(&state, &all, &format!("Advice for {}", state.force.area), "/feed.atom")
}

pub(crate) async fn area_feed(State(state): State<AppState>, Path(gss): Path<String>) -> Result<Response, WebError> {
    let id = AreaId(gss.clone());
    let name = state.gazetteer.area(&id).ok_or(WebError::NotFound)?.name.clone();
    let mut all = state.store.published_advice(200).await?;
    all.retain(|advice| names_area(advice, &id));
    all.truncate(20);
    atom(&state, &all, &format!("Advice for {name}"), &format!("/area/{gss}/feed.atom"))
}

/// Whether advice names an area: only then is it the area's.
fn names_area(advice: &Advice, id: &AreaId) -> bool {
    match advice.figures.get("areas").map(|figure| &figure.value) {
        Some(Value::Areas { counts, .. }) => counts.iter().take(3).any(|(area, n)| area == id && *n >= 2),
        _ => false,
    }
}

fn atom(state: &AppState, all: &[Advice], title: &str, path: &str) -> Result<Response, WebError> {
    let mut spoken: Vec<Spoken> = Vec::with_capacity(all.len());
    for advice in all {
        spoken.push(publish::spoken(advice, &state.gazetteer).map_err(publish::RenderError::from)?);
    }
    let text = publish::feed(&spoken, title, &format!("{}{path}", state.force.base_url));
    Ok(([(header::CONTENT_TYPE, "application/atom+xml; charset=utf-8")], text).into_response())
}
