//! The region that a detector watches: its areas by index, their share of the people, and the zones that are scanned.

use std::collections::BTreeMap;

use areas::AreaId;

use crate::streams::By;

/// One area of the region.
#[derive(Debug, Clone, PartialEq)]
pub struct RegionArea {
    /// Its id.
    pub id: AreaId,
    /// Its name.
    pub name: String,
    /// People, where known.
    pub population: Option<u32>,
    /// People aged 65 and over, where known.
    pub population_65_plus: Option<u32>,
    /// Indexes of the areas that touch it.
    pub neighbours: Vec<usize>,
}

/// The largest region whose connected subsets of five areas are all scanned; larger ones are scanned in sets of up to three.
const SMALL_REGION: usize = 40;

/// The region.
#[derive(Debug, Clone)]
pub struct Region {
    areas: Vec<RegionArea>,
    index: BTreeMap<AreaId, usize>,
    zones: Vec<Vec<usize>>,
    zones_of: Vec<Vec<usize>>,
}

impl Region {
    /// A region of these areas. Its zones are every connected set of up to five areas (three where there are more than 40), and
    /// the whole region.
    pub fn new(areas: Vec<RegionArea>) -> Region {
        let mut index = BTreeMap::new();
        let mut neighbours = Vec::with_capacity(areas.len());
        for (position, area) in areas.iter().enumerate() {
            index.insert(area.id.clone(), position);
            neighbours.push(area.neighbours.clone());
        }
        let largest = if areas.len() <= SMALL_REGION { 5 } else { 3 };
        let mut zones = connected_sets(&neighbours, largest);
        if areas.len() > largest {
            zones.push((0..areas.len()).collect());
        }
        let mut zones_of = vec![Vec::new(); areas.len()];
        for (position, zone) in zones.iter().enumerate() {
            for area in zone {
                zones_of[*area].push(position);
            }
        }
        Region { areas, index, zones, zones_of }
    }

    /// The districts of a force or county of a gazetteer (`all` for every district).
    pub fn of(gazetteer: &areas::Gazetteer, name: &str) -> Region {
        let districts = gazetteer.districts_of(name);
        let position: BTreeMap<&AreaId, usize> =
            districts.iter().enumerate().map(|(position, area)| (&area.id, position)).collect();
        let mut found = Vec::with_capacity(districts.len());
        for area in &districts {
            found.push(RegionArea {
                id: area.id.clone(),
                name: area.name.clone(),
                population: area.population,
                population_65_plus: area.population_65_plus,
                neighbours: gazetteer.neighbours(&area.id).iter().filter_map(|id| position.get(id).copied()).collect(),
            });
        }
        Region::new(found)
    }

    /// The areas, by index.
    pub fn areas(&self) -> &[RegionArea] {
        &self.areas
    }

    /// The index of an area.
    pub fn index_of(&self, id: &AreaId) -> Option<usize> {
        self.index.get(id).copied()
    }

    /// All zones: sorted area indexes each.
    pub fn zones(&self) -> &[Vec<usize>] {
        &self.zones
    }

    /// The zones that hold an area.
    pub fn zones_of(&self, area: usize) -> &[usize] {
        &self.zones_of[area]
    }

    /// Each area's share of the people a stream follows; equal shares where any population is missing. They sum to 1.
    pub fn shares(&self, by: By) -> Vec<f64> {
        let mut people = Vec::with_capacity(self.areas.len());
        for area in &self.areas {
            let count = match by {
                By::Population => area.population,
                By::From65 => area.population_65_plus.or(area.population),
            };
            people.push(count.map(f64::from));
        }
        let total: f64 = people.iter().flatten().sum();
        if total <= 0.0 || people.iter().any(Option::is_none) {
            let equal = 1.0 / (self.areas.len().max(1) as f64);
            return vec![equal; self.areas.len()];
        }
        people.into_iter().map(|count| count.unwrap_or(0.0) / total).collect()
    }

    /// All people of the region; `None` where any population is missing.
    pub fn population(&self) -> Option<f64> {
        let mut sum = 0.0;
        for area in &self.areas {
            sum += f64::from(area.population?);
        }
        (sum > 0.0).then_some(sum)
    }

    /// How many counties' worth of false alarms a region is given: one for 1.2 million people, or for ten areas where the
    /// population is not known; never less than one.
    pub fn counties(&self) -> f64 {
        match self.population() {
            Some(people) => (people / 1_200_000.0).max(1.0),
            None => (self.areas.len() as f64 / 10.0).max(1.0),
        }
    }
}

/// Every connected set of up to `largest` areas, each once, sorted, smaller sets first.
fn connected_sets(neighbours: &[Vec<usize>], largest: usize) -> Vec<Vec<usize>> {
    let mut all: Vec<Vec<usize>> = Vec::new();
    let mut layer: std::collections::BTreeSet<Vec<usize>> = (0..neighbours.len()).map(|area| vec![area]).collect();
    for size in 1..=largest {
        let mut next = std::collections::BTreeSet::new();
        for set in &layer {
            if size < largest {
                for area in set {
                    for other in &neighbours[*area] {
                        if *other < neighbours.len() && !set.contains(other) {
                            let mut grown = set.clone();
                            grown.push(*other);
                            grown.sort_unstable();
                            next.insert(grown);
                        }
                    }
                }
            }
            all.push(set.clone());
        }
        layer = next;
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_four_has_ten_connected_sets() {
        let line = vec![vec![1], vec![0, 2], vec![1, 3], vec![2]];
        // 4 of one, 3 of two, 2 of three, 1 of four.
        assert_eq!(connected_sets(&line, 4).len(), 10);
        assert_eq!(connected_sets(&line, 2).len(), 7);
    }

    #[test]
    fn the_districts_of_a_dialling_code_are_a_zone_already() {
        let uk = areas::Gazetteer::united_kingdom();
        let region = Region::of(&uk, "Hertfordshire");
        let mut codes: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (index, area) in region.areas().iter().enumerate() {
            for code in uk.dialling_codes_of(&area.id) {
                codes.entry(code).or_default().push(index);
            }
        }
        assert!(codes.len() >= 10, "{codes:?}");
        assert!(codes.values().any(|districts| districts.len() > 1), "{codes:?}");
        for (code, districts) in &codes {
            assert!(region.zones().contains(districts), "{code}: {districts:?}");
        }
    }
}
