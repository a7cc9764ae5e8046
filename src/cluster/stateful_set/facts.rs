//! What a pod says of its set, and of its own state (`stateful_set_utils.go`).

use crate::api::*;

/// The label with the name of the revision that a pod was made from.
pub(super) const REVISION_LABEL: &str = "controller-revision-hash";
pub(super) const POD_NAME_LABEL: &str = "statefulset.kubernetes.io/pod-name";

/// The name of the revision that a pod was made from (`getPodRevision`).
pub fn pod_revision(pod: &Pod) -> &str {
    label(&pod.metadata.labels, REVISION_LABEL).unwrap_or_default()
}

/// Whether the pod is one of those wanted (`podInOrdinalRange`).
pub(super) fn in_range(set: &StatefulSet, pod: &Pod) -> bool {
    set.ordinal_of(&pod.metadata.name).is_some_and(|ordinal| set.ordinals().contains(&ordinal))
}

/// `isRunningAndReady`.
pub(super) fn is_running_and_ready(pod: &Pod) -> bool {
    pod.status.phase == PodPhase::Running && pod.is_ready()
}

/// When a Ready pod has been so for `minReadySeconds` (`podutil.IsPodAvailable`); none if it is not Ready.
pub(super) fn available_at(set: &StatefulSet, pod: &Pod) -> Option<Time> {
    if !is_running_and_ready(pod) {
        return None;
    }
    pod.available_at(set.spec.min_ready_seconds)
}

/// Whether the pod's volumes are its claims (`storageMatches`).
pub(super) fn are_mounted(set: &StatefulSet, pod: &Pod) -> bool {
    set.spec.volume_claim_templates.iter().all(|template| {
        let template = &template.metadata.name;
        pod.spec.volumes.iter().any(|volume| {
            let source = volume.persistent_volume_claim.as_ref();
            volume.name == *template
                && source.is_some_and(|source| is_claim_of(set, pod, template, &source.claim_name))
        })
    })
}

/// Whether this is the name of the claim that a template makes for the pod.
fn is_claim_of(set: &StatefulSet, pod: &Pod, template: &str, claim: &str) -> bool {
    let name = &pod.metadata.name;
    let rest = || claim.strip_prefix(template)?.strip_prefix('-');
    match set.is_pod_name(name) {
        true => rest() == Some(name),
        false => set.ordinal_of(name).is_some_and(|it| set.claim_name(template, it) == claim),
    }
}
