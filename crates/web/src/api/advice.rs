//! `GET /api/v1/advice`, `GET /api/v1/advice/{id}`: what is out, as residents see it.

use advice::{Advice, AdviceId};
use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::AppState;
use crate::error::WebError;

/// All advice that is out.
#[utoipa::path(get, path = "/api/v1/advice", responses((status = 200, description = "advice, the latest first")))]
pub(crate) async fn list(State(state): State<AppState>) -> Response {
    let all = match state.store.published_advice(100).await {
        Ok(all) => all,
        Err(error) => return WebError::from(error).problem(),
    };
    let shown: Vec<Value> = all.iter().filter_map(|advice| public(&state, advice).ok()).collect();
    Json(shown).into_response()
}

/// One piece of advice that is out.
#[utoipa::path(get, path = "/api/v1/advice/{id}", params(("id" = String, Path, description = "number, such as 0144")), responses((status = 200, description = "the advice"), (status = 404, description = "none of that number is out")))]
pub(crate) async fn show(State(state): State<AppState>, Path(id): Path<String>) -> Response {
    let found = match state.store.advice(&AdviceId(id)).await {
        Ok(found) if found.state.is_public() => found,
        Ok(_) => return WebError::NotFound.problem(),
        Err(error) => return WebError::from(error).problem(),
    };
    match public(&state, &found) {
        Ok(value) => Json(value).into_response(),
        Err(error) => error.problem(),
    }
}

fn public(state: &AppState, advice: &Advice) -> Result<Value, WebError> {
    let spoken = publish::spoken(advice, &state.gazetteer).map_err(publish::RenderError::from)?;
    Ok(json!({
        "id": advice.id, "state": advice.state, "title": spoken.title, "area": spoken.area, "url": spoken.url,
        "date": spoken.date.to_string(), "description": spoken.description, "highlights": spoken.highlights,
        "paragraphs": spoken.paragraphs, "steps": spoken.steps, "updated_at": advice.updated_at,
    }))
}
