//! What must hold after every step, whatever is done to the cluster.

use crate::api::*;
use crate::cluster::Cluster;
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
