//! `GET /api/openapi.json`: what the API is, from the handlers' own annotations.

use axum::Json;
use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(
    info(title = "Ringfence", description = "Reports of scam calls in, series and advice out."),
    paths(
        super::health::show,
        super::check::check,
        super::advice::list,
        super::advice::show,
        super::reports::take,
        super::reports::show,
        super::series::list,
        super::series::show
    )
)]
struct Document;

pub(crate) async fn show() -> Json<utoipa::openapi::OpenApi> {
    Json(Document::openapi())
}
