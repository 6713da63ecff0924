//! What need not be looked at: pairs of rows that hang together by strong links already, each row by several of its own. Most pairs of one
//! hand are of large clusters and say what is known; what is saved on them is spent on pairs that are not known.

/// A link of so many bits is taken for strong (.996).
const STRONG: f32 = 8.0;
/// A row with as many strong links needs no more of them to what it hangs together with.
const ENOUGH: u8 = 4;

/// Strong links so far.
#[derive(Debug)]
pub(crate) struct Known {
    root: Vec<u32>,
    strong: Vec<u8>,
}

impl Known {
    pub(crate) fn new(rows: usize) -> Known {
        Known { root: (0..rows as u32).collect(), strong: vec![0; rows] }
    }

    /// Whether a pair says nothing new.
    pub(crate) fn holds(&mut self, a: u32, b: u32) -> bool {
        self.strong[a as usize] >= ENOUGH && self.strong[b as usize] >= ENOUGH && self.find(a) == self.find(b)
    }

    /// Takes a pair's bits.
    pub(crate) fn learn(&mut self, a: u32, b: u32, bits: f32) {
        if bits < STRONG {
            return;
        }
        for row in [a, b] {
            let strong = &mut self.strong[row as usize];
            *strong = strong.saturating_add(1);
        }
        let (x, y) = (self.find(a), self.find(b));
        self.root[x.max(y) as usize] = x.min(y);
    }

    fn find(&mut self, mut row: u32) -> u32 {
        while self.root[row as usize] != row {
            let up = self.root[self.root[row as usize] as usize];
            self.root[row as usize] = up;
            row = up;
        }
        row
    }
}

#[cfg(test)]
mod tests {
    use super::Known;

    #[test]
    fn a_pair_is_known_once_both_rows_have_links_enough_and_hang_together() {
        let mut known = Known::new(12);
        // Five rows, each linked strongly with each; and five others.
        for first in [0, 5] {
            for a in first..first + 5 {
                (a + 1..first + 5).for_each(|b| known.learn(a, b, 9.0));
            }
        }
        assert!(known.holds(0, 4), "what they would say is known");
        assert!(!known.holds(0, 5), "two clusters that nothing ties are looked at");
        known.learn(4, 5, 9.0);
        assert!(known.holds(0, 9), "a strong link has tied them");
        known.learn(0, 10, 9.0);
        assert!(!known.holds(10, 4), "a row with one strong link is compared with all the others");
        known.learn(10, 11, 7.9);
        assert!(!known.holds(11, 10), "a weak link ties nothing");
    }
}
