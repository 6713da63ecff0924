//! Tables of any kind: what is found, that it is the same each time, and what bad input is told.

use std::collections::BTreeSet;

use link::{
    Event, Key, LinkError, Linked, Measure, Model, Narratives, On, Options, Plan, PlannedColumn, PlannedComparison, ProposalKind,
    Register, Rule, Table, Within, evaluate, link_table, read_csv, suggest,
};
use proptest::prelude::*;

/// A seeded number below `most`.
fn dice(state: &mut u64, most: u64) -> u64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 33) % most
}

/// Crews that ring several people, and reports of none, with who made each.
fn reports(rows: usize, seed: u64) -> (String, Vec<u32>) {
    let names = [
        "Hale",
        "Marsh",
        "Okafor",
        "Lindqvist",
        "Prentice",
        "Quayle",
        "Rusk",
        "Tollemache",
        "Varga",
        "Wyndham",
        "Yarrow",
        "Zeller",
    ];
    let firsts =
        ["Anna", "Bertram", "Celia", "Duncan", "Edith", "Fergus", "Greta", "Hamish", "Iris", "Jonas", "Kirsty", "Leopold"];
    let letters = ["AL", "CB", "GL", "NR", "SO", "WD", "YO", "LE"];
    let mut state = seed;
    let mut lines = Vec::new();
    let mut who = 0;
    while lines.len() < rows {
        let size = if dice(&mut state, 2) == 0 { 1 } else { 3 + dice(&mut state, 6) };
        let number = format!("0{}", 1_632_000_000 + dice(&mut state, 900_000_000));
        let (first, last) = (firsts[dice(&mut state, 12) as usize], names[dice(&mut state, 12) as usize]);
        let (story, area, day) = (dice(&mut state, 9), letters[dice(&mut state, 8) as usize], dice(&mut state, 700));
        for _ in 0..size {
            let number = match dice(&mut state, 8) {
                0..4 => number.clone(),
                4 => format!("{}{}", &number[..10], dice(&mut state, 10)),
                _ => String::new(),
            };
            let first = if dice(&mut state, 3) == 0 { "" } else { first };
            let last = if dice(&mut state, 4) == 0 { "" } else { last };
            let story = if dice(&mut state, 6) == 0 { dice(&mut state, 9) } else { story };
            let (district, day) = (1 + dice(&mut state, 9), day + dice(&mut state, 20));
            lines.push((format!("{number},{first},{last},story {story},{area}{district},{day}"), who));
        }
        who += 1;
    }
    lines.truncate(rows);
    for place in (1..lines.len()).rev() {
        lines.swap(place, dice(&mut state, place as u64 + 1) as usize);
    }
    let mut csv = "id,phone,first_name,surname,pretext,area,day\n".to_owned();
    for (place, (line, _)) in lines.iter().enumerate() {
        csv += &format!("r{place},{line}\n");
    }
    (csv, lines.into_iter().map(|(_, who)| who).collect())
}

fn table(csv: &str) -> Table {
    read_csv(csv.as_bytes()).unwrap()
}

fn linked(csv: &str, options: &Options) -> Linked {
    let table = table(csv);
    let plan = suggest(&table).unwrap().plan;
    link_table(&table, &plan, options, &mut |_| {}).unwrap()
}

#[test]
fn crews_are_found_without_being_told_and_the_same_each_time() {
    let (csv, truth) = reports(2_500, 7);
    let first = linked(&csv, &Options::default());
    let score = evaluate(&first.clusters, &truth);
    assert!(score.f1 > 0.85 && score.precision > 0.9, "{score:?}");
    assert!(score.largest_cluster <= 2 * score.largest_true);
    assert!(first.pairs_compared < 2_500 * 2_500 / 4, "blocked: {}", first.pairs_compared);
    assert_eq!(first.clusters, linked(&csv, &Options::default()).clusters);
}

#[test]
fn no_giant_at_any_threshold() {
    let (csv, truth) = reports(1_500, 11);
    for threshold in [0.2, 0.5, 0.99] {
        let found = linked(&csv, &Options { threshold, ..Options::default() });
        let score = evaluate(&found.clusters, &truth);
        assert!(score.largest_cluster <= 2 * score.largest_true, "{threshold}: {score:?}");
    }
}

#[test]
fn kinds_are_told_from_the_data() {
    let (csv, _) = reports(1_200, 3);
    let plan = suggest(&table(&csv)).unwrap().plan;
    let kind = |name: &str| {
        plan.comparisons.iter().flat_map(|c| &c.columns).find(|column| column.name == name).map(|column| column.kind)
    };
    assert_eq!(plan.id.as_deref(), Some("id"));
    assert_eq!(kind("phone"), Some(Measure::Number));
    assert_eq!(kind("pretext"), Some(Measure::Category));
    assert_eq!(kind("area"), Some(Measure::Area));
    assert_eq!(kind("day"), Some(Measure::Ordered));
    assert!(plan.comparisons.iter().any(|c| c.swapped && c.columns.len() == 2), "the two parts of a name are weighed jointly");
    assert_eq!(Plan::parse(&plan.to_toml().unwrap()).unwrap(), plan, "what is written is read back");
}

#[test]
fn every_link_explains_itself_and_the_bars_sum() {
    let (csv, _) = reports(1_000, 5);
    let found = linked(&csv, &Options::default());
    let mut explained = 0;
    for reason in found.memberships() {
        let sum = reason.link.prior + reason.link.bars.iter().map(link::Bar::bits).sum::<f64>();
        assert!((sum - reason.link.total).abs() < 1e-9);
        let sentence = reason.link.sentence();
        assert!(sentence.ends_with("%.") && sentence.contains('('), "{sentence}");
        explained += 1;
    }
    let members = found.members();
    let linked_rows: usize = members.iter().filter(|rows| rows.len() > 1).map(Vec::len).sum();
    assert_eq!(explained, linked_rows, "each row that stands with others");
    assert!(linked_rows > 100 && found.unlinkable() < 1_000);
}

#[test]
fn rulings_stand_and_contradictions_are_refused_with_the_path() {
    let (csv, _) = reports(800, 9);
    let free = linked(&csv, &Options::default());
    let members = free.members();
    let together = members.iter().find(|rows| rows.len() > 2).unwrap();
    let apart: Vec<u32> = members.iter().filter(|rows| rows.len() == 1).map(|rows| rows[0]).take(2).collect();
    let options =
        Options { must_link: vec![(apart[0], apart[1])], cannot_link: vec![(together[0], together[1])], ..Options::default() };
    let ruled = linked(&csv, &options);
    assert_eq!(ruled.clusters[apart[0] as usize], ruled.clusters[apart[1] as usize]);
    assert_ne!(ruled.clusters[together[0] as usize], ruled.clusters[together[1] as usize]);
    let table = table(&csv);
    let plan = suggest(&table).unwrap().plan;
    let options = Options { must_link: vec![(0, 1), (1, 2)], cannot_link: vec![(2, 0)], ..Options::default() };
    let refused = link_table(&table, &plan, &options, &mut |_| {}).unwrap_err();
    assert!(refused.to_string().contains("row 3 – row 2 – row 1"), "{refused}");
}

#[test]
fn a_model_is_saved_and_used_again() {
    let (csv, _) = reports(1_000, 13);
    let first = linked(&csv, &Options::default());
    let model = Model::from_json(&first.model.to_json().unwrap()).unwrap();
    let again = linked(&csv, &Options { model: Some(model), ..Options::default() });
    assert_eq!(first.clusters, again.clusters);
    assert!(Model::from_json(&first.model.to_json().unwrap().replacen("\"version\": 1", "\"version\": 9", 1)).is_err());
}

#[test]
fn one_at_a_time_comes_to_what_the_batch_has_and_ids_stay() {
    let (csv, _) = reports(2_200, 17);
    let table = table(&csv);
    let plan = suggest(&table).unwrap().plan;
    let batch = link_table(&table, &plan, &Options::default(), &mut |_| {}).unwrap();
    let mut register = Register::under(&batch);
    let mut order: Vec<usize> = (0..table.rows()).collect();
    let mut state = 23;
    for place in (1..order.len()).rev() {
        order.swap(place, dice(&mut state, place as u64 + 1) as usize);
    }
    let mut clusters = vec![0u32; table.rows()];
    for row in &order {
        let taken = register.take_row(&table, *row);
        if let Some(link) = &taken.link {
            let sum = link.prior + link.bars.iter().map(link::Bar::bits).sum::<f64>();
            assert!((sum - link.total).abs() < 1e-9);
        }
        assert!(taken.merged.iter().all(|gone| register.lives_as(*gone) == taken.cluster), "what is gone leads on");
        assert!(taken.merged.iter().all(|gone| *gone > taken.cluster), "the oldest survives");
    }
    for (place, row) in order.iter().enumerate() {
        clusters[*row] = register.cluster_of(place as u32).unwrap() as u32;
    }
    let agreement = evaluate(&clusters, &batch.clusters);
    assert!(agreement.f1 > 0.97, "{agreement:?}");
    assert!(register.history().iter().any(|event| matches!(event, Event::Joined { .. })));
    // A ruling parts two rows that stand together, and rows that come later do not undo it.
    let pair = (0..register.len() as u32).find_map(|row| {
        let members = register.members(register.cluster_of(row)?);
        (members.len() > 2).then(|| (members[0], members[1]))
    });
    let (a, b) = pair.unwrap();
    register.cannot_link(a, b).unwrap();
    assert_ne!(register.cluster_of(a), register.cluster_of(b));
    register.take_row(&table, order[a as usize]);
    assert_ne!(register.cluster_of(a), register.cluster_of(b));
    assert!(register.must_link(a, b).is_err(), "a contradiction is refused");
}

#[test]
fn a_register_of_a_linked_table_takes_rows_by_name() {
    let (csv, _) = reports(2_200, 19);
    let batch = linked(&csv, &Options::default());
    let mut register = Register::of(&batch);
    assert_eq!(register.len(), 2_200);
    let members = batch.members();
    let series = members.iter().find(|rows| rows.len() > 4).unwrap();
    let table = table(&csv);
    let row = series.iter().copied().find(|row| !table.cell(*row as usize, &table.columns()[1]).is_empty()).unwrap_or(series[0]);
    let cells: Vec<String> = table.columns().iter().map(|column| table.cell(row as usize, column)).collect();
    let values: Vec<(&str, &str)> =
        table.columns().iter().zip(&cells).map(|(column, cell)| (column.name.as_str(), cell.as_str())).collect();
    let taken = register.take(&values);
    assert_eq!(register.lives_as(taken.cluster), register.lives_as(register.cluster_of(row).unwrap()), "{taken:?}");
    let alone = register.take(&[("phone", "07700900999"), ("area", "ZE1")]);
    assert!(alone.merged.is_empty() && register.members(alone.cluster).len() == 1);
}

#[test]
fn a_number_that_is_nobodys_links_nothing() {
    let (csv, truth) = reports(2_500, 29);
    let mut lines: Vec<String> = csv.lines().map(str::to_owned).collect();
    let mut state = 5;
    for line in lines.iter_mut().skip(1) {
        if dice(&mut state, 5) == 0 {
            let mut cells: Vec<&str> = line.split(',').collect();
            cells[1] = "0345 730 0169";
            *line = cells.join(",");
        }
    }
    let found = linked(&lines.join("\n"), &Options::default());
    let score = evaluate(&found.clusters, &truth);
    assert!(score.precision > 0.85 && score.largest_cluster <= 2 * score.largest_true, "{score:?}");
    assert!(
        found.model.held_back.iter().any(|(column, values)| column == "phone" && values.len() == 1),
        "{:?}",
        found.model.held_back
    );
}

#[test]
fn proposals_say_why() {
    let (csv, _) = reports(2_000, 31);
    let proposals = linked(&csv, &Options { threshold: 0.6, ..Options::default() }).proposals();
    for proposal in &proposals {
        assert!(!proposal.why.is_empty() && !proposal.rows.is_empty());
        assert_eq!(proposal.clusters.len(), if proposal.kind == ProposalKind::Merge { 2 } else { 1 });
    }
    for kind in [ProposalKind::Split, ProposalKind::Merge] {
        assert!(proposals.iter().any(|proposal| proposal.kind == kind), "{kind:?}");
    }
}

#[test]
fn two_series_that_a_ruling_tied_are_shown_to_hang_together_loosely() {
    // Two crews, each with its number, name and badge; one report gives the first's number and the second's name and badge.
    let mut csv = "id,phone,surname,badge\n".to_owned();
    for row in 0..6 {
        csv += &format!("a{row},02079460101,Hale,4711\n");
        csv += &format!("b{row},01632960202,Okafor,8155\n");
    }
    csv += "bridge,02079460101,Okafor,8155\n";
    for row in 0..300 {
        csv += &format!("x{row},0117496{:04},Name{},{}\n", row, (b'a' + (row % 26) as u8) as char, 100_000 + 37 * row);
    }
    let table = table(&csv);
    let plan = suggest(&table).unwrap().plan;
    let find = |id: &str| (0..table.rows()).find(|row| table.cell(*row, &table.columns()[0]) == id).unwrap() as u32;
    let must = vec![(find("a0"), find("bridge")), (find("bridge"), find("b0"))];
    let found = link_table(&table, &plan, &Options { must_link: must, ..Options::default() }, &mut |_| {}).unwrap();
    let cluster = found.clusters[find("bridge") as usize];
    let proposals = found.proposals();
    let shown = proposals.iter().find(|p| p.kind == ProposalKind::Split && p.clusters == [cluster] && p.rows.len() > 1).unwrap();
    assert!(shown.why.contains("have no strong link to the others"), "{shown:?}");
    // The part that would leave is one crew's.
    let ids: BTreeSet<char> =
        shown.rows.iter().filter_map(|row| table.cell(*row as usize, &table.columns()[0]).chars().next()).collect();
    assert_eq!(ids, BTreeSet::from(['a']), "{shown:?}");
}

#[test]
fn bad_tables_are_told_what_is_wrong() {
    let said = |csv: &str| read_csv(csv.as_bytes()).map(|_| ()).unwrap_err().to_string();
    assert!(said("").contains("empty"));
    assert!(said("a,b\n").contains("no rows"));
    assert!(said("a,a\n1,2\n").contains("called 'a'"));
    assert!(said("a,b\n1,2,3\n").contains("line 2 has 3 cells"));
    let one = table("a,b\nx,1\nx,1\n");
    assert!(suggest(&one).unwrap_err().to_string().contains("no column"));
    let plan = Plan::parse("[[comparison]]\ncolumns = [{ name = \"phone\", kind = \"number\" }]\n").unwrap();
    let missing = link_table(&one, &plan, &Options::default(), &mut |_| {}).unwrap_err();
    assert_eq!(missing, LinkError::Spec("the table has no column 'phone'; it has a, b".to_owned()));
    assert!(Plan::parse("comparison = 3").is_err() && Plan::parse("version = 9\n").is_err() && Plan::parse("").is_err());
}

#[test]
fn thin_tables_are_linked_all_the_same() {
    // A row of nothing, a column of one value, a column of nothing.
    let csv = "id,name,town,empty\n1,Anna Hale,Ware,\n2,Anna Hale,Ware,\n3,,,\n4,Bertram Rusk,Ware,\n5,Celia Varga,Ware,\n6,Duncan Yarrow,Ware,\n";
    let found = linked(csv, &Options::default());
    assert_eq!(found.clusters.len(), 6);
    assert!(found.clusters.iter().filter(|cluster| **cluster == found.clusters[2]).count() == 1, "nothing links nothing");
    assert_eq!(linked("id,name\n1,Anna Hale\n2,Bert Rusk\n", &Options::default()).clusters, [0, 1]);
}

#[test]
fn a_spec_by_hand_with_a_joint_comparison_a_window_and_text() {
    let text = "version = 1\nid = \"id\"\n\n[[comparison]]\ncolumns = [{ name = \"phone\", kind = \"number\" }]\n\n[[comparison]]\ncolumns = [{ name = \
                \"pretext\", kind = \"category\" }, { name = \"area\", kind = \"area\" }]\n\n[[comparison]]\ncolumns = [{ name = \"day\", kind = \
                \"ordered\", gaps = [3, 14, 45] }]\n\n[[blocking]]\non = [{ column = \"phone\" }]\n\n[[blocking]]\non = [{ column = \"phone\", key = \
                \"near\" }]\n\n[[blocking]]\non = [{ column = \"pretext\" }, { column = \"area\", key = \"letters\" }]\nwithin = { column = \"day\", \
                gap = 14 }\n";
    let plan = Plan::parse(text).unwrap();
    assert_eq!(plan.blocking[2].words(), "pretext + area (letters) within 14 of day");
    assert_eq!(plan.blocking[2].within, Some(Within { column: "day".to_owned(), gap: 14 }));
    assert_eq!(plan.blocking[1].on[0], On { column: "phone".to_owned(), key: Key::Near });
    let (csv, truth) = reports(1_500, 37);
    let table = table(&csv);
    let found = link_table(&table, &plan, &Options::default(), &mut |_| {}).unwrap();
    let score = evaluate(&found.clusters, &truth);
    assert!(score.precision > 0.8, "{score:?}");
    let wrong =
        Plan { blocking: vec![Rule { on: vec![On { column: "story".to_owned(), key: Key::Exact }], within: None }], ..plan };
    assert!(wrong.fits(&table).unwrap_err().to_string().contains("not compared"));
}

#[test]
fn narratives_that_say_the_same_are_found() {
    let mut narratives = Narratives::new();
    let fillers =
        ["the kettle was on", "my sister was here", "it rained hard", "I had been out", "the dog barked", "lunch was ready"];
    for filler in fillers.iter().cycle().take(60) {
        narratives.take(&format!("He rang and said something about my account while {filler}, then hung up."));
    }
    narratives
        .take("A Detective Sergeant Hale from Hammersmith said two lads were caught with a clone of my card at the jeweller.");
    let near = narratives
        .take("Said he was Sergeant Hale of Hammersmith, two lads caught at the jeweller with a clone of my card, ring 161.");
    assert_eq!(near.first().map(|near| near.text), Some(60));
    assert!(narratives.likeness(60, 61) > 0.26 && narratives.take("").is_empty());
}

#[test]
fn tellings_of_one_script_are_one_group_and_scripts_that_share_words_are_two() {
    let scripts = [
        [
            "two lads were held with a copy of my card",
            "ring the bank back from this phone",
            "a courier would fetch it in an hour",
            "seal it in a brown envelope",
            "tell nobody at home",
        ],
        [
            "the notes in my branch were forged",
            "draw out four thousand at the counter",
            "wait for a taxi by the war memorial",
            "the cashier was under suspicion",
            "tell nobody at home",
        ],
    ];
    let own =
        ["I was at lunch", "it rained all day", "my knee is bad", "the dog barked on", "he sounded kind", "I wrote it down"];
    let mut narratives = Narratives::new();
    for telling in 0..24usize {
        let script = &scripts[telling % 2];
        // Each teller leaves one thing out and adds something of their own.
        let mut parts: Vec<&str> = (0..5).filter(|place| *place != telling / 2 % 5).map(|place| script[place]).collect();
        parts.insert(telling % 3, own[telling * 5 % 6]);
        narratives.take(&parts.join(", "));
    }
    let groups: BTreeSet<u32> = (0..24).filter_map(|text| narratives.group_of(text)).collect();
    assert_eq!(groups.len(), 2, "{groups:?}");
    for text in 0..24 {
        let group = narratives.group_of(text).unwrap();
        assert!(narratives.group(group).iter().all(|other| other % 2 == text % 2), "{text}: {:?}", narratives.group(group));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn whatever_the_table_each_row_has_a_cluster(cells in proptest::collection::vec(("[ab]{0,3}", "[0-9]{0,9}", "(2019-0[1-9]-1[0-9])?"), 1..40)) {
        let mut csv = "name,number,date\n".to_owned();
        for (name, number, date) in &cells {
            csv += &format!("{name},{number},{date}\n");
        }
        let table = table(&csv);
        let comparison = |name: &str, kind| PlannedComparison {
            columns: vec![PlannedColumn { name: name.to_owned(), kind, term_frequency: true, gaps: None }], swapped: false,
        };
        let plan = Plan {
            version: 1, id: None, ignore: Vec::new(), partners: None, seed: 1, blocking: Vec::new(), known_good: Vec::new(),
            comparisons: vec![comparison("name", Measure::Name), comparison("number", Measure::Number), comparison("date", Measure::Date)],
        };
        let found = link_table(&table, &plan, &Options::default(), &mut |_| {}).unwrap();
        prop_assert_eq!(found.clusters.len(), cells.len());
        prop_assert_eq!(found.clusters.iter().copied().max().map_or(0, |most| most as usize + 1), found.cluster_count);
        for (a, cell) in cells.iter().enumerate() {
            for b in 0..cells.len() {
                let waterfall = found.explain(a as u32, b as u32);
                let sum = waterfall.prior + waterfall.bars.iter().map(link::Bar::bits).sum::<f64>();
                prop_assert!((sum - waterfall.total).abs() < 1e-9 && waterfall.total.is_finite());
                let back = found.explain(b as u32, a as u32);
                prop_assert!((back.total - waterfall.total).abs() < 1e-9, "{:?}", cell);
            }
        }
    }
}

#[test]
fn the_specs_that_are_shipped_can_be_read() {
    for text in [include_str!("../../../../fixtures/link/reports.toml"), include_str!("../../../../fixtures/link/people.toml")] {
        let plan = Plan::parse(text).unwrap();
        assert_eq!(Plan::parse(&plan.to_toml().unwrap()).unwrap(), plan);
    }
}
