//! What the force's IT does: accounts, backups, erasure, a look at the installation. For people and, with `--json`, for machines.

use std::io::Write;

use super::program::{Program, json};

/// A database of a few reports and a member of staff for each step.
fn desk() -> Program {
    let program = Program::new();
    program.write("in.jsonl", alike(1..7));
    program.good(&["import", "in.jsonl", "--no-detect"]);
    program.write("password", "a long password\n");
    program
}

/// Reports of one hand, one for each day of April 2019 given.
fn alike(days: std::ops::Range<usize>) -> String {
    let mut text = String::new();
    for number in days {
        let postcode = ["AL1 3JQ", "AL2 2AB", "AL3 5TE", "AL1 1BX", "AL4 0NH", "AL1 4QD"][(number - 1) % 6];
        text.push_str(&format!(
            "{{\"external_id\":\"{number}\",\"source\":\"call_101\",\"received_at\":\"2019-04-{number:02}T10:00:00+01:00\",\"reporter\":{{\"name\":\"Example Person\",\
             \"phone\":\"+441632960{number:03}\"}},\"place\":{{\"postcode\":\"{postcode}\"}},\"narrative\":\"Marker words\",\
             \"caller\":{{\"claimed\":[\"police\"],\"names\":[\"DC Adam Example\"]}},\"call\":{{\"number_shown\":\"+442079460321\"}},\
             \"demand\":[\"withdraw_cash\"],\"handover\":[\"courier_at_home\"],\"trick\":[\"line_held_open\"]}}\n"
        ));
    }
    text
}

#[test]
fn accounts_are_made_changed_and_listed() {
    let program = desk();
    let add = |name: &str, role: &str| {
        json(&program.good(&["user", "add", name, "--role", role, "--password-file", "password", "--json"]).out).remove(0)
    };
    assert_eq!(add("Ann", "analyst")["name"], "ann");
    program.refused(&["user", "add", "ann", "--role", "analyst", "--password-file", "password"], "there is a user 'ann' already");
    program.refused(&["user", "add", "bob", "--role", "king", "--password-file", "password"], "'king' is none of call_handler");
    program.refused(&["user", "add", "bob smith", "--role", "admin", "--password-file", "password"], "is no user name");
    program.write("short", "short\n");
    program.refused(&["user", "add", "bob", "--role", "admin", "--password-file", "short"], "fewer than 12");
    let state = |arguments: &[&str]| json(&program.good(&[arguments, &["--json"]].concat()).out).remove(0)["state"].clone();
    assert_eq!(state(&["user", "disable", "ann"]), "disabled");
    assert_eq!(state(&["user", "unlock", "ANN"]), "active");
    assert_eq!(json(&program.good(&["user", "role", "ann", "--role", "auditor", "--json"]).out)[0]["role"], "auditor");
    program.good(&["user", "password", "ann", "--password-file", "password"]);
    program.refused(&["user", "disable", "nobody"], "there is no user 'nobody'");
    let list = program.good(&["user", "list"]).out;
    assert_eq!(list, "ann (Ann), auditor, active\n");
    assert!(!list.contains("argon2"));
    // The password from standard input.
    let mut command = program.command(&["user", "add", "cat", "--role", "admin", "--password-file", "-"]);
    let mut child = command.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::null()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"another long password\n").unwrap();
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_backup_is_made_and_put_back() {
    let program = desk();
    let made = json(&program.good(&["backup", "copy.db", "--json"]).out);
    assert_eq!(made[0]["file"], "copy.db");
    program.refused(&["backup", "copy.db"], "there already");
    let before = program.good(&["export"]).out;
    program.write("more.jsonl", "{\"received_at\":\"2019-05-01T10:00:00+01:00\"}\n");
    program.good(&["import", "more.jsonl", "--no-detect"]);
    program.refused(&["restore", "copy.db"], "--replace");
    let back = json(&program.good(&["restore", "copy.db", "--replace", "--json"]).out);
    assert!(back[0]["kept"].as_str().unwrap().contains("ringfence.db.before-"));
    assert_eq!(program.good(&["export"]).out, before);
    program.good(&["verify-audit"]);
    program.refused(&["restore", "none.db", "--replace"], "none.db");
    program.refused(&["restore", "in.jsonl", "--replace"], "is no backup");
    program.refused(&["restore", "copy.db", "--key-file", "none.key"], "there is no such key file");
    program.refused(&["backup", "x.db", "--database", "sqlite:none.db"], "there is no such database");
    // In another folder, with the key, it is the whole desk.
    let other = Program::new();
    other.write("copy.db", std::fs::read(program.path("copy.db")).unwrap());
    other.write("ringfence.key", program.read("ringfence.key"));
    other.good(&["restore", "copy.db"]);
    assert_eq!(other.good(&["export"]).out, before);
}

#[test]
fn a_person_is_erased_and_stays_so() {
    let program = desk();
    let series = || program.good(&["export"]).out;
    assert_eq!(series().matches("Marker words").count(), 6);
    let reference = reference(&program);
    let typed = reference.to_lowercase().replace('-', " ");
    program.refused(&["erase", "RF-0000-00000", "--reason", "x"], "there is no report 'RF-0000-00000'");
    program.refused(&["erase", &typed, "--reason", " "], "say why");
    let erased = json(&program.good(&["erase", &typed, "--reason", "her request", "--json"]).out);
    assert_eq!(erased[0]["erased"], reference.as_str());
    assert_eq!(series().matches("Marker words").count(), 5);
    assert_eq!(series().lines().count(), 6, "the count stays");
    let again = program.good(&["import", "in.jsonl", "--no-detect", "--json"]);
    assert!(again.out.contains("\"unchanged\":6"), "{}", again.out);
    assert_eq!(series().matches("Marker words").count(), 5, "the file does not bring the person back");
}

/// A reference out of the detector's series.
fn reference(program: &Program) -> String {
    program.good(&["series", "detect"]);
    let list = json(&program.good(&["series", "list", "--json"]).out);
    list[0]["members"][0]["report"].as_str().expect("six alike reports are a series").to_owned()
}

#[test]
fn doctor_says_what_is_well_and_what_is_not() {
    let program = Program::new();
    let ran = program.run(&["doctor"]);
    assert_eq!(ran.code, 1);
    assert!(
        ran.out.contains("FAIL key file") && ran.out.contains("FAIL database: ringfence.db: there is no such database"),
        "{}",
        ran.out
    );
    assert!(!program.path("ringfence.db").exists() && !program.path("ringfence.key").exists(), "a look makes nothing");
    let program = desk();
    let ran = program.good(&["doctor", "--json"]);
    let checks = json(&ran.out);
    assert!(checks.len() >= 7 && checks.iter().all(|check| check["ok"] == true), "{}", ran.out);
    let ran = program.run(&["doctor", "--json", "--key-file", "none.key"]);
    assert_eq!(ran.code, 1);
    assert!(json(&ran.out).iter().any(|check| check["name"] == "key" && check["ok"] == false), "{}", ran.out);
    program.write("ringfence.toml", "broker = \"nats://127.0.0.1:1\"\n");
    let ran = program.run(&["doctor"]);
    assert!(ran.code == 1 && ran.out.contains("FAIL broker"), "{ran:?}");
    let audit = json(&program.good(&["verify-audit", "--json"]).out);
    assert!(audit[0]["unbroken"] == true && audit[0]["entries"].as_i64().unwrap() > 0);
}

#[test]
fn the_desks_work_can_be_scripted() {
    let program = desk();
    for (name, role) in [("ann", "analyst"), ("pat", "press_officer"), ("sam", "signing_officer")] {
        program.good(&["user", "add", name, "--role", role, "--password-file", "password"]);
    }
    let detected = json(&program.good(&["series", "detect", "--json"]).out);
    assert_eq!(detected[0]["reports"], 6);
    let id = json(&program.good(&["series", "list", "--json"]).out)[0]["id"].as_str().unwrap().to_owned();
    program.refused(&["series", "show", "S-0"], "");
    program.refused(&["series", "list", "--state", "odd"], "is none of candidate");
    program.refused(&["series", "confirm", &id, "--user", "nobody"], "there is no user 'nobody'");
    program.refused(&["advice", "draft", &id, "--user", "pat"], "advice is drafted from a confirmed one");
    let confirmed = json(&program.good(&["series", "confirm", &id, "--user", "ann", "--reason", "one hand", "--json"]).out);
    assert_eq!(confirmed[0]["state"], "confirmed");
    assert_eq!(json(&program.good(&["series", "show", &id, "--json"]).out)[0]["state"], "confirmed");
    program.write("more.jsonl", alike(7..12));
    program.good(&["import", "more.jsonl"]);
    program.refused(&["advice", "draft", &id, "--user", "sam"], "this is for a press_officer or analyst");
    let advice = json(&program.good(&["advice", "draft", &id, "--user", "pat", "--json"]).out).remove(0);
    let number = advice["id"].as_str().unwrap().to_owned();
    let step = |arguments: &[&str]| json(&program.good(&[&["advice"], arguments, &["--json"]].concat()).out).remove(0);
    assert_eq!(step(&["show", &number])["state"], "draft");
    assert_eq!(step(&["submit", &number, "--user", "pat"])["state"], "in_review");
    program.refused(&["advice", "sign", &number, "--user", "pat"], "this is for a signing_officer");
    assert_eq!(step(&["sign", &number, "--user", "sam"])["state"], "signed");
    assert_eq!(step(&["publish", &number, "--user", "pat"])["state"], "published");
    let page = program.good(&["advice", "export", &number]).out;
    assert_eq!(step(&["export", &number])["page"], page.as_str());
    // Three reports more, told beside the first count, tell of those three: not signed, whoever asks.
    program.write("few.jsonl", alike(12..15));
    program.good(&["import", "few.jsonl"]);
    let second = step(&["draft", &id, "--user", "pat"])["id"].as_str().unwrap().to_owned();
    step(&["submit", &second, "--user", "pat"]);
    program.refused(&["advice", "sign", &second, "--user", "sam"], "cannot be signed: disclosure");
    program.write("page.md", &page);
    let lint = program.run(&["advice", "lint", "page.md", "--json"]);
    assert!(lint.code <= 1 && json(&lint.out)[0]["findings"].is_array(), "{lint:?}");
    program.refused(&["advice", "update", &number, "--user", "sam"], "this is for a press_officer");
    program.write("later.jsonl", alike(15..30));
    program.good(&["import", "later.jsonl"]);
    let update = step(&["update", &number, "--user", "pat"]);
    assert_eq!((&update["state"], &update["version"]), (&"draft".into(), &2.into()));
    program.refused(&["advice", "update", &number, "--user", "pat"], "");
    assert_eq!(step(&["stand-down", &number, "--user", "pat", "--reason", "quiet"])["state"], "stood_down");
    program.refused(&["advice", "show", "9999"], "there is no advice '9999'");
    program.refused(&["advice", "import", "in.jsonl", "--user", "pat"], "in.jsonl");
}
