//! One error for all handlers: a page for people, `application/problem+json` (RFC 9457) under `/api`.

use askama::Template;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use store::StoreError;

/// What a handler can fail with.
#[derive(Debug)]
pub(crate) enum WebError {
    /// There is no such thing, or the caller may not know that there is.
    NotFound,
    /// Not signed in: a page sends to sign-in.
    SignIn,
    /// Signed in, but not for this.
    Forbidden,
    /// The request cannot be understood.
    Bad(String),
    /// It clashes with what is there.
    Conflict(String),
    /// Something inside failed; told to the log, not to the caller.
    Inside(String),
}

#[derive(Template)]
#[template(path = "message.html")]
struct Message<'a> {
    title: &'a str,
    paragraphs: Vec<&'a str>,
    desk: bool,
    user: Option<&'a str>,
    csrf: &'a str,
}

impl WebError {
    fn parts(&self) -> (StatusCode, &'static str, String) {
        match self {
            WebError::NotFound => {
                (StatusCode::NOT_FOUND, "Page not found", "Check the address, or start again from the first page.".to_owned())
            }
            WebError::SignIn => (StatusCode::UNAUTHORIZED, "Sign in first", "You need to sign in to see this.".to_owned()),
            WebError::Forbidden => {
                (StatusCode::FORBIDDEN, "You cannot do this", "Your role does not allow this. Ask an administrator.".to_owned())
            }
            WebError::Bad(why) => (StatusCode::UNPROCESSABLE_ENTITY, "There is a problem", why.clone()),
            WebError::Conflict(why) => (StatusCode::CONFLICT, "There is a problem", why.clone()),
            WebError::Inside(_) => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "Sorry, there is a problem",
                "Try again in a few minutes. In an emergency dial 999.".to_owned(),
            ),
        }
    }

    /// The answer of the API.
    pub(crate) fn problem(self) -> Response {
        let (status, title, detail) = self.parts();
        self.log();
        let body = serde_json::json!({ "type": "about:blank", "title": title, "status": status.as_u16(), "detail": detail });
        (status, [(header::CONTENT_TYPE, "application/problem+json")], body.to_string()).into_response()
    }

    fn log(&self) {
        if let WebError::Inside(why) = self {
            tracing::error!(error = %why, "a request failed");
        }
    }
}

impl IntoResponse for WebError {
    fn into_response(self) -> Response {
        if matches!(self, WebError::SignIn) {
            return axum::response::Redirect::to("/desk/sign-in").into_response();
        }
        let (status, title, detail) = self.parts();
        self.log();
        page(status, &Message { title, paragraphs: vec![&detail], desk: false, user: None, csrf: "" })
    }
}

impl From<StoreError> for WebError {
    fn from(error: StoreError) -> WebError {
        match error {
            StoreError::NotFound { .. } => WebError::NotFound,
            StoreError::Conflict(why) => WebError::Conflict(why),
            StoreError::Decision(why) => WebError::Conflict(why.to_string()),
            other => WebError::Inside(other.to_string()),
        }
    }
}

impl From<publish::RenderError> for WebError {
    fn from(error: publish::RenderError) -> WebError {
        WebError::Conflict(error.to_string())
    }
}

/// A template as an answer.
pub(crate) fn page<T: Template>(status: StatusCode, template: &T) -> Response {
    match template.render() {
        Ok(html) => (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page could not be made");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
