//! `POST /api/v1/check`

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::response::{IntoResponse, Response};
use call::Check;
use serde::Deserialize;

use crate::AppState;
use crate::error::WebError;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Call {
    #[serde(default)]
    id: serde_json::Value,
    turns: Vec<Turn>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Turn {
    #[serde(default)]
    speaker: String,
    text: String,
}

/// Checks a call, turn by turn. Nothing is stored.
#[utoipa::path(post, path = "/api/v1/check", request_body = serde_json::Value, responses((status = 200, description = "score, alarm, stages with quotes, advice"), (status = 422, description = "not a call")))]
pub(crate) async fn check(State(state): State<AppState>, call: Result<Json<Call>, JsonRejection>) -> Response {
    let Ok(Json(call)) = call else {
        return WebError::Bad("send {\"id\", \"turns\": [{\"speaker\", \"text\"}]}".to_owned()).problem();
    };
    let mut check = Check::default();
    for turn in &call.turns {
        let resident = matches!(turn.speaker.as_str(), "callee" | "resident" | "target" | "victim");
        state.checker.turn(&mut check, resident, &turn.text);
    }
    Json(check.to_contract_json(&call.id)).into_response()
}
