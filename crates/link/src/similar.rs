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

/// Whether two strings are at most two edits apart (optimal string alignment). Longer than 40 bytes: no.
pub fn two_edits_apart(a: &[u8], b: &[u8]) -> bool {
    const MOST: usize = 40;
    if a.len() > MOST || b.len() > MOST || a.len().abs_diff(b.len()) > 2 {
        return false;
    }
    let mut rows = [[0u8; MOST + 1]; 3];
    for (j, cell) in rows[0].iter_mut().enumerate() {
        *cell = j as u8;
    }
    for i in 1..=a.len() {
        let (now, before, earlier) = (i % 3, (i + 2) % 3, (i + 1) % 3);
        rows[now][0] = i as u8;
        let mut least = rows[now][0];
        for j in 1..=b.len() {
            let change = rows[before][j - 1] + u8::from(a[i - 1] != b[j - 1]);
            let mut best = change.min(rows[before][j] + 1).min(rows[now][j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[earlier][j - 2] + 1);
            }
            rows[now][j] = best;
            least = least.min(best);
        }
        if least > 2 {
            return false;
        }
    }
    rows[a.len() % 3][b.len()] <= 2
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
        fn likeness_is_that_of_the_library(a in "[a-e]{0,12}", b in "[a-e]{0,12}") {
            prop_assert!((jaro_winkler_bytes(a.as_bytes(), b.as_bytes()) - strsim::jaro_winkler(&a, &b)).abs() < 1e-9);
        }

        #[test]
        fn edits_are_those_of_the_library(a in "[ab1]{0,7}", b in "[ab1]{0,7}") {
            let distance = strsim::osa_distance(&a, &b);
            prop_assert_eq!(one_edit_apart(a.as_bytes(), b.as_bytes()), distance == 1);
            prop_assert_eq!(two_edits_apart(a.as_bytes(), b.as_bytes()), distance <= 2);
        }
    }
}
