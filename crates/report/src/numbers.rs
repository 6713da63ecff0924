//! Telephone numbers: to E.164 by libphonenumber's data, numbers kept for drama, and numbers that are nobody's evidence.

use std::collections::BTreeMap;

/// Reads a telephone number in any common form and gives it in E.164. `region` (ISO 3166, such as `GB`) is the country of numbers
/// written without one.
///
/// `None` for what is no number: letters, too few or too many digits, a short code such as 101 or 999.
pub fn to_e164(text: &str, region: &str) -> Option<String> {
    let text = text.trim();
    if text.len() > 40 {
        return None;
    }
    if let Some(quick) = quickly(text, region) {
        return Some(quick);
    }
    let region: phonenumber::country::Id = region.parse().ok()?;
    // A trunk zero behind a country code that was typed goes at the second reading: what is kept is read as itself.
    let first = read(text, region)?;
    let second = read(&first, region)?;
    if first == second { Some(first) } else { read(&second, region).filter(|third| *third == second) }
}

fn read(text: &str, region: phonenumber::country::Id) -> Option<String> {
    let number = phonenumber::parse(Some(region), text).ok()?;
    let formatted = number.format().mode(phonenumber::Mode::E164).to_string();
    let digits = formatted.len().checked_sub(1)?;
    // E.164 allows 15 digits; the shortest subscriber numbers with their country code have seven.
    let good = (7..=15).contains(&digits) && formatted.starts_with('+') && formatted[1..].bytes().all(|b| b.is_ascii_digit());
    good.then_some(formatted)
}

/// The plain cases without the library's parser: ten digits of North America and eleven of the United Kingdom.
fn quickly(text: &str, region: &str) -> Option<String> {
    let bytes = text.as_bytes();
    if !bytes.iter().all(u8::is_ascii_digit) {
        return None;
    }
    match (region, bytes.len()) {
        ("US" | "CA", 10) if bytes[0] >= b'2' && bytes[3] >= b'2' => Some(format!("+1{text}")),
        ("GB", 11) if text.starts_with("01") || text.starts_with("02") || text.starts_with("07") => {
            Some(format!("+44{}", &text[1..]))
        }
        _ => None,
    }
}

/// Prefixes of numbers that Ofcom keeps for drama, E.164 without the plus.
const DRAMA: [&str; 20] = [
    "441134960",
    "441144960",
    "441154960",
    "441164960",
    "441174960",
    "441184960",
    "441214960",
    "441314960",
    "441414960",
    "441514960",
    "441614960",
    "441914980",
    "441632960",
    "442079460",
    "442890180",
    "442920180",
    "443069990",
    "447700900",
    "448081570",
    "449098790",
];

/// Whether a number is one that Ofcom keeps for drama, with or without the country code.
pub fn is_drama_number(text: &str) -> bool {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let international = match digits.strip_prefix('0') {
        Some(national) if !text.trim_start().starts_with('+') => format!("44{national}"),
        _ => digits,
    };
    DRAMA.iter().any(|prefix| international.starts_with(prefix))
}

/// The numbers of `rules/known-good-numbers.csv`: genuine services' numbers, which a scammer may display but which link nothing.
#[derive(Debug, Clone)]
pub struct KnownGood {
    numbers: BTreeMap<String, String>,
}

impl KnownGood {
    /// The list that ships with the program.
    pub fn builtin() -> KnownGood {
        KnownGood::parse(include_str!("../../../rules/known-good-numbers.csv"))
    }

    /// Reads `number,whose,source,checked` rows; a row without a number is passed over.
    pub fn parse(text: &str) -> KnownGood {
        let mut numbers = BTreeMap::new();
        for row in csv::Reader::from_reader(text.as_bytes()).records().flatten() {
            let (Some(number), Some(whose)) = (row.get(0), row.get(1)) else { continue };
            let digits: String = number.chars().filter(char::is_ascii_digit).collect();
            if digits.len() <= 4 {
                numbers.insert(digits, whose.to_owned());
            } else if let Some(e164) = to_e164(number, "GB") {
                numbers.insert(e164, whose.to_owned());
            }
        }
        KnownGood { numbers }
    }

    /// Whose number it is, when it is on the list.
    pub fn whose(&self, number: &str) -> Option<&str> {
        self.numbers.get(number).map(String::as_str)
    }
}

/// A number as people in its country write it: `01632 960123`. A number that does not parse is given back as it is.
pub fn for_people(e164: &str) -> String {
    match phonenumber::parse(None, e164) {
        Ok(number) if number.code().value() == 44 => number.format().mode(phonenumber::Mode::National).to_string(),
        Ok(number) => number.format().mode(phonenumber::Mode::International).to_string(),
        Err(_) => e164.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_in_the_forms_people_use() {
        for text in ["01632 960123", "+44 1632 960123", "(01632) 960-123", "0044 1632 960123", "01632960123"] {
            assert_eq!(to_e164(text, "GB").as_deref(), Some("+441632960123"), "{text}");
        }
        assert_eq!(to_e164("404-804-6298", "US").as_deref(), Some("+14048046298"));
        for text in ["101", "999", "abc", "", "12", "+", "0163296012301632960123"] {
            assert_eq!(to_e164(text, "GB"), None, "{text}");
        }
    }

    #[test]
    fn what_is_kept_is_read_as_itself() {
        for text in ["00 016392 3960", "+44 (0)1632 960123", "0044 01632 960123"] {
            let kept = to_e164(text, "GB").unwrap();
            assert_eq!(to_e164(&kept, "GB"), Some(kept), "{text}");
        }
    }

    #[test]
    fn the_quick_way_agrees_with_the_library() {
        for text in ["01632960123", "02079460321", "07700900123"] {
            let slow = to_e164(&format!("{} {}", &text[..5], &text[5..]), "GB");
            assert_eq!(quickly(text, "GB"), slow, "{text}");
        }
    }

    #[test]
    fn drama_numbers_are_known_with_and_without_the_trunk_zero() {
        for text in ["+441632960123", "01632 960123", "020 7946 0321", "+447700900999", "0808 157 0233"] {
            assert!(is_drama_number(text), "{text}");
        }
        assert!(!is_drama_number("+441727812345"));
    }

    #[test]
    fn genuine_services_are_on_the_list() {
        let list = KnownGood::builtin();
        assert!(list.whose("159").is_some() && list.whose("101").is_some() && list.whose("+443001232040").is_some());
    }
}
