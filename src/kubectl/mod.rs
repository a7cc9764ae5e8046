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
//! In a terminal, [`Watch`] prints the rest of a command's output: `get -w`, `drain`, and commands that wait.
//!
//! | file | what it does |
//! |---|---|
//! | `table`, `options` | the verbs with their flags; a line taken apart |
//! | `early` | the lines that the page can do before the rest of kubectl is loaded |
//! | `view`, `types`, `events` | objects as the API server answers them, by type and name |
//! | `get`, `watch`, `columns`, `tabs`, `jsonpath`, `selector`, `age` | `get`, and `get -w` |
//! | `event_list` | `events` |
//! | `describe` | `describe`, a file for each group of kinds |
//! | `apply`, `configure`, `replace`, `change`, `patch`, `subresource`, `rollout`, `delete`, `nodes` | changes to objects |
//! | `diff` | what `apply` would change |
//! | `container`, `wait` | `logs`, `exec`, `run`, and others; `wait` |
//! | `waiting` | commands that wait, followed while the cluster runs |
//! | `ahead` | a copy of the simulation, for what waits |
//! | `client`, `kubeconfig` | `auth` and `version`; `config` |
//! | `words`, `complete` | `explain` and the like; what may come next |
//! | `faults`, `clients` | lines that are no kubectl lines |

mod age;
mod ahead;
mod apply;
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
mod early;
mod event_list;
mod events;
mod expose;
mod faults;
mod generate;
mod generate_access;
mod get;
mod jsonpath;
pub mod kubeconfig;
mod nodes;
mod options;
pub(crate) mod patch;
mod print;
mod progress;
mod replace;
mod rollout;
pub(crate) mod selector;
mod set;
mod subresource;
mod table;
mod tabs;
mod template;
mod types;
pub(crate) mod view;
mod wait;
mod waiting;
mod warnings;
mod watch;
pub(crate) mod words;

pub use client::versions;
pub use early::needs_later;
pub use watch::Watch;

use crate::api::DEFAULT_NAMESPACE;
use crate::api::json::Node as Tree;
use crate::cluster::{Cluster, Event};
use crate::later::{self, later};
use crate::notation::Line;
use crate::sim::{Command, Sim, room};
use crate::task::{self, Progress, Task};
use options::{Run, Verb, Words};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use view::{Asked, View};

pub use crate::shell::{Output, Session};

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

/// A line that is being done: what was typed, and what can be seen.
struct Call<'a> {
    /// What was typed.
    line: &'a Line,
    /// The simulation as it is.
    sim: &'a Sim,
    /// The cluster as kubectl sees it.
    view: View<'a>,
    /// The verb.
    verb: &'static Verb,
    /// The words after the verb.
    words: Words<'a>,
    /// The text below the line.
    text: Option<&'a str>,
    /// How far it is.
    progress: &'a Progress,
    /// A copy of the simulation with the command's changes, once their result is printed.
    ahead: RefCell<Option<Sim>>,
    /// How many objects the command has printed.
    printed: Cell<u32>,
    /// The objects that the command prints as one list, if it does.
    listed: RefCell<Vec<Tree>>,
}

impl<'a> Call<'a> {
    fn new(
        (sim, line): (&'a Sim, &'a Line),
        view: View<'a>,
        (verb, words): (&'static Verb, Words<'a>),
        progress: &'a Progress,
    ) -> Call<'a> {
        let text = line.heredoc.as_ref().map(|heredoc| heredoc.text.as_str());
        let (ahead, printed, listed) = Default::default();
        Call { line, sim, view, verb, words, text, progress, ahead, printed, listed }
    }

    /// The namespace that the line is about.
    fn namespace(&self) -> &'a str {
        self.words.flag("namespace").unwrap_or(DEFAULT_NAMESPACE)
    }

    /// Whether a StatefulSet can have the strategy `Recreate`.
    fn has_recreate(&self) -> bool {
        self.view.cluster.settings.has_recreate()
    }

    /// What its words ask for.
    ///
    /// # Errors
    /// In the words of kubectl.
    fn asked(&self) -> Result<Asked, String> {
        self.asked_by(&self.words.plain)
    }

    /// The objects that these arguments ask for, or those in the text below the command.
    ///
    /// # Errors
    /// kubectl's error.
    fn asked_by(&self, words: &[&str]) -> Result<Asked, String> {
        match self.words.flag("filename").or(self.words.flag("kustomize")) {
            None => Asked::read(&self.view, words),
            Some("-") if words.is_empty() => Asked::described(&self.view, self.text.unwrap_or("")),
            Some("-") => Err("error: when paths, URLs, or stdin is provided as input, you may not specify resource \
                              arguments as well"
                .into()),
            Some(_) => Err(apply::NO_FILES.into()),
        }
    }

    /// The output format of objects; empty for sentences.
    fn form(&self) -> &'a str {
        let template = self.words.flag("template").map(|_| "go-template");
        self.words.flag("output").filter(|form| !form.is_empty()).or(template).unwrap_or("")
    }

    /// Whether the command is a dry run without the API server.
    fn is_client_dry_run(&self) -> bool {
        self.words.flag("dry-run").is_some_and(|it| it != "server" && self.dry_run().is_some())
    }

    /// With `--dry-run`, what is said behind a confirmation instead of doing it.
    fn dry_run(&self) -> Option<&'static str> {
        // These verbs do not mention the dry run.
        let is_silent = self.view.is_recent() && matches!(self.verb.name, "patch" | "taint");
        match self.words.flag("dry-run") {
            None | Some("none" | "false") => None,
            Some(_) if is_silent => Some(""),
            Some("server") => Some(" (server dry run)"),
            Some(_) => Some(" (dry run)"),
        }
    }
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
    /// [`complete()`]
    static COMPLETE: fn(&Sim, &str, usize) -> Vec<String> = complete::complete;
    /// [`state()`]
    static STATE: for<'a> fn(&'a Cluster, &'a Progress) -> Task<'a, String> =
        |cluster, progress| Box::pin(print::state(cluster, progress));
    also apply, confirm, view, watch;
}

/// The words of which the one before the cursor may be the beginning, in full; `cursor` counts bytes. None before the
/// second part of the program is there.
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
        other => faults::run(&sim.cluster, other),
    };
    room::refusal(&sim.cluster, &plan.commands).map_or(plan, Plan::refuse)
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
    match call.verb.run {
        Run::Now(run) => run(call),
        Run::InSlices(run) => run(call).await,
    }
}

const ONE: &str = "type one plain command per line; use -l, --field-selector, and -o jsonpath=... to filter \
                   output\n";

/// Refuses what only a shell could do.
fn no_shell(advice: &str) -> Plan {
    let mut plan = Plan::refuse("error: this terminal has no shell");
    plan.output.advice = advice.into();
    plan
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
    let rest = options::lift(rest, table::goes_on);
    let view = View { cluster: &sim.cluster, past, only: None };
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
    if let Some(refusal) = words.missing(verb).or(wrong).or(check) {
        return Err(Plan::refuse(refusal));
    }
    Ok(Call::new((sim, line), view, (verb, words), progress))
}
