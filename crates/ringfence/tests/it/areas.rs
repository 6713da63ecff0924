//! The gazetteer's commands, and another country's areas in its place.

use super::program::{Program, json};

#[test]
fn places_are_listed_shown_and_drawn() {
    let program = Program::new();
    let list = json(&program.good(&["areas", "list", "Hertfordshire", "--json"]).out);
    assert_eq!(list.len(), 10);
    assert!(list.iter().any(|one| one["id"] == "E07000240" && one["population"] == 148_154));
    let shown = program.good(&["areas", "show", "AL6"]).out;
    assert!(shown.starts_with("81 % of AL6 lies in:\nE07000241 Welwyn Hatfield"), "{shown}");
    let table = program.good(&["areas", "map", "Hertfordshire", "--out", "herts.svg"]).out;
    assert_eq!(table.lines().count(), 11);
    assert!(table.contains("Contains OS data"));
    let svg = program.read("herts.svg");
    assert_eq!(svg.matches("class=\"area").count(), 10);
    program.refused(&["areas", "show", "Atlantis"], "is no place that is known");
    program.refused(&["areas", "list", "Atlantis"], "there is no force or county");
    program.refused(&["areas", "map", "--out", "none/x.svg"], "cannot write none/x.svg");
}

#[test]
fn another_countrys_areas_replace_the_built_in_ones_or_nothing_changes() {
    let program = Program::new();
    program.write("bad.csv", "code,lat,lon\nA,95,1\nB,50,x\n");
    let ran = program.run(&["areas", "import", "--points", "bad.csv"]);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.err.contains("points line 2: lat '95'") && ran.err.contains("points line 3: lon 'x'"), "{}", ran.err);
    assert!(ran.err.lines().last().unwrap().contains("nothing was imported"), "{}", ran.err);
    program.refused(&["areas", "import", "--points", "none.csv"], "cannot read none.csv");
    program.refused(&["areas", "import", "--points", "/dev/zero"], "larger than");
    let bomb = format!("{{\"type\":{}", "[".repeat(1 << 20));
    program.write("bomb.geojson", bomb);
    program.write("good.csv", "code,name,lat,lon,parent,population\nX1,Exville,50,1,North,1000\nX2,Whytown,50,1.2,North,2000\n");
    program.refused(&["areas", "import", "--points", "good.csv", "--boundaries", "bomb.geojson"], "not GeoJSON");
    assert_eq!(json(&program.good(&["areas", "list", "Hertfordshire", "--json"]).out).len(), 10, "nothing has changed");
    let answer =
        json(&program.good(&["areas", "import", "--points", "good.csv", "--json", "--attribution", "Source: nobody"]).out);
    assert_eq!(answer[0]["areas"], 2);
    assert_eq!(json(&program.good(&["areas", "list", "--json"]).out).len(), 2);
    assert!(program.good(&["areas", "show", "exville"]).out.contains("X1 Exville (North): 1000 people"));
    program.refused(&["areas", "list", "Hertfordshire"], "there is no force or county");
    program.good(&["areas", "reset"]);
    assert_eq!(json(&program.good(&["areas", "list", "--json"]).out).len(), 361);
}
