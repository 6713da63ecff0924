//! What reports share: numbers and names, who has them, and how common they are by chance.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::Engine;
use crate::background::{AGES, Seen};
use crate::event::{Event, NOWHERE, Token};

/// Reports that share a token with a new one, at most.
const LINKED: usize = 40;

/// Events by token. Tokens are small whole numbers given out by this program: a multiplication spreads them.
pub(super) type ByToken = HashMap<Token, Vec<usize>, BuildHasherDefault<TokenHasher>>;

#[derive(Debug, Clone, Copy, Default)]
pub(super) struct TokenHasher(u64);

impl Hasher for TokenHasher {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u32(u32::from(*byte));
        }
    }
    fn write_u32(&mut self, token: u32) {
        let mixed = (self.0 ^ u64::from(token)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = mixed ^ (mixed >> 32);
    }
}

impl Engine {
    /// How an event's numbers and names coincide with earlier ones.
    pub(super) fn look(&self, event: &Event) -> Seen {
        let mut seen = Seen { pairs: self.with_number, name_pairs: self.with_name, ..Seen::default() };
        if event.numbers.is_empty() {
            seen.pairs = 0.0;
        }
        if event.names.is_empty() {
            seen.name_pairs = 0.0;
        }
        let mut held: Vec<usize> = Vec::new();
        for (tokens, same) in [(&event.numbers, 0), (&event.names, 1)] {
            for token in tokens {
                for index in self.by_token.get(token).map_or(&[][..], Vec::as_slice).iter().rev().take(LINKED) {
                    let Some(other) = self.event(*index) else { continue };
                    if other.silent {
                        continue;
                    }
                    let apart = (event.day - other.day).abs();
                    let near = event.may_be_near(other);
                    if same == 0 && apart <= 30 && event.may_be_one_household(other) {
                        seen.household += 1;
                    }
                    if (near || self.adjacent(event, other)) && apart <= 1 {
                        if !held.contains(index) {
                            held.push(*index);
                            seen.near += 1;
                        }
                    } else if near && apart <= 30 && same == 0 {
                        seen.far = true;
                    } else if same == 0 && !other.taken() {
                        seen.same += 1.0;
                    } else if !other.taken() {
                        seen.name_same += 1.0;
                    }
                }
            }
        }
        seen.far = seen.far && seen.near == 0;
        seen
    }

    /// Whether two reports are of areas that touch: a place told coarsely often resolves next door.
    pub(crate) fn adjacent(&self, a: &Event, b: &Event) -> bool {
        a.area != NOWHERE && b.area != NOWHERE && self.region.areas()[a.area].neighbours.contains(&b.area)
    }

    /// Events of a token.
    pub(crate) fn holders(&self, token: Token) -> &[usize] {
        self.by_token.get(&token).map_or(&[][..], Vec::as_slice)
    }

    /// How common a number or name is by chance, apart from `held` reports that are accounted for.
    pub(crate) fn chance_of(&self, token: Token, held: f64, name: bool) -> f64 {
        let (same, all) = if name {
            (self.background.coincidences.same_name(), self.with_name)
        } else {
            (self.background.coincidences.same_number(), self.with_number)
        };
        let out = (self.holders(token).len() as f64 - 1.0 - held).max(0.0);
        (same + out / (all + 60.0)).min(0.9)
    }

    /// Events that share a number or a name, the latest of each.
    pub(super) fn linked(&self, index: usize, numbers: &[Token], names: &[Token]) -> Vec<(Token, usize)> {
        let mut found = Vec::new();
        for token in numbers.iter().chain(names) {
            for other in self.holders(*token).iter().rev().take(LINKED) {
                if *other != index {
                    found.push((*token, *other));
                }
            }
        }
        found
    }

    /// The event and those it shares numbers or names with, and those they share them with.
    pub(super) fn group_of(&self, index: usize) -> Vec<usize> {
        let mut group = vec![index];
        let mut followed: Vec<Token> = Vec::new();
        let mut at = 0;
        while at < group.len() && group.len() < LINKED {
            let Some(event) = self.event(group[at]) else { break };
            for token in event.numbers.iter().chain(&event.names) {
                if followed.contains(token) {
                    continue;
                }
                followed.push(*token);
                for other in self.holders(*token).iter().rev().take(LINKED) {
                    let fits = self
                        .event(*other)
                        .is_some_and(|event| !event.taken() && !event.silent && self.today - event.day < AGES as i32);
                    if fits && !group.contains(other) {
                        group.push(*other);
                    }
                }
            }
            at += 1;
        }
        group
    }
}
