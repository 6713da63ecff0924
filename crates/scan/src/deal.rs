//! Dates dealt out over cases: the draw of the permutation model.
//!
//! Every case is a slot, known by its interval and its number among that interval's cases by location; every date that a window can see is
//! a token, known in the same way. A token takes the first free slot of a row of random ones that its name alone gives (and the replicate).
//! That is sampling without replacement; and one case more is one slot and one token more, which leaves nearly all others where they were:
//! a scan that is kept up looks again only at what moved.

use rand::Rng;
use rand_xoshiro::Xoshiro256PlusPlus;

use crate::chance::{below, mixed};

/// Vacant addresses to a slot beyond which looking for slots takes longer than a shuffle.
const MOST_VACANT: usize = 32;

/// The cases of one stratum, and the dates that are dealt out over them.
pub(crate) struct Deal {
    /// Locations by address, one more than the number; 0 is vacant.
    slots: Vec<u32>,
    /// Locations, for a shuffle.
    places: Vec<u32>,
    /// Intervals of the tokens with their numbers, rising.
    tokens: Vec<(u32, u32)>,
    /// Which stratum.
    number: u64,
    /// Whether tokens look for slots.
    looks: bool,
}

/// What one thread works in.
#[derive(Default)]
pub(crate) struct Table {
    taken: Vec<u64>,
    order: Vec<u32>,
    swaps: Vec<u32>,
}

impl Deal {
    /// From (interval, location) of each case, sorted; windows see intervals from `earliest`.
    pub(crate) fn new(number: usize, cases: &[(u32, u32)], earliest: u32) -> Deal {
        let first = cases.first().map_or(0, |case| case.0);
        let days = cases.last().map_or(0, |case| (case.0 - first) as usize + 1);
        let mut tokens = Vec::new();
        let mut most = 0;
        let mut ordinal = 0;
        for (at, (interval, _)) in cases.iter().enumerate() {
            ordinal = if at > 0 && cases[at - 1].0 == *interval { ordinal + 1 } else { 0 };
            most = most.max(ordinal + 1);
            if *interval >= earliest {
                tokens.push((*interval, ordinal));
            }
        }
        let (wide, high) = (days.next_power_of_two(), (most as usize).next_power_of_two());
        // With most of the slots taken the last tokens would look for long.
        let looks = 2 * tokens.len() <= cases.len() && wide * high <= MOST_VACANT * cases.len();
        let places = if looks { Vec::new() } else { cases.iter().map(|case| case.1).collect() };
        let mut slots = vec![0; if looks { wide * high } else { 0 }];
        if looks {
            for (at, (interval, location)) in cases.iter().enumerate() {
                ordinal = if at > 0 && cases[at - 1].0 == *interval { ordinal + 1 } else { 0 };
                slots[ordinal as usize * wide + (interval - first) as usize] = location + 1;
            }
        }
        Deal { slots, places, tokens, number: number as u64, looks }
    }

    /// Deals; `place(location, interval)` is told each token in turn. `base` is the replicate's.
    pub(crate) fn deal(&self, base: u64, table: &mut Table, chance: &mut Xoshiro256PlusPlus, mut place: impl FnMut(u32, u32)) {
        if self.looks {
            self.look(base, table, place);
            return;
        }
        table.order.clear();
        table.order.extend_from_slice(&self.places);
        shuffle(&mut table.order, self.tokens.len(), &mut table.swaps, chance);
        for (location, (interval, _)) in table.order.iter().zip(&self.tokens) {
            place(*location, *interval);
        }
    }

    /// The tokens where they look for slots: interval and number, rising.
    pub(crate) fn tokens(&self) -> Option<&[(u32, u32)]> {
        self.looks.then_some(&self.tokens)
    }

    /// Deals where tokens look for slots.
    pub(crate) fn look(&self, base: u64, table: &mut Table, mut place: impl FnMut(u32, u32)) {
        table.taken.clear();
        table.taken.resize(self.slots.len().div_ceil(64), 0);
        let mask = self.slots.len() as u64 - 1;
        for (interval, ordinal) in &self.tokens {
            let name = self.number << 56 ^ u64::from(*interval) << 28 ^ u64::from(*ordinal);
            let mut state = mixed(base ^ name.wrapping_mul(0xD6E8_FEB8_6659_FD93));
            loop {
                state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
                let at = (mixed(state) & mask) as usize;
                let bit = 1 << (at % 64);
                if self.slots[at] > 0 && table.taken[at / 64] & bit == 0 {
                    table.taken[at / 64] |= bit;
                    place(self.slots[at] - 1, *interval);
                    break;
                }
            }
        }
    }
}

/// Fisher and Yates, as far as is needed; the swaps are noted so that they can be undone.
pub(crate) fn shuffle(order: &mut [u32], first: usize, swaps: &mut Vec<u32>, chance: &mut impl Rng) {
    swaps.clear();
    for at in 0..first.min(order.len()) {
        let pick = at + below(chance, order.len() - at);
        order.swap(at, pick);
        swaps.push(pick as u32);
    }
}

pub(crate) fn unshuffle(order: &mut [u32], swaps: &[u32]) {
    for (at, pick) in swaps.iter().enumerate().rev() {
        order.swap(at, *pick as usize);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::chance;
    use rand::RngExt;

    fn dealt(deal: &Deal, replicate: u64) -> Vec<(u32, u32)> {
        let mut dice = chance(5, replicate);
        let base = dice.random();
        let mut found = Vec::new();
        deal.deal(base, &mut Table::default(), &mut dice, |location, interval| found.push((location, interval)));
        found
    }

    fn cases() -> Vec<(u32, u32)> {
        let mut dice = chance(9, 9);
        let mut cases: Vec<(u32, u32)> = (0..600).map(|_| (below(&mut dice, 60) as u32, below(&mut dice, 40) as u32)).collect();
        cases.sort_unstable();
        cases
    }

    /// Every token gets a case of its own, and every case is as likely as another.
    #[test]
    fn a_deal_is_a_fair_one() {
        for earliest in [50, 0] {
            let cases = cases();
            let deal = Deal::new(0, &cases, earliest);
            assert_eq!(deal.looks, earliest == 50);
            let tokens = cases.iter().filter(|case| case.0 >= earliest).count();
            let mut of_location = [0u32; 40];
            cases.iter().for_each(|case| of_location[case.1 as usize] += 1);
            let mut seen = [0.0; 40];
            let mut together = 0.0;
            for replicate in 0..4000 {
                let found = dealt(&deal, replicate);
                assert_eq!(found.len(), tokens);
                let mut here = [0u32; 40];
                found.iter().for_each(|one| here[one.0 as usize] += 1);
                assert!(here.iter().zip(&of_location).all(|(here, all)| here <= all));
                here.iter().zip(&mut seen).for_each(|(here, seen)| *seen += f64::from(*here));
                together += f64::from(u8::from(found[0].0 == found[1].0));
            }
            for (seen, all) in seen.iter().zip(of_location) {
                let due = 4000.0 * tokens as f64 * f64::from(all) / 600.0;
                assert!((seen - due).abs() <= 5.0 * due.sqrt(), "{seen} against {due}");
            }
            // Two tokens in one location: n(n-1)/N(N-1), summed.
            let due: f64 =
                of_location.iter().map(|n| f64::from(*n) * (f64::from(*n) - 1.0)).sum::<f64>() / (600.0 * 599.0) * 4000.0;
            assert!((together - due).abs() <= 5.0 * due.sqrt(), "{together} against {due}");
        }
    }

    #[test]
    fn one_case_more_moves_few() {
        let cases = cases();
        let mut more = cases.clone();
        more.push((59, 17));
        more.sort_unstable();
        let (before, after) = (Deal::new(0, &cases, 50), Deal::new(0, &more, 50));
        let mut moved = 0;
        for replicate in 0..200 {
            let old: std::collections::BTreeMap<_, _> = before.tokens.iter().zip(dealt(&before, replicate)).collect();
            moved += after
                .tokens
                .iter()
                .zip(dealt(&after, replicate))
                .filter(|(token, found)| old.get(token).is_some_and(|held| held != found))
                .count();
        }
        // Of 200 times about a hundred.
        assert!(moved < 500, "{moved}");
    }
}
