//! What one report costs when it joins live and a million were taken before.
//!
//! `cargo run --release -p series --example live -- [REPORTS_A_DAY] [YEARS]` (274 and 10 without being asked): one county's years are
//! played one after the other through the detector that stays, as a worker's does. The last five thousand reports, among them a
//! series of thirty in thirty days, are taken three times by copies of it, and each report's time is the shortest of the three: on a
//! busy machine the others have waited.
#![allow(clippy::print_stdout, reason = "a measuring tool prints its tables")]

use std::time::{Duration, Instant};

use areas::Gazetteer;
use jiff::Span;
use report::{Moment, OpenReason};
use series::{Case, Detector, Region, ReportId, Settings, Streams, assemble};
use testkit::worlds::{Kind, Played, World, with_series, without};

const COUNTY: &str = "Hertfordshire";
/// A piece of the years, in days: all reports of ten years at once would not fit.
const PIECE: i64 = 73;
/// Reports that are timed.
const TIMED: usize = 5_000;
const TIMES: usize = 3;

fn main() {
    let number = |at: usize, default: f64| std::env::args().nth(at).and_then(|text| text.parse().ok()).unwrap_or(default);
    let (a_day, years) = (number(1, 274.0), number(2, 10.0));
    let desk = Desk {
        gazetteer: Gazetteer::united_kingdom(),
        reader: modus::Reader::new(&modus::Packs::builtin()),
        streams: Streams::builtin(),
    };
    // Courier fraud is one in eleven; a twelfth of the reports tell of a call again.
    let all = a_day / 1.12;
    let world = World { courier: all / 11.0, other: all * 10.0 / 11.0, ..World::default() };
    let mut detector = Detector::new(Region::of(&desk.gazetteer, COUNTY), desk.streams.clone(), Settings::default());
    let pieces = ((years * 365.0 / PIECE as f64).ceil() as i64).max(1);
    let (mut taken, mut spent) = (0usize, Duration::ZERO);
    for piece in 0..pieces {
        let cases = desk.cases(&without(&desk.gazetteer, COUNTY, &world, PIECE, 5_000 + piece as u64), piece);
        let begun = Instant::now();
        taken += cases.len();
        for case in cases {
            detector.take(case);
        }
        spent += begun.elapsed();
        if (piece + 1) % 5 == 0 {
            let each = spent.as_secs_f64() * 1e6 / taken as f64;
            println!("{taken:8} reports taken, {:4} series, {each:.0} µs each so far", detector.series().count());
        }
    }
    let mut last = desk.cases(&with_series(&desk.gazetteer, COUNTY, &world, 1, Kind::Seed, 6_000), pieces);
    last.truncate(TIMED);
    let mut times = vec![Duration::MAX; last.len()];
    for _ in 0..TIMES {
        let mut copy = detector.clone();
        for (case, time) in last.iter().zip(&mut times) {
            let case = case.clone();
            let begun = Instant::now();
            copy.take(case);
            copy.settle();
            *time = (*time).min(begun.elapsed());
        }
    }
    times.sort_unstable();
    let at = |share: f64| times[((times.len() as f64 * share) as usize).min(times.len() - 1)].as_secs_f64() * 1e3;
    println!(
        "{} reports timed after {taken}: median {:.3} ms, 99 in 100 below {:.2} ms, longest {:.1} ms",
        times.len(),
        at(0.5),
        at(0.99),
        at(1.0)
    );
}

struct Desk {
    gazetteer: Gazetteer,
    reader: modus::Reader,
    streams: Streams,
}

impl Desk {
    /// The cases of a piece, so many pieces on. Numbers have two more digits: there are not enough kept for drama for a million
    /// reports, and these can be dialled by nobody.
    fn cases(&self, played: &Played, piece: i64) -> Vec<Case> {
        let later = Span::new().days(PIECE * piece);
        let mut cases: Vec<Case> = played
            .reports
            .iter()
            .map(|report| {
                let name = report.facts.external_id.clone().unwrap_or_default();
                let reporter = report.private.open(OpenReason::Export).reporter.email.clone().map(|who| format!("{piece} {who}"));
                let id = ReportId(format!("{piece}-{name}"));
                let mut case = assemble(report, id, &self.gazetteer, &self.reader, &self.streams, reporter).case;
                case.call_day = case.call_day.saturating_add(later);
                let received = case.received_at;
                let hours = jiff::SignedDuration::from_hours(24 * PIECE * piece);
                case.received_at = Moment::new(received.timestamp() + hours, received.offset());
                let hidden = played.truth.iter().any(|truth| truth.contains(&name));
                if let Some(number) = &mut case.number_shown {
                    let day = if hidden { 0 } else { case.call_day.day_of_year() };
                    number.push_str(&format!("{:02}", day % 100));
                }
                case
            })
            .collect();
        cases.sort_by_key(|case| case.received_at);
        cases
    }
}
