//! One row at a time into what is stored: it joins a cluster, opens one, or joins clusters together, with its explanation. Ids are kept:
//! the oldest survives, the others lead to it.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::LinkError;
use crate::agglomerate::{Edge, Forest, LEAST_EDGE, Weighing, agglomerate, strongest_first};
use crate::batch::Linked;
use crate::blocks::Bound;
use crate::explain::{Waterfall, waterfall};
use crate::fields::{Fields, Memory, memories};
use crate::model::Weights;
use crate::plan::Key;
use crate::table::{Table, hash_bytes, mix};
use crate::writing::{self, NO_POINT};

/// What became of a row.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Taken {
    /// The row's number in the register.
    pub row: u32,
    /// The cluster it stands in.
    pub cluster: u64,
    /// Clusters that it brought together with that one: their ids lead to it from now on.
    pub merged: Vec<u64>,
    /// The row it is linked to most strongest.
    pub strongest: Option<u32>,
    /// That link.
    pub link: Option<Waterfall>,
    /// How many rows it was compared with.
    pub compared: usize,
}

/// What happened to a cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// It was opened by a row.
    Opened {
        /// The cluster.
        cluster: u64,
        /// The row.
        row: u32,
    },
    /// A row joined it.
    Joined {
        /// The cluster.
        cluster: u64,
        /// The row.
        row: u32,
    },
    /// Two became one: `gone` leads to `cluster` from now on.
    Merged {
        /// The older, which lives.
        cluster: u64,
        /// The younger.
        gone: u64,
        /// The row that brought them together.
        row: u32,
    },
    /// A row left a cluster when what it was linked by was weighed again.
    Left {
        /// The cluster it left.
        cluster: u64,
        /// Where it went.
        to: u64,
        /// The row.
        row: u32,
    },
}

/// When a row comes, the clusters that it touches are weighed again from their beginnings, up to this many rows; what is beyond is weighed as
/// it stands, as whole clusters.
const MOST_AGAIN: usize = 260;
/// At most this many clusters are weighed with a new row, those of its strongest links.
const MOST_TOUCHED: usize = 60;
/// At most this many rows under one key are looked at, the latest first.
const MOST_UNDER_KEY: usize = 300;

/// What is stored.
#[derive(Debug)]
pub struct Register {
    fields: Fields,
    weights: Weights,
    rules: Vec<Bound>,
    threshold: f64,
    /// Rows that the prior counts.
    population: usize,
    /// By rule: key to the latest row; rows then lead to the one before.
    heads: Vec<Heads>,
    before: Vec<Vec<u32>>,
    /// By rule by values: deletion key to codes, and code to the latest row.
    near: Vec<Option<Near>>,
    edges: Vec<Vec<(u32, f32)>>,
    cluster_of: Vec<u64>,
    members: BTreeMap<u64, Vec<u32>>,
    leads_to: BTreeMap<u64, u64>,
    next_cluster: u64,
    cannot: Vec<(u32, u32)>,
    must: Vec<(u32, u32)>,
    history: Vec<Event>,
    memory: Vec<Memory>,
}

#[derive(Debug, Default)]
struct Heads {
    slots: Vec<(u32, u32)>,
    filled: usize,
}

impl Heads {
    /// The latest row under a key, and puts another in its place. Rows are stored plus one; 0 is none.
    fn replace(&mut self, key: u32, row: u32) -> u32 {
        if self.slots.len() < 2 * (self.filled + 1) {
            let size = (4 * (self.filled + 1)).next_power_of_two().max(64);
            let old = std::mem::replace(&mut self.slots, vec![(0, 0); size]);
            for (key, row) in old.into_iter().filter(|(_, row)| *row != 0) {
                let place = self.place(key);
                self.slots[place] = (key, row);
            }
        }
        let place = self.place(key);
        let last = self.slots[place].1;
        if last == 0 {
            self.filled += 1;
        }
        self.slots[place] = (key, row + 1);
        last
    }

    fn get(&self, key: u32) -> u32 {
        if self.slots.is_empty() { 0 } else { self.slots[self.place(key)].1 }
    }

    fn place(&self, key: u32) -> usize {
        let mask = self.slots.len() - 1;
        let mut place = mix(u64::from(key)) as usize & mask;
        while self.slots[place].1 != 0 && self.slots[place].0 != key {
            place = (place + 1) & mask;
        }
        place
    }
}

#[derive(Debug, Default)]
struct Near {
    field: usize,
    /// Deletion key to the last code under it; codes then lead on through `chain`.
    by_deletion: Heads,
    chain: Vec<(u32, u32)>,
    known: u32,
    /// Code to the latest row, plus one.
    latest: Vec<u32>,
    before: Vec<u32>,
}

impl Near {
    fn learn(&mut self, fields: &Fields) {
        let values = fields.fields[self.field].values();
        let mut keys = Vec::new();
        for code in self.known + 1..=values.len() as u32 {
            deletion_keys(values.get(code), &mut keys);
            for key in &keys {
                self.chain.push((code, 0));
                let place = self.chain.len() as u32 - 1;
                let last = self.by_deletion.replace(*key, place);
                self.chain[place as usize].1 = last;
            }
        }
        self.known = values.len() as u32;
        self.latest.resize(values.len() + 1, 0);
    }
}

fn deletion_keys(value: &[u8], keys: &mut Vec<u32>) {
    keys.clear();
    if value.len() < 4 || value.len() > 32 {
        return;
    }
    keys.push((hash_bytes(value) >> 32) as u32);
    let mut buffer = Vec::with_capacity(value.len());
    for left_out in 0..value.len() {
        buffer.clear();
        buffer.extend_from_slice(&value[..left_out]);
        buffer.extend_from_slice(&value[left_out + 1..]);
        keys.push((hash_bytes(&buffer) >> 32) as u32);
    }
    keys.sort_unstable();
    keys.dedup();
}

impl Register {
    /// An empty register under the model of a linked table: its weights, the frequencies of its values, its rules.
    pub fn under(linked: &Linked) -> Register {
        let mut fields = linked.fields.clone();
        fields.codes.clear();
        fields.rows = 0;
        let rules: Vec<Bound> = linked.model.blocking.iter().map(|rule| Bound::new(rule, &fields)).collect();
        let near = rules
            .iter()
            .map(|rule| {
                rule.by_values().filter(|(_, key)| *key == Key::Near).map(|(field, _)| {
                    let mut near = Near { field, ..Near::default() };
                    near.learn(&fields);
                    near
                })
            })
            .collect();
        Register {
            weights: linked.weights.clone(),
            threshold: linked.threshold_bits,
            population: linked.fields.rows,
            heads: rules.iter().map(|_| Heads::default()).collect(),
            before: vec![Vec::new(); rules.len()],
            near,
            edges: Vec::new(),
            cluster_of: Vec::new(),
            members: BTreeMap::new(),
            leads_to: BTreeMap::new(),
            next_cluster: 1,
            cannot: Vec::new(),
            must: Vec::new(),
            history: Vec::new(),
            memory: memories(&fields.fields),
            rules,
            fields,
        }
    }

    /// A register that holds a linked table: its rows, its clusters, its links. Row numbers stay.
    pub fn of(linked: &Linked) -> Register {
        let mut register = Register::under(linked);
        let width = linked.fields.fields.len();
        register.edges = vec![Vec::new(); linked.fields.rows];
        for edge in &linked.edges {
            register.edges[edge.a as usize].push((edge.b, edge.bits));
            register.edges[edge.b as usize].push((edge.a, edge.bits));
        }
        for row in 0..linked.fields.rows {
            register.fields.codes.extend_from_slice(&linked.fields.codes[row * width..(row + 1) * width]);
            register.fields.rows += 1;
            register.index(row as u32);
            let cluster = u64::from(linked.clusters[row]) + 1;
            register.cluster_of.push(cluster);
            register.members.entry(cluster).or_default().push(row as u32);
        }
        register.next_cluster = linked.cluster_count as u64 + 1;
        register
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        self.fields.rows
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.fields.rows == 0
    }

    /// The cluster of a row.
    pub fn cluster_of(&self, row: u32) -> Option<u64> {
        self.cluster_of.get(row as usize).copied()
    }

    /// The id that an id leads to: its own while it lives.
    pub fn lives_as(&self, cluster: u64) -> u64 {
        let mut at = cluster;
        while let Some(next) = self.leads_to.get(&at) {
            at = *next;
        }
        at
    }

    /// Rows of a cluster.
    pub fn members(&self, cluster: u64) -> &[u32] {
        self.members.get(&self.lives_as(cluster)).map_or(&[], Vec::as_slice)
    }

    /// What happened, in order.
    pub fn history(&self) -> &[Event] {
        &self.history
    }

    /// Takes a row of a table (its columns by name).
    pub fn take_row(&mut self, table: &Table, row: usize) -> Taken {
        let columns: Vec<Option<&crate::table::Column>> =
            self.fields.fields.iter().map(|field| table.column(&field.name)).collect();
        let cells: Vec<Vec<u8>> = columns
            .iter()
            .map(|column| column.map_or_else(Vec::new, |column| column.values.get(column.codes[row]).to_vec()))
            .collect();
        self.take_cells(cells)
    }

    /// Takes a row: column and value. Columns that are not compared are passed over; those that are missing have no value.
    pub fn take(&mut self, values: &[(&str, &str)]) -> Taken {
        let cells = self
            .fields
            .fields
            .iter()
            .map(|field| {
                values
                    .iter()
                    .find(|(name, _)| *name == field.name)
                    .map_or_else(Vec::new, |(_, value)| value.trim().as_bytes().to_vec())
            })
            .collect();
        self.take_cells(cells)
    }

    fn take_cells(&mut self, cells: Vec<Vec<u8>>) -> Taken {
        let mut buffer = Vec::new();
        let mut codes = Vec::with_capacity(cells.len());
        for (field, cell) in self.fields.fields.iter_mut().zip(cells) {
            writing::normalise(field.measure, &cell, &mut buffer);
            codes.push(if buffer.is_empty() { 0 } else { field.interner.code(&buffer) });
            field.derive();
            if field.measure == crate::Measure::Text && !buffer.is_empty() {
                field.text.add(&field.interner.values);
            }
        }
        for (place, rarity) in self.weights.rarity.iter_mut().enumerate() {
            // A value never seen is as rare as the rarest.
            if !rarity.is_empty() {
                let rarest = self.weights.rarest[place];
                rarity.resize(self.fields.fields[place].values().len() + 1, rarest);
                self.weights.factors[place].resize(rarity.len(), rarest.exp2());
            }
        }
        let row = self.fields.rows as u32;
        let candidates = self.candidates(&codes);
        self.fields.codes.extend_from_slice(&codes);
        self.fields.rows += 1;
        let mut links: Vec<(u32, f32)> = Vec::new();
        for other in &candidates {
            let bits = self.weights.pair(&self.fields, row, *other, &mut self.memory);
            if bits >= LEAST_EDGE {
                links.push((*other, bits as f32));
            }
        }
        links.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        for (other, bits) in &links {
            self.edges[*other as usize].push((row, *bits));
        }
        self.edges.push(links.clone());
        self.index(row);
        let (cluster, merged) = self.settle(row, &links);
        let strongest = links.first().map(|(other, _)| *other);
        let link = strongest.map(|other| {
            waterfall(
                &self.fields,
                &self.weights,
                self.fields.row(row as usize),
                self.fields.row(other as usize),
                &mut self.memory,
            )
        });
        Taken { row, cluster, merged, strongest, link, compared: candidates.len() }
    }

    /// Rows that some rule puts beside these codes.
    fn candidates(&self, codes: &[u32]) -> Vec<u32> {
        let mut found = Vec::new();
        for (place, rule) in self.rules.iter().enumerate() {
            if let Some(near) = &self.near[place] {
                let code = codes[near.field];
                let value = self.fields.fields[near.field].values().get(code);
                let mut keys = Vec::new();
                deletion_keys(value, &mut keys);
                for key in keys {
                    let mut at = near.by_deletion.get(key);
                    while at != 0 {
                        let (other, next) = near.chain[at as usize - 1];
                        if other != code
                            && crate::similar::one_edit_apart(value, self.fields.fields[near.field].values().get(other))
                        {
                            let mut row = near.latest[other as usize];
                            let mut taken = 0;
                            while row != 0 && taken < MOST_UNDER_KEY {
                                found.push(row - 1);
                                row = near.before[row as usize - 1];
                                taken += 1;
                            }
                        }
                        at = next;
                    }
                }
                continue;
            }
            let key = rule.key(&self.fields, codes);
            if key == 0 {
                continue;
            }
            let mut at = self.heads[place].get(key);
            let mut taken = 0;
            let mut looked = 0;
            let point = rule.within.map(|(field, _)| self.fields.fields[field].points[codes[field] as usize]);
            while at != 0 && taken < MOST_UNDER_KEY && looked < 8 * MOST_UNDER_KEY {
                let row = at - 1;
                looked += 1;
                let near = match (rule.within, point) {
                    (Some((field, gap)), Some(point)) => {
                        let other = self.fields.fields[field].points[self.fields.row(row as usize)[field] as usize];
                        point != NO_POINT && other != NO_POINT && point.abs_diff(other) <= gap as u32
                    }
                    _ => true,
                };
                if near {
                    found.push(row);
                    taken += 1;
                }
                at = self.before[place][row as usize];
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    fn index(&mut self, row: u32) {
        for place in 0..self.rules.len() {
            if let Some(near) = &mut self.near[place] {
                near.learn(&self.fields);
                let code = self.fields.row(row as usize)[near.field] as usize;
                let last = if code == 0 { 0 } else { std::mem::replace(&mut near.latest[code], row + 1) };
                near.before.push(last);
                continue;
            }
            let key = self.rules[place].key(&self.fields, self.fields.row(row as usize));
            let last = if key == 0 { 0 } else { self.heads[place].replace(key, row) };
            self.before[place].push(last);
        }
    }

    /// Puts the new row where it belongs: the clusters that it touches are weighed again with it, from their links, as the batch would.
    fn settle(&mut self, row: u32, links: &[(u32, f32)]) -> (u64, Vec<u64>) {
        let own = self.next_cluster;
        self.next_cluster += 1;
        self.cluster_of.push(own);
        let mut touched: Vec<u64> = Vec::new();
        for (other, _) in links {
            let cluster = self.cluster_of[*other as usize];
            if !touched.contains(&cluster) {
                touched.push(cluster);
            }
        }
        touched.truncate(MOST_TOUCHED);
        let mut rows: Vec<u32> = vec![row];
        let mut whole: Vec<u64> = Vec::new();
        for cluster in &touched {
            let members = &self.members[cluster];
            if rows.len() + members.len() > MOST_AGAIN {
                whole.push(*cluster);
            }
            rows.extend_from_slice(members);
        }
        // What a strong link joins to those may stand otherwise once they have grown.
        let mut at = 1;
        while at < rows.len() && whole.is_empty() {
            for (other, bits) in &self.edges[rows[at] as usize] {
                let cluster = self.cluster_of[*other as usize];
                if f64::from(*bits) >= self.threshold
                    && cluster != own
                    && !touched.contains(&cluster)
                    && touched.len() < MOST_TOUCHED
                {
                    let members = &self.members[&cluster];
                    if rows.len() + members.len() <= MOST_AGAIN {
                        rows.extend_from_slice(members);
                        touched.push(cluster);
                    }
                }
            }
            at += 1;
        }
        rows.sort_unstable();
        let parts = self.weigh_again(&rows, &whole);
        self.rename(row, own, &touched, &parts)
    }

    /// Groups of these rows, from their links alone; `whole` clusters stay as they are.
    fn weigh_again(&mut self, rows: &[u32], whole: &[u64]) -> Vec<Vec<u32>> {
        let mut edges = Vec::new();
        for (place, row) in rows.iter().enumerate() {
            for (other, bits) in &self.edges[*row as usize] {
                if other < row
                    && let Ok(at) = rows.binary_search(other)
                {
                    edges.push(Edge { a: at as u32, b: place as u32, bits: *bits });
                }
            }
        }
        edges.sort_by_key(|edge| (edge.a, edge.b));
        strongest_first(&mut edges);
        let mut forest = Forest::new(rows.len());
        let inside = |pairs: &[(u32, u32)]| -> Vec<(u32, u32)> {
            let place = |row: &u32| rows.binary_search(row).ok().map(|place| place as u32);
            pairs.iter().filter_map(|(a, b)| Some((place(a)?, place(b)?))).collect()
        };
        let (must, cannot) = (inside(&self.must), inside(&self.cannot));
        for (a, b) in must {
            forest.join(a, b);
        }
        for cluster in whole {
            let members = inside(&self.members[cluster].windows(2).map(|pair| (pair[0], pair[1])).collect::<Vec<_>>());
            members.iter().for_each(|(a, b)| forest.join(*a, *b));
        }
        for (a, b) in cannot {
            forest.keep_apart(a, b);
        }
        let memory = std::mem::take(&mut self.memory);
        let mut weighing = Weighing::new(&self.fields, &self.weights, self.population.max(self.fields.rows), memory);
        weighing.rows_of(rows);
        agglomerate(&mut forest, &edges, self.threshold, crate::agglomerate::PASSES, &mut weighing);
        self.memory = weighing.memory;
        let mut parts: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for (place, row) in rows.iter().enumerate() {
            parts.entry(forest.find(place as u32)).or_default().push(*row);
        }
        parts.into_values().collect()
    }

    /// Gives the parts their ids: the oldest id among a part's rows lives, unless an older part of the same cluster has it.
    fn rename(&mut self, row: u32, own: u64, taken: &[u64], parts: &[Vec<u32>]) -> (u64, Vec<u64>) {
        // Which part holds most of each old cluster: its id goes there.
        let mut keeper: BTreeMap<u64, (usize, usize)> = BTreeMap::new();
        for (place, part) in parts.iter().enumerate() {
            let mut counts: BTreeMap<u64, usize> = BTreeMap::new();
            for member in part {
                *counts.entry(self.cluster_of[*member as usize]).or_default() += 1;
            }
            for (cluster, count) in counts {
                let held = keeper.entry(cluster).or_insert((0, place));
                if count > held.0 {
                    *held = (count, place);
                }
            }
        }
        for cluster in taken {
            self.members.remove(cluster);
        }
        let mut merged = Vec::new();
        let mut result = own;
        for (place, part) in parts.iter().enumerate() {
            let mine: Vec<u64> = keeper.iter().filter(|(_, (_, at))| *at == place).map(|(cluster, _)| *cluster).collect();
            let id = mine.first().copied().unwrap_or_else(|| {
                self.next_cluster += 1;
                self.next_cluster - 1
            });
            for gone in mine.iter().skip(1) {
                if *gone != own {
                    self.leads_to.insert(*gone, id);
                    self.history.push(Event::Merged { cluster: id, gone: *gone, row });
                    merged.push(*gone);
                }
            }
            for member in part {
                let was = self.cluster_of[*member as usize];
                if *member != row && was != id && !mine.contains(&was) {
                    self.history.push(Event::Left { cluster: was, to: id, row: *member });
                }
                self.cluster_of[*member as usize] = id;
            }
            if part.contains(&row) {
                result = id;
                self.history.push(if id == own {
                    Event::Opened { cluster: id, row }
                } else {
                    Event::Joined { cluster: id, row }
                });
            }
            self.members.insert(id, part.clone());
        }
        (result, merged)
    }

    /// A person's ruling that two rows belong together.
    ///
    /// # Errors
    /// Where other rulings keep them apart.
    pub fn must_link(&mut self, a: u32, b: u32) -> Result<(), LinkError> {
        self.must.push((a, b));
        self.rule(a, b).inspect_err(|_| {
            self.must.pop();
        })
    }

    /// A person's ruling that two rows do not belong together.
    ///
    /// # Errors
    /// Where other rulings put them together.
    pub fn cannot_link(&mut self, a: u32, b: u32) -> Result<(), LinkError> {
        self.cannot.push((a, b));
        self.rule(a, b).inspect_err(|_| {
            self.cannot.pop();
        })
    }

    fn rule(&mut self, a: u32, b: u32) -> Result<(), LinkError> {
        if a.max(b) as usize >= self.fields.rows || a == b {
            return Err(LinkError::Ruling(format!("rows {a} and {b}: a ruling is about two rows that are there")));
        }
        let mut trial = Forest::new(self.fields.rows);
        crate::ruling::apply(&mut trial, &self.must, &self.cannot)?;
        let taken: Vec<u64> = if self.cluster_of[a as usize] == self.cluster_of[b as usize] {
            vec![self.cluster_of[a as usize]]
        } else {
            vec![self.cluster_of[a as usize], self.cluster_of[b as usize]]
        };
        let mut rows: Vec<u32> = taken.iter().flat_map(|cluster| self.members[cluster].iter().copied()).collect();
        rows.sort_unstable();
        let parts = self.weigh_again(&rows, &[]);
        self.rename(a, u64::MAX, &taken, &parts);
        Ok(())
    }
}
