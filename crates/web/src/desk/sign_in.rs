//! `/desk/sign-in`, `/desk/sign-out`

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use store::LoginResult;

use crate::AppState;
use crate::error::{WebError, page};
use crate::session::{Asked, Fields, LONGEST, STAFF_COOKIE, cookie, cookie_name, password_fits, set_cookie};

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignIn {
    errors: Vec<(&'static str, &'static str)>,
    name: String,
    to: String,
    expired: bool,
}

#[derive(Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    to: String,
    expired: Option<String>,
}

/// Where sign-in leads: a page of the desk, never elsewhere.
fn safe(to: &str) -> String {
    let within = to == "/desk" || to.starts_with("/desk/") || to.starts_with("/desk?");
    let plain = to.len() <= 500 && to.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if within && plain && !to.starts_with("/desk/sign-") { to.to_owned() } else { "/desk".to_owned() }
}

/// A hash of nobody's password: an unknown name takes as long as a wrong password.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$1rQ7kz7Yw0xvR5oN8b3Q8c5m1k1Qn0b6iXJj1lq3T4E";

pub(crate) async fn ask(Asked(wanted): Asked<Wanted>) -> Response {
    let shown = SignIn { errors: Vec::new(), name: String::new(), to: safe(&wanted.to), expired: wanted.expired.is_some() };
    page(StatusCode::OK, &shown)
}

pub(crate) async fn answer(State(state): State<AppState>, fields: Fields) -> Result<Response, WebError> {
    let name = fields.get("name").to_lowercase();
    let password = fields.0.iter().find(|(held, _)| held == "password").map(|(_, value)| value.clone()).unwrap_or_default();
    let user = state.store.user(&name).await?;
    let locked = user.as_ref().is_some_and(|user| user.is_locked() || user.disabled);
    let hash = user.as_ref().map_or(NOBODY.to_owned(), |user| user.password.clone());
    // Hashing is meant to be slow: it must not hold up the other requests.
    let fits = tokio::task::spawn_blocking(move || password_fits(&password, &hash)).await.unwrap_or(false);
    let Some(user) = user.filter(|_| fits && !locked) else {
        if !locked {
            state.store.record_login(&name, LoginResult::Bad, state.now()).await?;
        }
        let error = if locked {
            "This account is locked. Ask an administrator to unlock it"
        } else {
            "The user name or the password is wrong"
        };
        let shown = SignIn { errors: vec![("name", error)], name, to: safe(fields.get("to")), expired: false };
        return Ok(page(StatusCode::UNPROCESSABLE_ENTITY, &shown));
    };
    state.store.record_login(&user.name, LoginResult::Good, state.now()).await?;
    let (token, csrf) = (state.token(), state.token());
    state.store.create_session(&token, &user.name, &csrf, state.now()).await?;
    let cookie = set_cookie(&state, STAFF_COOKIE, &token, LONGEST);
    Ok((StatusCode::SEE_OTHER, [(header::SET_COOKIE, cookie), (header::LOCATION, safe(fields.get("to")))]).into_response())
}

pub(crate) async fn sign_out(State(state): State<AppState>, headers: HeaderMap, _: Fields) -> Result<Response, WebError> {
    if let Some(token) = cookie(&headers, &cookie_name(&state, STAFF_COOKIE)) {
        state.store.end_session(&token).await?;
    }
    let gone = set_cookie(&state, STAFF_COOKIE, "", 0);
    Ok((StatusCode::SEE_OTHER, [(header::SET_COOKIE, gone), (header::LOCATION, "/desk/sign-in".to_owned())]).into_response())
}

#[cfg(test)]
mod tests {
    use super::safe;

    #[test]
    fn sign_in_leads_to_the_desk_only() {
        assert_eq!(safe("/desk/series/S-4F7K9QXA"), "/desk/series/S-4F7K9QXA");
        for elsewhere in ["", "//evil.example", "https://evil.example", "/desk.evil", "/report", "/desk/sign-out", "/desk/\\x\n"]
        {
            assert_eq!(safe(elsewhere), "/desk", "{elsewhere}");
        }
    }
}
