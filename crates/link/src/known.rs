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
