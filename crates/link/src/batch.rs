//! A whole table: spec, blocking, training, scoring, clusters.

use crate::LinkError;
use crate::agglomerate::{Edge, Forest, LEAST_EDGE, PASSES, Weighing, agglomerate, strongest_first};
use crate::blocks::{Bound, all_pairs};
use crate::choose::{Atoms, Budget, Masks, choose, covered};
use crate::estimate::{Chance, Patterns, Tables, expected_matches, first_guess, maximise};
use crate::fields::{Fields, Memory, memories};
use crate::frequency::Frequencies;
use crate::known::Known;
use crate::measure::Measure;
use crate::model::{ComparisonModel, MODEL_VERSION, Model, Weights, prior};
use crate::plan::Plan;
use crate::scorer::Scorer;
use crate::table::{Table, mix};

/// The threshold that holds unless another is given.
pub const DEFAULT_THRESHOLD: f64 = 0.9;
/// The estimation looks at this many rows at most.
const SAMPLE: usize = 20_000;
/// The estimation counts the patterns of this many pairs at most.
const SAMPLE_PAIRS: usize = 400_000;
/// Pairs that rules may make in a table, about: not fewer a row than the first, not more than the second. A pair counts with each rule that
/// makes it, and one that is known (see `known.rs`) as well.
const LOOKED_AT: f64 = 18e6;
const EACH: (f64, f64) = (10.0, 130.0);
/// A number that stands in more clusters than this is looked at as one that links everything.
const MOST_CLUSTERS: f64 = 30.0;
/// Members of a cluster that a first, rough pass looks at.
const MOST_AT_FIRST: usize = 5;
/// Tables of fewer rows are compared whole.
const WHOLE: usize = 2_000;

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// Rows are put together where the chance that they are of one hand is at least this.
    pub threshold: f64,
    /// Rows that belong together whatever the weights say: pairs of row numbers.
    pub must_link: Vec<(u32, u32)>,
    /// Rows that never stand in one cluster.
    pub cannot_link: Vec<(u32, u32)>,
    /// A model trained before: used as it is.
    pub model: Option<Model>,
}

impl Default for Options {
    fn default() -> Options {
        Options { threshold: DEFAULT_THRESHOLD, must_link: Vec::new(), cannot_link: Vec::new(), model: None }
    }
}

/// Where the work is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Columns written one way, rules chosen.
    Block,
    /// m and u estimated.
    Train,
    /// Pairs scored.
    Score,
    /// Clusters made.
    Cluster,
    /// Done.
    Done,
}

/// A linked table.
#[derive(Debug, Clone)]
pub struct Linked {
    /// A cluster for each row, numbered from 0 in the order of their first rows.
    pub clusters: Vec<u32>,
    /// How many.
    pub cluster_count: usize,
    /// Pairs that were compared.
    pub pairs_compared: u64,
    /// The model.
    pub model: Model,
    /// Bits at which rows are put together.
    pub threshold_bits: f64,
    /// Blocks that were cut and pairs that were left out for it.
    pub capped: (u64, u64),
    pub(crate) fields: Fields,
    pub(crate) weights: Weights,
    pub(crate) edges: Vec<Edge>,
}

/// Pairs a row that rules may make in a table of so many rows.
fn each(rows: usize) -> f64 {
    (LOOKED_AT / rows.max(1) as f64).clamp(EACH.0, EACH.1)
}

/// Rows for the estimation: all, or as many as are looked at, taken by a hash of their number.
fn sample(rows: usize, seed: u64) -> Vec<u32> {
    if rows <= SAMPLE {
        return (0..rows as u32).collect();
    }
    let share = (SAMPLE as f64 / rows as f64 * u64::MAX as f64) as u64;
    (0..rows as u32).filter(|row| mix(u64::from(*row) ^ seed) <= share).collect()
}

/// Links the rows of a table.
///
/// # Errors
/// A plan that does not fit the table; rulings that contradict each other.
pub fn link_table(table: &Table, plan: &Plan, options: &Options, stage: &mut dyn FnMut(Stage)) -> Result<Linked, LinkError> {
    plan.fits(table)?;
    if !(options.threshold > 0.0 && options.threshold < 1.0) {
        return Err(LinkError::Spec("the threshold lies between 0 and 1".to_owned()));
    }
    stage(Stage::Block);
    let given = Given::new(Fields::order(table, plan));
    let mut fields = Fields::new(table, plan, &given.rows);
    let options = &Options {
        must_link: given.inside(&options.must_link, &options.cannot_link, table.rows())?,
        cannot_link: given.placed(&options.cannot_link),
        ..options.clone()
    };
    let rows = sample(table.rows(), plan.seed);
    let mut memory = memories(&fields.fields);
    stage(Stage::Train);
    let (model, rules) = match &options.model {
        Some(model) => {
            model_fits(model, &fields)?;
            for (joint, comparison) in fields.joints.clone().iter().zip(&model.comparisons) {
                for (member, gaps) in joint.members.iter().zip(&comparison.gaps) {
                    fields.fields[*member].gaps = *gaps;
                }
            }
            for (column, values) in &model.held_back {
                if let Some(field) = fields.fields.iter_mut().find(|field| field.name == *column) {
                    for code in values.iter().filter_map(|value| field.interner.known(value.as_bytes())) {
                        field.held[code as usize] = true;
                    }
                }
            }
            let rules = model.blocking.iter().map(|rule| Bound::new(rule, &fields)).collect();
            (model.clone(), rules)
        }
        None => train(&mut fields, plan, &rows, &mut memory),
    };
    stage(Stage::Score);
    let everything: Vec<u32> = (0..table.rows() as u32).collect();
    let frequencies = Frequencies::of_rows(&fields, &everything);
    let mut weights = Weights::new(&model, &fields, frequencies.rarity(&fields, &model));
    let mut edges = Vec::with_capacity(if rules.is_empty() { 0 } else { 8 * table.rows() });
    let mut compared = 0u64;
    let mut scorer = Scorer::new(&fields, &weights, &mut memory, LEAST_EDGE);
    let mut score = |a: u32, b: u32| {
        compared += 1;
        scorer.pair(a, b)
    };
    let mut keep = |a: u32, b: u32, bits: f32| edges.push(Edge { a, b, bits });
    let mut capped = (0, 0);
    if rules.is_empty() {
        for a in 0..table.rows() as u32 {
            for b in a + 1..table.rows() as u32 {
                if let Some(bits) = score(a, b) {
                    keep(a, b, bits);
                }
            }
        }
    } else {
        let mut known = Known::new(table.rows());
        let dropped = all_pairs(&fields, &rules, &everything, Some(&mut known), &mut score, &mut keep);
        capped = (dropped.blocks, dropped.pairs);
    }
    stage(Stage::Cluster);
    let threshold_bits = prior(options.threshold);
    // A first pass looks at links that would hold alone.
    let mut strong: Vec<Edge> = edges.iter().filter(|edge| f64::from(edge.bits) >= threshold_bits - 0.1).copied().collect();
    let rough = clusters_of(&fields, &weights, &mut strong, ruled(&fields, options)?, threshold_bits, 1, &mut memory).roots();
    drop(strong);
    // Frequencies on distinct clusters, what links everything held back, and the same edges again.
    let frequencies = Frequencies::of_clusters(&fields, &everything, &rough);
    let mut model = model;
    if options.model.is_none() {
        model.held_back = hold_back(&mut fields, &frequencies);
        // A sample of a large table leaves most of a series out; the whole table tells how many partners a row has.
        if plan.partners.is_none() && rows.len() < table.rows() {
            model.lambda = model.lambda.max(together(&rough, &everything)).min(0.2);
        }
    }
    weights = Weights::new(&model, &fields, frequencies.rarity(&fields, &model));
    let mut scorer = Scorer::new(&fields, &weights, &mut memory, LEAST_EDGE);
    edges.retain_mut(|edge| {
        let bits = scorer.pair(edge.a, edge.b);
        edge.bits = bits.unwrap_or(f32::MIN);
        bits.is_some()
    });
    let forest = clusters_of(&fields, &weights, &mut edges, ruled(&fields, options)?, threshold_bits, PASSES, &mut memory);
    let roots = given.back(&mut fields, &mut edges, &forest.roots());
    let (clusters, cluster_count) = numbered(&roots);
    stage(Stage::Done);
    Ok(Linked { clusters, cluster_count, pairs_compared: compared, model, threshold_bits, capped, fields, weights, edges })
}

/// Rows stand by area and time while they are worked on: what belongs together lies together in memory.
struct Given {
    /// By place: the table's row.
    rows: Vec<u32>,
    /// By the table's row: its place.
    places: Vec<u32>,
}

impl Given {
    fn new(rows: Vec<u32>) -> Given {
        let mut places = vec![0; rows.len()];
        for (place, row) in rows.iter().enumerate() {
            places[*row as usize] = place as u32;
        }
        Given { rows, places }
    }

    fn placed(&self, pairs: &[(u32, u32)]) -> Vec<(u32, u32)> {
        pairs.iter().map(|(a, b)| (self.places[*a as usize], self.places[*b as usize])).collect()
    }

    /// Must-links by place, once it is known that the rulings do not contradict each other.
    fn inside(&self, must: &[(u32, u32)], cannot: &[(u32, u32)], rows: usize) -> Result<Vec<(u32, u32)>, LinkError> {
        if let Some((a, b)) = must.iter().chain(cannot).find(|(a, b)| *a.max(b) as usize >= rows || a == b) {
            return Err(LinkError::Ruling(format!("rows {} and {}: a ruling is about two rows that are there", a + 1, b + 1)));
        }
        if !cannot.is_empty() {
            crate::ruling::apply(&mut Forest::new(rows), must, cannot)?;
        }
        Ok(self.placed(must))
    }

    /// Everything by the table's rows again.
    fn back(&self, fields: &mut Fields, edges: &mut [Edge], roots: &[u32]) -> Vec<u32> {
        fields.take_order(&self.places);
        for edge in edges {
            let (a, b) = (self.rows[edge.a as usize], self.rows[edge.b as usize]);
            (edge.a, edge.b) = (a.min(b), a.max(b));
        }
        self.places.iter().map(|place| roots[*place as usize]).collect()
    }
}

/// Each row alone, but for what people ruled.
fn ruled(fields: &Fields, options: &Options) -> Result<Forest, LinkError> {
    let mut forest = Forest::new(fields.rows);
    crate::ruling::apply(&mut forest, &options.must_link, &options.cannot_link)?;
    Ok(forest)
}

/// Joins the clusters of a forest along edges.
fn clusters_of(
    fields: &Fields,
    weights: &Weights,
    edges: &mut Vec<Edge>,
    mut forest: Forest,
    threshold: f64,
    passes: usize,
    memory: &mut Vec<Memory>,
) -> Forest {
    strongest_first(edges);
    let mut weighing = Weighing::new(fields, weights, fields.rows, std::mem::take(memory));
    if passes == 1 {
        weighing.most = MOST_AT_FIRST;
    }
    agglomerate(&mut forest, edges, threshold, passes, &mut weighing);
    *memory = weighing.memory;
    forest
}

/// Holds back the values of near-unique columns that stand in far more clusters than such a value does: numbers that are nobody's.
fn hold_back(fields: &mut Fields, frequencies: &Frequencies) -> Vec<(String, Vec<String>)> {
    let mut all = Vec::new();
    for (place, field) in fields.fields.iter_mut().enumerate() {
        let distinct = frequencies.counts[place].iter().filter(|count| **count > 0.0).count() as f64;
        let total = frequencies.totals[place];
        if !matches!(field.measure, Measure::Number | Measure::Code | Measure::Email) || distinct < 0.05 * total {
            continue;
        }
        let most = (20.0 * total / distinct.max(1.0)).max(MOST_CLUSTERS);
        let mut held = Vec::new();
        for (code, count) in frequencies.counts[place].iter().enumerate() {
            if f64::from(*count) > most {
                field.held[code] = true;
                held.push(field.interner.values.text(code as u32).into_owned());
            }
        }
        if !held.is_empty() {
            all.push((field.name.clone(), held));
        }
    }
    all
}

fn numbered(roots: &[u32]) -> (Vec<u32>, usize) {
    let mut numbers = vec![u32::MAX; roots.len()];
    let mut count = 0;
    let clusters = roots
        .iter()
        .map(|root| {
            let number = &mut numbers[*root as usize];
            if *number == u32::MAX {
                *number = count;
                count += 1;
            }
            *number
        })
        .collect();
    (clusters, count as usize)
}

fn model_fits(model: &Model, fields: &Fields) -> Result<(), LinkError> {
    let good = model.comparisons.len() == fields.joints.len()
        && model.comparisons.iter().zip(&fields.joints).all(|(comparison, joint)| {
            comparison.swapped == joint.swapped
                && comparison.columns.len() == joint.members.len()
                && joint.members.iter().zip(comparison.columns.iter().zip(&comparison.kinds)).all(|(member, (name, kind))| {
                    let field = &fields.fields[*member];
                    field.name == *name && field.measure == *kind
                })
        });
    if good { Ok(()) } else { Err(LinkError::Spec("the model was trained with another spec; train it again".to_owned())) }
}

/// Pairs for the estimation, thinned by a hash where there are too many.
fn sampled_pairs(fields: &Fields, rules: &[Bound], rows: &[u32], seed: u64) -> Vec<(u32, u32)> {
    let mut pairs = Vec::new();
    if rules.is_empty() {
        for (place, a) in rows.iter().enumerate() {
            pairs.extend(rows[place + 1..].iter().map(|b| (*a, *b)));
        }
        return pairs;
    }
    all_pairs(fields, rules, rows, None, &mut |_, _| Some(0.0), &mut |a, b, _| pairs.push((a, b)));
    if pairs.len() > SAMPLE_PAIRS {
        let share = (SAMPLE_PAIRS as f64 / pairs.len() as f64 * u64::MAX as f64) as u64;
        pairs.retain(|(a, b)| mix((u64::from(*a) << 32 | u64::from(*b)) ^ seed) <= share);
    }
    pairs
}

/// Trains on the sampled rows: a first model finds rough clusters; on those, frequencies are counted and the model is trained again.
fn train(fields: &mut Fields, plan: &Plan, rows: &[u32], memory: &mut Vec<Memory>) -> (Model, Vec<Bound>) {
    let all_pairs = rows.len() as f64 * (rows.len() as f64 - 1.0) / 2.0;
    let budget = Budget::of(rows.len(), 8.0);
    let mut frequencies = Frequencies::of_rows(fields, rows);
    let atoms = Atoms::of(fields, rows, &frequencies.exact_u);
    let mut lambda = plan.partners.map_or(1.0, |partners| partners) / (fields.rows as f64).max(2.0);
    let mut m = first_guess(fields);
    let mut masks = Masks::invented(fields, &atoms, rows, &m, 4000, plan.seed);
    let mut tables = Tables { m: m.clone(), u: Vec::new(), trained_on: Vec::new() };
    let mut sampled = 0;
    let chance = Chance::draw(fields, rows, plan.seed, memory);
    for _round in 0..2 {
        let rules = rules_for(fields, plan, &atoms, rows, &masks, budget);
        let pairs = sampled_pairs(fields, &rules, rows, plan.seed);
        sampled = pairs.len() as u64;
        let patterns = Patterns::of(fields, &pairs, memory);
        let u = chance.tables(fields, &frequencies, lambda, &m);
        let training = if rules.is_empty() { choose(fields, &atoms, rows, masks.clone(), budget) } else { rules.clone() };
        tables = maximise(fields, &patterns, &training, &m, &u);
        m.clone_from(&tables.m);
        let invented = Masks::invented(fields, &atoms, rows, &m, 4000, plan.seed);
        let found_share = if rules.is_empty() { 1.0 } else { covered(&atoms, &rules, &invented) };
        if plan.partners.is_none() {
            for _ in 0..12 {
                let found = expected_matches(&patterns, fields, &tables, lambda);
                lambda = (found / found_share / all_pairs).clamp(0.02 / fields.rows as f64, 0.2);
            }
        }
        let model = model_of(fields, plan, &tables, &frequencies, lambda, rows.len(), sampled, Vec::new());
        let weights = Weights::new(&model, fields, frequencies.rarity(fields, &model));
        let mut scorer = Scorer::new(fields, &weights, memory, LEAST_EDGE);
        let mut edges: Vec<Edge> =
            pairs.iter().filter_map(|(a, b)| Some(Edge { a: *a, b: *b, bits: scorer.pair(*a, *b)? })).collect();
        strongest_first(&mut edges);
        let threshold = prior(DEFAULT_THRESHOLD);
        let mut forest = Forest::new(fields.rows);
        let mut weighing = Weighing::new(fields, &weights, rows.len(), std::mem::take(memory));
        agglomerate(&mut forest, &edges, threshold, 1, &mut weighing);
        *memory = weighing.memory;
        let roots = forest.roots();
        frequencies = Frequencies::of_clusters(fields, rows, &roots);
        if plan.partners.is_none() {
            lambda = together(&roots, rows).clamp(0.02 / fields.rows as f64, 0.2);
        }
        let strong = edges.iter().filter(|edge| f64::from(edge.bits) > threshold).map(|edge| (edge.a, edge.b));
        let count = edges.iter().filter(|edge| f64::from(edge.bits) > threshold).count().max(1);
        let step = count.div_ceil(8000);
        let found = Masks::found(fields, &atoms, strong.step_by(step), 4000.0 / count.div_ceil(step) as f64);
        masks = invented.and(found);
    }
    tables.u = chance.tables(fields, &frequencies, lambda, &m);
    let atoms = if rows.len() < fields.rows { atoms.of_all(fields) } else { atoms };
    let rules = rules_for(fields, plan, &atoms, rows, &masks, Budget::of(fields.rows, each(fields.rows)));
    let blocking = rules.iter().map(|rule| rule.rule(fields)).collect();
    (model_of(fields, plan, &tables, &frequencies, lambda, rows.len(), sampled, blocking), rules)
}

/// The share of pairs of these rows that stand in one cluster.
fn together(roots: &[u32], rows: &[u32]) -> f64 {
    let mut sizes = vec![0u32; roots.len()];
    for row in rows {
        sizes[roots[*row as usize] as usize] += 1;
    }
    let pairs: f64 = sizes.iter().map(|size| f64::from(*size) * (f64::from(*size) - 1.0) / 2.0).sum();
    pairs / (rows.len() as f64 * (rows.len() as f64 - 1.0) / 2.0).max(1.0)
}

fn rules_for(fields: &Fields, plan: &Plan, atoms: &Atoms, rows: &[u32], masks: &Masks, budget: Budget) -> Vec<Bound> {
    if !plan.blocking.is_empty() {
        let mut rules: Vec<Bound> = plan.blocking.iter().map(|rule| Bound::new(rule, fields)).collect();
        rules.sort_by_key(|rule| rule.by_values().is_some());
        return rules;
    }
    if fields.rows <= WHOLE {
        return Vec::new();
    }
    choose(fields, atoms, rows, masks.clone(), budget)
}

#[expect(clippy::too_many_arguments, reason = "what a model holds")]
fn model_of(
    fields: &Fields,
    plan: &Plan,
    tables: &Tables,
    frequencies: &Frequencies,
    lambda: f64,
    sampled_rows: usize,
    sampled_pairs: u64,
    blocking: Vec<crate::plan::Rule>,
) -> Model {
    let comparisons = fields
        .joints
        .iter()
        .enumerate()
        .map(|(at, joint)| ComparisonModel {
            columns: joint.members.iter().map(|member| fields.fields[*member].name.clone()).collect(),
            kinds: joint.members.iter().map(|member| fields.fields[*member].measure).collect(),
            swapped: joint.swapped,
            m: tables.m[at].clone(),
            u: tables.u[at].clone(),
            exact_u: joint.members.iter().map(|member| frequencies.exact_u[*member]).collect(),
            gaps: joint.members.iter().map(|member| fields.fields[*member].gaps).collect(),
            trained_on: tables.trained_on.get(at).copied().unwrap_or(0.0),
        })
        .collect();
    Model {
        version: MODEL_VERSION,
        rows: fields.rows,
        lambda,
        seed: plan.seed,
        sampled_rows,
        sampled_pairs,
        comparisons,
        blocking,
        held_back: Vec::new(),
    }
}
