//! Times without data: a computer that was down, an area whose reports did not come in. A gap is no time without cases, so nothing is
//! expected in it, and cases that stand there all the same are left out.
//!
//! For the permutation model a gap of one location is one of all: what is expected there are products of margins, and a product has no
//! hole in it.

use super::Refusal;
use super::counts::{Counted, Frame, span};
use super::files::{rows, shown};
use super::options::Model;
use super::places::Places;

/// Cells without data: by location, then interval.
pub(crate) struct Gaps {
    cells: Vec<bool>,
    intervals: usize,
}

impl Gaps {
    /// None.
    pub(crate) fn none(locations: usize, intervals: usize) -> Gaps {
        Gaps { cells: vec![false; locations * intervals], intervals }
    }

    /// Reads a file of gaps: a time on each line (everywhere), or an id and a time.
    pub(crate) fn read(file: &str, text: &str, places: &Places, frame: &Frame<'_>) -> Result<Gaps, Refusal> {
        let (locations, intervals) = (places.list.len(), frame.bounds.len() - 1);
        let mut gaps = Gaps::none(locations, intervals);
        for row in rows(file, text, 1, "a time without data, or an id and a time")? {
            let at = row.fields.len().min(2) - 1;
            let place = if at == 0 {
                None
            } else {
                let place = places.index.get(row.fields[0]).copied();
                if place.is_none() && !frame.options.relaxed_places {
                    let what = format!("location '{}' is not known", shown(row.fields[0]));
                    return Err(Refusal::at(file, row.line, what));
                }
                place
            };
            let (first, last) = span(file, &row, at, frame.options)?;
            if at == 1 && place.is_none() || last < frame.options.start || first > frame.options.end {
                continue;
            }
            let covered = frame.bounds.partition_point(|bound| *bound < first)
                ..frame.bounds[1..].partition_point(|bound| *bound - 1 <= last);
            if covered.is_empty() {
                let what =
                    format!("{} is only a part of an interval of the scan: make the intervals shorter", shown(row.fields[at]));
                return Err(Refusal::at(file, row.line, what));
            }
            let everywhere = place.is_none() || frame.options.model == Model::Permutation;
            for interval in covered {
                for one in if everywhere { 0..locations } else { place.unwrap_or(0)..place.unwrap_or(0) + 1 } {
                    gaps.cells[one * intervals + interval] = true;
                }
            }
        }
        Ok(gaps)
    }

    /// Whether a location has no data in an interval.
    pub(crate) fn covers(&self, location: usize, interval: usize) -> bool {
        self.cells[location * self.intervals + interval]
    }

    /// The cells, by location, then interval; none where there is no gap.
    pub(crate) fn cells(&self) -> Option<&[bool]> {
        self.cells.contains(&true).then_some(&self.cells)
    }

    /// Leaves out rows that lie in a gap; gives their cases.
    pub(crate) fn cut(&self, rows: &mut Vec<Counted>) -> u64 {
        let mut cases = 0;
        rows.retain(|row| {
            let inside = self.covers(row.place, row.interval);
            cases += if inside { u64::from(row.count) } else { 0 };
            !inside
        });
        cases
    }

    /// Expects nothing where there are no data.
    pub(crate) fn empty(&self, expected: &mut [f64]) {
        expected.iter_mut().zip(&self.cells).filter(|(_, gap)| **gap).for_each(|(one, _)| *one = 0.0);
    }
}
