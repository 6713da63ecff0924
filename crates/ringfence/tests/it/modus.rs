//! Narratives read by the command: a force's own packs over those that ship, and its rules run on their examples and on labelled texts.

use super::program::{Program, json};

const WORDS: &str = "version = 1\nfield = \"demand\"\n[lists]\nbauble = \"doodad doodads gewgaw gewgaws\"\n";
const BAUBLES: &str = r#"
version = 1
field = "demand"
[[signal]]
id = "demand.luxury_goods.baubles"
value = "luxury_goods"
weight = 0.9
describe = "small jewellery"
patterns = ["@bauble for the evidence bag"]
positive = ["he wanted my gewgaws for the evidence bag"]
negative = ["she bought a doodad"]
"#;

#[test]
fn a_force_puts_its_own_packs_over_those_that_ship_in_folders_like_theirs() {
    let program = Program::new();
    std::fs::create_dir_all(program.path("packs/demand")).unwrap();
    // The lists come first, whatever the names of the files.
    program.write("packs/demand/baubles.toml", BAUBLES);
    program.write("packs/demand/words.toml", WORDS);
    program.write("told.txt", "A policeman rang and wanted my doodads for the evidence bag.");
    let demands = |arguments: &[&str]| {
        let reading = json(&program.good(&[&["modus", "told.txt", "--rules-only"], arguments].concat()).out).remove(0);
        reading["demand"].to_string()
    };
    assert_eq!(demands(&[]), "[]");
    assert_eq!(demands(&["--local", "packs"]), "[\"luxury_goods\"]");
    let tried = program.good(&["modus", "test", "--local", "packs"]);
    assert!(tried.out.trim_end().ends_with(" 0 wrong"), "{tried:?}");

    program.write("packs/demand/baubles.toml", BAUBLES.replace("she bought a doodad", "a doodad for the evidence bag"));
    let tried = program.run(&["modus", "test", "--local", "packs"]);
    assert_eq!(tried.code, 1, "{tried:?}");
    assert!(tried.out.contains("demand.luxury_goods.baubles is found in: a doodad for the evidence bag"), "{tried:?}");

    program.write("packs/demand/baubles.toml", BAUBLES.replace("@bauble", "@trinket"));
    program.refused(&["modus", "test", "--local", "packs"], "demand.luxury_goods.baubles");
    program.refused(&["modus", "test", "--local", "nowhere"], "nowhere");
}

#[test]
fn a_mass_check_prints_hits_by_label_and_no_text() {
    let program = Program::new();
    program.write(
        "labelled.jsonl",
        "{\"text\": \"He wanted Steam vouchers from Mrs Quibble\", \"labels\": {\"demand\": [\"gift_cards\"]}}\n\
         {\"text\": \"My shed was broken into\", \"labels\": {}}\n",
    );
    let hits = json(&program.good(&["modus", "masscheck", "labelled.jsonl", "--json"]).out).remove(0).to_string();
    assert!(hits.contains("demand.gift_cards") && !hits.contains("Quibble"), "{hits}");
    program.write("labelled.jsonl", "{\"text\": 7}\n");
    program.refused(&["modus", "masscheck", "labelled.jsonl"], "labelled.jsonl:1");
}
