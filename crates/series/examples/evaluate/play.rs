//! One world played through the detector, and what came of it.

use std::collections::BTreeMap;

use areas::Gazetteer;
use jiff::civil::Date;
use report::OpenReason;
use series::{Case, Detector, Parts, Region, ReplayLine, ReportId, Series, Settings, Streams, assemble, replay};
use testkit::worlds::Played;

/// The county that is played.
pub(crate) const COUNTY: &str = "Hertfordshire";

/// What the worlds are read and judged with.
pub(crate) struct Desk {
    gazetteer: Gazetteer,
    reader: modus::Reader,
    streams: Streams,
}

impl Desk {
    /// A desk with what is shipped.
    pub(crate) fn new() -> Desk {
        Desk {
            gazetteer: Gazetteer::united_kingdom(),
            reader: modus::Reader::new(&modus::Packs::builtin()),
            streams: Streams::builtin(),
        }
    }

    /// The places.
    pub(crate) fn gazetteer(&self) -> &Gazetteer {
        &self.gazetteer
    }
}

/// A series that was found: when, and by how many of its reports.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FoundBy {
    /// Days from its first call, which is day 1.
    pub(crate) day: i64,
    /// Its reports that were in by the end of that day.
    pub(crate) reports: usize,
    /// Its reports that were in when the alarm was raised; by the end of the day where it was found by a series that was there.
    pub(crate) at_alarm: usize,
}

/// Where the reports of a hidden series are at the end, and what else is in the series that holds it best.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Whereabouts {
    /// In the series that holds it best.
    pub(crate) held: usize,
    /// In other series.
    pub(crate) elsewhere: usize,
    /// In none.
    pub(crate) alone: usize,
    /// Reports of another hidden series in the one that holds it best.
    pub(crate) of_others: usize,
    /// Reports of no series in it.
    pub(crate) background: usize,
}

impl std::fmt::Display for Whereabouts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Whereabouts { held, elsewhere, alone, of_others, background } = self;
        write!(f, "{held} held, {elsewhere} elsewhere, {alone} in none; beside them {of_others} of another, {background} of none")
    }
}

/// What came of a hidden series.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Hidden {
    pub(crate) found: Option<FoundBy>,
    /// F1 of its members at the end.
    pub(crate) f1: f64,
    pub(crate) members: Whereabouts,
}

/// An episode without a series.
#[derive(Debug, Clone)]
pub(crate) struct Wrong {
    pub(crate) day: Date,
    /// Days played before.
    pub(crate) after: i64,
    /// What it rested on.
    pub(crate) source: &'static str,
    pub(crate) words: String,
}

/// What came of one world.
#[derive(Debug, Clone, Default)]
pub(crate) struct Run {
    pub(crate) series: Vec<Hidden>,
    pub(crate) wrong: Vec<Wrong>,
    pub(crate) days: f64,
}

/// Plays a world, at so many false alarms a year.
pub(crate) fn play(desk: &Desk, parts: Parts, rate: f64, played: &Played) -> Run {
    let cases: Vec<Case> = played
        .reports
        .iter()
        .map(|report| {
            let id = ReportId(report.facts.external_id.clone().unwrap_or_default());
            let reporter = report.private.open(OpenReason::Export).reporter.email.clone();
            assemble(report, id, &desk.gazetteer, &desk.reader, &desk.streams, reporter).case
        })
        .collect();
    let by_id: BTreeMap<String, Case> = cases.iter().map(|case| (case.id.0.clone(), case.clone())).collect();
    let first_day = cases.iter().map(|case| case.received_at.day()).min();
    let settings = Settings { false_alarms_per_year: rate, parts, ..Settings::default() };
    let region = Region::of(&desk.gazetteer, COUNTY);
    let districts = region.areas().len();
    let mut detector = Detector::new(region, desk.streams.clone(), settings);
    let mut lines: Vec<ReplayLine> = Vec::new();
    let summary = replay(&mut detector, cases, &mut |line| lines.push(line.clone()));
    let mut run = Run { days: summary.days as f64, ..Run::default() };
    let mut good: BTreeMap<String, bool> = BTreeMap::new();
    for (truth, first) in played.truth.iter().zip(&played.first_call) {
        let (mut found, mut f1) = (None, 0.0f64);
        let mut last: BTreeMap<&str, &ReplayLine> = BTreeMap::new();
        for line in &lines {
            last.insert(line.series.as_str(), line);
            let hits = line.members.iter().filter(|member| truth.contains(&member.0)).count();
            if hits >= 3 && hits as f64 >= 0.3 * line.members.len() as f64 {
                good.insert(line.series.to_string(), true);
                if found.is_none() {
                    let reports = truth.iter().filter(|id| by_id[*id].received_at.day() <= line.day).count();
                    let raised = detector.get(&line.series).filter(|_| line.first_alarm).map(|series| series.alarm.at);
                    let at_alarm = raised.map_or(reports, |at| truth.iter().filter(|id| by_id[*id].received_at <= at).count());
                    found = Some(FoundBy { day: days_between(*first, line.day) + 1, reports, at_alarm });
                }
            }
        }
        for line in last.values() {
            let hits = line.members.iter().filter(|member| truth.contains(&member.0)).count() as f64;
            if hits > 0.0 {
                f1 = f1.max(2.0 * hits / (line.members.len() + truth.len()) as f64);
            }
        }
        run.series.push(Hidden { found, f1, members: whereabouts(&detector, truth, &played.truth) });
    }
    let mut wrong: Vec<(Date, Vec<String>)> = Vec::new();
    for line in lines.iter().filter(|line| line.first_alarm && !good.contains_key(line.series.as_str())) {
        let areas: Vec<String> = line.areas.iter().map(ToString::to_string).collect();
        let again =
            wrong.iter().any(|(day, held)| days_between(*day, line.day) <= 14 && held.iter().any(|area| areas.contains(area)));
        if !again {
            let members: Vec<&Case> = line.members.iter().filter_map(|member| by_id.get(&member.0)).collect();
            let window = detector.get(&line.series).and_then(|series| series.alarm.window.clone());
            let whole = window.is_some_and(|window| window.areas.len() == districts);
            run.wrong.push(Wrong {
                day: line.day,
                after: first_day.map_or(0, |first| days_between(first, line.day)),
                source: source(&members, whole),
                words: format!("at {:.2} a year: {}", line.expected_false_alarms_per_year, line.why),
            });
        }
        wrong.push((line.day, areas));
    }
    run
}

fn whereabouts(detector: &Detector, truth: &[String], all: &[Vec<String>]) -> Whereabouts {
    let hits = |series: &&Series| series.members.iter().filter(|member| truth.contains(&member.report.0)).count();
    let Some(best) = detector.series().max_by_key(hits).filter(|best| hits(best) > 0) else {
        return Whereabouts { alone: truth.len(), ..Whereabouts::default() };
    };
    let held = hits(&best);
    let elsewhere = detector.series().map(|series| hits(&series)).sum::<usize>() - held;
    let hidden = |report: &ReportId| all.iter().any(|one| one.contains(&report.0));
    let of_any = best.members.iter().filter(|member| hidden(&member.report)).count();
    Whereabouts {
        held,
        elsewhere,
        alone: truth.len() - held - elsewhere,
        of_others: of_any - held,
        background: best.members.len() - of_any,
    }
}

/// What an alarm rested on: two in three of its reports share a number (or a number or a name), or they do not and lie in a few
/// districts or in the whole county.
fn source(members: &[&Case], whole: bool) -> &'static str {
    let most = |texts: Vec<&str>| texts.iter().map(|one| texts.iter().filter(|other| *other == one).count()).max().unwrap_or(0);
    let numbers = most(members.iter().filter_map(|case| case.number_shown.as_deref()).collect());
    let names = most(members.iter().flat_map(|case| case.names.iter().map(String::as_str)).collect());
    if 3 * numbers >= 2 * members.len() {
        "one number"
    } else if numbers >= 2 || names >= 2 {
        "links and windows"
    } else if whole {
        "county-wide"
    } else {
        "window"
    }
}

fn days_between(from: Date, to: Date) -> i64 {
    i64::from(from.until(to).map(|span| span.get_days()).unwrap_or(0))
}
