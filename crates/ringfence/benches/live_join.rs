//! How long it takes until a report that comes in live stands in its series, with a million reports stored.
//!
//! `cargo bench -p ringfence --bench live_join -- [REPORTS] [REPORTS_A_DAY]` (1,000,000 and 274 without being asked): a county's years
//! are taken from a file by the real program (embedded storage), which then serves. A call handler sends reports one after the other by
//! the API, ten series of thirty among them, and asks for each of these until its series is shown. Timed are the request, and from its answer to the
//! series.
#![allow(clippy::print_stdout, reason = "a measuring tool prints its figures")]
#![allow(clippy::disallowed_methods, reason = "it measures time")]

use std::io::{BufWriter, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use areas::Gazetteer;
use jiff::{SignedDuration, Timestamp};
use report::OpenReason;
use serde_json::Value;
use testkit::worlds::{Kind, Played, World, with_series, without};

const COUNTY: &str = "Hertfordshire";
/// A piece of the years, in days: all reports of ten years at once would not fit into memory.
const PIECE: i64 = 73;
/// One in so many numbers shown is kept, as there are not enough numbers kept for drama: more, and strangers would share them.
const NUMBERS: usize = 20;
/// Series that come live.
const SERIES: u64 = 10;
/// Other reports that come live with each.
const BETWEEN: usize = 70;
/// A report that is in no series is asked for this long.
const PATIENCE: Duration = Duration::from_secs(2);

fn main() {
    let numbers: Vec<usize> = std::env::args().skip(1).filter_map(|one| one.parse().ok()).collect();
    let (reports, a_day) = (numbers.first().copied().unwrap_or(1_000_000), numbers.get(1).copied().unwrap_or(274));
    let folder = tempfile::tempdir().expect("a folder");
    let (live, ours) = write_years(&folder.path().join("years.jsonl"), reports, a_day);
    let begun = Instant::now();
    run(folder.path(), &["import", "years.jsonl"]);
    println!("{reports} reports taken from a file, with detection, in {:.0} s", begun.elapsed().as_secs_f64());
    std::fs::write(folder.path().join("secret.txt"), "for this bench only\n").expect("a file");
    run(folder.path(), &["user", "add", "handler", "--role", "call_handler", "--password-file", "secret.txt"]);
    let served = Served::new(folder.path());
    let cookie = served.sign_in();
    let (mut answers, mut joins) = (Vec::new(), Vec::new());
    let mut found = 0;
    for report in &live {
        let begun = Instant::now();
        let taken = served.json("POST", "/api/v1/reports", &cookie, &report.to_string());
        answers.push(begun.elapsed());
        let id = taken["id"].as_str().unwrap_or_else(|| panic!("not taken: {taken}")).to_owned();
        let hidden = report["external_id"].as_str().is_some_and(|name| ours.iter().any(|one| one == name));
        let begun = Instant::now();
        // One of no series has none to wait for: every report of the series is waited for.
        while hidden && begun.elapsed() < PATIENCE {
            if !served.json("GET", &format!("/api/v1/reports/{id}"), &cookie, "")["series"].is_null() {
                joins.push(begun.elapsed());
                found += 1;
                break;
            }
            std::thread::sleep(Duration::from_millis(2));
        }
    }
    println!("{} reports sent: {}", live.len(), shares(&mut answers));
    println!("{found} of the {} of a series stood in one within {PATIENCE:?} of the answer: {}", ours.len(), shares(&mut joins));
}

/// Writes the years, and gives the reports that come live after them with the names of those of the series.
fn write_years(path: &Path, reports: usize, a_day: usize) -> (Vec<Value>, Vec<String>) {
    let gazetteer = Gazetteer::united_kingdom();
    // Courier fraud is one in eleven; a twelfth of the reports tell of a call again.
    let all = a_day as f64 / 1.12;
    let world = World { courier: all / 11.0, other: all * 10.0 / 11.0, ..World::default() };
    let mut file = BufWriter::new(std::fs::File::create(path).expect("a file"));
    let (mut written, mut piece) = (0, 0);
    while written < reports {
        let played = without(&gazetteer, COUNTY, &world, PIECE, 5_000 + piece as u64);
        for report in told(&played, piece).into_iter().take(reports - written) {
            writeln!(file, "{report}").expect("room for the years");
            written += 1;
        }
        piece += 1;
    }
    file.flush().expect("room for the years");
    // Then one series after the other, each with a number of its own, so that it is seen in so busy a county, and some of what comes between.
    let (mut live, mut ours) = (Vec::new(), Vec::new());
    for series in 0..SERIES {
        let played = with_series(&gazetteer, COUNTY, &world, 1, Kind::Seed, 6_000 + series);
        let names: Vec<String> = played.truth.iter().flatten().map(|name| format!("{piece}-{name}")).collect();
        let mut others = 0;
        for mut report in told(&played, piece) {
            if is_of(&report, &names) {
                report["call"]["number_shown"] = format!("+4477009009{series:02}").into();
                live.push(report);
            } else if others < BETWEEN {
                others += 1;
                live.push(report);
            }
        }
        ours.extend(names);
        piece += 1;
    }
    (live, ours)
}

fn is_of(report: &Value, ours: &[String]) -> bool {
    ours.iter().any(|name| report["external_id"] == *name.as_str())
}

/// The reports of a piece, so many pieces on, in the order in which they came in.
fn told(played: &Played, piece: i64) -> Vec<Value> {
    let later = SignedDuration::from_hours(24 * PIECE * piece);
    let shift = |at: &mut Value| {
        if let Some(time) = at.as_str().and_then(|text| text.parse::<Timestamp>().ok()) {
            *at = (time + later).to_string().into();
        }
    };
    let mut reports: Vec<Value> = played
        .reports
        .iter()
        .enumerate()
        .map(|(place, report)| {
            let mut told = report.to_json(OpenReason::Export);
            let name = told["external_id"].as_str().unwrap_or_default().to_owned();
            let hidden = played.truth.iter().any(|truth| truth.contains(&name));
            told["external_id"] = format!("{piece}-{name}").into();
            shift(&mut told["received_at"]);
            if let Some(call) = told["call"].as_object_mut() {
                call.get_mut("at").map(shift);
                if !hidden && place % NUMBERS != 0 {
                    call.insert("number_shown".to_owned(), "withheld".into());
                }
            }
            told
        })
        .collect();
    reports.sort_by_key(|report| report["received_at"].as_str().and_then(|text| text.parse::<Timestamp>().ok()));
    reports
}

fn shares(times: &mut [Duration]) -> String {
    times.sort_unstable();
    let at = |share: f64| times.get(((times.len() as f64 * share) as usize).min(times.len().saturating_sub(1)));
    let told = |share: f64| at(share).map_or("-".to_owned(), |time| format!("{:.1} ms", time.as_secs_f64() * 1e3));
    format!("median {}, 99 in 100 within {}, longest {}", told(0.5), told(0.99), told(1.0))
}

fn program(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ringfence"));
    command.args(arguments).current_dir(folder).stdin(Stdio::null()).stdout(Stdio::null());
    command
}

fn run(folder: &Path, arguments: &[&str]) {
    let status = program(folder, arguments).status().expect("the program");
    // A command that found or refused something ends with 1.
    assert!(matches!(status.code(), Some(0 | 1)), "{arguments:?} ended with {status}");
}

/// The program as it serves; it ends with this.
struct Served {
    program: Child,
    address: String,
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

impl Served {
    fn new(folder: &Path) -> Served {
        let free = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port");
        let address = free.to_string();
        let program = program(folder, &["serve", "--listen", &address]).stderr(Stdio::null()).spawn().expect("the program");
        let served = Served { program, address };
        let begun = Instant::now();
        while TcpStream::connect(&served.address).is_err() {
            assert!(begun.elapsed() < Duration::from_secs(120), "it does not serve");
            std::thread::sleep(Duration::from_millis(50));
        }
        served
    }

    fn sign_in(&self) -> String {
        let form = "name=handler&password=for+this+bench+only";
        let answer = self.ask("POST", "/desk/sign-in", "", "application/x-www-form-urlencoded", form);
        let cookie =
            answer.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap_or_else(|| panic!("no session: {answer}"));
        cookie.split(';').next().unwrap_or_default().to_owned()
    }

    fn json(&self, method: &str, path: &str, cookie: &str, body: &str) -> Value {
        let answer = self.ask(method, path, cookie, "application/json", body);
        let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
        serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {answer}"))
    }

    /// One request on a connection of its own, and the whole answer.
    fn ask(&self, method: &str, path: &str, cookie: &str, kind: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).expect("a connection");
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncookie: {cookie}\r\ncontent-type: {kind}\r\ncontent-length: {}\r\n\r\n",
            self.address,
            body.len()
        );
        stream.write_all((head + body).as_bytes()).expect("a request");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        answer
    }
}
