//! Lines that wait and change nothing: `rollout status`, `wait`, `logs -f`. What such a line prints at once is asked for
//! again whenever the cluster has changed, and what is new is printed, until there is nothing to wait for.

use super::{Output, Plan, plan, read};
use crate::api::Time;
use crate::cluster::Event;
use crate::notation::{Line, Word};
use crate::sim::Sim;
use crate::task::{self, Progress};

/// How `wait` and `rollout status` complain that the time is over.
const TIMED_OUT: &str = "timed out waiting for the condition";
/// What `wait` says instead of an object that it looked at only once.
const NOT_MET: &str = "condition not met for";

/// A line that waits.
#[derive(Clone, Debug)]
pub(super) struct Waiting {
    /// The line that prints what is so now.
    line: Line,
    is_log: bool,
    /// What it has printed last.
    printed: String,
    /// When it gives up.
    until: Option<Time>,
    /// How it has ended: the status and the complaint.
    pub(super) ended: Option<Output>,
}

impl Waiting {
    /// Begins a line; none if it is none that only waits. What it prints at first is returned too.
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
        let until = timeout.filter(|ms| *ms > 0 && !is_log).map(|ms| sim.cluster.now.plus(ms));
        let mut now = without(line, &["--timeout", "-f", "--follow"]);
        if verb == "wait" {
            now.words.push(Word { text: "--timeout=0s".into(), column: 1 });
        }
        let mut waiting = Waiting { line: now, is_log, printed: String::new(), until, ended: None };
        let mut first = waiting.follow(sim, past);
        if is_log && waiting.ended.is_none() {
            // What is printed at first may be the end of the log only.
            waiting.line = without(&waiting.line, &["--tail", "--since"]);
            let shown = std::mem::take(&mut waiting.printed);
            waiting.printed = waiting.ask(sim, past).output.stdout;
            first = shown;
        }
        Some((waiting, first))
    }

    /// What the line prints at once.
    fn ask(&self, sim: &Sim, past: &[Event]) -> Plan {
        task::finish(plan(sim, &self.line, past, &Progress::default()))
    }

    /// What is new.
    pub(super) fn follow(&mut self, sim: &Sim, past: &[Event]) -> String {
        if self.ended.is_some() {
            return String::new();
        }
        let Output { exit, stdout, stderr, advice, .. } = self.ask(sim, past).output;
        let stderr = stderr.replace(NOT_MET, &format!("{TIMED_OUT} on"));
        let is_late = self.until.is_some_and(|until| sim.cluster.now >= until);
        let is_waiting = match self.is_log {
            true => exit == 0,
            false => !advice.is_empty() || stderr.contains(TIMED_OUT),
        };
        let text = match stdout.strip_prefix(&self.printed) {
            Some(new) if self.is_log || exit != 0 => new.to_owned(),
            _ if stdout == self.printed => String::new(),
            // A log that begins again is that of another container: this one has ended.
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

/// A line without flags; the value of one with a value may be in its own word.
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
