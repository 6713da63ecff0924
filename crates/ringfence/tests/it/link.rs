//! Tables linked by the command: each kind of file, spec, rulings, known-good numbers, saved models, reasons, proposals, and bad input.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::Arc;

use parquet::basic::Compression;
use parquet::data_type::{ByteArray, ByteArrayType, Int32Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

use super::program::{Program, json};

const ROWS: usize = 240;

/// A report: drama numbers, invented names. Row `n` is of crew `n / 4` up to the last forty, which are alone.
fn cells(row: usize) -> [String; 6] {
    let firsts = ["Anna", "Bertram", "Celia", "Duncan", "Edith", "Fergus", "Greta", "Hamish", "Iris", "Jonas", "Kirsty"];
    let lasts = ["Hale", "Marsh", "Okafor", "Lindqvist", "Prentice", "Quayle", "Rusk", "Tollemache", "Varga", "Wyndham"];
    let areas = ["AL", "CB", "GL", "NR", "SO", "WD", "YO"];
    let crew = crew(row);
    let phone = if row % 4 == 3 { String::new() } else { format!("016329602{crew:02}") };
    [
        format!("r{row}"),
        phone,
        firsts[crew % 11].to_owned(),
        lasts[crew * 7 % 10].to_owned(),
        format!("{}{}", areas[crew * 3 % 7], 1 + row % 3),
        (crew * 37 % 600 + row % 5).to_string(),
    ]
}

fn crew(row: usize) -> usize {
    if row < ROWS - 40 { row / 4 } else { 50 + row - (ROWS - 40) }
}

fn csv() -> String {
    let mut text = "id,phone,first_name,surname,area,day\n".to_owned();
    for row in 0..ROWS {
        writeln!(text, "{}", cells(row).join(",")).unwrap();
    }
    text
}

fn truth() -> String {
    let mut text = "id,cluster\n".to_owned();
    for row in 0..ROWS {
        let number = if row < ROWS - 40 { crew(row).to_string() } else { "-1".to_owned() };
        writeln!(text, "r{row},{number}").unwrap();
    }
    text
}

fn parquet_file(path: &std::path::Path) {
    let schema = "message reports { required binary id (UTF8); optional binary phone (UTF8); required binary first_name (UTF8); \
                  required binary surname (UTF8); required binary area (UTF8); required int32 day; }";
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let packed = Arc::new(WriterProperties::builder().set_compression(Compression::SNAPPY).build());
    let mut writer = SerializedFileWriter::new(std::fs::File::create(path).unwrap(), schema, packed).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let rows: Vec<[String; 6]> = (0..ROWS).map(cells).collect();
    let mut place = 0;
    while let Some(mut column) = group.next_column().unwrap() {
        let values = rows.iter().map(|row| &row[place]).filter(|value| !value.is_empty());
        if place == 5 {
            let days: Vec<i32> = values.map(|value| value.parse().unwrap()).collect();
            column.typed::<Int32Type>().write_batch(&days, None, None).unwrap();
        } else {
            let there: Vec<i16> = rows.iter().map(|row| i16::from(!row[place].is_empty())).collect();
            let texts: Vec<ByteArray> = values.map(|value| ByteArray::from(value.as_str())).collect();
            let levels = (place == 1).then_some(there.as_slice());
            column.typed::<ByteArrayType>().write_batch(&texts, levels, None).unwrap();
        }
        column.close().unwrap();
        place += 1;
    }
    group.close().unwrap();
    writer.close().unwrap();
}

/// A cluster for each id.
fn clusters(text: &str) -> BTreeMap<String, String> {
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("id,cluster"));
    lines.map(|line| line.split_once(',').map(|(id, cluster)| (id.to_owned(), cluster.to_owned())).unwrap()).collect()
}

fn with_table() -> Program {
    let program = Program::new();
    program.write("t.csv", csv());
    program
}

#[test]
fn every_kind_of_file_comes_to_the_same_and_is_scored() {
    let program = with_table();
    program.write("truth.csv", truth());
    let ran = program.good(&["link", "--in", "t.csv", "--out", "c.csv", "--truth", "truth.csv", "--json"]);
    let answer = &json(&ran.out)[0];
    assert_eq!((&answer["rows"], &answer["threshold"]), (&ROWS.into(), &0.9.into()));
    for stage in ["read", "block", "train", "score", "cluster"] {
        assert!(answer["seconds"][stage].is_number(), "{stage}: {answer}");
    }
    for share in ["precision", "recall", "f1", "b3_precision", "b3_recall", "b3_f1"] {
        assert!(answer["truth"][share].as_f64().unwrap() > 0.9, "{share}: {answer}");
    }
    assert!(answer["truth"]["largest_cluster"].as_u64().unwrap() <= 8 && answer["unlinkable"].is_number(), "{answer}");
    let first = program.read("c.csv");
    let order: Vec<&str> = first.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
    assert_eq!(order, (0..ROWS).map(|row| format!("r{row}")).collect::<Vec<_>>(), "a line for each row, in the table's order");

    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(csv().as_bytes()).unwrap();
    program.write("t.csv.gz", packed.finish().unwrap());
    program.write("semicolons.csv", format!("\u{feff}{}", csv().replace(',', ";").replace('\n', "\r\n")));
    parquet_file(&program.path("t.parquet"));
    for file in ["t.csv.gz", "semicolons.csv", "t.parquet"] {
        program.good(&["link", "--in", file, "--out", "other.csv"]);
        assert_eq!(first, program.read("other.csv"), "{file}");
    }
    // Without --out the clusters go to standard output, and the sentence beside them.
    let ran = program.good(&["link", "--in", "t.csv"]);
    assert_eq!(ran.out, first);
    assert!(ran.err.contains("240 rows"), "{}", ran.err);
    let sentence = program.good(&["link", "--in", "t.csv", "--out", "c.csv", "--truth", "truth.csv"]).out;
    assert!(
        sentence.contains("pairs precision") && sentence.contains("B-cubed") && sentence.contains("say too little"),
        "{sentence}"
    );
}

#[test]
fn a_spec_is_proposed_changed_and_used() {
    let program = with_table();
    let spec = program.good(&["link", "--suggest", "t.csv"]).out;
    for line in ["id = \"id\"", "kind = \"number\"", "kind = \"area\"", "kind = \"ordered\"", "swapped = true"] {
        assert!(spec.contains(line), "{line}: {spec}");
    }
    program.good(&["link", "--in", "t.csv", "--suggest", "written.toml", "--out", "free.csv"]);
    assert_eq!(program.read("written.toml").trim_end(), spec.trim_end());
    program.good(&["link", "--in", "t.csv", "--spec", "written.toml", "--out", "held.csv"]);
    assert_eq!(program.read("free.csv"), program.read("held.csv"));
    program.write("bad.toml", spec.replace("\"surname\"", "\"shoe_size\""));
    program.refused(&["link", "--in", "t.csv", "--spec", "bad.toml"], "the table has no column 'shoe_size'; it has id, phone");
    program.write("unread.toml", "version = 1\n[[comparison]]\ncolumns = [{ name = \"phone\", kind = \"colour\" }]\n");
    let ran = program.run(&["link", "--in", "t.csv", "--spec", "unread.toml"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("unread.toml") && ran.err.contains("colour"), "{}", ran.err);
}

#[test]
fn rulings_are_obeyed_and_contradictions_refused() {
    let program = with_table();
    program.write("rulings.csv", "a,b,ruling\nr0,r230,must\nr4,r5,cannot\n");
    program.good(&["link", "--in", "t.csv", "--out", "c.csv", "--rulings", "rulings.csv"]);
    let found = clusters(&program.read("c.csv"));
    assert_eq!(found["r0"], found["r230"]);
    assert_ne!(found["r4"], found["r5"]);
    let refused = |text: &str, what: &str| {
        program.write("rulings.csv", text);
        program.refused(&["link", "--in", "t.csv", "--rulings", "rulings.csv"], what);
    };
    refused("a,b,ruling\nr0,r1,must\nr1,r2,must\nr0,r2,cannot\n", "row 1 – row 2 – row 3");
    refused("a,b,ruling\nr0,r999,must\n", "line 2: there is no row 'r999'");
    refused("a,b,ruling\nr0,r1,may\n", "'may' is neither must nor cannot");
    refused("a,b,ruling\nr0,r0,must\n", "a ruling is about two rows");
    refused("x,y\nr0,r1\n", "no column 'a'");
}

#[test]
fn known_good_numbers_weigh_nothing_and_a_saved_model_gives_the_same() {
    let program = with_table();
    // One number of a bank in thirty reports of different hands.
    let shown: String = csv()
        .lines()
        .enumerate()
        .map(|(at, line)| {
            let mut cells: Vec<&str> = line.split(',').collect();
            if at > 0 && at % 8 == 4 {
                cells[1] = "0345 730 0169";
            }
            cells.join(",") + "\n"
        })
        .collect();
    program.write("shown.csv", shown);
    program.write("good.csv", "number,whose\n+44 345 730 0169,a bank\n");
    let arguments = ["link", "--in", "shown.csv", "--out", "c.csv", "--known-good", "good.csv", "--explain", "why.jsonl"];
    program.good(&[&arguments[..], &["--save-model", "model.json"]].concat());
    for reason in json(&program.read("why.jsonl")) {
        let bars = reason["bars"].as_array().unwrap();
        let phone = bars.iter().find(|bar| bar["columns"][0] == "phone");
        let both = phone.is_some_and(|bar| bar["values"][0][0] == "03457300169" && bar["values"][0][1] == "03457300169");
        assert!(!both, "the bank's number speaks for nothing: {reason}");
    }
    let first = program.read("c.csv");
    program.good(&["link", "--in", "shown.csv", "--out", "again.csv", "--known-good", "good.csv", "--model", "model.json"]);
    assert_eq!(first, program.read("again.csv"));
    let model: serde_json::Value = serde_json::from_str(&program.read("model.json")).unwrap();
    assert!(model["version"] == 1 && model["rows"] == ROWS && model["seed"].is_number(), "{model}");
    program.write("one.toml", "[[comparison]]\ncolumns = [{ name = \"phone\", kind = \"number\" }]\n");
    program.refused(&["link", "--in", "t.csv", "--spec", "one.toml", "--model", "model.json"], "trained with another spec");
    program.write("broken.json", "{}");
    program.refused(&["link", "--in", "t.csv", "--model", "broken.json"], "the model cannot be read");
    program.refused(&["link", "--in", "t.csv", "--known-good", "none.csv"], "cannot read none.csv");
}

#[test]
fn reasons_sum_and_proposals_say_why() {
    let program = with_table();
    program.good(&["link", "--in", "t.csv", "--out", "c.csv", "--explain", "why.jsonl", "--proposals", "ask.jsonl"]);
    let found = clusters(&program.read("c.csv"));
    let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
    found.values().for_each(|cluster| *sizes.entry(cluster).or_default() += 1);
    let linked = found.values().filter(|cluster| sizes[cluster.as_str()] > 1).count();
    let reasons = json(&program.read("why.jsonl"));
    assert_eq!(reasons.len(), linked, "each row that stands with others");
    for reason in &reasons {
        let bar = |bar: &serde_json::Value| bar["level_bits"].as_f64().unwrap() + bar["rarity_bits"].as_f64().unwrap();
        let sum: f64 = reason["bars"].as_array().unwrap().iter().map(bar).sum();
        let total = reason["prior"].as_f64().unwrap() + sum;
        assert!((total - reason["weight"].as_f64().unwrap()).abs() < 1e-9, "{reason}");
        assert!(reason["why"].as_str().unwrap().ends_with("%."), "{reason}");
        assert_eq!(found[reason["id"].as_str().unwrap()], reason["cluster"].to_string());
        assert_eq!(found[reason["strongest"].as_str().unwrap()], reason["cluster"].to_string());
    }
    for proposal in json(&program.read("ask.jsonl")) {
        assert!(
            ["split", "merge"].contains(&proposal["kind"].as_str().unwrap()) && !proposal["why"].as_str().unwrap().is_empty()
        );
    }
}

#[test]
fn bad_tables_are_refused_in_a_line_or_come_to_a_stated_result() {
    let program = with_table();
    let refused = |text: &str, what: &str| {
        program.write("bad.csv", text);
        program.refused(&["link", "--in", "bad.csv"], what);
    };
    refused("", "the table is empty");
    refused("id,phone\n", "no rows");
    refused("id,phone\n1,2,3\n", "line 2 has 3 cells and the header 2");
    refused("id,id\n1,2\n", "two columns are called 'id'");
    program.write("bad.csv", "id,phone\n,\n,\n");
    let ran = program.run(&["link", "--in", "bad.csv"]);
    assert!(ran.code == 2 && ran.err.lines().last().unwrap().contains("no column of the table can be compared"), "{ran:?}");
    program.write("one.toml", "id = \"id\"\n[[comparison]]\ncolumns = [{ name = \"phone\", kind = \"number\" }]\n");
    program.write("twice.csv", "id,phone\na,01632960201\nb,01632960201\na,01632960202\n");
    program.refused(&["link", "--in", "twice.csv", "--spec", "one.toml"], "id 'a' stands in line 2 and in line 4");
    program.write("nameless.csv", "id,phone\na,01632960201\n,01632960201\n");
    program.refused(&["link", "--in", "nameless.csv", "--spec", "one.toml"], "line 3 has no id");
    program.refused(&["link", "--in", "none.csv"], "cannot read none.csv");
    program.refused(&["link"], "--in FILE is missing");
    program.refused(&["link", "--in", "t.csv", "--threshold", "1.5"], "1.5 is no chance between 0 and 1");
    program.write("not.parquet", "PAR1 and then nothing of the kind");
    program.refused(&["link", "--in", "not.parquet"], "this is no Parquet file");
    program.write("cut.csv.gz", &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2, 3][..]);
    program.refused(&["link", "--in", "cut.csv.gz"], "cannot read the table");
    program.refused(&["link", "--in", "t.csv", "--truth", "one.toml"], "one.toml");

    // One value throughout: the column says nothing, and is passed over aloud. Rows of nothing stand alone.
    let mut text = "id,phone,kind\n".to_owned();
    for row in 0..30 {
        let phone = if row < 20 { format!("01632960{:03}", 200 + row / 2) } else { String::new() };
        writeln!(text, "{row},{phone},{}", if row < 20 { "call" } else { "" }).unwrap();
    }
    program.write("plain.csv", text);
    let ran = program.good(&["link", "--in", "plain.csv", "--out", "c.csv"]);
    assert!(ran.err.contains("column 'kind' is not compared: it holds one value"), "{}", ran.err);
    let found = clusters(&program.read("c.csv"));
    let empty: std::collections::BTreeSet<&String> = (20..30).map(|row: usize| &found[&row.to_string()]).collect();
    assert_eq!(empty.len(), 10, "rows of nothing are alone: {found:?}");
}
