//! `kubectl run`: a pod for one command. [`Following`] prints the rest of its output while the pod starts, runs, and
//! ends.

use super::super::confirm::{confirm, shown};
use super::super::objects::{current, named, not_admitted};
use super::super::{Call, Output, Plan, create, patch};
use super::parts::{SESSION_NOTE, environment, is_image, read_pod};
use super::{Session, debug, exec};
use crate::api::json::{Node as Tree, Value};
use crate::api::*;
use crate::cluster::world::{Attached, ContainerRun, RunState};
use crate::manifest;
use crate::sim::{Command, Sim};

/// `kubectl run NAME --image=IMAGE -- COMMAND`.
pub(in super::super) fn run(call: &Call<'_>) -> Plan {
    let usage = "See 'kubectl run -h' for help and examples";
    if call.words.flag("image").is_none() {
        return Plan::refuse("error: required flag(s) \"image\" not set");
    }
    // kubectl doesn't distinguish words before `--` from those after it (`Run` of `pkg/cmd/run`).
    let after = call.words.after.as_deref().unwrap_or_default();
    let mut words = call.words.plain.iter().chain(after).copied();
    let Some(name) = words.next() else {
        return Plan::refuse(match call.view.is_recent() {
            true => "error: NAME is required for run".to_owned(),
            false => format!("error: NAME is required for run\n{usage}"),
        });
    };
    let is_attached = is_attached(call);
    if call.words.has("rm") && !is_attached {
        return Plan::refuse("error: --rm should only be used for attached containers");
    }
    if call.words.has("tty") && !call.words.has("stdin") {
        return Plan::refuse("error: -i/--stdin is required for containers with -t/--tty=true");
    }
    let restart = call.words.flag("restart").unwrap_or("Always");
    if !["Always", "Never", "OnFailure"].contains(&restart) {
        return Plan::refuse(match call.view.is_recent() {
            true => format!(
                "error: invalid restart policy: {restart}, valid values are: Always, OnFailure, Never"
            ),
            false => format!("error: invalid restart policy: {restart}\n{usage}"),
        });
    }
    let image = call.words.flag("image").unwrap_or_default();
    if call.view.is_recent() && !is_image(image) {
        return Plan::refuse(format!(
            "error: invalid image name \"{image}\": invalid reference format"
        ));
    }
    let port = call.words.number("port");
    if call.words.has("expose") && port.is_none() && call.view.is_recent() {
        return Plan::refuse("error: --port must be set when exposing a service");
    }
    let command: Vec<&str> = words.collect();
    let mut pod = described(call, (name, &command), restart);
    if let Some(text) = call.words.flag("overrides").filter(|text| !text.is_empty()) {
        match (manifest::read(text), call.words.flag("override-type")) {
            (Ok(change), Some("strategic")) => patch::strategic(&mut pod, &change),
            (Ok(change), Some("json")) if patch::json(&mut pod, &change).is_ok() => {}
            (Ok(change), None | Some("merge")) => patch::merge(&mut pod, &change),
            _ => return Plan::refuse("error: Invalid JSON Patch"),
        }
    }
    let service = port.filter(|_| call.words.has("expose")).map(|port| service(call, &pod, port));
    if call.is_client_dry_run() && call.view.is_recent() {
        pod.set("status", Tree::map([]));
        let mut plan = shown(call, &format!("pod/{name}"), "created", Kind::Pod, &pod);
        plan.add(service.map_or_else(Plan::default, |service| {
            create::make(call, Kind::Service, service, "created", "")
        }));
        return plan;
    }
    let object = match read_pod(&pod) {
        Ok(object) => object,
        Err(refusal) => return refusal,
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
    if let Some(service) = service {
        plan.add(create::make(call, Kind::Service, service, "created", ""));
    }
    if is_attached && call.dry_run().is_none() {
        plan.output.stdout.clear();
        let input = call.text.unwrap_or("").into();
        let (removes, container) = (call.words.has("rm"), String::new());
        plan.commands.push(Command::Attach(key, Attached { input, removes, container }));
    }
    plan
}

/// Whether kubectl stays attached to the pod.
fn is_attached(call: &Call<'_>) -> bool {
    if call.verb.name == "debug" {
        return debug::is_attached(call);
    }
    call.words.has("attach") || call.words.has("stdin")
}

/// The Service of `--expose`.
fn service(call: &Call<'_>, pod: &Tree, port: i64) -> Tree {
    let mut tree = Tree::map([]);
    tree.set("apiVersion", "v1");
    tree.set("kind", "Service");
    tree.child("metadata").set("name", pod.word("metadata.name").as_str());
    let labels = pod.at("metadata.labels").cloned().unwrap_or_default();
    if call.words.flag("labels").is_some() {
        tree.child("metadata").set("labels", labels.clone());
    }
    let mut one = Tree::map([]);
    one.set("port", Value::Int(port));
    one.set("protocol", "TCP");
    one.set("targetPort", Value::Int(port));
    tree.child("spec").set("ports", Value::List(vec![one]));
    tree.child("spec").set("selector", labels);
    tree.child("status").set("loadBalancer", Tree::map([]));
    tree
}

/// The pod that a command describes.
fn described(call: &Call<'_>, (name, command): (&str, &[&str]), restart: &str) -> Tree {
    let words = &call.words;
    let mut tree = Tree::map([]);
    tree.set("apiVersion", "v1");
    tree.set("kind", "Pod");
    let meta = tree.child("metadata");
    meta.set("name", name);
    if call.words.flag("namespace").is_some() || !call.view.is_recent() {
        meta.set("namespace", call.namespace());
    }
    let pairs = |flag: &str| -> Vec<(&str, &str)> {
        let given = words.flags.iter().filter(|(known, _)| *known == flag).map(|(_, value)| *value);
        given.flat_map(|value| value.split(',')).filter_map(|pair| pair.split_once('=')).collect()
    };
    let labels = Some(pairs("labels")).filter(|labels| !labels.is_empty());
    labels
        .unwrap_or(vec![("run", name)])
        .iter()
        .for_each(|(key, value)| meta.child("labels").set(key, *value));
    pairs("annotations").iter().for_each(|(key, value)| meta.child("annotations").set(key, *value));
    let mut container = Tree::map([]);
    container.set("name", name);
    container.set("resources", Tree::map([]));
    container.set("image", words.flag("image").unwrap_or(""));
    if let Some(policy) = words.flag("image-pull-policy") {
        container.set("imagePullPolicy", policy);
    }
    let list = |words: &[&str]| {
        Tree::from(Value::List(words.iter().map(|word| Tree::from(*word)).collect()))
    };
    if !command.is_empty() {
        container.set(if words.has("command") { "command" } else { "args" }, list(command));
    }
    let variables = environment(call);
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
    spec.set("dnsPolicy", "ClusterFirst");
    spec.set("restartPolicy", restart);
    tree
}

/// A `kubectl run` or `kubectl debug` that is attached to its container.
#[derive(Clone, Debug)]
pub(in super::super) struct Following {
    key: Key,
    /// The name of the container; empty for the first.
    container: String,
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
        let key = match call.verb.name {
            "debug" => debug::attached_to(call)?,
            _ => {
                let after = call.words.after.as_deref().unwrap_or_default();
                Key::new(call.namespace(), call.words.plain.iter().chain(after).next()?)
            }
        };
        let attached =
            call.sim.cluster().world().attached.get(&key).filter(|_| is_attached(call))?;
        let pod = call.sim.cluster().store.pods.get(&key)?;
        Some(Following {
            key,
            container: attached.container.clone(),
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
            // `kubectl debug` does not look at the exit code.
            _ if !self.container.is_empty() => Output::default(),
            0 => Output::default(),
            exit => {
                let (name, namespace) = (self.key.name(), self.key.namespace());
                Output::failure(exit, format!("pod {namespace}/{name} terminated (Error)\n"))
            }
        }
    }

    /// The new output.
    pub(in super::super) fn follow(&mut self, sim: &Sim) -> String {
        let cluster = sim.cluster();
        let pod = cluster.store.pods.get(&self.key).filter(|pod| pod.metadata.uid == self.uid);
        let run = cluster.world().runs.get(&self.uid);
        let mut text = String::new();
        let name = &self.container;
        // The node does not know a container that was just added to a running pod.
        let container = run.and_then(|run| match name.is_empty() {
            true => run.main_containers().next(),
            false => run.containers.iter().find(|one| one.name == *name),
        });
        let process = container.and_then(|one| one.process.as_ref());
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
            // The container has ended, and the pod has others.
            Some(_) if !self.container.is_empty() && is_over(container) => self.is_over = true,
            Some(pod) => {
                let waits = process
                    .is_some_and(|process| process.wakes.is_none() && process.exit.is_none());
                let is_running = container.is_some_and(|one| one.state.is_running());
                let run = run.filter(|_| is_running && self.is_tty && !self.is_noted);
                if let (Some(run), Some(container)) = (run, container) {
                    let session = exec::session_of((pod, run), &container.name);
                    self.session = session.filter(|_| waits).map(Box::new);
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

/// Whether a container has ended, and is not started again.
fn is_over(container: Option<&ContainerRun>) -> bool {
    container.is_some_and(|one| matches!(one.state, RunState::Ended { again: None, .. }))
}

/// The exit code of the container of a pod.
fn exit_code(pod: &Pod) -> u8 {
    let codes = pod.status.container_statuses.iter().map(|status| match status.state {
        ContainerState::Terminated { exit_code, .. } => exit_code,
        _ => 0,
    });
    codes.max().unwrap_or(0)
}
