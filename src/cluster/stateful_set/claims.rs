//! The claims of a set's pods, and whom they belong to (`stateful_pod_control.go`, `stateful_set_utils.go`).

use super::*;

/// Creates the claims that the pod lacks, with the owners that the policy asks for; a claim that is
/// going is an error (`createPersistentVolumeClaims`).
pub(super) fn create_missing(
    step: &mut Step<'_>,
    set: &StatefulSet,
    pod: &Pod,
) -> Result<(), Failed> {
    let Some(ordinal) = set.ordinal_of(&pod.metadata.name) else { return Ok(()) };
    let mut outcome = Ok(());
    for template in &set.spec.volume_claim_templates {
        let name = set.claim_name(&template.metadata.name, ordinal);
        match step.cluster.store.claims.named(&set.metadata.namespace, &name) {
            None => create(step, set, pod, template, name),
            Some(claim) if claim.metadata.is_terminating() => {
                let message = format!("pvc {name} is being deleted");
                let reason = Reason::new(Code::PodCreateFailed).with("pod", &pod.metadata.name);
                step.wait(Subject::pod(&pod.metadata.key()), reason.with("message", message));
                outcome = Err(Failed);
            }
            Some(_) => {}
        }
    }
    outcome
}

fn create(
    step: &mut Step<'_>,
    set: &StatefulSet,
    pod: &Pod,
    template: &PersistentVolumeClaim,
    name: String,
) {
    let mut claim = template.clone();
    claim.metadata.name = name;
    claim.metadata.namespace = set.metadata.namespace.clone();
    claim.metadata.labels.extend(set.spec.selector.match_labels.clone());
    set_owners(set, pod, &mut claim);
    let reason = Reason::new(Code::ClaimCreated)
        .with("claim", &claim.metadata.name)
        .with("pod", &pod.metadata.name);
    step.say(Subject::object(Kind::PersistentVolumeClaim, &claim.metadata.key()), None, reason);
    step.create(claim);
}

/// Whether all claims of the pod exist.
pub(super) fn all_exist(step: &Step<'_>, set: &StatefulSet, pod: &Pod) -> bool {
    let templates = set.spec.volume_claim_templates.len();
    templates > 0 && of(step, set, pod).len() == templates
}

/// The claims of the pod that exist.
fn of(step: &Step<'_>, set: &StatefulSet, pod: &Pod) -> Vec<Rc<PersistentVolumeClaim>> {
    let Some(ordinal) = set.ordinal_of(&pod.metadata.name) else { return Vec::new() };
    let names = set
        .spec
        .volume_claim_templates
        .iter()
        .map(|template| set.claim_name(&template.metadata.name, ordinal));
    names
        .filter_map(|name| step.cluster.store.claims.named(&set.metadata.namespace, &name).cloned())
        .collect()
}

/// Whether a claim is owned by an earlier pod of this name: it will go, so it can't be used (`PodClaimIsStale`).
pub(super) fn is_stale(step: &Step<'_>, set: &StatefulSet, pod: &Pod) -> bool {
    let stale = |owner: &OwnerReference| {
        owner.kind == "Pod" && owner.name == pod.metadata.name && owner.uid != pod.metadata.uid
    };
    of(step, set, pod).iter().any(|claim| claim.metadata.owner_references.iter().any(stale))
}

/// Gives the pod's claims the owners that the retention policy asks for (`UpdatePodClaimForRetentionPolicy`).
pub(super) fn update_owners(step: &mut Step<'_>, set: &StatefulSet, pod: &Pod) {
    for claim in of(step, set, pod) {
        let mut updated = PersistentVolumeClaim::clone(&claim);
        set_owners(set, pod, &mut updated);
        step.update(updated);
    }
}

/// `updateClaimOwnerRefForSetAndPod`: the set owns a claim that goes with it, a condemned pod one that
/// goes with the pod.
fn set_owners(set: &StatefulSet, pod: &Pod, claim: &mut PersistentVolumeClaim) {
    let policy = &set.spec.persistent_volume_claim_retention_policy;
    let is_condemned = !pods::in_range(set, pod);
    let goes_with_pod = policy.when_scaled == "Delete" && is_condemned;
    let goes_with_set = policy.when_deleted == "Delete" && !goes_with_pod;
    let owners = &mut claim.metadata.owner_references;
    set_owner(owners, Kind::StatefulSet, &set.metadata, goes_with_set);
    set_owner(owners, Kind::Pod, &pod.metadata, goes_with_pod);
}

fn set_owner(owners: &mut Vec<OwnerReference>, kind: Kind, meta: &ObjectMeta, wanted: bool) {
    let is_same = |owner: &OwnerReference| owner.kind == kind.name() && owner.uid == meta.uid;
    if !wanted {
        owners.retain(|owner| !is_same(owner));
    } else if !owners.iter().any(is_same) {
        owners.push(OwnerReference {
            api_version: kind.api_version().into(),
            kind: kind.name().into(),
            name: meta.name.clone(),
            uid: meta.uid,
            controller: false,
            block_owner_deletion: false,
        });
    }
}
