//! Zones: discs and ellipses, lists, orders of neighbours, centres of a grid, connected sets.

use super::Refusal;
use super::files::{number, rows, shown};
use super::options::{Options, Shaping};
use super::places::{Places, grid};
use super::study::Texts;
use crate::secondary::TEMPORAL;
use crate::zones::nearest_of;
use crate::{Limit, Zones, flexible};

/// The zones of the settings and files. `weight` is what discs are limited by, location by location.
pub(super) fn zones(options: &Options, texts: &Texts<'_>, places: &Places, weight: Vec<f64>) -> Result<Zones, Refusal> {
    let locations = places.list.len();
    let mut zones = Zones::new();
    if !options.analysis.is_temporal() {
        let (weight, share) = match (texts.circle, &options.circle_file) {
            (Some((file, text)), Some((_, share))) => {
                let mut weight = vec![0.0; locations];
                for row in rows(file, text, 2, "id, population")? {
                    let people = number(file, &row, 1, "population")?;
                    match places.index.get(row.fields[0]) {
                        Some(place) => weight[*place] += people,
                        None if options.relaxed_places => {}
                        None => {
                            return Err(Refusal::at(file, row.line, format!("location '{}' has no coordinates", row.fields[0])));
                        }
                    }
                }
                (weight, *share)
            }
            _ => (weight, options.largest_share),
        };
        let most = weight.iter().sum::<f64>() * share / 100.0;
        let limit = Limit { weight: Some((weight, most)), radius: options.largest_radius, nearest: options.nearest };
        let points: Vec<_> = places.list.iter().map(|place| place.point).collect();
        if let Some(Shaping::Flexible { nearest }) = options.shape {
            zones = Zones::from_lists(&flexible(&nearest_of(&points, nearest), &graph(texts, places)?));
        } else if let Some((file, text)) = texts.zones {
            zones = listed(file, text, places)?;
        } else if let Some((file, text)) = texts.neighbours {
            zones = neighbours(file, text, places, &limit)?;
        } else if let Some((file, text)) = texts.grid {
            zones = Zones::discs_about(&grid(file, text, options.coordinates)?, &points, options.coordinates, &limit);
        } else {
            zones = Zones::discs(&points, options.coordinates, &limit);
            if let Some(ellipses) = &options.ellipses {
                zones.add_ellipses(&points, &limit, ellipses);
            }
        }
    }
    if options.analysis.is_temporal() || options.purely_temporal {
        let all: Vec<u32> = (0..locations as u32).collect();
        zones.push(&all, locations, 1.0, TEMPORAL, None);
    }
    Ok(zones)
}

/// Zones of a file: the ids of one on each line; a first column that numbers them and a heading are passed over.
fn listed(file: &str, text: &str, places: &Places) -> Result<Zones, Refusal> {
    let mut zones = Zones::new();
    for (group, row) in rows(file, text, 1, "the ids of a zone")?.iter().enumerate() {
        let numbered = row.fields.len() > 1 && !places.index.contains_key(row.fields[0]);
        let ids = &row.fields[usize::from(numbered)..];
        if row.line == 1 && ids.iter().all(|id| !places.index.contains_key(*id)) {
            continue;
        }
        let mut members: Vec<u32> = Vec::new();
        for id in ids {
            match places.index.get(*id) {
                Some(place) if members.contains(&(*place as u32)) => {}
                Some(place) => members.push(*place as u32),
                None => return Err(Refusal::at(file, row.line, format!("location '{id}' is not known"))),
            }
        }
        zones.push(&members, members.len(), 1.0, group as u32, None);
    }
    if zones.chains().is_empty() {
        return Err(Refusal::of(file, "there is no zone"));
    }
    Ok(zones)
}

/// Orders of neighbours: a centre and its neighbours, nearest first, on each line.
fn neighbours(file: &str, text: &str, places: &Places, limit: &Limit) -> Result<Zones, Refusal> {
    let mut zones = Zones::new();
    for row in rows(file, text, 1, "a location and its neighbours, nearest first")? {
        let mut members: Vec<u32> = Vec::new();
        let mut held = 0.0;
        for id in &row.fields {
            let Some(place) = places.index.get(*id) else {
                return Err(Refusal::at(file, row.line, format!("location '{id}' is not in the coordinates file")));
            };
            if members.contains(&(*place as u32)) {
                continue;
            }
            if let Some((weight, most)) = &limit.weight {
                held += weight[*place];
                if held > most * (1.0 + 1e-12) + 1e-9 {
                    break;
                }
            }
            members.push(*place as u32);
        }
        if let Some(first) = members.first().copied() {
            zones.push(&members, 1, 1.0, first, None);
        }
    }
    Ok(zones)
}

/// Neighbours of each location, both ways: an id and its neighbours on each line.
pub(super) fn graph(texts: &Texts<'_>, places: &Places) -> Result<Vec<Vec<usize>>, Refusal> {
    let (file, text) = texts.graph.ok_or_else(|| {
        Refusal::of(
            texts.cases.0,
            "connected shapes need a file of neighbours (--neighbours): an id and its neighbours on each line",
        )
    })?;
    let mut beside: Vec<Vec<usize>> = vec![Vec::new(); places.list.len()];
    for row in rows(file, text, 1, "a location and its neighbours")? {
        let mut known = Vec::with_capacity(row.fields.len());
        for id in &row.fields {
            match places.index.get(*id) {
                Some(place) => known.push(*place),
                None => {
                    let what = format!("location '{}' is not in the coordinates file", shown(id));
                    return Err(Refusal::at(file, row.line, what));
                }
            }
        }
        for other in &known[1..] {
            for (one, other) in [(known[0], *other), (*other, known[0])] {
                if one != other && !beside[one].contains(&other) {
                    beside[one].push(other);
                }
            }
        }
    }
    Ok(beside)
}
