//! Place resolution, by the finest part given: postcode, sector, outward code, district, town, point, dialling code of the
//! target's own landline. A code that lies in several districts keeps its shares.

use serde::{Deserialize, Serialize};

use crate::gazetteer::{Code, great_circle_km};
use crate::{AreaId, Gazetteer, outcode_of, parse_outcode, parse_postcode, parse_sector};

/// Below this share no district is asserted: the report counts in each by its share.
const ASSERTED: f64 = 0.9;
/// A point further than this from every district's centre and outside every outline is nowhere.
const NEAREST_KM: f64 = 60.0;
/// What the district that a dialling code is named after holds of it, where the code rings in others too. Assumed: no open table says
/// how a code's lines are spread. Below [`ASSERTED`], so that no district is asserted.
const MAIN_OF_CODE: f64 = 0.7;

/// A place as given.
#[derive(Debug, Clone, Copy, Default)]
pub struct PlaceGiven<'a> {
    /// Full postcode.
    pub postcode: Option<&'a str>,
    /// Postcode sector.
    pub sector: Option<&'a str>,
    /// Outward code.
    pub outcode: Option<&'a str>,
    /// District: id or name.
    pub district: Option<&'a str>,
    /// Town.
    pub town: Option<&'a str>,
    /// Degrees north.
    pub lat: Option<f64>,
    /// Degrees east.
    pub lon: Option<f64>,
    /// The target's own landline, E.164 or national.
    pub target_landline: Option<&'a str>,
}

/// The part that a place was found by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FoundBy {
    /// The sector of a full postcode.
    Postcode,
    /// Postcode sector.
    Sector,
    /// Outward code.
    Outcode,
    /// District.
    District,
    /// Town.
    Town,
    /// Point.
    Point,
    /// Dialling code of the target's own landline.
    DiallingCode,
    /// Nothing that was given is known.
    Nothing,
}

/// A place resolved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Resolved {
    /// What it was found by.
    pub found_by: FoundBy,
    /// Districts with shares that sum to 1, largest first; empty where nothing was found.
    pub shares: Vec<(AreaId, f64)>,
    /// The sector, where that fine.
    pub sector: Option<String>,
    /// The outward code, where that fine.
    pub outcode: Option<String>,
    /// Parts that were given but are not known, finest first.
    pub not_found: Vec<FoundBy>,
}

impl Resolved {
    /// The district, where nine tenths or more of the place lie in one.
    pub fn district(&self) -> Option<&AreaId> {
        self.shares.first().filter(|(_, share)| *share >= ASSERTED).map(|(area, _)| area)
    }
}

impl Gazetteer {
    /// Resolves a place. Never fails: what is not known is listed in `not_found`.
    pub fn resolve(&self, given: &PlaceGiven<'_>) -> Resolved {
        let mut resolved =
            Resolved { found_by: FoundBy::Nothing, shares: Vec::new(), sector: None, outcode: None, not_found: Vec::new() };
        if let Some(text) = given.postcode {
            let postcode = parse_postcode(text);
            let sector = postcode.as_ref().and_then(|postcode| self.tables.sectors.get(&postcode.sector));
            if self.settle(&mut resolved, FoundBy::Postcode, sector) {
                resolved.outcode = postcode.as_ref().map(|postcode| postcode.outcode.clone());
                resolved.sector = postcode.map(|postcode| postcode.sector);
                return resolved;
            }
            // A sector that is new since the table was made still tells its outward code.
            if let Some(postcode) = postcode
                && self.settle(&mut resolved, FoundBy::Outcode, self.tables.outcodes.get(&postcode.outcode))
            {
                resolved.outcode = Some(postcode.outcode);
                return resolved;
            }
        }
        if let Some(text) = given.sector {
            let sector = parse_sector(text);
            let code = sector.as_ref().and_then(|sector| self.tables.sectors.get(sector));
            if self.settle(&mut resolved, FoundBy::Sector, code) {
                resolved.outcode = sector.as_deref().map(|sector| outcode_of(sector).to_owned());
                resolved.sector = sector;
                return resolved;
            }
        }
        if let Some(text) = given.outcode {
            let outcode = parse_outcode(text);
            let code = outcode.as_ref().and_then(|outcode| self.tables.outcodes.get(outcode));
            if self.settle(&mut resolved, FoundBy::Outcode, code) {
                resolved.outcode = outcode;
                return resolved;
            }
        }
        if let Some(text) = given.district
            && self.settle_equally(&mut resolved, FoundBy::District, &self.find_by_name(text))
        {
            return resolved;
        }
        if let Some(text) = given.town
            && self.settle_equally(&mut resolved, FoundBy::Town, &self.find_by_name(text))
        {
            return resolved;
        }
        if let (Some(lat), Some(lon)) = (given.lat, given.lon) {
            let nearest: Vec<AreaId> = self.district_at(lat, lon).into_iter().collect();
            if self.settle_equally(&mut resolved, FoundBy::Point, &nearest) {
                return resolved;
            }
        }
        if let Some(text) = given.target_landline {
            let districts = self.districts_of_number(text);
            if self.settle_equally(&mut resolved, FoundBy::DiallingCode, &districts) {
                main_first(&mut resolved.shares, &districts[0]);
                return resolved;
            }
        }
        resolved
    }

    /// The district whose outline holds a point; without outlines, the one whose centre is nearest.
    pub fn district_at(&self, lat: f64, lon: f64) -> Option<AreaId> {
        if !(lat.is_finite() && lon.is_finite()) {
            return None;
        }
        for (id, shape) in &self.tables.shapes {
            let near = shape.bounds().is_some_and(|(w, s, e, n)| lon >= w && lon <= e && lat >= s && lat <= n);
            if near && shape.contains(lat, lon) {
                return Some(id.clone());
            }
        }
        let mut best: Option<(f64, &AreaId)> = None;
        for area in self.districts() {
            let km = great_circle_km(lat, lon, area.lat, area.lon);
            if km <= NEAREST_KM && best.is_none_or(|held| km < held.0) {
                best = Some((km, &area.id));
            }
        }
        best.map(|(_, id)| id.clone())
    }

    /// The districts of a landline's dialling code: the longest prefix that is known.
    fn districts_of_number(&self, number: &str) -> Vec<AreaId> {
        let digits: String = number.chars().filter(char::is_ascii_digit).collect();
        let national = match digits.strip_prefix("44") {
            Some(rest) if number.trim_start().starts_with('+') => format!("0{rest}"),
            _ => digits,
        };
        for end in (3..=national.len().min(6)).rev() {
            if let Some(districts) = self.tables.dialling.get(&national[..end]) {
                return districts.clone();
            }
        }
        Vec::new()
    }

    fn settle(&self, resolved: &mut Resolved, by: FoundBy, code: Option<&Code>) -> bool {
        match code {
            Some(code) if !code.shares.is_empty() => {
                resolved.found_by = by;
                resolved.shares.clone_from(&code.shares);
                true
            }
            _ => {
                resolved.not_found.push(by);
                false
            }
        }
    }

    fn settle_equally(&self, resolved: &mut Resolved, by: FoundBy, districts: &[AreaId]) -> bool {
        if districts.is_empty() {
            resolved.not_found.push(by);
            return false;
        }
        resolved.found_by = by;
        // By population where every one's is known: a dialling code rings where people live.
        let people: Vec<Option<f64>> =
            districts.iter().map(|id| self.area(id).and_then(|area| area.population).map(f64::from)).collect();
        let total: f64 = people.iter().flatten().sum();
        let known = total > 0.0 && people.iter().all(Option::is_some);
        for (id, count) in districts.iter().zip(&people) {
            let share = if known { count.unwrap_or(0.0) / total } else { 1.0 / districts.len() as f64 };
            resolved.shares.push((id.clone(), share));
        }
        resolved.shares.sort_by(|a, b| b.1.total_cmp(&a.1));
        true
    }
}

/// Gives the main district of a dialling code its share, and the others theirs by population.
fn main_first(shares: &mut [(AreaId, f64)], main: &AreaId) {
    let others: f64 = shares.iter().filter(|(id, _)| id != main).map(|(_, share)| share).sum();
    if others <= 0.0 {
        return;
    }
    for (id, share) in shares.iter_mut() {
        *share = if id == main { MAIN_OF_CODE } else { *share * (1.0 - MAIN_OF_CODE) / others };
    }
    shares.sort_by(|a, b| b.1.total_cmp(&a.1));
}
