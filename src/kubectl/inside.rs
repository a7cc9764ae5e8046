//! What is in the pods: `logs` and `exec`.
//!
//! What a container of the database logged is made from the log of the run. In a container there are a few
//! commands: the host's name, the data, and lookups of names as a resolver in the pod makes them.

use super::view::not_found;
use super::{Call, Plan};
use crate::api::{Container, ContainerState, Kind, Pod};
use crate::cluster::Reason;
use crate::cluster::dns::{self, RecordType};
use crate::cluster::world::{PodRuntime, RunState};
use std::rc::Rc;

/// The pod that a line is about: a name, `pod/NAME`, or the first pod of what else it names.
fn pod<'a>(call: &Call<'a>, word: &str, is_exec: bool) -> Result<(&'a Rc<Pod>, String), String> {
    let store = &call.view.cluster.store;
    let namespace = call.namespace();
    let missing = |of: Kind, name: &str| match (is_exec, of) {
        (false, Kind::Pod) if !word.contains('/') => format!(
            "error: error from server (NotFound): pods \"{name}\" not found in namespace \"{namespace}\""
        ),
        _ => not_found(of, name),
    };
    let (of, name) = match word.split_once('/') {
        None => (Kind::Pod, word),
        Some((kind, name)) => (*call.view.kinds(kind)?.first().unwrap_or(&Kind::Pod), name),
    };
    if of == Kind::Pod {
        let pod = store.pods.named(namespace, name).ok_or_else(|| missing(of, name))?;
        return Ok((pod, String::new()));
    }
    let owner = call.view.get(of, namespace, name).ok_or_else(|| missing(of, name))?;
    let selector = owner.at("spec.selector").and_then(|selector| selector.get("matchLabels"));
    let selector: Vec<(String, String)> = selector.map_or_else(Vec::new, |labels| {
        labels
            .entries()
            .iter()
            .map(|one| (one.key.clone(), one.node.as_text().to_owned()))
            .collect()
    });
    let is_own = |pod: &&Rc<Pod>| {
        selector.iter().all(|(key, value)| pod.metadata.labels.get(key) == Some(value))
    };
    let pods: Vec<_> = store.pods.in_namespace(namespace).filter(is_own).collect();
    let first = pods.first().filter(|_| !selector.is_empty());
    let first = first.ok_or_else(|| {
        format!("error: timed out waiting for the condition: no pods of {}/{name}", of.singular())
    })?;
    let note = match pods.len() {
        1 => String::new(),
        count => format!("Found {count} pods, using pod/{}\n", first.metadata.name),
    };
    Ok((first, note))
}

/// The names of the containers of a pod, as kubectl lists them.
pub(super) fn names(pod: &Pod) -> Vec<String> {
    let own = pod.spec.containers.iter().map(|one| one.name.clone());
    let init = pod.spec.init_containers.iter().map(|one| format!("{} (init)", one.name));
    own.chain(init).collect()
}

/// The container that a line is about, and what kubectl says if it chose it itself.
pub(super) fn container<'p>(
    call: &Call<'_>,
    pod: &'p Pod,
) -> Result<(&'p Container, String), String> {
    let all = || pod.spec.containers.iter().chain(&pod.spec.init_containers);
    if let Some(name) = call.words.flag("container") {
        let found = all().find(|container| container.name == name);
        return found.map(|container| (container, String::new())).ok_or_else(|| {
            let names = names(pod).join(", ");
            format!(
                "error: container {name} is not valid for pod {} out of: {names}",
                pod.metadata.name
            )
        });
    }
    let wanted = pod.metadata.annotations.get("kubectl.kubernetes.io/default-container");
    let chosen = wanted.and_then(|name| all().find(|one| one.name == *name));
    let first = chosen.or(pod.spec.containers.first()).ok_or("error: the pod has no containers")?;
    let names = names(pod);
    let note = match (names.len(), chosen) {
        (2.., None) => {
            format!("Defaulted container \"{}\" out of: {}\n", first.name, names.join(", "))
        }
        _ => String::new(),
    };
    Ok((first, note))
}

/// What runs for a pod, if its node can be asked.
///
/// # Errors
/// What the API server says if it cannot be, or if the container has not started.
pub(super) fn running<'a>(
    call: &Call<'a>,
    pod: &Pod,
    container: &Container,
) -> Result<&'a Rc<PodRuntime>, String> {
    let (cluster, name) = (call.view.cluster, &pod.metadata.name);
    if pod.spec.node_name.is_empty() {
        return Err(format!(
            "Error from server (BadRequest): pod {name} does not have a host assigned"
        ));
    }
    if !cluster.world.is_heard(&pod.spec.node_name) {
        return Err(format!(
            "Error from server: error dialing backend: dial tcp: connect to the kubelet of {}: no route to host",
            pod.spec.node_name
        ));
    }
    let run = cluster.world.runs.get(&pod.metadata.uid);
    let is_there = |run: &&Rc<PodRuntime>| {
        run.containers.iter().any(|one| {
            let is_started = !matches!(
                one.state,
                RunState::Waiting | RunState::Pulling { .. } | RunState::Starting { .. }
            );
            one.name == container.name && (is_started || one.last.is_some())
        })
    };
    run.filter(is_there).ok_or_else(|| {
        let all = pod.status.init_container_statuses.iter().chain(&pod.status.container_statuses);
        let reason = match all.filter(|it| it.name == container.name).map(|it| &it.state).next() {
            Some(ContainerState::Waiting { reason, .. }) => reason,
            _ => "ContainerCreating",
        };
        format!(
            "Error from server (BadRequest): container \"{}\" in pod \"{name}\" is waiting to start: {reason}",
            container.name
        )
    })
}

/// `kubectl exec POD -- COMMAND`.
pub(super) fn exec(call: &Call<'_>) -> Plan {
    let usage = "See 'kubectl exec -h' for help and examples";
    let Some((word, rest)) = call.words.plain.split_first() else {
        return Plan::refuse(format!(
            "error: pod, type/name or --filename must be specified\n{usage}"
        ));
    };
    let Some(command) = &call.words.after else {
        return Plan::refuse(match rest.is_empty() {
            true => {
                format!("error: you must specify at least one command for the container\n{usage}")
            }
            false => format!(
                "error: exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead\n{usage}"
            ),
        });
    };
    let found = pod(call, word, true).and_then(|(pod, note)| {
        if pod.is_finished() {
            let phase = pod.status.phase.name();
            return Err(format!(
                "error: cannot exec into a container in a completed pod; current phase is {phase}"
            ));
        }
        let (container, choice) = container(call, pod)?;
        let run = running(call, pod, container).map_err(|error| not_upgraded(call, &error))?;
        let is_running =
            run.containers.iter().any(|one| one.name == container.name && one.state.is_running());
        match is_running {
            true => Ok((pod, run, note + &choice)),
            false => Err(format!(
                "error: Internal error occurred: unable to upgrade connection: container not found (\"{}\")",
                container.name
            )),
        }
    });
    let (pod, run, note) = match found {
        Ok(found) => found,
        Err(message) => return Plan::refuse(message),
    };
    let command: Vec<&str> = match command.as_slice() {
        // A script that is one command needs no shell.
        ["sh" | "bash" | "/bin/sh" | "/bin/bash", "-c", script]
            if !script.contains(['|', ';', '&', '<', '>', '$', '`', '(', '*', '\n']) =>
        {
            script.split_whitespace().collect()
        }
        ["sh" | "bash" | "/bin/sh" | "/bin/bash", ..] => return super::no_shell(COMMANDS),
        words => words.to_vec(),
    };
    let mut plan = command_in(call, pod, run, &command);
    plan.output.stderr.insert_str(0, &note);
    plan
}

/// What kubectl prints since 1.37 of a refusal of the API server.
fn not_upgraded(call: &Call<'_>, error: &str) -> String {
    match error.strip_prefix("Error from server").and_then(|rest| rest.split_once(": ")) {
        Some((_, words)) if call.view.is_recent() => {
            format!("error: unable to upgrade connection: {words}")
        }
        _ => error.to_owned(),
    }
}

/// What there is in a container.
const COMMANDS: &str =
    "there are: hostname, cat FILE, ls, echo, env, nslookup NAME, dig NAME, getent hosts NAME\n";

/// What a command prints in a container.
fn command_in(call: &Call<'_>, pod: &Pod, run: &PodRuntime, command: &[&str]) -> Plan {
    let cluster = call.view.cluster;
    let host = if pod.spec.hostname.is_empty() { &pod.metadata.name } else { &pod.spec.hostname };
    let full = match pod.spec.subdomain.as_str() {
        "" => host.clone(),
        service => format!("{host}.{service}.{}.svc.cluster.local", pod.metadata.namespace),
    };
    match command {
        ["hostname"] | ["cat", "/etc/hostname"] => Plan::print(format!("{host}\n")),
        ["hostname", "-f"] => Plan::print(format!("{full}\n")),
        ["hostname", "-i"] => Plan::print(format!("{}\n", run.ip)),
        ["env" | "printenv"] => Plan::print(format!("HOSTNAME={host}\n")),
        ["echo", words @ ..] => Plan::print(format!("{}\n", words.join(" "))),
        ["ls", ..] | ["cat", _] => match cluster.world.data_of(run) {
            None => Plan::refuse("command terminated with exit code 1"),
            // The data are one file.
            Some(data) if command.first() == Some(&"ls") => {
                let is_empty = data.role.is_none() && data.entries.is_empty();
                Plan::print(if is_empty { "" } else { "entries\n" })
            }
            Some(data) => {
                let role = data.role.map_or("none", |role| role.name());
                let lines = data.entries.iter().map(|entry| format!("{}\n", entry.text));
                Plan::print(format!("# role: {role}\n{}", lines.collect::<String>()))
            }
        },
        ["nslookup" | "dig" | "host", names @ ..] | ["getent", "hosts", names @ ..] => {
            let name = names.iter().find(|name| !name.starts_with(['-', '+']));
            let is_short = command.contains(&"+short") || command.contains(&"getent");
            name.map_or_else(
                || Plan::refuse("command terminated with exit code 1"),
                |name| look_up(call, pod, name, is_short),
            )
        }
        [] => Plan::refuse("error: you must specify at least one command for the container"),
        [other, ..] => {
            let mut plan = Plan::refuse(format!(
                "error: Internal error occurred: error executing command in container: exec: \"{other}\": \
                 executable file not found in $PATH"
            ));
            plan.output.advice = COMMANDS.into();
            plan
        }
    }
}

fn look_up(call: &Call<'_>, pod: &Pod, name: &str, is_short: bool) -> Plan {
    let cluster = call.view.cluster;
    let answer = dns::resolve(cluster, &pod.metadata.namespace, name, RecordType::A);
    if is_short {
        let lines = answer.addresses.iter().map(|address| format!("{address}\n"));
        let mut plan = Plan::print(lines.collect::<String>());
        plan.output.exit = u8::from(!answer.exists);
        return plan;
    }
    let mut text = "Server:\t\t10.96.0.10\nAddress:\t10.96.0.10#53\n\n".to_owned();
    if !answer.exists {
        text += &format!("** server can't find {name}: NXDOMAIN\n");
        let mut plan = Plan::print(text);
        plan.output.stderr = "command terminated with exit code 1\n".into();
        plan.output.exit = 1;
        let why = dns::why_not(cluster, &pod.metadata.namespace, name);
        let reason = Reason::NoSuchName { name: (*name).to_owned(), why };
        plan.output.advice = reason.text() + "\n";
        return plan;
    }
    for address in &answer.addresses {
        text += &format!("Name:\t{}\nAddress: {address}\n", answer.name);
    }
    Plan::print(text + "\n")
}
