//! Counting what ran.

/// Passed and failed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
}

impl Count {
    pub(crate) fn add(&mut self, other: Count) {
        self.passed += other.passed;
        self.failed += other.failed;
    }

    /// One check.
    pub(crate) fn one(passed: bool) -> Count {
        Count { passed: u64::from(passed), failed: u64::from(!passed) }
    }
}

/// The sum of cargo's closing lines, `test result: ok. 5 passed; 0 failed; …`.
pub(crate) fn of_cargo(output: &str) -> Count {
    let mut count = Count::default();
    for line in output.lines() {
        let Some(rest) = line.trim_start().strip_prefix("test result: ") else { continue };
        let number = |word: &str| {
            rest.split(';').find_map(|part| {
                part.trim()
                    .trim_start_matches("ok. ")
                    .trim_start_matches("FAILED. ")
                    .strip_suffix(word)?
                    .trim()
                    .parse::<u64>()
                    .ok()
            })
        };
        count.passed += number("passed").unwrap_or(0);
        count.failed += number("failed").unwrap_or(0);
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines_are_summed() {
        let output = "running 2 tests\ntest result: ok. 5 passed; 0 failed; 0 ignored; 0 measured\ntest result: FAILED. 2 passed; 1 failed; 0 ignored\n";
        assert_eq!(of_cargo(output), Count { passed: 7, failed: 1 });
    }
}
