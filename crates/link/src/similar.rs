//! Likeness of short byte strings, without allocation: what the scoring of millions of pairs can afford.

/// Jaro-Winkler likeness of two byte strings, 0..=1 (Winkler 1990: prefix of at most four, scale 0.1, always applied). Strings longer
/// than 64 bytes are compared by their first 64.
pub fn jaro_winkler_bytes(a: &[u8], b: &[u8]) -> f64 {
    let a = &a[..a.len().min(64)];
    let b = &b[..b.len().min(64)];
    if a == b {
        return 1.0;
    }
    if a.is_empty() || b.is_empty() {
        return 0.0;
    }
    let reach = (a.len().max(b.len()) / 2).saturating_sub(1);
    let (mut taken_a, mut taken_b) = (0u64, 0u64);
    for (i, x) in a.iter().enumerate() {
        let from = i.saturating_sub(reach);
        let to = (i + reach + 1).min(b.len());
        for (j, y) in b.iter().enumerate().take(to).skip(from) {
            if x == y && taken_b & (1 << j) == 0 {
                taken_a |= 1 << i;
                taken_b |= 1 << j;
                break;
            }
        }
    }
    let matches = taken_a.count_ones();
    if matches == 0 {
        return 0.0;
    }
    let (mut left, mut right, mut crossed) = (taken_a, taken_b, 0u32);
    while left != 0 {
        let (i, j) = (left.trailing_zeros() as usize, right.trailing_zeros() as usize);
        crossed += u32::from(a[i] != b[j]);
        left &= left - 1;
        right &= right - 1;
    }
    let m = f64::from(matches);
    let jaro = (m / a.len() as f64 + m / b.len() as f64 + (m - f64::from(crossed / 2)) / m) / 3.0;
    let prefix = a.iter().zip(b).take(4).take_while(|(x, y)| x == y).count() as f64;
    jaro + prefix * 0.1 * (1.0 - jaro)
}

/// Whether two strings are one edit apart: one byte wrong, missing, too many, or two neighbours changed over.
pub fn one_edit_apart(a: &[u8], b: &[u8]) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if long.len() - short.len() > 1 {
        return false;
    }
    let head = short.iter().zip(long).take_while(|(x, y)| x == y).count();
    let (s, l) = (&short[head..], &long[head..]);
    if s.len() == l.len() {
        if s.is_empty() {
            return false;
        }
        return s[1..] == l[1..] || (s.len() > 1 && s[0] == l[1] && s[1] == l[0] && s[2..] == l[2..]);
    }
    s == &l[1..]
}

/// [`one_edit_apart`] of two different values of at most eight bytes, packed from the top, zeros after them.
pub(crate) fn one_edit_packed(x: u64, y: u64) -> bool {
    let differs = (x ^ y).leading_zeros() / 8 * 8;
    let after = |word: u64, bits: u32| word.checked_shl(differs + bits).unwrap_or(0);
    let (a, b) = (after(x, 8), after(y, 8));
    if a == b || a == after(y, 0) || b == after(x, 0) {
        return true;
    }
    let (first, second) = (|word: u64| (word << differs) >> 56, |word: u64| (word << differs << 8) >> 56);
    second(x) != 0 && first(x) == second(y) && second(x) == first(y) && after(x, 16) == after(y, 16)
}

/// What can be said of a name without its letters' order: enough to rule out most pairs that are not alike.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Signature {
    /// Which bytes occur, folded into 32.
    bits: u32,
    /// Bytes beyond the first of their kind.
    repeats: u8,
    length: u8,
    first: u8,
}

impl Signature {
    pub(crate) fn of(value: &[u8]) -> Signature {
        let value = &value[..value.len().min(64)];
        let bits = value.iter().fold(0u32, |bits, byte| bits | 1 << (byte & 31));
        Signature {
            bits,
            repeats: (value.len() - bits.count_ones() as usize) as u8,
            length: value.len() as u8,
            first: value.first().copied().unwrap_or(0),
        }
    }

    /// Whether the Jaro-Winkler likeness certainly stays below 0.85: no more bytes can match than both have.
    #[inline]
    pub(crate) fn rules_out(&self, other: &Signature) -> bool {
        let shared = (self.bits & other.bits).count_ones() as u8;
        let most = f32::from((shared + self.repeats.min(other.repeats)).min(self.length).min(other.length));
        let jaro = (most / f32::from(self.length.max(1)) + most / f32::from(other.length.max(1)) + 1.0) / 3.0;
        // A shared beginning of four adds at most 0.4 of what is missing.
        let prefix = if self.first == other.first { 0.4 * (1.0 - jaro) } else { 0.0 };
        jaro + prefix < 0.849
    }
}

/// A phonetic key for blocking: the first letter and the next three consonant classes of Soundex (Russell 1918; US National Archives'
/// coding), over the whole value, words run together. Empty for a value without letters.
pub fn phonetic_key(name: &[u8]) -> [u8; 4] {
    let class = |byte: u8| match byte.to_ascii_lowercase() {
        b'b' | b'f' | b'p' | b'v' => b'1',
        b'c' | b'g' | b'j' | b'k' | b'q' | b's' | b'x' | b'z' => b'2',
        b'd' | b't' => b'3',
        b'l' => b'4',
        b'm' | b'n' => b'5',
        b'r' => b'6',
        b'h' | b'w' => b'h',
        _ => b'0',
    };
    let mut key = [0u8; 4];
    let mut filled = 0;
    let mut last = b'0';
    for &byte in name.iter().filter(|byte| byte.is_ascii_alphabetic()) {
        let this = class(byte);
        if filled == 0 {
            key[0] = byte.to_ascii_lowercase();
            filled = 1;
            last = this;
            continue;
        }
        if this == b'h' {
            continue;
        }
        if this != b'0' && this != last {
            key[filled] = this;
            filled += 1;
            if filled == 4 {
                break;
            }
        }
        last = this;
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn soundex_of_the_archives_examples() {
        let key = |name: &str| String::from_utf8(phonetic_key(name.as_bytes()).to_vec()).unwrap();
        assert_eq!(key("Tymczak"), "t522");
        assert_eq!(key("Pfister"), "p236");
        assert_eq!(key("Robert"), key("Rupert"));
    }

    proptest! {
        #[test]
        fn likeness_is_the_librarys_with_the_beginning_always_counted(a in "[a-e]{0,12}", b in "[a-e]{0,12}") {
            let jaro = strsim::jaro(&a, &b);
            let prefix = a.bytes().zip(b.bytes()).take(4).take_while(|(x, y)| x == y).count() as f64;
            prop_assert!((jaro_winkler_bytes(a.as_bytes(), b.as_bytes()) - (jaro + prefix * 0.1 * (1.0 - jaro))).abs() < 1e-9);
        }

        #[test]
        fn a_signature_rules_out_only_what_is_unlike(a in "[a-h]{1,9}", b in "[a-h]{1,9}") {
            if Signature::of(a.as_bytes()).rules_out(&Signature::of(b.as_bytes())) {
                prop_assert!(jaro_winkler_bytes(a.as_bytes(), b.as_bytes()) < 0.85);
                prop_assert!(!one_edit_apart(a.as_bytes(), b.as_bytes()) || a.len().min(b.len()) < 4);
            }
        }

        #[test]
        fn edits_are_those_of_the_library(a in "[ab1]{0,7}", b in "[ab1]{0,7}") {
            let distance = strsim::osa_distance(&a, &b);
            prop_assert_eq!(one_edit_apart(a.as_bytes(), b.as_bytes()), distance == 1);
            let packed = |text: &str| text.bytes().enumerate().fold(0u64, |word, (place, byte)| word | u64::from(byte) << (56 - 8 * place));
            if a != b {
                prop_assert_eq!(super::one_edit_packed(packed(&a), packed(&b)), distance == 1);
            }
        }
    }
}
