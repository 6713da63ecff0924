//! `/desk/users`: accounts. A new one, another role or password, disabled, unlocked: each ends the account's sessions.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use store::User;

use crate::error::{WebError, page};
use crate::session::{Asked, Fields, Staff, hash_password};
use crate::{AppState, Role};

#[derive(Template)]
#[template(path = "desk_users.html")]
struct List<'a> {
    staff: &'a Staff,
    links: Vec<(&'static str, &'static str)>,
    users: Vec<User>,
    roles: [Role; 7],
    errors: Vec<(&'static str, String)>,
    typed: (String, String, String),
    done: bool,
}

#[derive(serde::Deserialize)]
pub(crate) struct Wanted {
    done: Option<String>,
}

/// Shortest password.
const SHORTEST: usize = 12;

pub(crate) async fn list(
    State(state): State<AppState>,
    staff: Staff,
    Asked(wanted): Asked<Wanted>,
) -> Result<Response, WebError> {
    shown(&state, &staff, Vec::new(), <(String, String, String)>::default(), wanted.done.is_some()).await
}

async fn shown(
    state: &AppState,
    staff: &Staff,
    errors: Vec<(&'static str, String)>,
    typed: (String, String, String),
    done: bool,
) -> Result<Response, WebError> {
    let users = state.store.users().await?;
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let links = super::home::links(staff);
    Ok(page(status, &List { staff, links, users, roles: Role::ALL, errors, typed, done }))
}

/// The password of a form: as typed, not trimmed.
fn password_of(fields: &Fields) -> String {
    fields.0.iter().find(|(held, _)| held == "password").map(|(_, value)| value.clone()).unwrap_or_default()
}

async fn hashed(password: String) -> Result<String, WebError> {
    // Hashing is meant to be slow: it must not hold up the other requests.
    tokio::task::spawn_blocking(move || hash_password(&password))
        .await
        .map_err(|error| WebError::Inside(error.to_string()))?
        .map_err(WebError::Inside)
}

pub(crate) async fn create(State(state): State<AppState>, staff: Staff, fields: Fields) -> Result<Response, WebError> {
    let name = fields.get("name").to_lowercase();
    let mut errors = Vec::new();
    let good = !name.is_empty() && name.len() <= 40 && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '.' || c == '-');
    if !good {
        errors.push(("name", "A user name has small letters, digits, full stops and hyphens, 40 at the most".to_owned()));
    } else if state.store.user(&name).await?.is_some() {
        errors.push(("name", format!("There is a user {name} already")));
    }
    let role = Role::from_name(fields.get("role"));
    if role.is_none() {
        errors.push(("role", "Choose a role".to_owned()));
    }
    let password = password_of(&fields);
    if password.chars().count() < SHORTEST {
        errors.push(("password", format!("A password has {SHORTEST} characters or more")));
    }
    let display_name = fields.get("display_name").chars().take(80).collect::<String>();
    let (true, Some(role)) = (errors.is_empty(), role) else {
        let typed = (name, display_name, fields.get("role").to_owned());
        return shown(&state, &staff, errors, typed, false).await;
    };
    let user = User {
        display_name: if display_name.is_empty() { name.clone() } else { display_name },
        name,
        role: role.as_str().to_owned(),
        password: hashed(password).await?,
        disabled: false,
        failures: 0,
    };
    state.store.create_user(&user, &staff.actor(), state.now()).await?;
    Ok(Redirect::to("/desk/users?done=1").into_response())
}

/// Changes an account. An administrator cannot shut themselves out.
pub(crate) async fn change(
    State(state): State<AppState>,
    staff: Staff,
    Path(name): Path<String>,
    fields: Fields,
) -> Result<Response, WebError> {
    let mut user = state.store.user(&name).await?.ok_or(WebError::NotFound)?;
    let nothing = <(String, String, String)>::default();
    let refuse = |why: &str| vec![("accounts", why.to_owned())];
    match fields.get("action") {
        "disable" | "role" if user.name == staff.name => {
            return shown(&state, &staff, refuse("You cannot change or disable your own account"), nothing, false).await;
        }
        "disable" => user.disabled = true,
        "enable" => user.disabled = false,
        "role" => {
            let role = Role::from_name(fields.get("role")).ok_or_else(|| WebError::Bad("Choose a role.".to_owned()))?;
            role.as_str().clone_into(&mut user.role);
        }
        "password" => {
            let password = password_of(&fields);
            if password.chars().count() < SHORTEST {
                let why = format!("A password has {SHORTEST} characters or more: nothing was changed for {name}");
                return shown(&state, &staff, refuse(&why), nothing, false).await;
            }
            user.password = hashed(password).await?;
        }
        _ => return Err(WebError::Bad("Choose what to change.".to_owned())),
    }
    state.store.update_user(&user, &staff.actor(), state.now()).await?;
    Ok(Redirect::to("/desk/users?done=1").into_response())
}
