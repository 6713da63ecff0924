//! Estimating m and u without truth: u from chance pairs and exact frequencies, m by expectation maximisation (Dempster, Laird and Rubin
//! 1977; for linkage Winkler 1988) on counts of distinct patterns, blocked on one rule at a time so that a rule's own fields sit out.

use crate::blocks::Bound;
use crate::fields::{Fields, Joint, Memory};
use crate::frequency::Frequencies;
use crate::measure::Measure;
use crate::model::stands_for;
use crate::plan::Key;
use crate::table::mix;

/// Distinct patterns of states with how many pairs showed each.
#[derive(Debug, Clone, Default)]
pub(crate) struct Patterns {
    width: usize,
    states: Vec<u16>,
    pub(crate) counts: Vec<f64>,
}

impl Patterns {
    /// Counts the patterns of pairs.
    pub(crate) fn of(fields: &Fields, pairs: &[(u32, u32)], memory: &mut [Memory]) -> Patterns {
        let mut packed: Vec<u128> = Vec::new();
        let mut short: Vec<u64> = Vec::new();
        let fits = fields.joints.iter().map(|joint| (joint.states() as f64).log2()).sum::<f64>() < 63.0;
        for (a, b) in pairs {
            let (x, y) = (fields.row(*a as usize), fields.row(*b as usize));
            let states = fields.joints.iter().map(|joint| (joint.states(), fields.state(joint, x, y, memory)));
            if fits {
                short.push(states.fold(0u64, |word, (many, state)| word * many as u64 + state as u64));
            } else {
                packed
                    .push(states.fold(0u128, |word, (many, state)| word.wrapping_mul(many as u128).wrapping_add(state as u128)));
            }
        }
        short.sort_unstable();
        packed.sort_unstable();
        packed.extend(short.into_iter().map(u128::from));
        let mut patterns = Patterns { width: fields.joints.len(), ..Patterns::default() };
        let mut last = None;
        for mut word in packed {
            if last == Some(word) {
                if let Some(count) = patterns.counts.last_mut() {
                    *count += 1.0;
                }
                continue;
            }
            last = Some(word);
            let from = patterns.states.len();
            for joint in fields.joints.iter().rev() {
                patterns.states.push((word % joint.states() as u128) as u16);
                word /= joint.states() as u128;
            }
            patterns.states[from..].reverse();
            patterns.counts.push(1.0);
        }
        patterns
    }

    /// How many distinct ones.
    pub(crate) fn len(&self) -> usize {
        self.counts.len()
    }

    pub(crate) fn states(&self, pattern: usize) -> &[u16] {
        &self.states[pattern * self.width..(pattern + 1) * self.width]
    }
}

/// m and u of every comparison's states.
#[derive(Debug, Clone)]
pub(crate) struct Tables {
    pub(crate) m: Vec<Vec<f64>>,
    pub(crate) u: Vec<Vec<f64>>,
    pub(crate) trained_on: Vec<f64>,
}

/// The full states of a comparison with their members' levels; the changed-over state has none.
fn full_states(joint: &Joint) -> Vec<(usize, Vec<usize>)> {
    let mut levels = Vec::new();
    (0..joint.states())
        .filter_map(|state| {
            let plain = joint.levels_of(state, &mut levels);
            if !plain {
                return Some((state, Vec::new()));
            }
            levels.iter().zip(&joint.levels).all(|(level, count)| level < count).then(|| (state, levels.clone()))
        })
        .collect()
}

/// What the estimation starts from: members independent, as their kinds have it.
pub(crate) fn first_guess(fields: &Fields) -> Vec<Vec<f64>> {
    fields
        .joints
        .iter()
        .map(|joint| {
            let guesses: Vec<Vec<f64>> =
                joint.members.iter().map(|member| fields.fields[*member].measure.first_guess()).collect();
            let mut m = vec![0.0; joint.states()];
            for (state, levels) in full_states(joint) {
                m[state] = if levels.is_empty() {
                    0.01
                } else {
                    levels.iter().zip(&guesses).map(|(level, guess)| guess[*level]).product()
                };
            }
            let sum: f64 = m.iter().sum();
            m.iter_mut().for_each(|p| *p /= sum);
            m
        })
        .collect()
}

/// States of chance pairs, counted once.
#[derive(Debug)]
pub(crate) struct Chance {
    counts: Vec<Vec<f64>>,
}

/// Chance pairs drawn.
const DRAWS: usize = 400_000;

impl Chance {
    /// Draws pairs of these rows.
    pub(crate) fn draw(fields: &Fields, rows: &[u32], seed: u64, memory: &mut [Memory]) -> Chance {
        let draws = DRAWS.min(rows.len() * rows.len());
        let mut counts: Vec<Vec<f64>> = fields.joints.iter().map(|joint| vec![0.0; joint.states()]).collect();
        for draw in 0..draws as u64 {
            let pair = mix(draw.wrapping_mul(0x9e37_79b9) ^ mix(seed));
            let (i, j) = ((pair >> 32) as usize % rows.len(), (pair & 0xffff_ffff) as usize % rows.len());
            if i == j {
                continue;
            }
            let (a, b) = (fields.row(rows[i] as usize), fields.row(rows[j] as usize));
            for (joint, count) in fields.joints.iter().zip(&mut counts) {
                count[fields.state(joint, a, b, memory)] += 1.0;
            }
        }
        Chance { counts }
    }

    /// P(state | not of one hand): exact agreement from frequencies, the rest from chance pairs; joint states from how often they came
    /// together, drawn towards independence where there were few. What the pairs of one hand among the chance pairs explain (`lambda`·m)
    /// is taken off.
    pub(crate) fn tables(&self, fields: &Fields, frequencies: &Frequencies, lambda: f64, m: &[Vec<f64>]) -> Vec<Vec<f64>> {
        chance_tables(fields, &self.counts, frequencies, lambda, m)
    }
}

fn chance_tables(fields: &Fields, counts: &[Vec<f64>], frequencies: &Frequencies, lambda: f64, m: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let mut levels = Vec::new();
    fields
        .joints
        .iter()
        .zip(counts)
        .zip(m)
        .map(|((joint, count), m)| {
            // By member: levels as they came in pairs where both have a value.
            let single: Vec<Vec<f64>> = joint
                .members
                .iter()
                .enumerate()
                .map(|(at, member)| {
                    let mut seen = vec![0.0; joint.levels[at]];
                    for (state, number) in count.iter().enumerate() {
                        if joint.levels_of(state, &mut levels) && levels[at] < joint.levels[at] {
                            seen[levels[at]] += number;
                        }
                    }
                    marginal(&seen, &marginal_m(joint, at, m), lambda, frequencies.exact_u[*member])
                })
                .collect();
            let full = full_states(joint);
            let known: f64 = full.iter().map(|(state, _)| count[*state]).sum();
            let mut u = vec![0.0; joint.states()];
            for (state, levels) in &full {
                if levels.is_empty() {
                    u[*state] = ((count[*state] - known * lambda * m[*state]).max(0.0) + 0.5) / (known + 1.0);
                    continue;
                }
                let independent: f64 = levels.iter().zip(&single).map(|(level, p)| p[*level]).product();
                u[*state] = if joint.members.len() == 1 {
                    independent
                } else {
                    let chance = (count[*state] - known * lambda * m[*state]).max(0.0);
                    (chance + 2.0) / (known + 2.0 / independent.max(1e-12))
                };
            }
            let sum: f64 = u.iter().sum();
            u.iter_mut().for_each(|p| *p /= sum);
            u
        })
        .collect()
}

fn marginal_m(joint: &Joint, at: usize, m: &[f64]) -> Vec<f64> {
    let mut sums = vec![0.0; joint.levels[at]];
    for (state, levels) in full_states(joint) {
        if let Some(level) = levels.get(at) {
            sums[*level] += m[state];
        }
    }
    sums
}

fn marginal(seen: &[f64], m: &[f64], lambda: f64, exact: f64) -> Vec<f64> {
    let pairs: f64 = seen.iter().sum::<f64>().max(1.0);
    let mut u: Vec<f64> = seen.iter().zip(m).map(|(count, m)| ((count - pairs * lambda * m).max(0.0) + 0.25) / pairs).collect();
    u[0] = exact;
    let rest: f64 = u[1..].iter().sum();
    if rest > 0.0 {
        let scale = (1.0 - exact).max(1e-9) / rest;
        u[1..].iter_mut().for_each(|p| *p *= scale);
    }
    u
}

/// Which levels of a kind agree on a blocking key, where that can be told from the level.
fn agreeing(measure: Measure, key: Key) -> Option<usize> {
    match (measure, key) {
        (_, Key::Exact) => Some(0),
        (Measure::Area, Key::Letters) => Some(3),
        (Measure::Email, Key::Letters) => Some(2),
        _ => None,
    }
}

/// A rule as conditions on states: by comparison the states that fulfil it.
struct Round {
    /// Comparisons that sit out.
    out: Vec<bool>,
    /// By comparison: which states are in the block; empty: all.
    holds: Vec<Vec<bool>>,
}

fn round_of(fields: &Fields, rule: &Bound) -> Option<Round> {
    let mut conditions: Vec<(usize, usize)> = Vec::new();
    for (place, key) in &rule.on {
        conditions.push((*place, agreeing(fields.fields[*place].measure, *key)?));
    }
    if let Some((place, gap)) = rule.within {
        let field = &fields.fields[place];
        let first = field.measure.len() - 1 - field.gaps.len();
        let level = field.gaps.iter().position(|held| *held == gap)? + first;
        conditions.push((place, level));
    }
    let mut round = Round { out: vec![false; fields.joints.len()], holds: vec![Vec::new(); fields.joints.len()] };
    let mut levels = Vec::new();
    for (at, joint) in fields.joints.iter().enumerate() {
        let mine: Vec<(usize, usize)> = conditions
            .iter()
            .filter_map(|(place, most)| joint.members.iter().position(|member| member == place).map(|member| (member, *most)))
            .collect();
        if mine.is_empty() {
            continue;
        }
        round.out[at] = true;
        round.holds[at] = (0..joint.states())
            .map(|state| joint.levels_of(state, &mut levels) && mine.iter().all(|(member, most)| levels[*member] <= *most))
            .collect();
    }
    Some(round)
}

/// Expectation maximisation, round robin over the rules. Gives m of every comparison; u stays.
pub(crate) fn maximise(fields: &Fields, patterns: &Patterns, rules: &[Bound], start: &[Vec<f64>], u: &[Vec<f64>]) -> Tables {
    let stands: Vec<Vec<Vec<u32>>> = fields.joints.iter().map(stands_for).collect();
    let guess = first_guess(fields);
    let mut m = start.to_vec();
    let mut trained_on = vec![0.0; fields.joints.len()];
    for _sweep in 0..2 {
        let mut sums: Vec<Vec<f64>> = fields.joints.iter().map(|joint| vec![0.0; joint.states()]).collect();
        let mut found = vec![0.0; fields.joints.len()];
        for rule in rules {
            let Some(round) = round_of(fields, rule) else { continue };
            let held: Vec<u32> = (0..patterns.len())
                .filter(|pattern| {
                    patterns
                        .states(*pattern)
                        .iter()
                        .zip(&round.holds)
                        .all(|(state, holds)| holds.is_empty() || holds[*state as usize])
                })
                .map(|pattern| pattern as u32)
                .collect();
            let pairs: f64 = held.iter().map(|pattern| patterns.counts[*pattern as usize]).sum();
            if pairs < 20.0 {
                continue;
            }
            let (local, share, matched) = one_round(patterns, &held, pairs, &round, &stands, &m, u, &guess);
            if matched < 10.0 || share < 0.003 {
                continue;
            }
            for at in 0..fields.joints.len() {
                if !round.out[at] {
                    for (sum, p) in sums[at].iter_mut().zip(&local[at]) {
                        *sum += p * share * share;
                    }
                    found[at] += matched;
                }
            }
        }
        for at in 0..fields.joints.len() {
            let total: f64 = sums[at].iter().sum();
            if total > 0.0 {
                // Four pairs' worth of the first guess keep rare states above zero.
                let trust = 4.0 / (found[at] + 4.0);
                m[at] = sums[at].iter().zip(&guess[at]).map(|(sum, guess)| sum / total * (1.0 - trust) + guess * trust).collect();
            }
            trained_on[at] = found[at];
        }
    }
    Tables { m, u: u.to_vec(), trained_on }
}

/// One round: m of the comparisons that take part (as expected shares of states), the share of pairs of one hand, and their number.
#[expect(clippy::too_many_arguments, reason = "one loop's state, in one place")]
fn one_round(
    patterns: &Patterns,
    held: &[u32],
    pairs: f64,
    round: &Round,
    stands: &[Vec<Vec<u32>>],
    start: &[Vec<f64>],
    u: &[Vec<f64>],
    guess: &[Vec<f64>],
) -> (Vec<Vec<f64>>, f64, f64) {
    let nothing: Vec<usize> = stands
        .iter()
        .map(|stands| (0..stands.len()).max_by_key(|state| (stands[*state].len(), usize::MAX - state)).unwrap_or(0))
        .collect();
    let mut m = start.to_vec();
    let mut share = 0.3f64;
    let mut matched = 0.0;
    for _ in 0..25 {
        let ratio: Vec<Vec<f64>> = stands
            .iter()
            .enumerate()
            .map(|(at, stands)| {
                let sum = |p: &[f64], full: &[u32]| full.iter().map(|place| p[*place as usize]).sum::<f64>();
                stands
                    .iter()
                    .map(|full| if round.out[at] { 1.0 } else { sum(&m[at], full) / sum(&u[at], full).max(1e-300) })
                    .collect()
            })
            .collect();
        let mut seen: Vec<Vec<f64>> = stands.iter().map(|stands| vec![0.0; stands.len()]).collect();
        matched = 0.0;
        for pattern in held {
            let states = patterns.states(*pattern as usize);
            let odds =
                states.iter().zip(&ratio).fold(share / (1.0 - share), |odds, (state, ratio)| odds * ratio[*state as usize]);
            let p = if odds.is_finite() { odds / (1.0 + odds) } else { 1.0 } * patterns.counts[*pattern as usize];
            matched += p;
            for (state, seen) in states.iter().zip(&mut seen) {
                seen[*state as usize] += p;
            }
        }
        let before = share;
        share = (matched / pairs).clamp(1e-6, 0.9999);
        for at in 0..m.len() {
            if round.out[at] {
                continue;
            }
            let mut full = vec![0.0; m[at].len()];
            for (state, number) in seen[at].iter().enumerate() {
                let known = &stands[at][state];
                // The state with every member null says nothing: it stands for all others.
                if *number == 0.0 || state == nothing[at] {
                    continue;
                }
                let sum: f64 = known.iter().map(|place| m[at][*place as usize]).sum();
                for place in known {
                    full[*place as usize] += number * m[at][*place as usize] / sum.max(1e-300);
                }
            }
            let total: f64 = full.iter().sum::<f64>() + 2.0;
            m[at] = full.iter().zip(&guess[at]).map(|(number, guess)| (number + 2.0 * guess) / total).collect();
        }
        if (share - before).abs() < 1e-5 {
            break;
        }
    }
    (m, share, matched)
}

/// P(one hand) of a pattern: its odds under a prior.
pub(crate) fn expected_matches(patterns: &Patterns, fields: &Fields, tables: &Tables, lambda: f64) -> f64 {
    let stands: Vec<Vec<Vec<u32>>> = fields.joints.iter().map(stands_for).collect();
    let ratio: Vec<Vec<f64>> = stands
        .iter()
        .enumerate()
        .map(|(at, stands)| {
            let sum = |p: &[f64], full: &[u32]| full.iter().map(|place| p[*place as usize]).sum::<f64>();
            stands.iter().map(|full| sum(&tables.m[at], full) / sum(&tables.u[at], full).max(1e-300)).collect()
        })
        .collect();
    (0..patterns.len())
        .map(|pattern| {
            let odds = patterns
                .states(pattern)
                .iter()
                .zip(&ratio)
                .fold(lambda / (1.0 - lambda), |odds, (state, r)| odds * r[*state as usize]);
            let p = if odds.is_finite() { odds / (1.0 + odds) } else { 1.0 };
            p * patterns.counts[pattern]
        })
        .sum()
}
