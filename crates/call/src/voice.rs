//! The learned part: one voice among the stages, and a capped one. A logistic regression on words and pairs of words, read from
//! `rules/call/voice.tsv`, which names what it was learned from and how. It can tip a call that the rules are unsure of; it raises
//! nothing by itself: an alarm needs two stages with their words, and the voice never weighs more than they do.

use modus::word_key;

/// Most that the voice weighs, for or against; for, only where something is asked or done, and less than the words heard (`weigh.rs`).
pub const VOICE_CAP: f64 = 3.5;
/// Words after which what was said has faded to a third.
pub const VOICE_MEMORY: f32 = 60.0;

const BUILTIN: &str = include_str!("../../../rules/call/voice.tsv");

/// Weights of words and pairs of words.
#[derive(Debug, Clone)]
pub(crate) struct Voice {
    /// Open addressing by hash; a power of two of places.
    table: Vec<(u32, f32)>,
    /// Which words may begin a pair and which may end one: most pairs of a talk are none, and are not looked up.
    begins: Bits,
    ends: Bits,
    bias: f32,
}

/// A set of keys by some of their bits: what is not in it is not held, what is in it may be.
#[derive(Debug, Clone)]
struct Bits([u64; 64]);

impl Bits {
    fn add(&mut self, key: u32) {
        self.0[(key >> 26) as usize] |= 1 << (key >> 20 & 63);
    }

    fn may_hold(&self, key: u32) -> bool {
        self.0[(key >> 26) as usize] >> (key >> 20 & 63) & 1 == 1
    }
}

/// What the voice carries from word to word.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Ear {
    sum: f32,
    previous: u32,
}

impl Voice {
    pub(crate) fn builtin() -> Voice {
        match Voice::parse(BUILTIN) {
            Ok(voice) => voice,
            Err(error) => panic!("rules/call/voice.tsv: {error}"),
        }
    }

    /// Reads `weight <tab> word [word]` lines; `#` begins a remark, `bias` stands for the constant.
    pub(crate) fn parse(text: &str) -> Result<Voice, String> {
        let mut entries: Vec<(u32, f32)> = Vec::new();
        let (mut begins, mut ends) = (Bits([0; 64]), Bits([0; 64]));
        let mut bias = 0.0;
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#')) {
            let bad = || format!("line {}: not `weight <tab> words`", number + 1);
            let (weight, words) = line.split_once('\t').ok_or_else(bad)?;
            let weight: f32 = weight.parse().map_err(|_| bad())?;
            match words.split_once(' ') {
                None if words == "bias:" => bias = weight,
                None => entries.push((word_key(words), weight)),
                Some((first, second)) => {
                    let (first, second) = (word_key(first), word_key(second));
                    begins.add(first);
                    ends.add(second);
                    entries.push((pair(first, second), weight));
                }
            }
        }
        let places = (entries.len() * 2).next_power_of_two().max(2);
        let mut voice = Voice { table: vec![(0, 0.0); places], begins, ends, bias };
        for (key, weight) in entries {
            let mut at = key as usize & (places - 1);
            while voice.table[at].0 != 0 && voice.table[at].0 != key {
                at = (at + 1) & (places - 1);
            }
            voice.table[at] = (key, weight);
        }
        Ok(voice)
    }

    fn weight(&self, key: u32) -> f32 {
        let mask = self.table.len() - 1;
        let mut at = key as usize & mask;
        loop {
            match self.table[at] {
                (0, _) => return 0.0,
                (held, weight) if held == key => return weight,
                _ => at = (at + 1) & mask,
            }
        }
    }

    /// Hears one word more, by its key.
    pub(crate) fn hear(&self, ear: &mut Ear, key: u32) {
        let is_pair = self.begins.may_hold(ear.previous) && self.ends.may_hold(key);
        let pair = if is_pair { self.weight(pair(ear.previous, key)) } else { 0.0 };
        ear.sum = ear.sum * (1.0 - 1.0 / VOICE_MEMORY) + self.weight(key) + pair;
        ear.previous = key;
    }

    /// What it says of what it has heard: -[`VOICE_CAP`]..=[`VOICE_CAP`].
    pub(crate) fn says(&self, ear: &Ear) -> f64 {
        VOICE_CAP * f64::from(((ear.sum + self.bias) / 2.0).tanh())
    }
}

fn pair(first: u32, second: u32) -> u32 {
    (first.rotate_left(13) ^ second).wrapping_mul(0x9e37_79b1).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_pairs_are_weighed_fade_and_never_pass_the_cap() {
        let voice = Voice::parse("# learned\n0.5\tcourier\n-0.5\tappointment\n1.0\tgift card\n").unwrap();
        let mut ear = Ear::default();
        for word in ["a", "gift", "card", "courier"] {
            voice.hear(&mut ear, word_key(word));
        }
        assert!((ear.sum - (1.0 - 1.0 / VOICE_MEMORY) - 0.5).abs() < 1e-6, "{}", ear.sum);
        for _ in 0..1_000 {
            voice.hear(&mut ear, word_key("courier"));
        }
        assert!(voice.says(&ear) <= VOICE_CAP && voice.says(&ear) > VOICE_CAP * 0.9);
        for _ in 0..1_000 {
            voice.hear(&mut ear, word_key("then"));
        }
        assert!(voice.says(&ear).abs() < 0.01);
        assert!(Voice::parse("courier").is_err());
    }
}
