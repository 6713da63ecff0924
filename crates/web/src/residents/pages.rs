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
    /// Heading (empty for the first part) and paragraphs.
    sections: &'a [(&'a str, &'a [&'a str])],
}

fn say(title: &str, sections: &[(&str, &[&str])]) -> Response {
    page(StatusCode::OK, &Message { title, sections })
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
            (
                "",
                &[
                    "If someone is at your door or coming to your home, dial 999.",
                    "If it is not an emergency, call 101. If you cannot hear or speak on the phone, use text relay: 18001 101.",
                    "To speak to your bank, dial 159 from another phone.",
                ],
            ),
            (
                "If you think the caller is still on your line",
                &[
                    "A caller can stay on your line after you put the phone down. If you ring anyone then, it is the caller who answers.",
                    "Wait five minutes, or use another phone. A mobile phone will do.",
                ],
            ),
            (
                "If you gave them money, a card or details",
                &[
                    "Ring your bank first: dial 159 from another phone. They can stop cards and payments.",
                    "Then report the call here or on 101. It is never too late to tell us, and it is not your fault.",
                ],
            ),
            (
                "If somebody watches what you do on this device",
                &[
                    "Exit this page throws away what you typed and goes to a weather page. It does not clear your browser's history.",
                    "You can use a phone or computer of somebody you trust, or call 101.",
                ],
            ),
        ],
    )
}

pub(crate) async fn privacy() -> Response {
    say(
        "Privacy",
        &[
            ("When you check a call", &["Nothing you type is kept."]),
            (
                "When you send a report",
                &[
                    "Your name and what you wrote are sealed. Staff can open them only with a reason, and each time is written down.",
                    "Your answers are kept on our side for a day, so that you can stop and go on, or add to them. The button Exit this page throws them away.",
                    "One cookie holds your place in the form for a day. We set no other on these pages and count nobody.",
                ],
            ),
            (
                "What we tell others",
                &[
                    "We count reports to warn other people. A count never tells who you are: we show none below eight.",
                    "Partners such as banks get what the callers said and the numbers they used. They never get your name, your words or where you live.",
                ],
            ),
            (
                "Your rights",
                &["You can ask us what we hold, and to erase your details, at any time. Call 101 and give your reference."],
            ),
        ],
    )
}

pub(crate) async fn accessibility() -> Response {
    say(
        "Accessibility",
        &[
            (
                "",
                &[
                    "Every page works with a keyboard, a screen reader, large text and without JavaScript. There is no time limit while you type.",
                    "Each piece of advice has a page in large print.",
                ],
            ),
            (
                "Other ways",
                &[
                    "You can ask for large print, easy read, British Sign Language or an interpreter: call 101, or 18001 101 by text relay.",
                ],
            ),
            (
                "How we check",
                &[
                    "We test every page against the Web Content Accessibility Guidelines 2.2, level AA, at several widths, in the dark and in high contrast, each time the program changes. A program cannot find everything.",
                    "If a page does not work for you, please tell us on 101. We want to know.",
                ],
            ),
        ],
    )
}

pub(crate) async fn robots() -> &'static str {
    "User-agent: *\nDisallow: /desk\nDisallow: /report\nDisallow: /your-report\nDisallow: /api\n"
}
