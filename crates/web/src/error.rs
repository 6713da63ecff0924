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
    /// A form that comes from another site, or from a session that has ended since.
    Foreign,
    /// The request cannot be understood.
    Bad(String),
    /// It clashes with what is there.
    Conflict(String),
    /// Too many tries from one address; seconds until the next.
    TooMany(u64),
    /// Refused before a handler saw it.
    Refused(StatusCode),
    /// Something inside failed; told to the log, not to the caller.
    Inside(String),
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    title: &'a str,
    detail: &'a str,
    desk: bool,
}

impl WebError {
    fn parts(&self) -> (StatusCode, &'static str, String) {
        match self {
            WebError::NotFound => (
                StatusCode::NOT_FOUND,
                "Page not found",
                "If you typed the address, check it is right. If you pasted it, check you copied all of it.".to_owned(),
            ),
            WebError::SignIn => (StatusCode::UNAUTHORIZED, "Sign in first", "You need to sign in to see this.".to_owned()),
            WebError::Forbidden => {
                (StatusCode::FORBIDDEN, "You cannot do this", "Your role does not allow this. Ask an administrator.".to_owned())
            }
            WebError::Foreign => (
                StatusCode::FORBIDDEN,
                "This form can no longer be used",
                "It was opened before you signed in, or it comes from another site. Go back, open the page again and send it from there."
                    .to_owned(),
            ),
            WebError::Bad(why) => (StatusCode::UNPROCESSABLE_ENTITY, "There is a problem", why.clone()),
            WebError::Conflict(why) => (StatusCode::CONFLICT, "There is a problem", why.clone()),
            WebError::TooMany(wait) => (
                StatusCode::TOO_MANY_REQUESTS,
                "Please wait a moment",
                format!(
                    "There have been many tries from your connection. Try again in {}. If it cannot wait, ring 101, or 999 if someone is at your door.",
                    if *wait <= 1 { "a second".to_owned() } else { format!("{wait} seconds") }
                ),
            ),
            WebError::Refused(status) => match *status {
                StatusCode::METHOD_NOT_ALLOWED => {
                    (*status, "This page cannot be used like that", "Open the page again and use its own buttons.".to_owned())
                }
                StatusCode::PAYLOAD_TOO_LARGE => {
                    (*status, "That is too much at once", "What you sent is larger than we can take. Send less of it.".to_owned())
                }
                status => (status, "There is a problem", "What was sent could not be understood.".to_owned()),
            },
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
        let wait = self.wait();
        let body = serde_json::json!({ "type": "about:blank", "title": title, "status": status.as_u16(), "detail": detail });
        let answer = (status, [(header::CONTENT_TYPE, "application/problem+json")], body.to_string()).into_response();
        waiting(answer, wait)
    }

    fn wait(&self) -> Option<u64> {
        if let WebError::TooMany(wait) = self { Some(*wait) } else { None }
    }

    /// The answer for people.
    pub(crate) fn page(self) -> Response {
        let (status, title, detail) = self.parts();
        self.log();
        let desk = crate::site::here().path.starts_with("/desk");
        waiting(page(status, &ErrorPage { title, detail: &detail, desk }), self.wait())
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
        self.page()
    }
}

impl From<StoreError> for WebError {
    fn from(error: StoreError) -> WebError {
        match error {
            StoreError::NotFound { .. } => WebError::NotFound,
            StoreError::Conflict(why) => WebError::Conflict(why),
            StoreError::IdTaken(_) => WebError::Conflict(error.to_string()),
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

/// Says when to try again (RFC 9110, section 10.2.3).
fn waiting(mut answer: Response, wait: Option<u64>) -> Response {
    if let Some(wait) = wait {
        answer.headers_mut().insert(header::RETRY_AFTER, wait.into());
    }
    answer
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
