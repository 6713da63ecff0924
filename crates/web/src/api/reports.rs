//! `POST /api/v1/reports`, `GET /api/v1/reports/{id}`

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use report::Report;
use serde_json::json;
use series::ReportId;
use store::TakenAs;

use crate::AppState;
use crate::error::WebError;
use crate::session::Staff;

/// Takes one report.
#[utoipa::path(post, path = "/api/v1/reports", request_body = serde_json::Value, responses((status = 201, description = "taken: its id"), (status = 200, description = "was there: updated or unchanged"), (status = 401, description = "not signed in"), (status = 403, description = "not in your role"), (status = 422, description = "refused: path and reason")))]
pub(crate) async fn take(State(state): State<AppState>, staff: Staff, body: String) -> Response {
    let report = match Report::from_json(&body, "GB") {
        Ok(report) => report,
        Err(refusal) => return WebError::Bad(format!("{}: {}", refusal.path, refusal.reason)).problem(),
    };
    match state.take(report, &staff.actor()).await {
        Ok(taken) => {
            let (status, words) = match taken.outcome {
                TakenAs::Accepted => (StatusCode::CREATED, "accepted"),
                TakenAs::Updated => (StatusCode::OK, "updated"),
                TakenAs::Unchanged => (StatusCode::OK, "unchanged"),
            };
            (status, Json(json!({ "id": taken.id, "outcome": words }))).into_response()
        }
        Err(error) => WebError::from(error).problem(),
    }
}

/// One report without personal data.
#[utoipa::path(get, path = "/api/v1/reports/{id}", params(("id" = String, Path, description = "reference")), responses((status = 200, description = "facts, what was read, its series"), (status = 401, description = "not signed in"), (status = 403, description = "not in your role"), (status = 404, description = "none of that reference")))]
pub(crate) async fn show(State(state): State<AppState>, Path(id): Path<String>) -> Response {
    match state.store.report(&ReportId(id)).await {
        Ok(found) => Json(json!({ "id": found.row.case.id, "facts": found.facts, "reading": found.reading, "series": found.row.series, "version": found.version })).into_response(),
        Err(error) => WebError::from(error).problem(),
    }
}
