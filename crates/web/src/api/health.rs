//! `GET /healthz`

use axum::extract::State;
use axum::http::StatusCode;

use crate::AppState;

/// Whether the database answers.
#[utoipa::path(get, path = "/healthz", responses((status = 200, description = "well"), (status = 503, description = "the database does not answer")))]
pub(crate) async fn show(State(state): State<AppState>) -> (StatusCode, &'static str) {
    match state.store.count_reports().await {
        Ok(_) => (StatusCode::OK, "ok\n"),
        Err(error) => {
            tracing::error!(%error, "the health check failed");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n")
        }
    }
}
