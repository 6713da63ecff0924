//! `ringfence link`: the rows of any table that are of one hand.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::time::Instant;

use ::link::{
    DEFAULT_THRESHOLD, Evaluation, KnownGood, Linked, Measure, Model, Options, Plan, Stage, Table, evaluate, link_table, suggest,
};
use anyhow::{Context as _, bail};
use serde_json::json;

use crate::Outcome;
use crate::config::Flags;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The table: CSV (also .gz) or Parquet.
    #[arg(long = "in", value_name = "FILE")]
    input: Option<String>,
    /// Spec (TOML); proposed from the data where none is given.
    #[arg(long)]
    spec: Option<String>,
    /// File for the clusters: CSV `id,cluster`. Standard output where none is given.
    #[arg(long)]
    out: Option<String>,
    /// Rows stand together where the chance that they are of one hand is at least this.
    #[arg(long, default_value_t = DEFAULT_THRESHOLD)]
    threshold: f64,
    /// CSV with a row's id and its true cluster (−1: alone): prints how good the clusters are.
    #[arg(long)]
    truth: Option<String>,
    /// Proposes a spec: for the table FILE, on standard output; with --in, writes it to FILE.
    #[arg(long, value_name = "FILE")]
    suggest: Option<String>,
    /// CSV `a,b,ruling` of ids that belong together (`must`) or do not (`cannot`).
    #[arg(long)]
    rulings: Option<String>,
    /// CSV whose first column holds numbers that link nothing: banks', forces'.
    #[arg(long)]
    known_good: Option<String>,
    /// Model trained before (JSON): used as it is.
    #[arg(long)]
    model: Option<String>,
    /// File for the trained model (JSON).
    #[arg(long)]
    save_model: Option<String>,
    /// File for the reasons, one JSON object a row that is linked: its strongest link with all its bars.
    #[arg(long)]
    explain: Option<String>,
    /// File for proposals to part or join clusters, one JSON object each, with reasons.
    #[arg(long)]
    proposals: Option<String>,
}

pub(crate) fn run(arguments: &Arguments, flags: &Flags) -> anyhow::Result<Outcome> {
    if !(arguments.threshold > 0.0 && arguments.threshold < 1.0) {
        bail!("--threshold: {} is no chance between 0 and 1", arguments.threshold);
    }
    let Some(input) = &arguments.input else {
        let Some(file) = &arguments.suggest else { bail!("--in FILE is missing: name the table to link") };
        let table = super::tables::read(file)?;
        let spec = proposed(&table, file)?.to_toml()?;
        return match &arguments.out {
            Some(out) => write(out, &spec).map(|()| Outcome::Done),
            None => super::print_line(spec.trim_end()).map(|()| Outcome::Done),
        };
    };
    let begun = Instant::now();
    let table = super::tables::read(input)?;
    let read_seconds = begun.elapsed().as_secs_f64();
    let mut plan = match &arguments.spec {
        Some(spec) => Plan::parse(&crate::context::read(spec)?).with_context(|| spec.clone())?,
        None => proposed(&table, input)?,
    };
    if let Some(file) = &arguments.suggest {
        write(file, &plan.to_toml()?)?;
    }
    plan.fits(&table).with_context(|| arguments.spec.clone().unwrap_or_else(|| input.clone()))?;
    if let Some(file) = &arguments.known_good {
        add_known_good(&mut plan, file)?;
    }
    let ids = Ids::of(&table, &plan, input)?;
    let mut options = Options { threshold: arguments.threshold, ..Options::default() };
    if let Some(file) = &arguments.rulings {
        rulings(&mut options, &ids, file)?;
    }
    if let Some(file) = &arguments.model {
        options.model = Some(Model::from_json(&crate::context::read(file)?).with_context(|| file.clone())?);
    }
    let mut clock = StageClock::default();
    let linked = link_table(&table, &plan, &options, &mut |stage| clock.enter(stage)).with_context(|| input.clone())?;
    write_clusters(arguments.out.as_deref(), &ids, &linked, flags.json)?;
    if let Some(file) = &arguments.save_model {
        write(file, &linked.model.to_json()?)?;
    }
    if let Some(file) = &arguments.explain {
        write_reasons(file, &ids, &linked)?;
    }
    if let Some(file) = &arguments.proposals {
        write_proposals(file, &ids, &linked)?;
    }
    let evaluation = match &arguments.truth {
        Some(file) => Some(score(&ids, &linked, &plan, file, input, &table)?),
        None => None,
    };
    report(arguments, flags, &linked, &clock, read_seconds, evaluation.as_ref())?;
    Ok(Outcome::Done)
}

fn report(
    arguments: &Arguments,
    flags: &Flags,
    linked: &Linked,
    clock: &StageClock,
    read_seconds: f64,
    evaluation: Option<&(Evaluation, usize)>,
) -> anyhow::Result<()> {
    if flags.json {
        let mut object = json!({
            "rows": linked.clusters.len(),
            "pairs_compared": linked.pairs_compared,
            "clusters": linked.cluster_count,
            "threshold": arguments.threshold,
            "seconds": {
                "read": read_seconds, "block": clock.of("block"), "train": clock.of("train"), "score": clock.of("score"),
                "cluster": clock.of("cluster"),
            },
            "unlinkable": linked.unlinkable(),
            "held_back": linked.model.held_back,
        });
        if let Some((evaluation, rows)) = evaluation {
            object["truth"] = serde_json::to_value(evaluation)?;
            object["truth"]["rows"] = json!(rows);
        }
        return super::print_json(&object);
    }
    let mut text = format!(
        "{} rows, {} pairs compared, {} clusters at {}; {} rows say too little to be linked",
        linked.clusters.len(),
        linked.pairs_compared,
        linked.cluster_count,
        arguments.threshold,
        linked.unlinkable(),
    );
    if linked.capped.0 > 0 {
        let _ = write!(text, "; {} blocks were too large and were cut, {} pairs left out", linked.capped.0, linked.capped.1);
    }
    for (column, values) in &linked.model.held_back {
        let _ = write!(text, "\nheld back in {column}, as they tie too much together: {}", values.join(", "));
    }
    if let Some((e, rows)) = evaluation {
        let _ = write!(
            text,
            "\nagainst the truth, {rows} rows: pairs precision {:.4} recall {:.4} F1 {:.4}; B-cubed precision {:.4} recall {:.4} F1 {:.4}; largest \
             cluster {}, truly {}; {} clusters, truly {}",
            e.precision,
            e.recall,
            e.f1,
            e.b3_precision,
            e.b3_recall,
            e.b3_f1,
            e.largest_cluster,
            e.largest_true,
            e.clusters,
            e.true_clusters,
        );
    }
    // Where the clusters go to standard output, people's text goes beside it.
    if arguments.out.is_some() { super::print_line(&text) } else { note(&text) }
}

/// A line on standard error.
fn note(text: &str) -> anyhow::Result<()> {
    Ok(writeln!(std::io::stderr(), "{text}")?)
}

fn proposed(table: &Table, file: &str) -> anyhow::Result<Plan> {
    let suggestion = suggest(table).with_context(|| file.to_owned())?;
    for line in &suggestion.notes {
        note(&format!("spec: {line}"))?;
    }
    Ok(suggestion.plan)
}

fn write(file: &str, text: &str) -> anyhow::Result<()> {
    std::fs::write(file, text).with_context(|| format!("cannot write {file}"))
}

/// Ids of rows.
struct Ids {
    /// The id column, where there is one.
    column: Option<String>,
    by_row: Vec<String>,
}

impl Ids {
    fn of(table: &Table, plan: &Plan, file: &str) -> anyhow::Result<Ids> {
        let Some(name) = &plan.id else {
            return Ok(Ids { column: None, by_row: (0..table.rows()).map(|row| row.to_string()).collect() });
        };
        let column = table.column(name).with_context(|| format!("{file}: no column '{name}'"))?;
        let mut first = vec![usize::MAX; column.values.len() + 1];
        for (row, code) in column.codes.iter().enumerate() {
            let code = *code as usize;
            if code == 0 {
                bail!("{file}: line {} has no {name}; give every row an id, or leave `id` out of the spec", row + 2);
            }
            if first[code] != usize::MAX {
                let value = table.cell(row, column);
                bail!("{file}: {name} '{value}' stands in line {} and in line {}; ids must differ", first[code] + 2, row + 2);
            }
            first[code] = row;
        }
        Ok(Ids { column: Some(name.clone()), by_row: (0..table.rows()).map(|row| table.cell(row, column)).collect() })
    }

    fn rows(&self) -> HashMap<&str, u32> {
        self.by_row.iter().enumerate().map(|(row, id)| (id.as_str(), row as u32)).collect()
    }
}

fn rulings(options: &mut Options, ids: &Ids, file: &str) -> anyhow::Result<()> {
    let table = super::tables::read(file)?;
    let column = |name: &str| table.column(name).with_context(|| format!("{file}: no column '{name}'; a ruling is a,b,ruling"));
    let (a, b, ruling) = (column("a")?, column("b")?, column("ruling")?);
    let rows = ids.rows();
    for row in 0..table.rows() {
        let find = |column| {
            let id = table.cell(row, column);
            rows.get(id.as_str()).copied().with_context(|| format!("{file}: line {}: there is no row '{id}'", row + 2))
        };
        let pair = (find(a)?, find(b)?);
        if pair.0 == pair.1 {
            bail!("{file}: line {}: a ruling is about two rows", row + 2);
        }
        match table.cell(row, ruling).as_str() {
            "must" => options.must_link.push(pair),
            "cannot" => options.cannot_link.push(pair),
            other => bail!("{file}: line {}: ruling '{other}' is neither must nor cannot", row + 2),
        }
    }
    Ok(())
}

fn add_known_good(plan: &mut Plan, file: &str) -> anyhow::Result<()> {
    let table = super::tables::read(file)?;
    let first = &table.columns()[0];
    let values: Vec<String> = (0..table.rows()).map(|row| table.cell(row, first)).filter(|value| !value.is_empty()).collect();
    let numbers =
        plan.comparisons.iter().flat_map(|comparison| &comparison.columns).filter(|column| column.kind == Measure::Number);
    let columns: Vec<String> = numbers.map(|column| column.name.clone()).collect();
    if columns.is_empty() {
        bail!("--known-good: the spec compares no column of kind number");
    }
    plan.known_good.extend(columns.into_iter().map(|column| KnownGood { column, values: values.clone() }));
    Ok(())
}

#[derive(Default)]
struct StageClock {
    seconds: Vec<(&'static str, f64)>,
    since: Option<(&'static str, Instant)>,
}

impl StageClock {
    fn enter(&mut self, stage: Stage) {
        if let Some((name, since)) = self.since.take() {
            self.seconds.push((name, since.elapsed().as_secs_f64()));
        }
        let name = match stage {
            Stage::Block => "block",
            Stage::Train => "train",
            Stage::Score => "score",
            Stage::Cluster => "cluster",
            Stage::Done => return,
        };
        self.since = Some((name, Instant::now()));
    }

    fn of(&self, name: &str) -> f64 {
        self.seconds.iter().filter(|(held, _)| *held == name).map(|(_, seconds)| seconds).sum()
    }
}

fn write_clusters(out: Option<&str>, ids: &Ids, linked: &Linked, json: bool) -> anyhow::Result<()> {
    let sink: Box<dyn std::io::Write> = match out {
        Some(file) => Box::new(std::fs::File::create(file).with_context(|| format!("cannot write {file}"))?),
        None if json => return Ok(()),
        None => Box::new(std::io::stdout().lock()),
    };
    let mut csv = csv::Writer::from_writer(std::io::BufWriter::new(sink));
    csv.write_record(["id", "cluster"])?;
    let mut number = String::new();
    for (id, cluster) in ids.by_row.iter().zip(&linked.clusters) {
        number.clear();
        let _ = write!(number, "{cluster}");
        csv.write_record([id.as_str(), number.as_str()])?;
    }
    csv.flush()?;
    Ok(())
}

fn write_reasons(file: &str, ids: &Ids, linked: &Linked) -> anyhow::Result<()> {
    let mut out = std::io::BufWriter::new(std::fs::File::create(file).with_context(|| format!("cannot write {file}"))?);
    for reason in linked.memberships() {
        let line = json!({
            "id": ids.by_row[reason.row as usize],
            "cluster": linked.clusters[reason.row as usize],
            "strongest": ids.by_row[reason.strongest as usize],
            "weight": reason.link.total,
            "prior": reason.link.prior,
            "bars": reason.link.bars,
            "found_by": reason.link.found_by,
            "profile_weight": reason.profile_bits,
            "hangs_on": reason.hangs_on.map(|row| &ids.by_row[row as usize]),
            "why": reason.link.sentence(),
        });
        writeln!(out, "{line}")?;
    }
    out.flush()?;
    Ok(())
}

fn write_proposals(file: &str, ids: &Ids, linked: &Linked) -> anyhow::Result<()> {
    let mut out = std::io::BufWriter::new(std::fs::File::create(file).with_context(|| format!("cannot write {file}"))?);
    for proposal in linked.proposals() {
        let rows: Vec<&String> = proposal.rows.iter().map(|row| &ids.by_row[*row as usize]).collect();
        let line = json!({ "kind": proposal.kind, "clusters": proposal.clusters, "rows": rows, "bits": proposal.bits, "why": proposal.why });
        writeln!(out, "{line}")?;
    }
    out.flush()?;
    Ok(())
}

/// Compares the clusters with a file of truth: the rows that both have.
fn score(ids: &Ids, linked: &Linked, plan: &Plan, file: &str, input: &str, table: &Table) -> anyhow::Result<(Evaluation, usize)> {
    let own;
    let truth = if file == input {
        table
    } else {
        own = super::tables::read(file)?;
        &own
    };
    let names: Vec<&str> = truth.columns().iter().map(|column| column.name.as_str()).collect();
    let id_name = ids
        .column
        .as_deref()
        .filter(|name| names.contains(name))
        .or_else(|| names.contains(&"id").then_some("id"))
        .unwrap_or(names[0]);
    let answer = ["cluster", "series", "truth", "entity", "entity_id", "label", "person_id"];
    let other = || {
        names.iter().copied().find(|name| *name != id_name && (names.len() == 2 || plan.ignore.iter().any(|held| held == name)))
    };
    let Some(cluster_name) = answer.into_iter().find(|name| names.contains(name) && *name != id_name).or_else(other) else {
        bail!("{file}: no column says the true cluster; call it `cluster`");
    };
    let (Some(id), Some(cluster)) = (truth.column(id_name), truth.column(cluster_name)) else { bail!("{file}: no columns") };
    let rows = ids.rows();
    let (mut found, mut true_clusters) = (Vec::new(), Vec::new());
    let mut alone = u32::MAX;
    for row in 0..truth.rows() {
        // Without an id column rows are known by their place.
        let place = if ids.column.is_none() && file == input {
            Some(row as u32)
        } else {
            rows.get(truth.cell(row, id).as_str()).copied()
        };
        let Some(place) = place else { continue };
        let code = cluster.codes[row];
        let lone = code == 0 || cluster.values.get(code) == b"-1";
        true_clusters.push(if lone {
            alone -= 1;
            alone
        } else {
            code
        });
        found.push(linked.clusters[place as usize]);
    }
    if found.is_empty() {
        bail!("{file}: none of its ids ({id_name}) is a row of the table");
    }
    Ok((evaluate(&found, &true_clusters), found.len()))
}
