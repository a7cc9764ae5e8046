//! Terminal lines: kubectl as people know it, and the few verbs for what kubectl has no word for.
//!
//! A line is read against the cluster as it is, so that what kubectl or the API server would refuse is
//! refused here in their words; what is accepted becomes [`Command`]s. Like kubectl itself it sees objects
//! only as the API server answers them, as trees. Follows the messages and tables of kubectl 1.37, or of kubectl 1.32
//! in older clusters.
//!
//! What kubectl would wait for does not stop anything here: a line prints what is so now. With a time limit
//! (`--timeout`, `wait`) a copy of the simulation runs ahead so far, and the line prints what kubectl would
//! have printed by then if nothing else happens.
//! In a terminal, [`Watch`] prints the rest of a command's output: `get -w`, `drain`, and commands that wait, such as
//! `delete`.
//!
//! | file | what it does |
//! |---|---|
//! | `call`, `table`, `options` | a line that is being done; the verbs with their flags; a line taken apart |
//! | `early` | the lines that the page can do before the rest of kubectl is loaded |
//! | `view`, `types`, `events` | objects as the API server answers them, by type and name |
//! | `found`, `get`, `watch`, `columns`, `tabs`, `jsonpath`, `selector`, `age` | `get`, and `get -w` |
//! | `event_list` | `events` |
//! | `describe` | `describe`, a file for each group of kinds |
//! | `documents`, `objects`, `unread` | the text below a line; objects it describes; documents that cannot be read |
//! | `apply`, `configure`, `replace`, `change`, `label`, `patch`, `revise`, `rollout`, `revisions`, `delete`, `nodes` | changes to objects |
//! | `diff` | what `apply` would change |
//! | `dump` | `cluster-info dump` |
//! | `container`, `wait` | `logs`, `exec`, `run`, and others; `wait` |
//! | `waiting` | commands that wait, followed while the cluster runs |
//! | `ahead` | a copy of the simulation, for what waits |
//! | `client`, `kubeconfig` | `auth` and `version`; `config` |
//! | `explain` | `explain`, and the types of the API |
//! | `words`, `complete` | `api-resources` and the like; what may come next |
//! | `faults`, `clients` | lines that are no kubectl lines |
//! | `observe` | reports of a real cluster |

mod age;
mod ahead;
mod apply;
mod call;
mod change;
mod client;
mod clients;
pub(crate) mod columns;
mod complete;
mod configure;
mod confirm;
mod container;
mod create;
mod delete;
mod describe;
mod diff;
mod documents;
mod dump;
mod early;
mod event_list;
mod events;
pub(crate) mod explain;
mod expose;
mod faults;
mod found;
mod generate;
mod generate_access;
mod generate_values;
mod get;
mod jsonpath;
pub mod kubeconfig;
mod label;
mod nodes;
mod objects;
mod observe;
mod options;
pub(crate) mod patch;
mod print;
mod progress;
mod replace;
mod requests;
mod revise;
mod revisions;
mod rollout;
pub(crate) mod selector;
mod set;
mod table;
mod tabs;
mod template;
mod types;
mod unread;
pub(crate) mod view;
mod wait;
mod waiting;
mod warnings;
mod watch;
mod words;

pub use client::versions;
pub use early::needs_later;
#[cfg(not(target_arch = "wasm32"))]
pub(crate) use get::OLD_STATUS;
pub use view::is_api_server;
pub use watch::Watch;

use crate::cluster::{Cluster, Event};
use crate::later::{self, later};
use crate::notation::{Line, parse_duration};
use crate::sim::{Command, Sim, room};
use crate::task::{self, Progress, Task};
use call::Call;
use options::{Run, Verb, Words};
use std::rc::Rc;
use view::View;

pub use crate::shell::{Output, Session};

/// Runs a `kubectl config` command that changes the kubeconfig file with this text, and returns its output and the new
/// text. `None` for other commands.
pub fn change_kubeconfig(words: &[&str], text: &str) -> Option<(Output, Option<String>)> {
    let rest = options::lift(words.get(1..)?, table::goes_on, table::named);
    let (verb, rest) = table::find(&rest, "error").ok()?;
    let name = verb.name.strip_prefix("config ")?;
    kubeconfig::change(name, &Words::read(verb, rest, "error").ok()?, text)
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
        self.output.session = other.output.session.or(self.output.session.take());
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

/// Does what a line says, now; its events are added to `log`. `past` is the log up to now, of which the
/// events of the API are made; a line that changes something does not look at it.
pub fn run(sim: &mut Sim, line: &Line, past: &[Event], log: &mut Vec<Event>) -> Done {
    task::finish(run_in_slices(sim, line, past, log, &Progress::default()))
}

/// [`run`] in slices. The progress counts what takes longest: lines of a manifest, objects, or the time
/// for which the line waits.
pub async fn run_in_slices(
    sim: &mut Sim,
    line: &Line,
    past: &[Event],
    log: &mut Vec<Event>,
    progress: &Progress,
) -> Done {
    let before = log.len();
    let plan = plan(sim, line, past, progress).await;
    let count = plan.commands.len() as u64;
    for (number, command) in (0..).zip(&plan.commands) {
        if number > 0 {
            progress.reached(number, count).await;
        }
        sim.perform(command, log);
    }
    let source: Rc<str> = line.source.as_str().into();
    for event in log.iter_mut().skip(before) {
        event.line = Some(source.clone());
    }
    Done { changed: !plan.commands.is_empty(), output: plan.output }
}

later! {
    /// Reads and does a kubectl line that is not [`early`].
    static ANY: for<'a> fn(&'a Sim, &'a Line, &'a [Event], &'a Progress) -> Task<'a, Plan> = any;
    /// Reads the reports below `observe`.
    static OBSERVE: fn(&Sim, &Line) -> Plan = observe::read;
    /// Reads a line that is no kubectl line.
    static FAULTS: fn(&Cluster, &[&str]) -> Plan = faults::run;
    /// [`complete()`]
    static COMPLETE: fn(&Sim, &str, usize) -> Vec<String> = complete::complete;
    /// [`state()`]
    static STATE: for<'a> fn(&'a Cluster, &'a Progress) -> Task<'a, String> =
        |cluster, progress| Box::pin(print::state(cluster, progress));
    also apply, confirm, documents, view, watch;
}

/// Returns the completions of the word before the cursor; `cursor` is a byte offset. Returns nothing until the second
/// part of the program is loaded.
pub fn complete(sim: &Sim, line: &str, cursor: usize) -> Vec<String> {
    COMPLETE.get().map(|complete| complete(sim, line, cursor)).unwrap_or_default()
}

/// All objects as JSON, as `kubectl get -o json` prints them. Empty before the second part of the program is there.
pub async fn state(cluster: &Cluster, progress: &Progress) -> String {
    match STATE.get() {
        Some(state) => state(cluster, progress).await,
        None => String::new(),
    }
}

async fn plan(sim: &Sim, line: &Line, past: &[Event], progress: &Progress) -> Plan {
    let words = line.texts();
    let plan = match words.as_slice() {
        ["for" | "while" | "if" | "watch" | "sleep" | "echo", ..] => no_shell(ONE),
        ["kubectl", rest @ ..] => match (early::read(sim, line, rest, past, progress), ANY.get()) {
            (Some(call), _) => early::checked(do_call(&call).await),
            (None, Some(any)) => any(sim, line, past, progress).await,
            (None, None) => Plan::refuse(later::MISSING),
        },
        ["simulate"] => observe::simulate(sim.cluster()),
        ["observe"] => OBSERVE.get().map_or(Plan::refuse(later::MISSING), |read| read(sim, line)),
        other => match (requests::run(other), FAULTS.get()) {
            (Some(plan), _) => plan,
            (None, Some(run)) => run(sim.cluster(), other),
            (None, None) => Plan::refuse(later::MISSING),
        },
    };
    if let Some(message) = observe::refusal(sim.cluster(), &plan.commands) {
        return Plan::refuse(message);
    }
    room::refusal(sim.cluster(), &plan.commands).map_or(plan, Plan::refuse)
}

/// Does a line of any verb.
fn any<'a>(
    sim: &'a Sim,
    line: &'a Line,
    past: &'a [Event],
    progress: &'a Progress,
) -> Task<'a, Plan> {
    Box::pin(async move {
        match read(sim, line, past, progress) {
            Ok(call) => do_call(&call).await,
            Err(plan) => plan,
        }
    })
}

async fn do_call(call: &Call<'_>) -> Plan {
    let mut plan = match call.verb.run {
        Run::Now(run) => run(call),
        Run::InSlices(run) => run(call).await,
    };
    plan.output.stderr.insert_str(0, &call.warned.take());
    plan
}

const ONE: &str = "type one plain command per line; use -l, --field-selector, and -o jsonpath=... to filter \
                   output\n";

/// Refuses what only a shell could do.
fn no_shell(advice: &str) -> Plan {
    let mut plan = Plan::refuse("error: this terminal has no shell");
    plan.output.advice = advice.into();
    plan
}

/// kubectl's error for an invalid `--request-timeout`, if the command asks the API server.
fn wrong_timeout(verb: &Verb, words: &Words<'_>) -> Option<String> {
    let is_local =
        verb.name.starts_with("config ") || verb.name == "version" && words.has("client");
    words.flag("request-timeout").filter(|_| !is_local).and_then(|text| {
        let is_number = text.is_empty() || text.parse::<i64>().is_ok();
        let is_time = is_number || parse_duration(text.trim_start_matches(['+', '-'])).is_some();
        (!is_time).then(|| {
            "error: Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a \
             corresponding time unit (e.g. 1s | 2m | 3h)"
                .to_owned()
        })
    })
}

/// Reads a kubectl line.
///
/// # Errors
/// What is printed, if it can't be read, asks for help, or is no kubectl line.
fn read<'a>(
    sim: &'a Sim,
    line: &'a Line,
    past: &'a [Event],
    progress: &'a Progress,
) -> Result<Call<'a>, Plan> {
    let words = line.texts();
    let rest = match words.as_slice() {
        ["kubectl", rest @ ..] if rest.iter().any(early::is_joined) => return Err(no_shell(ONE)),
        ["kubectl", rest @ ..] => rest,
        _ => return Err(Plan::default()),
    };
    let rest = options::lift(rest, table::goes_on, table::named);
    let view = View { cluster: sim.cluster(), past, only: None };
    // kubectl 1.32, the recorded version, capitalizes the errors of flags.
    let head = if view.is_recent() { "error" } else { "Error" };
    let (verb, rest) = table::find(&rest, head)?;
    let words = Words::read(verb, rest, head).map_err(Plan::refuse)?;
    if words.has("help") {
        return Err(Plan::print(verb.help()));
    }
    let tried = words
        .flag("dry-run")
        .filter(|it| !["none", "client", "server", "unchanged", "true", "false"].contains(it));
    let wrong = tried.map(|value| {
        format!(
            "error: Invalid dry-run value ({value}). Must be \"none\", \"server\", or \"client\"."
        )
    });
    let checks = ["true", "strict", "warn", "ignore", "false"];
    let check = words.flag("validate").filter(|it| !checks.contains(it)).map(|value| {
        format!("error: invalid - validate option \"{value}\"; must be one of: strict (or true), warn, ignore (or false)")
    });
    let late = wrong_timeout(verb, &words);
    if let Some(refusal) = words.missing(verb).or(wrong).or(check).or(late) {
        return Err(Plan::refuse(refusal));
    }
    Ok(Call::new((sim, line), view, (verb, words), progress))
}
