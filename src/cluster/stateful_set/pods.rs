//! What a pod of a set looks like, and what is asked of one (`stateful_set_utils.go`).

use super::facts::{self, POD_NAME_LABEL, REVISION_LABEL};
use super::pass::Pass;
use super::{claims, controller_ref};
use crate::api::*;
use crate::cluster::Step;

const POD_INDEX_LABEL: &str = "apps.kubernetes.io/pod-index";
/// What the API server says of another volume in a pod that exists (`ValidatePodUpdate`).
const IMMUTABLE: &str = "spec: Forbidden: pod updates may not change fields other than \
    `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,\
    `spec.tolerations` (only additions to existing tolerations),\
    `spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

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
    set_identity(&mut labels, &name, ordinal);
    let mut spec = template.spec.clone();
    spec.hostname = name.clone();
    spec.subdomain = set.spec.service_name.clone();
    let metadata = ObjectMeta {
        name,
        namespace: set.metadata.namespace.clone(),
        labels,
        annotations: template.metadata.annotations.clone(),
        finalizers: template.metadata.finalizers.clone(),
        owner_references: vec![controller_ref(Kind::StatefulSet, &set.metadata)],
        ..ObjectMeta::default()
    };
    let mut pod = Pod { metadata, spec, status: PodStatus::default() };
    pod.forget_defaults();
    mount_claims(set, &mut pod, ordinal);
    pod
}

/// The labels that tell a pod's identity (`updateIdentity`).
fn set_identity(labels: &mut Labels, name: &str, ordinal: i32) {
    labels.insert(POD_NAME_LABEL.into(), name.into());
    labels.insert(POD_INDEX_LABEL.into(), ordinal.to_string());
}

/// Restores a pod's identity, claims, and the owners of its claims, as far as they are not as they
/// should be; the name and the volumes of a pod can't be changed any more (`UpdateStatefulPod`).
pub(super) fn update(
    step: &mut Step<'_>,
    pass: &Pass<'_>,
    pod: &Pod,
    ordinal: i32,
) -> Result<(), String> {
    let set = pass.set;
    let is_mounted = facts::are_mounted(set, pod);
    if !is_mounted {
        claims::create_missing(step, set, pod)?;
    }
    claims::update_owners(step, pass, pod);
    let name = &pod.metadata.name;
    if !set.is_pod_name(name) {
        return Err(format!("pods \"{}\" not found", set.pod_name(ordinal)));
    }
    if !is_mounted {
        return Err(format!("Pod \"{name}\" is invalid: {IMMUTABLE}"));
    }
    // `identityMatches`: the label of the index is nothing that it asks for.
    if label(&pod.metadata.labels, POD_NAME_LABEL) != Some(name) {
        let mut restored = pod.clone();
        set_identity(&mut restored.metadata.labels, name, ordinal);
        step.update(restored);
    }
    Ok(())
}

/// Gives the pod its claims; a volume of the template with the name of a claim template gives way.
fn mount_claims(set: &StatefulSet, pod: &mut Pod, ordinal: i32) {
    let templates = &set.spec.volume_claim_templates;
    pod.spec
        .volumes
        .retain(|volume| templates.iter().all(|template| template.metadata.name != volume.name));
    let claims = templates.iter().map(|template| Volume {
        name: template.metadata.name.clone(),
        persistent_volume_claim: Some(PersistentVolumeClaimVolumeSource {
            claim_name: set.claim_name(&template.metadata.name, ordinal),
            ..PersistentVolumeClaimVolumeSource::default()
        }),
        ..Volume::default()
    });
    let volumes = claims.chain(std::mem::take(&mut pod.spec.volumes)).collect();
    pod.spec.volumes = volumes;
}
