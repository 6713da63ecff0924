//! `/desk/users`: accounts.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use store::User;

use crate::error::{WebError, page};
use crate::session::{Fields, Staff, hash_password};
use crate::{AppState, Role};

#[derive(Template)]
#[template(path = "desk_users.html")]
struct List<'a> {
    staff: &'a Staff,
    links: Vec<(&'static str, &'static str)>,
    users: Vec<User>,
    roles: [Role; 7],
}

/// Shortest password.
const SHORTEST: usize = 12;

pub(crate) async fn list(State(state): State<AppState>, staff: Staff) -> Result<Response, WebError> {
    let users = state.store.users().await?;
    Ok(page(StatusCode::OK, &List { staff: &staff, links: super::home::links(&staff), users, roles: Role::ALL }))
}

pub(crate) async fn create(State(state): State<AppState>, staff: Staff, fields: Fields) -> Result<Response, WebError> {
    let name = fields.get("name").to_lowercase();
    let good = !name.is_empty() && name.len() <= 40 && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '.' || c == '-');
    if !good {
        return Err(WebError::Bad("A user name has small letters, digits, full stops and hyphens, 40 at the most.".to_owned()));
    }
    let role = Role::from_name(fields.get("role")).ok_or_else(|| WebError::Bad("Choose a role.".to_owned()))?;
    let password = fields.get("password").to_owned();
    if password.chars().count() < SHORTEST {
        return Err(WebError::Bad(format!("A password has {SHORTEST} characters or more.")));
    }
    let hash = tokio::task::spawn_blocking(move || hash_password(&password))
        .await
        .map_err(|error| WebError::Inside(error.to_string()))?;
    let display_name = if fields.get("display_name").is_empty() { name.clone() } else { fields.get("display_name").to_owned() };
    let user = User {
        name,
        display_name,
        role: role.as_str().to_owned(),
        password: hash.map_err(WebError::Inside)?,
        disabled: false,
        failures: 0,
    };
    state.store.create_user(&user, &staff.actor(), state.now()).await?;
    Ok(Redirect::to("/desk/users").into_response())
}
