//! What must hold after every step, whatever is done to the cluster.

use crate::api::*;
use crate::cluster::Cluster;
use crate::cluster::deployment::{MOST, noted};
use crate::cluster::replica_set::is_active;
use crate::cluster::world::{RunState, Stage};
use crate::map::Map;

/// The most wakeups that may be queued, for each object of the store.
const QUEUED_PER_OBJECT: usize = 8;

/// What is broken in this cluster, in sentences; empty if all is well. `forced` says whether somebody
/// freed an identity whose pod may still run (S26: forced deletion, deleted node, out-of-service taint). `fresh`
/// names the pods that the last step created.
pub fn violations(cluster: &Cluster, queued: usize, forced: bool, fresh: &[Uid]) -> Vec<String> {
    let mut broken = Vec::new();
    if !forced {
        one_running_pod_for_an_identity(cluster, &mut broken);
    }
    one_node_for_a_volume(cluster, &mut broken);
    created_in_order(cluster, fresh, &mut broken);
    as_many_as_wanted(cluster, fresh, &mut broken);
    let objects: usize = Kind::ALL.iter().map(|kind| cluster.store.list(*kind).len()).sum();
    if queued
        > (objects + cluster.world.runs.len() + cluster.world.flights.len() + 16)
            * QUEUED_PER_OBJECT
    {
        broken.push(format!("{queued} wakeups are queued for {objects} objects"));
    }
    broken
}

fn one_running_pod_for_an_identity(cluster: &Cluster, broken: &mut Vec<String>) {
    let mut running: Map<&Key, u32> = Map::new();
    for run in cluster
        .world
        .runs
        .values()
        .filter(|run| cluster.world.is_alive(run) && run.stage < Stage::Unmounting)
    {
        if run
            .main_containers()
            .any(|container| matches!(container.state, RunState::Running { .. }))
        {
            *running.or_default(&run.pod) += 1;
        }
    }
    let twins = running.into_iter().filter(|(_, count)| *count > 1);
    broken.extend(
        twins.map(|(key, count)| format!("{count} pods run as {key:?}, and nobody forced it")),
    );
}

fn one_node_for_a_volume(cluster: &Cluster, broken: &mut Vec<String>) {
    for volume in cluster.store.volumes.iter() {
        let is_shared = volume.spec.access_modes.iter().any(|mode| mode != "ReadWriteOnce");
        let name = &volume.metadata.name;
        let attached = cluster
            .store
            .attachments
            .iter()
            .filter(|other| other.spec.persistent_volume_name == *name);
        let count = attached.count();
        if !is_shared && count > 1 {
            broken.push(format!("volume {name} is attached to {count} nodes"));
        }
    }
}

/// Under OrderedReady a pod is created only when all below it are there and Ready; `fresh` names the
/// pods that the last step created.
fn created_in_order(cluster: &Cluster, fresh: &[Uid], broken: &mut Vec<String>) {
    for pod in cluster.store.pods.iter().filter(|pod| fresh.contains(&pod.metadata.uid)) {
        let Some(set) = cluster.store.owning_set(&pod.metadata).filter(|set| set.is_ordered())
        else {
            continue;
        };
        let ordinal = set.ordinal_of(&pod.metadata.name).unwrap_or(0);
        for lower in set.ordinals().filter(|lower| *lower < ordinal) {
            let name = set.pod_name(lower);
            let is_ready = cluster
                .store
                .pods
                .named(&set.metadata.namespace, &name)
                .is_some_and(|pod| pod.is_ready());
            if !is_ready {
                broken.push(format!("{} is created while {name} is not Ready", pod.metadata.name));
            }
        }
    }
}

/// A ReplicaSet creates no more pods than it wants, all from its template; together the sets of a
/// Deployment want no more than it allowed when they were last scaled: its replicas and `maxSurge`.
fn as_many_as_wanted(cluster: &Cluster, fresh: &[Uid], broken: &mut Vec<String>) {
    let store = &cluster.store;
    let is_of = |meta: &ObjectMeta, owner: &ObjectMeta| {
        meta.controller().is_some_and(|controller| controller.uid == owner.uid)
    };
    for pod in store.pods.iter().filter(|pod| fresh.contains(&pod.metadata.uid)) {
        let Some(set) = store.replica_sets.owner_of(&pod.metadata) else { continue };
        let (name, meta) = (&set.metadata.name, &pod.metadata);
        if !includes(&meta.labels, &set.spec.template.metadata.labels) {
            broken.push(format!("{} lacks labels of the template of {name}", meta.name));
        }
        let pods = store.pods.iter().filter(|pod| is_of(&pod.metadata, &set.metadata));
        let count = pods.filter(|pod| is_active(pod)).count();
        if count > usize::try_from(set.spec.replicas).unwrap_or(0) {
            let replicas = set.spec.replicas;
            broken.push(format!("{name} makes {}: {count} pods of {replicas}", meta.name));
        }
    }
    for deployment in store.deployments.iter() {
        let sets = store.replica_sets.iter();
        let sets: Vec<_> = sets.filter(|set| is_of(&set.metadata, &deployment.metadata)).collect();
        let wanted: i32 = sets.iter().map(|set| set.spec.replicas).sum();
        let most = sets.iter().filter_map(|set| noted(set, MOST)).max().unwrap_or(0);
        if wanted > most {
            let name = &deployment.metadata.name;
            broken.push(format!("the sets of {name} want {wanted} pods, and {most} are allowed"));
        }
    }
}
