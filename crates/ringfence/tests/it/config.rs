//! Flags, then variables, then the file, then defaults.

use super::program::{Program, end, json};

/// What holds for a setting, and where from.
fn shown(program: &Program, flags: &[&str], variables: &[(&str, &str)], name: &str) -> (String, String) {
    let mut arguments = vec!["config", "show", "--json"];
    arguments.extend(flags);
    let mut command = program.command(&arguments);
    command.envs(variables.iter().copied());
    let ran = end(&mut command);
    assert_eq!(ran.code, 0, "{ran:?}");
    let found = json(&ran.out).into_iter().find(|one| one["name"] == name).unwrap();
    (found["value"].as_str().unwrap().to_owned(), found["from"].as_str().unwrap().to_owned())
}

#[test]
fn each_layer_goes_over_the_one_below() {
    let program = Program::new();
    let of = |flags: &[&str], variables: &[(&str, &str)]| shown(&program, flags, variables, "database");
    assert_eq!(of(&[], &[]), ("sqlite:ringfence.db".into(), "default".into()));
    program.write("ringfence.toml", "database = \"sqlite:file.db\"\nfalse_alarms_per_year = 2\n");
    assert_eq!(of(&[], &[]), ("sqlite:file.db".into(), "ringfence.toml".into()));
    let variable = [("RINGFENCE_DATABASE", "postgres://ann:secret@db.example/ringfence")];
    assert_eq!(of(&[], &variable), ("postgres://ann@db.example/ringfence".into(), "environment, RINGFENCE_DATABASE".into()));
    assert_eq!(of(&["--database", "sqlite:flag.db"], &variable), ("sqlite:flag.db".into(), "flag".into()));
    assert_eq!(shown(&program, &[], &[], "false_alarms_per_year"), ("2".into(), "ringfence.toml".into()));
    assert_eq!(shown(&program, &[], &[], "broker"), ("not set".into(), "default".into()));
}

#[test]
fn what_cannot_hold_is_told_with_its_place() {
    let program = Program::new();
    for (file, what) in [
        ("colour = \"red\"\n", "colour"),
        ("secure = \"perhaps\"\n", "secure"),
        ("false_alarms_per_year = 0\n", "above 0"),
        ("false_alarms_per_year = \"often\"\n", "false_alarms_per_year"),
        ("database = \n", "ringfence.toml"),
        ("database = \"mysql:x\"\nforce = \"none.toml\"\n", ""),
    ] {
        program.write("ringfence.toml", file);
        let ran = program.run(&["config", "show"]);
        if what.is_empty() {
            assert_eq!(ran.code, 0, "{ran:?}");
        } else {
            program.refused(&["config", "show"], what);
        }
    }
    program.refused(&["series", "list"], "use sqlite:FILE");
}
