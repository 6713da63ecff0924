//! How often words stand in talk and in reports (`rules/word_frequencies.txt`): what a pattern is hung on is its rarest.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::lexicon::Word;

const BUILTIN: &str = include_str!("../../../rules/word_frequencies.txt");
/// What an amount, a telephone number or an officer counts.
const OF_A_CLASS: u32 = 10;
/// What a word counts that is not listed.
const RARE: u32 = 1;

static LISTED: LazyLock<BTreeMap<&str, u32>> = LazyLock::new(|| {
    let lines = BUILTIN.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(": "));
    let counted = lines.filter_map(|(times, words)| Some((times.parse().ok()?, words)));
    counted.flat_map(|(times, words)| words.split(' ').map(move |word| (word, times))).collect()
});

/// Of ten thousand words, about how many are one of these.
pub(crate) fn frequency(words: &[Word]) -> u32 {
    let of = |word: &Word| match word {
        Word::Exact(word) => LISTED.get(word.as_str()).copied().unwrap_or(RARE),
        Word::Prefix(stem) => {
            let from = LISTED.range(stem.as_str()..);
            RARE + from.take_while(|(word, _)| word.starts_with(stem.as_str())).map(|(_, times)| times).sum::<u32>()
        }
        Word::Class(_) => OF_A_CLASS,
    };
    words.iter().map(of).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_every_day_are_frequent_and_those_of_the_trade_rare() {
        let of = |word: &str| frequency(&[Word::Exact(word.to_owned())]);
        assert!(of("the") > of("phone") && of("phone") > of("teamviewer"));
        assert!(frequency(&[Word::Prefix("phon".to_owned())]) > of("phone"));
    }
}
