//! Which pod comes first: the order of the scheduling queue.
//!
//! Follows `Less` of `pkg/scheduler/framework/plugins/queuesort` of Kubernetes v1.36.

use super::*;
use std::cmp::Reverse;

/// The pods that wait for a node and have a higher priority, the most urgent first.
pub(super) fn more_urgent<'a>(cluster: &'a ControlPlane, pod: &Pod) -> Vec<&'a Rc<Pod>> {
    let own = pod.spec.priority();
    let is_urgent = |other: &&Rc<Pod>| {
        other.spec.priority() > own
            && !other.metadata.is_terminating()
            && !cluster.is_assumed(&other.metadata)
    };
    let mut urgent: Vec<_> = cluster.store.by::<Pod>(&Index::Unbound).filter(is_urgent).collect();
    map::sort_by_key(&mut urgent, |other| {
        (Reverse(other.spec.priority()), other.metadata.creation_timestamp)
    });
    urgent
}

/// The pod to schedule when `pod` is due. If `pod` is new, it is the one of the new pods with the same priority that was
/// created first.
pub(super) fn first_new<'a>(cluster: &'a ControlPlane, pod: &'a Rc<Pod>) -> &'a Rc<Pod> {
    let is_new = |other: &Pod| {
        !other.metadata.is_terminating()
            && condition(&other.status.conditions, "PodScheduled").is_none()
            && !cluster.is_assumed(&other.metadata)
    };
    if !is_new(pod) {
        return pod;
    }
    let (priority, version) = (pod.spec.priority(), pod.metadata.resource_version);
    let unbound = cluster.store.by::<Pod>(&Index::Unbound);
    let earlier = unbound.filter(|other| {
        other.metadata.resource_version < version
            && other.spec.priority() == priority
            && is_new(other)
    });
    earlier.min_by_key(|other| other.metadata.resource_version).unwrap_or(pod)
}
