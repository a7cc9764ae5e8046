//! The StatefulSet controller (S1 to S10).
//!
//! Follows `pkg/controller/statefulset` of Kubernetes v1.36: `sync` is `stateful_set.go`, [`control`]
//! and `status` are `stateful_set_control.go`, `pods` is `stateful_pod_control.go` and
//! `stateful_set_utils.go`, `claims` the retention policy of claims, `recreate` the strategy
//! `Recreate`, `revisions` the history, and `explain` what upstream writes into its log, if anywhere. It decides from API objects only, and
//! looks only when a set or a pod of its own changes, or when a failed pass is due again.

mod claims;
mod control;
mod explain;
mod pods;
mod recreate;
mod revisions;
mod status;

use super::ownership::{Says, claim, controller_ref};
use super::*;
pub use pods::pod_revision;

/// One pass for one set (`StatefulSetController.sync`).
pub fn sync(step: &mut Step<'_>, key: &Key) {
    let Some(set) = step.cluster.store.stateful_sets.get(key).cloned() else { return };
    let pods = claim_pods(step, &set);
    let item = WorkItem::StatefulSet(key.clone());
    match control::update(step, &set, pods) {
        Ok(()) => step.forget_retries(item),
        Err(Failed) => step.retry(item),
    }
}

/// The pass met an error that the API server gave; it is retried with a growing delay.
struct Failed;

/// The pods that are the set's own, after adoption and release (`PodControllerRefManager.ClaimPods`).
fn claim_pods(step: &mut Step<'_>, set: &StatefulSet) -> Vec<Rc<Pod>> {
    let mut own = Vec::new();
    let cluster = step.cluster;
    for pod in cluster.store.owned_or_orphaned::<Pod>(&set.metadata) {
        let matches =
            set.is_parent_of(&pod.metadata.name) && set.spec.selector.matches(&pod.metadata.labels);
        let says: Says = [
            |set, pod| Reason::PodAdopted { set, pod },
            |set, pod| Reason::PodReleased { set, pod },
        ];
        let mut object = Object::Pod(pod.clone());
        if claim(step, (Kind::StatefulSet, &set.metadata), &mut object, matches, says)
            && let Object::Pod(pod) = object
        {
            own.push(pod);
        }
    }
    own
}
