//! `POST /api/v1/check`

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::response::{IntoResponse, Response};
use call::{Buffers, Check, is_resident};
use serde::Deserialize;

use crate::AppState;
use crate::error::WebError;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Call {
    #[serde(default)]
    id: serde_json::Value,
    /// `inbound` (the resident was rung) or `outbound`.
    #[serde(default)]
    direction: Option<String>,
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
    let mut buffers = Buffers::default();
    for turn in &call.turns {
        let resident = is_resident(&turn.speaker, call.direction.as_deref());
        state.checker.turn_in(&mut buffers, &mut check, resident, &turn.text);
    }
    Json(check.to_contract_json(&call.id)).into_response()
}
