//! What must hold of data and names: what the set and its database promise (S16 to S19, S21 to S23).

use crate::api::*;
use crate::cluster::Cluster;
use crate::cluster::dns::{self, RecordType};
use crate::cluster::world::{Database, DatabaseState, DiskId, Link, PodRuntime};
use crate::db::{Found, Role};
use std::rc::Rc;

/// What a step broke: entries that were on a disk, and that nobody gave up, are gone; or two pods write to
/// one disk. Nothing of it is promised once somebody freed an identity whose pod may still run (S26).
pub fn broken_by_step(before: &Cluster, after: &Cluster) -> Vec<String> {
    let mut broken = Vec::new();
    for (id, old) in before.world().disks.iter() {
        let Some(new) = after.world().disks.get(id).filter(|new| !Rc::ptr_eq(old, new)) else {
            continue;
        };
        // Folders go with their pods.
        let was_database =
            matches!(id, DiskId::Volume(_)) && matches!(old.data.found(), Found::Database(_));
        if was_database && !old.data.follows(&new.data) {
            broken.push(format!("entries on {id:?} are lost, and nobody gave them up"));
        }
    }
    let mut writers: Vec<(&Database, &Rc<PodRuntime>)> = Vec::new();
    for run in after.world().runs.values().filter(|run| after.world().is_alive(run)) {
        let Some(database) = &run.database else { continue };
        let (is_up, disk) = (database.state != DatabaseState::Down, &database.disk);
        if is_up && writers.iter().any(|(other, _)| other.disk == *disk) {
            broken.push(format!("two pods write to {disk:?}, and nobody forced it"));
        }
        if is_up {
            writers.push((database, run));
        }
    }
    broken
}

/// What does not hold although everything had time to settle.
pub fn broken_when_settled(cluster: &Cluster) -> Vec<String> {
    let mut broken = Vec::new();
    replicas_converge(cluster, &mut broken);
    names_lead_to_ready_pods(cluster, &mut broken);
    broken
}

/// When nobody writes, a replica that can follow has everything that the primary has; one that cannot, knows it.
fn replicas_converge(cluster: &Cluster, broken: &mut Vec<String>) {
    let world = &cluster.world();
    let all_heard = world.hosts.values().all(|machine| machine.is_heard());
    if !all_heard || !world.clients.is_empty() {
        return;
    }
    let is_ready = |run: &Rc<PodRuntime>| {
        let pod = cluster.store.pods.get(&run.pod);
        pod.is_some_and(|pod| pod.is_ready() && !pod.metadata.is_terminating())
    };
    for run in world.runs.values().filter(|run| is_ready(run)) {
        let Some(own) = run.database.as_ref().filter(|own| own.is_open()) else { continue };
        if own.data.role == Some(Role::Primary) || !own.member.replicates {
            continue;
        }
        let primary = world.runs.values().find(|other| {
            other.pod.namespace() == run.pod.namespace()
                && is_ready(other)
                && other.database.as_ref().is_some_and(|other| {
                    other.member.set == own.member.set && other.member.ordinal == own.member.first
                })
        });
        let Some(primary) = primary.and_then(|primary| primary.database.as_ref()) else { continue };
        let has_name = |service: &&Rc<Service>| {
            service.metadata.name == own.member.service && service.is_headless()
        };
        if !cluster.store.services.in_namespace(run.pod.namespace()).any(|one| has_name(&one)) {
            continue;
        }
        let is_so = match own.data.follows(&primary.data) {
            true if own.state == DatabaseState::Open(Link::LeftBehind) => true,
            true => own.data.len() == primary.data.len(),
            false => own.state == DatabaseState::Open(Link::Diverged),
        };
        if !is_so {
            let (have, all) = (own.data.len(), primary.data.len());
            let (pod, state) = (run.pod.name(), &own.state);
            broken.push(format!("{pod} has {have} of {all} entries, and is {state:?}"));
        }
    }
}

/// The name of each Ready pod leads to its address, and no name leads anywhere else.
fn names_lead_to_ready_pods(cluster: &Cluster, broken: &mut Vec<String>) {
    for service in cluster.store.services.iter().filter(|service| service.is_headless()) {
        let namespace = &service.metadata.namespace;
        let selector = &service.spec.selector;
        let behind = cluster.store.pods.in_namespace(namespace).filter(|pod| {
            !selector.is_empty()
                && includes(&pod.metadata.labels, selector)
                && pod.spec.subdomain == service.metadata.name
        });
        for pod in behind {
            let name = format!("{}.{}", pod.spec.hostname, service.metadata.name);
            let answer = dns::resolve(cluster, namespace, &name, RecordType::A);
            // Pods that become Ready and not Ready in turn never settle; CoreDNS repeats what was so.
            if answer.kept_until.is_some() {
                continue;
            }
            let found = answer.addresses;
            let is_told = pod.is_ready() && !pod.metadata.is_terminating();
            let is_told = is_told || service.spec.publish_not_ready_addresses;
            let due = Some(&pod.status.pod_ip)
                .filter(|ip| is_told && !ip.is_empty() && !pod.is_finished());
            if found.first() != due || found.len() > 1 {
                broken.push(format!("{name} leads to {found:?}, and should lead to {due:?}"));
            }
        }
    }
}
