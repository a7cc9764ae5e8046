//! The ReplicaSet controller: so many equal pods, under new names each time (S27).
//!
//! Follows `pkg/controller/replicaset` of Kubernetes v1.36. A pod that is going, or has ended, counts no
//! more: its replacement comes at once, and has nothing of it. The API server refuses all
//! pods of a set or none, so the batches of a slow start, the condition `ReplicaFailure` and expectations are left
//! out.

use super::names::suffix;
use super::ownership::{Says, claim, controller_ref};
use super::*;
use std::cmp::Ordering;

/// The most pods that one pass creates or deletes (`BurstReplicas`).
const BURST: usize = 500;
/// The most letters of a generated name before its ending (`maxGeneratedNameLength`).
const GENERATED_NAME_MAX: usize = 58;
/// The annotation of pods that says which of them goes first.
const DELETION_COST: &str = "controller.kubernetes.io/pod-deletion-cost";

/// One pass for one set (`syncReplicaSet`).
pub fn sync(step: &mut Step<'_>, key: &Key) {
    let cluster = step.cluster;
    let Some(set) = cluster.store.replica_sets.get(key).cloned() else { return };
    let pods = claim_pods(step, &set);
    let is_going = |pod: &&Rc<Pod>| {
        let is_own = || pod.metadata.controller().is_some_and(|it| it.uid == set.metadata.uid);
        pod.metadata.is_terminating()
            && !pod.is_finished()
            && is_own()
            && set.spec.selector.matches(&pod.metadata.labels)
    };
    let owned = cluster.store.by::<Pod>(&Index::Owner(set.metadata.uid));
    let going: Vec<_> = owned.filter(is_going).collect();
    let refused = match set.metadata.is_terminating() {
        true => None,
        false => manage(step, &set, &pods),
    };
    write_status(step, &set, &pods, going.len());
    let item = WorkItem::ReplicaSet(key.clone());
    match refused {
        None => {
            explain(step, &set, &pods);
            step.forget_retries(item);
        }
        Some(message) => {
            let set = set.metadata.reference(Kind::ReplicaSet);
            let subject = Subject::Object(set.clone());
            step.set_wait(subject, Reason::ReplicaCreateFailed { set, message });
            step.retry(item);
        }
    }
}

/// Whether a pod counts (`controller.IsPodActive`).
pub fn is_active(pod: &Pod) -> bool {
    !pod.is_finished() && !pod.metadata.is_terminating()
}

/// The active pods that are the set's own, after adoption and release.
fn claim_pods(step: &mut Step<'_>, set: &ReplicaSet) -> Vec<Rc<Pod>> {
    let cluster = step.cluster;
    let pods = cluster.store.owned_or_orphaned::<Pod>(&set.metadata);
    let mut own = Vec::new();
    for pod in pods.filter(|pod| is_active(pod)) {
        let matches = set.spec.selector.matches(&pod.metadata.labels);
        let mut object = Object::Pod(pod.clone());
        let says: Says = [
            |set, pod| Reason::ReplicaAdopted { set, pod },
            |set, pod| Reason::ReplicaReleased { set, pod },
        ];
        if claim(step, (Kind::ReplicaSet, &set.metadata), &mut object, matches, says)
            && let Object::Pod(pod) = object
        {
            own.push(pod);
        }
    }
    own
}

/// Creates the pods that are missing, or deletes those that are too many (`manageReplicas`). Returns the words of the
/// API server if it refuses the pods.
fn manage(step: &mut Step<'_>, set: &ReplicaSet, pods: &[Rc<Pod>]) -> Option<String> {
    let wanted = usize::try_from(set.spec.replicas).unwrap_or(0);
    let count = pods.len();
    if wanted > count {
        let refusal = references::refusal(&step.cluster.store, &new_pod(set, base_name(set)));
        if refusal.is_some() {
            return refusal;
        }
    }
    let reference = set.metadata.reference(Kind::ReplicaSet);
    let uncounted = uncounted(step.cluster, set).map(|pod| pod.metadata.reference(Kind::Pod));
    let mut names = Vec::new();
    for _ in 0..wanted.saturating_sub(count).min(BURST) {
        let name = new_name(step, set, &names);
        let key = Key::new(&set.metadata.namespace, &name);
        let reason = Reason::ReplicaCreated {
            pod: ObjectRef::pod(&key),
            set: reference.clone(),
            count,
            replicas: wanted,
            uncounted: uncounted.clone(),
        };
        step.record_event(Subject::pod(&key), None, reason);
        step.create(new_pod(set, name.clone()));
        names.push(name);
    }
    let surplus = count.saturating_sub(wanted).min(BURST);
    for (pod, why) in victims(step, set, pods, surplus) {
        let reason = Reason::ReplicaDeleted {
            pod: pod.metadata.reference(Kind::Pod),
            set: reference.clone(),
            count,
            replicas: wanted,
            why,
        };
        step.record_pod_event(&pod, reason);
        step.delete(Kind::Pod, &pod.metadata, Grace::Default);
    }
    None
}

/// The beginning of the names of the set's pods.
fn base_name(set: &ReplicaSet) -> String {
    format!("{}-", set.metadata.name).chars().take(GENERATED_NAME_MAX).collect()
}

/// The latest of the set's pods that is there and counts no more.
fn uncounted<'a>(cluster: &'a ControlPlane, set: &'a ReplicaSet) -> Option<&'a Rc<Pod>> {
    let pods = cluster.store.by::<Pod>(&Index::Owner(set.metadata.uid));
    pods.filter(|pod| !is_active(pod))
        .filter(|pod| pod.metadata.controller().is_some_and(|it| it.uid == set.metadata.uid))
        .max_by_key(|pod| pod.metadata.resource_version)
}

/// The set's name and an ending that no pod has (`names.SimpleNameGenerator`).
fn new_name(step: &mut Step<'_>, set: &ReplicaSet, taken: &[String]) -> String {
    let base = base_name(set);
    loop {
        let name = base.clone() + &suffix(step);
        let is_there = step.cluster.store.pods.named(&set.metadata.namespace, &name).is_some();
        if !is_there && !taken.contains(&name) {
            return name;
        }
    }
}

/// A pod from the set's template (`GetPodFromTemplate`).
fn new_pod(set: &ReplicaSet, name: String) -> Pod {
    let template = &set.spec.template;
    let metadata = ObjectMeta {
        name,
        namespace: set.metadata.namespace.clone(),
        labels: template.metadata.labels.clone(),
        annotations: template.metadata.annotations.clone(),
        finalizers: template.metadata.finalizers.clone(),
        owner_references: vec![controller_ref(Kind::ReplicaSet, &set.metadata)],
        ..ObjectMeta::default()
    };
    let mut pod = Pod { metadata, spec: template.spec.clone(), status: PodStatus::default() };
    pod.forget_defaults();
    pod
}

/// What decides which pod goes first.
struct Rank<'a> {
    pod: &'a Rc<Pod>,
    cost: i32,
    /// How many active pods of the same Deployment are on its node.
    beside: usize,
    ready_since: Option<Time>,
    restarts: u32,
}

/// Chooses the pods to be deleted, and says of each what it has before the first that stays
/// (`getPodsToDelete`).
fn victims(
    step: &Step<'_>,
    set: &ReplicaSet,
    pods: &[Rc<Pod>],
    count: usize,
) -> Vec<(Rc<Pod>, Detail)> {
    if count == 0 {
        return Vec::new();
    }
    let related = related_pods(step.cluster, set);
    let mut ranks: Vec<Rank<'_>> = pods.iter().map(|pod| rank(pod, &related)).collect();
    let now = step.now();
    map::sort(&mut ranks, |one, other| compare(one, other, now).0 == Ordering::Less);
    let stays = ranks.get(count);
    let why = |rank: &Rank<'_>| match stays {
        Some(stays) => compare(rank, stays, now).1,
        None => Detail::NoneWanted {},
    };
    ranks.iter().take(count).map(|rank| (rank.pod.clone(), why(rank))).collect()
}

/// The active pods of all sets of the same owner (`getIndirectlyRelatedPods`).
fn related_pods<'a>(cluster: &'a ControlPlane, set: &'a ReplicaSet) -> Vec<&'a Rc<Pod>> {
    let owner = set.metadata.controller().map(|owner| owner.uid);
    let is_related = |other: &&Rc<ReplicaSet>| match owner {
        Some(uid) => other.metadata.controller().is_some_and(|owner| owner.uid == uid),
        None => other.metadata.uid == set.metadata.uid,
    };
    let sets: Vec<_> = cluster
        .store
        .replica_sets
        .in_namespace(&set.metadata.namespace)
        .filter(is_related)
        .collect();
    let is_selected =
        |pod: &&Rc<Pod>| sets.iter().any(|set| set.spec.selector.matches(&pod.metadata.labels));
    let pods = cluster.store.pods.in_namespace(&set.metadata.namespace);
    pods.filter(|pod| is_active(pod)).filter(is_selected).collect()
}

fn rank<'a>(pod: &'a Rc<Pod>, related: &[&Rc<Pod>]) -> Rank<'a> {
    let cost = pod.metadata.annotations.get(DELETION_COST).and_then(|cost| cost.parse().ok());
    let is_beside = |other: &&&Rc<Pod>| other.spec.node_name == pod.spec.node_name;
    Rank {
        pod,
        cost: cost.unwrap_or(0),
        beside: related.iter().filter(is_beside).count(),
        ready_since: pod.available_at(0),
        restarts: pod
            .status
            .container_statuses
            .iter()
            .map(|one| one.restart_count)
            .max()
            .unwrap_or(0),
    }
}

/// Which of two pods goes first, and what of it decides (`ActivePodsWithRanks.Less`).
fn compare(one: &Rank<'_>, other: &Rank<'_>, now: Time) -> (Ordering, Detail) {
    let has_started = |rank: &Rank<'_>| rank.pod.status.phase != PodPhase::Pending;
    let uids = one.pod.metadata.uid.cmp(&other.pod.metadata.uid);
    let younger = |a: Time, b: Time| match a.0 / 1000 == b.0 / 1000 {
        true => Ordering::Equal,
        false => magnitude(a, now).cmp(&magnitude(b, now)).then(uids),
    };
    let ready = match (one.ready_since, other.ready_since) {
        (Some(a), Some(b)) => younger(a, b),
        _ => Ordering::Equal,
    };
    let created = |rank: &Rank<'_>| rank.pod.metadata.creation_timestamp;
    let rules = [
        (one.pod.is_bound().cmp(&other.pod.is_bound()), Detail::Unscheduled {}),
        (has_started(one).cmp(&has_started(other)), Detail::NotStarted {}),
        (one.ready_since.is_some().cmp(&other.ready_since.is_some()), Detail::NotReady {}),
        (one.cost.cmp(&other.cost), Detail::LowerCost {}),
        (other.beside.cmp(&one.beside), Detail::MoreOnNode {}),
        (ready, Detail::ReadyForShorter {}),
        (other.restarts.cmp(&one.restarts), Detail::MoreRestarts {}),
        (younger(created(one), created(other)), Detail::Newer {}),
    ];
    let decides = rules.into_iter().find(|(order, _)| order.is_ne());
    decides.unwrap_or((Ordering::Equal, Detail::AllEqual {}))
}

/// An age on a logarithmic scale: pods of about the same age are equal (`logarithmicRankDiff`).
/// Timestamps are whole seconds.
fn magnitude(since: Time, now: Time) -> Option<u32> {
    now.since(Time(since.0 / 1000 * 1000)).saturating_mul(1_000_000).checked_ilog2()
}

/// Counts the pods and writes the status (`calculateStatus`, `updateReplicaSetStatus`).
fn write_status(step: &mut Step<'_>, set: &ReplicaSet, pods: &[Rc<Pod>], going: usize) {
    let count = |wanted: &dyn Fn(&Pod) -> bool| {
        i32::try_from(pods.iter().filter(|pod| wanted(pod)).count()).unwrap_or(i32::MAX)
    };
    let now = step.now();
    let available_at = |pod: &Pod| pod.available_at(set.spec.min_ready_seconds);
    let labels = &set.spec.template.metadata.labels;
    let status = ReplicaSetStatus {
        replicas: count(&|_| true),
        fully_labeled_replicas: count(&|pod| includes(&pod.metadata.labels, labels)),
        ready_replicas: count(&Pod::is_ready),
        available_replicas: count(&|pod| available_at(pod).is_some_and(|time| time <= now)),
        terminating_replicas: i32::try_from(going).unwrap_or(i32::MAX),
        observed_generation: set.metadata.generation,
        conditions: set.status.conditions.clone(),
    };
    let next = pods.iter().filter_map(|pod| available_at(pod)).filter(|time| *time > now).min();
    if let Some(time) = next {
        step.enqueue_at(WorkItem::ReplicaSet(set.metadata.key()), time);
    }
    step.update(ReplicaSet { status, ..set.clone() });
}

/// Says which pod is not replaced although its node is lost.
fn explain(step: &mut Step<'_>, set: &ReplicaSet, pods: &[Rc<Pod>]) {
    let subject = Subject::object(Kind::ReplicaSet, &set.metadata.key());
    let cluster = step.cluster;
    let is_lost = |pod: &&Rc<Pod>| {
        let node = cluster.store.node(&pod.spec.node_name);
        !pod.is_ready() && node.is_some_and(|node| *node.ready_status() == ConditionStatus::Unknown)
    };
    match pods.iter().find(is_lost) {
        Some(pod) => {
            let (pod, replicas) = (pod.metadata.reference(Kind::Pod), set.spec.replicas);
            step.set_wait(subject, Reason::StillCounted { pod, replicas });
        }
        None => step.clear_wait(subject),
    }
}
