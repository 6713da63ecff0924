//! The learned part's second network: filters that lie over one, two, three or five words side by side ([`Filters`]). What a filter makes of a
//! window is the sum of what it makes of the words in it, each at its place; the window that sounds loudest in it, in the whole text and in its
//! last third, is what it says, and a label's log-odds are the weighted sum of that. A word that is in too few texts counts as its stem, its
//! kind or as unknown. `examples/modus_train_windows.rs` trains it.

use super::filters::{END, Filters, NOTHING, Shape, UNKNOWN};
use super::outputs::Outputs;
use crate::keyed::Keyed;
use crate::terms::{Term, Terms, key_of, whole};
use crate::token::Tokens;

/// The words that the filters lie over.
const REACHES: [usize; 4] = [1, 2, 3, 5];
/// The filters.
pub const WINDOWS: Shape = Shape { filters: FILTERS, reaches: &REACHES };
const FILTERS: usize = 96;
const ALL: usize = WINDOWS.all();
const ROW: usize = WINDOWS.row();
/// [`Shape::place_of`] every filter.
const PLACES: [(u32, u32); ALL] = {
    let (mut places, mut filter) = ([(0, 0); ALL], 0);
    while filter < ALL {
        let (reach, column) = WINDOWS.place_of(filter);
        places[filter] = (reach as u32, column as u32);
        filter += 1;
    }
    places
};
/// Filters whose windows are summed together.
const BLOCK: usize = 32;
/// Share of the largest share up to which a window is not asked for its words.
const WHISPER: f32 = 0.2;
/// Windows that speak for a label or against it, about.
const USUALLY_SPOKEN: usize = 128;
/// Shares that are worked out at once.
const LANES: usize = 8;
/// No sum of a window is so low.
const SILENT: i16 = i16::MIN;

/// The network's weights.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Windows {
    /// Over what each filter says of the text, then of its last third.
    filters: Filters,
    numbers: Keyed<u32>,
}

/// How a text sounds.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Sound {
    /// The rows of its words and ends of sentences.
    rows: Vec<u32>,
    /// Where each word stands among them.
    places: Vec<u32>,
    /// How loud each filter is: in the text, then in its last third.
    pub(super) loud: Vec<f32>,
    /// The first place of its loudest window.
    at: Vec<u32>,
}

/// From which place on a text of so many is at its end.
pub fn late_from(places: usize) -> usize {
    places - places / 3
}

impl Windows {
    /// Reads the file ([`Filters::parse`]); the number of a bad line else.
    pub(super) fn parse(text: &str) -> Result<Windows, usize> {
        let (filters, words) = Filters::parse(text, WINDOWS, 2)?;
        Ok(Windows { filters, numbers: words.into_iter().map(key_of).zip(NOTHING + 1..).collect() })
    }

    /// What the loudest windows say of the labels.
    pub(super) fn outputs(&self) -> &Outputs {
        self.filters.outputs()
    }

    /// How a text sounds.
    pub(super) fn sound(&self, tokens: &Tokens, terms: &[Term]) -> Sound {
        let mut sound = Sound { loud: vec![0.0; 2 * ALL], at: vec![0; 2 * ALL], ..Sound::default() };
        let (end, unknown) = (self.number(key_of(END)), self.number(key_of(UNKNOWN)));
        let mut sentence = 0;
        for (at, term) in terms.iter().enumerate() {
            if tokens[at].sentence != sentence {
                sentence = tokens[at].sentence;
                sound.rows.push(end.unwrap_or(NOTHING));
            }
            sound.places.push(sound.rows.len() as u32);
            let row = self.number(term.whole).or_else(|| self.number(term.key)).or(unknown);
            sound.rows.push(row.unwrap_or(NOTHING));
        }
        self.listen(&mut sound);
        sound
    }

    /// Finds each filter's loudest windows.
    fn listen(&self, sound: &mut Sound) {
        let n = sound.rows.len();
        // Beyond the last word is nothing.
        sound.rows.resize(n + REACHES[REACHES.len() - 1], NOTHING);
        const { assert!(REACHES.len() == 4, "a line for each reach") };
        self.listen_with::<{ REACHES[0] }>(n, 0, sound);
        self.listen_with::<{ REACHES[1] }>(n, 1, sound);
        self.listen_with::<{ REACHES[2] }>(n, 2, sound);
        self.listen_with::<{ REACHES[3] }>(n, 3, sound);
    }

    /// The same for the filters of one reach, which are the `group`th.
    fn listen_with<const REACH: usize>(&self, n: usize, group: usize, sound: &mut Sound) {
        let late = late_from(n);
        for first in (group * FILTERS..(group + 1) * FILTERS).step_by(BLOCK) {
            let (_, column) = WINDOWS.place_of(first);
            let early = self.loudest::<REACH>(&sound.rows, 0..late, column);
            let ending = self.loudest::<REACH>(&sound.rows, late..n, column);
            for lane in 0..BLOCK {
                let (bias, worth) = self.filters.tones()[first + lane];
                let whole = if ending.0[lane] > early.0[lane] { &ending } else { &early };
                for (heard, of) in [(first + lane, whole), (ALL + first + lane, &ending)] {
                    sound.at[heard] = of.1[lane] as u32;
                    sound.loud[heard] = (f32::from(of.0[lane]) * worth + bias).max(0.0);
                }
            }
        }
    }

    /// The loudest windows that begin within `places`, of the filters whose numbers begin at `column`, and where they begin.
    fn loudest<const REACH: usize>(
        &self,
        rows: &[u32],
        places: std::ops::Range<usize>,
        column: usize,
    ) -> ([i16; BLOCK], [i16; BLOCK]) {
        let (mut loudest, mut at) = ([SILENT; BLOCK], [0_i16; BLOCK]);
        let from = places.start;
        for (window, place) in rows[from..places.end + REACH - 1].windows(REACH).zip(from as i16..) {
            let mut sums = [0_i16; BLOCK];
            for (offset, row) in window.iter().enumerate() {
                let begin = *row as usize * ROW + column + offset * FILTERS;
                let numbers = &self.filters.rows()[begin..begin + BLOCK];
                for lane in 0..BLOCK {
                    sums[lane] += numbers[lane];
                }
            }
            for lane in 0..BLOCK {
                at[lane] = if sums[lane] > loudest[lane] { place } else { at[lane] };
                loudest[lane] = loudest[lane].max(sums[lane]);
            }
        }
        (loudest, at)
    }

    fn number(&self, key: u64) -> Option<u32> {
        self.numbers.get(&key).copied()
    }

    /// The windows that speak for a label or against it and are no mere whispers, by what each adds.
    pub(super) fn spoken(&self, label: usize, sound: &Sound) -> Vec<Spoken> {
        const { assert!((2 * ALL).is_multiple_of(LANES), "no filter is left over") };
        let weights = self.filters.outputs().weights(label);
        let mut shares = [0.0; 2 * ALL];
        let mut most = [0.0; LANES];
        let given = weights.as_chunks::<LANES>().0.iter().zip(sound.loud.as_chunks::<LANES>().0);
        for (shares, (weights, loud)) in shares.as_chunks_mut::<LANES>().0.iter_mut().zip(given) {
            for lane in 0..LANES {
                shares[lane] = weights[lane] * loud[lane];
                most[lane] = if shares[lane] > most[lane] { shares[lane] } else { most[lane] };
            }
        }
        let whisper = most.into_iter().fold(0.0, f32::max) * WHISPER;
        let mut spoken = Vec::with_capacity(USUALLY_SPOKEN);
        for (first, shares) in (0..).step_by(LANES).zip(shares.as_chunks::<LANES>().0) {
            if shares.iter().fold(false, |any, share| any | (share.abs() > whisper)) {
                let loud = (first..).zip(shares).filter(|(_, share)| share.abs() > whisper);
                loud.for_each(|(heard, share)| spoken.push(Spoken::new(*share, heard, sound.at[heard])));
            }
        }
        spoken
    }

    /// How much each word speaks for a label: of each window that does, by what its words are to the filter.
    pub(super) fn speak_for(&self, spoken: &[Spoken], sound: &Sound) -> Vec<f32> {
        let mut by_place = vec![0.0; sound.rows.len()];
        for window in spoken.iter().filter(|window| window.share > 0.0) {
            let (at, reach, column) = (window.at as usize, window.reach as usize, window.column as usize);
            let mut numbers = [0.0; REACHES[REACHES.len() - 1]];
            for (offset, row) in sound.rows[at..at + reach].iter().enumerate() {
                numbers[offset] = f32::from(self.filters.rows()[*row as usize * ROW + column + offset * FILTERS].max(0));
            }
            let all: f32 = numbers.iter().sum();
            if all > 0.0 {
                let share = window.share / all;
                by_place[at..at + reach].iter_mut().zip(numbers).for_each(|(sum, number)| *sum += share * number);
            }
        }
        sound.places.iter().map(|place| by_place[*place as usize]).collect()
    }
}

/// A window that speaks for a label, or against it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Spoken {
    /// What it adds.
    share: f32,
    /// Its first place, and how many it lies over.
    at: u32,
    reach: u32,
    /// Where its filter stands in a row, at its first place.
    column: u32,
}

impl Spoken {
    fn new(share: f32, heard: usize, at: u32) -> Spoken {
        let (reach, column) = PLACES[heard % ALL];
        Spoken { share, at, reach, column }
    }

    /// What it adds where it lies over a place; from then on it adds nothing.
    pub(super) fn take(&mut self, place: u32) -> f32 {
        let taken = if place.wrapping_sub(self.at) < self.reach { self.share } else { 0.0 };
        self.share -= taken;
        taken
    }
}

impl Sound {
    /// How many words there are.
    pub(super) fn words(&self) -> usize {
        self.places.len()
    }

    /// The place of a word, among words and ends of sentences.
    pub(super) fn place(&self, word: usize) -> u32 {
        self.places[word]
    }
}

/// The words of a text in order, each with its term, and a sentence's end between: what the windows are trained on.
pub(crate) fn words(tokens: &Tokens) -> Vec<(String, String)> {
    let terms = Terms::builtin();
    let mut sentence = 0;
    let mut words = Vec::new();
    for at in 0..tokens.len().min(super::MOST_WORDS) {
        if tokens[at].sentence != sentence {
            sentence = tokens[at].sentence;
            words.push((END.to_owned(), END.to_owned()));
        }
        words.push((whole(tokens, at).to_owned(), terms.name(tokens, at)));
    }
    words
}

#[cfg(test)]
pub(super) mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    use super::super::filters::DIMENSIONS;
    use super::*;
    use crate::token::tokens;

    /// A file in which the `filter`th filter looks for words at its places, and speaks for a label in the whole text.
    pub(in super::super) fn file_of(label: &str, filter: usize, words: &[&str]) -> String {
        let line = |most: usize, ones: &[usize]| {
            let of = |at: usize| if ones.contains(&at) { 127 } else { 0 };
            STANDARD.encode((0..most).map(of).collect::<Vec<u8>>())
        };
        let mut file = String::from("# remark\n");
        for number in 0..ALL {
            let (reach, _) = WINDOWS.place_of(number);
            let looks_for: Vec<usize> = (0..words.len()).map(|at| at * DIMENSIONS + at).collect();
            let looks_for = if number == filter { looks_for.as_slice() } else { &[] };
            file += &format!("[{reach}] 0.0 {} 127.0 {}\n", 1.0 / 127.0, line(reach * DIMENSIONS, looks_for));
        }
        file += &format!("[{label}] -1.0 {} {}\n", 2.0 / 127.0, line(2 * ALL, &[filter]));
        for (at, word) in words.iter().enumerate() {
            file += &format!("{word} {}\n", line(DIMENSIONS, &[at]));
        }
        file
    }

    fn says(windows: &Windows, text: &str) -> f64 {
        let tokens = tokens(text);
        let terms: Vec<Term> = (0..tokens.len()).map(|at| Terms::builtin().term(&tokens, at)).collect();
        f64::from(windows.outputs().says(0, &windows.sound(&tokens, &terms).loud))
    }

    #[test]
    fn a_window_is_heard_where_its_words_stand_side_by_side() {
        let windows = Windows::parse(&file_of("demand.gold", FILTERS, &["gold", "bars"])).unwrap();
        for (text, expected) in [
            ("he wants gold bars", 3.0),
            ("gold bars", 3.0),
            ("bars of gold", 1.0),
            ("the gold", 1.0),
            ("the bars. And gold", 1.0),
            ("he wants cash", -1.0),
            ("", -1.0),
        ] {
            assert!((says(&windows, text) - expected).abs() < 1e-4, "{text}: {}", says(&windows, text));
        }
    }

    #[test]
    fn a_bad_line_is_told_by_its_number() {
        let file = file_of("demand.gold", 0, &["gold"]);
        assert_eq!(Windows::parse(&format!("gold AAAA\n{file}")).unwrap_err(), 1);
        assert_eq!(Windows::parse(&file.replacen("[1]", "[2]", 1)).unwrap_err(), 2);
        // A filter is missing.
        let short: Vec<&str> = file.lines().skip(2).collect();
        assert_eq!(Windows::parse(&short.join("\n")).unwrap_err(), short.len());
    }
}
