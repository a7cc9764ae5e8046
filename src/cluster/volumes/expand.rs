//! Growing volumes: admission, the storage driver's resizer, the node's part of it (S10).
//!
//! Follows `plugin/pkg/admission/storage/persistentvolume/resize`, `pkg/controller/volume/expand` and
//! `pkg/volume/util/operationexecutor` (`NodeExpandVolume`) of Kubernetes v1.36, and stands in for
//! `kubernetes-csi/external-resizer` (`expandAndRecover`). The steps are kept in the conditions of the
//! claim. Left out: `status.allocatedResources`, drivers that fail.

use super::*;

/// The condition of a claim whose volume the storage driver makes larger.
const RESIZING: &str = "Resizing";
/// The condition of a claim whose volume is larger than the file system on it.
const PENDING: &str = "FileSystemResizePending";
const PENDING_MESSAGE: &str =
    "Waiting for user to (re-)start a pod to finish file system resize of volume on node.";

/// Whether a bound claim may ask for what it asks for now (admission plugin PersistentVolumeClaimResize).
pub fn may_grow(
    cluster: &ControlPlane,
    old: &PersistentVolumeClaim,
    new: &PersistentVolumeClaim,
) -> bool {
    thousandths(new.request()) <= thousandths(old.request())
        || class_of(cluster, old).is_some_and(|class| class.allow_volume_expansion)
}

/// Has the volume of a bound claim made larger, if that asks for more than it has.
pub(super) fn resize<'a>(
    step: &mut Step<'a>,
    claim: &'a PersistentVolumeClaim,
    volume: &'a PersistentVolume,
) -> Option<DriverTask<'a>> {
    let subject = Subject::object(Kind::PersistentVolumeClaim, &claim.metadata.key());
    let conditions = &claim.status.conditions;
    if condition(conditions, PENDING).is_some() {
        // What was asked for meanwhile comes after the node's part.
        if users_of(step.cluster, claim).next().is_none() {
            step.set_wait(subject, Reason::FileSystemResizePending {});
        }
        return None;
    }
    if condition(conditions, RESIZING).is_none() {
        if thousandths(claim.request()) <= capacity(volume) {
            step.clear_wait(subject);
            return None;
        }
        step.set_wait(subject, Reason::ExternalExpanding {});
    }
    Some(DriverTask::Resize(claim, volume))
}

/// The storage driver makes the volume of a claim larger, which takes its time.
pub(super) fn grow(
    step: &mut WorldStep<'_>,
    claim: &PersistentVolumeClaim,
    volume: &PersistentVolume,
) {
    let (now, key) = (step.now(), claim.metadata.key());
    let subject = Subject::object(Kind::PersistentVolumeClaim, &key);
    let csi = volume.spec.csi.as_ref();
    let is_driven = csi.is_some_and(|csi| step.cluster.world.has_driver(&csi.driver));
    let mut changed = claim.clone();
    match condition(&claim.status.conditions, RESIZING).map(|it| it.last_transition_time) {
        None if is_driven => {
            let volume = volume.metadata.reference(Kind::PersistentVolume);
            step.set_wait(subject, Reason::VolumeResizing { volume });
            set_condition(
                &mut changed.status.conditions,
                RESIZING,
                ConditionStatus::True,
                "",
                "",
                now,
            );
            step.update(changed);
        }
        Some(since) if now < since.plus(step.timings().resize_ms) => {
            step.enqueue_at(WorkItem::Claim(key), since.plus(step.timings().resize_ms));
        }
        Some(_) if is_driven => {
            let mut larger = volume.clone();
            larger.spec.capacity.clone_from(&claim.spec.resources.requests);
            let conditions = &mut changed.status.conditions;
            conditions.retain(|it| it.kind != RESIZING);
            set_condition(conditions, PENDING, ConditionStatus::True, "", PENDING_MESSAGE, now);
            step.set_wait(subject, Reason::FileSystemResizeRequired {});
            step.update(larger);
            step.update(changed);
            for pod in users_of(step.cluster, claim) {
                let item = WorkItem::Pod(pod.metadata.uid, pod.metadata.key());
                step.enqueue_after(item, step.timings().reaction_ms);
            }
        }
        _ => {}
    }
}

/// The node's part, for a pod whose containers have been started at `started`: grows the file systems
/// that are smaller than their volumes as they are mounted, or when the kubelet looks at the pod again
/// (`checkVolumeFSResize` of `pkg/kubelet/volumemanager`). Returns when it will do so.
pub fn grow_mounted(step: &mut Step<'_>, run: &PodRuntime, started: Time) -> Option<Time> {
    let store = &step.cluster.store;
    let (now, period) = (step.now(), step.timings().pod_sync_ms.max(1));
    let mut next = None;
    for claim in run.spec.volumes.iter().filter_map(|it| it.persistent_volume_claim.as_ref()) {
        let claim = store.claims.named(run.pod.namespace(), &claim.claim_name);
        let Some(claim) = claim else { continue };
        let Some(pending) = condition(&claim.status.conditions, PENDING) else { continue };
        let Some(volume) = store.volume_of(claim) else { continue };
        let waits_ms = pending.last_transition_time.since(started);
        let due = started.plus(waits_ms.div_ceil(period).saturating_mul(period));
        if !run.mounted.contains(&volume.metadata.name) {
            continue;
        }
        if now < due {
            next = Some(next.map_or(due, |other: Time| other.min(due)));
            continue;
        }
        let mut grown = PersistentVolumeClaim::clone(claim);
        grown.status.capacity.clone_from(&volume.spec.capacity);
        grown.status.conditions.retain(|it| it.kind != PENDING);
        let subject = Subject::object(Kind::PersistentVolumeClaim, &claim.metadata.key());
        let (claim_ref, volume) = about(volume);
        let reason = Reason::FileSystemResized {
            claim: claim_ref,
            volume,
            size: grown.status.capacity.get("storage").cloned().unwrap_or_default(),
            node: ObjectRef::node(&run.node),
            pods: vec![ObjectRef::pod(&run.pod)],
        };
        step.record_event(subject, Some(claim.metadata.uid), reason);
        step.update(grown);
    }
    next
}
