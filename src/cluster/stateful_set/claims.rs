//! The claims of a set's pods, and whom they belong to (`stateful_pod_control.go`, `stateful_set_utils.go`).

use super::pass::Pass;
use super::*;
use crate::api::PersistentVolumeClaimRetentionPolicyType as Retention;

/// Creates the claims that the pod lacks, with the owners that the policy asks for; a claim that is
/// going is an error (`createPersistentVolumeClaims`).
pub(super) fn create_missing(
    step: &mut Step<'_>,
    set: &StatefulSet,
    pod: &Pod,
) -> Result<(), String> {
    let mut outcome = Ok(());
    for (template, name) in names(set, pod) {
        match step.cluster.store.claims.named(&set.metadata.namespace, &name) {
            None => create(step, set, pod, template, name),
            Some(claim) if claim.metadata.is_terminating() => {
                outcome = Err(format!("pvc {name} is being deleted"));
            }
            Some(_) => {}
        }
    }
    outcome
}

/// The templates, each with the name of the claim that it makes for the pod (`getPersistentVolumeClaims`).
fn names<'a>(
    set: &'a StatefulSet,
    pod: &Pod,
) -> impl Iterator<Item = (&'a PersistentVolumeClaim, String)> {
    let ordinal = set.ordinal_of(&pod.metadata.name);
    set.spec.volume_claim_templates.iter().filter_map(move |template| {
        Some((template, set.claim_name(&template.metadata.name, ordinal?)))
    })
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
    claim.metadata.owner_references = wanted_owners(set, pod);
    let reason = Reason::ClaimCreated {
        claim: claim.metadata.reference(Kind::PersistentVolumeClaim),
        pod: pod.metadata.reference(Kind::Pod),
    };
    step.record_event(
        Subject::object(Kind::PersistentVolumeClaim, &claim.metadata.key()),
        None,
        reason,
    );
    step.create(claim);
}

/// Whether the pod has claims, and all of them exist.
pub(super) fn all_exist(step: &Step<'_>, set: &StatefulSet, pod: &Pod) -> bool {
    let templates = set.spec.volume_claim_templates.len();
    templates > 0 && of(step, set, pod).count() == templates
}

/// The claims of the pod that exist.
fn of<'a>(
    step: &Step<'a>,
    set: &'a StatefulSet,
    pod: &Pod,
) -> impl Iterator<Item = &'a Rc<PersistentVolumeClaim>> {
    let claims = &step.cluster.store.claims;
    names(set, pod).filter_map(|(_, name)| claims.named(&set.metadata.namespace, &name))
}

/// The claim that is owned by an earlier pod of this name, if there is one: it will go, so it can't be
/// used (`PodClaimIsStale`).
pub(super) fn stale<'a>(
    step: &Step<'a>,
    set: &'a StatefulSet,
    pod: &Pod,
) -> Option<&'a Rc<PersistentVolumeClaim>> {
    if set.spec.persistent_volume_claim_retention_policy.when_scaled == Retention::Retain {
        return None;
    }
    of(step, set, pod).find(|claim| has_stale_owner(claim, Kind::Pod, &pod.metadata))
}

/// Whether no claim has an owner, and the set's claims are to have none.
pub(super) fn have_no_owners(step: &Step<'_>, set: &StatefulSet) -> bool {
    let policy = &set.spec.persistent_volume_claim_retention_policy;
    let is_kept =
        policy.when_deleted != Retention::Delete && policy.when_scaled != Retention::Delete;
    is_kept && step.cluster.store.indexed(&Index::OwnedClaims).next().is_none()
}

/// Gives the pod's claims the owners that the retention policy asks for, as far as they are not so
/// already (`ClaimsMatchRetentionPolicy`, `UpdatePodClaimForRetentionPolicy`).
pub(super) fn update_owners(step: &mut Step<'_>, pass: &Pass<'_>, pod: &Pod) {
    if pass.has_no_owned_claims {
        return;
    }
    let set = pass.set;
    let outdated: Vec<_> =
        of(step, set, pod).filter(|claim| !is_owner_up_to_date(claim, set, pod)).cloned().collect();
    for claim in outdated {
        let mut updated = PersistentVolumeClaim::clone(&claim);
        let owners = &mut updated.metadata.owner_references;
        owners.retain(|owner| !is_ours(owner, set, pod));
        if !has_unexpected_controller(&claim, set, pod) {
            owners.extend(wanted_owners(set, pod));
        }
        let object = claim.metadata.reference(Kind::PersistentVolumeClaim);
        let subject = Subject::Object(object.clone());
        let owner = wanted_owner(set, pod).map(|(kind, meta)| meta.reference(kind));
        let reason = match owner {
            Some(owner) => Reason::ClaimOwned { claim: object, owner },
            None => Reason::ClaimKept { claim: object },
        };
        step.record_event(subject, Some(claim.metadata.uid), reason);
        step.update(updated);
    }
}

/// The set owns a claim that goes with it, a condemned pod one that goes with the pod; never both.
fn wanted_owner<'a>(set: &'a StatefulSet, pod: &'a Pod) -> Option<(Kind, &'a ObjectMeta)> {
    let policy = &set.spec.persistent_volume_claim_retention_policy;
    if policy.when_scaled == Retention::Delete && !facts::in_range(set, pod) {
        Some((Kind::Pod, &pod.metadata))
    } else if policy.when_deleted == Retention::Delete {
        Some((Kind::StatefulSet, &set.metadata))
    } else {
        None
    }
}

fn wanted_owners(set: &StatefulSet, pod: &Pod) -> Vec<OwnerReference> {
    wanted_owner(set, pod).into_iter().map(|(kind, meta)| controller_ref(kind, meta)).collect()
}

/// Whether the owners are as they should be, or such that they had better not be touched (`isClaimOwnerUpToDate`).
fn is_owner_up_to_date(claim: &PersistentVolumeClaim, set: &StatefulSet, pod: &Pod) -> bool {
    if has_stale_owner(claim, Kind::StatefulSet, &set.metadata)
        || has_stale_owner(claim, Kind::Pod, &pod.metadata)
    {
        return true;
    }
    let ours = || claim.metadata.owner_references.iter().filter(|owner| is_ours(owner, set, pod));
    if has_unexpected_controller(claim, set, pod) {
        return ours().next().is_none();
    }
    let wanted = wanted_owners(set, pod);
    ours().count() == wanted.len() && ours().all(|owner| wanted.contains(owner))
}

fn is_ours(owner: &OwnerReference, set: &StatefulSet, pod: &Pod) -> bool {
    matches_ref(owner, Kind::StatefulSet, &set.metadata)
        || matches_ref(owner, Kind::Pod, &pod.metadata)
}

/// Whether a reference names this object or an earlier one of its name (`matchesRef`).
fn matches_ref(owner: &OwnerReference, kind: Kind, meta: &ObjectMeta) -> bool {
    owner.api_version == kind.api_version() && owner.kind == kind.name() && owner.name == meta.name
}

/// Whether an earlier object of this name owns the claim (`hasStaleOwnerRef`).
fn has_stale_owner(claim: &PersistentVolumeClaim, kind: Kind, meta: &ObjectMeta) -> bool {
    let named = claim.metadata.owner_references.iter().find(|it| matches_ref(it, kind, meta));
    named.is_some_and(|owner| owner.uid != meta.uid)
}

/// Whether somebody else manages the claim (`hasUnexpectedController`; under Retain nobody of the set's
/// is to own it anyway).
fn has_unexpected_controller(claim: &PersistentVolumeClaim, set: &StatefulSet, pod: &Pod) -> bool {
    let mut owners = claim.metadata.owner_references.iter();
    owners.any(|owner| owner.controller && !is_ours(owner, set, pod))
}
