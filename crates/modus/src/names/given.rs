//! Given names (`rules/modus/given_names.txt`): what says that a word with a capital is a person, though nothing leads to it.

use std::collections::BTreeMap;
use std::sync::LazyLock;

const LIST: &str = include_str!("../../../../rules/modus/given_names.txt");
/// The heading of those that are words as well.
const WORDS_AS_WELL: &str = "# Names that are words";

/// What a word is as a given name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Given {
    /// "Kevin".
    Name,
    /// "Mark", "Chelsea": a word or a place as well.
    Word,
    No,
}

static NAMES: LazyLock<BTreeMap<&str, Given>> = LazyLock::new(|| {
    let mut kind = Given::Name;
    let mut names = BTreeMap::new();
    for line in LIST.lines() {
        if line.starts_with(WORDS_AS_WELL) {
            kind = Given::Word;
        } else if !line.starts_with('#') {
            names.extend(line.split_whitespace().map(|name| (name, kind)));
        }
    }
    names
});

/// What a word in small letters is as a given name.
pub(super) fn given(word: &str) -> Given {
    NAMES.get(word).copied().unwrap_or(Given::No)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_a_word_counts_as_a_word() {
        for (word, expected) in
            [("kevin", Given::Name), ("imogen", Given::Name), ("mark", Given::Word), ("job", Given::Word), ("kettle", Given::No)]
        {
            assert_eq!(given(word), expected, "{word}");
        }
    }
}
