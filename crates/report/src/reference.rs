//! Reference numbers: `RF-7K3M-9QXAB`, eight Crockford base-32 digits and a check character.
//!
//! The check is a code over GF(32) (`x⁵+x²+1`): digit i weighs α^i, so that any one wrong digit and any two digits swapped are found.

/// Digits without I, L, O and U (Crockford, "Base 32").
const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A report's reference number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference(String);

/// A text that is no reference number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReferenceError {
    /// Another shape.
    #[error("a reference looks like RF-7K3M-9QXAB: RF, four letters or digits, and five more")]
    Shape,
    /// The check character does not fit.
    #[error("one of the letters or digits is wrong, or two are swapped: please check the reference")]
    Check,
}

impl Reference {
    /// The reference of 40 random bits (the lower 40 of `random`).
    pub fn from_random(random: u64) -> Reference {
        let mut values = [0u8; 8];
        for (position, value) in values.iter_mut().enumerate() {
            *value = ((random >> (5 * position)) & 31) as u8;
        }
        Reference(write(&values))
    }

    /// Reads a reference as people type it: any case and spacing, I and L for 1, O for 0.
    ///
    /// # Errors
    /// [`ReferenceError`]
    pub fn parse(text: &str) -> Result<Reference, ReferenceError> {
        if text.len() > 64 {
            return Err(ReferenceError::Shape);
        }
        let mut squeezed: String =
            text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '\u{2010}'..='\u{2015}')).collect();
        squeezed.make_ascii_uppercase();
        let rest = squeezed.strip_prefix("RF").filter(|rest| rest.len() == 9).unwrap_or(&squeezed);
        if rest.len() != 9 {
            return Err(ReferenceError::Shape);
        }
        let mut values = [0u8; 9];
        for (value, c) in values.iter_mut().zip(rest.bytes()) {
            *value = value_of(c).ok_or(ReferenceError::Shape)?;
        }
        if check(&values[..8]) != values[8] {
            return Err(ReferenceError::Check);
        }
        Ok(Reference(write(&values[..8])))
    }

    /// The reference as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The reference in groups, for reading out: `R F, 7 K 3 M, 9 Q X A B`.
    pub fn spoken(&self) -> String {
        let groups: Vec<String> =
            self.0.split('-').map(|group| group.chars().map(String::from).collect::<Vec<_>>().join(" ")).collect();
        groups.join(", ")
    }
}

impl std::fmt::Display for Reference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

fn value_of(c: u8) -> Option<u8> {
    let c = match c {
        b'I' | b'L' => b'1',
        b'O' => b'0',
        other => other,
    };
    DIGITS.iter().position(|digit| *digit == c).and_then(|position| u8::try_from(position).ok())
}

fn write(values: &[u8]) -> String {
    let mut text = String::from("RF-");
    for (position, value) in values.iter().chain([check(values)].iter()).enumerate() {
        if position == 4 {
            text.push('-');
        }
        text.push(char::from(DIGITS[usize::from(*value)]));
    }
    text
}

/// The check digit: the weighted sum over GF(32).
fn check(values: &[u8]) -> u8 {
    let mut weight = 1;
    let mut sum = 0;
    for value in values {
        weight = times(weight, 2);
        sum ^= times(weight, *value);
    }
    sum
}

/// Product in GF(32).
fn times(a: u8, b: u8) -> u8 {
    let mut product = 0u16;
    for bit in 0..5 {
        if b & (1 << bit) != 0 {
            product ^= u16::from(a) << bit;
        }
    }
    for bit in (5..9).rev() {
        if product & (1 << bit) != 0 {
            product ^= 0b10_0101 << (bit - 5);
        }
    }
    (product & 31) as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn references_are_read_as_people_type_them() {
        let reference = Reference::from_random(0x12_3456_789A);
        let loose = reference.as_str().to_lowercase().replace('-', "  ").replace('0', "o").replace('1', "l");
        assert_eq!(Reference::parse(&loose), Ok(reference.clone()));
        assert_eq!(Reference::parse(reference.as_str().trim_start_matches("RF-")), Ok(reference));
        assert_eq!(Reference::parse("RF-12"), Err(ReferenceError::Shape));
        assert_eq!(Reference::parse(""), Err(ReferenceError::Shape));
    }

    proptest! {
        #[test]
        fn one_wrong_digit_or_two_swapped_are_always_found(random: u64, position in 0usize..9, other in 1u8..32) {
            let reference = Reference::from_random(random);
            prop_assert_eq!(&Reference::parse(reference.as_str()).unwrap(), &reference);
            let mut digits: Vec<u8> = reference.as_str().bytes().skip(3).filter(|b| *b != b'-').collect();
            let was = value_of(digits[position]).unwrap();
            digits[position] = DIGITS[usize::from((was + other) % 32)];
            let wrong = String::from_utf8(digits.clone()).unwrap();
            prop_assert_eq!(Reference::parse(&wrong), Err(ReferenceError::Check));
            digits[position] = DIGITS[usize::from(was)];
            let next = (position + 1) % 9;
            if digits[position] != digits[next] {
                digits.swap(position, next);
                let swapped = String::from_utf8(digits).unwrap();
                prop_assert_eq!(Reference::parse(&swapped), Err(ReferenceError::Check));
            }
        }
    }
}
