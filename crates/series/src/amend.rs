//! Reports that a person put right or added to after they were taken: they are looked at again, as they stand now.

use std::collections::BTreeSet;

use crate::detector::{Change, Detector};
use crate::{Case, SeriesId};

impl Detector {
    /// Puts a report as it stands now in place of what was taken. It may leave its series, join one, or found one; what a person decided of
    /// its place stands. Gives the series that changed. A report that was not taken yet, or is in no series and has left the memory, changes
    /// nothing.
    pub fn amend(&mut self, case: Case) -> BTreeSet<SeriesId> {
        let id = case.id.clone();
        let home = self.home.get(&id).cloned();
        let mut changed: BTreeSet<SeriesId> = home.iter().cloned().collect();
        let Some(held) = self.memory.place(&id) else {
            if let Some(home) = home {
                // Of a call long ago the series tells what is known now.
                self.cases.insert(id, case);
                self.regroup(&home);
                crate::refresh::refresh(self, &home);
            }
            return changed;
        };
        self.engine.withdraw(held);
        let (index, again_of) = self.admit(case.clone());
        if let Some(home) = &home {
            self.cases.insert(id.clone(), case);
            self.set_home(&id, Some(home));
            self.regroup(home);
            crate::join::judge_amended(self, home, &id);
            crate::join::tidy(self, home, None);
            if self.home.contains_key(&id) {
                return changed;
            }
        }
        changed.extend(self.settle_in(&id, index, again_of).into_iter().flat_map(Change::series));
        changed
    }
}
