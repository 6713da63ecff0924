//! A spec proposed from the data: what kind each column is, and which columns' agreement is not independent.

use crate::LinkError;
use crate::batch::{Options, link_table};
use crate::measure::Measure;
use crate::plan::{PLAN_VERSION, Plan, PlannedColumn, PlannedComparison};
use crate::table::{Column, Table, TableBuilder, mix};
use crate::writing;

/// A proposed spec and what was noticed on the way, in sentences.
#[derive(Debug, Clone, PartialEq)]
pub struct Suggestion {
    /// The spec.
    pub plan: Plan,
    /// What a person should know of it.
    pub notes: Vec<String>,
}

/// Columns of these names hold the answer, not evidence.
const ANSWERS: [&str; 16] = [
    "cluster",
    "cluster_id",
    "clusterid",
    "series",
    "series_id",
    "truth",
    "label",
    "labels",
    "entity",
    "entity_id",
    "true_id",
    "true_cluster",
    "group_id",
    "match_id",
    "person_id",
    "gold",
];

/// Rows on which dependence is measured.
const SAMPLE: usize = 8_000;
/// Columns whose joint agreement is this many times what independence has are weighed jointly.
const LIFT: f64 = 2.0;

/// Proposes a spec for a table.
///
/// # Errors
/// A table in which nothing can be compared.
pub fn suggest(table: &Table) -> Result<Suggestion, LinkError> {
    let mut notes = Vec::new();
    let mut plan = Plan {
        version: PLAN_VERSION,
        id: None,
        ignore: Vec::new(),
        partners: None,
        seed: 144,
        comparisons: Vec::new(),
        blocking: Vec::new(),
        known_good: Vec::new(),
    };
    let mut kinds: Vec<(&Column, Measure)> = Vec::new();
    for column in table.columns() {
        let lower = column.name.to_lowercase();
        if ANSWERS.contains(&lower.as_str()) {
            notes.push(format!("column '{}' looks like an answer; it is not compared", column.name));
            plan.ignore.push(column.name.clone());
            continue;
        }
        let look = Look::of(table, column);
        if plan.id.is_none() && look.filled == table.rows() && look.distinct == table.rows() && is_id_name(&lower) {
            plan.id = Some(column.name.clone());
            continue;
        }
        match look.kind(table, column, &lower) {
            Ok(kind) => kinds.push((column, kind)),
            Err(why) => {
                notes.push(format!("column '{}' is not compared: {why}", column.name));
                plan.ignore.push(column.name.clone());
            }
        }
    }
    if plan.id.is_none()
        && let Some((place, _)) = kinds.iter().enumerate().find(|(_, (column, _))| {
            column.values.len() == table.rows()
                && column.codes.iter().all(|code| *code != 0)
                && column.name == table.columns()[0].name
        })
    {
        plan.id = Some(kinds.remove(place).0.name.clone());
    }
    if plan.id.is_none() {
        notes.push("no column names the rows; they are numbered from 0".to_owned());
    }
    if kinds.is_empty() {
        return Err(LinkError::Spec(
            "no column of the table can be compared: each is empty, holds one value, or names the rows".to_owned(),
        ));
    }
    plan.comparisons = kinds.iter().map(|(column, kind)| alone(&column.name, *kind)).collect();
    join_names(&mut plan);
    if kinds.len() > 1 {
        join_dependent(table, &mut plan, &mut notes)?;
    }
    Ok(Suggestion { plan, notes })
}

fn alone(name: &str, kind: Measure) -> PlannedComparison {
    let column = PlannedColumn { name: name.to_owned(), kind, term_frequency: true, gaps: None };
    PlannedComparison { columns: vec![column], swapped: false }
}

fn is_id_name(lower: &str) -> bool {
    matches!(
        lower,
        "id" | "uid"
            | "rowid"
            | "row_id"
            | "rec_id"
            | "record_id"
            | "recid"
            | "unique_id"
            | "uniqueid"
            | "uuid"
            | "guid"
            | "key"
            | "index"
            | "external_id"
            | "ref"
            | "reference"
            | "report_id"
            | "row"
    ) || lower.ends_with("unique_id")
}

/// What a column's values look like.
struct Look {
    filled: usize,
    distinct: usize,
    /// Shares of the distinct values looked at.
    email: f64,
    date: f64,
    digits: f64,
    number: f64,
    fraction: f64,
    area: f64,
    alphabetic: f64,
    leading_zero: f64,
    long_digits: f64,
    words: f64,
    length: f64,
}

impl Look {
    fn of(table: &Table, column: &Column) -> Look {
        let filled = column.codes.iter().filter(|code| **code != 0).count();
        // Values as they occur in rows spread over the table, so that slips do not outweigh what is usual.
        let mut look = Look {
            filled,
            distinct: distinct(column),
            email: 0.0,
            date: 0.0,
            digits: 0.0,
            number: 0.0,
            fraction: 0.0,
            area: 0.0,
            alphabetic: 0.0,
            leading_zero: 0.0,
            long_digits: 0.0,
            words: 0.0,
            length: 0.0,
        };
        let step = (table.rows() / 4000).max(1);
        let mut seen = 0.0;
        for code in column.codes.iter().step_by(step).filter(|code| **code != 0) {
            let value = column.values.get(*code);
            let digits = value.iter().filter(|b| b.is_ascii_digit()).count();
            let dialled = value.iter().all(|b| b.is_ascii_digit() || b" +()-./".contains(b));
            seen += 1.0;
            look.email += f64::from(u8::from(value.contains(&b'@')));
            look.date += f64::from(u8::from(writing::date(value).is_some()));
            look.digits += f64::from(u8::from(digits == value.len()));
            look.number += f64::from(u8::from(dialled && (9..=15).contains(&digits)));
            let parsed = std::str::from_utf8(value).ok().and_then(|text| text.parse::<f64>().ok());
            look.fraction += f64::from(u8::from(parsed.is_some() && digits < value.len()));
            look.area += f64::from(u8::from(is_area(value)));
            look.alphabetic += f64::from(u8::from(digits == 0));
            look.leading_zero += f64::from(u8::from(digits == value.len() && value.len() > 1 && value[0] == b'0'));
            look.long_digits += f64::from(u8::from(digits >= 9));
            look.words += value.split(|b| *b == b' ').filter(|word| !word.is_empty()).count() as f64;
            look.length += value.len() as f64;
        }
        let seen = f64::max(seen, 1.0);
        for share in [
            &mut look.email,
            &mut look.date,
            &mut look.digits,
            &mut look.number,
            &mut look.fraction,
            &mut look.area,
            &mut look.alphabetic,
            &mut look.leading_zero,
            &mut look.long_digits,
            &mut look.words,
            &mut look.length,
        ] {
            *share /= seen;
        }
        look
    }

    fn kind(&self, table: &Table, column: &Column, lower: &str) -> Result<Measure, String> {
        let says = |words: &[&str]| words.iter().any(|word| lower.contains(word));
        if self.filled == 0 {
            return Err("it is empty".to_owned());
        }
        if self.distinct == 1 {
            return Err("it holds one value".to_owned());
        }
        if self.email > 0.6 {
            return Ok(Measure::Email);
        }
        if self.date > 0.85 && !says(&["phone", "account"]) {
            return Ok(Measure::Date);
        }
        if self.number > 0.8 && (self.long_digits > 0.8) && !says(&["account", "card", "nhs", "soc"]) {
            return Ok(Measure::Number);
        }
        if self.digits + self.fraction > 0.9 {
            if says(&["phone", "mobile", "tel"]) {
                return Ok(Measure::Number);
            }
            if self.filled == table.rows() && self.distinct == self.filled && counts_up(column) {
                return Err("it counts the rows".to_owned());
            }
            if self.filled == table.rows() && is_numbering(table, column, self.distinct) {
                return Err(
                    "it numbers groups of rows without a gap, as an answer does; name it in a spec if it is evidence".to_owned()
                );
            }
            if self.fraction > 0.3 {
                return Ok(Measure::Ordered);
            }
            let few = self.distinct <= most_categories(table.rows()) / 2;
            if self.leading_zero > 0.02
                || says(&["postcode", "zip", "badge", "account", "code", "ssn", "soc_sec", "house", "street_n", "number"])
            {
                return Ok(Measure::Code);
            }
            if says(&["day", "amount", "loss", "pence", "age", "year", "time"]) || is_near_in_time(table, column) {
                return Ok(Measure::Ordered);
            }
            return Ok(if few { Measure::Category } else { Measure::Code });
        }
        if self.area > 0.7 {
            return Ok(Measure::Area);
        }
        if self.words >= 5.0 || self.length >= 60.0 {
            return if self.distinct > most_categories(table.rows()) { Ok(Measure::Text) } else { Ok(Measure::Category) };
        }
        // However few there are, what people call a name is written as names are.
        if self.alphabetic > 0.8 && says(&["first_name", "given", "forename", "surname", "last_name", "family_name", "alias"]) {
            return Ok(Measure::Name);
        }
        if self.distinct <= most_categories(table.rows()) {
            return Ok(Measure::Category);
        }
        if self.alphabetic < 0.5 && self.words < 1.6 {
            return Ok(Measure::Code);
        }
        Ok(Measure::Name)
    }
}

fn distinct(column: &Column) -> usize {
    let mut seen = vec![false; column.values.len() + 1];
    column.codes.iter().for_each(|code| seen[*code as usize] = true);
    seen[1..].iter().filter(|seen| **seen).count()
}

/// As many distinct words as a list has, not a name.
fn most_categories(rows: usize) -> usize {
    (rows / 50).clamp(8, 60)
}

/// The shape of a British postcode or outcode.
fn is_area(value: &[u8]) -> bool {
    let plain: Vec<u8> = value.iter().filter(|b| !b.is_ascii_whitespace()).map(u8::to_ascii_uppercase).collect();
    let district = writing::district(&plain);
    let letters = writing::letters(district).len();
    let rest = &district[letters..];
    (1..=2).contains(&letters)
        && (1..=2).contains(&rest.len())
        && rest[0].is_ascii_digit()
        && rest.iter().all(u8::is_ascii_alphanumeric)
}

fn counts_up(column: &Column) -> bool {
    let numbers: Vec<i32> = column.codes.iter().take(1000).filter_map(|code| writing::whole(column.values.get(*code))).collect();
    numbers.len() > 1 && numbers.windows(2).all(|pair| pair[1] == pair[0] + 1)
}

/// Whether a column numbers groups: whole numbers from 0 or 1 without one left out (-1 beside them, for rows of no group), many of them, and
/// not a line on which rows lie near each other. Nobody's telephone, account or house is numbered so.
fn is_numbering(table: &Table, column: &Column, distinct: usize) -> bool {
    let (mut least, mut most) = (i32::MAX, i32::MIN);
    let mut lone = false;
    for code in 1..=column.values.len() as u32 {
        let value = column.values.get(code);
        let Some(number) = writing::whole(value).filter(|number| number.to_string().as_bytes() == value) else { return false };
        if number == -1 {
            lone = true;
            continue;
        }
        (least, most) = (least.min(number), most.max(number));
    }
    let without_gap = (0..=1).contains(&least) && most as usize + 1 - least as usize + usize::from(lone) == distinct;
    let many = distinct * 100 >= table.rows() * if lone { 5 } else { 15 } && distinct < table.rows();
    many && without_gap && !is_near_in_time(table, column)
}

/// Whether rows that share a rare value of another column are near in this one more often than they are the same: a day, not a code.
fn is_near_in_time(table: &Table, column: &Column) -> bool {
    let point = |row: usize| writing::whole(column.values.get(column.codes[row]));
    let (mut same, mut near, mut pairs) = (0.0, 0.0, 0.0);
    let mut chance = Vec::new();
    for draw in 0..20_000u64 {
        let pair = mix(draw ^ 0xbb67_ae85);
        if let (Some(a), Some(b)) =
            (point((pair >> 32) as usize % table.rows()), point((pair & 0xffff_ffff) as usize % table.rows()))
        {
            chance.push(a.abs_diff(b));
        }
    }
    if chance.is_empty() {
        return false;
    }
    chance.sort_unstable();
    let gap = chance[chance.len() / 20].max(1);
    for other in table.columns().iter().filter(|other| other.name != column.name) {
        if other.values.len() * 20 < table.rows() {
            continue;
        }
        let mut last = vec![u32::MAX; other.values.len() + 1];
        for (row, code) in other.codes.iter().enumerate().filter(|(_, code)| **code != 0) {
            let before = std::mem::replace(&mut last[*code as usize], row as u32);
            if before != u32::MAX
                && let (Some(a), Some(b)) = (point(row), point(before as usize))
            {
                pairs += 1.0;
                same += f64::from(u8::from(a == b));
                near += f64::from(u8::from(a != b && a.abs_diff(b) <= gap));
            }
        }
    }
    pairs >= 20.0 && near / pairs > 0.1 && near > same
}

/// Two columns of name parts become one comparison that knows them changed over.
fn join_names(plan: &mut Plan) {
    let part = |words: &[&str], plan: &Plan| {
        plan.comparisons.iter().position(|comparison| {
            let column = &comparison.columns[0];
            let lower = column.name.to_lowercase();
            column.kind == Measure::Name && comparison.columns.len() == 1 && words.iter().any(|word| lower.contains(word))
        })
    };
    let first = part(&["first", "given", "forename", "fname"], plan);
    let last = part(&["last", "surname", "family", "lname", "second_name"], plan);
    if let (Some(first), Some(last)) = (first, last)
        && first != last
    {
        let mut columns = plan.comparisons[first].columns.clone();
        columns.extend(plan.comparisons[last].columns.clone());
        plan.comparisons[first] = PlannedComparison { columns, swapped: true };
        plan.comparisons.remove(last);
    }
}

/// Columns that agree together more often than they would if they were independent, on rows of different hands, are weighed jointly.
fn join_dependent(table: &Table, plan: &mut Plan, notes: &mut Vec<String>) -> Result<(), LinkError> {
    let (small, rows) = part_of(table)?;
    let linked = link_table(&small, plan, &Options::default(), &mut |_| {})?;
    // One row a cluster: what is left are rows of different hands.
    let mut seen = vec![false; linked.cluster_count];
    let alone: Vec<usize> = (0..rows).filter(|row| !std::mem::replace(&mut seen[linked.clusters[*row] as usize], true)).collect();
    let mut strength: Vec<(f64, usize, usize)> = Vec::new();
    for a in 0..plan.comparisons.len() {
        for b in a + 1..plan.comparisons.len() {
            let most = plan.comparisons[a].columns.iter().chain(&plan.comparisons[b].columns).any(|column| {
                column.kind.is_ordered() || matches!(column.kind, Measure::Text | Measure::Email | Measure::Number)
            });
            if most {
                continue;
            }
            let mut best = 0.0f64;
            for left in &plan.comparisons[a].columns {
                for right in &plan.comparisons[b].columns {
                    best = best.max(lift(&small, &alone, &left.name, &right.name));
                }
            }
            if best > LIFT {
                strength.push((best, a, b));
            }
        }
    }
    strength.sort_by(|x, y| y.0.total_cmp(&x.0).then((x.1, x.2).cmp(&(y.1, y.2))));
    let mut group: Vec<usize> = (0..plan.comparisons.len()).collect();
    let states = |plan: &Plan, group: &[usize], of: &[usize]| -> usize {
        let columns =
            (0..group.len()).filter(|place| of.contains(&group[*place])).flat_map(|place| &plan.comparisons[place].columns);
        columns.map(|column| column.kind.len() + 1).product()
    };
    for (_, a, b) in strength {
        let (x, y) = (group[a], group[b]);
        let swapped = plan.comparisons[a].swapped || plan.comparisons[b].swapped;
        if x != y && !swapped && states(plan, &group, &[x, y]) <= 180 {
            group.iter_mut().filter(|held| **held == y).for_each(|held| *held = x);
        }
    }
    let mut joined: Vec<PlannedComparison> = Vec::new();
    for place in 0..group.len() {
        if group[..place].contains(&group[place]) {
            continue;
        }
        let mut comparison = plan.comparisons[place].clone();
        for other in place + 1..group.len() {
            if group[other] == group[place] {
                comparison.columns.extend(plan.comparisons[other].columns.clone());
            }
        }
        if comparison.columns.len() > 1 && !comparison.swapped {
            let names: Vec<&str> = comparison.columns.iter().map(|column| column.name.as_str()).collect();
            notes.push(format!("{} depend on each other; their agreement is weighed jointly", names.join(", ")));
        }
        joined.push(comparison);
    }
    plan.comparisons = joined;
    Ok(())
}

/// How many times as often two columns agree together as they would if they were independent; 1 where there is too little to tell.
fn lift(table: &Table, rows: &[usize], left: &str, right: &str) -> f64 {
    let (Some(left), Some(right)) = (table.column(left), table.column(right)) else { return 1.0 };
    let both: Vec<(u32, u32)> =
        rows.iter().map(|row| (left.codes[*row], right.codes[*row])).filter(|(a, b)| *a != 0 && *b != 0).collect();
    let pairs = |mut keys: Vec<u64>| {
        keys.sort_unstable();
        keys.chunk_by(|a, b| a == b).map(|group| group.len() as f64 * (group.len() as f64 - 1.0) / 2.0).sum::<f64>()
    };
    let all = both.len() as f64 * (both.len() as f64 - 1.0) / 2.0;
    let one = pairs(both.iter().map(|(a, _)| u64::from(*a)).collect());
    let two = pairs(both.iter().map(|(_, b)| u64::from(*b)).collect());
    let joint = pairs(both.iter().map(|(a, b)| u64::from(*a) << 32 | u64::from(*b)).collect());
    let expected = one * two / all.max(1.0);
    // A handful of pairs may be what is left of one hand.
    if joint < 30.0 { 1.0 } else { joint / expected.max(1.0) }
}

/// A part of the table small enough to look at closely.
fn part_of(table: &Table) -> Result<(Table, usize), LinkError> {
    if table.rows() <= SAMPLE {
        return Ok((table.clone(), table.rows()));
    }
    let names: Vec<&str> = table.columns().iter().map(|column| column.name.as_str()).collect();
    let mut builder = TableBuilder::new(&names)?;
    let share = (SAMPLE as f64 / table.rows() as f64 * u64::MAX as f64) as u64;
    let mut rows = 0;
    for row in (0..table.rows()).filter(|row| mix(*row as u64 ^ 0x5bd1_e995) <= share) {
        let cells: Vec<&[u8]> = table.columns().iter().map(|column| column.values.get(column.codes[row])).collect();
        builder.push(cells.into_iter())?;
        rows += 1;
    }
    Ok((builder.finish()?, rows))
}
