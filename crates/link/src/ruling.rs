//! What a person decided: rows that belong together, rows that do not.

use std::collections::BTreeMap;

use crate::LinkError;
use crate::agglomerate::Forest;

/// Applies rulings to clusters in the making. Must-links are closed transitively.
///
/// # Errors
/// A cannot-link whose two rows the must-links put together, with the path that does.
pub(crate) fn apply(forest: &mut Forest, must: &[(u32, u32)], cannot: &[(u32, u32)]) -> Result<(), LinkError> {
    for (a, b) in must {
        forest.join(*a, *b);
    }
    for (a, b) in cannot {
        if forest.find(*a) == forest.find(*b) {
            let path: Vec<String> = path(must, *a, *b).iter().map(|row| format!("row {}", row + 1)).collect();
            return Err(LinkError::Ruling(format!(
                "rows {} and {} may not stand together, but must-links put them together: {}; take one ruling back",
                a + 1,
                b + 1,
                path.join(" – ")
            )));
        }
        forest.keep_apart(*a, *b);
    }
    Ok(())
}

/// The shortest path of must-links from one row to another; empty where there is none.
fn path(must: &[(u32, u32)], from: u32, to: u32) -> Vec<u32> {
    let mut neighbours: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (a, b) in must {
        neighbours.entry(*a).or_default().push(*b);
        neighbours.entry(*b).or_default().push(*a);
    }
    let mut came: BTreeMap<u32, u32> = BTreeMap::from([(from, from)]);
    let mut queue = std::collections::VecDeque::from([from]);
    while let Some(row) = queue.pop_front() {
        if row == to {
            let mut path = vec![row];
            let mut at = row;
            while at != from {
                at = came[&at];
                path.push(at);
            }
            path.reverse();
            return path;
        }
        for next in neighbours.get(&row).into_iter().flatten() {
            if !came.contains_key(next) {
                came.insert(*next, row);
                queue.push_back(*next);
            }
        }
    }
    Vec::new()
}
