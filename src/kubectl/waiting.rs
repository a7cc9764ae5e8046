//! Commands that wait and change nothing: `rollout status`, `wait`, `logs -f`. Such a command runs again after each
//! change of the cluster, and its new output is printed, until there is nothing left to wait for.

use super::{Output, Plan, plan, read};
use crate::api::Time;
use crate::cluster::Event;
use crate::notation::{Line, Word};
use crate::sim::Sim;
use crate::task::{self, Progress};

/// The timeout error of `wait` and `rollout status`.
const TIMED_OUT: &str = "timed out waiting for the condition";
/// The error of `wait` for an object that it checked only once.
const NOT_MET: &str = "condition not met for";

/// A command that waits.
#[derive(Clone, Debug)]
pub(super) struct Waiting {
    /// The command that prints the current state.
    line: Line,
    is_log: bool,
    /// The output of its last run.
    printed: String,
    /// When it times out.
    until: Option<Time>,
    /// How it ended: the exit status and the error.
    pub(super) ended: Option<Output>,
}

impl Waiting {
    /// Starts a command, and returns its first output; `None` if it is not one that only waits.
    pub(super) fn begin(sim: &Sim, line: &Line, past: &[Event]) -> Option<(Waiting, String)> {
        let progress = Progress::default();
        let call = read(sim, line, past, &progress).ok()?;
        let verb = call.verb.name;
        let default = match verb {
            "wait" => Some(30_000),
            "rollout status" if call.words.flag("watch") != Some("false") => None,
            "logs" if call.words.has("follow") => None,
            _ => return None,
        };
        let is_log = verb == "logs";
        let timeout = match call.words.flag("timeout") {
            Some(_) => Some(call.words.duration("timeout")?),
            None => default,
        };
        let until = timeout.filter(|ms| *ms > 0 && !is_log).map(|ms| sim.cluster().now.plus(ms));
        let mut now = without(line, &["--timeout", "-f", "--follow"]);
        if verb == "wait" {
            now.words.push(Word { text: "--timeout=0s".into(), column: 1 });
        }
        let mut waiting = Waiting { line: now, is_log, printed: String::new(), until, ended: None };
        let mut first = waiting.follow(sim, past);
        if is_log && waiting.ended.is_none() {
            // The first output may be only the end of the log.
            waiting.line = without(&waiting.line, &["--tail", "--since"]);
            let shown = std::mem::take(&mut waiting.printed);
            waiting.printed = waiting.ask(sim, past).output.stdout;
            first = shown;
        }
        Some((waiting, first))
    }

    /// Runs the command once.
    fn ask(&self, sim: &Sim, past: &[Event]) -> Plan {
        task::finish(plan(sim, &self.line, past, &Progress::default()))
    }

    /// The new output.
    pub(super) fn follow(&mut self, sim: &Sim, past: &[Event]) -> String {
        if self.ended.is_some() {
            return String::new();
        }
        let Output { exit, stdout, stderr, advice, .. } = self.ask(sim, past).output;
        let stderr = stderr.replace(NOT_MET, &format!("{TIMED_OUT} on"));
        let is_late = self.until.is_some_and(|until| sim.cluster().now >= until);
        let is_waiting = match self.is_log {
            true => exit == 0,
            false => !advice.is_empty() || stderr.contains(TIMED_OUT),
        };
        let text = match stdout.strip_prefix(&self.printed) {
            Some(new) if self.is_log || exit != 0 => new.to_owned(),
            _ if stdout == self.printed => String::new(),
            // A log that starts over belongs to another container; this one has ended.
            _ if self.is_log && !self.printed.is_empty() => {
                self.ended = Some(Output::default());
                return String::new();
            }
            _ => stdout.clone(),
        };
        self.printed = stdout;
        if !is_waiting {
            let is_gone = self.is_log && !self.printed.is_empty();
            self.ended = Some(match is_gone {
                true => Output::default(),
                false => Output { exit, stderr, ..Output::default() },
            });
        } else if is_late {
            let stderr = match stderr.is_empty() {
                true => format!("error: {TIMED_OUT}\n"),
                false => stderr,
            };
            self.ended = Some(Output::complaint(stderr));
        }
        text
    }
}

/// A command without some flags, and without their values in the next word.
fn without(line: &Line, flags: &[&str]) -> Line {
    let mut words = Vec::new();
    let mut rest = line.words.iter();
    while let Some(word) = rest.next() {
        let name = word.text.split('=').next().unwrap_or_default();
        if word.text == "--" {
            words.push(word.clone());
            words.extend(rest.by_ref().cloned());
        } else if !flags.contains(&name) {
            words.push(word.clone());
        } else if word.text == name && matches!(name, "--timeout" | "--tail" | "--since") {
            rest.next();
        }
    }
    Line { words, ..line.clone() }
}
