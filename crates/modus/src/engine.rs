//! All patterns of the packs as one automaton over words.
//!
//! Each pattern is hung on its rarest step, the anchor ("secrecy" rather than "you"). A word of a text wakes only the patterns that
//! are anchored on it; from there the steps before are looked for backwards, as bits of a window of words, and the whole is matched
//! forwards from each start so found. The work a word costs depends on how many rules are about that word, not on how many rules
//! there are, and nothing is allocated but the list of what was found.

use std::collections::BTreeMap;

use crate::frequency::frequency;
use crate::lexicon::{Lexicon, Word};
use crate::pack::Signal;
use crate::reading::Field;
use crate::token::{MARKS, QUOTED, Token, Tokens};

/// A pattern found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Match {
    /// Its first word.
    pub(crate) first: u32,
    /// The signal, as numbered in the packs.
    pub(crate) signal: u32,
    /// The pattern, as numbered in the engine.
    pub(crate) pattern: u32,
    /// Its last word.
    pub(crate) last: u32,
}

/// A pattern: its steps are `count` of the engine's from `first` on.
#[derive(Debug, Clone, Copy)]
struct Compiled {
    signal: u32,
    first: u32,
    count: u8,
    anchor: u8,
    /// What must not stand before it, and after it: steps, numbered from 1.
    not_after: u32,
    not_before: u32,
}

/// A pattern that a word wakes, with what must stand beside the word: most are done with here.
#[derive(Debug, Clone, Copy)]
struct Woken {
    pattern: u32,
    /// The step after the anchor, where it cannot be missing.
    after: Option<CompiledStep>,
    /// The step before it, likewise; its gap is the anchor's.
    before: Option<CompiledStep>,
}

#[derive(Debug, Clone, Copy)]
struct CompiledStep {
    set: u32,
    /// Bits of which one will do in place of a word.
    classes: u32,
    gap: u8,
    optional: bool,
    quoted: bool,
}

/// The automaton.
#[derive(Debug, Clone)]
pub(crate) struct Engine {
    pub(crate) lexicon: Lexicon,
    patterns: Vec<Compiled>,
    steps: Vec<CompiledStep>,
    /// The marks (amounts, telephone numbers, officers) that some pattern asks for.
    marks: u32,
    /// Patterns anchored on a symbol: `woken[starts[symbol]..starts[symbol + 1]]`; the last
    /// rows are those of [`MARKS`].
    starts: Vec<u32>,
    woken: Vec<Woken>,
}

/// Steps that one attempt may try: patterns of several wide gaps on texts made to be slow end here.
const FUEL: u32 = 3_000;

impl Engine {
    pub(crate) fn build<'s>(signals: &'s [Signal]) -> Engine {
        let mut numbers: BTreeMap<&[Word], u32> = BTreeMap::new();
        let mut sets: Vec<Vec<Word>> = Vec::new();
        let mut patterns = Vec::new();
        let mut all: Vec<CompiledStep> = Vec::new();
        let mut compiled = |words| {
            let set = *numbers.entry(words).or_insert_with(|| {
                sets.push(words.to_vec());
                sets.len() as u32 - 1
            });
            let classes = words.iter().fold(0, |sum, word| if let Word::Class(class) = word { sum | class } else { sum });
            CompiledStep { set, classes, gap: 0, optional: false, quoted: false }
        };
        for (signal, entry) in signals.iter().enumerate() {
            for pattern in &entry.patterns {
                let first = all.len() as u32;
                for step in &pattern.steps {
                    let (gap, optional, quoted) = (step.gap as u8, step.optional, step.quoted);
                    all.push(CompiledStep { gap, optional, quoted, ..compiled(&step.words) });
                }
                let firm = (0..pattern.steps.len()).filter(|at| !pattern.steps[*at].optional);
                let anchor = firm.min_by_key(|at| frequency(&pattern.steps[*at].words)).unwrap_or(0);
                let mut beside = |words: &'s [Word]| {
                    if words.is_empty() {
                        return 0;
                    }
                    all.push(compiled(words));
                    all.len() as u32
                };
                let (not_after, not_before) = (beside(&pattern.not_after), beside(&pattern.not_before));
                // A pattern has twelve steps at most.
                let (signal, count, anchor) = (signal as u32, pattern.steps.len() as u8, anchor as u8);
                patterns.push(Compiled { signal, first, count, anchor, not_after, not_before });
            }
        }
        let marks = all.iter().fold(0, |sum, step| sum | step.classes);
        // Packs of stages are about talk, which has no spelling.
        let forgiving = signals.iter().any(|signal| !matches!(signal.field, Field::Stage | Field::Genuine));
        let lexicon = Lexicon::build(&sets, forgiving);
        let rows = lexicon.symbols() + MARKS.len();
        let symbols = lexicon.symbols_of_sets(sets.len());
        let mut lists: Vec<Vec<u32>> = vec![Vec::new(); rows];
        for (number, pattern) in patterns.iter().enumerate() {
            let anchor = all[pattern.first as usize + usize::from(pattern.anchor)];
            for symbol in &symbols[anchor.set as usize] {
                lists[*symbol as usize].push(number as u32);
            }
            for (row, mark) in MARKS.iter().enumerate() {
                if anchor.classes & mark != 0 {
                    lists[lexicon.symbols() + row].push(number as u32);
                }
            }
        }
        let mut starts = vec![0];
        let mut woken = Vec::new();
        for list in lists {
            woken.extend(list.into_iter().map(|number| {
                let pattern = &patterns[number as usize];
                let steps = &all[pattern.first as usize..][..usize::from(pattern.count)];
                let anchor = usize::from(pattern.anchor);
                let firm = |step: Option<&CompiledStep>| step.copied().filter(|step| !step.optional);
                let before = firm(anchor.checked_sub(1).map(|at| &steps[at]));
                Woken {
                    pattern: number,
                    after: firm(steps.get(anchor + 1)),
                    before: before.map(|step| CompiledStep { gap: steps[anchor].gap, ..step }),
                }
            }));
            starts.push(woken.len() as u32);
        }
        Engine { lexicon, patterns, steps: all, marks, starts, woken }
    }

    /// The marks that some pattern asks for.
    pub(crate) fn marks(&self) -> u32 {
        self.marks
    }

    fn steps(&self, pattern: &Compiled) -> &[CompiledStep] {
        &self.steps[pattern.first as usize..][..usize::from(pattern.count)]
    }

    /// Finds all patterns: each from each first word once, in the order of first words, then of signals. Stops after `most`.
    pub(crate) fn find(&self, tokens: &Tokens, most: usize, found: &mut Vec<Match>) {
        found.clear();
        for at in 0..tokens.len() {
            let token = &tokens[at];
            self.wake(tokens, at, token.symbol as usize, found);
            for (row, mark) in MARKS.iter().enumerate() {
                if token.classes & mark != 0 {
                    self.wake(tokens, at, self.lexicon.symbols() + row, found);
                }
            }
            if found.len() >= most {
                break;
            }
        }
        found.sort_unstable();
        found.dedup();
        found.truncate(most);
    }

    fn wake(&self, tokens: &Tokens, at: usize, row: usize, found: &mut Vec<Match>) {
        for woken in &self.woken[self.starts[row] as usize..self.starts[row + 1] as usize] {
            if !self.has_neighbours(woken, tokens, at) {
                continue;
            }
            let pattern = &self.patterns[woken.pattern as usize];
            let steps = self.steps(pattern);
            if steps[usize::from(pattern.anchor)].quoted && tokens[at].classes & QUOTED == 0 {
                continue;
            }
            let mut firsts = self.firsts(steps, usize::from(pattern.anchor), tokens, at);
            while firsts != 0 {
                let back = firsts.trailing_zeros() as usize;
                firsts &= firsts - 1;
                let first = at - back;
                let mut fuel = FUEL;
                if let Some(last) = self.rest(steps, 1, tokens, first, tokens[first].sentence, &mut fuel)
                    && !self.is_beside(pattern.not_after, tokens, first, first.checked_sub(1))
                    && !self.is_beside(pattern.not_before, tokens, first, Some(last + 1))
                {
                    found.push(Match { first: first as u32, signal: pattern.signal, pattern: woken.pattern, last: last as u32 });
                }
            }
        }
    }

    /// Whether what must not stand beside a match is at this place of its sentence. Step 0 is none.
    fn is_beside(&self, step: u32, tokens: &Tokens, first: usize, place: Option<usize>) -> bool {
        let Some(step) = step.checked_sub(1) else { return false };
        let token = place.and_then(|place| tokens.get(place)).filter(|token| token.sentence == tokens[first].sentence);
        token.is_some_and(|token| self.takes(&self.steps[step as usize], token))
    }

    /// Whether the words that a pattern needs on either side of its anchor are there.
    fn has_neighbours(&self, woken: &Woken, tokens: &Tokens, at: usize) -> bool {
        let after = woken.after.is_none_or(|step| {
            let end = (at + 2 + usize::from(step.gap)).min(tokens.len());
            tokens[(at + 1).min(end)..end].iter().any(|token| self.takes(&step, token))
        });
        after
            && woken.before.is_none_or(|step| {
                let start = at.saturating_sub(1 + usize::from(step.gap));
                tokens[start..at].iter().any(|token| self.takes(&step, token))
            })
    }

    /// Where a pattern anchored at a word may begin: bit n is the nth word before it.
    fn firsts(&self, steps: &[CompiledStep], anchor: usize, tokens: &Tokens, at: usize) -> u64 {
        if anchor == 0 {
            return 1;
        }
        let sentence = tokens[at].sentence;
        let mut reach = spread(1, steps[anchor].gap);
        for step in (0..anchor).rev() {
            let wanted = &steps[step];
            let mut taken = 0;
            let mut open = reach;
            while open != 0 {
                let back = open.trailing_zeros() as usize;
                open &= open - 1;
                let Some(place) = at.checked_sub(back) else { break };
                let token = &tokens[place];
                if token.sentence != sentence {
                    break;
                }
                if self.takes(wanted, token) {
                    taken |= 1 << back;
                }
            }
            if step == 0 {
                return taken;
            }
            let before = spread(taken, wanted.gap);
            reach = if wanted.optional { reach | before } else { before };
            if reach == 0 {
                return 0;
            }
        }
        0
    }

    /// The last word of a match from step `step` on, the shortest gaps first. Stays within one sentence.
    fn rest(
        &self,
        steps: &[CompiledStep],
        step: usize,
        tokens: &Tokens,
        last: usize,
        sentence: u32,
        fuel: &mut u32,
    ) -> Option<usize> {
        let Some(next) = steps.get(step) else { return Some(last) };
        for at in last + 1..=last + 1 + next.gap as usize {
            *fuel = fuel.checked_sub(1)?;
            let Some(token) = tokens.get(at).filter(|token| token.sentence == sentence) else { break };
            if self.takes(next, token)
                && let Some(end) = self.rest(steps, step + 1, tokens, at, sentence, fuel)
            {
                return Some(end);
            }
        }
        if next.optional { self.rest(steps, step + 1, tokens, last, sentence, fuel) } else { None }
    }

    fn takes(&self, step: &CompiledStep, token: &Token) -> bool {
        ((token.symbol != 0 && self.lexicon.takes(step.set, token.symbol)) || step.classes & token.classes != 0)
            && (!step.quoted || token.classes & QUOTED != 0)
    }
}

/// The words before each of a set of words, over a gap.
fn spread(set: u64, gap: u8) -> u64 {
    (1..=u32::from(gap) + 1).fold(0, |sum, distance| sum | set << distance)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pack::Named;
    use crate::pattern::Pattern;

    fn finds(pattern: &str, text: &str) -> bool {
        let signal = Signal {
            id: "x".to_owned(),
            field: Field::Context,
            value: "x".to_owned(),
            weight: 1.0,
            describe: String::new(),
            keeps_negation: false,
            part: 0.0,
            needs: Vec::new(),
            unless: Vec::new(),
            number: 0,
            wanted: Named::default(),
            unwanted: Named::default(),
            patterns: vec![Pattern::parse(pattern, &BTreeMap::new()).unwrap()],
            positive: Vec::new(),
            negative: Vec::new(),
        };
        let engine = Engine::build(&[signal]);
        let mut tokens = Tokens::default();
        tokens.fill(text, &engine.lexicon);
        let mut found = Vec::new();
        engine.find(&tokens, 10, &mut found);
        !found.is_empty()
    }

    #[test]
    fn gaps_stems_and_choices() {
        assert!(finds("withdraw* ~3 cash|money", "withdrawing all of the money"));
        assert!(!finds("withdraw* ~2 cash|money", "withdrawing all of the money"));
        assert!(finds("from the? police", "he was from police"));
        assert!(finds("dont tell", "DON'T TELL anyone"));
        assert!(!finds("bank stopped", "I went to the bank. Stopped at home"));
        assert!(finds("the the? ~2 courier came?", "the red courier"));
        let none = BTreeMap::new();
        assert!(Pattern::parse("~99 x", &none).is_err() && Pattern::parse("", &none).is_err());
        assert!(finds("^police", "a call from \"the police\" today") && !finds("^police", "a call from the police"));
        assert!(Pattern::parse("@family rang", &none).is_err());
        assert!(
            finds("!never|not asked ~2 cash", "he asked for cash")
                && !finds("!never|not asked ~2 cash", "he never asked for cash")
        );
        assert!(finds("the bank !card|told", "the bank rang") && finds("the bank !card", "the bank. Card gone"));
        assert!(!finds("the bank !card|told", "the bank told me") && Pattern::parse("the !bank card", &none).is_err());
    }

    #[test]
    fn a_pattern_lacks_one_word_and_never_what_makes_it() {
        let lacking = |pattern: &str| Pattern::parse(pattern, &BTreeMap::new()).unwrap().lacking_one();
        let steps = |wanted: &str| Pattern::parse(wanted, &BTreeMap::new()).unwrap();
        let left =
            [steps("need|want ~3 you ~4 withdraw"), steps("you ~4 withdraw ~2 cash"), steps("need|want ~8 withdraw ~2 cash")];
        assert_eq!(lacking("need|want ~3 you ~4 withdraw ~2 cash"), left);
        assert_eq!(lacking("stay on line"), [steps("stay ~1 line")]);
        assert!(lacking("withdraw cash").is_empty() && lacking("withdraw you|the|and of|to|you").is_empty());
    }
}
