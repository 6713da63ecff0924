//! The one table of routes: what is served, how, and to whom. The router is built from it and the authorisation test walks it, so
//! that neither can know a route that the other does not.

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::limit::RequestBodyLimitLayer;

use crate::error::WebError;
use crate::limits::Pace;
use crate::session::{STAFF_COOKIE, cookie, cookie_name, staff_of};
use crate::{Access, AppState, Role, api, assets, desk, feed, layers, metrics, residents};

/// A route without its handler: what a test needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteEntry {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// Path with parameters in braces.
    pub path: &'static str,
    /// Who may.
    pub access: Access,
}

struct Route {
    entry: RouteEntry,
    handler: MethodRouter<AppState>,
}

/// Largest form or report.
const LARGEST_BODY: usize = 1024 * 1024;

const DESK: Access = Access::Roles(&[Role::CallHandler, Role::Analyst, Role::PressOfficer, Role::SigningOfficer, Role::Admin]);
const CASES: Access = Access::Roles(&[Role::CallHandler, Role::Analyst]);
const ANALYST: Access = Access::Roles(&[Role::Analyst]);
const SERIES: Access = Access::Roles(&[Role::Analyst, Role::PressOfficer, Role::SigningOfficer]);
const PRESS: Access = Access::Roles(&[Role::PressOfficer, Role::Analyst]);
const ADVICE: Access = Access::Roles(&[Role::PressOfficer, Role::SigningOfficer, Role::Analyst]);
const SIGNER: Access = Access::Roles(&[Role::SigningOfficer]);
const ADMIN: Access = Access::Roles(&[Role::Admin]);
const AUDITOR: Access = Access::Roles(&[Role::Auditor, Role::Admin]);
const PARTNERS: Access = Access::Roles(&[Role::CallHandler, Role::Analyst, Role::Partner]);

fn read(path: &'static str, access: Access, handler: MethodRouter<AppState>) -> Route {
    Route { entry: RouteEntry { method: "GET", path, access }, handler }
}

fn write(path: &'static str, access: Access, handler: MethodRouter<AppState>) -> Route {
    Route { entry: RouteEntry { method: "POST", path, access }, handler }
}

fn routes() -> Vec<Route> {
    vec![
        read("/", Access::Public, get(residents::home::show)),
        read("/advice", Access::Public, get(residents::advice::list)),
        read("/advice/{slug}", Access::Public, get(residents::advice::show)),
        read("/advice/{slug}/large-print", Access::Public, get(residents::advice::large_print)),
        read("/feed.atom", Access::Public, get(residents::advice::feed)),
        read("/area/{gss}/feed.atom", Access::Public, get(residents::advice::area_feed)),
        read("/check", Access::Public, get(residents::check::ask)),
        write("/check", Access::Public, post(residents::check::answer)),
        write("/check/live", Access::Public, post(residents::check::live)),
        read("/check/now", Access::Public, get(residents::check::now)),
        write("/check/now", Access::Public, post(residents::check::tapped)),
        read("/check/wait", Access::Public, get(residents::check::wait)),
        read("/check/card", Access::Public, get(residents::check::card)),
        read("/report", Access::Public, get(residents::report::start)),
        write("/report/begin", Access::Public, post(residents::report::begin)),
        read("/report/{screen}", Access::Public, get(residents::report::ask)),
        write("/report/{screen}", Access::Public, post(residents::report::answer)),
        read("/your-report", Access::Public, get(residents::status::ask)),
        write("/your-report", Access::Public, post(residents::status::answer)),
        read("/exit", Access::Public, get(residents::pages::exit)),
        read("/help", Access::Public, get(residents::pages::help)),
        read("/privacy", Access::Public, get(residents::pages::privacy)),
        read("/accessibility", Access::Public, get(residents::pages::accessibility)),
        read("/robots.txt", Access::Public, get(residents::pages::robots)),
        read("/assets/{name}", Access::Public, get(assets::show)),
        // Open to all, since platforms bring no session: the handler asks for the feed's own token before any sound is taken.
        read("/feed/v1/media", Access::Public, get(feed::connect)),
        read("/healthz", Access::Public, get(api::health::show)),
        read("/metrics", Access::Public, get(metrics::show)),
        read("/api/openapi.json", Access::Public, get(api::openapi::show)),
        write("/api/v1/check", Access::Public, post(api::check::check)),
        read("/api/v1/advice", Access::Public, get(api::advice::list)),
        read("/api/v1/advice/{id}", Access::Public, get(api::advice::show)),
        write("/api/v1/reports", PARTNERS, post(api::reports::take)),
        read("/api/v1/reports/{id}", CASES, get(api::reports::show)),
        read("/api/v1/series", SERIES, get(api::series::list)),
        read("/api/v1/series/{id}", SERIES, get(api::series::show)),
        read("/desk/sign-in", Access::Public, get(desk::sign_in::ask)),
        write("/desk/sign-in", Access::Public, post(desk::sign_in::answer)),
        write("/desk/sign-out", Access::Staff, post(desk::sign_in::sign_out)),
        read("/desk", Access::Staff, get(desk::home::show)),
        read("/desk/reports", CASES, get(desk::reports::list)),
        read("/desk/reports/new", CASES, get(desk::take::ask)),
        write("/desk/reports/new", CASES, post(desk::take::answer)),
        read("/desk/reports/{id}", CASES, get(desk::report::show)),
        write("/desk/reports/{id}/unmask", ANALYST, post(desk::report::unmask)),
        write("/desk/reports/{id}/correct", ANALYST, post(desk::report::correct)),
        read("/desk/series", SERIES, get(desk::series::list)),
        read("/desk/series/{id}", SERIES, get(desk::series::show)),
        read("/desk/series/{id}/reports/{report}", SERIES, get(desk::link::show)),
        read("/desk/series/{id}/export.misp.json", ANALYST, get(desk::export::misp)),
        read("/desk/series/{id}/export.stix.json", ANALYST, get(desk::export::stix)),
        write("/desk/series/{id}/decide", ANALYST, post(desk::series::decide)),
        write("/desk/series/{id}/draft", PRESS, post(desk::advice::draft)),
        read("/desk/advice", ADVICE, get(desk::advice::list)),
        read("/desk/advice/{id}", ADVICE, get(desk::advice::show)),
        read("/desk/advice/{id}/figures/{key}", ADVICE, get(desk::advice::figure)),
        write("/desk/advice/{id}/edit", PRESS, post(desk::advice::edit)),
        write("/desk/advice/{id}/submit", PRESS, post(desk::advice::submit)),
        write("/desk/advice/{id}/review", SIGNER, post(desk::advice::review)),
        write("/desk/advice/{id}/publish", PRESS, post(desk::advice::publish)),
        write("/desk/advice/{id}/update", PRESS, post(desk::advice::update)),
        write("/desk/advice/{id}/end", ADVICE, post(desk::advice::end)),
        read("/desk/users", ADMIN, get(desk::users::list)),
        write("/desk/users", ADMIN, post(desk::users::create)),
        write("/desk/users/{name}", ADMIN, post(desk::users::change)),
        read("/desk/audit", AUDITOR, get(desk::audit::show)),
        read("/desk/help", DESK, get(desk::home::help)),
    ]
}

/// Every route that is served.
pub fn route_table() -> Vec<RouteEntry> {
    routes().into_iter().map(|route| route.entry).collect()
}

/// The whole site.
pub fn router(state: AppState) -> Router {
    let mut router: Router<AppState> = Router::new();
    for route in routes() {
        let access = route.entry.access;
        let pace = pace(&route.entry);
        let guard =
            middleware::from_fn_with_state(state.clone(), move |State(state): State<AppState>, request: Request, next: Next| {
                guard(access, pace, state, request, next)
            });
        router = router.route(route.entry.path, route.handler.layer(guard));
    }
    router
        .fallback(|request: Request| async move {
            let api = request.uri().path().starts_with("/api/");
            if api { WebError::NotFound.problem() } else { WebError::NotFound.into_response() }
        })
        .layer(middleware::from_fn(layers::same_origin))
        .layer(RequestBodyLimitLayer::new(LARGEST_BODY))
        .layer(CatchPanicLayer::new())
        .layer(middleware::from_fn(metrics::count))
        .layer(middleware::from_fn_with_state(state.clone(), layers::headers))
        .layer(CompressionLayer::new())
        .with_state(state)
}

/// What the public can write to is limited by address; the desk is behind a password.
fn pace(route: &RouteEntry) -> Option<Pace> {
    match (route.method, route.path) {
        ("POST", "/desk/sign-in" | "/your-report") => Some(Pace::Guess),
        ("POST", _) if route.access == Access::Public => Some(Pace::Hand),
        _ => None,
    }
}

/// Lets in who may, as often as they may; tells nobody else whether there is anything behind an address of the API or a record of the desk.
async fn guard(access: Access, pace: Option<Pace>, state: AppState, mut request: Request, next: Next) -> Response {
    let api = request.uri().path().starts_with("/api/");
    if let Some(Err(wait)) = pace.map(|pace| state.limits.take(pace, &request)) {
        let error = WebError::TooMany(wait.as_secs() + 1);
        return if api { error.problem() } else { error.page() };
    }
    if access == Access::Public {
        return next.run(request).await;
    }
    let sign_in = to_sign_in(&state, &request);
    let fail = |error: WebError| match error {
        error if api => error.problem(),
        WebError::SignIn => sign_in,
        error => error.into_response(),
    };
    match staff_of(&state, request.headers()).await {
        Ok(Some(staff)) if access.allows(Some(staff.role)) => {
            request.extensions_mut().insert(staff);
            next.run(request).await
        }
        Ok(Some(_)) => fail(WebError::Forbidden),
        Ok(None) => fail(WebError::SignIn),
        Err(error) => fail(error),
    }
}

/// Sends to sign-in, and from there back to the page that was asked for. A cookie whose session has ended is told so.
fn to_sign_in(state: &AppState, request: &Request) -> Response {
    let mut query: Vec<(&str, &str)> = Vec::new();
    let held = cookie(request.headers(), &cookie_name(state, STAFF_COOKIE)).is_some();
    if held {
        query.push(("expired", "1"));
    }
    let wanted = request.uri().path_and_query().map(|all| all.as_str().to_owned()).unwrap_or_default();
    if request.method() == axum::http::Method::GET && wanted != "/desk" {
        query.push(("to", &wanted));
    }
    let query = serde_urlencoded::to_string(query).unwrap_or_default();
    let mark = if query.is_empty() { "" } else { "?" };
    axum::response::Redirect::to(&format!("/desk/sign-in{mark}{query}")).into_response()
}
