//! The words that patterns know, each with one number, its symbol. A text's word is looked up once; from then on patterns compare
//! symbols. A word that no pattern names has the symbol of the longest stem it begins with, or none.

/// What the patterns know a word as; 0 is a word that no pattern names.
pub(crate) type Symbol = u32;

/// Closed classes of words that scope, amounts and names ask for.
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
    /// "ask", "want", "mention": what a caller does to a demand.
    pub(crate) const ASK: u32 = 1 << 5;
    /// "I", "we": who tells.
    pub(crate) const SELF: u32 = 1 << 6;
    /// "DC", "sergeant".
    pub(crate) const RANK: u32 = 1 << 7;
    /// "Mr", "Mrs".
    pub(crate) const TITLE: u32 = 1 << 8;
    /// Words that are no one's name, though they follow a rank.
    pub(crate) const PLAIN: u32 = 1 << 9;
    /// "leaflet", "talk": where advice stands.
    pub(crate) const WARN: u32 = 1 << 10;
    /// "if", "suppose".
    pub(crate) const IF: u32 = 1 << 11;
    /// "but", "because": what begins a clause of its own.
    pub(crate) const CLAUSE: u32 = 1 << 12;
    /// "anyone": whom a question about advice names.
    pub(crate) const ANYONE: u32 = 1 << 13;
    /// "shall", "offered", "if": what an offer of the victim's begins with.
    pub(crate) const OFFER: u32 = 1 << 14;
}

/// The words of the classes.
const CLASSES: [(u32, &str); 15] = [
    (class::CLAUSE, "but because although however then"),
    (
        class::NEGATOR,
        "not never no without didnt dont doesnt wasnt werent isnt hadnt havent hasnt wont wouldnt couldnt cant shouldnt nor neither \
         nobody nothing refused declined aint didn none nowt",
    ),
    (
        class::NUMBER,
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen \
         nineteen twenty thirty forty fourty fifty sixty seventy eighty ninety a couple",
    ),
    (class::RULE_OUT, "never not wouldnt wont dont nor"),
    (class::ADVISER, "police bank banks leaflet poster advert they you we"),
    (class::MODAL, "would will wouldnt wont never do does dont"),
    (
        class::ASK,
        "ask asks asked asking want wants wanted wanting mention mentions mentioned mentioning need needs needed request requested require required \
         demand demanded seek sought suggest suggested tell told invite invited",
    ),
    (class::SELF, "i we ive id im weve"),
    (
        class::RANK,
        "dc ds di dci dcs pc ps wpc wpc dsgt d/sgt d/s d/c d/i det sgt sergeant insp inspector constable detective officer superintendent supt chief dcon \
         pcso commander d/insp sargent cadet",
    ),
    (class::TITLE, "mr mrs miss ms dr sir mister sr senor señor señora prof professor"),
    (
        class::PLAIN,
        "from the and he she who at of i police said says rang phoned called told asked was is in on by with to a an his her my their me \
         but so that this it they we you then for about came come will would had has have not no or as when if did says saying \
         met yard cid station fraud squad bank officer number badge called name named type lady man woman there here if could wants \
         wanted gave got going go goes again one two three just also calling speaking something someone somebody anything",
    ),
    (
        class::WARN,
        "leaflet leaflets poster posters advert adverts talk talks reminded reminds website article newsletter campaign programme advice \
         training course",
    ),
    (class::IF, "if suppose whether unless should"),
    (class::ANYONE, "anyone anybody someone somebody"),
    (class::OFFER, "shall should i she he offered did do id would if"),
];

/// A word or stem that a set of words takes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Word {
    /// The word itself.
    Exact(String),
    /// Any word that begins with it.
    Prefix(String),
    /// Any word with one of these bits ([`crate::token::Token::classes`]): an amount, a rank with a name, a telephone number.
    Class(u32),
}

/// One entry of the table of words or of stems.
#[derive(Debug, Clone)]
struct Entry {
    hash: u64,
    word: Box<str>,
    symbol: Symbol,
    classes: u32,
}

/// What a look-up needs of an entry. Symbol 0: no entry.
#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    hash: u64,
    symbol: Symbol,
    classes: u32,
}

/// Words by their hash: open addressing, at most half full.
#[derive(Debug, Clone, Default)]
struct Table {
    slots: Vec<Slot>,
    /// In the order of their symbols, which follow one another.
    entries: Vec<Entry>,
}

/// Letters up to which no two words have the same hash ([`hash_of`] mixes eight letters without loss): longer ones are compared.
const EXACT: usize = 8;

/// Words, stems, and which sets of words take which symbol.
#[derive(Debug, Clone)]
pub(crate) struct Lexicon {
    words: Table,
    stems: Table,
    /// Lengths of the stems that begin with two letters, a bit a length: most words begin no stem, and are not looked up at each length.
    stem_lengths: Vec<u64>,
    /// Words of six letters or more, whole and with one letter left out: for a slip of the keyboard.
    slips: Slips,
    /// Words that are spelled right, and no slip.
    plain: Plain,
    /// Hashes of words as people write them, with the word that is meant; none in talk.
    spellings: Vec<(u64, &'static str)>,
    /// A bit for each set that takes a symbol, a row a symbol: the few rows of a text's words stay near at hand.
    rows: Vec<u64>,
    row: usize,
    /// Symbols there are, with 0.
    symbols: usize,
}

const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const EMPTY: u32 = u32::MAX;

/// Eight letters at a time: most words are one step.
fn hash_of(word: &[u8]) -> u64 {
    let mix = |held: u64| {
        let held = held.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        held ^ (held >> 32)
    };
    let (eights, rest) = word.as_chunks::<8>();
    let held = eights.iter().fold(OFFSET ^ word.len() as u64, |held, eight| mix(held ^ u64::from_le_bytes(*eight)));
    mix(held ^ rest.iter().rev().fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
}

fn hash(word: &str) -> u64 {
    hash_of(word.as_bytes())
}

/// The key of a word as a text's words have it ([`crate::token::Token::key`]); never 0.
pub(crate) fn key(hash: u64) -> u32 {
    (hash >> 32) as u32 | 1
}

/// The key of a word, small letters without apostrophes.
pub fn word_key(word: &str) -> u32 {
    key(hash(word))
}

impl Table {
    /// A table of entries in the order of their words and symbols.
    fn build(entries: Vec<Entry>) -> Table {
        let size = (entries.len() * 2 + 8).next_power_of_two();
        let mut slots = vec![Slot::default(); size];
        for entry in &entries {
            let mut slot = place(entry.hash, size);
            while slots[slot].symbol != 0 {
                slot = (slot + 1) & (size - 1);
            }
            slots[slot] = Slot { hash: entry.hash, symbol: entry.symbol, classes: entry.classes };
        }
        Table { slots, entries }
    }

    fn get(&self, hash: u64, word: &str) -> Option<Slot> {
        let size = self.slots.len();
        let mut place = place(hash, size);
        loop {
            let slot = self.slots[place];
            if slot.symbol == 0 {
                return None;
            }
            if slot.hash == hash && (word.len() <= EXACT || self.spelled(slot.symbol) == word) {
                return Some(slot);
            }
            place = (place + 1) & (size - 1);
        }
    }

    /// The word of a symbol of this table.
    fn spelled(&self, symbol: Symbol) -> &str {
        &self.entries[(symbol - self.entries[0].symbol) as usize].word
    }
}

/// Longest stem that is told from a longer one, in bytes.
const LONGEST_STEM: usize = 32;

/// The place of a word's first two letters; all that begin otherwise share the last.
fn opening(word: &[u8]) -> usize {
    match word {
        [a @ b'a'..=b'z', b @ b'a'..=b'z', ..] => usize::from(a - b'a') * 26 + usize::from(b - b'a'),
        _ => 26 * 26,
    }
}

/// The high bits: the low ones of this hash follow the last letter.
fn place(hash: u64, size: usize) -> usize {
    ((hash ^ (hash >> 29)).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as usize & (size - 1)
}

/// Words by the hash of their forms with one letter left out. Two words one slip apart share such a form.
#[derive(Debug, Clone, Default)]
struct Slips {
    slots: Vec<(u64, u32)>,
}

/// Shortest word in which a slip is forgiven.
const SLIP_FROM: usize = 6;
/// Longest.
const LONGEST_SLIP: usize = 16;
/// Words of the language that lie one slip from a word of the packs, and mean something else.
const NO_SLIPS: &str = "carrier couriers counted account's police's policy polite closed caller callers billing calling walking talking falling \
    stalking holding folding handed banded sending spending tending lending mending bending vending payment basement within without \
    officer offices office offered matter manger banker barker marker marked parked packed backed picked ticked nicked kicked licked \
    collect connect correct carried married worried hurried transfers received receiver believed relieved retired returned friend \
    friends tonight bought brought thought though through thorough parking barking marking working walked talked warned warmed \
    charged changed chained cleared learned leaned cleaned winning pinning warning earning turning burning morning meaning leaving \
    living giving driving driven drawer drawers writing waiting getting putting setting sitting hitting letting betting wedding \
    bedding holiday holidays person prison poison reason season second seconds seemed seeded needed headed handle candle bundle \
    minute minutes states stated started stared stored scared shared spared staying saying paying laying playing praying station \
    stations nation nations mention mentions section sections action actions accident incident evidence interest interests";

/// Hashes of the words that are spelled right.
#[derive(Debug, Clone)]
struct Plain(Vec<u64>);

impl Plain {
    fn build() -> Plain {
        let mut hashes: Vec<u64> = NO_SLIPS.split_whitespace().map(hash).collect();
        hashes.sort_unstable();
        Plain(hashes)
    }

    fn contains(&self, hash: u64) -> bool {
        self.0.binary_search(&hash).is_ok()
    }
}

impl Slips {
    fn build(entries: &[Entry]) -> Slips {
        let mut forms: Vec<(u64, u32)> = Vec::new();
        for (number, entry) in entries.iter().enumerate() {
            if (SLIP_FROM..=LONGEST_SLIP + 1).contains(&entry.word.len())
                && entry.word.bytes().all(|byte| byte.is_ascii_lowercase())
            {
                forms.push((entry.hash, number as u32));
                for left_out in 1..entry.word.len() {
                    forms.push((without(entry.word.as_bytes(), left_out), number as u32));
                }
            }
        }
        if forms.is_empty() {
            return Slips::default();
        }
        let size = (forms.len() * 2 + 8).next_power_of_two();
        let mut slots = vec![(0, EMPTY); size];
        for (form, number) in forms {
            let mut slot = place(form, size);
            while slots[slot].1 != EMPTY && slots[slot].0 != form {
                slot = (slot + 1) & (size - 1);
            }
            if slots[slot].1 == EMPTY {
                slots[slot] = (form, number);
            }
        }
        Slips { slots }
    }

    fn get(&self, form: u64) -> Option<u32> {
        let size = self.slots.len();
        let mut slot = place(form, size);
        while self.slots[slot].1 != EMPTY {
            if self.slots[slot].0 == form {
                return Some(self.slots[slot].1);
            }
            slot = (slot + 1) & (size - 1);
        }
        None
    }
}

/// The hash of a word of [`LONGEST_SLIP`] letters, or one more, without one of them.
fn without(word: &[u8], left_out: usize) -> u64 {
    let mut short = [0; LONGEST_SLIP];
    let long = word.len() - 1;
    short[..left_out].copy_from_slice(&word[..left_out]);
    short[left_out..long].copy_from_slice(&word[left_out + 1..]);
    hash_of(&short[..long])
}

/// Whether two words differ by one letter more, less, other, or two changed about.
fn one_slip(a: &[u8], b: &[u8]) -> bool {
    let head = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let tail = a[head..].iter().rev().zip(b[head..].iter().rev()).take_while(|(x, y)| x == y).count();
    match (a.len() - head - tail, b.len() - head - tail) {
        (1, 1) | (0, 1) | (1, 0) => true,
        (2, 2) => a[head] == b[head + 1] && a[head + 1] == b[head],
        _ => false,
    }
}

const SPELLINGS: &str = include_str!("../../../rules/modus/spellings.txt");

/// Every way of writing in the file, by its hash.
fn spellings() -> Vec<(u64, &'static str)> {
    let lines = SPELLINGS.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(':'));
    let mut all: Vec<(u64, &str)> =
        lines.flat_map(|(word, written)| written.split_whitespace().map(move |written| (hash(written), word.trim()))).collect();
    all.sort_unstable();
    all
}

impl Lexicon {
    /// The lexicon of sets of words, numbered as they stand. Slips of the keyboard are forgiven in what people write, not in talk.
    pub(crate) fn build(sets: &[Vec<Word>], forgiving: bool) -> Lexicon {
        let mut words: Vec<&str> = CLASSES.iter().flat_map(|(_, list)| list.split_whitespace()).collect();
        let mut stems: Vec<&str> = Vec::new();
        for word in sets.iter().flatten() {
            match word {
                Word::Exact(word) => words.push(word),
                Word::Prefix(stem) => stems.push(stem),
                Word::Class(_) => {}
            }
        }
        for list in [&mut words, &mut stems] {
            list.sort_unstable();
            list.dedup();
        }
        let symbols = words.len() + stems.len() + 1;
        let row = sets.len().div_ceil(64);
        let classes: Vec<(&str, u32)> =
            CLASSES.iter().flat_map(|(bit, list)| list.split_whitespace().map(|word| (word, *bit))).collect();
        let entry = |word: &str, symbol: usize| Entry {
            hash: hash(word),
            word: word.into(),
            symbol: symbol as Symbol,
            classes: classes.iter().filter(|(held, _)| *held == word).fold(0, |sum, (_, bit)| sum | bit),
        };
        let mut rows = vec![0u64; row * symbols];
        for (number, set) in sets.iter().enumerate() {
            let mut take = |symbol: usize| rows[symbol * row + number / 64] |= 1 << (number % 64);
            for word in set {
                match word {
                    Word::Exact(exact) => {
                        if let Ok(place) = words.binary_search(&exact.as_str()) {
                            take(place + 1);
                        }
                    }
                    Word::Prefix(stem) => {
                        for (list, first) in [(&words, 1), (&stems, words.len() + 1)] {
                            let from = list.partition_point(|held| *held < stem.as_str());
                            for place in (from..list.len()).take_while(|place| list[*place].starts_with(stem.as_str())) {
                                take(first + place);
                            }
                        }
                    }
                    Word::Class(_) => {}
                }
            }
        }
        let mut stem_lengths = vec![0u64; 26 * 26 + 1];
        for stem in &stems {
            stem_lengths[opening(stem.as_bytes())] |= 1 << stem.len().min(LONGEST_STEM);
        }
        let table = |list: &[&str], from: usize| {
            Table::build(list.iter().enumerate().map(|(number, word)| entry(word, from + number)).collect())
        };
        let stems = table(&stems, words.len() + 1);
        let words = table(&words, 1);
        let slips = Slips::build(if forgiving { &words.entries } else { &[] });
        let spellings = if forgiving { spellings() } else { Vec::new() };
        Lexicon { words, stems, stem_lengths, slips, plain: Plain::build(), spellings, rows, row, symbols }
    }

    /// Whether it is for what people write, where slips and spellings are forgiven, and not for talk.
    pub(crate) fn forgives(&self) -> bool {
        !self.spellings.is_empty()
    }

    /// The word that is meant by one written in dialect, by ear or in shorthand: `rules/modus/spellings.txt`.
    pub(crate) fn meant(&self, word: &str) -> Option<&'static str> {
        if self.spellings.is_empty() {
            return None;
        }
        let written = hash(word);
        let place = self.spellings.binary_search_by_key(&written, |(hash, _)| *hash).ok()?;
        Some(self.spellings[place].1)
    }

    /// How many symbols there are, with 0 for all other words.
    pub(crate) fn symbols(&self) -> usize {
        self.symbols
    }

    /// Whether a set takes a symbol.
    pub(crate) fn takes(&self, set: u32, symbol: Symbol) -> bool {
        self.rows[symbol as usize * self.row + (set / 64) as usize] >> (set % 64) & 1 == 1
    }

    /// The symbols that each of the sets takes, in order.
    pub(crate) fn symbols_of_sets(&self, sets: usize) -> Vec<Vec<Symbol>> {
        let mut all = vec![Vec::new(); sets];
        for (symbol, row) in self.rows.chunks(self.row.max(1)).enumerate() {
            for (block, bits) in row.iter().enumerate() {
                let mut bits = *bits;
                while bits != 0 {
                    all[block * 64 + bits.trailing_zeros() as usize].push(symbol as Symbol);
                    bits &= bits - 1;
                }
            }
        }
        all
    }

    /// The symbol and the classes of a word, and its key.
    pub(crate) fn look_up(&self, word: &str) -> (Symbol, u32, u32) {
        let whole = hash(word);
        let (symbol, classes) = self.look_up_hashed(word, whole);
        (symbol, classes, key(whole))
    }

    fn look_up_hashed(&self, word: &str, whole: u64) -> (Symbol, u32) {
        let bytes = word.as_bytes();
        if let Some(known) = self.words.get(whole, word) {
            return (known.symbol, known.classes);
        }
        let mut lengths = if bytes.len() < 2 { 0 } else { self.stem_lengths[opening(bytes)] };
        while lengths != 0 {
            let length = 63 - lengths.leading_zeros() as usize;
            lengths &= !(1 << length);
            if word.is_char_boundary(length)
                && length <= bytes.len()
                && let Some(known) = self.stems.get(hash_of(&bytes[..length]), &word[..length])
            {
                return (known.symbol, known.classes);
            }
        }
        self.slipped(bytes, whole)
    }

    /// The word of the packs one slip away, where it begins with the same letter.
    fn slipped(&self, bytes: &[u8], whole: u64) -> (Symbol, u32) {
        if self.slips.slots.is_empty()
            || !(SLIP_FROM..=LONGEST_SLIP).contains(&bytes.len())
            || !bytes.iter().all(u8::is_ascii_lowercase)
            || self.plain.contains(whole)
        {
            return (0, 0);
        }
        let forms = std::iter::once(whole).chain((1..bytes.len()).map(|left_out| without(bytes, left_out)));
        for form in forms {
            let Some(number) = self.slips.get(form) else { continue };
            let entry = &self.words.entries[number as usize];
            if one_slip(bytes, entry.word.as_bytes()) {
                return (entry.symbol, 0);
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
        let sets = [vec![exact("withdraw"), exact("cash"), exact("courier")], vec![stem("with")], vec![stem("withdr")]];
        let lexicon = Lexicon::build(&sets, true);
        let taken = |word: &str| (0..3).map(|set| lexicon.takes(set, lexicon.look_up(word).0)).collect::<Vec<_>>();
        assert_eq!(taken("withdraw"), [true, true, true]);
        assert_eq!(taken("withdrawal"), [false, true, true]);
        assert_eq!(taken("within"), [false, true, false]);
        assert_eq!(taken("cash"), [true, false, false]);
        assert_eq!(taken("wit"), [false, false, false]);
        assert_eq!(taken("couirer"), [true, false, false]);
        assert_eq!(taken("couriers"), [false, false, false]);
        assert_eq!(taken("withstand"), [false, true, false]);
        assert_eq!((lexicon.meant("fae"), lexicon.meant("from")), (Some("from"), None));
        assert_ne!(lexicon.look_up("never").1 & class::NEGATOR, 0);
    }
}
