//! The style sheet, the few small scripts and the picture, embedded, served under names that hold their hash, for ever.

use std::sync::OnceLock;

use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

use crate::error::WebError;

#[derive(RustEmbed)]
#[folder = "assets/"]
struct Assets;

/// An asset: its file, the name it is served under, its type.
struct Asset {
    file: String,
    served: String,
    tag: String,
    media_type: &'static str,
}

fn all() -> &'static [Asset] {
    static ALL: OnceLock<Vec<Asset>> = OnceLock::new();
    ALL.get_or_init(|| {
        Assets::iter()
            .filter_map(|file| {
                let media_type = match file.rsplit_once('.')?.1 {
                    "css" => "text/css; charset=utf-8",
                    "js" => "text/javascript; charset=utf-8",
                    "png" => "image/png",
                    _ => return None,
                };
                Some((file.into_owned(), media_type))
            })
            .map(|(file, media_type)| {
                let hash: String = Assets::get(&file).map_or_else(String::new, |held| {
                    held.metadata.sha256_hash().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
                });
                let (stem, ending) = file.rsplit_once('.').unwrap_or((&file, ""));
                let served = format!("{stem}.{hash}.{ending}");
                Asset { file, served, tag: format!("\"{hash}\""), media_type }
            })
            .collect()
    })
}

/// The address of an asset: its name with its hash before the ending. Empty for a name that is none.
pub(crate) fn path(file: &str) -> String {
    all().iter().find(|asset| asset.file == file).map_or_else(String::new, |asset| format!("/assets/{}", asset.served))
}

/// The address of the style sheet.
pub(crate) fn style_path() -> String {
    path("style.css")
}

/// `GET /assets/{name}`
pub(crate) async fn show(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let Some(asset) = all().iter().find(|asset| asset.served == name) else { return WebError::NotFound.into_response() };
    let Some(file) = Assets::get(&asset.file) else { return WebError::NotFound.into_response() };
    let kept = [(header::ETAG, asset.tag.as_str()), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")];
    if crate::layers::matches(&headers, &asset.tag) {
        return (StatusCode::NOT_MODIFIED, kept).into_response();
    }
    (kept, [(header::CONTENT_TYPE, asset.media_type)], file.data.into_owned()).into_response()
}
