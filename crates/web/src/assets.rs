//! The style sheet, embedded, served under a name that holds its hash, for ever.

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "assets/"]
struct Assets;

/// The address of the style sheet.
pub(crate) fn style_path() -> String {
    let hash = Assets::get("style.css")
        .map_or_else(String::new, |file| file.metadata.sha256_hash().iter().take(6).map(|byte| format!("{byte:02x}")).collect());
    format!("/assets/style.{hash}.css")
}

/// `GET /assets/{name}`
pub(crate) async fn show(Path(name): Path<String>) -> Response {
    if format!("/assets/{name}") != style_path() {
        return StatusCode::NOT_FOUND.into_response();
    }
    match Assets::get("style.css") {
        Some(file) => {
            let headers = [
                (header::CONTENT_TYPE, "text/css; charset=utf-8"),
                (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
            ];
            (headers, file.data.into_owned()).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
