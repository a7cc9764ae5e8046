//! How many tests passed.

use std::ops::AddAssign;

/// How many tests came to which end.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Tally {
    pub(super) passed: usize,
    pub(super) failed: usize,
    pub(super) skipped: usize,
}

impl Tally {
    /// What a line says that closes the report of a test program.
    pub(super) fn reported(line: &str) -> Self {
        let mut tally = Self::default();
        // Cargo: `test result: ok. 4 passed; 0 failed; 1 ignored; 0 measured; ...`
        if let Some(result) = line.strip_prefix("test result: ") {
            let words: Vec<_> = result.split([' ', ';', '.']).filter(|it| !it.is_empty()).collect();
            for pair in words.windows(2) {
                tally.add(pair[1], pair[0]);
            }
        }
        // Node: `# pass 4`
        if let Some((end, number)) = line.strip_prefix("# ").and_then(|rest| rest.split_once(' ')) {
            tally.add(end, number);
        }
        tally
    }

    fn add(&mut self, end: &str, number: &str) {
        let Ok(number) = number.parse::<usize>() else { return };
        match end {
            "passed" | "pass" => self.passed += number,
            "failed" | "fail" | "cancelled" => self.failed += number,
            "skipped" | "todo" => self.skipped += number,
            _ => {}
        }
    }

    pub(super) fn closing_line(&self) -> String {
        let skipped = match self.skipped {
            0 => String::new(),
            skipped => format!(", {skipped} skipped"),
        };
        format!("{} passed, {} failed{skipped}", self.passed, self.failed)
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

#[cfg(test)]
mod tests {
    use super::Tally;

    #[test]
    fn the_report_of_cargo_is_counted() {
        let line = "test result: FAILED. 4 passed; 2 failed; 1 ignored; 0 measured; \
                    7 filtered out; finished in 0.01s";
        // Ignored tests are those that take minutes; `--slow` runs them.
        assert_eq!(Tally::reported(line), Tally { passed: 4, failed: 2, skipped: 0 });
    }

    #[test]
    fn the_report_of_node_is_counted() {
        let mut tally = Tally::default();
        for line in ["# tests 6", "# pass 3", "# fail 1", "# cancelled 1", "# skipped 1"] {
            tally += Tally::reported(line);
        }
        assert_eq!(tally, Tally { passed: 3, failed: 2, skipped: 1 });
    }

    #[test]
    fn skips_are_told_only_when_there_are_any() {
        let mut tally = Tally { passed: 412, ..Tally::default() };
        assert_eq!(tally.closing_line(), "412 passed, 0 failed");
        tally.skipped = 3;
        assert_eq!(tally.closing_line(), "412 passed, 0 failed, 3 skipped");
    }
}
