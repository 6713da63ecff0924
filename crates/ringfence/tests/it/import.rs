//! Files taken in bulk: once, whole, and after any kill from where it stood.

use std::fmt::Write;
use std::time::{Duration, Instant};

use super::program::{Program, Ran, end, json};

/// A report.v1 line with invented people and drama numbers.
fn line(number: usize) -> String {
    format!(
        "{{\"external_id\":\"CAD-{number}\",\"source\":\"call_101\",\"received_at\":\"2019-04-{:02}T10:00:00+01:00\",\
         \"reporter\":{{\"name\":\"Example Person {number}\",\"phone\":\"+4416329600{:02}\"}},\"place\":{{\"postcode\":\"AL1 3JQ\"}},\
         \"call\":{{\"number_shown\":\"+4420794600{:02}\"}},\"caller\":{{\"claimed\":[\"bank\"]}},\"narrative\":\"Marker words {number}\"}}",
        1 + number % 30,
        number % 100,
        number % 90
    )
}

/// The real file, where it is asked for (`RINGFENCE_FULL=1`): its number of rows.
fn full(program: &Program) -> Option<usize> {
    std::env::var("RINGFENCE_FULL").ok()?;
    let shared = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/events");
    let read = |name: &str| std::fs::read(format!("{shared}/{name}")).unwrap_or_else(|error| panic!("{name}: {error}"));
    // Packed: that is told from what is in it, whatever its name.
    program.write("ftc.csv", read("ftc_dnc_2021-03-11_2021-04-06.csv.gz"));
    program.write("ftc.toml", include_str!("../../../../fixtures/import/ftc-dnc.toml"));
    program.write("us.csv", read("us_area_code_centroids.csv"));
    program.good(&["areas", "import", "--points", "us.csv", "--column", "code=area_code", "--column", "parent=state"]);
    Some(357_051)
}

/// A CSV file without ids, with rows that cannot be taken among the good ones, and its mapping.
fn complaints(program: &Program, rows: usize) {
    let mut text = String::from("date,caller_number,consumer_area_code\n");
    for row in 0..rows {
        match row % 97 {
            13 => writeln!(text, "soon,4045550{:03},404", row % 1000).unwrap(),
            50 => writeln!(text, "2021-03-11,\"4045550{:03},404", row % 1000).unwrap(),
            _ => writeln!(text, "2021-03-{:02},4045550{:03},{}", 11 + row % 20, row % 1000, 201 + row % 7).unwrap(),
        }
    }
    program.write("ftc.csv", text);
    program.write("ftc.toml", include_str!("../../../../fixtures/import/ftc-dnc.toml"));
}

const IMPORT: [&str; 7] = ["import", "ftc.csv", "--map", "ftc.toml", "--rejects", "ftc.rejects", "--no-detect"];

/// Everything that the import left behind, without what differs between any two runs: references and times.
fn state(program: &Program) -> (String, String, Vec<serde_json::Value>) {
    let export = program.good(&["export"]).out;
    let checks: Vec<serde_json::Value> = json(&program.good(&["doctor", "--json"]).out)
        .into_iter()
        .filter(|check| ["database", "database file", "outbox", "detector"].contains(&check["name"].as_str().unwrap()))
        .collect();
    (export, program.read("ftc.rejects"), checks)
}

fn counts(ran: &Ran) -> [i64; 4] {
    let answer = &json(&ran.out)[0];
    ["accepted", "updated", "unchanged", "rejected"].map(|name| answer[name].as_i64().unwrap())
}

/// An import that was killed five times, and what it left; nothing where it ended before.
fn killed_five_times(make: &dyn Fn(&Program) -> usize, took: Duration) -> Option<Program> {
    let killed = Program::new();
    make(&killed);
    let mut dice = 0x2545_F491_4F6C_DD1D_u64 ^ took.as_nanos() as u64;
    for _ in 0..5 {
        let mut command = killed.command(&IMPORT);
        let mut child = command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn().unwrap();
        dice ^= dice << 13;
        dice ^= dice >> 7;
        dice ^= dice << 17;
        // Anywhere from its start to a quarter of the whole: later kills come at later rows.
        std::thread::sleep(Duration::from_micros(dice % (took.as_micros() as u64 / 4)));
        if child.try_wait().unwrap().is_some() {
            return None;
        }
        child.kill().unwrap();
        child.wait().unwrap();
    }
    Some(killed)
}

/// On a file of 6,000 rows; with `RINGFENCE_FULL=1` on the 357,051 real complaints.
#[test]
fn killed_at_five_points_and_run_again_it_ends_the_same() {
    let make = |program: &Program| {
        full(program).unwrap_or_else(|| {
            complaints(program, 6_000);
            6_000
        })
    };
    let undisturbed = Program::new();
    let rows = make(&undisturbed);
    let began = Instant::now();
    let ran = undisturbed.run(&IMPORT);
    let took = began.elapsed();
    assert!(ran.code <= 1, "{ran:?}");
    let expected = state(&undisturbed);

    // On a machine that is suddenly quicker an import may end before its fifth kill: then all begins again.
    let killed = (0..5).find_map(|_| killed_five_times(&make, took)).expect("the import always ended before its fifth kill");
    let ran = killed.run(&IMPORT);
    assert!(ran.code <= 1, "{ran:?}");
    let found = state(&killed);
    assert_eq!(found.0.lines().count(), expected.0.lines().count());
    assert!(found.0 == expected.0, "the reports differ");
    assert!(found.1 == expected.1, "the rejects differ");
    assert_eq!(found.2, expected.2);
    // Once more changes nothing.
    let again = killed.run(&[&IMPORT[..], &["--json"]].concat());
    let [accepted, updated, unchanged, rejected] = counts(&again);
    assert_eq!((accepted, updated), (0, 0), "{}", again.out);
    assert_eq!(unchanged + rejected, rows as i64);
    assert_eq!(state(&killed).0, expected.0);
}

#[test]
fn the_same_report_again_is_an_update_or_nothing() {
    let program = Program::new();
    program.write("a.jsonl", format!("{}\n{}\n{{\"received_at\":\"2019-04-01T10:00:00+01:00\"}}\n", line(1), line(2)));
    let import = |file: &str| counts(&program.run(&["import", file, "--json", "--no-detect"]));
    assert_eq!(import("a.jsonl"), [3, 0, 0, 0]);
    assert_eq!(import("a.jsonl"), [0, 0, 3, 0], "the one without an id is not taken twice");
    program.write("b.jsonl", format!("{}\n{}\n{}\n", line(1), line(2).replace("bank", "police"), line(3)));
    assert_eq!(import("b.jsonl"), [1, 1, 1, 0]);
    // What the first file says is what its sender says now.
    assert_eq!(import("a.jsonl"), [0, 1, 2, 0]);
    let packed = {
        let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        std::io::Write::write_all(&mut writer, format!("{}\n{}\n", line(3), line(4)).as_bytes()).unwrap();
        writer.finish().unwrap()
    };
    program.write("c.jsonl.gz", packed);
    assert_eq!(import("c.jsonl.gz"), [1, 0, 1, 0]);
    assert!(program.good(&["verify-audit"]).out.contains("unbroken"));
}

#[test]
fn what_is_refused_is_told_and_kept_as_it_came_and_can_be_mended() {
    let program = Program::new();
    let bad = [
        r#"{"received_at":"2019-04-12T13:05:00+01:00","colour":"red"}"#,
        r#"{"received_at":"2019-04-12T13:05:00+01:00","demand":["pin","money"]}"#,
        "not json at all",
    ];
    program.write("in.jsonl", format!("{}\n{}\n\n{}\n{}\n{}\n", line(1), bad[0], bad[1], line(2), bad[2]));
    let ran = program.run(&["import", "in.jsonl", "--rejects", "out.rejects", "--no-detect", "--json"]);
    assert_eq!((ran.code, counts(&ran)), (1, [2, 0, 0, 3]));
    let told: Vec<&str> = ran.err.lines().collect();
    assert_eq!(told[0], "in.jsonl:2: colour: unknown key 'colour'");
    assert!(told[1].starts_with("in.jsonl:4: demand[1]: not one of the values: use withdraw_cash"), "{}", told[1]);
    assert_eq!(told[2], "in.jsonl:6: .: not JSON, at column 2");
    let rejects = program.read("out.rejects");
    let raw: Vec<&str> = rejects.lines().filter(|line| !line.starts_with("# line ")).collect();
    assert_eq!(raw, bad);
    assert!(rejects.starts_with("# line 2: colour: unknown key 'colour'\n{"), "{rejects}");
    // Mended, the rejects file is imported as it is.
    program.write("mended.jsonl", rejects.replace(",\"colour\":\"red\"", "").replace(",\"money\"", "").replace(bad[2], &line(3)));
    assert_eq!(counts(&program.good(&["import", "mended.jsonl", "--no-detect", "--json"])), [3, 0, 0, 0]);

    // CSV: the header comes first.
    complaints(&program, 200);
    let ran = program.run(&[&IMPORT[..], &["--json"]].concat());
    let rejected = counts(&ran)[3];
    assert!(rejected > 2, "{}", ran.out);
    let rejects = program.read("ftc.rejects");
    assert!(rejects.starts_with("date,caller_number,consumer_area_code\n# line 15: received_at: "), "{rejects}");
    program.write("mended.csv", rejects.replace("soon", "2021-03-11").replace(",\"404", ",404"));
    let ran = program.good(&["import", "mended.csv", "--map", "ftc.toml", "--no-detect", "--json"]);
    assert_eq!(counts(&ran), [rejected, 0, 0, 0]);
}

#[test]
fn what_goes_out_comes_in_again() {
    let program = Program::new();
    let text: String = (0..50).map(|number| format!("{}\n", line(number))).collect();
    program.write("in.jsonl", text);
    program.good(&["import", "in.jsonl", "--no-detect"]);
    let answer = json(&program.good(&["export", "out.jsonl", "--json", "--reason", "a test"]).out);
    assert_eq!(answer[0]["reports"], 50);
    let other = Program::new();
    other.write("in.jsonl", program.read("out.jsonl"));
    other.good(&["import", "in.jsonl", "--no-detect"]);
    assert_eq!(other.good(&["export"]).out, program.read("out.jsonl"));
    // What goes out is what came in, field for field.
    for (number, line_out) in program.read("out.jsonl").lines().enumerate() {
        let mut out: serde_json::Value = serde_json::from_str(line_out).unwrap();
        let place = out["place"].as_object_mut().unwrap();
        // Told from the postcode at the door.
        assert_eq!((place.remove("sector").unwrap(), place.remove("outcode").unwrap()), ("AL1 3".into(), "AL1".into()));
        assert_eq!(out, serde_json::from_str::<serde_json::Value>(&line(number)).unwrap());
    }
    let facts = program.good(&["export", "--facts-only", "--from", "2019-04-02", "--to", "2019-04-02"]).out;
    assert!(
        facts.lines().count() > 0 && !facts.contains("Marker") && !facts.contains("Example Person") && !facts.contains("3JQ")
    );
    assert!(json(&facts).iter().all(|one| one["received_at"].as_str().unwrap().starts_with("2019-04-02")));
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(program.path("out.jsonl")).unwrap().permissions());
        assert_eq!(mode & 0o077, 0, "an export is its owner's alone");
    }
}

#[test]
fn nothing_personal_is_told_logged_or_left_in_the_clear() {
    let program = Program::new();
    program.write("in.jsonl", format!("{}\n{}\n", line(1), line(2).replace("\"bank\"", "\"Marker words\"")));
    let mut command = program.command(&["import", "in.jsonl"]);
    command.env("RINGFENCE_LOG", "trace");
    let ran = end(&mut command);
    assert_eq!(ran.code, 1, "{ran:?}");
    let mut files = 0;
    for entry in std::fs::read_dir(program.path(".")).unwrap() {
        let path = entry.unwrap().path();
        if path.ends_with("in.jsonl") {
            continue;
        }
        files += 1;
        let bytes = std::fs::read(&path).unwrap();
        for marker in ["Example Person", "Marker words", "+4416329600", "AL1 3JQ"] {
            assert!(!bytes.windows(marker.len()).any(|window| window == marker.as_bytes()), "{marker} in {}", path.display());
            assert!(!ran.err.contains(marker) && !ran.out.contains(marker), "{marker} was told: {}", ran.err);
        }
    }
    assert!(files >= 2);
}
