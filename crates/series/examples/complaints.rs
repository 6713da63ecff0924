//! Plays real complaints (US Federal Trade Commission, Do Not Call) through the detector and counts which local series it finds.
//!
//! `zcat ../shared/data/events/ftc_dnc_2021-03-11_2021-04-06.csv.gz > complaints.csv`, then
//! `cargo run -p series --example complaints -- complaints.csv ../shared/data/events/ftc_dnc_truth_local_series.csv
//! ../shared/data/events/us_area_code_centroids.csv [FALSE_ALARMS_PER_YEAR [TIMES]]`: the file
//! TIMES times over, 27 days on each time, to see how long one report takes when many are held.
#![allow(clippy::print_stdout, reason = "a measuring tool prints its tables")]

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use areas::AreaId;
use jiff::civil::Date;
use report::Moment;
use report::vocabulary::Outcome;
use series::{Case, Change, Detector, Region, ReportId, SeriesId, Settings, Streams};

fn text(at: usize) -> String {
    let path = std::env::args().nth(at).unwrap_or_default();
    match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) => {
            println!("argument {at}: {path}: {error}");
            std::process::exit(2);
        }
    }
}

fn main() {
    let (complaints, truth, centroids) = (text(1), text(2), text(3));
    let rate = std::env::args().nth(4).and_then(|text| text.parse().ok()).unwrap_or(1.0);
    let mut points = String::from("code,name,lat,lon\n");
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for line in centroids.lines().skip(1) {
        let parts: Vec<&str> = line.split(',').collect();
        if parts.len() >= 4 && seen.insert(parts[0]) {
            points.push_str(&format!("{},{} {},{},{}\n", parts[0], parts[1], parts[0], parts[2], parts[3]));
        }
    }
    let imported = match areas::import::import(&points, &areas::import::Columns::default(), None, None, "") {
        Ok(imported) => imported,
        Err(errors) => {
            println!("{errors:?}");
            std::process::exit(2);
        }
    };
    let region = Region::of(&imported.gazetteer, "all");
    let times: i32 = std::env::args().nth(5).and_then(|text| text.parse().ok()).unwrap_or(1);
    let mut cases: Vec<Case> = Vec::new();
    let mut called: BTreeMap<(String, String), Vec<Date>> = BTreeMap::new();
    let mut day_of: BTreeMap<String, Date> = BTreeMap::new();
    let mut of: BTreeMap<String, (String, String)> = BTreeMap::new();
    let lines = (0..times).flat_map(|time| complaints.lines().skip(1).map(move |line| (time, line)));
    for (n, (time, line)) in lines.enumerate() {
        let parts: Vec<&str> = line.split(',').collect();
        let Some(day) = parts.first().and_then(|day| day.parse::<Date>().ok()) else { continue };
        let day = day.saturating_add(jiff::Span::new().days(27 * time));
        let number = parts.get(1).copied().unwrap_or("");
        let area = parts.get(2).copied().unwrap_or("");
        let Ok(received_at) = Moment::parse(&format!("{day}T12:00:00Z")) else { continue };
        let id = format!("C{n}");
        if !number.is_empty() {
            called.entry((area.to_owned(), number.to_owned())).or_default().push(day);
        }
        day_of.insert(id.clone(), day);
        of.insert(id.clone(), (area.to_owned(), number.to_owned()));
        cases.push(Case {
            id: ReportId(id),
            received_at,
            call_day: day,
            shares: if area.is_empty() { Vec::new() } else { vec![(AreaId(area.to_owned()), 1.0)] },
            sector: None,
            outcode: None,
            scam_call: Some(true),
            streams: vec![("unknown".to_owned(), 1.0)],
            claimed: Vec::new(),
            pretext: Vec::new(),
            trick: Vec::new(),
            demand: Vec::new(),
            handover: Vec::new(),
            outcome: Outcome::Unknown,
            loss_pence: None,
            number_shown: (!number.is_empty()).then(|| format!("+1{number}")),
            numbers_given: Vec::new(),
            names: Vec::new(),
            station: None,
            reporter: None,
            use_for_advice: true,
        });
    }
    let settings = Settings { false_alarms_per_year: rate, ..Settings::default() };
    let mut detector = Detector::new(region, Streams::builtin(), settings);
    let n = cases.len();
    // The first day on which a series holds three complaints of a truth that are three tenths of it.
    let mut found: BTreeMap<(String, String), Date> = BTreeMap::new();
    let mut series: BTreeSet<String> = BTreeSet::new();
    let mut labelled: BTreeSet<String> = BTreeSet::new();
    let wanted: BTreeSet<(String, String)> = truth
        .lines()
        .skip(1)
        .filter_map(|line| {
            let mut parts = line.split(',');
            Some((parts.next()?.to_owned(), parts.next()?.to_owned()))
        })
        .collect();
    let mut spent: Vec<u64> = Vec::with_capacity(n);
    let mut changed: BTreeSet<SeriesId> = BTreeSet::new();
    let mut looked_at = |detector: &mut Detector, changed: &mut BTreeSet<SeriesId>, day: Date| {
        detector.settle();
        for one in std::mem::take(changed).iter().filter_map(|id| detector.get(id)) {
            series.insert(one.id.to_string());
            let mut counts: BTreeMap<&(String, String), usize> = BTreeMap::new();
            for member in &one.members {
                if let Some(key) = of.get(&member.report.0).filter(|key| wanted.contains(*key)) {
                    *counts.entry(key).or_default() += 1;
                }
            }
            for (key, hits) in counts {
                if hits >= 3 && hits as f64 >= 0.3 * one.members.len() as f64 {
                    found.entry(key.clone()).or_insert(day);
                    labelled.insert(one.id.to_string());
                }
            }
        }
    };
    let mut day = None;
    for case in cases {
        let received = case.received_at.day();
        if let Some(day) = day.replace(received).filter(|day| *day != received) {
            looked_at(&mut detector, &mut changed, day);
            let largest = detector.series().max_by_key(|one| one.members.len());
            println!(
                "{day}: {:.1} s; {} series; {}",
                spent.iter().sum::<u64>() as f64 / 1e6,
                detector.series().count(),
                largest.map_or("", |one| &one.why)
            );
        }
        let began = Instant::now();
        let change = detector.take(case);
        spent.push(u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX));
        changed.extend(change.into_iter().flat_map(Change::series));
    }
    if let Some(day) = day {
        looked_at(&mut detector, &mut changed, day);
    }
    let mut late: Vec<i32> = Vec::new();
    for (key, day) in &found {
        if let Some(third) = called.get(key).and_then(|days| days.get(2)) {
            late.push(third.until(*day).map(|span| span.get_days()).unwrap_or(0));
        }
    }
    late.sort_unstable();
    println!(
        "{n} complaints; {} of {} local series found; days after the 3rd report: median {:?}, p90 {:?}; {} series raised, {} of them labelled",
        found.len(),
        wanted.len(),
        late.get(late.len() / 2),
        late.get(late.len() * 9 / 10),
        series.len(),
        labelled.len()
    );
    let spent_in_all: u64 = spent.iter().sum();
    let last = &mut spent[n - n.min(100_000)..];
    last.sort_unstable();
    println!(
        "{:.1} s in the detector; of the last {} reports: median {} µs, p99 {} µs, longest {} µs",
        spent_in_all as f64 / 1e6,
        last.len(),
        last[last.len() / 2],
        last[last.len() * 99 / 100],
        last[last.len() - 1]
    );
    // Those not found: when their complaints came, and in which series they are.
    for key in wanted.iter().filter(|key| !found.contains_key(*key)) {
        let mut homes: BTreeMap<String, usize> = BTreeMap::new();
        let mut size: BTreeMap<String, usize> = BTreeMap::new();
        for one in detector.series() {
            let hits = one.members.iter().filter(|member| of.get(&member.report.0) == Some(key)).count();
            if hits > 0 {
                homes.insert(one.id.to_string(), hits);
                size.insert(one.id.to_string(), one.members.len());
            }
        }
        let days: Vec<String> =
            called.get(key).into_iter().flatten().map(|day| format!("{}.{}", day.day(), day.month())).collect();
        println!("not found: {} {}: {} in {homes:?} of {size:?}", key.0, key.1, days.join(" "));
    }
    // A look at some of the series that no truth labels.
    let unlabelled: Vec<&series::Series> = detector.series().filter(|one| !labelled.contains(one.id.as_str())).collect();
    for one in unlabelled.iter().step_by((unlabelled.len() / 30).max(1)).take(30) {
        println!("  {} {:.3} a year: {}", one.id, one.alarm.expected_false_alarms_per_year, one.why);
    }
}
