//! What every answer carries: a strict content security policy and its kin; a tag by which public pages are known again; a page or
//! a problem where something went wrong. And what every form post must: an origin of ours.

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use sha2::{Digest, Sha256};

use crate::AppState;
use crate::error::WebError;
use crate::site::{Site, within};

const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// Largest page that is tagged.
const LARGEST_TAGGED: usize = 8 << 20;

/// Pages that hold what is somebody's own: never kept by a browser or a proxy.
fn is_private(path: &str) -> bool {
    ["/report", "/your-report", "/desk", "/check", "/exit"]
        .iter()
        .any(|held| path.strip_prefix(held).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
        || (path.starts_with("/api/") && !path.starts_with("/api/v1/advice") && path != "/api/openapi.json")
}

/// Answers within the site, adds the security headers, turns bare errors into pages, and tags what may be kept.
pub(crate) async fn headers(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let asked = request.headers().clone();
    let site = Site::of(&state, &path);
    let mut response = within(site, async {
        let response = next.run(request).await;
        dressed(&path, response)
    })
    .await;
    let private = is_private(&path);
    if !private && response.status() == StatusCode::OK {
        response = tagged(response, &asked).await;
    }
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
    if private {
        set("cache-control", "no-store");
    }
    response
}

/// An error that came without a page of its own (no such method, a body too large, a panic) is given one.
fn dressed(path: &str, response: Response) -> Response {
    let status = response.status();
    if !(status.is_client_error() || status.is_server_error()) || path == "/healthz" {
        return response;
    }
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    if kind.starts_with("text/html") || kind.starts_with("application/problem+json") {
        return response;
    }
    let error = match status {
        StatusCode::NOT_FOUND => WebError::NotFound,
        StatusCode::FORBIDDEN => WebError::Forbidden,
        StatusCode::UNAUTHORIZED => WebError::SignIn,
        status if status.is_server_error() => WebError::Inside(format!("an answer of status {status}")),
        status => WebError::Refused(status),
    };
    let allow = response.headers().get(header::ALLOW).cloned();
    let mut answer = if path.starts_with("/api/") { error.problem() } else { error.page() };
    if let Some(allow) = allow {
        answer.headers_mut().insert(header::ALLOW, allow);
    }
    answer
}

/// Gives a public answer a weak tag over its bytes (compression may follow), or says that it has not changed.
async fn tagged(response: Response, asked: &HeaderMap) -> Response {
    if response.headers().contains_key(header::ETAG) || response.headers().contains_key(header::SET_COOKIE) {
        return response;
    }
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("").to_owned();
    let kept = ["text/html", "text/markdown", "text/plain; charset", "application/atom+xml", "application/json"];
    if !kept.iter().any(|held| kind.starts_with(held)) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, LARGEST_TAGGED).await else {
        return WebError::Inside("a page is larger than pages are".to_owned()).page();
    };
    let tag: String = Sha256::digest(&bytes).iter().take(12).map(|byte| format!("{byte:02x}")).collect();
    let tag = format!("W/\"{tag}\"");
    if let Ok(value) = HeaderValue::from_str(&tag) {
        parts.headers.insert(header::ETAG, value);
    }
    // Advice must be right within a minute of its end.
    parts.headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("public, max-age=60"));
    if matches(asked, &tag) {
        parts.status = StatusCode::NOT_MODIFIED;
        parts.headers.remove(header::CONTENT_LENGTH);
        return Response::from_parts(parts, Body::empty());
    }
    Response::from_parts(parts, Body::from(bytes))
}

/// Whether the asker holds what bears this tag. Weak comparison (RFC 9110, section 13.1.2).
pub(crate) fn matches(asked: &HeaderMap, tag: &str) -> bool {
    let bare = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    asked
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|held| held.split(',').any(|one| one.trim() == "*" || bare(one) == bare(tag)))
}

/// Refuses form posts that come from elsewhere (Origin, Sec-Fetch-Site). The API has tokens instead.
pub(crate) async fn same_origin(request: Request, next: Next) -> Response {
    if is_foreign(request.method(), request.uri().path(), request.headers()) {
        return WebError::Foreign.page();
    }
    next.run(request).await
}

fn is_foreign(method: &Method, path: &str, headers: &HeaderMap) -> bool {
    let safe = matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS);
    if safe {
        return false;
    }
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return !matches!(site, "same-origin" | "none");
    }
    // The API's other clients send neither; a browser of today always sends the above.
    if path.starts_with("/api/") {
        return false;
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
