//! The words that patterns know, each with one number, its symbol. A text's word is looked up once; from then on patterns compare
//! symbols. A word that no pattern names has the symbol of the longest stem it begins with, or none.

/// What the patterns know a word as; 0 is a word that no pattern names.
pub(crate) type Symbol = u32;

/// Closed classes of words that scope and amounts ask for.
pub(crate) mod class {
    /// "not", "never", "didn't".
    pub(crate) const NEGATOR: u32 = 1;
    /// "five", "twenty", "couple".
    pub(crate) const NUMBER: u32 = 1 << 1;
    /// "never", "won't": the middle of "police will never".
    pub(crate) const RULE_OUT: u32 = 1 << 2;
    /// "police", "banks", "leaflet": who gives advice.
    pub(crate) const ADVISER: u32 = 1 << 3;
    /// "would", "will".
    pub(crate) const MODAL: u32 = 1 << 4;
}

/// The words of the classes.
const CLASSES: [(u32, &str); 5] = [
    (
        class::NEGATOR,
        "not never no without didnt dont doesnt wasnt werent isnt hadnt havent hasnt wont wouldnt couldnt cant shouldnt nor neither \
         nobody nothing refused declined",
    ),
    (
        class::NUMBER,
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen \
         nineteen twenty thirty forty fourty fifty sixty seventy eighty ninety a couple",
    ),
    (class::RULE_OUT, "never not wouldnt wont dont"),
    (class::ADVISER, "police bank banks leaflet poster advert they"),
    (class::MODAL, "would will wouldnt wont never"),
];

/// A word or stem that a set of words takes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Word {
    /// The word itself.
    Exact(String),
    /// Any word that begins with it.
    Prefix(String),
    /// Any word of an amount of money.
    Money,
}

/// One entry of the table of words or of stems.
#[derive(Debug, Clone)]
struct Entry {
    hash: u64,
    word: Box<str>,
    symbol: Symbol,
    classes: u32,
}

/// Words by their hash: open addressing, at most half full.
#[derive(Debug, Clone, Default)]
struct Table {
    slots: Vec<u32>,
    entries: Vec<Entry>,
}

/// Words, stems, and which sets of words take which symbol.
#[derive(Debug, Clone)]
pub(crate) struct Lexicon {
    words: Table,
    stems: Table,
    longest_stem: usize,
    /// A bit a set for each symbol, row by row.
    rows: Vec<u64>,
    row: usize,
    /// Symbols there are, with 0.
    symbols: usize,
}

const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01b3;
const EMPTY: u32 = u32::MAX;

fn step(hash: u64, byte: u8) -> u64 {
    (hash ^ u64::from(byte)).wrapping_mul(PRIME)
}

fn hash(word: &str) -> u64 {
    word.bytes().fold(OFFSET, step)
}

impl Table {
    fn build(mut entries: Vec<Entry>) -> Table {
        entries.sort_by(|a, b| a.word.cmp(&b.word));
        let size = (entries.len() * 4 + 8).next_power_of_two();
        let mut slots = vec![EMPTY; size];
        for (number, entry) in entries.iter().enumerate() {
            let mut slot = place(entry.hash, size);
            while slots[slot] != EMPTY {
                slot = (slot + 1) & (size - 1);
            }
            slots[slot] = number as u32;
        }
        Table { slots, entries }
    }

    fn get(&self, hash: u64, word: &str) -> Option<&Entry> {
        let size = self.slots.len();
        let mut slot = place(hash, size);
        loop {
            let number = self.slots[slot];
            if number == EMPTY {
                return None;
            }
            let entry = &self.entries[number as usize];
            if entry.hash == hash && &*entry.word == word {
                return Some(entry);
            }
            slot = (slot + 1) & (size - 1);
        }
    }
}

/// The high bits: the low ones of this hash follow the last letter.
fn place(hash: u64, size: usize) -> usize {
    ((hash ^ (hash >> 29)).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as usize & (size - 1)
}

impl Lexicon {
    /// The lexicon of sets of words, numbered as they stand.
    pub(crate) fn build(sets: &[Vec<Word>]) -> Lexicon {
        let mut words: Vec<&str> = CLASSES.iter().flat_map(|(_, list)| list.split_whitespace()).collect();
        let mut stems: Vec<&str> = Vec::new();
        for word in sets.iter().flatten() {
            match word {
                Word::Exact(word) => words.push(word),
                Word::Prefix(stem) => stems.push(stem),
                Word::Money => {}
            }
        }
        for list in [&mut words, &mut stems] {
            list.sort_unstable();
            list.dedup();
        }
        let symbols = words.len() + stems.len() + 1;
        let row = symbols.div_ceil(64);
        let entry = |word: &str, symbol: usize| Entry {
            hash: hash(word),
            word: word.into(),
            symbol: symbol as Symbol,
            classes: CLASSES
                .iter()
                .filter(|(_, list)| list.split_whitespace().any(|held| held == word))
                .fold(0, |sum, (c, _)| sum | c),
        };
        let mut rows = vec![0u64; row * sets.len()];
        let named: Vec<(&str, bool)> =
            words.iter().map(|word| (*word, true)).chain(stems.iter().map(|stem| (*stem, false))).collect();
        for (number, set) in sets.iter().enumerate() {
            for (symbol, (text, whole)) in named.iter().enumerate() {
                let taken = set.iter().any(|word| match word {
                    Word::Exact(exact) => *whole && exact == text,
                    Word::Prefix(stem) => text.starts_with(stem.as_str()),
                    Word::Money => false,
                });
                if taken {
                    rows[number * row + (symbol + 1) / 64] |= 1 << ((symbol + 1) % 64);
                }
            }
        }
        let longest_stem = stems.iter().map(|stem| stem.len()).max().unwrap_or(0);
        let table = |list: &[&str], from: usize| {
            Table::build(list.iter().enumerate().map(|(number, word)| entry(word, from + number)).collect())
        };
        Lexicon { words: table(&words, 1), stems: table(&stems, words.len() + 1), longest_stem, rows, row, symbols }
    }

    /// How many symbols there are, with 0 for all other words.
    pub(crate) fn symbols(&self) -> usize {
        self.symbols
    }

    /// Whether a set takes a symbol.
    pub(crate) fn takes(&self, set: u32, symbol: Symbol) -> bool {
        let symbol = symbol as usize;
        self.rows[set as usize * self.row + symbol / 64] >> (symbol % 64) & 1 == 1
    }

    /// The symbol and the classes of a word.
    pub(crate) fn look_up(&self, word: &str) -> (Symbol, u32) {
        let bytes = word.as_bytes();
        let mut prefixes = [0u64; 32];
        let mut whole = OFFSET;
        for (at, byte) in bytes.iter().enumerate() {
            whole = step(whole, *byte);
            if let Some(held) = prefixes.get_mut(at) {
                *held = whole;
            }
        }
        if let Some(entry) = self.words.get(whole, word) {
            return (entry.symbol, entry.classes);
        }
        for length in (2..=bytes.len().min(self.longest_stem).min(prefixes.len())).rev() {
            if word.is_char_boundary(length)
                && let Some(entry) = self.stems.get(prefixes[length - 1], &word[..length])
            {
                return (entry.symbol, entry.classes);
            }
        }
        (0, 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_known_by_itself_or_by_its_longest_stem() {
        let exact = |word: &str| Word::Exact(word.to_owned());
        let stem = |word: &str| Word::Prefix(word.to_owned());
        let sets = [vec![exact("withdraw"), exact("cash")], vec![stem("with")], vec![stem("withdr")]];
        let lexicon = Lexicon::build(&sets);
        let taken = |word: &str| (0..3).map(|set| lexicon.takes(set, lexicon.look_up(word).0)).collect::<Vec<_>>();
        assert_eq!(taken("withdraw"), [true, true, true]);
        assert_eq!(taken("withdrawal"), [false, true, true]);
        assert_eq!(taken("within"), [false, true, false]);
        assert_eq!(taken("cash"), [true, false, false]);
        assert_eq!(taken("wit"), [false, false, false]);
        assert_ne!(lexicon.look_up("never").1 & class::NEGATOR, 0);
    }
}
