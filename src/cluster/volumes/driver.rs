//! The storage drivers: the disks behind volumes, and what the controllers of claims and volumes leave to them.
//!
//! Stands in for `kubernetes-csi/external-provisioner` and `kubernetes-csi/external-resizer`. They run where the control
//! plane does, and react to what the controllers write in the same step.

use super::super::world::{Disk, DiskId};
use super::*;

/// Looks after one claim: its controllers decide, and the driver of its class does what they leave to it.
pub fn sync_claim(step: &mut WorldStep<'_>, key: &Key) {
    match control_claim(step, key) {
        Some(DriverTask::Provision(class)) if step.cluster.world.has_driver(&class.provisioner) => {
            let delay = step.jitter(Stream::Storage, step.timings().provision_ms);
            step.enqueue_after(WorkItem::Provisioned(key.clone()), delay);
        }
        Some(DriverTask::Resize(claim, volume)) => expand::grow(step, claim, volume),
        Some(DriverTask::Provision(_)) | None => {}
    }
}

/// Looks after one volume: a new one gets its disk, and one that its controller wants deleted is deleted.
pub fn sync_volume(step: &mut WorldStep<'_>, key: &Key) {
    let cluster = step.cluster;
    let Some(volume) = cluster.store.volumes.get(key) else { return };
    let is_going =
        volume.metadata.is_terminating() && volume.status.phase != PersistentVolumePhase::Bound;
    if !is_going && !cluster.world.disks.contains_key(&disk_of(volume)) {
        make_disk(step, volume, None);
    }
    if let Some(volume) = control_volume(step, key) {
        delete(step, volume);
    }
}

fn disk_of(volume: &PersistentVolume) -> DiskId {
    DiskId::Volume(volume.metadata.name.clone())
}

/// Makes what is behind a volume, for a claim if it was made for one.
pub(super) fn make_disk(step: &mut WorldStep<'_>, volume: &PersistentVolume, claim: Option<Key>) {
    let disk = empty_disk(step, volume, claim);
    step.change(Change::Disk(disk_of(volume), Some(disk)));
}

/// A new disk for a volume.
pub(super) fn empty_disk(
    step: &WorldStep<'_>,
    volume: &PersistentVolume,
    claim: Option<Key>,
) -> Disk {
    let hosts = volume
        .spec
        .node_affinity
        .iter()
        .flat_map(|affinity| &affinity.required.node_selector_terms);
    let mut names =
        hosts.flat_map(|term| &term.match_expressions).filter(|need| need.key == HOSTNAME_LABEL);
    let node = names.find_map(|need| need.values.first().cloned());
    Disk {
        node,
        claim,
        since: step.now(),
        attached: Set::new(),
        files: super::super::inside::Files::default(),
        data: crate::db::Data::default(),
    }
}

/// Deletes what is behind a volume, and then the volume; one that is being deleted already loses the finalizer that held
/// it until then.
fn delete(step: &mut WorldStep<'_>, volume: &PersistentVolume) {
    let disk = disk_of(volume);
    if step.cluster.world.disks.contains_key(&disk) {
        let (claim, volume_ref) = about(volume);
        let reason = Reason::VolumeDeleted { claim, volume: volume_ref };
        let subject = Subject::object(Kind::PersistentVolume, &volume.metadata.key());
        step.record_event(subject, Some(volume.metadata.uid), reason);
        step.change(Change::Disk(disk, None));
    }
    match volume.metadata.is_terminating() {
        true => step.update(without_protection(volume)),
        false => step.delete(Kind::PersistentVolume, &volume.metadata, Grace::Default),
    }
}
