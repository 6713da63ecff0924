//! `/`: three doors and the latest advice.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::advice::Item;
use crate::AppState;
use crate::error::{WebError, page};

#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    latest: Vec<Item>,
}

pub(crate) async fn show(State(state): State<AppState>) -> Result<Response, WebError> {
    let latest = super::advice::items(&state, 3).await?;
    Ok(page(StatusCode::OK, &Home { latest }))
}
