//! One way of writing for values that people write in many: what is compared, by kind.

use crate::measure::Measure;

/// No point on the line: a date that cannot be read.
pub(crate) const NO_POINT: i32 = i32::MIN;

/// The value as it is compared; empty where nothing of it is left.
pub(crate) fn normalise(measure: Measure, value: &[u8], out: &mut Vec<u8>) {
    out.clear();
    match measure {
        Measure::Category | Measure::Name | Measure::Text => plain_words(value, out),
        Measure::Number => number(value, out),
        Measure::Code | Measure::Area => {
            out.extend(value.iter().filter(|b| b.is_ascii_alphanumeric()).map(u8::to_ascii_uppercase));
        }
        Measure::Email => out.extend(value.iter().filter(|b| !b.is_ascii_whitespace()).map(u8::to_ascii_lowercase)),
        Measure::Date => match date(value) {
            Some((year, month, day)) => out.extend_from_slice(format!("{year:04}{month:02}{day:02}").as_bytes()),
            None => out.extend(value.iter().filter(|b| b.is_ascii_digit())),
        },
        Measure::Ordered => {
            if let Some(number) = whole(value) {
                out.extend_from_slice(number.to_string().as_bytes());
            }
        }
    }
}

/// Lower case, Latin letters without their accents, single spaces, no punctuation. Other scripts stay as they are.
fn plain_words(value: &[u8], out: &mut Vec<u8>) {
    let text = String::from_utf8_lossy(value);
    let mut buffer = [0u8; 4];
    for c in text.chars() {
        if c.is_alphanumeric() {
            for lower in c.to_lowercase() {
                match unaccented(lower) {
                    Some(plain) => out.extend_from_slice(plain.as_bytes()),
                    None => out.extend_from_slice(lower.encode_utf8(&mut buffer).as_bytes()),
                }
            }
        } else if c != '\'' && c != '’' && c != '.' && out.last().is_some_and(|last| *last != b' ') {
            out.push(b' ');
        }
    }
    while out.last() == Some(&b' ') {
        out.pop();
    }
}

fn unaccented(c: char) -> Option<&'static str> {
    Some(match c {
        'à'..='å' | 'ā' | 'ă' | 'ą' => "a",
        'æ' => "ae",
        'ç' | 'ć' | 'č' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è'..='ë' | 'ē' | 'ę' | 'ě' => "e",
        'ğ' => "g",
        'ì'..='ï' | 'ī' | 'ı' => "i",
        'ł' => "l",
        'ñ' | 'ń' | 'ň' => "n",
        'ò'..='ö' | 'ø' | 'ō' | 'ő' => "o",
        'œ' => "oe",
        'ř' => "r",
        'ś' | 'ş' | 'š' | 'ș' => "s",
        'ß' => "ss",
        'ť' | 'ț' | 'ţ' => "t",
        'ù'..='ü' | 'ū' | 'ů' | 'ű' => "u",
        'ý' | 'ÿ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        _ => return None,
    })
}

/// Digits; +44, 0044 and 44 before ten digits become the trunk 0.
fn number(value: &[u8], out: &mut Vec<u8>) {
    let plus = value.first() == Some(&b'+');
    out.extend(value.iter().filter(|b| b.is_ascii_digit()));
    let british = if out.starts_with(b"0044") {
        4
    } else if out.starts_with(b"44") && (plus || out.len() == 12) {
        2
    } else {
        return;
    };
    let mut rest = &out[british..];
    if rest.first() == Some(&b'0') {
        rest = &rest[1..];
    }
    let mut national = Vec::with_capacity(rest.len() + 1);
    national.push(b'0');
    national.extend_from_slice(rest);
    *out = national;
}

/// Year, month and day: 2019-04-12 (with or without a time after it), 20190412, 12/04/2019.
pub(crate) fn date(value: &[u8]) -> Option<(i32, u32, u32)> {
    let digits = |part: &[u8]| -> Option<u32> {
        (!part.is_empty() && part.len() <= 4 && part.iter().all(u8::is_ascii_digit))
            .then(|| part.iter().fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0')))
    };
    let value = match value.iter().position(|b| *b == b'T' || *b == b' ') {
        Some(end) if end >= 8 => &value[..end],
        _ => value,
    };
    let (year, month, day) = if value.len() == 8 && value.iter().all(u8::is_ascii_digit) {
        (digits(&value[..4])?, digits(&value[4..6])?, digits(&value[6..])?)
    } else {
        let mut parts = value.split(|b| matches!(b, b'-' | b'/' | b'.'));
        let (first, second, third) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() {
            return None;
        }
        if first.len() == 4 {
            (digits(first)?, digits(second)?, digits(third)?)
        } else if third.len() == 4 {
            let (day, month) = (digits(first)?, digits(second)?);
            // Where the month can be none, the writer put the month first.
            if month > 12 && day <= 12 { (digits(third)?, day, month) } else { (digits(third)?, month, day) }
        } else {
            return None;
        }
    };
    ((1000..=2999).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day)).then_some((year as i32, month, day))
}

/// Days since 1970-01-01 in the Gregorian calendar (Hinnant's days_from_civil).
pub(crate) fn days(year: i32, month: u32, day: u32) -> i32 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year - era * 400;
    let of_year = (153 * (month as i32 + if month > 2 { -3 } else { 9 }) + 2) / 5 + day as i32 - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// A whole number; fractions are cut.
pub(crate) fn whole(value: &[u8]) -> Option<i32> {
    let text = std::str::from_utf8(value).ok()?;
    let number: f64 = text.replace(',', "").parse().ok()?;
    (number.abs() < 2e9).then_some(number as i32)
}

/// The point on the line of an ordered value, or [`NO_POINT`].
pub(crate) fn point(measure: Measure, value: &[u8]) -> i32 {
    match measure {
        Measure::Date => date(value).map_or(NO_POINT, |(year, month, day)| days(year, month, day)),
        Measure::Ordered => whole(value).unwrap_or(NO_POINT),
        _ => NO_POINT,
    }
}

/// The leading letters of an area ("AL" of AL1).
pub(crate) fn letters(area: &[u8]) -> &[u8] {
    let end = area.iter().position(|b| !b.is_ascii_alphabetic()).unwrap_or(area.len());
    &area[..end]
}

/// The outward code of a whole postcode (AL1 of AL13JQ); an outcode is its own.
pub(crate) fn district(area: &[u8]) -> &[u8] {
    if let [head @ .., digit, x, y] = area
        && head.len() >= 2
        && digit.is_ascii_digit()
        && x.is_ascii_alphabetic()
        && y.is_ascii_alphabetic()
    {
        return head;
    }
    area
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(measure: Measure, value: &str) -> String {
        let mut out = Vec::new();
        normalise(measure, value.as_bytes(), &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn many_writings_of_one_value() {
        for number in ["+44 1632 960123", "0044 1632 960123", "(01632) 960-123", "441632960123", "+44 (0)1632 960123"] {
            assert_eq!(written(Measure::Number, number), "01632960123", "{number}");
        }
        assert_eq!(written(Measure::Name, " José  O'Neil-Hart "), "jose oneil hart");
        assert_eq!(written(Measure::Area, "al1 3jq"), "AL13JQ");
        for date in ["2019-04-12", "20190412", "12/04/2019", "2019-04-12T10:00:00Z"] {
            assert_eq!(written(Measure::Date, date), "20190412", "{date}");
        }
        assert_eq!(days(1970, 1, 1), 0);
        assert_eq!(days(2000, 3, 1), 11_017);
        assert_eq!(district(b"AL13JQ"), b"AL1");
        assert_eq!(district(b"AL1"), b"AL1");
        assert_eq!(letters(b"AL1"), b"AL");
    }
}
