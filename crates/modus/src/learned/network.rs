//! The learned part's first network: one layer of units between the signs of a text and the labels, so that what is learned of one label
//! helps with the others, and signs count for what they are beside each other.
//!
//! A text lights each unit by the sum of its signs' weights, the less the more signs there are; units below nought stay dark; a label's
//! log-odds are the weighted sum of the lit ones. That is a bag of words and pairs with a hidden layer (Joulin et al. 2017, "Bag of
//! Tricks for Efficient Text Classification") and a rectifier. `examples/modus_train_network.rs` trains it; weights are kept as bytes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::outputs::Outputs;

/// Units of the layer.
pub const WIDTH: usize = 192;
/// What a sign's byte is to be multiplied with: a whole byte is one.
pub const STEP: f32 = 1.0 / 127.0;
/// Units whose sums are found together.
const BLOCK: usize = 32;
/// Bytes that a sum of two bytes can hold.
const MOST_AT_ONCE: usize = 256;
/// Signs of a usual text: of twice as many, each counts by the root of a half.
const USUAL_SIGNS: f32 = 60.0;
/// A text of fewer signs counts as one of so many.
const FEWEST_SIGNS: u32 = 20;

/// The network's weights.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Network {
    /// What each unit is lit by before a word is read.
    units: Vec<f32>,
    outputs: Outputs,
    /// The log-odds of each label before a word is read: how common it is.
    common: Vec<f64>,
    /// [`WIDTH`] numbers a sign, each of a byte's size: two bytes are added faster.
    rows: Vec<i16>,
}

/// How the signs of a text light the units.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Light {
    sums: Vec<i32>,
    signs: u32,
}

impl Network {
    /// Reads the file, with the names of its signs in order; the number of a bad line else. A line is `[units] step bytes`,
    /// `[field.value] common bias step bytes` or `sign bytes`, with the bytes in base 64; `# ` begins a remark.
    pub(super) fn parse(text: &str) -> Result<(Network, Vec<&str>), usize> {
        let mut network = Network::default();
        let mut signs = Vec::new();
        for (number, line) in text.lines().enumerate() {
            if line.is_empty() || line.starts_with("# ") {
                continue;
            }
            network.line(line, &mut signs).ok_or(number + 1)?;
        }
        Ok((network, signs))
    }

    fn line<'t>(&mut self, line: &'t str, signs: &mut Vec<&'t str>) -> Option<()> {
        let mut parts = line.split(' ');
        let name = parts.next()?;
        let parts: Vec<&str> = parts.collect();
        let scaled = |step: &str, bytes: &str| {
            let step: f32 = step.parse().ok()?;
            Some(weights(bytes)?.iter().map(|byte| f32::from(*byte) * step).collect::<Vec<f32>>())
        };
        match (name.strip_prefix('[').and_then(|name| name.strip_suffix(']')), parts.as_slice()) {
            (Some("units"), [step, bytes]) => self.units = scaled(step, bytes)?,
            (Some(label), [common, bias, step, bytes]) => {
                self.common.push(common.parse().ok()?);
                self.outputs.push(label, bias.parse().ok()?, scaled(step, bytes)?);
            }
            (None, [bytes]) if !self.units.is_empty() => {
                self.rows.extend(weights(bytes)?.into_iter().map(i16::from));
                signs.push(name);
            }
            _ => return None,
        }
        Some(())
    }

    /// The labels in order, with their log-odds before a word is read.
    pub(super) fn labels(&self) -> impl Iterator<Item = (&str, f64)> {
        self.outputs.labels().iter().map(String::as_str).zip(self.common.iter().copied())
    }

    /// The light of signs, by their numbers.
    pub(super) fn light(&self, signs: &[u32]) -> Light {
        let mut sums = vec![0; self.units.len()];
        self.change(&mut sums, signs, |sum, by| sum + by);
        Light { sums, signs: signs.len() as u32 }
    }

    /// Takes signs away that were there.
    pub(super) fn take(&self, light: &mut Light, signs: &[u32]) {
        self.change(&mut light.sums, signs, |sum, by| sum - by);
        light.signs -= signs.len() as u32;
    }

    /// Changes the sum of each unit by what signs come to.
    fn change(&self, sums: &mut [i32], signs: &[u32], change: impl Fn(i32, i32) -> i32) {
        // A few units at a time, so that their sums stay where they are added to; and no more signs than a sum of two bytes can hold.
        for signs in signs.chunks(MOST_AT_ONCE) {
            for (block, sums) in sums.chunks_exact_mut(BLOCK).enumerate() {
                let mut short = [0_i16; BLOCK];
                for sign in signs {
                    let row = &self.rows[*sign as usize * WIDTH + block * BLOCK..][..BLOCK];
                    short.iter_mut().zip(row).for_each(|(sum, number)| *sum += number);
                }
                sums.iter_mut().zip(short).for_each(|(sum, short)| *sum = change(*sum, i32::from(short)));
            }
        }
    }

    /// How brightly each unit is lit.
    pub(super) fn lit(&self, light: &Light) -> [f32; WIDTH] {
        let scale = STEP * loudness(light.signs);
        let mut lit = [0.0; WIDTH];
        for ((lit, sum), bias) in lit.iter_mut().zip(&light.sums).zip(&self.units) {
            *lit = (*sum as f32 * scale + bias).max(0.0);
        }
        lit
    }

    /// What the lit units say of the labels.
    pub(super) fn outputs(&self) -> &Outputs {
        &self.outputs
    }
}

/// What each sign counts by in a text of so many that the network knows.
pub fn loudness(signs: u32) -> f32 {
    (USUAL_SIGNS / signs.max(FEWEST_SIGNS) as f32).sqrt()
}

fn weights(text: &str) -> Option<Vec<i8>> {
    let bytes = STANDARD.decode(text).ok().filter(|bytes| bytes.len() == WIDTH)?;
    Some(bytes.into_iter().map(u8::cast_signed).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(of: impl Fn(usize) -> i8) -> String {
        STANDARD.encode((0..WIDTH).map(|unit| of(unit).cast_unsigned()).collect::<Vec<u8>>())
    }

    #[test]
    fn signs_light_units_and_lit_units_speak() {
        let first = |byte: i8| bytes(move |unit| if unit == 0 { byte } else { 0 });
        let text = format!(
            "# remark\n[units] 0.25 {}\n[demand.gold] -3.0 -1.0 2.0 {}\nteapot {}\nlamp {}\n",
            first(-4),
            first(1),
            first(127),
            first(-127)
        );
        let (network, signs) = Network::parse(&text).unwrap();
        assert_eq!((signs, network.labels().collect::<Vec<_>>()), (vec!["teapot", "lamp"], vec![("demand.gold", -3.0)]));
        let of = |signs: &[u32]| network.outputs().says(0, &network.lit(&network.light(signs)));
        let alone = of(&[0]);
        assert!((of(&[]) + 1.0).abs() < 1e-6 && (of(&[0, 1]) + 1.0).abs() < 1e-6);
        assert!((alone - (2.0 * (loudness(1) - 1.0) - 1.0)).abs() < 1e-5);
        let mut light = network.light(&[1, 0]);
        network.take(&mut light, &[1]);
        assert!((network.outputs().says(0, &network.lit(&light)) - alone).abs() < 1e-6);
    }

    #[test]
    fn a_bad_line_is_told_by_its_number() {
        assert_eq!(Network::parse("# remark\nteapot AAAA").unwrap_err(), 2);
        assert_eq!(Network::parse("[units] half").unwrap_err(), 1);
    }
}
