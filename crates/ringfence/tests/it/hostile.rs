//! Bad input: refused in one line that says what, where and what to do, and in bounded memory.

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};

use super::program::{Program, Ran};

/// Most memory that any import of bad input may take, in MiB. The program itself takes about 60 in a debug build.
const MOST: u64 = 200;
const GOOD: &str = r#"{"received_at":"2019-04-12T13:05:00+01:00","external_id":"good"}"#;

/// Imports a file that holds one good report and something bad.
fn import(program: &Program, file: &str) -> Ran {
    let ran = program.run(&["import", file, "--no-detect", "--json", "--rejects", "rejects"]);
    assert!(ran.peak < MOST, "{file}: {} MiB", ran.peak);
    ran
}

fn one_taken_one_refused(program: &Program, file: &str, what: &str) {
    let ran = import(program, file);
    assert_eq!(ran.code, 1, "{file}: {ran:?}");
    assert!(ran.out.contains("\"accepted\":1") && ran.out.contains("\"rejected\":1"), "{file}: {}", ran.out);
    assert_eq!(ran.err.lines().count(), 1, "{file}: {}", ran.err);
    assert!(ran.err.starts_with(file) && ran.err.contains(what), "{file} should say '{what}': {}", ran.err);
}

#[test]
fn a_line_of_a_gigabyte_is_refused_and_the_next_is_taken() {
    for (file, header, good) in
        [("long.jsonl", "", GOOD), ("long.csv", "received_at,external_id\n", "2019-04-12T13:05:00+01:00,good")]
    {
        let program = Program::new();
        let mut out = File::create(program.path(file)).unwrap();
        out.write_all(header.as_bytes()).unwrap();
        // A hole in the file: it is read as zeros, and takes no room.
        out.seek(SeekFrom::Current(1 << 30)).unwrap();
        writeln!(out, "\n{good}").unwrap();
        drop(out);
        one_taken_one_refused(&program, file, "longer than 262144 bytes");
        assert!(std::fs::metadata(program.path("rejects")).unwrap().len() < 1 << 20, "of the long line the beginning is kept");
    }
}

#[test]
fn bytes_that_are_no_text_numbers_that_are_none_and_bombs_of_nesting() {
    let program = Program::new();
    let bomb = |part: &str, many: usize| format!("{{\"received_at\":{}", part.repeat(many)).into_bytes();
    let cases: [(&str, Vec<u8>, &str); 9] = [
        ("utf8.jsonl", b"{\"narrative\":\"\xff\xfe\"}".to_vec(), "not UTF-8, at byte 15"),
        ("nul.jsonl", b"\0\0\0\0".to_vec(), "not JSON"),
        ("nested.jsonl", bomb("[", 200_000), "received_at"),
        ("objects.jsonl", bomb("{\"a\":", 40_000), "received_at"),
        ("number.jsonl", GOOD.replace("\"good\"", "\"x\",\"loss_pence\":1e999").into_bytes(), "not JSON"),
        ("words.jsonl", GOOD.replace("\"good\"", "\"x\",\"loss_pence\":\"twelve\"").into_bytes(), "loss_pence: wrong type"),
        ("minus.jsonl", GOOD.replace("\"good\"", "\"x\",\"loss_pence\":-1").into_bytes(), "loss_pence: wrong type"),
        ("control.jsonl", GOOD.replace("\"good\"", "\"a\\u0000b\"").into_bytes(), "external_id: holds control characters"),
        ("twice.jsonl", GOOD.replace("\"good\"", "\"x\",\"external_id\":\"y\"").into_bytes(), "duplicate field"),
    ];
    for (file, bad, what) in cases {
        let name = file.replace(".jsonl", "");
        let good = GOOD.replace("good", &format!("good {name}"));
        program.write(file, [&bad[..], b"\n", good.as_bytes(), b"\n"].concat());
        one_taken_one_refused(&program, file, what);
    }
    for (file, bad, what) in [
        ("utf8.csv", &b"2019-04-12T13:05:00+01:00,\xff,1,1,1"[..], "not UTF-8"),
        ("nul.csv", b"2019-04-12T13:05:00+01:00,a\0b,1,1,1", "external_id: holds control characters"),
        ("loss.csv", b"2019-04-12T13:05:00+01:00,x,12.5,1,1", "loss_pence: not a whole number"),
        ("nan.csv", b"2019-04-12T13:05:00+01:00,x,1,NaN,1", "place.lat: not a number"),
        ("open.csv", b"2019-04-12T13:05:00+01:00,\"never closed,1,1,1", "a quotation mark"),
        ("short.csv", b"2019-04-12T13:05:00+01:00,x", "2 cells where the header has 5"),
    ] {
        let header = b"received_at,external_id,loss_pence,place.lat,place.lon\n";
        let good = format!("\n2019-04-12T13:05:00+01:00,good {file},1,50,1\n");
        program.write(file, [header, bad, good.as_bytes()].concat());
        one_taken_one_refused(&program, file, what);
    }
}

#[test]
fn a_quotation_mark_without_end_costs_its_row_in_a_large_file() {
    let program = Program::new();
    let mut text = String::from("received_at,external_id,narrative\n");
    for row in 0..1_200 {
        let words = if row == 100 { "\"never closed".to_owned() } else { "x".repeat(500) };
        text.push_str(&format!("2019-04-12T13:05:00+01:00,{row},{words}\n"));
    }
    program.write("open.csv", text);
    let ran = import(&program, "open.csv");
    assert!(
        ran.out.contains("\"accepted\":1199") && ran.out.contains("\"rejected\":1}") || ran.out.contains("\"rejected\":1,"),
        "{ran:?}"
    );
    assert_eq!(ran.err.trim(), "open.csv:102: .: a quotation mark is opened and never closed");
}

#[test]
fn files_that_cannot_be_read_at_all_are_refused_with_one_line() {
    let program = Program::new();
    let refused = |file: &str, what: &str| {
        let ran = program.refused(&["import", file, "--no-detect"], what);
        assert!(ran.err.contains(file) && ran.peak < MOST, "{file}: {} MiB: {}", ran.peak, ran.err);
    };
    refused("none.jsonl", "cannot read none.jsonl");
    std::fs::create_dir(program.path("folder.jsonl")).unwrap();
    refused("folder.jsonl", "folder.jsonl");
    refused("/dev/zero", "not a file that can be read twice");
    program.write("empty.csv", "");
    refused("empty.csv", "no header");
    program.write("header.csv", "x".repeat(3 << 20));
    refused("header.csv", "longer than 256 KiB");
    program.write("wide.csv", ",".repeat(100_000));
    refused("wide.csv", "more than 4096 columns");
    program.write("strange.csv", "received_at,colour\n2019-04-12T13:05:00+01:00,red\n");
    refused("strange.csv", "'colour' is not a field");
    program.write("twice.csv", "received_at,outcome,outcome\n");
    refused("twice.csv", "two columns 'outcome'");
    program.write("utf16.csv", b"\xff\xfer\0e\0c\0e\0i\0v\0e\0d\0");
    refused("utf16.csv", "not UTF-8");
    assert!(!program.path("ringfence.db").exists(), "nothing was made for what was refused");

    // Gzip: cut short, and a bomb (one packed piece, many times over).
    let pack = |bytes: &[u8]| {
        let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        writer.write_all(bytes).unwrap();
        writer.finish().unwrap()
    };
    let whole = pack(GOOD.repeat(100).as_bytes());
    program.write("cut.jsonl.gz", &whole[..whole.len() - 20]);
    refused("cut.jsonl.gz", "cannot be read");
    let piece = pack(&vec![b'x'; 8 << 20]);
    program.write("bomb.jsonl.gz", piece.repeat(40));
    refused("bomb.jsonl.gz", "times its size");

    program.write("good.csv", "received_at\n2019-04-12T13:05:00+01:00\n");
    program.write("map.toml", "[fields]\nreceived_at = { column = \"when\" }\n");
    program.refused(&["import", "good.csv", "--map", "map.toml"], "wants column 'when'");
    program.refused(&["import", "good.csv", "--map", "none.toml"], "cannot read none.toml");
    program.write("map.toml", b"\xff");
    program.refused(&["import", "good.csv", "--map", "map.toml"], "map.toml: not UTF-8");
    program.refused(&["import", "good.csv", "--map", "/dev/zero"], "larger than");
    program.refused(&["import", "good.csv", "--source", "moon"], "--source 'moon'");
    program.write("good.jsonl", GOOD);
    program.write("map.toml", "[fields]\nreceived_at = { column = \"received_at\" }\n");
    program.refused(&["import", "good.jsonl", "--map", "map.toml"], "--map is for CSV");
}

#[test]
fn keys_and_databases_that_do_not_fit_are_refused() {
    let program = Program::new();
    program.write("good.jsonl", GOOD.replace("\"good\"", "\"x\",\"narrative\":\"words\""));
    program.good(&["import", "good.jsonl", "--no-detect"]);
    let key = program.read("ringfence.key");
    std::fs::rename(program.path("ringfence.key"), program.path("kept.key")).unwrap();
    program.refused(&["series", "list"], "there is no such key file, but there is a database");
    assert!(!program.path("ringfence.key").exists(), "no new key is made for a database that has one");
    program.write("ringfence.key", "f".repeat(64));
    program.refused(&["series", "list"], "not the key that the database was made with");
    program.write("ringfence.key", "short");
    program.refused(&["series", "list"], "64 hexadecimal digits");
    program.write("ringfence.key", &key);
    program.good(&["series", "list"]);
    program.write("text.db", "this is no database, but a text that is long enough to be looked at as one");
    program.refused(&["series", "list", "--database", "sqlite:text.db"], "not a database");
    program.refused(&["series", "list", "--database", "sqlite:none/deep.db", "--key-file", "new.key"], "sqlite:none/deep.db");
    assert!(!program.path("new.key").exists());
    program.refused(&["export", "--database", "sqlite:mistyped.db"], "there is no such database");
    program.refused(&["series", "list", "--force", "none.toml"], "cannot read none.toml");
    let ran = program.run(&["series", "list", "--database", "postgres://ann:secret@127.0.0.1:1/x"]);
    assert!(ran.code == 2 && !ran.err.contains("secret"), "{ran:?}");
}
