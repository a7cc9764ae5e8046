//! `kubectl run`: a pod for one command. [`Following`] prints the rest of its output while the pod starts, runs, and
//! ends.

use super::super::apply::{current, named, not_admitted};
use super::super::confirm::confirm;
use super::super::{Call, Output, Plan};
use super::{Session, exec};
use crate::api::json::{Node as Tree, Value};
use crate::api::*;
use crate::cluster::world::Attached;
use crate::manifest;
use crate::sim::{Command, Sim};

/// `kubectl run NAME --image=IMAGE -- COMMAND`.
pub(in super::super) fn run(call: &Call<'_>) -> Plan {
    let usage = "See 'kubectl run -h' for help and examples";
    let [name] = call.words.plain[..] else {
        return Plan::refuse(format!(
            "error: exactly one NAME is required, got {}\n{usage}",
            call.words.plain.len()
        ));
    };
    if call.words.flag("image").is_none() {
        return Plan::refuse("error: required flag(s) \"image\" not set");
    }
    let is_attached = is_attached(call);
    if call.words.has("rm") && !is_attached {
        return Plan::refuse("error: --rm should only be used for attached containers");
    }
    if call.words.has("tty") && !call.words.has("stdin") {
        return Plan::refuse("error: -i/--stdin is required for containers with -t/--tty=true");
    }
    let restart = call.words.flag("restart").unwrap_or("Always");
    if !["Always", "Never", "OnFailure"].contains(&restart) {
        return Plan::refuse(format!("error: invalid restart policy: {restart}\n{usage}"));
    }
    let document =
        manifest::parse(&manifest::to_yaml(&described(call, name, restart))).into_iter().next();
    let object = match document.map(|document| document.outcome) {
        Some(Ok(object)) => object,
        Some(Err(refusal)) => return Plan::refuse(refusal.stderr),
        None => return Plan::refuse(manifest::NO_OBJECTS),
    };
    if current(call, &Plan::default(), &object).is_some() {
        return Plan::refuse(format!(
            "Error from server (AlreadyExists): pods \"{name}\" already exists"
        ));
    }
    if let Some((reason, words)) = not_admitted(call, &Plan::default(), &object) {
        return Plan::refuse(format!("Error from server ({reason}): {words}"));
    }
    let (key, confirmed) = (object.key(), named(&object));
    let mut plan = confirm(call, &confirmed, "created", Command::Create(object));
    if is_attached && call.dry_run().is_none() {
        plan.output.stdout.clear();
        let input = call.text.unwrap_or("").into();
        plan.commands.push(Command::Attach(key, Attached { input, removes: call.words.has("rm") }));
    }
    plan
}

/// Whether kubectl stays attached to the pod.
fn is_attached(call: &Call<'_>) -> bool {
    call.words.has("attach") || call.words.has("stdin")
}

/// The pod that a command describes.
fn described(call: &Call<'_>, name: &str, restart: &str) -> Tree {
    let words = &call.words;
    let mut tree = Tree::map([]);
    tree.set("apiVersion", "v1");
    tree.set("kind", "Pod");
    let meta = tree.child("metadata");
    meta.set("name", name);
    meta.set("namespace", call.namespace());
    let pairs = |flag: &str| -> Vec<(&str, &str)> {
        let given = words.flags.iter().filter(|(known, _)| *known == flag).map(|(_, value)| *value);
        given.flat_map(|value| value.split(',')).filter_map(|pair| pair.split_once('=')).collect()
    };
    let labels = pairs("labels");
    let labels = if labels.is_empty() { vec![("run", name)] } else { labels };
    labels.iter().for_each(|(key, value)| meta.child("labels").set(key, *value));
    pairs("annotations").iter().for_each(|(key, value)| meta.child("annotations").set(key, *value));
    let mut container = Tree::map([]);
    container.set("name", name);
    container.set("image", words.flag("image").unwrap_or(""));
    if let Some(policy) = words.flag("image-pull-policy") {
        container.set("imagePullPolicy", policy);
    }
    let list = |words: &[&str]| {
        Tree::from(Value::List(words.iter().map(|word| Tree::from(*word)).collect()))
    };
    if let Some(command) = words.after.as_deref().filter(|command| !command.is_empty()) {
        container.set(if words.has("command") { "command" } else { "args" }, list(command));
    }
    let variables = words
        .flags
        .iter()
        .filter(|(flag, _)| *flag == "env")
        .filter_map(|(_, value)| value.split_once('='));
    let variables: Vec<Tree> = variables
        .map(|(name, value)| {
            Tree::map([("name".to_owned(), name.into()), ("value".to_owned(), value.into())])
        })
        .collect();
    if !variables.is_empty() {
        container.set("env", Value::List(variables));
    }
    if let Some(port) = words.flag("port").and_then(|port| port.parse::<i64>().ok()) {
        let port = Tree::map([("containerPort".to_owned(), Value::Int(port).into())]);
        container.set("ports", Value::List(vec![port]));
    }
    if words.has("stdin") {
        container.set("stdin", Value::Bool(true));
        container.set("stdinOnce", Value::Bool(true));
    }
    if words.has("tty") {
        container.set("tty", Value::Bool(true));
    }
    let spec = tree.child("spec");
    spec.set("containers", Value::List(vec![container]));
    spec.set("restartPolicy", restart);
    tree
}

/// A `kubectl run` that is attached to its pod.
#[derive(Clone, Debug)]
pub(in super::super) struct Following {
    key: Key,
    uid: Uid,
    is_quiet: bool,
    is_tty: bool,
    /// Whether the note about the running container was printed.
    is_noted: bool,
    removes: bool,
    /// How many bytes of the process output were printed.
    printed: usize,
    /// The exit code of the container, once it has ended.
    exit: u8,
    /// Whether the output is complete.
    pub(in super::super) is_over: bool,
    /// The shell in the pod, if it was created for one; later output is printed after the shell ends.
    pub(in super::super) session: Option<Box<Session>>,
}

impl Following {
    /// Starts following a command that just ran; `None` unless it created a pod and stays attached to it.
    pub(in super::super) fn begin(call: &Call<'_>) -> Option<Following> {
        let key = Key::new(call.namespace(), call.words.plain.first()?);
        let attached = call.sim.cluster.world().attached.get(&key).filter(|_| is_attached(call))?;
        let pod = call.sim.cluster.store.pods.get(&key)?;
        Some(Following {
            key,
            uid: pod.metadata.uid,
            is_quiet: call.words.has("quiet"),
            is_tty: call.words.has("tty"),
            is_noted: false,
            removes: attached.removes,
            printed: 0,
            exit: 0,
            is_over: false,
            session: None,
        })
    }

    /// The exit status of the command, and its final error.
    pub(in super::super) fn ending(&self) -> Output {
        match self.exit {
            0 => Output::default(),
            exit => {
                let (name, namespace) = (self.key.name(), self.key.namespace());
                Output::failure(exit, format!("pod {namespace}/{name} terminated (Error)\n"))
            }
        }
    }

    /// The new output.
    pub(in super::super) fn follow(&mut self, sim: &Sim) -> String {
        let cluster = &sim.cluster;
        let pod = cluster.store.pods.get(&self.key).filter(|pod| pod.metadata.uid == self.uid);
        let run = cluster.world().runs.get(&self.uid);
        let mut text = String::new();
        let process =
            run.and_then(|run| run.containers.last()).and_then(|one| one.process.as_ref());
        if let Some(process) = process {
            text += process.output.get(self.printed..).unwrap_or("");
            self.printed = process.output.len();
        }
        let (name, namespace) = (self.key.name(), self.key.namespace());
        match pod {
            None => {
                if self.removes && !self.is_quiet {
                    text += &format!("pod \"{name}\" deleted from {namespace} namespace\n");
                }
                self.is_over = true;
            }
            Some(pod) if pod.is_finished() => {
                self.exit = exit_code(pod);
                self.is_over = !self.removes;
            }
            Some(pod) => {
                let waits = process
                    .is_some_and(|process| process.wakes.is_none() && process.exit.is_none());
                let run = run.filter(|run| run.containers.iter().all(|one| one.state.is_running()));
                if let Some(run) = run.filter(|_| self.is_tty && !self.is_noted) {
                    self.session = exec::session_of(pod, run).filter(|_| waits).map(Box::new);
                    self.is_noted = true;
                    if !self.is_quiet {
                        text.insert_str(0, SESSION_NOTE);
                    }
                }
            }
        }
        text
    }
}

/// The exit code of the container of a pod.
fn exit_code(pod: &Pod) -> u8 {
    let codes = pod.status.container_statuses.iter().map(|status| match status.state {
        ContainerState::Terminated { exit_code, .. } => exit_code,
        _ => 0,
    });
    codes.max().unwrap_or(0)
}

/// kubectl's note before a shell whose input and output the pod's log records.
pub(super) const SESSION_NOTE: &str = "All commands and output from this session will be recorded in container logs, \
    including credentials and sensitive information passed through the command prompt.\nIf you don't see a command \
    prompt, try pressing enter.\n";
