#![no_main]
//! A spec and a table of any bytes: read, refused in a line, or linked; what is read as a spec is written and read back the same.

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let split = data.iter().position(|byte| *byte == 0).unwrap_or(data.len() / 2);
    let (spec, table) = data.split_at(split);
    let plan = std::str::from_utf8(spec).ok().and_then(|text| link::Plan::parse(text).ok());
    if let Some(plan) = &plan {
        let again = link::Plan::parse(&plan.to_toml().unwrap()).unwrap();
        assert_eq!(*plan, again);
    }
    let Ok(table) = link::read_csv(table) else { return };
    if table.rows() > 200 || table.columns().len() > 8 {
        return;
    }
    let plan = match plan.filter(|plan| plan.fits(&table).is_ok()) {
        Some(plan) => plan,
        None => match link::suggest(&table) {
            Ok(suggestion) => suggestion.plan,
            Err(_) => return,
        },
    };
    let linked = link::link_table(&table, &plan, &link::Options::default(), &mut |_| {}).unwrap();
    assert_eq!(linked.clusters.len(), table.rows());
});
