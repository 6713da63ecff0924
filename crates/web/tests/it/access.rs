//! Every route, every role: let in or refused as the table says. The table is what the router is built from, and the OpenAPI
//! document may name nothing that it does not.

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode, header};
use web::{Access, Role, route_table};

use crate::app::App;

/// A path with its parameters filled in with what is not there.
fn filled(path: &str) -> String {
    path.replace("{slug}", "none")
        .replace("{gss}", "E07000240")
        .replace("{screen}", "danger")
        .replace("{name}", "none")
        .replace("{report}", "none")
        .replace("{key}", "none")
        .replace("{id}", "none")
}

#[tokio::test]
async fn every_route_lets_in_whom_the_table_names_and_nobody_else() {
    let app = App::new().await;
    let mut pairs = 0;
    let mut sessions = Vec::new();
    for role in Role::ALL {
        let (cookie, _) = app.signed_in(role).await;
        sessions.push((role, cookie));
    }
    for entry in route_table() {
        // Signing out ends the session that the other pairs need; it has its own test.
        if entry.path == "/desk/sign-out" {
            continue;
        }
        let path = filled(entry.path);
        let ask = async |cookie: Option<&str>| {
            if entry.method == "GET" { app.get(&path, cookie).await } else { app.post(&path, cookie, &[]).await }
        };
        let nobody = ask(None).await;
        if entry.access == Access::Public {
            let refused = nobody.status == StatusCode::UNAUTHORIZED || nobody.location().starts_with("/desk/sign-in");
            assert!(!refused, "{} {} is public and was refused", entry.method, entry.path);
        } else if entry.path.starts_with("/api/") {
            assert_eq!(nobody.status, StatusCode::UNAUTHORIZED, "{} {}", entry.method, entry.path);
        } else {
            assert!(nobody.location().starts_with("/desk/sign-in"), "{} {}", entry.method, entry.path);
        }
        for (role, cookie) in &sessions {
            let answer = ask(Some(cookie)).await;
            pairs += 1;
            if entry.access.allows(Some(*role)) {
                // A form of the desk without its token is refused by the token, not by the role: the page says the same, so a
                // route that is let in is told by GET; by POST the journeys show it.
                if entry.method == "GET" {
                    assert_ne!(answer.status, StatusCode::FORBIDDEN, "{role:?} {}", entry.path);
                }
            } else {
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{role:?} {} {}", entry.method, entry.path);
            }
        }
    }
    eprintln!("{pairs} pairs of role and route");
    assert!(pairs > 300);
}

#[tokio::test]
async fn the_openapi_document_and_the_table_name_the_same_routes() {
    let app = App::new().await;
    let document: serde_json::Value = serde_json::from_str(&app.get("/api/openapi.json", None).await.body).unwrap();
    let mut documented: Vec<String> = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            documented.push(format!("{} {path}", method.to_uppercase()));
            // Whoever reads the document learns who may.
            let entry = route_table().into_iter().find(|entry| entry.path == path && entry.method.eq_ignore_ascii_case(method));
            let entry = entry.unwrap_or_else(|| panic!("{method} {path} is documented and not served"));
            let roles: Vec<&str> =
                Role::ALL.iter().filter(|role| entry.access.allows(Some(**role))).map(|role| role.as_str()).collect();
            let told: Vec<&str> =
                operation["x-roles"].as_array().into_iter().flatten().map(|one| one.as_str().unwrap()).collect();
            let expected = if entry.access == Access::Public { Vec::new() } else { roles };
            assert_eq!(told, expected, "{method} {path}");
            assert!(operation["responses"].as_object().is_some_and(|all| !all.is_empty()), "{method} {path} has no responses");
        }
    }
    documented.sort();
    let mut served: Vec<String> = route_table().into_iter().map(|entry| format!("{} {}", entry.method, entry.path)).collect();
    served.sort();
    assert_eq!(documented, served);
    // The API's own routes are told by their handlers, not by the table.
    for path in ["/api/v1/reports", "/api/v1/check", "/api/v1/advice/{id}", "/api/v1/series/{id}", "/healthz"] {
        let operation = document["paths"][path].as_object().unwrap().values().next().unwrap();
        assert!(operation["tags"].as_array().is_none_or(|tags| tags.iter().all(|tag| tag != "pages")), "{path}");
    }
}

#[tokio::test]
async fn a_form_from_elsewhere_or_without_its_token_is_refused() {
    let app = App::new().await;
    let (cookie, csrf) = app.signed_in(Role::Admin).await;
    let form = [("name", "new.user"), ("role", "analyst"), ("password", "a long password")];
    assert_eq!(app.post("/desk/users", Some(&cookie), &form).await.status, StatusCode::FORBIDDEN);
    let mut whole = form.to_vec();
    whole.push(("csrf", &csrf));
    assert_eq!(app.post("/desk/users", Some(&cookie), &whole).await.location(), "/desk/users?done=1");
    let foreign = axum::http::Request::post("/check")
        .header("sec-fetch-site", "cross-site")
        .header("content-type", "application/x-www-form-urlencoded");
    assert_eq!(app.send(foreign.body("said=x".into()).unwrap()).await.status, StatusCode::FORBIDDEN);
    let origin = axum::http::Request::post("/check").header("origin", "https://elsewhere.example").header("host", "here.example");
    assert_eq!(app.send(origin.body("said=x".into()).unwrap()).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn every_answer_carries_the_headers() {
    let app = App::new().await;
    for path in ["/", "/nowhere", "/report", "/desk/sign-in", "/healthz"] {
        let answer = app.get(path, None).await;
        let csp = answer.headers["content-security-policy"].to_str().unwrap();
        assert!(csp.contains("default-src 'none'") && csp.contains("frame-ancestors 'none'"), "{path}");
        assert_eq!(answer.headers["x-content-type-options"], "nosniff");
        assert_eq!(answer.headers["referrer-policy"], "no-referrer");
        assert!(!answer.body.contains("style=\""), "{path} has an inline style");
    }
    assert_eq!(app.get("/report", None).await.headers["cache-control"], "no-store");
}

#[tokio::test]
async fn what_is_public_is_known_again_and_what_is_private_is_never_kept() {
    let app = App::new().await;
    for path in ["/", "/advice", "/help", "/feed.atom", "/api/v1/advice"] {
        let first = app.get(path, None).await;
        let tag = first.headers["etag"].to_str().unwrap().to_owned();
        let request = axum::http::Request::get(path).header("if-none-match", &tag);
        let again = app.send(request.body(axum::body::Body::empty()).unwrap()).await;
        assert_eq!((again.status, again.body.as_str()), (StatusCode::NOT_MODIFIED, ""), "{path}");
    }
    let home = app.get("/", None).await.body;
    let style = home.split("href=\"/assets/").nth(1).unwrap().split('"').next().unwrap();
    let asset = app.get(&format!("/assets/{style}"), None).await;
    assert!(asset.headers["cache-control"].to_str().unwrap().contains("immutable") && asset.headers.contains_key("etag"));
    for path in ["/report", "/check", "/your-report", "/desk/sign-in"] {
        let answer = app.get(path, None).await;
        assert_eq!(answer.headers["cache-control"], "no-store", "{path}");
        assert!(!answer.headers.contains_key("etag"), "{path}");
    }
}

#[tokio::test]
async fn errors_are_pages_for_people_and_problems_for_programs() {
    let app = App::new().await;
    let send = async |method: &str, path: &str| {
        let request = axum::http::Request::builder().method(method).uri(path);
        app.send(request.body(axum::body::Body::empty()).unwrap()).await
    };
    let head = send("HEAD", "/advice").await;
    assert_eq!((head.status, head.body.as_str()), (StatusCode::OK, ""));
    for (method, path, status) in [("DELETE", "/advice", 405), ("GET", "/nowhere", 404), ("GET", "/assets/none.css", 404)] {
        let answer = send(method, path).await;
        assert_eq!(answer.status.as_u16(), status, "{method} {path}");
        assert!(answer.headers["content-type"].to_str().unwrap().starts_with("text/html"), "{method} {path}");
        assert!(answer.body.contains("<h1>") && answer.body.contains("999"), "{method} {path}");
    }
    for (method, path, status) in [
        ("DELETE", "/api/v1/advice", 405),
        ("GET", "/api/nowhere", 404),
        ("GET", "/api/v1/series", 401),
        ("GET", "/api/v1/advice/9999", 404),
    ] {
        let answer = send(method, path).await;
        assert_eq!(answer.status.as_u16(), status, "{method} {path}");
        assert_eq!(answer.headers["content-type"], "application/problem+json", "{method} {path}");
        let problem: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!(problem["status"], status);
    }
    assert_eq!(send("DELETE", "/advice").await.headers["allow"], "GET,HEAD");
    let large = "x".repeat(3 << 20);
    let answer = app.post("/check", None, &[("said", &large)]).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(answer.body.contains("too much at once"), "{}", answer.body);
    let (cookie, _) = app.signed_in(Role::Analyst).await;
    let asked_wrongly = app.get("/desk/reports?before=soon", Some(&cookie)).await;
    assert_eq!(asked_wrongly.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(asked_wrongly.body.contains("<h1>"));
}

/// Guesses at a reference's code from one address are slowed down; other addresses, and reading, are not.
#[tokio::test]
async fn guesses_from_one_address_must_wait() {
    let app = App::new().await;
    let guess = |from: &'static str| {
        let mut request = Request::post("/your-report")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from("reference=RF-0000-0000&code=1234"))
            .unwrap();
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(from.parse().unwrap(), 4000)));
        request
    };
    for _ in 0..10 {
        assert_ne!(app.send(guess("203.0.113.5")).await.status, StatusCode::TOO_MANY_REQUESTS);
    }
    let slowed = app.send(guess("203.0.113.5")).await;
    assert_eq!(slowed.status, StatusCode::TOO_MANY_REQUESTS);
    let wait: u64 = slowed.headers[header::RETRY_AFTER].to_str().unwrap().parse().unwrap();
    assert!((1..=6).contains(&wait), "{wait}");
    assert!(
        slowed.body.contains("ring 101, or 999") && slowed.headers.contains_key("content-security-policy"),
        "{}",
        slowed.body
    );
    assert_ne!(app.send(guess("203.0.113.6")).await.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(app.get("/your-report", None).await.status, StatusCode::OK);
}
