//! Cases expected from a population by indirect standardisation: each kind of people (covariates) has one rate everywhere and always,
//! its cases over its person-time.

use std::collections::BTreeMap;

use super::Refusal;
use super::counts::{Counted, span};
use super::date::parts;
use super::files::{number, rows};
use super::gaps::Gaps;
use super::options::Options;
use super::places::{Places, Unknown};
use super::population::{PopulationDate, weights};

/// Rows of the population file.
pub(crate) struct Population {
    /// Kinds, by covariates.
    kinds: BTreeMap<String, usize>,
    dates: Vec<PopulationDate>,
    /// Place, kind, date, people.
    rows: Vec<(usize, usize, usize, f64)>,
    /// Covariates in a row.
    pub(crate) covariates: usize,
}

impl Population {
    /// Reads the population file: id, time, people, covariates.
    pub(crate) fn read(
        file: &str,
        text: &str,
        places: &mut Places,
        options: &Options,
        unknown: Unknown,
    ) -> Result<Population, Refusal> {
        let mut kinds = BTreeMap::new();
        let mut dates: BTreeMap<PopulationDate, usize> = BTreeMap::new();
        let mut read: Vec<(usize, usize, PopulationDate, f64)> = Vec::new();
        let mut covariates: Option<usize> = None;
        for row in rows(file, text, 3, "id, time, population, covariates")? {
            let date = if options.precision == super::Precision::Generic {
                PopulationDate { day: span(file, &row, 1, options)?.0, whole_day: true }
            } else {
                // The span checks the time and names what is wrong with it.
                span(file, &row, 1, options)?;
                match parts(row.fields[1]) {
                    Some(parts) => PopulationDate::new(parts.with_century((options.start + options.end) / 2)),
                    None => continue,
                }
            };
            let people = number(file, &row, 2, "population")?;
            if people < 0.0 {
                return Err(Refusal::at(file, row.line, format!("population {people} is negative")));
            }
            let here = row.fields.len() - 3;
            if *covariates.get_or_insert(here) != here {
                let what = format!("{here} covariates where the rows before have {}", covariates.unwrap_or(0));
                return Err(Refusal::at(file, row.line, what));
            }
            let Some(place) = places.find(file, row.line, row.fields[0], unknown)? else { continue };
            let next = kinds.len();
            let kind = *kinds.entry(row.fields[3..].join(" ")).or_insert(next);
            dates.insert(date, 0);
            read.push((place, kind, date, people));
        }
        for (index, at) in dates.values_mut().enumerate() {
            *at = index;
        }
        let rows = read.into_iter().map(|(place, kind, date, people)| (place, kind, dates[&date], people)).collect();
        let covariates = covariates.unwrap_or(0);
        Ok(Population { kinds, dates: dates.into_keys().collect(), rows, covariates })
    }

    /// Expected cases by place and interval; and people by place, on average over the study.
    pub(crate) fn expected(
        &self,
        file: &str,
        cases: &[Counted],
        case_file: &str,
        places: &Places,
        bounds: &[i64],
        gaps: &Gaps,
    ) -> Result<(Vec<f64>, Vec<f64>), Refusal> {
        let intervals = bounds.len() - 1;
        let weights = weights(&self.dates, bounds);
        let mut of_kind = vec![0.0; self.kinds.len()];
        for counted in cases {
            match self.kinds.get(&counted.kind) {
                Some(kind) => of_kind[*kind] += f64::from(counted.count),
                None => {
                    let what = if counted.kind.is_empty() {
                        format!("no covariates where {file} has {}", self.covariates)
                    } else {
                        format!("covariates '{}' are not in {file}", super::files::shown(&counted.kind))
                    };
                    return Err(Refusal::at(case_file, counted.line, what));
                }
            }
        }
        let mut time_of_kind = vec![0.0; self.kinds.len()];
        let days = (bounds[intervals] - bounds[0]) as f64;
        let mut people = vec![0.0; places.list.len()];
        for (place, kind, date, number) in &self.rows {
            for (interval, weight) in weights.iter().enumerate() {
                let time = weight[*date] * number;
                people[*place] += time / days;
                // Nobody is watched where there are no data.
                time_of_kind[*kind] += if gaps.covers(*place, interval) { 0.0 } else { time };
            }
        }
        for (kind, at) in &self.kinds {
            if of_kind[*at] > 0.0 && time_of_kind[*at] <= 0.0 {
                let what = format!("nobody of the kind '{kind}' lives in the study, but there are cases of it");
                return Err(Refusal::of(file, what));
            }
        }
        let mut expected = vec![0.0; places.list.len() * intervals];
        for (place, kind, date, number) in &self.rows {
            if of_kind[*kind] <= 0.0 {
                continue;
            }
            let rate = of_kind[*kind] / time_of_kind[*kind];
            for (interval, weight) in weights.iter().enumerate() {
                expected[place * intervals + interval] += rate * number * weight[*date];
            }
        }
        gaps.empty(&mut expected);
        if let Some(counted) = cases.iter().find(|one| one.count > 0 && expected[one.place * intervals + one.interval] <= 0.0) {
            let id = places.list[counted.place].ids.first().map_or("", String::as_str);
            let what = format!("there are cases in location '{id}', but by {file} nobody lives there at that time");
            return Err(Refusal::at(case_file, counted.line, what));
        }
        Ok((expected, people))
    }
}
