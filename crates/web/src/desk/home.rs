//! `/desk`: where each role begins.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use series::State as SeriesState;

use crate::AppState;
use crate::error::{WebError, page};
use crate::session::Staff;

#[derive(Template)]
#[template(path = "desk_home.html")]
struct Home<'a> {
    staff: &'a Staff,
    links: Vec<(&'static str, &'static str)>,
    /// A number, what it counts, where it leads (empty for nowhere).
    tiles: Vec<(String, &'static str, &'static str)>,
    /// What waits for this member of staff: words, address, more words.
    tasks: Vec<(String, String, String)>,
}

#[derive(Template)]
#[template(path = "desk_message.html")]
struct Message<'a> {
    staff: &'a Staff,
    links: Vec<(&'static str, &'static str)>,
    title: &'a str,
    sections: &'a [(&'a str, &'a [&'a str])],
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

/// Whether the member of staff may use a route of the table.
fn may(staff: &Staff, method: &str, path: &str) -> bool {
    crate::route_table()
        .iter()
        .find(|entry| entry.path == path && entry.method == method)
        .is_some_and(|entry| entry.access.allows(Some(staff.role)))
}

/// Whether the member of staff may open a page.
pub(crate) fn may_open(staff: &Staff, path: &str) -> bool {
    may(staff, "GET", path)
}

/// Whether the member of staff may send a form.
pub(crate) fn may_post(staff: &Staff, path: &str) -> bool {
    may(staff, "POST", path)
}

/// The pages that a member of staff may open.
pub(crate) fn links(staff: &Staff) -> Vec<(&'static str, &'static str)> {
    PAGES.into_iter().filter(|(path, _)| may_open(staff, path)).collect()
}

pub(crate) async fn show(State(state): State<AppState>, staff: Staff) -> Result<Response, WebError> {
    let open = |path| if may_open(&staff, path) { path } else { "" };
    let series = state.store.series_list(None, 1000).await?;
    let advice = state.store.advice_list(500).await?;
    let candidates: Vec<&series::Series> = series.iter().filter(|one| one.state == SeriesState::Candidate).collect();
    let confirmed = series.iter().filter(|one| one.state == SeriesState::Confirmed).count();
    let waiting: Vec<&advice::Advice> = advice.iter().filter(|one| one.state == advice::State::InReview).collect();
    let out = advice.iter().filter(|one| one.state == advice::State::Published || one.live.is_some()).count();
    let tiles = vec![
        (state.store.count_reports().await?.to_string(), "reports in all", open("/desk/reports")),
        (candidates.len().to_string(), "candidate series wait for an analyst", open("/desk/series")),
        (confirmed.to_string(), "confirmed series", open("/desk/series")),
        (waiting.len().to_string(), "drafts wait for a signature", open("/desk/advice")),
        (out.to_string(), "pieces of advice are out", open("/desk/advice")),
    ];
    let mut tasks = Vec::new();
    let link = |one: &advice::Advice| format!("/desk/advice/{}", one.id);
    match staff.role {
        crate::Role::Analyst => {
            for one in candidates.iter().take(MOST_TASKS) {
                tasks.push((format!("Look at {}", one.name), format!("/desk/series/{}", one.id), one.why.clone()));
            }
        }
        crate::Role::SigningOfficer => {
            for one in waiting.iter().take(MOST_TASKS) {
                let own = staff.name == one.author || staff.name == one.last_editor;
                let more =
                    if own { "You wrote or last edited it: another officer must sign it." } else { "Waits for a signature." };
                tasks.push((format!("Read and sign {}: {}", one.id, one.content.title), link(one), more.to_owned()));
            }
        }
        crate::Role::PressOfficer => {
            for one in advice.iter().filter(|one| needs_press(one, &state)).take(MOST_TASKS) {
                tasks.push((format!("{}: {}", one.id, one.content.title), link(one), next_for_press(one).to_owned()));
            }
        }
        _ => {}
    }
    Ok(page(StatusCode::OK, &Home { links: links(&staff), tiles, tasks, staff: &staff }))
}

/// Most tasks that are listed.
const MOST_TASKS: usize = 20;

fn needs_press(advice: &advice::Advice, state: &AppState) -> bool {
    use advice::State;
    let over = advice.state == State::Published && advice.expires_on.is_some_and(|day| day < state.now().day());
    over || matches!(advice.state, State::Draft | State::Returned | State::Signed)
}

fn next_for_press(advice: &advice::Advice) -> &'static str {
    use advice::State;
    match advice.state {
        State::Draft => "A draft: finish it and send it for review.",
        State::Returned => "Returned: read why, change it and send it again.",
        State::Signed => "Signed: it can be published.",
        _ => "Its days are over: update it or stand it down.",
    }
}

pub(crate) async fn help(staff: Staff) -> Response {
    let sections: &[(&str, &[&str])] = &[
        (
            "Series",
            &[
                "A candidate series is a proposal. Look at its reports and evidence, then confirm it, split it, merge it or rule it out. What you decide stands, whatever the program finds later.",
            ],
        ),
        (
            "Reports",
            &[
                "Personal details are sealed. Open them only with a reason: it is written into the audit log.",
                "What was read from the words is marked in the text. If a value is wrong, one click puts it right.",
            ],
        ),
        (
            "Advice",
            &[
                "Advice needs three people: one writes it, one may edit it, another signs it. Any edit voids a signature.",
                "Figures in the text are counted. Click on one in the table below the draft to see its query and the reports it counts.",
            ],
        ),
        (
            "Your session",
            &[
                "You are signed out after half an hour without a page, and after twelve hours in any case. Signing, opening personal details and exports ask for your password again.",
            ],
        ),
    ];
    page(StatusCode::OK, &Message { links: links(&staff), staff: &staff, title: "Help for the desk", sections })
}
