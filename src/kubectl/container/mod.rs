//! Verbs that reach into containers: `logs`, `exec`, `run`, and others.
//!
//! | file | what it does |
//! |---|---|
//! | `logs` | `logs` |
//! | `exec` | `exec` and `attach`; a shell in a container |
//! | `start` | `run`, and its output while the pod runs |
//! | `debug`, `debug_flags` | `debug` |
//! | `parts` | what `run`, `debug`, and `attach` share |
//! | `reach` | `cp`, `port-forward`, `top` |

mod debug;
mod debug_flags;
mod exec;
mod logs;
mod parts;
mod reach;
mod start;

pub(super) use debug::debug;
pub(super) use exec::{attach, exec};
pub(super) use logs::{logs, text_of};
pub(super) use reach::{copy, port_forward, top};
pub(super) use start::{Following, run};

use super::view::not_found;
use super::{Call, Session};
use crate::api::{Container, ContainerState, Kind, Pod};
use crate::cluster::world::{PodRuntime, RunState};
use std::rc::Rc;

/// The pod of a command: a name, `pod/NAME`, or the first pod of another object.
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
    let selector = match of {
        Kind::Service | Kind::ReplicationController => owner.at("spec.selector"),
        _ => owner.at("spec.selector.matchLabels"),
    };
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
fn names(pod: &Pod) -> Vec<String> {
    let own = pod.spec.containers.iter().map(|one| one.name.clone());
    let init = pod.spec.init_containers.iter().map(|one| format!("{} (init)", one.name));
    let ephemeral = pod.spec.ephemeral_containers.iter();
    own.chain(init).chain(ephemeral.map(|one| format!("{} (ephem)", one.name))).collect()
}

/// The container of a command, and kubectl's note if it chose one.
fn container<'p>(call: &Call<'_>, pod: &'p Pod) -> Result<(&'p Container, String), String> {
    if let Some(name) = call.words.flag("container") {
        let found = pod.spec.container(name);
        return found.map(|container| (container, String::new())).ok_or_else(|| {
            let names = names(pod).join(", ");
            format!(
                "error: container {name} is not valid for pod {} out of: {names}",
                pod.metadata.name
            )
        });
    }
    let wanted = pod.metadata.annotations.get("kubectl.kubernetes.io/default-container");
    let chosen = wanted.and_then(|name| pod.spec.container(name));
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

/// The running containers of a pod, if its node responds.
///
/// # Errors
/// The API server's error if the node does not respond or the container has not started.
fn running<'a>(
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
    if !cluster.world().is_heard(&pod.spec.node_name) {
        return Err(format!(
            "Error from server: error dialing backend: dial tcp: connect to the kubelet of {}: no route to host",
            pod.spec.node_name
        ));
    }
    let run = cluster.world().runs.get(&pod.metadata.uid);
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
        let all = all.chain(&pod.status.ephemeral_container_statuses);
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
