//! Likeness of names and numbers.

/// Words that are rank or title, not name.
const RANKS: [&str; 26] = [
    "dc",
    "ds",
    "di",
    "dci",
    "pc",
    "ps",
    "wpc",
    "sgt",
    "dsgt",
    "sergeant",
    "inspector",
    "superintendent",
    "detective",
    "constable",
    "officer",
    "chief",
    "mr",
    "mrs",
    "ms",
    "miss",
    "dr",
    "sir",
    "from",
    "the",
    "called",
    "named",
];

/// A name without rank, case and punctuation: what is compared.
pub fn name_key(name: &str) -> String {
    let lower = name.to_lowercase();
    let words: Vec<&str> =
        lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty() && !RANKS.contains(word)).collect();
    words.join(" ")
}

/// Jaro-Winkler likeness, 0..=1 (Winkler 1990).
pub fn jaro_winkler(a: &str, b: &str) -> f64 {
    strsim::jaro_winkler(a, b)
}

/// Whether two numbers differ in one digit: one wrong, one missing or one too many.
pub fn one_digit_off(a: &str, b: &str) -> bool {
    if a == b || a.len().abs_diff(b.len()) > 1 || a.len().min(b.len()) < 7 {
        return false;
    }
    strsim::levenshtein(a, b) == 1
}

/// The keys under which a number one digit off is found: the number less each of its last ten digits (the deletion neighbourhood).
pub(crate) fn deletions(number: &str) -> Vec<String> {
    let first = number.len().saturating_sub(10);
    let mut keys = Vec::with_capacity(11);
    for position in first..number.len() {
        if number.is_char_boundary(position) && number.is_char_boundary(position + 1) {
            let key = format!("{}{}", &number[..position], &number[position + 1..]);
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ranks_are_no_part_of_a_name() {
        assert_eq!(name_key("DC Martin O'Hughes"), "martin o hughes");
        assert_eq!(name_key("Detective Sergeant  Martin O'Hughes."), "martin o hughes");
    }

    #[test]
    fn one_digit_off_is_one_edit() {
        assert!(one_digit_off("+441632960123", "+441632960124"));
        assert!(one_digit_off("+441632960123", "+44163296012"));
        assert!(!one_digit_off("+441632960123", "+441632960123"));
        assert!(!one_digit_off("+441632960123", "+441632960134"));
        assert!(!one_digit_off("101", "102"));
    }

    proptest! {
        #[test]
        fn numbers_one_digit_off_share_a_key(digits in "[0-9]{10}", position in 0usize..10, other in 0u8..10) {
            let a = format!("+44{digits}");
            let mut b = a.clone().into_bytes();
            b[3 + position] = b'0' + other;
            let b = String::from_utf8(b).unwrap();
            if one_digit_off(&a, &b) {
                let keys = deletions(&a);
                prop_assert!(deletions(&b).iter().any(|key| keys.contains(key)));
            }
        }
    }
}
