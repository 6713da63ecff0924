//! Staff sign-in: Argon2id, a session cookie, a form token.

use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Argon2, PasswordHash};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use store::Actor;

use crate::error::WebError;
use crate::{AppState, Role};

/// The staff member of a request. Put there by the guard of the route.
#[derive(Debug, Clone)]
pub(crate) struct Staff {
    pub(crate) name: String,
    pub(crate) display_name: String,
    pub(crate) role: Role,
    pub(crate) csrf: String,
    /// Whether the password was given within the last quarter of an hour: signing, opening personal data and exports ask for it.
    pub(crate) fresh: bool,
}

/// A password counts as just given for so long, in microseconds.
const FRESH: i64 = 15 * 60 * 1_000_000;

impl Staff {
    pub(crate) fn actor(&self) -> Actor {
        Actor::new(self.name.clone(), self.role.as_str())
    }
}

/// Hashes a password with Argon2id.
///
/// # Errors
/// Where the hash fails (no memory).
pub fn hash_password(password: &str) -> Result<String, String> {
    Argon2::default().hash_password(password.as_bytes()).map(|hash| hash.to_string()).map_err(|error| error.to_string())
}

/// Whether a password is the one that was hashed.
pub(crate) fn password_fits(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

/// The name of a cookie: bound to the host where the site is served over HTTPS.
pub(crate) fn cookie_name(state: &AppState, name: &str) -> String {
    if state.secure { format!("__Host-{name}") } else { name.to_owned() }
}

/// The value of a cookie.
pub(crate) fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    for header in headers.get_all(header::COOKIE) {
        for pair in header.to_str().ok()?.split(';') {
            if let Some((held, value)) = pair.trim().split_once('=')
                && held == name
            {
                return Some(value.to_owned());
            }
        }
    }
    None
}

/// A cookie to set; an empty value takes it away.
pub(crate) fn set_cookie(state: &AppState, name: &str, value: &str, seconds: u32) -> String {
    let name = cookie_name(state, name);
    let secure = if state.secure { "; Secure" } else { "" };
    let age = if value.is_empty() { 0 } else { seconds };
    format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age}{secure}")
}

pub(crate) const STAFF_COOKIE: &str = "ringfence-staff";

/// The staff member of the request's session, if it has one that holds.
pub(crate) async fn staff_of(state: &AppState, headers: &HeaderMap) -> Result<Option<Staff>, WebError> {
    let Some(token) = cookie(headers, &cookie_name(state, STAFF_COOKIE)) else { return Ok(None) };
    let Some(session) = state.store.session(&token, state.now()).await? else { return Ok(None) };
    let Some(user) = state.store.user(&session.user).await? else { return Ok(None) };
    let Some(role) = Role::from_name(&user.role).filter(|_| !user.disabled) else { return Ok(None) };
    let fresh = state.now().timestamp().as_microsecond() - session.created_at <= FRESH;
    Ok(Some(Staff { name: user.name, display_name: user.display_name, role, csrf: session.csrf, fresh }))
}

/// How a password that was asked for again came out.
pub(crate) enum Again {
    /// It need not be asked: it was given a short time ago.
    Fresh,
    /// It was right: the session begins anew with this cookie.
    Right {
        /// The cookie to set.
        cookie: String,
        /// The staff member with the new session's token.
        staff: Staff,
    },
    /// It was wrong, or missing.
    Wrong,
}

/// Asks for the password again before what must not be done from a screen left open. Wrong ones count towards the lock.
pub(crate) async fn password_again(state: &AppState, staff: &Staff, fields: &Fields) -> Result<Again, WebError> {
    if staff.fresh {
        return Ok(Again::Fresh);
    }
    let password = fields.0.iter().find(|(held, _)| held == "password").map(|(_, value)| value.clone()).unwrap_or_default();
    let Some(user) = state.store.user(&staff.name).await?.filter(|user| !user.is_locked() && !user.disabled) else {
        return Ok(Again::Wrong);
    };
    let fits = tokio::task::spawn_blocking(move || password_fits(&password, &user.password)).await.unwrap_or(false);
    let result = if fits { store::LoginResult::Good } else { store::LoginResult::Bad };
    state.store.record_login(&staff.name, result, state.now()).await?;
    if !fits {
        return Ok(Again::Wrong);
    }
    let (token, csrf) = (state.token(), state.token());
    state.store.create_session(&token, &staff.name, &csrf, state.now()).await?;
    let cookie = set_cookie(state, STAFF_COOKIE, &token, LONGEST);
    Ok(Again::Right { cookie, staff: Staff { csrf, fresh: true, ..staff.clone() } })
}

/// Twelve hours, in seconds: the longest a session lasts.
pub(crate) const LONGEST: u32 = 12 * 60 * 60;

impl<S: Send + Sync> FromRequestParts<S> for Staff {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Staff, WebError> {
        parts.extensions.get::<Staff>().cloned().ok_or(WebError::SignIn)
    }
}

/// A form as sent: names and values in order, a name as often as it was ticked.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fields(pub(crate) Vec<(String, String)>);

impl Fields {
    /// The first value of a name, trimmed; empty where there is none.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(held, _)| held == name).map_or("", |(_, value)| value.trim())
    }

    /// All values of a name.
    pub(crate) fn all(&self, name: &str) -> Vec<&str> {
        self.0.iter().filter(|(held, _)| held == name).map(|(_, value)| value.as_str()).collect()
    }
}

impl FromRequest<AppState> for Fields {
    type Rejection = WebError;

    async fn from_request(request: Request, state: &AppState) -> Result<Fields, WebError> {
        let staff = request.extensions().get::<Staff>().cloned();
        let body = axum::body::Bytes::from_request(request, state)
            .await
            .map_err(|_| WebError::Refused(axum::http::StatusCode::PAYLOAD_TOO_LARGE))?;
        let fields =
            Fields(serde_urlencoded::from_bytes(&body).map_err(|_| WebError::Bad("The form could not be read.".to_owned()))?);
        // A form of the desk carries its session's token.
        if let Some(staff) = staff
            && fields.get("csrf") != staff.csrf
        {
            return Err(WebError::Foreign);
        }
        Ok(fields)
    }
}

/// What is asked for behind the question mark of an address; what cannot be read is refused with a page.
pub(crate) struct Asked<T>(pub(crate) T);

impl<T: serde::de::DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Asked<T>, WebError> {
        let text = parts.uri.query().unwrap_or_default();
        serde_urlencoded::from_str(text)
            .map(Asked)
            .map_err(|error| WebError::Bad(format!("The address asks for something that is not there: {error}.")))
    }
}
