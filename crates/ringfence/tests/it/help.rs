//! Every command explains itself, with an example; and wrong usage is told in one line.

use super::program::Program;

/// The commands of a help text.
fn commands(help: &str) -> Vec<String> {
    let lines = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    lines
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .map(str::to_owned)
        .collect()
}

fn walk(program: &Program, path: &[String], found: &mut Vec<(String, String)>) {
    let mut arguments: Vec<&str> = path.iter().map(String::as_str).collect();
    arguments.push("--help");
    let ran = program.good(&arguments);
    assert!(ran.err.is_empty(), "help goes to standard output: {}", ran.err);
    for name in commands(&ran.out) {
        let mut deeper = path.to_vec();
        deeper.push(name);
        walk(program, &deeper, found);
    }
    found.push((path.join(" "), ran.out));
}

#[test]
fn every_command_has_help_with_an_example() {
    let program = Program::new();
    let mut found = Vec::new();
    walk(&program, &[], &mut found);
    assert!(found.len() > 40, "{} commands", found.len());
    for (name, help) in &found {
        let example =
            help.lines().find_map(|line| line.strip_prefix("Example: ")).unwrap_or_else(|| panic!("{name}: no example"));
        // The example is of this command, or of one of its own.
        assert!(example.contains(format!("ringfence {name}").trim()), "{name}: {example}");
    }
    let mine = [
        "import",
        "areas",
        "series",
        "advice",
        "user",
        "backup",
        "restore",
        "export",
        "erase",
        "verify-audit",
        "doctor",
        "config",
    ];
    found.retain(|(name, _)| mine.contains(&name.split(' ').next().unwrap()));
    found.sort();
    let all: Vec<String> = found.iter().map(|(name, help)| format!("$ ringfence {name} --help\n{help}")).collect();
    insta::assert_snapshot!("help", all.join("\n"));
}

#[test]
fn wrong_usage_is_told_in_one_line() {
    let program = Program::new();
    for (arguments, what) in [
        (&["frobnicate"][..], "unrecognized subcommand 'frobnicate'"),
        (&["import"], "<FILE>"),
        (&["import", "a.csv", "--colour", "red"], "unexpected argument '--colour'"),
        (&["import", "a.csv", "--format", "xml"], "invalid value 'xml'"),
        (&["areas", "map", "--out", "x.svg", "--width", "9"], "--width"),
        (&[], "Usage"),
    ] {
        program.refused(arguments, what);
    }
    assert!(program.good(&["--version"]).out.starts_with("ringfence "));
}
