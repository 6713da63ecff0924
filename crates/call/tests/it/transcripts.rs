//! The authored transcripts of `fixtures/call/`: what each line should be heard as, and whether the alarm must be raised.

use call::{Check, Checker, is_resident};

use crate::CHECKER;

struct Line {
    speaker: String,
    stage: Option<String>,
    text: String,
}

struct Transcript {
    title: String,
    scam: bool,
    direction: String,
    lines: Vec<Line>,
}

/// Reads `fixtures/call/*.md`: `## title`, then `scam|genuine, inbound|outbound`, then `- speaker (stage): text`.
fn transcripts(name: &str) -> Vec<Transcript> {
    let path = format!("{}/../../fixtures/call/{name}.md", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let mut found: Vec<Transcript> = Vec::new();
    for line in text.lines() {
        if let Some(title) = line.strip_prefix("## ") {
            found.push(Transcript { title: title.to_owned(), scam: false, direction: String::new(), lines: Vec::new() });
        } else if let (Some(line), Some(transcript)) = (line.strip_prefix("- "), found.last_mut()) {
            let (who, text) = line.split_once(": ").unwrap_or_else(|| panic!("{name}: {line}"));
            let (speaker, stage) = match who.split_once(" (") {
                Some((speaker, stage)) => (speaker, Some(stage.trim_end_matches(')').to_owned())),
                None => (who, None),
            };
            transcript.lines.push(Line { speaker: speaker.to_owned(), stage, text: text.to_owned() });
        } else if let (Some((label, direction)), Some(transcript)) = (line.split_once(", "), found.last_mut())
            && transcript.lines.is_empty()
        {
            transcript.scam = match label {
                "scam" => true,
                "genuine" => false,
                other => panic!("{name}: {other}"),
            };
            direction.clone_into(&mut transcript.direction);
        }
    }
    found
}

fn listen(checker: &Checker, transcript: &Transcript) -> Check {
    let mut check = Check::default();
    for line in &transcript.lines {
        checker.turn(&mut check, is_resident(&line.speaker, Some(&transcript.direction)), &line.text);
    }
    check
}

const SCAMS: [&str; 3] = ["scam-uk-police", "scam-uk-other", "scam-us"];
const GENUINE: [&str; 2] = ["genuine-uk", "genuine-us"];

#[test]
fn every_scam_raises_the_alarm_with_two_stages_and_its_words() {
    let checker = &*CHECKER;
    let mut silent: Vec<String> = Vec::new();
    for transcript in SCAMS.iter().flat_map(|name| transcripts(name)) {
        assert!(transcript.scam && !transcript.lines.is_empty(), "{}", transcript.title);
        let check = listen(checker, &transcript);
        if !check.alarm() {
            silent.push(format!("{} {:.2}", transcript.title, check.score()));
            continue;
        }
        let mut stages: Vec<_> = check.heard().iter().map(|heard| heard.stage).collect();
        stages.sort_unstable();
        stages.dedup();
        assert!(stages.len() >= 2, "{}", transcript.title);
        for heard in check.heard() {
            assert_eq!(&transcript.lines[heard.turn].text[heard.start..heard.end], heard.quote, "{}", transcript.title);
        }
    }
    assert!(silent.is_empty(), "{silent:#?}");
}

#[test]
fn no_genuine_call_raises_it() {
    let checker = &*CHECKER;
    let mut raised: Vec<String> = Vec::new();
    for transcript in GENUINE.iter().flat_map(|name| transcripts(name)) {
        assert!(!transcript.scam && !transcript.lines.is_empty(), "{}", transcript.title);
        let check = listen(checker, &transcript);
        if check.alarm() {
            let heard: Vec<&str> = check.heard().iter().map(|heard| heard.quote).collect();
            raised.push(format!("{}: {heard:?}", transcript.title));
        }
    }
    assert!(raised.is_empty(), "{raised:#?}");
}

/// Calls by other hands that rules were made by, or that the voice was taught by: most are heard, and few of the genuine ones on a scam's topic raise an alarm. The files
/// `test-*.md` are for `examples/evaluate.rs` alone.
#[test]
fn most_calls_by_other_hands_are_told_apart() {
    let alarms = |names: &[&str], scam: bool| {
        let mut calls: Vec<Transcript> = names.iter().flat_map(|name| transcripts(name)).collect();
        calls.retain(|transcript| transcript.scam == scam);
        let raised = calls.iter().filter(|transcript| listen(&CHECKER, transcript).alarm()).count();
        (raised, calls.len())
    };
    for (names, scams, genuine, least) in [
        (&["scam-two-way", "genuine-two-way"][..], 58, 52, 85),
        (&["fourth-hand"], 45, 40, 85),
        (&["fifth-hand"], 45, 40, 85),
        (&["eighth-hand"], 60, 50, 95),
        (&["ninth-hand"], 60, 50, 95),
        (&["tenth-hand"], 70, 70, 85),
        (&["eleventh-hand"], 70, 50, 90),
        (&["thirteenth-hand"], 50, 80, 85),
        (&["fourteenth-hand"], 20, 130, 90),
        (&["fifteenth-hand"], 40, 110, 85),
        (&["sixteenth-hand"], 60, 60, 80),
        (&["eighteenth-hand"], 60, 60, 70),
        (&["twenty-first-hand"], 80, 80, 90),
        (&["twenty-second-hand"], 80, 80, 50),
        (&["twenty-third-hand"], 70, 80, 65),
        (&["twenty-sixth-hand"], 90, 90, 65),
        (&["twenty-seventh-hand"], 90, 90, 60),
        (&["twenty-eighth-hand"], 100, 100, 70),
        (&["thirty-fifth-hand"], 100, 100, 75),
        (&["fortieth-hand"], 60, 170, 70),
        (&["forty-third-hand"], 110, 110, 75),
        (&["fifty-first-hand"], 110, 60, 85),
        (&["fifty-fifth-hand"], 110, 90, 80),
        (&["sixtieth-hand"], 70, 150, 85),
        (&["sixty-second-hand"], 80, 130, 75),
        (&["sixty-fifth-hand"], 60, 150, 75),
        (&["seventieth-hand"], 90, 110, 60),
        (&["seventy-sixth-hand"], 110, 110, 85),
    ] {
        let (recalled, n) = alarms(names, true);
        assert!(n == scams && recalled * 100 >= n * least, "{names:?}: {recalled} of {n}");
        let (raised, n) = alarms(names, false);
        assert!(n == genuine && raised * 100 <= n * 9, "{names:?}: {raised} of {n} genuine");
    }
}

#[test]
fn the_stage_written_beside_a_line_is_heard_in_it() {
    let checker = &*CHECKER;
    let (mut labelled, mut heard_right) = (0, 0);
    let mut missed: Vec<String> = Vec::new();
    for transcript in SCAMS.iter().flat_map(|name| transcripts(name)) {
        let check = listen(checker, &transcript);
        for (at, line) in transcript.lines.iter().enumerate() {
            let Some(stage) = &line.stage else { continue };
            labelled += 1;
            if check.heard().iter().any(|heard| heard.turn == at && heard.stage.as_str() == stage) {
                heard_right += 1;
            } else {
                missed.push(format!("{stage}: {}", line.text));
            }
        }
    }
    assert!(labelled > 250 && heard_right * 100 >= labelled * 80, "{heard_right} of {labelled}: {missed:#?}");
}
