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

use super::view::absent;
use super::{Call, Session};
use crate::api::json::Node as Tree;
use crate::api::{ConditionStatus, Container, ContainerState, Kind, Pod};
use crate::cluster::world::{PodRuntime, RunState};
use std::rc::Rc;

/// The pod of a command: a name, `pod/NAME`, or the most active pod of another object
/// (`AttachablePodForObject` of `pkg/polymorphichelpers`).
fn pod<'a>(call: &Call<'a>, word: &str) -> Result<&'a Rc<Pod>, String> {
    let (store, namespace) = (&call.view.cluster.store, call.namespace());
    let (of, name) = match word.split_once('/') {
        None => (Kind::Pod, word),
        Some((kind, name)) => (*call.view.kinds(kind)?.first().unwrap_or(&Kind::Pod), name),
    };
    if of == Kind::Pod {
        return store
            .pods
            .named(namespace, name)
            .ok_or_else(|| absent(call.view, of, namespace, name));
    }
    let owner =
        call.view.get(of, namespace, name).ok_or_else(|| absent(call.view, of, namespace, name))?;
    let mut pods =
        selected(call, of, &owner).map_err(|why| format!("error: cannot attach to {why}"))?;
    crate::map::sort(&mut pods, |one, other| activity(one) < activity(other));
    pods.first().copied().ok_or_else(|| {
        format!("error: timed out waiting for the condition: no pods of {}/{name}", of.singular())
    })
}

/// How active a pod is: lower for one that is scheduled, runs, and has been Ready for longer, then its restarts, and when
/// it was created, in seconds, as clients see times (`podutils.ActivePods`).
fn activity(pod: &Pod) -> ((bool, u8, bool, Option<u64>), u32, u64) {
    let ready = pod
        .status
        .conditions
        .iter()
        .find(|it| it.kind == "Ready" && it.status == ConditionStatus::True);
    let phase = match pod.status.phase.name() {
        "Running" => 0,
        "Unknown" => 1,
        _ => 2,
    };
    let since = ready.map(|it| it.last_transition_time.0 / 1000);
    let restarts = pod.status.container_statuses.iter().map(|it| it.restart_count).max();
    let created = pod.metadata.creation_timestamp.0 / 1000;
    ((pod.spec.node_name.is_empty(), phase, ready.is_none(), since), restarts.unwrap_or(0), created)
}

/// The pods that another object selects.
///
/// # Errors
/// The object's type and kubectl's message for one without a selector (`selectorsForObject` of `pkg/polymorphichelpers`).
fn selected<'a>(call: &Call<'a>, of: Kind, owner: &Tree) -> Result<Vec<&'a Rc<Pod>>, String> {
    let labels = match of {
        Kind::Service | Kind::ReplicationController => owner.at("spec.selector"),
        _ => owner.at("spec.selector.matchLabels"),
    };
    let labels = labels.map_or(&[] as &[_], |labels| labels.entries());
    if labels.is_empty() {
        let name = format!("*{}.{}", of.api_version().rsplit('/').next().unwrap_or(""), of.name());
        return Err(match of {
            Kind::Service if call.view.is_recent() => {
                let own = owner.word("metadata.name");
                format!("{name}: invalid service '{own}': Service is defined without a selector")
            }
            _ => format!("{name}: selector for {name} not implemented"),
        });
    }
    let has = |pod: &Pod, key: &str, value: &str| {
        pod.metadata.labels.get(key).is_some_and(|own| own == value)
    };
    let is_own = |pod: &&Rc<Pod>| labels.iter().all(|one| has(pod, &one.key, one.node.as_text()));
    Ok(call.view.cluster.store.pods.in_namespace(call.namespace()).filter(is_own).collect())
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
