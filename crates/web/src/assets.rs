//! The style sheet and the few scripts, embedded, served under names that hold their hash, for ever.

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "assets/"]
struct Assets;

/// The address of the style sheet.
pub(crate) fn style_path() -> String {
    path("style.css")
}

/// The address of an asset: its name with its hash before the ending. Empty for a name that is none.
pub(crate) fn path(name: &str) -> String {
    let (Some(file), Some((stem, ending))) = (Assets::get(name), name.rsplit_once('.')) else { return String::new() };
    let hash: String = file.metadata.sha256_hash().iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    format!("/assets/{stem}.{hash}.{ending}")
}

/// `GET /assets/{name}`
pub(crate) async fn show(Path(name): Path<String>) -> Response {
    let address = format!("/assets/{name}");
    let Some(file) = Assets::iter().find(|held| path(held) == address).and_then(|held| Assets::get(&held)) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let kind = match name.rsplit_once('.') {
        Some((_, "js")) => "text/javascript; charset=utf-8",
        _ => "text/css; charset=utf-8",
    };
    let headers = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")];
    (headers, file.data.into_owned()).into_response()
}
