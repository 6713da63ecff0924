//! What a person decides about a series. A decision is applied to the series as it stands, gives back every series it changed,
//! and is written into the history; nothing the program works out later overrules it.

use report::Moment;

use crate::{Decision, HistoryEntry, Member, ReportId, Series, SeriesId, State};

/// A decision that cannot be taken.
#[derive(Debug, thiserror::Error, PartialEq)]
pub enum DecisionError {
    /// The series is not in a state for it.
    #[error("series {id} is {state}: {what}")]
    State {
        /// The series.
        id: SeriesId,
        /// Its state in words.
        state: &'static str,
        /// What to do.
        what: &'static str,
    },
    /// The report is no member.
    #[error("report {report} is not in series {id}: give the reports as `ringfence series show {id}` lists them")]
    NotAMember {
        /// The series.
        id: SeriesId,
        /// The report.
        report: ReportId,
    },
    /// A split needs some reports, and must leave some.
    #[error("a split of series {id} must take at least one report and leave at least one")]
    EmptySplit {
        /// The series.
        id: SeriesId,
    },
    /// A merge with itself, or with a series that is not given.
    #[error("series {id} cannot be merged with {with}: name another series that is open")]
    Merge {
        /// The series.
        id: SeriesId,
        /// The other.
        with: SeriesId,
    },
}

/// Applies a decision. `other` is the second series of a merge. Gives the series that changed, the decided one first.
///
/// # Errors
/// [`DecisionError`] where the decision cannot be taken; nothing has changed then.
pub fn decide(
    series: &Series,
    other: Option<&Series>,
    decision: &Decision,
    by: &str,
    reason: Option<&str>,
    at: Moment,
) -> Result<Vec<Series>, DecisionError> {
    let mut changed = series.clone();
    if changed.state == State::Merged {
        return Err(DecisionError::State {
            id: changed.id,
            state: State::Merged.words(),
            what: "decide on the series it became part of",
        });
    }
    let words = match decision {
        Decision::Confirm => {
            if changed.state == State::Confirmed {
                return Err(state_error(&changed, "it is confirmed already"));
            }
            changed.state = State::Confirmed;
            "confirmed".to_owned()
        }
        Decision::Close => {
            if changed.state == State::Closed {
                return Err(state_error(&changed, "it is closed already"));
            }
            changed.state = State::Closed;
            "closed".to_owned()
        }
        Decision::NotASeries => {
            if changed.state == State::NotASeries {
                return Err(state_error(&changed, "it is ruled out already"));
            }
            changed.state = State::NotASeries;
            "ruled not to be a series".to_owned()
        }
        Decision::Rename { name } => {
            changed.name.clone_from(name);
            "renamed".to_owned()
        }
        Decision::Include { report } => {
            include(&mut changed, report, by);
            format!("report {report} put in")
        }
        Decision::Exclude { report } => {
            let id = changed.id.clone();
            let Some(member) = changed.members.iter_mut().find(|member| member.report == *report) else {
                return Err(DecisionError::NotAMember { id, report: report.clone() });
            };
            member.decided = Some(false);
            member.probability = 0.0;
            format!("report {report} ruled out")
        }
        Decision::Split { reports } => return split(changed, reports, by, reason, at),
        Decision::Merge { with } => return merge(changed, other, with, by, reason, at),
    };
    changed.history.push(entry(at, by, words, reason));
    Ok(vec![changed])
}

fn include(series: &mut Series, report: &ReportId, by: &str) {
    if let Some(member) = series.members.iter_mut().find(|member| member.report == *report) {
        member.decided = Some(true);
        member.probability = 1.0;
        return;
    }
    let reason = crate::Reason { words: format!("put in by {by}"), weight: 0.0 };
    series.members.push(Member { report: report.clone(), probability: 1.0, reasons: vec![reason], decided: Some(true) });
}

fn split(
    mut series: Series,
    reports: &[ReportId],
    by: &str,
    reason: Option<&str>,
    at: Moment,
) -> Result<Vec<Series>, DecisionError> {
    for report in reports {
        if !series.members.iter().any(|member| member.report == *report) {
            return Err(DecisionError::NotAMember { id: series.id, report: report.clone() });
        }
    }
    let (mut leaving, staying): (Vec<Member>, Vec<Member>) =
        series.members.iter().cloned().partition(|member| reports.contains(&member.report));
    if leaving.is_empty() || staying.is_empty() {
        return Err(DecisionError::EmptySplit { id: series.id });
    }
    for member in &mut leaving {
        member.decided = Some(true);
    }
    let mut founders: Vec<ReportId> = leaving.iter().map(|member| member.report.clone()).collect();
    founders.sort();
    let id = SeriesId::founded_on(&series.stream, &founders, series.id.as_str());
    let mut part = series.clone();
    part.id = id.clone();
    part.members = leaving;
    part.split_from = Some(series.id.clone());
    part.name = format!("{} (part)", series.name);
    part.history = vec![entry(at, by, format!("split from {}", series.id), reason)];
    // The ones that left stay known here as ruled out, so that a re-run does not bring them back.
    for member in &mut series.members {
        if reports.contains(&member.report) {
            member.decided = Some(false);
            member.probability = 0.0;
        }
    }
    series.history.push(entry(at, by, format!("{} reports split off into {id}", reports.len()), reason));
    Ok(vec![series, part])
}

fn merge(
    mut series: Series,
    other: Option<&Series>,
    with: &SeriesId,
    by: &str,
    reason: Option<&str>,
    at: Moment,
) -> Result<Vec<Series>, DecisionError> {
    let Some(other) = other.filter(|other| other.id == *with && other.id != series.id && other.state != State::Merged) else {
        return Err(DecisionError::Merge { id: series.id, with: with.clone() });
    };
    let mut other = other.clone();
    // The confirmed one lives, else the older.
    let other_lives = match (series.state == State::Confirmed, other.state == State::Confirmed) {
        (true, false) => false,
        (false, true) => true,
        _ => other.alarm.at < series.alarm.at,
    };
    let decided = series.id.clone();
    if other_lives {
        std::mem::swap(&mut series, &mut other);
    }
    for member in std::mem::take(&mut other.members) {
        let present = series.members.iter().any(|held| held.report == member.report);
        if !present && member.decided != Some(false) {
            series.members.push(Member { decided: Some(true), ..member });
        }
    }
    for area in &other.areas {
        if !series.areas.contains(area) {
            series.areas.push(area.clone());
        }
    }
    series.first_call = series.first_call.min(other.first_call);
    series.last_call = series.last_call.max(other.last_call);
    series.history.push(entry(at, by, format!("took in {}", other.id), reason));
    other.state = State::Merged;
    other.merged_into = Some(series.id.clone());
    other.history.push(entry(at, by, format!("merged into {}", series.id), reason));
    Ok(if series.id == decided { vec![series, other] } else { vec![other, series] })
}

fn state_error(series: &Series, what: &'static str) -> DecisionError {
    DecisionError::State { id: series.id.clone(), state: series.state.words(), what }
}

fn entry(at: Moment, by: &str, words: String, reason: Option<&str>) -> HistoryEntry {
    HistoryEntry { at, by: by.to_owned(), words, reason: reason.map(str::to_owned) }
}
