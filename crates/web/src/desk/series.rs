//! `/desk/series`: the list, and one series with map, curve, members, evidence and decisions.

use std::collections::BTreeMap;

use areas::AreaId;
use areas::map::{Fill, MapRequest, TableRow, render_svg, table};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use jiff::civil::Date;
use series::{Case, Decision, ReportId, Series, SeriesId};

use crate::AppState;
use crate::error::{WebError, page};
use crate::session::{Fields, Staff};

#[derive(Template)]
#[template(path = "desk_series_list.html")]
struct List<'a> {
    staff: &'a Staff,
    links: Vec<(&'static str, &'static str)>,
    all: Vec<Item>,
}

struct Item {
    id: String,
    name: String,
    state: &'static str,
    reports: usize,
    days: String,
    chance: String,
    why: String,
}

#[derive(Template)]
#[template(path = "desk_series.html")]
struct Show<'a> {
    staff: &'a Staff,
    links: Vec<(&'static str, &'static str)>,
    series: &'a Series,
    chance: String,
    map: String,
    table: Vec<TableRow>,
    curve: String,
    days: Vec<(Date, u32)>,
    members: Vec<Member>,
    others: Vec<(String, String)>,
    may_decide: bool,
    may_draft: bool,
    open: bool,
}

struct Member {
    report: String,
    day: String,
    place: String,
    percent: u32,
    decided: Option<bool>,
    reasons: Vec<String>,
}

pub(crate) async fn list(State(state): State<AppState>, staff: Staff) -> Result<Response, WebError> {
    let mut found = state.store.series_list(None, 300).await?;
    // Those that need somebody come first: open before closed, then the rarest by chance.
    found.sort_by(|a, b| {
        let key = |series: &Series| (!series.state.takes_reports(), series.alarm.expected_false_alarms_per_year);
        let (a, b) = (key(a), key(b));
        a.0.cmp(&b.0).then(a.1.total_cmp(&b.1))
    });
    let all = found
        .into_iter()
        .map(|series| Item {
            id: series.id.to_string(),
            state: series.state.words(),
            reports: series.members.iter().filter(|member| member.decided != Some(false)).count(),
            days: format!("{} to {}", series.first_call, series.last_call),
            chance: chance(series.alarm.expected_false_alarms_per_year),
            name: series.name,
            why: series.why,
        })
        .collect();
    Ok(page(StatusCode::OK, &List { staff: &staff, links: super::home::links(&staff), all }))
}

/// Reports a day that the background puts into the place of the alarm.
fn expected_a_day(series: &Series) -> Option<f64> {
    let window = series.alarm.window.as_ref()?;
    let days = (window.to - window.from).get_days() + 1;
    (days > 0).then(|| window.expected / f64::from(days))
}

/// A rate of chance alarms, in words.
fn chance(per_year: f64) -> String {
    if per_year >= 1.0 {
        format!("{per_year:.1} a year")
    } else if per_year > 0.001 {
        format!("once in {:.0} years", 1.0 / per_year)
    } else {
        "less than once in 1,000 years".to_owned()
    }
}

pub(crate) async fn show(State(state): State<AppState>, staff: Staff, Path(id): Path<String>) -> Result<Response, WebError> {
    let id = SeriesId::parse(&id).map_err(|_| WebError::NotFound)?;
    let series = state.store.series(&id).await?;
    let reports: Vec<ReportId> = series.members.iter().map(|member| member.report.clone()).collect();
    let cases: BTreeMap<ReportId, Case> =
        state.store.cases(&reports).await?.into_iter().map(|case| (case.id.clone(), case)).collect();
    let (map, table) = map_of(&state, &series, &cases);
    let days = by_day(&series, &cases);
    let expected = expected_a_day(&series);
    let curve = super::curve::svg(&days, series.alarm.at.day(), expected);
    let members = series.members.iter().map(|member| self::member(&state, member, &cases)).collect();
    let others = state
        .store
        .series_list(None, 100)
        .await?
        .into_iter()
        .filter(|other| other.id != id && other.state.takes_reports())
        .map(|other| (other.id.to_string(), other.name))
        .collect();
    let shown = Show {
        staff: &staff,
        links: super::home::links(&staff),
        chance: chance(series.alarm.expected_false_alarms_per_year),
        map,
        table,
        curve,
        days,
        members,
        others,
        may_decide: staff.role == crate::Role::Analyst,
        may_draft: matches!(staff.role, crate::Role::Analyst | crate::Role::PressOfficer),
        open: series.state.takes_reports(),
        series: &series,
    };
    Ok(page(StatusCode::OK, &shown))
}

fn member(state: &AppState, member: &series::Member, cases: &BTreeMap<ReportId, Case>) -> Member {
    let case = cases.get(&member.report);
    Member {
        report: member.report.0.clone(),
        day: case.map_or_else(String::new, |case| case.call_day.to_string()),
        place: case.and_then(Case::main_district).map_or("not known".to_owned(), |id| state.gazetteer.name(id).to_owned()),
        percent: (member.probability * 100.0).round() as u32,
        decided: member.decided,
        reasons: member.reasons.iter().map(|reason| format!("{} ({:+.1})", reason.words, reason.weight)).collect(),
    }
}

fn by_day(series: &Series, cases: &BTreeMap<ReportId, Case>) -> Vec<(Date, u32)> {
    let mut counts: BTreeMap<Date, u32> = BTreeMap::new();
    let mut day = series.first_call;
    while day <= series.last_call && counts.len() < 400 {
        counts.insert(day, 0);
        day = day.tomorrow().unwrap_or(Date::MAX);
    }
    for member in &series.members {
        if let Some(case) = cases.get(&member.report)
            && member.decided != Some(false)
        {
            *counts.entry(case.call_day).or_default() += 1;
        }
    }
    counts.into_iter().collect()
}

fn map_of(state: &AppState, series: &Series, cases: &BTreeMap<ReportId, Case>) -> (String, Vec<TableRow>) {
    let mut counts: BTreeMap<AreaId, u32> = BTreeMap::new();
    for member in series.members.iter().filter(|member| member.decided != Some(false)) {
        if let Some(area) = cases.get(&member.report).and_then(Case::main_district) {
            *counts.entry(area.clone()).or_default() += 1;
        }
    }
    let most = counts.values().max().copied().unwrap_or(1);
    let mut areas: Vec<AreaId> =
        state.gazetteer.districts_of(&state.force.districts).iter().map(|area| area.id.clone()).collect();
    areas.extend(counts.keys().filter(|id| !areas.contains(id)).cloned().collect::<Vec<_>>());
    let mut fills = BTreeMap::new();
    for id in &areas {
        let n = counts.get(id).copied().unwrap_or(0);
        let level = (f64::from(n) / f64::from(most) * 4.0).ceil() as u8;
        let words = if n == 1 { "1 report".to_owned() } else { format!("{n} reports") };
        fills.insert(id.clone(), Fill { level, words });
    }
    let request = MapRequest {
        areas: &areas,
        around: &[],
        fills: &fills,
        title: "Reports of the series by district",
        description: "The districts, darker where more reports came from. The table has the counts.",
        id: "series-map",
        width: 560.0,
    };
    let mut hit: Vec<AreaId> = counts.keys().cloned().collect();
    hit.sort_by_key(|id| (std::cmp::Reverse(counts[id]), state.gazetteer.name(id).to_owned()));
    (render_svg(&state.gazetteer, &request), table(&state.gazetteer, &hit, &fills))
}

pub(crate) async fn decide(
    State(state): State<AppState>,
    staff: Staff,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, WebError> {
    let id = SeriesId::parse(&id).map_err(|_| WebError::NotFound)?;
    let reports: Vec<ReportId> = fields.all("report").iter().map(|report| ReportId((*report).to_owned())).collect();
    let one = |reports: &[ReportId]| reports.first().cloned().ok_or_else(|| WebError::Bad("Choose a report first.".to_owned()));
    let decision = match fields.get("decision") {
        "confirm" => Decision::Confirm,
        "close" => Decision::Close,
        "not_a_series" => Decision::NotASeries,
        "split" => Decision::Split { reports },
        "exclude" => Decision::Exclude { report: one(&reports)? },
        "include" => Decision::Include { report: one(&reports)? },
        "merge" => {
            let with = SeriesId::parse(fields.get("with")).map_err(|_| WebError::Bad("Choose the other series.".to_owned()))?;
            Decision::Merge { with }
        }
        "rename" if !fields.get("name").is_empty() => Decision::Rename { name: fields.get("name").chars().take(120).collect() },
        _ => return Err(WebError::Bad("Choose what you decide.".to_owned())),
    };
    let reason = fields.get("reason");
    if matches!(decision, Decision::NotASeries) && reason.is_empty() {
        return Err(WebError::Bad("Say why it is not a series.".to_owned()));
    }
    let changed = state.store.decide(&id, &decision, reason, &staff.actor(), state.now()).await?;
    let target = changed.iter().find(|series| series.merged_into.is_none()).map_or(id, |series| series.id.clone());
    Ok(Redirect::to(&format!("/desk/series/{target}")).into_response())
}
