//! Loops that wait, as in `until nslookup db; do sleep 2; done`: iterations that are all the same are forgotten, so that
//! such a loop can wait for as long as it has to.

use crate::shell::{Ask, Output, Shell};
use std::fmt::Write;
use std::ops::Range;

/// How many times an iteration must repeat before one is forgotten: at least, and at most.
const REPEATS: Range<usize> = 16..150;
/// The maximum number of sleeps in an iteration.
const SLEEPS: usize = 3;

/// What a script did between its sleeps.
pub(super) struct Rounds {
    /// For each sleep, the number of answers up to it, and what happened since the one before.
    ended: Vec<(usize, String)>,
    /// What has happened since the last sleep.
    current: String,
    /// The number of answers.
    answers: usize,
    /// How many times an iteration of this script must repeat; none if the script may have a state that isn't known.
    repeats: Option<usize>,
}

impl Rounds {
    /// Begins with the first command of a script.
    pub(super) fn new(script: &str) -> Rounds {
        // Without a loop, a script can only repeat itself as often as it is written down.
        let repeats = (script.len() / 2).clamp(REPEATS.start, REPEATS.end);
        let repeats = (!has_hidden_state(script)).then_some(repeats);
        Rounds { ended: Vec::new(), current: String::new(), answers: 0, repeats }
    }

    /// Adds a request of the script, and the answer to it.
    pub(super) fn add(&mut self, ask: &Ask, answer: &Output, shell: &Shell) {
        self.answers += 1;
        if self.repeats.is_none() {
            return;
        }
        let _ = write!(self.current, "{ask:?} {} {} {}", answer.exit, answer.stdout, answer.stderr);
        if is_sleep(ask) {
            let _ = write!(self.current, "{:?} {}", shell.variables(), shell.folder());
            self.ended.push((self.answers, std::mem::take(&mut self.current)));
        }
    }

    /// The answers of the last iteration, if so many before it were the same, with the same variables, that the script must
    /// be in a loop.
    pub(super) fn repeated(&self) -> Option<Range<usize>> {
        let repeats = self.repeats?;
        (1..=SLEEPS).find_map(|sleeps| {
            // One more, because the first iteration begins with what is before the loop.
            let start = self.ended.len().checked_sub(sleeps * repeats + 1)?;
            let (before, rounds) = self.ended.get(start..)?.split_first()?;
            let is_same = rounds.iter().zip(rounds.iter().skip(sleeps)).all(|(a, b)| a.1 == b.1);
            let (first, last) = (self.ended.len().checked_sub(sleeps + 1)?, self.ended.last()?);
            let first = self.ended.get(first).unwrap_or(before).0;
            is_same.then_some(first..last.0)
        })
    }
}

/// Whether a request is a sleep.
pub(super) fn is_sleep(ask: &Ask) -> bool {
    matches!(ask, Ask::Call(call) if call.words.first().is_some_and(|word| word == "sleep"))
}

/// Whether a script may sleep while the state of its loop isn't in its own variables: in a subshell, or while it reads.
fn has_hidden_state(script: &str) -> bool {
    let mut depth = 0_usize;
    let mut inner = String::new();
    for letter in script.chars() {
        match letter {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ if depth > 0 => inner.push(letter),
            _ => {}
        }
    }
    let is_piped = ["| while", "| until", "| for", "|while", "|until", "|for"]
        .iter()
        .any(|words| script.contains(words));
    script.contains("read") || inner.contains("sleep") || is_piped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::Call;

    /// What is repeated when a script sleeps so many times in a row, with what it says in between.
    fn repeated(
        script: &str,
        says: impl Fn(usize) -> String,
        count: usize,
    ) -> Option<Range<usize>> {
        let call = |words: &[&str]| {
            let words = words.iter().map(|word| (*word).to_owned()).collect();
            Ask::Call(Call { words, input: None, is_shown: true })
        };
        let (shell, mut rounds) = (Shell::default(), Rounds::new(script));
        for number in 0..count {
            rounds.add(&call(&["nslookup", "db"]), &Output::complaint(says(number)), &shell);
            rounds.add(&call(&["sleep", "2"]), &Output::default(), &shell);
        }
        rounds.repeated()
    }

    #[test]
    fn only_iterations_that_are_the_same_are_forgotten() {
        let script = "until nslookup db; do sleep 2; done";
        let same = |_| "can't resolve".to_owned();
        assert_eq!(repeated(script, same, 17), None);
        assert_eq!(repeated(script, same, 18), Some(34..36));
        let counted = |number: usize| number.to_string();
        assert_eq!(repeated(script, counted, 100), None);
        // Two iterations that alternate are one.
        let alternating = |number: usize| (number % 2).to_string();
        assert_eq!(repeated(script, alternating, 40), Some(76..80));
    }

    #[test]
    fn a_script_that_may_count_elsewhere_is_left_alone() {
        for script in [
            "seq 99 | while read it; do sleep 1; done",
            "(i=0; while [ $i -lt 99 ]; do sleep 1; i=$((i+1)); done)",
            "x=$(sleep 1)",
        ] {
            assert!(has_hidden_state(script), "{script}");
        }
        assert!(!has_hidden_state("until [ $(curl -s web) = ok ]; do sleep 1; done"));
    }
}
