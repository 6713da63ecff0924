//! `GET /api/v1/series`, `GET /api/v1/series/{id}`

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use series::SeriesId;

use crate::AppState;
use crate::error::WebError;

/// All series, those with the latest call first.
#[utoipa::path(get, path = "/api/v1/series", responses((status = 200, description = "series"), (status = 401, description = "not signed in"), (status = 403, description = "not in your role")))]
pub(crate) async fn list(State(state): State<AppState>) -> Response {
    match state.store.series_list(None, 500).await {
        Ok(all) => Json(all).into_response(),
        Err(error) => WebError::from(error).problem(),
    }
}

/// One series with its members and evidence.
#[utoipa::path(get, path = "/api/v1/series/{id}", params(("id" = String, Path, description = "series id")), responses((status = 200, description = "the series"), (status = 401, description = "not signed in"), (status = 403, description = "not in your role"), (status = 404, description = "none of that id")))]
pub(crate) async fn show(State(state): State<AppState>, Path(id): Path<String>) -> Response {
    let Ok(id) = SeriesId::parse(&id) else { return WebError::NotFound.problem() };
    match state.store.series(&id).await {
        Ok(found) => Json(found).into_response(),
        Err(error) => WebError::from(error).problem(),
    }
}
