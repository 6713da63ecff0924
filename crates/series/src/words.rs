//! Small wording helpers for sentences.

/// "1 report", "4 reports".
pub(crate) fn count(n: u64, one: &str, many: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {many}") }
}

/// "A", "A and B", "A, B and C".
pub(crate) fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// A small expectation: two decimals below 1, one below 10, whole above.
pub(crate) fn decimal(value: f64) -> String {
    if value < 1.0 {
        format!("{value:.2}")
    } else if value < 10.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.0}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_read_as_people_write_them() {
        let names = |n: usize| ["A", "B", "C"][..n].iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
        assert_eq!(list(&names(1)), "A");
        assert_eq!(list(&names(2)), "A and B");
        assert_eq!(list(&names(3)), "A, B and C");
        assert_eq!(count(1, "day", "days"), "1 day");
        assert_eq!(decimal(0.377), "0.38");
    }
}
