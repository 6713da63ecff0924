//! Scans by the command: a parameter file, flags, free shapes, streams and delays.

use std::fmt::Write;

use super::program::{Program, json};

const FILES: [(&str, &str); 4] = [
    ("harbour.prm", include_str!("../../../../fixtures/scan/harbour.prm")),
    ("harbour.cas", include_str!("../../../../fixtures/scan/harbour.cas")),
    ("harbour.geo", include_str!("../../../../fixtures/scan/harbour.geo")),
    ("harbour.pop", include_str!("../../../../fixtures/scan/harbour.pop")),
];

fn harbour() -> Program {
    let program = Program::new();
    for (name, text) in FILES {
        program.write(name, text);
    }
    program.write("harbour.beside", "Quay Mole Light\nMole Dunes\nDunes Marsh\nMarsh Point\n");
    program
}

/// The harbour's cases as a table with a heading: those of the series of one stream, the others of either.
fn streams() -> String {
    let mut table = "date,location,cases,stream\n".to_owned();
    for (at, line) in FILES[1].1.lines().enumerate() {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let late = fields[2] >= "2025/3/26";
        let stream = if late || at % 2 == 0 { "courier" } else { "tax" };
        writeln!(table, "{},{},{},{stream}", fields[2], fields[0], fields[1]).unwrap();
    }
    table
}

#[test]
fn a_parameter_file_is_answered_in_the_contracts_shape_and_drawn() {
    let program = harbour();
    let answer = json(&program.good(&["scan", "harbour.prm", "--map", "clusters.svg", "--json"]).out).remove(0);
    assert_eq!(
        (answer["model"].as_str(), answer["replications"].as_u64(), answer["seed"].as_u64()),
        (Some("stp"), Some(999), Some(1))
    );
    let best = &answer["clusters"][0];
    for key in ["locations", "from", "to", "cases", "expected", "llr", "p", "recurrence_interval_days"] {
        assert!(!best[key].is_null(), "{key}: {best}");
    }
    assert_eq!(best["to"], "2025-03-28");
    assert!(program.read("clusters.svg").starts_with("<svg "));
    program.refused(&["scan", "harbour.prm", "--set", "IterativeScan=y"], "IterativeScan");
}

#[test]
fn shapes_take_the_place_of_discs() {
    let program = harbour();
    let flags =
        ["scan", "--cases", "harbour.cas", "--geo", "harbour.geo", "--model", "ebp", "--cartesian", "--longest", "5", "--json"];
    for shape in
        [&["subsets"][..], &["connected", "--neighbours", "harbour.beside"], &["flexible", "--neighbours", "harbour.beside"]]
    {
        let mut all = flags.to_vec();
        all.push("--shape");
        all.extend(shape);
        let answer = json(&program.good(&all).out).remove(0);
        let mut places: Vec<&str> =
            answer["clusters"][0]["locations"].as_array().unwrap().iter().filter_map(|one| one.as_str()).collect();
        places.sort_unstable();
        assert_eq!(places, ["Mole", "Quay"], "{shape:?}");
    }
    let refused = |more: &[&str], what: &str| program.refused(&[&flags[..], more].concat(), what);
    refused(&["--shape", "connected"], "connected shapes need a file of neighbours (--neighbours)");
    refused(&["--neighbours", "harbour.beside"], "--neighbours is for --shape connected or flexible");
    refused(&["--shape", "flexible", "--largest", "21", "--neighbours", "harbour.beside"], "--largest is 20 at most");
    refused(&["--shape", "subsets", "--cost=-1"], "--cost");
}

#[test]
fn streams_come_from_a_column_and_delays_from_a_file() {
    let program = harbour();
    program.write("streams.csv", streams());
    let flags = [
        "scan",
        "--cases",
        "streams.csv",
        "--geo",
        "harbour.geo",
        "--model",
        "ebp",
        "--cartesian",
        "--longest",
        "5",
        "--streams",
    ];
    let answer = json(&program.good(&[&flags[..], &["--json"]].concat()).out).remove(0);
    assert_eq!(answer["clusters"][0]["streams"], serde_json::json!(["courier"]));
    program.write("no-stream.csv", "date,location,cases\n2025/3/1,Quay,1\n");
    let mut without = flags;
    without[2] = "no-stream.csv";
    program.refused(&without, "no-stream.csv:1: the heading has no column for the stream");
    // From January to the last day of the study, half of the reports a day late.
    let mut delays = String::new();
    for day in 1..=86 {
        let date = |number: i32| match number {
            ..=31 => format!("2025/1/{number}"),
            32..=59 => format!("2025/2/{}", number - 31),
            _ => format!("2025/3/{}", number - 59),
        };
        writeln!(delays, "Quay {0} {0}\nQuay {0} {1}", date(day), date(day + 1)).unwrap();
    }
    program.write("delays.txt", delays);
    let report = program.good(&[&flags[..], &["--delays", "delays.txt"]].concat()).out;
    assert!(report.contains("Streams             courier") && report.contains("In by now             "), "{report}");
}
