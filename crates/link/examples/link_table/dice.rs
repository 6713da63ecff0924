//! Seeded chance for the generated tables: splitmix64 (Steele, Lea and Flood 2014).

pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    pub(crate) fn below(&mut self, most: usize) -> usize {
        (self.share() * most as f64) as usize
    }

    pub(crate) fn chance(&mut self, p: f64) -> bool {
        self.share() < p
    }

    /// A place in a list whose first entries are the common ones (Zipf's law with exponent near one).
    pub(crate) fn zipf(&mut self, most: usize) -> usize {
        let x = ((most as f64 + 1.0).ln() * self.share()).exp();
        (x as usize - 1).min(most - 1)
    }

    /// A made-up name: syllables drawn by its number, so that the same number is the same name.
    pub(crate) fn name(number: usize, kind: u64) -> String {
        const HEADS: [&str; 20] =
            ["b", "br", "c", "d", "f", "g", "gr", "h", "j", "k", "l", "m", "n", "p", "r", "s", "st", "t", "v", "w"];
        const HEARTS: [&str; 8] = ["a", "e", "i", "o", "u", "ai", "ea", "ou"];
        const TAILS: [&str; 12] = ["n", "l", "r", "th", "ck", "m", "ry", "ne", "son", "ton", "ley", "s"];
        let mut dice = Dice(number as u64 * 7919 + kind);
        dice.next();
        let mut name = String::new();
        for _ in 0..1 + dice.below(2) {
            name += HEADS[dice.below(HEADS.len())];
            name += HEARTS[dice.below(HEARTS.len())];
        }
        name += TAILS[dice.below(TAILS.len())];
        name[..1].to_uppercase() + &name[1..]
    }

    /// One slip: a character changed, left out, doubled or changed over with its neighbour.
    pub(crate) fn slip(&mut self, value: &str) -> String {
        let mut letters: Vec<char> = value.chars().collect();
        if letters.len() < 2 {
            return value.to_owned();
        }
        let place = self.below(letters.len() - 1);
        let digit = letters[place].is_ascii_digit();
        match self.below(4) {
            0 => {
                letters[place] = if digit { (b'0' + self.below(10) as u8) as char } else { (b'a' + self.below(26) as u8) as char }
            }
            1 => {
                letters.remove(place);
            }
            2 => letters.insert(place, letters[place]),
            _ => letters.swap(place, place + 1),
        }
        letters.into_iter().collect()
    }
}
