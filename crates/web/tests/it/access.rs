//! Every route, every role: let in or refused as the table says. The table is what the router is built from, and the OpenAPI
//! document may name nothing that it does not.

use axum::http::StatusCode;
use web::{Access, Role, route_table};

use crate::app::App;

/// A path with its parameters filled in with what is not there.
fn filled(path: &str) -> String {
    path.replace("{slug}", "none")
        .replace("{gss}", "E07000240")
        .replace("{screen}", "danger")
        .replace("{name}", "none")
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
            let refused = nobody.status == StatusCode::UNAUTHORIZED || nobody.location() == "/desk/sign-in";
            assert!(!refused, "{} {} is public and was refused", entry.method, entry.path);
        } else if entry.path.starts_with("/api/") {
            assert_eq!(nobody.status, StatusCode::UNAUTHORIZED, "{} {}", entry.method, entry.path);
        } else {
            assert_eq!(nobody.location(), "/desk/sign-in", "{} {}", entry.method, entry.path);
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
async fn the_openapi_document_and_the_table_name_the_same_api() {
    let app = App::new().await;
    let document: serde_json::Value = serde_json::from_str(&app.get("/api/openapi.json", None).await.body).unwrap();
    let mut documented: Vec<String> = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            documented.push(format!("{} {path}", method.to_uppercase()));
        }
    }
    documented.sort();
    let mut served: Vec<String> = route_table()
        .into_iter()
        .filter(|entry| entry.path.starts_with("/api/v1/") || entry.path == "/healthz")
        .map(|entry| format!("{} {}", entry.method, entry.path))
        .collect();
    served.sort();
    assert_eq!(documented, served);
}

#[tokio::test]
async fn a_form_from_elsewhere_or_without_its_token_is_refused() {
    let app = App::new().await;
    let (cookie, csrf) = app.signed_in(Role::Admin).await;
    let form = [("name", "new.user"), ("role", "analyst"), ("password", "a long password")];
    assert_eq!(app.post("/desk/users", Some(&cookie), &form).await.status, StatusCode::FORBIDDEN);
    let mut whole = form.to_vec();
    whole.push(("csrf", &csrf));
    assert_eq!(app.post("/desk/users", Some(&cookie), &whole).await.location(), "/desk/users");
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
