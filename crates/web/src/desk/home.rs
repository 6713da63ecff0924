//! `/desk`: where each role begins.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use series::State as SeriesState;

use crate::error::{WebError, page};
use crate::session::Staff;
use crate::{Access, AppState};

#[derive(Template)]
#[template(path = "desk_home.html")]
struct Home<'a> {
    staff: &'a Staff,
    reports: i64,
    candidates: usize,
    waiting: usize,
    links: Vec<(&'static str, &'static str)>,
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

/// The desk's pages, in the order of the navigation.
const PAGES: [(&str, &str); 6] = [
    ("/desk/reports", "Reports"),
    ("/desk/series", "Series"),
    ("/desk/advice", "Advice"),
    ("/desk/users", "Users"),
    ("/desk/audit", "Audit log"),
    ("/desk/help", "Help"),
];

/// The pages that a member of staff may open.
pub(crate) fn links(staff: &Staff) -> Vec<(&'static str, &'static str)> {
    let table = crate::route_table();
    let open = |path: &str| {
        let access = table
            .iter()
            .find(|entry| entry.path == path && entry.method == "GET")
            .map_or(Access::Roles(&[]), |entry| entry.access);
        access.allows(Some(staff.role))
    };
    PAGES.into_iter().filter(|(path, _)| open(path)).collect()
}

pub(crate) async fn show(State(state): State<AppState>, staff: Staff) -> Result<Response, WebError> {
    let reports = state.store.count_reports().await?;
    let candidates = state.store.series_list(Some(SeriesState::Candidate), 1000).await?.len();
    let waiting = state.store.advice_list(500).await?.iter().filter(|advice| advice.state == advice::State::InReview).count();
    let links = links(&staff);
    Ok(page(StatusCode::OK, &Home { staff: &staff, reports, candidates, waiting, links }))
}

pub(crate) async fn help(staff: Staff) -> Response {
    let paragraphs = vec![
        "A candidate series is a proposal. Look at its reports and evidence, then confirm it, split it, merge it or rule it out.",
        "Advice needs three people: one writes it, one may edit it, another signs it. Any edit voids a signature.",
        "Personal details are sealed. Open them only with a reason: it is written into the audit log.",
    ];
    page(
        StatusCode::OK,
        &Message { title: "Help for the desk", paragraphs, desk: true, user: Some(&staff.display_name), csrf: &staff.csrf },
    )
}
