//! The shape of UK postcodes: `AL1 3JQ`, sector `AL1 3`, outward code `AL1`. Shape only; whether one exists is the gazetteer's
//! business.

/// A postcode in its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Postcode {
    /// `AL1 3JQ`.
    pub full: String,
    /// `AL1 3`.
    pub sector: String,
    /// `AL1`.
    pub outcode: String,
}

/// Letters, digits and nothing else, in capitals; `None` for other characters or more than eight.
fn squeeze(text: &str) -> Option<String> {
    let mut out = String::new();
    for c in text.trim().chars() {
        if c.is_whitespace() {
            continue;
        }
        if !c.is_ascii_alphanumeric() || out.len() >= 8 {
            return None;
        }
        out.push(c.to_ascii_uppercase());
    }
    Some(out)
}

/// Reads a full postcode in any case and spacing.
pub fn parse_postcode(text: &str) -> Option<Postcode> {
    let squeezed = squeeze(text)?;
    if squeezed.len() < 5 || squeezed.len() > 7 {
        return None;
    }
    let (outward, inward) = squeezed.split_at(squeezed.len() - 3);
    let inward_bytes = inward.as_bytes();
    let good = inward_bytes[0].is_ascii_digit() && inward_bytes[1].is_ascii_uppercase() && inward_bytes[2].is_ascii_uppercase();
    if !good || !is_outcode(outward) {
        return None;
    }
    let sector = format!("{outward} {}", &inward[..1]);
    Some(Postcode { full: format!("{outward} {inward}"), sector, outcode: outward.to_owned() })
}

/// Reads a sector (`al1 3`, `AL13` is an outward code and no sector).
pub fn parse_sector(text: &str) -> Option<String> {
    let (outward, digit) = text.trim().rsplit_once(char::is_whitespace)?;
    let outward = parse_outcode(outward)?;
    if digit.len() != 1 || !digit.as_bytes()[0].is_ascii_digit() {
        return None;
    }
    Some(format!("{outward} {digit}"))
}

/// Reads an outward code.
pub fn parse_outcode(text: &str) -> Option<String> {
    let squeezed = squeeze(text)?;
    is_outcode(&squeezed).then_some(squeezed)
}

/// The outward code of a sector in canonical form.
pub fn outcode_of(sector: &str) -> &str {
    sector.split(' ').next().unwrap_or(sector)
}

/// A9, A99, AA9, AA99, A9A, AA9A.
fn is_outcode(text: &str) -> bool {
    let shape: String = text.chars().map(|c| if c.is_ascii_digit() { '9' } else { 'A' }).collect();
    matches!(shape.as_str(), "A9" | "A99" | "AA9" | "AA99" | "A9A" | "AA9A")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn postcodes_are_read_in_any_case_and_spacing() {
        for text in ["AL1 3JQ", "al13jq", " AL1  3jq "] {
            let postcode = parse_postcode(text).unwrap();
            assert_eq!((postcode.full.as_str(), postcode.sector.as_str()), ("AL1 3JQ", "AL1 3"), "{text}");
        }
        for text in ["AL1", "AL1 3J", "1AL 3JQ", "AL1 3JQ; drop", "ÀL1 3JQ", ""] {
            assert_eq!(parse_postcode(text), None, "{text}");
        }
    }

    #[test]
    fn sectors_and_outcodes() {
        assert_eq!(parse_sector("al1 3").as_deref(), Some("AL1 3"));
        assert_eq!(parse_sector("AL13"), None);
        assert_eq!(parse_outcode("ec1a").as_deref(), Some("EC1A"));
        assert_eq!(outcode_of("AL1 3"), "AL1");
    }
}
