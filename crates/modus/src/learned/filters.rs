//! Filters that lie over words side by side, as a file of the learned part keeps them. A word is [`DIMENSIONS`] bytes, which say what it is
//! like, and a filter as many for each place; what a filter makes of a word does not depend on the text, and is worked out once, when
//! the file is read: from then on a window costs a sum (Kim 2014, "Convolutional Neural Networks for Sentence Classification").

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::outputs::Outputs;

/// Numbers that say what a word is like.
pub const DIMENSIONS: usize = 64;
/// What a byte of a word is to be multiplied with.
pub const BYTE: f32 = 1.0 / 127.0;
/// The name in the file of a sentence's end, or of a turn's.
pub const END: &str = ".";
/// The name in the file of a word that is not known, nor its kind.
pub const UNKNOWN: &str = "?";
/// The row of no word: nothing.
pub const NOTHING: u32 = 0;

/// How many filters there are, and over how many words they lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// Filters of each reach: a multiple of eight, which are added at once.
    pub filters: usize,
    /// Words that they lie over.
    pub reaches: &'static [usize],
}

impl Shape {
    /// All filters.
    pub const fn all(&self) -> usize {
        self.filters * self.reaches.len()
    }

    /// Numbers of a word: what each filter makes of it at each place.
    pub const fn row(&self) -> usize {
        self.column(self.reaches.len())
    }

    /// Where the filters of the `group`th reach begin in a row.
    pub const fn column(&self, group: usize) -> usize {
        let (mut column, mut before) = (0, 0);
        while before < group {
            column += self.filters * self.reaches[before];
            before += 1;
        }
        column
    }

    /// The reach of a filter, and where it stands in a row at its first place.
    pub const fn place_of(&self, filter: usize) -> (usize, usize) {
        let group = filter / self.filters;
        (self.reaches[group], self.column(group) + filter % self.filters)
    }
}

/// The filters of a file, with what they make of every word and what they say of the labels.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filters {
    outputs: Outputs,
    /// What each filter says before a word is read, and what a number of its rows is worth.
    tones: Vec<(f32, f32)>,
    /// [`Shape::row`] numbers a word, each of a byte's size: two bytes are added faster.
    rows: Vec<i16>,
}

/// A filter of the file.
struct Filter {
    reach: usize,
    bias: f32,
    /// What a number of a row is worth.
    worth: f32,
    /// What its sums are divided by to be such numbers.
    divisor: f32,
    /// By place.
    weights: Vec<Like>,
}

/// What a word is like, or what a filter looks for at a place.
type Like = [i16; DIMENSIONS];

/// What the lines of a file hold.
#[derive(Default)]
struct Lines<'t> {
    filters: Vec<Filter>,
    outputs: Outputs,
    words: Vec<(&'t str, Like)>,
}

impl Filters {
    /// Reads a file, with the names of its words: the row of the first is 1, as [`NOTHING`] is before them. A line is
    /// `[reach] bias worth divisor bytes` for a filter, in the order of [`Shape::reaches`], `[label] bias step bytes`, or `word bytes`, with
    /// the bytes in base 64; `# ` begins a remark. A label has a weight for each filter, `parts` times.
    ///
    /// # Errors
    /// The number of a bad line.
    pub fn parse(text: &str, shape: Shape, parts: usize) -> Result<(Filters, Vec<&str>), usize> {
        let mut lines = Lines::default();
        for (number, line) in text.lines().enumerate() {
            if !line.is_empty() && !line.starts_with("# ") {
                lines.line(line, shape, parts).ok_or(number + 1)?;
            }
        }
        let reaches = lines.filters.iter().map(|filter| filter.reach);
        if !reaches.eq(shape.reaches.iter().flat_map(|reach| std::iter::repeat_n(*reach, shape.filters))) {
            return Err(text.lines().count());
        }
        let mut rows = vec![0; shape.row()];
        rows.reserve(lines.words.len() * shape.row());
        for (_, like) in &lines.words {
            row_of(like, &lines.filters, shape, &mut rows);
        }
        let tones = lines.filters.iter().map(|filter| (filter.bias, filter.worth)).collect();
        Ok((Filters { outputs: lines.outputs, tones, rows }, lines.words.into_iter().map(|(word, _)| word).collect()))
    }

    /// What each filter says before a word is read, and what a number of its rows is worth.
    pub fn tones(&self) -> &[(f32, f32)] {
        &self.tones
    }

    /// What each filter makes of each word at each place: [`Shape::row`] numbers a word.
    pub fn rows(&self) -> &[i16] {
        &self.rows
    }

    /// What the filters say of the labels.
    pub(super) fn outputs(&self) -> &Outputs {
        &self.outputs
    }

    /// The number of a label.
    pub fn label(&self, name: &str) -> Option<usize> {
        self.outputs.number(name)
    }

    /// The log-odds of a label, by how loud each filter is.
    pub fn says(&self, label: usize, loud: &[f32]) -> f32 {
        self.outputs.says(label, loud)
    }
}

impl<'t> Lines<'t> {
    fn line(&mut self, line: &'t str, shape: Shape, outputs: usize) -> Option<()> {
        let parts: Vec<&str> = line.split(' ').collect();
        let number = |text: &str| text.parse::<f32>().ok();
        match (parts[0].strip_prefix('[').and_then(|name| name.strip_suffix(']')), &parts[1..]) {
            (Some(reach), [bias, worth, divisor, of]) => {
                let reach = reach.parse().ok().filter(|reach| shape.reaches.contains(reach))?;
                let (bias, worth, divisor) = (number(bias)?, number(worth)?, number(divisor)?);
                let weights = bytes(of, reach * DIMENSIONS)?.chunks_exact(DIMENSIONS).map(like).collect();
                self.filters.push(Filter { reach, bias, worth, divisor, weights });
            }
            (Some(label), [bias, step, of]) => {
                let (step, bytes) = (number(step)?, bytes(of, outputs * shape.all())?);
                let weights = bytes.into_iter().map(|byte| f32::from(byte) * step).collect();
                self.outputs.push(label, number(bias)?, weights);
            }
            (None, [of]) => self.words.push((parts[0], like(&bytes(of, DIMENSIONS)?))),
            _ => return None,
        }
        Some(())
    }
}

/// Adds the row of a word: what each filter makes of it at each place.
fn row_of(word: &Like, filters: &[Filter], shape: Shape, rows: &mut Vec<i16>) {
    let begin = rows.len();
    rows.resize(begin + shape.row(), 0);
    for (number, filter) in filters.iter().enumerate() {
        let (_, column) = shape.place_of(number);
        for (offset, weights) in filter.weights.iter().enumerate() {
            let sum: i32 = word.iter().zip(weights).map(|(word, weight)| i32::from(*word) * i32::from(*weight)).sum();
            // To the nearest, as what is above nought is cut down; and no more than a byte, whatever the file says.
            rows[begin + column + offset * shape.filters] = (sum as f32 / filter.divisor + 128.5).clamp(0.0, 255.0) as i16 - 128;
        }
    }
}

fn like(bytes: &[i8]) -> Like {
    std::array::from_fn(|at| i16::from(bytes[at]))
}

fn bytes(text: &str, most: usize) -> Option<Vec<i8>> {
    let bytes = STANDARD.decode(text).ok().filter(|bytes| bytes.len() == most)?;
    Some(bytes.into_iter().map(u8::cast_signed).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_holds_each_filter_at_each_of_its_places() {
        let shape = Shape { filters: 4, reaches: &[1, 3] };
        assert_eq!((shape.all(), shape.row(), shape.column(1)), (8, 16, 4));
        assert_eq!([0, 3, 4, 7].map(|filter| shape.place_of(filter)), [(1, 0), (1, 3), (3, 4), (3, 7)]);
    }

    #[test]
    fn what_filters_make_of_words_is_worked_out_when_a_file_is_read() {
        let shape = Shape { filters: 8, reaches: &[2] };
        let bytes = |most: usize, number: usize, byte: u8| {
            STANDARD.encode((0..most).map(|at| if at == number { byte } else { 0 }).collect::<Vec<u8>>())
        };
        // The last filter looks for a two in the first number of the word at its second place.
        let filter = |number: usize| {
            let byte = if number == 7 { 2 } else { 0 };
            format!("[2] 0.5 0.25 3.0 {}\n", bytes(2 * DIMENSIONS, DIMENSIONS, byte))
        };
        let filters: String = (0..8).map(filter).collect();
        let file = format!("# remark\n{filters}[call.scam] -1.0 0.5 {}\ncard {}\n", bytes(8, 7, 6), bytes(DIMENSIONS, 0, 9));
        let (filters, words) = Filters::parse(&file, shape, 1).unwrap();
        let mut rows = [0; 32];
        rows[31] = 6;
        assert_eq!((words, filters.tones(), filters.rows()), (vec!["card"], &[(0.5, 0.25); 8][..], &rows[..]));
        assert_eq!(filters.label("call.scam"), Some(0));
        assert!((filters.says(0, &[0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 2.0]) - 5.0).abs() < 1e-6);
        assert_eq!(Filters::parse(&file, Shape { filters: 16, ..shape }, 1).unwrap_err(), 10);
    }
}
