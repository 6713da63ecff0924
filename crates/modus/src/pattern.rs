//! The pattern language of signals: words in order; `a|b` either; `word*` any ending; `word?` may be missing; `~3` up to three
//! words between; `#money` an amount of money, `#number` a number, `#phone` a telephone number, `#officer` a rank with a name; `@name` a list of
//! words that the packs name; `^a|b` words in quotation marks, a few at most. A first part `!a|b` says that the word before is none of
//! these, a last one that the word after is none.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::lexicon::Word;
use crate::token::{MONEY, NUMERIC, OFFICER, PHONE};

/// One step of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Step {
    /// Up to this many words may lie before it.
    pub(crate) gap: usize,
    /// It may be missing.
    pub(crate) optional: bool,
    /// It must stand in quotation marks.
    pub(crate) quoted: bool,
    pub(crate) words: Vec<Word>,
}

/// A pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pattern {
    pub(crate) steps: Vec<Step>,
    /// The word before it is none of these.
    pub(crate) not_after: Vec<Word>,
    /// The word that follows it is none of these.
    pub(crate) not_before: Vec<Word>,
}

/// The widest gap between two words.
const WIDEST_GAP: usize = 12;
/// A word that is more common than this ([`commonness`]) says nothing beside another.
const SAYS_NOTHING: u32 = 120;
/// Most steps of a pattern.
const MOST_STEPS: usize = 12;
/// Most words that a pattern may lie over.
pub(crate) const WIDEST: usize = 60;

/// Lists of words by name, for `@name`.
pub(crate) type Lists = BTreeMap<String, String>;

impl Pattern {
    /// Reads a pattern; the reason where it is none.
    pub(crate) fn parse(text: &str, lists: &Lists) -> Result<Pattern, &'static str> {
        let mut steps = Vec::new();
        let (mut not_after, mut not_before) = (Vec::new(), Vec::new());
        let mut gap = 0;
        for part in text.split_whitespace() {
            if !not_before.is_empty() {
                return Err("words that must not stand come first or last");
            }
            if let Some(unwanted) = part.strip_prefix('!') {
                let side = if steps.is_empty() { &mut not_after } else { &mut not_before };
                *side = words(unwanted, lists)?;
                continue;
            }
            if let Some(digits) = part.strip_prefix('~') {
                gap = digits.parse().ok().filter(|gap| (1..=WIDEST_GAP).contains(gap)).ok_or("a gap is ~1 to ~12")?;
                continue;
            }
            let (part, optional) = part.strip_suffix('?').map_or((part, false), |part| (part, true));
            let (part, quoted) = part.strip_prefix('^').map_or((part, false), |part| (part, true));
            steps.push(Step { gap, optional, quoted, words: words(part, lists)? });
            gap = 0;
        }
        if steps.len() > MOST_STEPS || steps.iter().map(|step| step.gap + 1).sum::<usize>() > WIDEST {
            return Err("longer than twelve steps or sixty words");
        }
        match steps.first() {
            None => Err("an empty pattern"),
            Some(first) if first.optional => Err("the first word cannot be missing"),
            Some(first) if first.gap > 0 => Err("a gap lies between words"),
            Some(_) => Ok(Pattern { steps, not_after, not_before }),
        }
    }

    /// The pattern with one of its words left out, in every way that leaves what makes it: of three words the two rarest stay, of more
    /// the rarest, and two that say something are always left. For talk in which a recogniser got a word wrong.
    pub(crate) fn lacking_one(&self) -> Vec<Pattern> {
        let mut firm: Vec<usize> = (0..self.steps.len()).filter(|at| !self.steps[*at].optional).collect();
        firm.sort_by_key(|at| (commonness(&self.steps[*at].words), *at));
        let kept = match firm.len() {
            0..=2 => return Vec::new(),
            3 => 2,
            _ => 1,
        };
        let mut left: Vec<Pattern> = Vec::new();
        for out in &firm[kept..] {
            let mut steps = self.steps.clone();
            let gap = steps.remove(*out).gap;
            if let Some(next) = steps.get_mut(*out).filter(|_| *out > 0) {
                next.gap = (next.gap + gap + 1).min(WIDEST_GAP);
            }
            steps[0].gap = 0;
            let mut common: Vec<u32> = steps.iter().filter(|step| !step.optional).map(|step| commonness(&step.words)).collect();
            common.sort_unstable();
            if !steps[0].optional && common.get(1).is_some_and(|second| *second <= SAYS_NOTHING) {
                left.push(Pattern { steps, ..self.clone() });
            }
        }
        left
    }
}

/// About how much the words of a step leave open: the more, the less is lost without it. The words listed are English
/// function words and the commonest verbs of such reports, by rough decades; a word not listed counts 1 and a stem 2.
fn commonness(words: &[Word]) -> u32 {
    words
        .iter()
        .map(|word| match word {
            Word::Exact(word) => COMMON.get(word.as_str()).copied().unwrap_or(1),
            Word::Prefix(_) => 2,
            Word::Class(_) => 5,
        })
        .sum()
}

static COMMON: LazyLock<BTreeMap<&str, u32>> = LazyLock::new(|| {
    const VERY: &str =
        "the to and i a was he my of it she that they in me on said you for her had is we his your not them from with";
    const QUITE: &str = "at him as be so were this but by their there then if been would will no out have has an are or what up do did \
                         who when which about all just got one because asked told rang phone call called could can our us some down \
                         go going went into get over back also very now never dont didnt number money bank police card account";
    let very = VERY.split_whitespace().map(|word| (word, 100));
    QUITE.split_whitespace().map(|word| (word, 20)).chain(very).collect()
});

/// The words of one part: `a|b*|@list`.
fn words(part: &str, lists: &Lists) -> Result<Vec<Word>, &'static str> {
    let mut words = Vec::new();
    for word in part.split('|') {
        if let Some(name) = word.strip_prefix('@') {
            let list = lists.get(name).ok_or("a list that no pack names")?;
            for word in list.split(|c: char| c == '|' || c.is_whitespace()).filter(|word| !word.is_empty()) {
                words.push(one(word)?);
            }
        } else {
            words.push(one(word)?);
        }
    }
    words.sort();
    words.dedup();
    Ok(words)
}

fn one(word: &str) -> Result<Word, &'static str> {
    let word = word.replace(['\'', '\u{2019}'], "").to_lowercase();
    if let Some(class) = word.strip_prefix('#') {
        return match class {
            "money" => Ok(Word::Class(MONEY)),
            "number" => Ok(Word::Class(NUMERIC)),
            "phone" => Ok(Word::Class(PHONE)),
            "officer" => Ok(Word::Class(OFFICER)),
            _ => Err("a class is #money, #number, #phone or #officer"),
        };
    }
    if let Some((stem, _)) = word.split_once('*') {
        return if stem.len() < 2 { Err("a stem has two letters or more") } else { Ok(Word::Prefix(stem.to_owned())) };
    }
    if word.is_empty() { Err("an empty word") } else { Ok(Word::Exact(word)) }
}
