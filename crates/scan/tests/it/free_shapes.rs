//! Free shapes, streams and delays through the files, as the command reads them: fifteen invented places on a grid of five by three, ten
//! weeks, and in the last three days a series along a bend of five of them.

use std::fmt::Write;

use scan::satscan::{Analysis, LongestTime, Model, Options, Precision, Shaping, Span, Study, Texts, Unit, day_number};
use scan::{Coordinates, PValue};

/// The places of the series: along the top and down the right.
const BEND: [usize; 5] = [2, 3, 4, 9, 14];
const DAYS: i64 = 70;

fn places() -> String {
    (0..15).fold(String::new(), |mut text, one| {
        let _ = writeln!(text, "p{one} {} {}", one % 5, one / 5);
        text
    })
}

/// Each place with its neighbours to the right and below; the other way round goes without saying.
fn neighbours() -> String {
    let mut text = String::new();
    for one in 0..15 {
        let _ = write!(text, "p{one}");
        if one % 5 < 4 {
            let _ = write!(text, " p{}", one + 1);
        }
        if one < 10 {
            let _ = write!(text, " p{}", one + 5);
        }
        text.push('\n');
    }
    text
}

fn day(number: i64) -> String {
    let (year, month, of_month) = scan::satscan::civil(day_number(2025, 1, 1) + number);
    format!("{year}/{month}/{of_month}")
}

/// One case of "tax" and of "courier" in three days of four, everywhere; two more of "courier" a day along the bend at the end.
fn cases() -> String {
    let mut text = String::new();
    for number in 0..DAYS {
        for place in 0..15usize {
            for (at, stream) in ["tax", "courier"].iter().enumerate() {
                let usual = usize::from(!(place * 7 + number as usize * 5 + at * 3).is_multiple_of(4));
                let more = if *stream == "courier" && number >= DAYS - 3 && BEND.contains(&place) { 3 } else { 0 };
                if usual + more > 0 {
                    let _ = writeln!(text, "p{place} {} {} {stream}", usual + more, day(number));
                }
            }
        }
    }
    text
}

fn options() -> Options {
    Options {
        precision: Precision::Day,
        start: day_number(2025, 1, 1),
        end: day_number(2025, 1, 1) + DAYS - 1,
        coordinates: Coordinates::Cartesian,
        analysis: Analysis::Prospective,
        model: Model::Expectation,
        unit: Unit::Day,
        longest: LongestTime::Units(7),
        span: Span::Alive,
        p_value: PValue::MonteCarlo,
        replicates: 199,
        ..Options::default()
    }
}

fn study(options: &Options, delays: Option<&str>) -> Result<Study, String> {
    let (cases, places, graph) = (cases(), places(), neighbours());
    let texts = Texts {
        cases: ("cases", &cases),
        coordinates: Some(("places", &places)),
        graph: Some(("graph", &graph)),
        delays: delays.map(|text| ("delays", text)),
        ..Texts::default()
    };
    Study::new(options, &texts, 3).map_err(|refusal| refusal.to_string())
}

/// Places of the best cluster, sorted; its first day; and the report.
fn best(options: &Options) -> (Vec<usize>, String, String) {
    let study = study(options, None).unwrap();
    let findings = study.scan(&|_| ()).unwrap();
    let found = &findings.clusters[0];
    assert!(found.p <= 0.02, "{}", found.p);
    let mut places = found.locations.clone();
    places.sort_unstable();
    (places, study.dates(found.from, found.to).0, study.report(options, &findings))
}

#[test]
fn a_bend_is_found_whole_by_every_shape() {
    for shape in [
        Shaping::Subsets { nearest: 12, cost: 0.5 },
        Shaping::Connected { largest: 8, cost: 0.5 },
        Shaping::Flexible { nearest: 12 },
    ] {
        let (places, from, report) = best(&Options { shape: Some(shape), ..options() });
        assert_eq!((places, from.as_str()), (BEND.to_vec(), "2025-03-09"), "{shape:?}");
        assert!(report.contains("Border strength"), "{report}");
    }
}

#[test]
fn streams_are_found_with_their_places() {
    let options = Options { streams: true, ..options() };
    let (places, from, report) = best(&options);
    assert_eq!((places, from.as_str()), (BEND.to_vec(), "2025-03-09"));
    assert!(
        report.contains("subsets of 15 nearest and of 2 streams × 7") && report.contains("Streams             courier\n"),
        "{report}"
    );
    let study = study(&options, None).unwrap();
    let findings = study.scan(&|_| ()).unwrap();
    let answer = study.answer(&options, &findings);
    assert_eq!(answer.clusters[0].streams, ["courier"]);
    // The closer look is at the streams of the cluster: its cases are those of its places.
    let look = study.drill(&findings.clusters[0]);
    assert_eq!(look.inside.iter().map(|near| near.cases).sum::<u32>(), answer.clusters[0].cases);
}

/// Half of the reports come in on the day of the call, the others two days later: of today's calls half can be in, of the day before's half.
#[test]
fn delays_bring_forecasts_down_to_what_can_be_in() {
    let mut delays = String::new();
    for number in 0..DAYS {
        for place in 0..15 {
            for later in [0, 2] {
                let _ = writeln!(delays, "p{place} {} {}", day(number), day(number + later));
            }
        }
    }
    let (plain, late) = (study(&options(), None).unwrap(), study(&options(), Some(&delays)).unwrap());
    for (age, share) in [(0, 0.5), (1, 0.5), (2, 1.0), (30, 1.0)] {
        let cell = DAYS as usize - 1 - age;
        let found = late.problem.expected[cell] / plain.problem.expected[cell];
        assert!((found - share).abs() < 0.02, "{age} days ago: {found} against {share}");
    }
    let report = late.report(&options(), &late.scan(&|_| ()).unwrap());
    assert!(report.contains("In by now             50 % of the last day's reports"), "{report}");
}

#[test]
fn what_does_not_go_together_is_refused() {
    let refused = |options: &Options, delays: Option<&str>| study(options, delays).unwrap_err();
    let starts = |found: String, wanted: &str| assert!(found.starts_with(wanted), "{found}");
    let connected = Some(Shaping::Connected { largest: 8, cost: 0.5 });
    let back = Options { analysis: Analysis::Retrospective, shape: connected, ..options() };
    starts(
        refused(&back, None),
        "cases: subsets, grown connected sets and streams are searched over windows that reach the last day",
    );
    let within = Options { streams: true, model: Model::Permutation, ..options() };
    starts(refused(&within, None), "cases: streams are scanned against forecasts");
    starts(refused(&Options { streams: true, shape: connected, ..options() }, None), "cases: streams come with their own sets");
    starts(
        refused(&Options { model: Model::Permutation, ..options() }, Some("p1 2025/1/1 2025/1/2")),
        "cases: delays (--delays)",
    );
    starts(refused(&options(), Some("p1 2025/1/3 2025/1/2")), "delays:1: the report was received before the call");
    starts(refused(&options(), Some("p1 2025/1/3")), "delays:1: 2 columns where at least 3 are needed");
    starts(refused(&options(), Some("p99 2025/1/3 2025/1/4")), "delays:1: location 'p99' is not known");
    starts(refused(&options(), Some("p1 2025/1 2025/1/4")), "delays:1: '2025/1' is no day");
    starts(refused(&options(), Some("p1 2025/3/1 2025/3/4")), "delays: the calls must begin at least 60 days before");
    let (cases, places) = (cases(), places());
    let mut texts = Texts { cases: ("cases", &cases), coordinates: Some(("places", &places)), ..Texts::default() };
    let connected = Options { shape: connected, ..options() };
    starts(Study::new(&connected, &texts, 1).unwrap_err().to_string(), "cases: connected shapes need a file of neighbours");
    texts.graph = Some(("graph", "p1 p2\np3 p77\n"));
    starts(Study::new(&connected, &texts, 1).unwrap_err().to_string(), "graph:2: location 'p77' is not in the coordinates file");
    let unnamed = "p1 1 2025/1/3\np2 1 2025/3/4 tax\n";
    texts.cases = ("cases", unnamed);
    starts(
        Study::new(&Options { streams: true, ..options() }, &texts, 1).unwrap_err().to_string(),
        "cases: each case needs a stream",
    );
}
