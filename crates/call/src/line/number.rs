//! Is a burst of digits a number that one dials, or a secret that one keys in?

/// What a burst of digits looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialled {
    /// 999, 112, 101 or 159.
    Emergency,
    /// A whole telephone number: 0 and 9 or 10 more digits, or 00 and a number abroad.
    Number,
    /// None of these: a menu's choice, a PIN, a card.
    Other,
}

/// Tells what a burst is (the dialled-number rule). It has to match as a whole.
pub fn dialled(digits: &str) -> Dialled {
    if matches!(digits, "999" | "112" | "101" | "159") {
        return Dialled::Emergency;
    }
    let all = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    let national = digits.starts_with('0') && !digits.starts_with("00") && (10..=11).contains(&digits.len());
    let abroad = digits.starts_with("00") && (11..=17).contains(&digits.len());
    if all && (national || abroad) { Dialled::Number } else { Dialled::Other }
}

/// The digits as they may be told: a number as it is, anything else by its length alone.
pub fn masked(digits: &str) -> String {
    match dialled(digits) {
        Dialled::Other => "*".repeat(digits.chars().count()),
        _ => digits.to_owned(),
    }
}
