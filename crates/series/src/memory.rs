//! The reports in memory: which stands at which place of the engine's memory, and the case itself, folded small. A region with very
//! many reports holds hundreds of thousands of them, of which few are ever looked at again.

use std::collections::{HashMap, VecDeque};

use crate::{Case, ReportId};

/// Reports by the engine's index.
#[derive(Debug, Clone, Default)]
pub(crate) struct Memory {
    /// Index of the first that is held.
    base: usize,
    held: VecDeque<(ReportId, Box<[u8]>)>,
    places: HashMap<ReportId, usize>,
}

impl Memory {
    /// Takes a case in; its index is one more than the last one's.
    pub(crate) fn push(&mut self, case: Case) {
        self.places.insert(case.id.clone(), self.base + self.held.len());
        // A case is made of plain values and always folds.
        let folded = serde_json::to_vec(&case).unwrap_or_default();
        self.held.push_back((case.id, folded.into_boxed_slice()));
    }

    /// The index of a report.
    pub(crate) fn place(&self, id: &ReportId) -> Option<usize> {
        self.places.get(id).copied()
    }

    /// The report at an index.
    pub(crate) fn id(&self, index: usize) -> Option<&ReportId> {
        self.held.get(index.checked_sub(self.base)?).map(|(id, _)| id)
    }

    /// The case of a report.
    pub(crate) fn case(&self, id: &ReportId) -> Option<Case> {
        let (_, folded) = self.held.get(self.place(id)?.checked_sub(self.base)?)?;
        serde_json::from_slice(folded).ok()
    }

    /// Lets all before an index go.
    pub(crate) fn forget_before(&mut self, index: usize) {
        while self.base < index {
            let Some((id, _)) = self.held.pop_front() else { break };
            // A report that was amended stands again further on.
            if self.places.get(&id) == Some(&self.base) {
                self.places.remove(&id);
            }
            self.base += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(id: &str) -> Case {
        let text = format!(
            r#"{{"id":"{id}","received_at":"2019-04-01T10:00:00+01:00","call_day":"2019-04-01","shares":[["E07000240",1.0]],
            "streams":[["courier_fraud",0.9]],"claimed":["police"],"outcome":"unknown","names":["DC Alan Abbot"],"use_for_advice":true}}"#
        );
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn a_case_comes_back_as_it_went_in_until_it_is_let_go() {
        let mut memory = Memory::default();
        for id in ["a", "b", "c"] {
            memory.push(case(id));
        }
        let b = ReportId("b".to_owned());
        assert_eq!(memory.place(&b), Some(1));
        assert_eq!(memory.case(&b), Some(case("b")));
        memory.forget_before(2);
        assert_eq!((memory.place(&b), memory.case(&b)), (None, None));
        assert_eq!(memory.id(2).map(|id| id.0.as_str()), Some("c"));
        memory.push(case("d"));
        assert_eq!(memory.place(&ReportId("d".to_owned())), Some(3));
    }
}
