//! `/`: three doors and the latest advice.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::AppState;
use crate::error::{WebError, page};

#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    latest: Vec<(String, String, String)>,
}

pub(crate) async fn show(State(state): State<AppState>) -> Result<Response, WebError> {
    let mut latest = Vec::new();
    for advice in state.store.published_advice(3).await? {
        let spoken = publish::spoken(&advice, &state.gazetteer).map_err(publish::RenderError::from)?;
        latest.push((format!("/advice/{}", advice.slug), spoken.title, spoken.description));
    }
    Ok(page(StatusCode::OK, &Home { latest }))
}
