//! The StatefulSet controller (S1 to S10).
//!
//! Follows `pkg/controller/statefulset` of Kubernetes v1.36: `sync` is `stateful_set.go`,
//! [`control`] is `stateful_set_control.go`, `pods` is `stateful_pod_control.go` and
//! `stateful_set_utils.go`, `claims` the retention policy of claims, `revisions` the history. It
//! decides from API objects only, and looks only when a set or a pod of its own changes, or when a
//! failed pass is due again.

mod claims;
mod control;
mod pods;
mod revisions;

use super::*;
pub use pods::pod_revision;

/// One pass for one set (`StatefulSetController.sync`).
pub fn sync(step: &mut Step<'_>, key: &Key) {
    let Some(set) = step.cluster.store.stateful_sets.get(key).cloned() else { return };
    let pods = claim_pods(step, &set);
    let wakeup = Wakeup::StatefulSet(key.clone());
    let outcome = control::update(step, &set, pods);
    match outcome {
        Ok(()) if step.cluster.memory.retry_ms.contains_key(&wakeup) => {
            step.remember(|memory| {
                Rc::make_mut(&mut memory.retry_ms).remove(&wakeup);
            });
        }
        Ok(()) => {}
        Err(Failed) => retry(step, wakeup),
    }
}

/// The pass met an error that the API server gave; it is retried with a growing delay.
struct Failed;

fn retry(step: &mut Step<'_>, wakeup: Wakeup) {
    let timings = step.timings();
    let delay =
        step.cluster.memory.retry_ms.get(&wakeup).copied().unwrap_or(timings.retry_first_ms);
    let next = (delay * 2).min(timings.retry_max_ms);
    step.wake(wakeup.clone(), delay);
    step.remember(|memory| {
        Rc::make_mut(&mut memory.retry_ms).insert(wakeup, next);
    });
}

/// The pods that are the set's own, after adoption and release (`PodControllerRefManager.ClaimPods`).
fn claim_pods(step: &mut Step<'_>, set: &StatefulSet) -> Vec<Rc<Pod>> {
    let mut own = Vec::new();
    let cluster = step.cluster;
    for pod in cluster.store.pods.in_namespace(&set.metadata.namespace) {
        let is_member = set.ordinal_of(&pod.metadata.name).is_some();
        let matches = is_member && set.spec.selector.matches(&pod.metadata.labels);
        match pod.metadata.controller() {
            Some(owner) if owner.uid != set.metadata.uid => {}
            Some(_) if matches => own.push(pod.clone()),
            Some(_) if !set.metadata.is_terminating() => {
                let mut released = Pod::clone(pod);
                released.metadata.owner_references.retain(|owner| owner.uid != set.metadata.uid);
                step.update(released);
            }
            None if matches && !set.metadata.is_terminating() && !pod.metadata.is_terminating() => {
                let mut adopted = Pod::clone(pod);
                adopted.metadata.owner_references.push(owner_of(set));
                step.update(adopted.clone());
                own.push(Rc::new(adopted));
            }
            _ => {}
        }
    }
    own
}

/// The reference by which a pod or a revision names the set as its controller.
fn owner_of(set: &StatefulSet) -> OwnerReference {
    OwnerReference {
        api_version: Kind::StatefulSet.api_version().into(),
        kind: Kind::StatefulSet.name().into(),
        name: set.metadata.name.clone(),
        uid: set.metadata.uid,
        controller: true,
        block_owner_deletion: true,
    }
}
