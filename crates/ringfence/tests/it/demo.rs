//! `ringfence demo`: the whole path, the same every time, and what its page says counted again from its database.

use std::collections::BTreeMap;

use report::vocabulary::Claimed;
use series::Case;
use store::{Keys, Store};

use super::program::Program;

/// The pages that a demo in this folder wrote, by the ending of their names.
fn pages(program: &Program, folder: &str) -> BTreeMap<String, String> {
    program.good(&["demo", "--no-serve", "--dir", folder]);
    let files = std::fs::read_dir(program.path(folder).join("pages")).unwrap();
    let read = files.map(|file| file.unwrap().path());
    read.map(|path| (path.extension().unwrap().to_str().unwrap().to_owned(), std::fs::read_to_string(&path).unwrap())).collect()
}

#[test]
fn the_demo_is_the_same_every_time_and_finds_its_series_early() {
    let program = Program::new();
    let first = pages(&program, "first");
    assert_eq!(first.keys().map(String::as_str).collect::<Vec<_>>(), ["atom", "html", "md", "txt"]);
    assert_eq!(first, pages(&program, "second"));
    let (alarm, cases) = tokio::runtime::Runtime::new().unwrap().block_on(held(&program, "first"));
    assert!(alarm <= 6, "the series was found with {alarm} reports");

    // Counted here, from the rows, by nothing that the page was counted with.
    let n = cases.len();
    let first_day = cases.iter().map(|case| case.call_day).min().unwrap();
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    let uk = areas::Gazetteer::united_kingdom();
    for case in &cases {
        if let Some((area, _)) = case.shares.iter().max_by(|a, b| a.1.total_cmp(&b.1)) {
            *places.entry(uk.name(area)).or_default() += 1;
        }
    }
    let mut places: Vec<(&str, usize)> = places.into_iter().collect();
    places.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    let told: Vec<&Case> = cases.iter().filter(|case| !case.claimed.is_empty()).collect();
    let police =
        told.iter().filter(|case| case.claimed.iter().any(|who| matches!(who, Claimed::Police | Claimed::NcaFca))).count();
    assert!(police * 10 >= told.len() * 8, "{police} of {}", told.len());

    for (channel, page) in &first {
        let count = format!("{n} reports since April {}", first_day.day());
        assert!(page.contains(&count), "{channel} does not say '{count}'");
    }
    let text = &first["txt"];
    assert!(text.contains("In the vast majority of cases the caller claims to be from the police"), "{text}");
    let named = text.split("mainly from ").nth(1).and_then(|rest| rest.split('.').next()).unwrap();
    let named: Vec<&str> = named.split(", ").flat_map(|part| part.split(" and ")).collect();
    let most: Vec<&str> = places.iter().take(named.len()).map(|(name, _)| *name).collect();
    assert!(named.iter().all(|name| most.contains(name)), "named {named:?}, counted {places:?}");
    let in_named: usize = places.iter().filter(|(name, _)| named.contains(name)).map(|(_, n)| n).sum();
    assert!(in_named * 2 > places.iter().map(|(_, n)| n).sum::<usize>(), "{places:?}");
}

/// How many reports the series was found with, and the cases that may be counted of it.
async fn held(program: &Program, folder: &str) -> (u32, Vec<Case>) {
    let folder = program.path(folder);
    let keys = Keys::from_hex(&std::fs::read_to_string(folder.join("ringfence.key")).unwrap()).unwrap();
    let store = Store::open(&format!("sqlite:{}", folder.join("ringfence.db").display()), keys).await.unwrap();
    let series = store.series_list(None, 1000).await.unwrap().into_iter().max_by_key(|series| series.members.len()).unwrap();
    let likely = series.members.iter().filter(|member| member.decided.unwrap_or(member.probability >= 0.5));
    let members: Vec<_> = likely.map(|member| member.report.clone()).collect();
    let mut cases = store.cases(&members).await.unwrap();
    cases.retain(|case| case.use_for_advice);
    (series.alarm.reports, cases)
}
