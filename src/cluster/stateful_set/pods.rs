//! What a pod of a set looks like, and what is asked of one (`stateful_set_utils.go`).

use super::owner_of;
use crate::api::*;

/// The label with the name of the revision that a pod was made from.
pub(super) const REVISION_LABEL: &str = "controller-revision-hash";
const POD_NAME_LABEL: &str = "statefulset.kubernetes.io/pod-name";
const POD_INDEX_LABEL: &str = "apps.kubernetes.io/pod-index";

/// The name of the revision that a pod was made from (`getPodRevision`).
pub fn pod_revision(pod: &Pod) -> &str {
    pod.metadata.labels.get(REVISION_LABEL).map_or("", String::as_str)
}

/// The pod of an ordinal, from this template (`newStatefulSetPod`, `initIdentity`, `updateStorage`).
pub(super) fn new_pod(
    set: &StatefulSet,
    template: &PodTemplateSpec,
    revision: &str,
    ordinal: i32,
) -> Pod {
    let name = set.pod_name(ordinal);
    let mut labels = template.metadata.labels.clone();
    labels.insert(REVISION_LABEL.into(), revision.into());
    labels.insert(POD_NAME_LABEL.into(), name.clone());
    labels.insert(POD_INDEX_LABEL.into(), ordinal.to_string());
    let mut spec = template.spec.clone();
    spec.hostname = name.clone();
    spec.subdomain = set.spec.service_name.clone();
    let metadata = ObjectMeta {
        name,
        namespace: set.metadata.namespace.clone(),
        labels,
        annotations: template.metadata.annotations.clone(),
        finalizers: template.metadata.finalizers.clone(),
        owner_references: vec![owner_of(set)],
        other: template.metadata.other.clone(),
        ..ObjectMeta::default()
    };
    let mut pod = Pod { metadata, spec, status: PodStatus::default() };
    mount_claims(set, &mut pod, ordinal);
    pod
}

/// Gives the pod its claims; a volume of the template with the name of a claim template gives way.
fn mount_claims(set: &StatefulSet, pod: &mut Pod, ordinal: i32) {
    let templates = &set.spec.volume_claim_templates;
    pod.spec
        .volumes
        .retain(|volume| templates.iter().all(|template| template.metadata.name != volume.name));
    let claims = templates.iter().map(|template| Volume {
        name: template.metadata.name.clone(),
        persistent_volume_claim: Some(ClaimSource {
            claim_name: set.claim_name(&template.metadata.name, ordinal),
        }),
        empty_dir: None,
    });
    let volumes = claims.chain(std::mem::take(&mut pod.spec.volumes)).collect();
    pod.spec.volumes = volumes;
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
    let since = condition(&pod.status.conditions, "Ready")?.last_transition_time;
    Some(since.plus(u64::try_from(set.spec.min_ready_seconds).unwrap_or(0) * 1000))
}

/// `isRunningAndAvailable`.
pub(super) fn is_available(set: &StatefulSet, pod: &Pod, now: Time) -> bool {
    available_at(set, pod).is_some_and(|time| time <= now)
}

/// `isHealthy`: Ready, available, and not going.
pub(super) fn is_healthy(set: &StatefulSet, pod: &Pod, now: Time) -> bool {
    is_available(set, pod, now) && !pod.metadata.is_terminating()
}
