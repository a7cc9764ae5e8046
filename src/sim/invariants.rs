//! What must hold after every step, whatever is done to the cluster.

use super::Sim;
use super::liveness::broken_by_step;
use crate::api::*;
use crate::cluster::deployment::{MOST, noted};
use crate::cluster::replica_set::is_active;
use crate::cluster::stateful_set::pod_revision;
use crate::cluster::world::{RunState, Stage};
use crate::cluster::{Cluster, Code, Event, MAX_UNAVAILABLE_GATE, Reason, Subject, WorkItem};
use crate::map::{Map, Set};
use std::rc::Rc;

/// The most work_items that may be queued, for each object of the store.
const QUEUED_PER_OBJECT: usize = 8;
/// How long after its grace period, and after its node was last heard of, a pod may still be there without a reason, in milliseconds.
const OVERDUE_MS: u64 = 60_000;

/// What has happened so far that permits what is otherwise a violation.
#[derive(Clone, Debug, Default)]
pub struct Exemptions {
    /// Pods whose identity somebody freed while they may still run (S26: forced deletion, deleted node,
    /// out-of-service taint).
    forced: Set<Uid>,
    /// Whether some policy said that claims go.
    claims_may_go: bool,
}

/// A step: what was before it, what is after it, what it told.
pub struct Transition<'a> {
    /// The cluster before the step.
    pub before: &'a Cluster,
    /// The simulation after the step.
    pub sim: &'a Sim,
    /// The events of the step.
    pub events: &'a [Event],
}

impl Exemptions {
    /// Takes note of what a step did.
    pub fn learn(&mut self, look: &Transition<'_>) {
        for event in look.events {
            if let (Code::DeletionForced | Code::PodCollected, Some(uid)) =
                (event.reason.code(), event.uid)
            {
                self.forced.insert(uid);
            }
        }
        let runs = look.sim.cluster().world().runs.iter();
        // With such a grace period every deletion is a forced one, as the documentation warns.
        let careless = runs.filter(|(_, run)| run.spec.termination_grace_period_seconds == 0);
        careless.for_each(|(uid, _)| {
            self.forced.insert(*uid);
        });
        self.claims_may_go |= look.sim.cluster().store.stateful_sets.iter().any(|set| {
            let policy = &set.spec.persistent_volume_claim_retention_policy;
            policy.when_scaled == PersistentVolumeClaimRetentionPolicyType::Delete
                || policy.when_deleted == PersistentVolumeClaimRetentionPolicyType::Delete
        });
    }
}

/// What a step broke, in sentences; empty if all is well.
pub fn violations(look: &Transition<'_>, exemptions: &Exemptions) -> Vec<String> {
    let mut broken = Vec::new();
    let cluster = look.sim.cluster();
    one_running_pod_for_an_identity(look, exemptions, &mut broken);
    if cluster.store.resource_version != look.before.store.resource_version {
        one_node_for_a_volume(look, &mut broken);
        created_in_order(look, &mut broken);
        removed_in_order(look, &mut broken);
        as_many_as_wanted(look, &mut broken);
        claims_outlive_pods(look, exemptions, &mut broken);
        nodes_hold_their_pods(cluster, &mut broken);
        if !cluster.store.is_indexed() || !cluster.world().runs.is_indexed() {
            broken.push("the indexes are not what a full scan finds".into());
        }
    }
    if look.sim.next_due().is_none_or(|due| due > cluster.now) {
        every_wait_has_a_reason(look, &mut broken);
        status_tells_what_is_there(look, &mut broken);
        queues_are_bounded(look, &mut broken);
    }
    if exemptions.forced.is_empty() {
        broken.extend(broken_by_step(look.before, cluster));
    }
    broken
}

/// The identities as which more than one pod runs, with their numbers; `excused` pods don't count.
fn twins<'a>(cluster: &'a Cluster, excused: &Exemptions) -> Vec<(&'a Key, u32)> {
    let mut running: Map<&Key, u32> = Map::new();
    for (uid, run) in cluster.world().runs.iter() {
        let is_up =
            |it: &crate::cluster::world::ContainerRun| matches!(it.state, RunState::Running { .. });
        let counts = cluster.world().is_alive(run)
            && run.stage < Stage::Unmounting
            && !excused.forced.contains(uid)
            && run.main_containers().any(is_up);
        if counts {
            *running.or_default(&run.pod) += 1;
        }
    }
    running.into_iter().filter(|(_, count)| *count > 1).collect()
}

fn one_running_pod_for_an_identity(
    look: &Transition<'_>,
    exemptions: &Exemptions,
    broken: &mut Vec<String>,
) {
    for (key, count) in twins(look.sim.cluster(), exemptions) {
        broken.push(format!("{count} pods run as {key:?}, and nobody forced it"));
    }
}

fn one_node_for_a_volume(look: &Transition<'_>, broken: &mut Vec<String>) {
    let store = &look.sim.cluster().store;
    for volume in store.volumes.iter() {
        let is_shared = volume
            .spec
            .access_modes
            .iter()
            .any(|mode| *mode != PersistentVolumeAccessMode::ReadWriteOnce);
        let name = &volume.metadata.name;
        let attached =
            store.attachments.iter().filter(|other| other.spec.persistent_volume_name == *name);
        let count = attached.count();
        if !is_shared && count > 1 {
            broken.push(format!("volume {name} is attached to {count} nodes"));
        }
    }
}

/// Whether a pod was Ready long enough, and not going, when a step began.
fn was_healthy(look: &Transition<'_>, set: &StatefulSet, pod: &Pod) -> bool {
    let since = condition(&pod.status.conditions, "Ready").map(|it| it.last_transition_time);
    let wanted = milliseconds(u64::try_from(set.spec.min_ready_seconds).unwrap_or(0));
    let is_old_enough = since.is_some_and(|it| look.sim.cluster().now.since(it) >= wanted);
    pod.is_ready() && is_old_enough && !pod.metadata.is_terminating()
}

/// The wanted pods of a set that were not healthy when a step began.
fn unhealthy(look: &Transition<'_>, set: &StatefulSet) -> Vec<i32> {
    let pods = &look.before.store.pods;
    let pod = |ordinal: i32| pods.named(&set.metadata.namespace, &set.pod_name(ordinal));
    set.ordinals()
        .filter(|ordinal| !pod(*ordinal).is_some_and(|pod| was_healthy(look, set, pod)))
        .collect()
}

/// The pods that the step created.
fn created<'a>(look: &Transition<'a>) -> impl Iterator<Item = &'a Rc<Pod>> {
    let before = &look.before.store.pods;
    look.sim.cluster().store.pods.iter().filter(|pod| {
        let old = before.get(&pod.metadata.key());
        old.is_none_or(|old| old.metadata.uid != pod.metadata.uid)
    })
}

/// Under OrderedReady a pod is created only when all below it are there and available; with `Recreate` only when no pod
/// of another template is there.
fn created_in_order(look: &Transition<'_>, broken: &mut Vec<String>) {
    let store = &look.sim.cluster().store;
    for pod in created(look) {
        let set = store.owning_set(&pod.metadata);
        let is_old = |other: &&Rc<Pod>| pod_revision(other) != pod_revision(pod);
        if let Some(set) = set
            .filter(|set| set.spec.update_strategy.kind == StatefulSetUpdateStrategyType::Recreate)
            && let Some(old) = pods_of(look.before, set).find(is_old)
        {
            let (name, old) = (&pod.metadata.name, &old.metadata.name);
            broken.push(format!("{name} is created while {old} has another template"));
        }
        let set = set.filter(|set| set.is_ordered());
        let Some(set) = set else { continue };
        let ordinal = set.ordinal_of(&pod.metadata.name).unwrap_or(0);
        for lower in unhealthy(look, set).into_iter().filter(|lower| *lower < ordinal) {
            let name = &pod.metadata.name;
            broken.push(format!("{name} is created while {} is not healthy", set.pod_name(lower)));
        }
    }
}

/// Under OrderedReady the controller removes a pod, because of a scale-down or an update, only while all
/// wanted ones are well, and after all that are to go and have higher numbers are gone. `Recreate` removes all old pods.
fn removed_in_order(look: &Transition<'_>, broken: &mut Vec<String>) {
    let store = &look.before.store;
    for event in look.events {
        let (Reason::ScaleDownDelete { pod, .. } | Reason::UpdateDelete { pod }) = &*event.reason
        else {
            continue;
        };
        let is_scale_down = event.reason.code() == Code::ScaleDownDelete;
        let name = pod.key.name();
        let gone = store.pods.iter().find(|pod| Some(pod.metadata.uid) == event.uid);
        let set = gone.and_then(|pod| store.owning_set(&pod.metadata));
        let is_ordered = |set: &&Rc<StatefulSet>| {
            set.is_ordered()
                && set.spec.update_strategy.kind != StatefulSetUpdateStrategyType::Recreate
        };
        let Some(set) = set.filter(is_ordered) else { continue };
        let has_gate = look.before.settings.is_enabled(MAX_UNAVAILABLE_GATE);
        for ordinal in unhealthy(look, set).into_iter().filter(|_| is_scale_down || !has_gate) {
            broken
                .push(format!("{name} is removed while {} is not healthy", set.pod_name(ordinal)));
        }
        let own = set.ordinal_of(name);
        for other in pods_of(look.before, set) {
            let ordinal = set.ordinal_of(&other.metadata.name);
            let is_wanted = ordinal.is_some_and(|ordinal| set.ordinals().contains(&ordinal));
            if !is_wanted && (ordinal > own || !is_scale_down) {
                broken.push(format!("{name} is removed while {} is there", other.metadata.name));
            }
        }
    }
}

/// A ReplicaSet creates no more pods than it wants, all from its template; together the sets of a
/// Deployment want no more than it allowed when they were last scaled: its replicas and `maxSurge`.
fn as_many_as_wanted(look: &Transition<'_>, broken: &mut Vec<String>) {
    let store = &look.sim.cluster().store;
    let is_of = |meta: &ObjectMeta, owner: &ObjectMeta| {
        meta.controller().is_some_and(|controller| controller.uid == owner.uid)
    };
    for pod in created(look) {
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

fn pods_of<'a>(cluster: &'a Cluster, set: &'a StatefulSet) -> impl Iterator<Item = &'a Rc<Pod>> {
    let pods = cluster.store.pods.in_namespace(&set.metadata.namespace);
    pods.filter(|pod| pod.metadata.controller().is_some_and(|it| it.uid == set.metadata.uid))
}

/// A claim goes only if somebody deletes it or a retention policy says so, and not while a pod on a node
/// uses it.
fn claims_outlive_pods(look: &Transition<'_>, exemptions: &Exemptions, broken: &mut Vec<String>) {
    let (old, new) = (&look.before.store, &look.sim.cluster().store);
    for claim in old.claims.iter() {
        let (name, key) = (&claim.metadata.name, claim.metadata.key());
        let now = new.claims.get(&key).filter(|now| now.metadata.uid == claim.metadata.uid);
        let told = |code: Code| {
            let subject = Subject::object(Kind::PersistentVolumeClaim, &key);
            look.events.iter().any(|event| event.reason.code() == code && event.subject == subject)
        };
        let is_collected = told(Code::ClaimCollected);
        if is_collected && !exemptions.claims_may_go {
            broken.push(format!("claim {name} is collected, though every policy says Retain"));
        }
        let begins_to_go = now.is_none_or(|now| now.metadata.is_terminating());
        if !claim.metadata.is_terminating()
            && begins_to_go
            && !is_collected
            && !told(Code::DeletionAsked)
        {
            broken.push(format!("claim {name} goes, and nobody asked for it"));
        }
        let is_used = |pod: &&Rc<Pod>| pod.is_bound() && pod.claims().any(|used| used == name);
        let mut pods = new.pods.in_namespace(&claim.metadata.namespace);
        if let Some(pod) = pods.find(is_used).filter(|_| now.is_none()) {
            broken.push(format!("claim {name} is gone while {} uses it", pod.metadata.name));
        }
    }
}

/// Whatever is not as it should be, and that nobody is about to look at, has a reason.
fn every_wait_has_a_reason(look: &Transition<'_>, broken: &mut Vec<String>) {
    let cluster = look.sim.cluster();
    for set in cluster.store.stateful_sets.iter() {
        let key = set.metadata.key();
        let has_reason = cluster.waits.contains_key(&Subject::object(Kind::StatefulSet, &key));
        if !has_reason
            && !look.sim.is_queued(&WorkItem::StatefulSet(key))
            && !is_complete(look, set)
        {
            broken.push(format!("{} is not as it should be, for no reason", set.metadata.name));
        }
    }
    for deployment in cluster.store.deployments.iter() {
        let key = deployment.metadata.key();
        let has_reason = cluster.waits.contains_key(&Subject::object(Kind::Deployment, &key));
        let is_short = deployment.status.available_replicas < deployment.spec.replicas;
        let is_looked_at = look.sim.is_queued(&WorkItem::Deployment(key));
        if is_short && !has_reason && !is_looked_at && !deployment.metadata.is_terminating() {
            broken.push(format!("{} lacks pods, for no reason", deployment.metadata.name));
        }
    }
    for pod in cluster.store.pods.iter() {
        let (key, uid) = (pod.metadata.key(), pod.metadata.uid);
        if cluster.waits.contains_key(&Subject::pod(&key)) || pod.is_finished() {
            continue;
        }
        let name = &pod.metadata.name;
        if !pod.is_bound() && !look.sim.is_queued(&WorkItem::Schedule(key.clone())) {
            broken.push(format!("{name} has no node, for no reason"));
        }
        let end = pod.metadata.deletion_timestamp.filter(|_| pod.metadata.finalizers.is_empty());
        // That its node is silent is known only some time after its last heartbeat.
        let lease = cluster.store.leases.named(LEASE_NAMESPACE, &pod.spec.node_name);
        let heard = lease.map_or(Time(0), |lease| lease.renew_time);
        if end.is_some_and(|end| cluster.now.since(end.max(heard)) > OVERDUE_MS)
            && !look.sim.is_queued(&WorkItem::Pod(uid, key))
        {
            broken.push(format!("{name} is still terminating, for no reason"));
        }
    }
}

fn is_complete(look: &Transition<'_>, set: &StatefulSet) -> bool {
    let cluster = look.sim.cluster();
    let pods: Vec<_> = pods_of(cluster, set).collect();
    usize::try_from(set.spec.replicas).is_ok_and(|wanted| wanted == pods.len())
        && pods.iter().all(|pod| {
            let ordinal = set.ordinal_of(&pod.metadata.name);
            ordinal.is_some_and(|ordinal| set.ordinals().contains(&ordinal))
                && was_healthy(look, set, pod)
                && pod_revision(pod) == set.status.update_revision
        })
}

/// The status is true when the controller is not about to look again.
fn status_tells_what_is_there(look: &Transition<'_>, broken: &mut Vec<String>) {
    let cluster = look.sim.cluster();
    for set in cluster.store.stateful_sets.iter() {
        if look.sim.is_queued(&WorkItem::StatefulSet(set.metadata.key())) {
            continue;
        }
        let count = |is: &dyn Fn(&Pod) -> bool| pods_of(cluster, set).filter(|it| is(it)).count();
        let is_ready = |pod: &Pod| pod.is_ready() && pod.status.phase == PodPhase::Running;
        let told = [set.status.replicas, set.status.ready_replicas];
        let there = [count(&|_| true), count(&is_ready)];
        if told.map(|number| usize::try_from(number).unwrap_or(usize::MAX)) != there {
            let name = &set.metadata.name;
            broken.push(format!("the status of {name} tells {told:?} pods, there are {there:?}"));
        }
        if set.status.observed_generation != set.metadata.generation {
            broken.push(format!("the status of {} is about an older spec", set.metadata.name));
        }
    }
}

fn queues_are_bounded(look: &Transition<'_>, broken: &mut Vec<String>) {
    let (cluster, queued) = (look.sim.cluster(), look.sim.queued());
    let objects = cluster.store.len();
    let things = objects + cluster.world().runs.len() + cluster.world().messages.len() + 16;
    if queued > things * QUEUED_PER_OBJECT {
        broken.push(format!("{queued} work items are queued for {objects} objects"));
    }
}

/// No node has more asked of it than it has, and a budget never allows less than nothing.
fn nodes_hold_their_pods(cluster: &Cluster, broken: &mut Vec<String>) {
    for node in cluster.store.nodes.iter() {
        let name = &node.metadata.name;
        let pods = cluster.store.pods.iter().filter(|pod| pod.spec.node_name == *name);
        let pods = pods.filter(|pod| !pod.is_finished());
        for resource in ["cpu", "memory"] {
            let asked: u64 = pods.clone().map(|pod| pod.spec.request(resource)).sum();
            if asked > node.allocatable(resource) {
                broken.push(format!("{name} has not the {resource} that its pods ask for"));
            }
        }
    }
    for budget in cluster.store.budgets.iter().filter(|it| it.status.disruptions_allowed < 0) {
        broken.push(format!("budget {} allows less than nothing", budget.metadata.name));
    }
}
