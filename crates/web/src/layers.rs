//! What every answer carries: a strict content security policy and its kin; and what every form post must: an origin of ours.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::AppState;

const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// Adds the security headers.
pub(crate) async fn headers(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let mut set = |name: &'static str, value: &'static str| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    set("content-security-policy", CSP);
    set("x-content-type-options", "nosniff");
    set("cross-origin-opener-policy", "same-origin");
    set("cross-origin-resource-policy", "same-origin");
    set("referrer-policy", "no-referrer");
    set("permissions-policy", "camera=(), geolocation=(), microphone=(self)");
    if state.secure {
        set("strict-transport-security", "max-age=63072000; includeSubDomains");
    }
    // Reports and the desk are never kept by a browser or a proxy.
    let private = path.starts_with("/report")
        || path.starts_with("/your-report")
        || path.starts_with("/desk")
        || path.starts_with("/check")
        || path.starts_with("/api");
    if private {
        set("cache-control", "no-store");
    }
    response
}

/// Refuses form posts that come from elsewhere (Origin, Sec-Fetch-Site). The API has tokens instead.
pub(crate) async fn same_origin(request: Request, next: Next) -> Response {
    if is_foreign(request.method(), request.uri().path(), request.headers()) {
        return StatusCode::FORBIDDEN.into_response();
    }
    next.run(request).await
}

fn is_foreign(method: &Method, path: &str, headers: &HeaderMap) -> bool {
    let safe = matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS);
    if safe || path.starts_with("/api/") {
        return false;
    }
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return !matches!(site, "same-origin" | "none");
    }
    // Our pages send no referrer, which makes their own posts' origin "null": those are known by their cookies (SameSite=Lax)
    // and, on the desk, by the form's token.
    match (text("origin"), text("host")) {
        (Some(origin), Some(host)) if origin != "null" => {
            origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://")) != Some(host)
        }
        _ => false,
    }
}
