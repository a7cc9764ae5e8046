//! What goes with what: owners and dependents, and the pods of nodes that are gone.
//!
//! Follows `pkg/controller/garbagecollector` (background and foreground deletion) and
//! `pkg/controller/podgc` (a quarantine before the pods of a deleted node are collected; the taint
//! out-of-service). Left out: finished pods beyond a threshold.

use super::*;

/// The finalizer of a foreground deletion.
pub const FOREGROUND: &str = "foregroundDeletion";

/// The kinds that have owners.
pub const OWNED: [Kind; 4] =
    [Kind::Pod, Kind::PersistentVolumeClaim, Kind::ControllerRevision, Kind::ReplicaSet];

/// Deletes what was owned by the object of this UID, now gone, and has no other owner.
pub fn collect_orphans(step: &mut Step<'_>, uid: Uid) {
    let cluster = step.cluster;
    for object in owned(cluster, uid, &OWNED) {
        let meta = object.meta();
        let Some(owner) = meta.owner_references.iter().find(|owner| owner.uid == uid) else {
            continue;
        };
        if meta.is_terminating() {
            continue;
        }
        if meta
            .owner_references
            .iter()
            .any(|other| other.uid != uid && exists(cluster, other, &meta.namespace))
        {
            let mut released = object.clone();
            released.meta_mut().owner_references.retain(|other| other.uid != uid);
            step.update(released);
            continue;
        }
        say_collected(step, object, owner);
        step.delete(object.kind(), meta, Grace::Default);
    }
}

/// The objects of some kinds, and of all that are not simulated, that have this owner, kind by kind.
pub fn owned<'a>(
    cluster: &'a ControlPlane,
    uid: Uid,
    kinds: &'a [Kind],
) -> impl Iterator<Item = &'a Object> {
    let objects = cluster.store.indexed(&Index::Owner(uid));
    let others = objects.clone().filter(|object| !object.kind().is_simulated());
    let of = move |kind: &'a Kind| objects.clone().filter(|object| object.kind() == *kind);
    kinds.iter().flat_map(of).chain(others)
}

fn say_collected(step: &mut Step<'_>, object: &Object, owner: &OwnerReference) {
    let namespace = &object.meta().namespace;
    let owner = self::reference(step.cluster, owner, namespace);
    let reference = object.reference();
    let reason = match object {
        Object::ControllerRevision(_) => return,
        Object::PersistentVolumeClaim(_) => Reason::ClaimCollected { claim: reference, owner },
        _ => Reason::Collected { object: reference, owner },
    };
    let subject = Subject::Object(object.reference());
    step.record_event(subject, Some(object.meta().uid), reason);
}

/// The owner of an object of this namespace.
pub(super) fn reference(
    cluster: &ControlPlane,
    owner: &OwnerReference,
    namespace: &str,
) -> Option<ObjectRef> {
    let is_it = |kind: &Kind| kind.name() == owner.kind;
    let kind = Kind::named(&owner.kind).or_else(|| cluster.store.kinds().find(is_it))?;
    let namespace = if kind.is_namespaced() { namespace } else { "" };
    Some(ObjectRef::named(kind, namespace, &owner.name))
}

fn exists(cluster: &ControlPlane, owner: &OwnerReference, namespace: &str) -> bool {
    let object = reference(cluster, owner, namespace).and_then(|owner| cluster.store.get(&owner));
    object.is_some_and(|object| object.meta().uid == owner.uid)
}

/// A foreground deletion: the object goes when those it blocks for are gone.
pub fn wait_for_dependents(step: &mut Step<'_>, reference: &ObjectRef) {
    let cluster = step.cluster;
    let Some(mut object) = cluster.store.get(reference) else { return };
    if !object.meta().is_terminating()
        || !object.meta().finalizers.iter().any(|name| name == FOREGROUND)
    {
        return;
    }
    let uid = object.meta().uid;
    let mut is_blocked = false;
    // Revisions go with the set: the controller would only make them again.
    let kinds = [Kind::Pod, Kind::PersistentVolumeClaim, Kind::ReplicaSet];
    for dependent in owned(cluster, uid, &kinds) {
        let mut dependent = dependent.clone();
        let meta = dependent.meta();
        let Some(owner) = meta.owner_references.iter().find(|owner| owner.uid == uid) else {
            continue;
        };
        is_blocked |= owner.block_owner_deletion;
        if meta.is_terminating() {
            continue;
        }
        say_collected(step, &dependent, owner);
        // What has dependents of its own waits for them in its turn.
        if dependent.kind() == Kind::ReplicaSet {
            dependent.meta_mut().finalizers.push(FOREGROUND.into());
            step.update(dependent.clone());
            step.enqueue_after(
                WorkItem::Dependents(dependent.reference()),
                step.timings().reaction_ms,
            );
        }
        step.delete(dependent.kind(), dependent.meta(), Grace::Default);
    }
    if !is_blocked {
        let reason = Reason::ForegroundDone { object: reference.clone() };
        step.record_event(Subject::Object(reference.clone()), Some(uid), reason);
        object.meta_mut().finalizers.retain(|name| name != FOREGROUND);
        step.update(object);
    }
}

/// Collects the pods of nodes that are gone, after a quarantine, and those that are terminating on
/// nodes that are out of service (`gcOrphaned`, `gcTerminating`).
pub fn collect_pods(step: &mut Step<'_>) {
    let cluster = step.cluster;
    let (now, timings) = (step.now(), step.timings());
    // It looks around every 20 s, whatever happens in between.
    let next = timings.pod_gc_ms - now.0 % timings.pod_gc_ms.max(1);
    if next < timings.pod_gc_ms {
        return step.enqueue_after(WorkItem::PodGarbage, next);
    }
    let mut gone: Map<String, Time> = Map::new();
    let mut is_watching = false;
    for pod in cluster.store.pods.iter().filter(|pod| pod.is_bound()) {
        let name = &pod.spec.node_name;
        match cluster.store.node(name) {
            None => {
                let since = cluster.controller_state.nodes_gone.get(name).copied().unwrap_or(now);
                gone.insert(name.clone(), since);
                if now.since(since) >= timings.pod_gc_quarantine_ms {
                    collect(step, pod, Detail::NodeMissing {}, "PodGC: node no longer exists");
                } else {
                    let reason = Reason::WaitForQuarantine {
                        pod: pod.metadata.reference(Kind::Pod),
                        node: ObjectRef::node(name),
                        after: Duration::seconds(timings.pod_gc_quarantine_ms / 1000),
                    };
                    step.set_wait(Subject::pod(&pod.metadata.key()), reason);
                }
            }
            Some(node)
                if node.spec.taints.iter().any(|taint| taint.key == TAINT_OUT_OF_SERVICE) =>
            {
                is_watching = true;
                if pod.metadata.is_terminating() && *node.ready_status() != ConditionStatus::True {
                    collect(step, pod, Detail::OutOfService {}, "PodGC: node out-of-service");
                }
            }
            Some(_) => {}
        }
    }
    if !gone.is_empty() || is_watching {
        step.enqueue_after(WorkItem::PodGarbage, next);
    }
    if *cluster.controller_state.nodes_gone != gone {
        step.update_controller_state(move |state| state.nodes_gone = Rc::new(gone));
    }
}

fn collect(step: &mut Step<'_>, pod: &Rc<Pod>, why: Detail, message: &str) {
    let mut failed = Pod::clone(pod);
    failed.status.phase = PodPhase::Failed;
    let has_cause = condition(&pod.status.conditions, "DisruptionTarget").is_some();
    if !has_cause {
        set_condition(
            &mut failed.status.conditions,
            "DisruptionTarget",
            ConditionStatus::True,
            "DeletionByPodGC",
            message,
            step.now(),
        );
    }
    let (object, node) = (pod.metadata.reference(Kind::Pod), ObjectRef::node(&pod.spec.node_name));
    step.record_pod_event(pod, Reason::PodCollected { pod: object, node, why });
    step.update(failed);
    step.delete(Kind::Pod, &pod.metadata, Grace::Seconds(0));
}
