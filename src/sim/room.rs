//! Whether there is room for what a line asks for.
//!
//! A line that would need more than a limit allows is refused as a whole, before any of it is done.
//! [`apply`](crate::cluster::apply) checks the limits again for every object that is created, including those that controllers create.

use super::Command;
use crate::api::{Object, ObjectRef, StatefulSet};
use crate::cluster::Cluster;
use crate::limits::{self, Limit};
use crate::map::{Map, Set};

/// What the API server says of commands for which there is no room; none if they can all be done.
pub fn refusal(cluster: &Cluster, commands: &[Command]) -> Option<String> {
    let forbidden = |limit: Limit| format!("Error from server (Forbidden): {}", limit.sentence());
    if commands.iter().filter(|it| matches!(it, Command::Create(_))).count() + cluster.store.len()
        > limits::OBJECTS
    {
        return Some(forbidden(Limit::Objects));
    }
    let clients: Set<&String> = commands.iter().filter_map(started).collect();
    let is_new = |name: &&&String| !cluster.world().clients.contains_key(name.as_str());
    let new = clients.iter().filter(is_new).count();
    if new > 0 && cluster.world().clients.len() + new > limits::CLIENTS {
        return Some(forbidden(Limit::Clients));
    }
    let changes: Vec<(ObjectRef, u64)> =
        commands.iter().filter_map(|command| wanted_by(cluster, command)).collect();
    if changes.is_empty() {
        return None;
    }
    if let Some(words) = commands.iter().find_map(|command| beyond_ordinals(cluster, command)) {
        return Some(words);
    }
    let mut wanted = wanted(cluster);
    let before = total(&wanted);
    for (reference, pods) in changes {
        wanted.insert(reference, pods);
    }
    let after = total(&wanted);
    (after > before && after > limits::PODS as u64).then(|| forbidden(Limit::Pods))
}

fn started(command: &Command) -> Option<&String> {
    match command {
        Command::StartClient(name, _) => Some(name),
        _ => None,
    }
}

fn total(wanted: &Map<ObjectRef, u64>) -> u64 {
    wanted.values().copied().fold(0, u64::saturating_add)
}

/// How many pods each object wants that nothing else wants for it.
fn wanted(cluster: &Cluster) -> Map<ObjectRef, u64> {
    let store = &cluster.store;
    let sets = store.stateful_sets.iter().cloned().map(Object::StatefulSet);
    let deployments = store.deployments.iter().cloned().map(Object::Deployment);
    let others = store.replica_sets.iter().cloned().map(Object::ReplicaSet);
    let pods = store.pods.iter().cloned().map(Object::Pod);
    let all = sets.chain(deployments).chain(others).chain(pods);
    all.filter_map(|object| Some((object.reference(), pods_of(&object)?))).collect()
}

/// How many pods an object wants, if it is one that wants pods for itself.
fn pods_of(object: &Object) -> Option<u64> {
    let replicas = match object {
        _ if object.meta().controller().is_some() => return None,
        Object::StatefulSet(set) => set.spec.replicas,
        Object::Deployment(deployment) => deployment.spec.replicas,
        Object::ReplicaSet(set) => set.spec.replicas,
        Object::Pod(_) => 1,
        _ => return None,
    };
    Some(u64::try_from(replicas).unwrap_or(0))
}

/// The object that a command changes, and how many pods it wants then.
fn wanted_by(cluster: &Cluster, command: &Command) -> Option<(ObjectRef, u64)> {
    match command {
        Command::Create(object) | Command::Configure(object, _) => {
            Some((object.reference(), pods_of(object)?))
        }
        Command::Scale(reference, replicas) => {
            let mut object = cluster.store.get(reference)?;
            *object.replicas_mut()? = *replicas;
            Some((reference.clone(), pods_of(&object)?))
        }
        _ => None,
    }
}

/// What is said of a set whose last ordinal would be none: ordinals have 32 bits.
fn beyond_ordinals(cluster: &Cluster, command: &Command) -> Option<String> {
    let check = |set: &StatefulSet, replicas: i32| {
        let start = set.spec.ordinals.start;
        start.checked_add(replicas).is_none().then(|| {
            format!(
                "The StatefulSet \"{}\" is invalid: spec.ordinals.start: Invalid value: {start}: the last \
                 ordinal must be less than {}",
                set.metadata.name,
                i32::MAX
            )
        })
    };
    match command {
        Command::Create(Object::StatefulSet(set))
        | Command::Configure(Object::StatefulSet(set), _) => check(set, set.spec.replicas),
        Command::Scale(reference, replicas) => match cluster.store.get(reference)? {
            Object::StatefulSet(set) => check(&set, *replicas),
            _ => None,
        },
        _ => None,
    }
}
