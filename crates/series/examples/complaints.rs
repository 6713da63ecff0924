//! Plays real complaints (US Federal Trade Commission, Do Not Call) through the detector and counts which local series it finds.
//!
//! `zcat ../shared/data/events/ftc_dnc_2021-03-11_2021-04-06.csv.gz > complaints.csv`, then
//! `cargo run -p series --example complaints -- complaints.csv ../shared/data/events/ftc_dnc_truth_local_series.csv
//! ../shared/data/events/us_area_code_centroids.csv [FALSE_ALARMS_PER_YEAR]`
#![allow(clippy::print_stdout, reason = "a measuring tool prints its tables")]

use std::collections::{BTreeMap, BTreeSet};

use areas::AreaId;
use jiff::civil::Date;
use report::Moment;
use report::vocabulary::Outcome;
use series::{Case, Detector, Region, ReportId, Settings, Streams, replay};

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
    let mut cases: Vec<Case> = Vec::new();
    let mut called: BTreeMap<(String, String), Vec<Date>> = BTreeMap::new();
    let mut day_of: BTreeMap<String, Date> = BTreeMap::new();
    let mut of: BTreeMap<String, (String, String)> = BTreeMap::new();
    for (n, line) in complaints.lines().skip(1).enumerate() {
        let parts: Vec<&str> = line.split(',').collect();
        let Some(day) = parts.first().and_then(|day| day.parse::<Date>().ok()) else { continue };
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
    replay(&mut detector, cases, &mut |line| {
        series.insert(line.series.to_string());
        let mut counts: BTreeMap<&(String, String), usize> = BTreeMap::new();
        for member in &line.members {
            if let Some(key) = of.get(&member.0).filter(|key| wanted.contains(*key)) {
                *counts.entry(key).or_default() += 1;
            }
        }
        for (key, hits) in counts {
            if hits >= 3 && hits as f64 >= 0.3 * line.members.len() as f64 {
                found.entry(key.clone()).or_insert(line.day);
                labelled.insert(line.series.to_string());
            }
        }
    });
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
}
