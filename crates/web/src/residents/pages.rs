//! Pages that only say something, and the way out.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::AppState;
use crate::error::{WebError, page};
use crate::session::{cookie, cookie_name, set_cookie};

#[derive(Template)]
#[template(path = "message.html")]
struct Message<'a> {
    title: &'a str,
    paragraphs: Vec<&'a str>,
    desk: bool,
    user: Option<&'a str>,
    csrf: &'a str,
}

fn say(title: &str, paragraphs: &[&str]) -> Response {
    page(StatusCode::OK, &Message { title, paragraphs: paragraphs.to_vec(), desk: false, user: None, csrf: "" })
}

/// Throws the unfinished report away, then leaves for a page that tells nothing.
pub(crate) async fn exit(State(state): State<AppState>, headers: HeaderMap) -> Result<Response, WebError> {
    let name = super::report::COOKIE;
    if let Some(token) = cookie(&headers, &cookie_name(&state, name)) {
        state.store.delete_draft(&token).await?;
    }
    let gone = set_cookie(&state, name, "", 0);
    Ok((StatusCode::SEE_OTHER, [(header::SET_COOKIE, gone), (header::LOCATION, "https://www.bbc.co.uk/weather".to_owned())])
        .into_response())
}

pub(crate) async fn help() -> Response {
    say(
        "Help",
        &[
            "If someone is at your door or coming to your home, dial 999.",
            "If it is not an emergency, call 101. If you cannot hear or speak on the phone, use text relay: 18001 101.",
            "To speak to your bank, dial 159 from another phone.",
            "If you think the caller is still on your line, wait five minutes or use another phone before you ring anyone.",
        ],
    )
}

pub(crate) async fn privacy() -> Response {
    say(
        "Privacy",
        &[
            "When you check a call, nothing you type is kept.",
            "When you send a report, your name and what you wrote are sealed. Staff can open them only with a reason, and each time is written down.",
            "We count reports to warn other people. A count never tells who you are.",
            "You can ask us to erase your details at any time. Call 101 and give your reference.",
        ],
    )
}

pub(crate) async fn accessibility() -> Response {
    say(
        "Accessibility",
        &[
            "Every page works with a keyboard, a screen reader, large text and without JavaScript.",
            "You can ask for large print, easy read, British Sign Language or an interpreter: call 101, or 18001 101 by text relay.",
            "If a page does not work for you, please tell us. We want to know.",
        ],
    )
}

pub(crate) async fn robots() -> &'static str {
    "User-agent: *\nDisallow: /desk\nDisallow: /report\nDisallow: /your-report\nDisallow: /api\n"
}
