//! The words without which the learned part would not speak: those that sound loudest are taken out, one after the other, until it says no
//! more than it may. A word that goes takes along the signs and windows it is part of.

use super::network::Light;
use super::windows::Spoken;
use super::{Learned, Voice, Voices};
use crate::reading::Span;
use crate::token::Tokens;

/// Most words that are taken out: where more would be needed, nearly all that was said speaks for the value, and is shown by its loudest.
const MOST: usize = 8;

/// How loud a filter still is, as a share, without its loudest window: there is a next one.
const NEXT_LOUDEST: f32 = 0.45;

/// The hits that each word of a text is part of, by their places among all.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Parts(Groups);

impl Parts {
    fn of(voices: &Voices<'_>) -> Parts {
        let words = voices.sound.words();
        // Signals may stand beyond the words that are looked at.
        let hits = (0..).zip(&voices.hits).flat_map(|(at, hit)| {
            let ends = [Some(hit.first()), Some(hit.last()).filter(|last| *last != hit.first())];
            ends.into_iter().flatten().map(move |word| (word, at))
        });
        Parts(Groups::of(words, hits.filter(|(word, _)| *word < words)))
    }
}

/// Numbers in groups: those of a group are `all[starts[group]..starts[group + 1]]`.
#[derive(Debug, Clone, Default, PartialEq)]
struct Groups {
    starts: Vec<u32>,
    all: Vec<u32>,
}

impl Groups {
    fn of(groups: usize, members: impl Iterator<Item = (usize, u32)> + Clone) -> Groups {
        let mut starts = vec![0; groups + 1];
        members.clone().for_each(|(group, _)| starts[group + 1] += 1);
        for group in 0..groups {
            starts[group + 1] += starts[group];
        }
        let (mut next, mut all) = (starts.clone(), vec![0; starts[groups] as usize]);
        members.for_each(|(group, member)| {
            all[next[group] as usize] = member;
            next[group] += 1;
        });
        Groups { starts, all }
    }

    fn of_group(&self, group: usize) -> impl Iterator<Item = usize> {
        self.all[self.starts[group] as usize..self.starts[group + 1] as usize].iter().map(|member| *member as usize)
    }
}

/// What is left of a text for one label.
struct Left {
    light: Light,
    /// The windows that speak, with what those that are left add.
    spoken: Vec<Spoken>,
    /// What the windows say.
    windows: f32,
    /// Which signs are gone, by their places.
    gone: Vec<bool>,
    /// Those that went with the last word and have no other place.
    lost: Vec<u32>,
}

impl Learned {
    /// The words without which a voice would say no more than `floor`, in the order of the text: those side by side as one.
    pub(crate) fn evidence(&self, tokens: &Tokens, voices: &Voices<'_>, voice: &Voice<'_>, floor: f64) -> Vec<Span> {
        let window = self.labels[voice.label].window;
        let spoken = self.windows.spoken(window, &voices.sound);
        let mut loud = self.windows.speak_for(&spoken, &voices.sound);
        let (light, gone) = (voices.light.clone(), vec![false; voices.hits.len()]);
        let mut left = Left { light, spoken, windows: voice.windows, gone, lost: Vec::new() };
        let mut words: Vec<usize> = Vec::new();
        while let Some(word) = loudest(&loud).filter(|_| words.len() < MOST) {
            loud[word] = 0.0;
            words.push(word);
            self.take_out(word, voices, &mut left);
            let network = self.network.outputs().says(voice.label, &self.network.lit(&left.light));
            if Learned::together(network, left.windows) <= floor {
                break;
            }
        }
        words.sort_unstable();
        let runs = words.chunk_by(|a, b| a + 1 == *b);
        runs.map(|run| Span { start: tokens[run[0]].start, end: tokens[run[run.len() - 1]].end }).collect()
    }

    /// Takes a word out of what is left.
    fn take_out(&self, word: usize, voices: &Voices<'_>, left: &mut Left) {
        let place = voices.sound.place(word);
        let gone: f32 = left.spoken.iter_mut().map(|window| window.take(place)).sum();
        left.windows -= (1.0 - NEXT_LOUDEST) * gone;
        let parts = voices.parts.get_or_init(|| Parts::of(voices));
        for at in parts.0.of_group(word) {
            if std::mem::replace(&mut left.gone[at], true) {
                continue;
            }
            let sign = voices.hits[at].sign();
            let same = |other: &usize| voices.hits.get(*other).is_some_and(|other| other.sign() == sign);
            let mut others = (0..at).rev().take_while(same).chain((at + 1..).take_while(same));
            if others.all(|other| left.gone[other]) {
                left.lost.push(sign);
            }
        }
        self.network.take(&mut left.light, &left.lost);
        left.lost.clear();
    }
}

/// The word that is loudest, the first of several; none where all are silent.
fn loudest(loud: &[f32]) -> Option<usize> {
    let most = loud.iter().copied().fold(0.0, f32::max);
    loud.iter().position(|loud| *loud == most).filter(|_| most > 0.0)
}
