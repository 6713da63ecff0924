//! Who speaks. Only the far end's words are weighed: people repeat what they are asked.

/// Whether a turn is the resident's own, by the name of its speaker and the direction of the call where it is known. `caller` is whoever
/// dialled: in an outbound call that is the resident.
pub fn is_resident(speaker: &str, direction: Option<&str>) -> bool {
    match speaker {
        "resident" | "target" | "victim" => true,
        "callee" => direction != Some("outbound"),
        "caller" => direction == Some("outbound"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_resident;

    #[test]
    fn the_one_who_was_rung_is_the_resident() {
        assert!(is_resident("callee", None) && is_resident("callee", Some("inbound")));
        assert!(!is_resident("caller", None) && !is_resident("second_caller", Some("outbound")));
        assert!(is_resident("caller", Some("outbound")) && !is_resident("callee", Some("outbound")));
        assert!(!is_resident("mixed", None) && !is_resident("", None));
    }
}
