//! Runs test programs, and counts the tests that they report.

use std::io::{self, BufRead as _, BufReader};
use std::ops::AddAssign;
use std::process::{ChildStdout, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use anyhow::Result;

use crate::tools;

/// Whether what a test program prints is for the reader too.
#[derive(PartialEq)]
pub(super) enum Echo {
    Yes,
    No,
}

/// How long a test program may print nothing. Compiling it takes the longest: about five minutes on two cores.
const SILENCE: Duration = Duration::from_secs(15 * 60);

/// Runs a test program and adds up what it reports. A program that hangs is ended and counts as a failure.
pub(super) fn count(command: &mut Command, echo: Echo) -> Result<Tally> {
    let mut child = command.stdout(Stdio::piped()).spawn()?;
    let mut tally = Tally::default();
    let lines = lines_of(child.stdout.take().expect("a piped output"));
    loop {
        match lines.recv_timeout(SILENCE) {
            Ok(line) => {
                let line = line?;
                if echo == Echo::Yes {
                    println!("{line}");
                }
                tally += Tally::reported(&line);
            }
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => {
                println!(
                    "failed: no output for {} minutes; the test program is ended",
                    SILENCE.as_secs() / 60
                );
                tally.failed += 1;
                tools::end(&mut child);
                break;
            }
        }
    }
    // What does not compile or crashes has no test to count.
    if !child.wait()?.success() && tally.failed == 0 {
        tally.failed = 1;
    }
    Ok(tally)
}

/// The lines of what a program prints, as they come.
fn lines_of(output: ChildStdout) -> Receiver<io::Result<String>> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(output).lines() {
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    receiver
}

/// How many tests came to which end.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Tally {
    pub(super) passed: usize,
    pub(super) failed: usize,
    pub(super) skipped: usize,
}

impl Tally {
    /// What a line says that closes the report of a test program.
    fn reported(line: &str) -> Self {
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
