//! Terminal lines: kubectl as people know it, and the few verbs for what kubectl has no word for.
//!
//! A line is read against the cluster as it is, so that what kubectl or the API server would refuse is
//! refused here in their words; what is accepted becomes [`Command`]s. Follows kubectl 1.32 in its
//! confirmations and errors. There for now: apply, scale, delete, get, cordon, uncordon, taint.

mod apply;
mod clients;
mod get;
mod nodes;
mod verbs;

use crate::cluster::Event;
use crate::notation::Line;
use crate::sim::{Command, Sim};

/// What a line printed, and its exit status.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Output {
    /// 0 if all went well.
    pub exit: u8,
    /// What was printed.
    pub stdout: String,
    /// What was complained about, in the words of kubectl and the API server.
    pub stderr: String,
    /// Where it is in the text, and what to do about it: what kubectl does not say.
    pub advice: String,
}

impl Output {
    /// A complaint, with exit status 1.
    pub fn complaint(stderr: String) -> Output {
        Output { exit: 1, stderr, ..Output::default() }
    }
}

/// What a line comes to before it is done: commands, and what is printed.
#[derive(Clone, Debug, Default)]
struct Plan {
    commands: Vec<Command>,
    output: Output,
}

impl Plan {
    fn refuse(message: impl Into<String>) -> Plan {
        let stderr = format!("{}\n", message.into().trim_end());
        Plan { commands: Vec::new(), output: Output::complaint(stderr) }
    }

    fn print(text: impl Into<String>) -> Plan {
        let output = Output { stdout: text.into(), ..Output::default() };
        Plan { commands: Vec::new(), output }
    }

    fn with(mut self, command: Command) -> Plan {
        self.commands.push(command);
        self
    }

    /// Adds what another plan does and prints.
    fn add(&mut self, other: Plan) {
        self.commands.extend(other.commands);
        self.output.exit = self.output.exit.max(other.output.exit);
        self.output.stdout += &other.output.stdout;
        self.output.stderr += &other.output.stderr;
        self.output.advice += &other.output.advice;
    }
}

/// What a line did: what it printed, and whether it is part of the story (it changed something, or was
/// refused) or only asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// What was printed.
    pub output: Output,
    /// Whether the cluster is not as it was.
    pub changed: bool,
}

/// Does what a line says, now; its events are added to `log`.
pub fn run(sim: &mut Sim, line: &Line, log: &mut Vec<Event>) -> Done {
    let before = log.len();
    let done = run_words(sim, line, log);
    // What a person did carries the line that did it.
    for event in log.iter_mut().skip(before) {
        event.reason.args.push(("line", line.source.clone()));
    }
    done
}

fn run_words(sim: &mut Sim, line: &Line, log: &mut Vec<Event>) -> Done {
    let words: Vec<&str> = line.words.iter().map(|word| word.text.as_str()).collect();
    let heredoc = line.heredoc.as_ref().map(|heredoc| heredoc.text.as_str());
    if let ["kubectl", "apply", rest @ ..] = words.as_slice() {
        return apply::run(sim, rest, heredoc, log);
    }
    let plan = match words.as_slice() {
        ["kubectl", rest @ ..] => verbs::kubectl(&sim.cluster, rest),
        rest => verbs::fault(&sim.cluster, rest),
    };
    let changed = !plan.commands.is_empty();
    for command in &plan.commands {
        sim.perform(command, log);
    }
    Done { output: plan.output, changed }
}
