//! Every public operation of the store is used by the suite: a new one without a test fails here.

use std::fmt::Write;

#[test]
fn every_operation_of_the_store_is_in_the_suite() {
    let root = env!("CARGO_MANIFEST_DIR");
    let read = |folder: &str| {
        let mut text = String::new();
        let mut paths: Vec<_> = std::fs::read_dir(format!("{root}/{folder}")).unwrap().map(|one| one.unwrap().path()).collect();
        paths.sort();
        for path in paths.iter().filter(|path| path.extension().is_some_and(|ending| ending == "rs")) {
            writeln!(text, "{}", std::fs::read_to_string(path).unwrap()).unwrap();
        }
        text
    };
    let tests = format!("{}{}", read("tests/it"), read("tests/it/suite"));
    let mut missing = Vec::new();
    let mut operations = 0;
    for line in read("src").lines() {
        let line = line.trim_start();
        let Some(rest) =
            line.strip_prefix("pub async fn ").or_else(|| line.strip_prefix("pub fn run_worker").map(|_| "run_worker("))
        else {
            continue;
        };
        let name = rest.split(['(', '<']).next().unwrap();
        operations += 1;
        if !tests.contains(&format!(".{name}(")) && !tests.contains(&format!("{name}(")) {
            missing.push(name.to_owned());
        }
    }
    assert!(operations > 50, "{operations} operations were found: does this test still read the sources?");
    assert!(missing.is_empty(), "without a test: {missing:?}");
}
